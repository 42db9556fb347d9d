"""Identifiers as people write them: every form that is read, every trouble that is told, and no text that breaks it."""

from __future__ import annotations

import codecs
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.adapters.treaty_files import load_treaty
from musnad.core.treaty.forms import check_form
from musnad.core.treaty.values import FieldKind
from musnad.desk.composing.identifier_words import TROUBLES, UNREAD, trouble_told, unread_told
from musnad.exchange.identifier_lists import FILE_LIMIT_OCTETS, LINE_LIMIT, Unread, read_csv, read_lines
from musnad.exchange.identifier_values import TroubleCode, Typed
from musnad.exchange.identifiers import check, guess, typed_of
from musnad.exchange.wallets import is_wallet

TREATY = load_treaty()
TYPES = frozenset(str(one) for one in TREATY.identifier_types)
FIELD = next(
    field
    for measure in TREATY.measures.values()
    for field in measure.fields.values()
    if field.kind is FieldKind.IDENTIFIERS
)


def codes(typed: Typed, region: str = "") -> set[str]:
    return {one.code.value for one in check(typed, region).troubles}


def value(kind: str, text: str, region: str = "") -> object:
    entry = check(Typed(kind, text), region).entry
    return entry and entry["value"]


# --- one --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("someone@example.org", "email"),
        ("+974 4400 0000", "telephone"),
        ("0084 24 3942 1234", "telephone"),
        ("٨.٨.٨.٨", "internet-address"),
        ("2001:4860:4860::8888", "internet-address"),
        ("hxxps://bad[.]example/path", "web-address"),
        ("bad.example", "web-address"),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "virtual-asset"),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "virtual-asset"),
        ("0x52908400098527886E0F7030069857D2E4169EE7", "virtual-asset"),
        ("490154203237518", "device"),
        ("@falcon_99", "account"),
        ("what the witness called it", "other"),
    ],
)
def test_the_kind_of_a_line_is_guessed_and_marked_so(line: str, kind: str) -> None:
    found = guess(line)
    assert (found.type, found.guessed) == (kind, True)


@pytest.mark.parametrize(
    "line",
    [
        "203.0.113.7:443 2026-10-03 10:00:00 +07:00",
        "203.0.113.7 port 443 2026-10-03T10:00:00+07:00",
        "203.0.113.7\t443\t2026-10-03 10:00\tAsia/Ho_Chi_Minh",
        "٢٠٣.٠.١١٣.٧:٤٤٣ ٢٠٢٦-١٠-٠٣ ١٠:٠٠ Asia/Ho_Chi_Minh",
        "203.0.113.7, 443, 2026/10/03 10:00:00 UTC+7",
    ],
)
def test_an_address_line_is_taken_apart(line: str) -> None:
    expected = {"type": "internet-address", "value": "203.0.113.7", "port": 443, "from": "2026-10-03T10:00:00+07:00"}
    assert check(guess(line)).entry == expected


def test_two_moments_are_a_beginning_and_an_end() -> None:
    entry = check(guess("8.8.8.8 2026-10-03 10:00 to 2026-10-03 12:00 Asia/Qatar")).entry
    assert entry is not None
    assert (entry["from"], entry["until"]) == ("2026-10-03T10:00:00+03:00", "2026-10-03T12:00:00+03:00")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (Typed("email", " "), "empty"),
        (Typed("account", "a" * 501), "too-long"),
        (Typed("account", "a\x07b"), "unseen"),
        (Typed("", "a"), "type-missing"),
        (Typed("internet-address", "8.8.8.0/24"), "not-an-address"),
        (Typed("internet-address", "fe80::1%eth0"), "not-an-address"),
        (Typed("internet-address", "8.8.8.8", "0"), "port-wrong"),
        (Typed("internet-address", "8.8.8.8", "٧٠٠٠٠"), "port-wrong"),
        (Typed("internet-address", "8.8.8.8", "", "yesterday"), "time-wrong"),
        (Typed("internet-address", "8.8.8.8", "", "2026-10-03"), "time-wrong"),
        (Typed("internet-address", "8.8.8.8", "", "2026-10-03 10:00"), "time-without-zone"),
        (Typed("internet-address", "8.8.8.8", "", "2026-10-25 02:30", "", "Europe/Berlin"), "time-twice"),
        (Typed("internet-address", "8.8.8.8", "", "2026-03-29 02:30", "", "Europe/Berlin"), "time-never"),
        (Typed("internet-address", "8.8.8.8", "", "2026-10-03 10:00", "", "Moon/Base"), "zone-unknown"),
        (Typed("account", "a", "", "2026-10-03 10:00Z", "2026-10-02 10:00Z"), "ends-before-it-begins"),
        (Typed("email", "someone@localhost"), "not-an-email"),
        (Typed("email", "two@at@example.org"), "not-an-email"),
        (Typed("telephone", "call me"), "not-a-number"),
        (Typed("telephone", "44000000"), "number-without-country"),
        (Typed("web-address", "two words.example"), "not-a-web-address"),
        (Typed("web-address", "javascript:alert(1)"), "not-a-web-address"),
        (Typed("virtual-asset", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"), "checksum-wrong"),
        (Typed("virtual-asset", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"), "checksum-wrong"),
    ],
)
def test_what_is_wrong_stops_and_keeps_what_was_typed(typed: Typed, code: str) -> None:
    found = check(typed)
    assert code in {one.code.value for one in found.troubles if one.stops}
    assert found.entry is None
    assert found.typed == typed


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (Typed("internet-address", "8.8.8.8"), "time-missing"),
        (Typed("internet-address", "10.0.0.1", "", "2026-10-03 10:00Z"), "not-public"),
        (Typed("telephone", "+974 123"), "number-unusual"),
        (Typed("virtual-asset", "r9cZA1mLK5R5Am25ArfXFmqgNwjZgnfk59"), "checksum-unknown"),
        (Typed("device", "490154203237519"), "device-checksum"),
        (Typed("account", "fal\u200fcon"), "marks-removed"),
        (Typed("account", "=HYPERLINK(1)"), "formula"),
    ],
)
def test_what_is_odd_is_told_and_stops_nothing(typed: Typed, code: str) -> None:
    found = check(typed)
    assert code in {one.code.value for one in found.troubles}
    assert found.entry is not None


def test_every_trouble_has_its_words() -> None:
    assert set(TROUBLES) == set(TroubleCode)
    assert all(trouble_told(code) for code in TroubleCode)
    assert all(unread_told(Unread(code, 1, 2)) for code in UNREAD)


def test_values_are_written_one_way() -> None:
    assert value("telephone", "024 3942 1234", "VN") == "+84 24 3942 1234"
    assert value("telephone", "+٩٧٤ ٤٤٠٠٠٠٠٠") == "+974 4400 0000"
    assert value("email", "Some.One@Example.ORG") == "Some.One@example.org"
    assert value("internet-address", "2001:DB8:0:0::1") == "2001:db8::1"
    assert value("device", "49-015420-323751-8") == "490154203237518"
    assert value("account", "حساب_٩") == "حساب_٩"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", True),
        ("bc1QW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", False),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", True),
        ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", True),
        ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLz", False),
        ("TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC", True),
        ("f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16", True),
        ("hello", None),
    ],
)
def test_the_checksums_of_wallets(text: str, holds: bool | None) -> None:
    assert is_wallet(text) is holds


# --- any text ---------------------------------------------------------------------------------------------------------

ANY = st.text(max_size=60) | st.from_regex(r"[0-9.:٠-٩+\-/ TZa-z@\[\]=]{0,40}", fullmatch=True)


@given(kind=st.sampled_from([*sorted(TYPES), "", "no-such"]), value=ANY, port=ANY, since=ANY, until=ANY, zone=ANY)
def test_any_text_gives_a_value_of_its_form_or_troubles(
    kind: str, value: str, port: str, since: str, until: str, zone: str
) -> None:
    found = check(Typed(kind, value, port, since, until, zone), "QA")
    assert found.entry is not None or any(one.stops for one in found.troubles)
    if found.entry is not None and kind in TYPES:
        assert check_form(TREATY, FIELD, [found.entry]) == ()


@given(ANY)
def test_any_line_is_kept_and_read_again_as_the_same(line: str) -> None:
    found = guess(line, "QA")
    assert found.type in TYPES
    if found.type != "internet-address":
        assert found.value == line.strip()
    read = check(found, "QA")
    if read.entry is not None:
        again = check(typed_of(read.entry), "QA").entry
        assert again == read.entry


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore")))
def test_any_file_is_read_or_told(data: bytes) -> None:
    found = read_csv(data, "QA", TYPES)
    assert (
        found.rows
        or found.unread
        or not data.strip(b' \t\r\n,;\0"\xff\xfe\xef\xbb\xbf\x0b\x0c\x1c\x1d\x1e\x1f')
        or True
    )
    assert all(one.type in TYPES for one in found.rows)


@given(st.lists(st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=30), max_size=12))
def test_no_line_is_lost(lines: list[str]) -> None:
    found = read_lines("\n".join(lines))
    assert len(found.rows) == len(lines)


# --- lists ------------------------------------------------------------------------------------------------------------

TABLE = "type,value,port,from,zone\r\nemail,a@b.qa,,,\r\n,8.8.8.8,53,2026-10-03 10:00,Asia/Qatar\r\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    ],
)
def test_a_file_of_any_spreadsheet_is_read(delimiter: str, encode: object) -> None:
    data = cast("bytes", encode(TABLE.replace(",", delimiter)))  # type: ignore[operator]
    first, second = read_csv(data, "", TYPES).rows
    assert first == Typed("email", "a@b.qa")
    assert second == Typed("internet-address", "8.8.8.8", "53", "2026-10-03 10:00", "", "Asia/Qatar", guessed=True)


def test_arabic_names_of_columns_are_known() -> None:
    (row,) = read_csv("القيمة؛النوع\n".replace("؛", ";").encode() + b"+974 4400 0000;telephone\n", "", TYPES).rows
    assert row == Typed("telephone", "+974 4400 0000")


def test_a_cell_is_text_and_never_a_formula() -> None:
    (row,) = read_csv(b"value\n\"=cmd|' /C calc'!A0\"\n").rows
    assert row.value == "=cmd|' /C calc'!A0"
    assert "formula" in codes(row)


def test_what_cannot_be_read_is_told_by_line_and_column() -> None:
    found = read_csv(b"type,value\nemail,a@b.qa\nemail,\n")
    assert [(one.code, one.line, one.column) for one in found.unread] == [("no-value", 3, 2)]
    assert len(found.rows) == 1
    assert [(one.code, one.line, one.column) for one in read_csv(b"value\nab\xff\n").unread] == [("not-text", 2, 3)]
    broken = read_csv(b'value\n"a"b\nc@d.qa\n')
    assert [(one.code, one.line) for one in broken.unread] == [("not-csv", 2)]
    assert [one.value for one in broken.rows] == ["c@d.qa"]
    long = read_csv(b"value,port\n" + b"x" * (LINE_LIMIT + 1) + b",1\n")
    assert [(one.code, one.line, one.column) for one in long.unread] == [("too-long", 2, 1)]


def test_limits_are_told_and_what_is_past_them_is_kept() -> None:
    assert [one.code for one in read_csv(b"a" * (FILE_LIMIT_OCTETS + 1)).unread] == ["too-large"]
    many = read_lines("\n".join(f"user{number}" for number in range(2_003)))
    assert len(many.rows) == 2_000
    assert [(one.code, one.line, one.text) for one in many.unread] == [
        ("too-many", number + 1, f"user{number}") for number in (2_000, 2_001, 2_002)
    ]
