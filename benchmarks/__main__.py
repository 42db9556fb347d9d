"""``python -m benchmarks [NAME...] [--json FILE] [--markdown FILE] [options]``: measure, and show a table.

Names: sealing, folders, round-trip, verifying, log, preflight, fold, due, desk; all without a name. A ratio is ours
over the peer's in the same run; absolute figures are this machine's at this hour.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import sqlite3
import ssl
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import due, log, round_trip, sealing
from benchmarks.table import Row, markdown, median

_MIB = 1024**2


def main(arguments: Sequence[str]) -> int:
    options = _parser().parse_args(arguments)
    command = shlex.join(["python", "-m", "benchmarks", *arguments])
    facts = machine()
    sys.stdout.write(f"{command}\n{facts}\n\n")
    rows: list[Row] = []
    for name in options.names or list(PARTS):
        sys.stderr.write(f"measuring: {name}\n")
        rows += PARTS[name](options)
    sys.stdout.write(markdown(rows) + "\n")
    if options.json:
        content = {"command": command, "machine": facts, "rows": [row.write() for row in rows]}
        options.json.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    if options.markdown:
        options.markdown.write_text(f"`{command}`\n\n{facts}\n\n{markdown(rows)}\n", "utf-8")
    return 0


def machine() -> str:
    """What was measured on, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**3
    cpu = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    system = next(
        (line.partition("=")[2].strip('"') for line in _lines("/etc/os-release") if line.startswith("PRETTY_NAME")),
        platform.system(),
    )
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {system}, {os.cpu_count()} processors ({cpu}), {memory} GiB, "
        f"Python {platform.python_version()}, {ssl.OPENSSL_VERSION}, SQLite {sqlite3.sqlite_version}; "
        f"load when begun {load:.1f}"
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").splitlines()
    except OSError:
        return []


def _sealing(options: argparse.Namespace) -> list[Row]:
    found = sealing.run(options.size_mib * _MIB, options.rounds, options.memory_mib * _MIB)

    def middle(name: str) -> float:
        values = found[name]
        assert isinstance(values, list)
        return median(values)

    digest, note = middle("openssl_seconds"), f"{options.size_mib:,} MiB in {found['place']}"
    peer = "openssl dgst -sha256"
    rows = [
        Row("seal, to memory", middle("seal_to_memory_seconds"), "s", peer, digest, 1.3, "less", note),
        Row("seal, to files", middle("seal_seconds"), "s", peer, digest, None, "less", note),
        Row("open and verify, discarded", middle("open_seconds"), "s", peer, digest, 1.0, "less", note),
    ]
    if options.memory_mib:
        peak = found["peak_memory_mib"]
        assert isinstance(peak, int)
        told = f"{options.memory_mib:,} MiB"
        rows.append(Row("peak memory while sealing", peak, "MiB", goal=128, better="less", note=told))
    return rows


def _folders(options: argparse.Namespace) -> list[Row]:
    from benchmarks import folders

    return folders.run(options.files, options.file_kib * 1024, options.rounds)


def _round_trip(options: argparse.Namespace) -> list[Row]:
    return round_trip.run(options.messages, options.rounds, options.place)


def _verifying(options: argparse.Namespace) -> list[Row]:
    from benchmarks import verifying

    return verifying.run(options.dossier_messages, options.rounds)


def _log(options: argparse.Namespace) -> list[Row]:
    return log.run(options.entries, options.rounds, options.place)


def _preflight(options: argparse.Namespace) -> list[Row]:
    from benchmarks import preflight

    return preflight.run(options.rounds)


def _fold(options: argparse.Namespace) -> list[Row]:
    return due.run_fold(options.case_messages, options.rounds)


def _due(options: argparse.Namespace) -> list[Row]:
    return due.run_due(options.cases, options.place)


def _desk(options: argparse.Namespace) -> list[Row]:
    from benchmarks import desk

    return desk.run(options.cases, options.place)


PARTS: dict[str, Callable[[argparse.Namespace], list[Row]]] = {
    "sealing": _sealing,
    "folders": _folders,
    "round-trip": _round_trip,
    "verifying": _verifying,
    "log": _log,
    "fold": _fold,
    "due": _due,
    "preflight": _preflight,
    "desk": _desk,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *PARTS], metavar="NAME", help=", ".join(PARTS))
    parser.add_argument("--json", type=Path, help="also write the rows here, as JSON")
    parser.add_argument("--markdown", type=Path, help="also write the table here")
    parser.add_argument("--rounds", type=int, default=3, help="how often each thing is measured (default 3)")
    parser.add_argument("--size-mib", type=int, default=1024, help="the file that is sealed (default 1024)")
    parser.add_argument("--memory-mib", type=int, default=4096, help="the file of the peak memory, 0 for none")
    parser.add_argument("--files", type=int, default=20_000, help="files of the sealed folder (default 20000)")
    parser.add_argument("--file-kib", type=int, default=50, help="what each of them holds (default 50)")
    parser.add_argument("--messages", type=int, default=300, help="round trips of each kind and round (default 300)")
    parser.add_argument("--entries", type=int, default=600, help="log entries of each kind and round (default 600)")
    parser.add_argument("--dossier-messages", type=int, default=10_000, help="messages of the dossier (default 10000)")
    parser.add_argument("--case-messages", type=int, default=1_000, help="messages of the folded case (default 1000)")
    parser.add_argument("--cases", type=int, default=100_000, help="open cases of list and desk (default 100000)")
    parser.add_argument("--place", help="where the nodes' folders lie (default: the temporary folder)")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
