"""Changes to the register: what contradicts is refused whole, what is corrected stays visible."""

from __future__ import annotations

import pytest

from musnad.core.kernel.names import Digest, PartyCode
from musnad.core.register.change import apply, changes_of
from musnad.core.register.errors import Contradiction, NothingToWithdraw, Replaced, UnknownFact
from musnad.core.register.rows import parse_csv, write_csv
from musnad.core.register.values import FactKind, Register
from tests.core.register.data import BASE, CATALOGUE, load, register_of, row, table

QA = PartyCode("QA")
SIGNED = row("QA", "signature", "2025-10-25")
RATIFIED = row("QA", "ratification", "2026-02-10")
LATE = row("QA", "signature", "2026-01-02")


def says(about: str, value: str = "", kind: str = "notification", **more: str) -> str:
    return row("QA", kind, about=about, value=value, **more)


def entry_facts(register: Register, kind: FactKind) -> list[str]:
    return [str(one.fact.day) for one in register.entries[QA].of(kind)]


CONTRADICTIONS: list[tuple[list[str], str, int, str]] = [
    ([SIGNED, row("QA", "signature", "2025-10-26")], "one-signature", 3, "day"),
    (
        [SIGNED, RATIFIED, row("QA", "ratification", "2026-02-13")],
        "one-instrument", 4, "day",
    ),
    (
        [SIGNED, row("QA", "ratification", "2026-02-13"), row("QA", "ratification", "2026-02-10")],
        "one-instrument", 4, "day",
    ),
    ([SIGNED, RATIFIED, row("QA", "accession", "2027-01-01")], "one-instrument", 4, "day"),
    (
        [SIGNED, RATIFIED, row("QA", "approval", by="2026-02-13")],
        "one-instrument", 4, "by",
    ),
    ([LATE, row("QA", "ratification", "2026-01-01")], "instrument-after-signature", 3, "day"),
    ([LATE, row("QA", "acceptance", by="2026-01-01")], "instrument-after-signature", 3, "by"),
    ([row("QA", "signature", "2025-10-24")], "signature-period", 2, "day"),
    ([row("QA", "signature", "2027-01-01")], "signature-period", 2, "day"),
    ([row("QA", "withdrawal", "2028-01-01")], "withdrawal-of-a-party", 2, "day"),
    ([SIGNED, row("QA", "withdrawal", "2028-01-01")], "withdrawal-of-a-party", 3, "day"),
    (
        [SIGNED, RATIFIED, row("QA", "withdrawal", "2026-02-09")],
        "withdrawal-of-a-party", 4, "day",
    ),
    (
        [SIGNED, RATIFIED, row("QA", "withdrawal", "2028-01-01"),
         row("QA", "withdrawal", "2028-01-02")],
        "one-withdrawal", 5, "day",
    ),
    (
        [SIGNED, RATIFIED, row("QA", "accession", "2027-01-01"),
         row("QA", "withdrawal", "2028-01-01")],
        "one-instrument", 4, "day",
    ),
    (
        [says("languages", "ar"), says("languages", "en")],
        "one-statement", 3, "value",
    ),
    (
        [says("extradition-basis", "yes"), says("extradition-basis", "no", "declaration")],
        "one-statement", 3, "value",
    ),
    ([",,milestone,closing,,2027-12-31,,,certain,T1,2026-01-31,,"], "one-milestone", 2, "day"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "rule", "line", "field"), CONTRADICTIONS)
def test_refuses_rows_that_contradict_naming_both(lines: list[str], rule: str, line: int, field: str) -> None:
    before = register_of()
    with pytest.raises((Contradiction, NothingToWithdraw)) as caught:
        load(before, *lines)
    facts = caught.value.facts()
    assert (facts["file"], facts["line"], facts["rule"], facts["field"]) == ("rows.csv", line, rule, field)
    assert facts["party"] in ("QA", "closing")
    assert "" not in facts.values(), "no blank in what is told"
    assert not list(before.entries[QA].records)


def test_a_row_that_contradicts_what_stood_already_names_where_that_stands() -> None:
    with pytest.raises(Contradiction) as caught:
        load(BASE, row("QA", "ratification", "2026-02-11"), file="mine.csv")
    assert (caught.value.file, caught.value.line) == ("mine.csv", 2)
    assert caught.value.other.startswith("facts.csv:")


FITTING = [
    [SIGNED, row("QA", "ratification", "2025-10-25")],
    [SIGNED, row("QA", "ratification", by="2026-02-13")],
    [row("QA", "accession", "2026-03-01")],
    [row("QA", "ratification", "2026-03-01")],
    [SIGNED, row("QA", "ratification", "2026-01-01"), row("QA", "withdrawal", "2028-01-01"),
     row("QA", "accession", "2030-01-01")],
    [SIGNED, row("QA", "ratification", "2026-01-01"), row("QA", "withdrawal", "2028-01-01"),
     row("QA", "accession", "2030-01-01"), row("QA", "withdrawal", "2033-01-01")],
    [row("QA", "signature", by="2026-01-31"), row("QA", "ratification", by="2026-01-30")],
    [says("harm-threshold", kind="reservation", en="one"), says("harm-threshold", kind="reservation", en="two")],
    [row("QA", "signature", "2026-12-31")],
]  # fmt: skip


@pytest.mark.parametrize("lines", FITTING)
def test_takes_rows_that_can_be_true_together(lines: list[str]) -> None:
    assert len(load(register_of(), *lines).entries[QA].records) == len(lines)


def test_nothing_of_a_file_is_loaded_where_one_row_is_refused() -> None:
    before = register_of()
    with pytest.raises(Contradiction):
        load(before, row("VN", "signature", "2025-10-25"), SIGNED, row("QA", "signature", "2025-10-26"))
    assert [record for record in before.records() if record.fact.party] == []


def test_the_same_file_again_changes_nothing() -> None:
    once = load(register_of(), SIGNED)
    rows = parse_csv(table(SIGNED), "rows.csv", CATALOGUE)
    assert changes_of(rows, once) == ()
    assert apply(once, changes_of(rows, once)).entries == once.entries


def test_an_exported_row_that_is_edited_corrects_its_fact_and_the_history_shows_it() -> None:
    before = load(register_of(), SIGNED, row("QA", "ratification", by="2026-02-13"))
    text = write_csv(before.records()).decode().replace(",2026-02-13,certain", ",2026-02-12,certain")
    after = apply(before, changes_of(parse_csv(text.encode(), "edited.csv", CATALOGUE), before))
    [stands] = after.entries[QA].of(FactKind.RATIFICATION)
    assert str(stands.fact.by) == "2026-02-12"
    [was] = [one for one in after.entries[QA].records if one.replaced]
    assert str(was.fact.by) == "2026-02-13"
    assert was.replaced is not None
    assert was.replaced.fact == stands.fact.digest
    assert was.replaced.said.file == "edited.csv"
    again = parse_csv(text.encode(), "edited.csv", CATALOGUE)
    assert changes_of(again, after) == ()


def test_a_correction_of_a_fact_that_was_replaced_is_refused() -> None:
    before = load(register_of(), SIGNED)
    first = before.entries[QA].records[0].fact.digest
    after = load(before, row("QA", "signature", "2025-10-26", fact=first))
    with pytest.raises(Replaced) as caught:
        load(after, row("QA", "signature", "2025-10-27", fact=first))
    assert caught.value.by == after.entries[QA].of(FactKind.SIGNATURE)[0].fact.digest
    with pytest.raises(Replaced):
        load(after, SIGNED)
    assert entry_facts(after, FactKind.SIGNATURE) == ["2025-10-26"]


def test_a_fact_can_be_corrected_back() -> None:
    before = load(register_of(), SIGNED)
    first = before.entries[QA].records[0].fact.digest
    after = load(before, row("QA", "signature", "2025-10-26", fact=first))
    second = after.entries[QA].of(FactKind.SIGNATURE)[0].fact.digest
    back = load(after, row("QA", "signature", "2025-10-25", fact=second))
    assert entry_facts(back, FactKind.SIGNATURE) == ["2025-10-25"]
    assert len(back.entries[QA].records) == 3


def test_a_correction_of_an_unknown_fact_is_refused() -> None:
    with pytest.raises(UnknownFact) as caught:
        load(register_of(), row("QA", "signature", "2025-10-25", fact="0" * 64))
    assert (caught.value.line, caught.value.fact) == (2, Digest("0" * 64))


def test_moving_the_closing_day_checks_what_stood() -> None:
    before = load(register_of(), row("QA", "signature", "2026-12-01"))
    closing = next(one for one in before.general if one.fact.about == "closing").fact.digest
    moved = f"{closing},,milestone,closing,,2026-11-30,,,certain,T1,2026-01-31,,"
    with pytest.raises(Contradiction) as caught:
        load(before, moved)
    assert caught.value.rule == "signature-period"
