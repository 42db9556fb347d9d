"""The shapes of an exhibit and its custody. What it holds is never part of an answer."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AliasPath, Field

from musnad.api.shapes.cases import ReceiptShape
from musnad.api.shapes.forms import Hex64, Moment, OfficerId, PageShape, Said, Seal, Shape
from musnad.api.shapes.people import AuthorityShape, CheckShape, PartyShape
from musnad.api.shapes.state import StateGap


class CustodyShape(Shape):
    """One line of custody, and the gaps that show at it."""

    id: Hex64
    event: str
    authority: AuthorityShape
    officer: OfficerId | None
    at: Moment
    place: str | None
    note: str | None
    sha256: Hex64 | None
    receipts: list[ReceiptShape]
    gaps: list[StateGap]


class RangeShape(Shape):
    """A run of octets: the first, and how many."""

    first: int
    size_octets: int


class RecordsShape(Shape):
    """The files of a sealed folder: how many records, and how many of them tell of what could not be sealed."""

    count: int
    missing: int


class ManifestShape(Shape):
    """What the sealing authority signed of the exhibit, in short."""

    name: str
    media_type: str
    size_octets: int
    sha256: Hex64
    description: str = Field(validation_alias=AliasPath("source", "description"))
    sealed_at: Moment
    unread: list[RangeShape] = Field(description="what the medium did not give; zeros stand for it")
    reads: int
    records: RecordsShape | None


class FetchShape(Shape):
    """How a fetch stands; ``error`` is the code that the last try ended with, and it may be started again."""

    under_way: bool
    error: str | None


class ExhibitShape(Shape):
    case: Hex64
    seal: Seal
    exercise: bool
    manifest: ManifestShape | None
    manifest_digest: Hex64 | None
    manifest_check: CheckShape | None
    sealed_by: AuthorityShape | None
    kept: Literal["sealed", "offered", "receiving", "received"] | None
    offer: Hex64 | None
    request: Hex64 | None
    measure: Said | None
    offered_by: AuthorityShape | None
    offered_to: list[AuthorityShape]
    holders: list[PartyShape]
    custody: list[CustodyShape]
    gaps: list[StateGap]
    fetch: FetchShape | None = None


class ExhibitPage(PageShape):
    items: list[ExhibitShape]


class SignedManifest(Shape):
    """The manifest as its sealing authority signed it (DSSE), to be verified by whoever reads it."""

    payload: str = Field(description="base64")
    payload_type: str
    signatures: list[dict[str, Any]]
    manifest: dict[str, Any] = Field(description="the payload as JSON, to be read")
