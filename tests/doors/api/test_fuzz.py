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
from schemathesis.engine import Status, events, from_schema

from musnad.core.messages import bodies
from tests.core.treaty.data import FULL
from tests.doors.api.caller import PREFIX, Api, interface_of
from tests.doors.desk.story import PRESERVATION, Story, tell_story

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


def settings_of(api: Api, story: Story, *, examples: int, seconds: int, phases: tuple[str, ...]) -> dict[str, Any]:
    cases = [story.whole, story.preserved, story.asked, story.refused, story.crossed, story.waiting]
    known = {"case": cases, "draft": [one.id for one in api.node.ports.journal.drafts()], "seal": [story.seal]}
    return {
        "seed": SEED,
        "max-time": seconds,
        "auth": {"openapi": {"token": {"bearer": api.token()}}},
        "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
        "dictionaries": {name: {"values": values} for name, values in known.items()},
        "parameters": {f"path.{name}": {"dictionary": name, "probability": 0.7} for name in known},
        "generation": {"max-examples": examples, "database": "none", "deterministic": True},
        "phases": {name: {"enabled": name in phases} for name in ("examples", "coverage", "fuzzing", "stateful")},
    }


def run(api: Api, settings: dict[str, Any]) -> tuple[Counter[str], Counter[int]]:
    """Every failed check by operation, and how often each status was answered."""
    config = schemathesis.Config.from_dict(settings)
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
    failures, statuses = run(api, settings_of(api, story, examples=3, seconds=6, phases=("examples", "fuzzing")))
    assert not failures, "\n".join(f"{count} {what}" for what, count in failures.most_common())
    assert statuses[200] > 0
    assert statuses[404] > 0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_long_run(own: tuple[Api, Story]) -> None:
    api, story = own
    phases = ("examples", "coverage", "fuzzing", "stateful")
    failures, statuses = run(api, settings_of(api, story, examples=120, seconds=75, phases=phases))
    assert not failures, "\n".join(f"{count} {what}" for what, count in failures.most_common())
    assert not [status for status in statuses if status >= 500]
    assert sum(statuses.values()) > 2000
    assert {200, 201, 400, 401, 404, 405, 409} <= set(statuses)
