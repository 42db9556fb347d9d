"""What a State or organisation still has to do to join and to be ready, task by task, as of any day.

The tasks are data (``tasks.toml``); this says of each whether it is done, as far as the register knows. ``not-done`` is
said only where a list of signatures or instruments covers the day; all else that no fact shows is ``not-known``.
What the directory shows (an authority in a role, its languages) is a hint beside the task, never its proof: being
listed here is not a notification to the depositary.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from musnad.core.directory.entry import Party
from musnad.core.kernel.names import Slug
from musnad.core.kernel.times import Day
from musnad.core.register.consistency import turns
from musnad.core.register.standing import entry_of
from musnad.core.register.values import (
    DEPOSITED,
    DEPOSITS,
    SIGNATURES,
    Entry,
    FactKind,
    Record,
    Register,
    Task,
    weakest,
)
from musnad.core.treaty.values import Certainty

Progress = Literal["done", "not-done", "not-known", "not-yet", "closed"]
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Item:
    """One task for one State. ``last_day`` is the last on which it can be done; ``first_day`` the first.

    ``facts`` show it done; ``certainty`` is theirs and the task's together where it is done, else the task's own.
    """

    task: Task
    progress: Progress
    first_day: Day | None
    last_day: Day | None
    facts: tuple[Record, ...]
    certainty: Certainty
    hints: tuple[str, ...]


def checklist(register: Register, code: str, day: Day, listed: Party | None = None) -> tuple[Item, ...]:
    """Every task that concerns this State or organisation, in the order of the work; ``NoSuchState``.

    Args:
        listed: its entry in the directory, where there is one.
    """
    entry = entry_of(register, code)
    done = {task.name for task in register.catalogue.tasks if _facts(register, entry, task, day)}
    items = []
    for task in register.catalogue.tasks:
        if task.organisations_only and not entry.state.is_organisation:
            continue
        if task.name not in done and not _concerns(register, task, done, day):
            continue
        items.append(_item(register, entry, task, day, listed))
    return tuple(items)


def _concerns(register: Register, task: Task, done: set[Slug], day: Day) -> bool:
    """Whether a task that is not done is for this State: not in the place of a done one, and not out of reach."""
    tasks = register.catalogue.tasks
    if FactKind.WITHDRAWAL in task.done_by or task.instead_of & done:
        return False
    if any(task.name in other.instead_of for other in tasks if other.name in done):
        return False
    if task.after is None or task.after in done:
        return True
    before = next(one for one in tasks if one.name == task.after)
    closing = register.milestone(before.until) if before.until else None
    return closing is None or day <= closing.fact.latest


def _item(register: Register, entry: Entry, task: Task, day: Day, listed: Party | None) -> Item:
    facts = _facts(register, entry, task, day)
    until = register.milestone(task.until) if task.until else None
    since = register.milestone(task.since) if task.since else None
    return Item(
        task=task,
        progress=_progress(register, entry, task, day, facts),
        first_day=since.fact.latest + _ONE_DAY if since and since.fact.latest < Day.max else None,
        last_day=until.fact.latest if until else None,
        facts=facts,
        certainty=weakest(task.certainty, *(one.fact.certainty for one in facts)),
        hints=_hints(register, task, listed),
    )


def _progress(register: Register, entry: Entry, task: Task, day: Day, facts: tuple[Record, ...]) -> Progress:
    if facts:
        return "done"
    until = register.milestone(task.until) if task.until else None
    since = register.milestone(task.since) if task.since else None
    if until is not None and day > until.fact.latest:
        return "closed"
    if since is not None and day <= since.fact.latest:
        return "not-yet"
    about = SIGNATURES if FactKind.SIGNATURE in task.done_by else DEPOSITED if task.done_by & DEPOSITS else None
    covered = register.complete_until(about) if about else None
    possible = [one for one in entry.of(*task.done_by) if one.fact.span(register.floor).earliest <= day]
    if covered is not None and day <= covered.fact.latest and not (possible and about):
        return "not-done"
    return "not-known"


def _facts(register: Register, entry: Entry, task: Task, day: Day) -> tuple[Record, ...]:
    """What surely shows it done by that day: a yearly task within the year before, an instrument not withdrawn."""
    kinds = task.done_by if task.subject is None else task.done_by | {FactKind.STEP}
    about = (None,) if task.subject is None else (task.subject, *task.also_about)
    found = tuple(one for one in entry.of(*kinds) if one.fact.about in about and one.fact.latest <= day)
    if task.done_by & DEPOSITS:
        left = [one for one, gone in turns(register, entry.state.code) if gone and gone.fact.latest <= day]
        return tuple(one for one in found if one not in left)
    if task.every_years is None:
        return found
    return tuple(one for one in found if _whole_years(one.fact.latest, day) < task.every_years)


def _whole_years(begin: Day, end: Day) -> int:
    return end.year - begin.year - ((end.month, end.day) < (begin.month, begin.day))


def _hints(register: Register, task: Task, listed: Party | None) -> tuple[str, ...]:
    if listed is None:
        return ()
    if task.role is not None:
        return tuple(one.id for one in listed.authorities if task.role in one.roles)
    if task.subject is not None and register.catalogue.subjects[task.subject].value == "languages":
        return tuple(sorted({language for one in listed.authorities for language in one.languages}))
    return ()
