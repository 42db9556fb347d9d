"""The desk's pages: who may see them, and what they must never leave out."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client

from musnad.adapters.files.sessions import is_open, open_session
from musnad.adapters.memory.agenda import MemoryAgenda
from musnad.core.kernel.names import CaseRef
from musnad.desk.links import make_link
from musnad.exchange.errors import JournalCorrupt
from musnad.exchange.ports import Ports
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import Story, offered_without_origin
from tests.world import World


@pytest.fixture
def vn(story: Story) -> Ports:
    return story.world["VN"].ports


@pytest.fixture
def outside(vn: Ports, tmp_path: Path) -> Iterator[Client]:
    """A browser that has not entered."""
    with desk_of(vn, tmp_path, None):
        yield Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})


@pytest.fixture
def inside(outside: Client, tmp_path: Path) -> Client:
    assert outside.get(make_link(tmp_path, os.urandom)).status_code == 302
    return outside


def pages(story: Story) -> list[str]:
    return ["/", f"/case/{story.whole}/", f"/case/{story.whole}/exhibit/{story.seal}/"]


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


# --- the door ---------------------------------------------------------------------------------------------------------


def test_leaving_ends_the_session_for_every_copy_of_its_cookie(inside: Client, tmp_path: Path) -> None:
    kept = {name: morsel.value for name, morsel in inside.cookies.items()}
    copy = Client(SERVER_NAME="127.0.0.1")
    assert text_of(copy, "/", 403)
    copy.cookies.load(kept)
    assert text_of(copy, "/")
    assert inside.post("/leave/").status_code == 302
    assert text_of(inside, "/", 403)
    assert text_of(copy, "/", 403)
    assert list((tmp_path / "run" / "sessions").iterdir()) == []


def test_a_session_ends_after_a_watch_whatever_its_cookie_says(inside: Client, tmp_path: Path) -> None:
    (session,) = (tmp_path / "run" / "sessions").iterdir()
    os.utime(session, (time.time() - 12 * 3600 + 60,) * 2)
    assert text_of(inside, "/")
    os.utime(session, (time.time() - 12 * 3600 - 5,) * 2)
    assert text_of(inside, "/", 403)


def test_a_link_may_say_which_language_the_desk_speaks(outside: Client, tmp_path: Path) -> None:
    outside.get(f"{make_link(tmp_path, os.urandom)}?language=ar")
    assert '<html lang="ar" dir="rtl">' in outside.get("/").content.decode()
    outside.get(f"{make_link(tmp_path, os.urandom)}?language=xx")
    assert outside.cookies["musnad-language"].value == "ar"
    outside.get("/enter/none?language=en")
    assert outside.cookies["musnad-language"].value == "ar"


def test_entering_again_ends_the_session_before(inside: Client, tmp_path: Path) -> None:
    (before,) = (tmp_path / "run" / "sessions").iterdir()
    assert inside.get(make_link(tmp_path, os.urandom)).status_code == 302
    (after,) = (tmp_path / "run" / "sessions").iterdir()
    assert before != after


def test_a_link_is_no_session_and_a_session_no_link(outside: Client, tmp_path: Path) -> None:
    token = open_session(tmp_path, os.urandom)
    assert outside.get(f"/enter/{token}").status_code == 403
    assert not is_open(tmp_path, make_link(tmp_path, os.urandom).removeprefix("/enter/"))


def test_no_page_without_a_session(outside: Client, story: Story) -> None:
    for path in [*pages(story), f"/case/{'0' * 64}/", "/nothing/here", "/leave/"]:
        said = text_of(outside, path, 403)
        assert "musnad node link" in said
        assert "صورة القرص" not in said
        assert "Viet Nam" not in said


def test_a_link_enters_once(outside: Client, tmp_path: Path) -> None:
    link = make_link(tmp_path, os.urandom)
    assert outside.head(link).status_code == 204  # looking at a link must not use it up
    assert outside.post(link).status_code == 204
    answer = outside.get(link)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert outside.get("/").status_code == 200
    assert Client(SERVER_NAME="127.0.0.1").get(link).status_code == 403


def test_a_made_up_link_stays_outside(outside: Client) -> None:
    assert outside.get(f"/enter/{'a' * 43}").status_code == 403
    assert outside.get("/").status_code == 403


def test_a_forged_or_old_session_stays_outside(inside: Client) -> None:
    from django.conf import settings

    cookie = inside.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    with patch("django.core.signing.time.time", lambda: 4_000_000_000):
        assert inside.get("/").status_code == 403
    cookie.set(cookie.key, cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "B"), cookie.value)
    assert inside.get("/").status_code == 403


def test_leaving_closes_the_door(inside: Client) -> None:
    assert inside.post("/leave/").status_code == 302
    assert inside.get("/").status_code == 403


@pytest.mark.parametrize("host", ["desk.example", "127.0.0.1.example", "10.0.0.7"])
def test_another_host_name_is_refused(outside: Client, host: str) -> None:
    """DNS rebinding: a foreign page must not reach the desk through a name of its own."""
    assert outside.get("/", headers={"host": host}).status_code == 400


def test_a_form_without_its_token_is_refused(outside: Client) -> None:
    strict = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")
    assert strict.post("/language/", {"language": "ar"}).status_code == 403


# --- headers ----------------------------------------------------------------------------------------------------------


def test_every_page_forbids_foreign_scripts_frames_and_caches(inside: Client, story: Story) -> None:
    for path in pages(story):
        headers = inside.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"


def test_pages_carry_no_style_or_script_of_their_own(inside: Client, story: Story) -> None:
    for path in pages(story):
        said = text_of(inside, path)
        assert not re.search(r"<script(?![^>]* src=\"/static/)", said)
        assert not re.search(r"\son[a-z]+=", said)
        assert "style=" not in said
        assert "http://" not in said
        assert "https://" not in said


def test_pages_change_nothing(inside: Client, story: Story) -> None:
    assert inside.post("/").status_code == 405
    assert inside.post(f"/case/{story.whole}/").status_code == 405


# --- language ---------------------------------------------------------------------------------------------------------


def test_arabic_comes_first_where_nothing_is_asked(outside: Client) -> None:
    said = Client(SERVER_NAME="127.0.0.1").get("/").content.decode()
    assert '<html lang="ar" dir="rtl">' in said


def test_the_chosen_language_stays(inside: Client, story: Story) -> None:
    path = f"/case/{story.whole}/"
    assert '<html lang="en" dir="ltr">' in text_of(inside, path)
    answer = inside.post("/language/", {"language": "ar", "back": path})
    assert answer["Location"] == path
    assert '<html lang="ar" dir="rtl">' in text_of(inside, path)


def test_six_languages_may_be_chosen_and_two_stand_in_sight(inside: Client, story: Story) -> None:
    said = text_of(inside, "/")
    assert said.count('name="language" value="') == 5
    assert said.index('value="ar"') < said.index("<details") < said.index('value="fr"')
    for language in ("es", "fr", "ru", "zh"):
        inside.post("/language/", {"language": language, "back": "/"})
        for path in pages(story):
            said = text_of(inside, path)
            assert f'<html lang="{language}" dir="ltr">' in said
            assert 'value="ar"' in said
            assert 'value="en"' in said


def test_what_a_language_lacks_is_said_in_english_and_not_in_arabic(inside: Client, story: Story) -> None:
    inside.post("/language/", {"language": "fr", "back": "/"})
    said = text_of(inside, f"/case/{story.preserved}/")
    assert "Skip to the content" in said
    assert "Demande" in said
    assert "novembre 2026" in said
    assert '<span lang="en" dir="ltr">Summary of the facts</span> <span class="tongue">(uniquement en anglais)' in said


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", ""])
def test_the_language_form_leads_nowhere_else(outside: Client, back: str) -> None:
    assert outside.post("/language/", {"language": "ar", "back": back})["Location"] == "/"


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_every_page_of_an_exercise_says_exercise(inside: Client, story: Story) -> None:
    for path in pages(story):
        assert "strip-exercise" in text_of(inside, path)


def test_the_inbox_puts_the_nearest_last_day_first(inside: Client, story: Story) -> None:
    said = text_of(inside, "/")
    order = [said.index(f"/case/{case}/") for case in (story.preserved, story.waiting, story.whole)]
    assert order == sorted(order)
    assert "delivery waiting" in said


def test_a_void_step_is_shown_with_its_ground(inside: Client, story: Story) -> None:
    said = text_of(inside, f"/case/{story.crossed}/")
    assert "step-void" in said
    assert "The request had been withdrawn." in said


def test_free_text_bears_its_language_and_its_direction(inside: Client, story: Story) -> None:
    """Coded values are the reader's, what was written is its author's: marked, and never run the page's way."""
    path = f"/case/{story.preserved}/"
    english = text_of(inside, path)
    assert '<span class="said" lang="en" dir="ltr">The account received the proceeds' in english
    assert "(original, in" not in english
    inside.post("/language/", {"language": "ar", "back": path})
    arabic = text_of(inside, path)
    assert '<span class="said" lang="en" dir="ltr">The account received the proceeds' in arabic
    assert "بيانات المحتوى" in arabic
    assert arabic.count('class="tongue"') >= 5
    assert "<dt><span>ملخص الوقائع</span></dt>" in arabic


def test_a_rule_that_is_not_certain_says_so(inside: Client, story: Story) -> None:
    said = text_of(inside, f"/case/{story.preserved}/")
    assert "from memory, to be verified" in said


def test_a_refusal_is_never_marked_as_broken(inside: Client, story: Story) -> None:
    said = text_of(inside, f"/case/{story.refused}/")
    assert ">Refused<" in said
    assert "broken" not in said


def test_a_case_that_is_not_there(inside: Client) -> None:
    said = text_of(inside, f"/case/{'0' * 64}/", 404)
    assert "case.unknown" in said


def test_an_exhibit_that_is_not_there(inside: Client, story: Story) -> None:
    assert "exhibit.missing" in text_of(inside, f"/case/{story.whole}/exhibit/{'0' * 32}/", 404)


def test_an_exhibit_shows_its_facts_and_no_content(inside: Client, story: Story) -> None:
    said = text_of(inside, f"/case/{story.whole}/exhibit/{story.seal}/")
    assert "صورة القرص 01.img" in said
    assert "6.0 MiB" in said
    assert "evidence evidence" not in said


def test_a_stale_directory_is_told_on_every_page(tmp_path: Path) -> None:
    world = World()
    world.clock.advance(days=5)
    with desk_of(world["VN"].ports, tmp_path):
        client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
        client.get(make_link(tmp_path, os.urandom))
        assert "The directory is stale." in text_of(client, "/")
        world.clock.advance(days=60)
        assert "There is no directory that may still be used." in text_of(client, "/")


class _Damaged:
    """A journal one case of which fails its digest."""

    def __init__(self, ports: Ports, case: CaseRef) -> None:
        self._journal, self._case = ports.journal, case

    def __getattr__(self, name: str) -> object:
        return getattr(self._journal, name)

    def case_entries(self, case: CaseRef) -> object:
        if case == self._case:
            raise JournalCorrupt("entry 7")
        return self._journal.case_entries(case)


def test_a_damaged_case_is_shown_first_and_hides_no_other(vn: Ports, story: Story, tmp_path: Path) -> None:
    journal = _Damaged(vn, story.whole)
    damaged = replace(vn, journal=journal, agenda=MemoryAgenda(journal))  # type: ignore[arg-type]
    with desk_of(damaged, tmp_path):
        client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
        client.get(make_link(tmp_path, os.urandom))
        said = text_of(client, "/")
        assert said.index(f"/case/{story.whole}/") < said.index(f"/case/{story.preserved}/")
        assert "This case cannot be read." in said
        assert "strip-exercise" in said
        said = text_of(client, f"/case/{story.whole}/", 500)
        assert "Integrity is broken" in said
        assert "journal.corrupt" in said


def test_a_gap_in_custody_is_shown_as_a_gap(tmp_path: Path) -> None:
    world = World()
    case, seal = offered_without_origin(world)
    with desk_of(world["VN"].ports, tmp_path):
        client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
        client.get(make_link(tmp_path, os.urandom))
        assert "1 gap in custody" in text_of(client, "/")
        said = text_of(client, f"/case/{case}/exhibit/{seal}/")
        assert "Nobody recorded how the exhibit was collected or sealed." in said
        assert "No gap" not in said
        assert "only the digest of its manifest is known here" in said


# --- the clock --------------------------------------------------------------------------------------------------------


def test_a_case_says_when_its_last_day_is_over_for_either_side(inside: Client, story: Story) -> None:
    page = text_of(inside, f"/case/{story.preserved}/")
    assert "Asia/Qatar" in page
    assert "Asia/Ho_Chi_Minh" in page
    assert "the last day is" in page
    assert "No day is set by the Convention." in text_of(inside, f"/case/{story.asked}/")


def test_what_escalates_stands_first_in_its_case_and_in_the_inbox(inside: Client, story: Story) -> None:
    page = text_of(inside, f"/case/{story.preserved}/")
    assert page.index("The preserved data lapse") < page.index("Ask for access before the preservation ends")
    assert "Ask that the data be preserved for longer" in page
    assert "The preserved data lapse: 7 days left" in text_of(inside, "/")
