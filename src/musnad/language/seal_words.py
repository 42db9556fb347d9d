"""What a manifest says of a sealing beside the exhibit itself, in the same sentences on screens and in the report."""

from __future__ import annotations

from collections.abc import Iterator

from musnad.core.sealing.manifest import Manifest
from musnad.language.speech import Speech, current
from musnad.language.wording import isolate, number

RANGES_TOLD = 16
"""How many ranges are named; the sum tells of the rest, and the manifest of each."""


def notes_told(manifest: Manifest, speech: Speech | None = None) -> Iterator[str]:
    """What was not read, what of a folder is missing, how often it was read; nothing where there is nothing to say."""
    say = speech or current()
    if manifest.unread:
        ranges = ", ".join(f"{span.first}-{span.end - 1}" for span in manifest.unread[:RANGES_TOLD])
        if len(manifest.unread) > RANGES_TOLD:
            ranges += ", …"
        count = manifest.unread_octets
        yield say.ngettext(
            "DAMAGED: the medium did not give %(count)s octet; a zero stands for it, at octet %(ranges)s.",
            "DAMAGED: the medium did not give %(count)s octets; zeros stand for them, at octets %(ranges)s.",
            count,
        ) % {"count": number(count), "ranges": isolate(ranges, say)}
    note = manifest.records
    if note is not None and note.missing:
        yield say.ngettext(
            "INCOMPLETE: %(count)s entry of the folder could not be sealed; the exhibit's list names it and why.",
            "INCOMPLETE: %(count)s entries of the folder could not be sealed; the exhibit's list names them and why.",
            note.missing,
        ) % {"count": number(note.missing)}
    if note is not None:
        files = note.count - note.missing
        yield say.ngettext(
            "A folder of %(count)s file, which can be proven without showing the rest.",
            "A folder of %(count)s files, each of which can be proven without showing the others.",
            files,
        ) % {"count": number(files)}
    if manifest.reads > 1:
        yield say.gettext("It was read twice and gave the same octets both times.")
