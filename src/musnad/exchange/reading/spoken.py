"""What a step says: as lines for people, as codes for programs.

Pure: a message and the measure of its request in, lines or codes out. A ground is told with its rule and how sure that
rule is, so that nothing unverified reads as law. What an author wrote stands in the lines only, marked as the original:
a program that reads codes, and the log that it may write, is given none of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from musnad.core.case.state import CaseState, RequestState
from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import MessageId, Slug
from musnad.core.kernel.times import write_instant
from musnad.core.messages import bodies
from musnad.core.messages.message import Message
from musnad.core.treaty.values import Measure
from musnad.exchange.reading.form import cite, parts_in_words
from musnad.exchange.reading.parts import body_parts, grounds_of, limit_parts
from musnad.exchange.reading.pieces import GroundView, Part, RuleView
from musnad.language import Speech, current
from musnad.language.words import word

_CODED = frozenset({"label", "said", "kind", "event", "seal", "day", "moment", "yes", "no"})
_IDS = frozenset({"speaker", "document", "sha256", "receipt", "zone", "recipients", "contested", "count", "seal"})
"""Members that are codes or digests; a reference of the other side is its own words, and is none of them."""


def request_of(state: CaseState, own_id: MessageId, message: Message) -> RequestState | None:
    """The request that a step belongs to: itself, what it answers, or what that answers; of custody its exhibit's."""
    requests = state.requests
    if own_id in requests:
        return requests[own_id]
    if isinstance(message.body, bodies.Custody):
        exhibit = state.exhibits.get(message.body.seal)
        return requests.get(exhibit.request) if exhibit is not None and exhibit.request is not None else None
    answered = message.answers
    if answered is not None and answered not in requests and answered in state.messages:
        answered = state.messages[answered].answers
    return requests.get(answered) if answered is not None else None


def said_lines(message: Message, measure: Measure | None, speech: Speech | None = None) -> Iterator[str]:
    """A step's members for people, a line each; a request's own stand in its form (``form.in_words``)."""
    say = speech or current()
    for part in body_parts(message, measure):
        note = ""
        if part.name == "ground":
            [ground] = grounds_of((Slug(part.text),), measure)
            note = rule_note(ground, say)
        yield from parts_in_words((part,), message.language, say, note=note)


def ground_lines(grounds: tuple[GroundView, ...], speech: Speech | None = None) -> Iterator[str]:
    """Grounds for people, each with its rule and how sure that is."""
    say = speech or current()
    for one in grounds:
        part = Part("ground", "label", one.name, one.label)
        yield from parts_in_words((part,), say.language, say, note=rule_note(one, say))


def rule_note(ground: GroundView, say: Speech) -> str:
    """Which rule a ground stands on and how sure it is, or that its treaty data are not at hand."""
    rule = ground.rule
    if rule is None:
        return say.gettext("the treaty data at hand does not know it")
    return say.gettext(", ").join(_sureness(rule, say))


def _sureness(rule: RuleView, say: Speech) -> Iterator[str]:
    if cited := cite(rule, say):
        yield cited
        if rule.numbering is not None and rule.numbering != "certain":
            yield word("numbering", rule.numbering, say)
    yield word("certainty", rule.certainty, say)


def said_codes(message: Message, measure: Measure | None) -> JsonObject:
    """A step's members that are codes, days or digests, by their names; the ones that may come often, as lists."""
    body = message.body
    parts = limit_parts(body.limits) if isinstance(body, bodies.Request) else body_parts(message, measure)
    told: dict[str, list[object]] = {}
    for part in parts:
        if part.name is not None and (part.kind in _CODED or part.name in _IDS):
            told.setdefault(part.name, []).append(_code(part, measure))
    many = {"ground", "recipients", "contested"}
    return {name: values if name in many else values[0] for name, values in told.items()}


def ground_code(ground: GroundView) -> JsonObject:
    """A ground for a program: its code, its rule, how sure that is."""
    rule = ground.rule
    return {
        "ground": ground.name,
        "rule": rule.name if rule is not None else None,
        "certainty": rule.certainty if rule is not None else None,
    }


def _code(part: Part, measure: Measure | None) -> object:
    if part.name == "ground":
        [ground] = grounds_of((Slug(part.text),), measure)
        return ground_code(ground)
    if part.kind in {"yes", "no"}:
        return part.kind == "yes"
    if part.day is not None:
        return part.day.isoformat()
    if part.moment is not None:
        return write_instant(part.moment)
    return part.text
