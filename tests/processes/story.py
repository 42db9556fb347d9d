"""A short and complete case, told by commands as officers would type them, each of which may be killed and repeated."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from musnad.cli.demo.scenarios.first_case import ACCESS_FIELDS
from musnad.core.case.state import CaseState
from musnad.core.kernel.names import CaseRef
from musnad.core.messages.bodies import Custody
from musnad.exchange.composing import case_state
from tests.processes.stand import PATIENCE_SECONDS, Stand, wait_until

VN, QA = "VN/central-authority", "QA/central-authority"
STILL_ON_ITS_WAY = {"case.unknown", "message.unknown", "log.not-witnessed", "peer.unreachable", "peer.short-body"}
SIGKILLED = -9


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a case's end does not depend on ids and times."""

    requests: tuple[tuple[str, str], ...]
    custody: tuple[tuple[tuple[str, str], ...], ...]
    closings: tuple[str, ...]
    said: Mapping[tuple[str, str], int]
    disorder: tuple[object, ...]


def shape_of(state: CaseState) -> Shape:
    """The normalised end of a case: the same for every undisturbed run, and so for every disturbed one."""
    messages = state.messages.values()
    gaps = tuple(gap.code for exhibit in state.exhibits.values() for gap in exhibit.gaps)
    return Shape(
        requests=tuple((one.measure, one.status) for one in state.requests.values()),
        custody=tuple(
            tuple((entry.event, entry.authority) for entry in exhibit.custody) for exhibit in state.exhibits.values()
        ),
        closings=tuple(sorted(state.closings)),
        said=Counter((one.author, one.body.event if isinstance(one.body, Custody) else one.kind) for one in messages),
        disorder=(*state.void, *state.waiting, *state.unjudged, *gaps),
    )


@dataclass
class Story:
    """VN asks for data; QA acknowledges, accepts, seals, offers; VN fetches, opens; both close; VN may export.

    ``kills`` says at which ``step:moment`` a command dies the first time it is given; ``died`` which ones did.
    """

    stand: Stand
    name: str
    evidence: Path
    kills: Mapping[str, str] = field(default_factory=dict)
    died: set[str] = field(default_factory=set)
    case: CaseRef = field(default=CaseRef(""))
    seal: str = ""

    @property
    def opened(self) -> Path:
        return self.stand.folder / f"{self.name}.opened"

    @property
    def dossier(self) -> Path:
        return self.stand.folder / f"{self.name}.zip"

    def tell(self, *, export: bool = False) -> None:
        """The whole story, to the end that both nodes agree on."""
        asked = self.command("VN", "ask", *self.asking())
        self.case = CaseRef(str(asked["case"]))
        self.answer("QA", "acknowledgement", "--text", self.name)
        self.answer("QA", "acceptance")
        sealed = self.command(
            *("QA", "seal", str(self.evidence), "--author", QA, "--case", self.case, "--note", self.name),
            *("--under", self.case, "--officer", self._officer(QA)),
        )
        self.seal = str(sealed["seal"])
        self.command(
            *("QA", "offer", self.case, self.seal, "--author", QA, "--to", VN, "--answers", self.case),
            *("--officer", self._officer(QA), "--officer", str(self.stand.second_officer(QA))),
        )
        wait_until(lambda: self.is_offered("VN"), "the offer")
        self.command("VN", "fetch", self.case)
        self.command("VN", "open", self.case, self.seal, "--out", str(self.opened), "--officer", self._officer(VN))
        self.settle()
        self.answer("VN", "closing")
        wait_until(lambda: "VN" in self.state("QA").closings, "VN's closing")
        self.answer("QA", "closing")
        self.settle()
        if export:
            self.command("VN", "export", self.case, "--out", str(self.dossier), "--officer", self._officer(VN))

    def answer(self, party: str, kind: str, *more: str) -> None:
        author = VN if party == "VN" else QA
        answers = () if kind == "closing" else ("--answers", self.case)
        self.command(party, "answer", self.case, "--author", author, "--kind", kind, *answers, *more, key=kind)

    def command(self, party: str, name: str, *arguments: str, key: str = "") -> dict[str, object]:
        """Give a command until it is done; where it is to be killed, it is killed first."""
        given = [name, *arguments, "--node", str(self.stand.node(party))]
        if self.kills.get(key or name) and (key or name) not in self.died:
            self._kill(given, key or name)
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            done = self.stand.hands.run([*given, "--json"])
            told = json.loads(done.stdout or b"{}")
            if done.returncode == 0:
                return dict(told)
            error = told.get("error")
            if error == "target.exists" and key + name in self.died:
                return {}  # the file was complete before the kill, and stands
            assert error in STILL_ON_ITS_WAY, (given, told, done.stderr)
            assert time.monotonic() < until, (given, told)
            time.sleep(0.2)

    def failure(self, party: str, *arguments: str) -> str:
        """The code that a command fails with."""
        done = self.stand.hands.run([*arguments, "--node", str(self.stand.node(party)), "--json"])
        assert done.returncode == 1, done
        return str(json.loads(done.stdout)["error"])

    def _kill(self, given: list[str], key: str) -> None:
        marker = self.stand.folder / f"{self.name}.{key}.marker"
        marker.touch()
        wanted = {"MUSNAD_KILL_AT": self.kills[key], "MUSNAD_KILL_MARKER": str(marker)}
        until = time.monotonic() + PATIENCE_SECONDS
        while marker.exists():
            assert time.monotonic() < until, f"{key} never came to {self.kills[key]}"
            done = self.stand.hands.run([*given, "--json"], wanted)
            if marker.exists():  # not so far yet: what it needs is still on its way
                assert json.loads(done.stdout or b"{}").get("error") in STILL_ON_ITS_WAY, (given, done)
                time.sleep(0.2)
                continue
            assert done.returncode == SIGKILLED, (given, done)
        self.died.add(key)

    # --- what the nodes hold ---

    def state(self, party: str) -> CaseState:
        return case_state(self.stand.ports[party], self.case)

    def settle(self) -> None:
        """Until nothing is on its way and both nodes hold the same case."""

        def is_settled() -> bool:
            waiting = [one for ports in self.stand.ports.values() for one in ports.journal.waiting()]
            return not waiting and self.state("VN").digest() == self.state("QA").digest()

        wait_until(is_settled, f"{self.name} settled")

    def is_offered(self, party: str) -> bool:
        return any(one.offer is not None for one in self.state(party).exhibits.values())

    def asking(self) -> tuple[str, ...]:
        place = self.stand.folder / f"{self.name}.json"
        place.write_text(json.dumps(ACCESS_FIELDS["en"] | {"subject": f"Investigation {self.name}"}), "utf-8")
        return (
            *("--author", VN, "--to", QA, "--measure", "access-to-stored-data", "--fields", str(place)),
            *("--officer", self._officer(VN), "--basis", "agreement-for-the-case", "--basis-note", "An exercise."),
        )

    def _officer(self, authority: str) -> str:
        return str(self.stand.officer(authority))
