"""Stamp authorities of ``openssl ts`` for tests: one that is honest, and what a dishonest or broken one would say.

authority = new_authority(tmp_path / "tsa")
authority.anchor; authority.stamp(octets)          # a request and its answer
with serving(folder, manner="hangs") as server: server.url
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from musnad.cli.demo.authority import ROOT, SIGNER, Authority, give_stamp, make_authority
from musnad.core.crypto.stamp import StampAnchor, ask_stamp, parse_anchor

Manner = Literal["honest", "refuses", "hangs", "trickles", "garbage", "huge", "other", "declines", "redirects"]
WRONG: tuple[Manner, ...] = ("refuses", "hangs", "trickles", "garbage", "huge", "other", "declines", "redirects")


@dataclass(frozen=True)
class TestAuthority:
    """An authority's folder."""

    __test__ = False
    folder: Path

    @property
    def anchor(self) -> StampAnchor:
        return parse_anchor((self.folder / f"{ROOT}.pem").read_bytes())

    def answer(self, request: bytes) -> bytes:
        return give_stamp(self.folder, request)

    def stamp(self, octets: bytes) -> tuple[bytes, bytes]:
        request = ask_stamp(octets)
        return request, self.answer(request)


def new_authority(folder: Path, name: str = "Test") -> TestAuthority:
    make_authority(folder, name=name)
    return TestAuthority(folder)


def strange_authority(
    folder: Path,
    *,
    usage: ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING,
    critical: bool = True,
    ended: bool = False,
) -> TestAuthority:
    """As ``new_authority``, but what its signer's certificate says is to choose; it shows that one in its stamps."""
    make_authority(folder, name="Strange")
    root_key, signer_key = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
    now = datetime.now(UTC)
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Strange root")])
    signer_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Strange stamps")])

    def issue(name: x509.Name, key: rsa.RSAPrivateKey, extensions: list[tuple[x509.ExtensionType, bool]]) -> bytes:
        ends = now - timedelta(days=1) if ended and name == signer_name else now + timedelta(days=1)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(root_name)
            .public_key(key.public_key())
            .serial_number(4711 if name == signer_name else 1)
            .not_valid_before(now - timedelta(days=9))
            .not_valid_after(ends)
        )
        for extension, is_critical in extensions:
            builder = builder.add_extension(extension, critical=is_critical)
        return builder.sign(root_key, SHA256()).public_bytes(Encoding.DER)

    root = issue(root_name, root_key, [(x509.BasicConstraints(ca=True, path_length=None), True)])
    good = issue(signer_name, signer_key, [(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)])
    shown = issue(signer_name, signer_key, [(x509.ExtendedKeyUsage([usage]), critical)])
    for name, data in ((ROOT, root), (SIGNER, good)):
        (folder / f"{name}.pem").write_bytes(x509.load_der_x509_certificate(data).public_bytes(Encoding.PEM))
    key = signer_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{SIGNER}.key").write_bytes(key)
    return _Swapped(folder, good, shown)


@dataclass(frozen=True)
class _Swapped(TestAuthority):
    """``openssl ts`` signs under a proper certificate; another of the same signer is shown in its place."""

    good: bytes
    shown: bytes

    def answer(self, request: bytes) -> bytes:
        given = give_stamp(self.folder, request)
        assert given.count(self.good) == 1
        grown = len(self.shown) - len(self.good)
        at = given.index(self.good)
        return _resized(given[:at], grown, self.good, at) + self.shown + given[at + len(self.good) :]


def _resized(head: bytes, grown: int, good: bytes, at: int) -> bytes:
    """``head`` with every DER length that reaches over ``at`` changed by ``grown``; all here have two octets."""
    changed = bytearray(head)
    if grown:
        for place in range(len(head) - 3):
            if head[place] in {0x30, 0xA0} and head[place + 1] == 0x82:
                length = int.from_bytes(head[place + 2 : place + 4], "big")
                if place + 4 + length >= at + len(good):
                    changed[place + 2 : place + 4] = (length + grown).to_bytes(2, "big")
    return bytes(changed)


class _Odd(Authority):
    """A server that answers as its manner says; ``manner`` may change while it runs."""

    def __init__(self, folder: Path, manner: Manner) -> None:
        super().__init__(folder)
        self.manner: Manner = manner
        self.asked = 0
        self.over = threading.Event()
        self.held = super().answer

    def answer(self, request: bytes) -> bytes:
        self.asked += 1
        match self.manner:
            case "garbage":
                return b"\x30\x03garbage"
            case "huge":
                return bytes(1 << 20)
            case "other":
                return self.held(ask_stamp(b"something else"))
            case "declines":
                return bytes.fromhex("30053003020102")
            case "hangs":
                self.over.wait(30)
                return b""
            case _:
                return self.held(request)


@contextmanager
def serving(folder: Path, manner: Manner = "honest") -> Iterator[_Odd]:
    """A server until the block ends; one that ``refuses`` has its port closed."""
    server = _Odd(folder, manner)
    if manner in {"trickles", "redirects"}:
        server.RequestHandlerClass = _trickling(server) if manner == "trickles" else _redirecting(server)
    if manner == "refuses":
        server.server_close()
        yield server
        return
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _trickling(server: _Odd) -> type[BaseHTTPRequestHandler]:
    class Trickling(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("content-length", "60000")
            self.end_headers()
            with contextlib.suppress(OSError):
                while not server.over.wait(0.05):
                    self.wfile.write(b"0")

        def log_message(self, *_: object) -> None:
            pass

    return Trickling


def _redirecting(server: _Odd) -> type[BaseHTTPRequestHandler]:
    class Redirecting(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(307)
            self.send_header("location", f"{server.url}again")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return Redirecting
