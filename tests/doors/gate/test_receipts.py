"""A message's receipts at the gate: to who is in it, so that three Parties can prove a case to each other's courts."""

from __future__ import annotations

import json

import pytest

from musnad.core.kernel.b64 import write_b64
from tests.doors.gate.conftest import Meeting
from tests.doors.gate.gate import CENTRAL, CONTACT, Gate, footprint
from tests.scenarios.joint_case import JointCase, joint_world


def path_of(message: str) -> str:
    return f"/gate/v1/receipts/{message}"


@pytest.fixture(scope="module")
def joint() -> JointCase:
    told = JointCase(joint_world())
    told.begin()
    return told


def test_serves_the_journalled_receipts_to_a_recipient_and_to_the_author(joint: JointCase) -> None:
    gate, path = Gate(joint.node("VN")), path_of(joint.said["VN accepts"])
    expected = [write_b64(one.signed) for one in joint.node("VN").journal.receipts_of(joint.said["VN accepts"])]
    assert len(expected) == 2
    before = footprint(joint.node("VN"))
    for asker in ("QA", "EG", "VN"):
        answer = gate.get(path, gate.signed(joint.node(asker), "GET", path, authority=CENTRAL))
        assert answer.status == 200
        assert json.loads(answer.body) == {"receipts": expected}
    assert footprint(joint.node("VN")) == before


def test_to_anybody_else_it_is_not_there(joint: JointCase) -> None:
    """An authority that is not in the message, even of a Party that is; a message that never was; a receipt."""
    gate, said = Gate(joint.node("VN")), joint.said["VN accepts"]
    receipt = joint.node("VN").journal.receipts_of(said)[0].id
    for authority, name in ((CONTACT, said), (CENTRAL, "ab" * 32), (CENTRAL, receipt)):
        path = path_of(name)
        answer = gate.get(path, gate.signed(joint.node("QA"), "GET", path, authority=authority))
        assert (answer.status, answer.code) == (404, "request.not-found")
        assert answer.problem["facts"] == {"path": path}


def test_a_case_of_two_tells_a_third_nothing() -> None:
    """What VN and QA say to each other, EG cannot even learn to exist."""
    world = joint_world()
    vn, qa, eg = world["VN"], world["QA"], world["EG"]
    meeting = Meeting(world, Gate(qa))
    said = meeting.request()
    vn.deliver()
    path = path_of(said)
    assert meeting.gate.get(path, meeting.gate.signed(vn, "GET", path)).status == 200
    for asker, authority in ((eg, CONTACT), (eg, CENTRAL), (vn, CENTRAL)):
        answer = meeting.gate.get(path, meeting.gate.signed(asker, "GET", path, authority=authority))
        assert answer.status == 404


def test_a_name_that_is_none_and_a_request_that_nobody_signed(joint: JointCase) -> None:
    gate = Gate(joint.node("VN"))
    for name in ("AB" * 32, "ab", "..", "%00"):
        path = path_of(name)
        answer = gate.get(path, gate.signed(joint.node("QA"), "GET", path, authority=CENTRAL))
        assert answer.status in {400, 404}
    assert gate.get(path_of(joint.said["VN accepts"])).status in {400, 401, 403}
    path = path_of(joint.said["VN accepts"])
    assert gate.post(path, b"").status == 405
