"""HTTPS against peers that do what no peer should: each is one of three errors, soon, and nothing leaks."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from musnad.adapters.http import wire as wire_module
from musnad.adapters.http.wire import ANSWER_LIMIT_OCTETS, HttpWire
from musnad.adapters.memory.clock import ManualClock
from musnad.core.directory.entry import Party
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, Digest, SealId
from musnad.core.messages.receipt import Place
from musnad.exchange.errors import PeerBusy, PeerGarbage, PeerRefused, PeerUnreachable
from tests.adapters.http.peers import Speak, certificate, talking
from tests.directory_fixture import NOW, make_party
from tests.world import key_ring

ASKER = AuthorityId("VN/central-authority")
SEAL = SealId("a1" * 16)
PLACE = Place(0, Digest("0" * 64))
Asks = Callable[[Speak], tuple[HttpWire, Party]]


@pytest.fixture(scope="module")
def identity() -> tuple[str, bytes]:
    return certificate()


@pytest.fixture
def asks(tmp_path: Path, identity: tuple[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Asks]:
    """Gives a wire and a Party whose node does as told; patience is short."""
    from contextlib import ExitStack

    monkeypatch.setattr(wire_module, "READ_SECONDS", 0.5)
    monkeypatch.setattr(wire_module, "CONNECT_SECONDS", 0.5)
    with ExitStack() as stack:
        pem, key = identity

        def ask(speak: Speak) -> tuple[HttpWire, Party]:
            url = stack.enter_context(talking(tmp_path, speak, pem=pem, key=key))
            wire = HttpWire(key_ring(make_party("VN")), ManualClock(NOW))
            stack.callback(wire.close)
            return wire, make_party("QA", url=url, certificate=pem).party

        yield ask


def says(octets: bytes) -> Speak:
    return lambda connection, _: connection.sendall(octets)


def response(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def problem(status: str, code: object) -> bytes:
    return response(status, json.dumps({"code": code}).encode(), "content-type: application/problem+json")


def everything(wire: HttpWire, party: Party) -> list[Callable[[], object]]:
    """Each thing that can be asked over the wire."""

    def ranges() -> bytes:
        stream = wire.exhibit(party, ASKER, SEAL).open("data", 0, 100)
        buffer, got = bytearray(100), 0
        while piece := stream.readinto(memoryview(buffer)[got:]):
            got += piece
        stream.close()
        return bytes(buffer[:got])

    return [
        lambda: wire.deliver(party, b"{}", PLACE),
        lambda: wire.manifest(party, ASKER, SEAL),
        lambda: wire.tile(party, "tile/0/000"),
        ranges,
    ]


def errors(wire: HttpWire, party: Party) -> list[MusnadError]:
    found = []
    for ask in everything(wire, party):
        with pytest.raises(MusnadError) as caught:
            ask()
        found.append(caught.value)
    return found


def test_another_certificate_than_the_pinned_one_is_refused(tmp_path: Path, identity: tuple[str, bytes]) -> None:
    """Somebody in the middle, with a perfectly good certificate of its own for the very same address."""
    heard: list[bytes] = []
    other_pem, other_key = certificate()
    with talking(tmp_path, lambda _, head: heard.append(head), pem=other_pem, key=other_key) as url:
        wire = HttpWire(key_ring(make_party("VN")), ManualClock(NOW))
        party = make_party("QA", url=url, certificate=identity[0]).party
        assert {type(error) for error in errors(wire, party)} == {PeerUnreachable}
        with pytest.raises(PeerUnreachable):
            wire.submit_checkpoint(party, b"x")
        wire.close()
    assert not any(heard)


def test_a_pinned_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    pem, key = certificate("qa.musnad.example")
    with talking(tmp_path, says(response("200 OK", b"x")), pem=pem, key=key) as url:
        wire = HttpWire(key_ring(make_party("VN")), ManualClock(NOW))
        party = make_party("QA", url=url, certificate=pem).party
        assert {type(error) for error in errors(wire, party)} == {PeerUnreachable}
        wire.close()


def test_a_new_certificate_in_the_directory_is_used_at_once(tmp_path: Path, identity: tuple[str, bytes]) -> None:
    pem, key = certificate()
    with talking(tmp_path, says(response("200 OK", b"tile")), pem=pem, key=key) as url:
        wire = HttpWire(key_ring(make_party("VN")), ManualClock(NOW))
        before = make_party("QA", url=url, certificate=identity[0]).party
        after = make_party("QA", url=url, certificate=pem).party
        with pytest.raises(PeerUnreachable):
            wire.tile(before, "tile/0/000")
        assert wire.tile(after, "tile/0/000") == b"tile"
        with pytest.raises(PeerUnreachable):
            wire.tile(before, "tile/0/000")
        wire.close()


@pytest.mark.parametrize(
    "pem", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_in_the_directory_is_garbage(pem: str) -> None:
    wire = HttpWire(key_ring(make_party("VN")), ManualClock(NOW))
    party = make_party("QA", url="https://127.0.0.1:9", certificate=pem).party
    assert {type(error) for error in errors(wire, party)} == {PeerGarbage}


def test_nobody_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    pem, _ = certificate()
    wire = HttpWire(key_ring(make_party("VN")), ManualClock(NOW))
    party = make_party("QA", url=f"https://127.0.0.1:{port}", certificate=pem).party
    assert {type(error) for error in errors(wire, party)} == {PeerUnreachable}


def test_plain_http_where_tls_is_due_is_unreachable(identity: tuple[str, bytes]) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for _ in range(4):
                connection, _ = listener.accept()
                with connection:
                    heard.append(connection.recv(65536))
                    connection.sendall(response("200 OK", b"x"))

        thread = threading.Thread(target=serve)
        thread.start()
        wire = HttpWire(key_ring(make_party("VN")), ManualClock(NOW))
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        party = make_party("QA", url=url, certificate=identity[0]).party
        assert {type(error) for error in errors(wire, party)} == {PeerUnreachable}
        thread.join(10)
    assert not any(b"musnad-authority" in one for one in heard)


def test_a_peer_that_never_answers_is_unreachable_before_long(asks: Asks) -> None:
    over = threading.Event()

    def silent(*_: object) -> None:
        over.wait(20)

    wire, party = asks(silent)
    begun = time.monotonic()
    try:
        assert {type(error) for error in errors(wire, party)} == {PeerUnreachable}
    finally:
        over.set()
    assert time.monotonic() - begun < 8


@pytest.mark.parametrize(
    "octets",
    [b"", b"\x00\x01\x02", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200\r\nx", b"HTTP/9.9 abc def\r\n\r\n",
     b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 5000 + b"\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nxx",
     b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZZ\r\n",
     b"HTTP/1.1 206 OK\r\ntransfer-encoding: chunked\r\n\r\nZZZ\r\n"],
    ids=["empty", "octets", "ssh", "cut-head", "version", "headers", "negative", "chunks", "range-chunks"],
)  # fmt: skip
def test_garbage_for_http_is_unreachable_or_garbage(asks: Asks, octets: bytes) -> None:
    wire, party = asks(says(octets))
    for ask in everything(wire, party)[:1] + everything(wire, party)[3:]:
        with pytest.raises((PeerUnreachable, PeerGarbage)):
            ask()


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b'{"receipts":1}', b'{"receipts":{}}', b'{"receipts":[1]}', b'{"receipts":["!"]}',
     b"\xff\xfe", b"[" * 500_000, b'{"receipts":[' + b"[" * 500_000],
)  # fmt: skip
def test_garbage_for_receipts_is_garbage(asks: Asks, body: bytes) -> None:
    wire, party = asks(says(response("200 OK", body)))
    with pytest.raises(PeerGarbage):
        wire.deliver(party, b"{}", PLACE)


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (problem("403 Forbidden", "message.altered"), PeerRefused),
        (problem("503 Service Unavailable", "journal.unavailable"), PeerBusy),
        (problem("400 Bad Request", 17), PeerGarbage),
        (problem("400 Bad Request", "x" * 65), PeerGarbage),
        (problem("400 Bad Request", "\x1b[2J\x1b[31mtrust me"), PeerGarbage),
        (problem("400 Bad Request", "a\nb"), PeerGarbage),
        (problem("400 Bad Request", "قانون"), PeerGarbage),
        (problem("400 Bad Request", ""), PeerGarbage),
        (response("404 Not Found", b"<html>"), PeerGarbage),
        (response("404 Not Found", b"[" * 500_000), PeerGarbage),
        (response("404 Not Found", b"[1]"), PeerGarbage),
        (response("502 Bad Gateway", b"<html>"), PeerUnreachable),
        (response("204 No Content"), PeerGarbage),
        (response("200 OK", b"{}")[:-1], PeerUnreachable),
        (response("404 Not Found", b"x" * 50)[:-9], PeerUnreachable),
        (response("403 Forbidden", b"x" * 50).replace(b"50", b"5000"), PeerUnreachable),
    ],
)
def test_any_other_status_is_a_refusal_try_later_or_garbage(
    asks: Asks, octets: bytes, expected: type[MusnadError]
) -> None:
    wire, party = asks(says(octets))
    for ask in (everything(wire, party)[0], everything(wire, party)[3]):
        with pytest.raises(expected):
            ask()


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Moved"])
def test_a_redirect_is_refused_and_not_followed(asks: Asks, tmp_path: Path, status: str) -> None:
    heard: list[bytes] = []
    pem, key = certificate()
    (tmp_path / "other").mkdir()
    with talking(tmp_path / "other", lambda _, head: heard.append(head), pem=pem, key=key) as elsewhere:
        wire, party = asks(says(response(status, b"", f"location: {elsewhere}/gate/v1/envelopes")))
        assert {type(error) for error in errors(wire, party)} == {PeerGarbage}
    assert heard == []


def test_an_answer_larger_than_its_limit_is_garbage(asks: Asks) -> None:
    wire, party = asks(says(response("200 OK", b"x" * (ANSWER_LIMIT_OCTETS + 1))))
    found = errors(wire, party)[:3]
    assert {type(error) for error in found} == {PeerGarbage}
    with pytest.raises(PeerGarbage):
        wire.submit_checkpoint(party, b"x")


def test_an_endless_answer_is_garbage_and_is_not_read_to_its_end(asks: Asks) -> None:
    sent = 0

    def endless(connection: socket.socket, _: bytes) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while sent < 64 * ANSWER_LIMIT_OCTETS:
            connection.sendall(b"x" * 65536)
            sent += 65536

    wire, party = asks(endless)
    with pytest.raises(PeerGarbage):
        wire.deliver(party, b"{}", PLACE)
    assert sent < 32 * ANSWER_LIMIT_OCTETS


def test_a_compressed_answer_is_not_unpacked(asks: Asks) -> None:
    import gzip

    bomb = gzip.compress(b"x" * 2**26)
    wire, party = asks(says(response("200 OK", bomb, "content-encoding: gzip")))
    with pytest.raises(PeerGarbage):
        wire.deliver(party, b"{}", PLACE)


def partial(body: bytes, length: int) -> bytes:
    return (
        f"HTTP/1.1 206 Partial Content\r\ncontent-length: {length}\r\ncontent-range: bytes 0-{length - 1}/1000\r\n\r\n"
    ).encode() + body


def test_a_range_cut_in_the_middle_is_unreachable_after_what_came(asks: Asks) -> None:
    wire, party = asks(says(partial(b"x" * 40, 100)))
    stream = wire.exhibit(party, ASKER, SEAL).open("data", 0, 100)
    buffer, got = bytearray(100), 0
    with pytest.raises(PeerUnreachable):
        while piece := stream.readinto(memoryview(buffer)[got:]):
            got += piece
    stream.close()
    assert got <= 40


def test_a_range_that_stops_coming_is_unreachable_before_long(asks: Asks) -> None:
    over = threading.Event()

    def stall(connection: socket.socket, _: bytes) -> None:
        connection.sendall(partial(b"x" * 40, 100))
        over.wait(20)

    wire, party = asks(stall)
    begun = time.monotonic()
    stream = wire.exhibit(party, ASKER, SEAL).open("data", 0, 100)
    try:
        with pytest.raises(PeerUnreachable):
            while stream.readinto(memoryview(bytearray(100))):
                pass
    finally:
        over.set()
    stream.close()
    assert time.monotonic() - begun < 5


def test_a_whole_body_for_a_range_is_refused(asks: Asks) -> None:
    wire, party = asks(says(response("200 OK", b"x" * 1000)))
    with pytest.raises(PeerGarbage):
        wire.exhibit(party, ASKER, SEAL).open("data", 5, 100)


def test_more_octets_than_were_asked_for_are_not_taken(asks: Asks) -> None:
    wire, party = asks(says(partial(b"x" * 1000, 1000)))
    stream = wire.exhibit(party, ASKER, SEAL).open("data", 0, 100)
    buffer = bytearray(100)
    assert stream.readinto(memoryview(buffer)) == 100
    stream.close()


def test_nothing_of_a_body_or_a_key_is_in_an_error(asks: Asks) -> None:
    wire, party = asks(says(response("400 Bad Request", b'{"code":"the secret body"}')))
    for error in errors(wire, party):
        assert "secret" not in repr(error)
        assert "secret" not in str(error)
