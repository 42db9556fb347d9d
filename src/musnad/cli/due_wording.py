"""What is due as lines for people: what ends first, then each duty with its last day by every Party's clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from musnad.core.kernel.times import write_day, write_instant
from musnad.exchange.reading import ClockView, CountdownView, DutyView, RuleView
from musnad.exchange.reading.due import DueLine, DueView
from musnad.exchange.reading.form import cite
from musnad.language import current, duration, isolate, ngettext, write_date
from musnad.language import gettext as _
from musnad.language.words import word


def due_lines(due: DueView) -> Iterator[str]:
    """The page."""
    if due.directory.state == "stale":
        yield _("The directory is stale: it could not be renewed in time.")
    elif due.directory.state == "expired":
        yield _("The directory has expired: no Party's time zone is known, so nothing is shown as late.")
    if not due.lines:
        yield _("Nothing is due.")
    for line in due.lines:
        yield from _line(line)
    if due.after is not None:
        yield _("There is more: --after %(place)s") % {"place": isolate(due.after)}


def escalation_line(countdown: CountdownView) -> str:
    """What ends, how long is left, and the step that helps, in one line."""
    parts = [
        word("ending", countdown.what),
        _time_left(countdown),
        _("%(owner)s: %(step)s") % {"owner": isolate(countdown.owner.id), "step": word("remedy", countdown.remedy)},
    ]
    return "! " + _("; ").join(part for part in parts if part)


def due_json(due: DueView) -> dict[str, object]:
    """The page for a program."""
    return {
        "party": due.party.code,
        "directory": due.directory.state,
        "after": due.after,
        "lines": [
            {
                "case": line.case,
                "fault": line.fault,
                "exercise": line.exercise,
                "others": [one.code for one in line.others],
                "duty": None if line.duty is None else duty_json(line.duty),
                "escalation": None if line.countdown is None else countdown_json(line.countdown),
            }
            for line in due.lines
        ],
    }


def duty_json(duty: DutyView) -> dict[str, object]:
    """A duty for a program."""
    return {
        "duty": duty.code,
        "owner": duty.owner.id,
        "standing": duty.standing,
        "overdue": duty.overdue,
        "request": duty.request,
        "seal": duty.seal,
        "set_by": duty.set_by,
        "suspended_by": duty.suspended_by,
        "last_working_day": None if duty.last_working_day is None else write_day(duty.last_working_day),
        "certainty": duty.certainty,
        **_ending(duty),
    }


def countdown_json(countdown: CountdownView) -> dict[str, object]:
    """A countdown for a program."""
    return {
        "what": countdown.what,
        "owner": countdown.owner.id,
        "keeper": countdown.keeper.code,
        "remedy": countdown.remedy,
        "level": countdown.level,
        "lapsed": countdown.lapsed,
        "kept": countdown.kept,
        "since": None if countdown.since is None else write_instant(countdown.since),
        "minutes_passed": countdown.minutes_passed,
        "request": countdown.request,
        "seal": countdown.seal,
        "certainty": countdown.certainty,
        **_ending(countdown),
    }


def _ending(found: DutyView | CountdownView) -> Mapping[str, object]:
    return {
        "last_day": None if found.last_day is None else write_day(found.last_day),
        "days_left": found.days_left,
        "working_days_left": found.working_days_left,
        "ends_at": None if found.ends_at is None else write_instant(found.ends_at),
        "rule": None if found.rule is None else found.rule.name,
        "clocks": [
            {
                "party": one.party.code,
                "zone": one.zone,
                "day": None if one.day is None else write_day(one.day),
                "hour": one.hour,
                "last_day": one.last_day.kind,
                "holiday": dict(one.last_day.names),
            }
            for one in found.clocks
        ],
    }


def _line(line: DueLine) -> Iterator[str]:
    if line.fault is not None:
        yield _("! Case %(case)s cannot be read: %(code)s") % {
            "case": isolate(line.case[:12]),
            "code": isolate(line.fault),
        }
        return
    if line.countdown is not None:
        yield escalation_line(line.countdown)
        yield "    " + _case(line, line.countdown)
        yield from _clock_lines(line.countdown)
    elif line.duty is not None:
        yield _comma().join(part for part in (word("duty", line.duty.code), _time_left(line.duty)) if part)
        yield "    " + _case(line, line.duty)
        yield from _day_lines(line.duty)
        yield from _clock_lines(line.duty)


def _case(line: DueLine, found: DutyView | CountdownView) -> str:
    language = current().language
    measure = found.measure.for_language(language) if found.measure is not None else ""
    others = _comma().join(one.names.get(language, one.code) for one in line.others)
    return "  ".join(
        part for part in (isolate(line.case[:12]), measure, others, _("exercise") if line.exercise else "") if part
    )


def _day_lines(duty: DutyView) -> Iterator[str]:
    if duty.suspended_by is not None:
        yield "    " + _("It waits for the answer to a question, and is not late meanwhile.")
    if duty.last_day is None:
        yield "    " + _("No day is set by the Convention.")
        return
    if duty.set_by == "parties":
        told = _("Last day, included: %(day)s; named in the case, not set by the Convention")
        yield "    " + told % {"day": write_date(duty.last_day)}
    else:
        told = _("Last day, included: %(day)s; %(rule)s")
        yield "    " + told % {"day": write_date(duty.last_day), "rule": _rule(duty.rule, duty.certainty)}
    if duty.last_working_day is not None and duty.last_working_day != duty.last_day:
        told = _("The last working day before it: %(day)s")
        yield "    " + told % {"day": write_date(duty.last_working_day)}


def _rule(rule: RuleView | None, certainty: str | None) -> str:
    parts = [cite(rule)] if rule is not None else []
    if certainty is not None:
        parts.append(word("certainty", certainty))
    return _comma().join(part for part in parts if part)


def _clock_lines(found: DutyView | CountdownView) -> Iterator[str]:
    """When the last day is over for each Party, and whether people work there on it."""
    for one in found.clocks:
        kind = word("day", one.last_day.kind)
        if one.last_day.kind == "holiday" and (name := _holiday(one)):
            kind = _("%(kind)s (%(name)s)") % {"kind": kind, "name": isolate(name)}
        if one.day is None or one.hour is None:
            yield "    " + _("%(party)s: its time zone is not known; on the last day %(kind)s") % {
                "party": isolate(one.party.code),
                "kind": kind,
            }
            continue
        yield "    " + _("%(party)s: over on %(day)s at %(hour)s (%(zone)s); the last day is %(kind)s") % {
            "party": isolate(one.party.code),
            "day": write_date(one.day),
            "hour": isolate(one.hour),
            "zone": isolate(one.zone or ""),
            "kind": kind,
        }


def _holiday(clock: ClockView) -> str:
    """The holiday's name in the reader's language, else in English, else in any."""
    names = clock.last_day.names
    return names.get(current().language) or names.get("en") or next(iter(names.values()), "")


def _time_left(found: DutyView | CountdownView) -> str:
    if isinstance(found, CountdownView) and found.minutes_passed is not None:
        return _("no word for %(time)s") % {"time": duration(found.minutes_passed * 60)}
    left = found.days_left
    if left is None:
        return ""
    if left == 0:
        return _("today is the last day")
    if left < 0:
        return ngettext("overdue by %(count)s day", "overdue by %(count)s days", -left) % {"count": -left}
    told = ngettext("%(count)s day left", "%(count)s days left", left) % {"count": left}
    working = found.working_days_left
    if working is None:
        return told
    of_them = ngettext("%(count)s of them a working day", "%(count)s of them working days", working)
    return told + _comma() + of_them % {"count": working}


def _comma() -> str:
    return _(", ")
