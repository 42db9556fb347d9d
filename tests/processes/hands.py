"""An officer's terminal: a process that has ``musnad`` loaded and runs every command in a process forked from it.

The tests' own process cannot fork commands itself: its Django is that of the tests. One line of JSON asks, one answers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from musnad.cli.demo.stage import Done

ROOT = Path(__file__).resolve().parents[2]


class Hands:
    """The tests' side of it. Commands are given one at a time."""

    def __init__(self, log: Path) -> None:
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.processes.hands"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=ROOT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        self._alone = threading.Lock()

    def run(self, arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Done:
        """Run ``musnad`` to its end; the exit code is negative where a signal ended it."""
        asked = json.dumps({"arguments": list(arguments), "environment": dict(environment or {})})
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._alone:
            self._process.stdin.write(asked.encode() + b"\n")
            self._process.stdin.flush()
            told = json.loads(self._process.stdout.readline())
        return Done(told["code"], told["out"].encode(), told["err"].encode())

    def close(self) -> None:
        self._process.communicate(timeout=10)


def main() -> None:
    """Answer until the input ends."""
    from musnad.cli.demo.stage import run_command
    from musnad.cli.main import main as musnad
    from musnad.cli.main import parser

    parser()
    for line in sys.stdin:
        asked = json.loads(line)
        done = run_command(musnad, asked["arguments"], asked["environment"])
        answer = {"code": done.returncode, "out": done.stdout.decode(), "err": done.stderr.decode("utf-8", "replace")}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
