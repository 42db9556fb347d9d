"""The gate's views: read the request under its limits, call the use case, answer.

Every answer of an error is problem details (RFC 9457) with our code and facts; what went wrong inside is never told.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from functools import partial, wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from musnad.core.envelope.envelope import ENVELOPE_LIMIT_OCTETS
from musnad.core.kernel.b64 import write_b64
from musnad.core.kernel.errors import MusnadError, TooLarge
from musnad.core.kernel.names import AuthorityId, SealId, parse_digest, parse_message_id, parse_party, parse_seal_id
from musnad.core.messages.receipt import Place
from musnad.core.transparency.split import DOCUMENT_LIMIT_OCTETS
from musnad.core.transparency.tiles import nodes_of, parse_tile_path, write_bundle
from musnad.core.transparency.witness import CONFLICT_TYPE, SUBMISSION_LIMIT_OCTETS
from musnad.exchange.admission import admit_envelope
from musnad.exchange.directory_sets import write_set
from musnad.exchange.evidence.errors import RangePastEnd
from musnad.exchange.evidence.vault import Member, Vault, read_manifest
from musnad.exchange.exhibits import may_be_served
from musnad.exchange.http_signature import RequestLine, authority_of, check_digest, verify_request
from musnad.exchange.receipts import receipts_for
from musnad.exchange.splits import hear_of_split
from musnad.exchange.witnessing import answer_submission
from musnad.gate.errors import BadHeader, NoSuchPath
from musnad.gate.house import ports
from musnad.gate.turnstile import Turnstile
from musnad.language.outcome import http_status

PIECE_OCTETS = 1024 * 1024
TILE_CACHE = "public, max-age=31536000, immutable"
_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{1,18})")
_LENGTH = re.compile(r"[0-9]{1,16}")
_log = logging.getLogger("musnad.gate")

BODIES, STREAMS = Turnstile(4, 12), Turnstile(2, 8)
"""Of the gate's 24 threads (``node.running``): places to send a body, and to pull an exhibit."""

View = Callable[..., HttpResponseBase]


def door(method: str) -> Callable[[View], View]:
    """Only this method; every error becomes problem details; anything unforeseen is logged once and told as 500."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **parts: str) -> HttpResponseBase:
            if request.method != method:
                answer = _problem("request.method", 405, {})
                answer["Allow"] = method
                return answer
            try:
                return view(request, **parts)
            except MusnadError as error:
                return _problem(error.code, http_status(error), error.facts())
            except Exception:  # noqa: BLE001 - a door answers for everything once
                _log.exception("unforeseen at the gate")
                return _problem("internal", 500, {})

        return guarded

    return wrap


@door("POST")
def envelopes(request: HttpRequest) -> HttpResponseBase:
    """Admit an envelope; 200 with the signed receipts, the same ones however often it comes."""
    body = _body(request, ENVELOPE_LIMIT_OCTETS)
    admitted = admit_envelope(ports(), body, _author_place(request))
    return _json({"receipts": [write_b64(receipt) for receipt in admitted.receipts]})


@door("GET")
def exhibit(request: HttpRequest, seal: str, member: Member = "data") -> HttpResponseBase:
    """A range of an exhibit's data or index, to an authority that it was wrapped to; anybody else gets 404."""
    asker, name = _asker(request), parse_seal_id(seal)
    _may_ask(request, name, asker)
    vault, size = ports().vault, ports().vault.size(name, member)
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if found is None:
        raise BadHeader("range")
    first, last = int(found[1]), int(found[2])
    if first > last or last >= size:
        error = RangePastEnd(member, first, max(0, last - first + 1), size)
        refused = _problem(error.code, http_status(error), error.facts())
        refused["Content-Range"] = f"bytes */{size}"
        return refused

    STREAMS.enter(asker)
    pieces = _Pieces(partial(_pieces, vault, name, member, first, last), partial(STREAMS.leave, asker))
    answer = StreamingHttpResponse(pieces, status=206, content_type="application/octet-stream")
    answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    answer["Content-Length"] = str(last - first + 1)
    return answer


@door("GET")
def exhibit_manifest(request: HttpRequest, seal: str) -> HttpResponseBase:
    """An exhibit's signed manifest, under the same rule."""
    asker, name = _asker(request), parse_seal_id(seal)
    _may_ask(request, name, asker)
    return HttpResponse(read_manifest(ports().vault, name), content_type="application/json")


@door("GET")
def checkpoint(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001 - Django's own signature
    """The newest signed head of this log, with its cosignatures (C2SP tlog-tiles)."""
    head = ports().journal.head()
    if head is None:
        raise NoSuchPath("checkpoint")
    answer = HttpResponse(head.note, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer


@door("GET")
def tile(request: HttpRequest, path: str) -> HttpResponseBase:  # noqa: ARG001 - Django's own signature
    """A tile or an entry bundle of this log; it holds blind entries only, so anybody may read it."""
    wanted = parse_tile_path(path)
    journal = ports().journal
    if wanted.level is None:
        start = wanted.index * 256
        if start + wanted.width > journal.log_size():
            raise NoSuchPath(path)
        content = write_bundle(journal.leaf_entries(start, start + wanted.width))
    else:
        content = b"".join(journal.tree_nodes(*nodes_of(wanted, journal.log_size())))
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Cache-Control"] = TILE_CACHE
    return answer


@door("GET")
def directory_set(request: HttpRequest, snapshot: str) -> HttpResponseBase:
    """A set of the directory that this node has verified, for a peer whose receipts name it."""
    asker, name = _asker(request), parse_digest(snapshot, what="snapshot")
    with BODIES.place(asker):
        if not ports().directories.holds(name):
            raise NoSuchPath(request.path)
        return HttpResponse(write_set(ports().directories.bundle(name)), content_type="application/json")


@door("GET")
def receipts(request: HttpRequest, message: str) -> HttpResponseBase:
    """The receipts of a message, to an authority that wrote or received it; to anybody else it is not there."""
    asker, name = _asker(request), parse_message_id(message)
    found = receipts_for(ports(), name, asker)
    if found is None:
        raise NoSuchPath(request.path)
    return _json({"receipts": [write_b64(receipt) for receipt in found]})


@door("POST")
def add_checkpoint(request: HttpRequest) -> HttpResponseBase:
    """Cosign another Party's head (C2SP tlog-witness)."""
    body = _body(request, SUBMISSION_LIMIT_OCTETS)
    said = answer_submission(ports(), body)
    kind = CONFLICT_TYPE if said.status == 409 else "text/plain; charset=utf-8"
    return HttpResponse(said.body, status=said.status, content_type=kind)


@door("GET")
def witnessed(request: HttpRequest, party: str) -> HttpResponseBase:  # noqa: ARG001 - Django's own signature
    """The newest head of another Party's log that this node's witness has cosigned; it is public, like the log's."""
    head = ports().journal.peer_head(parse_party(party))
    if head is None:
        raise NoSuchPath("witness/head")
    answer = HttpResponse(head.note, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer


@door("POST")
def split(request: HttpRequest) -> HttpResponseBase:
    """Hear a proof that a log has split, this node's own perhaps; it is kept if it proves itself."""
    hear_of_split(ports(), _body(request, DOCUMENT_LIMIT_OCTETS))
    return _json({})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:  # noqa: ARG001 - Django's own signature
    """Django's handler404, as problem details."""
    return _problem(NoSuchPath.code, 404, {})


def _body(request: HttpRequest, limit_octets: int) -> bytes:
    """The body of a signed request. 1. its declared length is within the limit; 2. a known authority signed its
    digest; 3. and has a place free; only then it is read, and 4. compared with the digest."""
    declared = request.headers.get("Content-Length", "")
    if not _LENGTH.fullmatch(declared):
        raise BadHeader("content-length")
    if int(declared) > limit_octets:
        raise TooLarge("request body", int(declared), limit_octets)
    asker = _asker(request, has_body=True)
    with BODIES.place(asker):
        body = request.read(limit_octets + 1)
    check_digest(_headers(request), body)
    return body


def _asker(request: HttpRequest, *, has_body: bool = False) -> AuthorityId:
    """Who asks. The signature must be for this node by the directory's name of it, whatever the Host header says:
    otherwise a peer could pass on to us what was asked of itself."""
    headers = _headers(request)
    directory = ports().directories.current()
    line = RequestLine(
        request.method or "",
        authority_of(directory.party(ports().party).node.url),
        request.path,
        None if has_body else headers.get("range"),
        b"" if has_body else None,
    )
    return verify_request(line, headers, directory, ports().clock.now())


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


class _Pieces:
    """An answer's pieces; its place in the turnstile is given back when it ends or is given up, once."""

    def __init__(self, begin: Callable[[], Iterator[bytes]], leave: Callable[[], None]) -> None:
        self._pieces = begin()
        self._leave: Callable[[], None] | None = leave

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._pieces
        finally:
            self.close()

    def close(self) -> None:
        """Called by the server when the answer is over, whatever ended it."""
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()


def _pieces(vault: Vault, name: SealId, member: Member, first: int, last: int) -> Iterator[bytes]:
    at, buffer = first, bytearray(PIECE_OCTETS)
    while at <= last:
        view = memoryview(buffer)[: min(PIECE_OCTETS, last - at + 1)]
        got = vault.read_into(name, member, at, view)
        if got == 0:
            return
        yield bytes(view[:got])
        at += got


def _may_ask(request: HttpRequest, name: SealId, asker: AuthorityId) -> None:
    if not may_be_served(ports(), name, asker):
        raise NoSuchPath(request.path)


def _author_place(request: HttpRequest) -> Place:
    """Where the sender journalled the message in its own log: without it nobody could prove that later."""
    index, salt = request.headers.get("Musnad-Log-Index", ""), request.headers.get("Musnad-Log-Salt", "")
    if not _LENGTH.fullmatch(index):
        raise BadHeader("musnad-log-index")
    return Place(int(index), parse_digest(salt, what="musnad-log-salt"))


def _json(value: dict[str, object]) -> HttpResponse:
    return HttpResponse(json.dumps(value), content_type="application/json")


def _problem(code: str, status: int, facts: dict[str, str | int]) -> HttpResponse:
    """Problem details: ``type`` names the row of docs/errors.md; the sentence is the reader's to choose."""
    content = {"type": f"urn:musnad:error:{code}", "status": status, "code": code, "facts": facts}
    return HttpResponse(json.dumps(content), status=status, content_type="application/problem+json")
