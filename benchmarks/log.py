"""The blind log: entries a second, admissions a second, and how long until a peer has cosigned a head.

An *append* is what the journal does for one entry: close it at rest, store it with its leaf and its tree nodes; one in
a transaction, or 32. An *admission* is all of ``admit_own``: parse, judge the signatures, journal, queue, durable. A
*cosigned head* is: the head signed over what was admitted last, sent to the peer, judged and cosigned there, the lines
checked and stored here; the worker begins it every ``checkpoint_seconds``. The peer figure is a bare SQLite commit,
synchronous=FULL, of the same octets in the same folder.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.nodes import MESSAGES_A_CASE, RECEIVER, new_case, new_message, two_nodes
from benchmarks.table import Row, median, percentile

ENTRIES_GOAL = 2000
HEAD_GOAL_SECONDS = 3
_BATCH = 32
_TURNS = 6


def run(count: int = 600, rounds: int = 3, place: str | None = None) -> list[Row]:
    """``count`` entries of each kind a round, and one head for every thirty."""
    with two_nodes(place) as (sender, _):
        found = [_drive(sender, count) for _ in range(rounds)]
        size = found[-1]["size"][0]
    rate = {name: median([one[name][0] for one in found]) for name in found[0] if name != "heads"}
    heads = [value for one in found for value in one["heads"]]
    return [
        Row("log: append, one in a transaction", rate["one"], "/s", "bare commit", rate["bare"]),
        Row("log: append, 32 in a transaction", rate["many"], "/s", goal=ENTRIES_GOAL),
        Row("log: admissions of one's own, one at a time", rate["admit"], "/s", "bare commit", rate["bare"]),
        Row(
            "log: from a signed head to a cosigned one, p50",
            median(heads),
            "s",
            goal=HEAD_GOAL_SECONDS,
            better="less",
            note=f"log of {size:,.0f}",
        ),
        Row("log: the same, p99", percentile(heads, 99), "s", goal=HEAD_GOAL_SECONDS, better="less"),
    ]


def _drive(folder: Path, count: int) -> dict[str, list[float]]:
    command = [sys.executable, "-m", "benchmarks.log", str(folder), str(count)]
    done = subprocess.run(  # noqa: S603 - this very module
        command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent
    )
    found: dict[str, list[float]] = json.loads(done.stdout)
    return found


def _measure(folder: Path, count: int) -> dict[str, list[float]]:
    from musnad.core.kernel.names import MessageId, PartyCode
    from musnad.core.transparency.entry import SALT_OCTETS, blind_entry
    from musnad.core.transparency.tree import completed_nodes, leaf_hash
    from musnad.exchange.admission import admit_own, directory_ref
    from musnad.exchange.journal import Entry, place_of
    from musnad.exchange.witnessing import seek_cosignatures
    from musnad.node.assemble import assemble

    ports = assemble(folder).ports
    directory, now = ports.directories.current(), ports.clock.now()
    ref = directory_ref(directory, ports.party)

    def entries(number: int) -> list[Entry]:
        found: list[Entry] = []
        for place in range(number):
            case = new_case() if place % MESSAGES_A_CASE == 0 else found[-1].case
            dsse = new_message(ports, case, place)
            name = MessageId(dsse.id)
            found.append(Entry(name, "message", case, name, True, dsse.write(), place_of(0, bytes(32)), now, ref))
        return found

    def append(given: list[Entry], batch: int) -> float:
        begun = time.perf_counter()
        for first in range(0, len(given), batch):
            with ports.journal.begin() as transaction:
                for entry in given[first : first + batch]:
                    index, salt = transaction.log_size(), ports.entropy(SALT_OCTETS)
                    leaf = leaf_hash(blind_entry(salt, entry.id))
                    placed = replace(entry, place=place_of(index, salt))
                    transaction.append(placed, completed_nodes(index, leaf, transaction.tree_node))
        return len(given) / (time.perf_counter() - begun)

    # A little of each in turn: what else the machine does then disturbs all of them alike.
    rates: dict[str, list[float]] = {"bare": [], "one": [], "many": [], "admit": []}
    for _ in range(_TURNS):
        some = entries(count // _TURNS)
        rates["bare"].append(_bare(folder / "bench.sqlite3", [entry.signed for entry in some]))
        rates["one"].append(append(some, 1))
        rates["many"].append(append(entries(count // _TURNS), _BATCH))
        messages = [new_message(ports, entry.case, place) for place, entry in enumerate(some)]
        begun = time.perf_counter()
        for message in messages:
            admit_own(ports, message)
        rates["admit"].append(len(messages) / (time.perf_counter() - begun))
    found = {name: [median(values)] for name, values in rates.items()}
    heads = []
    for _ in range(max(3, count // 30)):
        append(entries(1), 1)
        begun = time.perf_counter()
        seek_cosignatures(ports, [PartyCode(RECEIVER)])
        heads.append(time.perf_counter() - begun)
    return found | {"heads": heads, "size": [ports.journal.log_size()]}


def _bare(path: Path, contents: list[bytes]) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, signed BLOB)")
    begun = time.perf_counter()
    for content in contents:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO entry (signed) VALUES (?)", (content,))
        connection.execute("COMMIT")
    elapsed = time.perf_counter() - begun
    connection.close()
    path.unlink()
    return len(contents) / elapsed


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(Path(sys.argv[1]), int(sys.argv[2]))))
