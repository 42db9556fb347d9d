"""The interface against its own description, by schemathesis: whatever is sent, no 5xx, and every answer as described.

The world is the desk's story, so that names of real cases, drafts and exhibits lead far inside; both sides' tokens and
the seed are fixed. The short run is part of the fast tests, the long one of all tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.engine import Status, events, from_schema

from musnad.core.messages import bodies
from tests.core.treaty.data import FULL
from tests.doors.api.caller import PREFIX, Api, interface_of
from tests.doors.desk.story import ACCESS, PRESERVATION, Story, tell_story

SEED = 20261123
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
)
"""All but those that take for granted that what fits a form is also lawful: here the case and the treaty decide that.
(Who may come in is held by test_tokens.py, operation by operation.)"""


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Api, Story]]:
    """A story that may be written to, with a draft that waits."""
    story = tell_story()
    vn = story.world["VN"]
    vn.draft("contact-24-7", [story.world["QA"].authority("contact-24-7")], bodies.Request(FULL[PRESERVATION]),
             measure=PRESERVATION)  # fmt: skip
    with interface_of(story.world, "VN", tmp_path) as api:
        yield api, story


def bounds(api: Api, story: Story, *, examples: int, seconds: int, phases: tuple[str, ...]) -> dict[str, Any]:
    cases = [story.whole, story.preserved, story.asked, story.refused, story.crossed, story.waiting]
    known = {"case": cases, "draft": [one.id for one in api.node.ports.journal.drafts()], "seal": [story.seal]}
    hosted = sorted(api.node.ports.keys.hosted)
    words = [*cases, *hosted, *(f"{one}/duty-1" for one in hosted), "QA/contact-24-7", "QA", "VN", PRESERVATION, ACCESS]
    return {
        "seed": SEED,
        "max-time": seconds,
        "auth": {"openapi": {"token": {"bearer": api.token()}}},
        "checks": {
            "enabled": False,
            **{name: {"enabled": True} for name in CHECKS},
            "negative_data_rejection": {"enabled": True, "expected-statuses": ["4xx"]},
        },
        "dictionaries": {name: {"values": values} for name, values in (known | {"words": words}).items()},
        "parameters": {f"path.{name}": {"dictionary": name, "probability": 0.7} for name in known},
        "generation": {
            "max-examples": examples,
            "database": "none",
            "deterministic": True,
            "dictionaries": {"string": {"dictionary": "words", "probability": 0.4}},
        },
        "phases": {name: {"enabled": name in phases} for name in ("examples", "coverage", "fuzzing", "stateful")},
    }


def run(api: Api, limits: dict[str, Any]) -> tuple[Counter[str], Counter[int]]:
    """Every failed check by operation, and how often each status was answered."""
    config = schemathesis.Config.from_dict(limits)
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", get_wsgi_application(), config=config)
    failures: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished():
                for one in event.recorder.interactions.values():
                    if one.response is not None:
                        statuses[one.response.status_code] += 1
                for checks in event.recorder.checks.values():
                    for check in checks:
                        if check.status == Status.FAILURE:
                            failures[f"{event.recorder.label}: {check.name}: {told(check)}"] += 1
            case events.NonFatalError() | events.FatalError():
                failures[str(event)[:500]] += 1
            case _:
                continue
    return failures, statuses


def told(check: Any) -> str:
    failure = check.failure_info.failure
    return f"{failure.title}: {failure.message}"[:400]


def test_a_short_run(own: tuple[Api, Story]) -> None:
    api, story = own
    failures, statuses = run(api, bounds(api, story, examples=3, seconds=6, phases=("examples", "fuzzing")))
    assert not failures, "\n".join(f"{count} {what}" for what, count in failures.most_common())
    assert statuses[200] > 0
    assert statuses[404] > 0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_long_run(own: tuple[Api, Story]) -> None:
    api, story = own
    phases = ("examples", "coverage", "fuzzing", "stateful")
    failures, statuses = run(api, bounds(api, story, examples=120, seconds=60, phases=phases))
    assert not failures, "\n".join(f"{count} {what}" for what, count in failures.most_common())
    assert not [status for status in statuses if status >= 500]
    assert sum(statuses.values()) > 2000
    assert {200, 202, 400, 401, 403, 404, 405} <= set(statuses)


SAYING = ("/requests", "/cases/{case}/requests", "/cases/{case}/steps", "/cases/{case}/offers")


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("path", SAYING)
def test_what_is_said_by_whom_it_may_be_said(own: tuple[Api, Story], path: str) -> None:
    """Bodies that fit their form, by this node's authorities and about what is really there: the case then decides."""
    api, story = own
    config = schemathesis.Config.from_dict({"seed": SEED, "auth": {"openapi": {"token": {"bearer": api.token()}}}})
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", get_wsgi_application(), config=config)
    statuses: Counter[int] = Counter()
    cases = [story.whole, story.preserved, story.asked, story.refused, story.crossed, story.waiting]
    said = [message for case in cases for message in api.node.state(case).messages]

    @settings(max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(schema[PREFIX + path]["POST"].as_strategy(), st.sampled_from(cases), st.sampled_from(said), st.booleans())
    def say(sent: Any, case: str, answers: str, central: bool) -> None:
        name = "central-authority" if central else "contact-24-7"
        body = {**sent.body, "author": f"VN/{name}"}
        body |= {"answers": answers} if "answers" in body else {}
        body |= {"to": [f"QA/{name}"]} if "to" in body else {}
        body |= {"seals": [story.seal]} if "seals" in body else {}
        body |= {"measure": PRESERVATION, "follows": None} if "measure" in body else {}
        body |= {"approvers": [f"VN/{name}/duty-1"]} if body.get("approvers") else {}
        answer = api.ask("POST", path.replace("{case}", case), body)
        statuses[answer.status_code] += 1

    say()
    assert set(statuses) & {201, 409}, statuses
    assert not [status for status in statuses if status >= 500]
