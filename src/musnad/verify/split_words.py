"""What a proof that a log has split says, in words."""

from __future__ import annotations

from collections.abc import Iterator

from musnad.core.dossier.split_file import SplitVerdict
from musnad.language import Speech, isolate, number, write_time


def tell_split(found: SplitVerdict, say: Speech) -> Iterator[str]:
    """The lines of the verdict on a file that proves a split."""
    name = f"{found.names.get(say.language, found.names.get('en', found.party))} ({isolate(found.party, say)})"
    if found.anchor is not None:
        yield say.gettext("PROVEN under the trust anchor that was given.")
    else:
        yield say.gettext("CONSISTENT, BUT NOT ANCHORED: nothing here says that these are the real Parties.")
    yield ""
    yield say.gettext("The log of %(party)s, %(origin)s, has signed two heads that cannot both be true:") % {
        "party": name,
        "origin": isolate(found.split.older.checkpoint.origin, say),
    }
    for head in (found.split.older, found.split.newer):
        facts = {
            "size": number(head.checkpoint.size),
            "root": isolate(head.checkpoint.root.hex(), say),
            "time": "" if head.at is None else write_time(head.at, say),
        }
        if head.at is None:
            yield "  " + say.gettext("%(size)s entries, root %(root)s") % facts
        else:
            yield "  " + say.gettext("%(size)s entries, root %(root)s, signed at %(time)s by its own word") % facts
    if found.split.path:
        yield say.gettext("The path in this file opens the larger tree: what it begins with is not the smaller one.")
    yield ""
    yield say.gettext("Not proven, and not claimed:")
    yield "  - " + say.gettext("why: an attack, a stolen key, or a node restored from an old backup")
    yield "  - " + say.gettext("which of the two heads is the true one, and when each was signed")
    if found.anchor is None:
        yield ""
        yield say.gettext("Compare these fingerprints with the Registrar's and the Parties' own, then give --trust:")
        yield "  " + isolate(found.root, say)
