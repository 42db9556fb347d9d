"""The operator's tools: create a node, run it, examine it, enter its desk."""

from __future__ import annotations

import argparse
import tomllib
from dataclasses import asdict
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from musnad.adapters.clock import SystemClock, system_entropy
from musnad.adapters.directory.errors import NoDirectory
from musnad.cli import split_commands
from musnad.cli.here import open_node
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import Slug, parse_authority
from musnad.core.kernel.times import write_instant
from musnad.language import gettext as _
from musnad.language import isolate, ngettext, number, size
from musnad.language.house_words import fault_told
from musnad.language.sentences import remedy, sentence
from musnad.node.assemble import Node, assemble
from musnad.node.configuration import Configuration, read_configuration
from musnad.node.creating import AuthorityPlan, NodePlan, create_node
from musnad.node.doctor import examine
from musnad.node.errors import BadConfiguration
from musnad.node.running import supervisor


class _AuthorityFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    roles: list[str]
    names: dict[str, str]
    languages: list[str]
    measures: list[str]
    officers: list[str]


class _PlanFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    configuration: Configuration
    names: dict[str, str]
    time_zone: str
    authorities: list[_AuthorityFile]


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    top = commands.add_parser("node", help=_("the operator's tools: create, run and examine a node"))
    tools = top.add_subparsers(dest="tool", metavar=_("TOOL"), required=True)
    create = add_command(
        tools,
        "create",
        run_create,
        about=_("make a node from a plan: keys, officers, directory entry, journal"),
        example="musnad node create qa --plan qa.toml --root root.json --registrar-certificate registrar.pem",
        node=False,
    )
    create.add_argument("folder", type=Path, help=_("the node's folder; it must be new"))
    create.add_argument("--plan", type=Path, required=True, help=_("a TOML file: who the node is; see README.md"))
    create.add_argument("--root", type=Path, required=True, help=_("the directory's root, from the Registrar"))
    create.add_argument(
        "--registrar-certificate", type=Path, required=True, help=_("the directory server's certificate")
    )

    run = add_command(
        tools,
        "run",
        run_run,
        about=_("run the node: gate, desk, interface and worker, until stopped"),
        example="musnad node run qa",
        node=False,
    )
    run.add_argument("folder", type=Path, help=_("the node's folder"))

    doctor = add_command(
        tools,
        "doctor",
        run_doctor,
        about=_("examine the node: known answers, keys, directory, journal, log, certificate"),
        example="musnad node doctor qa",
        node=False,
    )
    doctor.add_argument("folder", type=Path, help=_("the node's folder"))

    split_commands.register(tools)

    rebuild = add_command(
        tools,
        "rebuild",
        run_rebuild,
        about=_("make the tables that only serve reading again, from the journal"),
        example="musnad node rebuild qa",
        node=False,
    )
    rebuild.add_argument("folder", type=Path, help=_("the node's folder"))

    link = add_command(
        tools,
        "link",
        run_link,
        about=_("make a one-time link into the node's desk, for one person or for the node's first"),
        example="musnad node link qa",
        node=False,
    )
    link.add_argument("folder", type=Path, help=_("the node's folder"))
    link.add_argument(
        "--person",
        metavar="NAME",
        help=_(
            "whom it lets in, by name; without it the person named duty, who is made at need with every working role "
            "and as the first officer of each authority of the node"
        ),
    )

    backup = add_command(
        tools,
        "backup",
        run_backup,
        about=_("copy the running node's database and files into a folder of backups, or read the newest one back"),
        example="musnad node backup /mnt/backups/qa --node qa",
    )
    backup.add_argument(
        "target", type=Path, help=_("the folder of this node's backups; it is made where there is none")
    )
    backup.add_argument(
        "--check", action="store_true", help=_("make none: read every octet of the newest one back, and compare")
    )
    backup.add_argument(
        "--keep",
        type=_count,
        metavar=_("NUMBER"),
        help=_("drop all but so many of the newest backups, and what they alone hold"),
    )


def run_create(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad node create``."""
    plan = read_plan(options.plan, options.root, options.registrar_certificate)
    publication = create_node(options.folder.absolute(), plan, SystemClock().now())
    terminal.result(
        {"node": str(options.folder), "publish": str(publication), "party": plan.configuration.party},
        _("The node of %(party)s is made in %(folder)s.")
        % {"party": isolate(plan.configuration.party), "folder": isolate(options.folder)},
        _("Hand this folder to the Registrar: %(folder)s") % {"folder": isolate(publication)},
    )
    return 0


def run_run(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad node run``."""
    folder = options.folder.resolve()
    configuration = read_configuration(folder)
    house = supervisor(folder)
    assemble(folder).bring_up_to_date()

    def ready(holds_directory: bool) -> None:
        link = desk_link(folder, configuration)
        lacking = [] if holds_directory else [sentence(NoDirectory()), remedy(NoDirectory())]
        api = None if configuration.api is None else f"https://{configuration.api.listen}/api/v1"
        terminal.result(
            {"gate": configuration.gate.url, "desk": link, "api": api, "directory": holds_directory},
            _("Gate: %(url)s") % {"url": isolate(configuration.gate.url)},
            _("Desk, by a link that works once: %(url)s") % {"url": isolate(link)},
            *([] if api is None else [_("Programming interface: %(url)s") % {"url": isolate(api)}]),
            *lacking,
        )

    return house.run(ready)


def run_doctor(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad node doctor``: 0 if every check passed, 1 otherwise."""
    options.node = options.folder
    findings = examine(open_node(options))
    healthy = all(finding.ok for finding in findings)
    terminal.result(
        {"healthy": healthy, "checks": [{"check": one.check, "ok": one.ok, "about": one.about} for one in findings]},
        *(f"{'✓' if one.ok else '✗'} {one.sentence()}" for one in findings),
        _("All checks passed.") if healthy else _("Some checks failed."),
    )
    return 0 if healthy else 1


def run_rebuild(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad node rebuild``."""
    options.node = options.folder
    cases = open_node(options).rebuild()
    terminal.result(
        {"cases": cases},
        ngettext("%(count)s case read again.", "%(count)s cases read again.", cases) % {"count": cases},
    )
    return 0


def run_link(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad node link``."""
    folder = options.folder.resolve()
    configuration = read_configuration(folder)
    link = desk_link(folder, configuration) if options.person is None else person_link(folder, options.person)
    terminal.result({"desk": link}, _("Desk, by a link that works once: %(url)s") % {"url": isolate(link)})
    return 0


def run_backup(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad node backup``: 1 where a backup that was read back is not what was written."""
    node = open_node(options)
    return _check_backup(node, options, terminal) if options.check else _make_backup(node, options, terminal)


def _make_backup(node: Node, options: argparse.Namespace, terminal: Terminal) -> int:
    from musnad.node.backup.making import make_backup
    from musnad.people.persons import TERMINAL

    report = terminal.progress(_("Copying"))
    made = make_backup(node, options.target, by=TERMINAL, report=report, keep_newest=options.keep)
    more = []
    if made.same_disk:
        more.append(_("It lies on the node's own disk: what takes that disk takes both."))
    if made.missing:
        missing = ngettext(
            "%(count)s exhibit is missing from the vault: run `musnad node doctor`, and tell oversight.",
            "%(count)s exhibits are missing from the vault: run `musnad node doctor`, and tell oversight.",
            made.missing,
        )
        more.append(missing % {"count": made.missing})
    terminal.result(
        {**asdict(made), "at": write_instant(made.at)},
        _("Backup %(name)s is complete: %(size)s, %(files)s files, the log to entry %(entries)s.")
        % {
            "name": isolate(made.name),
            "size": size(made.octets),
            "files": number(made.files),
            "entries": number(made.entries),
        },
        *more,
        _("Private keys are not in it: docs/backup.md says how they are kept. Read it back with --check."),
    )
    return 0


def _check_backup(node: Node, options: argparse.Namespace, terminal: Terminal) -> int:
    from musnad.node.backup.checking import check_backup
    from musnad.people.persons import TERMINAL

    found = check_backup(node, options.target, by=TERMINAL, report=terminal.progress(_("Reading back")))
    name = "-" if found.facts is None else found.facts.name
    told = {
        "backup": name,
        "holds": found.holds,
        "count": found.count,
        "faults": [asdict(one) for one in found.faults],
        "octets": 0 if found.end is None else found.end.octets,
        "files": 0 if found.end is None else found.end.files,
        "entries": 0 if found.facts is None else found.facts.entries,
        "head": 0 if found.facts is None else found.facts.size,
    }
    if found.holds:
        said = _(
            "Backup %(name)s holds: every octet is what was written, and its log is the tree under its signed head."
        )
    else:
        said = _("Backup %(name)s does not hold. Make a new one now, and keep this one aside.")
    faults = (f"✗ {isolate(one.what)}: {fault_told(one.why)}" for one in found.faults)
    terminal.result(told, *faults, said % {"name": isolate(name)})
    return 0 if found.holds else 1


def _count(text: str) -> int:
    """A number of backups, one at least."""
    found = int(text)
    if found < 1:
        raise ValueError
    return found


def desk_link(folder: Path, configuration: Configuration) -> str:
    """A fresh one-time link into the desk, for the node's first person."""
    from musnad.adapters.files.links import make_link

    return f"{configuration.desk.address}{make_link(folder, system_entropy)}"


def person_link(folder: Path, name: str) -> str:
    """A fresh one-time link into the desk for this person; ``UnknownPerson``. It is noted."""
    node = assemble(folder)
    from musnad.people.persons import TERMINAL, invite

    return f"{node.configuration.desk.address}{invite(node.ports, folder, name, by=TERMINAL)}"


def read_plan(plan: Path, root: Path, certificate: Path) -> NodePlan:
    """A node's plan from its files; ``BadConfiguration`` names the setting, ``BadForm`` the unreadable file."""
    try:
        found = _PlanFile.model_validate(tomllib.loads(plan.read_text("utf-8")))
        anchor, pem = root.read_bytes(), certificate.read_text("ascii")
    except tomllib.TOMLDecodeError as error:
        raise BadConfiguration(plan.name, str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise BadConfiguration(".".join(str(part) for part in first["loc"]), first["msg"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadForm("plan, root or certificate", "not readable") from error
    return NodePlan(
        found.configuration,
        found.names,
        found.time_zone,
        tuple(
            AuthorityPlan(
                parse_authority(one.id),
                tuple(Slug(role) for role in one.roles),
                one.names,
                tuple(one.languages),
                tuple(Slug(measure) for measure in one.measures),
                tuple(one.officers),
            )
            for one in found.authorities
        ),
        anchor,
        pem,
    )
