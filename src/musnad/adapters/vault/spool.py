"""Where a large upload rests until it is sealed: chunk by chunk, each closed under the upload's own key.

``<spool>/<id>/upload`` holds what is known of the upload, its key among it, closed by the node's storage key;
``<id>/<number>`` one chunk: a fresh nonce, ciphertext, tag, bound to the upload and to its place. Nothing is in clear.
Chunks come in their order and are durable when ``put`` returns; so the offset is how many there are. The same chunk
again changes nothing. A spool has room for so many uploads of so many octets.

Left to the caller: who may upload for which case, sealing what came (``source``), and when what nobody went on with is
swept (``sweep``).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, Protocol

from musnad.adapters.vault.storage import as_storage, sync_folder, write_all
from musnad.core.crypto import aead
from musnad.core.crypto.errors import CannotDecrypt
from musnad.core.kernel.errors import BadForm, MusnadError, TooLarge
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import CaseRef, Digest, Entropy, SealId, parse_seal_id
from musnad.core.sealing.layout import Span
from musnad.core.sealing.manifest import SourceKind
from musnad.core.sealing.name import parse_safe_name
from musnad.exchange.evidence.errors import (
    DamagedUpload,
    SourceChanged,
    StorageFull,
    TooManyOwnUploads,
    TooManyUploads,
    UnknownUpload,
    UploadDiffers,
    UploadGap,
)

CHUNK_OCTETS = 8 * 1024 * 1024
"""What comes at a time, and all of an upload that is ever in memory."""
SIZE_LIMIT_OCTETS = 256 * 1024**3
"""The largest file that a browser is asked to carry; larger ones are sealed where they lie (``musnad seal``)."""
UPLOADS_LIMIT = 16
"""How many uploads rest at one time."""
OWN_LIMIT = UPLOADS_LIMIT // 2
"""How many of them one person may have, so that nobody takes the room of all."""
FREE_OCTETS = 256 * 1024**2
"""What is left free on the disk, whatever is uploaded."""
LABEL = "musnad/1 spool"
_FACTS, _LOCK = "upload", "lock"


class Closing(Protocol):
    """What closes a row at rest; the node's storage key does."""

    def close(self, table: str, row: str, plaintext: bytes, **facts: object) -> bytes: ...

    def open(self, table: str, row: str, sealed: bytes, **facts: object) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way here: ``words`` are what was said of it, ``offset`` how many octets have come."""

    id: SealId
    case: CaseRef
    name: str
    size_octets: int
    by: str
    words: Mapping[str, str]
    offset: int
    key: bytes = field(repr=False)

    @property
    def is_complete(self) -> bool:
        return self.offset == self.size_octets

    @property
    def chunks(self) -> int:
        return -(-self.size_octets // CHUNK_OCTETS)


class Spool:
    """Uploads under one folder, readable by its owner only."""

    def __init__(self, folder: Path, closing: Closing, entropy: Entropy) -> None:
        self._folder = folder
        self._closing = closing
        self._entropy = entropy
        with as_storage("spool"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def begin(self, case: CaseRef, name: str, size_octets: int, by: str, words: Mapping[str, str]) -> Upload:
        """Make room for an upload.

        Raises:
            UnsafeName: the name. BadForm: an empty file. TooLarge: past the limit of what a browser carries.
            TooManyUploads, TooManyOwnUploads: as many rest here as may, of all or of ``by``.
            StorageFull: the disk has no room for it and for its sealing.
        """
        parse_safe_name(name)
        if size_octets < 1:
            raise BadForm("size", "an empty file")
        if size_octets > SIZE_LIMIT_OCTETS:
            raise TooLarge("upload", size_octets, SIZE_LIMIT_OCTETS)
        with self._held(self._folder):
            if sum(1 for _ in self._ids()) >= UPLOADS_LIMIT:
                raise TooManyUploads(UPLOADS_LIMIT)
            if sum(1 for one in self.all() if one.by == by) >= OWN_LIMIT:
                raise TooManyOwnUploads(OWN_LIMIT)
            if shutil.disk_usage(self._folder).free < 2 * size_octets + FREE_OCTETS:
                raise StorageFull("spool")
            made = SealId(self._entropy(16).hex())
            upload = Upload(made, case, name, size_octets, by, dict(words), 0, self._entropy(aead.KEY_OCTETS))
            with as_storage("spool"):
                place = self._folder / made
                place.mkdir(mode=0o700)
                _write(place / _FACTS, self._closing.close("spool", made, _facts(upload)))
                sync_folder(self._folder)
        return upload

    def find(self, name: SealId) -> Upload:
        """The upload as it stands; ``UnknownUpload``, ``JournalCorrupt`` where it is not what was written."""
        try:
            closed = (self._place(name) / _FACTS).read_bytes()
        except OSError as error:
            raise UnknownUpload(name) from error
        upload = _parse(name, self._closing.open("spool", name, closed))
        come = sum(1 for _ in self._chunks(name))
        return replace(upload, offset=min(come * CHUNK_OCTETS, upload.size_octets))

    def all(self) -> tuple[Upload, ...]:
        """Every upload that can be read."""
        found = []
        for name in self._ids():
            with contextlib.suppress(MusnadError):
                found.append(self.find(name))
        return tuple(found)

    def put(self, name: SealId, first: int, octets: bytes) -> int:
        """Take a chunk, durably; how many octets have come then.

        Raises:
            UnknownUpload. BadForm: it does not begin or end where a chunk does. UploadGap: one before it has not come.
            UploadDiffers: another came in its place before. StorageFull, StorageFailed.
        """
        with self._held(self._place(name)):
            upload = self.find(name)
            number, within = divmod(first, CHUNK_OCTETS)
            if within or first < 0 or not 0 <= number < upload.chunks:
                raise BadForm("Content-Range", f"chunks begin at multiples of {CHUNK_OCTETS}")
            if len(octets) != min(CHUNK_OCTETS, upload.size_octets - first):
                raise BadForm("Content-Range", "not the length of the chunk in this place")
            if first > upload.offset:
                raise UploadGap(name, upload.offset)
            if first < upload.offset:
                if self.chunk(upload, number) != octets:
                    raise UploadDiffers(name, first)
                return upload.offset
            nonce = self._entropy(aead.NONCE_OCTETS)
            closed = nonce + aead.encrypt(upload.key, nonce, octets, _bound(name, number))
            with as_storage("spool"):
                _write(self._place(name) / _number(number), closed)
            return first + len(octets)

    def chunk(self, upload: Upload, number: int) -> bytes:
        """One chunk in clear; ``DamagedUpload`` where it is not what came."""
        try:
            closed = (self._place(upload.id) / _number(number)).read_bytes()
            nonce, rest = closed[: aead.NONCE_OCTETS], closed[aead.NONCE_OCTETS :]
            return aead.decrypt(upload.key, nonce, rest, _bound(upload.id, number), what="spool")
        except (OSError, CannotDecrypt) as error:
            raise DamagedUpload(upload.id) from error

    def source(self, name: SealId) -> SpoolSource:
        """The whole upload as a source to seal; ``UploadGap`` while it is not whole."""
        upload = self.find(name)
        if not upload.is_complete:
            raise UploadGap(name, upload.offset)
        return SpoolSource(self, upload)

    def digest(self, name: SealId) -> Digest:
        """The SHA-256 of the whole upload; errors as ``source``."""
        source, digest = self.source(name), hashlib.sha256()
        for number in range(source.upload.chunks):
            digest.update(self.chunk(source.upload, number))
        return Digest(digest.hexdigest())

    def drop(self, name: SealId) -> None:
        """Forget an upload: its key first, so that what a crash leaves behind opens with nothing."""
        _drop(self._place(name))

    def _place(self, name: SealId) -> Path:
        return self._folder / parse_seal_id(name)

    def _ids(self) -> Iterator[SealId]:
        return _ids_in(self._folder)

    def _chunks(self, name: SealId) -> Iterator[Path]:
        return (one for one in self._place(name).iterdir() if one.name.isdigit())

    @contextmanager
    def _held(self, folder: Path) -> Iterator[None]:
        """Nobody else writes here meanwhile, in this process or another."""
        try:
            descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise UnknownUpload(folder.name) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def sweep(folder: Path, after_seconds: float, now: float | None = None) -> int:
    """Drop what nobody went on with for so long in a spool's folder; how many. ``now`` by the file system's clock."""
    if not folder.is_dir():
        return 0
    limit, swept = (time.time() if now is None else now) - after_seconds, 0
    for name in tuple(_ids_in(folder)):
        place = folder / name
        with contextlib.suppress(FileNotFoundError):  # sealed or dropped meanwhile
            if max(one.stat().st_mtime for one in (place, *place.iterdir())) < limit:
                _drop(place)
                swept += 1
    return swept


def _ids_in(folder: Path) -> Iterator[SealId]:
    for one in sorted(folder.iterdir()):
        with contextlib.suppress(BadForm):
            yield parse_seal_id(one.name)


def _drop(place: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        (place / _FACTS).unlink()
    shutil.rmtree(place, ignore_errors=True)


class SpoolSource:
    """An upload read from its first octet to its last, one chunk in memory."""

    kind: SourceKind = "file"
    unread: tuple[Span, ...] = ()
    records: None = None
    media_type: Literal["application/octet-stream"] = "application/octet-stream"

    def __init__(self, spool: Spool, upload: Upload) -> None:
        self.name = upload.name
        self.total_octets = upload.size_octets
        self._spool = spool
        self.upload = upload
        self._next = 0
        self._rest = memoryview(b"")

    def fill(self, buffer: memoryview) -> int:
        done = 0
        while done < len(buffer):
            if not self._rest:
                if self._next == self.upload.chunks:
                    break
                self._rest = memoryview(self._spool.chunk(self.upload, self._next))
                self._next += 1
                if not self._rest:
                    raise SourceChanged(self.name)
            taken = self._rest[: len(buffer) - done]
            buffer[done : done + len(taken)] = taken
            self._rest = self._rest[len(taken) :]
            done += len(taken)
        return done


def _facts(upload: Upload) -> bytes:
    return write_canonical(
        {
            "case": upload.case,
            "name": upload.name,
            "size_octets": upload.size_octets,
            "by": upload.by,
            "words": dict(upload.words),
            "key": upload.key.hex(),
        }
    )


def _parse(name: SealId, facts: bytes) -> Upload:
    found = parse_object(facts, what="upload")
    words = found["words"]
    assert isinstance(words, dict)
    size = found["size_octets"]
    assert isinstance(size, int)
    return Upload(
        name,
        CaseRef(str(found["case"])),
        str(found["name"]),
        size,
        str(found["by"]),
        {one: str(value) for one, value in words.items()},
        0,
        bytes.fromhex(str(found["key"])),
    )


def _bound(name: SealId, number: int) -> bytes:
    return write_canonical({"label": LABEL, "upload": name, "chunk": number})


def _number(number: int) -> str:
    return f"{number:08d}"


def _write(path: Path, octets: bytes) -> None:
    """Durably, under its name only when it is whole."""
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        write_all(descriptor, octets, 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.rename(path)
    sync_folder(path.parent)
