"""What reading makes of a journal: the order of the fold, whose turn it is, and proofs checked each time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.kernel.names import CaseRef, Digest, SealId
from musnad.core.messages.message import MESSAGE_TYPE
from musnad.exchange.errors import UnknownCase
from musnad.exchange.evidence.errors import NoSuchExhibit
from musnad.exchange.journal import Entry
from musnad.exchange.ports import Ports
from musnad.exchange.reading import show_case, show_exhibit, show_inbox
from tests.doors.desk.story import Story, tell_story


@pytest.fixture(scope="module")
def story() -> Story:
    return tell_story()


@pytest.fixture
def vn(story: Story) -> Ports:
    return story.world["VN"].ports


class _Altered:
    """The journal as it would read had somebody changed entries behind its back."""

    def __init__(self, ports: Ports, **members: object) -> None:
        self._journal, self._members = ports.journal, members

    def __getattr__(self, name: str) -> object:
        return getattr(self._journal, name)

    def case_entries(self, case: CaseRef) -> tuple[Entry, ...]:
        first, *rest = self._journal.case_entries(case)
        return (replace(first, **self._members), *rest)  # type: ignore[arg-type]


def altered(ports: Ports, **members: object) -> Ports:
    return replace(ports, journal=_Altered(ports, **members))  # type: ignore[arg-type]


def test_the_timeline_is_in_fold_order(vn: Ports, story: Story) -> None:
    view = show_case(vn, story.whole)
    assert [step.id for step in view.timeline] == list(story.world["VN"].state(story.whole).order)
    assert view.status == "closed"
    assert view.exercise


def test_every_step_of_a_sound_case_is_proven(vn: Ports, story: Story) -> None:
    for step in show_case(vn, story.whole).timeline:
        assert step.is_sound
        assert step.trust.signature.holds
        assert step.trust.log.included is not None
        assert [party.code for party in step.trust.log.cosigned_by] == ["QA"]
        assert [receipt.check.holds for receipt in step.receipts] == [True]
        assert all(receipt.witnessed for receipt in step.receipts)


def test_both_nodes_read_the_same_case(story: Story) -> None:
    views = [show_case(story.world[code].ports, story.whole) for code in ("VN", "QA")]
    told = [
        [(step.id, step.state, step.parts, [one.recipient.id for one in step.receipts]) for step in view.timeline]
        for view in views
    ]
    assert told[0] == told[1]


def test_an_altered_signature_shows(vn: Ports, story: Story) -> None:
    entry = vn.journal.case_entries(story.whole)[0]
    dsse = parse_dsse(entry.signed, payload_type=MESSAGE_TYPE, what="message")
    first, *others = dsse.signatures
    forged = replace(first, value=bytes(len(first.value)))
    signed = replace(dsse, signatures=(forged, *others)).write()
    step = show_case(altered(vn, signed=signed), story.whole).timeline[0]
    assert not step.is_sound
    assert step.trust.signature.code == "signature.invalid"


def test_a_leaf_with_another_salt_is_not_in_the_log(vn: Ports, story: Story) -> None:
    entry = vn.journal.case_entries(story.whole)[0]
    place = replace(entry.place, salt=Digest("0" * 64))
    step = show_case(altered(vn, place=place), story.whole).timeline[0]
    assert not step.is_sound
    assert step.trust.log.included is not None
    assert step.trust.log.included.code == "log.proof-invalid"


def test_a_step_past_the_signed_head_is_open_not_broken(vn: Ports, story: Story) -> None:
    (step,) = show_case(vn, story.waiting).timeline
    assert step.trust.log.included is None
    assert step.is_sound
    assert [party.code for party in step.undelivered_to] == ["QA"]


def test_a_void_step_keeps_its_place_and_its_ground(vn: Ports, story: Story) -> None:
    timeline = show_case(vn, story.crossed).timeline
    assert [(step.kind, step.state, step.ground) for step in timeline] == [
        ("request", "stands", None),
        ("withdrawal", "stands", None),
        ("acceptance", "void", "withdrawn"),
    ]


def test_the_inbox_says_whose_turn_it_is(story: Story) -> None:
    vn = {row.case: row for row in show_inbox(story.world["VN"].ports).rows}
    qa = {row.case: row for row in show_inbox(story.world["QA"].ports).rows}
    assert (vn[story.asked].place, qa[story.asked].place) == ("now", "open")
    assert (vn[story.preserved].place, qa[story.preserved].place) == ("now", "open")
    assert vn[story.preserved].duties[0].code == "submit-follow-up"
    assert vn[story.preserved].duties[0].days_left == 7
    assert qa[story.preserved].duties[0].standing
    assert vn[story.waiting].undelivered == 1
    assert story.waiting not in qa
    assert vn[story.whole].place == "closed"


def test_a_request_carries_its_fields_and_its_rules(vn: Ports, story: Story) -> None:
    (request,) = show_case(vn, story.preserved).requests
    assert request.treaty_known
    assert request.in_force is False
    assert request.own_basis
    assert request.force is not None
    assert request.force.as_of.isoformat() == "2026-05-21"
    names = [field.name for field in request.fields]
    assert {"offence", "identifiers", "period-of-data"} <= set(names)
    offence = next(field for field in request.fields if field.name == "offence")
    assert [(part.name, part.kind) for part in offence.parts] == [
        ("class", "label"),
        ("provision", "text"),
        ("maximum", "years"),
    ]
    assert all(field.rule is not None and field.label is not None for field in request.fields)


def test_an_exhibit_names_every_hand_and_no_gap(vn: Ports, story: Story) -> None:
    view = show_exhibit(vn, story.whole, story.seal)
    assert [line.event for line in view.custody] == ["collected", "sealed", "offered", "received", "opened"]
    assert view.gaps == ()
    assert view.manifest_check is not None
    assert view.manifest_check.holds
    assert view.kept == "received"
    assert [party.code for party in view.holders] == ["QA", "VN"]


def test_what_is_not_there_is_named(vn: Ports, story: Story) -> None:
    with pytest.raises(UnknownCase):
        show_case(vn, CaseRef("0" * 64))
    with pytest.raises(NoSuchExhibit):
        show_exhibit(vn, story.whole, SealId("0" * 32))
