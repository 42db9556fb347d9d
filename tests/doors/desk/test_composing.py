"""Composing a request at the desk: from a need to a draft that its officers approve."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from musnad.adapters.treaty_files import load_treaties, load_treaty
from musnad.core.messages import bodies
from musnad.core.treaty.values import Measure, Treaty
from musnad.desk.composing.needs import words
from musnad.desk.composing.sheet import Sheet, sheet_of
from musnad.desk.composing.values import read_sheet
from musnad.exchange.audit import read_notes
from musnad.exchange.composing import drafts
from musnad.exchange.ports import Ports
from musnad.people.drafting import WorkingDraft
from musnad.people.powers import Role
from tests.core.treaty.answers import full
from tests.core.treaty.data import ACCESS, FULL, PRESERVE
from tests.doors.desk.seats import EXAMINER, OFFICER, seat
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import published
from tests.world import World

TREATY = load_treaty()
CONVENTION = str(TREATY.name)
QATAR = {PRESERVE: "QA/contact-24-7", ACCESS: "QA/central-authority"}
EVERY = [(str(treaty.name), str(one)) for treaty in load_treaties().values() for one in treaty.measures]


@pytest.fixture(scope="module", autouse=True)
def _tables() -> None:
    call_command("migrate", verbosity=0)


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    yield
    WorkingDraft.objects.all().delete()


@pytest.fixture
def world() -> World:
    return World(published=published())


@pytest.fixture
def vn(world: World) -> Ports:
    return world["VN"].ports


@pytest.fixture
def desk(vn: Ports, tmp_path: Path) -> Iterator[Client]:
    with desk_of(vn, tmp_path), patch("musnad.desk.composing.working.is_exercise", lambda: True):
        yield Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})


def inputs_of(measure: Measure, fields: dict[str, Any], **heads: Any) -> dict[str, Any]:
    """What a browser would post of a form that is filled with these fields."""
    sheet = sheet_of(measure, fields)
    given: dict[str, Any] = {name: list(value) for name, value in sheet.inputs.items()}
    return {**given, "basis": CONVENTION, "language": "en", **heads}


def filled(measure: str, **more: Any) -> dict[str, Any]:
    author = "VN/contact-24-7" if measure == PRESERVE else "VN/central-authority"
    heads = {"author": author, "to": QATAR[measure], "approver": f"{author}/duty-1", "basis-note": "An exercise."}
    return inputs_of(TREATY.measure(measure), FULL[measure], **{**heads, **more})


def said(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def kept(client: Client, measure: str, given: dict[str, Any]) -> str:
    """The id of the draft that saving makes."""
    answer = client.post(f"/ask/{measure}/", given)
    assert answer.status_code == 302, said(answer)
    found = re.search(r"draft=([0-9a-f]{32})", answer["Location"])
    assert found is not None
    return found[1]


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


# --- needs ------------------------------------------------------------------------------------------------------------


def test_every_measure_is_reached_from_a_need_in_plain_words(desk: Client) -> None:
    reached = {str(need.measure) for section in words().sections for need in section.needs}
    assert reached == {name for _, name in EVERY}
    page = said(desk.get("/ask/"))
    for measure in TREATY.measures:
        assert f'href="/ask/{measure}/"' in page
    assert "Keep this account's data before it is deleted" in page
    assert "أبقوا بيانات هذا الحساب" in said(desk.get("/ask/", headers={"accept-language": "ar"}))


def test_every_field_stands_under_a_heading() -> None:
    named = [name for group in words().groups for name in group.fields]
    assert len(named) == len(set(named))
    used = {
        str(field) for treaty in load_treaties().values() for one in treaty.measures.values() for field in one.fields
    }
    assert used == set(named)


def test_only_who_composes_may_ask(vn: Ports, tmp_path: Path) -> None:
    for one, status in ((EXAMINER, 403), (seat(Role.OVERSEER), 403), (seat(Role.LAWYER), 200)):
        with desk_of(vn, tmp_path, one):
            assert Client(SERVER_NAME="127.0.0.1").get("/ask/").status_code == status


# --- the form ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(("treaty", "measure"), EVERY)
def test_every_form_renders_whole_in_both_languages(desk: Client, treaty: str, measure: str, language: str) -> None:
    held = load_treaties()[next(one for one in load_treaties() if one == treaty)]
    answer = desk.get(f"/ask/{measure}/?basis={treaty}&to=QA/central-authority", headers={"accept-language": language})
    page = said(answer)
    assert answer.status_code == 200
    for field in held.measure(measure).fields.values():
        assert field.label.for_language(language) in page
        assert field.help.for_language(language) in page
        assert f'id="f.{field.name}"' in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r'(?:for|href)="#?(f\.[^"]+)"', page))
    assert targets <= set(ids)


@pytest.mark.parametrize(("treaty", "measure"), EVERY)
def test_what_is_typed_is_read_back_as_the_request_has_it(treaty: str, measure: str) -> None:
    held: Treaty = load_treaties()[next(one for one in load_treaties() if one == treaty)]
    asked = held.measure(measure)
    fields = full(held, asked)
    fields = {name: value for name, value in fields.items() if name != "identifiers"}
    assert read_sheet(sheet_of(asked, fields), asked, "VN").fields == fields


@pytest.mark.parametrize("measure", [str(one) for one in TREATY.measures])
def test_a_filled_form_is_composed_and_waits_for_its_officers(desk: Client, vn: Ports, measure: str) -> None:
    asked = TREATY.measure(measure)
    fields = full(TREATY, asked) | {name: one for name, one in FULL[PRESERVE].items() if name == "identifiers"}
    fields = {name: one for name, one in fields.items() if name in asked.fields}
    author, to = "VN/central-authority", "QA/central-authority"
    heads = {"author": author, "to": to, "approver": [f"{author}/duty-1", f"{author}/duty-2"], "basis-note": "x"}
    answer = desk.post(f"/ask/{measure}/", inputs_of(asked, fields, **heads, act="send"))
    assert answer.status_code == 302, said(answer)
    (draft,) = drafts(vn)
    assert answer["Location"] == f"/drafts/{draft.id}/"
    assert isinstance(draft.message.body, bodies.Request)
    assert draft.message.measure == measure
    assert draft.message.body.fields == fields
    assert draft.message.to == (to,)
    assert draft.message.exercise
    assert WorkingDraft.objects.count() == 0


def test_what_stands_in_the_way_is_listed_and_nothing_is_lost(desk: Client, vn: Ports) -> None:
    given = filled(PRESERVE, act="send", to="")
    answer = desk.post(f"/ask/{PRESERVE}/", given)
    page = said(answer)
    assert answer.status_code == 422
    assert '<a href="#to">Who is asked</a>' in page
    assert "A ransom was asked.\nIt was paid." in page
    assert drafts(vn) == ()


def test_pre_flight_stands_beside_the_field_with_its_rule_and_certainty(desk: Client) -> None:
    given = filled(PRESERVE)
    del given["f.facts"]
    page = said(desk.get(f"/ask/{PRESERVE}/?draft={kept(desk, PRESERVE, given)}"))
    beside = page.partition('id="note-facts"')[2].partition("</div>")[0]
    assert "warns" in beside or "blocks" in beside
    assert '<a href="#f.facts">' in page.partition('id="findings"')[2]
    assert 'class="certainty"' in page.partition('id="findings"')[2]


def test_the_fragment_is_the_reloaded_page(desk: Client) -> None:
    given = filled(PRESERVE)
    del given["f.facts"]
    live = said(desk.post(f"/ask/{PRESERVE}/", given, headers={"hx-request": "true"}))
    reloaded = said(desk.get(f"/ask/{PRESERVE}/?draft={hidden(live, 'draft')}"))
    for block in re.findall(r'<section id="findings".*?</section>|<div id="standing".*?</div>', live, re.DOTALL):
        assert block in reloaded
    notes = re.findall(r'<div class="box-notes" id="note-.*?</div>', live, re.DOTALL)
    assert len(notes) == len(TREATY.measure(PRESERVE).fields)
    for note in notes:
        assert note in reloaded


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_closed_and_found_again(desk: Client) -> None:
    own_id = kept(desk, PRESERVE, filled(PRESERVE))
    assert own_id in said(desk.get("/ask/"))
    page = said(desk.get(f"/ask/{PRESERVE}/?draft={own_id}"))
    assert "A ransom was asked." in page
    assert "someone@example.org" in page
    with connection.cursor() as cursor:
        cursor.execute("select * from people_workingdraft")
        held = repr(cursor.fetchall())
    assert "ransom" not in held
    assert "someone" not in held
    assert PRESERVE not in held


def test_the_older_of_two_windows_overwrites_nothing(desk: Client) -> None:
    own_id = kept(desk, PRESERVE, filled(PRESERVE))
    both = {"draft": own_id, "revision": "1"}
    kept(desk, PRESERVE, filled(PRESERVE, **both, **{"f.holder": "The newer window"}))
    older = filled(PRESERVE, **both, **{"f.holder": "The older window"})
    answer = desk.post(f"/ask/{PRESERVE}/", older)
    assert answer.status_code == 409
    assert "nothing was overwritten" in said(answer)
    assert "The older window" in said(answer)
    assert "nothing was overwritten" in said(desk.post(f"/ask/{PRESERVE}/", older, headers={"hx-request": "true"}))
    assert "The newer window" in said(desk.get(f"/ask/{PRESERVE}/?draft={own_id}"))
    other = kept(desk, PRESERVE, {**older, "act": "copy"})
    assert other != own_id
    assert "The older window" in said(desk.get(f"/ask/{PRESERVE}/?draft={other}"))


def test_a_draft_is_its_writers_alone(desk: Client, vn: Ports, tmp_path: Path) -> None:
    own_id = kept(desk, PRESERVE, filled(PRESERVE))
    other = seat(Role.LAWYER, name="minh")
    other = type(other)(2, other.name, other.shown, other.roles, other.officers)
    with desk_of(vn, tmp_path, other), patch("musnad.desk.composing.working.is_exercise", lambda: True):
        client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
        assert client.get(f"/ask/{PRESERVE}/?draft={own_id}").status_code == 404
        assert client.post(f"/ask/{PRESERVE}/", filled(PRESERVE, draft=own_id, revision="1")).status_code == 404
        client.post(f"/ask/forget/{own_id}/")
    assert desk.get(f"/ask/{PRESERVE}/?draft={own_id}").status_code == 200
    desk.post(f"/ask/forget/{own_id}/")
    assert desk.get(f"/ask/{PRESERVE}/?draft={own_id}").status_code == 404


def test_a_template_starts_anew_without_identifiers(desk: Client) -> None:
    kept(desk, PRESERVE, filled(PRESERVE, act="template", title="Mailboxes"))
    page = said(desk.get("/ask/"))
    assert "Mailboxes" in page
    found = re.search(r"\?template=([0-9a-f]{32})", page)
    assert found is not None
    anew = said(desk.get(f"/ask/{PRESERVE}/?template={found[1]}"))
    assert "A ransom was asked." in anew
    assert "someone@example.org" not in anew
    assert hidden(anew, "revision") == "0"
    assert hidden(anew, "draft") != found[1]


def test_the_preview_is_in_the_recipients_language_with_texts_as_written(desk: Client) -> None:
    answer = desk.post(f"/ask/{PRESERVE}/", filled(PRESERVE, act="preview"))
    page = said(desk.get(answer["Location"]))
    label = TREATY.measure(PRESERVE).label
    assert label.for_language("en") in page
    assert "A ransom was asked." in page


def test_information_is_given_under_the_conditions_that_the_form_sets(desk: Client, vn: Ports) -> None:
    name = "spontaneous-information"
    measure = TREATY.measure(name)
    fields = {one: value for one, value in full(TREATY, measure).items() if one != "identifiers"}
    limits = {"limit-onward": "forbidden", "limit-purpose": "Investigation 17", "limit-confidential": "yes"}
    author = "VN/central-authority"
    heads = {"author": author, "to": "QA/central-authority", "approver": f"{author}/duty-1", **limits}
    answer = desk.post(f"/ask/{name}/", inputs_of(measure, fields, act="preview", **heads))
    assert "Investigation 17" in said(desk.get(answer["Location"]))
    for wrong in ({"limit-until": "soon"}, {"limit-until": "2027-01-01"}):  # no day; a day and nothing to do at it
        assert desk.post(f"/ask/{name}/", inputs_of(measure, fields, act="send", **heads, **wrong)).status_code == 422
    answer = desk.post(f"/ask/{name}/", inputs_of(measure, fields, act="send", **heads))
    assert answer.status_code == 302, said(answer)
    (draft,) = drafts(vn)
    assert isinstance(draft.message.body, bodies.Request)
    assert draft.message.body.limits == bodies.UseLimits(True, "forbidden", "Investigation 17")
    assert "limit-onward" not in said(desk.get(f"/ask/{PRESERVE}/"))


# --- identifiers ------------------------------------------------------------------------------------------------------


def test_pasted_lines_become_rows_whose_kind_is_to_be_confirmed(desk: Client, vn: Ports) -> None:
    lines = "8.8.8.8:443 2026-10-03 10:00:00 +03:00\n+974 4400 0000\n"
    given = filled(PRESERVE, lines=lines)
    own_id = kept(desk, PRESERVE, given)
    page = said(desk.get(f"/ask/{PRESERVE}/?draft={own_id}"))
    assert page.count("The kind was guessed") == 2
    assert "Confirm the kinds that were guessed." in page
    sheet = {name: re.findall(rf'name="{re.escape(name)}" value="([^"]*)"', page) for name in ("f.identifiers.value",)}
    assert sheet["f.identifiers.value"][:4] == ["someone@example.org", "192.0.2.7", "8.8.8.8", "+974 4400 0000"]


def test_a_file_is_taken_up_and_a_bad_line_stays_in_the_box(desk: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = "type;value\r\nemail;a@b.qa\r\nemail;\r\n;=1+1\r\n".encode("utf-16")
    given = filled(PRESERVE, file=SimpleUploadedFile("list.csv", data))
    own_id = kept(desk, PRESERVE, given)
    page = said(desk.get(f"/ask/{PRESERVE}/?draft={own_id}"))
    assert 'value="a@b.qa"' in page
    assert 'value="=1+1"' in page
    assert "kept as plain text" in page
    assert "Line \u20683\u2069, column \u20682\u2069" in page or "Line 3, column 2" in page


def test_hostile_text_is_shown_as_text(desk: Client) -> None:
    bad = "<img src=x onerror=alert(1)>\"'\u202e"
    given = filled(PRESERVE, title=bad, lines=bad, **{"f.facts": bad, "f.identifiers.value": [bad]})
    own_id = kept(desk, PRESERVE, given)
    raw = desk.get(f"/ask/{PRESERVE}/?draft={own_id}").content.decode()
    assert "<img src=x" not in raw
    assert "&lt;img src=x" in raw


# --- a further request in a case --------------------------------------------------------------------------------------


def test_a_further_request_begins_with_what_the_earlier_one_said(desk: Client, world: World) -> None:
    node = world["VN"]
    first = node.say(
        "contact-24-7", [world["QA"].authority("contact-24-7")], bodies.Request(FULL[PRESERVE]), measure=PRESERVE
    )
    answer = desk.get(f"/ask/{ACCESS}/?case={first}&follows={first}")
    page = said(answer)
    assert "A ransom was asked." in page
    assert "someone@example.org" in page
    assert hidden(page, "follows") == first
    (note,) = [one.record for one in read_notes(node.ports, 5) if one.record.act == "looked"]
    assert (note.case, note.by, note.about["what"]) == (first, OFFICER.name, "composing")
    given = filled(ACCESS, act="send", case=first, follows=first)
    assert desk.post(f"/ask/{ACCESS}/", given).status_code == 302
    (draft,) = drafts(node.ports)
    assert draft.message.case == first
    assert isinstance(draft.message.body, bodies.Request)
    assert draft.message.body.follows == first
    assert desk.get(f"/ask/{ACCESS}/?case={'0' * 64}").status_code == 404


def test_a_case_that_the_seat_may_not_see_is_none(desk: Client, world: World) -> None:
    there = [world["QA"].authority("contact-24-7")]
    first = world["VN"].say("contact-24-7", there, bodies.Request(FULL[PRESERVE]), measure=PRESERVE)
    with patch("musnad.desk.house.sees", lambda _, case: case != first):
        assert desk.get(f"/ask/{ACCESS}/?case={first}&follows={first}").status_code == 404
        assert desk.post(f"/ask/{ACCESS}/", filled(ACCESS, act="send", case=first)).status_code == 404
    assert drafts(world["VN"].ports) == ()


def test_a_row_of_a_sheet_that_is_empty_is_none() -> None:
    sheet = Sheet({"f.identifiers.value": ("", "a"), "f.identifiers.type": ("email", "account")})
    assert [(place, one.type, one.value) for place, one in sheet.placed("identifiers")] == [(2, "account", "a")]
