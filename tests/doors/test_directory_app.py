"""The directory's static door: its own names are served, nothing else is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from musnad.adapters.directory import registrar
from musnad.gate.directory_app import directory_app
from tests.directory_fixture import NOW, stream


@pytest.fixture
def public(tmp_path: Path) -> Path:
    registrar.create(tmp_path / "registrar", now=NOW, entropy=stream("registrar"))
    return tmp_path / "registrar" / "public"


def ask(public: Path, path: str, method: str = "GET", prefix: str = "") -> tuple[str, dict[str, str], bytes]:
    environ: dict[str, Any] = {"PATH_INFO": path, "REQUEST_METHOD": method, "QUERY_STRING": "", "SCRIPT_NAME": ""}
    setup_testing_defaults(environ)
    told: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
        told.extend((status, dict(headers)))

    answer = validator(directory_app(public, prefix))(environ, start_response)
    body = b"".join(answer)
    answer.close()  # type: ignore[attr-defined]  # the validator asks for it
    return told[0], told[1], body


def test_serves_metadata_as_octets(public: Path) -> None:
    status, headers, body = ask(public, "/metadata/timestamp.json")
    assert status == "200 OK"
    assert headers["content-type"] == "application/octet-stream"
    assert body == (public / "metadata" / "timestamp.json").read_bytes()
    assert ask(public, "/directory/metadata/1.root.json", prefix="/directory")[0] == "200 OK"


def test_tells_the_size_only_to_head(public: Path) -> None:
    status, headers, body = ask(public, "/metadata/1.root.json", "HEAD")
    assert (status, body) == ("200 OK", b"")
    assert int(headers["content-length"]) > 0


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/metadata/",
        "/metadata/../../keys/online.json",
        "/metadata/..%2f..%2fkeys/online.json",
        "/metadata/1.root.json\x00",
        "/metadata/1.root.json\n",
        "/metadata//1.root.json",
        "//metadata/1.root.json",
        "/metadata/2.root.json",
        "/keys/online.json",
        "/targets/parties/../../../keys/online.json",
        "/targets/parties/VN/" + "0" * 64 + ".party.json",
    ],
)
def test_anything_else_is_not_there(public: Path, path: str) -> None:
    assert ask(public, path)[0] == "404 Not Found"


def test_a_link_out_of_the_folder_is_not_followed(public: Path) -> None:
    (public / "metadata" / "9.root.json").symlink_to(public.parent / "keys" / "online.json")
    assert ask(public, "/metadata/9.root.json")[0] == "404 Not Found"


def test_nobody_writes(public: Path) -> None:
    assert ask(public, "/metadata/timestamp.json", "PUT")[0] == "405 Method Not Allowed"
