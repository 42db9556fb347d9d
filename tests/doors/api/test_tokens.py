"""Tokens: who may come in, for what, for whom, how long; and that no token is ever told again."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest

from musnad.adapters.files.grants import SCOPES, Grants, GrantTaken, GrantUnreadable, Scope, UnknownGrant
from musnad.core.kernel.errors import BadForm, MusnadError
from musnad.core.kernel.names import Slug, parse_authority
from musnad.core.kernel.times import Day
from tests.doors.api.caller import PREFIX, Api, description
from tests.doors.desk.story import Story

TODAY = Day(2026, 11, 23)
QA = frozenset({parse_authority("QA/contact-24-7")})
READ: frozenset[Scope] = frozenset({"cases:read"})


def entropy(size: int) -> bytes:
    entropy_state[0] += 1
    return bytes([entropy_state[0]]) * size


entropy_state = [0]


@pytest.fixture
def grants(tmp_path: Path) -> Grants:
    return Grants(tmp_path)


def make(grants: Grants, name: str = "one", days: int = 30, scopes: frozenset[Scope] = READ) -> str:
    return grants.make(Slug(name), scopes, QA, days=days, today=TODAY, entropy=entropy)[1]


# --- the store --------------------------------------------------------------------------------------------------------


def test_a_token_opens_until_its_last_day_included(grants: Grants) -> None:
    token = make(grants, days=30)
    last = TODAY + timedelta(days=29)
    found = grants.open(token, last)
    assert found is not None
    assert (found.scopes, found.authorities, found.last_day) == (READ, QA, last)
    assert grants.open(token, last + timedelta(days=1)) is None


def test_a_revoked_token_opens_nothing_and_does_not_come_back(grants: Grants) -> None:
    token, other = make(grants), make(grants, "two")
    assert grants.open(token, TODAY)
    grants.revoke("one")
    assert grants.open(token, TODAY) is None
    assert grants.open(other, TODAY)
    assert [one.name for one in grants.every()] == ["two"]
    with pytest.raises(UnknownGrant):
        grants.revoke("one")


def test_anything_else_opens_nothing(grants: Grants) -> None:
    token = make(grants)
    prefix, name, secret = token.split("_")
    other = make(grants, "two").split("_")[2]
    mixed = [f"{prefix}_{one}" for one in (f"{name}_{other}", f"{'0' * 16}_{secret}", f"../../x_{secret}")]
    for wrong in ("", token[:-1], token + "0", token.upper(), *mixed, secret, f" {token}", f"{token}\n"):
        assert grants.open(wrong, TODAY) is None, wrong


def test_the_folder_holds_no_token(grants: Grants) -> None:
    secret = make(grants).split("_")[2]
    grants.open(f"musnad_{grants.every()[0].id}_{secret}", TODAY)
    for file in (grants.folder / "tokens").iterdir():
        assert secret not in file.read_text("ascii")
        assert file.stat().st_mode & 0o077 == 0


def test_a_grant_never_shows_its_digest(grants: Grants) -> None:
    make(grants)
    (grant,) = grants.every()
    assert grant.sha256 not in repr(grant)


def test_the_last_use_is_told_by_the_day(grants: Grants) -> None:
    token = make(grants)
    assert grants.every()[0].used_on is None
    grants.open(token, TODAY)
    grants.open(token, TODAY + timedelta(days=3))
    assert grants.every()[0].used_on == TODAY + timedelta(days=3)


@pytest.mark.parametrize(
    ("scopes", "authorities", "days", "what"),
    [
        (frozenset(), QA, 30, "--scope"),
        (READ, frozenset(), 30, "--authority"),
        (READ, QA, 0, "--days"),
        (READ, QA, 367, "--days"),
    ],
)
def test_a_token_that_would_say_too_little_or_last_too_long(
    grants: Grants, scopes: frozenset[Scope], authorities: frozenset[str], days: int, what: str
) -> None:
    with pytest.raises(BadForm) as caught:
        grants.make(Slug("x"), scopes, authorities, days=days, today=TODAY, entropy=entropy)  # type: ignore[arg-type]
    assert caught.value.what == what
    assert grants.every() == ()


def test_a_name_is_given_once(grants: Grants) -> None:
    make(grants)
    with pytest.raises(GrantTaken):
        make(grants)


@pytest.mark.parametrize("damage", ["{", "{}", '{"name":"x"}', "\ud800"])
def test_a_damaged_file_is_named_and_opens_nothing(grants: Grants, damage: str) -> None:
    token = make(grants)
    (file,) = (grants.folder / "tokens").iterdir()
    file.write_text(damage, "utf-8", errors="surrogatepass")
    for act in (lambda: grants.open(token, TODAY), grants.every):
        with pytest.raises(GrantUnreadable) as caught:
            act()
        assert caught.value.file == file.name


def test_a_file_that_others_may_read_opens_nothing(grants: Grants) -> None:
    token = make(grants)
    (file,) = (grants.folder / "tokens").iterdir()
    file.chmod(0o644)
    with pytest.raises(GrantUnreadable):
        grants.open(token, TODAY)


# --- at the door ------------------------------------------------------------------------------------------------------


def operations() -> list[tuple[str, str, str | None]]:
    """Every operation: its method, its path with names of the right form, and the scope it needs."""
    stand_in = {
        "case": "0" * 64,
        "draft": "0" * 64,
        "request_id": "0" * 64,
        "seal": "0" * 32,
        "state": "FR",
        "party": "FR",
    }
    found = []
    for template, described in description()["paths"].items():
        path = re.sub(r"\{(\w+)\}", lambda m: stand_in.get(m[1], "none"), template.removeprefix(PREFIX))
        for method, operation in described.items():
            scopes = [scope for one in operation.get("security", []) for scope in one["token"]]
            found.append((method.upper(), path, scopes[0] if scopes else None))
    return found


OPERATIONS = operations()


def test_every_operation_but_one_needs_a_scope() -> None:
    assert [path for _, path, scope in OPERATIONS if scope is None] == ["/health"]
    assert {scope for _, _, scope in OPERATIONS if scope} <= set(SCOPES)


@pytest.mark.parametrize(("method", "path", "scope"), OPERATIONS)
def test_no_operation_without_its_scope(qa: Api, method: str, path: str, scope: Scope | None) -> None:
    if scope is None:
        assert qa.ask(method, path, token="").status_code == 200
        return
    others: tuple[Scope, ...] = tuple(one for one in SCOPES if one != scope)
    body: dict[str, object] | None = {} if method == "POST" else None
    refused = qa.ask(method, path, body, token=qa.token(*others))
    assert (refused.status_code, json.loads(refused.content)["code"]) == (403, "token.scope")
    assert f'scope="{scope}"' in refused.headers["WWW-Authenticate"]
    assert qa.ask(method, path, body, token=qa.token(scope)).status_code not in {401, 403}
    closed = qa.ask(method, path, body, token="")
    assert (closed.status_code, json.loads(closed.content)["code"]) == (401, "token.missing")
    assert closed.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_elsewhere_than_in_its_header_opens_nothing(qa: Api) -> None:
    token = qa.token()
    assert qa.get(f"/inbox?token={token}&access_token={token}", 401, token="")["code"] == "token.missing"
    qa.client.cookies["token"] = token
    assert qa.get("/inbox", 401, token="")["code"] == "token.missing"
    for header in (token, f"Basic {token}", f"Bearer  {token}", f"Bearer {token}, Bearer {token}", "Bearer"):
        answer = qa.ask("GET", "/inbox", token="", authorization=header)
        assert json.loads(answer.content)["code"] == "token.invalid", header
    assert qa.ask("GET", "/inbox", token="", authorization=f"bearer {token}").status_code == 200


def test_a_token_that_is_over_or_revoked_opens_nothing(qa: Api) -> None:
    token = qa.token("cases:read")
    assert qa.get("/inbox", token=token)
    qa.world.clock.advance(days=29)
    assert qa.grants.open(token, qa.world.clock.now().date())
    qa.world.clock.advance(days=1)
    assert qa.get("/inbox", 401, token=token)["code"] == "token.invalid"
    fresh = qa.token("cases:read", authorities=tuple(qa.node.ports.keys.hosted))
    qa.grants.revoke(qa.grants.every()[-1].name)
    assert qa.get("/inbox", 401, token=fresh)["code"] == "token.invalid"


def test_a_token_sees_its_authorities_cases_alone(told: Api, story: Story) -> None:
    contact = told.token("cases:read", authorities=(told.node.authority("contact-24-7"),))
    central = told.token("cases:read", authorities=(told.node.authority("central-authority"),))
    seen = {token: {row["case"] for row in told.get("/cases", token=token)["items"]} for token in (contact, central)}
    assert seen[contact] | seen[central] == {row["case"] for row in told.get("/cases")["items"]}
    assert story.refused in seen[central] - seen[contact]
    assert story.crossed in seen[contact] - seen[central]
    assert story.whole in seen[contact] & seen[central]
    for path in ("", "/timeline", "/state", "/exhibits", f"/exhibits/{story.seal}", f"/exhibits/{story.seal}/manifest"):
        assert told.get(f"/cases/{story.refused}{path}", 404, token=contact)["code"] == "case.unknown"
    assert told.get("/inbox", token=contact)["waiting"] == []
    assert told.get("/inbox", token=central)["waiting"] != []


def test_a_token_speaks_for_its_authorities_alone(qa: Api) -> None:
    from tests.doors.api.test_saying import asking, received

    contact = qa.token(authorities=(qa.node.authority("contact-24-7"),))
    refused = qa.post("/requests", asking(qa.node, "central-authority"), 403, token=contact)
    assert (refused["code"], refused["facts"]["authority"]) == ("token.authority", "QA/central-authority")
    case = received(qa)
    step = {"author": "QA/central-authority", "kind": "question", "body": {"text": "Who?"}, "answers": case}
    assert qa.post(f"/cases/{case}/steps", step, 403, token=contact)["code"] == "token.authority"
    draft = qa.post("/requests", asking(qa.node, "central-authority"))["id"]
    assert qa.get("/drafts", token=contact)["items"] == []
    for path in ("", "/send", "/approvals"):
        body = {"officer": "QA/contact-24-7/duty-1", "signatures": [{"keyid": "0" * 64, "sig": "AA=="}] * 2}
        found = qa.get(f"/drafts/{draft}", 404, token=contact) if not path else qa.post(
            f"/drafts/{draft}{path}", body, 404, token=contact)  # fmt: skip
        assert found["code"] == "draft.unknown"


def test_no_token_comes_out_anywhere(qa: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = qa.token()
    answers = [
        qa.ask("GET", "/inbox"),
        qa.ask("GET", "/node"),
        qa.ask("GET", f"/cases/{'0' * 64}"),
        qa.ask("POST", "/requests", {"author": 1}),
        qa.ask("GET", "/inbox", token=token[:-1] + "x"),
    ]
    told = [answer.content.decode() + str(answer.headers) for answer in answers]
    told += [repr(record.__dict__) for record in caplog.records]
    told += [repr(qa.grants), repr(qa.grants.every())]
    try:
        qa.grants.revoke("nobody")
    except MusnadError as error:
        told.append(repr(error) + str(error))
    secret = token.split("_")[2]
    assert [text for text in told if secret in text or secret[:32] in text] == []
