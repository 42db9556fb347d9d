"""What every answer of the desk carries and every address refuses: headers, cookies, forms, sizes, paces, sessions.

The lines of ``docs/asvs.md`` name these tests.
"""

from __future__ import annotations

import os
import runpy
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client, override_settings
from playwright.sync_api import sync_playwright

from musnad.adapters.files.sessions import IDLE_SECONDS, LIFETIME_SECONDS, sittings
from musnad.adapters.vault import spool as spools
from musnad.adapters.vault.spool import Spool
from musnad.core.kernel.names import CaseRef
from musnad.desk import configuration, pace
from musnad.desk.links import make_link
from musnad.exchange.audit import read_notes
from musnad.exchange.errors import JournalCorrupt
from musnad.exchange.evidence.errors import TooManyOwnUploads
from musnad.exchange.ports import Ports
from musnad.people import codes, persons
from musnad.people.errors import SecondWayRefused
from musnad.people.powers import Power, Role
from tests.doors.desk.seats import pseudonyms
from tests.doors.desk.server import desk_of, serving
from tests.doors.desk.story import Story
from tests.doors.desk.test_browser import ARGUMENTS
from tests.doors.desk.test_powers import ALL, OPEN, address
from tests.doors.desk.test_signing_in import PASSWORD, REST, code_of, sign_in
from tests.world import World

METHODS = {"DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND"}
SAME_ON_ALL = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def ports(world: World, tmp_path: Path) -> Iterator[Ports]:
    with desk_of(world["VN"].ports, tmp_path, None):
        yield world["VN"].ports


@pytest.fixture
def browser(ports: Ports) -> Client:
    return Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"}, raise_request_exception=False)


@pytest.fixture
def inside(browser: Client, ports: Ports, tmp_path: Path) -> Client:
    """Lan, who may do everything, came in by a link."""
    persons.add(ports, "lan", "Lan", list(Role), pseudonyms("lan"), by=persons.TERMINAL)
    assert browser.get(make_link(tmp_path, os.urandom, "lan")).status_code == 302
    return browser


@pytest.fixture
def over_the_story(story: Story, tmp_path: Path) -> Iterator[Client]:
    """Somebody who may do all, over cases that are there, so that what is refused is refused for its own sake."""
    ports = story.world["VN"].ports
    with desk_of(ports, tmp_path, None):
        persons.add(ports, "lan", "Lan", list(Role), pseudonyms("lan"), by=persons.TERMINAL)
        client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
        assert client.get(make_link(tmp_path, os.urandom, "lan")).status_code == 302
        yield client


def everywhere(story: Story) -> Iterator[tuple[str, str]]:
    for name, (route, _) in sorted(ALL.items()):
        yield name, address(route, story)


def headers_of(client: Client, path: str) -> Mapping[str, str]:
    answer = client.get(path)
    answer.close()
    return answer.headers


def acts(ports: Ports, act: str) -> list[Mapping[str, str]]:
    return [one.record.about for one in read_notes(ports, 1000) if one.record.act == act]


# --- headers ----------------------------------------------------------------------------------------------------------


def test_every_answer_carries_its_headers(over_the_story: Client, story: Story) -> None:
    """Pages, redirects, refusals, downloads, what is not there, what fails."""
    for name, path in [*everywhere(story), ("nothing", "/nothing/here"), ("static", "/static/desk/desk.css")]:
        headers = headers_of(over_the_story, path)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert {one: headers.get(one) for one in SAME_ON_ALL} == SAME_ON_ALL, name
        assert "camera=()" in headers["Permissions-Policy"], name
        assert headers.get("Access-Control-Allow-Origin") is None, name
        if name != "static":
            assert headers["Cache-Control"] == "no-store", name


def test_every_answer_with_a_body_says_what_it_is_and_in_which_letters(over_the_story: Client, story: Story) -> None:
    for name, path in everywhere(story):
        answer = over_the_story.get(path)
        kind = answer.headers.get("Content-Type", "")
        if b"".join(answer):
            assert kind, name
        if kind.startswith("text/"):
            assert "charset=utf-8" in kind, name


def test_outside_nothing_may_be_kept_either(browser: Client) -> None:
    for path in ("/", "/sign-in/", "/enter/x", "/nothing"):
        headers = browser.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


def _settings_of(node: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> dict[str, Any]:
    node.mkdir(exist_ok=True)
    (node / "node.toml").write_text(
        'party = "QA"\nexercise = true\n'
        '[gate]\nurl = "https://127.0.0.1:9443"\nlisten = "127.0.0.1:9443"\n'
        f'[desk]\nlisten = "127.0.0.1:9080"\nurl = "{url}"\n'
        '[directory]\nurl = "https://127.0.0.1:9000"\n'
    )
    monkeypatch.setenv("MUSNAD_NODE", str(node))
    return runpy.run_path(str(configuration.__file__))


def test_by_https_cookies_are_bound_to_the_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _settings_of(tmp_path / "a", monkeypatch, "https://desk.example")
    for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"):
        assert found[name].startswith("__Host-")
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
    assert "SESSION_COOKIE_DOMAIN" not in found  # a bound cookie has none
    assert "SESSION_COOKIE_PATH" not in found  # and the whole host for its path
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://desk.example"]
    assert found["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert set(found["ALLOWED_HOSTS"]) == {"127.0.0.1", "localhost", "[::1]", "desk.example"}
    plain = _settings_of(tmp_path / "b", monkeypatch, "http://localhost:9080")
    assert plain["SESSION_COOKIE_SECURE"] is False
    assert not plain["SESSION_COOKIE_NAME"].startswith("__")  # a browser would keep none of that name
    assert "SECURE_PROXY_SSL_HEADER" not in plain


def test_by_https_every_answer_asks_for_https_from_then_on(browser: Client) -> None:
    assert "Strict-Transport-Security" not in browser.get("/").headers
    with override_settings(SESSION_COOKIE_SECURE=True):
        for path in ("/", "/sign-in/", "/static/desk/desk.css"):
            assert headers_of(browser, path)["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        browser.post("/language/", {"language": "ar"})
        assert browser.cookies["musnad-language"]["secure"]


def test_cookies_are_for_this_browser_alone(inside: Client) -> None:
    inside.get("/sign-in/")
    kept = {name: morsel for name, morsel in inside.cookies.items() if morsel.value}
    assert {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME} <= set(kept)
    for name, morsel in kept.items():
        assert morsel["httponly"], name
        assert morsel["samesite"] in {"Lax", "Strict"}, name
        assert morsel["path"] == "/", name
        assert not morsel["domain"], name


def test_no_answer_tells_a_version(inside: Client) -> None:
    for path in ("/", "/nothing", "/static/desk/desk.css"):
        told = str(dict(headers_of(inside, path))).lower()
        for name in ("django", "python", "whitenoise", "granian", "x-powered-by"):
            assert name not in told


# --- methods, forms, hosts, sizes -------------------------------------------------------------------------------------


def test_every_address_takes_its_own_methods_alone(over_the_story: Client, story: Story) -> None:
    for name, path in everywhere(story):
        for method in METHODS:
            status = over_the_story.generic(method, path).status_code
            assert status == 405 or (name == "enter" and status == 204), (name, method, status)


def test_no_address_takes_a_form_without_its_token(over_the_story: Client, story: Story) -> None:
    journal = story.world["VN"].ports.journal
    over_the_story.handler.enforce_csrf_checks = True
    before = journal.log_size()
    for name, path in everywhere(story):
        for method in ("POST", "PUT"):
            status = over_the_story.generic(method, path, b"", "application/x-www-form-urlencoded").status_code
            assert status in {403, 405} or (name == "enter" and status == 204), (name, method, status)
    assert journal.log_size() == before


def test_a_form_that_names_another_site_is_refused(inside: Client) -> None:
    """With the token and the cookie of this browser, yet from elsewhere."""
    page = inside.get("/sign-in/").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    strict = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    strict.cookies = inside.cookies
    form = {"csrfmiddlewaretoken": token, "language": "ar"}
    assert strict.post("/language/", form, headers={"origin": "https://elsewhere.example"}).status_code == 403
    assert strict.post("/language/", form, headers={"origin": "null"}).status_code == 403
    assert strict.post("/language/", form, headers={"origin": "http://127.0.0.1"}).status_code == 302


@pytest.mark.parametrize(
    "there", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)",
              "\t//elsewhere.example", "http:elsewhere.example", "/ok\r\nSet-Cookie: a=b"]
)  # fmt: skip
def test_signing_in_and_choosing_a_language_lead_only_to_this_desk(
    browser: Client, ports: Ports, world: World, there: str
) -> None:
    persons.add(ports, "minh", "Minh", [Role.LAWYER], by=persons.TERMINAL)
    secret = codes.new_secret()
    codes.set_up(ports, persons.find("minh"), PASSWORD, secret, code_of(ports, secret, -1), REST)
    given = {"name": "minh", "password": PASSWORD, "code": code_of(ports, secret), "next": there}
    for answer in (browser.post("/sign-in/", given), browser.post("/language/", {"language": "ar", "back": there})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/")
        assert "elsewhere" not in answer["Location"]
        assert not set("\r\n\t") & set(answer["Location"])


def test_a_host_that_is_not_ours_is_answered_by_nothing(inside: Client) -> None:
    for host in ("elsewhere.example", "127.0.0.1.elsewhere.example", "desk@elsewhere.example", "127.0.0.1:99999x"):
        answer = inside.get("/", headers={"host": host})
        assert answer.status_code == 400
        assert answer.content == b""
    assert inside.get("/", headers={"host": "127.0.0.1", "x-forwarded-host": "elsewhere.example"}).status_code == 200


def test_outside_a_long_body_is_refused_unread(browser: Client) -> None:
    class Unread:
        def read(self, *_: object) -> bytes:
            raise AssertionError("read")

        readline = read

    for path in ("/sign-in/", "/sign-in/passkey/", "/language/", "/"):
        length = {"CONTENT_LENGTH": str(10**12), "wsgi.input": Unread()}
        kind = "multipart/form-data; boundary=x"
        answer = browser.generic("POST", path, b"", kind, **length)  # type: ignore[arg-type]  # a WSGI environment
        assert answer.status_code in {403, 413}, path


def test_no_file_of_a_form_comes_to_the_disk(inside: Client, tmp_path: Path) -> None:
    """Whatever page it is sent to: a file too large for memory is kept nowhere."""
    from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

    large = b"the ledger of the victims" * 500_000
    with patch.object(TemporaryUploadedFile, "__init__", side_effect=AssertionError("a file on the disk")):
        for path in ("/language/", "/keys/sessions/", "/search/"):
            inside.post(path, {"file": SimpleUploadedFile("a.bin", large), "words": "x"})
    assert not any(large[:1000] in one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())


def test_a_form_of_too_many_fields_or_octets_is_refused(inside: Client) -> None:
    many = "&".join(f"a{one}=1" for one in range((settings.DATA_UPLOAD_MAX_NUMBER_FIELDS or 0) + 1))
    form = "application/x-www-form-urlencoded"
    assert inside.post("/search/", many, content_type=form).status_code == 400
    long = b"words=" + b"x" * ((settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) + 1)
    assert inside.post("/search/", long, content_type=form).status_code == 400


def test_one_name_given_twice_is_one_value(inside: Client, ports: Ports) -> None:
    """Of several values for one name the last counts, everywhere; a query never stands in for a form."""
    assert "words" not in str(acts(ports, "looked"))
    said = inside.post("/search/?words=one", "words=two&words=three", content_type="application/x-www-form-urlencoded")
    assert 'value="three"' in said.content.decode()
    assert inside.post("/leave/?next=/x")["Location"] == "/"


@pytest.mark.parametrize(
    "path",
    ["", "desk/", "desk/../../configuration.py", "desk/%2e%2e/%2e%2e/settings.py", "desk/desk.css~", "desk/.git/config",
     "../configuration.py", "..%2f..%2fpyproject.toml", "/etc/passwd", "desk/desk.css.gz"],
)  # fmt: skip
def test_nothing_but_our_own_style_and_scripts_is_static(inside: Client, path: str) -> None:
    answer = inside.get(f"/static/{path}")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_no_script_of_ours_keeps_anything_or_runs_text() -> None:
    scripts = sorted((Path(configuration.__file__).parent / "static" / "desk").glob("*.js"))
    assert len(scripts) >= 4
    keeping = {"localStorage", "sessionStorage", "indexedDB", "document.cookie", "postMessage"}
    running = {"eval(", "Function(", "document.write", "outerHTML", "innerHTML", "insertAdjacentHTML"}
    for one in scripts:
        text = one.read_text("utf-8")
        assert not [word for word in keeping | running if word in text], one.name
        assert '"use strict"' in text


# --- errors -----------------------------------------------------------------------------------------------------------


def test_what_nobody_foresaw_is_a_page_that_tells_nothing(inside: Client) -> None:
    with patch("musnad.desk.inbox.views.render", side_effect=RuntimeError("secret of the machine /var/lib/x")):
        answer = inside.get("/")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "The desk failed" in text
    for told in ("secret", "/var/lib", "Traceback", "RuntimeError", ".py"):
        assert told not in text
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_who_may_is_asked_before_anything_and_a_fault_in_it_opens_nothing(inside: Client) -> None:
    """Access fails closed: where the house cannot say who sits, nobody does."""
    with patch("musnad.desk.house.seat_named", side_effect=JournalCorrupt("people")):
        answer = inside.get("/search/")
    assert answer.status_code >= 400
    assert "words" not in answer.content.decode()


def test_debugging_is_off() -> None:
    from musnad.node import settings as of_node

    assert of_node.DEBUG is False
    assert "DEBUG" not in vars(configuration)


# --- sessions ---------------------------------------------------------------------------------------------------------


def _at(seconds: float) -> Any:
    """The clock of the cookies' signatures, so much later."""
    now = time.time()
    return patch("django.core.signing.time.time", lambda: now + seconds)


def test_a_session_ends_after_half_an_hour_in_which_nothing_is_done(inside: Client) -> None:
    with _at(IDLE_SECONDS - 60):
        assert inside.get("/").status_code == 200
    with _at(2 * IDLE_SECONDS - 180):  # what was done since renewed it
        assert inside.get("/").status_code == 200
    with _at(3 * IDLE_SECONDS):
        assert inside.get("/").status_code == 403


def test_a_page_that_asks_again_by_itself_keeps_no_session_awake(inside: Client) -> None:
    with _at(IDLE_SECONDS - 60):
        assert inside.get("/", headers={"hx-request": "true"}).status_code == 200
    with _at(IDLE_SECONDS + 60):
        assert inside.get("/").status_code == 403


def test_who_types_stays(inside: Client) -> None:
    with _at(IDLE_SECONDS - 60):
        answer = inside.get("/awake/")
        assert (answer.status_code, answer.content) == (204, b"")
    with _at(2 * IDLE_SECONDS - 180):
        assert inside.get("/").status_code == 200


def test_no_work_keeps_a_session_longer_than_a_watch(inside: Client, tmp_path: Path) -> None:
    (sitting,) = sittings(tmp_path, "lan")
    os.utime(tmp_path / "run" / "sessions" / sitting.id, (time.time() - LIFETIME_SECONDS - 5,) * 2)
    assert inside.get("/awake/").status_code == 403


def test_leaving_clears_what_the_browser_keeps(inside: Client) -> None:
    assert inside.post("/leave/").headers["Clear-Site-Data"] == '"storage"'


def test_ones_own_sessions_are_shown_and_the_others_ended(inside: Client, ports: Ports, tmp_path: Path) -> None:
    other = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
    other.get(make_link(tmp_path, os.urandom, "lan"))
    page = other.get("/keys/").content.decode()
    assert page.count("By a link") == 2
    assert page.count("this one") == 1
    assert other.post("/keys/sessions/").status_code == 302
    assert other.get("/").status_code == 200
    assert inside.get("/").status_code == 403
    assert acts(ports, "session-ended") == [{"person": "lan"}]


def test_ending_ones_sessions_asks_for_a_fresh_one(inside: Client, tmp_path: Path) -> None:
    Client(SERVER_NAME="127.0.0.1").get(make_link(tmp_path, os.urandom, "lan"))
    for one in sittings(tmp_path, "lan"):
        os.utime(tmp_path / "run" / "sessions" / one.id, (time.time() - 16 * 60,) * 2)
    assert inside.post("/keys/sessions/")["Location"] == "/keys/"
    assert len(sittings(tmp_path, "lan")) == 2


def test_a_new_password_and_a_way_in_removed_end_the_other_sessions(
    inside: Client, ports: Ports, tmp_path: Path
) -> None:
    def come_in_elsewhere() -> Client:
        other = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"})
        other.get(make_link(tmp_path, os.urandom, "lan"))
        assert other.get("/").status_code == 200
        return other

    other = come_in_elsewhere()
    secret = inside.get("/keys/code/").context["secret"].replace(" ", "")
    given = {"password": PASSWORD, "code": code_of(ports, secret)}
    assert inside.post("/keys/code/", given)["Location"] == "/keys/"
    assert other.get("/").status_code == 403
    other = come_in_elsewhere()
    way = Authenticator.objects.create(user_id=persons.find("lan").pk, type=Authenticator.Type.WEBAUTHN, data={})
    inside.post(f"/keys/{way.pk}/remove/")
    assert other.get("/").status_code == 403
    assert inside.get("/").status_code == 200


# --- passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password", ["quietharbouratdawn", "مرفأ هادئ عند الفجر", "🌊🌊🌊🌊🌊🌊🌊🌊🌊🌊🌊🌊🌊🌊", "z" * 127 + "y"]
)
def test_a_long_password_of_any_signs_does(ports: Ports, password: str) -> None:
    made = persons.add(ports, "minh", "Minh", [Role.LAWYER], by=persons.TERMINAL)
    secret = codes.new_secret()
    codes.set_up(ports, made, password, secret, code_of(ports, secret), REST)
    found = persons.find("minh")
    assert found.check_password(password)
    assert not found.check_password(password[:-1])  # nothing is cut off


@pytest.mark.parametrize("password", ["a" + " " * 30 + "b", "z" * 129, "thirteen sign"])
def test_a_password_too_short_without_its_spaces_or_too_long_is_refused(ports: Ports, password: str) -> None:
    made = persons.add(ports, "minh", "Minh", [Role.LAWYER], by=persons.TERMINAL)
    secret = codes.new_secret()
    with pytest.raises(SecondWayRefused):
        codes.set_up(ports, made, password, secret, code_of(ports, secret), REST)


def test_passwords_rest_as_salted_slow_hashes(tmp_path: Path) -> None:
    from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher, make_password

    assert configuration.PASSWORD_HASHERS == ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=configuration.PASSWORD_HASHERS):
        one, other = make_password(PASSWORD), make_password(PASSWORD)
        assert one != other
        algorithm, iterations, salt, _ = one.split("$")
        assert isinstance(identify_hasher(one), PBKDF2PasswordHasher)
    assert algorithm == "pbkdf2_sha256"
    assert int(iterations) >= 600_000
    assert len(salt) * 5 >= 100  # bits, of a sign from 62


def test_a_password_is_changed_by_who_knows_the_present_one(inside: Client, ports: Ports, world: World) -> None:
    secret = codes.new_secret()
    codes.set_up(ports, persons.find("lan"), PASSWORD, secret, code_of(ports, secret, -1), REST)
    page = inside.get("/keys/code/")
    assert 'name="present"' in page.content.decode()
    made = page.context["secret"].replace(" ", "")
    given = {"password": "another harbour at dusk", "code": code_of(ports, made)}
    for present in ("", "another", PASSWORD + "x", PASSWORD.upper(), "x" * 1000):
        answer = inside.post("/keys/code/", {**given, "present": present})
        assert answer.status_code == 400
        assert "This is not your present password." in answer.content.decode()
    assert persons.find("lan").check_password(PASSWORD)
    inside.post("/keys/code/", {**given, "present": PASSWORD})
    assert persons.find("lan").check_password(PASSWORD)  # after so many tries a minute goes by first
    world.clock.advance(minutes=2)
    given["code"] = code_of(ports, made)
    assert inside.post("/keys/code/", {**given, "present": PASSWORD})["Location"] == "/keys/"
    assert persons.find("lan").check_password("another harbour at dusk")


@pytest.mark.browser
@pytest.mark.timeout(120)
def test_a_password_can_be_looked_at_while_it_is_typed(world: World, tmp_path: Path) -> None:
    with serving(world["VN"].ports, tmp_path, None) as at, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=True, args=ARGUMENTS)
        page = browser.new_page(locale="en")
        page.goto(f"{at}/sign-in/")
        field, button = page.locator("#sign-in-password"), page.locator("button[data-shows='sign-in-password']")
        field.fill("quiet harbour")
        for kind, pressed in (("password", "false"), ("text", "true"), ("password", "false")):
            assert field.get_attribute("type") == kind
            assert button.get_attribute("aria-pressed") == pressed
            button.click()
        page.locator("#sign-in-name").fill("lan")
        page.locator("#sign-in-code").fill("123456")
        page.evaluate("document.addEventListener('submit', one => one.preventDefault())")
        page.locator("#sign-in-code").press("Enter")
        assert field.get_attribute("type") == "password"  # no browser keeps it as a text that was typed
        browser.close()


# --- paces ------------------------------------------------------------------------------------------------------------


PACED = {
    "search": "search",
    "case": "case",
    "exhibit": "case",
    "evidence:begin": "upload",
    "evidence:small": "upload",
    "evidence:content": "content",
    "composing:form": "draft",
    "paper": "paper",
    "administration:examine": "examination",
    **{name: "statistics" for name in ALL if name.startswith("statistics:")},
}


@pytest.mark.parametrize("name", sorted(PACED))
def test_what_costs_much_or_shows_much_is_counted(name: str) -> None:
    names = {one.rpartition(":")[2]: one for one in ALL}
    found = ALL.get(name) or ALL[names[name.rpartition(":")[2]]]
    assert getattr(found[1].callback, "paced", None) == PACED[name]


def test_every_pace_is_used() -> None:
    assert set(PACED.values()) == set(pace.PACES)


def test_past_its_pace_a_person_waits_and_the_house_notes_it_once(
    inside: Client, ports: Ports, world: World, tmp_path: Path
) -> None:
    limit = pace.PACES["search"]
    seen = [inside.post("/search/", {"words": "x"}).status_code for _ in range(limit + 3)]
    assert seen == [200] * limit + [429] * 3
    assert acts(ports, "too-often") == [{"what": "search", "limit": str(limit)}]
    assert "desk.too-often" in inside.post("/search/", {"words": "x"}).content.decode()
    assert inside.get("/search/").status_code == 200  # the page itself stays
    assert inside.get("/register/").status_code == 200  # and what is not counted
    again = Client(SERVER_NAME="127.0.0.1")
    again.get(make_link(tmp_path, os.urandom, "lan"))
    assert again.post("/search/", {"words": "x"}).status_code == 429  # another session is the same person
    persons.add(ports, "minh", "Minh", list(Role), by=persons.TERMINAL)
    again.get(make_link(tmp_path, os.urandom, "minh"))
    assert again.post("/search/", {"words": "x"}).status_code == 200
    world.clock.advance(minutes=2)
    assert inside.post("/search/", {"words": "x"}).status_code == 200


def test_one_person_takes_at_most_half_of_the_places_for_uploads(tmp_path: Path) -> None:
    kept = Spool(tmp_path / "spool", REST, os.urandom)
    for one in range(spools.OWN_LIMIT):
        kept.begin(CaseRef("0" * 64), f"{one}.bin", 1000, "noor", {})
    with pytest.raises(TooManyOwnUploads):
        kept.begin(CaseRef("0" * 64), "more.bin", 1000, "noor", {})
    assert kept.begin(CaseRef("0" * 64), "mine.bin", 1000, "lan", {}).by == "lan"


# --- what the house notes ---------------------------------------------------------------------------------------------


def test_who_was_not_let_in_is_noted_without_what_was_typed(browser: Client, ports: Ports) -> None:
    assert sign_in(browser, "my-password-by-mistake", "hunter2-hunter2", "123456") == 403
    assert browser.post("/sign-in/passkey/", {"answer": "{}"}).status_code == 403
    refused = acts(ports, "sign-in-refused")
    assert [one["way"] for one in refused] == ["passkey", "code"]
    assert {one["from"] for one in refused} == {"127.0.0.1"}
    assert "my-password" not in str(refused)
    assert "hunter2" not in str(refused)


def test_who_asked_for_a_page_that_is_not_theirs_is_noted(browser: Client, ports: Ports, tmp_path: Path) -> None:
    persons.add(ports, "hoa", "Hoa", [Role.OVERSEER], by=persons.TERMINAL)
    browser.get(make_link(tmp_path, os.urandom, "hoa"))
    assert browser.get("/ask/").status_code == 403
    assert browser.get(f"/case/{'0' * 64}/").status_code == 404
    pages = [(one["page"], one["why"]) for one in acts(ports, "refused")]
    assert pages == [("case", "case.unknown"), ("composing:start", "desk.not-allowed")]
    assert Power.COMPOSE not in persons.find("hoa").seat.powers


def test_every_address_that_is_open_to_outside_is_named() -> None:
    """Whatever else is reached without a session is a mistake."""
    assert {"enter", "language", "leave", "sign-in", "sign-in-challenge", "sign-in-passkey"} == OPEN
