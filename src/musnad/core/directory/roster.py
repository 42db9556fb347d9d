"""The roster of an authority: its officers, what each may approve, and their keys; signed by the authority (DSSE)."""

from __future__ import annotations

from musnad.core.crypto.dsse import Dsse, parse_dsse, sign
from musnad.core.crypto.errors import BadSignature
from musnad.core.crypto.passkey import OfficerKey, Passkey
from musnad.core.crypto.signing import SigningKey, VerifyingKey
from musnad.core.directory import edge
from musnad.core.directory.entry import PROTOCOL, DatedKey, Officer
from musnad.core.directory.errors import BadEntry
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import AuthorityId, OfficerName, authority_of
from musnad.core.kernel.times import write_instant

ROSTER_TYPE = "application/vnd.musnad.roster+json"


def sign_roster(authority: AuthorityId, officers: tuple[Officer, ...], key: SigningKey) -> bytes:
    """The DSSE bytes of a new roster, signed with the authority's key."""
    payload = {
        "version": PROTOCOL,
        "authority": authority,
        "officers": [
            {
                "officer": officer.name,
                "acts": list(officer.acts),
                **_write_key(officer.key.key),
                "from": write_instant(officer.key.since),
                "until": None if officer.key.until is None else write_instant(officer.key.until),
            }
            for officer in officers
        ],
    }
    return sign(write_canonical(payload), ROSTER_TYPE, [key]).write()


def parse_roster(
    data: bytes, authority: AuthorityId, keys: tuple[DatedKey[VerifyingKey], ...]
) -> tuple[tuple[Officer, ...], DatedKey[VerifyingKey]]:
    """Read and verify a roster.

    Args:
        keys: the authority's listed signing keys, past ones too; whoever asks for an officer's key is told when the
            roster's own key was not valid then.
    Returns:
        the officers, and the key that signed.
    Raises:
        NotJson, TooLarge, BadForm, BadKey, BadEntry: not of a roster's form, or another authority's.
        BadSignature: none of ``keys`` signed it.
    """
    envelope = parse_dsse(data, payload_type=ROSTER_TYPE, what="roster")
    signer = _signer(envelope, keys)
    found = edge.validate(edge.RosterEdge, parse_object(envelope.payload, what="roster"))
    if found.authority != authority:
        raise BadEntry("roster.authority", "the roster of another authority")
    officers = tuple(_officer(one, authority) for one in found.officers)
    return officers, signer


def _signer(envelope: Dsse, keys: tuple[DatedKey[VerifyingKey], ...]) -> DatedKey[VerifyingKey]:
    for dated in keys:
        if set(dated.key.ids) <= envelope.key_ids:
            envelope.verify(dated.key, what="roster")
            return dated
    raise BadSignature("roster")


def _write_key(key: OfficerKey) -> JsonObject:
    return {"passkey": key.write()} if isinstance(key, Passkey) else {**key.write()}


def _officer(found: edge.OfficerEdge | edge.PasskeyOfficerEdge, authority: AuthorityId) -> Officer:
    name = OfficerName(found.officer)
    if authority_of(name) != authority:
        raise BadEntry("roster.officers", "the officer of another authority")
    if len(set(found.acts)) != len(found.acts):
        raise BadEntry("roster.officers", "an act stands twice")
    return Officer(name, tuple(found.acts), found.key())
