"""The second way in: a password together with a code of this half minute (TOTP), never one without the other.

The secret rests under the node's storage key; a code opens once, and none older than the last that did.
"""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from musnad.core.kernel.times import Instant
from musnad.exchange.audit import note
from musnad.exchange.ports import Ports
from musnad.people.counting import times_in_window
from musnad.people.errors import SecondWayRefused, WrongPresentPassword
from musnad.people.models import Person
from musnad.records.at_rest import RestKey

STEP_SECONDS = 30
AROUND = (-1, 0, 1)
"""Steps before and after now that are heard too: telephones' clocks differ, and typing takes its time."""
PASSWORD_LENGTH, PASSWORD_LIMIT = 14, 128
"""The shortest and the longest; several spaces count as one. Nothing is asked of its signs."""
PRESENT_TRIES = 5
"""How often a minute somebody at the desk may try what the present password is."""
_TABLE = "way-in"


def new_secret() -> str:
    """A fresh secret of 160 bits, in base 32."""
    return str(generate_totp_secret())


def check_present(ports: Ports, person: Person, present: str) -> None:
    """Whoever changes a password knows the present one; ``WrongPresentPassword``, also where they try too often."""
    if not person.has_usable_password():
        return
    tried = times_in_window(f"present {person.name}", ports.clock.now())
    if tried > PRESENT_TRIES or not person.check_password(present):
        raise WrongPresentPassword


def set_up(ports: Ports, person: Person, password: str, secret: str, code: str, rest: RestKey) -> None:
    """Give a person this password with this secret, in place of any that they had; both or neither.

    Raises:
        SecondWayRefused: the password is short, very long or well known, or the code is not the secret's of now.
    """
    step = _step_of(secret, code, ports.clock.now(), after=0)
    if step is None:
        raise SecondWayRefused
    if len(" ".join(password.split())) < PASSWORD_LENGTH or len(password) > PASSWORD_LIMIT:
        raise SecondWayRefused
    if person.name in password.lower():
        raise SecondWayRefused
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError as error:
        raise SecondWayRefused from error
    note(ports, "way-in-added", by=person.name, about={"person": person.name, "way": "code"})
    closed = b64encode(rest.close(_TABLE, str(person.pk), secret.encode("ascii"))).decode("ascii")
    with transaction.atomic():
        Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).delete()
        Authenticator.objects.create(
            user_id=person.pk, type=Authenticator.Type.TOTP, data={"secret": closed, "step": step}
        )
        person.set_password(password)
        person.save(update_fields=["password"])


def accept(person: Person, code: str, rest: RestKey, now: Instant) -> bool:
    """Whether this is the person's code of about now, and the first time that it is heard; from then on it is not."""
    with transaction.atomic():
        found = (
            Authenticator.objects.select_for_update().filter(user_id=person.pk, type=Authenticator.Type.TOTP).first()
        )
        if found is None:
            return False
        secret = rest.open(_TABLE, str(person.pk), b64decode(found.data["secret"])).decode("ascii")
        step = _step_of(secret, code, now, after=int(found.data["step"]))
        if step is None:
            return False
        found.data["step"] = step
        found.last_used_at = now
        found.save(update_fields=["data", "last_used_at"])
        return True


def _step_of(secret: str, code: str, now: Instant, *, after: int) -> int | None:
    """The step, later than ``after``, whose code this is; ``None`` where it is none's."""
    given = "".join(code.split())
    current = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in (current + one for one in AROUND):
        same = hmac.compare_digest(format_hotp_value(hotp_value(secret, step)).encode(), given.encode())
        if same and step > after:
            found = step
    return found
