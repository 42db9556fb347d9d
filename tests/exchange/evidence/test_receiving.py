from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from musnad.adapters.vault.files import FilesVault
from musnad.adapters.vault.memory import MemorySource, MemoryTarget, MemoryVault
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import digest_of
from musnad.core.sealing.errors import DamagedPart, IndexMismatch
from musnad.core.sealing.layout import PART_OCTETS
from musnad.exchange.evidence.errors import Cancelled, RangePastEnd, ShortBody, StorageFailed, StorageFull
from musnad.exchange.evidence.opening import open_exhibit
from musnad.exchange.evidence.ports import Progress
from musnad.exchange.evidence.receiving import PARTS_PER_MARK, receive
from musnad.exchange.evidence.sealing import Sealed
from musnad.exchange.evidence.vault import Vault
from musnad.exchange.steps import Moment
from tests.exchange.evidence.workshop import KillAt, Killed, Peer, content_of, offered, seal_into

SIZE = 5 * PART_OCTETS + 100
CONTENT = content_of(SIZE)
THERE = MemoryVault()
SEALED: Sealed = seal_into(THERE, MemorySource(CONTENT))

Makes = Callable[[], Vault]


@pytest.fixture(params=["memory", "files"])
def makes(request: pytest.FixtureRequest, tmp_path: Path) -> Makes:
    if request.param == "files":
        return lambda: FilesVault(tmp_path / "vault")
    vault = MemoryVault()
    return lambda: vault


@pytest.fixture
def peer() -> Peer:
    return Peer(THERE, SEALED.seal)


def opened(vault: Vault, sealed: Sealed = SEALED) -> bytes | None:
    target = MemoryTarget()
    open_exhibit(sealed.manifest, sealed.key, target, vault=vault)
    return target.octets


def test_brings_the_exhibit_whole_with_its_manifest(makes: Makes, peer: Peer) -> None:
    told: list[Progress] = []
    receive(offered(SEALED), peer, vault=makes(), report=told.append)
    assert opened(makes()) == CONTENT
    assert told[-1] == Progress(SIZE, SIZE)
    assert [step.done_octets for step in told] == sorted(step.done_octets for step in told)
    assert [member for member, _, _ in peer.asked] == ["index", "data"]


def test_an_exhibit_that_is_there_is_not_fetched_again(makes: Makes, peer: Peer) -> None:
    receive(offered(SEALED), peer, vault=makes())
    peer.asked.clear()
    receive(offered(SEALED), peer, vault=makes())
    assert peer.asked == []


@pytest.mark.parametrize("parts", [0, 1, 3, 5])
def test_a_cut_resends_at_most_one_part(makes: Makes, peer: Peer, parts: int) -> None:
    peer.cut_after = parts * PART_OCTETS + 77
    with pytest.raises(ShortBody) as caught:
        receive(offered(SEALED), peer, vault=makes())
    assert caught.value.code == "peer.short-body"
    assert caught.value.first == peer.cut_after
    assert not makes().holds(SEALED.seal)
    peer.cut_after = None
    receive(offered(SEALED), peer, vault=makes())
    assert peer.asked[-1] == ("data", parts * PART_OCTETS, SIZE - parts * PART_OCTETS)
    assert [member for member, _, _ in peer.asked].count("index") == 1
    assert peer.sent_octets <= SIZE + SEALED.manifest.layout.index_octets + PART_OCTETS
    assert opened(makes()) == CONTENT


def test_a_line_that_is_cut_again_and_again_gets_there(makes: Makes, peer: Peer) -> None:
    peer.cut_after = PART_OCTETS + 1
    for _ in range(5):
        with pytest.raises(ShortBody):
            receive(offered(SEALED), peer, vault=makes())
    receive(offered(SEALED), peer, vault=makes())
    assert opened(makes()) == CONTENT


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("times", [1, 2, 6])
def test_killed_around_a_part_goes_on_without_fetching_what_was_written(
    makes: Makes, peer: Peer, moment: Moment, times: int
) -> None:
    with pytest.raises(Killed):
        receive(offered(SEALED), peer, vault=makes(), steps=KillAt("exhibit.part", moment, times))
    assert not makes().holds(SEALED.seal)
    peer.asked.clear()
    receive(offered(SEALED), peer, vault=makes())
    assert [member for member, _, _ in peer.asked] in (["data"], [])
    if peer.asked:
        assert peer.asked[0][1] >= (times - 1) * PART_OCTETS
    assert opened(makes()) == CONTENT


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_around_the_commit_nothing_is_fetched_again(makes: Makes, peer: Peer, moment: Moment) -> None:
    with pytest.raises(Killed):
        receive(offered(SEALED), peer, vault=makes(), steps=KillAt("exhibit.received", moment))
    assert makes().holds(SEALED.seal) == (moment == "after")
    peer.asked.clear()
    receive(offered(SEALED), peer, vault=makes())
    assert peer.asked == []
    assert opened(makes()) == CONTENT


def test_parts_are_marked_as_they_come(tmp_path: Path) -> None:
    there = MemoryVault()
    sealed = seal_into(there, MemorySource(bytes((PARTS_PER_MARK + 3) * PART_OCTETS)))
    vault = FilesVault(tmp_path)
    with pytest.raises(Killed):
        receive(
            offered(sealed),
            Peer(there, sealed.seal),
            vault=vault,
            steps=KillAt("exhibit.part", "after", PARTS_PER_MARK + 2),
        )
    draft = vault.draft(sealed.seal)
    assert draft.parts == PARTS_PER_MARK
    draft.close()


def test_octets_lost_after_the_mark_in_a_power_cut_are_fetched_again(makes: Makes, peer: Peer) -> None:
    with pytest.raises(Killed):
        receive(offered(SEALED), peer, vault=makes(), steps=KillAt("exhibit.part", "after", 4))
    draft = makes().draft(SEALED.seal)
    draft.write_at("data", PART_OCTETS + 5, bytes(4096))
    draft.close()
    receive(offered(SEALED), peer, vault=makes())
    assert peer.asked[-1][:2] == ("data", PART_OCTETS)
    assert opened(makes()) == CONTENT


Spoil = Callable[[str, int, bytes], bytes]


def flip(member: str, at: int) -> Spoil:
    def spoil(found: str, first: int, octets: bytes) -> bytes:
        if found != member or not first <= at < first + len(octets):
            return octets
        changed = bytearray(octets)
        changed[at - first] ^= 1
        return bytes(changed)

    return spoil


def swap_parts(found: str, first: int, octets: bytes) -> bytes:
    if found != "data":
        return octets
    return octets[PART_OCTETS : 2 * PART_OCTETS] + octets[:PART_OCTETS] + octets[2 * PART_OCTETS :]


@pytest.mark.parametrize(
    ("spoil", "good_parts"),
    [
        pytest.param(flip("data", 0), 0, id="first bit"),
        pytest.param(flip("data", 2 * PART_OCTETS + 1000), 2, id="bit in a middle part"),
        pytest.param(flip("data", SIZE - 1), 5, id="last bit"),
        pytest.param(swap_parts, 0, id="parts swapped"),
        pytest.param(lambda member, _, octets: bytes(len(octets)) if member == "data" else octets, 0, id="zeros"),
        pytest.param(lambda member, _, octets: b"<html>" * 2_000_000 if member == "data" else octets, 0, id="a page"),
    ],
)
def test_garbage_never_counts_and_the_good_parts_before_it_do(
    makes: Makes, peer: Peer, spoil: Spoil, good_parts: int
) -> None:
    peer.spoil = spoil
    with pytest.raises(MusnadError) as caught:
        receive(offered(SEALED), peer, vault=makes())
    assert caught.value.code in {"exhibit.part-damaged", "peer.short-body"}
    assert not makes().holds(SEALED.seal)
    peer.spoil = None
    receive(offered(SEALED), peer, vault=makes())
    assert peer.asked[-1][:2] == ("data", good_parts * PART_OCTETS)
    assert opened(makes()) == CONTENT


def test_a_part_of_another_exhibit_is_refused(makes: Makes, peer: Peer) -> None:
    other = seal_into(THERE, MemorySource(CONTENT))
    stranger = Peer(THERE, other.seal)
    with pytest.raises(DamagedPart):
        receive(offered(SEALED), stranger, vault=makes())
    assert list(makes().seals()) == []


@pytest.mark.parametrize("at", [0, 1000, SEALED.manifest.layout.index_octets - 1])
def test_a_changed_index_is_refused(makes: Makes, peer: Peer, at: int) -> None:
    peer.spoil = flip("index", at)
    with pytest.raises(DamagedPart) as caught:
        receive(offered(SEALED), peer, vault=makes())
    assert caught.value.role == "index"
    peer.spoil = None
    receive(offered(SEALED), peer, vault=makes())
    assert opened(makes()) == CONTENT


def test_an_index_that_does_not_lead_to_the_signed_root_is_refused(makes: Makes, peer: Peer) -> None:
    """A holder of the key can make an index that opens; the signed root tells."""
    manifest = dataclasses.replace(SEALED.manifest, root=digest_of(b"another"))
    with pytest.raises(IndexMismatch) as caught:
        receive(dataclasses.replace(offered(SEALED), manifest=manifest), peer, vault=makes())
    assert caught.value.code == "exhibit.index-mismatch"
    assert list(makes().drafts()) == []


def test_another_key_receives_nothing(makes: Makes, peer: Peer) -> None:
    with pytest.raises(DamagedPart):
        receive(dataclasses.replace(offered(SEALED), key=bytes(32)), peer, vault=makes())
    assert list(makes().seals()) == []


def test_a_manifest_of_a_larger_size_meets_the_end_of_the_range(makes: Makes, peer: Peer) -> None:
    manifest = dataclasses.replace(SEALED.manifest, size_octets=SIZE * 2)
    with pytest.raises(RangePastEnd) as caught:
        receive(dataclasses.replace(offered(SEALED), manifest=manifest), peer, vault=makes())
    assert caught.value.code == "range.past-end"


def test_a_full_disk_keeps_what_is_good_and_goes_on_when_there_is_room(peer: Peer) -> None:
    vault = MemoryVault()
    vault.faults.room_octets = 3 * PART_OCTETS
    with pytest.raises(StorageFull):
        receive(offered(SEALED), peer, vault=vault)
    assert list(vault.seals()) == []
    vault.faults.room_octets = None
    receive(offered(SEALED), peer, vault=vault)
    assert peer.asked[-1][:2] == ("data", 2 * PART_OCTETS)
    assert opened(vault) == CONTENT


def test_a_commit_that_fails_is_repeated_without_fetching(peer: Peer) -> None:
    vault = MemoryVault()
    vault.faults.commits_fail = True
    with pytest.raises(StorageFailed):
        receive(offered(SEALED), peer, vault=vault)
    vault.faults.commits_fail = False
    peer.asked.clear()
    receive(offered(SEALED), peer, vault=vault)
    assert peer.asked == []
    assert opened(vault) == CONTENT


def test_stops_when_asked_and_goes_on_later(makes: Makes, peer: Peer) -> None:
    answers = iter([False, True])
    with pytest.raises(Cancelled):
        receive(offered(SEALED), peer, vault=makes(), is_cancelled=lambda: next(answers, False))
    receive(offered(SEALED), peer, vault=makes())
    assert opened(makes()) == CONTENT


@pytest.mark.parametrize("size", [0, 1, PART_OCTETS])
def test_small_exhibits_come_too(makes: Makes, size: int) -> None:
    there = MemoryVault()
    sealed = seal_into(there, MemorySource(content_of(size)))
    receive(offered(sealed), Peer(there, sealed.seal), vault=makes())
    assert opened(makes(), sealed) == content_of(size)


def test_the_key_is_not_shown() -> None:
    assert repr(SEALED.key) not in repr(offered(SEALED))
