"""The installed treaty data as text that a test can break, and requests that are right until a test breaks them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from musnad.adapters.treaty_files import read_treaty_files, treaty_names
from musnad.core.kernel.names import Slug
from musnad.core.treaty import engine
from musnad.core.treaty.findings import Finding
from musnad.core.treaty.reader import parse_shelf, parse_treaty
from musnad.core.treaty.values import Rule, Treaty

PRESERVE, ACCESS = "expedited-preservation", "access-to-stored-data"
FILES = read_treaty_files()
TREATY = parse_treaty(FILES)
COMMON = frozenset(name for name, data in FILES.items() if b"\nshared = true\n" in data)
OTHERS = {name: read_treaty_files(name) for name in treaty_names() if name != TREATY.name}

CONTACT = {"name": "Duty officer", "function": "Prosecutor", "reach": "+84 24 0000 0000"}
PERIOD = {"from": "2026-10-01", "until": "2026-10-31", "zone": "Asia/Ho_Chi_Minh"}
OFFENCE = {
    "class": "serious-crime",
    "provision": "Penal Code, s. 290",
    "maximum": {"number": 7, "unit": "years"},
    "maximum-in-asked-state": {"unit": "life-or-heavier"},
}
IDENTIFIERS: list[dict[str, Any]] = [
    {"type": "email", "value": "someone@example.org"},
    {
        "type": "internet-address",
        "value": "192.0.2.7",
        "port": 443,
        "from": "2026-10-03T10:00:00+07:00",
        "until": "2026-10-03T12:00:00+07:00",
    },
]

FIRST_MADE = {"first-made": "orally", "first-made-on": "2026-11-01", "first-made-to": "The duty officer"}

FULL: dict[str, dict[str, Any]] = {
    PRESERVE: {
        "seeking-authority": "Cybercrime division",
        "offence": OFFENCE,
        "facts": "A ransom was asked.\nIt was paid.",
        "data-sought": "The mailbox",
        "data-categories": ["subscriber", "content"],
        "link-to-offence": "The ransom note came from it.",
        "identifiers": IDENTIFIERS,
        "period-of-data": PERIOD,
        "holder": "A provider in Doha",
        "necessity": "Deleted after thirty days",
        "access-request-intended": True,
        "confidential": True,
        "authenticity-contact": CONTACT,
        "data-lost-on": "2026-12-01",
        **FIRST_MADE,
    },
    ACCESS: {
        "subject": "Investigation 17/2026",
        "investigating-body": "Public prosecution",
        "facts": "A ransom was asked.",
        "offence": OFFENCE,
        "assistance-sought": "A copy of the mailbox",
        "special-procedure": "A certificate of origin",
        "persons-concerned": "Unknown",
        "purpose": "Trial of the sender",
        "urgency": "urgent",
        "urgency-reasons": "A hearing",
        "wanted-by": "2026-12-31",
        "confidential": False,
        "authenticity-contact": CONTACT,
        "data-sought": "The mailbox",
        "data-categories": ["content"],
        "identifiers": IDENTIFIERS,
        "period-of-data": PERIOD,
        "holder": "A provider in Doha",
        "expedited": True,
        "preservation-reference": "QA-2026-4",
        "data-lost-on": "2026-12-01",
        **FIRST_MADE,
    },
}
ROLES = {PRESERVE: ["contact-24-7"], ACCESS: ["central-authority"]}


def rule(name: str, treaty: Treaty = TREATY) -> Rule:
    return treaty.rules[Slug(name)]


def ask(treaty: Treaty, measure: str, fields: dict[str, Any], **roles: list[str]) -> tuple[Finding, ...]:
    given = {"asker_roles": ROLES[measure], "addressee_roles": ROLES[measure], **roles}
    return engine.check_request(treaty, measure, fields, **given)


def codes(found: tuple[Finding, ...]) -> set[tuple[str, str]]:
    return {(one.code.value, one.field or one.about) for one in found}


def file_of(pattern: str) -> str:
    """The one file in which the pattern stands."""
    found = [name for name, data in FILES.items() if re.search(pattern, data.decode(), re.MULTILINE)]
    assert len(found) == 1, (pattern, found)
    return found[0]


def broken(old: str, new: str, *, file: str | None = None) -> dict[str, bytes]:
    """The files with the first ``old`` of one of them changed to ``new``."""
    name = file or file_of(re.escape(old))
    text = FILES[name].decode()
    assert old in text
    return {**FILES, name: text.replace(old, new, 1).encode()}


def block_of(table: str) -> tuple[str, str]:
    """The file and text of one table, header line to the next header or the end."""
    head = rf"^\[{re.escape(table)}\]\n"
    name = file_of(head)
    text = FILES[name].decode()
    found = re.search(head + r"(?:(?!^\[).*\n)*", text, re.MULTILINE)
    assert found
    return name, found[0]


def changed(table: str, pattern: str, new: str) -> dict[str, bytes]:
    """The files with one thing in one table changed."""
    name, block = block_of(table)
    other, count = re.subn(pattern, new, block, count=1, flags=re.MULTILINE)
    assert count == 1, (table, pattern)
    return broken(block, other, file=name)


def shelf(files: dict[str, bytes]) -> Mapping[Slug, Treaty]:
    """The whole shelf, with these files of the Convention and of those that all treaties share."""
    own = {treaty: {name: data for name, data in held.items() if name not in COMMON} for treaty, held in OTHERS.items()}
    common = {name: data for name, data in files.items() if name in COMMON}
    return parse_shelf(common, {**own, TREATY.name: {n: d for n, d in files.items() if n not in COMMON}})
