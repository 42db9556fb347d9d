from __future__ import annotations

import dataclasses
import io
import tarfile

import pytest

from musnad.core.sealing.archive import (
    ArchiveReader,
    Entry,
    ending,
    index_entry,
    index_name,
    padding,
    write_header,
)
from musnad.core.sealing.errors import BadArchive

ROOT = Entry(b"case", "folder", 0o755, 1000, 1000, 1_700_000_000_123_456_789)
ENTRIES = [
    ROOT,
    Entry(b"case/a", "file", 0o644, 0, 0, 5 * 10**9, 3),
    Entry(b"case/dir", "folder", 0o700, 3_000_000, 0, -1_500_000_000),
    Entry(b"case/dir/" + b"long" * 60, "file", 0o4755, 0, 0, 10**9, 513),
    Entry("case/dir/ملف".encode(), "link", 0o777, 0, 0, 0, 0, "../هدف".encode()),
    Entry(b"case/dir-", "pipe", 0o600, 0, 0, 0),
    Entry(b"case/null", "character", 0o666, 0, 0, 0, 0, b"", (1, 3)),
    Entry(b"case/\xff", "file", 0o644, 0, 0, 8**11 * 10**9, 0),
]


class Heard:
    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.contents: list[bytearray] = []
        self.firsts: list[int] = []
        self.ends = 0

    def begin(self, entry: Entry, first: int) -> None:
        self.entries.append(entry)
        self.contents.append(bytearray())
        self.firsts.append(first)

    def content(self, octets: memoryview) -> None:
        self.contents[-1] += octets

    def end(self) -> None:
        self.ends += 1


def content(size: int) -> bytes:
    return bytes(1 + at % 255 for at in range(size))


def archive(entries: list[Entry], index: bytes | None = b"{}\n") -> bytes:
    made = b""
    last = [] if index is None else [index_entry(entries[0].name, len(index))]
    for entry in [*entries, *last]:
        octets = (index or b"") if entry in last else content(entry.size_octets)
        made += write_header(entry) + octets + bytes(padding(len(octets)))
    return made + bytes(ending(len(made)))


def read(octets: bytes, step: int = 1000) -> Heard:
    heard = Heard()
    reader = ArchiveReader(heard)
    for at in range(0, len(octets), step):
        reader.take(memoryview(octets)[at : at + step])
    reader.finish()
    return heard


@pytest.mark.parametrize("step", [1, 511, 512, 10**6])
def test_what_was_written_is_read(step: int) -> None:
    whole = archive(ENTRIES)
    heard = read(whole, step)
    assert heard.entries == [*ENTRIES, index_entry(b"case", 3)]
    assert [bytes(one) for one in heard.contents[:-1]] == [content(entry.size_octets) for entry in ENTRIES]
    assert heard.ends == sum(entry.kind == "file" for entry in heard.entries)
    for entry, first, octets in zip(heard.entries, heard.firsts, heard.contents, strict=True):
        assert whole[first : first + entry.size_octets] == octets


def test_another_tar_reads_the_same() -> None:
    with tarfile.open(fileobj=io.BytesIO(archive(ENTRIES))) as tar:
        found = tar.getmembers()
    assert [one.name.encode("utf-8", "surrogateescape") for one in found] == [
        *(entry.name for entry in ENTRIES),
        b"case.files.jsonl",
    ]
    assert [one.size for one in found] == [*(entry.size_octets for entry in ENTRIES), 3]
    assert [one.mtime for one in found[:-1]] == [entry.modified_ns / 10**9 for entry in ENTRIES]
    assert [one.uid for one in found[:-1]] == [entry.uid for entry in ENTRIES]
    assert found[4].linkname == "../هدف"
    assert (found[6].devmajor, found[6].devminor) == (1, 3)


def test_sizes_over_eight_gibibytes_are_told() -> None:
    big = Entry(b"case/a", "file", 0, 0, 0, 0, 8**11 + 5)
    info = tarfile.TarInfo.fromtarfile  # read by another than ours
    with tarfile.open(fileobj=io.BytesIO(write_header(ROOT) + write_header(big))) as tar:
        assert info(tar).size == 8**11 + 5


def test_the_index_is_never_named_like_the_folder() -> None:
    for root in (b"a", b"x" * 200, b"x" * 201, b"a.files.jsonl", b"musnad.files.jsonl", "ق".encode() * 100):
        assert index_name(root) != root


FILE = Entry(b"case/x", "file", 0o644, 0, 0, 0, 3)
LINK = Entry(b"case/x", "link", 0o777, 0, 0, 0, 0, b"/tmp")


@pytest.mark.parametrize(
    "entries",
    [
        [FILE],
        [dataclasses.replace(FILE, name=b"case")],
        [ROOT, FILE, FILE],
        [ROOT, FILE, dataclasses.replace(FILE, name=b"case/a")],
        [ROOT, dataclasses.replace(FILE, name=b"case/../../etc/passwd")],
        [ROOT, dataclasses.replace(FILE, name=b"case/..")],
        [ROOT, dataclasses.replace(FILE, name=b"case/.")],
        [ROOT, dataclasses.replace(FILE, name=b"case/")],
        [ROOT, dataclasses.replace(FILE, name=b"case//x")],
        [ROOT, dataclasses.replace(FILE, name=b"/etc/passwd")],
        [ROOT, dataclasses.replace(FILE, name=b"etc/passwd")],
        [ROOT, dataclasses.replace(FILE, name=b"beside")],
        [ROOT, dataclasses.replace(FILE, name=b"case/x\0y")],
        [ROOT, LINK, dataclasses.replace(FILE, name=b"case/x/y")],
        [ROOT, FILE, dataclasses.replace(FILE, name=b"case/x/y")],
        [ROOT, *(dataclasses.replace(ROOT, name=name) for name in (b"case/a", b"case/b", b"case/a/x"))],
        [ROOT, dataclasses.replace(ROOT, name=b"other")],
        [ROOT, ROOT],
    ],
    ids=lambda entries: ascii([entry.name for entry in entries]),
)  # fmt: skip
def test_refuses_names_that_lead_out_come_twice_or_out_of_order(entries: list[Entry]) -> None:
    with pytest.raises(BadArchive) as caught:
        read(archive(entries))
    assert caught.value.code == "archive.invalid"


def test_refuses_an_archive_without_its_index_or_with_more_after_it() -> None:
    with pytest.raises(BadArchive):
        read(archive([ROOT, FILE], index=None))
    with pytest.raises(BadArchive):
        read(archive([ROOT, index_entry(b"case", 3), FILE]))
    with pytest.raises(BadArchive):
        read(archive([ROOT, dataclasses.replace(index_entry(b"case", 3), mode=0o777)], index=None))


def test_refuses_what_is_cut_or_goes_on() -> None:
    whole = archive([ROOT, FILE])
    assert read(whole).ends == 2
    for wrong in (whole[:-1], whole[:-512], whole[:1024], b"", whole + bytes(512), whole + b"x", whole[:-1] + b"x"):
        with pytest.raises(BadArchive):
            read(wrong)


@pytest.mark.parametrize("at", [*range(0, 512, 7), 148, 156, 257, 263, 345, 511])
def test_refuses_a_header_that_another_tool_might_read_otherwise(at: int) -> None:
    """Any octet of a header changed: a second checksum, another magic, a prefix, octets behind a name's end."""
    whole = bytearray(archive([ROOT, FILE]))
    begin = len(write_header(ROOT))
    whole[begin + at] ^= 0x11
    with pytest.raises(BadArchive):
        read(bytes(whole))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"hdrcharset=BINARY", b"hdrcharset=BINARX"),
        (b" path=", b" patH="),
        (b" mtime=", b" ctime="),
        (b"mtime=1700000000.123456789", b"mtime=1700000000.12345678x"),
        (b"\0\0\0\0\0\0", b"\0\0\0\0\0x"),
    ],
)
def test_refuses_pax_lines_that_are_not_in_their_one_form(old: bytes, new: bytes) -> None:
    whole = archive(ENTRIES)
    assert old in whole
    with pytest.raises(BadArchive):
        read(whole.replace(old, new, 1))


def test_refuses_a_header_that_would_fill_the_memory() -> None:
    from musnad.core.sealing.archive import _block

    with pytest.raises(BadArchive):
        read(_block(b"././@PaxHeader", 0, 0, 0, 2**30, 0, b"x") + bytes(1024))
