"""The timeline of a report: each step of the case with its words, approvals and receipts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import singledispatch

from musnad.core.dossier.facts import Facts, SilenceShown
from musnad.core.kernel.names import MessageId
from musnad.core.messages import bodies
from musnad.core.messages.message import Message
from musnad.core.treaty.values import Measure
from musnad.language import Speech, write_date
from musnad.report.markup import Html, code, fill, join, rows, said, tag, text
from musnad.report.words import ACTS, BASES, EVENTS, KINDS, SAID, moment, word

Told = tuple[str, Html]
"""One line of a step: what it is, and what it says."""


def write_steps(facts: Facts, say: Speech) -> Html:
    """Every step in the order in which it applies, void ones marked."""
    numbers = number_steps(facts)
    void = {one.id: one.ground for one in facts.state.void}
    silences = {one.id: one for one in facts.silences}
    items = []
    for one, message in facts.state.messages.items():
        told = [*_answers(message, numbers, say), *_content(message.body, facts, message, say)]
        told += _silence(silences, one, numbers, say)
        told += _proofs(facts, one, message, say)
        items.append(_step(numbers[one], message, void.get(one), told, say))
    return tag("ol", *items, class_="steps")


def number_steps(facts: Facts) -> dict[MessageId, int]:
    """Steps are numbered from 1 in the order in which they apply."""
    return {one: number for number, one in enumerate(facts.state.order, 1)}


def link_to(number: int, say: Speech) -> Html:
    """A link to a step by its number."""
    return tag("a", fill(say.gettext("step %(number)s"), number=text(number)), href=f"#step-{number}")


def measure_of(facts: Facts, message: Message) -> Measure | None:
    """The treaty data's measure that a request names, if the dossier has that data."""
    treaty = facts.treaties.get(message.treaty) if message.treaty is not None else None
    return treaty.measures.get(message.measure) if treaty is not None and message.measure is not None else None


def _step(number: int, message: Message, ground: str | None, told: list[Told], say: Speech) -> Html:
    title = fill("%(number)s. %(kind)s", number=text(number), kind=text(word(KINDS, message.kind, say)))
    heading = fill(
        say.gettext("%(author)s to %(recipients)s, written %(time)s"),
        author=code(message.author),
        recipients=join([code(recipient) for recipient in message.to], ", "),
        time=text(moment(message.at, say)),
    )
    parts = [tag("h3", title, id_=f"step-{number}"), tag("p", heading, class_="soft")]
    if ground is not None:
        sentence = say.gettext("This step has no effect in the case: %(ground)s.")
        parts.append(tag("p", fill(sentence, ground=code(ground)), class_="gap"))
    return tag("li", *parts, rows(told), class_="void" if ground is not None else "step")


def _answers(message: Message, numbers: Mapping[MessageId, int], say: Speech) -> Iterator[Told]:
    if message.answers is not None and message.answers in numbers:
        yield say.gettext("Answers"), link_to(numbers[message.answers], say)


@singledispatch
def _content(body: object, _facts: Facts, _message: Message, _say: Speech) -> Iterator[Told]:
    """What the body of a message says, by name; a kind without words says nothing."""
    del body
    return iter(())


@_content.register
def _(body: bodies.Request, facts: Facts, message: Message, say: Speech) -> Iterator[Told]:
    yield from _request(facts, message, body, say)


@_content.register
def _(body: bodies.Acknowledgement, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    if body.reference is not None:
        yield say.gettext("File number"), said(body.reference)


@_content.register(bodies.Question)
@_content.register(bodies.Reply)
@_content.register(bodies.Consultation)
def _(
    body: bodies.Question | bodies.Reply | bodies.Consultation, _facts: Facts, _message: Message, say: Speech
) -> Iterator[Told]:
    yield say.gettext("Text"), said(body.text)


@_content.register
def _(body: bodies.Acceptance, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    yield from ((say.gettext("Condition"), said(condition)) for condition in body.conditions)
    yield from write_limits(body.limits, say)


@_content.register
def _(body: bodies.Execution, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    yield say.gettext("Result"), text(word(SAID, body.result, say))
    yield say.gettext("Text"), said(body.text)
    if body.done_on is not None:
        yield say.gettext("Done on"), text(write_date(body.done_on, say))


@_content.register
def _(body: bodies.ConsentRequest, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    yield say.gettext("Use"), text(word(SAID, body.use, say))
    if body.seal is not None:
        yield say.gettext("Exhibit"), code(body.seal)
    yield from ((say.gettext("Passed on to"), code(one)) for one in body.recipients)
    yield say.gettext("Reasons"), said(body.text)


@_content.register
def _(body: bodies.Consent, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    yield say.gettext("Agreed"), text(say.gettext("yes") if body.granted else say.gettext("no"))
    if body.text is not None:
        yield say.gettext("Text"), said(body.text)
    yield from write_limits(body.limits, say)


@_content.register
def _(body: bodies.Silence, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    yield say.gettext("Text"), said(body.text)
    if body.receipt is not None:
        yield say.gettext("Their receipt"), code(body.receipt)
    if body.attempts is not None:
        yield say.gettext("Deliveries tried in vain"), text(str(body.attempts.count))
        yield say.gettext("First attempt"), text(moment(body.attempts.first_at, say))
        yield say.gettext("Last attempt"), text(moment(body.attempts.last_at, say))


def _silence(
    silences: Mapping[MessageId, SilenceShown], one: MessageId, numbers: Mapping[MessageId, int], say: Speech
) -> Iterator[Told]:
    """What stands behind a statement that no answer came, and what its author's own log says against it."""
    if (shown := silences.get(one)) is not None:
        if shown.receipt is not None:
            sentence = say.gettext("The receipt of %(recipient)s for this request, of %(time)s.")
            told = fill(sentence, recipient=code(shown.receipt.recipient), time=text(moment(shown.receipt.at, say)))
        else:
            told = text(word(BASES, shown.basis, say))
        yield say.gettext("Rests on"), told
        if shown.place is None:
            rebutted = text(say.gettext("Cannot be seen here: its author does not show its place in its log."))
        elif shown.rebutted_by:
            answers = join([link_to(numbers[answer], say) for answer in shown.rebutted_by], ", ")
            sentence = say.gettext("Rebutted: its author had receipted %(answers)s before saying so.")
            rebutted = tag("span", fill(sentence, answers=answers), class_="gap")
        else:
            rebutted = text(say.gettext("Nothing here rebuts it."))
        yield say.gettext("Rebuttal"), rebutted


@_content.register
def _(body: bodies.Transcript, facts: Facts, message: Message, say: Speech) -> Iterator[Told]:
    yield say.gettext("Said by"), code(body.speaker)
    yield say.gettext("Came by"), text(word(SAID, body.channel, say))
    yield say.gettext("Received on"), text(write_date(body.received_on, say))
    if body.reference is not None:
        yield say.gettext("File number"), said(body.reference)
    if body.document is not None:
        yield say.gettext("SHA-256 of the paper"), code(body.document)
    yield say.gettext("It says"), text(word(KINDS, body.said.kind, say))
    yield from _content(body.said, facts, message, say)


@_content.register
def _(body: bodies.CallBack, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    yield say.gettext("Contact"), said(body.contact)
    yield say.gettext("Reached by"), said(body.reached_by)
    yield say.gettext("When"), text(moment(body.at, say))
    yield say.gettext("Result"), text(word(SAID, body.result, say))
    if body.note is not None:
        yield say.gettext("Note"), said(body.note)


@_content.register
def _(body: bodies.Takeover, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    yield from ((say.gettext("Contested entries"), code(one)) for one in body.contested)


def write_limits(limits: bodies.UseLimits | None, say: Speech) -> Iterator[Told]:
    """The conditions of use, member by member; nothing where there are none."""
    if limits is None:
        return
    yield say.gettext("Confidential"), text(say.gettext("yes") if limits.confidential else say.gettext("no"))
    yield say.gettext("Passing on"), text(word(SAID, limits.onward, say))
    if limits.purpose is not None:
        yield say.gettext("Only for"), said(limits.purpose)
    if limits.until is not None and limits.at_end is not None:
        yield say.gettext("Held until, included"), text(write_date(limits.until, say))
        yield say.gettext("At its end"), text(word(SAID, limits.at_end, say))


@_content.register
def _(body: bodies.Refusal, facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    yield from ((say.gettext("Ground"), _ground(facts, ground, say)) for ground in body.grounds)
    yield say.gettext("Reasons"), said(body.reasons)


@_content.register
def _(body: bodies.Postponement, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    yield say.gettext("Reasons"), said(body.reasons)
    if body.until is not None:
        yield say.gettext("Until"), text(write_date(body.until, say))


@_content.register
def _(body: bodies.Confirmation, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    yield say.gettext("Preserved up to and including"), text(write_date(body.preserved_until, say))
    yield say.gettext("Counted from"), join([text(write_date(body.counted_from, say)), code(body.zone)], " ")


@_content.register
def _(body: bodies.ExtensionRequest, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    yield say.gettext("Until"), text(write_date(body.until, say))
    yield say.gettext("Reasons"), said(body.reasons)


@_content.register
def _(body: bodies.Withdrawal, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    yield say.gettext("Reasons"), said(body.reasons)


@_content.register
def _(body: bodies.Offer, _facts: Facts, message: Message, say: Speech) -> Iterator[Told]:
    yield from ((say.gettext("Exhibit"), code(exhibit.seal)) for exhibit in message.exhibits)
    if body.note is not None:
        yield say.gettext("Note"), said(body.note)
    yield from write_limits(body.limits, say)


@_content.register
def _(body: bodies.Custody, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    yield say.gettext("Exhibit"), code(body.seal)
    yield say.gettext("Event"), text(word(EVENTS, body.event, say))
    yield say.gettext("When"), text(moment(body.at, say))


@_content.register
def _(body: bodies.Closing, _facts: Facts, _message: Message, say: Speech) -> Iterator[Told]:
    if body.summary is not None:
        yield say.gettext("Summary"), said(body.summary)


def _request(facts: Facts, message: Message, body: bodies.Request, say: Speech) -> Iterator[Told]:
    measure = measure_of(facts, message)
    label = measure.label.for_language(say.language) if measure is not None else str(message.measure)
    yield say.gettext("Measure"), text(label)
    if message.legal_basis is not None:
        treaty = facts.treaties.get(message.treaty) if message.treaty is not None else None
        named = treaty.instruments.get(message.legal_basis.instrument) if treaty is not None else None
        basis = named.label.for_language(say.language) if named is not None else str(message.legal_basis.instrument)
        yield say.gettext("Legal basis"), join([text(basis), said(message.legal_basis.note)], " ")
    yield from write_limits(body.limits, say)
    for name, value in sorted(body.fields.items()):
        field = next((one for key, one in measure.fields.items() if key == name), None) if measure is not None else None
        yield (field.label.for_language(say.language) if field is not None else name), _value(value, say)


def _value(value: object, say: Speech) -> Html:
    if isinstance(value, bool):
        return text(say.gettext("yes") if value else say.gettext("no"))
    if isinstance(value, list):
        return tag("ul", *(tag("li", _value(one, say)) for one in value))
    if isinstance(value, Mapping):
        return rows((str(name), _value(one, say)) for name, one in sorted(value.items()))
    return said(str(value))


def _ground(facts: Facts, name: str, say: Speech) -> Html:
    for treaty in facts.treaties.values():
        for key, ground in treaty.grounds.items():
            if key == name:
                return text(ground.label.for_language(say.language))
    return code(name)


def _proofs(facts: Facts, one: MessageId, message: Message, say: Speech) -> Iterator[Told]:
    for given in message.approvals:
        yield say.gettext("Officer"), join([code(given.officer), text(word(ACTS, given.act, say))], " ")
    for receipt in facts.state.receipts.get(one, ()):
        sentence = say.gettext("%(recipient)s, %(time)s; civil day %(day)s (%(zone)s); place %(index)s of its log")
        told = fill(
            sentence,
            recipient=code(receipt.recipient),
            time=text(moment(receipt.at, say)),
            day=text(write_date(receipt.day, say)),
            zone=code(receipt.zone),
            index=code(receipt.place.index),
        )
        if receipt.directory.stale:
            told = join([told, text(say.gettext("Given under an expired directory, within its days of grace."))], " ")
        yield say.gettext("Received"), told
    yield say.gettext("Message"), code(one)
