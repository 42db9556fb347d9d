"""Media that fail: a double of ``os.preadv``, and the kernel's own EIO (a mapping of a file that was cut)."""

from __future__ import annotations

import ctypes
import errno
import hashlib
import mmap
import os
from pathlib import Path

import pytest

from musnad.adapters.vault.careful import MEDIUM_ERRORS, STEP_OCTETS, CarefulReader
from musnad.adapters.vault.folder import FolderSource
from musnad.adapters.vault.memory import MemoryTarget, MemoryVault
from musnad.adapters.vault.source import FileSource
from musnad.core.sealing.layout import PART_OCTETS, Span
from musnad.core.sealing.records import FileRecord, parse_record
from musnad.exchange.evidence.errors import SourceTooDamaged, SourceUnreadable
from musnad.exchange.evidence.opening import open_exhibit
from tests.adapters.vault.test_sources import drain
from tests.exchange.evidence.workshop import content_of, seal_into


class BadMedium:
    """``os.preadv`` of a medium that gives nothing where a bad range is touched, as a whole or up to it."""

    def __init__(self, *bad: Span, error: int = errno.EIO, gives_up_to: bool = False) -> None:
        self.bad = bad
        self.error = error
        self.gives_up_to = gives_up_to
        self.calls = 0

    def __call__(self, descriptor: int, buffers: list[memoryview], at: int) -> int:
        self.calls += 1
        (buffer,) = buffers
        by_place = sorted(self.bad, key=lambda one: one.first)
        hit = [one for one in by_place if one.first < at + len(buffer) and at < one.end]
        if hit and self.gives_up_to and hit[0].first > at:
            return os.preadv(descriptor, [buffer[: hit[0].first - at]], at)
        if hit:
            raise OSError(self.error, os.strerror(self.error))
        return os.preadv(descriptor, buffers, at)


def zeroed(content: bytes, *spans: Span) -> bytes:
    made = bytearray(content)
    for span in spans:
        made[span.first : span.end] = bytes(span.size_octets)
    return bytes(made)


@pytest.mark.parametrize("gives_up_to", [False, True])
@pytest.mark.parametrize("error", sorted(MEDIUM_ERRORS))
def test_what_is_not_read_is_zeros_told_to_the_step_and_the_rest_is_sealed(
    tmp_path: Path, error: int, gives_up_to: bool
) -> None:
    path, content = tmp_path / "disk", content_of(2 * PART_OCTETS + 1000)
    path.write_bytes(content)
    medium = BadMedium(Span(512, 512), Span(PART_OCTETS - 1, 2), error=error, gives_up_to=gives_up_to)
    bad = (Span(0, STEP_OCTETS), Span(PART_OCTETS - STEP_OCTETS, 2 * STEP_OCTETS))
    if gives_up_to:  # what stands before the bad place came, so the step begins there
        bad = (Span(512, STEP_OCTETS - 512), Span(PART_OCTETS - 1, STEP_OCTETS + 1))
    vault, target = MemoryVault(), MemoryTarget()
    with FileSource(path, medium) as source:
        sealed = seal_into(vault, source)
    manifest = sealed.manifest
    assert manifest.unread == bad
    assert manifest.unread_octets == sum(one.size_octets for one in bad)
    assert manifest.size_octets == len(content)
    open_exhibit(manifest, sealed.key, target, vault=vault)
    assert target.octets == zeroed(content, *bad)
    assert manifest.sha256 == hashlib.sha256(target.octets or b"").hexdigest()


def test_a_damaged_end_keeps_the_size(tmp_path: Path) -> None:
    path = tmp_path / "disk"
    path.write_bytes(content_of(10_000))
    with FileSource(path, BadMedium(Span(9_999, 1))) as source:
        assert drain(source, PART_OCTETS) == zeroed(content_of(10_000), Span(8192, 1808))
        assert source.unread == (Span(8192, 1808),)


def test_errors_that_are_not_the_mediums_are_not_forgiven(tmp_path: Path) -> None:
    path = tmp_path / "disk"
    path.write_bytes(content_of(10_000))
    for error in (errno.ENODEV, errno.ENXIO, errno.EACCES):
        with FileSource(path, BadMedium(Span(0, 1), error=error)) as source, pytest.raises(SourceUnreadable):
            drain(source)


def test_a_disk_that_was_pulled_out_is_not_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "disk"
    path.write_bytes(content_of(100_000))
    with FileSource(path, BadMedium(Span(50_000, 50_000))) as source:
        path.unlink()
        with pytest.raises(SourceUnreadable) as caught:
            drain(source)
    assert caught.value.why == "EIO, gone"


def test_a_medium_that_gives_nothing_at_all_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "disk"
    path.write_bytes(content_of(100_000))
    with FileSource(path, BadMedium(Span(0, 100_000))) as source, pytest.raises(SourceUnreadable) as caught:
        drain(source)
    assert caught.value.why == "EIO throughout"


def test_steps_grow_with_the_damage_and_too_much_of_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "disk"
    with path.open("wb") as file:
        file.truncate(2**33)
    sparse = [Span(at, 1) for at in range(0, 2**33, 2**23)]
    medium = BadMedium(*sparse[:700])
    reader = CarefulReader("disk", medium)
    descriptor = os.open(path, os.O_RDONLY)
    buffer = memoryview(bytearray(PART_OCTETS))

    def read_at(at: int) -> int:
        return reader.read(descriptor, buffer, at, at, lambda: True)

    for number, span in enumerate(sparse[:700]):
        assert reader.step_octets == min(PART_OCTETS, STEP_OCTETS << number // 64)
        assert read_at(span.first) == PART_OCTETS
    assert len(reader.unread) == 700
    assert reader.unread[-1].size_octets == PART_OCTETS
    medium.bad = tuple(sparse)
    for span in sparse[700:]:
        read_at(span.first)
    assert len(reader.unread) == 1024
    with pytest.raises(SourceTooDamaged) as caught:
        read_at(0)
    assert caught.value.code == "source.too-damaged"
    os.close(descriptor)


def test_a_damaged_file_of_a_folder_is_told_by_its_octets_in_the_exhibit(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    for name in ("a", "b", "c"):
        (root / name).write_bytes(content_of(20_000, name.encode()))
    bad = (root / "b").stat().st_ino

    class OneFile(BadMedium):
        def __call__(self, descriptor: int, buffers: list[memoryview], at: int) -> int:
            if os.fstat(descriptor).st_ino == bad:
                return super().__call__(descriptor, buffers, at)
            return os.preadv(descriptor, buffers, at)

    lines: list[bytes] = []
    with FolderSource(root, OneFile(Span(5000, 1))) as source:
        source.records.listen(lines.append)
        whole = drain(source, PART_OCTETS)
    first, second, third = (parse_record(line) for line in lines)
    assert isinstance(second, FileRecord)
    assert source.unread == (Span(second.first + 4096, 4096),)
    found = whole[second.first : second.first + 20_000]
    assert found == zeroed(content_of(20_000, b"b"), Span(4096, 4096))
    assert second.sha256 == hashlib.sha256(found).hexdigest()
    for record, seed in ((first, b"a"), (third, b"c")):
        assert isinstance(record, FileRecord)
        assert record.sha256 == hashlib.sha256(content_of(20_000, seed)).hexdigest()


def test_an_error_that_the_kernel_itself_gives(tmp_path: Path) -> None:
    """Pages of a mapping whose file was cut give EIO when they are read through /proc/self/mem."""
    pages, good = 16, 11
    content = content_of(pages * mmap.PAGESIZE)
    path = tmp_path / "mapped"
    path.write_bytes(content)
    with path.open("r+b") as file:
        mapping = mmap.mmap(file.fileno(), 0)
        file.truncate(good * mmap.PAGESIZE)
    view = ctypes.c_char.from_buffer(mapping)
    base = ctypes.addressof(view)
    descriptor = os.open("/proc/self/mem", os.O_RDONLY)
    reader = CarefulReader("mapped")
    buffer = memoryview(bytearray(b"?" * len(content)))
    done = 0
    while done < len(content):
        done += reader.read(descriptor, buffer[done:], base + done, done, lambda: True)
    os.close(descriptor)
    del view
    mapping.close()
    lost = Span(good * mmap.PAGESIZE, (pages - good) * mmap.PAGESIZE)
    assert reader.unread == (lost,)
    assert bytes(buffer) == zeroed(content, lost)
