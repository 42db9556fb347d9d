"""``exchange.stamping.StampAuthority`` over HTTP or HTTPS (RFC 3161 section 3.4).

What comes back proves itself or is nothing, so the line needs no trust; a stamp over HTTPS is asked for under the
system's own certificate authorities. The whole exchange ends in ``SECONDS``, however slowly the other side speaks, and
an answer past its limit is read no further. Redirects are not followed.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from musnad.core.crypto.stamp import ANCHOR_LIMIT_OCTETS, ANSWER_LIMIT_OCTETS, REQUEST_TYPE, StampAnchor, parse_anchor
from musnad.exchange.errors import StampUnreachable

SECONDS = 20.0
CONNECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class HttpStampAuthority:
    """An authority at a URL, trusted by its root's certificate."""

    url: str
    anchor: StampAnchor
    seconds: float = SECONDS

    def ask(self, request: bytes) -> bytes:
        parts = urlsplit(self.url)
        connection = _connection(parts.scheme, parts.hostname or "", parts.port)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        held: list[socket.socket] = []
        end = threading.Timer(self.seconds, _cut, [held])
        end.daemon = True
        end.start()
        try:
            connection.connect()
            held.append(connection.sock)  # the library lets go of it before the answer is read
            connection.request("POST", path, body=request, headers={"content-type": REQUEST_TYPE})
            with connection.getresponse() as answer:
                if answer.status != 200:
                    raise StampUnreachable(parts.hostname or "", f"http {answer.status}")
                data = answer.read(ANSWER_LIMIT_OCTETS + 1)
                if answer.length and len(data) <= ANSWER_LIMIT_OCTETS:
                    raise http.client.IncompleteRead(data, answer.length)
                return data
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise StampUnreachable(parts.hostname or "", type(error).__name__) from error
        finally:
            end.cancel()
            connection.close()


def read_authority(url: str, trust: Path) -> HttpStampAuthority:
    """An authority as node.toml names it.

    Raises ``StampUnreachable`` where there is no such file, ``BadStampForm`` or ``TooLarge`` where it is no
    certificate.
    """
    try:
        with trust.open("rb") as stream:
            data = stream.read(ANCHOR_LIMIT_OCTETS + 1)
    except OSError as error:
        raise StampUnreachable(trust.name, error.strerror or "unreadable") from error
    return HttpStampAuthority(url, parse_anchor(data, what=trust.name))


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port or 443, timeout=CONNECT_SECONDS, context=context)
    return http.client.HTTPConnection(host, port or 80, timeout=CONNECT_SECONDS)


def _cut(held: list[socket.socket]) -> None:
    """End the exchange from beside it: whoever waits for a next octet finds the end."""
    for one in held:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
