"""A dossier that is being written, as the reader of dossiers sees it: as values before, as a file after."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from io import RawIOBase

from musnad.core.dossier.archive import CHUNK_OCTETS
from musnad.core.dossier.errors import MemberMissing
from musnad.core.kernel.errors import TooLarge


class OpenedFile:
    """A ``Reader`` over the file that was just written."""

    def __init__(self, stream: RawIOBase) -> None:
        self._handle = stream.fileno()
        self.size = os.fstat(self._handle).st_size

    def read_at(self, offset: int, size: int) -> bytes:
        parts: list[bytes] = []
        while size and (part := os.pread(self._handle, size, offset)):
            parts.append(part)
            offset, size = offset + len(part), size - len(part)
        return b"".join(parts)


class Values:
    """What is about to be written, as the reader of dossiers sees it; contents are named, not read."""

    def __init__(self, small: Mapping[str, bytes], streamed: Mapping[str, int]) -> None:
        self._small = small
        self._streamed = streamed

    def names(self) -> tuple[str, ...]:
        return tuple(sorted({*self._small, *self._streamed}))

    def size(self, name: str) -> int:
        if name in self._streamed:
            return self._streamed[name]
        return len(self._find(name))

    def read(self, name: str, limit_octets: int) -> bytes:
        data = self._find(name)
        if len(data) > limit_octets:
            raise TooLarge(name, len(data), limit_octets)
        return data

    def chunks(self, name: str) -> Iterator[bytes]:
        data = self._find(name)
        return (data[at : at + CHUNK_OCTETS] for at in range(0, len(data), CHUNK_OCTETS))

    def _find(self, name: str) -> bytes:
        if name not in self._small:
            raise MemberMissing(name)
        return self._small[name]
