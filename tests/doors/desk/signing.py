"""A small world whose officers hold passkeys, and a browser's answers to its desk, signed in software."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import replace

from musnad.core.crypto.passkey import Assertion
from musnad.core.directory.entry import DatedKey, Officer
from musnad.core.directory.party_file import write_party
from musnad.core.directory.roster import sign_roster
from musnad.core.kernel.names import OfficerName
from musnad.core.kernel.times import Instant
from tests.directory_fixture import OFFICERS, SINCE, PartyKeys, make_party, make_world
from tests.passkey_fixture import SoftAuthenticator, base64url
from tests.world import World

ORIGIN = "http://localhost:9080"
ALL = OFFICERS[0][1]


def device(seed: str, origin: str = ORIGIN) -> SoftAuthenticator:
    return SoftAuthenticator(origin=origin, seed=seed)


def with_passkeys(
    keys: PartyKeys, held: Mapping[str, SoftAuthenticator], *, until: Instant | None = None, since: Instant = SINCE
) -> PartyKeys:
    """The Party with a passkey more in its rosters for each ``authority/officer``, re-signed."""
    authorities = []
    for one in keys.party.authorities:
        name = one.id.partition("/")[2]
        extra = tuple(
            Officer(OfficerName(f"{one.id}/{place.partition('/')[2]}"), ALL, DatedKey(key.passkey, since, until))
            for place, key in held.items()
            if place.partition("/")[0] == name
        )
        officers = (*one.officers, *extra)
        authorities.append(replace(one, officers=officers, roster=sign_roster(one.id, officers, keys.signing[name])))
    party = replace(keys.party, authorities=tuple(authorities))
    return replace(keys, party=party, party_json=write_party(party))


def world_with(held: Mapping[str, SoftAuthenticator], *, until: Instant | None = None) -> World:
    """Viet Nam's officers hold these passkeys; Qatar's none."""
    parties = {"VN": with_passkeys(make_party("VN"), held, until=until), "QA": make_party("QA")}
    return World(published=make_world(parties=parties))


def answer_of(given: Assertion) -> str:
    """What ``passkey.js`` puts into the form."""
    return json.dumps(
        {
            "authenticatorData": base64url(given.authenticator_data),
            "clientDataJSON": base64url(given.client_data),
            "signature": base64url(given.signature),
        }
    )


def registration_of(key: SoftAuthenticator, challenge: bytes) -> str:
    made = key.register(challenge)
    return json.dumps(
        {"clientDataJSON": base64url(made.client_data), "attestationObject": base64url(made.attestation_object)}
    )


def challenge_on(page: str, kind: str = "use") -> bytes:
    """The challenge that the page's first form of that kind carries."""
    found = re.search(rf'data-passkey="{kind}" data-challenge="([A-Za-z0-9_-]+)"', page)
    assert found is not None, page
    return octets(found.group(1))


def octets(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
