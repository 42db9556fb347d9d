"""The directory's static files over HTTP (WSGI), read-only: what a Registrar's server shows, or a mirror's.

Only names that a directory has are looked up, each a plain file below the folder; anything else is 404. Whoever reads
trusts none of it before verifying, so there is nothing here to log in to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_METADATA = re.compile(
    r"/metadata/(timestamp|[1-9][0-9]{0,8}\.(root|targets|snapshot|party-[A-Z][A-Z0-9]{1,11}))\.json", re.ASCII
)
_TARGET = re.compile(r"/targets/parties/[A-Z][A-Z0-9]{1,11}/[0-9a-f]{64}\.[a-z0-9-]{1,64}\.[a-z0-9]{1,8}", re.ASCII)
_TYPE = ("content-type", "application/octet-stream")


def directory_app(folder: Path, prefix: str = "") -> WSGIApplication:
    """Serve ``folder`` (a repository's ``public``) below ``prefix``, such as ``/directory``."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ.get("REQUEST_METHOD", "")
        path = str(environ.get("PATH_INFO", ""))
        if method not in ("GET", "HEAD"):
            return _answer(start_response, "405 Method Not Allowed", b"", ("allow", "GET, HEAD"))
        data = _look_up(folder, path.removeprefix(prefix)) if path.startswith(prefix) else None
        if data is None:
            return _answer(start_response, "404 Not Found", b"")
        return _answer(start_response, "200 OK", data, head=method == "HEAD")

    return app


def _look_up(folder: Path, path: str) -> bytes | None:
    if not (_METADATA.fullmatch(path) or _TARGET.fullmatch(path)):
        return None
    file = folder / path[1:]
    try:
        if file.is_symlink() or not file.is_file():
            return None
        return file.read_bytes()
    except OSError:
        return None


def _answer(
    start_response: Callable[..., object], status: str, body: bytes, *more: tuple[str, str], head: bool = False
) -> list[bytes]:
    headers = [
        _TYPE,
        ("content-length", str(len(body))),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-cache"),
        *more,
    ]
    start_response(status, headers)
    return [] if head else [body]
