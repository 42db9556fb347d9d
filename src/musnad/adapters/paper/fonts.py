"""Which fonts of this machine draw a text: Noto's by choice, looked for where systems keep fonts.

No font is taken by name alone from the system, so that the same fonts make the same pages; a script for which none is
found is an error and never a page of empty boxes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from musnad.adapters.paper.errors import NoFont

ENVIRONMENT = "MUSNAD_FONTS"
PLACES = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts"),
    Path("~/.fonts"),
    Path("/Library/Fonts"),
)
FAMILIES: Mapping[str, Mapping[str, str]] = {
    "Latin": {"NotoSans-Regular.ttf": "Noto Sans", "DejaVuSans.ttf": "DejaVu Sans"},
    "Arabic": {"NotoNaskhArabic-Regular.ttf": "Noto Naskh Arabic", "Amiri-Regular.ttf": "Amiri"},
    "CJK": {"NotoSansCJK-Regular.ttc": "Noto Sans CJK SC", "NotoSerifCJK-Regular.ttc": "Noto Serif CJK SC"},
}
"""For each script the files that draw it, the best first, and the families in them."""
_SCRIPTS = {
    "Latin": re.compile("[A-Za-z]"),
    "Arabic": re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]"),
    "CJK": re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]"),
}


@dataclass(frozen=True, slots=True)
class Fonts:
    """The families by script, and the folders in which they and their bold and other cuts stand."""

    families: Mapping[str, str]
    folders: tuple[Path, ...]

    def order(self, first: str) -> list[str]:
        """Every family, that of the script ``first`` before the others."""
        return [self.families[one] for one in sorted(self.families, key=lambda one: (one != first, one != "Latin"))]


def find_fonts(text: str, places: tuple[Path, ...] | None = None) -> Fonts:
    """Fonts for every script of the text.

    Raises ``NoFont`` naming the first script that nothing draws.
    """
    looked = places if places is not None else tuple(_places())
    families, folders = {}, []
    for script, pattern in _SCRIPTS.items():
        if not pattern.search(text):
            continue
        file = next((found for name in FAMILIES[script] for found in _found(name, looked)), None)
        if file is None:
            raise NoFont(script)
        families[script] = FAMILIES[script][file.name]
        if file.parent not in folders:
            folders.append(file.parent)
    return Fonts(families, tuple(folders))


def _places() -> Iterator[Path]:
    named = os.environ.get(ENVIRONMENT)
    if named:
        yield Path(named)
    yield from (place.expanduser() for place in PLACES)


def _found(name: str, places: tuple[Path, ...]) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            yield from sorted(place.rglob(name))
