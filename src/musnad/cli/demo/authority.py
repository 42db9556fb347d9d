"""A stamp authority for rehearsals: ``openssl ts`` behind a small HTTP server. It proves nothing to anybody.

    python -m musnad.cli.demo.authority FOLDER ADDRESS

makes its certificates in FOLDER, where there are none, and answers ``POST`` at ADDRESS until it is ended. The root's
certificate, FOLDER/root.pem, is what a node is given to trust.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from musnad.core.crypto.stamp import ANSWER_TYPE, REQUEST_LIMIT_OCTETS

ROOT, SIGNER = "root", "signer"
SECONDS = 20
_CONFIGURATION = """
[req]
distinguished_name = name
[name]
[rehearsal]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.3.6.1.4.1.32473.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
tsa_name = yes
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


def has_tool() -> bool:
    """Whether this machine has the command that the authority is made of."""
    return shutil.which("openssl") is not None


def make_authority(folder: Path, *, name: str = "Rehearsal", days: int = 30) -> None:
    """Make a root, and under it the certificate that signs stamps; nothing where they stand already."""
    if (folder / f"{SIGNER}.pem").exists():
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "openssl.cnf").write_text(_CONFIGURATION.format(folder=folder), "utf-8")
    (folder / "serial").write_text("01\n", "ascii")
    own = ("-config", "openssl.cnf", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    root = ("-x509", "-extensions", "root", "-days", str(days), "-keyout", f"{ROOT}.key", "-out", f"{ROOT}.pem")
    _openssl(folder, "req", *own, *root, "-subj", f"/CN={name} stamp root")
    _openssl(folder, "req", *own, "-keyout", f"{SIGNER}.key", "-out", f"{SIGNER}.csr", "-subj", f"/CN={name} stamps")
    issuer = ("-CA", f"{ROOT}.pem", "-CAkey", f"{ROOT}.key", "-set_serial", "4096", "-days", str(days))
    extensions = ("-extfile", "openssl.cnf", "-extensions", "signer")
    _openssl(folder, "x509", "-req", "-in", f"{SIGNER}.csr", *issuer, *extensions, "-out", f"{SIGNER}.pem")


def give_stamp(folder: Path, request: bytes) -> bytes:
    """The authority's answer to a request; one at a time, since its serial numbers stand in a file."""
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        asked, given = Path(beside, "request.tsq"), Path(beside, "answer.tsr")
        asked.write_bytes(request)
        signer = (
            "-config",
            "openssl.cnf",
            "-section",
            "rehearsal",
            "-inkey",
            f"{SIGNER}.key",
            "-signer",
            f"{SIGNER}.pem",
        )
        _openssl(folder, "ts", "-reply", *signer, "-queryfile", str(asked), "-out", str(given))
        return given.read_bytes()


class Authority(ThreadingHTTPServer):
    """The server; ``port`` 0 takes a free one. ``serve_forever`` and ``shutdown`` are the library's."""

    daemon_threads = True

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        make_authority(folder)
        self.folder = folder
        self._one = threading.Lock()
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}/"

    def answer(self, request: bytes) -> bytes:
        """What is answered; tests answer otherwise."""
        with self._one:
            return give_stamp(self.folder, request)


class _Handler(BaseHTTPRequestHandler):
    server: Authority
    timeout = SECONDS

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        if not 0 < length <= REQUEST_LIMIT_OCTETS:
            self.send_error(400)
            return
        answer = self.server.answer(self.rfile.read(length))
        self.send_response(200)
        self.send_header("content-type", ANSWER_TYPE)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=SECONDS)  # noqa: S603, S607 - our own words, no shell; the system's command


def main(arguments: list[str]) -> int:
    """Serve until ended."""
    folder, address = arguments
    host, _, port = address.rpartition(":")
    with Authority(Path(folder), host, int(port)) as server:
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
