"""The desk's pages: server time with many cases against few, and the octets of each page.

The store is the one of the duty list (``benchmarks.due``): filled by rows, then every case folded once. Each page is
asked of Django's own handler as an officer's browser would ask, without a network; the first look warms up.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from benchmarks.due import _fill, _node
from benchmarks.table import Row, median

GOAL = 2.0
SHARE = 100
_LOOKS = 11


def run(cases: int = 100_000, place: str | None = None) -> list[Row]:
    """Each page with ``cases`` open cases against one with a hundredth."""
    few = max(cases // SHARE, 10)
    small, large = _drive(few, place), _drive(cases, place)
    rows = []
    for page, (seconds, octets) in large.items():
        rows.append(
            Row(f"desk: {page}", seconds * 1000, "ms", f"{few:,} cases", small[page][0] * 1000, GOAL, "less",
                f"{cases:,} cases")
        )  # fmt: skip
        rows.append(Row(f"desk: {page}, size", octets / 1024, "KiB", f"{few:,} cases", small[page][1] / 1024))
    return rows


def _drive(cases: int, place: str | None) -> dict[str, tuple[float, float]]:
    with tempfile.TemporaryDirectory(prefix="musnad-bench-", dir=place) as folder:
        command = [sys.executable, "-m", "benchmarks.desk", folder, str(cases)]
        done = subprocess.run(  # noqa: S603 - this very module
            command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent
        )
    found: dict[str, list[float]] = json.loads(done.stdout)
    return {page: (one[0], one[1]) for page, one in found.items()}


def _measure(folder: Path, cases: int) -> dict[str, tuple[float, int]]:
    from musnad.exchange.due import refresh

    ports, teller = _node(folder)
    from django.db import connection

    with connection.cursor() as cursor:  # while it is filled nothing can be lost that is not made again
        cursor.execute("PRAGMA synchronous=OFF")
    _fill(ports, teller, cases, 0)
    refresh(ports)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA synchronous=FULL")
    from django.test import Client

    from musnad.desk.links import make_link
    from tests.doors.desk.server import desk_of

    case = ports.journal.cases()[cases // 2].case
    measure, to = "expedited-preservation", "VN/contact-24-7"
    pages = {
        "inbox": lambda: client.get("/"),
        "inbox, a page of one section": lambda: client.get("/?section=now"),
        "a case": lambda: client.get(f"/case/{case}/"),
        "duty board": lambda: client.get("/duty/"),
        "statistics": lambda: client.get("/statistics/?exercise=1"),
        "statistics of one measure": lambda: client.get(f"/statistics/?exercise=1&measure={measure}"),
        "the public report": lambda: client.get("/statistics/public/"),
        "register": lambda: client.get("/register/"),
        "register: a State": lambda: client.get("/register/QA/"),
        "register: can one ask another": lambda: client.get(f"/register/can/?asker=QA&asked=VN&measure={measure}"),
        "register: one State against all": lambda: client.get(f"/register/who/?state=QA&measure={measure}"),
        "ask: what for": lambda: client.get("/ask/"),
        "ask: the form": lambda: client.get(f"/ask/{measure}/?to={to}"),
        "drafts": lambda: client.get("/drafts/"),
        "search for one case": lambda: client.post("/search/", {"words": f"QA-{cases // 2}"}),
        "search for a word of every case": lambda: client.post("/search/", {"words": "investigation"}),
    }
    found = {}
    with (
        desk_of(ports, folder),
        patch("musnad.desk.pace.times_in_window", lambda *_: 1),  # nobody looks as often as this
        patch("musnad.desk.composing.working.is_exercise", lambda: True),
    ):
        client = Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "ar"})
        client.get(make_link(folder, os.urandom))
        for name, ask in pages.items():
            seconds, octets = [], 0
            for _ in range(_LOOKS):
                begun = time.perf_counter()
                answer = ask()
                seconds.append(time.perf_counter() - begun)
                if answer.status_code != 200:
                    raise RuntimeError(f"{name}: {answer.status_code} {answer.content.decode()[-1500:]}")
                octets = len(answer.content)
            found[name] = (median(seconds[1:]), octets)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(Path(sys.argv[1]), int(sys.argv[2]))))
