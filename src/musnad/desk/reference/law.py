"""The law of States as pages: can one ask another, what each has of what the treaty asks for, where laws meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from musnad.core.kernel.errors import MusnadError
from musnad.core.law.gap import Coverage, GapLine, gap_report, offences_of
from musnad.core.law.meeting import Pair, meet
from musnad.core.preflight.values import Can, Reason
from musnad.core.treaty.values import Treaty
from musnad.desk import house
from musnad.desk.needs import needs
from musnad.desk.reference.asking import day_of
from musnad.exchange.preflight import Sources, can_ask, profile_of, sources_of
from musnad.language import gettext as _
from musnad.language.law_words import fact_told, label_told, profile_lines, sourced_told
from musnad.language.preflight_words import (
    ANSWERS,
    COVERAGES,
    METS,
    WEIGHTS,
    asked,
    read_told,
    remedy_told,
    rule_told,
    sample_told,
    told,
)
from musnad.language.register_words import state_name
from musnad.language.sentences import sentence
from musnad.people.powers import Power


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """One reason, in words: what was found, its weight, what helps, by which rule, and where it was read."""

    weight: str
    weight_says: str
    told: str
    remedy: str
    rule: str
    asked_for_by: str
    read: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GapRow:
    """One thing that the treaty asks for, and what the law has of it."""

    label: str
    coverage: str
    coverage_says: str
    below: bool
    found: str
    source: str


@require_safe
@needs(Power.REFERENCE)
def can(request: HttpRequest) -> HttpResponse:
    """Whether one State can ask another for a measure, on a day, with every reason."""
    day, wrong = day_of(request)
    sources, asking = sources_of(house.ports()), {name: request.GET.get(name, "") for name in _FIELDS}
    found: Can | None = None
    trouble = ""
    if all(asking[name] for name in ("asker", "asked", "measure")):
        try:
            found = can_ask(
                sources, asking["asker"], asking["asked"], asking["measure"], asking["offence"] or None, day
            )
        except MusnadError as error:
            trouble = sentence(error)
    elif any(asking.values()):
        trouble = _("Choose who asks, who is asked and what for.")
    treaty = sources.treaty("")
    shown = {
        "day": day,
        "wrong": wrong,
        "trouble": trouble,
        "asking": asking,
        **choices(sources, treaty),
        "found": found,
    }
    if found is not None:
        shown |= {
            "answer": _(ANSWERS[found.answer]),
            "sample": sample_told(", ".join(found.samples)) if found.samples else "",
            "groups": reason_groups(found.reasons),
        }
    return render(request, "desk/reference/can.html", shown)


@require_safe
@needs(Power.REFERENCE)
def gap(request: HttpRequest, code: str) -> HttpResponse:
    """A State's law profile, and its law against the Convention. ``UnknownState``, ``NoProfile``."""
    sources = sources_of(house.ports())
    profile = profile_of(sources, code.upper())
    report = gap_report(sources.treaty(""), sources.laws.data(), profile)
    shown = {
        "code": profile.state,
        "name": dict(_states(sources)).get(profile.state, profile.state),
        "sample": sample_told(profile.state) if profile.sample else "",
        "day": profile.as_of,
        "treaty": report.treaty.label,
        "counts": [(one.value, _(COVERAGES[one]), report.count(one)) for one in Coverage],
        "offences": [_gap_row(line) for line in report.lines if line.kind == "offence"],
        "procedures": [_gap_row(line) for line in report.lines if line.kind == "power"],
        "profile": tuple(profile_lines(profile, sources.laws.data())),
        "threshold": report.threshold,
    }
    return render(request, "desk/reference/gap.html", shown)


@require_safe
@needs(Power.REFERENCE)
def matrix(request: HttpRequest) -> HttpResponse:
    """Between which two States dual criminality, the threshold and the powers meet; one pair at a time."""
    sources = sources_of(house.ports())
    treaty, profiles = sources.treaty(""), sources.laws.profiles()
    names = dict(_states(sources))
    known = sorted(((code, names.get(code, code)) for code in profiles), key=lambda one: one[1].casefold())
    chosen = (request.GET.get("asker", ""), request.GET.get("asked", ""))
    codes = {str(code): profile for code, profile in profiles.items()}
    shown: dict[str, object] = {"known": known, "asker": chosen[0], "asked": chosen[1]}
    if all(one in codes for one in chosen) and chosen[0] != chosen[1]:
        pair = meet(treaty, sources.laws.data(), codes[chosen[0]], codes[chosen[1]])
        shown |= _pair(pair, treaty)
    elif any(chosen):
        shown["trouble"] = _("Choose two different States.")
    return render(request, "desk/reference/matrix.html", shown)


def choices(sources: Sources, treaty: Treaty) -> dict[str, object]:
    """What a question is put together from: States, measures, offences by their class."""
    return {
        "states": _states(sources),
        "measures": [(name, one.label) for name, one in treaty.measures.items()],
        "offences": [
            (kind.label, [(name, one.label) for name, one in kind.offences.items()])
            for kind in treaty.offence_classes.values()
            if kind.offences
        ],
    }


def reason_groups(reasons: Iterable[Reason]) -> list[tuple[str, list[ReasonRow]]]:
    """The reasons under the question that each answers."""
    return [
        (asked(topic), [_reason(one) for one in found]) for topic, found in groupby(reasons, key=lambda one: one.topic)
    ]


_FIELDS = ("asker", "asked", "measure", "offence")


def _reason(one: Reason) -> ReasonRow:
    return ReasonRow(
        weight=one.weight.value,
        weight_says=_(WEIGHTS[one.weight]),
        told=told(one),
        remedy=remedy_told(one) or "",
        rule="" if one.rule is None else rule_told(one.rule),
        asked_for_by="" if one.asked_for_by is None else rule_told(one.asked_for_by),
        read=tuple(read_told(read) for read in one.read if read.origin != "draft"),
    )


def _gap_row(line: GapLine) -> GapRow:
    return GapRow(
        label=label_told(line.asked.label),
        coverage=line.coverage.value,
        coverage_says=_(COVERAGES[line.coverage]),
        below=line.serious is False,
        found="" if line.found is None else fact_told(line.found),
        source="" if line.found is None else sourced_told(line.found.read).strip(),
    )


def _pair(pair: Pair, treaty: Treaty) -> dict[str, object]:
    offences = offences_of(treaty)
    return {
        "pair": pair,
        "sample": sample_told(f"{pair.asker}, {pair.asked}") if pair.sample else "",
        "offence_rows": [
            (label_told(offences[one.offence].label), _(METS[one.dual_criminality]), _(METS[one.serious]))
            for one in pair.offences
        ],
        "measure_rows": [
            (label_told(treaty.measures[one.measure].label), _(METS[one.powers])) for one in pair.measures
        ],
    }


def _states(sources: Sources) -> list[tuple[str, str]]:
    entries = sources.register().entries
    found = [(str(code), state_name(entry.state)) for code, entry in entries.items()]
    return sorted(found, key=lambda one: one[1].casefold())
