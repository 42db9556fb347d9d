"""Sealing and opening against ``openssl dgst -sha256`` of the same file in the same run; peak memory of a 4 GiB seal.

Files lie in memory (``/dev/shm``) where there is room for them, else in the temporary folder; the result says which. A
round is one digest, one seal into a vault of files, one opening to nowhere, and one seal "to memory", into a window
that is written over and over: the work without the storage's own cost. Figures are medians of wall times. Before each
seal as much as it will fill is written and removed: a virtual machine's first touch of a page is the host's speed, not
ours. What that plain write took is told, as is the seal's processor time: a seal wants two cores, a digest one.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from musnad.adapters.vault.files import FilesVault
from musnad.adapters.vault.memory import MemoryDraft, MemoryVault
from musnad.adapters.vault.source import open_source
from musnad.core.kernel.names import AuthorityId, SealId
from musnad.core.kernel.times import instant
from musnad.core.sealing.manifest import Tool
from musnad.exchange.evidence.opening import open_exhibit
from musnad.exchange.evidence.ports import NoTarget
from musnad.exchange.evidence.sealing import Sealed, SealingOrder, seal
from musnad.exchange.evidence.vault import Member, Vault

GIB = 1024**3
_MIB = 1024**2
_BLOCK = 16 * _MIB
_WINDOW = 64 * _MIB
_ORDER = SealingOrder(
    sealed_by=AuthorityId("QA/central-authority"), tool=Tool("musnad", "bench"), description="bench", exercise=True
)


def run(size_octets: int = GIB, rounds: int = 3, memory_octets: int = 4 * GIB) -> dict[str, object]:
    """The figures by name; sizes in octets, times in seconds, memory in MiB. ``memory_octets`` 0 leaves memory out."""
    place = place_for(max(2 * size_octets, memory_octets))
    with tempfile.TemporaryDirectory(prefix="musnad-bench-", dir=place) as name:
        folder = Path(name)
        found: dict[str, object] = {"place": str(place), "size_octets": size_octets, "rounds": rounds}
        found |= _speed(folder, size_octets, rounds)
        if memory_octets:
            found |= _memory(folder, memory_octets)
    return found


def place_for(room_octets: int) -> Path:
    """A folder in memory if there is so much room, else the temporary one."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is private
    if memory.is_dir() and shutil.disk_usage(memory).free > room_octets + GIB:
        return memory
    return Path(tempfile.gettempdir())


def _speed(folder: Path, size_octets: int, rounds: int) -> dict[str, object]:
    source = folder / "source"
    _write(source, size_octets)
    digests: list[float] = []
    seals: list[float] = []
    opens: list[float] = []
    used: list[float] = []
    writes: list[float] = []
    memory: list[float] = []
    _Window(folder / "window").touch()
    for _ in range(rounds):
        begun = time.perf_counter()
        subprocess.run(["openssl", "dgst", "-sha256", source], check=True, stdout=subprocess.DEVNULL)  # noqa: S603, S607
        digests.append(time.perf_counter() - begun)
        vault = FilesVault(folder / "vault")
        begun = time.perf_counter()
        _write(folder / "touched", size_octets)
        writes.append(time.perf_counter() - begun)
        (folder / "touched").unlink()
        begun, before = time.perf_counter(), time.process_time()
        sealed = seal_file(source, vault)
        seals.append(time.perf_counter() - begun)
        used.append(time.process_time() - before)
        begun = time.perf_counter()
        open_exhibit(sealed.manifest, sealed.key, NoTarget(), vault=vault)
        opens.append(time.perf_counter() - begun)
        vault.remove(sealed.seal)
        begun = time.perf_counter()
        seal_file(source, _Window(folder / "window"))
        memory.append(time.perf_counter() - begun)
    source.unlink()
    digest = statistics.median(digests)
    return {
        "openssl_seconds": [round(value, 3) for value in digests],
        "plain_write_seconds": [round(value, 3) for value in writes],
        "seal_seconds": [round(value, 3) for value in seals],
        "seal_processor_seconds": [round(value, 3) for value in used],
        "open_seconds": [round(value, 3) for value in opens],
        "seal_to_memory_seconds": [round(value, 3) for value in memory],
        "seal_to_memory_over_openssl": round(statistics.median(memory) / digest, 2),
        "seal_over_openssl": round(statistics.median(seals) / digest, 2),
        "seal_over_openssl_each": [round(seal / one, 2) for seal, one in zip(seals, digests, strict=True)],
        "open_over_openssl": round(statistics.median(opens) / digest, 2),
        "seal_megabytes_per_second": round(size_octets / statistics.median(seals) / 1e6),
    }


def _memory(folder: Path, size_octets: int) -> dict[str, object]:
    sparse = folder / "sparse"
    with sparse.open("wb") as file:
        file.truncate(size_octets)
    # A child's child: a process that is started carries its starter's peak until it runs its own program.
    child = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "benchmarks.sealing", "peak", str(sparse), str(folder / "peak")],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    sparse.unlink()
    return {"memory_size_octets": size_octets, "peak_memory_mib": int(child.stdout)}


def seal_file(path: Path, vault: Vault) -> Sealed:
    """Seal with everything but a signature, whose cost does not grow with the file."""
    with open_source(path) as source:
        return seal(
            source,
            _ORDER,
            vault=vault,
            sign=lambda payload: payload,
            now=lambda: instant(datetime.now(UTC)),
            entropy=os.urandom,
        )


class _WindowDraft(MemoryDraft):
    """A draft whose data goes round and round in one window of memory."""

    window: Path

    def write_at(self, member: Member, first: int, octets: bytes | memoryview) -> None:
        if member != "data":
            super().write_at(member, first, octets)
            return
        descriptor = os.open(self.window, os.O_WRONLY)
        try:
            os.pwrite(descriptor, octets, first % _WINDOW)
        finally:
            os.close(descriptor)


class _Window(MemoryVault):
    """Takes an exhibit's octets, as storage would that costs no more than a copy, and keeps none."""

    def __init__(self, window: Path) -> None:
        super().__init__()
        self._window = window

    def touch(self) -> None:
        _write(self._window, _WINDOW)

    def draft(self, seal: SealId) -> MemoryDraft:
        found = super().draft(seal)
        found.__class__ = _WindowDraft
        found.window = self._window  # type: ignore[attr-defined]
        return found


def _peak(path: Path, folder: Path) -> int:
    """Seal, and the most memory that this process ever held, in MiB (Linux: VmHWM, which starts anew at exec)."""
    seal_file(path, FilesVault(folder))
    status = Path("/proc/self/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def _write(path: Path, size_octets: int) -> None:
    block = os.urandom(_BLOCK)
    with path.open("wb") as file:
        left = size_octets
        while left:
            left -= file.write(block[: min(left, _BLOCK)])


def main(arguments: list[str]) -> str:
    """``peak FILE FOLDER``, or nothing for all figures as JSON."""
    import json

    match arguments:
        case ["peak", path, folder]:
            return str(_peak(Path(path), Path(folder)))
        case _:
            return json.dumps(run(), indent=2)


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1:]) + "\n")
