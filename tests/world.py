"""Two whole nodes in one process, Viet Nam's and Qatar's, on memory adapters with faults to switch on.

    world = World()
    world["VN"].say("contact-24-7", body, to=...)     # composed, approved, sent
    world.settle()                                    # deliver, cosign, until nothing is left to do
    world["VN"].faults.down.add("QA")                 # VN's side of the wire no longer reaches QA
    world["VN"].steps.kill_at("message.admitted", "after"); world["VN"].restart()

One clock for both, moved by hand; entropy is seeded, so a world says the same things each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from musnad.adapters.law_files import load_law_data, load_practice, load_samples
from musnad.adapters.memory.agenda import MemoryAgenda
from musnad.adapters.memory.calendars import MemoryCalendars
from musnad.adapters.memory.clock import ManualClock, seeded_entropy
from musnad.adapters.memory.journal import MemoryJournal
from musnad.adapters.memory.keyring import MemoryKeyRing
from musnad.adapters.memory.laws import MemoryLaws
from musnad.adapters.memory.reference import MemoryDirectories, MemoryRegisters, MemoryTreaties
from musnad.adapters.memory.steps import FaultySteps
from musnad.adapters.memory.wire import MemoryWire, WireFaults
from musnad.adapters.register_files import load_register
from musnad.adapters.treaty_files import load_treaties, load_treaty, load_treaty_bundle
from musnad.adapters.vault.memory import MemoryVault
from musnad.core.case.state import CaseState
from musnad.core.crypto.dsse import parse_dsse
from musnad.core.directory.directory import Directory
from musnad.core.directory.judge import judge_bundle
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, PartyCode, Slug
from musnad.core.kernel.times import Instant
from musnad.core.law.reader import vocabulary
from musnad.core.messages.bodies import CUSTODY_ACT, REQUIRED_ACT, Body, Custody
from musnad.core.messages.message import MESSAGE_TYPE, ExhibitRef, LegalBasis, Message
from musnad.core.messages.schema import parse_message
from musnad.core.transparency.keys import LogSigningKey, WitnessSigningKey
from musnad.exchange.composing import Intent, Officer, case_state, compose, say, shared_approval
from musnad.exchange.delivery import Delivered, deliver_due
from musnad.exchange.journal import Entry, Journal
from musnad.exchange.ports import Ports
from musnad.exchange.witnessing import seek_cosignatures
from tests.directory_fixture import NOW, PartyKeys, make_world
from tests.directory_fixture import World as PublishedDirectory

BASIS = LegalBasis(Slug("un-convention-against-cybercrime"), "An exercise; the Convention is not in force.")
GRACE_DAYS = 30
WEEKENDS = {PartyCode("VN"): frozenset({5, 6}), PartyCode("QA"): frozenset({4, 5})}
"""Saturday and Sunday, Friday and Saturday. Of a third Party no calendar is known."""

JournalMaker = Callable[[str], Journal]
"""A fresh journal for the node of a Party."""


def _memory(_: str) -> Journal:
    return MemoryJournal()


@dataclass
class Node:
    """One Party's node. ``ports`` is made anew by ``restart``; journal and vault are the disk, which stays."""

    keys: PartyKeys
    ports: Ports
    steps: FaultySteps
    faults: WireFaults

    @property
    def code(self) -> PartyCode:
        return self.keys.code

    @property
    def journal(self) -> Journal:
        return self.ports.journal

    def authority(self, name: str) -> AuthorityId:
        return self.keys.authority(name)

    def officer(self, authority: str, name: str = "duty-1") -> Officer:
        return Officer(self.keys.officer(authority, name), self.keys.officers[f"{authority}/{name}"])

    def restart(self) -> None:
        """What was only in memory is gone: what was planned to go wrong, and what was under way."""
        self.steps = FaultySteps()
        self.ports = replace(self.ports, steps=self.steps)

    def intent(
        self,
        author: str,
        to: Iterable[AuthorityId],
        body: Body,
        *,
        case: CaseRef | None = None,
        answers: MessageId | None = None,
        measure: str | None = None,
        exhibits: tuple[ExhibitRef, ...] = (),
    ) -> Intent:
        """What an officer of the authority would want to say; approved by as many officers as that asks for."""
        intent = Intent(
            author=self.authority(author),
            to=tuple(to),
            body=body,
            language="en",
            exercise=True,
            case=case,
            answers=answers,
            exhibits=exhibits,
            measure=Slug(measure) if measure else None,
            legal_basis=BASIS if measure else None,
        )
        if not needs_approval(body):
            return intent
        try:
            due = shared_approval(self.ports, intent)
        except MusnadError:  # the intent is one that composing refuses: that is the test's to see
            due = None
        names = ("duty-1", "duty-2")[: due.officers if due is not None else 1]
        return replace(intent, approvers=tuple(self.keys.officer(author, name) for name in names))

    def say(self, author: str, to: Iterable[AuthorityId], body: Body, **members: object) -> MessageId:
        """Compose, approve and send; the message's id."""
        intent = self.intent(author, to, body, **members)  # type: ignore[arg-type]
        officers = [self.officer(author, one.rpartition("/")[2]) for one in intent.approvers]
        draft, admitted = say(self.ports, intent, *officers)
        assert admitted is not None, draft.missing
        return admitted.id

    def draft(self, author: str, to: Iterable[AuthorityId], body: Body, **members: object) -> MessageId:
        return compose(self.ports, self.intent(author, to, body, **members)).id  # type: ignore[arg-type]

    def deliver(self) -> tuple[Delivered, ...]:
        return deliver_due(self.ports)

    def state(self, case: CaseRef) -> CaseState:
        return case_state(self.ports, case)

    def messages(self) -> list[tuple[Entry, Message]]:
        """Every message journalled here, in log order."""
        return [
            (entry, parse_message(_payload(entry.signed)))
            for entry in self.journal.entries()
            if entry.kind == "message"
        ]


def needs_approval(body: Body) -> bool:
    """Whether a step of this body is one that an officer must have signed."""
    return body.kind in REQUIRED_ACT or (isinstance(body, Custody) and body.event in CUSTODY_ACT)


class World:
    """The directory, the clock and the nodes."""

    def __init__(
        self, make_journal: JournalMaker = _memory, published: PublishedDirectory | None = None, seed: str = "world"
    ) -> None:
        self.published = published or make_world()
        self.clock = ManualClock(NOW)
        self._seed = seed
        self._judged: dict[tuple[bytes, Instant], Directory] = {}
        self.nodes = {PartyCode(code): self.new_node(code, make_journal(code)) for code in self.published.parties}

    def __getitem__(self, code: str) -> Node:
        return self.nodes[PartyCode(code)]

    def new_node(self, code: str, journal: Journal, vault: MemoryVault | None = None) -> Node:
        """A node of a Party on this journal; not yet one that the others reach."""
        keys = self.published[code]
        steps, faults = FaultySteps(), WireFaults()
        ports = Ports(
            party=keys.code,
            clock=self.clock,
            entropy=seeded_entropy(f"{self._seed}/{code}"),
            journal=journal,
            keys=key_ring(keys),
            directories=MemoryDirectories(self._judge, self.published.files),
            treaties=make_treaties(),
            laws=make_laws(),
            vault=vault or MemoryVault(),
            wire=MemoryWire(lambda party: self.nodes[party].ports, faults),
            steps=steps,
            register=MemoryRegisters(load_register()),
            calendars=MemoryCalendars(WEEKENDS),
            agenda=MemoryAgenda(journal),
        )
        return Node(keys, ports, steps, faults)

    def settle(self, rounds: int = 40) -> None:
        """Let both workers run, the clock going on, until nothing waits and every head is cosigned."""
        for _ in range(rounds):
            for node in self.nodes.values():
                node.deliver()
            if not any(node.journal.waiting() for node in self.nodes.values()):
                break
            self.clock.advance(seconds=20)
        else:
            raise AssertionError([node.journal.waiting() for node in self.nodes.values()])
        for node in self.nodes.values():
            seek_cosignatures(node.ports)

    def _judge(self, files: Mapping[str, bytes]) -> Directory:
        """Judged once for each set and time: a judged directory is a value."""
        place = (files.get("timestamp.json", b""), self.clock.now())
        if place not in self._judged:
            self._judged[place] = judge_bundle(files, self.published.anchor, self.clock.now(), GRACE_DAYS)
        return self._judged[place]


def key_ring(keys: PartyKeys) -> MemoryKeyRing:
    party = keys.party
    return MemoryKeyRing(
        party=keys.code,
        log=LogSigningKey(party.log.name, keys.log_ed25519, keys.log_ml_dsa_44),
        witness=WitnessSigningKey(party.witness.name, keys.witness_ed25519, keys.witness_ml_dsa_44),
        signing_keys={keys.authority(name): key for name, key in keys.signing.items()},
        unwrapping_keys={keys.authority(name): (key,) for name, key in keys.wrapping.items()},
    )


def make_treaties() -> MemoryTreaties:
    """Every installed treaty, the Convention by default."""
    others = [(one, load_treaty_bundle(name)) for name, one in load_treaties().items() if one != load_treaty()]
    return MemoryTreaties(load_treaty(), load_treaty_bundle(), tuple(others))


def make_laws() -> MemoryLaws:
    """The packaged samples, in memory."""
    known = vocabulary(load_law_data(), load_treaties().values())
    return MemoryLaws(load_law_data(), known, load_practice(), dict(load_samples(known)))


def _payload(signed: bytes) -> bytes:
    return parse_dsse(signed, payload_type=MESSAGE_TYPE, what="message").payload
