"""The report: both languages, self-contained, nobody's words become markup, equal facts give equal octets."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

import pytest

from musnad.core.dossier.archive import open_archive
from musnad.core.dossier.facts import Facts
from musnad.core.dossier.reading import read_dossier
from musnad.report import write_report
from musnad.report.markup import fill, text
from tests.dossier_fixture import SEAL, Octets, tell_case, zip_of
from tests.dossier_fixture import members_of as members_of_dossier

BOTH = pytest.mark.parametrize("language", ["ar", "en"])


@cache
def facts() -> Facts:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        members = members_of_dossier(tell_case().write(Path(folder) / "d.zip"))
    found = read_dossier(open_archive(Octets(zip_of(members)))).facts
    assert found is not None
    return found


class Reader(HTMLParser):
    """Notes every element, and that each is closed."""

    VOID = frozenset({"meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@BOTH
def test_is_one_whole_page_that_fetches_nothing(language: str) -> None:
    page = write_report(facts(), language).decode()
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    [html] = [attributes for tag, attributes in reader.seen if tag == "html"]
    assert html == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in reader.seen}
    assert "url(" not in page
    assert all(href.startswith("#") for href in re.findall(r'href="([^"]*)"', page))


@BOTH
def test_equal_facts_give_equal_octets(language: str) -> None:
    assert write_report(facts(), language) == write_report(facts(), language)


@BOTH
def test_words_of_a_party_never_become_markup(language: str) -> None:
    page = write_report(facts(), language).decode()
    assert "<suspect>" not in page
    assert "&lt;suspect&gt;" in page


@BOTH
def test_tells_case_steps_custody_and_exercise(language: str) -> None:
    page = write_report(facts(), language).decode()
    assert 'class="exercise"' in page
    assert facts().state.case in page
    assert SEAL in page
    assert page.count('<li class="step">') == len(facts().state.messages)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(LookupError):
        write_report(facts(), "tlh")


def test_text_that_would_turn_the_reading_direction_loses_its_marks() -> None:
    assert text("a\u202eb\u2066c") == "abc"
    assert fill("100% of %(it)s <b>".replace("100%", "100%%"), it=text("<i>")) == "100% of &lt;i&gt; &lt;b&gt;"
