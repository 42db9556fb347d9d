"""Compile the message catalogues while building, so that an installed Musnad speaks Arabic without any tool; and put
the desk's world map into the wheel, where the package that it is made from can be had.

Hatchling calls the hook for wheels and for editable installs alike. The compiled files are not committed; `make`
compiles them again with tools/catalogue.py when a translation changes.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALE = Path("src", "musnad", "language", "locale")


def compile_catalogues(root: Path) -> list[Path]:
    """Write the .mo beside every .po under ``root``; fuzzy entries stay out, and so does what is filled in part: a
    sentence with a form missing is said in English, with its own plural. Returns the files written.
    """
    written = []
    for source in sorted((root / LOCALE).glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parents[1].name)
        for entry in [one for one in catalogue if one.id and one.pluralizable and not all(one.string or ())]:
            catalogue.delete(entry.id, entry.context)
        target = source.with_suffix(".mo")
        with target.open("wb") as stream:
            write_mo(stream, catalogue, use_fuzzy=False)
        written.append(target)
    return written


def make_map(root: Path) -> None:
    """Make the map where it is not there; a wheel without it shows its table alone, and the tool says so."""
    tool = root / "tools" / "front_end.py"
    if tool.exists():
        subprocess.run([sys.executable, str(tool)], check=False)


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's generic parameter is private to it
    """The build hook named in pyproject.toml."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's signature
        """Compile before files are collected; the .mo files and the map are build artifacts."""
        compile_catalogues(Path(self.root))
        if version == "standard":
            make_map(Path(self.root))


if __name__ == "__main__":
    compile_catalogues(Path(__file__).resolve().parent)
