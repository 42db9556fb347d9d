"""``musnad node split``: hand out the proof that a log has signed two heads that cannot both be true."""

from __future__ import annotations

import argparse
from pathlib import Path

from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.core.kernel.names import parse_party
from musnad.exchange.splits import export_split
from musnad.language import gettext as _
from musnad.language import isolate
from musnad.node.assemble import assemble


def register(tools: Commands) -> None:
    """Add the tool to those of ``musnad node``."""
    split = add_command(
        tools,
        "split",
        run_split,
        about=_("write the proof that a log has signed two heads that cannot both be true, for anybody to check"),
        example="musnad node split qa --party VN --out split.json",
        node=False,
    )
    split.add_argument("folder", type=Path, help=_("the node's folder"))
    split.add_argument("--party", required=True, help=_("whose log; this node's own as well"))
    split.add_argument("--out", type=Path, required=True, help=_("the file to write"))


def run_split(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad node split``."""
    party = parse_party(options.party)
    data = export_split(assemble(options.folder).ports, party)
    options.out.write_bytes(data)
    terminal.result(
        {"party": party, "out": str(options.out), "size_octets": len(data)},
        _("The proof is written to %(path)s. Check it with: %(command)s")
        % {"path": isolate(options.out), "command": isolate(f"musnad verify {options.out} --trust ROOT.json")},
    )
    return 0
