"""Seal a source: one streaming pass that digests, builds the tree, encrypts and writes, in constant memory.

One thread reads ahead; the caller's digests in order; helpers hash leaves, encrypt and write. Tags and leaves come back
in order, for tree and index. The exhibit becomes visible in the vault, durable and with its signed manifest, by one
commit at the end. A sealing that fails leaves nothing; it is begun again under a new seal id and a new key, never
resumed (``core.sealing.part`` says why that matters).

Left to the caller: keeping the exhibit key (``keep``), wrapping it to recipients, telling custody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from musnad.core.kernel.errors import TooLarge
from musnad.core.kernel.names import AuthorityId, Digest, Entropy, MessageId, OfficerName, SealId
from musnad.core.kernel.times import Instant
from musnad.core.sealing.index import Entry, IndexSealer, open_block
from musnad.core.sealing.layout import HASH_OCTETS, LEAF_OCTETS, PART_OCTETS, SIZE_LIMIT_OCTETS, Layout, Span
from musnad.core.sealing.manifest import Manifest, RecordsNote, SourceNote, Tool, write_manifest
from musnad.core.sealing.name import parse_safe_name
from musnad.core.sealing.part import KEY_OCTETS, TAG_OCTETS, Place, seal_part_into
from musnad.core.sealing.records import RecordTree, salt_secret
from musnad.core.sealing.schema import parse_manifest
from musnad.core.sealing.tree import Tree, join_spans, leaf_hashes
from musnad.exchange.evidence.crew import Buffers, Crew, default_helpers
from musnad.exchange.evidence.errors import Cancelled, SourceDiffers
from musnad.exchange.evidence.opening import write_ranges
from musnad.exchange.evidence.ports import IsCancelled, Progress, Report, Source, never, no_report
from musnad.exchange.evidence.reading_ahead import ReadingAhead
from musnad.exchange.evidence.vault import Draft, Vault
from musnad.exchange.steps import NoSteps, Steps

SEAL_ID_OCTETS = 16
RANGES_LIMIT = 1024
"""After so many differing ranges, the second reading is given up."""


@dataclass(frozen=True, slots=True)
class SealingOrder:
    """What the manifest says beside what the pass measures. ``name`` and ``media_type`` default to the source's."""

    sealed_by: AuthorityId
    tool: Tool
    description: str
    exercise: bool
    officer: OfficerName | None = None
    device: str | None = None
    under: MessageId | None = None
    name: str | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed exhibit: its manifest, the signed envelope of it as stored, and the key that opens it."""

    seal: SealId
    manifest: Manifest
    signed_manifest: bytes
    key: bytes = field(repr=False)


def seal(
    source: Source,
    order: SealingOrder,
    *,
    vault: Vault,
    sign: Callable[[bytes], bytes],
    now: Callable[[], Instant],
    entropy: Entropy,
    again: Source | None = None,
    keep: Callable[[Sealed], None] | None = None,
    steps: Steps | None = None,
    report: Report = no_report,
    is_cancelled: IsCancelled = never,
    helpers: int | None = None,
) -> Sealed:
    """Seal the source into the vault.

    Args:
        sign: gives the signed DSSE of a manifest payload (type ``core.sealing.manifest.PAYLOAD_TYPE``).
        now: asked once, when the pass is over.
        again: the same source opened a second time, where the medium may lie: it is read after the pass, and unless it
            gives the same octets the sealing fails as ``SourceDiffers``, naming where, to 64 KiB.
        keep: called before the exhibit becomes visible, so that its key is durable first.
        steps: hears ``exhibit.sealed``.
        helpers: threads beside the caller's; one for each further core, at most three, unless told.
    Raises:
        UnsafeName, BadManifest: the order's words are not of their form; told before anything is read.
        SourceUnreadable, SourceChanged, SourceTooDamaged, SourceDiffers, StorageFull, StorageFailed, TooLarge,
        Cancelled: nothing stays in the vault.
    """
    told = steps or NoSteps()
    name = parse_safe_name(order.name if order.name is not None else source.name)
    seal_id = SealId(entropy(SEAL_ID_OCTETS).hex())
    key = entropy(KEY_OCTETS)
    note = SourceNote(order.description, source.kind, order.device)

    def manifest_of(size_octets: int, sha256: bytes, root: bytes) -> Manifest:
        made = Manifest(
            seal=seal_id,
            name=name,
            media_type=order.media_type if order.media_type is not None else source.media_type,
            size_octets=size_octets,
            sha256=Digest(sha256.hex()),
            root=Digest(root.hex()),
            sealed_at=now(),
            sealed_by=order.sealed_by,
            officer=order.officer,
            tool=order.tool,
            source=note,
            under=order.under,
            exercise=order.exercise,
        )
        return parse_manifest(write_manifest(made))

    manifest_of(0, bytes(32), bytes(32))
    records = RecordTree(salt_secret(key, seal_id))
    if source.records is not None:
        source.records.listen(records.add)
    draft = vault.draft(seal_id)
    try:
        work = _Pass(draft, key, helpers or default_helpers())
        work.run(source, report, is_cancelled)
        if again is not None:
            work.compare(source, again, report, is_cancelled)
        manifest = manifest_of(work.size_octets, work.digest.digest(), work.tree.root())
        manifest = _noted(manifest, source, records, reads=1 if again is None else 2)
        signed = sign(write_manifest(manifest))
        draft.write_at("manifest", 0, signed)
        sealed = Sealed(seal_id, manifest, signed, key)
        if keep is not None:
            keep(sealed)
        told.reached("exhibit.sealed", "before")
        draft.commit()
        told.reached("exhibit.sealed", "after")
    except BaseException:
        draft.discard()
        raise
    return sealed


def _noted(manifest: Manifest, source: Source, records: RecordTree, reads: int) -> Manifest:
    """The manifest with what is known once the source was read; judged as a reader would."""
    found, note = source.records, None
    if found is not None:
        note = RecordsNote(records.count, records.root(), found.missing, found.index)
    whole = replace(manifest, unread=source.unread, reads=reads, records=note)
    return parse_manifest(write_manifest(whole))


class _Pass:
    """One pass over one source, and another to compare. Only ``_part`` and the reading run on other threads."""

    def __init__(self, draft: Draft, key: bytes, helpers: int) -> None:
        self._draft = draft
        self._key = key
        self._helpers = helpers
        self._plain = Buffers(helpers + 4, PART_OCTETS)
        self._sealed = Buffers(helpers + 1, PART_OCTETS + TAG_OCTETS)
        self._index = IndexSealer(key, draft.seal)
        self._index_octets = 0
        self.digest = hashlib.sha256()
        self.tree = Tree()
        self.size_octets = 0

    def run(self, source: Source, report: Report, is_cancelled: IsCancelled) -> None:
        with ExitStack() as stack:
            crew = stack.enter_context(Crew[tuple[Entry, memoryview]](self._helpers))
            ahead = stack.enter_context(ReadingAhead(source, self._plain))
            number = 0
            plain, size = ahead.take()
            while True:
                # One part is read ahead: only then is it known whether this one is the last.
                after, after_size = self._take(ahead, crew) if size == PART_OCTETS else (plain, 0)
                self._give(crew, plain, size, number, is_last=after_size == 0)
                self.digest.update(plain[:size])
                self.size_octets += size
                if self.size_octets > SIZE_LIMIT_OCTETS:
                    raise TooLarge("exhibit", self.size_octets, SIZE_LIMIT_OCTETS)
                _tell(source, self.size_octets, report, is_cancelled)
                if after_size == 0:
                    break
                plain, size, number = after, after_size, number + 1
            while crew:
                self._collect(crew)
        self._append(self._index.finish())

    def compare(self, source: Source, again: Source, report: Report, is_cancelled: IsCancelled) -> None:
        """Read the source again and hold each leaf against the one that was sealed; ``SourceDiffers``."""
        buffers = Buffers(3, PART_OCTETS)
        entries = self._entries()
        found: list[Span] = []
        done = 0
        with ReadingAhead(again, buffers) as ahead:
            size = PART_OCTETS
            while size == PART_OCTETS:
                plain, size = ahead.take()
                due = next(entries, None)
                found += _differing(b"" if due is None else due.leaves, leaf_hashes(plain[:size]), done)
                found = list(join_spans(found))
                buffers.give_back(plain)
                done += size
                if len(found) > RANGES_LIMIT:
                    break
                _tell(again, done, report, is_cancelled)
        if source.unread != again.unread:
            found += [*source.unread, *again.unread]
        if size < PART_OCTETS and done < self.size_octets:
            found.append(Span(done, self.size_octets - done))
        if found:
            end = max(done, self.size_octets)
            spans = join_spans(Span(one.first, min(one.end, end) - one.first) for one in found)
            raise SourceDiffers(source.name, write_ranges(spans), sum(one.size_octets for one in spans))

    def _entries(self) -> Iterator[Entry]:
        layout = Layout(self.size_octets)
        for number in range(layout.blocks):
            span = layout.block(number)
            octets = bytearray(span.size_octets)
            self._draft.read_into("index", span.first, memoryview(octets))
            yield from open_block(self._key, self._draft.seal, layout, number, bytes(octets))

    def _take(self, ahead: ReadingAhead, crew: Crew[tuple[Entry, memoryview]]) -> tuple[memoryview, int]:
        """What was read next; until there is something, this thread helps, and buffers go back to who reads."""
        while crew.oldest_is_done or (crew and ahead.has_none):
            self._collect(crew)
        return ahead.take()

    def _give(
        self, crew: Crew[tuple[Entry, memoryview]], plain: memoryview, size: int, number: int, *, is_last: bool
    ) -> None:
        place = Place(self._draft.seal, "data", number, is_last)
        crew.give(lambda: (self._part(place, plain[:size]), plain))

    def _part(self, place: Place, plain: memoryview) -> Entry:
        sealed = self._sealed.take()
        try:
            used = sealed[: len(plain) + TAG_OCTETS]
            seal_part_into(self._key, place, plain, used)
            self._draft.write_at("data", place.number * PART_OCTETS, used[: len(plain)])
            return Entry(bytes(used[len(plain) :]), leaf_hashes(plain))
        finally:
            self._sealed.give_back(sealed)

    def _collect(self, crew: Crew[tuple[Entry, memoryview]]) -> None:
        entry, plain = crew.collect()
        self._plain.give_back(plain)
        self.tree.add_packed(entry.leaves)
        self._append(self._index.add(entry))

    def _append(self, octets: bytes) -> None:
        if octets:
            self._draft.write_at("index", self._index_octets, octets)
            self._index_octets += len(octets)


def _tell(source: Source, done: int, report: Report, is_cancelled: IsCancelled) -> None:
    if is_cancelled():
        raise Cancelled("sealing")
    if report is not no_report:
        report(Progress(done, max(done, source.total_octets)))


def _differing(due: bytes, found: bytes, first: int) -> Iterator[Span]:
    """The leaves of one part that are not what is due."""
    if due == found:
        return
    for at in range(0, max(len(due), len(found)), HASH_OCTETS):
        if due[at : at + HASH_OCTETS] != found[at : at + HASH_OCTETS]:
            yield Span(first + at // HASH_OCTETS * LEAF_OCTETS, LEAF_OCTETS)
