"""``musnad language coverage``, and a command spoken in a language that is filled in part."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from musnad.language import LANGUAGES
from musnad.language.coverage import sentences
from musnad.language.speech import LOCALE_DIR
from tests.doors.cli.house import House, musnad


def test_coverage_tells_every_language_and_every_treaty() -> None:
    told = musnad("language", "coverage", "--json").json["languages"]
    assert sorted(told) == sorted(LANGUAGES)
    for language, counted in told.items():
        assert counted["sentences"]["all"] > 500
        assert Path(counted["file"]).name == "django.po"
        assert Path(counted["file"]).is_file()
        assert "un-convention-against-cybercrime" in counted["treaties"]
        whole = all(count["filled"] == count["all"] for one in counted["treaties"].values() for count in one.values())
        assert whole == (language in {"ar", "en"})


def test_coverage_in_words_names_the_file_for_a_translator() -> None:
    ran = musnad("language", "coverage")
    assert ran.code == 0
    for name in ("العربية", "Français", "中文", "labels of un-convention-against-cybercrime", "names of States"):
        assert name in ran.out
    lacking = [one for one in LANGUAGES if not sentences(one).whole]
    assert {"es", "fr", "ru", "zh"} <= set(lacking)
    assert ran.out.count("for a translator: ") == len(lacking)


def test_coverage_and_doctor_tell_of_a_catalogue_that_is_not_compiled(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clean clone has the files that a translator fills and none that the house speaks from."""
    shutil.copytree(LOCALE_DIR, tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    note = "not compiled here"
    told = musnad("language", "coverage", "--json").json["languages"]
    assert all(one["spoken"] for one in told.values())
    assert note not in musnad("language", "coverage").out
    monkeypatch.setattr("musnad.language.coverage.LOCALE_DIR", tmp_path / "locale")
    told = musnad("language", "coverage", "--json").json["languages"]
    assert [language for language, one in told.items() if one["spoken"]] == ["en"]
    assert musnad("language", "coverage").out.count(note) == 5
    checks = {one["check"]: one["ok"] for one in house.doctor("QA", "--json").json["checks"]}
    assert checks["languages"] is False


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one not in {"ar", "en"}])
def test_a_language_filled_in_part_is_spoken_as_far_as_it_goes(house: House, language: str) -> None:
    case = house.ask("--officer", house.officer("VN/contact-24-7")).json["case"]
    ran = house.run("VN", "show", case, "--lang", language)
    assert (ran.code, ran.err) == (0, "")
    assert "Case " in ran.out, "what the language lacks is said in English"
    assert {"es": "solo en inglés", "fr": "uniquement en anglais", "ru": "только на английском", "zh": "仅有英文"}[
        language
    ] in ran.out


def test_a_seventh_language_is_not_spoken() -> None:
    assert musnad("language", "coverage", "--lang", "tlh").code == 2
