"""What can be wrong with the directory, or with what somebody asks of it."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Forbidden, Malformed, Unavailable, Untrusted


@dataclass(eq=False)
class BadEntry(Malformed):
    """A Party's entry in the directory is not of the form that the protocol takes."""

    code = "directory.entry-invalid"
    remedy = "The Party corrects the named member, signs its entry again and hands it to the Registrar."
    member: str
    why: str


@dataclass(eq=False)
class BadDirectory(Untrusted):
    """A file of the directory is missing, altered, not signed as it must be, or does not belong to the set."""

    code = "directory.invalid"
    remedy = "Keep working on the last verified set; ask the Registrar, and the Party named, what happened."
    why: str
    file: str


@dataclass(eq=False)
class ForeignRoot(Untrusted):
    """The trust anchor is none of the root files that this directory carries."""

    code = "directory.foreign-root"
    remedy = "Obtain the directory's root from its Registrar by a way of your own, and compare the fingerprints."
    fingerprint: str


@dataclass(eq=False)
class DirectoryRollback(Untrusted):
    """Someone offers an older version of a directory file than the one already verified."""

    code = "directory.rollback"
    remedy = "Do not use it; the last verified set stays in use. Ask the Registrar who serves old files."
    file: str


@dataclass(eq=False)
class DirectoryExpired(Unavailable):
    """A file of the directory is past its expiry, and past the days of grace where some are given."""

    code = "directory.expired"
    remedy = "Fetch the directory again; if the Registrar or the Party is silent, agree on another root or entry."
    file: str


@dataclass(eq=False)
class UnknownParty(Untrusted):
    """The directory lists no such Party."""

    code = "directory.unknown-party"
    remedy = "Fetch the directory again; check the Party's code."
    party: str


@dataclass(eq=False)
class UnknownAuthority(Untrusted):
    """The Party's entry names no such authority."""

    code = "directory.unknown-authority"
    remedy = "Fetch the directory again; check the authority's name."
    authority: str


@dataclass(eq=False)
class UnknownOfficer(Untrusted):
    """The authority's roster names no such officer."""

    code = "directory.unknown-officer"
    remedy = "The authority adds the officer to its signed roster and publishes it."
    officer: str


@dataclass(eq=False)
class UnknownKey(Untrusted):
    """None of the keys that signed is one that the directory gives to this authority or officer."""

    code = "directory.unknown-key"
    remedy = "Fetch the directory again; if the key is still unknown, call the sender's other contact."
    owner: str


@dataclass(eq=False)
class RetiredKey(Untrusted):
    """The key is known, but it was not valid at that time: retired already, or not yet in use."""

    code = "directory.retired-key"
    remedy = "The sender signs again with a key that is valid now, or the wrapping key is renewed and published."
    owner: str
    at: str


@dataclass(eq=False)
class OfficerMayNot(Forbidden):
    """The roster does not allow this officer this act."""

    code = "directory.officer-may-not"
    remedy = "Ask an officer whose roster entry names the act, or have the authority publish a new roster."
    officer: str
    act: str
