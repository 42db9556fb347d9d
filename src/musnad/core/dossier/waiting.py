"""Check 6, first half: a message that follows what is not here. Left out by the exporter, or invented by its author?

Whoever signs a message may name any id in it, and the exporter can show nothing for what was never said. So a message
may wait without being a defect, and is told with its author and with what it lacks. But a Party says only what builds
on messages that it holds: where the exporter's own words name the missing message, or build on one that waits for it,
the exporter held it and has left it out. (A receipt of a message that is not here is a defect in any case.)

What this cannot show: an exporter that drops another's message together with everything that its own side has said
since. That stops the case early; so nothing with a waiting message is ever called complete. Spec: ADR 0005.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from musnad.core.case.state import CaseState
from musnad.core.dossier import layout
from musnad.core.dossier.errors import ParentMissing
from musnad.core.dossier.finding import Finding
from musnad.core.dossier.reading import Reading
from musnad.core.kernel.names import MessageId
from musnad.core.messages import bodies
from musnad.core.messages.message import Message


def check_waiting(reading: Reading, state: CaseState) -> Iterator[Finding]:
    """Name every message that is not here and that the exporter must have held, at each message that names it."""
    own = [one for one in reading.messages.values() if one.message.author_party == reading.exporter]
    for one in own:
        for named in _named(one.message):
            if named not in reading.carried:
                yield Finding("case", ParentMissing(one.id, named), layout.message_member(one.id))
    held = _ancestors(reading, (named for one in own for named in _named(one.message)))
    for waiting in state.waiting:
        if reading.messages[waiting.id].message.author_party != reading.exporter:
            for parent in waiting.missing:
                if parent in held:
                    yield Finding("case", ParentMissing(waiting.id, parent), layout.message_member(waiting.id))


def _ancestors(reading: Reading, named: Iterable[MessageId]) -> set[MessageId]:
    """These, and everything that they build on."""
    found: set[MessageId] = set()
    ahead = list(named)
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            if one in reading.messages:
                ahead += reading.messages[one].message.previous
    return found


def _named(message: Message) -> Iterator[MessageId]:
    """Every message that this one names."""
    yield from message.previous
    if message.answers is not None:
        yield message.answers
    if isinstance(message.body, bodies.Closing):
        yield from message.body.heads
    if isinstance(message.body, bodies.Request) and message.body.follows is not None:
        yield message.body.follows
