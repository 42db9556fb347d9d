"""What every program may look up: treaties, the register, law profiles; and what is asked before asking."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from musnad.adapters.law_files import read_samples
from musnad.core.register.rows import COLUMNS
from musnad.core.register.update import Wish, sign_update
from tests.core.treaty.data import FULL, PRESERVE
from tests.doors.api.caller import Api
from tests.doors.api.test_saying import asked, asking

CONVENTION = "un-convention-against-cybercrime"


# --- treaties ---------------------------------------------------------------------------------------------------------


def test_every_treaty_with_its_status(qa: Api) -> None:
    found = {one["name"]: one for one in qa.get("/treaties")["items"]}
    assert set(found) == {CONVENTION, "budapest-convention", "arab-convention"}
    assert found[CONVENTION]["in_force"]["value"] is False
    assert qa.get(f"/treaties/{CONVENTION}") == found[CONVENTION]
    assert qa.get("/treaties/nothing", 404)["code"] == "treaty.not-installed"


def test_every_rule_carries_its_status_and_source(qa: Api) -> None:
    first = qa.get(f"/treaties/{CONVENTION}/rules?limit=200")
    rest = qa.get(f"/treaties/{CONVENTION}/rules?limit=200&offset={first['next']}") if first["next"] else {"items": []}
    every = first["items"] + rest["items"]
    assert len(every) == first["total"]
    assert all(one["certainty"] and one["source"] for one in every)
    assert qa.get("/treaties/nothing/rules", 404)["code"] == "treaty.not-installed"


def test_a_form_in_the_language_that_was_asked_for(qa: Api) -> None:
    path = f"/treaties/{CONVENTION}/measures/{PRESERVE}"
    english, arabic = qa.get(path), qa.get(path, accept_language="ar")
    assert [one["name"] for one in english["fields"]] == [one["name"] for one in arabic["fields"]]
    assert english["label"] != arabic["label"]
    assert all(one["help"] for one in arabic["fields"])
    assert {"facts", "identifiers"} <= {one["name"] for one in english["fields"]}
    assert english["limits"][0]["at_least_days"] > 0
    assert english["limits"][0]["rule"]["certainty"]
    listed = qa.get(f"/treaties/{CONVENTION}/measures?limit=200")["items"]
    assert len(listed) == 22
    assert PRESERVE in [one["name"] for one in listed]
    assert qa.get(f"/treaties/{CONVENTION}/measures/mind-reading", 404)["code"] == "treaty.unknown-measure"
    assert qa.get("/treaties/nothing/measures", 404)["code"] == "treaty.not-installed"
    assert qa.get(f"/treaties/{CONVENTION}/measures/Mind%20Reading", 400)["code"] == "form.invalid"


# --- the register -----------------------------------------------------------------------------------------------------


def test_where_a_state_stands_on_a_day(qa: Api) -> None:
    found = qa.get("/register/states/QA", accept_language="ar")
    assert found["name"] != qa.get("/register/states/QA")["name"]
    assert found["standing"]["status"] == "deposited"
    assert all(one["source"] and one["status"] for one in found["records"])
    assert qa.get("/register/states/QA?as_of=2020-01-01")["standing"]["status"] == "none"
    assert qa.get("/register/states/XX", 400)["code"] == "register.no-such-state"
    assert qa.get("/register/states/QA?as_of=2026-02-30", 400)["code"] == "form.invalid"
    whole = qa.get("/register?limit=200")
    assert found["standing"]["party"] in [one["party"] for one in whole["items"]]


def test_entry_into_force_is_a_bound_that_says_so(qa: Api) -> None:
    found = qa.get("/register/force?as_of=2026-08-19")
    assert (found["verdict"], found["needed"], found["is_bound"]) == ("not-in-force", 40, True)
    assert qa.get("/register/force?as_of=9999-12-31")["verdict"] == "not-known"
    assert {one["rule"] for one in found["rules"]} >= {"entry-into-force-instruments", "entry-into-force-delay"}


def test_what_a_state_still_has_to_do(qa: Api) -> None:
    found = qa.get("/register/states/VN/checklist")
    assert {"done", "not-done", "not-known"} & {one["progress"] for one in found["items"]}
    assert all(one["article"] and one["status"] and one["label"] for one in found["items"])
    assert qa.get("/register/states/ZZ/checklist", 400)["code"] == "register.no-such-state"


TABLE = f"{','.join(COLUMNS)}\n,FR,ratification,,,2026-06-01,,,reported,a letter,2026-06-02,,\n"


def test_a_table_is_loaded_whole_and_once(qa: Api) -> None:
    before = qa.get("/register/facts")["total"]
    given = {"file": "depositary.csv", "table": TABLE}
    assert qa.post("/register/loads", given, 200) == {"changes": 1, "known": False}
    assert qa.post("/register/loads", given, 200) == {"changes": 0, "known": True}
    assert qa.get("/register/facts")["total"] == before + 1
    assert qa.get("/register/states/FR?as_of=2026-06-02")["standing"]["status"] == "deposited"


@pytest.mark.parametrize(
    ("file", "table"),
    [
        ("depositary.csv", "party,kind\nXX,ratification\n"),
        ("depositary.csv", TABLE.replace("FR,", "XX,")),
        ("depositary.csv", TABLE + TABLE.splitlines()[1].replace("2026-06-01", "2026-05-01") + "\n"),
        ("depositary.csv", "\x00"),
        ("depositary.json", "{"),
        ("depositary.txt", TABLE),
        ("../depositary.csv", TABLE),
    ],
)
def test_a_table_that_is_wrong_changes_nothing(qa: Api, file: str, table: str) -> None:
    before = qa.get("/register/facts")["total"]
    found = qa.post("/register/loads", {"file": file, "table": table}, 400)
    assert found["code"].startswith(("register.", "form."))
    assert qa.get("/register/facts")["total"] == before


def correction(api: Api, reason: str = "The letter was read again.") -> dict[str, Any]:
    """A correction that strikes a fact out, signed by the node's authority and its officer."""
    book = api.node.ports.register.current()
    record = next(one for one in book.records() if one.fact.party == "QA")
    author = api.node.authority("central-authority")
    officer = api.node.officer("central-authority")
    signed = sign_update(
        [Wish(None, record.fact.digest, reason)],
        author=author,
        officer=officer.name,
        at=api.node.ports.clock.now(),
        previous=book.last_of.get(author),
        keys=(api.node.ports.keys.signing(author), officer.key),
    )
    found: dict[str, Any] = json.loads(signed)
    return found


def test_a_signed_update_is_accepted_once(qa: Api) -> None:
    given = correction(qa)
    found = qa.post("/register/updates", given, 200)
    assert (found["author"], found["changes"], found["known"]) == ("QA/central-authority", 1, False)
    assert qa.post("/register/updates", given, 200)["known"] is True


def test_an_update_that_nobody_trusted_signed_is_refused(qa: Api) -> None:
    given = correction(qa)
    given["signatures"] = [{**one, "sig": base64.b64encode(bytes(64)).decode()} for one in given["signatures"]]
    assert qa.post("/register/updates", given, 403)["code"] == "signature.invalid"
    assert qa.post("/register/updates", {**given, "payload": "e30="}, 400)["status"] == 400
    assert qa.post("/register/updates", {**given, "payloadType": "text/plain"}, 400)["code"] == "form.invalid"
    assert qa.post("/register/updates", {"payload": "x"}, 400)["code"] == "form.invalid"


# --- law --------------------------------------------------------------------------------------------------------------


def test_a_profile_says_that_it_is_a_sample(qa: Api) -> None:
    found = qa.get("/law/profiles/QA")
    assert found["sample"] is True
    assert found["sample_notice"]
    assert qa.get("/law/profiles")["total"] == 3
    assert qa.get("/law/profiles/FR", 404)["code"] == "law.no-profile"
    assert qa.get("/law/profiles/XX", 400)["code"] == "state.unknown"


def test_the_gap_and_the_matrix(qa: Api) -> None:
    found = qa.get("/law/profiles/VN/gap")
    assert sum(found["counts"].values()) == len(found["lines"])
    assert found["sample"] is True
    assert qa.get("/law/profiles/VN/gap?treaty=budapest-convention")["treaty"] == "budapest-convention"
    assert qa.get("/law/profiles/VN/gap?treaty=nothing", 404)["code"] == "treaty.not-installed"
    assert qa.get("/law/profiles/FR/gap", 404)["code"] == "law.no-profile"
    pairs = qa.get("/law/matrix")
    assert pairs["total"] == 6
    assert ("QA", "VN") in [(one["asker"], one["asked"]) for one in pairs["items"]]
    assert qa.get("/law/matrix?treaty=nothing", 404)["code"] == "treaty.not-installed"


def test_a_profile_is_kept_whole_or_not_at_all(qa: Api) -> None:
    name, data = next((name, data) for name, data in read_samples().items() if b'"VN"' in data)
    given = {"file": name.rpartition("/")[2], "profile": data.decode("utf-8")}
    assert qa.post("/law/profiles", {**given, "check": True}, 200)["kept"] is False
    assert qa.post("/law/profiles", given, 200)["kept"] is True
    broken = {**given, "profile": given["profile"].replace("unit", "units", 1)}
    assert qa.post("/law/profiles", broken, 400)["code"].startswith("law.")
    assert qa.post("/law/profiles", {**given, "profile": "= ="}, 400)["code"] == "law.not-toml"
    assert qa.post("/law/profiles", {**given, "file": "../x.toml"}, 400)["code"] == "form.invalid"


# --- before asking ----------------------------------------------------------------------------------------------------


def test_can_one_state_ask_another(qa: Api) -> None:
    question = "/can?asker=QA&asked=VN&measure=access-to-stored-data"
    found = qa.get(f"{question}&offence=illegal-access&as_of=2026-11-23")
    assert found["answer"] in {"yes", "no", "only-if", "not-known"}
    assert found["sample"] is True
    assert all(one["says"] and "%(" not in one["says"] for one in found["reasons"])
    arabic = qa.get(f"{question}&offence=illegal-access&as_of=2026-11-23", accept_language="ar")
    assert [one["found"] for one in arabic["reasons"]] == [one["found"] for one in found["reasons"]]
    assert qa.get(f"{question}&maximum=5y&maximum_there=life&offence=serious-crime")["reasons"]
    assert qa.get(f"{question}&offence=nothing", 400)["code"] == "preflight.unknown-offence"
    assert qa.get(f"{question}&basis=nothing", 400)["code"] == "preflight.unknown-basis"
    assert qa.get(f"{question}&maximum=5", 400)["code"] == "form.invalid"
    assert qa.get("/can?asker=QA&asked=XX&measure=access-to-stored-data", 400)["code"] == "state.unknown"
    assert qa.get("/can?asker=QA&asked=VN&measure=nothing", 404)["code"] == "treaty.unknown-measure"
    assert qa.get("/can?asker=QA", 400)["code"] == "form.invalid"


def test_a_draft_is_checked_and_nothing_is_stored(qa: Api) -> None:
    draft = {
        "author": "QA/contact-24-7",
        "to": ["VN/contact-24-7"],
        "measure": PRESERVE,
        "legal_basis": {"instrument": CONVENTION, "note": ""},
        "fields": FULL[PRESERVE],
        "language": "en",
    }
    whole = qa.post("/check", {"draft": draft}, 200)
    assert whole["ready"] is True
    lacking = qa.post("/check", {"draft": {**draft, "fields": {}}}, 200)
    facts = [one for one in lacking["reasons"] if one["field"] == "facts"]
    assert facts
    assert facts[0]["rule"]["status"]
    broken: list[dict[str, object]] = [{}, {"author": 7}, {"fields": []}, {"to": "x" * 1000}, {"new": {"deep": [1]}}]
    for wrong in broken:
        assert qa.post("/check", {"draft": wrong}, 200)["ready"] is False
    assert qa.post("/check", {"draft": []}, 400)["code"] == "form.invalid"
    assert qa.node.ports.journal.drafts() == ()


def test_an_address_without_a_time_zone_is_told_before_it_leaves(qa: Api) -> None:
    address = {"type": "internet-address", "value": "192.0.2.7", "from": "2026-10-03T10:00:00"}
    fields = {**FULL[PRESERVE], "identifiers": [address]}
    draft = {"author": "QA/contact-24-7", "to": ["VN/contact-24-7"], "measure": PRESERVE, "fields": fields,
             "legal_basis": CONVENTION}  # fmt: skip
    found = qa.post("/check", {"draft": draft}, 200)
    zone = [one for one in found["reasons"] if one["facts"].get("finding") == "time-zone-missing"]
    assert (found["ready"], len(zone), zone[0]["field"]) == (False, 1, "identifiers")


def test_a_draft_that_waits_is_checked_where_it_is(qa: Api) -> None:
    draft = qa.post("/requests", asking(qa.node))["id"]
    assert qa.get(f"/drafts/{draft}/check")["ready"] is True
    assert qa.get(f"/drafts/{'0' * 64}/check", 404)["code"] == "draft.unknown"


# --- on paper ---------------------------------------------------------------------------------------------------------


def test_a_request_on_paper_with_its_signed_file(qa: Api) -> None:
    case = asked(qa)
    draft = qa.post("/requests", asking(qa.node, fields={**FULL[PRESERVE], "facts": "Another matter."}))["id"]
    shown = qa.get(f"/requests/{draft}/paper")
    assert base64.b64decode(shown["pdf"]).startswith(b"%PDF-")
    assert shown["signed"] is None
    printed = qa.get(f"/requests/{case}/paper?languages=en")
    assert json.loads(base64.b64decode(printed["signed"]))["payload"]
    assert qa.get(f"/requests/{case}/paper?languages=tlh", 400)["code"] == "form.invalid"
    assert qa.get(f"/requests/{'0' * 64}/paper", 404)["code"] == "draft.unknown"


def test_a_script_that_no_font_here_draws_is_asked_for_in_vain(qa: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = qa.post("/requests", asking(qa.node))["id"]
    monkeypatch.setattr("musnad.adapters.paper.fonts.PLACES", ())
    refused = qa.get(f"/requests/{draft}/paper?languages=zh", 406)
    assert refused["code"] == "paper.no-font"
    assert refused["facts"] == {"script": "Latin"}


def test_nothing_is_handed_over_to_who_was_told_nothing(qa: Api) -> None:
    case = asked(qa)
    assert qa.post(f"/cases/{case}/hand-overs", {"party": "VN"}, 200)["queued"] == 0
    assert qa.post(f"/cases/{case}/hand-overs", {"party": "EG"}, 409)["status"] == 409
    assert qa.post(f"/cases/{'0' * 64}/hand-overs", {"party": "VN"}, 404)["code"] == "case.unknown"
