"""The envelope: a signed DSSE under a fresh AES-256-GCM key, the key wrapped to every recipient by HPKE.

Wire form, canonical JSON::

    {"version": "musnad/1",
     "recipients": [{"authority": "QA/contact-24-7", "key": KEYID, "wrap": BASE64}],
     "nonce": BASE64(12), "ciphertext": BASE64}

HPKE's ``info`` binds the label, the recipient and its key; the AEAD's associated data binds the label and the whole
list of recipients with their wraps, so that none can be added, removed or swapped. Sender, recipients, case, time and
version stand inside the signed payload; ``open_envelope`` gives bytes whose signatures the caller has yet to verify,
and ``check_recipients`` compares the outside with the signed inside (against surreptitious forwarding).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from musnad.core.crypto import aead
from musnad.core.crypto.wrapping import WRAPPED_KEY_OCTETS, UnwrappingKey, WrappingKey
from musnad.core.envelope.errors import NotForUs, RecipientsDiffer
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import BadForm, TooLarge
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import AuthorityId, Entropy, KeyId, MessageId, parse_authority, parse_digest, party_of

VERSION = "musnad/1"
ENVELOPE_LIMIT_OCTETS = 3 * 1024 * 1024
RECIPIENTS_LIMIT = 16
_MEMBERS = {"version", "recipients", "nonce", "ciphertext"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """One wrap of the envelope's key."""

    authority: AuthorityId
    key: KeyId
    wrapped: bytes

    def write(self) -> JsonObject:
        return {"authority": self.authority, "key": self.key, "wrap": write_b64(self.wrapped)}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A parsed, closed envelope."""

    recipients: tuple[Recipient, ...]
    nonce: bytes
    ciphertext: bytes

    @property
    def authorities(self) -> frozenset[AuthorityId]:
        return frozenset(recipient.authority for recipient in self.recipients)

    def write(self) -> bytes:
        return write_canonical(
            {
                "version": VERSION,
                "recipients": [recipient.write() for recipient in self.recipients],
                "nonce": write_b64(self.nonce),
                "ciphertext": write_b64(self.ciphertext),
            }
        )


def close_envelope(signed: bytes, recipients: Mapping[AuthorityId, WrappingKey], entropy: Entropy) -> Envelope:
    """Encrypt the bytes of a signed DSSE to every recipient's present key.

    Spec: docs/protocol.md, "The envelope".
    """
    if not 0 < len(recipients) <= RECIPIENTS_LIMIT:
        raise BadForm("recipients", f"not 1 to {RECIPIENTS_LIMIT}")
    key, nonce = entropy(aead.KEY_OCTETS), entropy(aead.NONCE_OCTETS)
    closed = tuple(
        Recipient(authority, public.id, public.wrap(key, info=_info(authority, public.id)))
        for authority, public in sorted(recipients.items())
    )
    return Envelope(closed, nonce, aead.encrypt(key, nonce, signed, _associated(closed)))


def parse_envelope(data: bytes) -> Envelope:
    """Any bytes give an envelope, or ``NotJson``, ``BadForm`` or ``TooLarge``."""
    found = parse_object(data, what="envelope", limit_octets=ENVELOPE_LIMIT_OCTETS)
    if set(found) != _MEMBERS or found["version"] != VERSION:
        raise BadForm("envelope", f"not exactly the members of a {VERSION} envelope")
    recipients, nonce, ciphertext = found["recipients"], found["nonce"], found["ciphertext"]
    if not isinstance(recipients, list) or not isinstance(nonce, str) or not isinstance(ciphertext, str):
        raise BadForm("envelope", "a member is of another type")
    if not 0 < len(recipients) <= RECIPIENTS_LIMIT:
        raise TooLarge("envelope recipients", len(recipients), RECIPIENTS_LIMIT)
    parsed = tuple(_recipient(entry) for entry in recipients)
    if len({recipient.authority for recipient in parsed}) != len(parsed):
        raise BadForm("envelope", "a recipient stands twice")
    return Envelope(
        parsed,
        parse_b64(nonce, what="nonce", size_octets=aead.NONCE_OCTETS),
        parse_b64(ciphertext, what="ciphertext"),
    )


def open_envelope(envelope: Envelope, keys: Mapping[AuthorityId, Sequence[UnwrappingKey]]) -> bytes:
    """The signed bytes inside, by the first key held here that the envelope is wrapped to.

    Raises:
        NotForUs: no key held here is among the recipients' keys.
        CannotDecrypt: wraps, recipients or ciphertext were changed.
    """
    for recipient in envelope.recipients:
        for key in keys.get(recipient.authority, ()):
            if key.public.id == recipient.key:
                info = _info(recipient.authority, recipient.key)
                content = key.unwrap(recipient.wrapped, info=info, what="envelope key")
                aad = _associated(envelope.recipients)
                return aead.decrypt(content, envelope.nonce, envelope.ciphertext, aad, what="envelope")
    raise NotForUs(", ".join(sorted(envelope.authorities)))


def check_recipients(envelope: Envelope, signed_recipients: Iterable[AuthorityId], message: MessageId) -> None:
    """Raise ``RecipientsDiffer`` unless the outside names the recipients that were signed and nobody else.

    Those of a whole Party may be missing: a Party without a node has no key to close anything for.
    """
    signed = frozenset(signed_recipients)
    reached = {party_of(one) for one in envelope.authorities}
    if envelope.authorities != {one for one in signed if party_of(one) in reached}:
        raise RecipientsDiffer(message)


def _recipient(entry: object) -> Recipient:
    if not isinstance(entry, dict) or set(entry) != {"authority", "key", "wrap"}:
        raise BadForm("envelope recipient", "not exactly authority, key and wrap")
    authority, key, wrapped = entry["authority"], entry["key"], entry["wrap"]
    if not isinstance(authority, str) or not isinstance(key, str) or not isinstance(wrapped, str):
        raise BadForm("envelope recipient", "a member is not text")
    return Recipient(
        parse_authority(authority),
        KeyId(parse_digest(key, what="envelope key id")),
        parse_b64(wrapped, what="envelope wrap", size_octets=WRAPPED_KEY_OCTETS),
    )


def _info(authority: AuthorityId, key: KeyId) -> bytes:
    return write_canonical({"label": f"{VERSION} envelope key", "recipient": authority, "key": key})


def _associated(recipients: tuple[Recipient, ...]) -> bytes:
    entries = [recipient.write() for recipient in recipients]
    return write_canonical({"label": f"{VERSION} envelope", "recipients": entries})
