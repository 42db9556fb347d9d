"""What every view needs beside the case itself: who is who, which day it is for whom, the treaty data, the heads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from musnad.core.crypto.dsse import Dsse, parse_dsse
from musnad.core.directory.errors import DirectoryExpired
from musnad.core.directory.judge import Directory
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, Digest, MessageId, PartyCode, Slug, party_of
from musnad.core.kernel.times import Day
from musnad.core.messages.message import Message
from musnad.core.messages.receipt import RECEIPT_TYPE, DirectoryRef
from musnad.core.messages.schema import parse_receipt
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.tree import NodeReader, inclusion_proof, leaf_hash, verify_inclusion
from musnad.core.treaty.values import Measure, Rule, Treaty
from musnad.exchange.civil import civil_day
from musnad.exchange.errors import UnknownZone
from musnad.exchange.journal import Entry, Head
from musnad.exchange.ports import Ports
from musnad.exchange.reading.pieces import RuleView
from musnad.exchange.reading.values import (
    ApprovalView,
    AuthorityView,
    Check,
    DirectoryState,
    LogPlace,
    PartyView,
    ReceiptView,
    TrustView,
)
from musnad.exchange.witnessing import is_cosigned_by


def directory_state(ports: Ports) -> DirectoryState:
    """Whether the directory is fresh, stale, or too old to use; what every screen says in words."""
    return _state(_current(ports))


def own_party(ports: Ports) -> PartyView:
    """Whose node this is."""
    return House(ports, _current(ports), {}, None, (), ports.journal.tree_node).party(ports.party)


@dataclass(frozen=True)
class House:
    """Made once for a view, by ``open_house``."""

    ports: Ports
    directory: Directory | None
    treaties: Mapping[Digest, Treaty]
    head: Head | None
    cosigners: tuple[PartyView, ...]
    read_node: NodeReader

    @property
    def state(self) -> DirectoryState:
        return _state(self.directory)

    def party(self, code: PartyCode) -> PartyView:
        names: Mapping[str, str] = {}
        if self.directory is not None and code in self.directory.entries:
            names = self.directory.entries[code].party.names
        return PartyView(code, names, code == self.ports.party)

    def authority(self, name: AuthorityId) -> AuthorityView:
        code = party_of(name)
        known = self.directory.entries.get(code) if self.directory is not None else None
        entry = known.party.authority(name) if known is not None else None
        return AuthorityView(name, entry.names if entry is not None else {}, self.party(code))

    def days(self, parties: Iterable[PartyCode]) -> dict[PartyCode, Day]:
        """The civil day of each Party whose time zone the directory tells and this machine knows."""
        known = self.directory.entries if self.directory is not None else {}
        now, found = self.ports.clock.now(), {}
        for code in parties:
            if code in known:
                with suppress(UnknownZone):
                    found[code] = civil_day(now, known[code].party.time_zone)
        return found

    def zone(self, code: PartyCode) -> str | None:
        """The time zone of a Party, by the name that it wrote in the directory."""
        known = self.directory.entries.get(code) if self.directory is not None else None
        return known.party.time_zone if known is not None else None

    def measure(self, treaty: Digest | None, name: Slug | None) -> Measure | None:
        data = self.treaties.get(treaty) if treaty is not None else None
        return data.measures.get(name) if data is not None and name is not None else None

    def rule(self, treaty: Digest | None, name: Slug | None) -> RuleView | None:
        data = self.treaties.get(treaty) if treaty is not None else None
        found = data.rules.get(name) if data is not None and name is not None else None
        return rule_view(found) if found is not None else None

    def trust(self, entry: Entry, dsse: Dsse, message: Message | None, author: AuthorityId) -> TrustView:
        """Verify a step's signatures and its place in this node's log, now."""
        approvals = message.approvals if message is not None else ()
        return TrustView(
            self._author(entry.directory, dsse, author, entry),
            tuple(sorted(dsse.key_ids)),
            tuple(
                ApprovalView(one.officer, one.act, self._officer(entry, dsse, one.officer, one.act))
                for one in approvals
            ),
            entry.directory,
            self.log_place(entry.id, entry),
        )

    def log_place(self, own_id: MessageId, entry: Entry) -> LogPlace:
        """Where this node's log has the thing, and whether its signed head really reaches it."""
        index = entry.place.index
        origin = self.ports.keys.log.name
        if self.head is None or self.head.size <= index:
            return LogPlace(origin, index, None, None, ())
        try:
            leaf = leaf_hash(blind_entry(bytes.fromhex(entry.place.salt), own_id))
            proof = inclusion_proof(index, self.head.size, self.read_node)
            verify_inclusion(leaf, index, self.head.size, proof, self.head.root)
        except MusnadError as error:
            return LogPlace(origin, index, self.head.size, Check(False, error.code), self.cosigners)
        return LogPlace(origin, index, self.head.size, Check(True), self.cosigners)

    def receipt(self, entry: Entry) -> ReceiptView:
        dsse = parse_dsse(entry.signed, payload_type=RECEIPT_TYPE, what="receipt")
        said = parse_receipt(dsse.payload)
        party = party_of(said.recipient)
        if party == self.ports.party:
            witnessed = self.head is not None and self.head.size > said.place.index and bool(self.cosigners)
        else:
            theirs = self.ports.journal.peer_head(party)
            witnessed = theirs is not None and theirs.size > said.place.index
        return ReceiptView(
            entry.id,
            self.authority(said.recipient),
            said.at,
            said.day,
            said.zone,
            said.log,
            said.place.index,
            witnessed,
            said.directory,
            said.flags,
            self._author(entry.directory, dsse, said.recipient, entry),
        )

    def _author(self, ref: DirectoryRef, dsse: Dsse, author: AuthorityId, entry: Entry) -> Check:
        """By the key that was valid when this node admitted it, under the set that it was judged under."""
        try:
            key = self._set(ref).signing_key(author, dsse.key_ids, entry.at)
            dsse.verify(key, what=entry.kind)
        except MusnadError as error:
            return Check(False, error.code)
        return Check(True)

    def _officer(self, entry: Entry, dsse: Dsse, officer: str, act: str) -> Check:
        try:
            key = self._set(entry.directory).officer_key(officer, act, dsse.key_ids, entry.at)  # type: ignore[arg-type]
            dsse.verify(key, what=entry.kind)
        except MusnadError as error:
            return Check(False, error.code)
        return Check(True)

    def _set(self, ref: DirectoryRef) -> Directory:
        if self.directory is not None and self.directory.ref.snapshot == ref.snapshot:
            return self.directory
        return self.ports.directories.at(ref.snapshot)


def open_house(ports: Ports) -> House:
    """Read what a view needs once: the directory, the treaty data, the newest signed head and who cosigned it."""
    directory, head = _current(ports), ports.journal.head()
    house = House(ports, directory, ports.treaties.known(), head, (), cache(ports.journal.tree_node))
    if directory is None or head is None or ports.party not in directory.entries:
        return house
    ours = directory.entries[ports.party].party
    peers = [one for one in directory.parties if one.code != ports.party]
    cosigners = tuple(house.party(one.code) for one in peers if is_cosigned_by(head, ours, one))
    return House(ports, directory, house.treaties, head, cosigners, house.read_node)


def rule_view(rule: Rule) -> RuleView:
    return RuleView(rule.name, rule.article, rule.paragraph, rule.numbering, rule.certainty, rule.says, rule.number)


def _current(ports: Ports) -> Directory | None:
    try:
        return ports.directories.current()
    except DirectoryExpired:
        return None


def _state(directory: Directory | None) -> DirectoryState:
    if directory is None:
        return DirectoryState("expired", None, None)
    ref = directory.ref
    return DirectoryState("stale" if ref.stale else "fresh", ref.version, ref.snapshot)
