"""Saying things through the interface: each kind, by whom it may be said, with an officer's signature where due."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from musnad.core.crypto.signing import new_signing_key
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.names import CaseRef
from musnad.core.messages.bodies import KINDS
from tests.core.treaty.data import FULL, PRESERVE
from tests.doors.api.caller import Api
from tests.doors.gate.gate import CENTRAL, CONTACT
from tests.world import Node

NOBODY = "0" * 64


def asking(node: Node, authority: str = CONTACT, **changes: object) -> dict[str, Any]:
    """A request of the node's authority to the other side's."""
    other = "VN" if node.code == "QA" else "QA"
    return {
        "author": node.authority(authority),
        "to": [f"{other}/{authority}"],
        "measure": PRESERVE,
        "fields": FULL[PRESERVE],
        "basis": {"instrument": "un-convention-against-cybercrime", "note": "An exercise."},
        "approvers": [node.keys.officer(authority)],
        **changes,
    }


def signed(
    api: Api, draft: str, authority: str = CONTACT, officer: str = "duty-1", *, key: Any = None
) -> dict[str, Any]:
    """The officer's approval of a draft, made where the key is, from the octets that the interface gives out."""
    octets = parse_b64(api.get(f"/drafts/{draft}")["to_be_signed"], what="to_be_signed")
    halves = (key or api.node.officer(authority, officer).key).sign(octets)
    return {
        "officer": api.node.keys.officer(authority, officer),
        "signatures": [{"keyid": one.key_id, "sig": write_b64(one.value)} for one in halves],
    }


def asked(api: Api) -> str:
    """A request from draft to sent; the case."""
    said = api.post("/requests", asking(api.node))
    assert not said["sent"]
    assert said["missing"] == [api.node.keys.officer(CONTACT)]
    api.post(f"/drafts/{said['id']}/approvals", signed(api, said["id"]), 200)
    sent = api.post(f"/drafts/{said['id']}/send", {})
    assert sent["sent"]
    return str(sent["case"])


def received(api: Api) -> str:
    """A case that VN asked this node in; its request is the case."""
    vn = api.world["VN"]
    from musnad.core.messages import bodies

    request = vn.say(CONTACT, [api.node.authority(CONTACT)], bodies.Request(FULL[PRESERVE]), measure=PRESERVE)
    api.world.settle()
    return str(request)


def step(api: Api, case: str, kind: str, body: dict[str, Any], status: int = 201, **more: object) -> dict[str, Any]:
    given = {"author": api.node.authority(CONTACT), "kind": kind, "body": body, "answers": case, **more}
    given = {name: value for name, value in given.items() if value is not None}
    return api.post(f"/cases/{case}/steps", given, status)


# --- asking and approving ---------------------------------------------------------------------------------------------


def test_a_request_goes_from_draft_to_the_other_side(qa: Api) -> None:
    case = asked(qa)
    qa.world.settle()
    assert qa.world["VN"].state(CaseRef(case)).requests
    assert qa.get("/drafts")["items"] == []
    assert qa.get(f"/cases/{case}")["requests"][0]["status"] == "asked"


def test_the_same_request_twice_is_one_draft_and_one_message(qa: Api) -> None:
    first = qa.post("/requests", asking(qa.node))
    again = qa.post("/requests", asking(qa.node), 200)
    assert (again["id"], again["repeated"]) == (first["id"], True)
    qa.post(f"/drafts/{first['id']}/approvals", signed(qa, first["id"]), 200)
    qa.post(f"/drafts/{first['id']}/approvals", signed(qa, first["id"]), 200)
    qa.post(f"/drafts/{first['id']}/send", {})
    third = qa.post("/requests", asking(qa.node), 200)
    assert (third["id"], third["sent"], third["repeated"]) == (first["id"], True, True)
    assert len(qa.node.messages()) == 1


def test_a_request_that_the_law_does_not_open(qa: Api) -> None:
    refused = qa.post("/requests", asking(qa.node, fields={**FULL[PRESERVE], "identifiers": [{"type": "x"}]}), 409)
    assert refused["code"] == "step.refused"
    assert "field-wrong-form" in refused["facts"]["grounds"]
    assert qa.post("/requests", asking(qa.node, measure="mind-reading"), 409)["code"] == "step.refused"
    assert qa.node.ports.journal.drafts() == ()


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"author": "QA"}, "author"),
        ({"to": []}, "to"),
        ({"to": "VN/contact-24-7"}, "to"),
        ({"measure": "Not A Slug"}, "measure"),
        ({"fields": []}, "fields"),
        ({"language": "English"}, "language"),
        ({"unknown": 1}, "unknown"),
        ({"basis": {"instrument": "x", "note": 3}}, "basis.note"),
        ({"follows": "3f2a"}, "follows"),
        ({"approvers": None}, "approvers"),
    ],
)
def test_a_request_of_a_wrong_form_names_the_member(qa: Api, changes: dict[str, Any], where: str) -> None:
    found = qa.post("/requests", asking(qa.node, **changes), 400)
    assert found["code"] == "form.invalid"
    assert where in [one["what"] for one in found["defects"]]


def test_a_measure_with_a_million_identifiers_is_too_large(qa: Api) -> None:
    many = [{"type": "email", "value": "someone@example.org"}] * 30_000
    found = qa.post("/requests", asking(qa.node, fields={**FULL[PRESERVE], "identifiers": many}), 413)
    assert found["code"] == "form.too-large"


def test_a_further_request_follows_the_first(qa: Api) -> None:
    case = asked(qa)
    qa.world.settle()
    further = qa.post(f"/cases/{case}/requests", asking(qa.node, CENTRAL, measure="access-to-stored-data",
        fields=FULL["access-to-stored-data"], follows=case))  # fmt: skip
    assert further["case"] == case
    wrong = asking(qa.node, measure=PRESERVE, follows=NOBODY)
    assert qa.post(f"/cases/{case}/requests", wrong, 409)["facts"]["grounds"] == "follows-unknown"
    assert qa.post(f"/cases/{NOBODY}/requests", wrong, 404)["code"] == "case.unknown"


def test_a_draft_gives_out_what_is_signed_and_takes_no_other_signature(qa: Api) -> None:
    draft = qa.post("/requests", asking(qa.node))["id"]
    shown = qa.get(f"/drafts/{draft}")
    payload = base64.b64decode(shown["payload"])
    assert base64.b64decode(shown["to_be_signed"]).endswith(payload)
    assert shown["message"]["author"] == "QA/contact-24-7"
    assert qa.post(f"/drafts/{draft}/send", {}, 403)["code"] == "approval.missing"
    stranger = signed(qa, draft, key=new_signing_key(qa.node.ports.entropy))
    assert qa.post(f"/drafts/{draft}/approvals", stranger, 403)["code"] == "directory.unknown-key"
    colleague = signed(qa, draft, CENTRAL)
    assert qa.post(f"/drafts/{draft}/approvals", colleague, 403)["code"] == "approval.wrong-officer"
    swapped = signed(qa, draft)
    swapped["signatures"][0]["sig"] = write_b64(bytes(64))
    assert qa.post(f"/drafts/{draft}/approvals", swapped, 403)["code"] == "signature.invalid"
    other = qa.post("/requests", asking(qa.node, fields={**FULL[PRESERVE], "facts": "Another matter."}))["id"]
    assert qa.post(f"/drafts/{draft}/approvals", signed(qa, other), 403)["code"] == "signature.invalid"
    half = signed(qa, draft)
    half["signatures"] = half["signatures"][:1] * 2
    assert qa.post(f"/drafts/{draft}/approvals", half, 403)["code"] == "directory.unknown-key"
    half["signatures"] = half["signatures"][:1]
    assert qa.post(f"/drafts/{draft}/approvals", half, 400)["code"] == "form.invalid"
    assert qa.get(f"/drafts/{draft}")["missing"] == [qa.node.keys.officer(CONTACT)]
    assert qa.get(f"/drafts/{NOBODY}", 404)["code"] == "draft.unknown"
    assert qa.post(f"/drafts/{NOBODY}/send", {}, 404)["code"] == "draft.unknown"
    assert qa.post(f"/drafts/{NOBODY}/approvals", half | {"signatures": stranger["signatures"]}, 404)["status"] == 404


# --- steps ------------------------------------------------------------------------------------------------------------


def test_the_steps_of_an_answer(qa: Api) -> None:
    case = received(qa)
    step(qa, case, "acknowledgement", {"reference": "QA-1"})
    question = step(qa, case, "question", {"text": "Which account?"})
    qa.world.settle()
    assert step(qa, case, "reply", {"text": "None."}, 409, answers=question["id"])["facts"]["grounds"] == "wrong-side"
    accepted = step(qa, case, "acceptance", {"conditions": ["For this case alone."]})
    confirmed = step(qa, case, "confirmation", {})
    closed = step(qa, case, "closing", {"summary": "Kept."}, answers=None)
    found = qa.get(f"/cases/{case}")["requests"][0]
    assert found["status"] == "fulfilled"
    assert found["conditions"] == ["For this case alone."]
    assert found["preserved_until"] > found["counted_from"]
    assert len({accepted["id"], confirmed["id"], question["id"], closed["id"]}) == 4


def test_a_step_said_twice_is_said_once(qa: Api) -> None:
    case = received(qa)
    first = step(qa, case, "acknowledgement", {})
    again = step(qa, case, "acknowledgement", {}, 200)
    assert (again["id"], again["sent"], again["repeated"]) == (first["id"], True, True)
    assert len(qa.node.messages()) == 2


def test_a_refusal_with_a_ground_of_the_law(qa: Api) -> None:
    case = received(qa)
    step(qa, case, "consultation", {"text": "It touches an interest."})
    step(qa, case, "refusal", {"grounds": ["essential-interests"], "reasons": "It does."})
    assert qa.get(f"/cases/{case}")["requests"][0]["status"] == "refused"
    assert step(qa, case, "refusal", {"grounds": ["essential-interests"], "reasons": "Again."}, 409)["status"] == 409


def test_withdrawing_and_asking_for_longer(qa: Api) -> None:
    case = asked(qa)
    qa.world.settle()
    extension = step(qa, case, "extension-request", {"until": "2030-01-01", "reasons": "It takes long."}, 409)
    assert extension["facts"]["grounds"] == "not-accepted, nothing-preserved"
    step(qa, case, "withdrawal", {"reasons": "No longer needed."})
    assert qa.get(f"/cases/{case}")["requests"][0]["status"] == "withdrawn"


def test_a_postponement(qa: Api) -> None:
    case = received(qa)
    step(qa, case, "consultation", {"text": "A trial is on."})
    step(qa, case, "postponement", {"reasons": "A trial is on.", "until": "2027-03-01"})
    assert qa.get(f"/cases/{case}")["requests"][0]["postponed_until"] == "2027-03-01"


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("question", {}, "form.invalid"),
        ("question", {"text": ""}, "form.invalid"),
        ("question", {"text": "x", "more": 1}, "form.invalid"),
        ("question", {"text": "right\u202eto left"}, "form.invalid"),
        ("question", {"text": "\ud800"}, "form.not-ijson"),
        ("postponement", {"reasons": "x", "until": "2026-13-01"}, "form.invalid"),
        ("confirmation", {"preserved_until": "2026-02-30"}, "form.invalid"),
        ("confirmation", {"preserved_until": 7}, "form.invalid"),
        ("closing", {"heads": []}, "form.invalid"),
        ("refusal", {"grounds": [], "reasons": "x"}, "form.invalid"),
        ("telepathy", {}, "form.invalid"),
        ("custody", {"event": "opened"}, "form.invalid"),
        ("exported", {}, "form.invalid"),
        ("request", {"fields": {}}, "form.invalid"),
    ],
)
def test_a_step_of_a_wrong_form(qa: Api, kind: str, body: dict[str, Any], code: str) -> None:
    case = received(qa)
    assert step(qa, case, kind, body, 400)["code"] == code
    assert len(qa.node.messages()) == 1


def test_a_step_in_a_case_or_to_a_message_that_is_not_here(qa: Api) -> None:
    case = received(qa)
    assert step(qa, NOBODY, "question", {"text": "Who?"}, 404)["code"] == "case.unknown"
    assert step(qa, case, "question", {"text": "Who?"}, 409, answers=NOBODY)["facts"]["grounds"] == "answers-unknown"
    assert step(qa, case, "confirmation", {}, 404, answers=NOBODY)["code"] == "message.unknown"
    missing = step(qa, case, "question", {"text": "Who?"}, 400, answers=None)
    assert missing["code"] == "message.invalid"
    stranger = step(qa, case, "question", {"text": "Who?"}, 403, approvers=["QA/contact-24-7/nobody"])
    assert stranger["code"] == "directory.unknown-officer"


# --- silence, executions, other uses, and who has no node -------------------------------------------------------------


def approved(api: Api, said: dict[str, Any], authority: str = CONTACT) -> str:
    """The draft, approved and sent; its id."""
    api.post(f"/drafts/{said['id']}/approvals", signed(api, said["id"], authority), 200)
    return str(api.post(f"/drafts/{said['id']}/send", {})["id"])


def test_a_statement_of_silence_rests_on_the_recipients_receipt(qa: Api) -> None:
    case = asked(qa)
    assert step(qa, case, "silence", {"text": "No answer came."}, 409)["code"] == "silence.not-delivered"
    qa.world.settle()
    said = step(qa, case, "silence", {"text": "No answer came in thirty days."})
    parts = qa.get(f"/cases/{case}/timeline")["items"][-1]["parts"]
    assert said["sent"]
    assert "receipt" in [one["name"] for one in parts]
    assert step(qa, case, "silence", {"text": "x"}, 404, answers=NOBODY)["code"] == "message.unknown"


def test_an_execution_says_what_was_done(qa: Api) -> None:
    case = received(qa)
    done = {"result": "executed", "text": "The logs were secured.", "done_on": "2026-11-23"}
    assert step(qa, case, "execution", done, 409)["facts"]["grounds"] == "not-accepted"
    step(qa, case, "acceptance", {"limits": {"confidential": True, "onward": "with-consent"}})
    assert step(qa, case, "execution", done)["sent"]
    assert step(qa, case, "execution", {**done, "result": "perhaps"}, 400)["code"] == "form.invalid"


def test_consent_is_asked_by_who_received_and_given_by_who_gave(qa: Api) -> None:
    case = asked(qa)
    qa.world.settle()
    wish = {"use": "onward-transfer", "text": "Egypt asks for it.", "recipients": ["EG"]}
    wished = step(qa, case, "consent-request", wish)["id"]
    assert step(qa, case, "consent-request", {**wish, "recipients": []}, 400)["code"] == "form.invalid"
    assert step(qa, case, "consent", {"granted": True}, 409, answers=wished)["facts"]["grounds"] == "wrong-side"


def test_a_case_with_a_state_that_has_no_node(qa: Api) -> None:
    on_paper = asking(qa.node, to=["EG/contact-24-7"])
    assert qa.post("/requests", on_paper, 403)["code"] == "directory.unknown-party"
    case = approved(qa, qa.post("/requests", {**on_paper, "on_paper": True}))
    assert qa.get("/inbox")["waiting"] == []
    letter = {
        "speaker": "EG/contact-24-7",
        "channel": "e-mail",
        "received_on": "2026-11-23",
        "reference": "EG-12",
        "said": {"kind": "acceptance", "body": {"conditions": ["For this case alone."]}},
    }
    officer = qa.node.keys.officer(CONTACT)
    early = step(qa, case, "transcript", {**letter, "received_on": "2026-11-22"}, 400, approvers=[officer])
    assert early["code"] == "paper.day-impossible"
    entered = approved(qa, step(qa, case, "transcript", letter, approvers=[officer]))
    found = qa.get(f"/cases/{case}")["requests"][0]
    assert (found["status"], found["conditions"]) == ("accepted", ["For this case alone."])
    called = {"contact": "registry", "reached_by": "telephone", "at": "2026-11-24T08:00:00Z", "result": "confirmed"}
    assert step(qa, case, "call-back", called, answers=entered)["sent"]
    assert step(qa, case, "call-back", {**called, "at": "now"}, 400, answers=entered)["code"] == "form.invalid"
    unsaid = {**letter, "said": {"kind": "request", "body": {"fields": {}}}}
    assert step(qa, case, "transcript", unsaid, 400, approvers=[officer])["code"] == "form.invalid"
    assert qa.post(f"/cases/{case}/hand-overs", {"party": "EG"}, 409)["status"] == 409


def test_only_who_was_written_for_takes_a_case_over(qa: Api) -> None:
    case = received(qa)
    refused = step(qa, case, "takeover", {"contested": []}, 409, answers=None)
    assert refused["code"] == "step.refused"
    assert step(qa, case, "takeover", {"heads": [case]}, 400, answers=None)["code"] == "form.invalid"


def test_every_kind_of_message_has_its_way_in() -> None:
    """Each kind is a step, or has a resource of its own, or is said only where an officer's key is."""
    from musnad.api.shapes.saying import ELSEWHERE, STEP_KINDS

    assert {*STEP_KINDS, *ELSEWHERE} == set(KINDS)
    assert not set(STEP_KINDS) & ELSEWHERE
