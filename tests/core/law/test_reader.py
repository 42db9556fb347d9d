"""A law profile is whole or one clear error, naming file and place; nothing is half-loaded."""

from __future__ import annotations

from datetime import date

import pytest

from musnad.core.kernel.errors import MusnadError, TooLarge
from musnad.core.law.errors import (
    FactWithoutSource,
    LawBadEntry,
    LawMissingEntry,
    LawNotToml,
    LawOfNoState,
    LawUnknownEntry,
    LawUnknownName,
    PenaltyWithoutUnit,
    TwoProfiles,
)
from musnad.core.law.reader import FILE_LIMIT_OCTETS, one_for_each_state, parse_law_data, parse_profile
from musnad.core.law.values import Extent, Penalty
from musnad.core.treaty.values import Certainty
from tests.core.law.data import DATA, FILE, FILES, KNOWN, SAMPLES, offence, profile, read, small

SHARED = b"""\
[sources]
S1 = "Somewhere"

[powers.some-power]
article = 25
numbering = "certain"
status = "certain"
source = "S1"
label = { en = "Power", ar = "\xd8\xb5\xd9\x84\xd8\xa7\xd8\xad\xd9\x8a\xd8\xa9" }
help = { en = "Power", ar = "\xd8\xb5\xd9\x84\xd8\xa7\xd8\xad\xd9\x8a\xd8\xa9" }

[measures.some-measure]
powers = ["some-power"]
"""


def refused(error: type[MusnadError], *changes: tuple[str, str], place: str | None = None, **facts: str) -> None:
    with pytest.raises(error) as caught:
        read(*changes)
    assert type(caught.value) is error
    assert error.remedy
    told = caught.value.facts()
    assert told["file"] == FILE
    if place is not None:
        assert told["place"] == place
    assert {name: told[name] for name in facts} == facts


def test_reads_a_profile() -> None:
    found = read()
    assert (found.state, found.sample, found.as_of) == ("QA", False, date(2026, 11, 1))
    access = found.offences[offence("illegal-access")]
    assert (access.extent, access.provision, access.maximum) == (Extent.WHOLE, "Act 1, s. 2", Penalty("years", 5))
    assert access.read.certainty is Certainty.CERTAIN
    assert access.read.source == "Official gazette, read on 1 November 2026"
    assert found.offences[offence("illegal-interception")].extent is Extent.MISSING
    [power] = found.powers.values()
    assert (power.extent, power.ordered_by, power.from_maximum) == (Extent.PARTLY, ("judge",), Penalty("years", 1))
    assert found.dual_criminality is not None
    assert found.dual_criminality.for_measure("expedited-preservation") == "no-condition"
    assert found.dual_criminality.for_measure("access-to-stored-data") == "required"
    assert found.bases["another-treaty"].serves("VN")  # type: ignore[index, arg-type]
    assert not found.bases["another-treaty"].serves("EG")  # type: ignore[index, arg-type]


def test_the_digest_is_of_the_file() -> None:
    assert read().digest == read().digest != read(("Act 1", "Act 9")).digest


MAXIMUM = "maximum = { number = 5, unit = "


@pytest.mark.parametrize(
    "new",
    [
        "maximum = { number = 5 }",
        'maximum = { number = 5, unit = "days" }',
        'maximum = { number = 5, unit = "" }',
        "maximum = { number = 5, unit = 7 }",
    ],
)
def test_refuses_a_penalty_without_a_unit(new: str) -> None:
    old = f'{MAXIMUM}"years" }}'
    refused(PenaltyWithoutUnit, (old, new), place="offences.illegal-access.maximum.unit")


@pytest.mark.parametrize(
    "new",
    [
        'maximum = { unit = "years" }',
        'maximum = { number = 3, unit = "life-or-heavier" }',
        'maximum = { number = 0, unit = "years" }',
        'maximum = { number = -4, unit = "years" }',
        'maximum = { number = 4.5, unit = "years" }',
        'maximum = { number = true, unit = "years" }',
        "maximum = 5",
    ],
)
def test_refuses_a_penalty_whose_number_cannot_be_compared(new: str) -> None:
    refused(LawBadEntry, (f'{MAXIMUM}"years" }}', new))


def test_refuses_an_unknown_offence() -> None:
    refused(
        LawUnknownName,
        ("[offences.illegal-access]", "[offences.rudeness]"),
        place="offences.rudeness",
        names="rudeness",
    )


def test_refuses_an_unknown_power_measure_or_basis() -> None:
    refused(LawUnknownName, ("powers.preservation-order", "powers.mind-reading"), place="powers.mind-reading")
    place = "dual_criminality.measures.telepathy"
    refused(LawUnknownName, ("measures.expedited-preservation", "measures.telepathy"), place=place)
    refused(LawUnknownName, ("bases.another-treaty", "bases.friendship"), place="bases.friendship")


@pytest.mark.parametrize("code", ["XX", "qa", "QAT", "", "EU"])
def test_refuses_a_state_that_does_not_exist(code: str) -> None:
    refused(LawOfNoState, ('state = "QA"', f'state = "{code}"'), place="state", state=code)


def test_refuses_a_partner_that_does_not_exist() -> None:
    refused(LawOfNoState, ('["VN"]', '["VN", "XX"]'), place="bases.another-treaty.partners", state="XX")


ACCESS = '5, unit = "years" }\nsource = "G1"\n'


@pytest.mark.parametrize("new", ["", "source = 7\n", 'source = ""\n', 'source = "somewhere"\n', 'source = "G2"\n'])
def test_refuses_a_fact_without_a_source(new: str) -> None:
    refused(FactWithoutSource, (ACCESS, '5, unit = "years" }\n' + new), place="offences.illegal-access.source")
    refused(FactWithoutSource, ('["ar", "en"]\nsource = "G1"\n', '["ar", "en"]\n' + new), place="languages.source")


def test_a_missing_offence_needs_a_source_too() -> None:
    old = 'note = "Looked for in all acts."\nsource = "G1"\n'
    refused(
        FactWithoutSource,
        (old, 'note = "Looked for in all acts."\n'),
        place="offences.illegal-interception.source",
    )


def test_refuses_an_unknown_entry() -> None:
    refused(LawUnknownEntry, ("provision = ", 'colour = "green"\nprovision = '), place="offences.illegal-access.colour")
    refused(LawUnknownEntry, ("[languages]", "[wishes]\none = 1\n[languages]"), place="wishes")


@pytest.mark.parametrize(
    ("old", "place"),
    [
        ('statute = "Act 1"\n', "offences.illegal-access.statute"),
        ('provision = "s. 2"\n', "offences.illegal-access.provision"),
        ('note = "Looked for in all acts."\n', "offences.illegal-interception.note"),
        ('note = "Of subscriber information only."\n', "powers.preservation-order.note"),
        ('ordered_by = ["judge"]\n', "powers.preservation-order.ordered_by"),
        ('conditions = ["Only under safeguards."]\n', "data_protection.conditions"),
        ('state = "QA"\n', "state"),
        ("as_of = 2026-11-01\n", "as_of"),
    ],
)
def test_refuses_what_lacks_an_entry(old: str, place: str) -> None:
    refused(LawMissingEntry, (old, ""), place=place)


def test_what_is_missing_cannot_also_stand_somewhere() -> None:
    place = "offences.illegal-interception.missing"
    for more in ('statute = "Act 1"', 'maximum = { number = 5, unit = "years" }', 'covers = "partly"'):
        refused(LawBadEntry, ("missing = true\n", f"missing = true\n{more}\n"), place=place)


def test_a_real_profile_invents_nothing() -> None:
    refused(
        LawBadEntry,
        (ACCESS + 'status = "certain"', ACCESS + 'status = "design"'),
        place="offences.illegal-access.status",
    )


def test_a_sample_is_sure_of_nothing() -> None:
    refused(LawBadEntry, ('state = "QA"', 'state = "QA"\nsample = true'), place="languages.status")


@pytest.mark.parametrize("text", ["a\\u202eb", "a\\u0007b", "   ", "a\\nb", "a\\u2066b"])
def test_refuses_a_text_that_would_read_otherwise_than_it_stands(text: str) -> None:
    refused(LawBadEntry, ('statute = "Act 1"', f'statute = "{text}"'), place="offences.illegal-access.statute")


def test_refuses_what_is_not_toml() -> None:
    for data in (b"state = ", b"\xff\xfe", small().replace(b"\n", b"\r\n"), b"a = " + b"[" * 100_000):
        with pytest.raises(LawNotToml) as caught:
            parse_profile(FILE, data, KNOWN)
        assert caught.value.file == FILE
    with pytest.raises(TooLarge):
        parse_profile(FILE, b"#" * (FILE_LIMIT_OCTETS + 1), KNOWN)


def test_says_the_line_of_a_slip() -> None:
    with pytest.raises(LawNotToml, match="line 4"):
        read(("[sources]", "[sources"))


def test_a_state_has_one_profile() -> None:
    with pytest.raises(TwoProfiles) as caught:
        one_for_each_state([read(), profile("VN"), profile("QA")])
    assert (caught.value.file, caught.value.other, caught.value.state) == ("qa.toml", FILE, "QA")


def test_the_samples_are_marked_in_data_and_sure_of_nothing() -> None:
    assert sorted(SAMPLES) == ["EG", "QA", "VN"]
    for one in SAMPLES.values():
        assert one.sample
        facts = [*(offence.read for offence in one.offences.values()), *(power.read for power in one.powers.values())]
        assert {fact.certainty for fact in facts} == {Certainty.DESIGN}
        assert all("Invented" in fact.source for fact in facts)
        assert FILES[one.file].startswith(b"# SAMPLE. Invented")


def test_every_power_that_a_measure_needs_is_one_of_the_convention() -> None:
    assert {power for needs in DATA.measures.values() for power in needs.powers} == set(DATA.powers)
    for power in DATA.powers.values():
        assert set(power.label.texts) >= {"en", "ar"}


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (b'powers = ["some-power"]', b'powers = ["other"]', LawUnknownName),
        (b'source = "S1"', b'source = "S2"', FactWithoutSource),
        (b"article = 25\n", b"", LawMissingEntry),
        (b"article = 25\n", b"article = 25\ncolour = 1\n", LawUnknownEntry),
    ],
)
def test_refuses_broken_shared_data(old: bytes, new: bytes, error: type[MusnadError]) -> None:
    assert parse_law_data("powers.toml", SHARED).powers
    with pytest.raises(error):
        parse_law_data("powers.toml", SHARED.replace(old, new, 1))
