"""Seal a source: one streaming pass that digests, builds the tree, encrypts and writes, in constant memory.

The caller's thread reads and digests in order; helpers hash leaves, encrypt and write. Tags and leaves come back in
order, for tree and index. The exhibit becomes visible in the vault, durable and with its signed manifest, by one commit
at the end. A sealing that fails leaves nothing; it is begun again under a new seal id and a new key, never resumed
(``core.sealing.part`` says why that matters).

Left to the caller: keeping the exhibit key (``keep``), wrapping it to recipients, telling custody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from musnad.core.kernel.errors import TooLarge
from musnad.core.kernel.names import AuthorityId, Digest, Entropy, MessageId, OfficerName, SealId
from musnad.core.kernel.times import Instant
from musnad.core.sealing.index import Entry, IndexSealer
from musnad.core.sealing.layout import PART_OCTETS, SIZE_LIMIT_OCTETS
from musnad.core.sealing.manifest import Manifest, SourceNote, Tool, write_manifest
from musnad.core.sealing.name import parse_safe_name
from musnad.core.sealing.part import KEY_OCTETS, TAG_OCTETS, Place, seal_part_into
from musnad.core.sealing.schema import parse_manifest
from musnad.core.sealing.tree import Tree, leaf_hashes
from musnad.exchange.evidence.crew import Buffers, Crew, default_helpers
from musnad.exchange.evidence.errors import Cancelled, SourceChanged
from musnad.exchange.evidence.ports import IsCancelled, Progress, Report, Source, never, no_report
from musnad.exchange.evidence.vault import Draft, Vault
from musnad.exchange.steps import NoSteps, Steps

SEAL_ID_OCTETS = 16


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
            gives the same octets the sealing fails as ``SourceChanged``.
        keep: called before the exhibit becomes visible, so that its key is durable first.
        steps: hears ``exhibit.sealed``.
        helpers: threads beside the caller's; one for each further core, at most three, unless told.
    Raises:
        UnsafeName, BadManifest: the order's words are not of their form; told before anything is read.
        SourceUnreadable, SourceChanged, StorageFull, StorageFailed, TooLarge, Cancelled: nothing stays in the vault.
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
    draft = vault.draft(seal_id)
    try:
        work = _Pass(draft, key, helpers or default_helpers())
        work.run(source, report, is_cancelled)
        if again is not None and _digest_of(again, is_cancelled) != work.digest.digest():
            raise SourceChanged(source.name)
        manifest = manifest_of(work.size_octets, work.digest.digest(), work.tree.root())
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


def _digest_of(source: Source, is_cancelled: IsCancelled) -> bytes:
    digest = hashlib.sha256()
    buffer = memoryview(bytearray(PART_OCTETS))
    while size := source.fill(buffer):
        digest.update(buffer[:size])
        if is_cancelled():
            raise Cancelled("sealing")
    return digest.digest()


class _Pass:
    """One pass over one source. Only ``_part`` runs on other threads."""

    def __init__(self, draft: Draft, key: bytes, helpers: int) -> None:
        self._draft = draft
        self._key = key
        self._helpers = helpers
        self._plain = Buffers(helpers + 3, PART_OCTETS)
        self._sealed = Buffers(helpers + 1, PART_OCTETS + TAG_OCTETS)
        self._index = IndexSealer(key, draft.seal)
        self._index_octets = 0
        self.digest = hashlib.sha256()
        self.tree = Tree()
        self.size_octets = 0

    def run(self, source: Source, report: Report, is_cancelled: IsCancelled) -> None:
        with Crew[tuple[Entry, memoryview]](self._helpers) as crew:
            number = 0
            plain = self._plain.take()
            size = source.fill(plain)
            while True:
                # One part is read ahead: only then is it known whether this one is the last.
                after, after_size = plain, 0
                if size == PART_OCTETS:
                    after = self._next_buffer(crew)
                    after_size = source.fill(after)
                self._give(crew, plain, size, number, is_last=after_size == 0)
                self.digest.update(plain[:size])
                self.size_octets += size
                if self.size_octets > SIZE_LIMIT_OCTETS:
                    raise TooLarge("exhibit", self.size_octets, SIZE_LIMIT_OCTETS)
                if is_cancelled():
                    raise Cancelled("sealing")
                report(Progress(self.size_octets, max(self.size_octets, source.total_octets)))
                if after_size == 0:
                    break
                plain, size, number = after, after_size, number + 1
            while crew:
                self._collect(crew)
        self._append(self._index.finish())

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

    def _next_buffer(self, crew: Crew[tuple[Entry, memoryview]]) -> memoryview:
        while crew.oldest_is_done or self._plain.are_out:
            self._collect(crew)
        return self._plain.take()

    def _collect(self, crew: Crew[tuple[Entry, memoryview]]) -> None:
        entry, plain = crew.collect()
        self._plain.give_back(plain)
        self.tree.add_packed(entry.leaves)
        self._append(self._index.add(entry))

    def _append(self, octets: bytes) -> None:
        if octets:
            self._draft.write_at("index", self._index_octets, octets)
            self._index_octets += len(octets)
