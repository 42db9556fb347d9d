"""Passkeys on their way into a roster: what an officer made, who has approved it, and what became of it.

A row holds the statement with its signatures, all of it public: a key, a pseudonym, who vouches. What makes it good is
judged each time it is read, by the roster of today (``exchange.enrolling``). Two who approve at once lose nothing: a
signature is written over no other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from django.db import models

from musnad.core.directory.enrolment import Enrolment
from musnad.core.kernel.names import Digest, MessageId, OfficerName
from musnad.exchange.audit import note
from musnad.exchange.composing import Officer
from musnad.exchange.enrolling import (
    UnknownEnrolment,
    Waits,
    approve,
    approve_by_passkey,
    read_waiting,
    state,
)
from musnad.exchange.ports import Ports

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from musnad.core.crypto.passkey import Assertion

    Text = models.CharField[str, str]
    Number = models.IntegerField[int, int]
    Octets = models.BinaryField[bytes, bytes | memoryview]
    Moment = models.DateTimeField[datetime, datetime]

Progress = Literal["waits", "signed", "withdrawn"]


class EnrolmentRow(models.Model):
    """``progress`` is a ``Progress``, ``roster`` the SHA-256 of the roster that took it up; ``revision`` counts."""

    id: Text = models.CharField(max_length=64, primary_key=True)
    officer: Text = models.CharField(max_length=200)
    person: Number = models.IntegerField()
    made_at: Moment = models.DateTimeField()
    progress: Text = models.CharField(max_length=12, default="waits")
    roster: Text = models.CharField(max_length=64, default="")
    revision: Number = models.IntegerField(default=0)
    signed: Octets = models.BinaryField()

    def __str__(self) -> str:
        return f"enrolment {self.pk}"


@dataclass(frozen=True, slots=True)
class Kept:
    """An enrolment as it is kept; ``roster`` once the authority has signed one with it."""

    waits: Waits
    progress: Progress
    person: int
    roster: Digest | None
    revision: int

    @property
    def id(self) -> MessageId:
        return self.waits.id

    @property
    def enrolment(self) -> Enrolment:
        return self.waits.enrolment


def begin(ports: Ports, enrolment: Enrolment, person: int, *, by: str) -> Kept:
    """Keep a new one, which waits for two other officers; said again, it is the same.

    Raises ``NotHosted`` where the authority is not of this node.
    """
    waits = state(ports, enrolment)
    about = {"enrolment": waits.id, "officer": enrolment.officer, "key": enrolment.key_id}
    note(ports, "enrolment-begun", by=by, about=about, authority=enrolment.authority)
    EnrolmentRow.objects.get_or_create(
        pk=waits.id,
        defaults={
            "officer": enrolment.officer,
            "person": person,
            "made_at": enrolment.at,
            "signed": waits.dsse.write(),
        },
    )
    return read(ports, waits.id)


def read(ports: Ports, enrolment: MessageId) -> Kept:
    """What is kept under that name; ``UnknownEnrolment``."""
    row = EnrolmentRow.objects.filter(pk=enrolment).first()
    if row is None:
        raise UnknownEnrolment(enrolment)
    return _kept(ports, row)


def every(ports: Ports) -> tuple[Kept, ...]:
    """Every one that was not withdrawn, the newest first."""
    rows = EnrolmentRow.objects.exclude(progress="withdrawn").order_by("-made_at", "pk")
    return tuple(_kept(ports, one) for one in rows)


def approve_with_key(ports: Ports, enrolment: MessageId, officer: Officer) -> Kept:
    """An officer's approval by key file; errors as ``exchange.enrolling``, and ``UnknownEnrolment``."""
    return _add(ports, enrolment, lambda waits: approve(ports, waits, officer), officer.name)


def approve_with_passkey(ports: Ports, enrolment: MessageId, officer: OfficerName, given: Assertion) -> Kept:
    """An officer's approval by passkey; errors as ``approve_with_key``."""
    return _add(ports, enrolment, lambda waits: approve_by_passkey(ports, waits, officer, given), officer)


def withdraw(ports: Ports, enrolment: MessageId, *, by: str) -> None:
    """Give up what no roster has taken up; ``UnknownEnrolment`` for any other."""
    kept = read(ports, enrolment)
    about = {"enrolment": enrolment, "officer": kept.enrolment.officer, "key": kept.enrolment.key_id}
    if not EnrolmentRow.objects.filter(pk=enrolment, progress="waits").update(progress="withdrawn"):
        raise UnknownEnrolment(enrolment)
    note(ports, "enrolment-withdrawn", by=by, about=about, authority=kept.enrolment.authority)


def mark_signed(ports: Ports, enrolment: MessageId, roster: Digest) -> Kept:
    """The authority has signed a roster that takes it up."""
    EnrolmentRow.objects.filter(pk=enrolment, progress="waits").update(progress="signed", roster=roster)
    return read(ports, enrolment)


def _add(ports: Ports, enrolment: MessageId, sign: Callable[[Waits], Waits], officer: OfficerName) -> Kept:
    """Read, sign, and write only over what was read; where somebody was quicker, again."""
    while True:
        kept = read(ports, enrolment)
        if kept.progress != "waits":
            raise UnknownEnrolment(enrolment)
        signed = sign(kept.waits)
        if signed.dsse == kept.waits.dsse:
            return kept
        rows = EnrolmentRow.objects.filter(pk=enrolment, revision=kept.revision, progress="waits")
        if rows.update(signed=signed.dsse.write(), revision=kept.revision + 1):
            about = {"enrolment": enrolment, "officer": kept.enrolment.officer, "key": kept.enrolment.key_id}
            note(ports, "enrolment-approved", by=officer, about=about, authority=kept.enrolment.authority)
            return replace(kept, waits=signed, revision=kept.revision + 1)


def _kept(ports: Ports, row: EnrolmentRow) -> Kept:
    waits = read_waiting(ports, bytes(row.signed))
    progress: Progress = (
        "signed" if row.progress == "signed" else "withdrawn" if row.progress == "withdrawn" else "waits"
    )
    return Kept(waits, progress, row.person, Digest(row.roster) if row.roster else None, row.revision)
