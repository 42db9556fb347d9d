"""Answers of a pre-flight and of law profiles as lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from musnad.core.law.gap import Coverage, GapLine, GapReport, coverage_of, offences_of
from musnad.core.law.meeting import Pair
from musnad.core.law.values import Extent, HomeOffence, HomePower, LawData, Profile, Sourced
from musnad.core.preflight.checking import Preflight
from musnad.core.preflight.values import Can, Reason, Weight
from musnad.core.treaty.values import Certainty, Label, Treaty
from musnad.language import current, isolate, ngettext, number, write_date
from musnad.language import gettext as _
from musnad.language.preflight_words import (
    ANSWERS,
    COVERAGES,
    METS,
    WEIGHTS,
    asked,
    penalty_told,
    read_told,
    remedy_told,
    rule_told,
    sample_told,
    told,
)
from musnad.language.words import word

_HINGES = (Weight.BLOCKS, Weight.WARNS, Weight.ONLY_IF, Weight.NOT_KNOWN)


def can_lines(found: Can) -> Iterator[str]:
    """The answer in one line, what it hangs on, then every reason."""
    question = found.question
    yield _("%(asker)s asks %(asked)s for %(measure)s, on %(day)s: %(answer)s") % {
        "asker": isolate(question.asker),
        "asked": isolate(question.asked),
        "measure": label_told(found.treaty.measures[question.measure].label),
        "day": write_date(found.day),
        "answer": _(ANSWERS[found.answer]),
    }
    if found.samples:
        yield sample_told(_comma().join(found.samples))
    yield from _hinge_lines(found.reasons)
    yield ""
    yield from reason_lines(found.reasons)


def _hinge_lines(reasons: Iterable[Reason]) -> Iterator[str]:
    """What stands in the way or is not known, in short."""
    yield from (f"  [{_(WEIGHTS[one.weight])}] {told(one)}" for one in reasons if one.weight in _HINGES)


def preflight_lines(found: Preflight) -> Iterator[str]:
    """The outcome, then every section."""
    counts = [
        ngettext("%(count)s thing blocks", "%(count)s things block", found.count(Weight.BLOCKS))
        % {"count": found.count(Weight.BLOCKS)},
        ngettext("%(count)s thing warns", "%(count)s things warn", found.count(Weight.WARNS))
        % {"count": found.count(Weight.WARNS)},
        ngettext("%(count)s thing is not known", "%(count)s things are not known", found.count(Weight.NOT_KNOWN))
        % {"count": found.count(Weight.NOT_KNOWN)},
    ]
    if found.missing:
        missing = ngettext(
            "%(count)s field that the measure requires is missing.",
            "%(count)s fields that the measure requires are missing.",
            len(found.missing),
        ) % {"count": number(len(found.missing))}
        head = _("Nothing that is certain stops this draft.") if found.ready else _("This draft cannot leave as it is.")
        head = f"{missing} {head}"
    else:
        head = _("Nothing stops this draft.") if found.ready else _("This draft cannot leave as it is.")
    yield f"{head} {_comma().join(counts)}."
    if found.measure is not None:
        yield _("Measure: %(measure)s; can it be asked: %(answer)s") % {
            "measure": label_told(found.measure.label),
            "answer": _(ANSWERS[found.answer]),
        }
    if found.samples:
        yield sample_told(_comma().join(found.samples))
    yield ""
    yield from reason_lines(found.reasons)


def reason_lines(reasons: Iterable[Reason]) -> Iterator[str]:
    """Each question, and under it what was found, under which rule, in which fact."""
    for topic, found in groupby(reasons, key=lambda one: one.topic):
        yield asked(topic)
        for one in found:
            yield f"  [{_(WEIGHTS[one.weight])}] {told(one)}"
            remedy = remedy_told(one)
            if remedy is not None:
                yield "      " + _("Remedy: %(remedy)s") % {"remedy": remedy}
            if one.rule is not None:
                yield "      " + _("Rule: %(rule)s") % {"rule": rule_told(one.rule)}
            if one.asked_for_by is not None:
                yield "      " + _("Asked for by: %(rule)s") % {"rule": rule_told(one.asked_for_by)}
            for read in one.read:
                if read.origin != "draft":
                    yield "      " + _("Read in %(read)s") % {"read": read_told(read)}


def profile_lines(found: Profile, data: LawData) -> Iterator[str]:
    """A profile, each fact with its source and how sure it is."""
    yield _("Law profile of %(state)s, as of %(day)s") % {
        "state": isolate(found.state),
        "day": write_date(found.as_of),
    }
    if found.sample:
        yield sample_told(found.state)
    if found.languages is not None:
        yield _("Languages: %(languages)s") % {"languages": isolate(", ".join(found.languages.accepted))}
        yield sourced_told(found.languages.read)
    if found.dual_criminality is not None:
        dual = found.dual_criminality
        policies = [dual.policy, *(f"{name}: {policy}" for name, policy in dual.measures.items())]
        yield _("Dual criminality: %(policies)s") % {"policies": isolate(", ".join(policies))}
        yield sourced_told(dual.read)
    if found.data_protection is not None:
        held = found.data_protection
        yield _("Transfer of personal data: %(transfer)s") % {
            "transfer": isolate("; ".join([held.transfer, held.provision, *held.conditions]))
        }
        yield sourced_told(held.read)
    for name, basis in found.bases.items():
        yield _("Other basis: %(basis)s, %(accepted)s") % {
            "basis": isolate(name),
            "accepted": _("it helps on it") if basis.accepted else _("it does not help on it"),
        }
        yield sourced_told(basis.read)
    yield _("Offences:")
    for name, offence in found.offences.items():
        yield f"  {isolate(name)}: {fact_told(offence)}"
        yield "  " + sourced_told(offence.read)
    yield _("Powers:")
    for name, power in found.powers.items():
        yield f"  {label_told(data.powers[name].label)}: {fact_told(power)}"
        yield "  " + sourced_told(power.read)


def gap_lines(report: GapReport) -> Iterator[str]:
    """What is covered, missing and not known, and which offence is no serious crime."""
    yield _("%(state)s against %(treaty)s") % {
        "state": isolate(report.state),
        "treaty": label_told(report.treaty.label),
    }
    if report.sample:
        yield sample_told(report.state)
    yield _comma().join(f"{_(COVERAGES[one])}: {report.count(one)}" for one in Coverage)
    if report.threshold is not None:
        yield _("Serious from %(years)s years (%(rule)s, %(certainty)s)") % {
            "years": report.threshold.number,
            "rule": isolate(report.threshold.name),
            "certainty": word("certainty", report.threshold.certainty),
        }
    for line in report.lines:
        yield from _gap_line(line)


def matrix_lines(pairs: Iterable[Pair], treaty: Treaty) -> Iterator[str]:
    """For each ordered pair, offence by offence and measure by measure."""
    labels = {name: one.label for name, one in offences_of(treaty).items()}
    for pair in pairs:
        yield _("%(asker)s asks %(asked)s") % {"asker": isolate(pair.asker), "asked": isolate(pair.asked)}
        if pair.sample:
            yield "  " + sample_told(f"{pair.asker}, {pair.asked}")
        for one in pair.offences:
            yield "  " + _("%(offence)s: dual criminality %(dual)s, serious by both laws %(serious)s") % {
                "offence": label_told(labels[one.offence]),
                "dual": _(METS[one.dual_criminality]),
                "serious": _(METS[one.serious]),
            }
        for measure in pair.measures:
            yield "  " + _("%(measure)s: powers %(powers)s") % {
                "measure": label_told(treaty.measures[measure.measure].label),
                "powers": _(METS[measure.powers]),
            }


def _gap_line(line: GapLine) -> Iterator[str]:
    yield f"  {label_told(line.asked.label)}: {_(COVERAGES[line.coverage])}"
    if line.serious is False:
        yield "    " + _("Below the threshold of a serious crime")
    if line.found is not None:
        yield "    " + fact_told(line.found)
        yield "  " + sourced_told(line.found.read)


def fact_told(found: HomeOffence | HomePower) -> str:
    parts = [] if found.extent is Extent.WHOLE else [_(COVERAGES[coverage_of(found)])]
    if found.provision:
        parts.append(isolate(found.provision))
    if isinstance(found, HomeOffence):
        if found.maximum is not None:
            parts.append(penalty_told(found.maximum))
    else:
        parts += [isolate(one) for one in (*found.ordered_by, *found.conditions)]
        if found.from_maximum is not None:
            parts.append(_("from a maximum of %(least)s") % {"least": penalty_told(found.from_maximum)})
    if found.note:
        parts.append(isolate(found.note))
    return _comma().join(parts)


def sourced_told(read: Sourced) -> str:
    """Where a fact was read and how sure it is; of a sample, which is sure of nothing, only where."""
    if read.certainty is Certainty.DESIGN:
        return "    " + _("Source: %(source)s") % {"source": isolate(read.source)}
    return "    " + _("Source: %(source)s (%(certainty)s)") % {
        "source": isolate(read.source),
        "certainty": word("certainty", read.certainty),
    }


def label_told(label: Label) -> str:
    return label.for_language(current().language)


def _comma() -> str:
    return "، " if current().direction == "rtl" else ", "
