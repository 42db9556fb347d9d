"""A State's law against the Convention's list: what is covered, what is not, and what nobody looked up."""

from __future__ import annotations

from dataclasses import replace

from musnad.core.law.gap import Coverage, gap_report, is_serious, offences_of, serious_crime_rule
from musnad.core.law.values import Penalty
from musnad.core.treaty.values import Treaty
from tests.core.law.data import DATA, TREATY, profile, read


def test_every_offence_and_power_has_one_line() -> None:
    report = gap_report(TREATY, DATA, profile("QA"))
    assert [line.name for line in report.lines] == [*offences_of(TREATY), *DATA.powers]
    assert sum(report.count(one) for one in Coverage) == len(report.lines)
    assert report.sample


def test_tells_covered_partly_missing_and_not_known_apart() -> None:
    lines = {line.name: line for line in gap_report(TREATY, DATA, read()).lines}
    assert lines["illegal-access"].coverage is Coverage.COVERED  # type: ignore[index]
    assert lines["illegal-interception"].coverage is Coverage.MISSING  # type: ignore[index]
    assert lines["preservation-order"].coverage is Coverage.PARTLY  # type: ignore[index]
    unknown = lines["data-interference"]  # type: ignore[index]
    assert (unknown.coverage, unknown.found, unknown.serious) == (Coverage.NOT_KNOWN, None, None)


def test_tells_which_offence_is_no_serious_crime() -> None:
    lines = {line.name: line.serious for line in gap_report(TREATY, DATA, profile("QA")).lines}
    assert lines["illegal-interception"] is True  # type: ignore[index]
    assert lines["illegal-access"] is False  # type: ignore[index]
    assert lines["participation-or-attempt"] is None  # type: ignore[index]


def test_the_threshold_is_the_treatys_own() -> None:
    rule = serious_crime_rule(TREATY)
    assert rule is not None
    assert rule.number
    at, below = Penalty("years", rule.number), Penalty("months", rule.number * 12 - 1)
    assert (is_serious(at, rule), is_serious(below, rule)) == (True, False)
    assert is_serious(Penalty("months", rule.number * 12), rule)
    assert is_serious(Penalty("life-or-heavier"), rule)
    assert is_serious(None, rule) is None
    assert is_serious(at, None) is None
    assert gap_report(_without_threshold(TREATY), DATA, profile("QA")).threshold is None


def test_life_is_longer_than_any_number() -> None:
    life = Penalty("life-or-heavier")
    assert life.reaches(Penalty("years", 1000))
    assert not Penalty("years", 1000).reaches(life)
    assert life.reaches(life)
    assert Penalty("months", 24).reaches(Penalty("years", 2))
    assert not Penalty("months", 23).reaches(Penalty("years", 2))


def _without_threshold(treaty: Treaty) -> Treaty:
    classes = {name: replace(one, threshold=None) for name, one in treaty.offence_classes.items()}
    return replace(treaty, offence_classes=classes)
