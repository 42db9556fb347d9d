"""Time stamps (RFC 3161): what is asked of an authority, and what its answer proves.

A stamp holds when all of this does: 1. the answer is granted, of one signer, over SHA-256 of the octets; 2. it repeats
the request's nonce; 3. the signer's certificate stands in it once, may stamp times and nothing else (critical extended
key usage, RFC 3161 section 2.3), and was valid then; 4. signature and chain hold from the anchor, at the time stated.
Revocation is not looked at: an anchor is left out by whoever no longer trusts it.

The library's nonce is drawn here, as all randomness that a library draws itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, VerificationError, VerifierBuilder
from rfc3161_client import TimeStampRequest as ForeignRequest
from rfc3161_client import TimeStampResponse as ForeignAnswer
from rfc3161_client._rust import parse_timestamp_request, parse_timestamp_response

from musnad.core.crypto.errors import BadStamp, BadStampForm, StampNotGranted
from musnad.core.kernel.errors import TooLarge
from musnad.core.kernel.names import Digest, digest_of
from musnad.core.kernel.times import Instant, instant

REQUEST_TYPE, ANSWER_TYPE = "application/timestamp-query", "application/timestamp-reply"
REQUEST_LIMIT_OCTETS = 1024
ANSWER_LIMIT_OCTETS = 64 * 1024
ANCHOR_LIMIT_OCTETS = 64 * 1024
_SHA256 = "2.16.840.1.101.3.4.2.1"
_GRANTED = 0
_ACCURACY_LIMIT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StampAnchor:
    """The certificate of a stamp authority's root, by whose word alone its stamps hold."""

    der: bytes

    @property
    def fingerprint(self) -> Digest:
        """SHA-256 of the certificate: what people compare."""
        return digest_of(self.der)

    @property
    def name(self) -> str:
        """The subject as the certificate has it (RFC 4514); whoever made it chose it."""
        return x509.load_der_x509_certificate(self.der).subject.rfc4514_string()

    @property
    def pem(self) -> bytes:
        """The one text form that a dossier carries."""
        return x509.load_der_x509_certificate(self.der).public_bytes(Encoding.PEM)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a stamp that holds says: these octets existed no later than ``at``, by the authority's word.

    ``at`` is the time it states with the accuracy it states, on the late side, in whole seconds.
    """

    at: Instant
    serial: int
    anchor: Digest


def parse_anchor(data: bytes, *, what: str = "stamp anchor") -> StampAnchor:
    """One certificate, PEM or DER. Raises ``TooLarge``, ``BadStampForm``."""
    if len(data) > ANCHOR_LIMIT_OCTETS:
        raise TooLarge(what, len(data), ANCHOR_LIMIT_OCTETS)
    try:
        if b"-----BEGIN" in data:
            found = x509.load_pem_x509_certificates(data)
        else:
            found = [x509.load_der_x509_certificate(data)]
        for one in found:
            one.subject.rfc4514_string()
    except ValueError as error:
        raise BadStampForm(what, "no certificate") from error
    if len(found) != 1:
        raise BadStampForm(what, "not exactly one certificate")
    return StampAnchor(found[0].public_bytes(Encoding.DER))


def ask_stamp(octets: bytes) -> bytes:
    """A request for a stamp over the SHA-256 of ``octets``, with a nonce and for the signer's certificate."""
    builder = TimestampRequestBuilder().data(octets).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes()


def verify_stamp(request: bytes, answer: bytes, octets: bytes, anchors: Sequence[StampAnchor]) -> Stamp:
    """What ``answer`` to ``request`` proves of ``octets``, by the first of ``anchors`` that its chain leads to.

    Raises:
        TooLarge, BadStampForm: request or answer is not of its form.
        StampNotGranted: the authority declined.
        BadStamp: it does not hold; ``why`` says of which of the four.
    """
    asked = _parse_request(request)
    given = _parse_answer(answer)
    if given.status != _GRANTED:
        raise StampNotGranted(int(given.status))
    try:
        told = given.tst_info
        imprint, nonce, stated, serial = told.message_imprint, told.nonce, told.gen_time, told.serial_number
        accuracy = _accuracy(told)
    except ValueError as error:
        raise BadStampForm("stamp", "no stamp in the answer") from error
    expected = hashlib.sha256(octets).digest()
    for shown in (asked.message_imprint, imprint):  # 1
        if shown.hash_algorithm.dotted_string != _SHA256 or shown.message != expected:
            raise BadStamp("it is over other octets")
    if asked.nonce is None or nonce != asked.nonce:  # 2
        raise BadStamp("it answers another request")
    _check_signer(given, stated)  # 3
    at = instant(stated.replace(microsecond=0) + accuracy + timedelta(seconds=bool(stated.microsecond)))
    for anchor in anchors:  # 4
        if _leads_to(anchor, given, octets, asked.nonce):
            return Stamp(at, serial, anchor.fingerprint)
    raise BadStamp("signature and chain do not lead to the authority's certificate")


def _parse_request(data: bytes) -> ForeignRequest:
    if len(data) > REQUEST_LIMIT_OCTETS:
        raise TooLarge("stamp request", len(data), REQUEST_LIMIT_OCTETS)
    try:
        found = parse_timestamp_request(data)
        written = found.as_bytes()
    except ValueError as error:
        raise BadStampForm("stamp request", "not DER") from error
    if written != data:
        raise BadStampForm("stamp request", "not canonical")
    return found


def _parse_answer(data: bytes) -> ForeignAnswer:
    if len(data) > ANSWER_LIMIT_OCTETS:
        raise TooLarge("stamp", len(data), ANSWER_LIMIT_OCTETS)
    try:
        return parse_timestamp_response(data)
    except ValueError as error:
        raise BadStampForm("stamp", "not DER") from error


def _accuracy(told: object) -> timedelta:
    """What the authority says it may be off by, in whole seconds, rounded up; none where it says nothing."""
    given = getattr(told, "accuracy", None)
    if given is None:
        return timedelta()
    micros = (given.millis or 0) * 1000 + (given.micros or 0)
    seconds = (given.seconds or 0) + -(-micros // 1_000_000)
    if not 0 <= seconds <= _ACCURACY_LIMIT.total_seconds():
        raise BadStamp("it leaves open more than a day")
    return timedelta(seconds=seconds)


def _check_signer(given: ForeignAnswer, stated: datetime) -> None:
    """The library takes any certificate that bears the signer's issuer and number: so there must be exactly one."""
    try:
        signers = list(given.signed_data.signer_infos)
        held = [x509.load_der_x509_certificate(one) for one in given.signed_data.certificates]
        if len(signers) != 1:
            raise BadStamp("its signer's certificate does not stand in it exactly once")
        named = [
            one for one in held if one.issuer == signers[0].issuer and one.serial_number == signers[0].serial_number
        ]
        if len(named) != 1:
            raise BadStamp("its signer's certificate does not stand in it exactly once")
        usage = named[0].extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        begins, ends = named[0].not_valid_before_utc, named[0].not_valid_after_utc
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension) as error:
        raise BadStamp("its signer's certificate is not one for stamping times alone") from error
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise BadStamp("its signer's certificate is not one for stamping times alone")
    if not begins <= stated <= ends:
        raise BadStamp("its signer's certificate was not valid at the time that it states")


def _leads_to(anchor: StampAnchor, given: ForeignAnswer, octets: bytes, nonce: int) -> bool:
    root = x509.load_der_x509_certificate(anchor.der)
    verifier = VerifierBuilder(roots=[root], nonce=nonce).build()
    try:
        return verifier.verify_message(given, octets)
    except (VerificationError, ValueError):
        return False
