"""A folder that was sealed: the page by which it is opened says that it comes as an archive, and how it is unpacked."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from musnad.adapters.vault.source import open_source
from musnad.core.kernel.names import CaseRef, MessageId, SealId
from musnad.core.sealing.manifest import Tool
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import seal_into_vault, tell_sealed
from tests.doors.desk.story import CENTRAL
from tests.doors.desk.test_evidence import accepted, desk, given
from tests.world import World

__all__ = ["accepted"]
TOLD = "It is a folder: it is given whole, as one archive (.tar)"


@pytest.mark.parametrize("is_folder", [True, False])
def test_a_folder_says_what_it_is_given_as(
    accepted: tuple[World, CaseRef],  # the fixture
    tmp_path: Path,
    is_folder: bool,  # a parameter of the test
) -> None:
    world, case = accepted
    folder = tmp_path / "mailbox"
    folder.mkdir()
    (folder / "صندوق.mbox").write_bytes(b"x" * 3_000)

    def sealed(world: World, case: CaseRef, _content: bytes, _name: str) -> SealId:
        qa = world["QA"]
        order = SealingOrder(
            qa.authority(CENTRAL), Tool("musnad", "test"), "A mailbox", exercise=True, under=MessageId(case)
        )
        with open_source(folder if is_folder else folder / "صندوق.mbox") as source:
            made = seal_into_vault(qa.ports, source, order)
        tell_sealed(qa.ports, case, made.manifest, None, None)
        world.settle()
        return made.seal

    with patch("tests.doors.desk.test_evidence.sealed", sealed):
        seal = given(world, case, tmp_path, b"", "")
    with desk(world["VN"], tmp_path) as client:
        page = client.get(f"/case/{case}/evidence/{seal}/open/").content.decode()
    assert "approved by signature" in page
    assert (TOLD in page) == is_folder
