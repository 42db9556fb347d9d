"""Check 10: the exporter signed this dossier's payload manifest and heads, an officer approved it, and it stands in the
exporter's log under a head that every other Party cosigned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.crypto.passkey import OfficerKey
from musnad.core.directory.directory import Directory
from musnad.core.dossier import layout
from musnad.core.dossier.archive import Source
from musnad.core.dossier.directories import Directories
from musnad.core.dossier.errors import (
    BadIndex,
    ExportDiffers,
    MemberMissing,
    MemberUnknown,
    NotInLog,
)
from musnad.core.dossier.facts import SignedMessage
from musnad.core.dossier.finding import Finding
from musnad.core.dossier.index import parse_export_proof
from musnad.core.dossier.logs import verify_leaf
from musnad.core.dossier.notes import OpenedNote, open_note, require_witnesses
from musnad.core.dossier.reading import Reading
from musnad.core.dossier.signatures import Signatures
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import Digest, MessageId, party_of
from musnad.core.messages.bodies import Exported
from musnad.core.messages.message import MESSAGE_TYPE
from musnad.core.messages.schema import parse_message
from musnad.core.transparency.tree import verify_consistency


@dataclass(frozen=True, slots=True)
class Export:
    """The exporter's statement, read."""

    signed: SignedMessage
    body: Exported


def read_export(source: Source) -> Export:
    """Read ``exported.dsse``; nothing is believed yet.

    No signed manifest covers this member, so it is taken in the one form that its values have.

    Raises:
        MemberMissing, TooLarge, and the errors of parsing a message; ExportDiffers: a message of another kind.
    """
    data = source.read(layout.EXPORTED, layout.MESSAGE_LIMIT_OCTETS)
    dsse = parse_dsse(data, payload_type=MESSAGE_TYPE, what=layout.EXPORTED)
    if dsse.write() != data:
        raise ExportDiffers("not written canonically")
    message = parse_message(dsse.payload)
    if not isinstance(message.body, Exported):
        raise ExportDiffers("not an export")
    return Export(SignedMessage(MessageId(dsse.id), message, dsse), message.body)


def check_export(
    source: Source,
    reading: Reading,
    export: Export,
    *,
    manifest: Digest | None,
    directories: Directories,
    signatures: Signatures,
) -> list[Finding]:
    """1. it is the index's exporter's, of this case and mode, over this payload manifest and these heads;
    2. exporter and approving officer signed, by keys valid then in the index's directory, and nobody else;
    3. it stands in the exporter's log, under a head cosigned by every other Party, that begins with the case's head.
    """
    findings: list[Finding] = []
    message = export.signed.message
    if reading.index is not None and reading.state is not None:
        index, heads = reading.index, reading.state.heads
        for holds, why in (  # 1
            (message.author == index.exporter, "by another than the index names"),
            (party_of(message.author) in reading.state.parties, "by a Party that is not in the case"),
            (message.case == index.case, "of another case"),
            (message.exercise == index.exercise, "an exercise's, or not"),
            (export.body.payload_manifest == manifest, "over another payload manifest"),
            (tuple(sorted(export.body.heads)) == heads, "over other heads"),
        ):
            if not holds:
                findings.append(Finding("export", ExportDiffers(why), layout.EXPORTED))
        directory = directories.at(index.directory, message.at)
        if directory is not None:
            findings += _require_signers(export, directory, signatures)  # 2
    findings += _check_log(source, reading, export)  # 3
    return findings


def _require_signers(export: Export, directory: Directory, signatures: Signatures) -> Iterator[Finding]:
    message, dsse = export.signed.message, export.signed.dsse
    try:
        keys: list[OfficerKey] = [directory.signing_key(message.author, dsse.key_ids, message.at)]
        keys += [directory.officer_key(one.officer, one.act, dsse.key_ids, message.at) for one in message.approvals]
    except MusnadError as error:
        yield Finding("export", error, layout.EXPORTED)
        return
    signatures.require("export", layout.EXPORTED, dsse, keys)
    if [one.key_id for one in dsse.signatures] != [half for key in keys for half in key.ids]:
        yield Finding("export", ExportDiffers("its signatures are not in their order"), layout.EXPORTED)


def _check_log(source: Source, reading: Reading, export: Export) -> Iterator[Finding]:
    code = party_of(export.signed.message.author)
    owner, case_head = reading.parties.get(code), reading.notes.get(code)
    sizes = reading.members.export_notes
    if not sizes:
        yield Finding("export", MemberMissing("export/*.note"))
    for size in sizes[1:]:
        member = layout.export_note_member(size)
        yield Finding("layout", MemberUnknown(member), member)
    if not sizes or owner is None or case_head is None:
        return
    member = layout.export_note_member(sizes[0])
    try:
        others = [one for one in reading.parties.values() if one.code != code]
        head = open_note(source.read(member, layout.NOTE_LIMIT_OCTETS), owner, others)
        if head.checkpoint.size != sizes[0]:
            raise BadIndex(member, "its size is not its name's")
        require_witnesses(head, owner, others)
        member = layout.EXPORT_PROOF
        _check_proof(source, export, head, case_head)
    except MusnadError as error:
        yield Finding("export", error, member)


def _check_proof(source: Source, export: Export, head: OpenedNote, case_head: OpenedNote) -> None:
    member = layout.EXPORT_PROOF
    proof = parse_export_proof(source.read(member, layout.MESSAGE_LIMIT_OCTETS), member)
    if proof.size != head.checkpoint.size:
        raise BadIndex(member, "its size is not the head's")
    if proof.leaf.id != export.signed.id:
        raise NotInLog(export.signed.id, party_of(export.signed.message.author))
    verify_leaf(proof.leaf, head)
    verify_consistency(
        case_head.checkpoint.size,
        head.checkpoint.size,
        proof.consistency,
        case_head.checkpoint.root,
        head.checkpoint.root,
    )
