"""The demo's other scenarios, each a whole case through other measures, to a dossier that is proven."""

from __future__ import annotations

import json
import zipfile
from base64 import b64decode
from pathlib import Path

import pytest

from tests.processes.test_demo import processes_of, run

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

PLAYED = {
    "ransomware": (
        "ar",
        {
            "spontaneous-information",
            "expedited-preservation",
            "disclosure-of-traffic-data",
            "access-to-stored-data",
            "interception-of-content",
        },
        {"extension-request", "consultation", "refusal", "consent-request", "consent"},
    ),
    "emergency": ("en", {"data-for-emergency", "access-to-stored-data"}, {"execution", "offer"}),
    "asset-recovery": (
        "ar",
        {"information-on-proceeds", "freezing-of-property", "confiscation-of-property", "return-of-property"},
        {"execution", "offer"},
    ),
}


@pytest.mark.parametrize("scenario", sorted(PLAYED))
def test_a_scenario_ends_in_a_proven_dossier_with_every_step_standing(tmp_path: Path, scenario: str) -> None:
    language, measures, kinds = PLAYED[scenario]
    out = tmp_path / "case"
    done = run("demo", "--scenario", scenario, "--lang", language, "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert processes_of(out) == []
    dossier, anchor = out / "dossier.zip", out / "trust" / "root.json"
    told = json.loads(run("verify", str(dossier), "--trust", str(anchor), "--json").stdout)
    assert told["verdict"] == "proven"
    assert told["case"]["complete"] is True
    assert told["case"]["void"] == []
    assert all(one["content"] for one in told["exhibits"])
    said = _messages(dossier)
    assert {one.get("measure") for one in said} - {None} == measures
    assert {one["kind"] for one in said} >= kinds
    assert all(one["exercise"] for one in said)


def _messages(dossier: Path) -> list[dict[str, object]]:
    with zipfile.ZipFile(dossier) as file:
        names = [name for name in file.namelist() if name.startswith("data/messages/")]
        return [json.loads(b64decode(json.loads(file.read(name))["payload"])) for name in names]
