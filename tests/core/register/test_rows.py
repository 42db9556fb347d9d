"""Rows in and out: what each column takes, every error with its file, line and field, and nothing half-read."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.core.kernel.errors import MusnadError, TooLarge
from musnad.core.kernel.ijson import write_canonical
from musnad.core.register import rows
from musnad.core.register.errors import (
    BadColumn,
    BadDay,
    BadRow,
    FactWithoutSource,
    FactWithoutStatus,
    NotATable,
    RepeatedRow,
    UnknownState,
    UnknownSubject,
)
from musnad.core.register.rows import COLUMNS, parse_csv, parse_json, write_csv, write_json
from tests.core.register.data import BASE, CATALOGUE, EMPTY, HEADER, load, row, table

GOOD = {
    "party": "QA", "kind": "notification", "about": "languages", "value": "ar en", "day": "2026-06-01",
    "status": "reported", "source": "T1", "as_of": "2026-06-02", "en": "A note", "ar": "ملاحظة",
}  # fmt: skip


def line(**changes: str) -> str:
    members = {**GOOD, **changes}
    return ",".join(members.get(name, "") for name in COLUMNS)


def test_reads_a_row() -> None:
    [found] = parse_csv(table(line()), "rows.csv", CATALOGUE)
    assert (found.file, found.line, found.stands_for) == ("rows.csv", 2, None)
    assert {name: text for name, text in found.fact.members().items() if text} == GOOD


def test_json_says_the_same() -> None:
    data = json.dumps({"rows": [GOOD]}, ensure_ascii=False).encode()
    [from_json] = parse_json(data, "rows.json", CATALOGUE)
    [from_csv] = parse_csv(table(line()), "rows.csv", CATALOGUE)
    assert from_json.fact == from_csv.fact
    assert from_json.line == 1


def test_quotes_a_byte_order_mark_and_crlf_are_read() -> None:
    data = b"\xef\xbb\xbf" + table(line(en='"one, ""two"""')).replace(b"\n", b"\r\n")
    [found] = parse_csv(data, "rows.csv", CATALOGUE)
    assert found.fact.texts["en"] == 'one, "two"'


def test_columns_may_stand_in_any_order_and_fact_may_be_missing() -> None:
    names = [name for name in reversed(COLUMNS) if name != "fact"]
    data = (",".join(names) + "\n" + ",".join(GOOD.get(name, "") for name in names)).encode()
    [found] = parse_csv(data, "rows.csv", CATALOGUE)
    assert found.fact.value == "ar en"


WRONG: list[tuple[dict[str, str], type[MusnadError], str]] = [
    ({"party": "XX"}, UnknownState, "party"),
    ({"party": "qa"}, UnknownState, "party"),
    ({"party": ""}, UnknownState, "party"),
    ({"party": "UN"}, UnknownState, "party"),
    ({"kind": "rumour"}, BadRow, "kind"),
    ({"kind": ""}, BadRow, "kind"),
    ({"kind": "milestone", "about": "closing", "value": ""}, BadRow, "party"),
    ({"about": "weather"}, UnknownSubject, "about"),
    ({"about": ""}, UnknownSubject, "about"),
    ({"about": "closing"}, UnknownSubject, "about"),
    ({"kind": "reservation"}, UnknownSubject, "about"),
    ({"kind": "signature"}, UnknownSubject, "about"),
    ({"value": "Arabic"}, BadRow, "value"),
    ({"value": ""}, BadRow, "value"),
    ({"about": "extradition-basis", "value": "maybe"}, BadRow, "value"),
    ({"kind": "reservation", "about": "provisions-excluded", "value": "all"}, BadRow, "value"),
    ({"kind": "reservation", "about": "harm-threshold", "value": "high"}, BadRow, "value"),
    ({"day": "01/06/2026"}, BadDay, "day"),
    ({"day": "2026-02-30"}, BadDay, "day"),
    ({"day": "soon"}, BadDay, "day"),
    ({"day": "2026-06-03"}, BadDay, "day"),
    ({"day": "", "by": "2026-06-31"}, BadDay, "by"),
    ({"day": "", "by": "2026-05-01", "not_before": "2026-05-02"}, BadDay, "by"),
    ({"by": "2026-06-01"}, BadDay, "by"),
    ({"not_before": "2026-06-01"}, BadDay, "not_before"),
    ({"day": "", "not_before": "x"}, BadDay, "not_before"),
    ({"as_of": ""}, BadDay, "as_of"),
    ({"as_of": "2026"}, BadDay, "as_of"),
    ({"status": ""}, FactWithoutStatus, "status"),
    ({"status": "sure"}, BadRow, "status"),
    ({"status": "design"}, BadRow, "status"),
    ({"source": ""}, FactWithoutSource, "source"),
    ({"source": "=cmd()"}, BadRow, "source"),
    ({"en": " blank"}, BadRow, "en"),
    ({"en": "x" * 1001}, BadRow, "en"),
    ({"ar": "\x07"}, BadRow, "ar"),
    ({"en": '"two\nlines"'}, BadRow, "en"),
    ({"fact": "12"}, BadRow, "fact"),
]


@pytest.mark.parametrize(("changes", "error", "field"), WRONG, ids=lambda one: str(one)[:40])
def test_refuses_a_wrong_field_naming_file_line_and_field(
    changes: dict[str, str], error: type[MusnadError], field: str
) -> None:
    good = row("VN", "signature", "2025-10-25")
    with pytest.raises(error) as caught:
        parse_csv(table(good, line(**changes)), "rows.csv", CATALOGUE)
    facts = caught.value.facts()
    assert type(caught.value) is error
    assert (facts["file"], facts["field"]) == ("rows.csv", field)
    assert facts["line"] in (3, 4)  # a quoted line end makes the row end a line later
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", NotATable),
        (b"\xff\xfe", NotATable),
        (f'{HEADER}\n"open'.encode(), NotATable),
        (HEADER.replace("source,", "").encode(), BadColumn),
        (HEADER.replace("source", "origin").encode(), BadColumn),
        (HEADER.replace("source", "status").encode(), BadColumn),
        (f"{HEADER}\nQA,signature".encode(), BadRow),
        (f"{HEADER}\n{line()},more".encode(), BadRow),
        (f"{HEADER}\n{line()}\n{line()}".encode(), RepeatedRow),
        (b"x" * (rows.TABLE_LIMIT_OCTETS + 1), TooLarge),
    ],
)
def test_refuses_what_is_no_table(data: bytes, error: type[MusnadError]) -> None:
    with pytest.raises(error):
        parse_csv(data, "rows.csv", CATALOGUE)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ([], NotATable),
        ({}, NotATable),
        ({"rows": {}}, NotATable),
        ({"rows": [1]}, NotATable),
        ({"rows": [], "more": 1}, NotATable),
        ({"rows": [{**GOOD, "origin": "x"}]}, BadColumn),
        ({"rows": [{**GOOD, "value": 7}]}, BadRow),
        ({"rows": [{}]}, BadRow),
        ({"rows": [GOOD, GOOD]}, RepeatedRow),
    ],
)
def test_refuses_json_that_is_no_table(value: object, error: type[MusnadError]) -> None:
    with pytest.raises(error):
        parse_json(json.dumps(value).encode(), "rows.json", CATALOGUE)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "ROWS_LIMIT", 1)
    with pytest.raises(NotATable):
        parse_csv(table(line(), line(value="fr")), "rows.csv", CATALOGUE)


def test_what_is_written_reads_back_to_the_same_facts() -> None:
    for data, parse in ((write_csv(BASE.records()), parse_csv), (write_json(BASE.records()), parse_json)):
        found = parse(data, "again", CATALOGUE)
        assert [one.fact for one in found] == [record.fact for record in BASE.records()]
        assert all(one.stands_for == one.fact.digest for one in found)


def test_a_digest_is_over_the_content_alone() -> None:
    assert len({record.fact.digest for record in BASE.records()}) == len(list(BASE.records()))
    one = load(EMPTY, line(), file="a.csv").entries
    two = load(EMPTY, row("VN", "signature", "2025-10-25"), line(), file="b.csv").entries
    digests = [[r.fact.digest for r in entries["QA"].records] for entries in (one, two)]  # type: ignore[index]
    assert digests[0] == digests[1]


_texts = st.text(max_size=12)
_cells = st.dictionaries(
    st.sampled_from(COLUMNS), _texts | st.sampled_from(["QA", "signature", "2026-01-01", "certain"])
)


@given(st.binary(max_size=300) | st.lists(_cells, max_size=4).map(lambda one: write_canonical({"rows": one})))
def test_any_bytes_are_rows_or_an_error(data: bytes) -> None:
    for parse in (parse_csv, parse_json):
        with suppress(MusnadError):
            parse(data, "any", CATALOGUE)


@settings(max_examples=60)
@given(st.lists(_cells, min_size=1, max_size=4))
def test_any_cells_are_rows_or_an_error(cells: list[dict[str, str]]) -> None:
    lines = [",".join('"' + cell.get(name, "").replace('"', '""') + '"' for name in COLUMNS) for cell in cells]
    with suppress(MusnadError):
        parse_csv("\n".join([HEADER, *lines]).encode("utf-8", "surrogatepass"), "any", CATALOGUE)
