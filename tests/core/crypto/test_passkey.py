"""Passkeys: what an honest authenticator gives is taken; each thing that an attacker could change is refused."""

from __future__ import annotations

import dataclasses

import pytest
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    UserVerificationRequirement,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.core.crypto.dsse import SIGNATURE_LIMIT_OCTETS, Dsse, pae
from musnad.core.crypto.errors import BadAssertion, BadKey, BadRegistration, BadSignature
from musnad.core.crypto.passkey import (
    AUTHENTICATOR_DATA_LIMIT_OCTETS,
    CLIENT_DATA_LIMIT_OCTETS,
    EDDSA,
    ES256,
    Assertion,
    challenge_to,
    make_passkey,
    parse_assertion,
    parse_passkey,
    parse_registration,
    verify_assertion,
)
from musnad.core.crypto.signing import Signature
from musnad.core.kernel.errors import BadForm, MusnadError
from musnad.language.sentences import REASONS
from tests.passkey_fixture import AT, BE, BS, ED, UP, UV, SoftAuthenticator, cbor_octets

KEYS = {algorithm: SoftAuthenticator(algorithm=algorithm) for algorithm in (ES256, EDDSA)}
KEY = KEYS[ES256]
CHALLENGE = challenge_to(b"what is signed")
PLACE = (KEY.relying_party, (KEY.origin,))


def verify(given: Assertion, key: SoftAuthenticator = KEY) -> None:
    verify_assertion(key.passkey, given, CHALLENGE, what="test")


def why_not(given: Assertion, key: SoftAuthenticator = KEY) -> str:
    with pytest.raises(BadAssertion) as refused:
        verify(given, key)
    assert refused.value.why in REASONS, "no Arabic for it"
    return refused.value.why


@pytest.mark.parametrize("key", KEYS.values(), ids=["ES256", "EdDSA"])
def test_an_honest_registration_and_assertion_hold(key: SoftAuthenticator) -> None:
    assert key.passkey.algorithm == key.algorithm
    assert key.passkey.credential == key.credential
    verify(key.sign(CHALLENGE), key)
    verify(key.sign(CHALLENGE, crossOrigin=None), key)
    verify(key.sign(CHALLENGE, other_keys_can_be_added_here="do not compare clientDataJSON against a template"), key)
    verify(key.sign(CHALLENGE, flags=UP | UV | ED, extra=b"\xa1\x63uvm\x80"), key)
    verify(key.sign(CHALLENGE, count=0), key)


def test_both_signatures_of_es256_that_say_the_same_are_taken() -> None:
    one, other = KEY.sign(CHALLENGE), KEY.sign(CHALLENGE, high_s=True)
    assert one.signature != other.signature
    verify(one)
    verify(other)


ATTACKS: list[tuple[str, Assertion, str]] = [
    ("signed for another draft", KEY.sign(challenge_to(b"another")), "made for another challenge"),
    ("at another origin", KEY.sign(CHALLENGE, origin="http://localhost:8001"), "made at another origin"),
    ("at a look-alike", KEY.sign(CHALLENGE, origin="http://localhost:8000.evil.example"), "made at another origin"),
    ("at no origin", KEY.sign(CHALLENGE, origin=None), "made at another origin"),
    ("at a list of origins", KEY.sign(CHALLENGE, origin=["http://localhost:8000"]), "made at another origin"),
    ("in a frame", KEY.sign(CHALLENGE, crossOrigin=True), "made in another origin's frame"),
    ("in a frame, said with a text", KEY.sign(CHALLENGE, crossOrigin="false"), "made in another origin's frame"),
    ("in a frame, said with zero", KEY.sign(CHALLENGE, crossOrigin=0), "made in another origin's frame"),
    ("under another top", KEY.sign(CHALLENGE, topOrigin="https://e.example"), "made in another origin's frame"),
    ("a registration", KEY.sign(CHALLENGE, type="webauthn.create"), "made for another purpose"),
    ("a payment", KEY.sign(CHALLENGE, type="payment.get"), "made for another purpose"),
    ("for another relying party", KEY.sign(CHALLENGE, relying_party="evil"), "made for another relying party"),
    ("nobody present", KEY.sign(CHALLENGE, flags=UV), "nobody was present"),
    ("present, not verified", KEY.sign(CHALLENGE, flags=UP), "the user was not verified"),
    ("may be copied", KEY.sign(CHALLENGE, flags=UP | UV | BE), "the key may be copied from its authenticator"),
    ("was copied", KEY.sign(CHALLENGE, flags=UP | UV | BS), "the key may be copied from its authenticator"),
    ("rubbish after it", KEY.sign(CHALLENGE, extra=b"\0"), "authenticator data not of its form"),
    ("no extensions", KEY.sign(CHALLENGE, flags=UP | UV | ED), "authenticator data not of its form"),
    ("a list", KEY.sign(CHALLENGE, flags=UP | UV | ED, extra=b"\x80"), "authenticator data not of its form"),
    ("after", KEY.sign(CHALLENGE, flags=UP | UV | ED, extra=b"\xa1\x61a\1\0"), "authenticator data not of its form"),
    ("a credential", KEY.sign(CHALLENGE, flags=UP | UV | AT), "authenticator data not of its form"),
    (
        "a whole credential",
        KEY.sign(CHALLENGE, flags=UP | UV | AT, extra=bytes(16) + b"\0\1x" + KEY.cose_key),
        "authenticator data not of its form",
    ),
]


@pytest.mark.parametrize(("given", "why"), [(given, why) for _, given, why in ATTACKS], ids=[one[0] for one in ATTACKS])
def test_refuses_an_assertion(given: Assertion, why: str) -> None:
    assert why_not(given) == why


@pytest.mark.parametrize("key", KEYS.values(), ids=["ES256", "EdDSA"])
def test_refuses_what_was_tampered_with_after_signing(key: SoftAuthenticator) -> None:
    given = key.sign(CHALLENGE)
    counted = given.authenticator_data[:33] + (9).to_bytes(4, "big")
    spaced = given.client_data.replace(b'"crossOrigin":false', b'"crossOrigin": false')
    raised = key.sign(CHALLENGE, flags=UP).authenticator_data
    verified = raised[:32] + bytes([UP | UV]) + raised[33:]
    for changed in (
        dataclasses.replace(given, authenticator_data=counted),
        dataclasses.replace(given, client_data=spaced),
        dataclasses.replace(key.sign(CHALLENGE, flags=UP), authenticator_data=verified),
        dataclasses.replace(given, signature=given.signature[:-1]),
        dataclasses.replace(given, signature=given.signature + b"\0"),
        dataclasses.replace(given, signature=b""),
        dataclasses.replace(given, signature=bytes(64)),
        dataclasses.replace(given, signature=b"\x30\x06\x02\x01\x00\x02\x01\x00"),
        SoftAuthenticator(algorithm=key.algorithm, seed="another's").sign(CHALLENGE),
    ):
        assert why_not(changed, key) == "the signature does not hold"


def test_refuses_client_data_that_two_readers_read_differently() -> None:
    given = KEY.sign(CHALLENGE)
    text = given.client_data
    for changed in (
        b"\xef\xbb\xbf" + text,
        text + b" x",
        text[:-1] + b',"type":"webauthn.get"}',
        b'{"crossOrigin":true,' + text[1:],
        b"[" + text + b"]",
        b'{"a":"' + b"a" * CLIENT_DATA_LIMIT_OCTETS + b'",' + text[1:],
    ):
        signature = KEY.sign_octets(given.authenticator_data + challenge_to(changed))
        told = dataclasses.replace(given, client_data=changed, signature=signature)
        assert why_not(told) == "client data not of its form"


def test_an_entry_of_a_dsse_holds_the_assertion_and_fits() -> None:
    payload, kind = b'{"a":1}', "application/vnd.musnad.message+json"
    given = KEY.sign(challenge_to(pae(kind, payload)))
    entry = Signature(KEY.passkey.ids[0], given.write())
    Dsse(payload, kind, (entry,)).verify(KEY.passkey, what="message")
    for other in (Dsse(b'{"a":2}', kind, (entry,)), Dsse(payload, "application/vnd.musnad.roster+json", (entry,))):
        with pytest.raises(BadAssertion):
            other.verify(KEY.passkey, what="message")
    with pytest.raises(BadSignature):
        Dsse(payload, kind, ()).verify(KEY.passkey, what="message")
    largest = Assertion(b"a" * AUTHENTICATOR_DATA_LIMIT_OCTETS, b"c" * CLIENT_DATA_LIMIT_OCTETS, b"s" * 72)
    assert len(largest.write()) <= SIGNATURE_LIMIT_OCTETS
    assert parse_assertion(largest.write(), what="test") == largest


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"{}",
        b"null",
        b'{"authenticator_data":"","client_data":"","signature":""}x',
        b'{"authenticator_data":"","client_data":""}',
        b'{"authenticator_data":"","client_data":"","signature":1}',
        b'{"authenticator_data":"","client_data":"","signature":"","totp":"123456"}',
        b"123456",
    ],
)
def test_refuses_an_entry_that_is_no_assertion(value: bytes) -> None:
    """A code of six digits is none, whatever it is called."""
    with pytest.raises(BadAssertion) as refused:
        KEY.passkey.verify((Signature(KEY.passkey.ids[0], value),), b"data", what="test")
    assert refused.value.why in REASONS


REFUSED_REGISTRATIONS = [
    ("another challenge", KEY.register(bytes(32)), "made for another challenge"),
    ("another origin", KEY.register(CHALLENGE, origin="https://evil.example"), "made at another origin"),
    ("in a frame", KEY.register(CHALLENGE, crossOrigin=True), "made in another origin's frame"),
    ("an assertion", KEY.register(CHALLENGE, type="webauthn.get"), "made for another purpose"),
    ("not verified", KEY.register(CHALLENGE, flags=UP | AT), "the user was not verified"),
    ("copied", KEY.register(CHALLENGE, flags=UP | UV | AT | BE), "the key may be copied from its authenticator"),
    ("no credential", KEY.register(CHALLENGE, flags=UP | UV), "no credential in it"),
    ("rubbish", KEY.register(CHALLENGE, extra=b"\0"), "authenticator data not of its form"),
    ("not CBOR", KEY.register(CHALLENGE, attestation_object=b"\xff"), "the attestation is not of its form"),
    ("empty", KEY.register(CHALLENGE, attestation_object=b"\xa0"), "the attestation is not of its form"),
    ("too large", KEY.register(CHALLENGE, attestation_object=bytes(20000)), "the attestation is not of its form"),
    (
        "packed",
        KEY.register(
            CHALLENGE, attestation_object=b"\xa3\x63fmt\x66packed\x67attStmt\xa0\x68authData" + cbor_octets(b"")
        ),
        "an attestation that was not asked for",
    ),
    (
        "none, with a statement",
        KEY.register(
            CHALLENGE, attestation_object=b"\xa3\x63fmt\x64none\x67attStmt\xa1\x61a\1\x68authData" + cbor_octets(b"")
        ),
        "the attestation is not of its form",
    ),
    (
        "RS256",
        KEY.register(CHALLENGE, cose_key=b"\xa4\x01\x03\x03\x39\x01\x00\x20\x41n\x21\x41e"),
        "a key of another kind than ES256 and EdDSA",
    ),
    (
        "not on the curve",
        KEY.register(CHALLENGE, cose_key=KEY.cose_key[:-1] + bytes([KEY.cose_key[-1] ^ 1])),
        "a key of another kind than ES256 and EdDSA",
    ),
    (
        "its members in another order",
        KEY.register(CHALLENGE, cose_key=b"\xa5\x03\x26\x01\x02" + KEY.cose_key[5:]),
        "a key of another kind than ES256 and EdDSA",
    ),
]


@pytest.mark.parametrize(
    ("made", "why"), [(made, why) for _, made, why in REFUSED_REGISTRATIONS], ids=[r[0] for r in REFUSED_REGISTRATIONS]
)
def test_refuses_a_registration(made: object, why: str) -> None:
    with pytest.raises(BadRegistration) as refused:
        parse_registration(made.client_data, made.attestation_object, CHALLENGE, *PLACE)  # type: ignore[attr-defined]
    assert refused.value.why == why
    assert why in REASONS


def test_takes_a_registration_with_extensions_and_its_members_in_any_order() -> None:
    made = KEY.register(CHALLENGE, flags=UP | UV | AT | ED, extra=b"\xa1\x6bcredProtect\x03")
    assert parse_registration(made.client_data, made.attestation_object, CHALLENGE, *PLACE) == KEY.passkey
    data = AttestationObject(made.attestation_object).auth_data
    other = b"\xa3\x68authData" + cbor_octets(data) + b"\x63fmt\x64none\x67attStmt\xa0"
    assert parse_registration(made.client_data, other, CHALLENGE, *PLACE) == KEY.passkey


@pytest.mark.parametrize(
    ("relying_party", "origin"),
    [
        ("desk.example", "https://desk.example"),
        ("desk.example", "https://desk.example:9443"),
        ("example", "https://a.desk.example"),
        ("localhost", "http://localhost:8000"),
    ],
)
def test_places_that_a_browser_knows(relying_party: str, origin: str) -> None:
    made = make_passkey(b"c", KEY.cose_key, relying_party, (origin,))
    told = made.write()
    assert parse_passkey(str(told["credential"]), str(told["public"]), relying_party, (origin,)) == made


@pytest.mark.parametrize(
    ("relying_party", "origin"),
    [
        ("desk.example", "https://desk.example.evil.example"),
        ("desk.example", "https://evildesk.example"),
        ("desk.example", "http://desk.example"),
        ("desk.example", "https://desk.example/"),
        ("desk.example", "https://desk.example:443"),
        ("desk.example", "https://desk.example:65536"),
        ("desk.example", "https://DESK.example"),
        ("desk.example", "https://a@desk.example"),
        ("DESK.example", "https://desk.example"),
        ("127.0.0.1", "https://127.0.0.1"),
        ("desk.example.", "https://desk.example"),
        ("", "https://desk.example"),
        ("desk.example", ""),
        ("مكتب.example", "https://مكتب.example"),
    ],
)
def test_places_that_no_browser_knows(relying_party: str, origin: str) -> None:
    with pytest.raises(BadForm):
        make_passkey(b"c", KEY.cose_key, relying_party, (origin,))


def test_refuses_members_out_of_bounds() -> None:
    origin = ("https://desk.example",)
    for credential, origins in ((b"", origin), (b"c" * 1024, origin), (b"c", ()), (b"c", origin * 2)):
        with pytest.raises(BadForm):
            make_passkey(credential, KEY.cose_key, "desk.example", origins)
    for public in (b"", KEY.cose_key[:-1], KEY.cose_key + b"\0", KEY.cose_key[:10] + bytes(67)):
        with pytest.raises(BadKey):
            make_passkey(b"c", public, "desk.example", origin)


ANY = st.binary(max_size=300)


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """The octets with a few replaced, taken away or added; or any."""
    if draw(st.integers(0, 9)) == 0:
        return draw(ANY)
    at = draw(st.integers(0, len(data)))
    return data[:at] + draw(st.binary(max_size=4)) + data[at + draw(st.integers(0, 4)) :]


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from(sorted(KEYS)))
def test_any_assertion_holds_or_gives_an_error(data: st.DataObject, algorithm: int) -> None:
    key = KEYS[algorithm]
    good = key.sign(CHALLENGE)
    parts = [data.draw(damaged(one)) for one in (good.authenticator_data, good.client_data, good.signature)]
    try:
        verify(Assertion(*parts), key)
    except BadAssertion:
        return
    assert parts[:2] == [good.authenticator_data, good.client_data]


@settings(max_examples=200, deadline=None)
@given(damaged(KEY.sign(CHALLENGE).write()))
def test_any_entry_gives_an_assertion_or_an_error(data: bytes) -> None:
    try:
        assert isinstance(parse_assertion(data, what="test"), Assertion)
    except MusnadError:
        return


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_registration_gives_a_passkey_or_an_error(data: st.DataObject) -> None:
    made = KEY.register(CHALLENGE)
    parts = [data.draw(damaged(one)) for one in (made.client_data, made.attestation_object)]
    try:
        passkey = parse_registration(parts[0], parts[1], CHALLENGE, *PLACE)
    except MusnadError:
        return
    assert make_passkey(passkey.credential, passkey.public, passkey.relying_party, passkey.origins) == passkey


@pytest.mark.parametrize("key", KEYS.values(), ids=["ES256", "EdDSA"])
def test_a_library_that_nobody_here_wrote_takes_the_authenticators_answers(key: SoftAuthenticator) -> None:
    """The software authenticator of these tests, judged by Yubico's fido2; otherwise we would only agree with
    ourselves."""
    server = Fido2Server(
        PublicKeyCredentialRpEntity(name="desk", id=key.relying_party), verify_origin=lambda one: one == key.origin
    )
    user = PublicKeyCredentialUserEntity(id=b"u", name="u")
    required = UserVerificationRequirement.REQUIRED
    _, state = server.register_begin(user, challenge=CHALLENGE, user_verification=required)
    made = key.register(CHALLENGE)
    attested = AuthenticatorAttestationResponse(
        client_data=CollectedClientData(made.client_data), attestation_object=AttestationObject(made.attestation_object)
    )
    answer = RegistrationResponse(raw_id=made.credential, response=attested)
    credential = server.register_complete(state, answer).credential_data
    assert isinstance(credential, AttestedCredentialData)
    assert credential.credential_id == key.passkey.credential
    assert credential.public_key[3] == key.algorithm
    _, state = server.authenticate_begin([credential], challenge=CHALLENGE, user_verification=required)
    for one, holds in ((key.sign(CHALLENGE), True), (key.sign(CHALLENGE, flags=UP), False)):
        asserted = AuthenticatorAssertionResponse(
            client_data=CollectedClientData(one.client_data),
            authenticator_data=AuthenticatorData(one.authenticator_data),
            signature=one.signature,
        )
        said = AuthenticationResponse(raw_id=key.credential, response=asserted)
        if holds:
            assert server.authenticate_complete(state, [credential], said).credential_id == key.credential
        else:
            with pytest.raises(ValueError, match="verification"):
                server.authenticate_complete(state, [credential], said)
