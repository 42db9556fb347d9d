"""Full requests under the Budapest and the Arab Convention, right until a test breaks them.

Both ask for the same fields, and preservation and access for none that the Convention does not know, so that one
request can be held against all three. ``FULL_INSTRUMENTS`` fills every field that one request can fill; where choices
exclude each other, ``OTHER_CHOICES`` holds the rest.
"""

from __future__ import annotations

from typing import Any

from musnad.adapters.treaty_files import load_treaties
from musnad.core.kernel.names import Slug
from musnad.core.treaty import engine
from musnad.core.treaty.findings import Finding
from musnad.core.treaty.values import Treaty
from tests.core.treaty.data import ACCESS, CONTACT, FIRST_MADE, FULL, IDENTIFIERS, PERIOD, PRESERVE

CONVENTION, BUDAPEST, ARAB = (
    load_treaties()[Slug(name)]
    for name in ("un-convention-against-cybercrime", "budapest-convention", "arab-convention")
)
OTHERS = (BUDAPEST, ARAB)

TRAFFIC, COLLECTION, CONTENT = "disclosure-of-traffic-data", "collection-of-traffic-data", "interception-of-content"
ASSISTANCE, INFORMATION, EXTRADITION = "mutual-legal-assistance", "spontaneous-information", "extradition"
ADVICE, EVIDENCE, SUSPECTS = "technical-advice", "evidence-and-legal-information", "locating-suspects"

INTRUSION = {"class": "convention-offence", "name": "illegal-access", "provision": "Penal Code, s. 289"}
THEFT = {"class": "other-offence", "provision": "Penal Code, s. 173", "maximum": {"number": 6, "unit": "months"}}

_ASSISTANCE: dict[str, Any] = {
    "subject": "Investigation 17/2026",
    "investigating-body": "Public prosecution",
    "facts": "A mail server was entered.",
    "offence": INTRUSION,
    "assistance-sought": "A certified copy",
    "special-procedure": "A certificate of origin",
    "persons-concerned": "Unknown",
    "purpose": "Trial of whoever entered",
    "urgency": "urgent",
    "urgency-reasons": "A hearing",
    "person-at-risk": "Nobody",
    "wanted-by": "2026-12-31",
    "confidential": True,
    "authenticity-contact": CONTACT,
    **FIRST_MADE,
}
_REAL_TIME: dict[str, Any] = {
    **_ASSISTANCE,
    "link-to-offence": "The intruder comes back through it.",
    "identifiers": IDENTIFIERS,
    "holder": "A provider in Doha",
    "justification": "The logs are not kept.",
    "collection-period": PERIOD,
    "collection-period-reasons": "He comes at the end of the month.",
}
_NETWORK: dict[str, Any] = {
    "subject": "Investigation 17/2026",
    "facts": "A mail server was entered.",
    "offence": INTRUSION,
    "urgency": "emergency",
    "urgency-reasons": "He is leaving",
    "person-at-risk": "The operator, who was threatened",
    "identifiers": IDENTIFIERS,
    "confidential": True,
    "authenticity-contact": CONTACT,
    **FIRST_MADE,
}
FULL_INSTRUMENTS: dict[str, dict[str, Any]] = {
    PRESERVE: FULL[PRESERVE],
    TRAFFIC: {
        "seeking-authority": "Cybercrime division",
        "offence": INTRUSION,
        "facts": "A mail server was entered.",
        "data-sought": "The next provider, and the path",
        "data-categories": ["traffic"],
        "identifiers": IDENTIFIERS,
        "period-of-data": PERIOD,
        "holder": "A provider in Doha",
        "data-lost-on": "2026-12-01",
        "preservation-reference": "QA-2026-4",
        "confidential": True,
        "authenticity-contact": CONTACT,
        **FIRST_MADE,
    },
    ACCESS: {**FULL[ACCESS], "person-at-risk": "Nobody"},
    COLLECTION: {**_REAL_TIME, "data-sought": "Who connects, and when", "data-categories": ["traffic"]},
    CONTENT: {
        **_REAL_TIME,
        "data-sought": "What is sent through it",
        "data-categories": ["content"],
        "interception-basis": "Code of Criminal Procedure, s. 77",
    },
    ASSISTANCE: _ASSISTANCE,
    INFORMATION: {
        "information-sent": "A list of entered servers",
        "use-of-information": "Three of them are yours.",
        "offence": INTRUSION,
        "persons-concerned": "The operators",
        "identifiers": IDENTIFIERS,
        "data-lost-on": "2026-12-01",
        "confidential": True,
        "authenticity-contact": CONTACT,
    },
    ADVICE: {**_NETWORK, "technical-question": "How long are connection records kept?"},
    EVIDENCE: {
        **_NETWORK,
        "network-help": "legal-information",
        "legal-question": "Who orders the production of records?",
        "evidence-sought": "The connection records",
        "data-lost-on": "2026-12-01",
    },
    SUSPECTS: {
        **_NETWORK,
        "suspect": "A.N. Example",
        "last-known-place": "An airport",
        "after-location": "Nothing; a request will follow",
    },
    EXTRADITION: {
        "subject": "Prosecution 31/2026",
        "investigating-body": "Public prosecution",
        "person-sought": "A.N. Example, born 1 January 1990",
        "nationality-of-person": "Of the asked State",
        "whereabouts": "A flat in Doha",
        "facts": "A mail server was entered.",
        "offence": INTRUSION,
        "extradition-purpose": "trial",
        "arrest-order": "Criminal Court, no. 4, 2 November 2026",
        "judgment": "None yet",
        "sentence-left": "None yet",
        "urgency-reasons": "A ticket for Friday",
        "wanted-by": "2026-12-31",
        "confidential": True,
        "authenticity-contact": CONTACT,
        **FIRST_MADE,
    },
}
OTHER_CHOICES: list[tuple[str, dict[str, Any]]] = [
    (EVIDENCE, {"network-help": "collection-of-evidence"}),
    (EXTRADITION, {"extradition-purpose": "sentence"}),
]
ROLES_INSTRUMENTS: dict[str, str] = {
    **dict.fromkeys((PRESERVE, TRAFFIC, ADVICE, EVIDENCE, SUSPECTS), "contact-24-7"),
    **dict.fromkeys((ACCESS, COLLECTION, CONTENT, ASSISTANCE), "judicial-authority"),
    INFORMATION: "law-enforcement",
    EXTRADITION: "extradition-authority",
}


def ask_under(treaty: Treaty, measure: str, fields: dict[str, Any], *, role: str | None = None) -> tuple[Finding, ...]:
    roles = [role or ROLES_INSTRUMENTS[measure]]
    return engine.check_request(treaty, measure, fields, asker_roles=roles, addressee_roles=roles)


def without(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}
