"""The register of Parties: who signed and joined, whether the Convention is in force, what a State still has to do.

Reading needs no node: without one it is the register that the software carries. Loading and correcting change a node's
own. Every answer names its sources and how sure they are, and says where it is only a bound.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from musnad.adapters.clock import SystemClock
from musnad.adapters.files.durable import write_durably
from musnad.adapters.register_files import load_register
from musnad.adapters.treaty_files import load_treaty
from musnad.cli.here import author_of, officer_of, open_node
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.core.directory.entry import Party
from musnad.core.kernel.errors import BadForm, MusnadError
from musnad.core.kernel.names import parse_digest
from musnad.core.kernel.times import Day, parse_day, write_day
from musnad.core.register.change import apply, changes_of
from musnad.core.register.checklist import checklist
from musnad.core.register.force import EntryIntoForce, entry_into_force
from musnad.core.register.life import LifeNumbers, life_numbers
from musnad.core.register.rows import TABLE_LIMIT_OCTETS, write_csv, write_json
from musnad.core.register.standing import Standing, entry_of, standing
from musnad.core.register.values import Register
from musnad.exchange.reading.register import (
    entry_members,
    force_members,
    item_members,
    record_members,
    source_members,
    standing_members,
)
from musnad.exchange.registering import accept, correct, load_table, read_table
from musnad.language import current, isolate, ngettext, number, write_date
from musnad.language import gettext as _
from musnad.language.register_words import (
    dated,
    fact_lines,
    force_lines,
    item_lines,
    source_lines,
    span_words,
    standing_lines,
    state_name,
)
from musnad.language.words import word
from musnad.node.assemble import Node


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    top = commands.add_parser("register", help=_("the register of Parties: who signed, joined and declared what"))
    tools = top.add_subparsers(dest="tool", metavar=_("TOOL"), required=True)

    show = add_command(
        tools,
        "show",
        run_show,
        about=_("show where a State stands, or all of them, with every fact and its source"),
        example="musnad register show QA --as-of 2026-11-23",
    )
    show.add_argument("state", nargs="?", help=_("a State's code, such as QA; all of them by default"))
    _add_day(show)

    force = add_command(
        tools,
        "force",
        run_force,
        about=_("say whether the Convention is in force, and what is still missing"),
        example="musnad register force --as-of 2026-11-23",
    )
    _add_day(force)

    tasks = add_command(
        tools,
        "checklist",
        run_checklist,
        about=_("list what a State still has to do to join and to be ready"),
        example="musnad register checklist VN",
    )
    tasks.add_argument("state", help=_("the State's code, such as VN"))
    _add_day(tasks)

    load = add_command(
        tools,
        "load",
        run_load,
        about=_("load facts from a CSV or JSON file into this node's register"),
        example="musnad register load depositary.csv --node qa",
    )
    load.add_argument("file", type=Path, help=_("the file; docs/register.md lists its columns"))
    load.add_argument("--check", action="store_true", help=_("only check the file; change nothing, need no node"))

    fix = add_command(
        tools,
        "correct",
        run_correct,
        about=_("make a signed update that adds or corrects facts, and apply it here"),
        example="musnad register correct facts.csv --reason 'deposit seen' --officer falcon.key --node qa",
    )
    fix.add_argument("file", nargs="?", type=Path, help=_("a CSV or JSON file with the facts; docs/register.md"))
    fix.add_argument("--strike", action="append", default=[], metavar="DIGEST", help=_("a fact to strike out"))
    fix.add_argument("--reason", required=True, help=_("why, for whoever reads the history"))
    fix.add_argument("--officer", type=Path, required=True, help=_("the officer's key file"))
    fix.add_argument("--author", help=_("the authority that says it; by default the officer's"))
    fix.add_argument("--out", type=Path, help=_("where to write the signed update, for other nodes to accept"))

    take = add_command(
        tools,
        "accept",
        run_accept,
        about=_("accept a signed update of the register from an authority that this node trusts"),
        example="musnad register accept update.json --node vn",
    )
    take.add_argument("file", type=Path, help=_("the signed update"))

    export = add_command(
        tools,
        "export",
        run_export,
        about=_("write every standing fact as CSV or JSON, to be edited and loaded again"),
        example="musnad register export --format csv --out register.csv",
    )
    export.add_argument("--format", choices=("csv", "json"), default="csv", help=_("the form of the file"))
    export.add_argument("--out", type=Path, help=_("where to write it; by default to the terminal"))


def run_show(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad register show``."""
    _node, book, numbers, day = _open(options)
    if options.state is None:
        found = [standing(book, code, day, numbers) for code in sorted(book.entries)]
        terminal.result(
            {
                "day": write_day(day),
                "states": [standing_members(one) for one in found],
                "general": [record_members(one) for one in book.general],
                "force": force_members(entry_into_force(book, day, numbers)),
            },
            *_all_lines(book, found, entry_into_force(book, day, numbers)),
        )
        return 0
    code = options.state.upper()
    one, entry = standing(book, code, day, numbers), entry_of(book, code)
    terminal.result(
        {
            **entry_members(entry),
            "standing": standing_members(one),
            "force": force_members(entry_into_force(book, day, numbers)),
            "sources": source_members(book, (record.fact.source for record in entry.records)),
        },
        *standing_lines(one),
        *(line for record in entry.records for line in fact_lines(record, book.catalogue)),
        *source_lines(book, (record.fact.source for record in entry.records)),
        "",
        *force_lines(entry_into_force(book, day, numbers)),
    )
    return 0


def run_force(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad register force``."""
    _node, book, numbers, day = _open(options)
    found = entry_into_force(book, day, numbers)
    told = [*found.facts, *found.uncounted, *found.left, *found.counts]
    terminal.result(
        {**force_members(found), "sources": source_members(book, (one.fact.source for one in told))},
        *force_lines(found),
        *(line for record in told for line in fact_lines(record, book.catalogue, with_party=True)),
        *source_lines(book, (record.fact.source for record in told)),
    )
    return 0


def run_checklist(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad register checklist``."""
    node, book, numbers, day = _open(options)
    code = options.state.upper()
    found, items = standing(book, code, day, numbers), checklist(book, code, day, _listed(node, code))
    terminal.result(
        {
            "standing": standing_members(found),
            "items": [item_members(item) for item in items],
            "sources": source_members(
                book, [*(item.task.source for item in items), *(f.fact.source for i in items for f in i.facts)]
            ),
        },
        *standing_lines(found),
        *item_lines(book, items),
        *source_lines(book, [item.task.source for item in items]),
    )
    return 0


def run_load(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad register load``."""
    table = _read(options.file)
    if options.check:
        book = _register(_node(options))
        changes = changes_of(read_table(table, options.file.name, book), book)
        apply(book, changes)
        terminal.result(
            {"checked": options.file.name, "changes": len(changes)},
            ngettext(
                "The file holds; loading it would change %(count)s fact.",
                "The file holds; loading it would change %(count)s facts.",
                len(changes),
            )
            % {"count": number(len(changes))},
        )
        return 0
    changed = load_table(open_node(options).ports, table, options.file.name)
    terminal.result(
        {"loaded": options.file.name, "changes": changed.changes, "known": changed.known},
        _("Every fact of the file stands here already; nothing was changed.")
        if changed.known
        else ngettext(
            "Loaded; %(count)s fact was added or corrected.",
            "Loaded; %(count)s facts were added or corrected.",
            changed.changes,
        )
        % {"count": number(changed.changes)},
    )
    return 0


def run_correct(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad register correct``."""
    table = None if options.file is None else (_read(options.file), options.file.name)
    struck = [parse_digest(one, what="--strike") for one in options.strike]
    if not options.reason.strip():
        raise BadForm("--reason", "empty")
    ports, officer = open_node(options).ports, officer_of(options)
    if officer is None:
        raise BadForm("--officer", "missing")
    made = correct(ports, table, struck, options.reason, author_of(options, ports, [officer]), officer)
    if made is None:
        terminal.result(
            {"update": None, "changes": 0}, _("Every fact of the file stands here already; nothing was changed.")
        )
        return 0
    if options.out is not None:
        write_durably(options.out, made.signed, mode=0o644)
    terminal.result(
        {
            "update": made.update.digest,
            "author": made.update.author,
            "officer": made.update.officer,
            "changes": len(made.update.changes),
            "out": None if options.out is None else str(options.out),
        },
        _("The update %(update)s of %(author)s is applied.")
        % {"update": isolate(made.update.digest[:16]), "author": isolate(made.update.author)},
        *(
            [_("Other nodes that trust its author accept this file: %(file)s") % {"file": isolate(options.out)}]
            if options.out is not None
            else []
        ),
    )
    return 0


def run_accept(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad register accept``."""
    update, changed = accept(open_node(options).ports, _read(options.file))
    terminal.result(
        {
            "update": update.digest,
            "author": update.author,
            "officer": update.officer,
            "changes": changed.changes,
            "known": changed.known,
        },
        _("This update was accepted before; nothing was changed.")
        if changed.known
        else _("The update %(update)s of %(author)s is applied.")
        % {"update": isolate(update.digest[:16]), "author": isolate(update.author)},
    )
    return 0


def run_export(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad register export``: the file itself where no place is given, since that is what was asked for."""
    book = _register(_node(options))
    data = write_csv(book.records()) if options.format == "csv" else write_json(book.records())
    facts = sum(record.replaced is None for record in book.records())
    if options.out is None and not terminal.as_json:
        sys.stdout.write(data.decode("utf-8"))
        sys.stdout.write("" if data.endswith(b"\n") else "\n")
        return 0
    if options.out is not None:
        write_durably(options.out, data, mode=0o644)
    terminal.result(
        {
            "facts": facts,
            "format": options.format,
            "out": None if options.out is None else str(options.out),
            **({"rows": data.decode("utf-8")} if options.out is None else {}),
        },
        ngettext("%(count)s fact is written to %(file)s.", "%(count)s facts are written to %(file)s.", facts)
        % {"count": number(facts), "file": isolate(options.out)},
    )
    return 0


def _add_day(command: argparse.ArgumentParser) -> None:
    command.add_argument("--as-of", metavar="DAY", help=_("the day to answer for, YYYY-MM-DD; today by default"))


def _node(options: argparse.Namespace) -> Node | None:
    """The node where one is named; reading needs none."""
    return open_node(options) if options.node or os.environ.get("MUSNAD_NODE") else None


def _register(node: Node | None) -> Register:
    return load_register() if node is None else node.ports.register.current()


def _open(options: argparse.Namespace) -> tuple[Node | None, Register, LifeNumbers, Day]:
    day = SystemClock().now().date() if options.as_of is None else parse_day(options.as_of, what="--as-of")
    node = _node(options)
    treaty = load_treaty() if node is None else node.ports.treaties.current()
    return node, _register(node), life_numbers(treaty.rules), day


def _listed(node: Node | None, code: str) -> Party | None:
    """The State's entry in the node's directory, where both are there; it is a hint, so its lack is no error."""
    if node is None:
        return None
    try:
        directory = node.ports.directories.current()
    except MusnadError:
        return None
    return next((party for party in directory.parties if party.code == code), None)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(TABLE_LIMIT_OCTETS + 1)
    except OSError as error:
        raise BadForm(str(path), "not readable") from error


def _all_lines(book: Register, found: list[Standing], force: EntryIntoForce) -> Iterator[str]:
    yield from force_lines(force)
    yield ""
    for one in found:
        since = f"  {span_words(one.since)}" if one.since else ""
        sure = f" [{word('certainty', one.certainty)}]" if one.certainty else ""
        yield f"{isolate(one.state.code)}  {state_name(one.state)}: {word('standing', one.status)}{since}{sure}"
    known = {about: day for one in found[:1] for about, day in dated(one).items()}
    yield ""
    for about, day in known.items():
        label = book.catalogue.subjects[about].label.for_language(current().language)
        yield _("The list of %(subject)s reaches to %(day)s; what came later is not known here.") % {
            "subject": label,
            "day": write_date(day),
        }
