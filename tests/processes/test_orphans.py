"""No process of a node outlives who watches over it: the node can always be run again."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from musnad.node.configuration import read_configuration
from musnad.node.running import is_listening
from tests.processes.stand import Stand, is_alive, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    built = Stand(tmp_path_factory.mktemp("stand"), "en")
    try:
        built.build()
        yield built
    finally:
        built.close()
        connections.close_all()


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def test_a_server_whose_master_alone_is_killed_is_replaced_with_its_workers(stand: Stand) -> None:
    node = stand.nodes["QA"]
    master = node.pid("gate")
    assert master is not None
    workers = _children(master)
    assert workers
    os.kill(master, signal.SIGKILL)
    wait_until(lambda: node.pid("gate") not in {None, master} and node.is_up(), "another gate")
    wait_until(lambda: not any(map(is_alive, workers)), "the end of the old gate's workers", 10)
    new = node.pid("gate")
    assert new is not None
    wait_until(lambda: _children(new), "the new gate's worker", 30)


def test_a_node_whose_supervisor_alone_is_killed_ends_and_can_be_run_again(stand: Stand) -> None:
    node = stand.nodes["VN"]
    assert node.keeper is not None
    pids = [node.pid(door) for door in node.doors]
    node.keeper.kill()
    node.keeper.wait()
    wait_until(lambda: not any(pid is not None and is_alive(pid) for pid in pids), "the end of its processes", 20)
    configuration = read_configuration(node.folder)
    for listen in (configuration.gate.listen, configuration.desk.listen):
        wait_until(lambda listen=listen: not is_listening(listen), f"{listen} free", 20)  # type: ignore[misc]
    node.start()
    wait_until(node.is_up, "VN up again")
