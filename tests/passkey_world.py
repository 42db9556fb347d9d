"""A published directory in whose rosters every duty officer stands with a passkey too, and a case told by them.

world = passkey_world()                               # VN and QA; KEYS["VN/contact-24-7"] is an authenticator
told = ToldByPasskey(world)                           # a ``Told`` whose officers approve by passkey
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from musnad.core.crypto.dsse import Dsse, pae, sign
from musnad.core.crypto.passkey import EDDSA, ES256, Assertion, challenge_to
from musnad.core.crypto.signing import Signature
from musnad.core.directory.entry import DatedKey, Officer
from musnad.core.directory.party_file import write_party
from musnad.core.directory.roster import sign_roster
from musnad.core.kernel.names import OfficerName
from musnad.core.kernel.times import Instant
from musnad.core.messages.message import MESSAGE_TYPE, Message, write_message
from tests.directory_fixture import AUTHORITIES, SINCE, PartyKeys, World, make_party, make_world
from tests.dossier_fixture import Told
from tests.passkey_fixture import SoftAuthenticator

PARTIES = ("VN", "QA")
KEYS = {
    f"{party}/{name}": SoftAuthenticator(
        f"{party.lower()}.desk.example",
        f"https://{party.lower()}.desk.example:9443",
        EDDSA if name == "central-authority" else ES256,
        f"{party}/{name}",
    )
    for party in PARTIES
    for name in AUTHORITIES
}
Signs = Callable[[SoftAuthenticator, bytes], Assertion]


def passkey_world(*, since: Instant = SINCE, until: Instant | None = None, without: str = "") -> World:
    """With the passkey of every ``duty-1`` valid in these dates; that of the authority ``without`` is not listed."""
    return make_world(parties={code: _with_passkeys(make_party(code), since, until, without) for code in PARTIES})


def _with_passkeys(keys: PartyKeys, since: Instant, until: Instant | None, without: str) -> PartyKeys:
    authorities = []
    for one in keys.party.authorities:
        duty = one.officers[0]
        listed = Officer(duty.name, duty.acts, DatedKey(KEYS[one.id].passkey, since, until))
        officers = one.officers if one.id == without else (*one.officers, listed)
        roster = sign_roster(one.id, officers, keys.signing[one.id.partition("/")[2]])
        authorities.append(replace(one, officers=officers, roster=roster))
    party = replace(keys.party, authorities=tuple(authorities))
    return replace(keys, party=party, party_json=write_party(party))


def key_of(officer: OfficerName) -> SoftAuthenticator:
    return KEYS[officer.rpartition("/")[0]]


@dataclass
class ToldByPasskey(Told):
    """``signs`` gives an officer's answer to a challenge: an honest one, unless a test says otherwise."""

    signs: Signs = field(default=lambda key, challenge: key.sign(challenge))

    def sign(self, message: Message) -> Dsse:
        payload = write_message(message)
        dsse = sign(payload, MESSAGE_TYPE, [self.signer(message.author)])
        for given in message.approvals:
            key = key_of(given.officer)
            assertion = self.signs(key, challenge_to(pae(MESSAGE_TYPE, payload)))
            dsse = replace(dsse, signatures=(*dsse.signatures, Signature(key.passkey.ids[0], assertion.write())))
        return dsse
