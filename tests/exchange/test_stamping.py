"""Stamps over the log's heads: in their time, by one worker, made good after an authority was down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from musnad.adapters.memory.journal import MemoryJournal, Outcome
from musnad.core.crypto.errors import BadStamp, BadStampForm, StampNotGranted
from musnad.core.crypto.stamp import StampAnchor, ask_stamp, verify_stamp
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import PartyCode
from musnad.core.messages.bodies import Request
from musnad.core.transparency.checkpoint import open_checkpoint
from musnad.core.transparency.stamped import stamped_octets
from musnad.exchange import stamping
from musnad.exchange.errors import DiskFull, StampUnreachable
from musnad.exchange.journal import KeptStamp
from musnad.exchange.stamping import LEASE, stamp_newest
from musnad.exchange.witnessing import seek_cosignatures, sign_head
from tests.core.treaty.data import FULL, PRESERVE
from tests.stamp_fixture import TestAuthority, new_authority
from tests.world import World

CONTACT = "contact-24-7"
HOUR = 3600.0
QA = PartyCode("QA")


@dataclass
class Faulty:
    """An authority whose answers may go wrong."""

    real: TestAuthority
    manner: str = "honest"
    asked: int = 0
    last: bytes = b""

    @property
    def anchor(self) -> StampAnchor:
        return self.real.anchor

    def ask(self, request: bytes) -> bytes:
        self.asked += 1
        match self.manner:
            case "down":
                raise StampUnreachable("stamps.example", "timeout")
            case "garbage":
                return b"garbage"
            case "declines":
                return bytes.fromhex("30053003020102")
            case "other-digest":
                return self.real.answer(ask_stamp(b"other octets"))
            case "other-request":
                return self.last
            case _:
                self.last = self.real.answer(request)
                return self.last


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return new_authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def authority(real: TestAuthority) -> Faulty:
    return Faulty(real)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """The authority's clock is the machine's, the world's is moved by hand."""
    monkeypatch.setattr(stamping, "CLOCKS_APART", timedelta(days=365_000))
    return World()


def _grow(world: World) -> int:
    fields = FULL[PRESERVE] | {"facts": f"What is known at {world.clock.now()}"}
    world["VN"].say(CONTACT, [world["QA"].authority(CONTACT)], Request(fields), measure=PRESERVE)
    world["VN"].deliver()
    world.clock.advance(seconds=60)
    head = sign_head(world["VN"].ports)
    assert head is not None
    return head.size


def _stamp(world: World, authority: Faulty, every: float = HOUR) -> KeptStamp | None:
    return stamp_newest(world["VN"].ports, authority, every_seconds=every, back_off_limit_seconds=300)


def _newest(world: World, authority: Faulty) -> int:
    found = world["VN"].journal.newest_stamp(authority.anchor.fingerprint)
    return 0 if found is None else found.size


def test_an_empty_log_asks_for_nothing(world: World, authority: Faulty) -> None:
    assert _stamp(world, authority) is None
    assert authority.asked == 0


def test_a_stamp_is_over_the_signed_checkpoint_and_holds(world: World, authority: Faulty) -> None:
    size = _grow(world)
    kept = _stamp(world, authority)
    assert kept is not None
    assert kept == world["VN"].journal.newest_stamp(authority.anchor.fingerprint)
    log = world["VN"].ports.keys.log.public
    assert open_checkpoint(kept.note, log).checkpoint.size == size == kept.size
    assert verify_stamp(kept.request, kept.answer, kept.note, [authority.anchor]).at == kept.at


def test_what_is_stamped_does_not_change_with_who_cosigns(world: World, authority: Faulty) -> None:
    _grow(world)
    log = world["VN"].ports.keys.log.public
    before = sign_head(world["VN"].ports)
    seek_cosignatures(world["VN"].ports)
    after = world["VN"].journal.head()
    assert before is not None
    assert after is not None
    assert before.note != after.note
    assert stamped_octets(before.note, log) == stamped_octets(after.note, log) == before.note


def test_heads_are_stamped_in_batches(world: World, authority: Faulty) -> None:
    """Four messages within an hour: one stamp at once, one for the other three when the hour is over."""
    sizes = []
    for _ in range(4):
        sizes.append(_grow(world))
        _stamp(world, authority)
    assert (authority.asked, _newest(world, authority)) == (1, sizes[0])
    world.clock.advance(seconds=3600)
    _stamp(world, authority)
    assert (authority.asked, _newest(world, authority)) == (2, sizes[3])
    covering = [one.size for index in range(sizes[3]) for one in world["VN"].journal.stamps_covering(index)]
    assert covering == [sizes[0]] * sizes[0] + [sizes[3]] * (sizes[3] - sizes[0])


def test_a_log_that_does_not_grow_is_not_stamped_again(world: World, authority: Faulty) -> None:
    _grow(world)
    for _ in range(3):
        _stamp(world, authority)
        world.clock.advance(seconds=7200)
    assert authority.asked == 1


@pytest.mark.parametrize(
    ("manner", "error"),
    [
        ("down", StampUnreachable),
        ("garbage", BadStampForm),
        ("declines", StampNotGranted),
        ("other-digest", BadStamp),
    ],
)
def test_an_authority_that_is_down_or_wrong_is_asked_again_ever_later_and_one_stamp_makes_it_good(
    world: World, authority: Faulty, manner: str, error: type[MusnadError]
) -> None:
    vn = world["VN"]
    authority.manner = manner
    pauses, sizes = [], []
    for _ in range(6):
        sizes.append(_grow(world))
        with pytest.raises(error):
            _stamp(world, authority)
        (standing,) = vn.journal.stampings()
        assert standing.last_error == error.code
        pauses.append((standing.next_at - vn.ports.clock.now()).total_seconds())
        assert _stamp(world, authority) is None, "not before its time"
        world.clock.advance(seconds=pauses[-1])
    assert [one.attempts for one in vn.journal.stampings()] == [6]
    assert pauses[-1] > 4 * pauses[0]
    assert max(pauses) <= 300
    assert vn.journal.newest_stamp(authority.anchor.fingerprint) is None, "nothing wrong is kept"
    authority.manner = "honest"
    assert _stamp(world, authority) is not None
    assert _newest(world, authority) == sizes[-1]
    assert [one.size for one in vn.journal.stamps_covering(0)] == [sizes[-1]], "one stamp covers what was missed"
    assert [(one.attempts, one.last_error) for one in vn.journal.stampings()] == [(0, "")]


def test_an_old_answer_is_not_taken_for_a_new_head(world: World, authority: Faulty) -> None:
    _grow(world)
    _stamp(world, authority)
    size = _newest(world, authority)
    _grow(world)
    world.clock.advance(seconds=3600)
    authority.manner = "other-request"
    with pytest.raises(BadStamp):
        _stamp(world, authority)
    assert _newest(world, authority) == size


def test_a_time_far_from_this_nodes_clock_is_not_kept(authority: Faulty) -> None:
    world = World()
    _grow(world)
    world.clock.advance(days=3)
    with pytest.raises(BadStamp) as found:
        _stamp(world, authority)
    assert "clock" in found.value.why
    assert _newest(world, authority) == 0


@pytest.mark.parametrize("outcome", ["not-landed", "landed"])
def test_a_stamp_that_could_not_be_kept_is_asked_for_again(world: World, authority: Faulty, outcome: Outcome) -> None:
    size = _grow(world)
    journal = world["VN"].journal
    assert isinstance(journal, MemoryJournal)
    journal.fail_next_commit(DiskFull("journal"), outcome)
    with pytest.raises(DiskFull):
        _stamp(world, authority)
    world["VN"].restart()
    world.clock.advance(seconds=int(LEASE.total_seconds()))
    _stamp(world, authority)
    assert _newest(world, authority) == size
    assert authority.asked == (1 if outcome == "landed" else 2)


def test_two_authorities_do_not_wait_for_each_other(world: World, authority: Faulty, tmp_path: Path) -> None:
    other = Faulty(new_authority(tmp_path / "other"), manner="down")
    size = _grow(world)
    with pytest.raises(StampUnreachable):
        _stamp(world, other)
    _stamp(world, authority)
    assert (_newest(world, authority), _newest(world, other)) == (size, 0)


def test_a_stamp_authority_is_on_no_messages_path(world: World, authority: Faulty) -> None:
    """Messages are delivered, heads signed and cosigned, with the authority down all the time."""
    authority.manner = "down"
    for _ in range(3):
        _grow(world)
        with pytest.raises(StampUnreachable):
            _stamp(world, authority)
        world.clock.advance(seconds=300)
    seek_cosignatures(world["VN"].ports, [QA])
    held = world["QA"].journal.peer_head(PartyCode("VN"))
    assert held is not None
    assert held.size == world["VN"].journal.log_size()
    assert not world["VN"].journal.waiting()
