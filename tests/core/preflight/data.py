"""What is known in a test: the packaged data on a fixed day, and one thing changed at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from musnad.adapters.law_files import load_law_data, load_practice
from musnad.adapters.register_files import load_register
from musnad.adapters.treaty_files import load_treaty
from musnad.core.kernel.names import AuthorityId, PartyCode, Slug
from musnad.core.law.reader import parse_profile
from musnad.core.law.values import Profile
from musnad.core.preflight.asking import ask, can
from musnad.core.preflight.values import AuthorityFacts, Can, Found, Known, Reason, Topic, Weight
from musnad.core.register.change import apply, changes_of
from musnad.core.register.rows import COLUMNS, parse_csv
from musnad.core.register.values import Register
from musnad.core.treaty.values import Certainty, Rule, Treaty
from tests.core.law.data import FILES, KNOWN, SAMPLES
from tests.core.treaty.data import ACCESS, FULL

DAY = date(2026, 11, 23)
KNOWN_DAY = date(2026, 6, 1)
"""A day for which the packaged register still tells that the treaty is not in force."""
LATER = date(2028, 1, 1)
TREATY = load_treaty()
REGISTER = load_register()
QA, VN, EG = PartyCode("QA"), PartyCode("VN"), PartyCode("EG")

DIRECTORY = {
    PartyCode(code): (
        AuthorityFacts(AuthorityId(f"{code}/central-authority"), (Slug("central-authority"),), (), ("en",)),
        AuthorityFacts(AuthorityId(f"{code}/contact-24-7"), (Slug("contact-24-7"),), (), ("en",)),
    )
    for code in ("QA", "VN", "EG")
}

KNOWN_NOW = Known(TREATY, REGISTER, load_law_data(), SAMPLES, DIRECTORY, load_practice(), DAY)


def known(**changes: Any) -> Known:
    return replace(KNOWN_NOW, **changes)


def registered(*rows: Mapping[str, str]) -> Register:
    """The packaged register with these rows added."""
    head = ",".join(COLUMNS)
    lines = [
        ",".join(
            f'"{({"status": "certain", "source": "T1", "as_of": "2027-12-31"} | row).get(name, "")}"'
            for name in COLUMNS
        )
        for row in map(dict, rows)
    ]
    found = parse_csv("\n".join([head, *lines, ""]).encode(), "more.csv", REGISTER.catalogue)
    return apply(REGISTER, changes_of(found, REGISTER))


def in_force(*more: Mapping[str, str]) -> Register:
    """A register in which 40 other States, and then QA and VN, have joined."""
    joined = {
        code
        for code, entry in REGISTER.entries.items()
        if any(one.fact.kind == "ratification" for one in entry.standing)
    }
    states = [
        code
        for code, entry in sorted(REGISTER.entries.items())
        if code not in joined and not entry.state.is_organisation and entry.of("signature")  # type: ignore[arg-type]
    ]
    rows = [{"party": code, "kind": "ratification", "day": "2027-01-10"} for code in states[:45] if code != "EG"]
    lists = [{"kind": "list", "about": about, "day": "2027-12-31"} for about in ("signatures", "deposits")]
    return registered(*rows, *lists, *more)


def profile(state: str, *changes: tuple[str, str]) -> Profile:
    """A sample with each old text changed to the new."""
    name = f"{state.lower()}.toml"
    text = FILES[name].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parse_profile(name, text.encode(), KNOWN)


def sure(state: str) -> Profile:
    """The sample as if a lawyer had read it in the gazette: certain, and no sample."""
    text = FILES[f"{state.lower()}.toml"].decode()
    text = text.replace("sample = true\n", "").replace('status = "design"', 'status = "certain"')
    return parse_profile(f"{state.lower()}.toml", text.encode(), KNOWN)


def with_profiles(*profiles: Profile) -> dict[PartyCode, Profile]:
    return {**SAMPLES, **{one.state: one for one in profiles}}


def of_day(day: date) -> dict[PartyCode, Profile]:
    """The samples as if they had been written on that day."""
    return {code: replace(one, as_of=day) for code, one in SAMPLES.items()}


def without(state: PartyCode) -> dict[PartyCode, Profile]:
    return {code: one for code, one in SAMPLES.items() if code != state}


def asked(
    asker: str = "QA",
    to: str = "VN",
    measure: str = ACCESS,
    offence: str | None = "illegal-access",
    *,
    within: Known = KNOWN_NOW,
    **more: Any,
) -> Can:
    return can(within, ask(within.treaty, PartyCode(asker), PartyCode(to), measure, offence, **more))


def on(found: Any, topic: Topic) -> list[tuple[Found, Weight]]:
    """What was found on a topic."""
    return [(one.found, one.weight) for one in found.reasons if one.topic is topic]


def reasons(found: Any, code: Found) -> list[Reason]:
    return [one for one in found.reasons if one.found is code]


def certain(treaty: Treaty, *names: str) -> Treaty:
    """The treaty with these rules made certain, wherever they stand."""

    def lifted(rule: Rule) -> Rule:
        return replace(rule, certainty=Certainty.CERTAIN) if rule.name in names else rule

    measures = {}
    for name, one in treaty.measures.items():
        dual = one.dual_criminality
        measures[name] = replace(
            one,
            scope_rule=lifted(one.scope_rule),
            addressees=replace(one.addressees, rule=lifted(one.addressees.rule)),
            dual_criminality=None if dual is None else replace(dual, rule=lifted(dual.rule)),
        )
    return replace(treaty, measures=measures, rules={name: lifted(rule) for name, rule in treaty.rules.items()})


LONG = (
    "A ransom was asked on 3 October 2026 of a hospital in Doha, from an account whose mailbox lies with a provider"
    " in Ha Noi."
)


def draft(measure: str = ACCESS, *, fields: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """A draft that is whole until a test breaks it: QA asks VN."""
    filled = {
        **FULL.get(measure, FULL[ACCESS]),
        "facts": LONG,
        "purpose": LONG,
        "link-to-offence": LONG,
        "urgency-reasons": LONG,
    }
    filled |= {"necessity": LONG, **(fields or {})}
    takes = TREATY.measures[Slug(measure)].fields
    return {
        "author": "QA/central-authority",
        "to": ["VN/central-authority"],
        "measure": measure,
        "legal_basis": {"instrument": "reciprocity", "note": "The same in return."},
        "language": "en",
        "fields": {name: value for name, value in filled.items() if name in takes or name in (fields or {})},
        **members,
    }
