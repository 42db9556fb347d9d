"""What a State without a node said on paper or otherwise, entered here for it and approved by an officer."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from musnad.core.case.state import RequestState
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import AuthorityId, MessageId, Slug, parse_digest
from musnad.core.messages import bodies
from musnad.desk.answering.fields import Field, Given, Option, limit_fields, said, words_of
from musnad.desk.answering.scan import DIGEST, SCAN
from musnad.language import gettext as _
from musnad.language import mark

CHANNELS: tuple[bodies.Channel, ...] = get_args(bodies.Channel)
RESULTS: tuple[bodies.Result, ...] = get_args(bodies.Result)
Heads = tuple[MessageId, ...]


def paper_fields(request: RequestState | None, grounds: tuple[Option, ...], *, wish: bool) -> tuple[Field, ...]:
    """Who said it, by what way, on which day; what it says; and what some kinds need besides.

    Args:
        wish: whether it answers a wish for another use, which nothing but a consent or its refusal answers.
    """
    kinds = [one for one in SAID if (one == "consent") == wish]
    answers = (Option("yes", _("Agreed")), Option("no", _("Not agreed")))
    granted = (Field("granted", _("Answer"), "choice", required=True, options=answers),) if wish else ()
    speakers = tuple(Option(one, one) for one in request.asked) if request is not None else ()
    only = speakers[0].value if len(speakers) == 1 else ""
    return (
        Field("speaker", _("Who said it"), "choice", required=True, options=speakers, values=(only,) if only else ()),
        Field("channel", _("How it came"), "choice", required=True, options=words_of("said", CHANNELS)),
        said(Field("received_on", mark("The day on which it came"), "day", required=True)),
        Field("said", _("What it says"), "choice", required=True, options=words_of("kind", kinds)),
        *granted,
        said(Field("text", mark("In its own words"), "long")),
        Field("grounds", _("Grounds of refusal"), "ticks", options=grounds),
        said(Field("until", mark("Until when, included"), "day")),
        said(Field("counted_from", mark("Of a confirmation: the day that it counts from"), "day")),
        said(Field("zone", mark("Of a confirmation: its time zone, such as Africa/Cairo"), "text")),
        Field("result", _("Of a report: what came of it"), "choice", options=words_of("said", RESULTS)),
        said(Field("done_on", mark("The day on which it was done"), "day")),
        *limit_fields(),
        said(Field("reference", mark("Their reference"), "text")),
        said(
            Field(
                SCAN,
                mark("The scan or file, as it came"),
                "file",
                mark("Its SHA-256 is entered; the file itself is not kept here, so keep it in your own records."),
            )
        ),
        said(Field(DIGEST, mark("Or its SHA-256, where the file lies elsewhere"), "text")),
    )


def transcript(given: Given, request: RequestState | None, heads: Heads) -> bodies.Transcript | None:
    """The entry; None where a field is missing or wrong, each being noted. ``heads`` are what a closing closes over."""
    speakers = request.asked if request is not None else ()
    speaker, channel = given.due_one_of("speaker", speakers), given.due_one_of("channel", CHANNELS)
    given.due("received_on")
    day, kind = given.day("received_on"), given.due_one_of("said", tuple(SAID))
    document = given.text(DIGEST)
    try:
        digest = parse_digest(document.lower()) if document is not None else None
    except BadForm:
        given.errors[DIGEST] = _("Write the SHA-256 as 64 hexadecimal digits.")
        return None
    spoken = SAID[kind](given, heads) if kind is not None else None
    if spoken is None or speaker is None or channel is None or day is None:
        return None
    return bodies.Transcript(AuthorityId(speaker), channel, day, spoken, given.text("reference"), digest)


def _refusal(given: Given, _heads: Heads) -> bodies.Spoken | None:
    grounds = tuple(Slug(one) for one in given.many("grounds"))
    if not grounds:
        given.errors["grounds"] = _("Choose one of those offered.")
    return bodies.Refusal(grounds, given.due("text"))


def _confirmation(given: Given, _heads: Heads) -> bodies.Spoken | None:
    for name in ("until", "counted_from", "zone"):
        given.due(name)
    until, counted_from = given.day("until"), given.day("counted_from")
    if until is None or counted_from is None:
        return None
    return bodies.Confirmation(until, counted_from, given.due("zone"))


def _execution(given: Given, _heads: Heads) -> bodies.Spoken | None:
    result = given.due_one_of("result", RESULTS)
    return bodies.Execution(result or "executed", given.due("text"), given.day("done_on"))


def _consent(given: Given, _heads: Heads) -> bodies.Spoken | None:
    granted = given.due_one_of("granted", ("yes", "no"))
    return bodies.Consent(granted == "yes", given.text("text"), given.limits())


SAID: dict[str, Callable[[Given, Heads], bodies.Spoken | None]] = {
    "acknowledgement": lambda given, _: bodies.Acknowledgement(given.text("text")),
    "question": lambda given, _: bodies.Question(given.due("text")),
    "acceptance": lambda given, _: bodies.Acceptance(given.lines("text"), given.limits()),
    "consultation": lambda given, _: bodies.Consultation(given.due("text")),
    "refusal": _refusal,
    "postponement": lambda given, _: bodies.Postponement(given.due("text"), given.day("until")),
    "confirmation": _confirmation,
    "execution": _execution,
    "consent": _consent,
    "closing": lambda given, heads: bodies.Closing(heads, given.text("text")),
}
"""What the asked side says; what one's own request was asked on paper is answered with."""
