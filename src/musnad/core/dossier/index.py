"""The JSON members that a dossier adds of its own: the index, each log's proofs, the export's proof.

All are canonical JSON. Reading writes them again and compares, so that every octet is one that the values make; what
they say is proven elsewhere, or compared with what the messages make.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from musnad.core.dossier.errors import BadIndex
from musnad.core.kernel.b64 import write_b64
from musnad.core.kernel.errors import BadForm, MusnadError
from musnad.core.kernel.ijson import INTEGER_LIMIT, JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import (
    AuthorityId,
    CaseRef,
    Digest,
    MessageId,
    PartyCode,
    parse_authority,
    parse_digest,
    parse_message_id,
    parse_party,
)
from musnad.core.messages.receipt import Place
from musnad.core.messages.version import MUSNAD_1

FORMAT = "musnad-dossier/1"
HASH_OCTETS = 32

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Index:
    """``data/case.json``. ``directory`` is the set that the exporter judged under when it exported."""

    case: CaseRef
    exercise: bool
    exporter: AuthorityId
    parties: tuple[PartyCode, ...]
    directory: Digest
    heads: tuple[MessageId, ...]

    def write(self) -> bytes:
        return write_canonical(
            {
                "format": FORMAT,
                "version": "musnad/1",
                "case": self.case,
                "exercise": self.exercise,
                "exporter": self.exporter,
                "parties": list(self.parties),
                "directory": self.directory,
                "heads": list(self.heads),
            }
        )


@dataclass(frozen=True, slots=True)
class Leaf:
    """A message or receipt (by its id) at its place of a log, with the path from there to the root."""

    id: MessageId
    place: Place
    path: tuple[bytes, ...]

    def write(self) -> JsonObject:
        return {
            "id": self.id,
            "index": self.place.index,
            "salt": self.place.salt,
            "path": [write_b64(one) for one in self.path],
        }


@dataclass(frozen=True, slots=True)
class LogProofs:
    """``proofs.json`` of one log: every leaf of the case, by index, in the tree of ``size``."""

    size: int
    leaves: tuple[Leaf, ...]

    def write(self) -> bytes:
        ordered = sorted(self.leaves, key=lambda leaf: (leaf.place.index, leaf.id))
        # As ``write_canonical`` would: every text here is ASCII. There may be a million hashes.
        told = {"size": self.size, "leaves": [leaf.write() for leaf in ordered]}
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii")


@dataclass(frozen=True, slots=True)
class ExportProof:
    """``export/proof.json``: the export's leaf in the tree of ``size``, and that this tree begins with the case's."""

    size: int
    leaf: Leaf
    consistency: tuple[bytes, ...]

    def write(self) -> bytes:
        return write_canonical(
            {
                "size": self.size,
                "leaf": self.leaf.write(),
                "consistency": [write_b64(one) for one in self.consistency],
            }
        )


class _Edge(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


_Number = Annotated[int, Field(ge=0, le=INTEGER_LIMIT)]
_Hashes = Annotated[list[str], Field(max_length=64)]


class _Index(_Edge):
    format: Literal["musnad-dossier/1"]
    version: Literal["musnad/1"]
    case: str
    exercise: bool
    exporter: str
    parties: Annotated[list[str], Field(min_length=1, max_length=64)]
    directory: str
    heads: Annotated[list[str], Field(min_length=1, max_length=MUSNAD_1.exported_heads_limit)]


class _Leaf(_Edge):
    id: str
    index: _Number
    salt: str
    path: _Hashes


class _Proofs(_Edge):
    size: _Number
    leaves: list[_Leaf]


class _ExportProof(_Edge):
    size: _Number
    leaf: _Leaf
    consistency: _Hashes


def parse_index(data: bytes, name: str) -> Index:
    """Read the index; ``BadIndex`` for any other bytes."""

    def build() -> Index:
        edge = _Index.model_validate(parse_object(data, what=name))
        return Index(
            case=CaseRef(parse_digest(edge.case)),
            exercise=edge.exercise,
            exporter=parse_authority(edge.exporter),
            parties=tuple(parse_party(one) for one in edge.parties),
            directory=parse_digest(edge.directory),
            heads=tuple(parse_message_id(one) for one in edge.heads),
        )

    return parse_written(name, data, build, Index.write)


def parse_proofs(data: bytes, name: str) -> LogProofs:
    """Read a log's proofs; ``BadIndex`` for any other bytes."""

    def build() -> LogProofs:
        edge = _Proofs.model_validate(parse_object(data, what=name, limit_octets=len(data)))
        return LogProofs(edge.size, tuple(_leaf(one) for one in edge.leaves))

    return parse_written(name, data, build, LogProofs.write)


def parse_export_proof(data: bytes, name: str) -> ExportProof:
    """Read the export's proof; ``BadIndex`` for any other bytes."""

    def build() -> ExportProof:
        edge = _ExportProof.model_validate(parse_object(data, what=name))
        return ExportProof(edge.size, _leaf(edge.leaf), parse_hashes(edge.consistency))

    return parse_written(name, data, build, ExportProof.write)


def parse_written(name: str, data: bytes, build: Callable[[], Value], write: Callable[[Value], bytes]) -> Value:
    """What ``build`` reads of ``data``, if ``write`` makes the same octets of it; else ``BadIndex``."""
    try:
        value = build()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadIndex(name, f"{where}: {first['msg']}"[:200]) from None
    except MusnadError as error:
        raise BadIndex(name, str(error)[:200]) from error
    if write(value) != data:
        raise BadIndex(name, "not written canonically, or not in order")
    return value


def _leaf(edge: _Leaf) -> Leaf:
    return Leaf(parse_message_id(edge.id), Place(edge.index, parse_digest(edge.salt)), parse_hashes(edge.path))


def parse_hashes(texts: Sequence[str]) -> tuple[bytes, ...]:
    """The hashes; that each was written the one way is seen when they are written again."""
    try:
        hashes = tuple(binascii.a2b_base64(one) for one in texts)
    except ValueError as error:
        raise BadForm("hash", "not base64") from error
    if any(len(one) != HASH_OCTETS for one in hashes):
        raise BadForm("hash", f"not {HASH_OCTETS} octets")
    return hashes
