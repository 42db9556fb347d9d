"""Law profiles, gap reports, the matrix and the answers of a pre-flight as JSON members, for programs.

Codes and facts, the same for terminal and interface; only a remedy is a sentence, in the reader's
language. What rests on a sample says ``sample: true`` in every answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.times import write_day
from musnad.core.law.gap import Coverage, GapLine, GapReport
from musnad.core.law.meeting import Pair
from musnad.core.law.values import DataProtection, Dual, HomeOffence, HomePower, OtherBasis, Penalty, Profile, Sourced
from musnad.core.preflight.checking import Preflight
from musnad.core.preflight.values import Can, FactValue, Read, Reason, Weight, Word
from musnad.core.treaty.values import Rule
from musnad.language.preflight_words import remedy_told

SAMPLE_NOTICE = "sample: invented for the format's sake, not the law of {state}"
"""Stands beside ``sample: true`` for who reads the JSON without these pages."""


def profile_members(profile: Profile) -> JsonObject:
    """A profile, whole."""
    return {
        "state": profile.state,
        **_sample(profile.sample, profile.state),
        "as_of": write_day(profile.as_of),
        "digest": profile.digest,
        "languages": None
        if profile.languages is None
        else {"accepted": list(profile.languages.accepted), **_sourced(profile.languages.read)},
        "dual_criminality": None if profile.dual_criminality is None else _dual(profile.dual_criminality),
        "data_protection": None if profile.data_protection is None else _transfer(profile.data_protection),
        "bases": {name: _basis(one) for name, one in profile.bases.items()},
        "offences": {name: _offence(one) for name, one in profile.offences.items()},
        "powers": {name: _power(one) for name, one in profile.powers.items()},
    }


def gap_members(report: GapReport) -> JsonObject:
    """A gap report."""
    return {
        "state": report.state,
        **_sample(report.sample, report.state),
        "as_of": write_day(report.profile.as_of),
        "treaty": report.treaty.name,
        "threshold": None if report.threshold is None else rule_members(report.threshold),
        "counts": {coverage.value: report.count(coverage) for coverage in Coverage},
        "lines": [_gap_line(line) for line in report.lines],
    }


def matrix_members(pairs: Iterable[Pair]) -> JsonObject:
    """Every ordered pair."""
    return {"pairs": [_pair(one) for one in pairs]}


def can_members(found: Can) -> JsonObject:
    """The answer to a question, with its reasons."""
    question = found.question
    return {
        "answer": found.answer.value,
        "asker": question.asker,
        "asked": question.asked,
        "measure": question.measure,
        "offence": question.offence or question.offence_class,
        "basis": question.basis,
        "treaty": found.treaty.name,
        "treaty_digest": found.treaty.digest,
        "as_of": write_day(found.day),
        **_sample(bool(found.samples), ", ".join(found.samples)),
        "reasons": [reason_members(one) for one in found.reasons],
    }


def preflight_members(found: Preflight) -> JsonObject:
    """What there is to say about a draft."""
    return {
        "ready": found.ready,
        "answer": found.answer.value,
        "measure": found.draft.measure,
        "author": found.draft.author,
        "to": list(found.draft.to),
        "treaty": found.treaty.name,
        "treaty_digest": found.treaty.digest,
        "as_of": write_day(found.day),
        **_sample(bool(found.samples), ", ".join(found.samples)),
        "counts": {weight.value: found.count(weight) for weight in Weight},
        "missing": list(found.missing),
        "reasons": [reason_members(one) for one in found.reasons],
    }


def reason_members(reason: Reason) -> JsonObject:
    """One reason: what was asked, what was found, its weight, in which facts, under which rule."""
    return {
        "asked": reason.topic.value,
        "found": reason.found.value,
        "weight": reason.weight.value,
        "decides": reason.decides,
        "state": reason.state,
        "field": reason.field,
        "facts": {name: _fact(value) for name, value in reason.facts.items()},
        "rule": None if reason.rule is None else rule_members(reason.rule),
        "remedy": remedy_told(reason),
        "asked_for_by": None if reason.asked_for_by is None else rule_members(reason.asked_for_by),
        "read": [_read(one) for one in reason.read],
        "because": None if reason.because is None else reason.because.found.value,
    }


def rule_members(rule: Rule) -> JsonObject:
    return {
        "rule": rule.name,
        "article": rule.article,
        "paragraph": rule.paragraph,
        "numbering": None if rule.numbering is None else rule.numbering.value,
        "status": rule.certainty.value,
        "source": rule.source,
    }


def penalty_members(penalty: Penalty | None) -> JsonObject | None:
    if penalty is None:
        return None
    return {"unit": penalty.unit} if penalty.number is None else {"number": penalty.number, "unit": penalty.unit}


def _fact(value: FactValue) -> object:
    match value:
        case Word(code, _):
            return code
        case Penalty():
            return penalty_members(value)
        case tuple():
            return [_fact(one) for one in value]
        case date():
            return write_day(value)
        case _:
            return value


def _read(read: Read) -> JsonObject:
    return {
        "from": read.origin,
        "state": read.state,
        "source": read.source,
        "status": None if read.certainty is None else read.certainty.value,
        "as_of": None if read.as_of is None else write_day(read.as_of),
        **_sample(read.sample, read.state or ""),
    }


def _sample(sample: bool, state: str) -> JsonObject:
    return {"sample": True, "sample_notice": SAMPLE_NOTICE.format(state=state)} if sample else {"sample": False}


def _sourced(read: Sourced) -> JsonObject:
    return {"source": read.source, "status": read.certainty.value}


def _offence(one: HomeOffence) -> JsonObject:
    return {
        "covers": one.extent.value,
        "provision": one.provision,
        "maximum": penalty_members(one.maximum),
        "note": one.note,
        **_sourced(one.read),
    }


def _power(one: HomePower) -> JsonObject:
    return {
        "covers": one.extent.value,
        "provision": one.provision,
        "ordered_by": list(one.ordered_by),
        "conditions": list(one.conditions),
        "from_maximum": penalty_members(one.from_maximum),
        "note": one.note,
        **_sourced(one.read),
    }


def _dual(one: Dual) -> JsonObject:
    return {
        "policy": one.policy,
        "measures": dict(one.measures),
        "provision": one.provision,
        **_sourced(one.read),
    }


def _transfer(one: DataProtection) -> JsonObject:
    return {
        "transfer": one.transfer,
        "conditions": list(one.conditions),
        "provision": one.provision,
        **_sourced(one.read),
    }


def _basis(one: OtherBasis) -> JsonObject:
    return {
        "accepted": one.accepted,
        "partners": sorted(one.partners),
        "provision": one.provision,
        **_sourced(one.read),
    }


def _gap_line(line: GapLine) -> JsonObject:
    found = line.found
    told = None if found is None else _offence(found) if isinstance(found, HomeOffence) else _power(found)
    return {
        "kind": line.kind,
        "name": line.name,
        "article": line.asked.article,
        "asked_status": line.asked.certainty.value,
        "coverage": line.coverage.value,
        "serious": line.serious,
        "found": told,
    }


def _pair(pair: Pair) -> JsonObject:
    return {
        "asker": pair.asker,
        "asked": pair.asked,
        **_sample(pair.sample, f"{pair.asker}, {pair.asked}"),
        "offences": {
            one.offence: {
                "dual_criminality": one.dual_criminality.value,
                "serious": one.serious.value,
                "asker_maximum": penalty_members(one.asker_maximum),
                "asked_maximum": penalty_members(one.asked_maximum),
            }
            for one in pair.offences
        },
        "measures": {one.measure: {"powers": one.powers.value, "policy": one.policy} for one in pair.measures},
    }
