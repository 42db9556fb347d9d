"""The pre-flight of a full request, against that of one of a tenth of its size in the same run: how its cost grows.

The full request has as many identifiers as a form takes, half of them internet addresses with time, zone and port; the
register, both law profiles and the directory are those of every check.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from datetime import date

from benchmarks.table import Row, markdown, median
from musnad.core.preflight.checking import preflight
from musnad.core.preflight.values import Known
from musnad.core.treaty.forms import ENTRIES_LIMIT
from musnad.exchange.preflight import known_on
from musnad.node.assemble import assemble_packaged
from tests.core.preflight.data import draft

SHARE = 10
REPEATS = 20


def run(rounds: int = 3) -> list[Row]:
    """A request of the most identifiers that a form takes, and one of a tenth of that."""
    known = known_on(assemble_packaged(), "reciprocity", date(2026, 11, 23))
    full, tenth = request(ENTRIES_LIMIT), request(ENTRIES_LIMIT // SHARE)
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(_seconds(known, tenth))
        ours.append(_seconds(known, full))
    return [
        Row(
            what="pre-flight of a full request",
            ours=median(ours) * 1000,
            unit="ms",
            peer=f"one of {ENTRIES_LIMIT // SHARE:,} identifiers",
            theirs=median(theirs) * 1000,
            goal=float(SHARE),
            better="less",
            note=f"{ENTRIES_LIMIT:,} identifiers",
        )
    ]


def request(count: int) -> dict[str, object]:
    """A whole draft with so many identifiers."""
    identifiers = [
        {"type": "email", "value": f"account-{number}@example.org"}
        if number % 2
        else {
            "type": "internet-address",
            "value": f"192.0.2.{number % 250 + 1}",
            "port": 1024 + number,
            "from": "2026-10-03T10:00:00+07:00",
            "until": "2026-10-03T12:00:00+07:00",
        }
        for number in range(count)
    ]
    return draft(fields={"identifiers": identifiers})


def _seconds(known: Known, value: Mapping[str, object]) -> float:
    begun = time.perf_counter()
    for _ in range(REPEATS):
        if not preflight(known, value).ready:
            raise RuntimeError("the request is not whole")
    return (time.perf_counter() - begun) / REPEATS


if __name__ == "__main__":
    sys.stdout.write(markdown(run(*(int(one) for one in sys.argv[1:]))) + "\n")
