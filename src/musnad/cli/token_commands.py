"""Tokens for programs: create, list, revoke. A token is shown once, when it is made."""

from __future__ import annotations

import argparse
from pathlib import Path

from musnad.adapters.clock import SystemClock, system_entropy
from musnad.adapters.files.grants import LONGEST_DAYS, SCOPES, Grant, Grants
from musnad.cli.here import open_node
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.core.kernel.names import parse_authority, parse_slug
from musnad.core.kernel.times import Day, write_day
from musnad.exchange.errors import NotHosted
from musnad.language import gettext as _
from musnad.language import isolate, write_date
from musnad.node.private import keep_private

DAYS = 90


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    top = commands.add_parser("token", help=_("tokens by which programs use the node: create, list, revoke"))
    tools = top.add_subparsers(dest="tool", metavar=_("TOOL"), required=True)
    create = add_command(
        tools,
        "create",
        run_create,
        about=_("make a token for a program; it is shown once"),
        example="musnad token create case-system --node qa --authority QA/central-authority --scope cases:read",
    )
    create.add_argument("name", help=_("what the token is called, to be revoked by"))
    create.add_argument(
        "--scope", action="append", default=[], choices=SCOPES, help=_("what it may do; may be repeated")
    )
    create.add_argument(
        "--authority", action="append", default=[], help=_("the authority that it acts for; may be repeated")
    )
    create.add_argument(
        "--days",
        type=int,
        default=DAYS,
        help=_("for how many days, at most %(longest)s; %(usual)s unless said")
        % {"longest": LONGEST_DAYS, "usual": DAYS},
    )
    add_command(
        tools,
        "list",
        run_list,
        about=_("list the tokens: what each may do, until when, and when it was last used"),
        example="musnad token list --node qa",
    )
    revoke = add_command(
        tools,
        "revoke",
        run_revoke,
        about=_("end a token at once"),
        example="musnad token revoke case-system --node qa",
    )
    revoke.add_argument("name", help=_("the token's name"))


def run_create(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad token create``."""
    node = open_node(options)
    authorities = frozenset(parse_authority(one) for one in options.authority)
    for one in sorted(authorities - node.ports.keys.hosted):
        raise NotHosted(one)
    keep_private()
    grant, token = Grants(node.folder).make(
        parse_slug(options.name),
        frozenset(options.scope),
        authorities,
        days=options.days,
        today=_today(),
        entropy=system_entropy,
    )
    terminal.result(
        {"token": token, **_told(grant)},
        _("Token %(name)s, good until %(day)s included. It is shown once; keep it as you keep a key:")
        % {"name": isolate(grant.name), "day": write_date(grant.last_day)},
        token,
    )
    return 0


def run_list(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad token list``."""
    today = _today()
    found = Grants(_folder(options)).every()
    terminal.result(
        {"tokens": [{**_told(one), "over": one.is_over(today)} for one in found]},
        *(_line(one, today) for one in found),
    )
    return 0


def run_revoke(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad token revoke``."""
    Grants(_folder(options)).revoke(options.name)
    terminal.result({"revoked": options.name}, _("Token %(name)s is revoked.") % {"name": isolate(options.name)})
    return 0


def _folder(options: argparse.Namespace) -> Path:
    return open_node(options).folder


def _today() -> Day:
    return SystemClock().now().date()


def _told(grant: Grant) -> dict[str, object]:
    return {
        "name": grant.name,
        "scopes": sorted(grant.scopes),
        "authorities": sorted(grant.authorities),
        "made_on": write_day(grant.made_on),
        "last_day": write_day(grant.last_day),
        "used_on": write_day(grant.used_on) if grant.used_on else None,
    }


def _line(grant: Grant, today: Day) -> str:
    facts = {
        "name": isolate(grant.name),
        "scopes": isolate(", ".join((*sorted(grant.scopes), *sorted(grant.authorities)))),
        "day": write_date(grant.last_day),
        "used": write_date(grant.used_on) if grant.used_on else _("never"),
    }
    if grant.is_over(today):
        return _("%(name)s: %(scopes)s; it ended on %(day)s; last used: %(used)s") % facts
    return _("%(name)s: %(scopes)s; until %(day)s included; last used: %(used)s") % facts
