"""Damage, and what of a folder is missing, stand wherever the desk shows the exhibit."""

from __future__ import annotations

from pathlib import Path

from musnad.adapters.vault.memory import MemorySource
from musnad.core.kernel.names import CaseRef, MessageId
from musnad.core.sealing.layout import Span
from musnad.core.sealing.manifest import Tool
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import seal_into_vault, tell_sealed
from tests.doors.desk.story import CENTRAL
from tests.doors.desk.test_evidence import accepted, desk
from tests.exchange.evidence.test_records import Crafted
from tests.world import World

__all__ = ["accepted"]


def test_damage_and_what_is_missing_are_shown_on_every_page_of_the_exhibit(
    accepted: tuple[World, CaseRef], tmp_path: Path
) -> None:
    world, case = accepted
    qa = world["QA"]
    damaged = MemorySource(bytes(5000), "disk.img")
    damaged.unread = (Span(4096, 904),)
    seals = []
    for source in (damaged, Crafted()):
        order = SealingOrder(
            qa.authority(CENTRAL), Tool("musnad", "test"), "A disk", exercise=True, under=MessageId(case)
        )
        made = seal_into_vault(qa.ports, source, order)
        tell_sealed(qa.ports, case, made.manifest, None, None)
        seals.append(made.seal)
    world.settle()
    with desk(qa, tmp_path) as client:
        disk = client.get(f"/case/{case}/exhibit/{seals[0]}/").content.decode()
        folder = client.get(f"/case/{case}/exhibit/{seals[1]}/").content.decode()
        both = client.get(f"/case/{case}/evidence/").content.decode()
    for page in (disk, both):
        assert "DAMAGED: the medium did not give 904 octets" in page
        assert "4096-4999" in page
    for page in (folder, both):
        assert "INCOMPLETE: 1 entry of the folder could not be sealed" in page
        assert "A folder of 2 files" in page
    assert "DAMAGED" not in folder
