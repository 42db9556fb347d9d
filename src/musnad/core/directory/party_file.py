"""party.json: read strictly, written canonically.

Reading verifies what the file can prove by itself: every roster is signed by its authority's key. That the file is the
Party's own is proven by the Party's role in the directory's metadata (``judge``).
"""

from __future__ import annotations

from musnad.core.crypto.passkey import Passkey
from musnad.core.crypto.signing import VerifyingKey
from musnad.core.crypto.wrapping import WrappingKey
from musnad.core.directory import edge
from musnad.core.directory.entry import PROTOCOL, Authority, DatedKey, LogKeys, NodeAddress, Party
from musnad.core.directory.errors import BadEntry
from musnad.core.directory.roster import parse_roster
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.ijson import JsonObject, parse_object, parse_value, write_canonical
from musnad.core.kernel.names import AuthorityId, KeyId, PartyCode, Slug, party_of
from musnad.core.kernel.times import write_instant

ML_DSA_44_OCTETS = 1312
PARTY_FILE_LIMIT_OCTETS = 4 * 1024 * 1024


def parse_party(data: bytes) -> Party:
    """Read the bytes of a party.json.

    1. its form; 2. authorities are the Party's own and stand once; 3. every roster is signed by its authority;
    4. no key stands twice: an officer holding the authority's key, or two officers sharing one, would let one person
    sign for two.

    Raises:
        NotJson, TooLarge, BadForm, BadKey, BadEntry: form, or a rule above.
        BadSignature: a roster's.
    """
    found = edge.validate(
        edge.PartyEdge, parse_object(data, what="party.json", limit_octets=PARTY_FILE_LIMIT_OCTETS)
    )  # 1
    code = PartyCode(found.party)
    party = Party(
        code=code,
        names=dict(found.names),
        time_zone=found.time_zone,
        protocols=tuple(found.protocols),
        node=NodeAddress(found.node.url, found.node.certificate),
        log=_log_keys(found.log.origin, found.log.ed25519, found.log.ml_dsa_44),
        witness=_log_keys(found.witness.name, found.witness.ed25519, found.witness.ml_dsa_44),
        authorities=tuple(_authority(one, code) for one in found.authorities),
    )
    if len({one.id for one in party.authorities}) != len(party.authorities):  # 2
        raise BadEntry("authorities", "one stands twice")
    _check_keys_differ(party)  # 4
    return party


def write_party(party: Party) -> bytes:
    """The canonical bytes of a party.json; ``parse_party`` of them gives the same value."""
    return write_canonical(
        {
            "version": PROTOCOL,
            "party": party.code,
            "names": dict(party.names),
            "time_zone": party.time_zone,
            "protocols": list(party.protocols),
            "node": {"url": party.node.url, "certificate": party.node.certificate},
            "log": _write_log_keys("origin", party.log),
            "witness": _write_log_keys("name", party.witness),
            "authorities": [_write_authority(one) for one in party.authorities],
        }
    )


def _authority(found: edge.AuthorityEdge, party: PartyCode) -> Authority:
    name = AuthorityId(found.id)
    if party_of(name) != party:
        raise BadEntry("authorities", "the authority of another Party")
    signing_keys = tuple(key.value() for key in found.signing_keys)
    roster = write_canonical(found.roster)
    officers, roster_key = parse_roster(roster, name, signing_keys)  # 3
    return Authority(
        id=name,
        roles=tuple(Slug(role) for role in found.roles),
        names=dict(found.names),
        languages=tuple(found.languages),
        measures=tuple(Slug(measure) for measure in found.measures),
        signing_keys=signing_keys,
        wrapping_keys=tuple(key.value() for key in found.wrapping_keys),
        roster=roster,
        roster_key=roster_key,
        officers=officers,
    )


def _check_keys_differ(party: Party) -> None:
    halves: list[KeyId] = []
    credentials: list[bytes] = []
    for authority in party.authorities:
        for signing in authority.signing_keys:
            halves.extend(signing.key.ids)
        for officer in authority.officers:
            halves.extend(officer.key.key.ids)
            if isinstance(officer.key.key, Passkey):
                credentials.append(officer.key.key.credential)
        halves.extend(wrapping.key.id for wrapping in authority.wrapping_keys)
    if len(set(halves)) != len(halves) or len(set(credentials)) != len(credentials):
        raise BadEntry("authorities", "a key stands twice")


def _write_authority(authority: Authority) -> JsonObject:
    return {
        "id": authority.id,
        "roles": list(authority.roles),
        "names": dict(authority.names),
        "languages": list(authority.languages),
        "measures": list(authority.measures),
        "signing_keys": [_write_dated(key) for key in authority.signing_keys],
        "wrapping_keys": [_write_dated(key) for key in authority.wrapping_keys],
        "roster": parse_value(authority.roster, what="roster", limit_octets=len(authority.roster)),
    }


def _write_dated(dated: DatedKey[VerifyingKey] | DatedKey[WrappingKey]) -> JsonObject:
    until = None if dated.until is None else write_instant(dated.until)
    return {**dated.key.write(), "from": write_instant(dated.since), "until": until}


def _log_keys(name: str, ed25519: str, ml_dsa_44: str) -> LogKeys:
    return LogKeys(
        name,
        parse_b64(ed25519, what="ed25519", size_octets=32),
        parse_b64(ml_dsa_44, what="ml_dsa_44", size_octets=ML_DSA_44_OCTETS),
    )


def _write_log_keys(named: str, keys: LogKeys) -> JsonObject:
    return {named: keys.name, "ed25519": write_b64(keys.ed25519), "ml_dsa_44": write_b64(keys.ml_dsa_44)}
