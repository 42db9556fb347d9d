"""How much memory two whole nodes hold together, after a case with an exhibit of many parts went through them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from tests.processes.stand import Stand
from tests.processes.story import Story

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

LIMIT_MIB = 1024
EVIDENCE_OCTETS = 64 * 1024 * 1024


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    built = Stand(tmp_path, "en")
    try:
        built.build()
        yield built
    finally:
        built.close()
        connections.close_all()


def test_two_nodes_fit_into_a_gibibyte(stand: Stand, capsys: pytest.CaptureFixture[str]) -> None:
    evidence = stand.folder / "evidence.img"
    evidence.write_bytes(bytes(range(256)) * (EVIDENCE_OCTETS // 256))
    Story(stand, "memory", evidence).tell(export=True)
    held = {pid: _share_mib(pid) for code in stand.nodes for pid in _processes_of(stand.node(code))}
    with capsys.disabled():
        print(f"\ntwo nodes, {len(held)} processes: {sum(held.values()):.0f} MiB resident (sum of PSS)")
    assert len(held) >= 2 * (1 + len(stand.doors)), "supervisor, gate, desk and worker of each node"
    assert sum(held.values()) < LIMIT_MIB


def _processes_of(folder: Path) -> list[int]:
    """Every process whose environment or command line names the node's folder."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                told = (place / "environ").read_bytes() + b"\0" + (place / "cmdline").read_bytes()
            except OSError:
                continue
            if any(part in {f"MUSNAD_NODE={folder}".encode(), str(folder).encode()} for part in told.split(b"\0")):
                found.append(int(place.name))
    return found


def _share_mib(pid: int) -> float:
    """The process's proportional set size: pages shared by several processes count once among them."""
    found = re.search(r"^Pss:\s+(\d+) kB$", Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024
