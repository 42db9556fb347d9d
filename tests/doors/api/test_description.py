"""The description of the interface is OpenAPI 3.1, says what is answered, and leaves out nothing a terminal does."""

from __future__ import annotations

import argparse
import json
from typing import Any

import jsonschema_rs
import pytest

from musnad.adapters.files.grants import SCOPES
from musnad.api.shapes.forms import Given, Shape
from musnad.cli.main import parser
from musnad.core.dossier.split_file import judge_split_file
from musnad.core.kernel.b64 import parse_b64
from musnad.core.kernel.names import digest_of
from musnad.core.transparency.checkpoint import checkpoint, sign_checkpoint
from musnad.core.transparency.split import prove_split
from musnad.exchange.splits import keep_split
from tests.doors.api.caller import PREFIX, Api, description

COUNTERPARTS: dict[str, str | None] = {
    "ask": "POST /requests",
    "answer": "POST /cases/{case}/steps",
    "approve": "POST /drafts/{draft}/approvals",
    "inbox": "GET /inbox",
    "due": "GET /due",
    "show": "GET /cases/{case}",
    "print": "GET /requests/{request_id}/paper",
    "enter": "POST /cases/{case}/steps",
    "hand-over": "POST /cases/{case}/hand-overs",
    "offer": "POST /cases/{case}/offers",
    "fetch": "POST /cases/{case}/exhibits/{seal}/fetch",
    "custody": "POST /cases/{case}/exhibits/{seal}/custody",
    "check": "POST /check",
    "can": "GET /can",
    "statistics": "GET /figures",
    "law show": "GET /law/profiles/{state}",
    "law gap": "GET /law/profiles/{state}/gap",
    "law matrix": "GET /law/matrix",
    "law add": "POST /law/profiles",
    "register show": "GET /register/states/{party}",
    "register force": "GET /register/force",
    "register checklist": "GET /register/states/{party}/checklist",
    "register load": "POST /register/loads",
    "register accept": "POST /register/updates",
    "register export": "GET /register/facts",
    # A correction is signed by an officer where the key is, then accepted like any other's.
    "register correct": "POST /register/updates",
    # What needs a file of this machine or an officer's key at hand is done where these are.
    "seal": None,
    "open": None,
    "export": None,
    "verify": None,
    "demo": None,
    "bench": None,
    # The operator's and the Registrar's tools, tokens and people among them, are no program's business.
    "node": None,
    "directory": None,
    "token": None,
    "people": None,
    # Officers enrol at the desk, and sign where their key is.
    "roster": None,
    "language": None,
}
"""Each command of a terminal with the operation that does the same, or None with the reason above it."""
WHOLE_GROUPS = {"node", "directory", "people", "roster", "token", "language"}


def commands() -> set[str]:
    """Every command; of a group, each of its tools, unless the group as a whole is said above."""
    found: set[str] = set()
    for name, inner in _choices(parser()).items():
        tools = {} if name in WHOLE_GROUPS else _choices(inner)
        found |= {f"{name} {tool}" for tool in tools} or {name}
    return found


def _choices(of: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return {
        name: made
        for action in of._actions
        if isinstance(action, argparse._SubParsersAction)
        for name, made in action.choices.items()
    }


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path.removeprefix(PREFIX), operation)
        for path, described in description()["paths"].items()
        for method, operation in described.items()
    ]


def test_every_command_has_its_counterpart() -> None:
    assert commands() - set(COUNTERPARTS) == set()
    there = {f"{method} {path}" for method, path, _ in operations()}
    assert {one for one in COUNTERPARTS.values() if one is not None} - there == set()


def test_the_description_is_served_to_anybody_as_it_is(qa: Api) -> None:
    answer = qa.client.get(f"{PREFIX}/openapi.json")
    assert answer.status_code == 200
    assert json.loads(answer.content) == description()
    assert description()["openapi"].startswith("3.1.")


def test_there_is_no_page_of_documentation_from_elsewhere(qa: Api) -> None:
    for path in ("/docs", "/redoc", "/", ""):
        assert qa.client.get(PREFIX + path).status_code == 404


def schemas(value: object) -> list[dict[str, Any]]:
    """Every schema of the document, outermost first."""
    found: list[dict[str, Any]] = []
    if isinstance(value, dict):
        found += [value["schema"]] if isinstance(value.get("schema"), dict) else []
        for part in value.values():
            found += schemas(part)
    elif isinstance(value, list):
        for part in value:
            found += schemas(part)
    return found


def test_every_schema_is_one() -> None:
    """Against the metaschema of JSON Schema 2020-12, on which OpenAPI 3.1 stands."""
    every = [*schemas(description()["paths"]), *description()["components"]["schemas"].values()]
    assert len(every) > 100
    for schema in every:
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def test_no_two_shapes_share_a_name() -> None:
    """The description would show one of them in the place of both."""
    names: list[str] = []
    for base in (Shape, Given):
        waiting = [base]
        while waiting:
            one = waiting.pop()
            names.append(one.__name__)
            waiting += one.__subclasses__()
    assert [name for name in names if names.count(name) > 1] == []


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(description())
    named = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert named <= set(description()["components"]["schemas"])


def test_the_document_has_the_form_that_openapi_31_asks_for() -> None:
    document = description()
    assert set(document) <= {"openapi", "info", "servers", "paths", "components", "tags"}
    assert {"title", "version"} <= set(document["info"])
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    names = []
    for method, path, operation in operations():
        assert path.startswith("/")
        names.append(operation["operationId"])
        assert operation["summary"], path
        assert operation["description"], f"{method} {path} tells nobody what it does"
        inside = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert inside == {part[1:-1] for part in path.split("/") if part.startswith("{")}
        assert all(one["required"] for one in operation["parameters"] if one["in"] == "path")
        assert ("requestBody" in operation) <= (method == "POST")
        for status, response in operation["responses"].items():
            assert response["description"]
            kinds = set(response["content"])
            assert kinds == ({"application/json"} if int(status) < 400 else {"application/problem+json"})
    assert len(names) == len(set(names))


def test_each_scope_opens_something() -> None:
    used = {
        scope for _, _, operation in operations() for one in operation.get("security", []) for scope in one["token"]
    }
    assert used == set(SCOPES)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_errors_speak_the_language_that_was_asked_for(qa: Api, language: str) -> None:
    answer = qa.ask("GET", f"/cases/{'0' * 64}", accept_language=f"xx, {language};q=0.8")
    assert answer.headers["Content-Language"] == language
    english = qa.get(f"/cases/{'0' * 64}", 404)["detail"]
    assert (json.loads(answer.content)["detail"] == english) == (language == "en")


def test_an_unknown_path_or_method_is_a_problem_too(qa: Api) -> None:
    assert qa.get("/nothing", 404)["code"] == "resource.unknown"
    assert json.loads(qa.client.get("/elsewhere").content)["code"] == "resource.unknown"
    for method in ("DELETE", "PUT", "PATCH"):
        answer = qa.client.generic(method, f"{PREFIX}/inbox")
        assert (answer.status_code, json.loads(answer.content)["code"]) == (405, "resource.method")
        assert answer.headers["Allow"] == "GET"


def test_a_body_that_is_no_json_or_too_large(qa: Api) -> None:
    shown = {"authorization": f"Bearer {qa.token()}"}

    def post(data: bytes, kind: str = "application/json") -> tuple[int, str]:
        answer = qa.client.generic("POST", f"{PREFIX}/requests", data, kind, headers=shown)
        return answer.status_code, json.loads(answer.content)["code"]

    assert post(b"{") == (400, "form.not-ijson")
    assert post(b"\xff") == (400, "form.not-ijson")
    assert post(b'{"author": 1.5}') == (400, "form.not-ijson")
    assert post(b'{"a": 1, "a": 2}') == (400, "form.not-ijson")
    assert post(b"[" * 100_000) == (400, "form.not-ijson")
    assert post(b"[]")[0] == 400
    assert post(b"") == (400, "form.invalid")
    assert post(b"a=b", "application/x-www-form-urlencoded") == (415, "request.media-type")
    assert post(b"{}", "text/plain") == (415, "request.media-type")
    assert post(b" " * (1024 * 1024 + 1)) == (413, "form.too-large")


def test_a_copy_is_kept_by_its_etag(qa: Api) -> None:
    first = qa.ask("GET", "/inbox")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "no-store"
    again = qa.ask("GET", "/inbox", if_none_match=f'"other", W/{tag}')
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert qa.ask("GET", "/inbox", if_none_match='"other"').status_code == 200
    assert qa.ask("GET", "/inbox", accept_language="ar", if_none_match=tag).status_code in {200, 304}
    from tests.doors.api.test_saying import received

    received(qa)
    assert qa.ask("GET", "/inbox", if_none_match=tag).status_code == 200


def test_what_nobody_foresaw_is_logged_and_not_told(qa: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("musnad.api.routes.cases.all_rows", broken)
    shown = {"authorization": f"Bearer {qa.token()}"}
    answer = qa.client.get(f"{PREFIX}/inbox", headers=shown)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (500, "internal")
    assert b"secret" not in answer.content


def test_the_node_tells_whose_it_is(qa: Api) -> None:
    found = qa.get("/node", token=qa.token("cases:read"))
    assert found["party"]["code"] == "QA"
    assert found["token"]["scopes"] == ["cases:read"]
    assert found["exercise"] is True
    assert qa.get("/health", token="") == {"alive": True}


def test_no_answer_is_a_page_to_a_browser(qa: Api) -> None:
    answers = [qa.client.get(f"{PREFIX}/openapi.json"), qa.client.get(f"{PREFIX}/inbox"), qa.client.get("/nothing")]
    assert {one.status_code for one in answers} >= {401, 404}
    for one in answers:
        assert one.headers["Content-Disposition"].startswith("attachment")
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in one.headers["Content-Security-Policy"]
        assert one.headers["Strict-Transport-Security"].startswith("max-age=")
        assert "json" in one.headers["Content-Type"]


def test_a_log_that_split_is_told_with_its_proof(qa: Api) -> None:
    assert qa.get("/node/splits", token=qa.token("cases:read")) == {"splits": []}
    key = qa.world["VN"].ports.keys.log
    heads = [sign_checkpoint(checkpoint(key.name, 3, octet * 32), key, qa.world.clock.now()) for octet in (b"a", b"b")]
    keep_split(qa.node.ports, qa.world["VN"].code, prove_split(heads[0], heads[1], ()))
    (told,) = qa.get("/node/splits", token=qa.token("cases:read"))["splits"]
    assert (told["party"], told["own"], told["sizes"], told["times"]) == ("VN", False, [3, 3], 1)
    anchor = digest_of(qa.world.published.anchor)
    assert judge_split_file(parse_b64(told["proof"], what="proof"), anchor).party == "VN"
