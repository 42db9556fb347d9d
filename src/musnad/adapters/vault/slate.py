"""Octets set down now and read back once, in constant memory: beyond some MiB they go to a nameless file, encrypted.

The list of a folder's files grows while the folder is sealed and is sealed last. It names files of a case, so that none
of it goes to a disk in clear: the key is drawn here, is never written, and ends with the object.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO

from musnad.core.crypto import aead

CHUNK_OCTETS = 1024 * 1024
HELD_CHUNKS = 4


class Slate:
    """``add`` and then, once, ``chunks``; ``close`` lets go of the file."""

    def __init__(self) -> None:
        self.size_octets = 0
        self._held = bytearray()
        self._chunks: list[bytes] = []
        self._spilled = 0
        self._key = secrets.token_bytes(aead.KEY_OCTETS)
        self._file: IO[bytes] | None = None
        self._files = ExitStack()

    def add(self, octets: bytes) -> None:
        """Set down more; ``OSError`` where the temporary folder is full."""
        self._held += octets
        self.size_octets += len(octets)
        if len(self._held) >= CHUNK_OCTETS:
            self._chunks.append(bytes(self._held[:CHUNK_OCTETS]))
            del self._held[:CHUNK_OCTETS]
            if len(self._chunks) > HELD_CHUNKS:
                self._spill()

    def _spill(self) -> None:
        if self._file is None:
            self._file = self._files.enter_context(TemporaryFile(buffering=0))  # noqa: SIM115 - by close
        for chunk in self._chunks:
            self._file.write(aead.encrypt(self._key, self._nonce(self._spilled), chunk, b"slate"))
            self._spilled += 1
        self._chunks.clear()

    def chunks(self) -> Iterator[bytes]:
        """All of it, in order."""
        if self._file is not None:
            self._file.seek(0)
            for number in range(self._spilled):
                sealed = self._file.read(CHUNK_OCTETS + aead.TAG_OCTETS)
                yield aead.decrypt(self._key, self._nonce(number), sealed, b"slate", what="slate")
        yield from self._chunks
        if self._held:
            yield bytes(self._held)

    def close(self) -> None:
        self._files.close()

    @staticmethod
    def _nonce(number: int) -> bytes:
        return number.to_bytes(aead.NONCE_OCTETS, "big")
