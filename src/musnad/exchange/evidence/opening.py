"""Open an exhibit: decrypt, check everything that the signed manifest declares, and only then let the file appear.

Each part is verified by its tag in its place; leaves are hashed again and compared with the index, the index with the
root, the whole with the SHA-256; of a folder, each file with its record, and the records with their root. Where
something does not hold, the rest is still read, so that every damaged octet range is named; nothing appears at the
target. Approval to open is the caller's to have.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from musnad.core.kernel.names import SealId
from musnad.core.sealing.errors import DamagedPart
from musnad.core.sealing.index import Entry, open_block
from musnad.core.sealing.layout import LEAF_OCTETS, PART_OCTETS, Span
from musnad.core.sealing.listing import ListCheck
from musnad.core.sealing.manifest import Manifest
from musnad.core.sealing.part import TAG_OCTETS, Place, open_part_into
from musnad.core.sealing.records import salt_secret
from musnad.core.sealing.tree import Tree, damaged_ranges, join_spans, leaf_hashes
from musnad.exchange.evidence.crew import Buffers, Crew, Lane, default_helpers
from musnad.exchange.evidence.errors import Cancelled, DamagedExhibit, NotAsDeclared
from musnad.exchange.evidence.ports import IsCancelled, Progress, Report, Target, never, no_report
from musnad.exchange.evidence.vault import Vault
from musnad.exchange.steps import NoSteps, Steps

RANGES_TOLD = 16
"""How many damaged ranges an error names; the sum of octets tells of the rest."""


def write_ranges(spans: tuple[Span, ...]) -> str:
    """``first-last`` of each span, inclusive; at most sixteen, then an ellipsis."""
    told = ", ".join(f"{span.first}-{span.end - 1}" for span in spans[:RANGES_TOLD])
    return told + (", ..." if len(spans) > RANGES_TOLD else "")


def open_exhibit(
    manifest: Manifest,
    key: bytes,
    target: Target,
    *,
    vault: Vault,
    steps: Steps | None = None,
    report: Report = no_report,
    is_cancelled: IsCancelled = never,
    helpers: int | None = None,
) -> None:
    """Stream the exhibit's plaintext to the target, which appears only when all of it was proven.

    Args:
        manifest: judged, its signature verified by the caller.
        steps: hears ``exhibit.opened`` around the target's commit.
    Raises:
        NoSuchExhibit: the vault does not hold it.
        DamagedExhibit: our own bytes differ from what was sealed, or the key is another's; names the ranges.
        NotAsDeclared: they open, but the content is not what the manifest declares; names what differs.
        TargetExists, StorageFull, StorageFailed, Cancelled.
        In every case the target is discarded.
    """
    told = steps or NoSteps()
    try:
        work = _Opening(vault, manifest, key, helpers or default_helpers())
        work.run(target, report, is_cancelled)
        work.judge()
        told.reached("exhibit.opened", "before")
        target.commit()
        told.reached("exhibit.opened", "after")
    except BaseException:
        target.discard()
        raise


def read_entries(vault: Vault, manifest: Manifest, key: bytes) -> Iterator[Entry]:
    """The exhibit's index, a block at a time; ``DamagedExhibit`` naming the index's own octets."""
    layout = manifest.layout
    for number in range(layout.blocks):
        span = layout.block(number)
        octets = bytearray(span.size_octets)
        got = vault.read_into(manifest.seal, "index", span.first, memoryview(octets))
        try:
            yield from open_block(key, manifest.seal, layout, number, bytes(octets[:got]))
        except DamagedPart as error:
            raise DamagedExhibit(manifest.seal, "index", write_ranges((span,)), span.size_octets) from error


@dataclass(frozen=True, slots=True)
class _Opened:
    """One part's outcome: its plaintext, unless its tag did not hold, and the leaves that differ."""

    plain: memoryview
    size_octets: int
    leaves: bytes
    failed: Span | None
    false: tuple[Span, ...]


class _Opening:
    """One pass over one exhibit. Only ``_part`` and ``_list_part`` run on other threads."""

    def __init__(self, vault: Vault, manifest: Manifest, key: bytes, helpers: int) -> None:
        self._vault = vault
        self._manifest = manifest
        self._layout = manifest.layout
        self._key = key
        self._helpers = helpers
        self._plain = Buffers(helpers + 3, PART_OCTETS)
        self._sealed = Buffers(helpers + 1, PART_OCTETS + TAG_OCTETS)
        self._digest = hashlib.sha256()
        self._tree = Tree()
        self._declared = Tree()
        note = manifest.records
        self._list = None if note is None else ListCheck(note, salt_secret(key, manifest.seal))
        self._failed: list[Span] = []
        self._false: list[Span] = []
        self._done = 0

    def run(self, target: Target, report: Report, is_cancelled: IsCancelled) -> None:
        seal = self._manifest.seal
        stored = self._vault.size(seal, "data")
        if stored > self._layout.size_octets:
            self._failed.append(Span(self._layout.size_octets, stored - self._layout.size_octets))
        with Lane() as lane, Crew[_Opened](self._helpers) as crew:
            for number, entry in enumerate(read_entries(self._vault, self._manifest, self._key)):
                while crew.oldest_is_done or (crew and self._plain.are_out):
                    self._collect(crew.collect(), lane, target, report, is_cancelled)
                self._declared.add_packed(entry.leaves)
                crew.give(partial(self._part, number, entry, self._plain.take()))
            while crew:
                self._collect(crew.collect(), lane, target, report, is_cancelled)

    def judge(self) -> None:
        """Raise unless every part held, and digest and root are those that the manifest declares."""
        seal: SealId = self._manifest.seal
        if self._failed:
            spans = join_spans(self._failed)
            raise DamagedExhibit(seal, "data", write_ranges(spans), sum(span.size_octets for span in spans))
        ranges = write_ranges(join_spans(self._false))
        root = self._manifest.root
        if self._false or self._tree.root().hex() != root or self._declared.root().hex() != root:
            raise NotAsDeclared(seal, "tree", ranges)
        if self._digest.hexdigest() != self._manifest.sha256:
            raise NotAsDeclared(seal, "sha256", ranges)
        if self._list is not None and (why := self._list.why()) is not None:
            raise NotAsDeclared(seal, f"records: {why}", ranges)

    def _list_part(self, check: ListCheck, plain: memoryview, size_octets: int) -> None:
        """Hash the files in a part; on a thread of its own, in order."""
        try:
            check.take(plain[:size_octets])
        finally:
            self._plain.give_back(plain)

    def _part(self, number: int, entry: Entry, plain: memoryview) -> _Opened:
        span = self._layout.part(number)
        size = span.size_octets
        sealed = self._sealed.take()
        try:
            got = self._vault.read_into(self._manifest.seal, "data", span.first, sealed[:size]) if size else 0
            sealed[got : got + TAG_OCTETS] = entry.tag
            place = Place(self._manifest.seal, "data", number, self._layout.is_last(number))
            if got < size:
                raise DamagedPart(self._manifest.seal, "data", number)
            open_part_into(self._key, place, sealed[: size + TAG_OCTETS], plain[:size])
        except DamagedPart:
            return _Opened(plain, 0, b"", span, ())
        finally:
            self._sealed.give_back(sealed)
        leaves = leaf_hashes(plain[:size])
        false = () if leaves == entry.leaves else _differing(entry.leaves, plain[:size], span.first)
        return _Opened(plain, size, leaves, None, false)

    def _collect(self, opened: _Opened, lane: Lane, target: Target, report: Report, is_cancelled: IsCancelled) -> None:
        octets = opened.plain[: opened.size_octets]
        if opened.failed is not None:
            self._failed.append(opened.failed)
        self._false.extend(opened.false)
        if not self._failed and not self._false:
            self._digest.update(octets)
            self._tree.add_packed(opened.leaves)
            target.write(octets)
        if self._list is not None and not self._failed and not self._false:
            lane.give(partial(self._list_part, self._list, opened.plain, opened.size_octets))
        else:
            self._plain.give_back(opened.plain)
        self._done += opened.size_octets if opened.failed is None else opened.failed.size_octets
        if is_cancelled():
            raise Cancelled("opening")
        report(Progress(self._done, self._layout.size_octets))


def _differing(due: bytes, plain: memoryview, first: int) -> tuple[Span, ...]:
    hashes = (due[at : at + 32] for at in range(0, len(due), 32))
    pieces = (plain[at : at + LEAF_OCTETS] for at in range(0, len(plain), LEAF_OCTETS))
    return tuple(damaged_ranges(hashes, pieces, first=first))
