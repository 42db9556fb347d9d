"""Who acted in a case: each Party's authorities, and of each the officers' pseudonyms with what they did."""

from __future__ import annotations

from dataclasses import dataclass, field

from musnad.core.kernel.names import AuthorityId, OfficerName, PartyCode, authority_of
from musnad.exchange.reading.values import AuthorityView, CaseView, PartyView


@dataclass
class Officer:
    """A pseudonym. ``said`` counts the steps that it speaks in, ``acts`` how often it approved what."""

    name: OfficerName
    said: int = 0
    acts: dict[str, int] = field(default_factory=dict)


@dataclass
class Office:
    """An authority: how many steps it said and was told, and its officers. ``asks`` and ``asked`` by the requests."""

    authority: AuthorityView
    asks: bool = False
    asked: bool = False
    said: int = 0
    told: int = 0
    officers: dict[OfficerName, Officer] = field(default_factory=dict)

    @property
    def people(self) -> tuple[Officer, ...]:
        return tuple(self.officers[one] for one in sorted(self.officers))


@dataclass(frozen=True, slots=True)
class Side:
    party: PartyView
    offices: tuple[Office, ...]


def sides_of(case: CaseView) -> tuple[Side, ...]:
    """Both sides, or all, in the order of the case's Parties; a Party of which nobody acted stands without offices."""
    offices: dict[AuthorityId, Office] = {}

    def office(one: AuthorityView) -> Office:
        return offices.setdefault(one.id, Office(one))

    def officer(name: OfficerName) -> Officer | None:
        held = offices.get(authority_of(name))
        return held.officers.setdefault(name, Officer(name)) if held is not None else None

    for request in case.requests:
        office(request.asker).asks = True
        for one in request.asked:
            office(one).asked = True
    for step in case.timeline:
        office(step.author).said += 1
        for one in step.to:
            if one.id != step.author.id:
                office(one).told += 1
        if step.officer is not None and (speaker := officer(step.officer)) is not None:
            speaker.said += 1
        for given in step.trust.approvals:
            if (approver := officer(given.officer)) is not None:
                approver.acts[given.act] = approver.acts.get(given.act, 0) + 1
    by_party: dict[PartyCode, list[Office]] = {}
    for held in offices.values():
        by_party.setdefault(held.authority.party.code, []).append(held)
    known = [one.code for one in case.parties]
    parties = {one.code: one for one in case.parties} | {
        code: held[0].authority.party for code, held in by_party.items() if code not in known
    }
    return tuple(Side(party, tuple(by_party.get(code, ()))) for code, party in parties.items())
