"""Whole nodes: a stamp authority that dies and comes back; a log that shows two heads, raised on both sides."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from musnad.core.crypto.stamp import StampAnchor, parse_anchor, verify_stamp
from musnad.core.kernel.names import Digest, PartyCode
from musnad.core.transparency.checkpoint import checkpoint, sign_checkpoint
from musnad.core.transparency.witness import Submission
from musnad.exchange.audit import read_notes
from musnad.exchange.splits import known_splits
from musnad.node.configuration import read_configuration
from tests.processes.stand import Stand, wait_until
from tests.processes.story import Story

pytestmark = [pytest.mark.processes, pytest.mark.timeout(400)]
VN, QA = PartyCode("VN"), PartyCode("QA")


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    built = Stand(tmp_path_factory.mktemp("stand"), "en", doors=("gate", "worker"))
    try:
        built.build()
        yield built
    finally:
        built.close()
        connections.close_all()


@pytest.fixture(scope="module")
def anchor(stand: Stand) -> StampAnchor:
    assert stand.stamps is not None
    return parse_anchor(stand.stamps.read_bytes())


def _stamped(stand: Stand, authority: Digest) -> int:
    found = stand.ports["VN"].journal.newest_stamp(authority)
    return 0 if found is None else found.size


def _say(stand: Stand, name: str) -> None:
    story = Story(stand, name, stand.folder / "none")
    story.command("VN", "ask", *story.asking())
    wait_until(lambda: not stand.ports["VN"].journal.waiting(), "delivered")


def test_an_authority_that_died_stops_nothing_and_one_stamp_makes_it_good(stand: Stand, anchor: StampAnchor) -> None:
    vn, name = stand.ports["VN"], anchor.fingerprint
    _say(stand, "before")
    wait_until(lambda: _stamped(stand, name) == vn.journal.log_size(), "the first stamp")
    server, configured = stand.stamp_server, read_configuration(stand.node("VN")).stamps
    assert server is not None
    assert configured is not None
    server.send_signal(signal.SIGKILL)
    server.wait()
    before = _stamped(stand, name)
    for number in range(3):
        begun = time.monotonic()
        _say(stand, f"while it is down {number}")
        assert time.monotonic() - begun < 60
    wait_until(lambda: vn.journal.stampings()[0].attempts >= 2, "two attempts that failed")
    assert vn.journal.stampings()[0].last_error == "stamp.unreachable"
    assert _stamped(stand, name) == before
    missed = vn.journal.log_size()
    wait_until(lambda: (head := stand.ports["QA"].journal.peer_head(VN)) is not None and head.size == missed, "seen")
    stand.start_stamps(configured.authorities[0].url.removeprefix("http://").rstrip("/"))
    wait_until(lambda: _stamped(stand, name) >= missed, "the stamp that covers what was missed")
    (late,) = vn.journal.stamps_covering(before)
    assert late.size >= missed, "one stamp for all of it"
    assert verify_stamp(late.request, late.answer, late.note, [anchor]).at == late.at
    assert [(one.attempts, one.last_error) for one in vn.journal.stampings()] == [(0, "")]


def test_two_heads_of_one_log_are_raised_on_both_sides(stand: Stand, tmp_path: Path) -> None:
    """Whoever has VN's log key shows QA's witness another head of the size that it cosigned."""
    vn, qa = stand.ports["VN"], stand.ports["QA"]
    _say(stand, "to be cosigned")
    wait_until(lambda: qa.journal.peer_head(VN) is not None, "a cosigned head")
    held = qa.journal.peer_head(VN)
    assert held is not None
    key = vn.keys.log
    forged = sign_checkpoint(checkpoint(key.name, held.size, b"x" * 32), key, vn.clock.now())
    status, _ = vn.wire.submit_checkpoint(
        vn.directories.current().party(QA), Submission(held.size, (), forged.raw).write()
    )
    assert status == 409
    wait_until(lambda: bool(qa.journal.forks()), "QA keeps the proof")
    wait_until(lambda: bool(vn.journal.forks()), "VN is told of its own log")
    assert [one.own for one in known_splits(vn)] == [True]
    assert [one.own for one in known_splits(qa)] == [False]
    for node in (vn, qa):
        assert "log-split" in [one.record.act for one in read_notes(node, 50)]
    (fork,) = qa.journal.forks()
    roots = {one.checkpoint.root for known in known_splits(qa) for one in (known.split.older, known.split.newer)}
    assert roots == {held.root, b"x" * 32}
    assert fork.times == 1
