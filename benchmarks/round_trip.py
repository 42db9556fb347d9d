"""A message there and its receipt back, between two real nodes, against the bare floor of the same run.

One message is signed, admitted (journalled, logged), closed, sent over HTTPS, admitted and receipted by the other node,
and its receipt admitted here. The rate counts all of it; a round trip's time is from "admitted at the sender" to
"receipt durable at the sender". Rounds of the floor and of ours take turns, figures are medians of rounds.

``direct``: the sender's process delivers itself (``deliver_due``). ``worker``: the node's worker does, and the sender
looks into the journal until the delivery is done. With four senders, four processes speak at once; one Party gets its
messages in order, one in flight at a time.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import floor
from benchmarks.nodes import MESSAGES_A_CASE, new_case, new_message, two_nodes, worker_of
from benchmarks.table import Row, median, percentile

GOAL = 0.5
FOUR = 4
_LOOK_SECONDS = 0.0005
_PATIENCE_SECONDS = 60.0


def run(count: int = 300, rounds: int = 3, place: str | None = None) -> list[Row]:
    """``count`` messages a round."""
    with tempfile.TemporaryDirectory(prefix="musnad-bench-", dir=place) as name, two_nodes(place) as (sender, _):
        bare = Path(name)
        with floor.floor_server(bare) as port:
            one_floor, one_direct, one_worker, four_floor, four_worker = [], [], [], [], []
            for _ in range(rounds):
                one_floor.append(_drive("floor", bare, count, port=port))
                one_direct.append(_drive("direct", sender, count))
                with worker_of(sender):
                    _drive("worker", sender, 5)
                    one_worker.append(_drive("worker", sender, count))
                    four_worker.append(_drive("worker", sender, count, senders=FOUR))
                four_floor.append(_drive("floor", bare, count, senders=FOUR, port=port))
    return [
        *_rows("one at a time, delivered directly", one_direct, one_floor),
        *_rows("one at a time, by the worker", one_worker, one_floor),
        *_rows("four senders, by the worker", four_worker, four_floor),
    ]


Round = tuple[float, list[float]]


def _rows(what: str, ours: list[Round], theirs: list[Round]) -> list[Row]:
    def over(found: list[Round], figure: Callable[[Round], float]) -> float:
        return median([figure(one) for one in found])

    def row(name: str, unit: str, figure: Callable[[Round], float]) -> Row:
        less = unit == "ms"
        return Row(
            f"round trip, {what}: {name}",
            over(ours, figure),
            unit,
            "bare floor",
            over(theirs, figure),
            None if less else GOAL,
            "less" if less else "more",
        )

    return [
        row("rate", "/s", lambda one: one[0]),
        row("p50", "ms", lambda one: 1000 * percentile(one[1], 50)),
        row("p99", "ms", lambda one: 1000 * percentile(one[1], 99)),
    ]


def _drive(how: str, folder: Path, count: int, senders: int = 1, port: int = 0) -> Round:
    """Run ``senders`` processes that send ``count`` messages between them; the whole rate, and every time.

    Each says that it is ready and begins when told, so that starting an interpreter is nobody's cost.
    """
    command = [sys.executable, "-m", "benchmarks.round_trip", how, str(folder), str(count // senders), str(port)]
    processes = [
        subprocess.Popen(  # noqa: S603 - this very module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent
        )
        for _ in range(senders)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    begun = time.perf_counter()
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    times: list[float] = []
    for process in processes:
        assert process.stdout is not None
        times += json.loads(process.stdout.readline())
    elapsed = time.perf_counter() - begun
    for process in processes:
        process.wait()
    return len(times) / elapsed, times


def _direct(folder: Path, count: int) -> list[float]:
    from musnad.exchange.admission import admit_own
    from musnad.exchange.delivery import deliver_due
    from musnad.node.assemble import assemble

    ports = assemble(folder).ports
    deliver_due(ports)
    admitted = admit_own(ports, new_message(ports, new_case(), 0))
    _must(deliver_due(ports)[0].message == admitted.id)
    found, case = [], new_case()
    _await_start()
    for number in range(count):
        case = new_case() if number % MESSAGES_A_CASE == 0 else case
        admit_own(ports, new_message(ports, case, number))
        begun = time.perf_counter()
        attempts = deliver_due(ports)
        found.append(time.perf_counter() - begun)
        _must([attempt.error for attempt in attempts] == [None])
    return found


def _by_worker(folder: Path, count: int) -> list[float]:
    from musnad.exchange.admission import admit_own
    from musnad.node.assemble import assemble

    node = assemble(folder)
    ports = node.ports
    journal = sqlite3.connect(folder / node.configuration.journal.database, isolation_level=None)
    ports.directories.current()
    found, case = [], new_case()
    _await_start()
    for number in range(count):
        case = new_case() if number % MESSAGES_A_CASE == 0 else case
        admitted = admit_own(ports, new_message(ports, case, number))
        begun = time.perf_counter()
        while not journal.execute(
            "SELECT 1 FROM records_outboxrow WHERE message = ? AND done", [admitted.id]
        ).fetchone():
            _must(time.perf_counter() - begun < _PATIENCE_SECONDS)
            time.sleep(_LOOK_SECONDS)
        found.append(time.perf_counter() - begun)
    return found


def _floor(folder: Path, count: int, port: int) -> list[float]:
    _await_start()
    return floor.drive(folder, port, count)


def _await_start() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()


def _must(holds: bool) -> None:
    if not holds:
        raise RuntimeError("a message of the benchmark was not delivered; look at the nodes' logs")


def main(arguments: list[str]) -> None:
    how, folder, count, port = arguments[0], Path(arguments[1]), int(arguments[2]), int(arguments[3])
    match how:
        case "direct":
            found = _direct(folder, count)
        case "worker":
            found = _by_worker(folder, count)
        case _:
            found = _floor(folder, count, port)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
