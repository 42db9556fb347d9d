"""Which of the stamps over this node's log go into a dossier: of each authority the earliest that covers each entry.

A stamp that no longer holds under the keys in use is left out: it would prove nothing, and must not stop an export.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from musnad.core.crypto.stamp import StampAnchor, verify_stamp
from musnad.core.dossier.index import LogProofs
from musnad.core.dossier.layout import StampPlace, stamp_anchor_member
from musnad.core.dossier.stamps import AUTHORITIES_LIMIT, STAMPS_LIMIT, StampProof
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import CaseRef, Digest
from musnad.core.transparency.checkpoint import open_checkpoint
from musnad.core.transparency.tree import consistency_proof
from musnad.exchange.journal import KeptStamp
from musnad.exchange.ports import Ports


def stamps_of(ports: Ports, proofs: LogProofs) -> dict[str, bytes]:
    """The members of a dossier that hold the stamps over its exporter's log; empty where there is none."""
    members: dict[str, bytes] = {}
    indexes = sorted(leaf.place.index for leaf in proofs.leaves)
    for authority, stamps in sorted(_chosen(ports, indexes).items())[:AUTHORITIES_LIMIT]:
        for stamp in _thinned([one for one in stamps if _holds(ports, one)]):
            place = StampPlace(ports.party, authority, stamp.size)
            older, newer = sorted((stamp.size, proofs.size))
            proof = consistency_proof(older, newer, ports.journal.tree_node) if older < newer else ()
            members |= {
                stamp_anchor_member(ports.party, authority): StampAnchor(stamp.anchor).pem,
                place.member("note"): stamp.note,
                place.member("tsq"): stamp.request,
                place.member("tsr"): stamp.answer,
                place.member("json"): StampProof(proofs.size, proof).write(),
            }
    return members


def is_stamped(ports: Ports, case: CaseRef) -> bool:
    """Whether a stamp covers everything that this node's log holds of the case."""
    last = max((entry.place.index for entry in ports.journal.case_entries(case)), default=-1)
    return bool(ports.journal.stamps_covering(last))


def _chosen(ports: Ports, indexes: Sequence[int]) -> dict[Digest, list[KeptStamp]]:
    chosen: dict[Digest, dict[int, KeptStamp]] = {}
    for stamp in _covering(ports, indexes):
        chosen.setdefault(stamp.authority, {})[stamp.size] = stamp
    return {authority: [stamps[size] for size in sorted(stamps)] for authority, stamps in chosen.items()}


def _covering(ports: Ports, indexes: Sequence[int]) -> Iterator[KeptStamp]:
    reached = 0
    for index in indexes:
        if index < reached:
            continue  # the same stamps as for the entry before
        found = ports.journal.stamps_covering(index)
        if not found:
            return
        reached = min(one.size for one in found)
        yield from found


def _thinned(stamps: Sequence[KeptStamp]) -> Sequence[KeptStamp]:
    """At most as many as a dossier takes: spread over the case, the last always among them."""
    step = -(-len(stamps) // STAMPS_LIMIT) or 1
    return stamps[::-1][::step][::-1]


def _holds(ports: Ports, stamp: KeptStamp) -> bool:
    try:
        tree = open_checkpoint(stamp.note, ports.keys.log.public).checkpoint
        verify_stamp(stamp.request, stamp.answer, stamp.note, [StampAnchor(stamp.anchor)])
    except MusnadError:
        return False
    return tree.size == stamp.size
