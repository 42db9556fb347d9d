"""Manifest bytes to a ``Manifest``: the one place where its form is checked.

Any bytes give a manifest or a ``MusnadError``. Unknown members are refused: what a reader would not see, nobody signs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from musnad.core.kernel import names, times
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import parse_object
from musnad.core.sealing.errors import BadManifest, UnknownSealFormat
from musnad.core.sealing.layout import LEAF_OCTETS, PART_OCTETS, SIZE_LIMIT_OCTETS, Layout, Span
from musnad.core.sealing.manifest import (
    CONSTRUCTION,
    FORMAT,
    FORMAT_WITH_NOTES,
    MANIFEST_LIMIT_OCTETS,
    TREE_HASH,
    UNREAD_LIMIT,
    Manifest,
    RecordsNote,
    SourceNote,
    Tool,
)
from musnad.core.sealing.name import parse_safe_name


def _by(parse: Callable[[str], object]) -> AfterValidator:
    def check(text: str) -> str:
        try:
            parse(text)
        except MusnadError as error:
            raise ValueError(str(error.facts().get("why", error.code))) from error
        return text

    return AfterValidator(check)


def _plain(text: str) -> str:
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
        raise ValueError("a control character")
    return text


Short = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_plain)]
Hex64 = Annotated[str, _by(names.parse_digest)]
MediaType = Annotated[str, Field(max_length=127, pattern=r"^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*\z")]


class _Edge(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Tree(_Edge):
    hash: Literal["sha-256"]
    leaf_octets: int
    root: Hex64


class _Tool(_Edge):
    name: Short
    version: Short


class _Source(_Edge):
    description: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_plain)]
    kind: Literal["file", "folder"]
    device: Short | None = None


Octets = Annotated[int, Field(ge=0, le=SIZE_LIMIT_OCTETS)]


class _Index(_Edge):
    first: Octets
    size_octets: Octets


class _Records(_Edge):
    kind: Literal["files"]
    count: Octets
    root: Hex64
    missing: Octets
    index: _Index


class _Manifest(_Edge):
    format: str
    seal: Annotated[str, _by(names.parse_seal_id)]
    name: Annotated[str, _by(parse_safe_name)]
    media_type: MediaType
    size_octets: Octets
    sha256: Hex64
    tree: _Tree
    parts: int
    part_octets: int
    construction: str
    sealed_at: Annotated[str, _by(times.parse_instant)]
    sealed_by: Annotated[str, _by(names.parse_authority)]
    officer: Annotated[str, _by(names.parse_officer)] | None = None
    tool: _Tool
    source: _Source
    under: Hex64 | None = None
    exercise: bool
    unread: Annotated[
        list[Annotated[list[Octets], Field(min_length=2, max_length=2)]], Field(max_length=UNREAD_LIMIT)
    ] = []
    reads: Literal[1, 2] = 1
    records: _Records | None = None


def parse_manifest(payload: bytes) -> Manifest:
    """The manifest that the payload bytes say.

    Raises:
        TooLarge, NotJson: more than 64 KiB, or not I-JSON.
        UnknownSealFormat: another format than those of this version.
        BadManifest: a member missing, unknown or malformed; sizes that contradict each other; an officer of another
            authority; a null where a member should be absent.
    """
    found = parse_object(payload, what="manifest", limit_octets=MANIFEST_LIMIT_OCTETS)
    if found.get("format") not in (FORMAT, FORMAT_WITH_NOTES):
        raise UnknownSealFormat(str(found.get("format"))[:64])
    try:
        edge = _Manifest.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise BadManifest(".".join(str(step) for step in first["loc"]), first["msg"]) from error
    _check_fixed(edge)
    manifest = Manifest(
        seal=names.SealId(edge.seal),
        name=edge.name,
        media_type=edge.media_type,
        size_octets=edge.size_octets,
        sha256=names.Digest(edge.sha256),
        root=names.Digest(edge.tree.root),
        sealed_at=times.parse_instant(edge.sealed_at),
        sealed_by=names.AuthorityId(edge.sealed_by),
        officer=None if edge.officer is None else names.OfficerName(edge.officer),
        tool=Tool(edge.tool.name, edge.tool.version),
        source=SourceNote(edge.source.description, edge.source.kind, edge.source.device),
        under=None if edge.under is None else names.MessageId(edge.under),
        exercise=edge.exercise,
        unread=tuple(Span(first, size) for first, size in edge.unread),
        reads=edge.reads,
        records=_records(edge),
    )
    if manifest.format != edge.format:
        raise BadManifest("format", f"{manifest.format} is due")
    return manifest


def _records(edge: _Manifest) -> RecordsNote | None:
    found = edge.records
    if found is None:
        return None
    index = Span(found.index.first, found.index.size_octets)
    for holds, member, why in (
        (edge.source.kind == "folder", "records", "a folder's alone"),
        (found.missing <= found.count, "records.missing", "more than there are records"),
        (index.end <= edge.size_octets, "records.index", "past the end"),
    ):
        if not holds:
            raise BadManifest(member, why)
    return RecordsNote(found.count, names.Digest(found.root), found.missing, index)


def _check_unread(edge: _Manifest) -> None:
    after = -1
    for first, size in edge.unread:
        if first <= after or size < 1 or first + size > edge.size_octets:
            raise BadManifest("unread", "empty, not ascending, adjoining or past the end")
        after = first + size


def _check_fixed(edge: _Manifest) -> None:
    for member, found, due in (
        ("construction", edge.construction, CONSTRUCTION),
        ("part_octets", edge.part_octets, PART_OCTETS),
        ("parts", edge.parts, Layout(edge.size_octets).parts),
        ("tree.hash", edge.tree.hash, TREE_HASH),
        ("tree.leaf_octets", edge.tree.leaf_octets, LEAF_OCTETS),
    ):
        if found != due:
            raise BadManifest(member, f"{due} is due")
    if edge.officer is not None and names.authority_of(names.OfficerName(edge.officer)) != edge.sealed_by:
        raise BadManifest("officer", "of another authority than the one that seals")
    _check_unread(edge)
    for member, least in (("unread", []), ("reads", 1)):
        if member in edge.model_fields_set and getattr(edge, member) == least:
            raise BadManifest(member, "said where it should be absent")
    for holder, member in ((edge, "officer"), (edge, "under"), (edge, "records"), (edge.source, "device")):
        if member in holder.model_fields_set and getattr(holder, member) is None:
            raise BadManifest(member, "null where the member should be absent")
