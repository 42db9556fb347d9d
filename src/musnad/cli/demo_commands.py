"""``musnad demo``: the product's heartbeat. A few nodes, one case, one proven file."""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from musnad.cli.demo.play import Play
from musnad.cli.demo.practice import leave_emergencies, links_into
from musnad.cli.demo.scenarios import SCENARIOS
from musnad.cli.demo.stage import Stage
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.core.kernel.errors import BadForm
from musnad.language import current, isolate
from musnad.language import gettext as _
from musnad.node.configuration import read_configuration
from musnad.node.errors import FolderTaken


def register(commands: Commands) -> None:
    """Add the command."""
    demo = add_command(
        commands,
        "demo",
        run_demo,
        about=_("run a whole case between nodes on this machine, as an exercise, and verify its dossier"),
        example="musnad demo --lang ar --out case",
        node=False,
    )
    demo.add_argument(
        "--scenario", choices=tuple(SCENARIOS), default=next(iter(SCENARIOS)), help=_("which case is played")
    )
    demo.add_argument("--evidence", type=Path, help=_("a file or folder to send; by default the scenario makes one"))
    demo.add_argument("--out", type=Path, help=_("a new folder in which everything is kept"))
    demo.add_argument("--serve", action="store_true", help=_("leave the nodes running until stopped"))


def run_demo(options: argparse.Namespace, terminal: Terminal) -> int:
    """``musnad demo``: 0 only if the dossier was proven."""
    if options.evidence is not None and not options.evidence.exists():
        raise BadForm("--evidence", "no such file or folder")
    folder = _folder(options.out)
    scenario = SCENARIOS[options.scenario]
    stage = Stage(folder, current().language, options.entry, scenario.PARTIES)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_arguments: sys.exit(143))
    dossier, anchor = folder / "dossier.zip", folder / "trust" / "root.json"
    try:
        terminal.line(_("An exercise: everything here is invented, nothing is law."))
        terminal.line(_("Making the Registrar and the nodes of the States in %(folder)s") % {"folder": isolate(folder)})
        stage.build()
        evidence = options.evidence or scenario.make_evidence(folder)
        play = Play(stage, terminal, evidence.resolve(), current().language, dossier)
        scenario.run(play)
        verdict = _verify(dossier, anchor, stage.stamps, terminal)
        terminal.result(
            {"dossier": str(dossier), "trust": str(anchor), "case": play.case, "verdict": verdict, "exercise": True},
            _("Dossier: %(path)s") % {"path": isolate(dossier)},
            _("Trust anchor: %(path)s") % {"path": isolate(anchor)},
            *(
                [_("Stamp authority of the exercise: %(path)s") % {"path": isolate(stage.stamps)}]
                if stage.stamps
                else []
            ),
        )
        if options.serve:
            _serve(stage, terminal)
        return verdict
    finally:
        stage.close()
        if options.out is None:
            _keep_only(folder, {"dossier.zip", "trust"})


def _folder(out: Path | None) -> Path:
    if out is None:
        return Path(tempfile.mkdtemp(prefix="musnad-demo-")).resolve()
    if out.exists() and any(out.iterdir()):
        raise FolderTaken(str(out))
    out.mkdir(parents=True, exist_ok=True)
    return out.resolve()


def _verify(dossier: Path, anchor: Path, stamps: Path | None, terminal: Terminal) -> int:
    """Run the verifier as anybody would; its words are shown as they are."""
    command = [sys.executable, "-m", "musnad.verify.main", str(dossier), "--trust", str(anchor)]
    command += ["--stamp-trust", str(stamps)] if stamps is not None else []
    done = subprocess.run(  # noqa: S603 - our own module, no shell
        [*command, "--lang", current().language], capture_output=True, text=True, check=False
    )
    terminal.line()
    terminal.line((done.stdout + done.stderr).rstrip())
    terminal.line()
    return done.returncode


def _serve(stage: Stage, terminal: Terminal) -> None:
    stage.rehearse_passkeys()
    leave_emergencies(stage)
    for party in stage.parties:
        gate = read_configuration(stage.node(party)).gate.url
        terminal.line()
        terminal.line(
            _("%(party)s: gate %(gate)s. The desk, by links that work once, within fifteen minutes:")
            % {"party": isolate(party), "gate": isolate(gate)}
        )
        for one in links_into(stage, party):
            terminal.line(f"  {one.what}: {isolate(one.address)}")
    terminal.line()
    terminal.line(_("An emergency waits unanswered in every point of contact's inbox, to practise on. Answer it."))
    terminal.line(
        _("A passkey that you make at a desk is approved by two officers of the exercise and published within seconds.")
    )
    terminal.line(_("The nodes are running; press Ctrl-C to stop them."))
    try:
        for process in stage.running:
            process.wait()
    except KeyboardInterrupt:
        terminal.line(_("Stopping."))


def _keep_only(folder: Path, names: set[str]) -> None:
    for place in folder.iterdir():
        if place.name not in names:
            shutil.rmtree(place) if place.is_dir() else place.unlink()
