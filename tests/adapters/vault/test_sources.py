from __future__ import annotations

import errno
import hashlib
import io
import os
import socket
import tarfile
from pathlib import Path
from typing import Any

import pytest

from musnad.adapters.vault.careful import PositionedRead
from musnad.adapters.vault.folder import FolderSource
from musnad.adapters.vault.slate import Slate
from musnad.adapters.vault.source import open_source
from musnad.core.sealing.records import FileRecord, MissingRecord, Record, parse_record
from musnad.exchange.evidence.errors import SourceChanged, SourceUnreadable, SourceUnsupported
from musnad.exchange.evidence.ports import Source


def drain(source: Source, size: int = 100_003) -> bytes:
    whole = bytearray()
    buffer = memoryview(bytearray(size))
    while got := source.fill(buffer):
        whole += buffer[:got]
        if got < size:
            assert source.fill(buffer) == 0
            break
    return bytes(whole)


def sealed_folder(path: Path) -> bytes:
    with open_source(path) as source:
        return drain(source)


def listed_folder(path: Path, read: PositionedRead | None = None) -> tuple[FolderSource, bytes, list[Record]]:
    """The source when all was read, what it gave, and the records that it told of, which its list repeats."""
    with FolderSource(path, read) as source:
        lines: list[bytes] = []
        source.records.listen(lines.append)
        whole = drain(source)
    index = source.records.index
    assert whole[index.first : index.end] == b"".join(line + b"\n" for line in lines)
    return source, whole, [parse_record(line) for line in lines]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "قضية"
    (root / "مجلد" / "empty").mkdir(parents=True)
    (root / "مجلد" / "تقرير.txt").write_text("نص", "utf-8")
    (root / "b.bin").write_bytes(os.urandom(300_000))
    (root / "a.bin").write_bytes(b"")
    (root / ("long" * 60)).write_bytes(b"x" * 512)
    (root / "link").symlink_to("../outside")
    with (root / "sparse").open("wb") as file:
        file.truncate(200_000)
        file.seek(150_000)
        file.write(b"end")
    (root / os.fsdecode(b"not-utf8-\xff")).write_bytes(b"y")
    os.mkfifo(root / "pipe")
    os.utime(root / "b.bin", ns=(10**18 + 1, 10**18 + 123_456_789))
    return root


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "disk.img"
    path.write_bytes(os.urandom(250_000))
    with open_source(path) as source:
        assert (source.name, source.kind, source.total_octets) == ("disk.img", "file", 250_000)
        assert drain(source) == path.read_bytes()


def test_a_folder_is_a_tar_that_others_read(folder: Path) -> None:
    whole = sealed_folder(folder)
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:
        found = {member.name: member for member in tar.getmembers()}
        content = tar.extractfile("قضية/b.bin")
        sparse = tar.extractfile("قضية/sparse")
        assert content is not None
        assert sparse is not None
        assert content.read() == (folder / "b.bin").read_bytes()
        assert sparse.read() == (folder / "sparse").read_bytes()
    assert found["قضية/مجلد/empty"].isdir()
    assert found["قضية/link"].linkname == "../outside"
    assert found["قضية/pipe"].isfifo()
    assert found["قضية/b.bin"].pax_headers["mtime"] == "1000000000.123456789"
    assert f"قضية/{os.fsdecode(b'not-utf8-' + bytes([255]))}" in found
    assert "قضية/" + "long" * 60 in found


def test_the_same_folder_gives_the_same_octets_whatever_the_order_of_making(tmp_path: Path) -> None:
    names = ["z", "ا", "a", "B", "ă"]
    digests: set[str] = set()
    for turn in (names, names[::-1]):
        root = tmp_path / str(len(digests)) / "same"
        root.mkdir(parents=True)
        for name in turn:
            (root / name).write_text(name, "utf-8")
            os.utime(root / name, (1, 1))
        os.utime(root, (1, 1))
        digests.add(hashlib.sha256(sealed_folder(root)).hexdigest())
    assert len(digests) == 1


def test_entries_are_sorted_by_octets(folder: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(sealed_folder(folder))) as tar:
        top = [name.split("/")[1] for name in tar.getnames() if name.count("/") == 1]
    assert top == sorted(top, key=os.fsencode)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"SECRET")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "secret")
    assert b"SECRET" not in sealed_folder(tmp_path / "root")


def test_refuses_a_file_that_changes_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(bytes(1000))
    for change in (
        lambda: path.write_bytes(bytes(1001)),
        lambda: os.truncate(path, 10),
        lambda: os.utime(path, (1, 1)),
    ):
        path.write_bytes(bytes(1000))
        with open_source(path) as source:
            source.fill(memoryview(bytearray(500)))
            change()
            with pytest.raises(SourceChanged) as caught:
                source.fill(memoryview(bytearray(5000)))
        assert caught.value.code == "source.changed"


@pytest.mark.parametrize("change", ["gone", "shorter", "touched"])
def test_refuses_a_folder_whose_file_changes_while_it_is_read(tmp_path: Path, change: str) -> None:
    root = tmp_path / "root"
    root.mkdir()
    path = root / "file"
    path.write_bytes(bytes(100_000))
    (root / "later").write_bytes(b"later")
    with FolderSource(root) as source:
        source.fill(memoryview(bytearray(5000)))
        match change:
            case "gone":
                (root / "later").unlink()
            case "shorter":
                os.truncate(path, 10)
            case _:
                os.utime(path, (1, 1))
        with pytest.raises(SourceChanged):
            drain(source)


def test_refuses_what_is_not_there_and_what_cannot_be_sealed(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable) as caught:
        open_source(tmp_path / "missing")
    assert caught.value.code == "source.unreadable"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceUnsupported):
        open_source(tmp_path / "pipe")


def test_progress_expects_about_what_comes(folder: Path) -> None:
    with open_source(folder) as source:
        assert abs(source.total_octets - len(drain(source))) < 20_000


def test_each_file_has_a_record_that_says_where_it_is(folder: Path) -> None:
    source, whole, records = listed_folder(folder)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    assert len(records) == len(files)
    for one in records:
        assert isinstance(one, FileRecord)
        content = (folder.parent / os.fsdecode(one.name)).read_bytes()
        assert whole[one.first : one.first + one.size_octets] == content
        assert one.sha256 == hashlib.sha256(content).hexdigest()
    assert source.records.missing == 0
    assert source.unread == ()


def test_what_cannot_be_sealed_is_told_with_why_and_the_rest_is_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "r"
    (root / "closed").mkdir(parents=True)
    (root / "closed" / "inner").write_bytes(b"inner")
    (root / "locked").write_bytes(b"locked")
    (root / "open").write_bytes(b"open")
    monkeypatch.chdir(root)
    actual = os.open

    def without_permission(path: str, flags: int, *rest: int, **more: int) -> int:
        if path in {"locked", "closed"}:
            raise PermissionError(errno.EACCES, "planted")
        return actual(path, flags, *rest, **more)

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s")
        monkeypatch.setattr(os, "open", without_permission)
        source, whole, records = listed_folder(root)
    assert [(one.name, one.why) for one in records if isinstance(one, MissingRecord)] == [
        (b"r/closed", "EACCES"),
        (b"r/locked", "EACCES"),
        (b"r/s", "socket"),
    ]
    assert [one.name for one in records if isinstance(one, FileRecord)] == [b"r/open"]
    assert source.records.missing == 3
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:
        assert tar.getnames() == ["r", "r/closed", "r/open", "r.files.jsonl"]


def test_a_folder_that_is_swapped_for_another_while_it_is_walked_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking at a folder and entering it, somebody puts a link to elsewhere, or another folder, there."""
    looked = os.stat
    for kind in ("link", "folder"):
        root, outside = tmp_path / kind / "root", tmp_path / kind / "outside"
        (root / "a").mkdir(parents=True)
        outside.mkdir()
        (outside / "secret").write_bytes(b"SECRET")
        source = FolderSource(root)

        def swap(
            *given: object, root: Path = root, outside: Path = outside, kind: str = kind, **more: object
        ) -> object:
            found = looked(*given, **more)  # type: ignore[arg-type]
            if given[0] == "a" and not (root / "gone").exists():
                (root / "a").rename(root / "gone")
                (root / "a").symlink_to(outside) if kind == "link" else outside.rename(root / "a")
            return found

        with monkeypatch.context() as patch, source:
            patch.setattr(os, "stat", swap)
            with pytest.raises(SourceChanged):
                drain(source)


def test_a_file_that_is_swapped_for_a_link_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_bytes(b"SECRET")
    (root / "a").write_bytes(b"a")
    actual = os.open

    def swap(path: str, flags: int, *rest: int, **more: int) -> int:
        if path == "a":
            (root / "a").unlink()
            (root / "a").symlink_to(tmp_path / "secret")
        return actual(path, flags, *rest, **more)

    with FolderSource(root) as source:
        monkeypatch.setattr(os, "open", swap)
        with pytest.raises(SourceChanged):
            drain(source)


def test_a_tree_deeper_than_any_path_may_be_long_is_sealed_whole(tmp_path: Path) -> None:
    name, depth = "d" * 200, 60
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=here)
        there = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = there
    with os.fdopen(os.open("deep", os.O_WRONLY | os.O_CREAT, dir_fd=here), "wb") as file:
        file.write(b"deep")
    os.close(here)
    _, whole, records = listed_folder(tmp_path)
    assert records[0].name.endswith(b"/deep")
    assert len(records[0].name) > depth * 200
    assert b"deep" in whole


def test_many_names_are_listed_in_constant_memory_and_encrypted_where_they_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from musnad.adapters.vault import slate

    monkeypatch.setattr(slate, "CHUNK_OCTETS", 1000)
    monkeypatch.setattr(slate, "HELD_CHUNKS", 1)
    root = tmp_path / "root"
    root.mkdir()
    for number in range(200):
        (root / f"witness {number}").write_bytes(b"%d" % number)
    _, _, records = listed_folder(root)
    assert len(records) == 200
    written: list[bytes] = []
    spilled = Slate()
    monkeypatch.setattr(slate, "TemporaryFile", lambda **_: _Watched(written))
    for number in range(300):
        spilled.add(b"witness %d\n" % number)
    assert b"".join(spilled.chunks()) == b"".join(b"witness %d\n" % number for number in range(300))
    assert sum(len(one) for one in written) > 2000
    assert not any(b"witness" in one for one in written)
    spilled.close()


class _Watched(io.BytesIO):
    def __init__(self, written: list[bytes]) -> None:
        super().__init__()
        self._written = written

    def write(self, octets: Any, /) -> int:
        self._written.append(bytes(octets))
        return super().write(octets)
