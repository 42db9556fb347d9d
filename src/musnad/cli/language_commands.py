"""What stands in which of the six languages: ``musnad language coverage``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict

from musnad.adapters.register_files import load_register
from musnad.adapters.treaty_files import load_treaties
from musnad.cli.terminal import Commands, Terminal, add_command
from musnad.exchange.reading.coverage import Sections, state_names, treaty_labels
from musnad.language import LANGUAGES, isolate, mark
from musnad.language import gettext as _
from musnad.language.coverage import Count, catalogue_file, counts, is_spoken
from musnad.language.tongues import OWN_NAMES

_SECTIONS = {
    "measures": mark("measures"),
    "fields": mark("fields"),
    "choices": mark("choices"),
    "words": mark("words"),
    "offences": mark("offences"),
    "grounds": mark("grounds"),
    "rules": mark("rules"),
}


def register(commands: Commands) -> None:
    """Add the commands of this group."""
    group = commands.add_parser("language", help=_("what stands in which of the six languages"))
    tools = group.add_subparsers(dest="tool", metavar=_("TOOL"), required=True)
    add_command(
        tools,
        "coverage",
        run_coverage,
        about=_("count what is filled in each language: sentences, treaty labels, names of States"),
        example="musnad language coverage",
        node=False,
    )


def run_coverage(options: argparse.Namespace, terminal: Terminal) -> int:  # noqa: ARG001  # every run has options
    """``musnad language coverage``."""
    treaties, known = load_treaties(), load_register()
    counted = counts({one: catalogue_file(one).read_text(encoding="utf-8") for one in LANGUAGES})
    told: dict[str, object] = {}
    lines: list[str] = []
    for language in LANGUAGES:
        said, states = counted[language], state_names(known, language)
        labels = {name: treaty_labels(treaty, language) for name, treaty in treaties.items()}
        told[language] = {
            "name": OWN_NAMES[language],
            "file": str(catalogue_file(language)),
            "sentences": asdict(said),
            "spoken": is_spoken(language),
            "treaties": {
                name: {section: asdict(count) for section, count in sections.items()}
                for name, sections in labels.items()
            },
            "states": asdict(states),
        }
        lines += _lines(language, said, {name: labels[name] for name in sorted(labels)}, states)
    terminal.result({"languages": told}, *lines)
    return 0


def _lines(language: str, said: Count, labels: dict[str, Sections], states: Count) -> Iterator[str]:
    yield _("%(language)s (%(code)s)") % {"language": isolate(OWN_NAMES[language]), "code": isolate(language)}
    yield "  " + _("sentences: %(count)s") % {"count": _of(said)}
    if not is_spoken(language):
        yield "  " + _("not compiled here, so everything is said in English: `make node` compiles it")
    for name, sections in labels.items():
        whole = sum(sections.values(), Count(0, 0))
        lacking = [f"{_(_SECTIONS[section])} {_of(count)}" for section, count in sections.items() if not count.whole]
        line = _("labels of %(treaty)s: %(count)s") % {"treaty": isolate(name), "count": _of(whole)}
        yield "  " + (f"{line} ({_(', ').join(lacking)})" if lacking and whole.filled else line)
    yield "  " + _("names of States: %(count)s") % {"count": _of(states)}
    if not said.whole:
        yield "  " + _("for a translator: %(file)s") % {"file": isolate(catalogue_file(language))}


def _of(count: Count) -> str:
    return _("%(filled)s of %(all)s") % {"filled": count.filled, "all": count.all}
