"""The watch: who is on call at which authority, what rings, and how one shift is handed to the next.

1. A shift runs from its start until its end, exclusive, or until it was handed over. 2. A hand-over is offered by who
is on call and ends their shift only when the other takes it over: the watch is never nobody's by a click. 3. What
escalates rings once a level: at first for who is on call at the authority that it is for, and nobody else; from the
second level on for every duty officer too; where nobody is on call there, for every duty officer at once. Of a case
that only some may see it rings for those alone. 4. A ring goes on until somebody at the desk has acknowledged it;
``musnad.people.ringing`` ends it once nothing escalates any more, and rings again what was left at its last level.
5. What was planned by mistake is given to another, or cancelled before it begins. Everything that plans takes an
authority's turn first (``Plan``), so that no two shifts of it ever meet.

A message that rings says no more than that something waits: no case, no State, no measure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from django.db import models, transaction

from musnad.core.kernel.errors import BadForm, MusnadError
from musnad.core.kernel.names import AuthorityId, CaseRef
from musnad.language import mark
from musnad.people.knowing import may_see
from musnad.people.models import Circle, Person
from musnad.people.powers import Power, Role
from musnad.records.at_rest import RestKey

if TYPE_CHECKING:
    Text = models.CharField[str, str]
    Flag = models.BooleanField[bool, bool]
    Number = models.IntegerField[int, int]
    Octets = models.BinaryField[bytes, bytes | memoryview]
    Moment = models.DateTimeField[datetime, datetime]
    MaybeMoment = models.DateTimeField[datetime | None, datetime | None]
    Someone = models.ForeignKey[Person, Person]
    MaybeSomeone = models.ForeignKey[Person | None, Person | None]

LONGEST_SHIFT = timedelta(hours=72)
RING_AGAIN = timedelta(minutes=5)
NOTE_LIMIT = 4000
GONE_ON = mark("This shift is over, or somebody else holds it by now.")
_TABLE = "people-shift-note"


class Shift(models.Model):
    """``to`` is whom it was offered to; ``ended_at`` is set when they took it over. The note rests closed."""

    authority: Text = models.CharField(max_length=80)
    person: Someone = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shifts")
    starts: Moment = models.DateTimeField()
    ends: Moment = models.DateTimeField()
    to: MaybeSomeone = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    note: Octets = models.BinaryField(default=b"")
    ended_at: MaybeMoment = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["authority", "ends"], name="people_shift_now")]

    def __str__(self) -> str:
        return f"shift {self.pk}"


class Plan(models.Model):
    """An authority's plan; whoever changes it takes its turn, and others wait until they have done so."""

    authority: Text = models.CharField(max_length=80, unique=True)
    turn: Number = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"plan {self.pk}"


class Ring(models.Model):
    """Something that rings at one level, for an authority of this node; empty where none is concerned more than others.

    ``subject`` tells apart what escalates in one case. ``tried_at`` is when its messages were last sent, or could not
    be. Acknowledged by nobody: a later level rings in its place, or nothing escalates any more (``over``). ``again``
    is how often it rang anew after it was acknowledged.
    """

    case: Text = models.CharField(max_length=64)
    what: Text = models.CharField(max_length=40)
    subject: Text = models.CharField(max_length=64, default="")
    level: Number = models.IntegerField()
    over: Flag = models.BooleanField(default=False)
    again: Number = models.IntegerField(default=0)
    authority: Text = models.CharField(max_length=80, default="")
    since: Moment = models.DateTimeField()
    tried_at: MaybeMoment = models.DateTimeField(null=True)
    sent: Number = models.IntegerField(default=0)
    failed: Text = models.CharField(max_length=64, default="")
    acknowledged_by: MaybeSomeone = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_at: MaybeMoment = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "what", "subject", "level"], name="people_ring_once")
        ]

    def __str__(self) -> str:
        return f"ring {self.pk}"


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who holds the watch of an authority now; ``note`` is what the shift before left."""

    authority: AuthorityId
    shift: Shift
    note: str


@dataclass(frozen=True, slots=True)
class Rung:
    """Whom a ring is for. ``why``: who is on call there; nobody is; it rang at another level and went on; who is on
    call there may not see the case, so that it rings for those of its circle; or nobody is left who may answer it."""

    people: tuple[Person, ...]
    why: Literal["on-call", "nobody-on-call", "again", "circle", "nobody"]


Send = Callable[[str, str], None]
"""Sends a message that something waits: to an address, in a language; errors are ``MusnadError``."""


def plan(authority: AuthorityId, person: Person, starts: datetime, ends: datetime) -> Shift:
    """A shift to come. ``BadForm``: it ends before it starts, is too long, or meets another of that authority."""
    if not starts < ends <= starts + LONGEST_SHIFT:
        raise BadForm("shift", mark("A shift ends after it starts, and within three days."))
    with _turn(authority):
        if Shift.objects.filter(authority=authority, ended_at=None, starts__lt=ends, ends__gt=starts).exists():
            raise BadForm("shift", mark("Another shift of this authority meets it."))
        return Shift.objects.create(authority=authority, person=person, starts=starts, ends=ends)


def give(shift: Shift, to: Person, now: datetime) -> Shift:
    """Put another in the place of who was planned; of a shift that runs, for the rest of it. ``BadForm``."""
    if to.pk == shift.person.pk or not to.is_active:
        raise BadForm("to", mark("This colleague cannot take the watch over."))
    with _turn(shift.authority):
        standing = Shift.objects.filter(pk=shift.pk, person=shift.person, ended_at=None, ends__gt=now)
        if standing.filter(starts__gt=now).update(person=to, to=None, note=b""):
            return Shift.objects.select_related("person").get(pk=shift.pk)
        if not standing.update(ended_at=now):
            raise BadForm("shift", GONE_ON)
        return Shift.objects.create(authority=shift.authority, person=to, starts=now, ends=shift.ends)


def cancel(shift: Shift, now: datetime) -> None:
    """Take a shift that has not begun out of the plan. ``BadForm``: it runs, so that it can only be given."""
    with _turn(shift.authority):
        coming = Shift.objects.filter(pk=shift.pk, person=shift.person, ended_at=None, starts__gt=now)
        if not coming.update(ended_at=now):
            raise BadForm("shift", mark("This shift has begun, was given to another, or stands in the plan no more."))


def on_call(authority: AuthorityId, now: datetime, key: RestKey) -> OnCall | None:
    """Who is on call there now; ``None`` where nobody is."""
    shift = _standing(authority, now)
    if shift is None:
        return None
    before = Shift.objects.filter(authority=authority, to=shift.person, ended_at=shift.starts).last()
    return OnCall(authority, shift, "" if before is None else read_note(before, key))


def offer(shift: Shift, to: Person, note: str, *, key: RestKey) -> None:
    """Offer the watch to a colleague, with a note; it stays with who has it until the colleague takes it over.

    ``BadForm``, too, where somebody else holds it by now.
    """
    if to.pk == shift.person.pk or not to.is_active:
        raise BadForm("to", mark("This colleague cannot take the watch over."))
    if len(note) > NOTE_LIMIT:
        raise BadForm("note", mark("The note is longer than 4000 characters."))
    closed = key.close(_TABLE, str(shift.pk), note.encode("utf-8"))
    with _turn(shift.authority):
        held = Shift.objects.filter(pk=shift.pk, person=shift.person, ended_at=None)
        if not held.update(to=to, note=closed):
            raise BadForm("shift", GONE_ON)


def take_over(shift: Shift, person: Person, now: datetime) -> Shift:
    """End the offered shift now and begin one's own, until the same end; ``BadForm`` where it was not offered."""
    with _turn(shift.authority):
        offered = Shift.objects.filter(pk=shift.pk, to=person, ended_at=None, ends__gt=now)
        if not offered.update(ended_at=now):
            raise BadForm("shift", mark("The watch is not offered to you any more, or is over."))
        return Shift.objects.create(authority=shift.authority, person=person, starts=now, ends=shift.ends)


def read_note(shift: Shift, key: RestKey) -> str:
    """What was left at the hand-over; empty where nothing was."""
    return key.open(_TABLE, str(shift.pk), bytes(shift.note)).decode("utf-8") if shift.note else ""


def begin_rings(
    escalated: Iterable[tuple[CaseRef, str, int, AuthorityId | None]], now: datetime, subject: str = ""
) -> int:
    """Keep a ring for each escalation, once a level; how many are new. A new one takes the place of those before it.

    The last of the four is the authority of this node that it rings for.
    """
    new = 0
    for case, what, level, authority in escalated:
        given = {"since": now, "authority": authority or ""}
        one, made = Ring.objects.get_or_create(case=case, what=what, subject=subject, level=level, defaults=given)
        if made:
            new += 1
            before = Ring.objects.filter(case=case, what=what, subject=subject, acknowledged_at=None)
            before.exclude(pk=one.pk).update(acknowledged_at=now)
    return new


def ring(send: Send, now: datetime) -> int:
    """Send what rings and was not acknowledged, and not tried in the last minutes; how many messages went out."""
    due = Ring.objects.filter(acknowledged_at=None).exclude(tried_at__gt=now - RING_AGAIN).order_by("since")
    sent = 0
    for one in due:
        claimed = Ring.objects.filter(pk=one.pk, acknowledged_at=None, tried_at=one.tried_at).update(tried_at=now)
        if not claimed:  # another worker rings it
            continue
        reached, failed = 0, ""
        for person in rung(one, now).people:
            if not person.email:
                continue
            try:
                send(person.email, person.language)
                reached += 1
            except MusnadError as error:
                failed = error.code
        Ring.objects.filter(pk=one.pk).update(sent=models.F("sent") + reached, failed=failed)
        sent += reached
    return sent


def rings() -> tuple[Ring, ...]:
    """What rings now, the oldest first."""
    return tuple(Ring.objects.filter(acknowledged_at=None).order_by("since"))


def unheard(now: datetime) -> int:
    """How much rings for nobody: no one who may answer sees the case."""
    return sum(not rung(one, now).people for one in rings())


def acknowledge(number: int, person: Person, now: datetime) -> bool:
    """Silence a ring; whether it rang."""
    found = Ring.objects.filter(pk=number, acknowledged_at=None)
    return bool(found.update(acknowledged_by=person, acknowledged_at=now))


def _standing(authority: str, now: datetime) -> Shift | None:
    shifts = Shift.objects.select_related("person", "to").filter(authority=authority, ended_at=None)
    return shifts.filter(starts__lte=now, ends__gt=now).first()


def rung(one: Ring, now: datetime) -> Rung:
    """Whom a ring is for now, and why: nobody who may not see its case, nor who may not answer."""
    standing = Shift.objects.filter(ended_at=None, starts__lte=now, ends__gt=now)
    if one.authority:
        standing = standing.filter(authority=one.authority)
    watch, case = set(standing.values_list("person", flat=True)), CaseRef(one.case)
    everybody = Person.objects.filter(is_active=True).order_by("name")
    able = [person for person in everybody if person.seat.may(Power.ANSWER) and may_see(person.seat, case)]
    holding = tuple(person for person in able if person.pk in watch)
    before = Ring.objects.filter(case=one.case, what=one.what, subject=one.subject, pk__lt=one.pk)
    goes_on = one.again > 0 or before.exists()
    if holding and not goes_on:
        return Rung(holding, "on-call")
    circle = set(Circle.objects.filter(case=case).values_list("person", flat=True))
    inside = tuple(person for person in able if person.pk in circle)
    if inside and watch and not holding:
        return Rung(inside, "circle")
    officers = tuple(person for person in able if person.pk in watch or Role.DUTY_OFFICER.value in person.roles)
    if officers:
        return Rung(officers, "again" if holding or goes_on else "nobody-on-call")
    return Rung(inside, "circle") if inside else Rung((), "nobody")


@contextmanager
def _turn(authority: str) -> Iterator[None]:
    """Alone with an authority's plan, in one transaction: who comes second waits, and then sees what the first did.

    By a row that is written, since a lock on the shifts that are there keeps nobody from adding one.
    """
    Plan.objects.get_or_create(authority=authority)
    with transaction.atomic():
        Plan.objects.filter(authority=authority).update(turn=models.F("turn") + 1)
        yield
