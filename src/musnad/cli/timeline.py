"""A case and an inbox as lines, and a case as JSON: steps in fold order, requests, exhibits with their custody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from musnad.cli.conditions import conditions
from musnad.cli.due_wording import escalation_line
from musnad.core.case.limits import strictest
from musnad.core.case.state import CaseState, RequestState
from musnad.core.kernel.names import Digest, MessageId
from musnad.core.messages.bodies import Custody, Transcript, UseLimits
from musnad.core.messages.message import Message
from musnad.core.treaty.values import Measure, Treaty
from musnad.exchange.reading import GroundView, InboxRow, InboxView
from musnad.exchange.reading.form import in_words, request_form
from musnad.exchange.reading.parts import grounds_of
from musnad.exchange.reading.spoken import ground_code, ground_lines, request_of, said_codes, said_lines
from musnad.language import current, isolate, write_date, write_time
from musnad.language import gettext as _
from musnad.language.words import word

Rebutted = Mapping[MessageId, tuple[MessageId, ...]]
"""Statements of silence, each with the answers that its author had receipted before."""


Treaties = Mapping[Digest, Treaty]
"""The treaty data at hand, by digest."""


def case_json(state: CaseState, rebutted: Rebutted, treaties: Treaties) -> dict[str, object]:
    """The case for a program: codes and ids. What was written stays out of pipes and logs; the interface gives it."""
    voids = {void.id: void.ground for void in state.void}
    return {
        "case": state.case,
        "exercise": state.exercise,
        "parties": sorted(state.parties),
        "closed": state.closed,
        "digest": state.digest(),
        "heads": list(state.heads),
        "requests": [
            {
                "id": one.id,
                "measure": one.measure,
                "language": state.messages[one.id].language,
                "status": one.status,
                "preserved_until": one.preserved_until.isoformat() if one.preserved_until else None,
                "questions_open": list(one.questions_open),
                "postponed_until": one.postponed_until.isoformat() if one.postponed_until else None,
                "grounds": [ground_code(ground) for ground in _grounds(one, treaties)],
                "result": one.result,
                "silences": list(one.silences),
                "consents": [{"id": wish.id, "use": wish.use, "granted": wish.granted} for wish in one.consents],
            }
            for one in state.requests.values()
        ],
        "steps": [
            {
                "id": name,
                "kind": message.kind,
                "author": message.author,
                **_entered(message),
                "says": said_codes(message, _measure(state, name, message, treaties)),
                "void": voids.get(name),
                "receipts": len(state.receipts.get(name, ())),
                "rebutted_by": list(rebutted.get(name, ())),
            }
            for name, message in state.messages.items()
        ],
        "waiting": [one.id for one in state.waiting],
        "takeovers": dict(state.takeovers),
        "contested": list(state.contested),
        "exhibits": [
            {
                "seal": one.seal,
                "offered": one.offer is not None,
                "custody": [{"event": entry.event, "by": entry.authority} for entry in one.custody],
                "gaps": [gap.code for gap in one.gaps],
                "limits": _limits(one.limits),
            }
            for one in state.exhibits.values()
        ],
    }


def case_lines(state: CaseState, rebutted: Rebutted, treaties: Treaties) -> Iterator[str]:
    """The case for people."""
    yield _("Case %(case)s") % {"case": isolate(state.case)}
    if state.exercise:
        yield _("This is an exercise.")
    voids = {void.id: void.ground for void in state.void}
    for name, message in state.messages.items():
        line = _("%(time)s  %(author)s: %(step)s  %(id)s") % {
            "time": write_time(message.at),
            "author": isolate(message.author),
            "step": step_word(message),
            "id": isolate(name[:12]),
        }
        if name in state.contested:
            line += "  " + _("(contested by its speaker)")
        if name in voids:
            line += "  " + _("(void: %(ground)s)") % {"ground": word("ground", voids[name])}
        yield line
        yield from said_lines(message, _measure(state, name, message, treaties))
        if name in rebutted:
            answers = ", ".join(isolate(one[:12]) for one in rebutted[name])
            yield "    " + _("Rebutted: its author had receipted %(answers)s before saying so.") % {"answers": answers}
    for exhibit in state.exhibits.values():
        events = " · ".join(f"{word('event', entry.event)} {isolate(entry.authority)}" for entry in exhibit.custody)
        yield _("Exhibit %(seal)s: %(custody)s") % {"seal": isolate(exhibit.seal), "custody": events}
        yield from ("  " + told for told in conditions(exhibit.limits))
        for gap in exhibit.gaps:
            yield "  " + word("gap", gap.code)


def _limits(limits: tuple[UseLimits, ...]) -> dict[str, object] | None:
    """The conditions on an exhibit, for a program; what was written stays out of pipes."""
    limit = strictest(limits)
    if limit is None:
        return None
    until = limit.until.isoformat() if limit.until is not None else None
    return {"confidential": limit.confidential, "onward": limit.onward, "until": until, "at_end": limit.at_end}


def _entered(message: Message) -> dict[str, object]:
    body = message.body
    if not isinstance(body, Transcript):
        return {}
    return {"speaker": body.speaker, "said": body.said.kind, "channel": body.channel, "entered_by": message.officer}


def _measure(state: CaseState, name: MessageId, message: Message, treaties: Treaties) -> Measure | None:
    """The measure that a step is about, where its treaty data is at hand."""
    request = request_of(state, name, message)
    return None if request is None else _measure_of(request, treaties)


def _measure_of(request: RequestState, treaties: Treaties) -> Measure | None:
    treaty = treaties.get(request.treaty)
    return treaty.measures.get(request.measure) if treaty is not None else None


def _grounds(request: RequestState, treaties: Treaties) -> tuple[GroundView, ...]:
    return grounds_of(request.refusal_grounds, _measure_of(request, treaties))


def request_lines(state: CaseState, treaties: Treaties) -> Iterator[str]:
    """The case's requests for people, field by field in the reader's language; free text as it was written."""
    for name, request in state.requests.items():
        message = state.messages[name]
        treaty = treaties.get(message.treaty) if message.treaty is not None else None
        words = in_words(request_form(message, treaty))
        yield ""
        yield _("Request %(id)s: %(measure)s") % {"id": isolate(name[:12]), "measure": next(words)}
        yield "  " + _("Status: %(status)s") % {"status": word("status", request.status)}
        yield from ground_lines(_grounds(request, treaties))
        yield from words


def inbox_lines(inbox: InboxView) -> Iterator[str]:
    """The inbox for people: what escalates, then a line a case, and a line a duty under it."""
    if inbox.directory.state != "fresh":
        yield _("The directory is stale: it could not be renewed in time.")
    for row in inbox.rows:
        for one in row.escalations:
            yield escalation_line(one) + "  " + isolate(row.case[:12])
    for row in inbox.rows:
        yield from _row(row)


def _row(row: InboxRow) -> Iterator[str]:
    language = current().language
    others = ", ".join(party.names.get(language, party.code) for party in row.others)
    measure = row.measure.for_language(language) if row.measure else ""
    mark = _("exercise") if row.exercise else ""
    parts = (isolate(row.case[:12]), word("status", row.status), measure, others, mark)
    yield "  ".join(part for part in parts if part)
    for duty in row.duties:
        what = word("duty", duty.code)
        if duty.last_day is None:
            yield f"    {what}"
        else:
            yield "    " + _("%(duty)s, last day %(day)s") % {"duty": what, "day": write_date(duty.last_day)}


def step_word(message: Message) -> str:
    """What kind of step it is; of custody the event, of an entry what was said, by whom and how it came."""
    if isinstance(message.body, Custody):
        return word("event", message.body.event)
    if isinstance(message.body, Transcript):
        return _("%(said)s (entered for %(speaker)s: %(channel)s)") % {
            "said": word("kind", message.body.said.kind),
            "speaker": isolate(message.body.speaker),
            "channel": word("said", message.body.channel),
        }
    return word("kind", message.kind)
