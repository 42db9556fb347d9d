"""The bare floor of a round trip: its cryptography, its HTTPS request and its durable commits, and nothing else.

For each message: sign (Ed25519, ML-DSA-65), commit; encrypt (AES-256-GCM), wrap (HPKE, ML-KEM-768 with X25519), sign
the request (Ed25519), POST; verify the request, unwrap, decrypt, verify the message, sign a receipt, commit both,
answer; verify the receipt, commit. No parsing, directory, log, at-rest encryption, lease, case or check of any kind.
The same server (granian, WSGI, one worker, two threads, TLS 1.3), the same SQLite settings (WAL, synchronous=FULL).
"""

from __future__ import annotations

import http.client
import os
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite

from benchmarks.nodes import TEXT_OCTETS
from musnad.cli.demo.stage import free_ports
from musnad.core.crypto.certificate import self_signed_certificate
from musnad.core.kernel.times import instant
from musnad.node.running import is_listening

_FOLDER = "MUSNAD_BENCH_FLOOR"
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_INFO = b"floor"
_WRAP_OCTETS, _NONCE_OCTETS, _ED, _MLDSA = 1168, 12, 64, 3309
_PAYLOAD_OCTETS = TEXT_OCTETS + 500


class _Keys:
    """The same fixed seeds on both sides: the floor proves nothing, it only costs what the cryptography costs."""

    def __init__(self) -> None:
        self.ed = Ed25519PrivateKey.from_private_bytes(bytes(32))
        self.ml = MLDSA65PrivateKey.from_seed_bytes(bytes(32))
        self.ed_public, self.ml_public = self.ed.public_key(), self.ml.public_key()
        self.kem = MLKEM768X25519PrivateKey(
            MLKEM768PrivateKey.from_seed_bytes(bytes(64)), X25519PrivateKey.from_private_bytes(bytes([1] * 32))
        )
        self.kem_public = self.kem.public_key()

    def sign(self, data: bytes) -> bytes:
        return self.ed.sign(data) + self.ml.sign(data) + data

    def verify(self, signed: bytes) -> bytes:
        ed, ml, data = signed[:_ED], signed[_ED : _ED + _MLDSA], signed[_ED + _MLDSA :]
        self.ed_public.verify(ed, data)
        self.ml_public.verify(ml, data)
        return data


class _Journal:
    """One table, one commit."""

    def __init__(self, path: Path) -> None:
        self._held = threading.local()
        self._path = path
        self._open().execute("CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, signed BLOB)")

    def _open(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._held, "connection", None)
        if found is None:
            found = sqlite3.connect(self._path, timeout=20, isolation_level=None)
            found.execute("PRAGMA journal_mode=WAL")
            found.execute("PRAGMA synchronous=FULL")
            self._held.connection = found
        return found

    def commit(self, entries: Iterable[bytes]) -> None:
        connection = self._open()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO entry (signed) VALUES (?)", [(entry,) for entry in entries])
        connection.execute("COMMIT")


def _served() -> Callable[[dict[str, object], Callable[..., object]], list[bytes]]:
    keys = _Keys()
    journal = _Journal(Path(os.environ[_FOLDER]) / "receiver.sqlite3")

    def application(environ: dict[str, object], start_response: Callable[..., object]) -> list[bytes]:
        body = environ["wsgi.input"].read(int(str(environ["CONTENT_LENGTH"])))  # type: ignore[attr-defined]
        keys.ed_public.verify(body[:_ED], body[_ED:])
        wrap, rest = body[_ED : _ED + _WRAP_OCTETS], body[_ED + _WRAP_OCTETS :]
        content = _SUITE.decrypt(wrap, keys.kem, info=_INFO)
        signed = AESGCM(content).decrypt(rest[:_NONCE_OCTETS], rest[_NONCE_OCTETS:], _INFO)
        data = keys.verify(signed)
        receipt = keys.sign(data)
        journal.commit([signed, receipt])
        start_response("200 OK", [("Content-Length", str(len(receipt)))])
        return [receipt]

    return application


@contextmanager
def floor_server(folder: Path) -> Iterator[int]:
    """The floor's receiver, running; its port."""
    certificate, key = self_signed_certificate("127.0.0.1", instant(datetime.now(UTC)), 2)
    (folder / "tls.pem").write_text(certificate, "ascii")
    (folder / "tls.key").write_bytes(key)
    [port] = free_ports(1)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "2", "--no-ws", "--ssl-certificate", str(folder / "tls.pem")]
    command += ["--ssl-keyfile", str(folder / "tls.key"), "benchmarks.floor:application"]
    with (folder / "log").open("ab") as log:
        environment = {**os.environ, _FOLDER: str(folder)}
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)  # noqa: S603 - our own module
    try:
        until = time.monotonic() + 30
        while not is_listening(f"127.0.0.1:{port}"):
            if time.monotonic() > until or process.poll() is not None:
                raise TimeoutError((folder / "log").read_text("utf-8"))
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def drive(folder: Path, port: int, count: int) -> list[float]:
    """Send ``count`` messages one after another; the seconds from each one's first commit to its last."""
    keys, journal = _Keys(), _Journal(folder / "sender.sqlite3")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(folder / "tls.pem")
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context)
    found = []
    for _ in range(count):
        signed = keys.sign(os.urandom(_PAYLOAD_OCTETS))
        journal.commit([signed])
        begun = time.perf_counter()
        content, nonce = os.urandom(32), os.urandom(_NONCE_OCTETS)
        wrap = _SUITE.encrypt(content, keys.kem_public, info=_INFO)
        body = wrap + nonce + AESGCM(content).encrypt(nonce, signed, _INFO)
        connection.request("POST", "/", body=keys.ed.sign(body) + body)
        receipt = connection.getresponse().read()
        keys.verify(receipt)
        journal.commit([receipt])
        found.append(time.perf_counter() - begun)
    connection.close()
    return found


if os.environ.get(_FOLDER):
    application = _served()
