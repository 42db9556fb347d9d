"""The rules of practice are whole or one clear error; each is reached, and its number is what counts."""

from __future__ import annotations

import re

import pytest

from musnad.adapters.law_files import load_practice
from musnad.adapters.treaty_files import load_treaties
from musnad.core.law.gap import offences_of
from musnad.core.preflight.checking import preflight
from musnad.core.preflight.errors import BadPractice
from musnad.core.preflight.practice import Practice, parse_practice
from musnad.core.treaty.values import Certainty
from tests.core.preflight.data import REGISTER, TREATY, asked, draft, known, profile, registered, with_profiles
from tests.core.treaty.data import ACCESS, PRESERVE

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


def blocks() -> list[str]:
    """Every table of the file that one thing hangs on; a rule goes with its check."""
    return re.findall(r"^\[((?:checks|subjects|grounds)\.[a-z0-9-]+)\]$", text(), re.MULTILINE)


def without_block(name: str) -> Practice:
    """The file without one table, and without the rule of the same name."""
    kept = text()
    kind, _, own = name.partition(".")
    for table in (name, f"rules.{own}") if kind == "checks" else (name,):
        kept, count = re.subn(rf"^\[{re.escape(table)}\]\n(?:[^\[\n].*\n|\n)*", "", kept, flags=re.MULTILINE)
        assert count == 1, table
    return parse_practice(FILE, kept.encode())


def said(practice: Practice) -> list[object]:
    """What is said of a fixed set of questions and drafts, by codes."""
    declared = registered(
        *(
            {"party": "VN", "kind": "reservation", "about": about, "day": "2026-04-01"}
            for about in ("preservation-reservation", "traffic-collection-reservation", "devices-reservation")
        ),
        {"party": "VN", "kind": "declaration", "about": "extradition-basis", "value": "no", "day": "2026-04-01"},
    )
    within = known(practice=practice, register=declared)
    bare = {"type": "internet-address", "value": "192.0.2.7"}
    long = {**bare, "from": "2026-10-01T00:00:00Z", "until": "2026-10-09T00:00:00Z"}
    weak = {
        "facts": "Short",
        "purpose": "Short",
        "wanted-by": "2026-01-01",
        "period-of-data": {"from": "2020-01-01", "until": "2026-01-01", "zone": "UTC"},
        "identifiers": [bare, long] * 150,
        "data-categories": ["content", "traffic"],
    }
    ahead = {"period-of-data": {"from": "2099-01-01", "until": "2099-01-02", "zone": "UTC"}}
    empty = {**draft(), "fields": {}}
    small = known(practice=practice, profiles=with_profiles(profile("VN", ("number = 12", "number = 1"))))
    laundering = {"class": "convention-offence", "name": "laundering-of-proceeds", "provision": "s. 1"}
    own = {"class": "convention-offence", "name": "illegal-access", "provision": "s. 1"}
    contacts = {"author": "QA/contact-24-7", "to": ["VN/contact-24-7"]}
    drafts = [
        (within, draft(fields=weak)),
        (within, empty),
        (within, draft(fields=ahead)),
        (small, draft(fields={"offence": own})),
        (within, draft(PRESERVE, fields={"offence": laundering}, **contacts)),
    ]
    found: list[object] = [
        [(one.found, one.weight, one.rule.name if one.rule else None, one.field) for one in preflight(*one).reasons]
        for one in drafts
    ]
    for to, measure, offence in (
        ("AZ", ACCESS, "illegal-access"),
        ("AZ", ACCESS, "data-interference"),
        ("VN", ACCESS, "misuse-of-devices"),
        ("VN", "collection-of-traffic-data", "illegal-access"),
        ("VN", "extradition", "illegal-access"),
    ):
        answer = asked("QA", to, measure, offence, within=within)
        found.append([(one.found, one.weight) for one in answer.reasons])
    return found


@pytest.mark.parametrize("name", blocks())
def test_something_is_said_otherwise_without_it(name: str) -> None:
    assert said(without_block(name)) != said(PRACTICE)


def test_its_numbers_are_those_that_were_meant() -> None:
    numbers = {check.rule.name: check.rule.number for check in PRACTICE.checks if check.rule.number is not None}
    assert numbers == {
        "facts-tell-the-story": 120,
        "reasons-are-reasons": 40,
        "period-is-narrow": 366,
        "few-identifiers": 200,
        "address-at-a-moment": 24,
        "one-category-one-order": 1,
    }
