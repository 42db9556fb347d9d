"""What the sealing authority signs about an exhibit: what it is, who sealed it, when, with what, from where.

The payload is canonical JSON, signed as a DSSE of ``PAYLOAD_TYPE``. The signature is the caller's to verify, before
a manifest is believed. Spec: docs/adr/0003-the-seal.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from musnad.core.kernel.ijson import JsonObject, write_canonical
from musnad.core.kernel.names import AuthorityId, Digest, MessageId, OfficerName, SealId
from musnad.core.kernel.times import Instant, write_instant
from musnad.core.sealing.layout import LEAF_OCTETS, PART_OCTETS, Layout, Span

PAYLOAD_TYPE: Final = "application/vnd.musnad.manifest+json"
FORMAT: Final = "musnad-seal/1"
FORMAT_WITH_NOTES: Final = "musnad-seal/2"
"""As the first, and with at least one of ``unread``, ``reads`` and ``records``."""
CONSTRUCTION: Final = "aes-256-gcm-parts/1"
TREE_HASH: Final = "sha-256"
MANIFEST_LIMIT_OCTETS = 64 * 1024
UNREAD_LIMIT = 1024
"""How many ranges a manifest can name that could not be read."""

SourceKind = Literal["file", "folder"]


@dataclass(frozen=True, slots=True)
class Tool:
    """The program that sealed."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class SourceNote:
    """Where the exhibit was taken from, in the words of who sealed it. A folder is sealed as a pax tar of itself."""

    description: str
    kind: SourceKind
    device: str | None = None


@dataclass(frozen=True, slots=True)
class RecordsNote:
    """The tree over the files of a sealed folder (``records``): how many records, under which root.

    ``missing`` of them tell of what could not be sealed; ``index`` is where in the exhibit the list of all stands, as a
    file of the archive, one record a line.
    """

    count: int
    root: Digest
    missing: int
    index: Span


@dataclass(frozen=True, slots=True)
class Manifest:
    """One exhibit's manifest. Sizes, parts and tree follow from ``size_octets`` as ``layout`` says.

    ``sha256`` is of the whole plaintext, what forensic tools compare; ``root`` of the tree over its leaves; ``under``
    the request that it answers. ``unread`` are the octets that the medium did not give: zeros stand in the exhibit for
    them, ascending, never adjoining. ``reads`` is 2 where the source was read again and gave the same.
    """

    seal: SealId
    name: str
    media_type: str
    size_octets: int
    sha256: Digest
    root: Digest
    sealed_at: Instant
    sealed_by: AuthorityId
    officer: OfficerName | None
    tool: Tool
    source: SourceNote
    under: MessageId | None
    exercise: bool
    unread: tuple[Span, ...] = ()
    reads: int = 1
    records: RecordsNote | None = None

    @property
    def layout(self) -> Layout:
        return Layout(self.size_octets)

    @property
    def unread_octets(self) -> int:
        """How many octets could not be read."""
        return sum(span.size_octets for span in self.unread)

    @property
    def format(self) -> str:
        has_notes = self.unread or self.reads > 1 or self.records is not None
        return FORMAT_WITH_NOTES if has_notes else FORMAT


def write_manifest(manifest: Manifest) -> bytes:
    """The payload bytes to be signed; the manifest's digest is the SHA-256 of them."""
    source: JsonObject = {"description": manifest.source.description, "kind": manifest.source.kind}
    if manifest.source.device is not None:
        source["device"] = manifest.source.device
    written: JsonObject = {
        "format": manifest.format,
        "seal": manifest.seal,
        "name": manifest.name,
        "media_type": manifest.media_type,
        "size_octets": manifest.size_octets,
        "sha256": manifest.sha256,
        "tree": {"hash": TREE_HASH, "leaf_octets": LEAF_OCTETS, "root": manifest.root},
        "parts": manifest.layout.parts,
        "part_octets": PART_OCTETS,
        "construction": CONSTRUCTION,
        "sealed_at": write_instant(manifest.sealed_at),
        "sealed_by": manifest.sealed_by,
        "tool": {"name": manifest.tool.name, "version": manifest.tool.version},
        "source": source,
        "exercise": manifest.exercise,
    }
    if manifest.officer is not None:
        written["officer"] = manifest.officer
    if manifest.under is not None:
        written["under"] = manifest.under
    if manifest.unread:
        written["unread"] = [[span.first, span.size_octets] for span in manifest.unread]
    if manifest.reads > 1:
        written["reads"] = manifest.reads
    if manifest.records is not None:
        note = manifest.records
        written["records"] = {
            "kind": "files",
            "count": note.count,
            "root": note.root,
            "missing": note.missing,
            "index": {"first": note.index.first, "size_octets": note.index.size_octets},
        }
    return write_canonical(written)
