from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from musnad.adapters.vault.memory import MemorySource, MemoryTarget, MemoryVault
from musnad.adapters.vault.target import FileTarget
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import digest_of
from musnad.core.sealing.index import Entry, IndexSealer
from musnad.core.sealing.layout import LEAF_OCTETS, PART_OCTETS, Span
from musnad.core.sealing.part import Place, seal_part
from musnad.core.sealing.tree import leaf_hashes
from musnad.exchange.evidence.errors import (
    Cancelled,
    DamagedExhibit,
    NoSuchExhibit,
    NotAsDeclared,
    StorageFailed,
    StorageFull,
    TargetExists,
)
from musnad.exchange.evidence.opening import open_exhibit, write_ranges
from musnad.exchange.evidence.ports import NoTarget, Progress
from musnad.exchange.evidence.sealing import Sealed
from musnad.exchange.evidence.vault import Member, read_range
from musnad.exchange.steps import Moment
from tests.exchange.evidence.workshop import KillAt, Killed, content_of, seal_into

SIZE = 4 * PART_OCTETS + 100
CONTENT = content_of(SIZE)


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def sealed(vault: MemoryVault) -> Sealed:
    return seal_into(vault, MemorySource(CONTENT))


def stored(vault: MemoryVault, sealed: Sealed, member: Member) -> bytearray:
    return bytearray(read_range(vault, sealed.seal, member, 0, vault.size(sealed.seal, member)))


def refused(vault: MemoryVault, sealed: Sealed, key: bytes | None = None) -> MusnadError:
    target = MemoryTarget()
    with pytest.raises(MusnadError) as caught:
        open_exhibit(sealed.manifest, sealed.key if key is None else key, target, vault=vault)
    assert target.octets is None
    return caught.value


def test_opens_to_what_was_sealed_and_says_how_far(vault: MemoryVault, sealed: Sealed) -> None:
    target = MemoryTarget()
    told: list[Progress] = []
    open_exhibit(sealed.manifest, sealed.key, target, vault=vault, report=told.append)
    assert target.octets == CONTENT
    assert told[-1] == Progress(SIZE, SIZE)
    open_exhibit(sealed.manifest, sealed.key, NoTarget(), vault=vault)


@pytest.mark.parametrize("at", [0, PART_OCTETS - 1, PART_OCTETS, 2 * PART_OCTETS + 5, 4 * PART_OCTETS, SIZE - 1])
@pytest.mark.parametrize("bit", [1, 128])
def test_names_the_part_of_a_flipped_bit(vault: MemoryVault, sealed: Sealed, at: int, bit: int) -> None:
    data = stored(vault, sealed, "data")
    data[at] ^= bit
    vault.change(sealed.seal, "data", bytes(data))
    span = sealed.manifest.layout.part(at // PART_OCTETS)
    error = refused(vault, sealed)
    assert isinstance(error, DamagedExhibit)
    assert (error.code, error.member) == ("exhibit.damaged", "data")
    assert (error.ranges, error.damaged_octets) == (f"{span.first}-{span.end - 1}", span.size_octets)


def test_names_every_damaged_range(vault: MemoryVault, sealed: Sealed) -> None:
    data = stored(vault, sealed, "data")
    for at in (0, PART_OCTETS, 3 * PART_OCTETS):
        data[at] ^= 1
    vault.change(sealed.seal, "data", bytes(data))
    error = refused(vault, sealed)
    assert error.facts()["ranges"] == f"0-{2 * PART_OCTETS - 1}, {3 * PART_OCTETS}-{4 * PART_OCTETS - 1}"


def test_swapped_parts_are_damaged(vault: MemoryVault, sealed: Sealed) -> None:
    data = stored(vault, sealed, "data")
    swapped = data[PART_OCTETS : 2 * PART_OCTETS] + data[:PART_OCTETS] + data[2 * PART_OCTETS :]
    vault.change(sealed.seal, "data", bytes(swapped))
    assert refused(vault, sealed).facts()["ranges"] == f"0-{2 * PART_OCTETS - 1}"


@pytest.mark.parametrize("kept", [0, 100, PART_OCTETS, 3 * PART_OCTETS, SIZE - 1])
def test_a_truncated_exhibit_is_damaged_from_the_part_that_was_cut(
    vault: MemoryVault, sealed: Sealed, kept: int
) -> None:
    vault.change(sealed.seal, "data", bytes(stored(vault, sealed, "data")[:kept]))
    first = kept // PART_OCTETS * PART_OCTETS
    assert refused(vault, sealed).facts()["ranges"] == f"{first}-{SIZE - 1}"


def test_an_extended_exhibit_is_damaged_past_its_end(vault: MemoryVault, sealed: Sealed) -> None:
    vault.change(sealed.seal, "data", bytes(stored(vault, sealed, "data")) + b"more")
    assert refused(vault, sealed).facts()["ranges"] == f"{SIZE}-{SIZE + 3}"


@pytest.mark.parametrize("at", [0, 15, 16, 2000, -1])
def test_a_damaged_index_is_named_as_the_index(vault: MemoryVault, sealed: Sealed, at: int) -> None:
    index = stored(vault, sealed, "index")
    index[at] ^= 1
    vault.change(sealed.seal, "index", bytes(index))
    error = refused(vault, sealed)
    assert (error.code, error.facts()["member"]) == ("exhibit.damaged", "index")


def test_a_truncated_index_is_damaged(vault: MemoryVault, sealed: Sealed) -> None:
    vault.change(sealed.seal, "index", bytes(stored(vault, sealed, "index")[:-1]))
    assert refused(vault, sealed).code == "exhibit.damaged"


def test_another_key_opens_nothing(vault: MemoryVault, sealed: Sealed) -> None:
    assert refused(vault, sealed, bytes(32)).code == "exhibit.damaged"


def test_a_part_of_another_exhibit_does_not_pass(vault: MemoryVault, sealed: Sealed) -> None:
    other = seal_into(vault, MemorySource(CONTENT))
    data = stored(vault, sealed, "data")
    data[:PART_OCTETS] = stored(vault, other, "data")[:PART_OCTETS]
    vault.change(sealed.seal, "data", bytes(data))
    assert refused(vault, sealed).facts()["ranges"] == f"0-{PART_OCTETS - 1}"


@pytest.mark.parametrize("member", ["sha256", "root"])
def test_a_manifest_that_declares_another_digest_is_not_believed(
    vault: MemoryVault, sealed: Sealed, member: str
) -> None:
    lying = dataclasses.replace(sealed.manifest, **{member: digest_of(b"another")})  # type: ignore[arg-type]
    error = refused(vault, dataclasses.replace(sealed, manifest=lying))
    assert isinstance(error, NotAsDeclared)
    assert error.code == "exhibit.not-as-declared"
    assert error.what == {"sha256": "sha256", "root": "tree"}[member]


def test_content_replaced_by_a_holder_of_the_key_is_named_by_leaf(vault: MemoryVault, sealed: Sealed) -> None:
    """Whoever has the exhibit key can make parts that open; the signed root names the leaves that differ."""
    forged = bytearray(CONTENT)
    forged[PART_OCTETS + LEAF_OCTETS + 3] ^= 1
    layout = sealed.manifest.layout
    index = IndexSealer(sealed.key, sealed.seal)
    data = b""
    for number in range(layout.parts):
        span = layout.part(number)
        place = Place(sealed.seal, "data", number, layout.is_last(number))
        part = seal_part(sealed.key, place, bytes(forged[span.first : span.end]))
        data += part[:-16]
        index.add(Entry(part[-16:], leaf_hashes(memoryview(CONTENT)[span.first : span.end])))
    vault.change(sealed.seal, "data", data)
    vault.change(sealed.seal, "index", index.finish())
    error = refused(vault, sealed)
    assert isinstance(error, NotAsDeclared)
    assert error.ranges == f"{PART_OCTETS + LEAF_OCTETS}-{PART_OCTETS + 2 * LEAF_OCTETS - 1}"


def test_says_what_it_does_not_hold(sealed: Sealed) -> None:
    with pytest.raises(NoSuchExhibit) as caught:
        open_exhibit(sealed.manifest, sealed.key, MemoryTarget(), vault=MemoryVault())
    assert caught.value.code == "exhibit.missing"


def test_a_disk_that_does_not_read_is_not_called_damage(vault: MemoryVault, sealed: Sealed) -> None:
    vault.faults.reads_fail = True
    with pytest.raises(StorageFailed):
        open_exhibit(sealed.manifest, sealed.key, MemoryTarget(), vault=vault)


def test_a_full_or_taken_target_and_a_stop_leave_nothing(vault: MemoryVault, sealed: Sealed) -> None:
    full, taken, stopped = MemoryTarget(room_octets=PART_OCTETS), MemoryTarget(is_taken=True), MemoryTarget()
    with pytest.raises(StorageFull):
        open_exhibit(sealed.manifest, sealed.key, full, vault=vault)
    with pytest.raises(TargetExists):
        open_exhibit(sealed.manifest, sealed.key, taken, vault=vault)
    with pytest.raises(Cancelled):
        open_exhibit(sealed.manifest, sealed.key, stopped, vault=vault, is_cancelled=lambda: True)
    assert full.octets is taken.octets is stopped.octets is None


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_around_the_opening_the_file_is_whole_or_not_there(
    vault: MemoryVault, sealed: Sealed, tmp_path: Path, moment: Moment
) -> None:
    path = tmp_path / "opened"
    with pytest.raises(Killed):
        open_exhibit(sealed.manifest, sealed.key, FileTarget(path), vault=vault, steps=KillAt("exhibit.opened", moment))
    assert [entry.name for entry in tmp_path.iterdir()] == (["opened"] if moment == "after" else [])
    if moment == "before":
        open_exhibit(sealed.manifest, sealed.key, FileTarget(path), vault=vault)
    assert path.read_bytes() == CONTENT


def test_many_ranges_are_told_shortly() -> None:
    told = write_ranges(tuple(Span(number * 10, 5) for number in range(20)))
    assert told.startswith("0-4, 10-14, ")
    assert told.endswith(", ...")
