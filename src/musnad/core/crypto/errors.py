"""What can be wrong with a key or a signature."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Malformed, Unavailable, Untrusted


@dataclass(eq=False)
class BadKey(Malformed):
    """A key's bytes are not of its kind."""

    code = "key.invalid"
    remedy = "Publish the key again as docs/protocol.md says."
    what: str


@dataclass(eq=False)
class BadSignature(Untrusted):
    """A signature does not verify under the key that it names."""

    code = "signature.invalid"
    remedy = "Ask the sender to sign and send again; if it repeats, call the sender's other contact."
    what: str


@dataclass(eq=False)
class BadAssertion(Untrusted):
    """A passkey's signature is not one over this, by its verified holder, at an address that the roster lists."""

    code = "signature.passkey-invalid"
    remedy = "Sign again with the enrolled passkey, at the desk's own address, and give the PIN, finger or face."
    what: str
    why: str


@dataclass(eq=False)
class BadRegistration(Untrusted):
    """What the authenticator made is no passkey that may stand in a roster."""

    code = "passkey.not-accepted"
    remedy = "Make it again at the desk's own address, on a security key or a device that does not copy it elsewhere."
    why: str


@dataclass(eq=False)
class CannotDecrypt(Untrusted):
    """The ciphertext was altered, or closed for another key or context."""

    code = "ciphertext.invalid"
    remedy = "Fetch or ask for it again; if it repeats, the sender used another key or the bytes were changed."
    what: str


@dataclass(eq=False)
class BadStampForm(Malformed):
    """The bytes are not a time stamp, a request for one, or an authority's certificate (RFC 3161, RFC 5280)."""

    code = "stamp.malformed"
    remedy = "Ask the stamp authority again; if it repeats, tell its operator."
    what: str
    why: str


@dataclass(eq=False)
class BadStamp(Untrusted):
    """A time stamp does not hold: it is of other octets, answers another request, or its chain leads elsewhere."""

    code = "stamp.invalid"
    remedy = "Do not rely on it; compare the authority's certificate, and ask the authority again."
    why: str


@dataclass(eq=False)
class StampNotGranted(Unavailable):
    """The stamp authority declined to give a stamp."""

    code = "stamp.not-granted"
    remedy = "It is asked again by itself; if it repeats, ask the authority why."
    status: int
