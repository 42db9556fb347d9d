"""Every command explains itself, with an example, in both languages; what it does not understand ends with 2."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

import pytest

from musnad.cli.main import parser
from musnad.language import use
from tests.doors.cli.house import musnad

_ARABIC = re.compile(r"[\u0600-\u06ff]")
_ENGLISH = re.compile(r"(?<![-/<{'`\w.])[a-z]{2,}(?: +[a-z']{2,}){2,}")
"""Three small-lettered words in a row: no option, name or path of ours reads so."""


def commands(made: argparse.ArgumentParser, *before: str) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Every command that can be run, with its parser."""
    groups = [action for action in made._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield before, made
    for group in groups:
        for name, inner in group.choices.items():
            yield from commands(inner, *before, name)


ALL = [names for names, _ in commands(parser()) if names != ("verify",)]


def ids(names: tuple[str, ...]) -> str:
    return " ".join(names)


def test_the_commands_are_the_ones_that_the_documents_name() -> None:
    wanted = "demo ask answer approve inbox show print enter hand-over check can seal offer fetch open custody export"
    assert {names[0] for names in ALL} >= {*wanted.split(), "directory", "node", "register", "language", "law", "token"}
    assert {names[1] for names in ALL if names[0] == "token"} == {"create", "list", "revoke"}
    assert {names[1] for names in ALL if names[0] == "node"} >= {"create", "run", "doctor"}
    told = {names[1] for names in ALL if names[0] == "register"}
    assert told == {"show", "force", "checklist", "load", "correct", "accept", "export"}
    assert {names[1] for names in ALL if names[0] == "directory"} == {"create", "add-party", "publish", "show", "serve"}


@pytest.mark.parametrize("names", ALL, ids=ids)
def test_help_has_an_example_that_can_be_parsed(names: tuple[str, ...]) -> None:
    import shlex

    ran = musnad(*names, "--help")
    assert (ran.code, ran.err) == (0, "")
    [example] = [line for line in ran.out.splitlines() if line.startswith("Example: ")]
    given = shlex.split(example.removeprefix("Example: "))
    assert given[:1] == ["musnad"]
    assert tuple(given[1 : 1 + len(names)]) == names
    parser().parse_args(given[1:])


@pytest.mark.parametrize("names", ALL, ids=ids)
def test_help_is_in_arabic_and_no_english_sentence_is_left(names: tuple[str, ...]) -> None:
    ran = musnad(*names, "--help", "--lang", "ar")
    assert (ran.code, ran.err) == (0, "")
    shown = ran.out.replace(f"musnad {' '.join(names)}", "")
    told = [line for line in shown.splitlines() if not line.startswith("مثال: ")]
    assert len(told) < len(ran.out.splitlines())
    assert not [line for line in told if _ENGLISH.search(line)]
    for word in ("usage", "options", "positional", "show this help", "default"):
        assert not [line for line in told if re.search(rf"\b{word}\b", line)]
    with use("ar"):
        made = dict(commands(parser()))[names]
        texts = [made.description or "", *(action.help or "" for action in made._actions)]
    assert all(_ARABIC.search(text) for text in texts), texts


@pytest.mark.parametrize("names", ALL, ids=ids)
def test_every_command_speaks_to_programs_and_in_both_languages(names: tuple[str, ...]) -> None:
    made = dict(commands(parser()))[names]
    options = {option for action in made._actions for option in action.option_strings}
    assert {"--json", "--lang", "--help"} <= options


def test_the_list_of_commands_is_in_arabic_too() -> None:
    for given in (["--help", "--lang", "ar"], ["--lang", "ar", "--help"], ["--lang=ar", "-h"]):
        ran = musnad(*given)
        assert ran.code == 0
        assert not [line for line in ran.out.splitlines() if _ENGLISH.search(line)]
        assert not re.search(r"\b(usage|options|show)\b", ran.out.replace("    show ", ""))


def test_the_locale_chooses_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "ar_QA.UTF-8")
    assert "الاستعمال" in musnad("ask", "--help").out
    assert "usage" in musnad("ask", "--help", "--lang", "en").out


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(
    "given",
    [
        ["no-such-command"],
        ["ask"],
        ["ask", "--to"],
        ["answer", "3f2a", "--kind", "anything"],
        ["node"],
        ["node", "destroy"],
        ["directory", "create", "x", "--holders", "many"],
        ["inbox", "--jsonn"],
        ["inbox", "extra"],
        ["inbox", "--lang", "vi"],
        ["--lang", "ar"],
    ],
    ids=" ".join,
)
def test_what_is_not_understood_ends_with_2_in_the_readers_language(given: list[str], language: str) -> None:
    spoken = [] if "--lang" in given else ["--lang", language]
    ran = musnad(*given, *spoken)
    assert ran.code == 2
    assert ran.out == ""
    if language == "ar" and spoken:
        assert "الاستعمال" in ran.err
        assert not re.search(r"\b(usage|error|argument|required|choice)\b", ran.err)


def test_no_command_at_all_ends_with_2() -> None:
    assert musnad().code == 2


def test_version_is_told() -> None:
    from musnad import __version__

    assert musnad("--version").out == f"musnad {__version__}\n"
