"""Whether the list in a sealed folder tells of the very files that the folder holds, and leads to the signed root.

One pass over the archive, in constant memory: each file is hashed as it passes, and its record compared with the list's
at the end, in order. The root needs the secret of the salts, which who has only the content does not have; without it
the list is proven by the exhibit's own digest, and the root is not looked at.
"""

from __future__ import annotations

import hashlib

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import Digest
from musnad.core.sealing.archive import ArchiveReader, Entry
from musnad.core.sealing.layout import Span
from musnad.core.sealing.manifest import RecordsNote
from musnad.core.sealing.records import (
    LINE_LIMIT_OCTETS,
    FileRecord,
    MissingRecord,
    RecordTree,
    parse_record,
    write_record,
)


class ListCheck:
    """Takes the exhibit's plaintext in order; ``why`` says in the end what does not hold."""

    def __init__(self, note: RecordsNote, secret: bytes | None = None) -> None:
        self._note = note
        self._reader = ArchiveReader(self)
        self._tree = None if secret is None else RecordTree(secret)
        self._found, self._told = hashlib.sha256(), hashlib.sha256()
        self._count = self._missing = 0
        self._file: Entry | None = None
        self._first = 0
        self._digest = hashlib.sha256()
        self._line = bytearray()
        self._index: Span | None = None
        self._wrong: str | None = None

    def take(self, octets: memoryview) -> None:
        """The next octets."""
        if self._wrong is None:
            try:
                self._reader.take(octets)
            except MusnadError as error:
                self._wrong = error.code

    def why(self) -> str | None:
        """There are no more octets: the first thing that does not hold, as a word for programs; None where all does."""
        if self._wrong is None:
            try:
                self._reader.finish()
            except MusnadError as error:
                self._wrong = error.code
        if self._wrong is not None:
            return self._wrong
        note = self._note
        for holds, what in (
            (not self._line and self._found.digest() == self._told.digest(), "list"),
            (self._index == note.index, "index"),
            ((self._count, self._missing) == (note.count, note.missing), "count"),
            (self._tree is None or self._tree.root() == note.root, "root"),
        ):
            if not holds:
                return what
        return None

    def begin(self, entry: Entry, first: int) -> None:
        """A listener's."""
        self._file, self._first = entry, first
        if b"/" not in entry.name and entry.kind == "file":
            self._index = Span(first, entry.size_octets)
        else:
            self._digest = hashlib.sha256()

    def content(self, octets: memoryview) -> None:
        """A listener's."""
        if self._index is None:
            self._digest.update(octets)
            return
        *lines, rest = bytes(octets).split(b"\n")
        for line in lines:
            self._tell(bytes(self._line) + line)
            self._line.clear()
        self._line += rest
        if len(self._line) > LINE_LIMIT_OCTETS:
            self._wrong = "list"

    def end(self) -> None:
        """A listener's."""
        if self._index is None and self._file is not None:
            size, digest = self._file.size_octets, Digest(self._digest.hexdigest())
            self._found.update(write_record(FileRecord(self._file.name, self._first, size, digest)) + b"\n")

    def _tell(self, line: bytes) -> None:
        self._count += 1
        self._told.update(line + b"\n")
        if self._tree is not None:
            self._tree.add(line)
        if isinstance(parse_record(line), MissingRecord):
            self._missing += 1
            self._found.update(line + b"\n")
