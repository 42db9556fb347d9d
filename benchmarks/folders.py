"""Sealing a folder of many small files against ``tar | age``, and verifying it against ``bagit`` with two processes.

A round is one tar piped into age, one bag made, one bag validated, one seal into a vault of files and one opening to
nowhere (which verifies all that the manifest says, each file against its record), all in the same folder, in memory
where there is room. age is left out where it is not installed (Debian: ``age``; ``MUSNAD_BENCH_AGE`` names another
place). Figures are medians of wall times; rates are of the files' own octets.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bagit

from benchmarks.sealing import place_for, seal_file
from benchmarks.table import Row, median
from musnad.adapters.vault.files import FilesVault
from musnad.exchange.evidence.opening import open_exhibit
from musnad.exchange.evidence.ports import NoTarget

_PER_FOLDER = 200


def run(files: int, size_octets: int, rounds: int) -> list[Row]:
    """The rows; ``files`` of ``size_octets`` each."""
    place = place_for(4 * files * size_octets)
    with tempfile.TemporaryDirectory(prefix="musnad-bench-", dir=place) as name:
        folder = Path(name)
        source = folder / "source"
        _fill(source, files, size_octets)
        took = _measure(folder, source, rounds)
    octets = files * size_octets / 1e6

    def rate(of: str) -> float:
        return octets / median(took[of])

    note = f"{files:,} files of {size_octets // 1024} KiB in {place}"
    age, bag = rate("age") if took["age"] else None, "bagit, 2 processes"
    return [
        Row("seal a folder", rate("seal"), "MB/s", "tar into age", age, 1.1 if age else None, "more", note),
        Row("seal a folder", rate("seal"), "MB/s", f"{bag}, making", rate("bag"), None, "more", note),
        Row("verify a folder", rate("open"), "MB/s", f"{bag}, validating", rate("validate"), 3.0, "more", note),
    ]


def _fill(source: Path, files: int, size_octets: int) -> None:
    for number in range(files):
        within = source / f"folder {number // _PER_FOLDER}"
        if number % _PER_FOLDER == 0:
            within.mkdir(parents=True)
        (within / f"file {number}.bin").write_bytes(os.urandom(size_octets))


def _measure(folder: Path, source: Path, rounds: int) -> dict[str, list[float]]:
    logging.disable(logging.INFO)  # bagit tells of every file
    took: dict[str, list[float]] = {name: [] for name in ("age", "bag", "validate", "seal", "open")}
    age = os.environ.get("MUSNAD_BENCH_AGE") or shutil.which("age")
    recipient = _recipient(Path(age)) if age else ""

    def timed(name: str, work: Callable[[], object]) -> object:
        begun = time.perf_counter()
        done = work()
        took[name].append(time.perf_counter() - begun)
        return done

    for _ in range(rounds):
        if age:
            out = folder / "out.age"
            timed("age", lambda out=out: _tar_and_age(source, Path(age), recipient, out))
            out.unlink()
        bagged = folder / "bag"
        shutil.copytree(source, bagged, copy_function=os.link)
        timed("bag", lambda bagged=bagged: bagit.make_bag(str(bagged), processes=2, checksums=["sha256"]))
        timed("validate", lambda bagged=bagged: bagit.Bag(str(bagged)).validate(processes=2))
        shutil.rmtree(bagged)
        vault = FilesVault(folder / "vault")
        begun = time.perf_counter()
        sealed = seal_file(source, vault)
        took["seal"].append(time.perf_counter() - begun)
        timed(
            "open",
            lambda sealed=sealed, vault=vault: open_exhibit(sealed.manifest, sealed.key, NoTarget(), vault=vault),
        )
        vault.remove(sealed.seal)
    logging.disable(logging.NOTSET)
    return took


def _recipient(age: Path) -> str:
    made = subprocess.run([age.with_name("age-keygen")], check=True, capture_output=True, text=True)  # noqa: S603
    return made.stdout.partition("public key: ")[2].split()[0]


def _tar_and_age(source: Path, age: Path, recipient: str, out: Path) -> None:
    command = ["tar", "-c", "-C", str(source.parent), source.name]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as tar:  # noqa: S603
        subprocess.run([age, "-r", recipient, "-o", out], stdin=tar.stdout, check=True)  # noqa: S603
    assert tar.returncode == 0
