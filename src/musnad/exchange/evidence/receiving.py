"""Receive an exhibit: pull ranges, verify each part by its tag before it counts, go on after any cut.

First the index, block by block, judged against the root that the signed manifest names; then the data. A part is
decrypted to be verified, its plaintext is dropped, its ciphertext is written, and then it counts. What was verified
before a cut or a kill is not fetched again; the part that was under way is. Opening is another act, with approvals of
its own.

Left to the caller: that the manifest's signature was verified, that the key was unwrapped from the offer, retries.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from musnad.core.sealing.errors import DamagedPart, IndexMismatch
from musnad.core.sealing.index import Entry, open_block
from musnad.core.sealing.layout import PART_OCTETS
from musnad.core.sealing.manifest import Manifest
from musnad.core.sealing.part import TAG_OCTETS, Place, open_part_into
from musnad.core.sealing.tree import Tree
from musnad.exchange.evidence.crew import Buffers, Crew
from musnad.exchange.evidence.errors import Cancelled, ShortBody
from musnad.exchange.evidence.ports import IsCancelled, Progress, RangeReader, RangeStream, Report, never, no_report
from musnad.exchange.evidence.vault import Draft, Member, Vault
from musnad.exchange.steps import NoSteps, Steps

PARTS_PER_MARK = 16
"""How many parts are made durable together. Those past the last mark are verified again, not fetched again."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An exhibit that was offered: its judged manifest, the signed envelope as received, and its key."""

    manifest: Manifest
    signed_manifest: bytes
    key: bytes = field(repr=False)


def receive(
    offered: Offered,
    ranges: RangeReader,
    *,
    vault: Vault,
    steps: Steps | None = None,
    report: Report = no_report,
    is_cancelled: IsCancelled = never,
) -> None:
    """Bring the exhibit into the vault, from wherever an earlier attempt stopped; nothing where it is there already.

    Args:
        steps: hears ``exhibit.part`` around each part, ``exhibit.received`` around the commit.
    Raises:
        ShortBody, or what ``ranges`` raises: the line was cut or the range refused; run it again to go on.
        DamagedPart: the peer sent something else than what was sealed; no octet of it counts.
        IndexMismatch: the index is not the one that the signed manifest names; the draft is dropped.
        ExhibitBusy, StorageFull, StorageFailed, Cancelled: what was verified before is kept.
    """
    seal = offered.manifest.seal
    if vault.holds(seal):
        return
    told = steps or NoSteps()
    draft = vault.draft(seal)
    try:
        if vault.holds(seal):  # another process completed it between the question and the draft
            draft.discard()
            return
        work = _Receiving(draft, offered, ranges, steps=told, report=report, is_cancelled=is_cancelled)
        work.index()
        work.data()
        draft.write_at("manifest", 0, offered.signed_manifest)
        told.reached("exhibit.received", "before")
        draft.commit()
        told.reached("exhibit.received", "after")
    except IndexMismatch:
        draft.discard()
        raise
    finally:
        draft.close()


class _Receiving:
    """One attempt to complete one draft."""

    def __init__(
        self,
        draft: Draft,
        offered: Offered,
        ranges: RangeReader,
        *,
        steps: Steps,
        report: Report,
        is_cancelled: IsCancelled,
    ) -> None:
        self._draft = draft
        self._seal = offered.manifest.seal
        self._key = offered.key
        self._root = bytes.fromhex(offered.manifest.root)
        self._layout = offered.manifest.layout
        self._ranges = ranges
        self._steps = steps
        self._report = report
        self._is_cancelled = is_cancelled
        self._good = 0
        self._marked = 0
        self._lanes = Buffers(2, PART_OCTETS + TAG_OCTETS)
        self._scratch = Buffers(2, PART_OCTETS)

    # --- index ---

    def index(self) -> None:
        """Complete the draft's index and judge it against the root."""
        tree = Tree()
        for number in range(self._layout.blocks):
            entries = self._kept_block(number)
            if entries is None:
                entries = self._fetch_block(number)
            for entry in entries:
                tree.add_packed(entry.leaves)
        if tree.root() != self._root:
            raise IndexMismatch(self._seal)

    def _kept_block(self, number: int) -> tuple[Entry, ...] | None:
        span = self._layout.block(number)
        octets = bytearray(span.size_octets)
        if self._draft.read_into("index", span.first, memoryview(octets)) < span.size_octets:
            return None
        try:
            return open_block(self._key, self._seal, self._layout, number, bytes(octets))
        except DamagedPart:
            return None

    def _fetch_block(self, number: int) -> tuple[Entry, ...]:
        span = self._layout.block(number)
        octets = bytearray(span.size_octets)
        with closing(self._ranges.open("index", span.first, span.size_octets)) as stream:
            self._fill(stream, "index", span.first, memoryview(octets))
        entries = open_block(self._key, self._seal, self._layout, number, bytes(octets))
        self._draft.write_at("index", span.first, memoryview(octets))
        return entries

    def _block(self, number: int) -> tuple[Entry, ...]:
        entries = self._kept_block(number)
        if entries is None:
            raise DamagedPart(self._seal, "index", number)
        return entries

    # --- data ---

    def data(self) -> None:
        """Complete the data: what is marked counts, what lies after the mark is verified, the rest is fetched."""
        self._good = self._marked = min(self._draft.parts, self._layout.parts)
        try:
            for block in range(self._layout.blocks):
                parts = self._layout.parts_of(block)
                if self._good >= parts.stop:
                    continue
                entries = self._block(block)
                self._verify_kept(parts, entries)
                if self._good < parts.stop:
                    self._fetch_parts(parts, entries)
        except Exception:
            self._mark()
            raise
        self._tell()

    def _verify_kept(self, parts: range, entries: tuple[Entry, ...]) -> None:
        lane = self._lanes.take()
        while self._good < parts.stop:
            span = self._layout.part(self._good)
            found = self._draft.read_into("data", span.first, lane[: span.size_octets])
            if found < span.size_octets or span.size_octets == 0:
                break
            try:
                self._verify(self._good, lane, entries[self._good - parts.start].tag)
            except DamagedPart:
                break
            self._count()
        self._lanes.give_back(lane)

    def _fetch_parts(self, parts: range, entries: tuple[Entry, ...]) -> None:
        """Fetch the rest of a block's parts in one answer; reading and verifying overlap."""
        first = self._layout.part(self._good).first
        length = self._layout.part(parts.stop - 1).end - first
        with Crew[memoryview](1) as crew:
            if length == 0:  # an empty exhibit: nothing to ask for, but its one part is verified all the same
                self._store(self._good, self._lanes.take(), entries[0].tag)
                self._count()
                return
            with closing(self._ranges.open("data", first, length)) as stream:
                try:
                    for number in range(self._good, parts.stop):
                        lane = self._lanes.take()
                        span = self._layout.part(number)
                        self._fill(stream, "data", span.first, lane[: span.size_octets])
                        while crew:  # one part is stored while the next is read, no more: a kill loses little
                            self._collect(crew)
                        self._steps.reached("exhibit.part", "before")
                        crew.give(partial(self._store, number, lane, entries[number - parts.start].tag))
                except Exception:
                    self._collect_what_is_good(crew)
                    raise
            while crew:
                self._collect(crew)

    def _collect_what_is_good(self, crew: Crew[memoryview]) -> None:
        """The line was cut: parts that were whole before the cut still count; the cut is what will be told."""
        while crew:
            try:
                self._collect(crew)
            except Exception:  # noqa: BLE001 - a later part cannot count when this one does not; the cut is raised
                return

    def _collect(self, crew: Crew[memoryview]) -> None:
        self._lanes.give_back(crew.collect())
        self._steps.reached("exhibit.part", "after")
        self._count()

    def _store(self, number: int, lane: memoryview, tag: bytes) -> memoryview:
        """Verify, then write; runs beside the caller."""
        self._verify(number, lane, tag)
        span = self._layout.part(number)
        self._draft.write_at("data", span.first, lane[: span.size_octets])
        return lane

    def _verify(self, number: int, lane: memoryview, tag: bytes) -> None:
        size = self._layout.part(number).size_octets
        lane[size : size + TAG_OCTETS] = tag
        scratch = self._scratch.take()
        try:
            place = Place(self._seal, "data", number, self._layout.is_last(number))
            open_part_into(self._key, place, lane[: size + TAG_OCTETS], scratch[:size])
        finally:
            self._scratch.give_back(scratch)

    def _count(self) -> None:
        self._good += 1
        if self._good - self._marked >= PARTS_PER_MARK:
            self._mark()
        self._tell()
        if self._is_cancelled():
            raise Cancelled("receiving")

    def _tell(self) -> None:
        done = min(self._good * PART_OCTETS, self._layout.size_octets)
        self._report(Progress(done, self._layout.size_octets))

    def _mark(self) -> None:
        if self._good > self._marked:
            self._draft.mark(self._good)
            self._marked = self._good

    def _fill(self, stream: RangeStream, member: Member, first: int, buffer: memoryview) -> None:
        done = 0
        while done < len(buffer):
            got = stream.readinto(buffer[done:])
            if got <= 0:
                raise ShortBody(self._seal, member, first + done, len(buffer) - done)
            done += got
