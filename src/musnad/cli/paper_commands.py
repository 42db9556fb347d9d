"""An officer with a paper in hand: enter what a State without a node said, and hand its case over when it has one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from musnad.adapters.files.digests import file_digest
from musnad.cli.case_commands import on_paper, tell_outcome
from musnad.cli.here import (
    add_officer_options,
    approvers_of,
    author_of,
    find_case,
    find_message,
    officers_of,
    open_node,
)
from musnad.cli.saying import ANSWERS, add_saying_options, body_of
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import AuthorityId, Digest, parse_authority, parse_party
from musnad.core.kernel.times import Day, parse_day
from musnad.core.messages.bodies import SPOKEN, Channel, Confirmation, Transcript
from musnad.exchange.composing import Intent, say
from musnad.exchange.exhibits import counterparts
from musnad.exchange.takeover import hand_over
from musnad.language import gettext as _
from musnad.language import isolate, ngettext


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    enter = add_command(
        commands,
        "enter",
        run_enter,
        about=_("enter what an authority without a node said on paper, by e-mail or by telephone"),
        example="musnad enter 3f2a --node qa --speaker EG/central-authority --channel paper --received-on 2026-11-24"
        " --kind acceptance --answers 3f2a --document letter.pdf --officer falcon.key",
    )
    enter.add_argument("case", help=_("the case, by its first characters"))
    enter.add_argument("--author", help=_("the authority of this node that speaks; by default the officer's"))
    enter.add_argument("--speaker", required=True, help=_("the authority whose word it is"))
    enter.add_argument("--channel", required=True, choices=get_args(Channel), help=_("how it came"))
    enter.add_argument("--received-on", required=True, help=_("the day on which it came: YYYY-MM-DD"))
    enter.add_argument("--reference", help=_("its own number or reference"))
    enter.add_argument("--document", type=Path, help=_("the scan or file as it came; its SHA-256 is entered"))
    kinds = tuple(kind for kind in ANSWERS if kind in SPOKEN)
    enter.add_argument("--kind", required=True, choices=kinds, help=_("the step"))
    enter.add_argument("--answers", help=_("the message that is answered, by its first characters"))
    enter.add_argument("--counted-from", help=_("for a confirmation: the day from which it counts"))
    enter.add_argument("--zone", help=_("for a confirmation: the time zone of its days, such as Africa/Cairo"))
    add_saying_options(enter)
    add_officer_options(enter)
    enter.add_argument("--write-in", help=_("the language that the message is written in; by default the spoken one"))

    handing = add_command(
        commands,
        "hand-over",
        run_hand_over,
        about=_("send a case to a State that runs a node by now, so that it can take it over"),
        example="musnad hand-over 3f2a EG --node qa",
    )
    handing.add_argument("case", help=_("the case, by its first characters"))
    handing.add_argument("party", help=_("the Party's code"))


def run_enter(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad enter``."""
    node = open_node(options)
    ports, officers = node.ports, officers_of(options)
    case = find_case(ports, options.case)
    author = author_of(options, ports, officers)
    answers = None if options.answers is None else find_message(ports, case, options.answers)
    speaker = parse_authority(options.speaker)
    said = _confirmation(options) if options.kind == "confirmation" else body_of(options, ports, case, author, answers)
    body = Transcript(
        speaker,
        options.channel,
        _day(options.received_on, "--received-on"),
        said,  # type: ignore[arg-type]  # the choices of --kind are those that may be entered
        options.reference,
        _document(options.document),
    )
    intent = Intent(
        author=author,
        to=_recipients(counterparts(ports, case, author), speaker),
        body=body,
        language=options.write_in or options.lang or "en",
        exercise=node.configuration.exercise,
        case=case,
        answers=answers,
        approvers=approvers_of(options, officers),
    )
    draft, admitted = say(ports, intent, *officers)
    tell_outcome(terminal, draft, admitted, on_paper=on_paper(ports, draft))
    return 0


def run_hand_over(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad hand-over``."""
    ports = open_node(options).ports
    case, party = find_case(ports, options.case), parse_party(options.party)
    queued = hand_over(ports, case, party)
    terminal.result(
        {"case": case, "party": party, "queued": queued},
        ngettext(
            "%(count)s message is on its way to %(party)s.", "%(count)s messages are on their way to %(party)s.", queued
        )
        % {"count": queued, "party": isolate(party)},
    )
    return 0


def _recipients(others: tuple[AuthorityId, ...], speaker: AuthorityId) -> tuple[AuthorityId, ...]:
    """Everybody whom the case is shared with, the speaker by the name that it is entered under."""
    party = speaker.partition("/")[0]
    return tuple(dict.fromkeys((speaker, *(one for one in others if one.partition("/")[0] != party))))


def _confirmation(options: argparse.Namespace) -> Confirmation:
    if not options.zone:
        raise BadForm("--zone", "missing")
    return Confirmation(_day(options.until, "--until"), _day(options.counted_from, "--counted-from"), options.zone)


def _document(path: Path | None) -> Digest | None:
    return file_digest(path) if path is not None else None


def _day(text: str | None, option: str) -> Day:
    if not text:
        raise BadForm(option, "missing")
    return parse_day(text, what=option)
