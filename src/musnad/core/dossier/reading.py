"""Read a dossier's members into values. Nothing is believed yet: signatures, proofs and times are the checks' matter.

The exporter reads what it is about to write by the same function, so that both render the report from equal facts.
Every member that cannot be read is a finding, and what depends on it is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from musnad.core.case.fold import fold
from musnad.core.case.state import CaseState, ExhibitState, Step
from musnad.core.crypto.dsse import Dsse, parse_dsse
from musnad.core.directory.directory import Directory
from musnad.core.directory.entry import Party
from musnad.core.directory.judge import judge_bundle
from musnad.core.dossier import layout
from musnad.core.dossier.archive import Source
from musnad.core.dossier.errors import MemberMissing, MemberUnknown, NameDiffers
from musnad.core.dossier.facts import (
    Facts,
    LogHead,
    SealedExhibit,
    SetAside,
    SignedFrame,
    SignedMessage,
    SignedReceipt,
    Unjudged,
    Witnessed,
    is_complete,
)
from musnad.core.dossier.finding import Finding
from musnad.core.dossier.index import Index, LogProofs, parse_index, parse_proofs
from musnad.core.dossier.layout import Members, sort_members
from musnad.core.dossier.notes import OpenedNote, open_note, require_witnesses
from musnad.core.dossier.silences import shown_silences
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import Digest, MessageId, PartyCode, SealId, digest_of, party_of
from musnad.core.kernel.times import Instant
from musnad.core.messages.bodies import Exported
from musnad.core.messages.errors import UnknownVersion
from musnad.core.messages.message import MESSAGE_TYPE
from musnad.core.messages.receipt import RECEIPT_TYPE
from musnad.core.messages.schema import parse_frame, parse_message, parse_receipt
from musnad.core.sealing.manifest import PAYLOAD_TYPE as MANIFEST_TYPE
from musnad.core.sealing.schema import parse_manifest
from musnad.core.treaty.reader import parse_bundle
from musnad.core.treaty.values import Treaty

Value = TypeVar("Value")

_BEFORE_ALL = Instant(datetime(1970, 1, 1, tzinfo=UTC))
"""Nothing has expired then: to know who is who. Times are judged by the check of directories."""


@dataclass
class Reading:
    """What was read; the checks add nothing to it. ``findings`` are of the checks that own each kind of member."""

    members: Members
    index: Index | None = None
    messages: dict[MessageId, SignedMessage] = field(default_factory=dict)
    frames: dict[MessageId, SignedFrame] = field(default_factory=dict)
    carried: dict[MessageId, SignedMessage | SignedFrame] = field(default_factory=dict)
    """Every message, understood or not: each has its author, its receipts and its places."""
    receipts: dict[MessageId, SignedReceipt] = field(default_factory=dict)
    bundles: dict[Digest, dict[str, bytes]] = field(default_factory=dict)
    directory: Directory | None = None
    treaties: dict[Digest, Treaty] = field(default_factory=dict)
    exhibits: dict[SealId, SealedExhibit] = field(default_factory=dict)
    notes: dict[PartyCode, OpenedNote] = field(default_factory=dict)
    proofs: dict[PartyCode, LogProofs] = field(default_factory=dict)
    state: CaseState | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def exporter(self) -> PartyCode | None:
        """The exporter's Party, by the index."""
        return None if self.index is None else party_of(self.index.exporter)

    @property
    def aside(self) -> tuple[SetAside, ...]:
        """What is here and not folded."""
        waiting = () if self.state is None else self.state.waiting
        told = [
            SetAside(one.id, found.author, found.kind, "waiting", one.missing)
            for one in waiting
            for found in [self.messages[one.id].message]
        ]
        told += [
            SetAside(one, found.message.author, found.message.kind, "not-understood")
            for one, found in sorted(self.frames.items())
        ]
        return tuple(told)

    @property
    def parties(self) -> Mapping[PartyCode, Party]:
        """The case's Parties that the index's directory names."""
        if self.directory is None or self.state is None:
            return {}
        entries = self.directory.entries
        return {code: entries[code].party for code in self.state.parties if code in entries}

    @property
    def facts(self) -> Facts | None:
        """What a report is made from, once index, directory and case could be read."""
        if self.index is None or self.state is None or self.directory is None:
            return None
        if set(self.parties) != set(self.state.parties):
            return None
        heads = {
            code: LogHead(
                note.checkpoint.origin,
                note.checkpoint.size,
                note.checkpoint.root,
                tuple(Witnessed(party, at) for party, at in note.witnessed),
            )
            for code, note in self.notes.items()
        }
        return Facts(
            index=self.index,
            state=self.state,
            parties=self.parties,
            treaties=self.treaties,
            exhibits=self.exhibits,
            logs=heads,
            aside=self.aside,
            unjudged=tuple(
                Unjudged(one.id, one.treaty) for one in self.state.requests.values() if one.treaty not in self.treaties
            ),
            unfetched=tuple(sorted(set(offered_exhibits(self.state)) - set(self.exhibits))),
            silences=tuple(shown_silences(self.state, self.receipts, self.proofs)),
            complete=is_complete(self.state) and not self.aside,
        )

    def attempt(self, check: str, member: str, read: Callable[[], Value]) -> Value | None:
        """What ``read`` gives, or None and a finding."""
        try:
            return read()
        except MusnadError as error:
            self.findings.append(Finding(check, error, member))
            return None


def read_dossier(source: Source) -> Reading:
    """Read every member that has a place; the findings say what could not be."""
    members = sort_members(source.names())
    reading = Reading(members)
    reading.findings += [Finding("layout", MemberUnknown(name), name) for name in members.unknown]
    reading.index = reading.attempt(
        "layout",
        layout.INDEX,
        lambda: parse_index(source.read(layout.INDEX, layout.MESSAGE_LIMIT_OCTETS), layout.INDEX),
    )
    _read_messages(source, reading)
    _read_receipts(source, reading)
    _read_treaties(source, reading)
    _read_exhibits(source, reading)
    _read_directories(source, reading)
    if reading.index is not None:
        steps = [Step(one.id, one.message) for one in reading.messages.values()]
        receipts = [one.receipt for one in reading.receipts.values()]
        reading.state = fold(reading.index.case, steps, receipts, reading.treaties)
    _read_logs(source, reading)
    return reading


def offered_exhibits(state: CaseState | None) -> dict[SealId, ExhibitState]:
    """The exhibits of the case that a standing step has offered."""
    if state is None:
        return {}
    return {seal: one for seal, one in state.exhibits.items() if one.offer is not None}


def who_is_who(files: Mapping[str, bytes]) -> Directory:
    """A directory set, judged for consistency only: neither anchored nor at any time. Errors as ``judge_bundle``."""
    return judge_bundle(files, None, _BEFORE_ALL, 0)


def _read_messages(source: Source, reading: Reading) -> None:
    for one in reading.members.messages:
        name = layout.message_member(one)

        def read(one: MessageId = one, name: str = name) -> SignedMessage | SignedFrame:
            dsse = _envelope(source, name, MESSAGE_TYPE, one)
            try:
                message = parse_message(dsse.payload)
            except UnknownVersion:
                return SignedFrame(one, parse_frame(dsse.payload), dsse)
            if isinstance(message.body, Exported):
                raise MemberUnknown(name)
            return SignedMessage(one, message, dsse)

        found = reading.attempt("messages", name, read)
        if found is not None:
            reading.carried[one] = found
        if isinstance(found, SignedMessage):
            reading.messages[one] = found
        elif found is not None:
            reading.frames[one] = found


def _read_receipts(source: Source, reading: Reading) -> None:
    for one in reading.members.receipts:
        name = layout.receipt_member(one)

        def read(one: MessageId = one, name: str = name) -> SignedReceipt:
            dsse = _envelope(source, name, RECEIPT_TYPE, one)
            return SignedReceipt(one, parse_receipt(dsse.payload), dsse)

        found = reading.attempt("receipts", name, read)
        if found is not None:
            reading.receipts[one] = found


def _envelope(source: Source, name: str, payload_type: str, named: str | None) -> Dsse:
    dsse = parse_dsse(source.read(name, layout.MESSAGE_LIMIT_OCTETS), payload_type=payload_type, what=name)
    if named is not None and dsse.id != named:
        raise NameDiffers(name, dsse.id)
    return dsse


def _read_treaties(source: Source, reading: Reading) -> None:
    for digest in reading.members.treaties:
        name = layout.treaty_member(digest)

        def read(digest: Digest = digest, name: str = name) -> Treaty:
            data = source.read(name, layout.TREATY_LIMIT_OCTETS)
            if digest_of(data) != digest:
                raise NameDiffers(name, digest_of(data))
            return parse_bundle(data)

        found = reading.attempt("treaty", name, read)
        if found is not None:
            reading.treaties[digest] = found


def _read_exhibits(source: Source, reading: Reading) -> None:
    for seal, parts in reading.members.exhibits.items():
        name = layout.exhibit_member(seal, "manifest.dsse")

        def read(parts: frozenset[str] = parts, name: str = name) -> SealedExhibit:
            dsse = _envelope(source, name, MANIFEST_TYPE, None)
            return SealedExhibit(parse_manifest(dsse.payload), dsse, "content" in parts, "leaves" in parts)

        found = reading.attempt("exhibits", name, read)
        if found is not None:
            reading.exhibits[seal] = found


def _read_directories(source: Source, reading: Reading) -> None:
    for snapshot, names in reading.members.directories.items():
        files: dict[str, bytes] = {}
        for name in names:
            member = layout.directory_member(snapshot, name)

            def read(member: str = member) -> bytes:
                return source.read(member, layout.DIRECTORY_FILE_LIMIT_OCTETS)

            data = reading.attempt("directory", member, read)
            if data is not None:
                files[name] = data
        reading.bundles[snapshot] = files
    if reading.index is not None:
        named = reading.index.directory
        member = layout.directory_member(named, "timestamp.json")
        if named not in reading.bundles:
            reading.findings.append(Finding("directory", MemberMissing(member), member))
        else:
            reading.directory = reading.attempt("directory", member, lambda: who_is_who(reading.bundles[named]))


def _read_logs(source: Source, reading: Reading) -> None:
    """Each Party's log: exactly one head and one list of proofs."""
    for code, party in sorted(reading.parties.items()):
        sizes = reading.members.notes.get(code, ())
        if not sizes:
            member = f"data/log/{code}/*.note"
            reading.findings.append(Finding("logs", MemberMissing(member), member))
        for size in sizes[1:]:
            member = layout.note_member(code, size)
            reading.findings.append(Finding("layout", MemberUnknown(member), member))
        if sizes:
            _read_note(source, reading, party, sizes[0])
        member = layout.proofs_member(code)

        def read(member: str = member) -> LogProofs:
            return parse_proofs(source.read(member, layout.JSON_LIMIT_OCTETS), member)

        proofs = reading.attempt("logs", member, read)
        if proofs is not None:
            reading.proofs[code] = proofs
    if reading.parties:
        for code in sorted((set(reading.members.notes) | set(reading.members.proofs)) - set(reading.parties)):
            member = layout.proofs_member(code)
            reading.findings.append(Finding("layout", MemberUnknown(member), member))


def _read_note(source: Source, reading: Reading, party: Party, size: int) -> None:
    member = layout.note_member(party.code, size)

    def read() -> OpenedNote:
        data = source.read(member, layout.NOTE_LIMIT_OCTETS)
        others = [one for one in reading.parties.values() if one.code != party.code]
        note = open_note(data, party, others)
        if note.checkpoint.size != size:
            raise NameDiffers(member, str(note.checkpoint.size))
        require_witnesses(note, party, others)
        return note

    note = reading.attempt("logs", member, read)
    if note is not None:
        reading.notes[party.code] = note
