"""Words and what they find: forms, stems, letters, digits, identifiers; and the pages of the inbox."""

from __future__ import annotations

import pytest

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import AuthorityId, CaseRef, PartyCode, Slug
from musnad.exchange.ports import Ports
from musnad.exchange.reading.inbox import Only, all_rows, rows_of, show_inbox
from musnad.exchange.search import MOST_WORDS, search
from musnad.exchange.words import asked, forms
from tests.doors.desk.story import Story, tell_story


@pytest.fixture(scope="module")
def story() -> Story:
    return tell_story()


@pytest.fixture
def vn(story: Story) -> Ports:
    return story.world["VN"].ports


def met(text: str, question: str, language: str = "") -> bool:
    held = set(forms(text, language))
    return all(group & held for group in asked(question))


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("المدرسة", "مدرسه"),
        ("المصرفَ", "مصرف"),
        ("إرهابٌ", "ارهاب"),
        ("مستشفى", "مستشفي"),
        ("مســـند", "مسند"),
        ("the investigations", "Investigation"),
        ("٢٠٢٦/١١٨٧", "2026/1187"),
        ("۲۰۲۶", "2026"),
        ("Write to falcon.transfer@mail.example.qa.", "FALCON.transfer@mail.example.qa"),
        ("Write to falcon.transfer@mail.example.qa.", "mail.example.qa"),
        ("from 203.0.113.7, port 443", "203.0.113.7"),
        ("https://mail.example.qa/login?x=1", "https://mail.example.qa/login?x=1"),
        ("call +974 5555 0147 now", "+974 5555-0147"),
        ("wallet bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh", "BC1QXY2KGDYGJRSQTZQ2N0YRF2493P83KKFJHX0WLH"),
        ("صورة القرص 01.img", "01.img"),
        ("préservation", "preservation"),
    ],
)
def test_a_word_is_met_in_any_of_its_forms(text: str, question: str) -> None:
    assert met(text, question)


@pytest.mark.parametrize(
    ("text", "question"), [("مصرف", "مدرسة"), ("mail.example.qa", "mail.example.com"), ("investigation", "investor")]
)
def test_other_words_are_not_met(text: str, question: str) -> None:
    assert not met(text, question)


def test_a_text_is_stemmed_in_the_language_that_it_says_it_is_in() -> None:
    assert met("сохранения данных", "сохранение", "ru")
    assert met("les comptes bancaires", "bancaire", "fr")


def cases(ports: Ports, question: str, **more: object) -> list[CaseRef]:
    return [one.case for one in search(ports, question, **more).found]  # type: ignore[arg-type]


def test_every_word_must_stand_in_the_case(story: Story, vn: Ports) -> None:
    found = cases(vn, "mailbox volume blocker")
    assert found == [story.whole]
    assert cases(vn, "mailbox volume blocker nowhere") == []
    assert set(cases(vn, "الحساب")) <= {one.case for one in all_rows(vn).rows}


def test_it_says_what_matched_and_not_the_text(story: Story, vn: Ports) -> None:
    (found,) = search(vn, "القرص").found
    assert found.case == story.whole
    assert [one.kind for one in found.why] == ["exhibit"]
    found = next(one for one in search(vn, "falcon.transfer@mail.example.qa").found if one.case == story.whole)
    (why,) = [one for one in found.why if one.kind == "field"]
    assert why.name == "identifiers"
    assert why.label is not None


def test_a_case_is_found_by_the_beginning_of_its_number(story: Story, vn: Ports) -> None:
    assert cases(vn, story.whole[:8])[0] == story.whole
    assert cases(vn, story.whole.upper()[:12])[0] == story.whole


def test_a_hidden_case_is_neither_found_nor_counted(story: Story, vn: Ports) -> None:
    hidden = frozenset({story.whole})
    assert cases(vn, "القرص", hidden=hidden) == []
    assert cases(vn, story.whole[:12], hidden=hidden) == []
    shown = show_inbox(vn, hidden=hidden)
    assert story.whole not in {one.case for one in shown.rows}
    assert shown.tally["closed"] == show_inbox(vn).tally["closed"] - 1


def test_what_is_found_comes_in_pages(vn: Ports) -> None:
    whole = cases(vn, "VN/central-authority")
    assert len(whole) > 1
    first = search(vn, "VN/central-authority", limit=1)
    second = search(vn, "VN/central-authority", limit=1, before=first.before)
    assert [first.found[0].case, second.found[0].case] == whole[:2]


def test_a_question_has_an_end(vn: Ports) -> None:
    with pytest.raises(BadForm):
        search(vn, "x" * 201)
    with pytest.raises(BadForm):
        search(vn, " ".join(f"w{number}" for number in range(MOST_WORDS + 1)))
    assert search(vn, " , ؟ ").found == ()


def test_the_pages_of_the_inbox_follow_each_other_without_a_gap(vn: Ports) -> None:
    whole = show_inbox(vn)
    read, after = [], None
    for _ in range(len(whole.rows)):
        part = show_inbox(vn, 1, after)
        read += [one.case for one in part.rows]
        after = part.after
    assert after is None
    assert read == [one.case for one in whole.rows]
    assert sum(whole.tally.values()) == len(whole.rows)


def test_a_section_has_its_cases_alone(vn: Ports) -> None:
    whole = show_inbox(vn).rows
    for section in ("now", "waiting", "open", "closed"):
        shown = show_inbox(vn, section=section).rows
        assert [one.case for one in shown] == [one.case for one in whole if one.section == section]


def test_a_filter_leaves_out_what_it_does_not_take(vn: Ports) -> None:
    rows = show_inbox(vn, only=Only(measure=Slug("access-to-stored-data"))).rows
    measures = {one.measure.texts["en"] for one in rows if one.measure is not None}
    assert len(measures) == 1
    assert show_inbox(vn, only=Only(party=PartyCode("SG"))).rows == ()
    mine = show_inbox(vn, only=Only(owners=frozenset({AuthorityId("VN/central-authority")}))).rows
    assert mine
    assert all(any(duty.owner.id == "VN/central-authority" for duty in one.duties) for one in mine)


def test_rows_come_in_the_order_that_is_asked_for(story: Story, vn: Ports) -> None:
    asked_for = [story.whole, story.asked]
    assert [one.case for one in rows_of(vn, asked_for)] == asked_for


@pytest.mark.parametrize("after", ["", "x", "9.2026-11-23.1." + "0" * 64, "1.2026-13-01.1." + "0" * 64])
def test_refuses_a_place_that_was_never_told(vn: Ports, after: str) -> None:
    with pytest.raises(BadForm):
        show_inbox(vn, after=after)
