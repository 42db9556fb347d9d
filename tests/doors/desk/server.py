"""The desk served to a real browser on loopback, in this process, with a memory node behind it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from socketserver import ThreadingMixIn
from unittest.mock import patch
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.wsgi import get_wsgi_application

from musnad.exchange.ports import Ports
from musnad.people.powers import Power
from musnad.people.seat import Seat
from musnad.records.at_rest import RestKey
from tests.doors.desk.seats import OFFICER
from tests.doors.desk.settings import desk_settings
from tests.people_database import people_tables


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: the browser's side is what the tests look at."""


@contextmanager
def desk_of(ports: Ports, folder: Path, seat: Seat | None = OFFICER) -> Iterator[None]:
    """The desk's settings, with this node behind it and this seat at it.

    With ``None`` the door decides who sits, and who may see what; there are tables of people then.
    """
    with (
        desk_settings(),
        patch("musnad.desk.house.ports", lambda: ports),
        patch("musnad.desk.house.folder", lambda: folder),
        patch("musnad.desk.house.address", lambda: "http://localhost"),
        patch("musnad.desk.house.hidden_from", lambda _: frozenset()) if seat else people_tables(folder),
        patch("musnad.desk.house.sees", lambda at, _: at.may(Power.SEE_CASES)) if seat else nullcontext(),
        patch("musnad.desk.pace.times_in_window", lambda *_: 0) if seat else nullcontext(),
        patch("musnad.desk.house.seat_of", lambda _: seat) if seat else nullcontext(),
        patch("musnad.desk.house.rest_key", lambda: RestKey(bytes(32), os.urandom)),
    ):
        yield


@contextmanager
def serving(ports: Ports, folder: Path, seat: Seat | None = OFFICER) -> Iterator[str]:
    """The desk's address."""
    with desk_of(ports, folder, seat):
        server = make_server("127.0.0.1", 0, get_wsgi_application(), _Server, _Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            with patch("musnad.desk.house.address", lambda: f"http://localhost:{server.server_port}"):
                yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
