"""The five minutes of README.md, run as a reader would type them, and checked at the end by the verifier."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.treaty.data import ACCESS, FULL

ROOT = Path(__file__).resolve().parents[2]
REPLAYED = re.compile(r"^```sh replayed\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PORTS = ("9000", "9101", "9102", "9201", "9202")
PLAN = "s/:91/:92/g"

READER = """
set -euo pipefail
musnad() {  # a reader gives a command again that came too early
  case "$1 $2" in "directory serve"|"node run") exec "$MUSNAD" "$@" > "$2.$3.log" 2>&1;; esac
  local try out
  for try in $(seq 60); do
    if out=$("$MUSNAD" "$@" 2>> errors.log); then printf '%s\\n' "$out"; return 0; fi
    printf '%s\\n' "$out" >> errors.log
    command sleep 0.5
  done
  return 1
}
sleep() {  # and waits until nothing is on its way
  command sleep "$1"
  local try node
  for node in vn qa; do
    for try in $(seq 60); do
      case "$("$MUSNAD" inbox --node $node --json 2>> errors.log)" in *'"waiting": []'*) break;; esac
      command sleep 0.5
    done
  done
}
"""


def blocks(name: str) -> list[str]:
    return REPLAYED.findall((ROOT / name).read_text(encoding="utf-8"))


def free_ports(count: int) -> list[str]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [str(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def on_ports_of_this_run(script: str) -> str:
    """The script with ports that nobody uses; the plan of QA is then made by naming each of its ports."""
    directory, *others = free_ports(len(PORTS))
    gate_vn, desk_vn, gate_qa, desk_qa = others
    assert PLAN in script
    script = script.replace(PLAN, f"s/:{gate_vn}/:{gate_qa}/g; s/:{desk_vn}/:{desk_qa}/g")
    for known, fresh in zip(PORTS, (directory, gate_vn, desk_vn, gate_qa, desk_qa), strict=True):
        script = re.sub(rf":{known}\b", f":{fresh}", script)
    return script


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A shell that has yet to be told what to run; whatever it started ends with it."""
    process = subprocess.Popen(
        ["bash", "-s"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        text=True,
        env={**os.environ, "MUSNAD": str(Path(sys.executable).parent / "musnad"), "LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    yield process
    try:
        os.killpg(process.pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    process.wait(20)


def test_both_readmes_replay_the_same() -> None:
    assert len(blocks("README.md")) >= 7
    assert blocks("README.md") == blocks("README.ar.md")


@pytest.mark.processes
@pytest.mark.timeout(600)
def test_five_minutes_to_two_nodes(shell: subprocess.Popen[str], tmp_path: Path) -> None:
    script = on_ports_of_this_run("\n".join(blocks("README.md")))
    said, complaints = shell.communicate(READER + script, timeout=560)
    errors = tmp_path / "errors.log"
    assert shell.returncode == 0, complaints + (errors.read_text("utf-8") if errors.exists() else "")[-2000:]
    assert "PROVEN" in said
    assert (tmp_path / "received.log").read_bytes() == (tmp_path / "access.log").read_bytes()
    verify = [str(Path(sys.executable).parent / "musnad-verify"), "dossier.zip", "--json"]
    told = subprocess.run(
        [*verify, "--trust", "registrar/root.json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    verdict = json.loads(told.stdout)
    assert told.returncode == 0
    assert (verdict["verdict"], verdict["case"]["complete"], verdict["case"]["exercise"]) == ("proven", True, True)
    assert verdict["case"]["void"] == []
    unanchored = subprocess.run(verify, cwd=tmp_path, capture_output=True, check=False)
    assert unanchored.returncode == 3


def before_asking(name: str) -> list[str]:
    """The commands of the section that needs no node, without what is said beside them."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [line.partition("#")[0].split() for line in lines if re.match(r"\s*musnad \w+ .*#", line)]
    return [" ".join(words) for words in found]


def test_what_is_asked_before_a_request_answers_without_a_node(tmp_path: Path) -> None:
    commands = before_asking("README.md")
    assert {command.split()[1] for command in commands} == {"can", "check", "register", "law"}
    assert commands == before_asking("README.ar.md")
    draft = {
        "author": "QA/central-authority",
        "to": ["VN/central-authority"],
        "measure": "access-to-stored-data",
        "legal_basis": {"instrument": "agreement-for-the-case", "note": "An exercise."},
        "fields": FULL[ACCESS],
    }
    (tmp_path / "request.json").write_text(json.dumps(draft), "utf-8")
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "musnad.cli.main", *command.split()[1:]],
            cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        assert done.returncode == 0, (command, done.stdout[-600:], done.stderr)
        assert "known" in done.stdout or "sample" in done.stdout, command


def test_the_commands_that_the_readme_names_are_there() -> None:
    """Every ``musnad COMMAND`` that either README names in running text."""
    known = set(re.findall(r"^    ([a-z-]+) ", _help(), re.MULTILINE))
    for name in ("README.md", "README.ar.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert set(re.findall(r"`musnad ([a-z-]+)", text)) <= known


def _help() -> str:
    done = subprocess.run(
        [sys.executable, "-m", "musnad.cli.main", "--help"],
        capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "200", "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    return done.stdout
