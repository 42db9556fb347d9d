"""The first way in: a passkey (WebAuthn), whose holder the device has verified by PIN, finger or face.

The library judges the answer; here stand what it is judged by: the desk's own address as the only origin, a challenge
that was made for this purpose and is good once, and the holder verified.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn, get_credentials
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from musnad.adapters.files.challenges import make_challenge, take_challenge
from musnad.core.kernel.names import Entropy
from musnad.exchange.audit import note
from musnad.exchange.ports import Ports
from musnad.people.errors import LastWayIn, PasskeyRefused
from musnad.people.models import Person

ANSWER_LIMIT = 16 * 1024
NAME_LENGTH = 60
_SIGN_IN = "sign-in"
_REQUIRED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class Door:
    """The desk that passkeys open: the node's folder and the desk's own address, ``https://desk.example``."""

    folder: Path
    address: str

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""

    @property
    def server(self) -> Fido2Server:
        entity = PublicKeyCredentialRpEntity(name="Musnad", id=self.host)
        return Fido2Server(entity, verify_origin=lambda origin: origin == self.address)


def ask_to_enter(door: Door, entropy: Entropy) -> dict[str, Any]:
    """What a browser asks a passkey that shall open the desk; nobody is named, the passkey tells who."""
    challenge = make_challenge(door.folder, entropy, _SIGN_IN)
    options, _ = door.server.authenticate_begin(user_verification=_REQUIRED, challenge=websafe_decode(challenge))
    return dict(options)


def enter(door: Door, answer: str) -> Person:
    """Whose passkey gave this answer; ``PasskeyRefused`` for every reason why not, alike."""
    response = _read(answer)
    try:
        heard = AuthenticationResponse.from_dict(response)
        handle = heard.response.user_handle
        person = Person.objects.filter(pk=int((handle or b"").decode("ascii")), is_active=True).first()
        state = _state(door, heard.response.client_data.challenge, _SIGN_IN)
        found = door.server.authenticate_complete(state, get_credentials(person) if person else [], heard)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise PasskeyRefused from error
    assert person is not None  # of nobody there is no credential
    for one in _of(person):
        if _credential(one) == found.credential_id:
            one.record_usage()
    return person


def ask_for_new(door: Door, person: Person, entropy: Entropy) -> dict[str, Any]:
    """What a browser asks a device that shall keep a new passkey of this person."""
    challenge = make_challenge(door.folder, entropy, f"new {person.name}")
    user = PublicKeyCredentialUserEntity(name=person.name, id=str(person.pk).encode("ascii"), display_name=person.shown)
    options, _ = door.server.register_begin(
        user,
        credentials=get_credentials(person),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_REQUIRED,
        challenge=websafe_decode(challenge),
    )
    return dict(options)


def add(ports: Ports, door: Door, person: Person, name: str, answer: str) -> None:
    """Keep the new passkey that gave this answer; ``PasskeyRefused``."""
    response = _read(answer)
    try:
        heard = RegistrationResponse.from_dict(response)
        state = _state(door, heard.response.client_data.challenge, f"new {person.name}")
        door.server.register_complete(state, heard)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PasskeyRefused from error
    note(ports, "way-in-added", by=person.name, about={"person": person.name, "way": "passkey"})
    WebAuthn.add(person, " ".join(name.split())[:NAME_LENGTH] or "—", response)


def remove(ports: Ports, person: Person, way: int) -> None:
    """Take a way in of one's own away; ``LastWayIn`` where it is the last. Nothing where there is no such."""
    found = Authenticator.objects.filter(user_id=person.pk, pk=way).first()
    if found is None:
        return
    if Authenticator.objects.filter(user_id=person.pk).count() < 2:
        raise LastWayIn
    kind = "code" if found.type == Authenticator.Type.TOTP else "passkey"
    note(ports, "way-in-removed", by=person.name, about={"person": person.name, "way": kind})
    found.delete()
    if kind == "code":
        person.set_unusable_password()
        person.save(update_fields=["password"])


def _state(door: Door, challenge: bytes, purpose: str) -> dict[str, Any]:
    """What the library asks for; the challenge was made here for this, and nobody has answered it before."""
    text = websafe_encode(challenge)
    if not take_challenge(door.folder, text, purpose):
        raise PasskeyRefused
    return {"challenge": text, "user_verification": _REQUIRED}


def _read(answer: str) -> Mapping[str, Any]:
    try:
        found = json.loads(answer) if len(answer) <= ANSWER_LIMIT else None
    except (ValueError, RecursionError) as error:
        raise PasskeyRefused from error
    if not isinstance(found, dict):
        raise PasskeyRefused
    return found


def _of(person: Person) -> list[Authenticator]:
    return list(Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.WEBAUTHN))


def _credential(one: Authenticator) -> bytes:
    return bytes(one.wrap().authenticator_data.credential_data.credential_id)
