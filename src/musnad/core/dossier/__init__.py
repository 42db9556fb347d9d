"""The dossier: one case in one file that proves itself offline, and the judgement of such a file.

Pure: a dossier is read through a ``Source`` that the caller opens. In reading order: ``archive`` (the exact ZIP),
``layout`` (which members may stand in it), ``bag`` (BagIt), ``index`` (the JSON members), ``facts`` (what is proven),
then the ten checks, and ``judge`` that runs them all. Spec: docs/protocol.md, "The dossier"; ADR 0005.
"""
