"""An officer's signature by passkey: a WebAuthn assertion whose challenge is the digest of what is signed.

W3C Web Authentication, Level 2 (2021) and Level 3: section "Verifying an Authentication Assertion" and, for the public
key's way into a roster, "Registering a New Credential". What those leave open is decided here, and strictly:

1. The challenge is the SHA-256 of the octets that are signed: DSSE's pre-authentication encoding of the payload.
2. The user was verified, not only present: by PIN, finger or face, at the authenticator.
3. The origin is one that the roster lists, and the page was in no other origin's frame.
4. The key cannot have left its authenticator: a credential that may be backed up or synchronised (flag BE) is refused.
   Otherwise whoever keeps the copies could sign.
5. ES256 (P-256, SHA-256) and EdDSA (Ed25519). Of ES256's two signatures that say the same (s and n-s) both are
   taken: authenticators write either, and nothing is named by the octets of a signature.
6. Members that we do not know in the client data, and extensions in the authenticator data, are passed over, as the
   specification asks; what is not of its form is refused.

Left out: signature counters (an offline verifier has no earlier one), attestation (``none`` is asked for: which make an
authenticator is decides nothing here), user handles (the roster says whose the credential is).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from musnad.core.crypto.errors import BadAssertion, BadKey, BadRegistration, BadSignature
from musnad.core.crypto.signing import Signature, VerifyingKey, key_id, verify_ed25519
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.cbor import parse_cbor, read_item
from musnad.core.kernel.errors import BadForm, MusnadError
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import KeyId

ES256 = -7
EDDSA = -8
CREDENTIAL_LIMIT_OCTETS = 1023
CLIENT_DATA_LIMIT_OCTETS = 3072
AUTHENTICATOR_DATA_LIMIT_OCTETS = 2048
"""Both at their largest, in base64, still fit into a signature entry."""
REGISTRATION_LIMIT_OCTETS = 16384
ORIGINS_LIMIT = 8
CHALLENGE_OCTETS = 32
SIGNATURE_FAILS = "the signature does not hold"

_SCHEME = "webauthn"
_ES256_X = bytes.fromhex("a5010203262001215820")
_ES256_Y = bytes.fromhex("225820")
_EDDSA_X = bytes.fromhex("a4010103272006215820")
_USER_PRESENT, _USER_VERIFIED, _BACKUP_ELIGIBLE, _BACKED_UP, _CREDENTIAL, _EXTENSIONS = 1, 4, 8, 16, 64, 128
_FIXED_OCTETS = 37
_AAGUID_OCTETS = 16
_ECDSA_LIMIT_OCTETS = 72
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_ORIGIN = re.compile(rf"(https?)://({_LABEL}(?:\.{_LABEL})*)(?::([1-9][0-9]{{0,4}}))?")


@dataclass(frozen=True, slots=True)
class Passkey:
    """The public half of an officer's passkey, as a roster lists it.

    Attributes:
        credential: the authenticator's own name for it, 1 to 1023 octets; a browser is asked for a signature by it.
        public: the COSE_Key (RFC 9052, 9053) as registered, in the one form that it has.
        relying_party: the host name under which it was made.
        origins: where it may be used: the desk's address, or several.
    """

    credential: bytes
    public: bytes
    relying_party: str
    origins: tuple[str, ...]

    @property
    def algorithm(self) -> int:
        """``ES256`` or ``EDDSA``, as COSE numbers them."""
        return ES256 if self.public.startswith(_ES256_X) else EDDSA

    @property
    def ids(self) -> tuple[KeyId]:
        """The key id: SHA-256 of ``webauthn || 0x00 || COSE_Key``."""
        return (key_id(_SCHEME, self.public),)

    def verify(self, signatures: tuple[Signature, ...], data: bytes, *, what: str) -> None:
        """Raise unless this passkey's assertion over ``data`` stands among ``signatures``.

        Raises:
            BadSignature: there is none. BadAssertion: there is one, and this is why it proves nothing.
        """
        own = self.ids[0]
        given = next((one.value for one in signatures if one.key_id == own), None)
        if given is None:
            raise BadSignature(what)
        verify_assertion(self, parse_assertion(given, what=what), challenge_to(data), what=what)

    def write(self) -> JsonObject:
        """The member ``passkey`` of a roster's officer."""
        return {
            "credential": write_b64(self.credential),
            "origins": list(self.origins),
            "public": write_b64(self.public),
            "relying_party": self.relying_party,
        }


OfficerKey = VerifyingKey | Passkey
"""By what an officer approves: the pair of a key file or a card, or a passkey."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an authenticator gave for a challenge; the value of a signature entry."""

    authenticator_data: bytes
    client_data: bytes
    signature: bytes

    def write(self) -> bytes:
        return write_canonical(
            {
                "authenticator_data": write_b64(self.authenticator_data),
                "client_data": write_b64(self.client_data),
                "signature": write_b64(self.signature),
            }
        )


def challenge_to(data: bytes) -> bytes:
    """The challenge by which ``data`` is signed: its SHA-256, 32 octets."""
    return hashlib.sha256(data).digest()


def parse_passkey(credential: str, public: str, relying_party: str, origins: Iterable[str]) -> Passkey:
    """A passkey from the members of a roster.

    Raises:
        BadForm: base64, the host name, or an origin that is not of the relying party. BadKey: the public key.
    """
    return make_passkey(
        parse_b64(credential, what="credential"), parse_b64(public, what="public"), relying_party, tuple(origins)
    )


def make_passkey(credential: bytes, public: bytes, relying_party: str, origins: tuple[str, ...]) -> Passkey:
    """A passkey whose members are checked; errors as ``parse_passkey``."""
    if not 1 <= len(credential) <= CREDENTIAL_LIMIT_OCTETS:
        raise BadForm("credential", f"not 1 to {CREDENTIAL_LIMIT_OCTETS} octets")
    check_place(relying_party, origins)
    _check_public(public)
    return Passkey(credential, public, relying_party, origins)


def check_place(relying_party: str, origins: tuple[str, ...]) -> None:
    """``BadForm`` unless a browser could make and use a passkey of this relying party at each of these origins."""
    if len(relying_party) > 253 or not _HOST.fullmatch(relying_party) or relying_party.rpartition(".")[2].isdigit():
        raise BadForm("relying_party", "not a host name in lower case")
    if not 1 <= len(origins) <= ORIGINS_LIMIT or len(set(origins)) != len(origins):
        raise BadForm("origins", f"not 1 to {ORIGINS_LIMIT}, or one stands twice")
    for origin in origins:
        _check_origin(origin, relying_party)


def parse_assertion(data: bytes, *, what: str) -> Assertion:
    """The value of a signature entry; ``BadAssertion`` where it is none."""
    try:
        found = parse_object(data, what=what)
        names = ("authenticator_data", "client_data", "signature")
        if set(found) != set(names):
            raise BadForm(what, "other members")
        parts = [parse_b64(value, what=what) for value in (found[name] for name in names) if isinstance(value, str)]
        authenticator_data, client_data, signature = parts
    except (MusnadError, ValueError) as error:
        raise BadAssertion(what, "not of an assertion's form") from error
    return Assertion(authenticator_data, client_data, signature)


def verify_assertion(passkey: Passkey, given: Assertion, challenge: bytes, *, what: str) -> None:
    """Raise ``BadAssertion``, saying why, unless the passkey's holder signed the challenge.

    1. The client data: its type, the challenge, the origin, no frame. 2. The authenticator data: the relying party,
    user present and verified, not backed up. 3. The signature over both.
    """
    try:
        _check_client_data(given.client_data, "webauthn.get", challenge, passkey.origins)  # 1
        data = _parse_authenticator_data(given.authenticator_data, passkey.relying_party)  # 2
    except _Unfit as unfit:
        raise BadAssertion(what, unfit.why) from unfit
    if data.credential:
        raise BadAssertion(what, "authenticator data not of its form")
    signed = given.authenticator_data + hashlib.sha256(given.client_data).digest()
    try:
        _verify(passkey.public, given.signature, signed, what=what)  # 3
    except BadSignature as error:
        raise BadAssertion(what, SIGNATURE_FAILS) from error


def parse_registration(
    client_data: bytes, attestation_object: bytes, challenge: bytes, relying_party: str, origins: tuple[str, ...]
) -> Passkey:
    """The passkey that an authenticator made for ``challenge``; nothing that a browser says of it is believed.

    Its attestation statement is not looked at beyond its form: with format ``none`` it is empty. Other formats are
    refused: none was asked for.

    Raises:
        BadRegistration: why it is none. BadForm: ``relying_party`` or ``origins`` are not of their form.
    """
    check_place(relying_party, origins)
    try:
        _check_client_data(client_data, "webauthn.create", challenge, origins)
        if len(attestation_object) > REGISTRATION_LIMIT_OCTETS:
            raise _Unfit("the attestation is not of its form")
        data = _parse_authenticator_data(_attested(attestation_object), relying_party)
    except _Unfit as unfit:
        raise BadRegistration(unfit.why) from unfit
    if not data.credential:
        raise BadRegistration("no credential in it")
    try:
        _check_public(data.public)
    except BadKey as error:
        raise BadRegistration("a key of another kind than ES256 and EdDSA") from error
    return Passkey(data.credential, data.public, relying_party, origins)


class _Unfit(Exception):
    """Why an assertion or a registration is not what was asked for."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class _AuthenticatorData:
    """Of a registration: the credential and its COSE_Key; of an assertion both are empty."""

    credential: bytes
    public: bytes


def _check_client_data(data: bytes, kind: str, challenge: bytes, origins: tuple[str, ...]) -> None:
    try:
        found = parse_object(data, what="client data", limit_octets=CLIENT_DATA_LIMIT_OCTETS)
    except MusnadError as error:
        raise _Unfit("client data not of its form") from error
    if found.get("type") != kind:
        raise _Unfit("made for another purpose")
    if found.get("challenge") != base64.urlsafe_b64encode(challenge).rstrip(b"=").decode("ascii"):
        raise _Unfit("made for another challenge")
    if found.get("origin") not in origins:
        raise _Unfit("made at another origin")
    if found.get("crossOrigin", False) is not False or "topOrigin" in found:
        raise _Unfit("made in another origin's frame")


def _parse_authenticator_data(data: bytes, relying_party: str) -> _AuthenticatorData:
    """WebAuthn section "Authenticator Data": SHA-256 of the relying party (32), flags (1), counter (4); then, where the
    flags say so, the credential (AAGUID 16, length 2, id, COSE_Key) and a map of extensions; then its end."""
    shape = "authenticator data not of its form"
    if not _FIXED_OCTETS <= len(data) <= AUTHENTICATOR_DATA_LIMIT_OCTETS:
        raise _Unfit(shape)
    if data[:32] != hashlib.sha256(relying_party.encode("ascii")).digest():
        raise _Unfit("made for another relying party")
    flags, at = data[32], _FIXED_OCTETS
    if not flags & _USER_PRESENT:
        raise _Unfit("nobody was present")
    if not flags & _USER_VERIFIED:
        raise _Unfit("the user was not verified")
    if flags & (_BACKUP_ELIGIBLE | _BACKED_UP):
        raise _Unfit("the key may be copied from its authenticator")
    credential = public = b""
    try:
        if flags & _CREDENTIAL:
            size = int.from_bytes(data[at + _AAGUID_OCTETS : at + _AAGUID_OCTETS + 2], "big")
            at += _AAGUID_OCTETS + 2
            credential = data[at : at + size]
            if not 1 <= size <= CREDENTIAL_LIMIT_OCTETS or len(credential) != size:
                raise _Unfit(shape)
            _, end = read_item(data, at + size, what="COSE_Key")
            public, at = data[at + size : end], end
        if flags & _EXTENSIONS:
            extensions, at = read_item(data, at, what="extensions")
            if not isinstance(extensions, dict) or not extensions:
                raise _Unfit(shape)
    except BadForm as error:
        raise _Unfit(shape) from error
    if at != len(data):
        raise _Unfit(shape)
    return _AuthenticatorData(credential, public)


def _attested(attestation_object: bytes) -> bytes:
    try:
        found = parse_cbor(attestation_object, what="attestation")
    except BadForm as error:
        raise _Unfit("the attestation is not of its form") from error
    if not isinstance(found, dict) or set(found) != {"fmt", "attStmt", "authData"}:
        raise _Unfit("the attestation is not of its form")
    if found["fmt"] != "none":
        raise _Unfit("an attestation that was not asked for")
    data = found["authData"]
    if found["attStmt"] != {} or not isinstance(data, bytes):
        raise _Unfit("the attestation is not of its form")
    return data


def _check_origin(origin: str, relying_party: str) -> None:
    """https anywhere, http on the machine itself; a host of the relying party; a port that is not the scheme's own."""
    found = _ORIGIN.fullmatch(origin)
    if found is None or len(origin) > 512:
        raise BadForm("origins", "not scheme, host in lower case and port")
    scheme, host, port = found.group(1), found.group(2), found.groups()[-1]
    if host != relying_party and not host.endswith("." + relying_party):
        raise BadForm("origins", "of another host than the relying party")
    if scheme == "http" and host != "localhost" and not host.endswith(".localhost"):
        raise BadForm("origins", "neither https nor this machine")
    if port is not None and (int(port) > 65535 or int(port) == (443 if scheme == "https" else 80)):
        raise BadForm("origins", "no such port, or the scheme's own, which no browser writes")


def _check_public(public: bytes) -> None:
    """The COSE_Key in the one form that WebAuthn gives it (canonical, no optional member); ``BadKey``."""
    _ed25519_of(public) or _p256_of(public)


def _ed25519_of(public: bytes) -> bytes | None:
    fits = public.startswith(_EDDSA_X) and len(public) == len(_EDDSA_X) + 32
    return public[len(_EDDSA_X) :] if fits else None


def _p256_of(public: bytes) -> ec.EllipticCurvePublicKey:
    x, middle = public[len(_ES256_X) : len(_ES256_X) + 32], public[len(_ES256_X) + 32 :][:3]
    y = public[len(_ES256_X) + 35 :]
    if not public.startswith(_ES256_X) or middle != _ES256_Y or len(y) != 32:
        raise BadKey("passkey")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKey("passkey") from error


def _verify(public: bytes, signature: bytes, data: bytes, *, what: str) -> None:
    edwards = _ed25519_of(public)
    if edwards is not None:
        verify_ed25519(edwards, signature, data, what=what)
        return
    if len(signature) > _ECDSA_LIMIT_OCTETS:
        raise BadSignature(what)
    try:
        _p256_of(public).verify(signature, data, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise BadSignature(what) from error
