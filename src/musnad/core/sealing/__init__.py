"""Seal, describe and verify electronic evidence: parts, tree, index, manifest and key wraps, as values.

Reading files and moving bytes is left to ``musnad.exchange.evidence``. Spec: docs/adr/0003-the-seal.md.
"""
