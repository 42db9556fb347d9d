"""Pins: a Party's keys stay what they were until their holder, or two officers here, say otherwise.

Whoever holds the keys of the Parties' list could put other keys in a Party's place. So a node remembers the keys it
first saw, and accepts others only when

- the new role is also signed by both halves of the pinned key. What is signed names the new keys (``KEYS_MEMBER``,
  checked by ``judge_party``): signatures taken from an older role prove nothing beside the attacker's keys;
- or two officers of one authority confirmed exactly these key ids, by a way of their own.

Until then the change is reported and the Party's older entry stays in use.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from musnad.core.crypto.signing import VerifyingKey
from musnad.core.directory.frame import Frame
from musnad.core.directory.metadata import parse_role, tuf_keys
from musnad.core.directory.tuf import Metadata, Targets, UnverifiedSignatureError
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import OfficerName, PartyCode, authority_of


@dataclass(frozen=True, slots=True)
class PinConflict:
    """A Party's keys changed and nobody trusted vouches for it. Key ids are TUF's, Ed25519 first."""

    party: PartyCode
    pinned: tuple[str, ...]
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Two officers of one authority compared these key ids with the Party by a way of their own."""

    party: PartyCode
    key_ids: tuple[str, ...]
    officers: tuple[OfficerName, OfficerName]

    def __post_init__(self) -> None:
        first, second = self.officers
        if first == second or authority_of(first) != authority_of(second):
            raise BadForm("officers", "not two officers of one authority")


@dataclass(frozen=True, slots=True)
class PinJudgement:
    """The pins to keep from now on, and the changes that are not accepted."""

    pins: Mapping[PartyCode, VerifyingKey]
    conflicts: tuple[PinConflict, ...]


def key_ids(key: VerifyingKey) -> tuple[str, str]:
    """The ids by which the directory's metadata knows a key; what officers compare."""
    classical, quantum = tuf_keys(key)
    return classical.keyid, quantum.keyid


def judge_pins(
    pinned: Mapping[PartyCode, VerifyingKey],
    frame: Frame,
    files: Mapping[str, bytes],
    confirmed: Collection[Confirmation] = (),
) -> PinJudgement:
    """Compare the keys of a verified set with the pinned ones.

    Args:
        files: the bundle of ``frame``, every Party in it verified by ``judge_party``. Parties whose role is not among
            the files keep their pins.
    """
    pins = dict(pinned)
    conflicts = []
    for code, offered in frame.role_keys.items():
        file = frame.role_file(code)
        if file is None or file not in files:
            continue
        known = pinned.get(code)
        if (
            known is None
            or known == offered
            or any(one.party == code and set(one.key_ids) == set(key_ids(offered)) for one in confirmed)
            or _is_signed_by(known, parse_role(Targets, files[file], file))
        ):
            pins[code] = offered
        else:
            conflicts.append(PinConflict(code, key_ids(known), key_ids(offered)))
    return PinJudgement(pins, tuple(conflicts))


def _is_signed_by(key: VerifyingKey, role: Metadata[Targets]) -> bool:
    try:
        for half in tuf_keys(key):
            half.verify_signature(role.signatures[half.keyid], role.signed_bytes)
    except (UnverifiedSignatureError, KeyError):
        return False
    return True
