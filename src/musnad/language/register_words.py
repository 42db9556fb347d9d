"""The register's values as lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from musnad.core.kernel.names import Slug
from musnad.core.kernel.times import Day
from musnad.core.register.checklist import Item
from musnad.core.register.force import EntryIntoForce
from musnad.core.register.standing import Standing
from musnad.core.register.values import Catalogue, Fact, Record, Register, Saying, Span, State
from musnad.language import current, isolate, ngettext, number, write_date, write_time
from musnad.language import gettext as _
from musnad.language.words import word


def state_name(state: State) -> str:
    return state.name.for_language(current().language)


def span_words(span: Span) -> str:
    """A day, or the two that it lies between."""
    if span.is_exact:
        return write_date(span.earliest)
    return _("between %(first)s and %(last)s") % {
        "first": write_date(span.earliest),
        "last": write_date(span.latest),
    }


def fact_day(fact: Fact) -> str:
    """The day as it was told: exact, bounded, or not seen."""
    if fact.day is not None:
        return write_date(fact.day)
    if fact.not_before is not None and fact.by is not None:
        return span_words(Span(fact.not_before, fact.by))
    if fact.by is not None:
        return _("by %(day)s, the day itself not seen") % {"day": write_date(fact.by)}
    if fact.not_before is not None:
        return _("not before %(day)s, the day itself not seen") % {"day": write_date(fact.not_before)}
    return _("day not known")


def dated(found: Standing) -> dict[Slug, Day]:
    """Up to which day each list that the answer leans on is known."""
    return {one.fact.about: one.fact.latest for one in found.known_until if one.fact.about is not None}


def standing_lines(found: Standing) -> Iterator[str]:
    """Where a State stands, how sure that is, and what the answer does not know."""
    yield _("%(name)s (%(code)s) on %(day)s: %(status)s") % {
        "name": state_name(found.state),
        "code": isolate(found.state.code),
        "day": write_date(found.day),
        "status": word("standing", found.status),
    }
    if found.since is not None:
        yield _("Since: %(since)s") % {"since": span_words(found.since)}
    if not found.is_known:
        yield _("The days known do not exclude more: %(status)s") % {"status": word("standing", found.at_most)}
    if found.in_force_from is not None:
        yield _("In force for it from: %(day)s") % {"day": span_words(found.in_force_from)}
    if found.withdrawal_effective is not None:
        yield _("Its withdrawal takes effect: %(day)s") % {"day": span_words(found.withdrawal_effective)}
    if found.certainty is not None:
        yield _("How sure: %(sure)s") % {"sure": word("certainty", found.certainty)}
    if found.in_force_from is not None or found.withdrawal_effective is not None:
        rules = ", ".join(isolate(f"{one.name} ({one.certainty}, {one.source})") for one in found.rules)
        yield _("Rules: %(rules)s") % {"rules": rules}
    if found.is_bound:
        yield _("Signatures are known up to %(signatures)s, instruments up to %(deposits)s; nothing later is.") % {
            "signatures": _day_of(found, "signatures"),
            "deposits": _day_of(found, "deposits"),
        }


def force_lines(found: EntryIntoForce) -> Iterator[str]:
    """Whether the Convention is in force, what counts, and where the answer is only a bound."""
    day = write_date(found.day)
    if found.verdict == "in-force":
        yield _("On %(day)s the Convention is in force.") % {"day": day}
    elif found.verdict == "not-known" and found.known_until is not None and not found.turns_on_days:
        yield _(
            "As far as known up to %(until)s the Convention is not in force; whether it is on %(day)s is not known,"
            " since what was deposited after that, if anything, could have brought it into force."
        ) % {"day": day, "until": write_date(found.known_until.fact.latest)}
    elif found.verdict == "not-known":
        yield _("On %(day)s it is not known whether the Convention is in force: the days of some deposits are not.") % {
            "day": day
        }
    elif found.is_bound:
        yield _("On %(day)s the Convention is not in force as far as known.") % {"day": day}
    else:
        yield _("On %(day)s the Convention is not in force.") % {"day": day}
    if found.counted == found.possible:
        counted = number(found.counted)
    else:
        counted = _("%(least)s to %(most)s") % {"least": number(found.counted), "most": number(found.possible)}
    yield _("Instruments that count: %(counted)s of %(needed)s that are needed.") % {
        "counted": counted,
        "needed": number(found.needed),
    }
    if found.enters is not None:
        yield _("Day of entry into force: %(day)s.") % {"day": span_words(found.enters)}
    if found.inexact:
        yield ngettext(
            "The day of %(count)s of these deposits was not seen; the answer is a bound.",
            "The days of %(count)s of these deposits were not seen; the answer is a bound.",
            len(found.inexact),
        ) % {"count": number(len(found.inexact))}
    if found.is_bound and found.known_until is not None:
        yield _("Deposits are known up to %(day)s; later ones may be missing, so the count is a lower bound.") % {
            "day": write_date(found.known_until.fact.latest)
        }
    if found.left:
        yield _("A State whose instrument is counted has withdrawn since; the treaty's words count it all the same.")
    yield _("How sure: %(sure)s. Rules: %(rules)s.") % {
        "sure": word("certainty", found.certainty),
        "rules": ", ".join(isolate(f"{one.name} ({one.certainty}, {one.source})") for one in found.rules),
    }


def item_lines(book: Register, items: Iterable[Item]) -> Iterator[str]:
    """The tasks by stage, each with its article, how sure that is, and what shows it done."""
    language, stage = current().language, None
    for item in items:
        task = item.task
        if task.stage != stage:
            stage = task.stage
            yield ""
            yield book.catalogue.stages[stage].for_language(language)
        sign = {"done": "✓", "not-done": "✗", "closed": "–", "not-yet": "…"}.get(item.progress, "?")
        yield f"{sign} {task.label.for_language(language)}: {word('progress', item.progress)}"
        last = f" ({write_date(item.last_day)})" if item.last_day else ""
        first = f" ({write_date(item.first_day)})" if item.first_day and item.progress == "not-yet" else ""
        yield "    " + _("%(when)s; article %(article)s, %(status)s, source %(source)s") % {
            "when": book.catalogue.whens[task.when].for_language(language) + last + first,
            "article": isolate(task.article),
            "status": word("certainty", task.certainty),
            "source": isolate(task.source),
        }
        for record in item.facts:
            yield from (f"    {line}" for line in fact_lines(record, book.catalogue))
        if item.hints and item.progress != "done":
            yield "    " + _("The directory lists, which is no notification: %(hints)s") % {
                "hints": isolate(", ".join(item.hints))
            }


def fact_lines(record: Record, catalogue: Catalogue, *, with_party: bool = False) -> Iterator[str]:
    """One fact with its day, status and source, what it says, and what has become of it."""
    fact, language = record.fact, current().language
    about = "" if fact.about is None else f" ({catalogue.subjects[fact.about].label.for_language(language)})"
    whose = ""
    if with_party and fact.party is not None:
        whose = f"{state_name(catalogue.states[fact.party])}, "
    value = f": {isolate(fact.value)}" if fact.value else ""
    sure = f"[{word('certainty', fact.certainty)}; {isolate(fact.source)}]"
    kept = "" if record.replaced is None else _("was:") + " "
    yield f"- {kept}{whose}{word('fact', fact.kind)}{about}{value}: {fact_day(fact)} {sure} {isolate(fact.digest[:12])}"
    text = fact.texts.get(language) or fact.texts.get("en")
    if text:
        yield f"    {text}"
    if record.said.author is not None or record.said.digest is not None:
        yield "    " + _("said by %(speaker)s") % {"speaker": speaker(record.said)}
    if record.replaced is not None:
        by = record.replaced.fact
        yield "    " + (
            _("struck out by %(speaker)s: %(reason)s")
            if by is None
            else _("replaced by %(fact)s, said by %(speaker)s: %(reason)s")
        ) % {
            "fact": isolate((by or "")[:12]),
            "speaker": speaker(record.replaced.said),
            "reason": isolate(record.replaced.reason or "-"),
        }


def speaker(said: Saying) -> str:
    """Who said it: an authority by its officer, or a file that was loaded."""
    at = "" if said.at is None else f", {write_time(said.at)}"
    if said.author is None:
        return isolate(said.place) + at
    return f"{isolate(said.author)} ({isolate(said.officer)})" + at


def source_lines(register: Register, sources: Iterable[str]) -> Iterator[str]:
    """The sources that are named by a code, in words."""
    known = register.catalogue.sources
    codes = sorted({part for one in sources for part in one.split() if part in known}, key=lambda one: (len(one), one))
    if codes:
        yield ""
        yield _("Sources")
    for code in codes:
        yield f"{isolate(code)}  {isolate(known[code])}"


def _day_of(found: Standing, about: str) -> str:
    known = dated(found).get(Slug(about))
    return _("day not known") if known is None else write_date(known)
