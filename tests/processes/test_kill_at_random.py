"""SIGKILL at random moments to gate, worker or the whole node of either side, while cases go through both.

    MUSNAD_KILLS=2000 MUSNAD_SEED=7 pytest tests/processes/test_kill_at_random.py

The seed settles what is killed and when; what that meets is the machine's to say. Afterwards every case has ended as an
undisturbed one does, at both nodes alike.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from tests.processes.judging import check_heads, check_node
from tests.processes.live_story import LiveStory, Tellers
from tests.processes.stand import Stand, wait_until
from tests.processes.story import shape_of

KILLS = int(os.environ.get("MUSNAD_KILLS", "200"))
SEED = int(os.environ.get("MUSNAD_SEED", "20261123"))
TELLERS = 6
PAUSE_SECONDS = (0.05, 3.4)
STORY_SECONDS = 600.0
AFTERWARDS_SECONDS = STORY_SECONDS

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.timeout(int(120 + KILLS * PAUSE_SECONDS[1] + AFTERWARDS_SECONDS)),
]


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    built = Stand(tmp_path, "en", doors=("gate", "worker"))
    try:
        built.build()
        yield built
    finally:
        built.close()
        connections.close_all()


def _evidence(folder: Path, chance: random.Random) -> list[Path]:
    """Exhibits of one part, of several, of nearly nothing."""
    places = []
    for number, size_octets in enumerate((1, 70_000, 300_000, 5_000_000)):
        place = folder / f"evidence-{number}.img"
        place.write_bytes(chance.randbytes(size_octets))
        places.append(place)
    return places


def test_random_kills_lose_and_repeat_nothing(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(SEED)
    evidence = _evidence(stand.folder, chance)
    undisturbed = LiveStory(stand, "undisturbed", evidence[1], time.monotonic() + STORY_SECONDS)
    undisturbed.tell()
    stories: list[LiveStory] = []

    def tell_next(number: int) -> None:
        place = evidence[number % len(evidence)]
        story = LiveStory(stand, f"story-{number}", place, time.monotonic() + STORY_SECONDS)
        stories.append(story)
        story.tell()

    tellers = Tellers(tell_next, TELLERS, connections.close_all)
    killed: Counter[str] = Counter()
    try:
        while killed.total() < KILLS and not tellers.failed:
            time.sleep(chance.uniform(*PAUSE_SECONDS))
            killed[_kill_one(stand, chance)] += 1
    finally:
        tellers.finish()
        counts = ", ".join(f"{what} {killed[what]}" for what in ("gate", "worker", "node"))
        with capsys.disabled():
            print(f"\nkilled {killed.total()} times ({counts}); seed {SEED}; {len(stories)} cases went through")
    assert tellers.failed == []
    wait_until(lambda: not any(ports.journal.waiting() for ports in stand.ports.values()), "deliveries", 120)
    vn, qa = stand.ports["VN"], stand.ports["QA"]
    for ports in (vn, qa):
        check_node(ports)
    check_heads(vn, qa)
    check_heads(qa, vn)
    assert set(vn.vault.seals()) == set(qa.vault.seals())
    assert len(set(vn.vault.seals())) == len(stories) + 1
    due = shape_of(undisturbed.state("VN"))
    for story in stories:
        ours, theirs = story.state("VN"), story.state("QA")
        assert ours.closed
        assert ours.digest() == theirs.digest()
        assert shape_of(ours) == due


def _kill_one(stand: Stand, chance: random.Random) -> str:
    """One SIGKILL; what was killed. What is just being started is waited for, so that every kill ends a process."""
    node, what = chance.choice(list(stand.nodes.values())), chance.choice(("gate", "worker", "node"))
    if what == "node":
        node.kill_all()
        node.start()
        return what
    wait_until(lambda: node.pid(what) is not None, f"{what} of {node.code}", 30)
    node.kill(what)
    return what
