"""What a page takes up while it is open is what a reload shows: every fragment, part for part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import musnad.desk
from tests.doors.desk.every_answer import EVIDENCE
from tests.doors.desk.every_page import Stage, a_stage
from tests.doors.desk.every_scene import APPROVING, Scene
from tests.doors.desk.story import PRESERVATION
from tests.doors.desk.test_composing import filled

TEMPLATES = Path(musnad.desk.__file__).parent / "templates" / "desk"
TAKEN_UP = {
    "approving/passkeys.html": "ways",
    "cases/_export_progress.html": "progress",
    "composing/form.html": "findings",
    "evidence/_progress.html": "progress",
}
"""Every template from which a part is asked for again, and the part."""
PROGRESS = [one for one in EVIDENCE if one.covers in {"evidence:sealing", "evidence:fetching", "export-preparing"}]
PROGRESS += [one for one in EVIDENCE if one.covers == "export-making"]
WAYS = [one for one in APPROVING if one.covers == "approving:passkeys"]
VOID = {"input", "br", "img", "meta", "link", "hr"}
Token = tuple[str, ...]


class Parts(HTMLParser):
    """Every element of a page that has an id, as what it consists of, whitespace between tags aside.

    The token that guards a form against others' is another in each answer, and is left out; so is a challenge.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, list[Token]] = {}
        self._open: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs if name != "data-challenge"}
        if told.get("name") in {"csrfmiddlewaretoken", "challenge"}:
            told.pop("value", None)
        if tag not in VOID:
            self._open.append((tag, told.get("id", "")))
            if "id" in told:
                self.found[told["id"]] = []
        self._say((tag, *sorted(f"{name}={value}" for name, value in told.items())))

    def handle_endtag(self, tag: str) -> None:
        self._say(("/" + tag,))
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if text := " ".join(data.split()):
            self._say(("", text))

    def _say(self, token: Token) -> None:
        for _, name in self._open:
            if name:
                self.found[name].append(token)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with a_stage(tmp_path_factory.mktemp("node")) as made:
        yield made


def client(language: str) -> Client:
    return Client(SERVER_NAME="localhost", headers={"accept-language": language})


def parts(answer: Any) -> Mapping[str, list[Token]]:
    assert answer.status_code == 200
    return Parts(answer.content.decode()).found


def test_no_fragment_is_forgotten() -> None:
    asking = {
        str(one.relative_to(TEMPLATES)) for one in TEMPLATES.rglob("*.html") if re.search(r"\shx-\w", one.read_text())
    }
    assert asking == set(TAKEN_UP)


def test_a_part_that_differs_would_be_seen() -> None:
    one, other = (Parts(f'<div id="a"><p>{text}</p><input name="x" value="{text}"></div>').found for text in "ab")
    assert one.keys() == other.keys() == {"a"}
    assert one != other
    assert [token[0] for token in one["a"]] == ["div", "p", "", "/p", "input", "/div"]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("scene", [*PROGRESS, *WAYS], ids=lambda one: one.name)
def test_what_is_polled_is_the_same_part_of_the_page(stage: Stage, scene: Scene, language: str) -> None:
    name = "ways" if scene in WAYS else "progress"
    with scene.during(stage):
        path = scene.go(stage).removeprefix(stage.address)
        desk = client(language)
        whole = parts(desk.get(path))
        fragment = parts(desk.get(path, headers={"hx-request": "true"}))
    assert len(whole[name]) > 2
    assert without_rate(fragment[name]) == without_rate(whole[name])


def without_rate(told: list[Token]) -> list[Token]:
    """How long it will still take is another from second to second."""
    return [one if one[0] else ("", re.sub(r"\d+", "0", one[1].partition("·")[0])) for one in told]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("left_out", ["f.facts", "f.holder", "to"])
def test_a_form_that_saves_itself_shows_what_a_reload_shows(stage: Stage, left_out: str, language: str) -> None:
    stage.at("/")
    desk, given = client(language), filled(PRESERVATION)
    given.pop(left_out, None)
    live = parts(desk.post(f"/ask/{PRESERVATION}/", given, headers={"hx-request": "true"}))
    (draft,) = {two for one in live["standing"] if "name=draft" in one for two in one if two.startswith("value=")}
    reloaded = parts(desk.get(f"/ask/{PRESERVATION}/?draft={draft.removeprefix('value=')}"))
    notes = {name for name in live if name.startswith("note-")}
    assert len(notes) > 5
    for name in ("findings", "standing", *notes):
        assert live[name] == reloaded[name], name
