"""The worker's rounds: each piece of work may fail, hang or be killed, and no other piece notices."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from musnad.adapters.vault.spool import Spool
from musnad.core.crypto.stamp import StampAnchor
from musnad.core.kernel.errors import Corrupt
from musnad.core.kernel.names import CaseRef, PartyCode
from musnad.core.messages import bodies
from musnad.exchange import stamping
from musnad.exchange.delivery import BACK_OFF_LIMIT_SECONDS, back_off_seconds
from musnad.exchange.errors import JournalCorrupt, PeerUnreachable, StampUnreachable
from musnad.node.resting import DOSSIERS, MAKING, UPLOADS
from musnad.records.at_rest import RestKey
from musnad.worker import main as worker
from tests.core.treaty.data import ACCESS, FULL, PRESERVE
from tests.directory_fixture import make_party, make_world
from tests.stamp_fixture import TestAuthority, new_authority
from tests.world import Node, World

CONTACT = "contact-24-7"
PARTIES = ("VN", "QA", "TN")


@dataclass
class Bench:
    """VN's worker among three Parties, its rounds turned by hand."""

    world: World
    rounds: worker.Rounds
    refreshed: list[float] = field(default_factory=list)

    @property
    def vn(self) -> Node:
        return self.world["VN"]

    def ask(self, party: str, facts: str = "A ransom was asked.") -> str:
        body = bodies.Request({**FULL[PRESERVE], "facts": facts})
        return self.vn.say(CONTACT, [self.world[party].authority(CONTACT)], body, measure=PRESERVE)

    def until(self, holds: Callable[[], bool], seconds: float = 10) -> None:
        """Turn rounds until it holds."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end
            self.rounds.once()
            time.sleep(0.005)

    def waits_for(self) -> set[str]:
        return {one.party for one in self.vn.journal.waiting()}


@pytest.fixture
def bench() -> Iterator[Bench]:
    world = World(published=make_world(parties={code: make_party(code) for code in PARTIES}))
    made: list[Bench] = []

    def refresh() -> None:
        made[0].refreshed.append(time.monotonic())

    seconds = SimpleNamespace(
        pause_seconds=0.01,
        checkpoint_seconds=0.02,
        directory_seconds=3600,
        back_off_limit_seconds=300,
        abandoned_hours=72,
    )
    node: Any = SimpleNamespace(
        folder=Path("/nonexistent"),
        ports=world["VN"].ports,
        configuration=SimpleNamespace(worker=seconds, stamps=None),
        refresh_directory=refresh,
        stamp_authorities=(),
    )
    made.append(Bench(world, worker.Rounds(node)))
    yield made[0]
    made[0].rounds.stopped.set()
    made[0].rounds._pool.shutdown(wait=True)


class _Wire:
    """A wire on which some Parties do something else when a message is delivered or a head is shown."""

    def __init__(self, wire: Any, instead: dict[str, Callable[[], object]]) -> None:
        self._wire, self._instead = wire, instead

    def deliver(self, party: Any, *rest: Any) -> Any:
        instead = self._instead.get(party.code)
        return self._wire.deliver(party, *rest) if instead is None else instead()

    def submit_checkpoint(self, party: Any, *rest: Any) -> Any:
        instead = self._instead.get(party.code)
        return self._wire.submit_checkpoint(party, *rest) if instead is None else instead()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wire, name)


def on_the_wire(bench: Bench, **instead: Callable[[], object]) -> None:
    ports = replace(bench.vn.ports, wire=_Wire(bench.vn.ports.wire, instead))
    bench.vn.ports = bench.rounds._node.ports = ports  # type: ignore[misc]  # a stand-in for the assembled node


def test_delivers_signs_a_head_and_has_it_cosigned(bench: Bench) -> None:
    bench.ask("QA")
    bench.until(lambda: not bench.waits_for())
    bench.until(lambda: all(bench.world[code].journal.peer_head(PartyCode("VN")) is not None for code in ("QA", "TN")))
    assert len(bench.refreshed) == 1


def test_one_peer_that_never_answers_delays_no_other(bench: Bench) -> None:
    over = threading.Event()

    def hang() -> None:
        over.wait(20)
        raise PeerUnreachable("QA", "timeout")

    on_the_wire(bench, QA=hang)
    try:
        bench.ask("QA")
        bench.rounds.once()
        bench.ask("TN")
        begun = time.monotonic()
        bench.until(lambda: bench.waits_for() == {"QA"}, seconds=5)
        bench.until(lambda: bench.world["TN"].journal.peer_head(PartyCode("VN")) is not None, seconds=5)
        assert time.monotonic() - begun < 5
        assert not over.is_set()
    finally:
        over.set()


def test_a_peer_that_is_down_is_tried_later_and_gets_everything_in_the_end(bench: Bench) -> None:
    bench.vn.faults.down.add(PartyCode("QA"))
    messages = {bench.ask("QA", facts=f"The facts number {number}.") for number in range(3)}
    bench.ask("TN")
    bench.until(lambda: bench.waits_for() == {"QA"})
    [tried] = {one.last_error for one in bench.vn.journal.waiting() if one.attempts}
    assert tried == "peer.unreachable"
    bench.vn.faults.down.clear()
    for _ in range(40):
        bench.world.clock.advance(seconds=400)
        bench.rounds.once()
        time.sleep(0.05)
        if not bench.waits_for():
            break
    assert {entry.id for entry, _ in bench.world["QA"].messages()} == messages


@pytest.mark.parametrize("failing", ["_refresh", "_seek", "_lease"])
def test_a_piece_of_work_that_fails_stops_no_other(
    bench: Bench, failing: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(bench.rounds, failing, broken)
    bench.ask("QA")
    if failing == "_lease":
        bench.until(lambda: bench.world["QA"].journal.peer_head(PartyCode("VN")) is not None)
    else:
        bench.until(lambda: not bench.waits_for())
    if failing != "_seek":
        bench.until(lambda: bench.world["TN"].journal.peer_head(PartyCode("VN")) is not None)
    assert not bench.rounds.stopped.is_set()
    assert [record for record in caplog.records if "unforeseen" in record.getMessage()]


def test_a_delivery_that_fails_as_nobody_foresaw_stops_no_other_and_is_tried_again(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise RuntimeError("nobody thought of this")

    on_the_wire(bench, QA=broken)
    bench.ask("QA")
    bench.ask("TN")
    bench.until(lambda: bench.waits_for() == {"QA"})
    attempts = bench.vn.journal.waiting()[0].attempts
    for _ in range(200):
        bench.world.clock.advance(seconds=20)
        bench.rounds.once()
        time.sleep(0.005)
        if bench.vn.journal.waiting()[0].attempts > attempts:
            break
    assert bench.vn.journal.waiting()[0].attempts > attempts
    assert not bench.rounds.stopped.is_set()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_refresh_that_fails_is_tried_again_before_long(bench: Bench) -> None:
    tries: list[float] = []

    def refuse() -> None:
        tries.append(time.monotonic())
        raise PeerUnreachable("registrar", "down")

    bench.rounds._node.refresh_directory = refuse  # type: ignore[assignment,method-assign]
    bench.until(lambda: len(tries) == 1)
    bench.until(bench.rounds._asking["directory"].done)
    assert bench.rounds._next["directory"] <= tries[0] + worker.RETRY_SECONDS + 1


def test_corrupt_bytes_of_our_own_stop_the_worker(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.ask("QA")
    bench.until(lambda: not bench.waits_for())

    def corrupt(*_: object) -> None:
        raise JournalCorrupt("0" * 64)

    monkeypatch.setattr(bench.vn.journal, "entry", corrupt)
    bench.world.clock.advance(seconds=60)
    monkeypatch.setattr(bench.rounds, "_seek", corrupt)
    bench.until(bench.rounds.stopped.is_set)
    assert isinstance(bench.rounds.corrupt, Corrupt)


def test_corrupt_bytes_met_in_a_delivery_stop_the_worker_and_are_not_sent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own journal no longer has what it stored: a retry would hide it, and might send it."""
    bench.ask("QA")

    def corrupt(*_: object) -> None:
        raise JournalCorrupt("0" * 64)

    monkeypatch.setattr(bench.vn.journal, "entry", corrupt)
    bench.until(bench.rounds.stopped.is_set)
    assert isinstance(bench.rounds.corrupt, Corrupt)
    assert bench.vn.faults.delivered == []
    assert bench.waits_for() == {"QA"}


def test_run_ends_when_told_to_and_finishes_what_is_under_way(bench: Bench) -> None:
    bench.ask("QA")
    thread = threading.Thread(target=bench.rounds.run)
    thread.start()
    end = time.monotonic() + 10
    while bench.waits_for() and time.monotonic() < end:
        time.sleep(0.01)
    bench.rounds.stopped.set()
    thread.join(5)
    assert not thread.is_alive()
    assert bench.waits_for() == set()


def test_what_is_logged_of_a_delivery_is_its_short_name_party_and_code(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    message = bench.ask("QA", facts="NOBODY MAY READ THIS IN A LOG")
    bench.until(lambda: not bench.waits_for())
    bench.until(lambda: any("delivery" in one.getMessage() for one in caplog.records))
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert message[:12] in logged
    assert message not in logged
    assert "NOBODY MAY READ" not in logged


# --- back-off: exponential, with jitter, bounded ---------------------------------------------------------------------


def test_back_off_grows_and_is_bounded() -> None:
    for jitter in (0.0, 0.5, 1.0):
        pauses = [back_off_seconds(attempts, jitter, BACK_OFF_LIMIT_SECONDS) for attempts in range(60)]
        assert pauses == sorted(pauses)
        assert pauses[1] == 2 * pauses[0]
        assert pauses[-1] <= BACK_OFF_LIMIT_SECONDS
        assert min(pauses) >= 0.5
    assert back_off_seconds(10**6, 1.0, 5.0) == 5.0


def test_back_off_is_spread_by_half() -> None:
    for attempts in (0, 3, 40):
        least = back_off_seconds(attempts, 0.0, BACK_OFF_LIMIT_SECONDS)
        most = back_off_seconds(attempts, 1.0, BACK_OFF_LIMIT_SECONDS)
        assert most == 2 * least


def test_each_failure_waits_longer_than_the_one_before_and_never_past_the_limit(bench: Bench) -> None:
    bench.vn.faults.down.add(PartyCode("QA"))
    bench.ask("QA")
    waits = []
    for _ in range(14):
        [done] = bench.vn.deliver()
        assert done.error == "peer.unreachable"
        [row] = bench.vn.journal.waiting()
        waits.append((row.next_at - bench.world.clock.now()).total_seconds())
        assert bench.vn.deliver() == ()
        bench.world.clock.advance(seconds=waits[-1] + 1)
    assert waits[0] == 1
    assert max(waits) <= BACK_OFF_LIMIT_SECONDS
    assert min(waits[-4:]) >= BACK_OFF_LIMIT_SECONDS / 2
    assert all(later >= earlier / 2 for earlier, later in pairwise(waits))
    assert waits[7] > waits[4] > waits[1]
    assert len(set(waits[-5:])) > 1


def test_what_escalates_is_noted_once_and_logged_without_content(
    bench: Bench, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "ESCALATION_SECONDS", 0.01)
    caplog.set_level(logging.INFO, "musnad.worker")
    fields = {**FULL[ACCESS], "urgency": "emergency", "person-at-risk": "A hostage in Ha Noi."}
    to = [bench.world["QA"].authority("central-authority")]
    case = bench.vn.say("central-authority", to, bodies.Request(fields), measure=ACCESS)

    def told() -> list[str]:
        return [one.getMessage() for one in caplog.records if "acknowledgement" in one.getMessage()]

    bench.until(lambda: not bench.waits_for())
    assert told() == []
    bench.world.clock.advance(minutes=6)
    bench.until(lambda: bool(told()))
    for _ in range(20):
        bench.rounds.once()
        time.sleep(0.01)
    assert told() == [f"escalation in case {case[:12]}: acknowledgement, level 5"]
    assert "hostage" not in caplog.text


class _Slow:
    """A stamp authority that answers when it is let; ``asked`` is how often it was asked."""

    def __init__(self, authority: TestAuthority) -> None:
        self._authority = authority
        self.let = threading.Event()
        self.asked = 0

    @property
    def anchor(self) -> StampAnchor:
        return self._authority.anchor

    def ask(self, request: bytes) -> bytes:
        self.asked += 1
        if not self.let.wait(20):
            raise StampUnreachable("slow", "timeout")
        return self._authority.answer(request)


def test_a_stamp_authority_that_hangs_stops_nothing_and_another_stamps_meanwhile(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamping, "CLOCKS_APART", timedelta(days=365_000))  # the bench's clock is moved by hand
    quick, slow = _Slow(new_authority(tmp_path / "quick")), _Slow(new_authority(tmp_path / "slow"))
    quick.let.set()
    node: Any = bench.rounds._node
    node.configuration.stamps = SimpleNamespace(every_seconds=1)
    node.stamp_authorities = (slow, quick)
    try:
        bench.ask("QA")
        bench.until(lambda: not bench.waits_for())
        bench.until(lambda: slow.asked > 0)
        bench.until(lambda: bench.vn.journal.newest_stamp(quick.anchor.fingerprint) is not None)
        bench.ask("TN", facts="More is known.")
        bench.until(lambda: not bench.waits_for())
        for _ in range(20):
            bench.rounds.once()
            time.sleep(0.005)
        assert bench.vn.journal.newest_stamp(slow.anchor.fingerprint) is None
        assert slow.asked == 1
    finally:
        slow.let.set()
    bench.until(lambda: bench.vn.journal.newest_stamp(slow.anchor.fingerprint) is not None)
    head = bench.vn.journal.head()
    assert head is not None
    bench.world.clock.advance(seconds=60)
    bench.until(lambda: _stamped(bench, slow) == head.size)


def _stamped(bench: Bench, authority: _Slow) -> int:
    found = bench.vn.journal.newest_stamp(authority.anchor.fingerprint)
    return 0 if found is None else found.size


def test_an_unreadable_certificate_of_an_authority_stops_nothing(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    class Node:
        def __getattr__(self, name: str) -> Any:
            return getattr(plain, name)

        @property
        def stamp_authorities(self) -> Any:
            raise StampUnreachable("stamps.pem", "no such file")

    plain: Any = bench.rounds._node
    plain.configuration.stamps = SimpleNamespace(every_seconds=1)
    bench.rounds._node = Node()  # type: ignore[assignment]
    bench.ask("QA")
    bench.until(lambda: not bench.waits_for())
    assert [one for one in caplog.records if "stamp.unreachable" in one.getMessage()]
    assert not bench.rounds.stopped.is_set()


def test_what_nobody_goes_on_with_is_swept(bench: Bench, tmp_path: Path) -> None:
    bench.rounds._node.folder = tmp_path  # type: ignore[misc]  # a stand-in for the assembled node
    kept = {name: Spool(tmp_path / name, RestKey(bytes(32), os.urandom), os.urandom) for name in (UPLOADS, DOSSIERS)}
    made = [(one, one.begin(CaseRef("0" * 64), "a.img", 9, "noor", {}).id) for one in kept.values() for _ in "ab"]
    for one, name in made:
        one.put(name, 0, b"123456789")
    (tmp_path / MAKING).mkdir()
    plain = [tmp_path / MAKING / "old.zip.partial", tmp_path / MAKING / "new.zip.partial"]
    for path in plain:
        path.write_bytes(b"plain")
    long_ago = time.time() - 73 * 3600
    for _one, name in made[::2]:
        place = next(path / name for path in (tmp_path / UPLOADS, tmp_path / DOSSIERS) if (path / name).is_dir())
        for path in (*place.iterdir(), place):
            os.utime(path, (long_ago, long_ago))
    os.utime(plain[0], (long_ago, long_ago))
    bench.until(lambda: not plain[0].exists())
    bench.until(lambda: sum(len(one.all()) for one in kept.values()) == 2)
    assert [name for one, name in made if name in {left.id for left in one.all()}] == [name for _, name in made[1::2]]
    assert plain[1].exists()
