"""The whole case of the demo as a list of steps, each of which knows whether it was done: a person who comes back after
the machine was killed looks, and does what is not done yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from musnad.adapters.vault.memory import MemorySource, MemoryTarget
from musnad.core.kernel.names import CaseRef, MessageId, SealId
from musnad.core.messages import bodies
from musnad.core.messages.message import Message
from musnad.core.sealing.manifest import Tool
from musnad.exchange.composing import drafts, send
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import fetch, open_into, seal_into_vault, tell, wrap_for
from musnad.exchange.periods import confirmation
from tests.core.treaty.data import ACCESS, FULL, PRESERVE
from tests.world import Node, World

CONTACT, CENTRAL = "contact-24-7", "central-authority"
EVIDENCE = bytes(range(256)) * 64


@dataclass
class DemoCase:
    """VN asks, QA answers. ``opened`` is what VN's officer got to see."""

    world: World
    opened: bytes | None = None

    @property
    def case(self) -> CaseRef:
        return CaseRef(self._id("request", 0))

    def script(self) -> list[tuple[str, Callable[[], object], Callable[[], bool]]]:
        """Who acts, what is done, whether it is done."""
        vn, qa = self.world["VN"], self.world["QA"]
        vn_contact, vn_central = vn.authority(CONTACT), vn.authority(CENTRAL)
        qa_contact, qa_central = qa.authority(CONTACT), qa.authority(CENTRAL)
        preserve = bodies.Request(FULL[PRESERVE])

        def access() -> bodies.Request:
            return bodies.Request(FULL[ACCESS], self._id("request", 0))

        def first() -> dict[str, object]:
            return {"case": self.case, "answers": self._id("request", 0)}

        def second() -> dict[str, object]:
            return {"case": self.case, "answers": self._id("request", 1)}

        def inside() -> dict[str, object]:
            return {"case": self.case}

        return [
            ("VN", lambda: vn.say(CONTACT, [qa_contact], preserve, measure=PRESERVE), self._said("VN", "request", 1)),
            (
                "QA",
                lambda: qa.say(CONTACT, [vn_contact], bodies.Acknowledgement("QA-17"), **first()),
                self._said("QA", "acknowledgement", 1),
            ),
            (
                "QA",
                lambda: qa.say(CONTACT, [vn_contact], bodies.Acceptance(), **first()),
                self._said("QA", "acceptance", 1),
            ),
            (
                "QA",
                lambda: qa.say(
                    CONTACT, [vn_contact], confirmation(qa.ports, self.case, self._id("request", 0), None), **first()
                ),
                self._said("QA", "confirmation", 1),
            ),
            (
                "VN",
                lambda: vn.say(CENTRAL, [qa_central], access(), measure=ACCESS, **inside()),
                self._said("VN", "request", 2),
            ),
            (
                "QA",
                lambda: qa.say(CENTRAL, [vn_central], bodies.Question("Which mailbox?"), **second()),
                self._said("QA", "question", 1),
            ),
            (
                "VN",
                lambda: vn.say(
                    CENTRAL, [qa_central], bodies.Reply("The second."), case=self.case, answers=self._id("question", 0)
                ),
                self._said("VN", "reply", 1),
            ),
            (
                "QA",
                lambda: qa.say(CENTRAL, [vn_central], bodies.Acceptance(("this case only",)), **second()),
                self._said("QA", "acceptance", 2),
            ),
            (
                "QA",
                self._seal,
                lambda: any(
                    one.state != "receiving" and qa.ports.vault.holds(one.seal) for one in qa.journal.exhibits()
                ),
            ),
            (
                "QA",
                lambda: tell(
                    qa.ports, self.case, qa_central, bodies.Custody("sealed", self.seal, self.world.clock.now())
                ),
                self._said("QA", "sealed", 1),
            ),
            (
                "QA",
                lambda: qa.say(
                    CENTRAL,
                    [vn_central],
                    bodies.Offer("the image"),
                    **second(),
                    exhibits=(wrap_for(qa.ports, self.seal, (vn_central,)),),
                ),
                self._said("QA", "offer", 1),
            ),
            ("VN", lambda: fetch(vn.ports, self.case, self.seal), self._said("VN", "received", 1)),
            ("VN", self._open, lambda: self.opened is not None),
            (
                "VN",
                lambda: vn.say(CENTRAL, [qa_central], bodies.Closing(vn.state(self.case).heads), **inside()),
                self._said("VN", "closing", 1),
            ),
            (
                "QA",
                lambda: qa.say(CENTRAL, [vn_central], bodies.Closing(qa.state(self.case).heads), **inside()),
                self._said("QA", "closing", 1),
            ),
        ]

    def run(self, between: Callable[[], None] | None = None) -> None:
        """Every step once, both workers running after each; ``between`` instead of them where given."""
        for _, act, is_done in self.script():
            if not is_done():
                act()
            (between or self.world.settle)()

    def resume(self, code: str) -> None:
        """What an officer of a node does first when it is up again: send what was approved and not sent."""
        node = self.world[code]
        for draft in drafts(node.ports):
            if not draft.missing:
                send(node.ports, draft.id)

    @property
    def seal(self) -> SealId:
        qa = self.world["QA"]
        return next(one.seal for one in qa.journal.exhibits() if qa.ports.vault.holds(one.seal))

    def _seal(self) -> None:
        qa = self.world["QA"]
        order = SealingOrder(qa.authority(CENTRAL), Tool("musnad", "test"), "a mailbox", exercise=True)
        seal_into_vault(qa.ports, MemorySource(EVIDENCE), order)

    def _open(self) -> None:
        vn, target = self.world["VN"], MemoryTarget()
        open_into(vn.ports, self.case, self.seal, target, (vn.officer(CENTRAL),))
        self.opened = target.octets

    def _id(self, kind: str, number: int) -> MessageId:
        """The id of the so-manieth message of a kind, at whichever node has it."""
        for node in self.world.nodes.values():
            found = [entry.id for entry, message in node.messages() if message.kind == kind]
            if len(found) > number:
                return found[number]
        raise LookupError(kind)

    def _said(self, code: str, what: str, count: int) -> Callable[[], bool]:
        return lambda: (
            len([1 for entry, one in self.world[code].messages() if entry.own and what in _names(one)]) >= count
        )


def _names(message: Message) -> set[str]:
    body = message.body
    return {body.kind, body.event} if isinstance(body, bodies.Custody) else {body.kind}


def own_messages(node: Node) -> list[str]:
    """What the node said, by kind or custody event, in order."""
    return [
        message.body.event if isinstance(message.body, bodies.Custody) else message.kind
        for entry, message in node.messages()
        if entry.own
    ]
