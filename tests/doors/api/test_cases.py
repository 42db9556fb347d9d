"""Reading cases: what the desk shows, as JSON, in the language that was asked for."""

from __future__ import annotations

from tests.doors.api.caller import Api
from tests.doors.desk.story import Story

NOBODY = "0" * 64


def test_the_inbox_says_what_needs_this_node(told: Api, story: Story) -> None:
    found = told.get("/inbox")
    assert found["party"]["code"] == "VN"
    assert story.asked in [row["case"] for row in found["now"]]
    assert found["closed_cases"] == 1
    assert [one["party"] for one in found["waiting"]] == ["QA"]


def test_cases_are_paged(told: Api) -> None:
    whole = told.get("/cases")
    assert (whole["total"], whole["next"]) == (6, None)
    first, second = told.get("/cases?limit=4"), told.get("/cases?limit=4&offset=4")
    assert (first["next"], second["next"]) == (4, None)
    assert first["items"] + second["items"] == whole["items"]
    assert told.get("/cases?offset=1000")["items"] == []
    for wrong in ("limit=0", "limit=201", "limit=x", "offset=-1", "offset=1000001"):
        assert told.get(f"/cases?{wrong}", 400)["code"] == "form.invalid"


def test_a_case_in_the_language_that_was_asked_for(told: Api, story: Story) -> None:
    english = told.get(f"/cases/{story.whole}")
    arabic = told.get(f"/cases/{story.whole}", accept_language="ar-QA, en;q=0.5")
    assert (english["closed"], english["exercise"]) == (True, True)
    assert [one["measure"] for one in english["requests"]] == ["expedited-preservation", "access-to-stored-data"]
    assert english["measure"] != arabic["measure"]
    assert arabic["requests"][0]["label"] == arabic["measure"]
    assert english["requests"][0]["rule"]["certainty"] in {"certain", "reported", "from-memory-verify"}


def test_a_case_that_is_not_here(told: Api) -> None:
    for path in ("", "/timeline", "/state", "/exhibits"):
        assert told.get(f"/cases/{NOBODY}{path}", 404)["code"] == "case.unknown"
        assert told.get(f"/cases/3f2a{path}", 400)["code"] == "form.invalid"


def test_the_timeline_is_verified_and_paged(told: Api, story: Story) -> None:
    whole = told.get(f"/cases/{story.whole}/timeline?limit=200")
    assert whole["total"] == len(whole["items"]) >= 12
    assert all(step["trust"]["signature"]["holds"] for step in whole["items"])
    assert all(step["trust"]["log"]["included"]["holds"] for step in whole["items"])
    part = told.get(f"/cases/{story.whole}/timeline?limit=5&offset=5")
    assert part["items"] == whole["items"][5:10]


def test_the_state_has_the_digest_of_both_nodes(told: Api, story: Story) -> None:
    found = told.get(f"/cases/{story.crossed}/state")
    assert found["digest"] == story.world["QA"].state(story.crossed).digest()
    assert [step["void"] for step in found["steps"] if step["void"]] == ["withdrawn"]
    assert told.get(f"/cases/{story.whole}/state")["exhibits"][0]["seal"] == story.seal


def test_what_is_due_over_all_cases(told: Api, story: Story) -> None:
    whole = told.get("/due?limit=200")
    assert whole["after"] is None
    duties = [one["duty"] for one in whole["items"] if one["duty"] is not None]
    assert story.asked in [one["case"] for one in whole["items"]]
    assert {one["owner"]["party"]["code"] for one in duties} == {"VN"}
    first = told.get("/due?limit=1")
    second = told.get(f"/due?limit=1&after={first['after']}")
    assert [*first["items"], *second["items"]] == whole["items"][:2]
    for wrong in ("after=x", "after=9.9.9.9", "limit=0", "limit=201", f"after={'1' * 300}"):
        assert told.get(f"/due?{wrong}", 400)["code"] == "form.invalid"


def test_a_duty_ends_by_both_states_clocks(told: Api, story: Story) -> None:
    duties = told.get(f"/cases/{story.asked}")["duties"]
    clocks = [clock for duty in duties for clock in duty["clocks"]]
    assert {clock["party"]["code"] for clock in clocks} <= {"VN", "QA"}
    assert all(clock["last_day"]["kind"] in {"working", "weekend", "holiday", "not-known"} for clock in clocks)
