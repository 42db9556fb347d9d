"""A node's gate as its server runs it: the WSGI application over a node of ``tests.world``, asked as a peer asks.

    gate = Gate(world["QA"])
    answer = gate.post("/gate/v1/envelopes", envelope, gate.signed(world["VN"], "POST", path, body=envelope))
    answer.status, answer.code

What stands between a request and the views is the product's own settings and Django's own handler.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

from musnad.core.crypto.signing import SigningKey
from musnad.core.kernel.times import Instant
from musnad.exchange.http_signature import RequestLine, sign_request
from musnad.node import settings
from tests.world import Node

ENVELOPES = "/gate/v1/envelopes"
CONTACT, CENTRAL = "contact-24-7", "central-authority"
_KEPT = ("ROOT_URLCONF", "ALLOWED_HOSTS", "MIDDLEWARE", "DATA_UPLOAD_MAX_MEMORY_SIZE", "DEBUG", "USE_TZ", "TIME_ZONE")


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The problem details (RFC 9457), whose form is checked each time that they are looked at."""
        assert self.headers["content-type"] == "application/problem+json"
        told: dict[str, Any] = json.loads(self.body)
        assert set(told) == {"type", "status", "code", "facts"}
        assert told["type"] == f"urn:musnad:error:{told['code']}"
        assert told["status"] == self.status
        assert all(isinstance(fact, str | int) for fact in told["facts"].values())
        return told

    @property
    def code(self) -> str:
        return str(self.problem["code"])


@dataclass
class Gate:
    """One node's gate."""

    node: Node

    @property
    def host(self) -> str:
        return urlsplit(self.node.keys.party.node.url).netloc

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request; ``headers`` may name any header, also those that a server sets itself."""
        plain, _, query = path.partition("?")
        given = {"host": self.host, **({} if body is None else {"content-length": str(len(body))}), **(headers or {})}
        if path == ENVELOPES and method == "POST":
            given = {"musnad-log-index": "0", "musnad-log-salt": "0" * 64} | given
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": plain.encode("utf-8").decode("latin-1"),
            "QUERY_STRING": query,
            "wsgi.input": io.BytesIO(body or b""),
            "wsgi.url_scheme": "https",
        }
        for name, value in given.items():
            key = name.upper().replace("-", "_")
            environ[key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"] = value
        setup_testing_defaults(environ)
        told: list[Any] = []

        def start_response(status: str, answered: list[tuple[str, str]], _: object = None) -> Any:
            told.extend((status, {name.lower(): value for name, value in answered}))

        with serving(self.node):
            answer = WSGIHandler()(environ, start_response)
            content = b"".join(answer)
            answer.close()
        return Answer(int(told[0][:3]), told[1], content)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("POST", path, body, headers)

    def signed(
        self,
        asker: Node,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        wanted: str | None = None,
        authority: str = CONTACT,
        key: SigningKey | None = None,
        at: Instant | None = None,
        host: str | None = None,
    ) -> dict[str, str]:
        """The headers of a request as an authority of ``asker`` signs it."""
        line = RequestLine(method, host or self.host, path, wanted, body)
        return sign_request(
            line,
            asker.authority(authority),
            key or asker.keys.signing[authority],
            at or asker.ports.clock.now(),
        )

    def deliver(self, asker: Node, envelope: bytes, **more: str) -> Answer:
        """Post an envelope as the asker's wire does."""
        signed = self.signed(asker, "POST", ENVELOPES, body=envelope)
        return self.post(ENVELOPES, envelope, {**signed, **more})

    def range_of(self, asker: Node, path: str, wanted: str, authority: str = CENTRAL) -> Answer:
        """Ask for a range as an authority of ``asker``."""
        return self.get(path, self.signed(asker, "GET", path, wanted=wanted, authority=authority))


@contextmanager
def serving(node: Node) -> Iterator[None]:
    """This process's gate is the node's, under the product's settings, until the block ends."""
    chosen = {name: getattr(settings, name) for name in _KEPT}
    with override_settings(**chosen), mock.patch("musnad.gate.views.ports", return_value=node.ports):
        yield


def footprint(node: Node) -> tuple[object, ...]:
    """Everything that the node keeps, to say that a refused request left no trace of itself."""
    journal = node.journal
    return (
        journal.log_size(),
        tuple(entry.id for entry in journal.entries()),
        journal.waiting(),
        journal.drafts(),
        journal.exhibits(),
        journal.cases(),
        journal.head(),
        journal.peer_head(node.keys.party.code),
        tuple(sorted(node.ports.vault.drafts())),
    )
