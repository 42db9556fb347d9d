"""Full requests of the measures on property, extradition, transfers and joint work, right until a test breaks them.

``FULL_PROPERTY`` fills every field that one request can fill; where choices exclude each other, ``OTHER_CHOICES`` holds
the rest.
"""

from __future__ import annotations

from typing import Any

from musnad.core.treaty import engine
from musnad.core.treaty.findings import Finding
from tests.core.treaty.data import CONTACT, FIRST_MADE, IDENTIFIERS, TREATY

EXTRADITION, ARREST = "extradition", "provisional-arrest"
SENTENCED, PROCEEDINGS = "transfer-of-sentenced-persons", "transfer-of-proceedings"
FREEZING, CONFISCATION = "freezing-of-property", "confiscation-of-property"
RETURN, PROCEEDS = "return-of-property", "information-on-proceeds"
POLICE, JOINT, PARALLEL = "law-enforcement-cooperation", "joint-investigation", "consultation-on-parallel-cases"

FRAUD = {"class": "convention-offence", "name": "system-related-theft-or-fraud", "provision": "Penal Code, s. 174"}
SERIOUS = {"class": "serious-crime", "provision": "Penal Code, s. 9", "maximum": {"number": 9, "unit": "years"}}
WALLET = [{"type": "virtual-asset", "value": "bc1-invented-address, transaction 7f0c"}, *IDENTIFIERS]

_ASSISTANCE: dict[str, Any] = {
    "subject": "Prosecution 31/2026",
    "investigating-body": "Public prosecution",
    "facts": "Savings were taken from an exchange.",
    "offence": FRAUD,
    "assistance-sought": "That the assets stay where they are",
    "special-procedure": "A list signed by the custodian",
    "persons-concerned": "Two suspects, names unknown",
    "purpose": "Confiscation and return to the victims",
    "urgency": "urgent",
    "urgency-reasons": "The assets can move within minutes",
    "wanted-by": "2026-12-31",
    "confidential": True,
    "authenticity-contact": CONTACT,
    **FIRST_MADE,
}
_PROPERTY: dict[str, Any] = {
    "property-kind": "virtual-assets",
    "property-description": "All units at the address, bought with the savings",
    "identifiers": WALLET,
    "property-location": "An exchange in Hanoi",
    "property-holder": "The exchange",
    "estimated-value": "12.5 units; 4,300,000 QAR on 1 November 2026",
}
_SOUGHT: dict[str, Any] = {
    "subject": "Prosecution 31/2026",
    "investigating-body": "Public prosecution",
    "person-sought": "A.N. Example, born 1 January 1990",
    "nationality-of-person": "Of the asked State",
    "whereabouts": "A flat in Hanoi",
    "facts": "Savings were taken from an exchange.",
    "offence": FRAUD,
    "extradition-purpose": "trial",
    "arrest-order": "Criminal Court, no. 4, 2 November 2026",
    "urgency-reasons": "A ticket for Friday",
    "wanted-by": "2026-12-31",
    "confidential": True,
    "authenticity-contact": CONTACT,
    **FIRST_MADE,
}

FULL_PROPERTY: dict[str, dict[str, Any]] = {
    FREEZING: {
        **_ASSISTANCE,
        **_PROPERTY,
        "actions-wanted": "Trace, then freeze",
        "foreign-order": "Criminal Court, no. 5, 2 November 2026",
        "confiscation-intended": True,
        "third-parties": "The exchange's lender",
        "victims": "Forty savers",
    },
    CONFISCATION: {
        **_ASSISTANCE,
        **_PROPERTY,
        "confiscation-route": "foreign-order",
        "foreign-order": "Criminal Court, no. 8, 3 March 2027",
        "extent-of-execution": "All of it",
        "third-party-notice": "Published twice; nobody answered",
        "due-process": "Heard with counsel",
        "order-final": True,
        "no-conviction-reason": "flight",
        "freezing-reference": "VN-2026-19",
        "third-parties": "The exchange's lender",
        "victims": "Forty savers",
    },
    RETURN: {
        **_ASSISTANCE,
        "property-kind": "virtual-assets",
        "property-description": "What was confiscated",
        "identifiers": WALLET,
        "estimated-value": "12.5 units",
        "confiscation-reference": "Hanoi court, no. 77",
        "victims": "Forty savers",
        "return-purpose": "victims-and-owners",
        "losses-of-victims": "See the list",
        "lawful-owners": "The pension fund",
        "means-of-return": "The Treasury's account",
        "sharing-proposed": "None",
        "expenses-accepted": True,
    },
    PROCEEDS: {
        **_PROPERTY,
        "facts": "The units came from your State.",
        "offence": FRAUD,
        "use-of-information": "You may ask for a freeze.",
        "persons-concerned": "The account holder",
        "victims": "None known; the exchange was asked",
        "confidential": True,
        "authenticity-contact": CONTACT,
    },
    POLICE: {
        "cooperation-kind": "inquiries",
        "assistance-sought": "Who rents the server",
        "facts": "The server sent the messages.",
        "offence": FRAUD,
        "persons-concerned": "The tenant",
        "identifiers": IDENTIFIERS,
        "items-wanted": "A sample",
        "purpose": "To name a suspect",
        "urgency": "emergency",
        "urgency-reasons": "It moves on Friday",
        "person-at-risk": "A hostage",
        "confidential": True,
        "authenticity-contact": CONTACT,
        **FIRST_MADE,
    },
    JOINT: {
        "subject": "Joint case 1/2026",
        "team-parties": "Three States",
        "facts": "One group, victims in three States.",
        "offence": FRAUD,
        "purpose": "To try the group",
        "team-leader": CONTACT,
        "team-members": "Two officers of each",
        "team-duration": {"from": "2026-12-01", "until": "2027-05-31", "zone": "Asia/Qatar"},
        "host-law": "The law of each territory",
        "evidence-use": "For this group's offences",
        "team-confidentiality": "Within the team",
        "cost-arrangement": "Each its own",
        "liability-arrangement": "The sending State",
        "media-arrangement": "By consent of all",
        "team-end": "On the last day",
        "persons-concerned": "Unknown",
        "protection-needs": "One witness",
        "agreement-relied-on": "Exchange of notes",
        "confidential": True,
        "authenticity-contact": CONTACT,
        **FIRST_MADE,
    },
    EXTRADITION: {
        **_SOUGHT,
        "other-offences": "Forgery, s. 180",
        "return-to-serve-sentence": True,
        "assurances": "No penalty of death",
        "arrest-reference": "VN-2026-20",
    },
    ARREST: {**_SOUGHT, "arrest-necessity": "Bags are packed", "extradition-intended": True},
    SENTENCED: {
        "sentenced-person": "A.N. Example",
        "nationality-of-person": "Of the asked State",
        "transfer-direction": "to-the-asked-state",
        "facts": "Savings were taken.",
        "offence": FRAUD,
        "judgment": "Criminal Court, no. 9, final",
        "sentence": "Five years",
        "sentence-left": "Three years on 1 December 2026",
        "consent-of-person": True,
        "ties-to-receiving-state": "Family",
        "agreement-relied-on": "Exchange of notes",
        "authenticity-contact": CONTACT,
        **FIRST_MADE,
    },
    PROCEEDINGS: {
        "proceedings-direction": "asked-state-takes-over",
        "subject": "Prosecution 31/2026",
        "investigating-body": "Public prosecution",
        "facts": "Savings were taken.",
        "offence": FRAUD,
        "persons-concerned": "The accused, a national of yours",
        "reason-for-transfer": "He is not extradited",
        "stage-reached": "Charged",
        "evidence-available": "Forty statements",
        "measures-in-force": "The freeze until March",
        "limitation-ends-on": "2036-01-01",
        "victims": "Forty savers",
        "protection-needs": "One witness",
        "extradition-reference": "VN-2026-21",
        "authenticity-contact": CONTACT,
        **FIRST_MADE,
    },
    PARALLEL: {
        "subject": "Prosecution 31/2026",
        "investigating-body": "Public prosecution",
        "facts": "Savings were taken.",
        "offence": FRAUD,
        "persons-concerned": "The same two suspects",
        "jurisdiction-basis": "own-territory",
        "other-proceedings": "Your case 12, from the press",
        "coordination-proposed": "You try, we hand over",
        "confidential": True,
        "authenticity-contact": CONTACT,
        **FIRST_MADE,
    },
}

OTHER_CHOICES: dict[str, frozenset[str]] = {
    EXTRADITION: frozenset({"judgment", "sentence-left"}),
    ARREST: frozenset({"judgment", "sentence-left"}),
    FREEZING: frozenset({"person-at-risk"}),
    CONFISCATION: frozenset({"person-at-risk"}),
    RETURN: frozenset({"person-at-risk"}),
}
"""Fields that another choice than that of the full request calls for."""

_OF_ASSISTANCE = {"subject", "investigating-body", "facts", "offence", "assistance-sought", "purpose"}
_OF_PROPERTY = {"property-kind", "property-description"}
_OF_EXTRADITION = {
    "subject",
    "investigating-body",
    "person-sought",
    "whereabouts",
    "facts",
    "offence",
    "extradition-purpose",
}
DUE: dict[str, set[str]] = {
    FREEZING: {*_OF_ASSISTANCE, *_OF_PROPERTY, "actions-wanted", "confiscation-intended"},
    CONFISCATION: {*_OF_ASSISTANCE, *_OF_PROPERTY, "confiscation-route"},
    RETURN: {
        *_OF_ASSISTANCE, *_OF_PROPERTY, "confiscation-reference", "victims", "return-purpose", "means-of-return",
    },
    PROCEEDS: {*_OF_PROPERTY, "facts", "use-of-information"},
    POLICE: {"cooperation-kind", "assistance-sought", "facts", "purpose"},
    JOINT: {
        "subject", "team-parties", "facts", "offence", "purpose", "team-leader", "team-members", "team-duration",
        "host-law", "evidence-use", "team-confidentiality", "cost-arrangement", "liability-arrangement",
        "media-arrangement", "team-end",
    },
    EXTRADITION: _OF_EXTRADITION,
    ARREST: {*_OF_EXTRADITION, "arrest-necessity", "extradition-intended"},
    SENTENCED: {
        "sentenced-person", "nationality-of-person", "transfer-direction", "facts", "offence", "judgment", "sentence",
        "sentence-left",
    },
    PROCEEDINGS: {
        "proceedings-direction", "subject", "investigating-body", "facts", "offence", "persons-concerned",
        "reason-for-transfer", "stage-reached", "evidence-available",
    },
    PARALLEL: {
        "subject", "investigating-body", "facts", "offence", "jurisdiction-basis", "other-proceedings",
        "coordination-proposed",
    },
}  # fmt: skip
"""The fields that a request must fill, as read from the digest and not from the data."""

ROLES_PROPERTY: dict[str, list[str]] = {
    EXTRADITION: ["extradition-authority"],
    ARREST: ["extradition-authority"],
    SENTENCED: ["central-authority"],
    PROCEEDINGS: ["judicial-authority"],
    PARALLEL: ["law-enforcement"],
    FREEZING: ["central-authority"],
    CONFISCATION: ["central-authority"],
    RETURN: ["central-authority"],
    PROCEEDS: ["judicial-authority"],
    POLICE: ["law-enforcement"],
    JOINT: ["judicial-authority"],
}


def ask_property(measure: str, fields: dict[str, Any], **roles: list[str]) -> tuple[Finding, ...]:
    """What the engine says of such a request, both sides having the roles that ``roles`` does not change."""
    given = {"asker_roles": ROLES_PROPERTY[measure], "addressee_roles": ROLES_PROPERTY[measure], **roles}
    return engine.check_request(TREATY, measure, fields, **given)


def without(measure: str, *names: str) -> dict[str, Any]:
    """The full request less some fields."""
    return {name: value for name, value in FULL_PROPERTY[measure].items() if name not in names}
