"""A server in the place of a node's gate, with the node's own pinned certificate or another, that does not keep to the
protocol."""

from __future__ import annotations

import contextlib
import re
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Manner = Literal["garbage", "empty", "huge", "cut", "silent"]
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
HUGE_OCTETS = 3 * 1024 * 1024


@dataclass
class Heard:
    """How many connections came, and how many octets of requests."""

    connections: int = 0
    octets: int = 0
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def false_peer(listen: str, keys: Path, manner: Manner) -> Iterator[Heard]:
    """Stand at ``listen`` with ``tls.pem`` and ``tls.key`` of ``keys`` until the block ends."""
    heard = Heard()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys / "tls.pem", keys / "tls.key")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            heard.connections += 1
            self.request.settimeout(60)
            with contextlib.suppress(OSError), context.wrap_socket(self.request, server_side=True) as line:
                heard.octets += _read_request(line)
                _answer(line, manner, heard)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False

    host, _, port = listen.rpartition(":")
    with Server((host, int(port)), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.1,))
        serving.start()
        try:
            yield heard
        finally:
            heard.over.set()
            server.shutdown()
            serving.join()


def _read_request(line: ssl.SSLSocket) -> int:
    """All of it: a line closed before it was read would be reset, and the answer with it."""
    request = b""
    while b"\r\n\r\n" not in request:
        request += line.recv(65536)
    head, _, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    left = (int(length[1]) if length else 0) - len(body)
    while left > 0:
        left -= len(line.recv(65536))
    return len(request)


def _answer(line: ssl.SSLSocket, manner: Manner, heard: Heard) -> None:
    match manner:
        case "garbage":
            line.sendall(_HEAD + b'Content-Length: 23\r\n\r\n{"receipts": ["Z2FyYmFn')
        case "empty":
            line.sendall(_HEAD + b'Content-Length: 16\r\n\r\n{"receipts": []}')
        case "huge":
            line.sendall(_HEAD + b"Content-Length: %d\r\n\r\n" % HUGE_OCTETS + bytes(HUGE_OCTETS))
        case "cut":
            line.sendall(_HEAD + b'Content-Length: 9000\r\n\r\n{"receipts": ["')
        case "silent":
            heard.over.wait(120)
            time.sleep(0.1)
