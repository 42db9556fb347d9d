"""A case of three Parties in one world: QA asks VN and EG in turn, VN's exhibit goes to both, all close."""

from __future__ import annotations

from dataclasses import dataclass, field

from musnad.adapters.vault.memory import MemorySource, MemoryTarget
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, PartyCode, SealId
from musnad.core.messages import bodies
from musnad.core.sealing.manifest import Tool
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import fetch, open_into, seal_into_vault, tell_sealed, wrap_for
from tests.core.treaty.data import ACCESS, FULL
from tests.directory_fixture import make_world
from tests.world import Node, World

PARTIES = ("VN", "QA", "EG")
CENTRAL = "central-authority"
NONE_YET = SealId("")
EVIDENCE = bytes(range(256)) * 64


def joint_world() -> World:
    return World(published=make_world(PARTIES))


def others(party: str) -> list[str]:
    return [one for one in PARTIES if one != party]


@dataclass
class JointCase:
    """Each step is said and delivered before the next. ``opened`` is what each Party's officer got to see."""

    world: World
    said: dict[str, MessageId] = field(default_factory=dict)
    seal: SealId = NONE_YET
    opened: dict[str, bytes] = field(default_factory=dict)

    @property
    def case(self) -> CaseRef:
        return CaseRef(self.said["vn"])

    def central(self, party: str) -> AuthorityId:
        return self.world[party].authority(CENTRAL)

    def say(
        self, name: str, author: str, body: bodies.Body, *, to: list[str] | None = None, **members: object
    ) -> MessageId:
        """To both others, or to ``to`` in that order; delivered."""
        recipients = [self.central(one) for one in to or others(author)]
        if self.said:
            members["case"] = self.case
        self.said[name] = self.world[author].say(CENTRAL, recipients, body, **members)
        self.world.settle()
        return self.said[name]

    def begin(self) -> None:
        """QA asks VN, then EG; both accept."""
        for party, other in (("VN", "EG"), ("EG", "VN")):
            request = bodies.Request({**FULL[ACCESS], "subject": f"Joint work with {party}"})
            self.say(party.lower(), "QA", request, to=[party, other], measure=ACCESS)
        for party in ("VN", "EG"):
            self.say(f"{party} accepts", party, bodies.Acceptance(), answers=self.said[party.lower()])

    def share(self, wrapped_to: tuple[str, ...] = ("QA", "EG")) -> None:
        """VN seals, and offers to all, its key wrapped to these."""
        vn = self.world["VN"].ports
        order = SealingOrder(self.central("VN"), Tool("musnad", "test"), "an image", exercise=True)
        sealed = seal_into_vault(vn, MemorySource(EVIDENCE), order)
        tell_sealed(vn, self.case, sealed.manifest, None, None)
        wraps = wrap_for(vn, sealed.seal, tuple(self.central(one) for one in wrapped_to))
        self.seal = sealed.seal
        self.world.settle()
        self.say("offer", "VN", bodies.Offer("the image"), answers=self.said["vn"], exhibits=(wraps,))

    def take(self, party: str) -> None:
        """Pull, verify and open what was offered."""
        node = self.world[party]
        fetch(node.ports, self.case, self.seal)
        self.world.settle()
        target = MemoryTarget()
        open_into(node.ports, self.case, self.seal, target, (node.officer(CENTRAL),))
        assert target.octets is not None
        self.opened[party] = target.octets
        self.world.settle()

    def close(self) -> None:
        for party in ("QA", "VN", "EG"):
            heads = self.world[party].state(self.case).heads
            self.say(f"{party} closes", party, bodies.Closing(heads))

    def tell(self) -> JointCase:
        """All of it."""
        self.begin()
        self.share()
        self.take("QA")
        self.take("EG")
        self.close()
        return self

    def node(self, party: str) -> Node:
        return self.world.nodes[PartyCode(party)]
