"""The pages by which a case is answered and its evidence handled: every kind of answer, each state of the work."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

from musnad.core.kernel.names import CaseRef, MessageId, SealId
from musnad.core.messages import bodies
from musnad.desk.cases.dossiers import preparing
from musnad.exchange.evidence.errors import UploadDiffers
from musnad.exchange.evidence.ports import Progress, Report
from musnad.exchange.exhibits import fetch, wrap_for
from musnad.exchange.takeover import hand_over
from musnad.node.beside import Beside
from musnad.people.powers import Role
from musnad.people.seat import Seat
from tests.directory_fixture import make_world
from tests.doors.desk.every_page import Stage, press
from tests.doors.desk.every_scene import Scene, at
from tests.doors.desk.seats import OFFICER, seat
from tests.doors.desk.story import CENTRAL, CONTACT, FIELDS
from tests.doors.desk.test_answering import KINDS, Told
from tests.doors.desk.test_evidence import sealed
from tests.exchange.test_takeover import ask, enter, show
from tests.world import Node, World

ANSWER = "form.answer"


# --- every kind of answer ---------------------------------------------------------------------------------------------


@cache
def told(kind: str) -> tuple[Node, str]:
    """A node at which that kind may be said, and the address of its form."""
    node, case, answers = KINDS[kind][0](Told())
    return node, f"/case/{case}/answer/{kind}/" + ("" if kind == "closing" else f"{answers}/")


def saying(kind: str) -> Callable[[Stage], str]:
    def gone(stage: Stage) -> str:
        node, path = told(kind)
        return stage.at(path, _officer(node), node)

    return gone


def _officer(node: Node) -> Seat:
    return seat(Role.DUTY_OFFICER, Role.LAWYER, party=node.code, name="noor")


DANGER = {
    **{name: FIELDS[name] for name in ("data-sought", "data-categories", "facts")},
    "urgency": "emergency",
    "urgency-reasons": "هُدِّد الطفل بالقتل قبل السادسة مساءً.",
    "person-at-risk": "طفل في التاسعة من عمره",
    "justification": "The account is the only trace.",
}


@cache
def in_danger() -> tuple[Node, CaseRef]:
    """Qatar is asked for data because somebody is in danger."""
    asked = Told()
    to = [asked.qa.authority(CONTACT)]
    case = asked.vn.say(CONTACT, to, bodies.Request(DANGER), measure="data-for-emergency")
    asked.world.settle()
    return asked.qa, CaseRef(case)


def at_once(path: str) -> Callable[[Stage], str]:
    def gone(stage: Stage) -> str:
        node, case = in_danger()
        return stage.at(path.format(case=case), _officer(node), node)

    return gone


@cache
def on_paper() -> tuple[World, CaseRef]:
    """Qatar asked Egypt on paper and entered its answer; then Egypt has a node."""
    world = World(published=make_world(("QA", "VN", "EG")))
    show(world, "QA", "VN")
    qa = world["QA"]
    case = ask(qa, on_paper=True)
    enter(qa, case, bodies.Acceptance(), MessageId(case))
    return world, case


def paper(path: str, code: str = "QA") -> Callable[[Stage], str]:
    """An address in the case on paper; for Egypt, and for a hand-over to it, once Egypt has a node."""

    def gone(stage: Stage) -> str:
        world, case = on_paper()
        if "transcript" not in path:
            show(world, "QA", "VN", "EG")
        else:
            show(world, "QA", "VN")
        if code == "EG":
            hand_over(world["QA"].ports, case, world["EG"].code)
            world.settle()
        return stage.at(path.format(case=case), _officer(world[code]), world[code])

    return gone


ANSWERING = (
    Scene("answers", "answering:choices", at("/case/{asked}/answer/")),
    Scene("answer-fast", "answering:fast", at("/case/{asked}/answer/accept-and-confirm/{asked}/")),
    Scene(
        "answer-fast-wrong",
        "answering:fast",
        at("/case/{asked}/answer/accept-and-confirm/{asked}/"),
        422,
        press(ANSWER, until="2020-01-01", seen=""),
    ),
    Scene(
        "answer-fast-another-day", "answering:fast", at("/case/{asked}/answer/accept-and-confirm/{asked}/"), 200,
        press(ANSWER, until="2027-04-01", seen=""),
    ),
    Scene("answer-at-once", "answering:at-once", at_once("/case/{case}/answer/accept-at-once/{case}/")),
    Scene("case-in-danger", "case", at_once("/case/{case}/")),
    Scene("inbox-in-danger", "inbox", at_once("/")),
    *(
        Scene(f"answer-{kind}", "answering:saying" if kind == "closing" else "answering:answer", saying(kind))
        for kind in KINDS
    ),
    Scene("answer-refusal-wrong", "answering:answer", saying("refusal"), 422, press(ANSWER)),
    Scene("answer-question-wrong", "answering:answer", saying("question"), 422, press(ANSWER)),
    Scene(
        "answer-confirmation-seen", "answering:answer", saying("confirmation"), 200,
        press(ANSWER, until="2027-03-01", seen=""),
    ),
    Scene("answer-transcript", "answering:answer", paper("/case/{case}/answer/transcript/{case}/")),
    Scene("case-on-paper", "case", paper("/case/{case}/")),
    Scene("answer-hand-over", "answering:hand-over", paper("/case/{case}/answer/hand-over/EG/")),
    Scene("answer-takeover", "answering:saying", paper("/case/{case}/answer/takeover/", "EG")),
)  # fmt: skip


# --- evidence ---------------------------------------------------------------------------------------------------------


@cache
def evidence() -> tuple[World, CaseRef, SealId]:
    """Qatar accepted to give access, and sealed a mailbox that is not offered yet."""
    asked = Told()
    asked.qa_says(bodies.Acceptance(), answers=asked.access)
    case = CaseRef(asked.access)
    return asked.world, case, sealed(asked.world, case, b"x" * 70_000, "صندوق البريد 3.mbox")


@cache
def received() -> tuple[World, CaseRef, SealId]:
    """What Qatar gave under conditions, fetched by Viet Nam, and opened by nobody yet."""
    asked = Told()
    asked.qa_says(bodies.Acceptance(), answers=asked.access)
    case, vn, qa = CaseRef(asked.access), asked.vn, asked.qa
    seal = sealed(asked.world, case, b"x" * 70_000, "صندوق البريد 4.mbox")
    back = (vn.authority(CENTRAL),)
    limits = bodies.UseLimits(confidential=True, onward="forbidden", purpose="في هذه القضية وحدها.")
    offer = bodies.Offer("One mailbox.", limits)
    qa.say(CENTRAL, back, offer, case=case, answers=asked.access, exhibits=(wrap_for(qa.ports, seal, back),))
    asked.world.settle()
    fetch(vn.ports, case, seal)
    asked.world.settle()
    return asked.world, case, seal


def taking(path: str) -> Callable[[Stage], str]:
    def gone(stage: Stage) -> str:
        world, case, seal = received()
        return stage.at(path.format(case=case, seal=seal), OFFICER, world["VN"])

    return gone


def giving(path: str) -> Callable[[Stage], str]:
    def gone(stage: Stage) -> str:
        world, case, seal = evidence()
        qa = world["QA"]
        return stage.at(path.format(case=case, seal=seal), seat(Role.EXAMINER, party="QA", name="noor"), qa)

    return gone


@contextmanager
def half_come(stage: Stage) -> Iterator[None]:
    """An upload that was cut, and one that is whole but not sealed."""
    from musnad.desk.evidence.uploads import spool

    world, case, _ = evidence()
    folder = Path(tempfile.mkdtemp(dir=stage.folder))
    with patch("musnad.desk.house.folder", lambda: folder):
        stage.ports = world["QA"].ports
        words = {"description": "The mailbox, bag 17"}
        spool().begin(case, "image-of-server-3.img", 900_000_000, "noor", words)
        whole = spool().begin(case, "سجلات الدخول.csv", 9, "noor", words)
        spool().put(whole.id, 0, b"nine here")
        yield


def work(place: str, ended: str, name: Callable[[], str]) -> Callable[[Stage], AbstractContextManager[None]]:
    """A piece of work that stands so: under way, done, or stopped by an error."""

    @contextmanager
    def standing(stage: Stage) -> Iterator[None]:
        about = SealId(name())

        def going(report: Report) -> str:
            report(Progress(41_000_000, 90_000_000))
            if ended == "under way":
                stage.go_on.wait()
            if ended == "stopped":
                raise UploadDiffers(about, 0)
            return about

        beside = Beside()
        beside.begin(about, going, evidence()[1])
        while (
            (now := beside.standing(about)) is None or now.progress is None or now.under_way != (ended == "under way")
        ):
            time.sleep(0.01)
        with patch(f"musnad.desk.{place}", beside), patch("musnad.desk.cases.export._export_here", lambda *_: None):
            yield

    return standing


def the_seal() -> str:
    return evidence()[2]


def the_case() -> str:
    return preparing(evidence()[1], "noor")


def the_wish() -> str:
    return evidence()[1]


STOPS = ("under way", "stopped")
ENDS = (*STOPS, "done")
HELD = "/case/{whole}/evidence/{seal}"
GIVEN = "/case/{case}/evidence"
EVIDENCE = (
    Scene("evidence", "evidence:all", at("/case/{whole}/evidence/")),
    Scene("evidence-none", "evidence:all", at("/case/{asked}/evidence/")),
    Scene("evidence-sealed", "evidence:all", giving(f"{GIVEN}/")),
    Scene("evidence-coming", "evidence:all", giving(f"{GIVEN}/"), during=half_come),
    Scene("export", "export", at("/case/{whole}/export/")),
    Scene("export-wrong", "export", at("/case/{whole}/export/"), 422, press(ANSWER, content="")),
    Scene("evidence-offer", "evidence:offer", giving(f"{GIVEN}/offer/{{case}}/?seal={{seal}}")),
    Scene("evidence-offer-wrong", "evidence:offer", giving(f"{GIVEN}/offer/{{case}}/"), 422, press(ANSWER)),
    Scene("evidence-open", "evidence:open", taking(f"{GIVEN}/{{seal}}/open/")),
    Scene("evidence-open-wrong", "evidence:open", taking(f"{GIVEN}/{{seal}}/open/"), 422, press(ANSWER)),
    Scene("evidence-custody", "evidence:custody", at(f"{HELD}/custody/")),
    Scene("evidence-custody-wrong", "evidence:custody", at(f"{HELD}/custody/"), 422, press(ANSWER)),
    *(
        Scene(f"{covers}-{ended.replace(' ', '-')}", covers, giving(path), during=work(place, ended, name))
        for covers, place, path, name, ends in (
            ("evidence:sealing", "evidence.views.SEALING", f"{GIVEN}/sealing/{{seal}}/", the_seal, ENDS),
            ("evidence:fetching", "evidence.views.FETCHING", f"{GIVEN}/{{seal}}/fetching/", the_seal, ENDS),
            ("export-preparing", "cases.export.EXPORTING", "/case/{case}/export/gathering/", the_case, STOPS),
            ("export-making", "cases.export.EXPORTING", "/case/{case}/export/{case}/", the_wish, STOPS),
        )
        for ended in ends
    ),
)
