"""Make docs/measures.md from the treaty data, or with --check say whether it is up to date.

Measure by measure, for each treaty: what is supported, and how sure each part of it is. Nothing is written by hand.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import get_args

from musnad.adapters.treaty_files import CONVENTION, load_treaties
from musnad.core.kernel.names import Slug
from musnad.core.treaty.values import (
    ApprovalAct,
    Certainty,
    FieldKind,
    Label,
    Limit,
    Measure,
    Named,
    OffenceClass,
    Rule,
    SharedApproval,
    Treaty,
)

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "measures.md"

HEAD = """\
# Measures

Made from the treaty data by `make docs`; do not edit. What each form of cooperation that Musnad carries asks, opens,
bars and lets follow, treaty by treaty. [The treaty as data](treaty.md) says how to read and correct what stands here.

**This is not the law.** Every sentence of the data is ours, most of it written without a certified text at hand. The
last column counts the rules behind a measure by how sure each is: only a *certain* rule may block a request, all others
warn. "Not known" means that the data do not say, and neither does Musnad. A name in parentheses is the rule's own; its
article, its source and its text stand in the data.

| status | meaning |
| --- | --- |
| certain | the text was read, or a named authority states the point |
| reported | a third party reports it |
| from memory | written from memory; a parallel in another convention may have been read |
| design | not law: good practice, or our own reckoning |

| what a request ends in | meaning |
| --- | --- |
| preservation | a confirmation with a last day |
| evidence | exhibits, offered and received |
| answer | a report of what was done; exhibits may be offered, too |
| notice | nothing is asked; it is settled when it is acknowledged |
| joint | joint work in which every side may offer exhibits; a report of the asked side ends it |
"""

POLICIES = {"no-condition": "no condition", "may-be-asked": "may be asked", "required": "required"}
SHORT = {
    Certainty.CERTAIN: "certain",
    Certainty.REPORTED: "reported",
    Certainty.FROM_MEMORY: "from memory",
    Certainty.DESIGN: "design",
}


def english(label: Label) -> str:
    return label.for_language("en")


def names_of(names: Iterable[str], held: Mapping[Slug, Named] | Mapping[Slug, OffenceClass]) -> str:
    """Labels in the order in which the data holds them."""
    wanted = set(names)
    return ", ".join(english(one.label) for name, one in held.items() if name in wanted)


def categories_of(treaty: Treaty, measure: Measure) -> str:
    """Which data the measure reaches; nothing where it asks for none."""
    if measure.data_categories is not None:
        return names_of(measure.data_categories.allowed, treaty.data_categories)
    return "any" if any(one.kind is FieldKind.DATA_CATEGORIES for one in measure.fields.values()) else ""


def rules_of(measure: Measure) -> Iterator[Rule]:
    """Every rule behind a measure, some more than once."""
    yield from (measure.rule, measure.askers.rule, measure.addressees.rule, measure.scope_rule, measure.grounds_rule)
    yield from measure.opened_by.values()
    yield from measure.barred.values()
    for ground in measure.grounds.values():
        yield ground.rule
    for field in measure.fields.values():
        yield field.rule
        yield from (one.rule for one in field.needs)
        yield from (one.rule for choice in field.choices for one in choice.needs)
    for limit in measure.limits:
        found = (limit.rule, limit.counting_rule, limit.keeping_rule, limit.extension_rule, limit.suspending_rule)
        yield from (rule for rule in found if rule is not None)
    yield from (one.rule for one in measure.precedes)
    yield from (one.rule for one in measure.follow_ups)
    yield from (one.rule for one in measure.duties)
    yield from (one.rule for one in measure.use_limits)
    yield from (one.rule for one in measure.approvals)
    if measure.dual_criminality is not None:
        yield measure.dual_criminality.rule
    if measure.data_categories is not None:
        yield measure.data_categories.rule


def counted(rules: Iterable[Rule]) -> str:
    """``3 certain, 40 from memory``: each rule once."""
    counts = Counter(rule.certainty for rule in {rule.name: rule for rule in rules}.values())
    return ", ".join(f"{counts[one]} {SHORT[one]}" for one in Certainty if counts[one])


def by(rule: Rule) -> str:
    return f"({rule.name}, {SHORT[rule.certainty]})"


def row(treaty: Treaty, measure: Measure) -> str:
    """A measure's line in its treaty's table."""
    cells = (
        f"[{english(measure.label)}](#{anchor(treaty, measure)})",
        measure.outcome,
        names_of(measure.askers.roles, treaty.roles),
        names_of(measure.addressees.roles, treaty.roles),
        names_of(measure.opened_by, treaty.offence_classes),
        categories_of(treaty, measure),
        POLICIES[measure.dual_criminality.policy] if measure.dual_criminality else "not known",
        counted(rules_of(measure)),
    )
    return f"| {' | '.join(cells)} |"


def anchor(treaty: Treaty, measure: Measure) -> str:
    return measure.name if treaty.name == CONVENTION else f"{measure.name}-{treaty.name}"


def limit_line(treaty: Treaty, limit: Limit) -> str:
    """One period: how long, from what, what stops, keeps and lengthens it, when somebody is warned."""
    told = [f"{limit.at_least_days} days {by(limit.rule)}, from {lower(treaty.events[limit.counted_from])}"]
    if limit.kept_until is not None:
        told.append(f"runs on until {lower(treaty.events[limit.kept_until])}")
    if limit.suspended_by is not None:
        told.append(f"stands still during {lower(treaty.events[limit.suspended_by])}")
    if limit.extension_rule is not None:
        told.append(f"may be lengthened {by(limit.extension_rule)}")
    if limit.warn_days:
        told.append(f"warned {', '.join(map(str, limit.warn_days))} days before its end")
    return "; ".join(told)


def approval_line(treaty: Treaty, one: SharedApproval) -> str:
    """How many officers sign before what is done."""
    acts = " and ".join(act for act in get_args(ApprovalAct) if act in one.acts)
    data = f" {names_of(one.categories, treaty.data_categories).lower()}" if one.categories else ""
    return f"{one.officers} to {acts}{data} {by(one.rule)}"


def lower(named: Named) -> str:
    text = english(named.label)
    return text[0].lower() + text[1:]


def details(treaty: Treaty, measure: Measure) -> str:
    """A measure's own section."""
    fields = measure.fields.values()
    asked = [f"{english(one.label)}{' (must be yes)' if one.must_be else ''}" for one in fields if one.required]
    free = [english(one.label) for one in fields if not one.required]
    grounds = [
        english(one.label) + (" (only under a reservation)" if one.needs_reservation else "")
        for one in measure.grounds.values()
    ]
    barred = [english(treaty.grounds[one].label) for one in measure.barred]
    uses = [f"{one.limit.replace('-', ' ')} {one.force} {by(one.rule)}" for one in measure.use_limits]
    follow = [f"{english(treaty.measures[one.measure].label)} {one.force} {by(one.rule)}" for one in measure.follow_ups]
    before = sorted({f"{one.step} before a {one.before} {by(one.rule)}" for one in measure.precedes})
    officers = [approval_line(treaty, one) for one in measure.approvals]
    told = {stage: sum(one.stage == stage for one in measure.duties) for stage in _STAGES}
    rows = (
        ("created by", by(measure.rule)),
        ("asked for", "; ".join(asked)),
        ("may be given", "; ".join(free)),
        ("confirmation", _CONFIRMATION if "first-made" in measure.fields else ""),
        ("periods", "; ".join(limit_line(treaty, one) for one in measure.limits)),
        ("grounds of refusal", "; ".join(grounds)),
        ("never a ground", "; ".join(barred)),
        ("steps that come first", "; ".join(before)),
        ("conditions of use", "; ".join(uses)),
        ("officers who sign", "; ".join(officers)),
        ("what follows", "; ".join(follow)),
        ("rules told", ", ".join(f"{count} while {stage}" for stage, count in told.items() if count)),
    )
    table = "\n".join(f"| {name} | {text} |" for name, text in rows if text)
    title = f"#### {english(measure.label)}\n\n`{measure.name}`. {english(measure.help)}"
    head = f'<a id="{anchor(treaty, measure)}"></a>\n\n{title}'
    return f"{head}\n\n| | |\n| --- | --- |\n{table}\n"


_STAGES = ("asking", "answering", "executing", "using")
_CONFIRMATION = "of a request first made by word of mouth or through INTERPOL: when, and to whom"


def section(treaty: Treaty) -> str:
    """One treaty: what is known of its being in force, its table, its measures."""
    standing = treaty.in_force
    state = "In force" if standing.value else "Not in force"
    rules = counted(treaty.rules.values())
    table = "\n".join(row(treaty, one) for one in treaty.measures.values())
    return f"""\
## {english(treaty.label)}

`{treaty.name}`. {state} as far as known on {standing.as_of} ({SHORT[standing.certainty]}; source {standing.source}: \
{treaty.sources[standing.source]}). {len(treaty.measures)} measures, {len(treaty.rules)} rules: {rules}.

| measure | ends in | asked by | asked of | open for | data | dual criminality | rules by status |
| --- | --- | --- | --- | --- | --- | --- | --- |
{table}

### Measure by measure: {english(treaty.label)}

{chr(10).join(details(treaty, one) for one in treaty.measures.values())}"""


def document() -> str:
    """The whole page, the Convention first."""
    shelf = sorted(load_treaties().values(), key=lambda one: (one.name != CONVENTION, one.name))
    return "\n".join([HEAD, *(section(one) for one in shelf)]).rstrip() + "\n"


def main(argv: list[str] | None = None) -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description="Make docs/measures.md from the treaty data.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the page is not up to date")
    if parser.parse_args(argv).check:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != document():
            print("docs/measures.md is not what the treaty data say; `make docs` makes it again", file=sys.stderr)
            return 1
        return 0
    TARGET.write_text(document(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
