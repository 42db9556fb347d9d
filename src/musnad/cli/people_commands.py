"""Who may sit at the node's desk, at its terminal: the first administrators are made here."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from musnad.cli.here import find_case, open_node
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.core.kernel.names import OfficerName, parse_officer
from musnad.language import gettext as _
from musnad.language import isolate
from musnad.node.assemble import Node
from musnad.people.powers import Role

ROLES = tuple(one.value for one in Role)


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    top = commands.add_parser("people", help=_("who may sit at the node's desk, with which powers"))
    tools = top.add_subparsers(dest="tool", metavar=_("TOOL"), required=True)
    add = add_command(
        tools,
        "add",
        run_add,
        about=_("add a person; a link, shown once, lets them in to make a passkey"),
        example="musnad people add lan --shown Lan --role duty-officer --officer VN/contact-24-7/lotus --node vn",
    )
    add.add_argument("name", metavar="NAME", help=_("what they sign in with: small letters, digits and hyphens"))
    add.add_argument("--shown", metavar="TEXT", default="", help=_("what colleagues call them"))
    _powers(add)
    add_command(
        tools,
        "list",
        run_list,
        about=_("list the people of the desk: roles, pseudonyms, and who is locked"),
        example="musnad people list --node vn",
    )
    roles = add_command(
        tools,
        "roles",
        run_roles,
        about=_("give a person these roles and pseudonyms, and no others"),
        example="musnad people roles lan --role lawyer --officer VN/central-authority/bamboo --node vn",
    )
    _name(roles)
    _powers(roles)
    _name(
        add_command(
            tools,
            "lock",
            run_lock,
            about=_("shut a person out at once: sessions and links end"),
            example="musnad people lock lan --node vn",
        )
    )
    _name(
        add_command(
            tools,
            "unlock",
            run_unlock,
            about=_("let a locked person in again, by the ways in that they had"),
            example="musnad people unlock lan --node vn",
        )
    )
    _name(
        add_command(
            tools,
            "link",
            run_link,
            about=_("make a one-time link into the desk for a person"),
            example="musnad people link lan --node vn",
        )
    )
    circle = add_command(
        tools,
        "circle",
        run_circle,
        about=_("say who alone may see a case; without --person everybody who may see cases"),
        example="musnad people circle 3f2a --person lan --person minh --node vn",
    )
    circle.add_argument("case", metavar="CASE", help=_("the case, by its reference or its first characters"))
    circle.add_argument(
        "--person", metavar="NAME", action="append", default=[], help=_("who may see it; may be repeated")
    )


def run_add(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad people add``."""
    node = _open(options)
    from musnad.people import persons

    roles, officers = _given(options)
    made = persons.add(node.ports, options.name, options.shown, roles, officers, by=persons.TERMINAL)
    link = _link(node, made.name)
    terminal.result(
        {"person": made.name, "desk": link},
        _("%(name)s may sit at the desk. By this link, once, within fifteen minutes: %(url)s")
        % {"name": isolate(made.name), "url": isolate(link)},
    )
    return 0


def run_list(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad people list``."""
    _open(options)
    from musnad.people import persons

    found = [
        {
            "name": one.name,
            "shown": one.shown,
            "roles": list(one.roles),
            "officers": list(one.officers),
            "locked": not one.is_active,
            "ways_in": persons.has_ways_in(one),
        }
        for one in persons.every()
    ]
    terminal.result({"people": found}, *(_line(one) for one in found))
    return 0


def run_roles(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad people roles``."""
    node = _open(options)
    from musnad.people import persons

    roles, officers = _given(options)
    person = persons.give(node.ports, options.name, roles, officers, by=persons.TERMINAL)
    terminal.result(
        {"person": person.name, "roles": list(person.roles), "officers": list(person.officers)},
        _("%(name)s has these roles: %(roles)s")
        % {"name": isolate(person.name), "roles": isolate(", ".join(person.roles))},
    )
    return 0


def run_lock(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad people lock``."""
    node = _open(options)
    from musnad.people import persons

    persons.lock(node.ports, node.folder, options.name, by=persons.TERMINAL)
    terminal.result({"locked": options.name}, _("%(name)s is locked out.") % {"name": isolate(options.name)})
    return 0


def run_unlock(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad people unlock``."""
    node = _open(options)
    from musnad.people import persons

    persons.unlock(node.ports, options.name, by=persons.TERMINAL)
    terminal.result({"unlocked": options.name}, _("%(name)s may come in again.") % {"name": isolate(options.name)})
    return 0


def run_link(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad people link``."""
    link = _link(_open(options), options.name)
    terminal.result({"desk": link}, _("Desk, by a link that works once: %(url)s") % {"url": isolate(link)})
    return 0


def run_circle(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad people circle``."""
    node = _open(options)
    from musnad.people import circles, persons

    case = find_case(node.ports, options.case)
    circles.set_circle(node.ports, case, options.person, by=persons.TERMINAL)
    told = {"names": isolate(", ".join(circles.circle_of(case)))}
    terminal.result(
        {"case": case, "persons": list(circles.circle_of(case))},
        _("Only these see the case now, and oversight: %(names)s") % told
        if options.person
        else _("Everybody who may see cases sees the case now."),
    )
    return 0


def _open(options: argparse.Namespace) -> Node:
    """The node; its tables of people are Django's, which is up from here on."""
    return open_node(options)


def _name(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", metavar="NAME", help=_("the person's name"))


def _powers(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--role", action="append", default=[], choices=ROLES, help=_("a role at the desk; may be repeated")
    )
    command.add_argument(
        "--officer",
        metavar="PSEUDONYM",
        action="append",
        default=[],
        help=_("under which an authority's roster lists them; may be repeated"),
    )


def _given(options: argparse.Namespace) -> tuple[Iterable[Role], tuple[OfficerName, ...]]:
    return {Role(one) for one in options.role}, tuple(parse_officer(one) for one in options.officer)


def _link(node: Node, name: str) -> str:
    from musnad.people import persons

    path = persons.invite(node.ports, node.folder, name, by=persons.TERMINAL)
    return f"{node.configuration.desk.address}{path}"


def _line(one: dict[str, object]) -> str:
    roles, officers = one["roles"], one["officers"]
    assert isinstance(roles, list)
    assert isinstance(officers, list)
    facts = {"name": isolate(str(one["name"])), "powers": isolate(", ".join((*roles, *officers)))}
    if one["locked"]:
        return _("%(name)s, locked: %(powers)s") % facts
    return _("%(name)s: %(powers)s") % facts
