"""`musnad check`, `musnad can`, `musnad law`: with and without a node, for a program and for a person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from musnad.core.treaty.findings import FindingCode
from tests.core.law.data import FILES, small
from tests.core.preflight.data import draft
from tests.core.treaty.data import ACCESS
from tests.doors.cli.house import House, musnad

DAY = ("--as-of", "2026-11-23")
SAMPLE = "sample: invented for the format's sake, not the law of"


def written(folder: Path, value: object, name: str = "draft.json") -> Path:
    place = folder / name
    place.write_text(json.dumps(value), "utf-8")
    return place


def found(told: dict[str, Any], code: str) -> list[dict[str, Any]]:
    return [one for one in told["reasons"] if one["found"] == code]


def test_check_needs_no_node(tmp_path: Path) -> None:
    ran = musnad("check", written(tmp_path, draft()), *DAY, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["ready"] is True
    assert found(ran.json, "directory-not-at-hand")


def test_check_fails_where_something_blocks(tmp_path: Path) -> None:
    members = draft(fields={"period-of-data": {"from": "2026-10-01", "until": "2026-10-31"}})
    ran = musnad("check", written(tmp_path, members), *DAY, "--json")
    assert ran.code == 1
    assert ran.json["ready"] is False
    [reason] = [one for one in found(ran.json, "finding") if one["weight"] == "blocks"]
    assert (reason["facts"]["finding"], reason["field"]) == (FindingCode.TIME_ZONE_MISSING, "period-of-data")
    spoken = musnad("check", tmp_path / "draft.json", *DAY)
    assert spoken.code == 1
    assert "[blocks]" in spoken.out


def test_what_is_wrong_with_a_form_is_told_with_its_remedy_and_who_asks_for_it(tmp_path: Path) -> None:
    members = draft(fields={"period-of-data": {"from": "2026-10-01", "until": "2026-10-31"}, "facts": 7})
    spoken = musnad("check", written(tmp_path, members), *DAY)
    assert "Remedy: Give the zone" in spoken.out
    assert "Remedy: Write the value as docs/treaty.md shows" in spoken.out
    assert "Asked for by: summarises-facts:" in spoken.out
    told = musnad("check", tmp_path / "draft.json", *DAY, "--json").json
    form = [one for one in found(told, "finding") if one["weight"] == "blocks"]
    assert {one["field"] for one in form} == {"period-of-data", "facts"}
    for one in form:
        assert one["rule"] is None
        assert one["remedy"]
        assert one["asked_for_by"]["status"]
    outer = musnad("check", written(tmp_path, {**draft(), "shoe": 1}), *DAY, "--json").json
    assert found(outer, "draft-member-unknown")[0]["remedy"] == "Leave the member out."


def test_the_headline_names_how_many_required_fields_are_missing(tmp_path: Path) -> None:
    ran = musnad("check", written(tmp_path, {**draft(), "fields": {}}), *DAY)
    told = musnad("check", tmp_path / "draft.json", *DAY, "--json").json
    count = len(told["missing"])
    assert count > 1
    headline = ran.out.splitlines()[0]
    assert headline.startswith(f"{count} fields that the measure requires are missing. ")
    assert "Nothing stops this draft." not in headline
    whole = musnad("check", written(tmp_path, draft()), *DAY)
    assert whole.out.startswith("Nothing stops this draft. ")


def test_a_million_identifiers_are_refused_naming_field_limit_and_remedy(house: House, tmp_path: Path) -> None:
    entry = '{"type": "internet-address", "value": "192.0.2.7"}'
    place = tmp_path / "fields.json"
    place.write_text('{"identifiers": [' + ", ".join([entry] * 1_000_000) + "]}", "utf-8")
    asked = house.ask("--fields", place)
    assert asked.error == "preflight.field-too-large"
    draft_of = tmp_path / "draft.json"
    draft_of.write_text('{"fields": ' + place.read_text("utf-8") + "}", "utf-8")
    ran = musnad("check", draft_of, *DAY)
    assert ran.code != 0
    for told in ("identifiers", "2\u202f000", "ask in several requests"):
        assert told in ran.err
    assert musnad("check", draft_of, *DAY, "--json").json["facts"]["field"] == "identifiers"


def test_check_prints_its_reasoning_rule_and_status(tmp_path: Path) -> None:
    ran = musnad("check", written(tmp_path, {**draft(), "fields": {}}), *DAY)
    assert "Rule: summarises-facts:" in ran.out
    assert "from memory, to be verified" in ran.out
    assert "Which grounds of refusal are likely?" in ran.out
    assert f"{SAMPLE} VN" in ran.out


def test_check_asks_the_directory_of_a_node_and_takes_a_stored_draft(house: House, tmp_path: Path) -> None:
    waiting = house.ask("--approver", "VN/contact-24-7/lotus").json["draft"]
    told = house.run("VN", "check", waiting[:10], *DAY, "--json")
    assert told.code == 0, told.err
    assert found(told.json, "authority-there")
    assert told.json["measure"] == "expedited-preservation"
    file = house.run("VN", "check", written(tmp_path, draft()), *DAY, "--json")
    assert not found(file.json, "directory-not-at-hand")
    assert house.run("VN", "check", "ffffffff", *DAY, "--json").error == "draft.unknown"


def test_check_of_no_file_says_which(tmp_path: Path) -> None:
    assert musnad("check", tmp_path / "nothing.json", "--json").error == "form.invalid"
    (tmp_path / "bad.json").write_bytes(b"{")
    ran = musnad("check", tmp_path / "bad.json", "--json")
    assert ran.error == "form.not-ijson"
    assert "bad.json" in ran.err


def test_can_answers_with_reasons() -> None:
    ran = musnad("can", "QA", "VN", ACCESS, "--offence", "illegal-access", *DAY, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["answer"] == "only-if"
    assert found(ran.json, "not-in-force-between")[0]["rule"]["status"] == "certain"
    assert ran.json["sample"] is True
    assert SAMPLE in ran.json["sample_notice"]
    spoken = musnad("can", "QA", "VN", ACCESS, "--offence", "illegal-access", *DAY)
    assert spoken.out.startswith("QA asks VN for ")
    assert "Only if" in spoken.out.splitlines()[0]
    assert f"{SAMPLE} QA, VN" in spoken.out


def test_can_is_as_of_a_day() -> None:
    before = musnad("can", "QA", "VN", ACCESS, "--offence", "illegal-access", "--as-of", "2025-01-01", "--json")
    assert found(before.json, "state-nothing-known")
    assert before.json["as_of"] == "2025-01-01"
    wrong = musnad("can", "QA", "VN", ACCESS, "--as-of", "yesterday", "--json")
    assert wrong.error == "form.invalid"


def test_can_takes_a_basis_and_maxima() -> None:
    other = musnad("can", "QA", "VN", ACCESS, "--offence", "illegal-access", "--basis", "reciprocity", *DAY, "--json")
    assert found(other.json, "basis-accepted")
    serious = ("can", "QA", "VN", ACCESS, "--offence", "serious-crime", *DAY, "--json")
    assert musnad(*serious).json["answer"] == "not-known"
    low = musnad(*serious, "--maximum", "47m", "--maximum-there", "3y").json
    assert low["answer"] == "no"
    high = musnad(*serious, "--maximum", "48m", "--maximum-there", "life").json
    assert found(high, "serious-by-both")
    assert musnad(*serious, "--maximum", "long").error == "form.invalid"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("XX", "VN", ACCESS), "state.unknown"),
        (("QA", "VN", "telepathy"), "treaty.unknown-measure"),
        (("QA", "VN", ACCESS, "--offence", "rudeness"), "preflight.unknown-offence"),
        (("QA", "VN", ACCESS, "--basis", "friendship"), "preflight.unknown-basis"),
    ],
)
def test_can_refuses_names_that_nothing_holds(arguments: tuple[str, ...], code: str) -> None:
    assert musnad("can", *arguments, "--json").error == code


def test_law_show_marks_a_sample() -> None:
    told = musnad("law", "show", "QA", "--json").json
    assert told["sample"] is True
    assert told["sample_notice"] == f"{SAMPLE} QA"
    assert told["offences"]["illegal-access"]["maximum"] == {"number": 3, "unit": "years"}
    spoken = musnad("law", "show", "QA").out
    assert f"{SAMPLE} QA" in spoken
    assert "3 years" in spoken
    everybody = musnad("law", "show", "--json").json["profiles"]
    assert [one["state"] for one in everybody] == ["EG", "QA", "VN"]
    assert musnad("law", "show", "JP", "--json").error == "law.no-profile"
    assert musnad("law", "show", "XX", "--json").error == "state.unknown"


def test_law_gap_tells_covered_missing_and_not_known_apart() -> None:
    told = musnad("law", "gap", "EG", "--json").json
    lines = {one["name"]: one for one in told["lines"]}
    assert lines["illegal-access"]["coverage"] == "covered"
    assert lines["illegal-access"]["serious"] is False
    assert lines["production-order"]["coverage"] == "missing"
    assert lines["grooming-of-a-child"]["coverage"] == "not-known"
    assert lines["illegal-access"]["found"]["source"]
    assert lines["illegal-access"]["found"]["status"] == "design"
    spoken = musnad("law", "gap", "EG").out
    assert "Below the threshold of a serious crime" in spoken
    assert f"{SAMPLE} EG" in spoken
    other = musnad("law", "gap", "EG", "--basis", "budapest-convention", "--json").json
    assert other["treaty"] == "budapest-convention"
    assert other["threshold"] is None


def test_law_matrix_has_each_ordered_pair() -> None:
    pairs = musnad("law", "matrix", "--json").json["pairs"]
    assert len(pairs) == 6
    assert all(SAMPLE in one["sample_notice"] for one in pairs)
    [one, other] = musnad("law", "matrix", "--states", "QA", "VN", "--json").json["pairs"]
    assert (one["asker"], other["asker"]) == ("QA", "VN")
    assert one["offences"]["intimate-images-without-consent"]["dual_criminality"] == "not-met"
    assert SAMPLE in musnad("law", "matrix").out


def test_law_add_keeps_what_is_whole(house: House, tmp_path: Path) -> None:
    place = tmp_path / "mine.toml"
    place.write_bytes(small())
    assert house.run("QA", "law", "add", place, "--json").json["kept"] is True
    told = house.json("QA", "law", "show", "QA")
    assert told["sample"] is False
    assert told["offences"]["illegal-access"]["provision"] == "Act 1, s. 2"
    gap = house.run("QA", "law", "gap", "QA").out
    assert SAMPLE not in gap


def test_law_add_of_a_penalty_without_a_unit_names_file_and_place_and_keeps_nothing(
    house: House, tmp_path: Path
) -> None:
    place = tmp_path / "mine.toml"
    place.write_bytes(small((', unit = "years" }', " }")))
    ran = house.run("QA", "law", "add", place, "--json")
    assert ran.error == "law.penalty-without-unit"
    assert ran.json["facts"] == {"file": "mine.toml", "place": "offences.illegal-access.maximum.unit"}
    assert house.json("QA", "law", "show", "QA")["sample"] is True


def test_law_add_checks_without_a_node(tmp_path: Path) -> None:
    place = tmp_path / "qa.toml"
    place.write_bytes(FILES["qa.toml"])
    told = musnad("law", "add", place, "--check", "--json").json
    assert (told["kept"], told["sample"]) == (False, True)
    assert SAMPLE in musnad("law", "add", place, "--check").out
    assert musnad("law", "add", tmp_path / "none.toml", "--check", "--json").error == "form.invalid"


def test_everything_is_said_in_arabic_too(tmp_path: Path) -> None:
    ran = musnad("can", "QA", "VN", ACCESS, "--offence", "illegal-access", *DAY, "--lang", "ar")
    assert ran.code == 0
    assert "الوصول إلى البيانات" in ran.out
