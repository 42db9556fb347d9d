"""The register's answers as plain members, the same for every door that programs read."""

from __future__ import annotations

from collections.abc import Iterable

from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.times import write_day, write_instant
from musnad.core.register.checklist import Item
from musnad.core.register.force import EntryIntoForce
from musnad.core.register.standing import Standing
from musnad.core.register.values import Entry, Record, Register, Saying, Span, State
from musnad.core.treaty.values import Rule


def state_members(state: State) -> JsonObject:
    return {"party": state.code, "kind": state.kind, "names": dict(state.name.texts)}


def standing_members(found: Standing) -> JsonObject:
    """Where a State stands; days are spans, ``certainty`` is null where nothing is known."""
    return {
        **state_members(found.state),
        "day": write_day(found.day),
        "status": found.status,
        "at_most": found.at_most,
        "since": span_members(found.since),
        "in_force_from": span_members(found.in_force_from),
        "withdrawal_effective": span_members(found.withdrawal_effective),
        "certainty": found.certainty,
        "is_bound": found.is_bound,
        "known_until": {str(one.fact.about): write_day(one.fact.latest) for one in found.known_until},
        "facts": [record_members(one) for one in found.facts],
        "rules": [rule_members(one) for one in found.rules],
    }


def force_members(found: EntryIntoForce) -> JsonObject:
    """Whether the Convention is in force, and what says so."""
    return {
        "day": write_day(found.day),
        "verdict": found.verdict,
        "counted": found.counted,
        "possible": found.possible,
        "needed": found.needed,
        "enters": span_members(found.enters),
        "is_bound": found.is_bound,
        "known_until": None if found.known_until is None else write_day(found.known_until.fact.latest),
        "certainty": found.certainty,
        "facts": [record_members(one) for one in found.facts],
        "uncounted": [record_members(one) for one in found.uncounted],
        "inexact": [one.fact.digest for one in found.inexact],
        "left": [record_members(one) for one in found.left],
        "counts": [record_members(one) for one in found.counts],
        "rules": [rule_members(one) for one in found.rules],
    }


def item_members(item: Item) -> JsonObject:
    """One task of a State's checklist."""
    task = item.task
    return {
        "task": task.name,
        "labels": dict(task.label.texts),
        "helps": dict(task.help.texts),
        "stage": task.stage,
        "when": task.when,
        "duty": task.duty,
        "article": task.article,
        "parallel": list(task.parallel),
        "source": task.source,
        "status": task.certainty,
        "progress": item.progress,
        "first_day": None if item.first_day is None else write_day(item.first_day),
        "last_day": None if item.last_day is None else write_day(item.last_day),
        "certainty": item.certainty,
        "facts": [record_members(one) for one in item.facts],
        "hints": list(item.hints),
    }


def entry_members(entry: Entry) -> JsonObject:
    """Everything ever said of a State, what was replaced too."""
    return {**state_members(entry.state), "records": [record_members(one) for one in entry.records]}


def record_members(record: Record) -> JsonObject:
    """A fact, who said it, and what took its place."""
    gone = record.replaced
    return {
        **{name: text for name, text in record.fact.members().items() if text},
        "digest": record.fact.digest,
        "said": saying_members(record.said),
        "replaced": None
        if gone is None
        else {"by": gone.fact, "reason": gone.reason, "said": saying_members(gone.said)},
    }


def saying_members(said: Saying) -> JsonObject:
    return {
        "file": said.file,
        "line": said.line,
        "author": said.author,
        "officer": said.officer,
        "at": None if said.at is None else write_instant(said.at),
        "digest": said.digest,
    }


def span_members(span: Span | None) -> JsonObject | None:
    if span is None:
        return None
    return {"earliest": write_day(span.earliest), "latest": write_day(span.latest)}


def rule_members(rule: Rule) -> JsonObject:
    return {
        "rule": rule.name,
        "number": rule.number,
        "unit": rule.unit,
        "status": rule.certainty,
        "source": rule.source,
        "article": rule.article,
        "paragraph": rule.paragraph,
    }


def source_members(register: Register, sources: Iterable[str]) -> JsonObject:
    """The sources that are named by a code, in words."""
    known = register.catalogue.sources
    return {code: known[code] for code in sorted({part for one in sources for part in one.split()}) if code in known}
