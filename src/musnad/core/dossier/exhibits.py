"""Check 7: each offered exhibit's manifest is the one that was offered, and its content is what the manifest says.

Content is never held: it streams by once, while the bag's check sums it, into a tree that keeps its frontier only.
Where the leaves stand in the dossier, damage is named by byte range; and who held the exhibit last.
"""

from __future__ import annotations

from collections.abc import Iterator

from musnad.core.case.state import ExhibitState
from musnad.core.dossier import layout
from musnad.core.dossier.archive import Source
from musnad.core.dossier.bag import Sums
from musnad.core.dossier.directories import Directories
from musnad.core.dossier.errors import ExhibitDiffers, MemberMissing, MemberUnknown
from musnad.core.dossier.facts import SealedExhibit
from musnad.core.dossier.finding import Finding
from musnad.core.dossier.reading import Reading, offered_exhibits
from musnad.core.dossier.signatures import Signatures
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, Digest, SealId, party_of
from musnad.core.sealing.layout import HASH_OCTETS, LEAF_OCTETS
from musnad.core.sealing.listing import ListCheck
from musnad.core.sealing.manifest import Manifest
from musnad.core.sealing.tree import Tree, leaf_hash

RANGES_LIMIT = 64
"""Byte ranges that are told of one exhibit; the last one then reaches to the end."""


class ContentWatch:
    """Takes an exhibit's content in order and compares it, leaf by leaf, with what is due.

    With its manifest: also what was not read is zeros, and a folder's list tells of the very files. The root of the
    records is not looked at, since their salts are derived from a key that a dossier does not hold.
    """

    def __init__(self, due: Iterator[bytes] | None, manifest: Manifest | None = None) -> None:
        self._due = due
        self._unread = list(manifest.unread) if manifest is not None else []
        self._list = ListCheck(manifest.records) if manifest is not None and manifest.records is not None else None
        self._at = 0
        self._is_zeros = True
        self._tree = Tree()
        self._held = bytearray()
        self.damaged: list[tuple[int, int]] = []

    @property
    def knows_leaves(self) -> bool:
        """Whether leaves that lead to the manifest's root are compared with."""
        return self._due is not None

    def take(self, chunk: bytes) -> None:
        if self._list is not None:
            self._list.take(memoryview(chunk))
        end = self._at + len(chunk)
        while self._unread and self._unread[0].first < end:
            span = self._unread[0]
            self._is_zeros = self._is_zeros and not any(chunk[max(0, span.first - self._at) : span.end - self._at])
            if span.end > end:
                break
            del self._unread[0]
        self._at = end
        self._held += chunk
        whole = len(self._held) // LEAF_OCTETS * LEAF_OCTETS
        if whole:
            with memoryview(self._held) as held:
                for at in range(0, whole, LEAF_OCTETS):
                    self._leaf(held[at : at + LEAF_OCTETS])
            del self._held[:whole]

    def finish(self) -> Digest:
        """The root of what was taken."""
        if self._held:
            with memoryview(self._held) as held:
                self._leaf(held)
            self._held.clear()
        return Digest(self._tree.root().hex())

    def false_notes(self) -> Iterator[str]:
        """What the manifest says of the content and is not so; asked when all was taken."""
        if not self._is_zeros:
            yield "what was not read is not zeros"
        if self._list is not None and (why := self._list.why()) is not None:
            yield f"its list of files does not hold: {why}"

    def _leaf(self, content: memoryview) -> None:
        found = leaf_hash(content)
        if self._due is not None and next(self._due, None) != found:
            begin = self._tree.size * LEAF_OCTETS
            end = begin + len(content)
            if self.damaged and (self.damaged[-1][1] == begin or len(self.damaged) == RANGES_LIMIT):
                self.damaged[-1] = (self.damaged[-1][0], end)
            else:
                self.damaged.append((begin, end))
        self._tree.add(found)


def watch_contents(source: Source, reading: Reading) -> dict[str, ContentWatch]:
    """A watch for every content member, by name."""
    watches: dict[str, ContentWatch] = {}
    for seal, parts in reading.members.exhibits.items():
        if "content" in parts:
            leaves, sealed = layout.exhibit_member(seal, "leaves"), reading.exhibits.get(seal)
            watches[layout.exhibit_member(seal, "content")] = ContentWatch(
                _leaves(source, leaves) if _leaves_hold(source, reading, seal) else None,
                None if sealed is None else sealed.manifest,
            )
    return watches


def check_exhibits(
    reading: Reading,
    directories: Directories,
    sums: dict[str, Sums],
    watches: dict[str, ContentWatch],
    signatures: Signatures,
) -> list[Finding]:
    """1. nothing but what was offered, and all of it that the exporter has; 2. the manifest is the one offered, of this
    seal and mode; 3. signed by the authority that sealed, and nobody else; 4. leaves lead to its root; 5. content has
    its size, SHA-256 and root; 6. what was not read is zeros in it, and a folder's list tells of the very files.
    """
    findings: list[Finding] = []
    offered = offered_exhibits(reading.state)
    for seal in reading.members.exhibits:
        if seal not in offered:  # 1
            member = layout.exhibit_member(seal, "manifest.dsse")
            findings.append(Finding("exhibits", MemberUnknown(member), member))
    for seal, state in offered.items():
        member = layout.exhibit_member(seal, "manifest.dsse")
        if _must_be_here(reading, state) and "manifest.dsse" not in reading.members.exhibits.get(seal, ()):
            findings.append(Finding("exhibits", MemberMissing(member), member))
        sealed = reading.exhibits.get(seal)
        if sealed is None:
            continue
        manifest = sealed.manifest
        for holds, why in (  # 2
            (sealed.dsse.id == state.manifest, "not the manifest that was offered"),
            (manifest.seal == seal, "the manifest of another seal"),
            (reading.index is None or manifest.exercise == reading.index.exercise, "an exercise's, or not"),
        ):
            if not holds:
                findings.append(Finding("exhibits", ExhibitDiffers(seal, why), member))
        findings += _require_sealer(reading, directories, state, sealed, signatures)  # 3
        findings += _check_content(seal, state, sealed, sums, watches)  # 4, 5, 6
    return findings


def _must_be_here(reading: Reading, state: ExhibitState) -> bool:
    """Whether the exporter's Party has the manifest: it offered the exhibit, or has told of it in its custody. What
    another offered and the exporter never fetched is told as such: the one who offers may serve nothing."""
    told = {party_of(entry.authority) for entry in state.custody}
    offerer = state.offered_by
    return offerer is None or reading.exporter in {*told, party_of(offerer)} or state.seal in reading.members.exhibits


def _require_sealer(
    reading: Reading,
    directories: Directories,
    state: ExhibitState,
    sealed: SealedExhibit,
    signatures: Signatures,
) -> Iterator[Finding]:
    member = layout.exhibit_member(state.seal, "manifest.dsse")
    for signed in reading.receipts.values():
        if signed.receipt.message != state.offer:
            continue
        directory = directories.at(signed.receipt.directory.snapshot, signed.receipt.at)
        if directory is None:
            continue
        manifest = sealed.manifest
        try:
            key = directory.signing_key(manifest.sealed_by, sealed.dsse.key_ids, manifest.sealed_at)
        except MusnadError as error:
            yield Finding("exhibits", error, member)
            continue
        signatures.require("exhibits", member, sealed.dsse, [key])
        return


def _check_content(
    seal: SealId,
    state: ExhibitState,
    sealed: SealedExhibit,
    sums: dict[str, Sums],
    watches: dict[str, ContentWatch],
) -> Iterator[Finding]:
    manifest, holder = sealed.manifest, last_holder(state)
    leaves = layout.exhibit_member(seal, "leaves")
    content = layout.exhibit_member(seal, "content")
    if sealed.has_leaves and (content not in watches or not watches[content].knows_leaves):
        why = "its leaves do not lead to the root" if sealed.has_content else "leaves without content"
        size = sums[leaves].size if leaves in sums else None
        yield Finding("exhibits", ExhibitDiffers(seal, why), leaves, 0, size, holder)
    if not sealed.has_content or content not in sums:
        return
    watch, found = watches[content], sums[content]
    root = watch.finish()
    if (found.size, found.sha256, root) == (manifest.size_octets, manifest.sha256, manifest.root):
        for why in watch.false_notes():
            yield Finding("exhibits", ExhibitDiffers(seal, why), content, 0, found.size)
        return
    ranges = watch.damaged
    if found.size < manifest.size_octets:
        ranges = [*ranges, (found.size, manifest.size_octets)]
    for begin, end in ranges or [(0, found.size)]:
        yield Finding("exhibits", ExhibitDiffers(seal, "its content is damaged"), content, begin, end, holder)


def last_holder(state: ExhibitState) -> AuthorityId | None:
    """The authority of the last custody entry."""
    return state.custody[-1].authority if state.custody else None


def _leaves_hold(source: Source, reading: Reading, seal: SealId) -> bool:
    sealed = reading.exhibits.get(seal)
    if sealed is None or not sealed.has_leaves:
        return False
    member = layout.exhibit_member(seal, "leaves")
    if source.size(member) != sealed.manifest.layout.leaves * HASH_OCTETS:
        return False
    tree = Tree()
    try:
        for leaf in _leaves(source, member):
            tree.add(leaf)
    except MusnadError:
        return False
    return tree.root().hex() == sealed.manifest.root


def _leaves(source: Source, member: str) -> Iterator[bytes]:
    held = b""
    for chunk in source.chunks(member):
        held += chunk
        whole = len(held) // HASH_OCTETS * HASH_OCTETS
        for at in range(0, whole, HASH_OCTETS):
            yield held[at : at + HASH_OCTETS]
        held = held[whole:]
