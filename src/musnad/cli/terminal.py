"""What commands say: lines, tables, progress on a terminal and silence in a pipe; or one JSON object."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from musnad.core.kernel.errors import MusnadError
from musnad.exchange.evidence.ports import Progress
from musnad.language import LANGUAGES, duration, isolate, mark, rate, size
from musnad.language import gettext as _
from musnad.language.sentences import remedy, sentence

REFRESH_SECONDS = 0.2
BAR_CELLS = 24


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it
else:
    Commands = object


class Terminal:
    """Standard output for results, standard error for progress and errors."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def line(self, text: str = "") -> None:
        """A line for people; nothing where a program reads."""
        if not self.as_json:
            print(text, flush=True)

    def result(self, value: Mapping[str, object], *lines: str) -> None:
        """The outcome: one JSON object for a program, lines for people."""
        if self.as_json:
            print(json.dumps(value, ensure_ascii=False, sort_keys=True), flush=True)
        for text in lines:
            self.line(text)

    def fail(self, error: MusnadError) -> None:
        """An error in words, with its code and what to do; as JSON where a program reads."""
        if self.as_json:
            print(json.dumps({"error": error.code, "facts": error.facts()}, ensure_ascii=False, sort_keys=True))
        print(f"{sentence(error)} [{isolate(error.code)}]", file=sys.stderr)
        print(remedy(error), file=sys.stderr)

    def progress(self, what: str) -> Callable[[Progress], None]:
        """A reporter of bytes, rate and time left; silent in a pipe."""
        return Meter(what) if sys.stderr.isatty() and not self.as_json else _silent


class Meter:
    """One line on the terminal, written over until the work is done."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._begun = time.monotonic()
        self._shown = 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        done = progress.done_octets >= progress.total_octets
        if now - self._shown < REFRESH_SECONDS and not done:
            return
        self._shown = now
        passed = max(now - self._begun, 1e-6)
        left = (progress.total_octets - progress.done_octets) * passed / max(progress.done_octets, 1)
        share = progress.done_octets / max(progress.total_octets, 1)
        bar = "█" * round(share * BAR_CELLS) + "░" * (BAR_CELLS - round(share * BAR_CELLS))
        text = _("%(what)s %(bar)s %(done)s of %(total)s, %(rate)s, %(left)s left") % {
            "what": self._what,
            "bar": isolate(bar),
            "done": size(progress.done_octets),
            "total": size(progress.total_octets),
            "rate": rate(progress.done_octets, passed),
            "left": duration(left),
        }
        print(f"\r\x1b[2K{text}", end="\n" if done else "", file=sys.stderr, flush=True)


def _silent(_progress: Progress) -> None:
    return None


LANG_HELP = mark("the language to speak; by default the locale's")
NODE_HELP = mark("the node's folder (or the environment variable MUSNAD_NODE)")


def add_command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace, Terminal], int | None],
    *,
    about: str,
    example: str,
    node: bool = True,
) -> argparse.ArgumentParser:
    """A command with the options that all have: ``--node``, ``--json``, ``--lang``, and an example in its help."""
    made = commands.add_parser(
        name,
        help=about,
        description=about,
        epilog=_("Example: %(example)s") % {"example": example},
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.set_defaults(run=run)
    made.add_argument("--json", action="store_true", help=_("print one JSON object, for programs"))
    made.add_argument("--lang", choices=LANGUAGES, default=argparse.SUPPRESS, help=_(LANG_HELP))
    if node:
        made.add_argument("--node", type=Path, help=_(NODE_HELP))
    return made
