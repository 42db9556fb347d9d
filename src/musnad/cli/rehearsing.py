"""``musnad roster rehearse``: in an exercise, the other officers and the Registrar are played by this machine.

A newcomer makes a passkey at the desk of an exercise; two officers whose key files are at hand approve it, the
authority signs the roster, and the exercise's own Registrar publishes it. A node that is none of an exercise is
refused: there, people do this.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from musnad.adapters.clock import SystemClock
from musnad.adapters.directory import registrar
from musnad.adapters.files.keys import read_officer
from musnad.cli.directory_commands import read_publication
from musnad.core.kernel.errors import Forbidden, MusnadError, Unavailable
from musnad.core.kernel.names import MessageId, authority_of
from musnad.exchange.composing import Officer
from musnad.node.assemble import Node

PLAYED = "exercise"
"""Who is noted as having signed the roster."""


@dataclass(eq=False)
class NoExercise(Forbidden):
    """What is only for exercises was asked of a node that works."""

    code = "node.no-exercise"
    remedy = "On a node that works, two officers approve a passkey, and the Registrar publishes the roster."
    party: str


def rehearse(node: Node, officers: Path, registry: Path, pause_seconds: float) -> Iterator[MessageId]:
    """Look again and again; each enrolment that was brought into the directory, as it was. Never ends by itself.

    Raises ``NoExercise`` at once where the node is none of an exercise.
    """
    if not node.configuration.exercise:
        raise NoExercise(node.configuration.party)
    players = [read_officer(one) for one in sorted(officers.glob("*.key"))]
    refused: set[MessageId] = set()
    while True:
        for enrolment in _waiting(node, refused):
            try:
                _play(node, enrolment, players, registry)
            except Unavailable:
                continue  # later, perhaps
            except MusnadError:
                refused.add(enrolment)  # it stays at the desk, where people see why
                continue
            yield enrolment
        time.sleep(pause_seconds)


def _waiting(node: Node, refused: set[MessageId]) -> list[MessageId]:
    from musnad.people import enrolling

    try:
        found = enrolling.every(node.ports)
    except MusnadError:  # no directory yet
        return []
    return [one.id for one in found if one.progress == "waits" and one.id not in refused]


def _play(node: Node, enrolment: MessageId, players: list[Officer], registry: Path) -> None:
    from musnad.node.roster import take_up
    from musnad.people import enrolling

    kept = enrolling.read(node.ports, enrolment)
    for player in players:
        fits = authority_of(player.name) == kept.enrolment.authority and player.name != kept.enrolment.officer
        if fits and kept.waits.lacking:
            kept = enrolling.approve_with_key(node.ports, enrolment, player)
    take_up(node.folder, node.ports, enrolment, by=PLAYED)
    code, key, targets, role = read_publication(node.folder / "publish")
    with _alone(registry):
        registrar.add_party(registry, code, role, targets, now=SystemClock().now(), key=key)
        registrar.publish(registry, now=SystemClock().now())


@contextmanager
def _alone(registry: Path) -> Iterator[None]:
    """One node of the exercise at a time: the Registrar's tools expect one Registrar."""
    with (registry / "rehearsal.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
