"""``exchange.ports.Wire`` on urllib3: one pool a peer, the peer's own certificate as the only trust anchor.

Answers are bounded in size and time; whatever the peer does becomes one of three errors. Nothing of a body or a header
is ever logged.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

import urllib3

from musnad.core.directory.entry import Party
from musnad.core.kernel.b64 import parse_b64
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import parse_object
from musnad.core.kernel.names import AuthorityId, Digest, MessageId, PartyCode, SealId
from musnad.core.messages.receipt import Place
from musnad.core.transparency.witness import SUBMISSION_LIMIT_OCTETS
from musnad.exchange.directory_sets import SET_LIMIT_OCTETS, parse_set
from musnad.exchange.errors import PeerBusy, PeerGarbage, PeerRefused, PeerUnreachable
from musnad.exchange.evidence.ports import RangeReader, RangeStream
from musnad.exchange.http_signature import RequestLine, authority_of, sign_request
from musnad.exchange.ports import Clock, KeyRing

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
ANSWER_LIMIT_OCTETS = 1024 * 1024
TILE_LIMIT_OCTETS = 256 * 34
MANIFEST_LIMIT_OCTETS = 1024 * 1024
NOTE_LIMIT_OCTETS = 256 * 1024
REFUSAL_LIMIT_OCTETS = 16 * 1024
_CODE = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


class HttpWire:
    """One node's side of the wire; safe to use from several threads."""

    def __init__(self, keys: KeyRing, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._pools: dict[tuple[str, str], urllib3.HTTPSConnectionPool] = {}

    def close(self) -> None:
        """Let go of every connection; the wire may still be used."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    def deliver(self, party: Party, envelope: bytes, author_place: Place) -> tuple[bytes, ...]:
        headers = {
            "content-type": "application/json",
            "musnad-log-index": str(author_place.index),
            "musnad-log-salt": author_place.salt,
        }
        status, body = self._ask(
            party, "POST", "/gate/v1/envelopes", body=envelope, headers=headers, limit_octets=ANSWER_LIMIT_OCTETS
        )
        return _receipts(party, status, body)

    def manifest(self, party: Party, asker: AuthorityId, seal: SealId) -> bytes:
        status, body = self._ask(
            party, "GET", f"/gate/v1/exhibits/{seal}/manifest", asker=asker, limit_octets=MANIFEST_LIMIT_OCTETS
        )
        if status != 200:
            raise _refusal(party, status, body)
        return body

    def exhibit(self, party: Party, asker: AuthorityId, seal: SealId) -> RangeReader:
        return _Ranges(self, party, asker, seal)

    def open_range(self, party: Party, asker: AuthorityId, path: str, wanted: str) -> urllib3.BaseHTTPResponse:
        """A streaming answer to a range request, its status checked."""
        response = self._send(party, "GET", path, headers={"range": wanted}, asker=asker)
        if response.status == 206:
            return response
        try:
            raise _refusal(party, response.status, _body(party, response, ANSWER_LIMIT_OCTETS))
        finally:
            response.close()

    def tile(self, party: Party, path: str) -> bytes:
        status, body = self._ask(party, "GET", f"/gate/v1/log/{path}", limit_octets=TILE_LIMIT_OCTETS)
        if status != 200:
            raise _refusal(party, status, body)
        return body

    def directory_set(self, party: Party, snapshot: Digest) -> Mapping[str, bytes]:
        status, body = self._ask(party, "GET", f"/gate/v1/directory/{snapshot}", limit_octets=SET_LIMIT_OCTETS)
        if status != 200:
            raise _refusal(party, status, body)
        try:
            return parse_set(body)
        except MusnadError as error:
            raise PeerGarbage(party.code, "directory set") from error

    def receipts(self, party: Party, asker: AuthorityId, message: MessageId) -> tuple[bytes, ...]:
        path = f"/gate/v1/receipts/{message}"
        return _receipts(party, *self._ask(party, "GET", path, asker=asker, limit_octets=ANSWER_LIMIT_OCTETS))

    def checkpoint(self, party: Party) -> bytes:
        status, body = self._ask(party, "GET", "/gate/v1/log/checkpoint", limit_octets=NOTE_LIMIT_OCTETS)
        if status != 200:
            raise _refusal(party, status, body)
        return body

    def witnessed(self, party: Party, of: PartyCode) -> bytes:
        status, body = self._ask(party, "GET", f"/gate/v1/witness/head/{of}", limit_octets=NOTE_LIMIT_OCTETS)
        if status != 200:
            raise _refusal(party, status, body)
        return body

    def tell_split(self, party: Party, proof: bytes) -> None:
        status, body = self._ask(party, "POST", "/gate/v1/witness/split", body=proof, limit_octets=REFUSAL_LIMIT_OCTETS)
        if status != 200:
            raise _refusal(party, status, body)

    def submit_checkpoint(self, party: Party, submission: bytes) -> tuple[int, bytes]:
        return self._ask(
            party, "POST", "/gate/v1/witness/add-checkpoint", body=submission, limit_octets=SUBMISSION_LIMIT_OCTETS
        )

    def _ask(
        self,
        party: Party,
        method: str,
        path: str,
        *,
        limit_octets: int,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        asker: AuthorityId | None = None,
    ) -> tuple[int, bytes]:
        response = self._send(party, method, path, body=body, headers=headers, asker=asker)
        try:
            return response.status, _body(party, response, limit_octets)
        except MusnadError:
            response.close()
            raise
        finally:
            response.release_conn()

    def _send(
        self,
        party: Party,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        asker: AuthorityId | None = None,
    ) -> urllib3.BaseHTTPResponse:
        asking = asker or min(self._keys.hosted)
        line = RequestLine(method, authority_of(party.node.url), path, (headers or {}).get("range"), body)
        signed = sign_request(line, asking, self._keys.signing(asking), self._clock.now())
        try:
            return self._pool(party).request(
                method,
                path,
                body=body,
                headers={**(headers or {}), **signed},
                preload_content=False,
                redirect=False,
                retries=False,
                decode_content=False,
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise PeerUnreachable(party.code, type(error).__name__) from error

    def _pool(self, party: Party) -> urllib3.HTTPSConnectionPool:
        place = party.node.url, party.node.certificate
        pool = self._pools.get(place)
        if pool is None:
            parts = urlsplit(party.node.url)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.minimum_version = ssl.TLSVersion.TLSv1_3
            try:
                context.load_verify_locations(cadata=party.node.certificate)
            except (ssl.SSLError, ValueError) as error:
                raise PeerGarbage(party.code, "certificate") from error
            pool = urllib3.HTTPSConnectionPool(
                parts.hostname or "",
                parts.port or 443,
                ssl_context=context,
                maxsize=4,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            )
            self._pools[place] = pool
        return pool


def _receipts(party: Party, status: int, body: bytes) -> tuple[bytes, ...]:
    """The receipts of an answer, as bytes; ``PeerGarbage`` where it is no such answer."""
    if status != 200:
        raise _refusal(party, status, body)
    try:
        receipts = parse_object(body, what="answer", limit_octets=ANSWER_LIMIT_OCTETS)["receipts"]
        if not isinstance(receipts, list):
            raise PeerGarbage(party.code, "receipts")
        return tuple(parse_b64(str(receipt), what="receipt") for receipt in receipts)
    except (KeyError, MusnadError) as error:
        raise PeerGarbage(party.code, "receipts") from error


class _Ranges:
    """``RangeReader`` over one peer's exhibit."""

    def __init__(self, wire: HttpWire, party: Party, asker: AuthorityId, seal: SealId) -> None:
        self._wire, self._party, self._asker, self._seal = wire, party, asker, seal

    def open(self, member: Literal["data", "index"], first: int, length: int) -> RangeStream:
        path = f"/gate/v1/exhibits/{self._seal}" + ("" if member == "data" else f"/{member}")
        wanted = f"bytes={first}-{first + length - 1}"
        return _Body(self._wire.open_range(self._party, self._asker, path, wanted), self._party)


class _Body:
    """One streaming answer; a cut line is ``PeerUnreachable``."""

    def __init__(self, response: urllib3.BaseHTTPResponse, party: Party) -> None:
        self._response, self._party = response, party

    def readinto(self, buffer: memoryview, /) -> int:
        try:
            piece = self._response.read(len(buffer))
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise PeerUnreachable(self._party.code, type(error).__name__) from error
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._response.close()


def _body(party: Party, response: urllib3.BaseHTTPResponse, limit_octets: int) -> bytes:
    """The whole body; ``PeerUnreachable`` where it ended early, ``PeerGarbage`` where it does not end in time."""
    try:
        content = response.read(limit_octets + 1)
        if len(content) <= limit_octets:
            content += response.read(1)  # nothing, or the error that says that the body was cut
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise PeerUnreachable(party.code, type(error).__name__) from error
    if len(content) > limit_octets:
        raise PeerGarbage(party.code, "an answer larger than its limit")
    return content


_TRY_LATER = frozenset({429, 500, 502, 503, 504, 507})
"""Statuses of a node that cannot now, not of one that will not."""


def _refusal(party: Party, status: int, body: bytes) -> MusnadError:
    """The peer's problem details (RFC 9457) as an error: try later, refused with its code, or garbage.

    The code is shown to people: what is not of a code's form is no code.
    """
    try:
        code = parse_object(body, what="problem", limit_octets=REFUSAL_LIMIT_OCTETS).get("code")
    except MusnadError:
        code = None
        if status >= 500:
            return PeerUnreachable(party.code, f"http {status}")
    if not isinstance(code, str) or len(code) > 64 or not _CODE.fullmatch(code):
        return PeerGarbage(party.code, f"http {status}")
    return PeerBusy(party.code, code) if status in _TRY_LATER else PeerRefused(party.code, code)
