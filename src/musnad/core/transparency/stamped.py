"""What a time stamp over a log's head covers: the checkpoint as its log signed it, without a witness's line.

A stamp over the tree of one size bounds the time of every leaf in it, and so of every earlier tree: whoever shows that
the one is the beginning of the other needs no stamp over that.
"""

from __future__ import annotations

from musnad.core.transparency.checkpoint import open_checkpoint
from musnad.core.transparency.keys import LogVerifyingKey
from musnad.core.transparency.note import Note


def stamped_octets(note: bytes, log: LogVerifyingKey) -> bytes:
    """The octets to be stamped: the checkpoint's text, and under it the first line of each key of its log.

    Raises as ``open_checkpoint``.
    """
    signed = open_checkpoint(note, log)
    lines = (*log.classical.lines_of(signed.note)[:1], *log.quantum.lines_of(signed.note)[:1])
    return Note(signed.note.text, lines).write()
