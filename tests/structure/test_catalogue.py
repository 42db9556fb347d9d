"""The catalogue is whole, its checker finds what it should, and wording is right in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from babel.messages.catalog import Catalog

from musnad.core.kernel.errors import BadForm, TooLarge
from musnad.language import (
    LANGUAGES,
    choose_language,
    current,
    duration,
    isolate,
    ngettext,
    rate,
    size,
    speak,
    use,
    write_date,
    write_time,
)
from musnad.language.sentences import sentence
from musnad.language.speech import LOCALE_DIR
from tools.catalogue import findings, is_whole, placeholders, untranslated


def test_nothing_is_untranslated_or_stale() -> None:
    assert list(findings()) == []


def test_compiled_catalogues_are_there() -> None:
    assert sorted(path.parts[-3] for path in LOCALE_DIR.rglob("django.mo")) == sorted(LANGUAGES)


def test_finds_a_missing_a_fuzzy_and_a_short_plural() -> None:
    catalogue = Catalog(locale="ar")
    catalogue.add("Missing.")
    catalogue.add("Fuzzy.", "غامض", flags=["fuzzy"])
    catalogue.add(("one", "many"), ("a", "b", "c", "d", "e"))
    catalogue.add("Whole.", "تام")
    assert [is_whole(entry, 6) for entry in catalogue if entry.id] == [False, False, False, True]


def test_finds_placeholders() -> None:
    assert placeholders("100%% of %(count)s at {place}") == {"%(count)s", "{place}"}


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Open the case</p>", ["Open the case"]),
        ("<p>{% translate 'Open the case' %}</p>", []),
        ("<p>{% blocktranslate %}Open the case{% endblocktranslate %}</p>", []),
        ('<a title="Back">{{ name }}</a>', ["Back"]),
        ('<code translate="no">SHA-256</code>', []),
        ("<script>let word = 1</script><!-- a remark -->{# another #}", []),
    ],
)
def test_finds_a_sentence_outside_the_catalogue(template: str, found: list[str]) -> None:
    assert untranslated(template) == found


@pytest.mark.parametrize(
    ("asked", "environment", "expected"),
    [
        ("ar", {"LANG": "en_GB.UTF-8"}, "ar"),
        (None, {"LANG": "ar_QA.UTF-8"}, "ar"),
        (None, {"LC_ALL": "C", "LANG": "ar_QA.UTF-8"}, "en"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "ar", "LANG": "en"}, "ar"),
        ("vi", {"LANG": "ar"}, "ar"),
        (None, {}, "en"),
    ],
)
def test_chooses_the_language(asked: str | None, environment: dict[str, str], expected: str) -> None:
    assert choose_language(asked, environment) == expected


def test_an_unknown_language_is_not_spoken() -> None:
    with pytest.raises(LookupError):
        speak("tlh")


def test_the_language_lasts_for_its_block() -> None:
    with use("ar") as speech:
        assert speech.direction == "rtl"
        assert current().language == "ar"
    assert current().language == "en"


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "أقل من يوم"), (1, "يوم واحد"), (2, "يومان"), (3, "3 أيام"), (10, "10 أيام"), (11, "11 يومًا"),
        (99, "99 يومًا"), (100, "100 يوم"), (102, "102 يوم"), (103, "103 أيام"), (111, "111 يومًا"),
    ],
)  # fmt: skip
def test_arabic_counts_in_six_forms(count: int, expected: str) -> None:
    with use("ar"):
        assert ngettext("%(count)s day", "%(count)s days", count) % {"count": count} == expected


def test_sizes_rates_and_times_in_both_languages() -> None:
    english, arabic = speak("en"), speak("ar")
    assert [size(n, english) for n in (1, 1023, 1024, 64 * 2**20, 3 * 2**40)] == [
        "1 octet", "1023 octets", "1.0 KiB", "64.0 MiB", "3.0 TiB",
    ]  # fmt: skip
    assert rate(3 * 2**20, 2, english) == "1.5 MiB a second"
    assert rate(1, 0, english) == "0 octets a second"
    assert [duration(n, english) for n in (0.25, 5, 61, 7200, 3 * 86400)] == [
        "0.2 s", "5 seconds", "1 minute", "2 hours", "3 days",
    ]  # fmt: skip
    assert size(64 * 2**20, arabic) == "64.0 ميبيبايت"
    assert write_date(date(2026, 11, 23), arabic) == "23 نوفمبر 2026"
    moment = datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert write_time(moment, english) == "23 November 2026, 03:00:00 UTC"
    assert write_time(moment, arabic) == "23 نوفمبر 2026، \u206603:00:00 UTC\u2069"


def test_a_name_with_direction_marks_cannot_read_as_another() -> None:
    assert isolate("evil\u202egnp.exe", speak("en")) == "evilgnp.exe"
    assert isolate("a\u2069b", speak("ar")) == "\u2066ab\u2069"


def test_facts_stand_isolated_in_an_arabic_sentence() -> None:
    with use("ar"):
        assert "\u2066form\u2069" in sentence(BadForm("form", "why"))
        assert "1\u202f048\u202f576" in sentence(TooLarge("message", 2_000_000, 1_048_576))
