"""What the software carries is what was found, and every fact of it says where and how sure."""

from __future__ import annotations

import pytest

from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.register.base import parse_register
from musnad.core.register.catalogue import parse_catalogue
from musnad.core.register.errors import CatalogueInvalid, Contradiction
from musnad.core.register.values import FactKind
from musnad.core.treaty.values import Certainty
from tests.core.register.data import BASE, CATALOGUE, FILES, day


def _texts(code: str) -> dict[str, str]:
    return dict(CATALOGUE.states[PartyCode(code)].name.texts)


def test_every_state_that_may_join_is_there_with_its_name_in_six_languages() -> None:
    kinds = [state.kind for state in CATALOGUE.states.values()]
    assert {kind: kinds.count(kind) for kind in kinds} == {"member": 193, "observer": 2, "other": 2, "organisation": 1}
    assert {code for code, state in CATALOGUE.states.items() if state.kind != "member"} == {
        "PS", "VA", "CK", "NU", "EU",
    }  # fmt: skip
    for state in CATALOGUE.states.values():
        assert set(state.name.texts) == {"en", "ar", "es", "fr", "ru", "zh"}
    assert _texts("QA") == {"en": "Qatar", "ar": "قطر", "es": "Catar", "fr": "Qatar", "ru": "Катар", "zh": "卡塔尔"}
    for language in ("en", "ar", "es", "fr", "ru", "zh"):
        names = [state.name.texts[language] for state in CATALOGUE.states.values()]
        assert len(set(names)) == len(names)


def test_the_signatories_found_are_74_and_canada_reported() -> None:
    signed = {code: entry.of(FactKind.SIGNATURE) for code, entry in BASE.entries.items()}
    told = {code: one[0].fact for code, one in signed.items() if one}
    assert len(told) == 75
    seen = {code for code, fact in told.items() if fact.day is not None}
    assert len(seen) == 65
    assert all(told[code].certainty is Certainty.CERTAIN for code in seen)
    unseen = {code for code, fact in told.items() if fact.day is None}
    assert unseen == {"ZA", "SE", "UG", "GB", "UY", "VE", "VN", "ZW", "FJ", "CA"}
    assert all(told[code].certainty is Certainty.REPORTED for code in unseen)
    assert {code for code in seen if told[code].day != day("2025-10-25")} == {"ML", "RW", "SA", "MU"}
    assert told[PartyCode("MU")].day == day("2025-11-19")
    assert (told[PartyCode("GB")].not_before, told[PartyCode("GB")].by) == (day("2025-10-25"), day("2025-10-26"))


def test_the_three_ratifications_are_reported_and_their_days_are_not_invented() -> None:
    told = [record.fact for record in BASE.records() if record.fact.kind is FactKind.RATIFICATION]
    assert {fact.party for fact in told} == {"QA", "AZ", "VN"}
    assert all(fact.day is None and fact.by is not None for fact in told)
    assert {fact.certainty for fact in told} == {Certainty.REPORTED}


def test_reservations_and_statements_are_kept_with_what_they_are_about() -> None:
    qatar, azerbaijan = BASE.entries[PartyCode("QA")], BASE.entries[PartyCode("AZ")]
    [excluded] = qatar.of(FactKind.RESERVATION, about=Slug("provisions-excluded"))
    assert excluded.fact.value == "14 15 16"
    assert qatar.of(FactKind.RESERVATION, about=Slug("dispute-settlement"))
    assert {one.fact.about for one in azerbaijan.of(FactKind.DECLARATION)} == {
        "unauthorized-access", "harm-threshold", "dispute-settlement",
    }  # fmt: skip


def test_the_days_of_the_convention_stand() -> None:
    days = {one.fact.about: one.fact.day for one in BASE.general if one.fact.kind is FactKind.MILESTONE}
    assert days == {"adoption": day("2024-12-24"), "opening": day("2025-10-25"), "closing": day("2026-12-31")}
    assert [one.fact.value for one in BASE.said_generally(FactKind.COUNT, Slug("signatures"))] == ["72", "76"]


def test_every_fact_names_a_source_that_is_described() -> None:
    for record in BASE.records():
        codes = record.fact.source.split()
        assert codes
        assert set(codes) <= set(CATALOGUE.sources), record
    used = {code for record in BASE.records() for code in record.fact.source.split()}
    used |= {task.source for task in CATALOGUE.tasks}
    assert set(CATALOGUE.sources) - used <= {"D1"}


def test_what_states_must_notify_is_there_with_article_and_status() -> None:
    told = {(task.article, task.certainty.value) for task in CATALOGUE.tasks}
    memory = "from-memory-verify"
    assert told >= {
        ("11(3)", "certain"), ("17", memory), ("23(3)", memory), ("37(6)", memory), ("37(19)", memory),
        ("40(12)", memory), ("40(13)", memory), ("41(2)", memory), ("42(5)", memory), ("50(5)", memory),
        ("53", memory), ("57", memory), ("63", "reported"), ("64", memory), ("67", memory),
    }  # fmt: skip


BROKEN = [
    ("tasks.toml", 'status = "certain"\n', "", "tasks.0.status"),
    ("tasks.toml", 'status = "certain"\n', 'status = "sure"\n', "tasks.0.status"),
    ("tasks.toml", 'source = "T1"\n', "", "tasks.0.source"),
    ("tasks.toml", 'source = "T1"\n', 'source = "T99"\n', "sign"),
    ("tasks.toml", 'source = "T1"\n', 'source = "T1"\nurgent = true\n', "tasks.0.urgent"),
    ("tasks.toml", 'stage = "joining"\n', 'stage = "parting"\n', "sign"),
    ("tasks.toml", 'when = "until-closing"\n', 'when = "whenever"\n', "sign"),
    ("tasks.toml", 'until = "closing"\n', 'until = "dusk"\n', "sign"),
    ("tasks.toml", 'after = "sign"\n', 'after = "wish"\n', "ratify"),
    ("tasks.toml", 'name = "ratify"\n', 'name = "sign"\n', "sign"),
    ("tasks.toml", 'name = "ratify"\n', "name = \n", ""),
    ("tasks.toml", 'label.ar = "التوقيع على الاتفاقية"\n', "", "tasks.0.label.ar"),
    ("subjects.toml", 'kinds = ["note"]', 'kinds = ["rumour"]', "subjects.ratification-procedure.kinds.0"),
    ("sources.toml", "[sources]", "[springs]", "sources"),
    ("states.csv", "QA,member,", "QA,province,", "150"),
    ("states.csv", "QA,member,", "AD,member,", "150"),
    ("states.csv", "QA,member,", "qa,member,", "150"),
    ("states.csv", "QA,member,Qatar,", "QA,member,,", "150"),
    ("states.csv", "code,kind,", "code,sort,", "1"),
]


@pytest.mark.parametrize(("file", "old", "new", "place"), BROKEN)
def test_refuses_a_broken_catalogue_naming_file_and_place(file: str, old: str, new: str, place: str) -> None:
    text = FILES[file].decode()
    assert old in text
    with pytest.raises(CatalogueInvalid) as caught:
        parse_catalogue({**FILES, file: text.replace(old, new, 1).encode()})
    assert (caught.value.file, caught.value.place) == (file, place)


def test_refuses_a_task_that_has_the_name_of_another_subject() -> None:
    text = FILES["subjects.toml"].replace(b"[subjects.other]", b"[subjects.languages]")
    with pytest.raises(CatalogueInvalid) as caught:
        parse_catalogue({**FILES, "subjects.toml": text})
    assert (caught.value.file, caught.value.place) == ("tasks.toml", "languages")


@pytest.mark.parametrize("file", ["states.csv", "subjects.toml", "tasks.toml", "sources.toml", "facts.csv"])
def test_refuses_a_missing_file(file: str) -> None:
    with pytest.raises(CatalogueInvalid) as caught:
        parse_register({name: data for name, data in FILES.items() if name != file})
    assert caught.value.file == file


@pytest.mark.parametrize("data", [b"\xff", b"a = " + b"[" * 5000], ids=["not-utf-8", "deep"])
@pytest.mark.parametrize("file", ["subjects.toml", "tasks.toml", "sources.toml"])
def test_refuses_what_is_no_toml(file: str, data: bytes) -> None:
    with pytest.raises(CatalogueInvalid):
        parse_catalogue({**FILES, file: data})


def test_refuses_a_base_that_contradicts_itself() -> None:
    rest = b",certain,T1,2026-01-31,,\n"
    second = b",DZ,accession,,,2026-01-01,," + rest + b",DZ,ratification,,,2026-01-02,," + rest
    with pytest.raises(Contradiction) as caught:
        parse_register({**FILES, "facts.csv": FILES["facts.csv"] + second})
    assert (caught.value.file, caught.value.line, caught.value.rule) == ("facts.csv", 101, "one-instrument")
    assert caught.value.other == "facts.csv:100"
