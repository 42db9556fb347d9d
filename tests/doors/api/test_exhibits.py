"""Exhibits through the interface: offered under an officer's signature, fetched beside the request, custody told; never
a byte of what they hold."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from musnad.adapters.vault.memory import MemorySource
from musnad.core.kernel.b64 import parse_b64
from musnad.core.kernel.names import CaseRef, SealId
from musnad.core.messages import bodies
from musnad.core.sealing.manifest import Tool
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import seal_into_vault
from musnad.node.beside import Fetching
from tests.core.treaty.data import ACCESS, FULL
from tests.doors.api.caller import Api, interface_of
from tests.doors.api.test_saying import signed
from tests.doors.desk.story import Story
from tests.doors.gate.gate import CENTRAL
from tests.world import Node, World

EVIDENCE = b"the mailbox, octet by octet. " * 400
NOTHING = "0" * 32


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Fetching:
    """No test sees what another one fetched."""
    made = Fetching()
    monkeypatch.setattr("musnad.api.routes.exhibits.FETCHING", made)
    return made


def sealed(node: Node) -> SealId:
    order = SealingOrder(node.authority(CENTRAL), Tool("musnad", "test"), "A mailbox, bag 17", exercise=True)
    return seal_into_vault(node.ports, MemorySource(EVIDENCE, "mailbox.mbox"), order).seal


def accepted(world: World) -> CaseRef:
    vn, qa = world["VN"], world["QA"]
    request = vn.say(CENTRAL, [qa.authority(CENTRAL)], bodies.Request(FULL[ACCESS]), measure=ACCESS)
    world.settle()
    qa.say(CENTRAL, [vn.authority(CENTRAL)], bodies.Acceptance(), case=CaseRef(request), answers=request)
    world.settle()
    return CaseRef(request)


def offering(case: str, seal: str, **changes: object) -> dict[str, object]:
    return {
        "author": "QA/central-authority",
        "to": ["VN/central-authority"],
        "seals": [seal],
        "answers": case,
        "note": "One mailbox.",
        "approvers": ["QA/central-authority/duty-1", "QA/central-authority/duty-2"],
        **changes,
    }


@pytest.fixture
def offered(qa: Api) -> tuple[Api, str, str]:
    """QA has offered an exhibit through its interface, from seal to delivery."""
    case, seal = accepted(qa.world), sealed(qa.node)
    alone = offering(case, seal, approvers=["QA/central-authority/duty-1"])
    assert qa.post(f"/cases/{case}/offers", alone, 403)["facts"] == {
        "needed": 2,
        "rule": "officers-for-release-of-content",
    }
    said = qa.post(f"/cases/{case}/offers", offering(case, seal))
    assert len(said["missing"]) == 2
    for officer in ("duty-1", "duty-2"):
        qa.post(f"/drafts/{said['id']}/approvals", signed(qa, said["id"], CENTRAL, officer), 200)
    assert qa.post(f"/drafts/{said['id']}/send", {})["sent"]
    qa.world.settle()
    return qa, case, seal


@pytest.fixture
def receiving(offered: tuple[Api, str, str], tmp_path: Path) -> Iterator[tuple[Api, str, str]]:
    """The other side's interface, where the exhibit is offered to."""
    api, case, seal = offered
    with interface_of(api.world, "VN", tmp_path) as vn:
        yield vn, case, seal


def settled(api: Api, case: str, seal: str) -> dict[str, object]:
    """The exhibit when nothing is under way."""
    for _ in range(500):
        found = api.get(f"/cases/{case}/exhibits/{seal}")
        if found["fetch"] is not None and not found["fetch"]["under_way"]:
            return found
        time.sleep(0.02)
    raise AssertionError


def test_an_exhibit_is_fetched_beside_the_request(receiving: tuple[Api, str, str]) -> None:
    vn, case, seal = receiving
    before = vn.get(f"/cases/{case}/exhibits/{seal}")
    assert (before["kept"], before["manifest"], before["fetch"]) == (None, None, None)
    assert vn.get(f"/cases/{case}/exhibits/{seal}/manifest", 404)["code"] == "exhibit.missing"
    vn.post(f"/cases/{case}/exhibits/{seal}/fetch", {}, 202)
    found = settled(vn, case, seal)
    assert found["fetch"] == {"under_way": False, "error": None}
    assert found["kept"] == "received"
    assert found["manifest_check"] == {"holds": True, "code": None}
    assert vn.node.ports.vault.holds(SealId(seal))
    vn.world.settle()
    assert "received" in [one["event"] for one in vn.get(f"/cases/{case}/exhibits/{seal}")["custody"]]
    vn.post(f"/cases/{case}/exhibits/{seal}/fetch", {}, 202)
    assert settled(vn, case, seal)["kept"] == "received"


def test_no_octet_of_what_it_holds_is_served(receiving: tuple[Api, str, str]) -> None:
    vn, case, seal = receiving
    vn.post(f"/cases/{case}/exhibits/{seal}/fetch", {}, 202)
    settled(vn, case, seal)
    kept = vn.node.ports.journal.exhibit(SealId(seal))
    assert kept is not None
    for path in ("", f"/{seal}", f"/{seal}/manifest"):
        answer = vn.ask("GET", f"/cases/{case}/exhibits{path}").content
        assert EVIDENCE[:29] not in answer
        assert kept.key not in answer
        assert kept.key.hex().encode() not in answer


def test_a_fetch_that_ends_badly_says_why_and_goes_on(receiving: tuple[Api, str, str]) -> None:
    vn, case, seal = receiving
    vn.node.faults.down.add(vn.world["QA"].code)
    vn.post(f"/cases/{case}/exhibits/{seal}/fetch", {}, 202)
    assert settled(vn, case, seal)["fetch"] == {"under_way": False, "error": "peer.unreachable"}
    vn.node.faults.down.clear()
    vn.post(f"/cases/{case}/exhibits/{seal}/fetch", {}, 202)
    assert settled(vn, case, seal)["fetch"] == {"under_way": False, "error": None}


def test_only_so_many_are_fetched_at_one_time(
    receiving: tuple[Api, str, str], fresh: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    vn, case, seal = receiving
    monkeypatch.setattr(fresh, "_at_once", 0)
    assert vn.post(f"/cases/{case}/exhibits/{seal}/fetch", {}, 429)["code"] == "fetch.too-many"
    assert fresh.standing(SealId(seal)) is None


def test_nothing_is_fetched_that_was_not_offered_to_the_tokens_authority(receiving: tuple[Api, str, str]) -> None:
    vn, case, seal = receiving
    assert vn.post(f"/cases/{case}/exhibits/{NOTHING}/fetch", {}, 404)["code"] == "message.unknown"
    assert vn.post(f"/cases/{NOTHING * 2}/exhibits/{seal}/fetch", {}, 404)["code"] == "case.unknown"
    with_part = vn.token("cases:read", "exhibits:write", authorities=(vn.node.authority("contact-24-7"),))
    refused = vn.post(f"/cases/{case}/exhibits/{seal}/fetch", {}, 404, token=with_part)
    assert refused["code"] == "case.unknown"


def test_an_offer_needs_a_sealed_exhibit_and_its_case(qa: Api) -> None:
    case, seal = accepted(qa.world), sealed(qa.node)
    assert qa.post(f"/cases/{case}/offers", offering(case, NOTHING), 404)["code"] == "exhibit.missing"
    assert qa.post(f"/cases/{NOTHING * 2}/offers", offering(case, seal), 404)["code"] == "case.unknown"
    assert qa.post(f"/cases/{case}/offers", offering(case, "xy"), 400)["code"] == "form.invalid"
    assert qa.post(f"/cases/{case}/offers", offering(case, seal, to=["VN/nobody"]), 403)["status"] == 403
    contact = qa.token(authorities=(qa.node.authority("contact-24-7"),))
    assert qa.post(f"/cases/{case}/offers", offering(case, seal), 404, token=contact)["code"] == "case.unknown"
    first = qa.post(f"/cases/{case}/offers", offering(case, seal))
    assert qa.post(f"/cases/{case}/offers", offering(case, seal), 200)["id"] == first["id"]


def test_an_exhibit_of_another_authority_is_not_there_to_be_offered(qa: Api) -> None:
    """The token's authority has part in the case, and neither sealed the exhibit nor was it closed for."""
    case, seal = accepted(qa.world), sealed(qa.node)
    contact = qa.node.authority("contact-24-7")
    token = qa.token("cases:read", "exhibits:write", authorities=(contact,))
    asked = qa.world["VN"].say(CENTRAL, [contact], bodies.Request(FULL[ACCESS]), measure=ACCESS, case=CaseRef(case))
    qa.world.settle()
    given = offering(case, seal, author=contact, answers=asked, approvers=[f"{contact}/duty-1", f"{contact}/duty-2"])
    there, missing = (
        qa.post(f"/cases/{case}/offers", {**given, "seals": [one]}, 404, token=token) for one in (seal, NOTHING)
    )
    assert there["code"] == missing["code"] == "exhibit.missing"
    assert qa.get("/drafts")["items"] == []
    assert qa.post(f"/cases/{case}/offers", offering(case, seal))["sent"] is False


def test_custody_is_told_to_the_other_side(receiving: tuple[Api, str, str]) -> None:
    vn, case, seal = receiving
    vn.post(f"/cases/{case}/exhibits/{seal}/fetch", {}, 202)
    settled(vn, case, seal)
    vn.world.settle()
    given = {"author": "VN/central-authority", "event": "copied", "note": "For trial."}
    said = vn.post(f"/cases/{case}/exhibits/{seal}/custody", given)
    assert said["sent"]
    again = vn.post(f"/cases/{case}/exhibits/{seal}/custody", given, 200)
    assert (again["id"], again["repeated"]) == (said["id"], True)
    vn.world.settle()
    there = vn.world["QA"].state(CaseRef(case)).exhibits[SealId(seal)]
    assert [one.event for one in there.custody][-1] == "copied"
    where = f"/cases/{case}/exhibits/{seal}/custody"
    for event in ("opened", "returned", "destroyed", "exported", "eaten"):
        assert vn.post(where, {**given, "event": event}, 400)["code"] == "form.invalid"
    assert vn.post(where, {**given, "to": "EG"}, 400)["facts"]["what"] == "to"
    assert vn.post(where, {**given, "event": "forwarded"}, 400)["facts"]["what"] == "to"
    assert vn.post(f"/cases/{case}/exhibits/{NOTHING}/custody", given, 404)["code"] == "message.unknown"
    onward = {**given, "event": "forwarded", "to": "EG"}
    assert vn.post(where, onward, 403)["code"] == "draft.approvals-too-few"
    waiting = vn.post(where, {**onward, "approvers": [f"VN/central-authority/{one}" for one in ("duty-1", "duty-2")]})
    assert (waiting["sent"], len(waiting["missing"])) == (False, 2)
    assert vn.node.ports.vault.holds(SealId(seal))


def test_the_manifest_is_served_as_it_was_signed(told: Api, story: Story) -> None:
    found = told.get(f"/cases/{story.whole}/exhibits/{story.seal}/manifest")
    assert json.loads(parse_b64(found["payload"], what="payload")) == found["manifest"]
    assert found["manifest"]["seal"] == story.seal
    assert len(found["signatures"]) == 2
    shown = told.get(f"/cases/{story.whole}/exhibits/{story.seal}", accept_language="ar")
    assert shown["manifest_digest"] is not None
    assert [one["event"] for one in shown["custody"]][:3] == ["collected", "sealed", "offered"]
    listed = told.get(f"/cases/{story.whole}/exhibits")
    assert [one["seal"] for one in listed["items"]] == [story.seal]
    assert told.get(f"/cases/{story.whole}/exhibits/{NOTHING}", 404)["code"] == "exhibit.missing"
    assert told.get(f"/cases/{story.whole}/exhibits/{NOTHING}/manifest", 404)["code"] == "message.unknown"
