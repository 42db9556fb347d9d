"""The exact ZIP: ours opens everywhere, and nothing but ours opens here."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from musnad.core.dossier.archive import (
    Entry,
    closing_records,
    crc_of,
    is_safe_name,
    local_header,
    open_archive,
    place,
)
from musnad.core.dossier.errors import MemberMissing, NotADossier
from musnad.core.kernel.errors import TooLarge
from tests.dossier_fixture import Octets, zip_of

MEMBERS = {"bagit.txt": b"hello", "data/a": b"", "data/b/c.txt": b"x" * 1000}


def refused(data: bytes) -> str:
    with pytest.raises(NotADossier) as caught:
        open_archive(Octets(data))
    return caught.value.why


def foreign_zip(compression: int = zipfile.ZIP_STORED) -> bytes:
    """As Python's own writer makes one: a time stamp, other version fields."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, data in sorted(MEMBERS.items()):
            made.writestr(name, data)
    return out.getvalue()


def test_our_archive_is_a_zip_to_others() -> None:
    with zipfile.ZipFile(io.BytesIO(zip_of(MEMBERS))) as found:
        assert found.testzip() is None
        assert {name: found.read(name) for name in found.namelist()} == MEMBERS


def test_reads_what_was_written() -> None:
    archive = open_archive(Octets(zip_of(MEMBERS)))
    assert archive.names() == tuple(sorted(MEMBERS))
    assert {name: archive.read(name, 2000) for name in archive.names()} == MEMBERS
    assert archive.size("data/b/c.txt") == 1000


def test_says_what_is_missing_or_too_large() -> None:
    archive = open_archive(Octets(zip_of(MEMBERS)))
    with pytest.raises(MemberMissing):
        archive.size("data/z")
    with pytest.raises(TooLarge):
        archive.read("data/b/c.txt", 999)


def test_every_flipped_octet_shows_in_a_record_or_in_a_sum() -> None:
    whole = zip_of(MEMBERS)
    for at in range(len(whole)):
        for bit in (1, 128):
            altered = bytearray(whole)
            altered[at] ^= bit
            try:
                archive = open_archive(Octets(bytes(altered)))
            except NotADossier:
                continue
            sums = [crc_of(archive.chunks(name)) == archive.entry(name).crc for name in archive.names()]
            assert not all(sums), at


def test_more_than_65535_members_take_zip64() -> None:
    members = {f"data/{number:06d}": b"" for number in range(65_600)}
    whole = zip_of(members)
    with zipfile.ZipFile(io.BytesIO(whole)) as found:
        assert len(found.namelist()) == len(members)
    assert len(open_archive(Octets(whole)).names()) == len(members)


class Sparse:
    """A reader over a file of many gigabytes whose content is zeros."""

    def __init__(self, entries: list[Entry]) -> None:
        placed = place(entries)
        self.parts = {one.header: local_header(one.entry) for one in placed}
        self.start = placed[-1].end
        self.records = closing_records(placed)
        self.size = self.start + len(self.records)

    def read_at(self, offset: int, size: int) -> bytes:
        if offset >= self.start:
            return self.records[offset - self.start : offset - self.start + size]
        return self.parts[offset][:size]


def test_members_past_four_gibibytes_take_zip64() -> None:
    entries = [Entry("a", 5 * 2**30, 1), Entry("b", 1, 2), Entry("c", 2**32 - 1, 3), Entry("d", 7, 4)]
    archive = open_archive(Sparse(entries))
    assert [archive.entry(name) for name in archive.names()] == entries


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../x", "a/../b", "a//b", "a\\b", ".hidden", "a/.b", "a\0b", "أ", "-x", "a/", "x" * 201]
)
def test_unsafe_names_are_not_names(name: str) -> None:
    assert not is_safe_name(name)


def with_name(name: bytes) -> bytes:
    """Our archive with one member's name overwritten, in both places, with as many octets."""
    return zip_of({"data/aaaaaaa": b"x"}).replace(b"data/aaaaaaa", name)


@pytest.mark.parametrize(
    "name", [b"../../etc/pw", b"/etc/passwd1", b"data\\aaaaaaa", b"data/\xff\xfeaaaaa", b"C:/aaaaaaaaa"]
)
def test_refuses_traversal_in_a_members_name(name: bytes) -> None:
    assert "name" in refused(with_name(name))


def test_refuses_two_members_of_one_name() -> None:
    entry = Entry("data/a", 1, crc_of([b"x"]))
    whole = b"".join([local_header(entry), b"x", local_header(entry), b"x", closing_records(place([entry, entry]))])
    assert "one name" in refused(whole)


def test_refuses_members_out_of_order() -> None:
    entries = [Entry("data/b", 1, crc_of([b"x"])), Entry("data/a", 1, crc_of([b"x"]))]
    whole = b"".join(
        [part for one in entries for part in (local_header(one), b"x")] + [closing_records(place(entries))]
    )
    refused(whole)


def test_refuses_a_prefix_a_suffix_a_comment_and_a_gap() -> None:
    whole = zip_of(MEMBERS)
    assert refused(b"#!/bin/sh\n" + whole)
    assert refused(whole + b"\n")
    assert refused(whole[:-2] + struct.pack("<H", 4) + b"note")
    entry = Entry("data/a", 1, crc_of([b"x"]))
    refused(local_header(entry) + b"x" + b"gap" + closing_records(place([entry])))


def test_refuses_two_central_directories() -> None:
    """One directory for this reader, another for a reader that looks for the last, or the first, signature."""
    first, second = zip_of(MEMBERS), zip_of({**MEMBERS, "data/a": b"other"})
    refused(first + second)
    refused(second + first)
    placed = place([Entry(name, len(data), crc_of([data])) for name, data in sorted(MEMBERS.items())])
    refused(first + closing_records(placed))


def test_refuses_links_modes_times_and_compression() -> None:
    whole = bytearray(zip_of(MEMBERS))
    directory = whole.find(b"PK\x01\x02")
    for at, value in (
        (38, struct.pack("<I", 0o120777 << 16)),  # a symbolic link
        (12, struct.pack("<HH", 1, 99)),  # another time
        (10, struct.pack("<H", 8)),  # deflated
        (8, struct.pack("<H", 1)),  # encrypted
        (34, struct.pack("<H", 1)),  # on another disk
    ):
        altered = bytearray(whole)
        altered[directory + at : directory + at + len(value)] = value
        refused(bytes(altered))


def test_refuses_what_other_writers_make() -> None:
    refused(foreign_zip())
    refused(foreign_zip(zipfile.ZIP_DEFLATED))


def test_refuses_huge_declared_sizes_and_counts_without_reading_them() -> None:
    whole = bytearray(zip_of(MEMBERS))
    directory = whole.find(b"PK\x01\x02")
    whole[directory + 20 : directory + 28] = struct.pack("<II", 0xFFFFFFFE, 0xFFFFFFFE)
    refused(bytes(whole))
    ending = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFE, 0xFFFE, 0xFFFFFFF0, 0, 0)
    refused(b"x" * 100 + ending)
    end64 = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 0x32D, 45, 0, 0, 2**62, 2**62, 2**62, 0)
    locator = struct.pack("<IIQI", 0x07064B50, 0, 100, 1)
    refused(b"x" * 100 + end64 + locator + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 2**32 - 1, 0, 0))


@pytest.mark.parametrize("data", [b"", b"PK", b"\0" * 22, b"PK\x05\x06" + b"\0" * 17, b"PK\x05\x06" + b"\xff" * 18])
def test_refuses_what_is_no_zip(data: bytes) -> None:
    refused(data)


def test_a_cut_file_is_refused_at_every_length() -> None:
    whole = zip_of({"bagit.txt": b"hello"})
    for size in range(len(whole)):
        refused(whole[:size])
