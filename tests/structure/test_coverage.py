"""What the coverage command counts, and that a half-filled language never says anything wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hatch_build import compile_catalogues
from musnad.adapters.register_files import load_register
from musnad.adapters.treaty_files import load_treaty
from musnad.exchange.reading.coverage import state_names, treaty_labels
from musnad.language import LANGUAGES, duration, rate, size, speak, write_date, write_time
from musnad.language.coverage import MUST_BE_WHOLE, Count, _entries, catalogue_file, counts, sentences
from musnad.language.tongues import OWN_NAMES
from tools.catalogue import FORMS, entries, is_whole, read_catalogue
from tools.catalogue import LANGUAGES as KEPT

OTHERS = [one for one in LANGUAGES if one not in MUST_BE_WHOLE]


def test_the_six_languages_of_the_united_nations_are_kept_named_and_spoken() -> None:
    assert set(LANGUAGES) == set(KEPT) == set(OWN_NAMES) == set(FORMS) == {"ar", "en", "es", "fr", "ru", "zh"}
    assert [one for one in LANGUAGES if speak(one).direction == "rtl"] == ["ar"]


@pytest.mark.parametrize("language", OTHERS)
def test_the_count_is_babels(language: str) -> None:
    known = list(entries(read_catalogue(language)))
    filled = sum(1 for entry in known if is_whole(entry, FORMS[language]))
    assert sentences(language) == Count(filled, len(known))
    assert 0 < filled < len(known)


def test_arabic_and_english_are_whole() -> None:
    for language in MUST_BE_WHOLE:
        assert sentences(language).whole, language
        assert all(count.whole for count in treaty_labels(load_treaty(), language).values()), language
        assert state_names(load_register(), language).whole


def test_labels_are_counted_by_section_and_once_each() -> None:
    counted = treaty_labels(load_treaty(), "fr")
    assert list(counted) == ["measures", "fields", "choices", "words", "offences", "grounds", "rules"]
    assert all(count.all > 0 for count in counted.values())
    treaty = load_treaty()
    assert counted["rules"].all <= len(treaty.rules)


def test_an_entry_is_filled_when_every_form_is_and_nobody_doubts_it() -> None:
    text = (
        'msgid ""\nmsgstr "header"\n\n'
        'msgid "a"\nmsgstr "b"\n\n'
        'msgid "c"\nmsgstr ""\n\n'
        '#, fuzzy\nmsgid "d"\nmsgstr "e"\n\n'
        'msgid "f"\nmsgid_plural "g"\nmsgstr[0] "h"\nmsgstr[1] ""\n\n'
        'msgctxt "month"\nmsgid ""\n"long "\n"one"\nmsgstr ""\n"lang "\n"eins"\n\n'
        '#~ msgid "old"\n#~ msgstr "alt"\n'
    )
    found = list(_entries(text))
    assert [(entry.message, entry.is_filled) for entry in found] == [
        ("a", True), ("c", False), ("d", False), ("f", False), ("long one", True),
    ]  # fmt: skip


def test_every_language_is_counted_against_the_same_sentences() -> None:
    """A file that lacks a sentence altogether is no fuller than one that has it and leaves it empty."""
    header = 'msgid ""\nmsgstr "header"\n\n'
    one, two = 'msgid "a"\nmsgstr "%s"\n\n', 'msgctxt "month"\nmsgid "a"\nmsgstr "%s"\n\n'
    found = counts(
        {
            "en": header + one % "",
            "ar": header + one % "ألف",
            "fr": header + one % "" + two % "",
            "es": header + one % "a" + two % "b",
        }
    )
    assert found == {"en": Count(2, 2), "ar": Count(1, 2), "fr": Count(0, 2), "es": Count(2, 2)}


def test_a_language_that_is_none_of_the_six_is_not_counted() -> None:
    with pytest.raises(LookupError):
        sentences("tlh")


@pytest.mark.parametrize("language", OTHERS)
def test_numbers_days_and_times_are_said_in_every_language(language: str) -> None:
    say = speak(language)
    day, moment = date(2026, 11, 23), datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert "2026" in write_date(day, say)
    assert "23" in write_date(day, say)
    assert "03:00:00 UTC" in write_time(moment, say)
    assert "\u2066" not in write_time(moment, say)
    for count in (0, 1, 2, 5, 11, 21, 100):
        assert str(count) in size(count, say)
    assert size(64 * 2**20, say) != size(64 * 2**10, say)
    assert rate(3 * 2**20, 2, say)
    assert all(duration(n, say) for n in (0.25, 1, 61, 7200, 86400 * 21))


def test_dates_stand_in_each_languages_own_order() -> None:
    day = date(2026, 5, 1)
    assert [write_date(day, speak(one)) for one in ("es", "fr", "ru", "zh")] == [
        "1 de mayo de 2026", "1 mai 2026", "1 мая 2026 г.", "2026年5月1日",
    ]  # fmt: skip


def test_russian_counts_in_three_forms_and_chinese_in_one() -> None:
    russian, chinese = speak("ru"), speak("zh")
    assert [duration(86400 * n, russian) for n in (21, 22, 25, 111)] == ["21 день", "22 дня", "25 дней", "111 дней"]
    assert [duration(86400 * n, chinese) for n in (2, 5)] == ["2天", "5天"]


def test_a_sentence_filled_in_part_is_said_in_english_with_its_own_plural(tmp_path: Path) -> None:
    folder = tmp_path / "src" / "musnad" / "language" / "locale" / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    header = catalogue_file("zh").read_text(encoding="utf-8").partition("\n\n")[0]
    (folder / "django.po").write_text(
        header + '\n\nmsgid "%(count)s gap"\nmsgid_plural "%(count)s gaps"\nmsgstr[0] ""\n', encoding="utf-8"
    )
    (made,) = compile_catalogues(tmp_path)
    import gettext

    with made.open("rb") as stream:
        catalogue = gettext.GNUTranslations(stream)
    assert [catalogue.ngettext("%(count)s gap", "%(count)s gaps", count) for count in (1, 5)] == [
        "%(count)s gap", "%(count)s gaps",
    ]  # fmt: skip
