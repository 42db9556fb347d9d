"""The same words said again. A command that died is given again, word for word, and must say its message once.

Two messages say the same when all is equal but the time, what they stand on, and wraps (which are closed anew each
time). 1. A draft that says the same on the same heads is taken up. 2. A complete draft of the same step on other heads
was never sent and is replaced. 3. A message that this node said within the hour, with nothing said since, is that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from musnad.core.case.state import CaseState
from musnad.core.kernel.names import Digest, MessageId
from musnad.core.kernel.times import Instant
from musnad.core.messages.bodies import Body, Closing, Custody, Exported
from musnad.core.messages.message import ExhibitRef, Message

SAID_AGAIN_WITHIN = timedelta(hours=1)


def says_the_same(one: Message, other: Message) -> bool:
    """Whether the second is the first one's words, on whatever heads and at whatever time."""
    return _words(one, _body(one.body)) == _words(other, _body(other.body))


def is_taken_up(draft: Message, said: Message) -> bool:
    """1. Whether a draft that waits is what is being said now; an export's draft names a payload, so it never is."""
    return draft.previous == said.previous and says_the_same(draft, said) and not isinstance(said.body, Exported)


def said_last(state: CaseState, said: Message) -> MessageId | None:
    """3. The message among the case's heads that says the same. Custody at another time is another event."""
    for head in state.heads:
        last = state.messages[head]
        recent = timedelta(0) <= said.at - last.at <= SAID_AGAIN_WITHIN
        same_event = not isinstance(said.body, Custody) or last.body == said.body
        if recent and same_event and says_the_same(last, said):
            return head
    return None


def opened_with(states: Iterable[CaseState], said: Message) -> MessageId | None:
    """3, for a message that opens a case: one that was opened with the same words and where nothing followed."""
    found: Iterator[MessageId] = (
        last for state in states if len(state.messages) == 1 and (last := said_last(state, said)) is not None
    )
    return next(found, None)


def _words(message: Message, body: Body) -> Message:
    return replace(message, at=_never(message.at), previous=(), body=body, exhibits=tuple(map(_ref, message.exhibits)))


def _ref(exhibit: ExhibitRef) -> ExhibitRef:
    return replace(exhibit, wraps=tuple(replace(wrap, wrapped=b"") for wrap in exhibit.wraps))


def _body(body: Body) -> Body:
    match body:
        case Custody():
            return replace(body, at=_never(body.at))
        case Closing():
            return replace(body, heads=())
        case Exported():
            return replace(body, payload_manifest=Digest(""), heads=())
    return body


def _never(at: Instant) -> Instant:
    return Instant(at.replace(year=2000, month=1, day=1, hour=0, minute=0, second=0, microsecond=0))
