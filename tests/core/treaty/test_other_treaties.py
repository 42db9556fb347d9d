"""The Budapest and the Arab Convention through the same reader: which one a request is made under decides its rules."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from musnad.adapters.treaty_files import load_treaties, load_treaty, load_treaty_bundle, read_treaty_files
from musnad.core.kernel.names import CaseRef, Slug, digest_of
from musnad.core.messages.bodies import Acknowledgement, Refusal, Request
from musnad.core.messages.message import LegalBasis
from musnad.core.treaty import engine
from musnad.core.treaty.build import build_treaty
from musnad.core.treaty.errors import Dangling, UnknownMeasure, UnusedEntry
from musnad.core.treaty.findings import Finding, Severity
from musnad.core.treaty.reader import parse_bundle, parse_shelf, parse_treaty
from musnad.core.treaty.schema import FileForm
from musnad.core.treaty.values import Certainty, Numbering, Treaty
from musnad.exchange.composing import say
from musnad.exchange.errors import StepRefused
from tests.core.treaty.data import ACCESS, FULL, PRESERVE
from tests.core.treaty.data_instruments import (
    ARAB,
    ASSISTANCE,
    BUDAPEST,
    COLLECTION,
    CONTENT,
    CONVENTION,
    EXTRADITION,
    FULL_INSTRUMENTS,
    INFORMATION,
    INTRUSION,
    OTHER_CHOICES,
    OTHERS,
    THEFT,
    TRAFFIC,
    ask_under,
    without,
)
from tests.world import World

FILES: dict[str, dict[str, bytes]] = {treaty.name: read_treaty_files(treaty.name) for treaty in OTHERS}
COMMON = {name for name, data in read_treaty_files().items() if b"\nshared = true\n" in data}
OWN: dict[str, dict[str, bytes]] = {
    name: {file: data for file, data in files.items() if file not in COMMON} for name, files in FILES.items()
}
EACH_RULE = [
    (treaty, str(found[1]))
    for treaty in OTHERS
    for data in OWN[treaty.name].values()
    for found in re.finditer(r"^\[rules\.([a-z0-9-]+)\]$", data.decode(), re.MULTILINE)
]
EACH_MEASURE = [(treaty, measure) for treaty in OTHERS for measure in FULL_INSTRUMENTS]


def form_of(text: str) -> FileForm:
    return FileForm.model_validate(tomllib.loads(text))


FORMS = {name: {file: form_of(data.decode()) for file, data in files.items()} for name, files in FILES.items()}


def name_of(value: object) -> str:
    return str(value.name) if isinstance(value, Treaty) else str(value)


def codes(found: tuple[Finding, ...]) -> set[str]:
    return {one.code.value for one in found}


def one_of(found: tuple[Finding, ...], code: str) -> Finding:
    [finding] = [one for one in found if one.code == code]
    return finding


def refuse(treaty: Treaty, ground: str, measure: str = PRESERVE, **about: str) -> set[str]:
    return codes(engine.check_refusal(treaty, measure, [ground], consulted=True, **about))


# --- each is whole, and read like the Convention ---


@pytest.mark.parametrize("treaty", OTHERS, ids=name_of)
def test_another_treaty_loads_through_the_same_reader(treaty: Treaty) -> None:
    assert load_treaties()[treaty.name] == treaty == parse_bundle(load_treaty_bundle(treaty.name))
    assert treaty.digest == digest_of(load_treaty_bundle(treaty.name))
    assert set(treaty.measures) == set(FULL_INSTRUMENTS)
    assert treaty.name in treaty.instruments
    assert {one.rule is not None for one in treaty.data_categories.values()} == {True}


def test_each_says_for_itself_whether_it_is_in_force_and_how_sure_that_is() -> None:
    standing = {one.name: (one.in_force.value, one.in_force.certainty) for one in load_treaties().values()}
    assert standing == {
        "un-convention-against-cybercrime": (False, Certainty.REPORTED),
        "budapest-convention": (True, Certainty.CERTAIN),
        "arab-convention": (True, Certainty.REPORTED),
    }
    for treaty in load_treaties().values():
        assert treaty.in_force.source in treaty.sources
    assert BUDAPEST.in_force.as_of == date(2015, 12, 3)


@pytest.mark.parametrize(("treaty", "name"), EACH_RULE, ids=name_of)
def test_no_rule_can_be_deleted_or_stand_unused(treaty: Treaty, name: str) -> None:
    [(file, text)] = [
        (file, data.decode()) for file, data in OWN[treaty.name].items() if f"[rules.{name}]\n" in data.decode()
    ]
    block = re.search(rf"^\[rules\.{name}\]\n(?:(?!^\[).*\n?)*", text, re.MULTILINE)
    assert block is not None
    with pytest.raises(Dangling) as dangling:
        build_treaty({**FORMS[treaty.name], file: form_of(text.replace(block[0], "", 1))}, treaty.digest)
    assert dangling.value.names == f"rules.{name}"
    planted = form_of(text + "\n" + block[0].replace(f"[rules.{name}]", "[rules.planted]"))
    with pytest.raises(UnusedEntry) as unused:
        build_treaty({**FORMS[treaty.name], file: planted}, treaty.digest)
    assert unused.value.place == "rules.planted"


@pytest.mark.parametrize("treaty", OTHERS, ids=name_of)
def test_a_rule_is_as_sure_as_what_was_read(treaty: Treaty) -> None:
    """What is certain names a source of the text itself, and what is remembered names none."""
    texts = {"budapest-convention": {"B1"}, "arab-convention": {"A1", "A2", "A3"}}[treaty.name]
    remembered = {"budapest-convention": {"B3"}, "arab-convention": {"A5"}}[treaty.name]
    for rule in treaty.rules.values():
        if rule.certainty is Certainty.CERTAIN:
            assert rule.source in texts, rule.name
            assert rule.article is None or rule.numbering in (Numbering.CERTAIN, Numbering.CORROBORATED), rule.name
        if rule.certainty is Certainty.FROM_MEMORY:
            assert rule.source in remembered, rule.name
        if rule.source in texts:
            assert rule.certainty is not Certainty.FROM_MEMORY, rule.name


# --- a valid request under each ---


@pytest.mark.parametrize(("treaty", "measure"), EACH_MEASURE, ids=name_of)
def test_a_full_request_draws_nothing(treaty: Treaty, measure: str) -> None:
    assert set(FULL_INSTRUMENTS[measure]) == set(treaty.measure(measure).fields) or (
        measure == ACCESS and set(FULL_INSTRUMENTS[measure]) >= set(treaty.measure(measure).fields)
    )
    assert ask_under(treaty, measure, FULL_INSTRUMENTS[measure]) == ()


@pytest.mark.parametrize("treaty", OTHERS, ids=name_of)
@pytest.mark.parametrize(("measure", "choice"), OTHER_CHOICES)
def test_the_other_choice_is_as_good(treaty: Treaty, measure: str, choice: dict[str, str]) -> None:
    assert ask_under(treaty, measure, {**FULL_INSTRUMENTS[measure], **choice}) == ()


@pytest.mark.parametrize(
    ("treaty", "measure", "field"),
    [(t, m, f.name) for t, m in EACH_MEASURE for f in t.measure(m).fields.values() if f.required],
    ids=name_of,
)
def test_a_missing_field_blocks_only_where_the_text_was_read(treaty: Treaty, measure: str, field: str) -> None:
    found = ask_under(treaty, measure, without(FULL_INSTRUMENTS[measure], field))
    missing = one_of(found, "field-missing")
    rule = treaty.measure(measure).fields[Slug(field)].rule
    assert (missing.field, missing.rule) == (field, rule.name)
    assert (missing.severity is Severity.BLOCKS) == (rule.certainty is Certainty.CERTAIN)


@pytest.mark.parametrize(("treaty", "measure"), EACH_MEASURE, ids=name_of)
def test_an_authority_of_another_role_is_warned(treaty: Treaty, measure: str) -> None:
    other = "contact-24-7" if measure == EXTRADITION else "extradition-authority"
    found = ask_under(treaty, measure, FULL_INSTRUMENTS[measure], role=other)
    assert codes(found) == {"asker-role", "addressee-role"}
    assert {one.severity for one in found} == {Severity.WARNS}, "neither text forbids another role"


def test_what_another_treaty_opens_is_unknown_here() -> None:
    for treaty in OTHERS:
        with pytest.raises(UnknownMeasure):
            treaty.measure("freezing-of-property")
        with pytest.raises(UnknownMeasure):
            treaty.measure("data-for-emergency")


# --- the same request, another basis, other rules ---


def test_the_same_preservation_is_cited_by_each_treaty_s_own_article() -> None:
    cited: dict[str, tuple[int | None, str | None, Certainty, int]] = {}
    for treaty in (CONVENTION, *OTHERS):
        assert not {one for one in ask_under(treaty, PRESERVE, FULL[PRESERVE]) if one.severity is Severity.BLOCKS}
        [limit] = engine.limits(treaty, PRESERVE)
        cited[treaty.name] = (limit.rule.article, limit.rule.paragraph, limit.rule.certainty, limit.at_least_days)
    assert cited["budapest-convention"] == (29, "7", Certainty.CERTAIN, 60)
    assert cited["arab-convention"] == (37, "7", Certainty.FROM_MEMORY, 60)
    assert cited["un-convention-against-cybercrime"][:2] == (42, "8")


@pytest.mark.parametrize(
    ("treaty", "severity"),
    [(CONVENTION, Severity.WARNS), (BUDAPEST, Severity.BLOCKS), (ARAB, Severity.WARNS)],
    ids=name_of,
)
def test_too_short_a_preservation_blocks_only_where_the_number_was_read(treaty: Treaty, severity: Severity) -> None:
    found = engine.check_confirmation(treaty, PRESERVE, counted_from=date(2026, 11, 23), until=date(2027, 1, 21))
    assert (one_of(found, "period-too-short").severity, one_of(found, "period-too-short").about) == (severity, "60")
    assert engine.check_confirmation(treaty, PRESERVE, counted_from=date(2026, 11, 23), until=date(2027, 1, 22)) == ()


@pytest.mark.parametrize(
    ("rule", "number", "answer"),
    [
        ("preservation-at-least", 60, lambda one: engine.limits(one, PRESERVE)[0].at_least_days),
        ("preservation-order-at-home", 90, lambda one: one.rules[Slug("preservation-order-at-home")].number),
        ("extradition-at-least", 1, lambda one: one.measure(EXTRADITION).grounds[Slug("minimum-penalty")].rule.number),
    ],
)
@pytest.mark.parametrize("treaty", OTHERS, ids=name_of)
def test_a_number_stands_once_and_is_said_and_used(
    treaty: Treaty, rule: str, number: int, answer: Callable[[Treaty], int]
) -> None:
    assert answer(treaty) == number
    assert str(number) in treaty.rules[Slug(rule)].says.for_language("en")
    files = dict(FILES[treaty.name])
    [file] = [name for name, data in files.items() if f"[rules.{rule}]\n" in data.decode()]
    text = files[file].decode()
    place = text.index(f"[rules.{rule}]\n")
    changed = text[:place] + re.sub(r"number = \d+", f"number = {number + 40}", text[place:], count=1)
    other = parse_treaty({**files, file: changed.encode()})
    assert answer(other) == number + 40
    assert str(number + 40) in other.rules[Slug(rule)].says.for_language("ar")


def test_a_political_offence_is_a_ground_there_and_unknown_to_the_convention() -> None:
    for measure in (PRESERVE, TRAFFIC, ACCESS, COLLECTION, CONTENT, ASSISTANCE):
        assert refuse(BUDAPEST, "political-offence", measure) == set(), measure
        assert refuse(ARAB, "political-offence", measure) == set(), measure
        assert refuse(CONVENTION, "political-offence", measure) == {"ground-unknown"}, measure
    for treaty in OTHERS:
        rule = treaty.grounds[Slug("political-offence")].rule
        assert rule.certainty is Certainty.CERTAIN, treaty.name
        assert refuse(treaty, "political-offence", EXTRADITION) == {"ground-not-open"}


def test_the_convention_s_own_grounds_are_unknown_there() -> None:
    for ground in ("persecution", "measure-barred-at-home", "data-protection"):
        assert Slug(ground) in CONVENTION.grounds
        for treaty in OTHERS:
            assert refuse(treaty, ground, ACCESS) == {"ground-unknown"}, (treaty.name, ground)


@pytest.mark.parametrize("treaty", OTHERS, ids=name_of)
def test_preservation_is_refused_on_two_grounds_and_a_reservation(treaty: Treaty) -> None:
    measure = treaty.measure(PRESERVE)
    assert set(measure.grounds) == {"political-offence", "essential-interests", "preservation-reservation"}
    assert refuse(treaty, "dual-criminality") == {"ground-barred"}
    assert refuse(treaty, "grounds-of-law-or-treaty") == {"ground-not-open"}
    assert refuse(treaty, "preservation-reservation") == {"ground-needs-reservation"}
    for offence in treaty.offence_classes[Slug("convention-offence")].offences:
        found = refuse(treaty, "preservation-reservation", offence=offence)
        assert found == {"ground-needs-reservation", "ground-not-for-offence"}, offence


@pytest.mark.parametrize("treaty", OTHERS, ids=name_of)
def test_a_fiscal_offence_is_no_ground_for_the_treaty_s_own_offences(treaty: Treaty) -> None:
    for offence in treaty.offence_classes[Slug("convention-offence")].offences:
        assert refuse(treaty, "fiscal-matter", ACCESS, offence=offence) == {"ground-not-for-offence"}
    assert refuse(treaty, "fiscal-matter", ACCESS) == set(), "for another offence the asked State's law decides"
    assert refuse(CONVENTION, "fiscal-matter", ACCESS) == {"ground-barred"}


def test_a_petty_offence_opens_access_there_and_not_under_the_convention() -> None:
    fields = {**FULL[ACCESS], "offence": THEFT}
    assert "offence-not-open" in codes(ask_under(CONVENTION, ACCESS, fields, role="central-authority"))
    for treaty in OTHERS:
        assert ask_under(treaty, ACCESS, fields) == ()


def test_a_serious_crime_has_a_threshold_under_the_convention_alone() -> None:
    year = {"number": 1, "unit": "years"}
    offence = {"class": "serious-crime", "provision": "s. 1", "maximum": year, "maximum-in-asked-state": year}
    fields = {**FULL[PRESERVE], "offence": offence}
    assert "below-threshold" in codes(ask_under(CONVENTION, PRESERVE, fields))
    for treaty in OTHERS:
        assert ask_under(treaty, PRESERVE, fields) == ()


@pytest.mark.parametrize("treaty", OTHERS, ids=name_of)
def test_extradition_is_for_the_treaty_s_own_offences(treaty: Treaty) -> None:
    found = ask_under(treaty, EXTRADITION, {**FULL_INSTRUMENTS[EXTRADITION], "offence": THEFT})
    closed = one_of(found, "offence-not-open")
    assert (closed.rule, closed.severity) == ("extradition-for-convention-offences", Severity.BLOCKS)
    measure = treaty.measure(EXTRADITION)
    assert measure.dual_criminality is not None
    assert measure.dual_criminality.policy == "required"
    for ground in measure.grounds:
        assert refuse(treaty, ground, EXTRADITION) == set()


def test_an_offence_is_one_of_its_own_treaty_s() -> None:
    """What one treaty establishes, another may not know."""
    for treaty, offence, known in (
        (CONVENTION, "grooming-of-a-child", True),
        (BUDAPEST, "grooming-of-a-child", False),
        (BUDAPEST, "copyright-infringement", True),
        (CONVENTION, "copyright-infringement", False),
        (ARAB, "violation-of-privacy", True),
        (BUDAPEST, "violation-of-privacy", False),
        (ARAB, "system-interference", False),
    ):
        named = {**INTRUSION, "name": offence}
        found = ask_under(treaty, PRESERVE, {**FULL[PRESERVE], "offence": named})
        assert ("field-wrong-form" in codes(found)) != known, (treaty.name, offence)


@pytest.mark.parametrize(("treaty", "severity"), [(BUDAPEST, Severity.BLOCKS), (ARAB, Severity.WARNS)], ids=name_of)
def test_traffic_data_alone_are_disclosed_while_preserving(treaty: Treaty, severity: Severity) -> None:
    fields = {**FULL_INSTRUMENTS[TRAFFIC], "data-categories": ["traffic", "content"]}
    assert one_of(ask_under(treaty, TRAFFIC, fields), "category-not-open").severity is severity
    real_time = {**FULL_INSTRUMENTS[COLLECTION], "data-categories": ["content"]}
    assert "category-not-open" in codes(ask_under(treaty, COLLECTION, real_time))
    intercepted = {**FULL_INSTRUMENTS[CONTENT], "data-categories": ["traffic"]}
    assert "category-not-open" in codes(ask_under(treaty, CONTENT, intercepted))


@pytest.mark.parametrize("treaty", OTHERS, ids=name_of)
def test_real_time_collection_may_be_refused_where_it_is_not_available_at_home(treaty: Treaty) -> None:
    assert refuse(treaty, "measure-unavailable-at-home", COLLECTION) == set()
    assert refuse(treaty, "measure-unavailable-at-home", ACCESS) == {"ground-not-open"}


@pytest.mark.parametrize("treaty", OTHERS, ids=name_of)
def test_consultation_is_expected_and_never_blocks(treaty: Treaty) -> None:
    for measure in (PRESERVE, ACCESS):
        refused = engine.check_refusal(treaty, measure, ["essential-interests"])
        postponed = engine.check_postponement(treaty, measure)
        for found in (refused, postponed):
            assert one_of(found, "consultation-missing").severity is Severity.WARNS
        assert engine.check_postponement(treaty, measure, consulted=True) == ()


@pytest.mark.parametrize("treaty", OTHERS, ids=name_of)
def test_information_sent_unasked_cannot_be_refused(treaty: Treaty) -> None:
    measure = treaty.measure(INFORMATION)
    assert (measure.outcome, dict(measure.grounds)) == ("notice", {})
    assert {one.limit for one in measure.use_limits} >= {"confidentiality"}
    assert {one.force for one in measure.use_limits} == {"may"}, "conditions are set by the sender, not by the treaty"
    assert refuse(treaty, "essential-interests", INFORMATION) == {"ground-not-open"}


@pytest.mark.parametrize("treaty", OTHERS, ids=name_of)
def test_access_across_borders_is_told_as_law_and_offered_by_no_measure(treaty: Treaty) -> None:
    told: dict[str, int | None] = {one.rule.name: one.rule.article for one in engine.duties(treaty, ACCESS, "asking")}
    article = 32 if treaty is BUDAPEST else 40
    assert told["open-data-need-no-request"] == told["data-given-with-consent"] == article
    assert article not in {measure.rule.article for measure in treaty.measures.values()}


@pytest.mark.parametrize("treaty", OTHERS, ids=name_of)
def test_preservation_leads_to_access_or_the_data_are_let_go(treaty: Treaty) -> None:
    follow = {one.measure: one.force for one in engine.follow_ups(treaty, PRESERVE)}
    assert follow == {ACCESS: "must", TRAFFIC: "may"}
    [limit] = engine.limits(treaty, PRESERVE)
    assert limit.kept_until == "follow-up-decided"
    assert limit.warn_days == (30, 14, 7, 3, 1)
    assert limit.extension_rule is None, "neither text lengthens the period"


# --- the basis that a request names, and nothing of one treaty in another ---


def test_the_basis_decides_whether_the_treaty_is_in_force() -> None:
    warned = one_of(engine.check_basis(CONVENTION, CONVENTION.name), "treaty-not-in-force")
    assert warned.severity is Severity.WARNS
    for treaty in OTHERS:
        assert engine.check_basis(treaty, treaty.name) == ()


def test_a_basis_of_another_treaty_is_not_known_to_this_one() -> None:
    """A request's rules are those of the treaty it names: naming one and citing another's data does not pass."""
    treaties = (CONVENTION, *OTHERS)
    for treaty in treaties:
        for other in treaties:
            known = "basis-unknown" not in codes(engine.check_basis(treaty, other.name))
            assert known == (treaty is other), (treaty.name, other.name)
        assert engine.check_basis(treaty, "reciprocity") == ()


def test_nothing_of_one_treaty_leaks_into_another() -> None:
    assert len({treaty.digest for treaty in load_treaties().values()}) == len(load_treaties())
    own = {"un-convention-against-cybercrime": "", "budapest-convention": "B", "arab-convention": "A"}
    for treaty in load_treaties().values():
        letters = {code[0] for code in treaty.sources if code[0] in "AB"}
        assert letters == set(own[treaty.name]), treaty.name
        assert {rule.source for rule in treaty.rules.values()} <= set(treaty.sources)
    texts: dict[str, str] = {treaty.name: load_treaty_bundle(treaty.name).decode() for treaty in OTHERS}
    assert "arab-convention" not in texts["budapest-convention"]
    assert "instruments.budapest-convention" not in texts["arab-convention"]


def test_a_correction_of_one_treaty_changes_no_other() -> None:
    common = {name: data for name, data in FILES[BUDAPEST.name].items() if name in COMMON}
    own = {**OWN, CONVENTION.name: {n: d for n, d in read_treaty_files().items() if n not in COMMON}}
    before = parse_shelf(common, own)
    file = "article-029-expedited-preservation.toml"
    changed = own[BUDAPEST.name][file].replace(b"number = 60", b"number = 61")
    after = parse_shelf(common, {**own, BUDAPEST.name: {**own[BUDAPEST.name], file: changed}})
    assert {name for name in before if before[name] != after[name]} == {BUDAPEST.name}
    assert {name: one.digest for name, one in before.items()} == {n: o.digest for n, o in load_treaties().items()}


# --- from the officer's choice of a basis to the other State's answer ---


@pytest.mark.parametrize(
    ("treaty", "ground"), [(BUDAPEST, "political-offence"), (CONVENTION, "persecution")], ids=name_of
)
def test_the_basis_that_the_officer_names_decides_the_whole_case(treaty: Treaty, ground: str) -> None:
    world = World()
    vn, qa = world["VN"], world["QA"]
    request = replace(
        vn.intent("contact-24-7", [qa.authority("contact-24-7")], Request(FULL[PRESERVE]), measure=PRESERVE),
        legal_basis=LegalBasis(treaty.name, ""),
    )
    draft, sent = say(vn.ports, request, vn.officer("contact-24-7"))
    assert sent is not None
    assert draft.message.treaty == treaty.digest
    assert ("treaty-not-in-force" in " ".join(draft.warnings)) == (treaty is load_treaty())
    world.settle()
    case, to = CaseRef(sent.id), [vn.authority("contact-24-7")]
    qa.say("contact-24-7", to, Acknowledgement("QA-17"), case=case, answers=sent.id)
    wrong = {"political-offence": "persecution", "persecution": "political-offence"}[ground]
    with pytest.raises(StepRefused) as refused:
        qa.say("contact-24-7", to, Refusal((Slug(wrong),), "It is so."), case=case, answers=sent.id)
    assert "ground-unknown" in refused.value.grounds
    qa.say("contact-24-7", to, Refusal((Slug(ground),), "It is so."), case=case, answers=sent.id)
    world.settle()
