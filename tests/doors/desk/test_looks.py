"""Every page of the desk, in every state that the walk of pages knows: a look at sensitive content is noted, and an
overseer reads it without being offered anything that changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from musnad.core.messages.record import Record
from musnad.exchange.audit import read_notes
from tests.doors.desk.every_page import Stage, a_stage
from tests.doors.desk.seats import OVERSEER
from tests.doors.desk.story import PRESERVATION
from tests.doors.desk.test_composing import filled
from tests.doors.desk.test_every_page import NO_PAGES, SCENES
from tests.doors.desk.test_powerless import OF_ONESELF, READS_BY_POST, Reader
from tests.doors.desk.test_powers import ALL, OPEN

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

NO_CASE = {"approving:draft", "duty:board", "administration:records"}
"""What is noted as a look though it names no case, or not always one."""
NUMBERS = "numbers alone; nothing of one case can be told from it but by who may see the case"
LISTS = "a list: it names cases, Parties, measures and days; whatever it leads to is noted when it is opened"
OF_THE_HOUSE = "of persons and machines; nothing of a case"
PUBLIC = "public law and the directory"
UNNOTED = {
    "inbox": LISTS,
    "approving:index": LISTS,
    "composing:start": "one's own drafts by their titles; each is noted when it is opened",
    "composing:form": "an empty form; a draft, a template and a further request in a case are noted (below)",
    "search:search": "an empty form; what was found is noted (`test_search.py`)",
    "statistics:figures": NUMBERS,
    "statistics:public": NUMBERS,
    "statistics:publish": NUMBERS,
    "people:circle": "a case's number and who may see it, and nothing of the case",
    "people:index": OF_THE_HOUSE,
    "people:add": OF_THE_HOUSE,
    "people:person": OF_THE_HOUSE,
    "approving:passkeys": OF_THE_HOUSE,
    "administration:state": OF_THE_HOUSE,
    "administration:examine": OF_THE_HOUSE,
    "people:find-case": "leads from a number to the circle's page",
    **dict.fromkeys(("keys", "new-passkey", "new-code"), "one's own ways in"),
    **dict.fromkeys((one for one in ALL if one.startswith("reference:")), PUBLIC),
    **dict.fromkeys(OPEN, "stands open to whoever is outside"),
}
"""What is not noted as a look, and why."""
COMPOSES = "a form that only composes: what is said by it is read in its case, or among the drafts"
NOT_FOR_OVERSIGHT = {
    "composing:start": COMPOSES,
    "composing:form": COMPOSES,
    "composing:preview": COMPOSES,
    **dict.fromkeys((one for one in ALL if one.startswith("answering:")), COMPOSES),
    "evidence:offer": COMPOSES,
    "evidence:open": COMPOSES,
    "evidence:custody": COMPOSES,
    "people:add": COMPOSES,
    "statistics:publish": "publishes; what would be published is read on the page before it",
    "export-making": "the dossier of an export, for who asked for it; the export itself is read among the case's",
    "export-preparing": "the work of one person; what comes of it is read among the case's exports",
}
"""What an overseer may not even read, and why that hides nothing."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with a_stage(tmp_path_factory.mktemp("node")) as made:
        yield made


PAGES = [one for one in SCENES if one.covers not in NO_PAGES and one.act is None and one.status == 200]
"""Every page as it is opened; what a form answers is not walked: it gives back what was just sent."""
BY_A_FORM = {"composing:preview"}
"""Pages that the walk only reaches by sending a form; they have a test of their own below."""


def browser() -> Client:
    return Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})


def looks(stage: Stage, since: set[str]) -> list[Record]:
    """What the seat was noted to have looked at since then."""
    assert stage.seat is not None
    new = [one.record for one in read_notes(stage.ports, 30) if one.id not in since]
    return [one for one in new if (one.act, one.by) == ("looked", stage.seat.name)]


def now(stage: Stage) -> set[str]:
    """The newest notes, a second ago: the same act in the same instant is one record."""
    stage.ports.clock.advance(seconds=1)  # type: ignore[attr-defined]  # a test's clock
    return {one.id for one in read_notes(stage.ports, 30)}


def test_the_lists_name_pages_that_are_there_and_none_twice() -> None:
    assert set(UNNOTED) | set(NOT_FOR_OVERSIGHT) | NO_CASE <= set(ALL)
    assert not set(UNNOTED) & NO_CASE
    assert all(why for why in (*UNNOTED.values(), *NOT_FOR_OVERSIGHT.values()))


def test_every_look_at_sensitive_content_is_noted_with_who_looked(stage: Stage) -> None:
    """In every state of every page: durable before the page is, about the case that its address names."""
    noted, unnoted = set(), []
    for scene in PAGES:
        path = scene.go(stage).removeprefix(stage.address)
        if stage.seat is None:
            continue
        with scene.during(stage):
            before = now(stage)
            status = browser().get(path).status_code
            found = looks(stage, before)
        if scene.covers in UNNOTED:
            continue
        if status == 200 and [one for one in found if scene.covers in NO_CASE or (one.case and one.case in path)]:
            noted.add(scene.covers)
        else:
            unnoted.append((scene.name, path, status))
    assert unnoted == [], "\n".join(map(str, unnoted))
    assert noted >= {
        "evidence:sealing",
        "evidence:fetching",
        "export-preparing",
        "export-making",
        "answering:hand-over",
    }
    covered = {one.covers for one in SCENES} - set(NO_PAGES) - set(OPEN)
    assert covered - noted - set(UNNOTED) == BY_A_FORM


@pytest.mark.parametrize("polls", ["evidence:sealing", "evidence:fetching", "export-preparing", "export-making"])
def test_a_page_that_asks_again_every_second_is_one_look(stage: Stage, polls: str) -> None:
    scene = next(one for one in PAGES if one.covers == polls and one.name.endswith("under-way"))
    path = scene.go(stage).removeprefix(stage.address)
    with scene.during(stage):
        before = now(stage)
        page = browser().get(path)
        assert len(looks(stage, before)) == 1
        before = now(stage)
        again = browser().get(path, headers={"HX-Request": "true"})
        assert looks(stage, before) == []
    assert f'hx-get="{path}"' in page.content.decode()
    assert again.status_code == 200


def test_ones_own_drafts_and_templates_are_noted_when_they_are_opened(stage: Stage) -> None:
    """Of a new request, which names no case yet; whatever shows what was kept."""
    stage.at("/")
    answers = [
        browser().post(f"/ask/{PRESERVATION}/", {**filled(PRESERVATION), "title": act, "act": act})
        for act in ("save", "template")
    ]
    assert [one.status_code for one in answers] == [302, 302]
    own_id = answers[0]["Location"].partition("?draft=")[2]
    start = browser().get("/ask/").content.decode()
    (template,) = set(re.findall(r"\?template=([\w-]+)", start))
    for path, about in (
        (f"/ask/{PRESERVATION}/?draft={own_id}", own_id),
        (f"/ask/{PRESERVATION}/preview/{own_id}/", own_id),
        (f"/ask/{PRESERVATION}/?template={template}", template),
    ):
        before = now(stage)
        page = browser().get(path)
        assert page.status_code == 200
        assert [one.about for one in looks(stage, before)] == [{"what": "composing", "draft": about}], path
    before = now(stage)
    assert browser().get(f"/ask/{PRESERVATION}/").status_code == 200
    assert looks(stage, before) == [], "an empty form shows nothing"


def test_an_overseer_reads_every_page_and_is_offered_nothing_that_changes(stage: Stage) -> None:
    wrong, read = [], set()
    for scene in PAGES:
        path = scene.go(stage).removeprefix(stage.address)
        if stage.seat is None:
            continue
        with scene.during(stage):
            if browser().get(path).status_code != 200:  # one's own ways in ask for a fresh sign-in
                assert scene.covers in {"new-passkey", "new-code"}, scene.name
                continue
            stage.seat = OVERSEER
            answer = browser().get(path)
        if answer.status_code != 200:
            wrong += [] if scene.covers in NOT_FOR_OVERSIGHT else [(scene.name, path, str(answer.status_code))]
            continue
        read.add(scene.covers)
        reader = Reader(path)
        reader.feed(answer.content.decode())
        posts = {one.name for one in reader.forms if one.method == "post"}
        wrong += [(scene.name, path, one) for one in posts - OPEN - OF_ONESELF - READS_BY_POST]
        wrong += [
            (scene.name, path, one) for one in NOT_FOR_OVERSIGHT if any(is_at(link, one) for link in reader.links)
        ]
    assert wrong == [], "\n".join(map(str, wrong))
    assert read >= {"people:index", "people:person", "people:circle", "evidence:all", "export", "duty:board", "case"}
    assert not read & set(NOT_FOR_OVERSIGHT)


def is_at(link: str, name: str) -> bool:
    """Whether a link leads to the page of that name."""
    try:
        return resolve(link.partition("?")[0].partition("#")[0], "musnad.desk.urls").view_name == name
    except Resolver404:  # a file of the desk's own
        return False
