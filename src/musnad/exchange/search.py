"""Finding cases by words, identifiers and case numbers, in any of the languages of the texts.

A case is found by what it holds, not by what is typed of it: a word meets its other forms (``exchange.words``). All
groups must be met. What begins like a case's number finds that case first. Cases that the reader may not know of are
neither found nor counted. Of a found case its row is told, and what the words stand in; never the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import CaseRef, Slug
from musnad.core.treaty.values import Label
from musnad.exchange.due import refresh
from musnad.exchange.ports import Ports
from musnad.exchange.words import asked, normalise

PAGE_HITS = 20
LONGEST_QUESTION = 200
MOST_WORDS = 16
_NUMBER = re.compile(r"[0-9a-f]{4,64}")


@dataclass(frozen=True, slots=True)
class Why:
    """What a word stands in: ``case``, ``authority``, ``measure``, ``exhibit``, a ``field`` or a ``step`` by name."""

    kind: str
    name: str = ""
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Found:
    case: CaseRef
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """A page of what was found, the case that grew last first; ``before`` asks for the next page, None at the end."""

    found: tuple[Found, ...]
    before: int | None


def search(
    ports: Ports,
    question: str,
    limit: int = PAGE_HITS,
    before: int | None = None,
    hidden: frozenset[CaseRef] = frozenset(),
) -> Findings:
    """The cases that hold every word of the question.

    Raises:
        BadForm: the question is longer than ``LONGEST_QUESTION`` characters or ``MOST_WORDS`` words.
    """
    groups = asked(question)
    if len(question) > LONGEST_QUESTION or len(groups) > MOST_WORDS:
        raise BadForm("search", f"more than {LONGEST_QUESTION} characters or {MOST_WORDS} words")
    refresh(ports)
    begun: tuple[CaseRef, ...] = ()
    number = normalise(question).strip()
    if before is None and _NUMBER.fullmatch(number):
        begun = ports.agenda.begins_with(number, limit, hidden)
    hits = ports.agenda.find(groups, limit + 1, before, hidden) if groups else ()
    shown = hits[:limit]
    named = [Found(one, (Why("case"),)) for one in begun]
    found = [Found(one.case, _why(ports, one.fields)) for one in shown if one.case not in begun]
    return Findings((*named, *found), shown[-1].index if len(hits) > limit else None)


def _why(ports: Ports, fields: tuple[str, ...]) -> tuple[Why, ...]:
    labels = {
        name: one.label
        for treaty in ports.treaties.known().values()
        for measure in treaty.measures.values()
        for name, one in measure.fields.items()
    }
    found = []
    for field in fields:
        kind, _, name = field.partition("/")
        found.append(Why(kind, name, labels.get(Slug(name)) if kind == "field" else None))
    return tuple(sorted(found, key=lambda one: (one.kind, one.name)))
