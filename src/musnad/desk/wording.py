"""Filters that turn codes, names, days and identifiers of a view into words and safe HTML. No rule stands here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from musnad.core.sealing.manifest import Manifest, Tool
from musnad.core.treaty.values import Label
from musnad.exchange.reading import AuthorityView, CountdownView, DutyView, Part, PartyView, RequestView, RuleView
from musnad.exchange.reading.form import Line, Said, cite, form_lines, original
from musnad.exchange.reading.values import NoteView
from musnad.language import (
    current,
    duration,
    isolate,
    ngettext,
    number,
    record_words,
    size,
    words,
    write_date,
    write_time,
)
from musnad.language import gettext as _
from musnad.language import penalty as imprisonment
from musnad.language.seal_words import notes_told

register = template.Library()
SHORT = 12
UNSEEN = frozenset("\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff") | frozenset(
    map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
"""Signs without a shape, by which one name looks like another. Joiners are none of them: Persian is written by them."""
_UNSEEN_OR_NOT = re.compile(f"[{''.join(sorted(UNSEEN))}]|[^{''.join(sorted(UNSEEN))}]+")


@register.filter
def word(code: str, table: words.Table) -> str:
    """The word for a code of that table."""
    return words.word(table, code)


@register.filter
def looked_at(code: str) -> str:
    """What was looked at, of a record of the house."""
    return record_words.looked_at_word(code)


@register.filter
def about(code: str) -> str:
    """What a member of a record of the house says."""
    return record_words.about_word(code)


@register.filter
def finding(note: NoteView) -> str:
    """What is said against a step that stands all the same."""
    return words.finding_told(note.code, note.about)


@register.filter
def label(text: Label | None) -> str:
    """A text of the treaty data in the reader's language."""
    return text.for_language(current().language) if text is not None else ""


@register.filter
def named(who: PartyView | AuthorityView) -> str:
    """A Party's name, or an authority's after its Party's, in the reader's language; else the code or id."""
    known = who.names.get(current().language) or who.names.get("en")
    if isinstance(who, PartyView):
        return known or isolate(who.code)
    if not known:
        return isolate(who.id)
    return _("%(party)s, %(authority)s") % {"party": named(who.party), "authority": known}


@register.filter
def names(parties: tuple[PartyView, ...]) -> str:
    return _(", ").join(named(one) for one in parties)


@register.filter
def day(value: date) -> SafeString:
    """A civil day, in words for people and in ISO 8601 for machines."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), write_date(value))


@register.filter
def moment(value: datetime) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), write_time(value))


@register.filter
def code(value: object) -> SafeString:
    """An identifier: left to right whatever surrounds it, and never translated."""
    return format_html('<bdi dir="ltr" translate="no"><code>{}</code></bdi>', value)


@register.filter
def short(value: str) -> SafeString:
    """The beginning of a long identifier; the whole of it stands in the title."""
    return format_html('<bdi dir="ltr" translate="no"><code title="{}">{}…</code></bdi>', value, value[:SHORT])


@register.filter
def filename(name: str) -> SafeString:
    """A file's name, running its own way whichever way the page runs; a sign that nobody sees is spelled out."""
    parts = ((_spelled(one) if one in UNSEEN else one,) for one in _UNSEEN_OR_NOT.findall(name))
    return format_html('<bdi translate="no">{}</bdi>', format_html_join("", "{}", parts))


def _spelled(sign: str) -> SafeString:
    return format_html("<code>U+{}</code>", f"{ord(sign):04X}")


@register.filter
def sealing_notes(manifest: Manifest | None) -> list[str]:
    """What is to be noted of a sealing: damage, what is missing, how often it was read."""
    return list(notes_told(manifest)) if manifest else []


@register.filter
def octets(value: int) -> str:
    """A size in words, and exactly."""
    if value < 1024:
        return size(value)
    exact = ngettext("%(count)s octet", "%(count)s octets", value) % {"count": isolate(number(value))}
    return _("%(size)s (%(exact)s)") % {"size": size(value), "exact": exact}


@register.filter
def penalty(part: Part) -> str:
    """A length of imprisonment in the unit that was stated."""
    return imprisonment(part.kind, int(part.text or "0"))


@register.filter
def form(request: RequestView) -> tuple[Line, ...]:
    """The filled fields as the reader sees them."""
    return form_lines(request.fields, request.language)


@register.filter
def written(text: str, language: str) -> Said:
    """What somebody wrote, with the language of the message that it stands in."""
    return original(text, language)


@register.filter
def tongue(said: Said) -> str:
    """What the reader must be told of a text's language; empty where it is the reader's own, or not known."""
    return said.note(current()) if said.language else ""


@register.filter
def tool(value: Tool) -> str:
    return f"{value.name} {value.version}"


@register.filter
def count(value: int) -> str:
    return number(value)


@register.filter
def reference(rule: RuleView) -> str:
    """The article and paragraph of a rule, or nothing for a rule of practice."""
    return cite(rule, current())


@register.filter
def time_left(duty: DutyView | CountdownView) -> str:
    """How long until the last day, which is included; since when nobody answers, where minutes count; else empty."""
    if isinstance(duty, CountdownView) and duty.minutes_passed is not None:
        minutes = duty.minutes_passed
        return _("no word for %(time)s") % {"time": duration(minutes * 60)} if minutes else _("came this minute")
    left = duty.days_left
    if left is None:
        return ""
    if left == 0:
        return _("today is the last day")
    if left > 0:
        return ngettext("%(count)s day left", "%(count)s days left", left) % {"count": left}
    return ngettext("overdue by %(count)s day", "overdue by %(count)s days", -left) % {"count": -left}


@register.filter
def holiday(names: Mapping[str, str]) -> str:
    """A holiday's name in the reader's language, else in English, else in any that there is."""
    return names.get(current().language) or names.get("en") or next(iter(names.values()), "")


@register.filter
def deliveries(waiting: int) -> str:
    return ngettext("%(count)s delivery waiting", "%(count)s deliveries waiting", waiting) % {"count": waiting}


@register.filter
def void_steps(void: int) -> str:
    return ngettext("%(count)s void step", "%(count)s void steps", void) % {"count": void}


@register.filter
def gaps(found: int) -> str:
    return ngettext("%(count)s gap in custody", "%(count)s gaps in custody", found) % {"count": found}


@register.filter
def left_out(found: int) -> str:
    return ngettext(
        "Left out: %(count)s message that was not said among exactly the Parties of the case.",
        "Left out: %(count)s messages that were not said among exactly the Parties of the case.",
        found,
    ) % {"count": found}


@register.filter
def steps_said(said: int) -> str:
    return ngettext("%(count)s step said", "%(count)s steps said", said) % {"count": said}
