"""The register's values as lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from musnad.core.kernel.names import Slug
from musnad.core.kernel.times import Day
from musnad.core.register.standing import Standing
from musnad.core.register.values import Catalogue, Fact, Record, Register, Saying, Span, State
from musnad.language import current, isolate, write_date, write_time
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
