from __future__ import annotations

import hashlib
import io
import os
import socket
import tarfile
from pathlib import Path

import pytest

from musnad.adapters.vault.folder import FolderSource
from musnad.adapters.vault.source import open_source
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
        whole = drain(source)
        assert len(whole) == source.total_octets
        return whole


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


def test_refuses_a_folder_with_a_socket_rather_than_leave_it_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "r"
    root.mkdir()
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s")
        with pytest.raises(SourceUnsupported) as caught:
            open_source(root)
    assert caught.value.code == "source.unsupported"
