"""One form a kind: its fields, and the body that they come to. The kinds are those that a terminal can say, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from musnad.core.case.state import CaseState, RequestState
from musnad.core.kernel.names import CaseRef, MessageId, PartyCode, SealId, Slug, party_of
from musnad.core.kernel.times import Day, write_day
from musnad.core.messages import bodies
from musnad.core.messages.version import MUSNAD_1
from musnad.core.treaty.values import Ground, Measure
from musnad.desk.answering.fields import Field, Given, Option, limit_fields, said, words_of
from musnad.desk.answering.paper import paper_fields, transcript
from musnad.exchange.errors import UnknownMessage
from musnad.exchange.periods import confirmation
from musnad.exchange.ports import Ports
from musnad.exchange.reading.house import rule_view
from musnad.exchange.silence import silence
from musnad.language import current, mark
from musnad.language import gettext as _
from musnad.language.words import word
from musnad.people.seat import Seat

RESULTS: tuple[bodies.Result, ...] = ("executed", "partly-executed", "not-executed")
USES: tuple[bodies.Use, ...] = ("onward-transfer", "other-use", "defence-disclosure")
CALLED: tuple[bodies.CallBackResult, ...] = ("confirmed", "denied", "not-reached")


@dataclass(frozen=True)
class Saying:
    """What is about to be said, and in what: ``request`` and ``measure`` are those that it is about, where known."""

    ports: Ports
    case: CaseRef
    state: CaseState
    answers: MessageId | None
    request: RequestState | None
    measure: Measure | None
    seat: Seat

    @property
    def ours(self) -> PartyCode:
        return self.ports.party


def _text(label: str, *, required: bool = True, name: str = "text", help: str = "") -> Field:  # noqa: A002
    return said(Field(name, label, "long", help, required))


def _acknowledgement(_saying: Saying) -> tuple[Field, ...]:
    help_ = mark("Your own file number, if you have one; it may stay empty.")
    return (said(Field("reference", mark("Your reference"), "text", help_)),)


def _acceptance(_saying: Saying) -> tuple[Field, ...]:
    conditions = Field("conditions", mark("Conditions"), "lines", mark("One on each line; none is needed."))
    return (said(conditions), *limit_fields())


def _refusal(saying: Saying) -> tuple[Field, ...]:
    return (
        Field("grounds", _("Grounds of refusal"), "ticks", required=True, options=grounds_of(saying.measure)),
        _text(mark("Reasons"), name="reasons"),
    )


def _postponement(_saying: Saying) -> tuple[Field, ...]:
    until = Field("until", mark("Until when, included"), "day", mark("It may stay empty where no day is known."))
    return (_text(mark("Reasons"), name="reasons"), said(until))


def _confirmation(saying: Saying) -> tuple[Field, ...]:
    until = default_day(saying)
    return (
        Field(
            "until",
            _("Last day of preservation, included"),
            "day",
            _("The earliest that the law allows stands here; a later one may be given."),
            required=True,
            values=(write_day(until),) if until is not None else (),
        ),
    )


def _execution(_saying: Saying) -> tuple[Field, ...]:
    return (
        Field("result", _("What came of it"), "choice", required=True, options=words_of("said", RESULTS)),
        _text(mark("What was done, or what was not found")),
        said(Field("done_on", mark("The day on which it was done"), "day")),
    )


def _extension(_saying: Saying) -> tuple[Field, ...]:
    until = Field("until", mark("New last day, included"), "day", required=True)
    return (said(until), _text(mark("Reasons"), name="reasons"))


def _consent_request(saying: Saying) -> tuple[Field, ...]:
    directory = saying.ports.directories.current()
    language = current().language
    parties = tuple(
        Option(code, entry.party.names.get(language) or entry.party.names.get("en") or code)
        for code, entry in sorted(directory.entries.items())
        if code not in saying.state.parties
    )
    request = saying.request.id if saying.request is not None else None
    held = tuple(Option(one.seal, one.seal[:12]) for one in saying.state.exhibits.values() if one.request == request)
    return (
        Field("use", _("The use that is wished for"), "choice", required=True, options=words_of("said", USES)),
        _text(mark("What for, and why")),
        Field("recipients", _("To whom the data would be passed on"), "ticks", options=parties),
        Field("seal", _("One exhibit only"), "choice", _("Nothing chosen: all that was given."), options=held),
    )


def _consent(_saying: Saying) -> tuple[Field, ...]:
    options = (Option("yes", _("Agreed")), Option("no", _("Not agreed")))
    return (
        Field("granted", _("Answer"), "choice", required=True, options=options),
        _text(mark("Reasons"), required=False),
        *limit_fields(),
    )


def _call_back(saying: Saying) -> tuple[Field, ...]:
    now = saying.ports.clock.now().strftime("%Y-%m-%dT%H:%M")
    return (
        said(Field("contact", mark("Whom you called back"), "text", required=True)),
        said(Field("reached_by", mark("The number or address used, from a source of your own"), "text", required=True)),
        Field("at", _("When, in UTC"), "moment", required=True, values=(now,)),
        Field("result", _("What came of it"), "choice", required=True, options=words_of("said", CALLED)),
        _text(mark("Note"), required=False, name="note"),
    )


def _takeover(saying: Saying) -> tuple[Field, ...]:
    entered = tuple(
        Option(name, f"{name[:12]} · {word('kind', message.body.said.kind)}")
        for name, message in saying.state.messages.items()
        if isinstance(message.body, bodies.Transcript) and party_of(message.body.speaker) == saying.ours
    )
    help_ = _("What others entered for you from paper, and you do not acknowledge.")
    return (Field("contested", _("Contested entries"), "ticks", help_, options=entered),)


def _is_wish(saying: Saying) -> bool:
    answered = saying.state.messages.get(saying.answers) if saying.answers is not None else None
    return answered is not None and isinstance(answered.body, bodies.ConsentRequest)


def _one_text(label: str, *, required: bool = True, name: str = "text") -> Callable[[Saying], tuple[Field, ...]]:
    return lambda _saying: (_text(label, required=required, name=name),)


FIELDS: Mapping[str, Callable[[Saying], tuple[Field, ...]]] = {
    "acknowledgement": _acknowledgement,
    "question": _one_text(mark("What you need to know")),
    "reply": _one_text(mark("Your answer")),
    "acceptance": _acceptance,
    "consultation": _one_text(mark("What stands in the way, and what would remove it")),
    "refusal": _refusal,
    "postponement": _postponement,
    "confirmation": _confirmation,
    "execution": _execution,
    "extension-request": _extension,
    "withdrawal": _one_text(mark("Reasons"), name="reasons"),
    "consent-request": _consent_request,
    "consent": _consent,
    "silence": _one_text(mark("What was sent, how and when, and that no answer came")),
    "call-back": _call_back,
    "takeover": _takeover,
    "transcript": lambda saying: paper_fields(saying.request, grounds_of(saying.measure), wish=_is_wish(saying)),
    "closing": _one_text(mark("Summary"), required=False, name="summary"),
}
"""The kinds that have a form of this area; the order and the sentences are those of ``choices``."""
UNANSWERING = frozenset({"takeover", "closing"})


def default_day(saying: Saying) -> Day | None:
    """The last day that a confirmation would name: what a wish for longer asks, else the least that the law allows."""
    request = saying.request
    if request is not None and saying.answers != request.id:
        return next((one.until for one in request.extensions_open if one.id == saying.answers), None)
    return confirmation(saying.ports, saying.case, saying.answers, None).preserved_until


def grounds_of(measure: Measure | None) -> tuple[Option, ...]:
    """The grounds of the request's own treaty data; those that a rule bars are told apart on the page, and not here."""
    if measure is None:
        return ()
    language = current().language
    return tuple(_ground(one, language) for one in measure.grounds.values() if one.name not in measure.barred)


def _ground(ground: Ground, language: str) -> Option:
    asked = _("Only for a State that has made a reservation.") if ground.needs_reservation else ""
    told = " ".join(part for part in (ground.help.for_language(language), asked) if part)
    return Option(ground.name, ground.label.for_language(language), told, rule_view(ground.rule))


def body_of(kind: str, given: Given, saying: Saying) -> bodies.Body | None:
    """The body; None where a field is missing or wrong, each being noted in ``given.errors``.

    Raises what the kind's own use case raises: ``UnknownMessage``, ``NotDelivered``, ``UnknownTreaty``, ``BadForm``.
    """
    body = _spoken(kind, given, saying) or _stated(kind, given, saying)
    return body if not given.errors else None


def _spoken(kind: str, given: Given, saying: Saying) -> bodies.Body | None:
    """What answers a request, by words."""
    match kind:
        case "acknowledgement":
            return bodies.Acknowledgement(given.text("reference"))
        case "question":
            return bodies.Question(given.due("text"))
        case "reply":
            return bodies.Reply(given.due("text"))
        case "acceptance":
            return bodies.Acceptance(given.lines("conditions"), given.limits())
        case "consultation":
            return bodies.Consultation(given.due("text"))
        case "refusal":
            grounds = tuple(Slug(one) for one in given.many("grounds"))
            if not grounds:
                given.errors["grounds"] = _("Choose one of those offered.")
            return bodies.Refusal(grounds, given.due("reasons"))
        case "postponement":
            return bodies.Postponement(given.due("reasons"), given.day("until"))
        case "confirmation":
            given.due("until")
            return confirmation(saying.ports, saying.case, saying.answers, given.day("until"))
        case "execution":
            result = given.due_one_of("result", RESULTS)
            text, on = given.due("text"), given.day("done_on")
            return bodies.Execution(result or "executed", text, on)
        case "consent":
            granted = given.due_one_of("granted", ("yes", "no"))
            return bodies.Consent(granted == "yes", given.text("text"), given.limits())
    return None


def _stated(kind: str, given: Given, saying: Saying) -> bodies.Body | None:
    """What the asking side says, and what ends or begins a Party's part in a case."""
    match kind:
        case "extension-request":
            given.due("until")
            until, reasons = given.day("until"), given.due("reasons")
            return bodies.ExtensionRequest(until, reasons) if until is not None else None
        case "withdrawal":
            return bodies.Withdrawal(given.due("reasons"))
        case "consent-request":
            use = given.due_one_of("use", USES)
            seal = given.one_of("seal", tuple(saying.state.exhibits))
            recipients = tuple(PartyCode(one) for one in given.many("recipients"))
            return bodies.ConsentRequest(
                use or "other-use", given.due("text"), recipients, SealId(seal) if seal else None
            )
        case "silence":
            text = given.due("text")
            return silence(saying.ports, saying.case, saying.answers or MessageId(""), text)
        case "call-back":
            given.due("at")
            contact, by, at = given.due("contact"), given.due("reached_by"), given.moment("at")
            result, note = given.due_one_of("result", CALLED), given.text("note")
            return bodies.CallBack(contact, by, at, result or "not-reached", note) if at is not None else None
        case "transcript":
            return transcript(given, saying.request, heads(saying))
        case "takeover":
            return bodies.Takeover(heads(saying), tuple(MessageId(one) for one in given.many("contested")))
        case "closing":
            return bodies.Closing(heads(saying), given.text("summary"))
    raise UnknownMessage(kind)


def heads(saying: Saying) -> tuple[MessageId, ...]:
    return saying.state.heads_for(saying.ours, MUSNAD_1.previous_limit)


def fields_of(kind: str, saying: Saying) -> tuple[Field, ...]:
    """The fields of a kind's form, as they begin."""
    return tuple(replace(one) for one in FIELDS[kind](saying))
