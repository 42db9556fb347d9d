"""Write a dossier: one case to one file, in two phases, because the exporter's statement is over the payload.

1. ``prepare_dossier`` writes the payload beside the sink (``NAME.partial``) and gives the digest that the ``exported``
   message signs. Equal content gives equal octets: it may be run again after any interruption.
2. The caller composes that message, admits it, waits for its log's head to be cosigned; then ``finish_dossier`` adds
   the tag files. It may be run again as well.
3. ``publish_dossier`` judges the whole file as any reader would, and only what is proven appears under its own name.

Files are made for their owner alone: a dossier holds evidence in plain. Constant memory but for messages and proofs.
Left to the caller: gathering the values, and ``discard`` where a phase fails.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from musnad.core.case.fold import fold
from musnad.core.case.state import Step
from musnad.core.crypto.dsse import parse_dsse
from musnad.core.directory.entry import Party
from musnad.core.dossier import layout
from musnad.core.dossier.archive import Entry, closing_records, local_header, open_archive, place
from musnad.core.dossier.bag import DECLARATION, Sums, sum_of, write_bag_info, write_manifest
from musnad.core.dossier.errors import ExportIncomplete, NotADossier
from musnad.core.dossier.index import ExportProof, Index, Leaf, LogProofs
from musnad.core.dossier.judge import judge_dossier, unreadable
from musnad.core.dossier.notes import tidy_note
from musnad.core.dossier.reading import read_dossier, who_is_who
from musnad.core.kernel.names import AuthorityId, CaseRef, Digest, MessageId, PartyCode, SealId, party_of
from musnad.core.messages.errors import UnknownVersion
from musnad.core.messages.receipt import Place
from musnad.core.sealing.manifest import PAYLOAD_TYPE
from musnad.core.sealing.schema import parse_manifest
from musnad.core.transparency.checkpoint import parse_checkpoint
from musnad.core.transparency.note import parse_note
from musnad.core.transparency.tree import NodeReader, consistency_proof, inclusion_proof
from musnad.core.treaty.reader import parse_bundle
from musnad.exchange.dossier_sources import OpenedFile, Values
from musnad.exchange.signed import message_in
from musnad.report import write_report

OpenContent = Callable[[], Iterable[bytes]]
"""Gives an exhibit's content from its beginning each time it is called, in chunks of any size."""


@dataclass(frozen=True, slots=True)
class LogContent:
    """A Party's log: its cosigned head as received, and every leaf of the case in the tree of that size."""

    note: bytes
    proofs: LogProofs


@dataclass(frozen=True, slots=True)
class ExhibitContent:
    """An exhibit's signed manifest; with content only where the court is to have it.

    ``leaves`` are the packed leaf hashes of its tree, so that damage can be named by byte range.
    """

    manifest: bytes
    size_octets: int | None = None
    open_content: OpenContent | None = None
    leaves: bytes | None = None


@dataclass(frozen=True, slots=True)
class DossierContent:
    """Everything that a dossier is made of, as values. DSSE, directory and treaty bytes are as received.

    ``directory`` names the bundle that the exporter judges under now; ``bundles`` holds it and every one that a
    receipt names.
    """

    case: CaseRef
    exporter: AuthorityId
    directory: Digest
    messages: Mapping[MessageId, bytes]
    receipts: Mapping[MessageId, bytes]
    bundles: Mapping[Digest, Mapping[str, bytes]]
    treaties: Mapping[Digest, bytes]
    logs: Mapping[PartyCode, LogContent]
    exhibits: Mapping[SealId, ExhibitContent] = field(default_factory=dict)
    stamps: Mapping[str, bytes] = field(default_factory=dict)
    """The members of the stamps over the exporter's log, by name (``exchange.stamp_gathering``)."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The payload, written and durable: what the exporter now signs, and what phase 2 needs."""

    partial: Path
    index: Index
    parties: Mapping[PartyCode, Party]
    entries: tuple[Entry, ...]
    digests: Mapping[str, Digest]

    @property
    def manifest(self) -> bytes:
        """``manifest-sha256.txt``."""
        payload = {name: digest for name, digest in self.digests.items() if name.startswith(layout.PAYLOAD)}
        return write_manifest(payload)

    @property
    def payload_manifest(self) -> Digest:
        """What ``exported`` names."""
        return sum_of([self.manifest]).sha256

    @property
    def heads(self) -> tuple[MessageId, ...]:
        """What ``exported`` names."""
        return self.index.heads


def prove_places(places: Iterable[tuple[MessageId, Place]], size: int, read: NodeReader) -> LogProofs:
    """The proofs of a log's leaves in its tree of ``size``.

    Args:
        places: messages that the log's Party wrote or received, receipts that it gave, and, where known, receipts that
            it was given; each with its leaf in this log.
    Raises:
        OutOfTree: a leaf is not in that tree.
    """
    leaves = tuple(Leaf(one, at, inclusion_proof(at.index, size, read)) for one, at in places)
    return LogProofs(size, tuple(sorted(leaves, key=lambda leaf: (leaf.place.index, leaf.id))))


def prove_export(exported: MessageId, at: Place, case_size: int, size: int, read: NodeReader) -> ExportProof:
    """The proof of the ``exported`` message in the exporter's log of ``size``, which began as that of ``case_size``."""
    leaf = Leaf(exported, at, inclusion_proof(at.index, size, read))
    return ExportProof(size, leaf, consistency_proof(case_size, size, read))


def prepare_dossier(content: DossierContent, sink: Path) -> Prepared:
    """Phase 1: write the payload to ``NAME.partial`` beside ``sink``, durably and in one step.

    Raises:
        ExportIncomplete: the content cannot be read as a dossier: the first defect's code and member.
        The errors of parsing a message, directory set, treaty bundle or head that is no such thing.
        OSError: the file cannot be written; nothing but a temporary file is left.
    """
    plan = _plan(content)
    small, streams = plan.small, plan.streams
    partial = sink.with_name(sink.name + ".partial")
    temporary = sink.with_name(sink.name + ".writing")
    entries: list[Entry] = []
    digests: dict[str, Digest] = {}
    try:
        with _make(temporary) as out:
            for name in sorted({*small, *streams}):
                size, opened = streams[name] if name in streams else (len(small[name]), None)
                sums = _write_member(out, name, size, [small[name]] if opened is None else opened())
                entries.append(Entry(name, sums.size, sums.crc))
                digests[name] = sums.sha256
            _make_durable(out)
        _rename(temporary, partial)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return Prepared(partial, plan.index, plan.parties, tuple(entries), digests)


def payload_of(content: DossierContent) -> Digest:
    """The digest that ``exported`` signs, told from the signed manifests without reading an exhibit or writing a file.

    ``prepare_dossier`` comes to the same, or what it wrote is not what was signed. Errors as there, but ``OSError``.
    """
    plan = _plan(content)
    digests = {name: sum_of([data]).sha256 for name, data in plan.small.items() if name.startswith(layout.PAYLOAD)}
    for seal, exhibit in content.exhibits.items():
        if exhibit.open_content is not None:
            sealed = parse_manifest(parse_dsse(exhibit.manifest, payload_type=PAYLOAD_TYPE, what="manifest").payload)
            digests[layout.exhibit_member(seal, "content")] = sealed.sha256
            if exhibit.leaves is not None:
                digests[layout.exhibit_member(seal, "leaves")] = sum_of([exhibit.leaves]).sha256
    return sum_of([write_manifest(digests)]).sha256


def heads_of(content: DossierContent) -> tuple[MessageId, ...]:
    """The heads that ``exported`` names."""
    return _index(content).heads


@dataclass(frozen=True, slots=True)
class _Plan:
    """Every member of the payload: the small ones whole, the others by size and how to read them."""

    index: Index
    parties: Mapping[PartyCode, Party]
    small: Mapping[str, bytes]
    streams: Mapping[str, tuple[int, OpenContent]]


def _plan(content: DossierContent) -> _Plan:
    index = _index(content)
    entries_of = who_is_who(content.bundles.get(content.directory, {})).entries
    parties = {code: entries_of[code].party for code in index.parties if code in entries_of}
    small = dict(_small_members(content, parties))
    streams = dict(_streams(content))
    small[layout.INDEX] = index.write()
    small[layout.BAGIT] = DECLARATION
    small[layout.BAG_INFO] = write_bag_info(index.case, index.exporter, exercise=index.exercise)
    reading = read_dossier(Values(small, {name: size for name, (size, _) in streams.items()}))
    facts = reading.facts
    if reading.findings or facts is None:
        defect = reading.findings[0] if reading.findings else None
        raise ExportIncomplete(defect.code if defect else "dossier.index-invalid", (defect and defect.member) or "")
    for language in layout.LANGUAGES:
        small[layout.report_member(language)] = write_report(facts, language)
    return _Plan(index, parties, small, streams)


def finish_dossier(prepared: Prepared, *, exported: bytes, note: bytes, proof: ExportProof) -> Path:
    """Phase 2: add the exporter's statement and the manifests; gives the partial file, whole now and not yet named.

    Args:
        exported: the DSSE of the ``exported`` message over ``prepared.payload_manifest`` and ``prepared.heads``.
        note: the cosigned head of the exporter's log that ``proof`` leads to.
    Raises:
        BadNote, BadCheckpoint, OtherOrigin, NotSigned, BadSignature: the head is not that log's.
        OSError: the file cannot be written, or the partial one is gone: prepare again.
    """
    size = parse_checkpoint(parse_note(note).text).size
    tags = {
        layout.EXPORTED: exported,
        layout.export_note_member(size): _tidy(note, party_of(prepared.index.exporter), prepared.parties),
        layout.EXPORT_PROOF: proof.write(),
        layout.MANIFEST: prepared.manifest,
    }
    digests = {name: digest for name, digest in prepared.digests.items() if not name.startswith(layout.PAYLOAD)}
    digests |= {name: sum_of([data]).sha256 for name, data in tags.items()}
    tags[layout.TAG_MANIFEST] = write_manifest(digests)
    entries = list(prepared.entries)
    with prepared.partial.open("r+b") as out:
        out.seek(place(entries)[-1].end)
        out.truncate()
        for name in sorted(tags):
            sums = _write_member(out, name, len(tags[name]), [tags[name]])
            entries.append(Entry(name, sums.size, sums.crc))
        out.write(closing_records(place(entries)))
        _make_durable(out)
    return prepared.partial


def publish_dossier(prepared: Prepared, sink: Path, anchor: Digest) -> Path:
    """Judge the finished file as any reader would; only where it is proven it gets its name.

    Raises:
        ExportIncomplete: it is not proven: the first defect's code and member. The file is gone.
    """
    with prepared.partial.open("rb", buffering=0) as stream:
        try:
            verdict = judge_dossier(open_archive(OpenedFile(stream)), anchor, write_report)
        except NotADossier as error:
            verdict = unreadable(error, anchor)
    if not verdict.proven:
        discard(prepared)
        first = verdict.findings[0] if verdict.findings else None
        raise ExportIncomplete(first.code if first else "dossier.index-invalid", (first and first.member) or "")
    name_dossier(prepared, sink)
    return sink


def name_dossier(prepared: Prepared, sink: Path) -> None:
    """Give the finished file its name, unjudged; ``publish_dossier`` is what an exporter wants."""
    _rename(prepared.partial, sink)


def discard(prepared: Prepared) -> None:
    """Remove what was written and has no name yet."""
    prepared.partial.unlink(missing_ok=True)


def _tidy(note: bytes, owner: PartyCode, parties: Mapping[PartyCode, Party]) -> bytes:
    if owner not in parties:
        raise ExportIncomplete("directory.unknown-party", owner)
    return tidy_note(note, parties[owner], [party for code, party in parties.items() if code != owner])


def _small_members(content: DossierContent, parties: Mapping[PartyCode, Party]) -> Iterator[tuple[str, bytes]]:
    for message, data in content.messages.items():
        yield layout.message_member(message), data
    for receipt, data in content.receipts.items():
        yield layout.receipt_member(receipt), data
    for digest, data in content.treaties.items():
        yield layout.treaty_member(digest), data
    for snapshot, files in content.bundles.items():
        for name, data in files.items():
            yield layout.directory_member(snapshot, name), data
    for party, log in content.logs.items():
        size = parse_checkpoint(parse_note(log.note).text).size
        yield layout.note_member(party, size), _tidy(log.note, party, parties)
        yield layout.proofs_member(party), log.proofs.write()
    for seal, exhibit in content.exhibits.items():
        yield layout.exhibit_member(seal, "manifest.dsse"), exhibit.manifest
    yield from content.stamps.items()


def _streams(content: DossierContent) -> Iterator[tuple[str, tuple[int, OpenContent]]]:
    for seal, exhibit in content.exhibits.items():
        if exhibit.open_content is None or exhibit.size_octets is None:
            continue
        yield layout.exhibit_member(seal, "content"), (exhibit.size_octets, exhibit.open_content)
        if exhibit.leaves is not None:
            leaves = exhibit.leaves
            yield layout.exhibit_member(seal, "leaves"), (len(leaves), lambda leaves=leaves: [leaves])  # type: ignore[misc]


def _index(content: DossierContent) -> Index:
    steps = []
    for one, data in content.messages.items():
        with suppress(UnknownVersion):  # carried, and no step
            steps.append(Step(one, message_in(data)))
    treaties = {digest: parse_bundle(data) for digest, data in content.treaties.items()}
    state = fold(content.case, steps, (), treaties)
    return Index(
        case=content.case,
        exercise=state.exercise,
        exporter=content.exporter,
        parties=state.parties,
        directory=content.directory,
        heads=state.heads,
    )


def _write_member(out: BinaryIO, name: str, size: int, chunks: Iterable[bytes]) -> Sums:
    """One member; its CRC-32 is written into its header once its content has passed."""
    start = out.tell()
    out.write(local_header(Entry(name, size, 0)))
    sums = sum_of(_pass_on(out, chunks))
    if sums.size != size:
        raise ExportIncomplete("dossier.member-altered", name)
    end = out.tell()
    out.seek(start)
    out.write(local_header(Entry(name, size, sums.crc)))
    out.seek(end)
    return sums


def _pass_on(out: BinaryIO, chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        out.write(chunk)
        yield chunk


def _make(path: Path) -> BinaryIO:
    """A new file that only its owner may read, in the place of whatever an interruption left there."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    return os.fdopen(handle, "w+b")


def _make_durable(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def _rename(source: Path, target: Path) -> None:
    source.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
