"""The one family of errors, ordered by who must act.

A leaf is a dataclass with a stable dotted ``code``; its fields are facts (not frozen: the interpreter sets tracebacks
on it). It carries no HTTP status, no exit code and no translated sentence: the doors map a code to those.
``docs/errors.md`` is made from these classes: the docstring's first line is the meaning, ``remedy`` is what to do. No
two leaves share a code.

A lawful refusal is not an error: it is a signed message.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

_LEAVES: dict[str, type[MusnadError]] = {}


@dataclass(eq=False)
class MusnadError(Exception):
    """The root; never raised itself."""

    code: ClassVar[str] = ""
    remedy: ClassVar[str] = ""
    who_acts: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        code = cls.__dict__.get("code", "")
        if not code:
            return
        known = _LEAVES.get(code)
        if known is not None and known.__qualname__ != cls.__qualname__:
            raise TypeError(f"error code {code!r} is taken by {known.__qualname__}")
        _LEAVES[code] = cls

    def facts(self) -> dict[str, str | int]:
        """The typed fields by name, for a door to build its sentence from."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts().items())
        return f"{self.code}: {told}" if told else self.code


@dataclass(eq=False)
class Malformed(MusnadError):
    """The bytes or values are not of the form that the protocol or the command takes."""

    who_acts = "sender"


@dataclass(eq=False)
class Untrusted(MusnadError):
    """The form is right, but a signature, key, chain or proof does not hold."""

    who_acts = "sender"


@dataclass(eq=False)
class Forbidden(MusnadError):
    """This officer or authority may not do this."""

    who_acts = "officer"


@dataclass(eq=False)
class Unavailable(MusnadError):
    """Something needed is missing or out of reach now; try again later."""

    who_acts = "operator"


@dataclass(eq=False)
class Corrupt(MusnadError):
    """Our own bytes fail their digest: stop, and tell oversight."""

    who_acts = "oversight"


BRANCHES: tuple[type[MusnadError], ...] = (Malformed, Untrusted, Forbidden, Unavailable, Corrupt)


def leaves() -> tuple[type[MusnadError], ...]:
    """Every error that has been imported, by code; what docs/errors.md is made from."""
    return tuple(_LEAVES[code] for code in sorted(_LEAVES))


@dataclass(eq=False)
class BadForm(Malformed):
    """A value is not of the form that its place takes."""

    code = "form.invalid"
    remedy = "Correct the named field and send again."
    what: str
    why: str


@dataclass(eq=False)
class TooLarge(Malformed):
    """A thing is larger than its limit, in octets."""

    code = "form.too-large"
    remedy = "Send large things as exhibits; shorten the message."
    what: str
    size_octets: int
    limit_octets: int


@dataclass(eq=False)
class NotJson(Malformed):
    """The bytes are not I-JSON (RFC 7493): UTF-8, no repeated name, no float, bounded depth."""

    code = "form.not-ijson"
    remedy = "Write I-JSON as docs/protocol.md says."
    what: str
    why: str
