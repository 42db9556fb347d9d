"""Sealed exhibits as one file, to be carried by hand: an uncompressed tar (POSIX.1-2001) that any tool can list.

For every exhibit a folder named by its seal id: ``manifest.dsse`` (signed by the sealing authority), ``wraps.json``
(its key, closed for each recipient), ``index`` and ``data`` (ciphertext). It says nothing that its recipients alone
should know, but for names of authorities and the manifest.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from musnad.core.kernel.b64 import write_b64
from musnad.core.kernel.ijson import write_canonical
from musnad.core.kernel.names import AuthorityId, SealId
from musnad.core.sealing.wraps import wrap_exhibit_key
from musnad.exchange.evidence.vault import MEMBERS, Member, Vault
from musnad.exchange.exhibits import kept_exhibit
from musnad.exchange.ports import Ports

PIECE_OCTETS = 4 * 1024 * 1024
_NAMES = {"manifest": "manifest.dsse", "index": "index", "data": "data"}


def write_sealed_file(ports: Ports, seals: Sequence[SealId], recipients: tuple[AuthorityId, ...], path: Path) -> None:
    """Write the exhibits to ``path``, which appears only when it is whole.

    Raises:
        NoSuchExhibit: one is not in this node's vault. UnknownAuthority, RetiredKey: a recipient has no key.
    """
    directory, now = ports.directories.current(), ports.clock.now()
    draft = path.with_name(path.name + ".part")
    with tarfile.open(draft, "w", format=tarfile.PAX_FORMAT) as out:
        for seal in seals:
            kept = kept_exhibit(ports, seal)
            wraps = [
                wrap_exhibit_key(kept.key, seal, recipient, directory.wrapping_key(recipient, now))
                for recipient in recipients
            ]
            told = [{"recipient": one.recipient, "key": one.key, "wrap": write_b64(one.wrap)} for one in wraps]
            _add(out, f"{seal}/wraps.json", io.BytesIO(data := write_canonical(told)), len(data))
            for member in MEMBERS:
                size = ports.vault.size(seal, member)
                _add(out, f"{seal}/{_NAMES[member]}", _Reader(ports.vault, seal, member), size)
    draft.replace(path)


def _add(out: tarfile.TarFile, name: str, content: io.RawIOBase | io.BytesIO, size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o600
    out.addfile(entry, content)


class _Reader(io.RawIOBase):
    """One object of the vault as a file that is read once."""

    def __init__(self, vault: Vault, seal: SealId, member: Member) -> None:
        self._pieces = _pieces(vault, seal, member)
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        while size < 0 or len(self._rest) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._rest += piece
        taken, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return taken


def _pieces(vault: Vault, seal: SealId, member: Member) -> Iterator[bytes]:
    at, buffer = 0, bytearray(PIECE_OCTETS)
    while got := vault.read_into(seal, member, at, memoryview(buffer)):
        yield bytes(buffer[:got])
        at += got
