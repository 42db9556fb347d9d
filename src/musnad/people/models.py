"""The tables of people: who they are, and who alone may see a case. What is said in cases never stands here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from musnad.core.kernel.names import OfficerName
from musnad.people.powers import Role
from musnad.people.seat import Seat

if TYPE_CHECKING:
    from datetime import datetime

    Text = models.CharField[str, str]
    Flag = models.BooleanField[bool, bool]
    Names = models.JSONField[list[str], list[str]]
    Number = models.IntegerField[int, int]
    Moment = models.DateTimeField[datetime, datetime]
    MaybeMoment = models.DateTimeField[datetime | None, datetime | None]

DIGEST_LENGTH = 64


class Persons(BaseUserManager["Person"]):
    """Makes persons; Django and allauth call it."""

    def create_user(self, name: str, password: str | None = None, **more: Any) -> Person:
        person = self.model(name=name, **more)
        if password is None:
            person.set_unusable_password()
        else:
            person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(name=username)


class Person(AbstractBaseUser):
    """Somebody who may sit here. ``officers`` are pseudonyms in the rosters; ``roles`` are ``powers.Role`` by value."""

    name: Text = models.CharField(max_length=40, unique=True)
    shown: Text = models.CharField(max_length=120)
    email: Text = models.CharField(max_length=254, blank=True, default="")
    language: Text = models.CharField(max_length=8, default="ar")
    roles: Names = models.JSONField(default=list)
    officers: Names = models.JSONField(default=list)
    is_active: Flag = models.BooleanField(default=True)
    made_at: Moment = models.DateTimeField(auto_now_add=True)
    failed_times: Number = models.IntegerField(default=0)
    locked_until: MaybeMoment = models.DateTimeField(null=True)

    objects: ClassVar[Persons] = Persons()
    USERNAME_FIELD = "name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return f"person {self.pk}"

    @property
    def seat(self) -> Seat:
        return Seat(
            person=self.pk,
            name=self.name,
            shown=self.shown,
            roles=frozenset(Role(one) for one in self.roles),
            officers=tuple(OfficerName(one) for one in self.officers),
        )


class Circle(models.Model):
    """A person who may see a case that only some may see. A case without rows is seen by all who may see cases."""

    case: Text = models.CharField(max_length=DIGEST_LENGTH)
    person: models.ForeignKey[Person, Person] = models.ForeignKey(Person, on_delete=models.CASCADE)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "person"], name="people_circle_once")]

    def __str__(self) -> str:
        return f"circle {self.pk}"


from musnad.people.drafting import WorkingDraft  # noqa: E402, F401  # a table beside its use
from musnad.people.enrolling import EnrolmentRow  # noqa: E402, F401  # the same


class Tries(models.Model):
    """How often an address tried to come in, or a person did what is counted, since less than a minute ago."""

    address: Text = models.CharField(max_length=64, unique=True)
    since: Moment = models.DateTimeField()
    times: Number = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"tries {self.pk}"


class Recovery(models.Model):
    """A person who lost every way in: one administrator opened it; it ends when another confirms it."""

    person: models.OneToOneField[Person, Person] = models.OneToOneField(Person, on_delete=models.CASCADE)
    opened_by: models.ForeignKey[Person, Person] = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="recoveries_opened"
    )
    opened_at: Moment = models.DateTimeField()

    def __str__(self) -> str:
        return f"recovery {self.pk}"


class Proposal(models.Model):
    """What one administrator asked for and another has yet to confirm: that a person is added (``person-added``), has
    these powers and no others (``powers-given``), or gets a link (``link-made``). ``name`` is the person's.
    """

    act: Text = models.CharField(max_length=20)
    name: Text = models.CharField(max_length=40)
    shown: Text = models.CharField(max_length=120, blank=True, default="")
    roles: Names = models.JSONField(default=list)
    officers: Names = models.JSONField(default=list)
    asked_by: models.ForeignKey[Person, Person] = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="proposals"
    )
    asked_at: Moment = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["act", "name"], name="people_proposal_once")]

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class Hand(models.Model):
    """An administrator who let a person in: asked for or confirmed their being added, a link or a recovery."""

    person: models.ForeignKey[Person, Person] = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="hands"
    )
    administrator: models.ForeignKey[Person, Person] = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="let_in"
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "administrator"], name="people_hand_once")]

    def __str__(self) -> str:
        return f"hand {self.pk}"
