"""What an officer says in a case, from the options of a command: one body a kind."""

from __future__ import annotations

import argparse

from musnad.cli.here import find_message, find_seal
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, parse_party, parse_slug, party_of
from musnad.core.kernel.times import Day, parse_day, parse_instant
from musnad.core.messages import bodies
from musnad.core.messages.version import MUSNAD_1
from musnad.exchange.composing import case_state
from musnad.exchange.periods import confirmation
from musnad.exchange.ports import Ports
from musnad.exchange.silence import silence
from musnad.language import gettext as _

ANSWERS = (
    "acknowledgement",
    "question",
    "reply",
    "acceptance",
    "consultation",
    "refusal",
    "postponement",
    "confirmation",
    "execution",
    "extension-request",
    "withdrawal",
    "consent-request",
    "consent",
    "silence",
    "call-back",
    "takeover",
    "closing",
)
"""The kinds that are said by words alone; a request, an offer and custody have commands of their own."""


def add_saying_options(command: argparse.ArgumentParser) -> None:
    """The options from which ``body_of`` makes a body."""
    command.add_argument("--text", help=_("the question, reply, reasons, report, summary, note or reference"))
    command.add_argument("--condition", action="append", default=[], help=_("a condition of an acceptance"))
    command.add_argument("--ground", action="append", default=[], help=_("a ground of refusal, by its name"))
    command.add_argument("--until", help=_("a last day, inclusive: YYYY-MM-DD"))
    command.add_argument("--on", help=_("the day on which it was done: YYYY-MM-DD"))
    command.add_argument(
        "--result",
        choices=("executed", "partly-executed", "not-executed", "confirmed", "denied", "not-reached"),
        help=_("what came of an execution, or of a call-back"),
    )
    command.add_argument(
        "--use",
        choices=("onward-transfer", "other-use", "defence-disclosure"),
        help=_("the use for which consent is asked"),
    )
    command.add_argument("--seal", help=_("the exhibit that consent is asked for, by its seal id"))
    command.add_argument("--recipient", action="append", default=[], help=_("a Party to which data would be passed on"))
    command.add_argument("--granted", choices=("yes", "no"), help=_("the answer to a wish for another use"))
    command.add_argument("--contact", help=_("whom one called back"))
    command.add_argument("--reached-by", help=_("the number or address at which the contact was reached"))
    command.add_argument("--at", help=_("when the contact was reached: YYYY-MM-DDThh:mm:ssZ; now, without it"))
    command.add_argument("--contest", action="append", default=[], help=_("an entry that a takeover contests"))
    add_limit_options(command)


def add_limit_options(command: argparse.ArgumentParser) -> None:
    """Conditions that travel with data."""
    command.add_argument("--confidential", action="store_true", help=_("the data are given in confidence"))
    command.add_argument(
        "--onward", choices=("free", "with-consent", "forbidden"), help=_("whether the data may be passed on")
    )
    command.add_argument("--purpose", help=_("the only purpose that the data may serve"))
    command.add_argument("--hold-until", help=_("the last day on which the data may be held: YYYY-MM-DD"))
    command.add_argument("--at-end", choices=("return", "destroy"), help=_("what is done with the data then"))


def limits_of(options: argparse.Namespace) -> bodies.UseLimits | None:
    """The conditions that were given; None without any."""
    given = (options.confidential, options.onward, options.purpose, options.hold_until, options.at_end)
    if not any(given):
        return None
    if (options.hold_until is None) != (options.at_end is None):
        raise BadForm("--hold-until and --at-end", "one without the other")
    return bodies.UseLimits(
        options.confidential,
        options.onward or "with-consent",
        options.purpose,
        _day(options.hold_until, "--hold-until"),
        options.at_end,
    )


def body_of(
    options: argparse.Namespace, ports: Ports, case: CaseRef, author: AuthorityId, answers: MessageId | None
) -> bodies.Body:
    """The body of ``options.kind``.

    Raises ``BadForm`` naming an option that is missing or not of its form, and what the kind's own use case raises.
    """
    kind = options.kind
    match kind:
        case "confirmation":
            return confirmation(ports, case, answers, _day(options.until, "--until"))
        case "silence":
            return silence(ports, case, answers or MessageId(""), _text(options))
        case "consent-request":
            recipients = tuple(parse_party(one) for one in options.recipient)
            seal = find_seal(case_state(ports, case).exhibits, options.seal) if options.seal else None
            return bodies.ConsentRequest(_due(options.use, "--use"), _text(options), recipients, seal)  # type: ignore[arg-type]  # one of the choices
        case "call-back":
            at = parse_instant(options.at, what="--at") if options.at else ports.clock.now()
            contact, reached = _due(options.contact, "--contact"), _due(options.reached_by, "--reached-by")
            return bodies.CallBack(contact, reached, at, _due(options.result, "--result"), options.text)  # type: ignore[arg-type]  # the edge checks which
        case "takeover":
            contested = tuple(find_message(ports, case, one) for one in options.contest)
            return bodies.Takeover(_heads(ports, case, author), contested)
        case "closing":
            return bodies.Closing(_heads(ports, case, author), options.text)
        case _:
            return spoken_of(options)


def spoken_of(options: argparse.Namespace) -> bodies.Body:
    """The body of a kind that is made of its words alone."""
    text = _text(options) if options.kind not in {"acknowledgement", "acceptance", "consent"} else ""
    match options.kind:
        case "acknowledgement":
            return bodies.Acknowledgement(options.text)
        case "question":
            return bodies.Question(text)
        case "reply":
            return bodies.Reply(text)
        case "acceptance":
            return bodies.Acceptance(tuple(options.condition), limits_of(options))
        case "consultation":
            return bodies.Consultation(text)
        case "refusal":
            return bodies.Refusal(tuple(parse_slug(one, what="--ground") for one in options.ground), text)
        case "postponement":
            return bodies.Postponement(text, _day(options.until, "--until"))
        case "extension-request":
            until = _day(_due(options.until, "--until"), "--until")
            assert until is not None
            return bodies.ExtensionRequest(until, text)
        case _:
            return _using(options, text)


def _using(options: argparse.Namespace, text: str) -> bodies.Body:
    match options.kind:
        case "execution":
            return bodies.Execution(_due(options.result, "--result"), text, _day(options.on, "--on"))  # type: ignore[arg-type]  # the edge checks which
        case "consent":
            return bodies.Consent(_due(options.granted, "--granted") == "yes", options.text, limits_of(options))
        case _:
            return bodies.Withdrawal(text)


def _heads(ports: Ports, case: CaseRef, author: AuthorityId) -> tuple[MessageId, ...]:
    return case_state(ports, case).heads_for(party_of(author), MUSNAD_1.previous_limit)


def _text(options: argparse.Namespace) -> str:
    return options.text or ""


def _due(value: str | None, option: str) -> str:
    if not value:
        raise BadForm(option, "missing")
    return value


def _day(text: str | None, option: str) -> Day | None:
    return parse_day(text, what=option) if text else None
