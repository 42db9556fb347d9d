"""The words that page and browser exchange when a passkey is made or used: base64url without padding, as JSON.

What a browser says is only taken apart here; whether it proves anything is the core's to say.
"""

from __future__ import annotations

import base64
import binascii

from musnad.core.crypto.passkey import Assertion
from musnad.core.kernel.errors import BadForm, MusnadError
from musnad.core.kernel.ijson import parse_object
from musnad.language import mark

LIMIT_OCTETS = 64 * 1024


def write_url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def parse_url64(text: object, *, what: str) -> bytes:
    """``BadForm`` for what is not base64url without padding."""
    if not isinstance(text, str) or "=" in text:
        raise BadForm(what, mark("not base64url without padding"))
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadForm(what, mark("not base64url without padding")) from error
    if write_url64(data) != text:
        raise BadForm(what, mark("not base64url without padding"))
    return data


def parse_assertion_form(text: str) -> Assertion:
    """What ``passkey.js`` put into the form after a passkey was used; ``BadForm``."""
    found = _members(text, "assertion", "authenticatorData", "clientDataJSON", "signature")
    return Assertion(found["authenticatorData"], found["clientDataJSON"], found["signature"])


def parse_registration_form(text: str) -> tuple[bytes, bytes]:
    """Client data and attestation object of a passkey that was just made; ``BadForm``."""
    found = _members(text, "registration", "clientDataJSON", "attestationObject")
    return found["clientDataJSON"], found["attestationObject"]


def _members(text: str, what: str, *names: str) -> dict[str, bytes]:
    if len(text) > LIMIT_OCTETS:
        raise BadForm(what, mark("too long"))
    try:
        found = parse_object(text.encode("utf-8"), what=what)
    except (MusnadError, UnicodeEncodeError) as error:
        raise BadForm(what, mark("nothing that a browser gave")) from error
    if set(found) != set(names):
        raise BadForm(what, mark("not exactly its members"))
    return {name: parse_url64(found[name], what=what) for name in names}
