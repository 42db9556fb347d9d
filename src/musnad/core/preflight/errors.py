"""What can be wrong with the pre-flight's own data, or with a question put to it."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Malformed


@dataclass(eq=False)
class BadPractice(Malformed):
    """The file of rules of practice is not of its form."""

    code = "preflight.bad-practice"
    remedy = "Correct the file at the place named; docs/law-profiles.md explains every entry."
    file: str
    place: str
    why: str


@dataclass(eq=False)
class FieldTooLarge(Malformed):
    """A draft is larger than is ever read, and it is this field that makes it so."""

    code = "preflight.field-too-large"
    remedy = "Shorten the field, ask in several requests, or send what it holds as an exhibit."
    what: str
    field: str
    limit: int


@dataclass(eq=False)
class UnknownOffence(Malformed):
    """The question names an offence, or a class of offences, that the treaty data does not hold."""

    code = "preflight.unknown-offence"
    remedy = "Name an offence or class of the treaty, as `musnad law gap` lists them."
    offence: str


@dataclass(eq=False)
class UnknownBasis(Malformed):
    """The question names a legal basis that the treaty data does not hold."""

    code = "preflight.unknown-basis"
    remedy = "Name one of the legal bases of the treaty data, such as reciprocity."
    basis: str
