"""Before asking: check a draft, ask whether one State can ask another, and see what each State's law has.

None of these needs a node: without one they read the package's own register and its sample profiles, and say that no
directory is at hand. Every answer tells its rules and facts with their sources and how sure each is.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator
from pathlib import Path

from musnad.adapters.clock import SystemClock
from musnad.cli.here import find_draft, open_node
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.times import Day, parse_day
from musnad.core.law.gap import gap_report
from musnad.core.law.meeting import matrix
from musnad.core.law.values import Penalty, Profile
from musnad.exchange.preflight import (
    DRAFT_LIMIT_OCTETS,
    Sources,
    can_ask,
    check_file,
    check_stored,
    profile_of,
    sources_of,
)
from musnad.exchange.reading.law import (
    can_members,
    gap_members,
    matrix_members,
    preflight_members,
    profile_members,
)
from musnad.language import gettext as _
from musnad.language import isolate
from musnad.language.law_words import (
    can_lines,
    gap_lines,
    matrix_lines,
    preflight_lines,
    profile_lines,
)
from musnad.language.outcome import FAILED, OK
from musnad.language.preflight_words import sample_told
from musnad.node.assemble import Node, assemble_packaged

_PENALTY = re.compile(r"([1-9][0-9]{0,4})([my])|life")


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    check = add_command(
        commands,
        "check",
        run_check,
        about=_("say what is missing, weak, declared and likely before a draft leaves"),
        example="musnad check request.json --as-of 2026-11-23",
    )
    check.add_argument("draft", help=_("a draft as a JSON file; or, with --node, a stored draft's first characters"))
    _add_day(check)

    asking = add_command(
        commands,
        "can",
        run_can,
        about=_("say whether one State can ask another for a measure, with the reasons"),
        example="musnad can QA VN access-to-stored-data --offence illegal-access",
    )
    asking.add_argument("asker", metavar="ASKER", help=_("the code of the State that would ask, such as QA"))
    asking.add_argument("asked", metavar="ASKED", help=_("the code of the State that would be asked, such as VN"))
    asking.add_argument("measure", metavar="MEASURE", help=_("what is asked for, by its name in the treaty data"))
    asking.add_argument("--offence", help=_("the offence, or the class of offences, by its name in the treaty data"))
    asking.add_argument("--basis", help=_("the instrument it is asked under; by default the Convention"))
    asking.add_argument("--maximum", help=_("the maximum penalty where it is asked from: 5y, 18m or life"))
    asking.add_argument("--maximum-there", help=_("the maximum penalty where it is asked"))
    _add_day(asking)

    law = commands.add_parser("law", help=_("national law profiles: what a State punishes and may order"))
    tools = law.add_subparsers(dest="tool", metavar=_("TOOL"), required=True)
    show = add_command(
        tools,
        "show",
        run_show,
        about=_("show a State's law profile, each fact with its source"),
        example="musnad law show QA",
    )
    show.add_argument("state", nargs="?", help=_("the State's code, such as QA; all of them by default"))
    gap = add_command(
        tools,
        "gap",
        run_gap,
        about=_("compare a State's law with what a treaty asks for"),
        example="musnad law gap VN",
    )
    gap.add_argument("state", help=_("the State's code, such as VN"))
    gap.add_argument("--basis", default="", help=_("the treaty; by default the Convention"))
    table = add_command(
        tools,
        "matrix",
        run_matrix,
        about=_("show between which States dual criminality, the threshold and the powers meet"),
        example="musnad law matrix --states QA VN",
    )
    table.add_argument("--states", nargs="+", default=[], help=_("only these States"))
    table.add_argument("--basis", default="", help=_("the treaty; by default the Convention"))
    add = add_command(
        tools,
        "add",
        run_add,
        about=_("check a law profile and keep it in this node's folder"),
        example="musnad law add qatar.toml --node qa",
    )
    add.add_argument("file", type=Path, help=_("the profile; docs/law-profiles.md shows how to write one"))
    add.add_argument("--check", action="store_true", help=_("only check the file; change nothing, need no node"))


def run_check(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad check``: 0 where nothing blocks, 1 otherwise."""
    node, sources = _open(options)
    place = Path(options.draft)
    if node is not None and not place.exists():
        found = check_stored(node.ports, find_draft(node.ports, options.draft), _day(options, node))
    else:
        try:
            with place.open("rb") as file:
                data = file.read(DRAFT_LIMIT_OCTETS + 1)
        except OSError as error:
            raise BadForm(place.name, "not readable") from error
        found = check_file(sources, data, place.name, _day(options, node))
    terminal.result(preflight_members(found), *preflight_lines(found))
    return OK if found.ready else FAILED


def run_can(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad can``: 0 whatever the answer; the answer is the result."""
    node, sources = _open(options)
    found = can_ask(
        sources,
        options.asker,
        options.asked,
        options.measure,
        options.offence,
        _day(options, node),
        basis=options.basis,
        maxima=(_penalty(options.maximum, "--maximum"), _penalty(options.maximum_there, "--maximum-there")),
    )
    terminal.result(can_members(found), *can_lines(found))
    return OK


def run_show(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad law show``."""
    _node, sources = _open(options)
    if options.state is not None:
        found = profile_of(sources, options.state)
        terminal.result(profile_members(found), *profile_lines(found, sources.laws.data()))
        return OK
    held = tuple(sources.laws.profiles().values())
    terminal.result(
        {"profiles": [profile_members(one) for one in held]},
        *(line for one in held for line in (*profile_lines(one, sources.laws.data()), "")),
    )
    return OK


def run_gap(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad law gap``."""
    _node, sources = _open(options)
    profile = profile_of(sources, options.state)
    report = gap_report(sources.treaty(options.basis), sources.laws.data(), profile)
    terminal.result(gap_members(report), *gap_lines(report))
    return OK


def run_matrix(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad law matrix``."""
    _node, sources = _open(options)
    treaty = sources.treaty(options.basis)
    pairs = matrix(treaty, sources.laws.data(), _chosen(sources, options.states))
    terminal.result(matrix_members(pairs), *matrix_lines(pairs, treaty))
    return OK


def run_add(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad law add``: the file is checked whole before anything is kept."""
    try:
        data = options.file.read_bytes()
    except OSError as error:
        raise BadForm(options.file.name, "not readable") from error
    if options.check:
        _node, sources = _open(options)
        found, kept = sources.laws.check(options.file.name, data), False
    else:
        found, kept = open_node(options).ports.laws.keep(options.file.name, data), True
    terminal.result({**profile_members(found), "kept": kept}, *_added_lines(found, kept=kept))
    return OK


def _added_lines(found: Profile, *, kept: bool) -> Iterator[str]:
    facts = {
        "state": isolate(found.state),
        "offences": len(found.offences),
        "powers": len(found.powers),
    }
    if kept:
        yield _("Kept: the law profile of %(state)s, with %(offences)s offences and %(powers)s powers.") % facts
    else:
        yield _("Whole: the law profile of %(state)s, with %(offences)s offences and %(powers)s powers.") % facts
    if found.sample:
        yield sample_told(found.state)


def _open(options: argparse.Namespace) -> tuple[Node | None, Sources]:
    """The node that is named, if one is, and what a pre-flight is read from."""
    if options.node or os.environ.get("MUSNAD_NODE"):
        node = open_node(options)
        return node, sources_of(node.ports)
    return None, assemble_packaged()


def _day(options: argparse.Namespace, node: Node | None) -> Day:
    if options.as_of:
        return parse_day(options.as_of, what="--as-of")
    clock = node.ports.clock if node is not None else SystemClock()
    return clock.now().date()


def _chosen(sources: Sources, states: list[str]) -> tuple[Profile, ...]:
    """The profiles of these States, all where none is named; ``NoProfile``, ``UnknownState``."""
    if not states:
        return tuple(sources.laws.profiles().values())
    return tuple(profile_of(sources, state) for state in dict.fromkeys(states))


def _penalty(text: str | None, what: str) -> Penalty | None:
    """``5y``, ``18m`` or ``life``; ``BadForm`` for anything else."""
    if text is None:
        return None
    found = _PENALTY.fullmatch(text)
    if found is None:
        raise BadForm(what, "not a number with y or m, nor life")
    if found[1] is None:
        return Penalty("life-or-heavier")
    return Penalty("years" if found[2] == "y" else "months", int(found[1]))


def _add_day(command: argparse.ArgumentParser) -> None:
    command.add_argument("--as-of", metavar="DAY", help=_("the day that is asked about: YYYY-MM-DD; today by default"))
