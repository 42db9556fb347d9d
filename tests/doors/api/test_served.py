"""The interface as a node really runs it: granian over HTTPS, a token from the terminal, the lines of docs/api.md."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from musnad.node.configuration import Api, read_configuration, write_configuration
from musnad.node.running import is_listening, processes_of
from tests.doors.cli.house import House, build
from tests.structure.test_readme import REPLAYED, free_ports

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.processes


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[House, str]]:
    """QA's node with its interface running, and the port it listens on."""
    house = build(tmp_path)
    folder = house.node("QA")
    (port,) = free_ports(1)
    configuration = read_configuration(folder).model_copy(update={"api": Api(listen=f"127.0.0.1:{port}")})
    (folder / "node.toml").write_text(write_configuration(configuration), "utf-8")
    assert read_configuration(folder) == configuration
    (process,) = [one for one in processes_of(folder, configuration) if one.name == "api"]
    with (tmp_path / "api.log").open("wb") as log:
        server = subprocess.Popen(
            process.command, stdout=log, stderr=log, env={**os.environ, "MUSNAD_NODE": str(folder)},
            start_new_session=True,
        )  # fmt: skip
    try:
        until = time.monotonic() + 40
        while not is_listening(f"127.0.0.1:{port}"):
            assert server.poll() is None, (tmp_path / "api.log").read_text("utf-8")
            assert time.monotonic() < until
            time.sleep(0.1)
        yield house, port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def test_the_lines_of_the_document(served: tuple[House, str]) -> None:
    house, port = served
    blocks = REPLAYED.findall((ROOT / "docs" / "api.md").read_text("utf-8"))
    assert len(blocks) == 2
    script = re.sub(r":9300\b", f":{port}", "\n".join(blocks))
    assert f":{port}/api/v1/inbox" in script
    musnad = f'musnad() {{ "{Path(sys.executable).parent / "musnad"}" "$@"; }}\n'
    after = f"\ncurl --silent --cacert qa/keys/tls.pem --header @token.header https://127.0.0.1:{port}/api/v1/inbox\n"
    ran = subprocess.run(
        ["bash", "-c", "set -euo pipefail\n" + musnad + script + after], cwd=house.folder, capture_output=True,
        text=True, timeout=100, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr + (house.folder / "api.log").read_text("utf-8")
    assert '"party": {"code": "QA"' in ran.stdout
    assert "case-system: cases:read, cases:write, QA/contact-24-7" in ran.stdout
    assert '"code": "token.invalid"' in ran.stdout.splitlines()[-1]
    token = (house.folder / "token.header").read_text("ascii").split()[-1]
    assert token.startswith("musnad_")
    kept = b"".join(path.read_bytes() for path in house.node("QA").rglob("*") if path.is_file())
    for text in (ran.stdout + ran.stderr, (house.folder / "api.log").read_text("utf-8")):
        assert token not in text
    assert token.split("_")[2].encode() not in kept


def test_plain_http_is_not_answered(served: tuple[House, str]) -> None:
    _, port = served
    ran = subprocess.run(
        ["curl", "--silent", "--max-time", "5", f"http://127.0.0.1:{port}/api/v1/health"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert ran.returncode != 0
    assert b"alive" not in ran.stdout
