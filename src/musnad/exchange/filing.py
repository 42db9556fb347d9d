"""A folded case as it is filed: its shelf, all that a row of the inbox shows, and the words that it is found by.

Nothing of the day is filed: a summary holds last days and what ends, and what is late or escalates is judged when it is
read. Of the words, the fields that they stand in are kept beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from functools import lru_cache
from typing import cast

from musnad.core.case.countdown import Countdown
from musnad.core.case.duty import Duty
from musnad.core.case.state import CaseState, RequestState
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import AuthorityId, CaseRef, Digest, MessageId, PartyCode, Slug, party_of
from musnad.core.kernel.times import Day, Instant, parse_instant, write_day, write_instant
from musnad.core.messages.bodies import Request, Transcript
from musnad.core.messages.message import Message
from musnad.core.treaty.values import Treaty
from musnad.exchange.agenda import Filed, Shelf
from musnad.exchange.exhibits import read_kept_manifest
from musnad.exchange.journal import CaseRow
from musnad.exchange.ports import Ports
from musnad.exchange.words import forms
from musnad.exchange.written import STANDING, About, read_part, write_part

_SHORT = 12
_NAMES = frozenset({"authority", "measure"})


@dataclass(frozen=True, slots=True)
class Summary:
    """A case in one line: everything that no day changes. ``turns`` are the duties in whose order it stands."""

    about: About
    """Of the newest request."""
    status: str
    authorities: tuple[AuthorityId, ...]
    duties: tuple[tuple[Duty, About], ...]
    countdowns: tuple[tuple[Countdown, About], ...]
    void: int
    gaps: int
    last_at: Instant


def write_summary(summary: Summary) -> bytes:
    return write_canonical(
        {
            "about": write_part(summary.about),
            "status": summary.status,
            "authorities": list(summary.authorities),
            "duties": [[write_part(duty), write_part(of)] for duty, of in summary.duties],
            "countdowns": [[write_part(one), write_part(of)] for one, of in summary.countdowns],
            "void": summary.void,
            "gaps": summary.gaps,
            "last_at": write_instant(summary.last_at),
        }
    )


def read_summary(content: bytes) -> Summary:
    """As it was written; ``Malformed`` errors where another program wrote it."""
    members = parse_object(content, what="summary of a case")

    def pairs(name: str, kind: type[Duty | Countdown]) -> Iterator[tuple[object, About]]:
        for one, of in cast("list[list[JsonObject]]", members[name]):
            yield read_part(kind, one), cast("About", read_part(About, of))

    return Summary(
        cast("About", read_part(About, cast("JsonObject", members["about"]))),
        cast("str", members["status"]),
        tuple(AuthorityId(one) for one in cast("list[str]", members["authorities"])),
        tuple(cast("Iterator[tuple[Duty, About]]", pairs("duties", Duty))),
        tuple(cast("Iterator[tuple[Countdown, About]]", pairs("countdowns", Countdown))),
        cast("int", members["void"]),
        cast("int", members["gaps"]),
        parse_instant(cast("str", members["last_at"])),
    )


def file_case(
    party: PartyCode,
    row: CaseRow,
    state: CaseState,
    owed: tuple[Duty, ...],
    endings: tuple[Countdown, ...],
) -> Filed:
    """The case on its shelf, as this Party's node sees it."""
    newest = next(reversed(tuple(state.requests.values())), None)
    status = "closed" if state.closed else newest.status if newest is not None else "waiting"
    running = tuple(one for one in endings if not one.kept)
    authorities = {one for message in state.messages.values() for one in (message.author, *message.to)}
    summary = Summary(
        _about(state, newest),
        status,
        tuple(sorted(authorities)),
        tuple((one, _about(state, _request(state, one.request))) for one in owed),
        tuple((one, _about(state, state.requests.get(one.request))) for one in running),
        len(state.void),
        sum(len(one.gaps) for one in state.exhibits.values()),
        row.last_at,
    )
    acting = [one for one in owed if one.code not in STANDING]
    ours = [one for one in acting if party_of(one.owner) == party]
    counted = [one for one in running if party_of(one.owner) == party]
    minutes = [one.since + timedelta(minutes=min(one.warn)) for one in counted if one.since is not None]
    content = write_summary(summary)
    if minutes:
        first = min(minutes)
        return Filed(row.case, Shelf.MINUTES, first.date(), int(first.timestamp()), None, None, content)
    shelf = Shelf.NOW if ours else Shelf.WAITING if acting else Shelf.OPEN
    if state.closed and shelf is not Shelf.NOW:
        shelf = Shelf.CLOSED
    # Whose last day counts: our own where we act, the others' while they are waited for.
    days = [
        one.last_day for one in (ours or acting) if one.last_day is not None and shelf in {Shelf.NOW, Shelf.WAITING}
    ]
    ends = [one.last_day for one in counted if one.last_day is not None]
    warned = [day for one in counted if (day := warned_from(one)) is not None]
    return Filed(
        row.case,
        shelf,
        min(days, default=None),
        -row.last_index,
        min(ends, default=None),
        min(warned, default=None),
        content,
    )


def file_unreadable(row: CaseRow, code: str) -> Filed:
    """A case whose fault is all that can be said of it."""
    return Filed(row.case, Shelf.UNREADABLE, None, -row.last_index, None, None, b"", code)


def warned_from(countdown: Countdown) -> Day | None:
    """The day on which it escalates first."""
    if countdown.last_day is None or not countdown.warn:
        return countdown.last_day
    try:
        return countdown.last_day - timedelta(days=max(countdown.warn))
    except OverflowError:
        return Day.min


def words_of(ports: Ports, state: CaseState, treaties: Mapping[Digest, Treaty]) -> Mapping[str, frozenset[str]]:
    """The forms of everything that is searched for in a case, by what they stand in.

    ``case``, ``authority``, ``measure``, ``exhibit``, ``field/NAME`` of a request, ``step/KIND`` of what was said.
    """
    found: dict[str, set[str]] = {"case": {f"#{state.case}"}}
    for name, text, language in _texts(ports, state, treaties):
        found.setdefault(name, set()).update(_repeated(text, language) if name in _NAMES else forms(text, language))
    for one in state.messages:
        found["case"].update((f"#{one}", f"#{one[:_SHORT]}"))
    for seal in state.exhibits:
        found.setdefault("exhibit", set()).update((f"#{seal}", f"#{seal[:_SHORT]}"))
    return {name: frozenset(held) for name, held in found.items() if held}


@lru_cache(2_000)
def _repeated(text: str, language: str) -> frozenset[str]:
    """Of names and labels, which stand in many cases."""
    return frozenset(forms(text, language))


def _texts(ports: Ports, state: CaseState, treaties: Mapping[Digest, Treaty]) -> Iterator[tuple[str, str, str]]:
    """What is indexed: where it stands, the text, and the language that it says it is in."""
    for message in state.messages.values():
        for one in (message.author, *message.to):
            yield "authority", one, ""
        if isinstance(message.body, Request):
            for name, value in message.body.fields.items():
                yield from ((f"field/{name}", text, message.language) for text in strings_of(value))
        else:
            yield from _said(message)
    for request in state.requests.values():
        treaty = treaties.get(request.treaty)
        measure = treaty.measures.get(request.measure) if treaty is not None else None
        yield "measure", request.measure, "en"
        if measure is not None:
            yield from (("measure", text, language) for language, text in measure.label.texts.items())
    yield from _names(ports, state)
    for seal in state.exhibits:
        kept = ports.journal.exhibit(seal)
        with suppress(MusnadError):  # a manifest that cannot be read names nothing; its exhibit's page says so
            if kept is not None and kept.manifest:
                manifest = read_kept_manifest(kept)
                for text in (manifest.name, manifest.source.description, manifest.source.device or "", manifest.sha256):
                    yield "exhibit", text, ""


def _names(ports: Ports, state: CaseState) -> Iterator[tuple[str, str, str]]:
    """The Parties and authorities by the names that the directory gives them."""
    with suppress(MusnadError):
        entries = ports.directories.current().entries
        for code in state.parties:
            if code in entries:
                party = entries[code].party
                yield from (("authority", text, language) for language, text in party.names.items())
                for authority in party.authorities:
                    if any(authority.id in (one.author, *one.to) for one in state.messages.values()):
                        yield from (("authority", text, language) for language, text in authority.names.items())


def _said(message: Message) -> Iterator[tuple[str, str, str]]:
    body = message.body.said if isinstance(message.body, Transcript) else message.body
    if isinstance(message.body, Transcript) and message.body.reference:
        yield f"step/{message.kind}", message.body.reference, ""
    for member in fields(body):
        for text in strings_of(getattr(body, member.name)):
            yield f"step/{body.kind}", text, message.language


def strings_of(value: object) -> Iterator[str]:
    """Every text in a body, its members' members included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from strings_of(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings_of(part)
    elif isinstance(value, Day) and not hasattr(value, "tzinfo"):
        yield write_day(value)
    elif is_dataclass(value) and not isinstance(value, type):
        for member in fields(value):
            yield from strings_of(getattr(value, member.name))


def _request(state: CaseState, request: MessageId | None) -> RequestState | None:
    return state.requests.get(request) if request is not None else None


def _about(state: CaseState, request: RequestState | None) -> About:
    return About(
        CaseRef(state.case),
        state.parties,
        state.exercise,
        request.treaty if request is not None else None,
        Slug(request.measure) if request is not None else None,
    )
