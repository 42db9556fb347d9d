"""A folder's list, when it is sealed and when it is opened: it tells of the very files, or nothing appears."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from musnad.adapters.vault.folder import FolderSource
from musnad.adapters.vault.memory import MemorySource, MemoryTarget, MemoryVault
from musnad.core.kernel.names import Digest, digest_of
from musnad.core.sealing.archive import Entry, ending, index_entry, padding, write_header
from musnad.core.sealing.layout import PART_OCTETS, Span
from musnad.core.sealing.listing import ListCheck
from musnad.core.sealing.manifest import SourceKind
from musnad.core.sealing.records import (
    FileRecord,
    MissingRecord,
    Record,
    parse_record,
    prove_record,
    record_leaf,
    salt_of,
    salt_secret,
    verify_record,
    write_record,
)
from musnad.exchange.evidence.errors import NotAsDeclared
from musnad.exchange.evidence.opening import open_exhibit
from musnad.exchange.evidence.sealing import Sealed
from tests.exchange.evidence.workshop import content_of, seal_into

SIZE = 1000


class Told:
    """What a folder's source says of its records, as the test wants it."""

    def __init__(self, lines: list[bytes], missing: int, index: Span) -> None:
        self.lines = lines
        self.missing = missing
        self.index = index

    def listen(self, hear: Callable[[bytes], object]) -> None:
        for line in self.lines:
            hear(line)


class Crafted(MemorySource):
    """A folder of two files and one that is missing, by a sealing authority that may lie."""

    kind: SourceKind = "folder"

    def __init__(self, change: Callable[[list[Record]], list[Record]] = list) -> None:
        made = write_header(Entry(b"case", "folder", 0o755, 0, 0, 0))
        records: list[Record] = []
        for name in (b"case/a", b"case/b"):
            content = content_of(SIZE, name)
            made += write_header(Entry(name, "file", 0o644, 0, 0, 0, SIZE))
            records.append(FileRecord(name, len(made), SIZE, digest_of(content)))
            made += content + bytes(padding(SIZE))
        records.append(MissingRecord(b"case/locked", "EACCES"))
        lines = [write_record(one) for one in change(records)]
        index = b"".join(line + b"\n" for line in lines)
        made += write_header(index_entry(b"case", len(index)))
        place = Span(len(made), len(index))
        made += index + bytes(padding(len(index)))
        super().__init__(made + bytes(ending(len(made))), "case.tar")
        self.records = Told(lines, sum(isinstance(parse_record(one), MissingRecord) for one in lines), place)  # type: ignore[assignment]


def opened(vault: MemoryVault, sealed: Sealed) -> bytes | None:
    target = MemoryTarget()
    open_exhibit(sealed.manifest, sealed.key, target, vault=vault)
    return target.octets


def test_an_honest_list_opens() -> None:
    vault = MemoryVault()
    sealed = seal_into(vault, Crafted())
    assert sealed.manifest.records is not None
    assert (sealed.manifest.records.count, sealed.manifest.records.missing) == (3, 1)
    assert opened(vault, sealed) is not None


@pytest.mark.parametrize(
    "lie",
    [
        lambda records: records[1:],
        lambda records: [records[1], records[0], records[2]],
        lambda records: [records[0], records[0], records[2]],
        lambda records: [records[0], dataclasses.replace(records[1], sha256=Digest("0" * 64)), records[2]],
        lambda records: [records[0], dataclasses.replace(records[1], first=records[1].first + 1), records[2]],
        lambda records: [records[0], dataclasses.replace(records[1], size_octets=SIZE - 1), records[2]],
        lambda records: [records[0], dataclasses.replace(records[1], name=b"case/c"), records[2]],
        lambda records: [records[2], *records[:2]],
        lambda records: [MissingRecord(b"case/a", "EIO"), *records[1:]],
        lambda _: [],
    ],
)
def test_refuses_a_list_that_lies_of_the_files(lie: Callable[[list[Record]], list[Record]]) -> None:
    vault = MemoryVault()
    with pytest.raises(NotAsDeclared) as caught:
        opened(vault, seal_into(vault, Crafted(lie)))
    assert caught.value.what == "records: list"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"root": Digest("0" * 64)}, "root"),
        ({"count": 4}, "count"),
        ({"missing": 0}, "count"),
        ({"index": Span(0, 1)}, "index"),
    ],
)
def test_refuses_a_manifest_that_lies_of_the_list(change: dict[str, object], what: str) -> None:
    vault = MemoryVault()
    sealed = seal_into(vault, Crafted())
    assert sealed.manifest.records is not None
    note = dataclasses.replace(sealed.manifest.records, **change)  # type: ignore[arg-type]
    wrong = dataclasses.replace(sealed, manifest=dataclasses.replace(sealed.manifest, records=note))
    with pytest.raises(NotAsDeclared) as caught:
        opened(vault, wrong)
    assert caught.value.what == f"records: {what}"


def test_refuses_records_of_what_is_no_archive() -> None:
    source = MemorySource(content_of(20_000), "case.tar")
    source.kind = "folder"
    source.records = Told([], 0, Span(0, 0))  # type: ignore[assignment]
    vault = MemoryVault()
    with pytest.raises(NotAsDeclared) as caught:
        opened(vault, seal_into(vault, source))
    assert caught.value.what == "records: archive.invalid"


def test_who_has_the_content_and_no_key_checks_the_list_but_not_its_root() -> None:
    vault = MemoryVault()
    sealed = seal_into(vault, Crafted())
    note, octets = sealed.manifest.records, opened(vault, sealed)
    assert note is not None
    assert octets is not None
    for wrong, why in ((note, None), (dataclasses.replace(note, root=Digest("0" * 64)), None),
                       (dataclasses.replace(note, count=2), "count")):  # fmt: skip
        check = ListCheck(wrong)
        check.take(memoryview(octets))
        assert check.why() == why


def test_one_file_of_a_tree_is_proven_to_who_has_nothing_but_the_manifest(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    (root / "deep" / "er").mkdir(parents=True)
    (root / "deep" / "er" / "one").write_bytes(content_of(PART_OCTETS + 5))
    for number in range(20):
        (root / f"file {number}").write_bytes(b"%d" % number)
    vault = MemoryVault()
    with FolderSource(root) as source:
        sealed = seal_into(vault, source)
    octets, note = opened(vault, sealed), sealed.manifest.records
    assert octets is not None
    assert note is not None
    lines = octets[note.index.first : note.index.end].splitlines()
    assert len(lines) == note.count == 21
    secret = salt_secret(sealed.key, sealed.seal)
    leaves = [record_leaf(salt_of(secret, number), line) for number, line in enumerate(lines)]
    number = next(at for at, line in enumerate(lines) if b"deep/er/one" in line)
    proof = prove_record(sealed.seal, secret, leaves, number, parse_record(lines[number]))
    shown = verify_record(sealed.manifest, proof)
    assert isinstance(shown, FileRecord)
    assert octets[shown.first : shown.first + shown.size_octets] == content_of(PART_OCTETS + 5)
    assert shown.sha256 == digest_of(content_of(PART_OCTETS + 5))
