"""HTML written by hand, safely: everything that is not an ``Html`` is escaped when it enters one."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NewType

Html = NewType("Html", str)
Part = Html | str

_LANGUAGE_MARKS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))


def text(value: object) -> Html:
    """Escaped text; direction marks inside are dropped, since they could make it read as something else."""
    return Html(escape(str(value).translate(_LANGUAGE_MARKS), quote=True))


def tag(name: str, *parts: Html, **attributes: str) -> Html:
    """An element around parts that are already safe; an attribute's trailing underscore is dropped."""
    told = "".join(f' {key.rstrip("_")}="{text(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{told}>{''.join(parts)}</{name}>")


def join(parts: Iterable[Html], between: str = "") -> Html:
    return Html(between.join(parts))


def code(value: object) -> Html:
    """An identifier, a digest or a number: it keeps its own direction."""
    return Html(f'<bdi dir="ltr"><code>{text(value)}</code></bdi>')


def said(value: str) -> Html:
    """Words of a Party, in whatever direction they were written; line breaks are kept."""
    return Html(f'<span class="said" dir="auto">{text(value)}</span>')


def fill(sentence: str, **places: Html) -> Html:
    """A translated sentence with safe parts at its named places."""
    return Html(str(text(sentence)) % places)


def rows(pairs: Iterable[tuple[str, Html]]) -> Html:
    """A list of names and values."""
    return tag("dl", *(join([tag("dt", text(name)), tag("dd", value)]) for name, value in pairs))


def table(heads: Iterable[str], lines: Iterable[Iterable[Html]]) -> Html:
    """A table with one row of heads."""
    head = tag("tr", *(tag("th", text(one), scope="col") for one in heads))
    body = [tag("tr", *(tag("td", cell) for cell in line)) for line in lines]
    return tag("table", tag("thead", head), tag("tbody", *body))
