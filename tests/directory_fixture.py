"""A complete small directory for VN and QA, in memory, with every key: for any test that needs one.

    world = make_world()                          # VN and QA, published at NOW
    directory = world.directory(at=NOW)           # judged
    world["QA"].signing["central-authority"]      # a SigningKey; so .wrapping, .officers, .log, .witness, .role

Every key is drawn from a seeded stream, so a world is made of the same keys each time (ML-DSA signatures hedge).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from musnad.core.crypto.signing import SigningKey, ed25519_public, ml_dsa_44_public, new_signing_key
from musnad.core.crypto.wrapping import UnwrappingKey, new_unwrapping_key
from musnad.core.directory.directory import Directory
from musnad.core.directory.entry import Authority, DatedKey, LogKeys, NodeAddress, Officer, OfficerAct, Party
from musnad.core.directory.judge import judge_bundle
from musnad.core.directory.party_file import write_party
from musnad.core.directory.registry import (
    ROLE_DAYS,
    new_root,
    new_snapshot,
    new_targets,
    new_timestamp,
)
from musnad.core.directory.role import sign_party
from musnad.core.directory.roster import sign_roster
from musnad.core.kernel.names import AuthorityId, Entropy, OfficerName, PartyCode, Slug
from musnad.core.kernel.times import Instant

NOW = Instant(datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC))
SINCE = Instant(NOW - timedelta(days=1))
AUTHORITIES = ("contact-24-7", "central-authority")
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIBplaceholder\n-----END CERTIFICATE-----\n"
NAMES = {
    "VN": {"en": "Viet Nam", "ar": "فييت نام"},
    "QA": {"en": "Qatar", "ar": "قطر"},
    "EG": {"en": "Egypt", "ar": "مصر"},
}
ZONES = {"VN": "Asia/Ho_Chi_Minh", "QA": "Asia/Qatar", "EG": "Africa/Cairo"}
OFFICERS: tuple[tuple[str, tuple[OfficerAct, ...]], ...] = (
    ("duty-1", ("send", "release", "open", "export")),
    ("clerk-1", ()),
)
SECOND: tuple[tuple[str, tuple[OfficerAct, ...]], ...] = (("duty-2", ("send", "release", "open", "export")),)
"""For what one officer alone may not do. Their keys are drawn apart, so that all others stay what they are."""


def stream(seed: str) -> Entropy:
    """Octets that are the same for the same seed."""
    octets = _octets(seed)
    return lambda size: bytes(next(octets) for _ in range(size))


def _octets(seed: str) -> Iterator[int]:
    place = 0
    while True:
        yield from hashlib.sha256(f"{seed}/{place}".encode()).digest()
        place += 1


@dataclass
class PartyKeys:
    """Everything secret of one Party, by authority or officer name, and its public entry."""

    code: PartyCode
    role: SigningKey
    signing: dict[str, SigningKey]
    wrapping: dict[str, UnwrappingKey]
    officers: dict[str, SigningKey]
    log_ed25519: bytes
    log_ml_dsa_44: bytes
    witness_ed25519: bytes
    witness_ml_dsa_44: bytes
    party: Party
    party_json: bytes = b""
    certificate: str = CERTIFICATE

    def authority(self, name: str) -> AuthorityId:
        return AuthorityId(f"{self.code}/{name}")

    def officer(self, authority: str, name: str = "duty-1") -> OfficerName:
        return OfficerName(f"{self.code}/{authority}/{name}")


def make_party(
    code: str,
    *,
    url: str | None = None,
    certificate: str = CERTIFICATE,
    since: Instant = SINCE,
    until: Instant | None = None,
    seed: str = "musnad",
) -> PartyKeys:
    """A Party with two authorities, each with a signing, a wrapping key and three officers."""
    entropy = stream(f"{seed}/{code}")
    party_code = PartyCode(code)
    signing = {name: new_signing_key(entropy) for name in AUTHORITIES}
    wrapping = {name: new_unwrapping_key(entropy) for name in AUTHORITIES}
    officers = {f"{name}/{one}": new_signing_key(entropy) for name in AUTHORITIES for one, _ in OFFICERS}
    apart = stream(f"{seed}/{code}/second")
    officers |= {f"{name}/{one}": new_signing_key(apart) for name in AUTHORITIES for one, _ in SECOND}
    log, log_quantum, witness, witness_quantum = (entropy(32) for _ in range(4))
    authorities = []
    for name in AUTHORITIES:
        authority = AuthorityId(f"{code}/{name}")
        roster = tuple(
            Officer(OfficerName(f"{authority}/{one}"), acts, DatedKey(officers[f"{name}/{one}"].public, since, until))
            for one, acts in (*OFFICERS, *SECOND)
        )
        signer = DatedKey(signing[name].public, since, until)
        authorities.append(
            Authority(
                id=authority,
                roles=(Slug(name),),
                names={"en": f"{NAMES.get(code, {'en': code})['en']} {name}"},
                languages=("ar", "en"),
                measures=(Slug("expedited-preservation-stored-data"), Slug("access-stored-data")),
                signing_keys=(signer,),
                wrapping_keys=(DatedKey(wrapping[name].public, since, until),),
                roster=sign_roster(authority, roster, signing[name]),
                roster_key=signer,
                officers=roster,
            )
        )
    party = Party(
        code=party_code,
        names=NAMES.get(code, {"en": code}),
        time_zone=ZONES.get(code, "Etc/UTC"),
        protocols=("musnad/1",),
        node=NodeAddress(url or f"https://{code.lower()}.musnad.example", certificate),
        log=LogKeys(f"musnad.example/{code}", ed25519_public(log), ml_dsa_44_public(log_quantum)),
        witness=LogKeys(f"musnad.example/{code}/witness", ed25519_public(witness), ml_dsa_44_public(witness_quantum)),
        authorities=tuple(authorities),
    )
    return PartyKeys(
        code=party_code,
        role=new_signing_key(entropy),
        signing=signing,
        wrapping=wrapping,
        officers=officers,
        log_ed25519=log,
        log_ml_dsa_44=log_quantum,
        witness_ed25519=witness,
        witness_ml_dsa_44=witness_quantum,
        party=party,
        party_json=write_party(party),
        certificate=certificate,
    )


@dataclass
class World:
    """A published directory: its Registrar's keys, its Parties, its files as a bundle, its anchor."""

    parties: dict[str, PartyKeys]
    holders: list[bytes]
    online: bytes
    anchor: bytes
    files: dict[str, bytes]
    now: Instant
    roles: dict[str, bytes] = field(default_factory=dict)

    def __getitem__(self, code: str) -> PartyKeys:
        return self.parties[code]

    def directory(self, at: Instant | None = None, grace_days: int = 30) -> Directory:
        return judge_bundle(self.files, self.anchor, at or self.now, grace_days)


def make_world(
    codes: tuple[str, ...] = ("VN", "QA"), now: Instant = NOW, *, parties: Mapping[str, PartyKeys] | None = None
) -> World:
    """A directory of these Parties, published ``now``, every file in version 1."""
    made = dict(parties) if parties is not None else {code: _party_of_default(code) for code in codes}
    entropy = stream("musnad/registrar")
    holders = [entropy(32) for _ in range(3)]
    online = entropy(32)
    anchor = new_root(version=1, holders=holders, online=online, threshold=2, now=now)
    roles = {code: sign_party(one.party_json, version=1, now=now, key=one.role) for code, one in made.items()}
    files = make_set(
        {code: one.role for code, one in made.items()},
        roles,
        {f"parties/{code}/party.json": one.party_json for code, one in made.items()},
        holders,
        online,
        now=now,
    )
    return World(made, holders, online, anchor, {"1.root.json": anchor, **files}, now, roles)


def make_set(
    keys: Mapping[str, SigningKey],
    roles: Mapping[str, bytes],
    targets: Mapping[str, bytes],
    holders: list[bytes],
    online: bytes,
    *,
    now: Instant = NOW,
    version: int = 1,
    days: Mapping[str, int] = ROLE_DAYS,
    signers: list[bytes] | None = None,
    role_version: int = 1,
) -> dict[str, bytes]:
    """One set's files without its roots: what the Registrar's holders and online key make of these roles."""
    listing = {PartyCode(code): key.public for code, key in keys.items()}
    parties = new_targets(
        version=version, parties=listing, signers=holders if signers is None else signers, now=now, days=days["targets"]
    )
    vouched = {"targets.json": (version, parties)}
    vouched |= {f"party-{code}.json": (role_version, data) for code, data in roles.items()}
    snapshot = new_snapshot(version=version, roles=vouched, online=online, now=now, days=days["snapshot"])
    timestamp = new_timestamp(
        version=version, snapshot_version=version, snapshot=snapshot, online=online, now=now, days=days["timestamp"]
    )
    return {
        "timestamp.json": timestamp,
        f"{version}.snapshot.json": snapshot,
        f"{version}.targets.json": parties,
        **{f"{role_version}.party-{code}.json": data for code, data in roles.items()},
        **targets,
    }


@cache
def _party_of_default(code: str) -> PartyKeys:
    return make_party(code)
