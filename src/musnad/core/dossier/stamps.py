"""Check 5, continued: time stamps over the logs' heads (RFC 3161).

Each stamp is over a checkpoint that the log signed, and that checkpoint and the log's head in the dossier are one the
beginning of the other: so what of the case stands in the stamped tree existed no later than the stamp's time. That much
is checked of every stamp, under the certificate that came with it, and a stamp that does not hold is a defect. Whether
the authority is one to be believed, the file cannot say: a stamp proves only under a certificate obtained elsewhere,
and is told as not proven without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from musnad.core.crypto.errors import BadStampForm
from musnad.core.crypto.stamp import (
    ANCHOR_LIMIT_OCTETS,
    ANSWER_LIMIT_OCTETS,
    REQUEST_LIMIT_OCTETS,
    Stamp,
    StampAnchor,
    parse_anchor,
    verify_stamp,
)
from musnad.core.dossier import layout
from musnad.core.dossier.archive import Source
from musnad.core.dossier.errors import BadIndex, MemberMissing, MemberUnknown, NameDiffers
from musnad.core.dossier.finding import Finding
from musnad.core.dossier.index import parse_hashes, parse_written
from musnad.core.dossier.layout import StampPlace
from musnad.core.dossier.notes import open_note
from musnad.core.dossier.reading import Reading
from musnad.core.kernel.b64 import write_b64
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import INTEGER_LIMIT, JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import Digest, PartyCode
from musnad.core.kernel.times import Instant, write_instant
from musnad.core.transparency.checkpoint import Checkpoint
from musnad.core.transparency.tree import Proof, verify_consistency

AUTHORITIES_LIMIT = 8
STAMPS_LIMIT = 64
"""Most stamps of one authority over one log."""


@dataclass(frozen=True, slots=True)
class StampTrust:
    """What a reader obtained elsewhere: authorities' certificates, or their fingerprints alone."""

    anchors: tuple[StampAnchor, ...] = ()
    fingerprints: frozenset[Digest] = frozenset()

    @property
    def given(self) -> bool:
        return bool(self.anchors or self.fingerprints)


NO_TRUST = StampTrust()


@dataclass(frozen=True, slots=True)
class StampShown:
    """A stamp that holds under its own authority's certificate; it proves only where ``anchored``.

    ``covered`` of the case's ``entries`` in the log of ``party`` stand in its first ``size`` leaves.
    """

    party: PartyCode
    authority: Digest
    name: str
    size: int
    at: Instant
    covered: int
    entries: int
    anchored: bool

    def write(self) -> JsonObject:
        """As JSON, for the verdict."""
        return {
            "party": self.party,
            "authority": self.authority,
            "name": self.name,
            "size": self.size,
            "at": write_instant(self.at),
            "covers": self.covered,
            "of": self.entries,
            "proven": self.anchored,
        }


@dataclass(frozen=True, slots=True)
class StampProof:
    """That a stamped tree and the log's head of ``size`` are one the beginning of the other."""

    size: int
    consistency: Proof

    def write(self) -> bytes:
        return write_canonical({"consistency": [write_b64(one) for one in self.consistency], "size": self.size})


class _Edge(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    consistency: list[StrictStr] = Field(max_length=64)
    size: StrictInt = Field(ge=0, le=INTEGER_LIMIT)


def parse_stamp_proof(data: bytes, name: str) -> StampProof:
    """Read a stamp's proof; ``BadIndex`` for any other bytes."""

    def build() -> StampProof:
        edge = _Edge.model_validate(parse_object(data, what=name))
        return StampProof(edge.size, parse_hashes(edge.consistency))

    return parse_written(name, data, build, StampProof.write)


@dataclass(slots=True)
class Stamps:
    """Every stamp of a dossier that holds, and what is wrong with the others."""

    shown: list[StampShown] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def check_stamps(source: Source, reading: Reading, trust: StampTrust) -> Stamps:
    """Judge every stamp there is; none is no defect."""
    found = Stamps()
    authorities = dict.fromkeys((place.party, place.authority) for place in reading.members.stamps)
    for party, authority in dict.fromkeys([*reading.members.stamp_anchors, *authorities]):
        sizes = sorted({place.size for place in reading.members.stamps if place[:2] == (party, authority)})
        try:
            _check_authority(source, reading, trust, found, party, authority, sizes)
        except MusnadError as error:
            found.findings.append(Finding("stamps", error, layout.stamp_anchor_member(party, authority)))
    for party in dict.fromkeys(party for party, _ in authorities):
        if sum(one == party for one, _ in authorities) > AUTHORITIES_LIMIT:
            member = f"data/log/{party}/stamps"
            found.findings.append(Finding("stamps", BadIndex(member, "too many authorities"), member))
    found.shown.sort(key=lambda one: (one.party, one.authority, one.size))
    return found


def _check_authority(
    source: Source,
    reading: Reading,
    trust: StampTrust,
    found: Stamps,
    party: PartyCode,
    authority: Digest,
    sizes: Sequence[int],
) -> None:
    member = layout.stamp_anchor_member(party, authority)
    if party not in reading.parties:
        raise MemberUnknown(member)
    if not sizes or (party, authority) not in reading.members.stamp_anchors:
        raise MemberMissing(member if sizes else f"data/log/{party}/stamps/{authority}/*.tsr")
    if len(sizes) > STAMPS_LIMIT:
        raise BadIndex(member, "too many stamps")
    anchor, held = _read_anchor(source, member, authority), frozenset(source.names())
    for size in sizes:
        place = StampPlace(party, authority, size)
        missing = [one for one in place.members if one not in held]
        if missing:
            found.findings.append(Finding("stamps", MemberMissing(missing[0]), missing[0]))
            continue
        try:
            shown = _check_stamp(source, reading, trust, place, anchor)
        except MusnadError as error:
            found.findings.append(Finding("stamps", error, place.member("tsr")))
            continue
        if shown is not None:
            found.shown.append(shown)


def _read_anchor(source: Source, member: str, authority: Digest) -> StampAnchor:
    data = source.read(member, ANCHOR_LIMIT_OCTETS)
    anchor = parse_anchor(data, what=member)
    if anchor.fingerprint != authority:
        raise NameDiffers(member, anchor.fingerprint)
    if anchor.pem != data:
        raise BadStampForm(member, "not written canonically")
    return anchor


def _check_stamp(
    source: Source, reading: Reading, trust: StampTrust, place: StampPlace, anchor: StampAnchor
) -> StampShown | None:
    """1. the note is a checkpoint of that log at that size, with its log's lines alone; 2. it and the head are one the
    beginning of the other; 3. the stamp over it holds under the certificate here; 4. whether under one from elsewhere.
    """
    note = source.read(place.member("note"), layout.NOTE_LIMIT_OCTETS)
    tree = open_note(note, reading.parties[place.party], ()).checkpoint  # 1
    if tree.size != place.size:
        raise NameDiffers(place.member("note"), str(tree.size))
    head = reading.notes.get(place.party)
    if head is None:
        return None  # the head's own defect is told
    member = place.member("json")
    proof = parse_stamp_proof(source.read(member, layout.MESSAGE_LIMIT_OCTETS), member)
    if proof.size != head.checkpoint.size:
        raise BadIndex(member, "its size is not the head's")
    _verify_one_log(tree, head.checkpoint, proof.consistency)  # 2
    request = source.read(place.member("tsq"), REQUEST_LIMIT_OCTETS)
    answer = source.read(place.member("tsr"), ANSWER_LIMIT_OCTETS)
    stamp = verify_stamp(request, answer, note, [anchor])  # 3
    proofs = reading.proofs.get(place.party)
    leaves = [] if proofs is None else [leaf.place.index for leaf in proofs.leaves]
    return StampShown(
        party=place.party,
        authority=place.authority,
        name=anchor.name,
        size=place.size,
        at=stamp.at,
        covered=sum(index < place.size for index in leaves),
        entries=len(leaves),
        anchored=_is_anchored(stamp, trust, request, answer, note),  # 4
    )


def _verify_one_log(one: Checkpoint, other: Checkpoint, proof: Proof) -> None:
    older, newer = sorted((one, other), key=lambda tree: tree.size)
    verify_consistency(older.size, newer.size, proof, older.root, newer.root)


def _is_anchored(stamp: Stamp, trust: StampTrust, request: bytes, answer: bytes, note: bytes) -> bool:
    if stamp.anchor in trust.fingerprints:
        return True
    try:
        verify_stamp(request, answer, note, trust.anchors)
    except MusnadError:
        return False
    return True
