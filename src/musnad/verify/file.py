"""A dossier's file, opened once and read at offsets; the system's errors become ours."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from musnad.core.crypto.stamp import parse_anchor
from musnad.core.dossier.errors import OutOfReach
from musnad.core.dossier.stamps import StampTrust
from musnad.core.kernel.errors import TooLarge
from musnad.core.kernel.names import Digest, digest_of, parse_digest

ANCHOR_LIMIT_OCTETS = 8 * 1024 * 1024


class DossierFile:
    """A ``Reader`` over a regular file. Its size is taken once: what is appended meanwhile is not looked at."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._stream = path.open("rb", buffering=0)
            self._size = os.fstat(self._stream.fileno()).st_size
        except OSError as error:
            raise OutOfReach(str(path), error.strerror or "unreadable") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    @property
    def size(self) -> int:
        return self._size

    def read_at(self, offset: int, size: int) -> bytes:
        parts: list[bytes] = []
        try:
            while size:
                part = os.pread(self._stream.fileno(), size, offset)
                if not part:
                    break
                parts.append(part)
                offset, size = offset + len(part), size - len(part)
        except OSError as error:
            raise OutOfReach(str(self._path), error.strerror or "unreadable") from error
        return b"".join(parts)


def read_anchor(given: str) -> Digest:
    """The anchor's fingerprint: given as such, or of the root file at that path.

    Raises:
        OutOfReach, TooLarge: there is no such file, or no root is as large.
    """
    if _is_fingerprint(given):
        return parse_digest(given.lower(), what="trust anchor")
    return digest_of(_read(given, "trust anchor"))


def read_stamp_trust(given: Sequence[str]) -> StampTrust:
    """The stamp authorities that are believed: each the file of a root's certificate, or its SHA-256.

    Raises:
        OutOfReach, TooLarge, BadStampForm: there is no such file, or it is no certificate.
    """
    prints = [parse_digest(one.lower(), what="stamp authority") for one in given if _is_fingerprint(one)]
    anchors = [parse_anchor(_read(one, one), what=one) for one in given if not _is_fingerprint(one)]
    return StampTrust(tuple(anchors), frozenset(prints))


def _is_fingerprint(given: str) -> bool:
    return len(given) == 64 and not Path(given).exists()


def _read(given: str, what: str) -> bytes:
    try:
        with Path(given).open("rb") as stream:
            data = stream.read(ANCHOR_LIMIT_OCTETS + 1)
    except OSError as error:
        raise OutOfReach(given, error.strerror or "unreadable") from error
    if len(data) > ANCHOR_LIMIT_OCTETS:
        raise TooLarge(what, len(data), ANCHOR_LIMIT_OCTETS)
    return data
