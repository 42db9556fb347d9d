"""The case page beside the case itself: related cases, who acted, what to ask further, the conditions of use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client

from musnad.core.case.state import CaseState
from musnad.core.kernel.names import CaseRef, MessageId, Slug
from musnad.core.messages import bodies
from musnad.desk.cases.acting import sides_of
from musnad.desk.cases.further import further_in
from musnad.exchange.composing import case_state
from musnad.exchange.reading import show_case
from musnad.exchange.reading.related import related_cases
from musnad.people.powers import Role
from tests.doors.desk.seats import OFFICER, OVERSEER, seat
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import ACCESS, ACCESS_FIELDS, CENTRAL, CONTACT, FIELDS, PRESERVATION, Story, published
from tests.world import Node, World

SHARED = "falcon.transfer@mail.example.qa"
PHONE = "+974 4444 5555"


@dataclass
class Cases:
    """Viet Nam asks Qatar in several cases; what each names is said where it is asked."""

    world: World = field(default_factory=lambda: World(published=published()))

    @property
    def vn(self) -> Node:
        return self.world["VN"]

    def asked(self, *values: tuple[str, str], authority: str = CONTACT, facts: str = "Nothing more.") -> CaseRef:
        identifiers = [{"type": kind, "value": value} for kind, value in values]
        fields = (FIELDS if authority == CONTACT else ACCESS_FIELDS) | {"identifiers": identifiers, "facts": facts}
        measure = PRESERVATION if authority == CONTACT else ACCESS
        to = [self.world["QA"].authority(authority)]
        self.world.clock.advance(hours=30)  # else it were the same request, said again
        case = CaseRef(self.vn.say(authority, to, bodies.Request(fields), measure=measure))
        self.world.settle()
        return case

    def related(self, case: CaseRef, hidden: frozenset[CaseRef] = frozenset()) -> dict[CaseRef, tuple[str, ...]]:
        found = related_cases(self.vn.ports, self.state(case), hidden)
        return {one.row.case: one.identifiers for one in found}

    def state(self, case: CaseRef) -> CaseState:
        return case_state(self.vn.ports, case)


@pytest.fixture
def cases() -> Cases:
    return Cases()


@contextmanager
def desk(node: Node, folder: Path, at: object = OFFICER, hidden: frozenset[CaseRef] = frozenset()) -> Iterator[Client]:
    with desk_of(node.ports, folder, at), patch("musnad.desk.house.hidden_from", lambda _: hidden):  # type: ignore[arg-type]
        yield Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})


def section(page: str, name: str) -> str:
    return re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', page, re.DOTALL)[0]  # type: ignore[index]


# --- related cases ----------------------------------------------------------------------------------------------------


def test_a_case_with_the_same_identifier_is_related_and_one_with_another_is_not(cases: Cases) -> None:
    one = cases.asked(("email", SHARED), ("telephone", PHONE))
    same = cases.asked(("email", SHARED))
    call = cases.asked(("telephone", PHONE))
    other = cases.asked(("email", "falcon@mail.example.qa"), ("email", "transfer@mail.example.qa"))
    assert cases.related(one) == {call: (PHONE,), same: (SHARED,)}
    assert cases.related(same) == {one: (SHARED,)}
    assert cases.related(other) == {}


def test_a_plain_word_is_shared_only_as_an_identifier(cases: Cases) -> None:
    one = cases.asked(("account", "falcon"))
    cases.asked(("email", "a@mail.example.qa"), facts="A falcon was seen; falcons fly.")
    same = cases.asked(("account", "Falcon"))
    assert set(cases.related(one)) == {same}


def test_a_case_that_names_the_other_is_related_both_ways(cases: Cases) -> None:
    one = cases.asked(("email", "a@mail.example.qa"))
    parallel = cases.asked(("email", "b@mail.example.qa"), facts=f"In parallel to case {one[:12]}, already accepted.")
    [there] = related_cases(cases.vn.ports, cases.state(parallel))
    [back] = related_cases(cases.vn.ports, cases.state(one))
    assert (there.row.case, there.named_here, there.names_this) == (one, True, False)
    assert (back.row.case, back.named_here, back.names_this) == (parallel, False, True)


def test_an_unseen_case_is_neither_told_nor_counted(cases: Cases, tmp_path: Path) -> None:
    """The page is the same as if it had never been, whatever relates it."""
    one = cases.asked(("email", SHARED))
    with desk(cases.vn, tmp_path) as client:
        before = section(client.get(f"/case/{one}/").content.decode(), "related")
    secret = cases.asked(("email", SHARED), facts=f"Parallel to {one}.")
    named = cases.vn.say(
        CONTACT,
        [cases.world["QA"].authority(CONTACT)],
        bodies.Withdrawal(f"See case {secret[:12]} instead."),
        case=one,
        answers=MessageId(one),
    )
    cases.world.settle()
    assert named
    with desk(cases.vn, tmp_path, hidden=frozenset({secret})) as client:
        page = client.get(f"/case/{one}/").content.decode()
        assert section(page, "related") == before
        assert f"/case/{secret}/" not in page
    with desk(cases.vn, tmp_path) as client:
        page = section(client.get(f"/case/{one}/").content.decode(), "related")
        assert f"/case/{secret}/" in page
        assert SHARED in page
        assert "Names this case." in page
        assert "Named in this case." in page


def test_hidden_cases_do_not_crowd_out_those_that_may_be_seen(cases: Cases) -> None:
    one = cases.asked(("email", SHARED))
    seen = cases.asked(("email", SHARED))
    hidden = frozenset(cases.asked(("email", SHARED), facts=f"Number {number}.") for number in range(12))
    assert set(cases.related(one, hidden)) == {seen}


def test_a_related_case_is_shown_with_measure_other_state_and_status(cases: Cases, tmp_path: Path) -> None:
    one, same = cases.asked(("email", SHARED)), cases.asked(("email", SHARED), authority=CENTRAL)
    with desk(cases.vn, tmp_path, OVERSEER) as client:
        page = section(client.get(f"/case/{one}/").content.decode(), "related")
    label = cases.vn.ports.treaties.current().measures[ACCESS].label.for_language("en")  # type: ignore[index]
    assert f'href="/case/{same}/"' in page
    assert label in page
    assert "with Qatar" in page
    assert 'class="chip chip-asked"' in page


# --- who acted, what to ask further, conditions -----------------------------------------------------------------------


def test_who_acted_on_both_sides_by_authority_and_pseudonym(story: Story, tmp_path: Path) -> None:
    vn = story.world["VN"]
    sides = {str(side.party.code): side for side in sides_of(show_case(vn.ports, story.whole))}
    assert set(sides) == {"VN", "QA"}
    offices = {one.authority.id: one for one in sides["QA"].offices}
    assert set(offices) == {f"QA/{CONTACT}", f"QA/{CENTRAL}"}
    assert all(one.asked and not one.asks for one in offices.values())
    duties = offices[story.world["QA"].authority(CENTRAL)].people
    assert [(one.name, one.acts["release"]) for one in duties] == [
        (f"QA/{CENTRAL}/duty-1", 1),
        (f"QA/{CENTRAL}/duty-2", 1),  # two, as the measure asks
    ]
    [lan, *_] = {one.authority.id: one for one in sides["VN"].offices}[vn.authority(CENTRAL)].people
    assert {"send", "open"} <= set(lan.acts)
    with desk(vn, tmp_path) as client:
        page = section(client.get(f"/case/{story.whole}/").content.decode(), "people")
        assert f"QA/{CENTRAL}/duty-1" in page
        assert "releasing the evidence" in page
        assert f"VN/{CONTACT}/duty-1" in page


def test_what_must_follow_by_the_data_is_offered_where_the_state_allows(story: Story, tmp_path: Path) -> None:
    vn, qa = story.world["VN"], story.world["QA"]
    state = case_state(vn.ports, story.preserved)
    treaty = vn.ports.treaties.known()[next(iter(state.requests.values())).treaty]
    expected = treaty.measures[Slug(PRESERVATION)].follow_ups
    assert expected
    found = further_in(vn.ports, state, OFFICER)
    assert {(one.measure, one.force) for one in found} == {(one.measure, one.force) for one in expected}
    assert [one.force for one in found] == ["must", "may"]
    with desk(vn, tmp_path) as client, patch("musnad.desk.composing.working.is_exercise", lambda: True):
        page = section(client.get(f"/case/{story.preserved}/").content.decode(), "further")
        for one in found:
            assert one.address == f"/ask/{one.measure}/?case={story.preserved}&follows={story.preserved}"
            assert one.address.replace("&", "&amp;") in page
            assert client.get(one.address).status_code == 200
    for case in (story.whole, story.refused, story.crossed):  # closed; refused; withdrawn
        assert further_in(vn.ports, case_state(vn.ports, case), OFFICER) == ()
    assert further_in(qa.ports, case_state(qa.ports, story.preserved), seat(Role.LAWYER, party="QA")) == ()
    assert further_in(vn.ports, state, OVERSEER) == ()
    assert further_in(vn.ports, state, seat(Role.EXAMINER)) == ()
    with desk(vn, tmp_path, OVERSEER) as client:
        assert 'id="further"' not in client.get(f"/case/{story.preserved}/").content.decode()


def test_conditions_stand_on_the_case_and_the_exhibit(tmp_path: Path) -> None:
    from tests.doors.desk.test_export import Held

    held = Held(bodies.UseLimits(True, "with-consent", "Case 2026/1187 alone"), "Used in court alone.")
    with desk(held.vn, tmp_path) as client:
        case = client.get(f"/case/{held.case}/").content.decode()
        exhibit = client.get(f"/case/{held.case}/exhibit/{held.seal}/").content.decode()
    assert "Case 2026/1187 alone" in section(case, "exhibits")
    assert "Case 2026/1187 alone" in case.partition('id="requests"')[2]
    assert "Case 2026/1187 alone" in section(exhibit, "facts")
    assert "Confidential" in section(exhibit, "facts")
    assert "Used in court alone." in section(exhibit, "facts")
    assert "Given without conditions." not in exhibit
    plain = Held()
    with desk(plain.vn, tmp_path) as client:
        assert "Given without conditions." in client.get(f"/case/{plain.case}/exhibit/{plain.seal}/").content.decode()


def test_no_page_of_a_case_shows_or_fetches_what_an_exhibit_holds(tmp_path: Path) -> None:
    """Only the opening gives content, and only as a file; no page asks for it by itself."""
    from tests.doors.desk.test_export import CONTENT, Held

    held = Held()
    with desk(held.vn, tmp_path) as client:
        for path in ("", f"exhibit/{held.seal}/", "evidence/", "export/", f"evidence/{held.seal}/open/"):
            page = client.get(f"/case/{held.case}/{path}").content
            assert CONTENT[:36] not in page
            for tag in (b"<iframe", b"<embed", b"<object", b"<video", b"<audio", b'content/"'):
                assert tag not in page, (path, tag)
            assert not re.search(rb"<img[^>]+src=\"(?!/static/)", page)
            assert f"/evidence/{held.seal}/content/".encode() not in page or b'method="post"' in page
