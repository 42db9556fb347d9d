"""Who may say that a passkey belongs into a roster: two other officers of the authority, by signature.

1. An approver is an officer of the same authority, and not the one whom the change is for. 2. Today's roster lets the
approver do everything that is granted, with the key that signs: nobody grants more than he has. 3. The signature is
over the canonical statement, with its own payload type; by key file or by passkey alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from musnad.core.crypto.dsse import Dsse, pae, parse_dsse
from musnad.core.crypto.passkey import Assertion
from musnad.core.crypto.signing import Signature
from musnad.core.directory.enrolment import APPROVERS, ENROLMENT_TYPE, Enrolment, parse_enrolment, write_enrolment
from musnad.core.directory.entry import Officer as Listed
from musnad.core.directory.errors import UnknownOfficer
from musnad.core.kernel.errors import Forbidden, Malformed, MusnadError
from musnad.core.kernel.names import MessageId, OfficerName, authority_of
from musnad.exchange.composing import Officer
from musnad.exchange.errors import NotHosted, WrongOfficer
from musnad.exchange.ports import Ports


@dataclass(eq=False)
class OwnEnrolment(Forbidden):
    """An officer approves a change of his own entry."""

    code = "enrolment.own"
    remedy = "Ask two other officers of the authority; nobody enrols himself."
    officer: str


@dataclass(eq=False)
class EnrolmentNotApproved(Forbidden):
    """Fewer officers than asked for have approved."""

    code = "enrolment.not-approved"
    remedy = "Ask another officer of the authority to approve it, at the desk or with `musnad roster approve`."
    approved: int
    asked: int


@dataclass(eq=False)
class UnknownEnrolment(Malformed):
    """There is no such enrolment, or it is over."""

    code = "enrolment.unknown"
    remedy = "List enrolments with `musnad roster list`; what was withdrawn is gone."
    enrolment: str


@dataclass(frozen=True, slots=True)
class Waits:
    """An enrolment with the signatures so far. ``approved`` are officers whose signature holds today."""

    id: MessageId
    enrolment: Enrolment
    dsse: Dsse
    approved: tuple[OfficerName, ...]

    @property
    def lacking(self) -> int:
        return max(0, APPROVERS - len(self.approved))


def state(ports: Ports, enrolment: Enrolment) -> Waits:
    """A new enrolment, signed by nobody.

    Raises ``NotHosted`` where the authority is not of this node.
    """
    if enrolment.authority not in ports.keys.hosted:
        raise NotHosted(enrolment.authority)
    dsse = Dsse(write_enrolment(enrolment), ENROLMENT_TYPE, ())
    return Waits(MessageId(dsse.id), enrolment, dsse, ())


def read_waiting(ports: Ports, signed: bytes) -> Waits:
    """What was kept of one; its signatures are judged by the roster of today. Errors as ``parse_enrolment``."""
    dsse = parse_dsse(signed, payload_type=ENROLMENT_TYPE, what="enrolment")
    enrolment = parse_enrolment(dsse.payload)
    approved = []
    for one in dict.fromkeys(listed.name for listed in _roster(ports, enrolment)):
        try:
            _check(ports, enrolment, one, dsse)
        except MusnadError:
            continue
        approved.append(one)
    return Waits(MessageId(dsse.id), enrolment, dsse, tuple(approved))


def approve(ports: Ports, waits: Waits, officer: Officer) -> Waits:
    """Sign with a key file; errors as ``approve_by_passkey``."""
    return _taken(ports, waits, officer.name, waits.dsse.signed_also_by(officer.key))


def approve_by_passkey(ports: Ports, waits: Waits, officer: OfficerName, given: Assertion) -> Waits:
    """Take an officer's assertion over ``challenge``; nothing is kept here.

    Raises:
        OwnEnrolment, WrongOfficer, UnknownOfficer: 1. UnknownKey, RetiredKey, OfficerMayNot: 2.
        BadSignature, BadAssertion: 3.
    """
    keys = [one for one in _roster(ports, waits.enrolment) if one.name == officer]
    if not keys:
        raise UnknownOfficer(officer)
    refusal: MusnadError | None = None
    for listed in keys:
        if len(listed.key.key.ids) != 1:
            continue
        signature = Signature(listed.key.key.ids[0], given.write())
        if signature.key_id in waits.dsse.key_ids:
            return waits
        signed = replace(waits.dsse, signatures=(*waits.dsse.signatures, signature))
        try:
            return _taken(ports, waits, officer, signed)
        except MusnadError as error:
            refusal = error
    raise refusal or WrongOfficer(officer)


def challenge(waits: Waits) -> bytes:
    """The octets that are signed; a passkey signs their SHA-256."""
    return pae(waits.dsse.payload_type, waits.dsse.payload)


def _taken(ports: Ports, waits: Waits, officer: OfficerName, signed: Dsse) -> Waits:
    _check(ports, waits.enrolment, officer, signed)
    return replace(waits, dsse=signed, approved=tuple(dict.fromkeys((*waits.approved, officer))))


def _check(ports: Ports, enrolment: Enrolment, officer: OfficerName, dsse: Dsse) -> None:
    """Rules 1 to 3, for one officer."""
    if officer == enrolment.officer:
        raise OwnEnrolment(officer)
    if authority_of(officer) != enrolment.authority:
        raise WrongOfficer(officer)
    directory, now = ports.directories.current(), ports.clock.now()
    for act in enrolment.acts:
        key = directory.officer_key(officer, act, dsse.key_ids, now)
        dsse.verify(key, what=f"enrolment by {officer}")


def _roster(ports: Ports, enrolment: Enrolment) -> tuple[Listed, ...]:
    return ports.directories.current().authority(enrolment.authority).officers
