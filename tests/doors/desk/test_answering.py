"""Answering at the desk: every kind, grounds from the request's own data, last days in both zones, refused steps."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from musnad.adapters.treaty_files import load_treaties
from musnad.core.kernel.names import CaseRef, MessageId, OfficerName, Slug
from musnad.core.messages import bodies
from musnad.desk.answering.choices import AT_ONCE, FAST, choices
from musnad.desk.answering.forms import FIELDS
from musnad.desk.answering.rules import OF_A_NO, rules_for
from musnad.exchange.composing import approve, case_state, drafts, send
from musnad.people.powers import Role
from tests.directory_fixture import make_world
from tests.doors.desk.seats import OFFICER, OVERSEER, seat
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import ACCESS, ACCESS_FIELDS, CENTRAL, CONTACT, PRESERVATION, published
from tests.doors.desk.story import FIELDS as ASKED
from tests.exchange.test_takeover import CENTRAL as PAPER_DESK
from tests.exchange.test_takeover import EGYPT, ask, show
from tests.world import Node, World

LAWYER = seat(Role.DUTY_OFFICER, Role.LAWYER, party="QA", name="noor")


@dataclass
class Told:
    """A world in which Viet Nam asked Qatar for one preservation and one access, in a case each."""

    world: World = field(default_factory=lambda: World(published=published()))

    def __post_init__(self) -> None:
        vn, qa = self.vn, self.qa
        self.kept = MessageId(vn.say(CONTACT, [qa.authority(CONTACT)], bodies.Request(ASKED), measure=PRESERVATION))
        self.access = MessageId(vn.say(CENTRAL, [qa.authority(CENTRAL)], bodies.Request(ACCESS_FIELDS), measure=ACCESS))
        self.world.settle()

    @property
    def vn(self) -> Node:
        return self.world["VN"]

    @property
    def qa(self) -> Node:
        return self.world["QA"]

    def qa_says(self, body: bodies.Body, *, answers: MessageId, authority: str = CENTRAL, case: str = "") -> MessageId:
        to = [self.vn.authority(authority)]
        said = self.qa.say(authority, to, body, case=CaseRef(case or answers), answers=answers)
        self.world.settle()
        return said


@pytest.fixture
def told() -> Told:
    return Told()


@contextmanager
def desk(node: Node, folder: Path, at: object = LAWYER, language: str = "en") -> Iterator[Client]:
    with desk_of(node.ports, folder, at):  # type: ignore[arg-type]
        yield Client(SERVER_NAME="127.0.0.1", headers={"accept-language": language})


def address(case: str, kind: str, answers: str | None = None) -> str:
    return f"/case/{case}/answer/{kind}/" + (f"{answers}/" if answers else "")


def seen_in(page: str) -> str:
    return re.search(r'name="seen" value="([0-9a-f]*)"', page)[1]  # type: ignore[index]


def last(node: Node, case: str) -> bodies.Body:
    state = case_state(node.ports, CaseRef(case))
    return state.messages[state.order[-1]].body


# --- what may be said -------------------------------------------------------------------------------------------------


def test_the_likely_next_step_comes_first_and_is_one_press(told: Told, tmp_path: Path) -> None:
    state = case_state(told.qa.ports, CaseRef(told.kept))
    found = choices(told.qa.ports, state, LAWYER)
    assert [one.kind for one in found[:1]] == ["acknowledgement"]
    assert found[0].due
    assert {FAST, "acceptance", "question", "refusal", "postponement"} <= {one.kind for one in found}
    with desk(told.qa, tmp_path) as client:
        page = client.get(f"/case/{told.kept}/answer/").content.decode()
        assert page.index("Acknowledge") < page.index("Refuse")
        assert client.post(found[0].address).status_code == 302
    assert isinstance(last(told.qa, told.kept), bodies.Acknowledgement)
    state = case_state(told.qa.ports, CaseRef(told.kept))
    assert choices(told.qa.ports, state, LAWYER)[0].kind == FAST


def test_a_row_of_the_inbox_acknowledges_by_one_press(told: Told, tmp_path: Path) -> None:
    at = address(told.kept, "acknowledgement", told.kept)
    with desk(told.qa, tmp_path) as client:
        assert f'action="{at}"' in client.get("/").content.decode()
        assert client.post(at).status_code == 302
        assert f'action="{at}"' not in client.get("/").content.decode()
    with desk(told.qa, tmp_path, OVERSEER) as client:
        assert "/answer/acknowledgement/" not in client.get("/").content.decode()


def test_an_emergency_is_acknowledged_accepted_and_confirmed_by_one_form(told: Told, tmp_path: Path) -> None:
    at = address(told.kept, FAST, told.kept)
    with desk(told.qa, tmp_path) as client:
        page = client.get(at).content.decode()
        assert "Asia/Qatar" in page
        assert "Asia/Ho_Chi_Minh" in page
        until = re.search(r'name="until" value="([0-9-]+)"', page)[1]  # type: ignore[index]
        assert client.post(at, {"until": until, "seen": seen_in(page)}).status_code == 302
        state = case_state(told.qa.ports, CaseRef(told.kept))
        assert state.requests[told.kept].status == "fulfilled"
        assert str(state.requests[told.kept].preserved_until) == until
        assert client.get(at).status_code == 302
    assert [one.body.kind for one in state.messages.values()] == [
        "request", "acknowledgement", "acceptance", "confirmation",
    ]  # fmt: skip
    told.world.settle()
    assert case_state(told.vn.ports, CaseRef(told.kept)).requests[told.kept].preserved_until is not None


def test_an_emergency_that_asks_for_data_is_acknowledged_and_accepted_at_once(told: Told, tmp_path: Path) -> None:
    asked = {name: ASKED[name] for name in ("data-sought", "data-categories", "facts")}
    asked |= {
        "urgency": "emergency",
        "urgency-reasons": "Today.",
        "person-at-risk": "A child.",
        "justification": "Now.",
    }
    to = [told.qa.authority(CONTACT)]
    request = MessageId(told.vn.say(CONTACT, to, bodies.Request(asked), measure="data-for-emergency"))
    told.world.settle()
    at = address(request, AT_ONCE, request)
    with desk(told.qa, tmp_path) as client:
        inbox = client.get("/").content.decode()
        row = inbox[inbox.index('class="row"') :].partition("</li>")[0]
        assert request in row  # counted in minutes, it stands before what has days
        assert "is-overdue" in row
        page = client.get(f"/case/{request}/").content.decode()
        assert page.index("What is asked of you") < page.index("A child.") < page.index('id="actions"')
        top = page.partition('id="actions"')[2].partition("</section>")[0]
        assert re.findall(r"/answer/([a-z-]+)/", top)[:2] == [AT_ONCE, "refusal"]
        assert "/answer/acknowledgement/" not in top
        assert "/answer/acceptance/" not in top
        every = client.get(f"/case/{request}/answer/").content.decode()
        assert "/answer/acknowledgement/" in every
        assert "/answer/acceptance/" in every
        page = client.get(at).content.decode()
        assert page.index("What is asked of you") < page.index("A child.") < page.index('name="conditions"')
        assert client.post(at, {"reference": "QA-7", "conditions": "For that child alone."}).status_code == 302
        page = client.get(f"/case/{request}/").content.decode()
        assert "Your answer is sent and on its way." in page
        assert "What is asked of you" in page  # it has still to be done
        assert client.get(at).status_code == 302
        assert client.get(address(told.access, AT_ONCE, told.access)).status_code == 404  # nobody is in danger there
    state = case_state(told.qa.ports, CaseRef(request))
    assert [one.body for one in state.messages.values()][1:] == [
        bodies.Acknowledgement("QA-7"), bodies.Acceptance(("For that child alone.",)),
    ]  # fmt: skip
    with desk(told.qa, tmp_path, OVERSEER) as client:
        assert client.get(at).status_code == 403


@pytest.mark.parametrize("kind", ["acceptance", "refusal", "postponement", FAST])
def test_what_is_asked_stands_above_the_form_that_decides_it(told: Told, tmp_path: Path, kind: str) -> None:
    with desk(told.qa, tmp_path) as client:
        page = client.get(address(told.kept, kind, told.kept)).content.decode()
    assert (
        page.index("What is asked of you") < page.index(str(ASKED["data-sought"])) < page.index('class="answer story"')
    )


def test_what_is_asked_goes_once_it_is_refused(told: Told, tmp_path: Path) -> None:
    with desk(told.qa, tmp_path) as client:
        assert "What is asked of you" in client.get(f"/case/{told.access}/").content.decode()
        told.qa_says(bodies.Refusal((Slug("essential-interests"),), "No."), answers=told.access)
        assert "What is asked of you" not in client.get(f"/case/{told.access}/").content.decode()
    with desk(told.vn, tmp_path, OFFICER) as client:
        assert "What is asked of you" not in client.get(f"/case/{told.kept}/").content.decode()


def test_who_accepts_is_not_told_the_duties_of_who_refuses() -> None:
    every = [one for treaty in load_treaties().values() for one in treaty.measures.values()]
    found = {name: {kind: {one.name for one in rules_for(kind, measure)} for kind in ("acceptance", "refusal")}
             for name, measure in enumerate(every)}  # fmt: skip
    assert set().union(*(one["refusal"] for one in found.values())) >= OF_A_NO  # each is a rule of the treaty data
    assert not any(one["acceptance"] & OF_A_NO for one in found.values())


def test_of_an_emergency_nothing_is_said_where_its_last_day_is_past(told: Told, tmp_path: Path) -> None:
    at = address(told.kept, FAST, told.kept)
    with desk(told.qa, tmp_path) as client:
        first = client.post(at, {"until": "2020-01-01", "language": "en"})
        page = first.content.decode()
        assert first.status_code == 422
        assert "The period ends before it begins." in page
        assert 'value="2020-01-01"' in page
    state = case_state(told.qa.ports, CaseRef(told.kept))
    assert [one.body.kind for one in state.messages.values()] == ["request"]


def test_a_day_that_was_not_shown_is_not_said(told: Told, tmp_path: Path) -> None:
    told.qa_says(bodies.Acceptance(), answers=told.kept, authority=CONTACT)
    at = address(told.kept, "confirmation", told.kept)
    with desk(told.qa, tmp_path) as client:
        first = client.get(at).content.decode()
        later = {"until": "2027-09-01", "seen": seen_in(first)}
        answer = client.post(at, later)
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "2027-09-01" in page
        assert isinstance(last(told.qa, told.kept), bodies.Acceptance)
        assert client.post(at, {"until": "2027-09-01", "seen": seen_in(page)}).status_code == 302
    said = last(told.qa, told.kept)
    assert isinstance(said, bodies.Confirmation)
    assert str(said.preserved_until) == "2027-09-01"


def test_grounds_come_from_the_requests_own_data_with_rule_and_certainty(told: Told, tmp_path: Path) -> None:
    treaty = told.qa.ports.treaties.current("")
    measure = treaty.measure(ACCESS)
    at = address(told.access, "refusal", told.access)
    with desk(told.qa, tmp_path, language="ar") as client:
        page = client.get(at).content.decode()
    open_grounds = [one for one in measure.grounds.values() if one.name not in measure.barred]
    assert open_grounds
    for ground in open_grounds:
        assert f'value="{ground.name}"' in page
        assert ground.rule.says.for_language("ar")[:30] in page or ground.label.for_language("ar") in page
    for name in measure.barred:
        assert f'name="grounds" value="{name}"' not in page
    assert 'class="certainty"' in page


def test_a_refusal_without_a_ground_keeps_what_was_typed(told: Told, tmp_path: Path) -> None:
    at = address(told.access, "refusal", told.access)
    with desk(told.qa, tmp_path) as client:
        answer = client.post(at, {"reasons": "A matter <b>of ours</b>."})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "A matter &lt;b&gt;of ours&lt;/b&gt;." in page
        assert 'href="#field-grounds"' in page
        told_first = client.post(at, {"grounds": "essential-interests", "reasons": "Ours."})
        page = told_first.content.decode()
        assert "consult" in page.lower()
        sent = client.post(at, {"grounds": "essential-interests", "reasons": "Ours.", "seen": seen_in(page)})
        assert sent.status_code == 302
    said = last(told.qa, told.access)
    assert isinstance(said, bodies.Refusal)
    assert said.grounds == ("essential-interests",)


def test_conditions_of_use_are_set_by_fields(told: Told, tmp_path: Path) -> None:
    at = address(told.access, "acceptance", told.access)
    typed = {
        "conditions": "Only in 2026/1187.\nNot in public.", "confidential": "yes", "onward": "forbidden",
        "purpose": "The case named.", "hold_until": "2027-12-31",
    }  # fmt: skip
    with desk(told.qa, tmp_path) as client:
        answer = client.post(at, typed)
        assert answer.status_code == 422
        assert 'href="#field-at_end"' in answer.content.decode()
        page = client.post(at, typed | {"at_end": "destroy"}).content.decode()
        assert client.post(at, typed | {"at_end": "destroy", "seen": seen_in(page)}).status_code == 302
    said = last(told.qa, told.access)
    assert isinstance(said, bodies.Acceptance)
    assert said.conditions == ("Only in 2026/1187.", "Not in public.")
    assert said.limits is not None
    assert (said.limits.onward, str(said.limits.until), said.limits.at_end) == ("forbidden", "2027-12-31", "destroy")


def test_a_step_that_the_case_refuses_is_told_in_words_beside_the_form(told: Told, tmp_path: Path) -> None:
    told.qa_says(bodies.Acceptance(), answers=told.access)
    at = address(told.access, "postponement", told.access)
    with desk(told.qa, tmp_path) as client:
        answer = client.post(at, {"reasons": "لا يزال التحقيق جاريًا."})
        page = answer.content.decode()
    assert answer.status_code == 422
    assert "step.refused" in page
    assert "The matter had been decided already." in page
    assert "لا يزال التحقيق جاريًا." in page


# --- every kind -------------------------------------------------------------------------------------------------------


def _asked(told: Told) -> tuple[Node, str, str]:
    return told.qa, told.access, told.access


def _accepted(told: Told) -> tuple[Node, str, str]:
    told.qa_says(bodies.Acceptance(), answers=told.access)
    return _asked(told)


def _preserved(told: Told) -> tuple[Node, str, str]:
    told.qa_says(bodies.Acceptance(), answers=told.kept, authority=CONTACT)
    return told.qa, told.kept, told.kept


def _confirmed(told: Told) -> tuple[Node, str, str]:
    _preserved(told)
    today = told.qa.ports.clock.now().date()
    until = bodies.Confirmation(today.replace(year=today.year + 1), today, "Asia/Qatar")
    told.qa_says(until, answers=told.kept, authority=CONTACT)
    return told.vn, told.kept, told.kept


def _questioned(told: Told) -> tuple[Node, str, str]:
    return told.vn, told.access, told.qa_says(bodies.Question("Which account?"), answers=told.access)


def _executed(told: Told) -> tuple[Node, str, str]:
    _accepted(told)
    told.qa_says(bodies.Execution("partly-executed", "One of two."), answers=told.access)
    return told.vn, told.access, told.access


def _wished(told: Told) -> tuple[Node, str, str]:
    _executed(told)
    wish = bodies.ConsentRequest("other-use", "In another case.")
    said = told.vn.say(CENTRAL, [told.qa.authority(CENTRAL)], wish, case=CaseRef(told.access), answers=told.access)
    told.world.settle()
    return told.qa, told.access, said


def _asking(told: Told) -> tuple[Node, str, str]:
    return told.vn, told.access, told.access


KINDS = {
    "acknowledgement": (_asked, {"reference": "QA-17"}),
    "question": (_asked, {"text": "Which account?"}),
    "reply": (_questioned, {"text": "The first."}),
    "acceptance": (_asked, {}),
    "consultation": (_asked, {"text": "The provision is missing."}),
    "refusal": (_asked, {"grounds": "essential-interests", "reasons": "Ours."}),
    "postponement": (_asked, {"reasons": "A matter of ours.", "until": "2027-01-31"}),
    "confirmation": (_preserved, {"until": "2027-09-01"}),
    "execution": (_accepted, {"result": "partly-executed", "text": "One of two.", "done_on": "2026-11-20"}),
    "extension-request": (_confirmed, {"until": "2029-01-01", "reasons": "The letter is on its way."}),
    "withdrawal": (_asking, {"reasons": "No longer needed."}),
    "consent-request": (_executed, {"use": "other-use", "text": "In another case."}),
    "consent": (_wished, {"granted": "yes", "confidential": "yes"}),
    "silence": (_asking, {"text": "Sent on the first day; no answer came."}),
    "call-back": (
        _asked, {"contact": "Ms. Lan", "reached_by": "+84 24 3000 0000", "at": "2026-11-20T08:30",
         "result": "confirmed"},
    ),
    "closing": (_executed, {"summary": "Over."}),
}  # fmt: skip


def test_every_kind_that_has_a_form_is_tried_here() -> None:
    assert set(KINDS) | {"takeover", "transcript"} == set(FIELDS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_renders_in_both_languages_and_is_said(kind: str, told: Told, tmp_path: Path) -> None:
    prepare, typed = KINDS[kind]
    node, case, answers = prepare(told)
    at = address(case, kind, None if kind == "closing" else answers)
    sits = seat(Role.DUTY_OFFICER, party=node.code, name="noor")
    with desk(node, tmp_path, sits, "ar") as client:
        arabic = client.get(at)
        assert arabic.status_code == 200
        assert '<html lang="ar" dir="rtl">' in arabic.content.decode()
    with desk(node, tmp_path, sits) as client:
        assert client.get(at).status_code == 200
        answer = client.post(at, typed)
        if answer.status_code == 200:
            answer = client.post(at, typed | {"seen": seen_in(answer.content.decode())})
        assert answer.status_code == 302, answer.content.decode()
    said = last(node, case)
    assert said.kind == kind


def test_a_kind_that_answers_nothing_here_is_no_page(told: Told, tmp_path: Path) -> None:
    with desk(told.qa, tmp_path) as client:
        assert client.get(address(told.access, "request", told.access)).status_code == 404
        assert client.get(address(told.access, "closing", told.access)).status_code == 404
        assert client.get(address(told.access, "question", "0" * 64)).status_code == 404


def test_who_may_only_look_says_nothing(told: Told, tmp_path: Path) -> None:
    with desk(told.qa, tmp_path, OVERSEER) as client:
        for at in (f"/case/{told.access}/answer/", address(told.access, "acknowledgement", told.access)):
            assert client.get(at).status_code == 403
            assert client.post(at, {}).status_code in {403, 405}
    assert isinstance(last(told.qa, told.access), bodies.Request)


def test_a_seat_without_a_pseudonym_speaks_for_no_authority(told: Told, tmp_path: Path) -> None:
    """Not even by a step that no officer has to approve: the acknowledgement of a State is nobody's private word."""
    nobody = replace(LAWYER, officers=())
    elsewhere = replace(LAWYER, officers=(OfficerName("EG/central-authority/duty-1"),))
    for at in (nobody, elsewhere):
        assert choices(told.qa.ports, case_state(told.qa.ports, CaseRef(told.kept)), at) == ()
        with desk(told.qa, tmp_path, at) as client:
            assert "/answer/acknowledgement/" not in client.get(f"/case/{told.kept}/").content.decode()
            if not at.officers:
                assert "/answer/acknowledgement/" not in client.get("/").content.decode()
            for kind in ("acknowledgement", "question", "refusal"):
                assert client.get(address(told.kept, kind, told.kept)).status_code == 403
                assert client.post(address(told.kept, kind, told.kept), {"text": "x"}).status_code == 403
            fast = f"/case/{told.kept}/answer/accept-and-confirm/{told.kept}/"
            assert client.post(fast, {"language": "en"}).status_code == 403
            assert client.post(f"/case/{told.kept}/answer/hand-over/VN/").status_code == 403
            assert client.post(address(told.kept, "closing")).status_code == 403
            at_upload = f"/case/{told.kept}/evidence/upload/small/"
            given = {"file": SimpleUploadedFile("a.img", b"x"), "description": "A file"}
            assert client.post(at_upload, given).status_code == 403
    assert isinstance(last(told.qa, told.kept), bodies.Request)
    assert told.qa.journal.exhibits() == ()


# --- call-backs -------------------------------------------------------------------------------------------------------


def test_a_call_back_is_offered_about_everything_that_the_case_lets_be_called_back_about(
    told: Told, tmp_path: Path
) -> None:
    question = told.qa_says(bodies.Question("Which account?"), answers=told.access)
    told.qa_says(bodies.Acceptance(), answers=told.kept, authority=CONTACT)
    state = case_state(told.vn.ports, CaseRef(told.access))
    asker = seat(Role.DUTY_OFFICER, name="lan")
    found = [one for one in choices(told.vn.ports, state, asker) if one.kind == "call-back"]
    assert [(one.answers, one.said.kind) for one in found if one.said] == [
        (question, "question"),  # the newest first
        (told.access, "request"),  # one's own, which may have reached nobody
    ]
    at = address(told.access, "call-back", question)
    called = {"contact": "Mr. Saad", "reached_by": "+974 4000 0000", "at": "2026-11-23T08:30", "result": "confirmed"}
    with desk(told.vn, tmp_path, asker) as client:
        page = client.get(f"/case/{told.access}/answer/").content.decode()
        assert page.count("/answer/call-back/") == 2
        assert at in page
        assert client.get(f"/case/{told.access}/").content.decode().count("/answer/call-back/") <= 1
        assert client.post(at, called).status_code == 302
    said = last(told.vn, told.access)
    assert isinstance(said, bodies.CallBack)
    mine = case_state(told.qa.ports, CaseRef(told.access))
    offered = {one.answers for one in choices(told.qa.ports, mine, LAWYER) if one.kind == "call-back"}
    assert offered == {told.access}  # nobody calls back about what one said oneself


# --- as the other side will read it -----------------------------------------------------------------------------------


def previewed(client: Client, at: str, typed: dict[str, str]) -> str:
    answer = client.post(at, typed | {"do": "preview"})
    assert answer.status_code == 200, answer.content.decode()
    page = answer.content.decode()
    return re.search(r'<section class="previews".*?</section>', page, re.DOTALL)[0]  # type: ignore[index]


def test_an_answer_is_seen_as_the_other_side_will_read_it_before_it_is_anything(told: Told, tmp_path: Path) -> None:
    typed = {"grounds": "essential-interests", "reasons": "يمس مصلحة أساسية.", "language": "ar"}
    before = told.qa.journal.log_size()
    with desk(told.qa, tmp_path, language="ar") as client:
        shown = previewed(client, address(told.access, "refusal", told.access), typed)
        page = client.post(address(told.access, "refusal", told.access), typed | {"do": "preview"}).content.decode()
    measure = told.qa.ports.treaties.current().measures[Slug(ACCESS)]
    ground = measure.grounds[Slug("essential-interests")]
    assert 'lang="en" dir="ltr"' in shown
    english = shown.partition('lang="en"')[2].partition("</article>")[0]
    assert "Refusal" in english
    assert ground.label.for_language("en") in html.unescape(english)
    assert f'<span class="said" lang="ar" dir="rtl">{typed["reasons"]}' in english  # as it was written, and marked
    assert "from memory" in english or "certain" in english  # how sure the ground's rule is
    assert typed["reasons"] in page.partition("<form")[2]  # nothing that was typed is lost
    assert 'value="essential-interests" checked' in page
    assert drafts(told.qa.ports) == ()
    assert isinstance(last(told.qa, told.access), bodies.Request)
    added = tuple(told.qa.journal.entries())[before:]
    assert {one.kind for one in added} == {"record"}  # that it was looked at


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_can_be_seen_before_it_is_said(kind: str, told: Told, tmp_path: Path) -> None:
    prepare, typed = KINDS[kind]
    node, case, answers = prepare(told)
    sits = seat(Role.DUTY_OFFICER, party=node.code, name="noor")
    with desk(node, tmp_path, sits) as client:
        shown = previewed(client, address(case, kind, None if kind == "closing" else answers), typed)
    for value in typed.values():
        assert value in shown or not value[:1].isupper()
    assert last(node, case).kind != kind


def test_all_that_one_press_says_is_seen_before(told: Told, tmp_path: Path) -> None:
    at = f"/case/{told.kept}/answer/accept-and-confirm/{told.kept}/"
    with desk(told.qa, tmp_path) as client:
        shown = previewed(client, at, {"conditions": "In that case alone.", "until": "2027-09-01"})
    for part in ("Acknowledgement", "Acceptance", "In that case alone.", "Confirmation of preservation"):
        assert part in shown
    assert isinstance(last(told.qa, told.kept), bodies.Request)


# --- paper ------------------------------------------------------------------------------------------------------------


def test_a_letter_is_entered_and_the_state_that_runs_a_node_then_takes_its_case_over(tmp_path: Path) -> None:
    world = World(published=make_world(("QA", "VN", "EG")))
    show(world, "QA", "VN")
    qa, eg = world["QA"], world["EG"]
    case = ask(qa, on_paper=True)
    clerk = seat(Role.DUTY_OFFICER, party="QA", name="noor")
    typed = {"speaker": EGYPT, "channel": "e-mail", "received_on": "2026-11-23", "said": "refusal", "text": "Ours."}
    with desk(qa, tmp_path, clerk) as client:
        assert "Enter what came on paper" in client.get(f"/case/{case}/answer/").content.decode()
        at = address(case, "transcript", case)
        assert client.get(at).status_code == 200
        assert client.post(at, typed | {"document": "xyz"}).status_code == 422
        assert client.post(at, typed | {"said": "acceptance"}).status_code == 422  # nobody approves
        answer = client.post(at, typed | {"said": "acceptance", "approvers": f"QA/{PAPER_DESK}/duty-1"})
        if answer.status_code == 200:
            seen = {"seen": seen_in(answer.content.decode()), "approvers": f"QA/{PAPER_DESK}/duty-1"}
            answer = client.post(at, typed | {"said": "acceptance"} | seen)
        assert answer.status_code == 302
    (draft,) = drafts(qa.ports)
    approve(qa.ports, draft.id, qa.officer(PAPER_DESK))
    entered = draft.id
    send(qa.ports, entered)
    body = last(qa, case)
    assert isinstance(body, bodies.Transcript)
    assert isinstance(body.said, bodies.Acceptance)

    show(world, "QA", "VN", "EG")
    with desk(qa, tmp_path, clerk) as client:
        at = f"/case/{case}/answer/hand-over/EG/"
        assert at in client.get(f"/case/{case}/answer/").content.decode()
        assert client.get(at).status_code == 200
        assert client.post(at).status_code == 302
    world.settle()
    with desk(eg, tmp_path, seat(Role.DUTY_OFFICER, party="EG", name="sara")) as client:
        page = client.get(f"/case/{case}/answer/").content.decode()
        assert "Take the case over" in page
        at = address(case, "takeover")
        assert client.get(at).status_code == 200
        answer = client.post(at, {"contested": entered})
        assert answer.status_code == 302, answer.content.decode()
    assert case_state(eg.ports, case).contested == (entered,)
