"""A program before a node's interface: tokens for any scopes, requests as JSON, answers held against the description.

with interface_of(world, "QA", folder) as api:
    api.get("/inbox", 200)                  # every scope, unless another token is named
    api.post("/requests", body, 201)
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import jsonschema_rs
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings

from musnad.adapters.files.grants import OF_AUTHORITIES, SCOPES, Grants, Scope
from musnad.api import configuration
from musnad.api.house import House
from musnad.core.kernel.names import AuthorityId, Slug
from tests.world import Node, World

PREFIX = "/api/v1"
PROBLEM = "application/problem+json"


@dataclass
class Api:
    """One node's interface, and the tokens that this test has asked for."""

    world: World
    node: Node
    folder: Path
    client: Client
    tokens: dict[tuple[Scope, ...], str] = field(default_factory=dict, repr=False)

    @property
    def grants(self) -> Grants:
        return Grants(self.folder)

    def token(self, *scopes: Scope, authorities: tuple[AuthorityId, ...] | None = None) -> str:
        """A token with these scopes, every one if none is named; for every authority of the node unless said."""
        if authorities is None and scopes in self.tokens:
            return self.tokens[scopes]
        given = frozenset(scopes or SCOPES)
        whose = frozenset(self.node.ports.keys.hosted if authorities is None else authorities)
        made = self.grants.make(
            Slug(f"token-{len(self.grants.every())}"),
            given,
            whose if given & OF_AUTHORITIES else frozenset(),
            days=30,
            today=self.world.clock.now().date(),
            entropy=self.node.ports.entropy,
        )[1]
        if authorities is None:
            self.tokens[scopes] = made
        return made

    def ask(
        self, method: str, path: str, body: object = None, *, token: str | None = None, **headers: str
    ) -> HttpResponse:
        """One request; the answer conforms to the description, whatever it is."""
        shown = {"authorization": f"Bearer {self.token() if token is None else token}"} if token != "" else {}
        content: dict[str, Any] = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer: Any = self.client.generic(
            method, PREFIX + path, **content, headers={**shown, **{n.replace("_", "-"): v for n, v in headers.items()}}
        )
        conforms(method, path, answer)
        return answer  # type: ignore[no-any-return]

    def get(self, path: str, status: int = 200, *, token: str | None = None, **headers: str) -> dict[str, Any]:
        return _json(self.ask("GET", path, token=token, **headers), status)

    def post(
        self, path: str, body: object, status: int = 201, *, token: str | None = None, **headers: str
    ) -> dict[str, Any]:
        return _json(self.ask("POST", path, body, token=token, **headers), status)


def _json(answer: HttpResponse, status: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.content)
    assert answer.status_code == status, found
    if status >= 400:
        assert answer.headers["Content-Type"] == PROBLEM
        assert found["type"] == f"urn:musnad:error:{found['code']}"
        assert found["status"] == status
        assert found["detail"]
        assert found["remedy"]
    return found


@cache
def description() -> dict[str, Any]:
    """The interface's own description."""
    with override_settings(ROOT_URLCONF="musnad.api.urls"):
        from musnad.api.urls import interface

        found: dict[str, Any] = json.loads(json.dumps(interface.get_openapi_schema()))
        return found


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    """What the description says of an operation, by the path that was asked."""
    parts = (PREFIX + path).partition("?")[0].split("/")
    for template, operations in description()["paths"].items():
        wanted = template.split("/")
        if len(wanted) == len(parts) and all(a == b or a.startswith("{") for a, b in zip(wanted, parts, strict=True)):
            found: dict[str, Any] | None = operations.get(method.lower())
            if found is not None:
                return found
    return None


def conforms(method: str, path: str, answer: HttpResponse) -> None:
    """Status, media type and content are as described, for every operation that is."""
    said = operation_of(method, path)
    if said is None or answer.status_code == 304:
        return
    assert answer.status_code < 500 or answer.status_code == 503, answer.content
    described = said["responses"].get(str(answer.status_code))
    assert described is not None, f"{method} {path}: {answer.status_code} is not described: {answer.content!r}"
    kind = answer.headers["Content-Type"].partition(";")[0]
    schema = {**described["content"][kind]["schema"], "components": description()["components"]}
    jsonschema_rs.validator_for(schema).validate(json.loads(answer.content))


@contextmanager
def interface_of(world: World, party: str, folder: Path) -> Iterator[Api]:
    """The interface's settings, with this node behind it."""
    settings.SECRET_KEY = "only for tests"
    names = [name for name in vars(configuration) if name.isupper()]
    values = {name: getattr(configuration, name) for name in names}
    node = world[party]
    house = House(node.ports, folder, exercise=True)
    with override_settings(**values, DEBUG=False), patch("musnad.api.caller.house", lambda: house):
        yield Api(world, node, folder, Client(raise_request_exception=False))
