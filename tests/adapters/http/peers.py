"""Peers that speak TLS on loopback: a whole gate, or one that answers whatever a test says."""

from __future__ import annotations

import io
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.core.handlers.wsgi import WSGIHandler

from musnad.core.crypto.certificate import self_signed_certificate
from musnad.core.kernel.times import instant
from tests.directory_fixture import make_party, make_world
from tests.doors.gate.gate import serving
from tests.world import World

Speak = Callable[[socket.socket, bytes], None]
"""What a peer does with a connection once it has read a request's head (and whatever came with it)."""


def certificate(host: str = "127.0.0.1") -> tuple[str, bytes]:
    """A fresh P-256 certificate and key, valid by the machine's own clock."""
    return self_signed_certificate(host, instant(datetime.now(UTC)), 30)


def _context(folder: Path, pem: str, key: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    place = folder / "server.pem"
    place.write_bytes(pem.encode("ascii") + key)
    context.load_cert_chain(place)
    return context


@contextmanager
def talking(folder: Path, speak: Speak, *, pem: str, key: bytes) -> Iterator[str]:
    """A TLS server that does as ``speak`` says on each connection; gives its address."""
    context = _context(folder, pem, key)
    listener = socket.create_server(("127.0.0.1", 0))
    stopped = threading.Event()

    def serve(plain: socket.socket) -> None:
        # A client that refuses the certificate, or goes away in the middle, is what some of the tests are about.
        with suppress(OSError), context.wrap_socket(plain, server_side=True) as connection:
            connection.settimeout(10)
            speak(connection, _read_request(connection))

    def accept() -> None:
        while not stopped.is_set():
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=serve, args=(plain,)))
            threads[-1].start()

    threads: list[threading.Thread] = [threading.Thread(target=accept)]
    threads[0].start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopped.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in threads:
            thread.join(10)


def _read_request(connection: socket.socket) -> bytes:
    """A whole request: unread octets would reset the connection before the answer arrives."""
    octets, left = b"", 1
    while left > 0:
        piece = connection.recv(65536)
        if not piece:
            break
        octets += piece
        head, found, body = octets.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: ([0-9]+)", head, re.IGNORECASE)
        left = (int(length[1]) if length else 0) - len(body) if found else 1
    return octets


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing on the test's output."""

    def get_stderr(self) -> io.StringIO:
        return io.StringIO()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = False


@contextmanager
def world_over_https(folder: Path) -> Iterator[World]:
    """VN and QA, QA's gate behind TLS at the address and under the certificate that the directory names."""
    pem, key = certificate()
    server = _Server(("127.0.0.1", 0), _Quiet)
    server.socket = _context(folder, pem, key).wrap_socket(server.socket, server_side=True)
    server.set_app(WSGIHandler())
    qa = make_party("QA", url=f"https://127.0.0.1:{server.server_port}", certificate=pem)
    world = World(published=make_world(parties={"VN": make_party("VN"), "QA": qa}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    with serving(world["QA"]):
        thread.start()
        try:
            yield world
        finally:
            server.shutdown()
            server.server_close()
            thread.join(10)
