"""Where the interface gets its node from: one function, which tests replace."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from musnad.adapters.files.grants import Grants
from musnad.exchange.ports import Ports


@dataclass(frozen=True, slots=True)
class House:
    """The node behind this process: its ports, its folder, and whether every message it makes is an exercise."""

    ports: Ports
    folder: Path
    exercise: bool

    @property
    def grants(self) -> Grants:
        return Grants(self.folder)


@cache
def _house() -> House:
    from musnad.node.assemble import assemble

    node = assemble(Path(os.environ["MUSNAD_NODE"]))
    return House(node.ports, node.folder, node.configuration.exercise)


def house() -> House:
    """The node that ``MUSNAD_NODE`` names, assembled at the first call of this process."""
    return _house()
