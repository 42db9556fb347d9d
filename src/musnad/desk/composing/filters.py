"""Filters of this area's templates."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from musnad.desk.composing.page import Said as Finding
from musnad.desk.composing.sheet import Sheet
from musnad.exchange.reading.form import Said
from musnad.language import speak

register = template.Library()


@register.filter
def typed(sheet: Sheet, name: str) -> str:
    """What stands in an input."""
    return sheet.one(name)


@register.filter
def of(notes: Mapping[str, tuple[Finding, ...]], name: str) -> tuple[Finding, ...]:
    """The findings beside a field."""
    return notes.get(name, ())


@register.filter
def note_in(said: Said, language: str) -> str:
    """What a reader of that language must be told of a text's own."""
    return said.note(speak(language))
