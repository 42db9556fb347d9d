"""What the demo may play: each module is one whole case, from the first request to its dossier.

A scenario names its ``PARTIES`` with the offices they need, makes its evidence where the user gave none, and runs. To
add one: a module like ``first_case``, and its line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from musnad.cli.demo.cast import Cast
from musnad.cli.demo.play import Play
from musnad.cli.demo.scenarios import asset_recovery, emergency, first_case, joint_investigation, ransomware


class Scenario(Protocol):
    """What a scenario's module holds."""

    PARTIES: Cast

    def make_evidence(self, folder: Path) -> Path:
        """The file that is sealed where the user named none."""

    def run(self, play: Play) -> None:
        """The whole case, its export at the end."""


SCENARIOS: Mapping[str, Scenario] = {
    "first-case": first_case,
    "ransomware": ransomware,
    "emergency": emergency,
    "asset-recovery": asset_recovery,
    "joint-investigation": joint_investigation,
}
"""By the name that ``musnad demo --scenario`` takes; the first is the one without it."""
