"""docs/measures.md is what the treaty data say: every measure of every treaty, with how sure its rules are."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from musnad.adapters.treaty_files import load_treaties
from musnad.core.treaty.values import Certainty, Treaty
from tools import treaty_doc
from tools.treaty_doc import TARGET, anchor, counted, details, document, row, rules_of

SHELF = list(load_treaties().values())
PAGE = TARGET.read_text("utf-8")


def test_the_page_is_what_the_data_say() -> None:
    assert document() == PAGE


def test_check_says_when_it_is_not(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert treaty_doc.main(["--check"]) == 0
    monkeypatch.setattr(treaty_doc, "HEAD", treaty_doc.HEAD + "A word.\n")
    assert treaty_doc.main(["--check"]) == 1
    assert "make docs" in capsys.readouterr().err
    assert TARGET.read_text("utf-8") == PAGE


@pytest.mark.parametrize("treaty", SHELF, ids=lambda treaty: treaty.name)
def test_every_measure_of_a_treaty_stands_on_it(treaty: Treaty) -> None:
    for measure in treaty.measures.values():
        assert PAGE.count(f'<a id="{anchor(treaty, measure)}"></a>') == 1
        assert row(treaty, measure) in PAGE
        assert details(treaty, measure) in PAGE
        for ground in (*measure.grounds.values(), *(treaty.grounds[one] for one in measure.barred)):
            assert ground.label.for_language("en") in details(treaty, measure)


def test_every_link_of_a_row_leads_to_a_measure() -> None:
    links = re.findall(r"\]\(#([a-z0-9-]+)\)", PAGE)
    assert len(links) == sum(len(treaty.measures) for treaty in SHELF)
    assert set(links) == set(re.findall(r'<a id="([a-z0-9-]+)"', PAGE))


def test_says_which_treaty_is_in_force_as_far_as_known() -> None:
    told = dict(re.findall(r"^`([a-z-]+)`\. (In force|Not in force) as far", PAGE, re.MULTILINE))
    assert told == {treaty.name: "In force" if treaty.in_force.value else "Not in force" for treaty in SHELF}


def test_a_rule_counts_once_and_by_its_own_status() -> None:
    [measure] = [one for one in SHELF[0].measures.values() if one.name == "expedited-preservation"]
    rules = list(rules_of(measure))
    said = counted(rules)
    assert counted([*rules, rules[0]]) == said
    assert counted([replace(rules[0], certainty=Certainty.REPORTED)]) == "1 reported"
    assert sum(int(number) for number in re.findall(r"\d+", said)) == len({rule.name for rule in rules})
