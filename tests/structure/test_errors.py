"""Every error: one code, one home, one sentence in both languages, one status; and docs/errors.md says the same."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields

import pytest

from musnad.core.kernel.errors import BRANCHES, Malformed, MusnadError
from musnad.language import outcome, speak
from musnad.language.sentences import SENTENCES, remedy, sentence
from tools.errors_doc import TARGET, branch_of, defines_error, document, load_errors, meaning

LEAVES = load_errors()
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*")
PLACE = re.compile(r"%\((\w+)\)s")


def example(leaf: type[MusnadError]) -> MusnadError:
    """An error of the class with some value for each fact."""
    facts = {field.name: 7 if field.type in (int, "int") else "x" for field in fields(leaf) if field.default is MISSING}
    return leaf(**facts)


def test_codes_are_dotted_and_unique() -> None:
    codes = [leaf.code for leaf in LEAVES]
    assert len(codes) == len(set(codes))
    assert [code for code in codes if not CODE.fullmatch(code)] == []


def test_a_code_cannot_be_taken_twice() -> None:
    with pytest.raises(TypeError):
        type("Second", (Malformed,), {"code": "form.invalid", "__qualname__": "Second"})


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.code)
def test_every_error_says_what_it_means_and_what_to_do(leaf: type[MusnadError]) -> None:
    assert branch_of(leaf) in BRANCHES
    assert meaning(leaf).endswith(".")
    assert leaf.remedy.endswith(".")
    assert str(example(leaf)).startswith(leaf.code)


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.code)
def test_every_error_has_its_sentence_in_both_languages(leaf: type[MusnadError]) -> None:
    template = SENTENCES[leaf.code]
    assert set(PLACE.findall(template)) <= {field.name for field in fields(leaf)}
    arabic = speak("ar")
    assert arabic.gettext(template) != template, "no Arabic sentence"
    assert arabic.gettext(leaf.remedy) != leaf.remedy, "no Arabic remedy"
    for language in ("en", "ar"):
        assert "%(" not in sentence(example(leaf), speak(language))
        assert remedy(example(leaf), speak(language))


def test_no_sentence_is_left_over() -> None:
    assert set(SENTENCES) - {leaf.code for leaf in LEAVES} == set()


def test_statuses_name_codes_that_exist() -> None:
    assert set(outcome.HTTP_BY_CODE) - {leaf.code for leaf in LEAVES} == set()
    assert set(outcome.HTTP_BY_BRANCH) == set(BRANCHES)
    assert all(400 <= outcome.http_status_of(leaf) <= 599 for leaf in LEAVES)


def test_no_error_is_forgotten_wherever_it_lives() -> None:
    assert defines_error('class Planted(Malformed):\n    code = "a.b"\n    remedy = "Do."\n')
    assert not defines_error("class Other:\n    code = 1\n")


def test_the_page_of_errors_is_up_to_date() -> None:
    assert TARGET.read_text(encoding="utf-8") == document()
