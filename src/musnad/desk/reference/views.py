"""The register of Parties as pages: the world on a day, and one State with everything known of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from musnad.core.directory.entry import Party
from musnad.core.kernel.errors import MusnadError
from musnad.core.register.checklist import Item, checklist
from musnad.core.register.force import entry_into_force
from musnad.core.register.life import LifeNumbers, life_numbers
from musnad.core.register.standing import Standing, Status, entry_of, standing
from musnad.core.register.values import Catalogue, FactKind, Record, Register
from musnad.desk import house
from musnad.desk.needs import needs
from musnad.desk.reference.asking import day_of
from musnad.desk.reference.atlas import atlas
from musnad.exchange.preflight import sources_of
from musnad.language import current, isolate, write_date
from musnad.language import gettext as _
from musnad.language.register_words import (
    fact_day,
    force_lines,
    source_lines,
    span_words,
    speaker,
    standing_lines,
    state_name,
)
from musnad.language.words import word
from musnad.people.powers import Power

STATUSES: tuple[Status, ...] = ("party", "deposited", "signed", "withdrawn", "none")
SORTS = ("name", "status", "since")


@dataclass(frozen=True, slots=True)
class Row:
    """One State in the table, in words."""

    code: str
    name: str
    status: Status
    status_says: str
    signed: str
    joined: str
    in_force: str
    sure: str
    certain: bool
    is_known: bool


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact, in words. ``gone`` says what became of it where it no longer stands."""

    kind: str
    about: str
    value: str
    day: str
    certainty: str
    certain: bool
    source: str
    text: str
    said: str
    gone: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One thing to do, in words, with the facts that show it done."""

    label: str
    help: str
    progress: str
    progress_says: str
    when: str
    duty: str
    article: str
    certainty: str
    certain: bool
    source: str
    facts: tuple[FactRow, ...]
    hints: str


@require_safe
@needs(Power.REFERENCE)
def register(request: HttpRequest) -> HttpResponse:
    """Every State on a day, as a map and as a table that can be filtered and sorted."""
    day, wrong = day_of(request)
    book, numbers = _book()
    found = [standing(book, code, day, numbers) for code in sorted(book.entries)]
    wanted, status = request.GET.get("name", "").strip(), request.GET.get("status", "")
    sort = request.GET.get("sort", "name")
    rows = [_row(one) for one in _sorted(found, sort) if _matches(one, wanted, status)]
    shown = {
        "day": day,
        "wrong": wrong,
        "name": wanted[:80],
        "status": status if status in STATUSES else "",
        "sort": sort if sort in SORTS else "name",
        "sorts": (("name", _("name")), ("status", _("where it stands")), ("since", _("since when"))),
        "found": len(rows),
        "rows": [one for one in rows if one.status != "none" or not one.is_known],
        "unknown": [one for one in rows if one.status == "none" and one.is_known],
        "again": "" if wrong or not request.GET.get("as_of") else f"?as_of={day.isoformat()}",
        "statuses": [(one, word("standing", one), sum(it.status == one for it in found)) for one in STATUSES],
        "force": tuple(force_lines(entry_into_force(book, day, numbers))),
        "atlas": atlas(found),
        "sources": _sources(book, (record for one in found for record in one.facts)),
    }
    return render(request, "desk/reference/register.html", shown)


@require_safe
@needs(Power.REFERENCE)
def state(request: HttpRequest, code: str) -> HttpResponse:
    """One State: where it stands, every fact, what is left to do, whom to write to. ``NoSuchState``."""
    day, wrong = day_of(request)
    book, numbers = _book()
    entry = entry_of(book, code.upper())
    found = standing(book, entry.state.code, day, numbers)
    listed = _listed(entry.state.code)
    tasks = checklist(book, entry.state.code, day, listed)
    shown = {
        "day": day,
        "wrong": wrong,
        "state": entry.state,
        "name": state_name(entry.state),
        "found": found,
        "lines": tuple(standing_lines(found)),
        "facts": [fact_row(record, book.catalogue) for record in entry.records],
        "stages": _stages(book, tasks),
        "authorities": _authorities(listed),
        "has_profile": entry.state.code in sources_of(house.ports()).laws.profiles(),
        "sources": _sources(book, [*entry.records, *(one for item in tasks for one in item.facts)], tasks),
    }
    return render(request, "desk/reference/state.html", shown)


def fact_row(record: Record, catalogue: Catalogue) -> FactRow:
    """A fact with its day, status and source, what it says, and what has become of it."""
    fact, language = record.fact, current().language
    gone = ""
    if record.replaced is not None:
        by = record.replaced.fact
        gone = (
            _("struck out by %(speaker)s: %(reason)s")
            if by is None
            else _("replaced by %(fact)s, said by %(speaker)s: %(reason)s")
        ) % {
            "fact": isolate((by or "")[:12]),
            "speaker": speaker(record.replaced.said),
            "reason": isolate(record.replaced.reason or "-"),
        }
    named = record.said.author is not None or record.said.digest is not None
    return FactRow(
        kind=word("fact", fact.kind),
        about="" if fact.about is None else catalogue.subjects[fact.about].label.for_language(language),
        value=fact.value,
        day=fact_day(fact),
        certainty=word("certainty", fact.certainty),
        certain=fact.certainty == "certain",
        source=fact.source,
        text=fact.texts.get(language) or fact.texts.get("en", ""),
        said=_("said by %(speaker)s") % {"speaker": speaker(record.said)} if named else "",
        gone=gone,
    )


def _book() -> tuple[Register, LifeNumbers]:
    ports = house.ports()
    return ports.register.current(), life_numbers(ports.treaties.current().rules)


def _listed(code: str) -> Party | None:
    """The State's entry in the directory; it is a hint, so its lack is no error."""
    with suppress(MusnadError):
        return next((one for one in house.ports().directories.current().parties if one.code == code), None)
    return None


def _authorities(listed: Party | None) -> list[tuple[str, str, list[str], str]]:
    """Name, id, measures and languages of each."""
    language, measures = current().language, house.ports().treaties.current().measures
    return [
        (
            one.names.get(language) or one.names.get("en", ""),
            one.id,
            [measures[name].label.for_language(language) if name in measures else name for name in one.measures],
            ", ".join(one.languages),
        )
        for one in (listed.authorities if listed else ())
    ]


def _matches(found: Standing, wanted: str, status: str) -> bool:
    if status in STATUSES and found.status != status:
        return False
    if not wanted:
        return True
    names = (found.state.code, *found.state.name.texts.values())
    return any(wanted.casefold() in one.casefold() for one in names)


def _sorted(found: Iterable[Standing], sort: str) -> list[Standing]:
    by_name = sorted(found, key=lambda one: state_name(one.state).casefold())
    if sort == "status":
        return sorted(by_name, key=lambda one: STATUSES.index(one.status))
    if sort == "since":
        return sorted(by_name, key=lambda one: (one.since is None, one.since.latest if one.since else one.day))
    return by_name


def _row(found: Standing) -> Row:
    days: dict[bool, str] = {}
    for record in found.facts:
        if record.fact.kind is not FactKind.WITHDRAWAL:
            days[record.fact.kind is FactKind.SIGNATURE] = fact_day(record.fact)
    return Row(
        code=found.state.code,
        name=state_name(found.state),
        status=found.status,
        status_says=word("standing", found.status),
        signed=days.get(True, ""),
        joined=days.get(False, ""),
        in_force=span_words(found.in_force_from) if found.in_force_from else "",
        sure="" if found.certainty is None else word("certainty", found.certainty),
        certain=found.certainty == "certain",
        is_known=found.is_known,
    )


def _stages(book: Register, items: Iterable[Item]) -> list[tuple[str, list[TaskRow]]]:
    language = current().language
    stages: dict[str, list[TaskRow]] = {}
    for item in items:
        stages.setdefault(item.task.stage, []).append(_task(book, item))
    return [(book.catalogue.stages[name].for_language(language), rows) for name, rows in stages.items()]  # type: ignore[index]


def _task(book: Register, item: Item) -> TaskRow:
    task, language = item.task, current().language
    when = book.catalogue.whens[task.when].for_language(language)
    if item.last_day is not None:
        when = f"{when} ({write_date(item.last_day)})"
    elif item.first_day is not None and item.progress == "not-yet":
        when = f"{when} ({write_date(item.first_day)})"
    return TaskRow(
        label=task.label.for_language(language),
        help=task.help.for_language(language),
        progress=item.progress,
        progress_says=word("progress", item.progress),
        when=when,
        duty=task.duty,
        article=task.article,
        certainty=word("certainty", task.certainty),
        certain=task.certainty == "certain",
        source=task.source,
        facts=tuple(fact_row(record, book.catalogue) for record in item.facts),
        hints=", ".join(item.hints),
    )


def _sources(book: Register, records: Iterable[Record], items: Iterable[Item] = ()) -> tuple[str, ...]:
    named = [*(one.fact.source for one in records), *(item.task.source for item in items)]
    return tuple(source_lines(book, named))[2:]
