"""The document as PDF/A-3, by typst.

The document reaches the typesetter as data (one JSON text) and never as markup: whatever an author wrote is printed
as it stands. The signed file is attached to the PDF that names it. The same document and the same fonts make the same
octets: the only date in the file is the message's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from musnad.adapters.paper.errors import NotSet
from musnad.adapters.paper.fonts import Fonts, find_fonts
from musnad.adapters.paper.glyphs import printable
from musnad.exchange.paper.document import PAGE, PAGES, Paper

TEMPLATE = Path(__file__).with_name("form.typ")
STANDARD: Literal["a-3a"] = "a-3a"
UNBROKEN = 26
UNBROKEN_LETTERS = 60
"""The length of a word without spaces after which it may go on in the next line: of ASCII, and of letters that join."""
_SCRIPT_OF = {"ar": "Arabic", "zh": "CJK"}
_LATIN = re.compile(r"[A-Za-z0-9+](?:[A-Za-z0-9._:/@+\-#?=&%~]*[A-Za-z0-9])?")


def set_in_type(paper: Paper, signed: bytes | None, fonts: Fonts | None = None) -> bytes:
    """The PDF of a document, with its signed file inside where there is one.

    Raises:
        NoFont: a script of the document has no font here. NotSet: the typesetter failed.
    """
    import typst

    found = fonts or find_fonts(json.dumps(asdict(paper), ensure_ascii=False, default=str))
    text = json.dumps(_data(paper, found), ensure_ascii=False, sort_keys=True)
    parts = [found.order(_SCRIPT_OF.get(part.language, "Latin")) for part in paper.parts]
    try:
        made = typst.Compiler(
            font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(one) for one in found.folders]),
            ignore_system_fonts=True,
        ).compile(
            input=TEMPLATE.read_bytes(),
            format="pdf",
            sys_inputs={
                "paper": text,
                "fonts": json.dumps(parts),
                "signed": signed.decode("utf-8") if signed is not None else "",
            },
            pdf_standards=[STANDARD],
            timestamp=int(paper.at.timestamp()),
        )
    except typst.TypstError as error:
        raise NotSet(str(error)) from error
    if not isinstance(made, bytes):
        raise NotSet(type(made).__name__)
    return made


def _data(paper: Paper, fonts: Fonts) -> dict[str, Any]:
    """The document for the template: each text cut into the runs that it is set in."""
    data = asdict(paper)
    data["at"] = [paper.at.year, paper.at.month, paper.at.day, paper.at.hour, paper.at.minute, paper.at.second]
    data["page"], data["pages"] = PAGE, PAGES
    return {name: _cut(value, fonts) for name, value in data.items()}


def _cut(value: Any, fonts: Fonts) -> Any:
    if isinstance(value, dict):
        cut = {name: _cut(one, fonts) for name, one in value.items()}
        if "text" in cut:
            ours = not cut.get("original") and cut.get("language", "") is not None
            cut["text"] = printable(str(cut["text"]), fonts.folders, ours=ours)
        if "text" in cut and "direction" in cut:
            cut["lines"] = [list(runs(row, cut["direction"])) for row in cut["text"].split("\n")]
        return cut
    if isinstance(value, list | tuple):
        return [_cut(one, fonts) for one in value]
    return value


def runs(text: str, direction: str) -> Iterator[dict[str, Any]]:
    """A line in pieces that are each set in one direction; a long word in chunks between which a line may break.

    In a text that runs from right to left, what is written in Latin letters or digits (an address, a time, a number
    with its signs) is set as one piece from left to right, so that no sign in it changes its place.
    """
    if direction != "rtl":
        yield {"ltr": False, "chunks": _chunks(text)}
        return
    place = 0
    for match in _LATIN.finditer(text):
        if match.start() > place:
            yield {"ltr": False, "chunks": _chunks(text[place : match.start()])}
        yield {"ltr": True, "chunks": _chunks(match[0])}
        place = match.end()
    if place < len(text):
        yield {"ltr": False, "chunks": _chunks(text[place:])}


def _chunks(text: str) -> list[str]:
    chunks = [""]
    for word in re.findall(r"\S+|\s+", text):
        length = UNBROKEN if word.isascii() else UNBROKEN_LETTERS
        if len(word) <= length:
            chunks[-1] += word
        else:
            chunks += [*(word[at : at + length] for at in range(0, len(word), length)), ""]
    return [one for one in chunks if one] or [""]
