"""The node behind this process's gate, assembled once."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from musnad.exchange.ports import Ports
from musnad.node.assemble import assemble


@cache
def ports() -> Ports:
    """The ports of the node that ``MUSNAD_NODE`` names."""
    return assemble(Path(os.environ["MUSNAD_NODE"])).ports
