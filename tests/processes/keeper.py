"""``musnad node run`` for tests: the same supervisor, which starts a process to be killed at a step where asked.

``run/<process>.kill-at`` holds ``step:moment``; ``run/<process>.marker`` is the marker of ``node.kill_steps``. How each
process ended is written to ``run/ended.jsonl``.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from musnad.node.configuration import read_configuration
from musnad.node.running import Process, Supervisor, processes_of


class Keeper(Supervisor):
    """The supervisor, told by files which process to start armed."""

    def _start(self, process: Process) -> None:
        wanted = self.folder / "run" / f"{process.name}.kill-at"
        os.environ.pop("MUSNAD_KILL_AT", None)
        if wanted.is_file():
            os.environ["MUSNAD_KILL_AT"] = wanted.read_text("ascii")
            os.environ["MUSNAD_KILL_MARKER"] = str(self.folder / "run" / f"{process.name}.marker")
        if process.child is not None:
            with (self.folder / "run" / "ended.jsonl").open("a") as ended:
                ended.write(json.dumps([process.name, process.child.pid, process.child.returncode]) + "\n")
        super()._start(process)


def main() -> int:
    """``python -m tests.processes.keeper FOLDER PROCESS...``"""
    folder, names = Path(sys.argv[1]), sys.argv[2:]
    processes = [one for one in processes_of(folder, read_configuration(folder)) if one.name in names]
    return Keeper(folder, processes).run()


if __name__ == "__main__":
    sys.exit(main())
