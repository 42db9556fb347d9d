"""What can go wrong with the people of a desk."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Forbidden, Malformed


@dataclass(eq=False)
class UnknownPerson(Malformed):
    """Nobody of that name may sit at this node's desk, or they are locked."""

    code = "person.unknown"
    remedy = "List the people of this node with `musnad people list`."
    name: str


@dataclass(eq=False)
class PersonThere(Malformed):
    """Somebody of that name is there already; a name is never given twice."""

    code = "person.taken"
    remedy = "Choose another name; a person who left keeps theirs for ever."
    name: str


@dataclass(eq=False)
class OnOneself(Forbidden):
    """An administrator meant to change their own powers, or to decide about themselves."""

    code = "person.oneself"
    remedy = "Ask another administrator of this node."
    name: str


@dataclass(eq=False)
class HasWaysIn(Forbidden):
    """The person has a passkey or a code already: a new link would go past it."""

    code = "person.has-ways-in"
    remedy = "Where these are lost, open a recovery, which another administrator confirms."
    name: str


@dataclass(eq=False)
class TwoPseudonyms(Malformed):
    """One person was to have two pseudonyms of one authority, and so be two of its officers."""

    code = "person.two-pseudonyms"
    remedy = "Leave one pseudonym of each authority."
    name: str
    authority: str


@dataclass(eq=False)
class PseudonymTaken(Malformed):
    """Another person has this pseudonym already."""

    code = "person.pseudonym-taken"
    remedy = "Take it from that person first, or choose another pseudonym of the roster."
    officer: str
    holder: str


@dataclass(eq=False)
class SamePerson(Forbidden):
    """A person who has approved as one officer meant to approve the same as another."""

    code = "approval.same-person"
    remedy = "Let another person approve, who is the other officer."
    officer: str


@dataclass(eq=False)
class NotApart(Forbidden):
    """The administrator who asked and the one who confirms are one, or somebody let one or both of them in."""

    code = "person.not-apart"
    remedy = (
        "Ask an administrator who let neither in nor was let in by either; `musnad people add` at the terminal makes "
        "one."
    )
    name: str


@dataclass(eq=False)
class NoProposal(Malformed):
    """Nothing of that number waits for a second administrator: it was decided, replaced or is over."""

    code = "person.no-proposal"
    remedy = "Look among the people what waits now; what is over is asked for again."
    number: int


@dataclass(eq=False)
class NoRecovery(Malformed):
    """No recovery of this person waits for this administrator: none was opened, it is over, or it was theirs."""

    code = "person.no-recovery"
    remedy = "Two administrators recover a person: one opens, another confirms within a day."
    name: str


@dataclass(eq=False)
class PasskeyRefused(Forbidden):
    """What the browser brought is no passkey that was asked for here, now, with its holder verified."""

    code = "person.passkey-refused"
    remedy = "Begin again on a fresh page; the passkey must ask for its holder's PIN or finger."


@dataclass(eq=False)
class SecondWayRefused(Malformed):
    """The second way in was not set up: the password or the code does not do."""

    code = "person.second-way"
    remedy = "Choose a password of at least 14 characters that nobody would guess, and type the code that is shown now."


@dataclass(eq=False)
class WrongPresentPassword(Forbidden):
    """Who changes their password typed another than the present one, or tried too often."""

    code = "person.present-password"
    remedy = "Type it again; where it is forgotten, remove password and code from your ways in, then set them anew."


@dataclass(eq=False)
class LastWayIn(Forbidden):
    """The last way in cannot be removed."""

    code = "person.last-way-in"
    remedy = "Add another passkey first."


@dataclass(eq=False)
class NoVoiceInCase(Forbidden):
    """Who says who may see a case is of an authority that has part in it, or administers this node."""

    code = "circle.no-voice"
    remedy = "Ask somebody of an authority that has part in the case, or an administrator."
    name: str


@dataclass(eq=False)
class OutsideOwnCircle(Malformed):
    """Who closes a case to a circle stands in it; otherwise nobody at work could open it again."""

    code = "circle.without-you"
    remedy = "Put yourself into the circle, or ask an administrator to set it."
