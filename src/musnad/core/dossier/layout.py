"""Which members may stand in a dossier, by name: a name that is not one of these has no place.

bag-info.txt bagit.txt manifest-sha256.txt tagmanifest-sha256.txt          the bag
data/case.json                                                             the index
data/messages/ID.dsse  data/receipts/ID.dsse                               as received
data/exhibits/SEAL/manifest.dsse  [content]  [leaves]                      sealed evidence
data/directory/SNAPSHOT/...                                                directory sets, by snapshot digest
data/treaty/DIGEST.json                                                    the treaty data of each request
data/log/PARTY/SIZE.note  data/log/PARTY/proofs.json                       each log's cosigned head and proofs
data/log/PARTY/stamps/AUTHORITY/anchor.pem  SIZE.note  SIZE.tsq  SIZE.tsr  SIZE.json         time stamps over its heads
data/report.en.html  data/report.ar.html                                   for reading
export/exported.dsse  export/SIZE.note  export/proof.json                  the exporter's statement
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from musnad.core.kernel.names import Digest, MessageId, PartyCode, SealId

BAGIT, BAG_INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
PAYLOAD = "data/"
INDEX = "data/case.json"
EXPORTED, EXPORT_PROOF = "export/exported.dsse", "export/proof.json"
LANGUAGES = ("ar", "en")

MESSAGE_LIMIT_OCTETS = 2 * 1024 * 1024
JSON_LIMIT_OCTETS = 512 * 1024 * 1024
DIRECTORY_FILE_LIMIT_OCTETS = 8 * 1024 * 1024
NOTE_LIMIT_OCTETS = 64 * 1024
TREATY_LIMIT_OCTETS = 8 * 1024 * 1024

_HEX64, _HEX32 = "[0-9a-f]{64}", "[0-9a-f]{32}"
_PARTY = "(?:[A-Z]{2}|[A-Z][A-Z0-9]{2,11})"
_SIZE = "(?:0|[1-9][0-9]{0,18})"
_FORMS = {
    "message": re.compile(f"data/messages/({_HEX64})\\.dsse"),
    "receipt": re.compile(f"data/receipts/({_HEX64})\\.dsse"),
    "exhibit": re.compile(f"data/exhibits/({_HEX32})/(manifest\\.dsse|content|leaves)"),
    "directory": re.compile(f"data/directory/({_HEX64})/([A-Za-z0-9][A-Za-z0-9._/-]*)"),
    "treaty": re.compile(f"data/treaty/({_HEX64})\\.json"),
    "note": re.compile(f"data/log/({_PARTY})/({_SIZE})\\.note"),
    "proofs": re.compile(f"data/log/({_PARTY})/proofs\\.json"),
    "stamp": re.compile(f"data/log/({_PARTY})/stamps/({_HEX64})/({_SIZE})\\.(note|tsq|tsr|json)"),
    "stamp-anchor": re.compile(f"data/log/({_PARTY})/stamps/({_HEX64})/anchor\\.pem"),
    "report": re.compile("data/report\\.(ar|en)\\.html"),
    "export-note": re.compile(f"export/({_SIZE})\\.note"),
}
_FIXED = frozenset({BAGIT, BAG_INFO, MANIFEST, TAG_MANIFEST, INDEX, EXPORTED, EXPORT_PROOF})


def message_member(message: str) -> str:
    return f"data/messages/{message}.dsse"


def receipt_member(receipt: str) -> str:
    return f"data/receipts/{receipt}.dsse"


def exhibit_member(seal: SealId, part: str) -> str:
    """``part``: manifest.dsse, content or leaves."""
    return f"data/exhibits/{seal}/{part}"


def directory_member(snapshot: Digest, name: str) -> str:
    return f"data/directory/{snapshot}/{name}"


def treaty_member(digest: Digest) -> str:
    return f"data/treaty/{digest}.json"


def note_member(party: PartyCode, size: int) -> str:
    return f"data/log/{party}/{size}.note"


def proofs_member(party: PartyCode) -> str:
    return f"data/log/{party}/proofs.json"


STAMP_PARTS = ("note", "tsq", "tsr", "json")
"""What a stamp is: the octets that are stamped, the request, the answer, and the proof to the log's head."""


class StampPlace(NamedTuple):
    """Where a stamp stands: over which Party's log, by which authority's root, at which size of the log."""

    party: PartyCode
    authority: Digest
    size: int

    def member(self, part: str) -> str:
        return f"data/log/{self.party}/stamps/{self.authority}/{self.size}.{part}"

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(self.member(part) for part in STAMP_PARTS)


def stamp_anchor_member(party: PartyCode, authority: Digest) -> str:
    return f"data/log/{party}/stamps/{authority}/anchor.pem"


def report_member(language: str) -> str:
    return f"data/report.{language}.html"


def export_note_member(size: int) -> str:
    return f"export/{size}.note"


@dataclass(frozen=True, slots=True)
class Members:
    """A dossier's members by what they are; ``unknown`` have no place."""

    messages: tuple[MessageId, ...] = ()
    receipts: tuple[MessageId, ...] = ()
    exhibits: dict[SealId, frozenset[str]] = field(default_factory=dict)
    directories: dict[Digest, tuple[str, ...]] = field(default_factory=dict)
    treaties: tuple[Digest, ...] = ()
    notes: dict[PartyCode, tuple[int, ...]] = field(default_factory=dict)
    proofs: tuple[PartyCode, ...] = ()
    stamps: tuple[StampPlace, ...] = ()
    stamp_anchors: tuple[tuple[PartyCode, Digest], ...] = ()
    reports: tuple[str, ...] = ()
    export_notes: tuple[int, ...] = ()
    unknown: tuple[str, ...] = ()


def sort_members(names: Iterable[str]) -> Members:
    """Every member to its kind."""
    found: dict[str, list[tuple[str, ...]]] = {form: [] for form in _FORMS}
    unknown: list[str] = []
    for name in names:
        if name in _FIXED:
            continue
        for form, pattern in _FORMS.items():
            match = pattern.fullmatch(name)
            if match is not None:
                found[form].append(match.groups())
                break
        else:
            unknown.append(name)
    return Members(
        messages=tuple(MessageId(Digest(one)) for (one,) in found["message"]),
        receipts=tuple(MessageId(Digest(one)) for (one,) in found["receipt"]),
        exhibits={
            SealId(seal): frozenset(part for other, part in found["exhibit"] if other == seal)
            for seal in dict.fromkeys(seal for seal, _ in found["exhibit"])
        },
        directories={
            Digest(snapshot): tuple(name for other, name in found["directory"] if other == snapshot)
            for snapshot in dict.fromkeys(snapshot for snapshot, _ in found["directory"])
        },
        treaties=tuple(Digest(one) for (one,) in found["treaty"]),
        notes={
            PartyCode(party): tuple(int(size) for other, size in found["note"] if other == party)
            for party in dict.fromkeys(party for party, _ in found["note"])
        },
        proofs=tuple(PartyCode(one) for (one,) in found["proofs"]),
        stamps=tuple(
            dict.fromkeys(
                StampPlace(PartyCode(party), Digest(authority), int(size))
                for party, authority, size, _ in found["stamp"]
            )
        ),
        stamp_anchors=tuple((PartyCode(party), Digest(authority)) for party, authority in found["stamp-anchor"]),
        reports=tuple(one for (one,) in found["report"]),
        export_notes=tuple(int(one) for (one,) in found["export-note"]),
        unknown=tuple(unknown),
    )
