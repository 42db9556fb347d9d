"""An officer at a terminal: ask, answer, approve, inbox, show."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from musnad.cli.drafting import draft_lines, signed_digest
from musnad.cli.due_wording import countdown_json
from musnad.cli.here import (
    add_officer_options,
    approvers_of,
    author_of,
    find_case,
    find_draft,
    find_message,
    officers_of,
    open_node,
)
from musnad.cli.printing import add_print_options, check_print_options, print_request, printed_lines
from musnad.cli.saying import ANSWERS, add_limit_options, add_saying_options, body_of, limits_of
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.cli.timeline import case_json, case_lines, inbox_lines, request_lines
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import PAYLOAD_LIMIT_OCTETS
from musnad.core.kernel.names import (
    PartyCode,
    parse_authority,
    parse_slug,
    party_of,
)
from musnad.core.messages import bodies
from musnad.core.messages.message import LegalBasis
from musnad.exchange.admission import Admitted
from musnad.exchange.composing import Draft, Intent, approve, case_state, drafts, read_draft, say
from musnad.exchange.custody import carry_out
from musnad.exchange.errors import UnknownMessage
from musnad.exchange.exhibits import counterparts
from musnad.exchange.ports import Ports
from musnad.exchange.preflight import parse_fields
from musnad.exchange.reading import all_rows
from musnad.exchange.silence import rebutted
from musnad.language import gettext as _
from musnad.language import isolate
from musnad.language.words import word

_OF_THE_CASE = frozenset({"follow-up-not-foreseen", "requests-open", "silence-early", "takeover-first"})
"""Findings that no rule of the treaty data stands behind."""


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    ask = add_command(
        commands,
        "ask",
        run_ask,
        about=_("ask another State's authority for a measure"),
        example="musnad ask --node vn --author VN/contact-24-7 --to QA/contact-24-7 --measure expedited-preservation"
        " --fields request.json --officer falcon.key",
    )
    ask.add_argument("--author", help=_("the authority of this node that speaks; by default the officer's"))
    ask.add_argument("--to", required=True, action="append", help=_("the authority that is asked; may be repeated"))
    ask.add_argument("--measure", required=True, help=_("what is asked for, by its name in the treaty data"))
    ask.add_argument("--fields", required=True, type=Path, help=_("a JSON file with the measure's fields"))
    ask.add_argument("--case", help=_("the case that the request belongs to; a new one without it"))
    ask.add_argument("--follows", help=_("the earlier request that this one follows"))
    ask.add_argument("--basis", default="un-convention-against-cybercrime", help=_("the instrument it is asked under"))
    ask.add_argument("--basis-note", default="", help=_("a note on the legal basis"))
    add_limit_options(ask)
    _officer_options(ask)
    add_print_options(ask)

    answer = add_command(
        commands,
        "answer",
        run_answer,
        about=_("take a step in a case: acknowledge, ask back, accept, refuse, confirm, withdraw, close"),
        example="musnad answer 3f2a --node qa --author QA/contact-24-7 --kind acceptance --answers 3f2a",
    )
    answer.add_argument("case", help=_("the case, by its first characters"))
    answer.add_argument("--author", help=_("the authority of this node that speaks; by default the officer's"))
    answer.add_argument("--to", action="append", help=_("recipients; by default whom the author last spoke with"))
    answer.add_argument("--kind", required=True, choices=ANSWERS, help=_("the step"))
    answer.add_argument("--answers", help=_("the message that is answered, by its first characters"))
    add_saying_options(answer)
    _officer_options(answer)

    approving = add_command(
        commands,
        "approve",
        run_approve,
        about=_("sign a draft as its officer; it is sent when nobody else is waited for"),
        example="musnad approve 9c41 --node vn --officer falcon.key",
    )
    approving.add_argument("draft", help=_("the draft, by its first characters"))
    approving.add_argument(
        "--officer",
        action="append",
        type=Path,
        help=_("the officer's key file; may be repeated where several are at hand; without it the draft is only shown"),
    )
    add_print_options(approving)

    add_command(
        commands,
        "inbox",
        run_inbox,
        about=_("list the cases, drafts and waiting deliveries of this node"),
        example="musnad inbox --node qa",
    )
    show = add_command(
        commands,
        "show",
        run_show,
        about=_("show a case: its requests, steps, exhibits and custody"),
        example="musnad show 3f2a --node qa",
    )
    show.add_argument("case", help=_("the case, by its first characters"))
    printing = add_command(
        commands,
        "print",
        run_print,
        about=_("make a request of a case as a paper form, with its signed file beside it"),
        example="musnad print 3f2a --node vn --out request.pdf",
    )
    printing.add_argument("case", help=_("the case, by its first characters"))
    printing.add_argument("--request", help=_("which request, by its first characters; by default the newest"))
    add_print_options(printing, "--out")


def run_ask(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad ask``."""
    check_print_options(options)
    node = open_node(options)
    ports = node.ports
    officers = officers_of(options)
    case = None if options.case is None else find_case(ports, options.case)
    if case is None and options.follows is not None:
        raise BadForm("--follows", "without --case")
    follows = None if case is None or options.follows is None else find_message(ports, case, options.follows)
    try:
        with options.fields.open("rb") as file:
            fields = parse_fields(file.read(PAYLOAD_LIMIT_OCTETS + 1), str(options.fields.name))
    except OSError as error:
        raise BadForm(str(options.fields.name), "not readable") from error
    intent = Intent(
        author=author_of(options, ports, officers),
        to=tuple(parse_authority(to) for to in options.to),
        body=bodies.Request(fields, follows, limits_of(options)),
        language=options.write_in or options.lang or "en",
        exercise=node.configuration.exercise,
        case=case,
        measure=parse_slug(options.measure, what="measure"),
        legal_basis=LegalBasis(parse_slug(options.basis, what="basis"), options.basis_note),
        approvers=approvers_of(options, officers),
        on_paper=options.print_to is not None,
    )
    draft, admitted = say(ports, intent, *officers)
    tell_outcome(terminal, draft, admitted, print_request(options, ports, draft.id), on_paper=on_paper(ports, draft))
    return 0


def run_answer(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad answer``."""
    node = open_node(options)
    ports = node.ports
    officers = officers_of(options)
    case = find_case(ports, options.case)
    author = author_of(options, ports, officers)
    answers = None if options.answers is None else find_message(ports, case, options.answers)
    to = tuple(parse_authority(one) for one in options.to) if options.to else counterparts(ports, case, author)
    intent = Intent(
        author=author,
        to=to,
        body=body_of(options, ports, case, author, answers),
        language=options.write_in or options.lang or "en",
        exercise=node.configuration.exercise,
        case=case,
        answers=answers,
        approvers=approvers_of(options, officers),
    )
    draft, admitted = say(ports, intent, *officers)
    tell_outcome(terminal, draft, admitted, on_paper=on_paper(ports, draft))
    return 0


def run_approve(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad approve``."""
    check_print_options(options)
    ports = open_node(options).ports
    draft = read_draft(ports, find_draft(ports, options.draft))
    for line in draft_lines(ports, draft):
        terminal.line(line)
    officers = officers_of(options)
    for officer in officers:
        draft = approve(ports, draft.id, officer)
    admitted = None if draft.missing or not officers else carry_out(ports, draft.id)
    tell_outcome(terminal, draft, admitted, print_request(options, ports, draft.id), on_paper=on_paper(ports, draft))
    return 0


def run_inbox(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad inbox``: what needs this node now comes first."""
    ports = open_node(options).ports
    inbox, waiting, pending = all_rows(ports), ports.journal.waiting(), drafts(ports)
    terminal.result(
        {
            "party": inbox.party.code,
            "directory": inbox.directory.state,
            "cases": [
                {
                    "case": row.case,
                    "place": row.place,
                    "closed": row.place == "closed",
                    "status": row.status,
                    "exercise": row.exercise,
                    "void": row.void,
                    "gaps": row.gaps,
                    "escalations": [countdown_json(one) for one in row.escalations],
                    "duties": [
                        {
                            "duty": duty.code,
                            "owner": duty.owner.id,
                            "last_day": duty.last_day.isoformat() if duty.last_day else None,
                            "overdue": duty.overdue,
                        }
                        for duty in row.duties
                    ],
                }
                for row in inbox.rows
            ],
            "drafts": [{"draft": draft.id, "missing": list(draft.missing)} for draft in pending],
            "waiting": [{"message": one.message, "party": one.party, "attempts": one.attempts} for one in waiting],
        },
        *inbox_lines(inbox),
        *(
            _("Draft %(draft)s waits for %(officer)s")
            % {"draft": isolate(draft.id[:12]), "officer": isolate(", ".join(draft.missing))}
            for draft in pending
        ),
        *(
            _("Message %(message)s is on its way to %(party)s")
            % {"message": isolate(one.message[:12]), "party": isolate(one.party)}
            for one in waiting
        ),
    )
    return 0


def run_show(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad show``."""
    ports = open_node(options).ports
    case = find_case(ports, options.case)
    state = case_state(ports, case)
    against = rebutted(state, ports.journal.case_entries(case))
    known = ports.treaties.known()
    terminal.result(case_json(state, against, known), *case_lines(state, against, known), *request_lines(state, known))
    return 0


def run_print(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad print``."""
    check_print_options(options)
    ports = open_node(options).ports
    case = find_case(ports, options.case)
    if options.request is not None:
        request = find_message(ports, case, options.request)
    else:
        requests = tuple(case_state(ports, case).requests)
        if not requests:
            raise UnknownMessage(options.case)
        request = requests[-1]
    printed = print_request(options, ports, request)
    terminal.result({"case": case, "message": request, "printed": printed}, *printed_lines(printed))
    return 0


def _officer_options(command: argparse.ArgumentParser) -> None:
    add_officer_options(command)
    command.add_argument("--write-in", help=_("the language that the message is written in; by default the spoken one"))


def on_paper(ports: Ports, draft: Draft) -> tuple[PartyCode, ...]:
    """The Parties that a message is for and that have no node: nothing is sent to them."""
    directory = ports.directories.current()
    others = sorted({party_of(one) for one in draft.message.to} - {ports.party})
    return tuple(one for one in others if not directory.lists(one))


def tell_outcome(
    terminal: Terminal,
    draft: Draft,
    admitted: Admitted | None,
    printed: dict[str, str] | None = None,
    *,
    on_paper: tuple[PartyCode, ...] = (),
) -> None:
    """What became of something said, which files were printed of it, and who has to be told on paper."""
    case = draft.message.case_under(draft.id)
    more: dict[str, object] = {"printed": printed} if printed else {}
    if on_paper:
        more["on_paper"] = list(on_paper)
    if admitted is None:
        terminal.result(
            {
                "draft": draft.id,
                "case": case,
                "signed_sha256": signed_digest(draft),
                "missing": list(draft.missing),
                "warnings": list(draft.warnings),
            }
            | more,
            _("Draft %(draft)s waits for %(officer)s")
            % {"draft": isolate(draft.id[:12]), "officer": isolate(", ".join(draft.missing))},
            *printed_lines(printed or {}),
        )
        return
    terminal.result(
        {"message": admitted.id, "case": case, "index": admitted.place.index, "warnings": list(draft.warnings)} | more,
        *_journalled(draft, admitted, on_paper, printed=bool(printed)),
        *map(_note, draft.warnings),
        *printed_lines(printed or {}),
    )


def _journalled(draft: Draft, admitted: Admitted, on_paper: tuple[PartyCode, ...], *, printed: bool) -> Iterator[str]:
    """That it is kept, and by which way it goes; what was entered from paper goes back to nobody on paper."""
    message = draft.message
    facts = {"message": isolate(admitted.id[:12]), "case": isolate(message.case_under(draft.id)[:12])}
    if {party_of(one) for one in message.to} - {message.author_party} <= set(on_paper):
        yield _("Message %(message)s is journalled (case %(case)s).") % facts
    else:
        yield _("Message %(message)s is journalled and on its way (case %(case)s).") % facts
    if not on_paper or isinstance(message.body, bodies.Transcript | bodies.CallBack | bodies.Silence):
        return
    told = {"parties": isolate(", ".join(on_paper)), "case": facts["case"]}
    if printed or not isinstance(message.body, bodies.Request):
        yield _("Nothing is sent to %(parties)s, where no node is: bring it there on paper.") % told
    else:
        yield _("Nothing is sent to %(parties)s, where no node is: print it with `musnad print %(case)s`.") % told


def _note(finding: str) -> str:
    """A warning by its code: in words where the case alone says it, else as what a rule of the treaty data says."""
    code = finding.partition(":")[0]
    if code in _OF_THE_CASE:
        return _("Note: %(finding)s") % {"finding": word("finding", code)}
    return _("Note: %(finding)s (a rule that is not verified; see docs/treaty.md)") % {"finding": isolate(finding)}
