"""Verify a dossier of 10,000 messages, against the bare cost of its signatures in the same run.

The bare cost is every Ed25519 and ML-DSA-65 verification that the dossier needs, with keys and bytes at hand, over the
same threads. The rest of the ratio is reading, parsing, hashing, 40,000 log proofs, the fold and two reports.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.table import Row, markdown, median
from musnad.core.crypto.dsse import pae
from musnad.core.dossier.archive import open_archive
from musnad.core.dossier.directories import check_directories
from musnad.core.dossier.reading import read_dossier
from musnad.core.dossier.signatures import Signed, check_messages
from musnad.core.kernel.times import Instant
from musnad.core.messages import bodies
from musnad.verify.file import DossierFile
from musnad.verify.main import BATCH, verify
from tests.dossier_fixture import ACCESS, Told, default_world, fields

RATIO_GOAL = 2.0


def run(count: int = 10_000, rounds: int = 3) -> list[Row]:
    """A dossier of ``count`` messages, made once and verified ``rounds`` times."""
    with tempfile.TemporaryDirectory(prefix="musnad-bench-") as name:
        told = tell_long(count)
        path = told.write(Path(name) / "dossier.zip")
        ours: list[float] = []
        bare: list[float] = []
        due: Sequence[Signed] = ()
        for _ in range(rounds):
            with DossierFile(path) as reader:
                due = _due(reader)
                begun = time.perf_counter()
                _verify_bare(due)
                bare.append(time.perf_counter() - begun)
                begun = time.perf_counter()
                verdict = verify(reader, told.anchor)
                ours.append(time.perf_counter() - begun)
            if not verdict.proven:
                raise RuntimeError(str(verdict.findings[:3]))
        size = path.stat().st_size
    seconds, floor = median(ours), median(bare)
    note = f"{len(due):,} hybrid signatures, {size // 2**20:,} MiB, {os.cpu_count()} processors"
    return [
        Row(
            what=f"verify a dossier of {count:,} messages",
            ours=seconds,
            unit="s",
            peer="its signatures alone",
            theirs=floor,
            goal=RATIO_GOAL,
            better="less",
            note=note,
        )
    ]


def tell_long(count: int) -> Told:
    """A case in which one question follows another."""
    told = Told(default_world(), seed="long")
    asker, asked = "VN/central-authority", "QA/central-authority"
    request = told.say(asker, bodies.Request(fields("A long case")), measure=ACCESS)
    while len(told.messages) < count:
        number = len(told.messages)
        question = told.say(asked, bodies.Question(f"Question {number}?"), answers=request)
        told.minute -= 1  # a case of a day, not of weeks: the directory stays fresh
        if len(told.messages) < count:
            told.say(asker, bodies.Reply(f"Answer {number}."), answers=question)
            told.minute -= 1
    return told


def _due(reader: DossierFile) -> Sequence[Signed]:
    reading = read_dossier(open_archive(reader))
    moments: dict[str, list[Instant]] = {}
    for one in reading.receipts.values():
        moments.setdefault(one.receipt.directory.snapshot, []).append(one.receipt.at)
    return check_messages(reading, check_directories(reading, moments, None)).due  # type: ignore[arg-type]


def _verify_bare(due: Sequence[Signed]) -> None:
    work = [(one.key, one.dsse.signatures, pae(one.dsse.payload_type, one.dsse.payload)) for one in due]
    batches = [work[at : at + BATCH] for at in range(0, len(work), BATCH)]
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for _ in pool.map(lambda batch: [key.verify(given, data, what="") for key, given, data in batch], batches):
            pass


if __name__ == "__main__":
    sys.stdout.write(markdown(run(*(int(one) for one in sys.argv[1:]))) + "\n")
