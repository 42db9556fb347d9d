"""The rules of practice are whole or one clear error; each is reached, and its number is what counts."""

from __future__ import annotations

import re

import pytest

from musnad.adapters.law_files import load_practice
from musnad.adapters.treaty_files import load_treaties
from musnad.core.law.gap import offences_of
from musnad.core.preflight.errors import BadPractice
from musnad.core.preflight.practice import Practice, parse_practice
from musnad.core.treaty.values import Certainty
from tests.core.preflight.data import REGISTER, TREATY

FILE = "practice.toml"
PRACTICE = load_practice()


def text() -> str:
    from importlib import resources

    return resources.files("musnad.core.preflight").joinpath("data", FILE).read_text("utf-8")


def parsed(old: str, new: str) -> Practice:
    assert old in text(), old
    return parse_practice(FILE, text().replace(old, new, 1).encode())


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("[rules.holder-named]", "[rules.holder-called]", "checks.holder-named"),
        ("[checks.holder-named]", "[checks.holder-called]", "checks.holder-called"),
        ('[rules.holder-named]\nsource = "P2"', '[rules.holder-named]\nsource = "P7"', "rules.holder-named.source"),
        ('[rules.holder-named]\nsource = "P2"', "[rules.holder-named]", "rules.holder-named.source"),
        ('unit = "hours"', 'unit = "moons"', "rules.address-at-a-moment.quantity.unit"),
        ('quantity = { number = 24, unit = "hours" }\n', "", "rules.address-at-a-moment.quantity"),
        ('kind = "filled"', 'kind = "telepathy"', "checks.holder-named.kind"),
        ('signs = ["no-power-there"]', 'signs = ["a-feeling"]', "grounds.measure-barred-at-home.signs.0"),
        ("[emergency]\n", "[emergency]\ncolour = 1\n", "emergency.colour"),
        ("[emergency]", "[wishes]\n[emergency]", "wishes"),
    ],
)
def test_refuses_what_does_not_fit_together(old: str, new: str, place: str) -> None:
    with pytest.raises(BadPractice) as caught:
        parsed(old, new)
    assert (caught.value.file, caught.value.place) == (FILE, place)


def test_a_rule_that_no_check_uses_is_refused() -> None:
    kept = re.sub(r"\[checks\.holder-named\]\n(?:.+\n)+", "", text())
    with pytest.raises(BadPractice) as caught:
        parse_practice(FILE, kept.encode())
    assert caught.value.place == "rules.holder-named"


@pytest.mark.parametrize("data", [b"\xff", b"a = ", b"", b"a = " + b"[" * 50_000])
def test_refuses_what_is_no_file_of_practice(data: bytes) -> None:
    with pytest.raises(BadPractice):
        parse_practice(FILE, data)


def test_no_rule_of_practice_can_block() -> None:
    assert {check.rule.certainty for check in PRACTICE.checks} == {Certainty.DESIGN}


def test_what_it_names_stands_in_the_data() -> None:
    fields = {name for treaty in load_treaties().values() for one in treaty.measures.values() for name in one.fields}
    assert {name for check in PRACTICE.checks for name in check.fields} <= fields
    subjects = REGISTER.catalogue.subjects
    assert set(PRACTICE.subjects) <= set(subjects)
    assert PRACTICE.language_subject in subjects
    for touches in PRACTICE.subjects.values():
        assert touches.offences <= set(offences_of(TREATY))
        assert touches.measures <= set(TREATY.measures)
        assert touches.grounds <= set(TREATY.grounds)
    assert set(PRACTICE.signs) <= set(TREATY.grounds)
    assert PRACTICE.language_rule in TREATY.rules
    assert PRACTICE.emergency.rule in TREATY.rules
    assert PRACTICE.emergency.measure in TREATY.measures
