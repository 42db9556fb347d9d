"""A PostgreSQL server of Debian's own for the length of a test run: a fresh cluster in a temporary folder, reached by a
unix socket only, synced like a real one, ended by its own process id."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PORT = 54329
WAIT_SECONDS = 30


def postgres_programs() -> Path | None:
    """The newest installed server's folder of programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[4]))
    return found[-1].parent if found else None


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """A running server; its URL. A server never runs as root: root starts it as Debian's user ``postgres``."""
    programs = postgres_programs()
    assert programs is not None, "Debian's postgresql is not installed"
    folder = Path(tempfile.mkdtemp(prefix="musnad-pg-"))
    user = _server_user(folder)
    cluster = folder / "cluster"
    subprocess.run(
        [programs / "initdb", "-D", cluster, "-U", "musnad", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
        user=user,
        check=True,
        capture_output=True,
        cwd=folder,
    )
    command: list[str | Path] = [programs / "postgres", "-D", cluster, "-k", folder, "-p", str(PORT), "-h", "", "-c"]
    server = subprocess.Popen(
        [*command, "shared_buffers=16MB", "-c", "max_connections=40"],
        user=user,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await_ready(programs, folder, server)
        yield f"postgresql://musnad@/postgres?host={folder}&port={PORT}"
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(WAIT_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _server_user(folder: Path) -> str | None:
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return account.pw_name


def _await_ready(programs: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and server.poll() is None:
        ready = subprocess.run(
            [programs / "pg_isready", "-q", "-h", folder, "-p", str(PORT), "-U", "musnad", "-d", "postgres"],
            check=False,
        )
        if ready.returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL did not come up")
