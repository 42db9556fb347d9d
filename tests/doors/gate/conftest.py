"""Two nodes; VN has said a request to QA that has not been handed over yet; QA holds an exhibit wrapped to VN."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from musnad.adapters.vault.memory import MemorySource
from musnad.core.kernel.names import CaseRef, MessageId, PartyCode, SealId
from musnad.core.messages import bodies
from musnad.core.messages.receipt import Place
from musnad.core.sealing.manifest import Tool
from musnad.exchange.delivery import closed_for
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import kept_exhibit, seal_into_vault, wrap_for
from tests.core.treaty.data import FULL, PRESERVE
from tests.doors.gate.gate import CENTRAL, CONTACT, Gate
from tests.world import Node, World

EVIDENCE = bytes(range(256)) * 64


@dataclass
class Meeting:
    """VN before QA's gate."""

    world: World
    gate: Gate
    asked: int = 0

    @property
    def vn(self) -> Node:
        return self.world["VN"]

    @property
    def qa(self) -> Node:
        return self.world["QA"]

    def request(self) -> MessageId:
        """VN's contact asks QA's for a preservation, each time another: journalled at VN, on its way."""
        self.asked += 1
        fields = {**FULL[PRESERVE], "facts": f"A ransom was asked, the letter says for the time number {self.asked}."}
        return self.vn.say(CONTACT, [self.qa.authority(CONTACT)], bodies.Request(fields), measure=PRESERVE)

    def envelope(self, message: MessageId) -> bytes:
        directory = self.vn.ports.directories.current()
        return closed_for(self.vn.ports, message, PartyCode("QA"), directory)[0]

    def place(self, message: MessageId) -> Place:
        entry = self.vn.journal.entry(message)
        assert entry is not None
        return entry.place

    def exhibit(self) -> SealId:
        """QA's central authority has sealed an exhibit and wrapped it to VN's."""
        order = SealingOrder(self.qa.authority(CENTRAL), Tool("musnad", "test"), "a mailbox", exercise=True)
        sealed = seal_into_vault(self.qa.ports, MemorySource(EVIDENCE), order)
        holder = self.vn.authority(CENTRAL)
        wrap_for(self.qa.ports, sealed.seal, (holder,))
        kept = kept_exhibit(self.qa.ports, sealed.seal)
        with self.qa.ports.journal.begin() as transaction:
            transaction.put_exhibit(replace(kept, case=CaseRef("0" * 64), holders=(holder,)))
        return sealed.seal


@pytest.fixture
def meeting() -> Meeting:
    world = World()
    return Meeting(world, Gate(world["QA"]))
