"""The report as one page: what is asked and what became of it, every step, every exhibit, the logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from musnad.core.case.limits import strictest
from musnad.core.case.state import ExhibitState, RequestState
from musnad.core.dossier.facts import Facts, SealedExhibit
from musnad.core.kernel.names import MessageId, PartyCode, SealId
from musnad.language import Speech, size, speak, write_date, write_time
from musnad.language.seal_words import notes_told
from musnad.report.markup import Html, code, fill, join, rows, said, table, tag, text
from musnad.report.steps import link_to, measure_of, number_steps, write_limits, write_steps
from musnad.report.style import CSS
from musnad.report.words import EVENTS, GAPS, STATUSES, word


def write_report(facts: Facts, language: str) -> bytes:
    """The page in a language of the house (a dossier has ``ar`` and ``en``); equal facts give equal octets.

    Raises:
        LookupError: the language is none of the house.
    """
    say = speak(language)
    title = say.gettext("Report of a case")
    body = join(_sections(facts, say, title), "\n")
    head = join(
        [
            Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width">'),
            tag("title", text(title)),
            Html(f"<style>{CSS}</style>"),
        ]
    )
    page = tag("html", tag("head", head), tag("body", tag("main", body)), lang=say.language, dir=say.direction)
    return f"<!DOCTYPE html>\n{page}\n".encode()


def _sections(facts: Facts, say: Speech, title: str) -> Iterator[Html]:
    if facts.index.exercise:
        yield tag("p", text(say.gettext("EXERCISE: this is not a real case.")), class_="exercise")
    yield tag("h1", text(title))
    yield tag(
        "p",
        text(
            say.gettext(
                "This page carries no verdict of its own. Only `musnad verify`, run on the whole dossier under a trust "
                "anchor obtained elsewhere, says whether it is proven; it writes this page again and compares it."
            )
        ),
        class_="note",
    )
    yield _case(facts, say)
    yield tag("h2", text(say.gettext("What was asked, and what became of it")))
    numbers = number_steps(facts)
    yield from (_request(facts, one, numbers[one.id], say) for one in facts.state.requests.values())
    yield tag("h2", text(say.gettext("Every step")))
    yield write_steps(facts, say)
    if facts.aside:
        yield tag("h2", text(say.gettext("Here, and no step of the case")))
        yield _aside(facts, say)
    if facts.state.exhibits:
        yield tag("h2", text(say.gettext("Exhibits and their custody")))
        yield from (_exhibit(facts, seal, one, numbers, say) for seal, one in sorted(facts.state.exhibits.items()))
    yield tag("h2", text(say.gettext("Logs and witnesses")))
    yield _logs(facts, say)


def _case(facts: Facts, say: Speech) -> Html:
    state = facts.state
    if facts.complete:
        reach = say.gettext(
            "Complete up to the signed closings of all its Parties, which cover everything here; what was said later, "
            "if anything, is not covered."
        )
    else:
        reach = say.gettext("Complete up to the heads named here; what came after them, if anything, is not here.")
    parties = join([_party(facts, one, say) for one in state.parties], ", ")
    return rows(
        [
            (say.gettext("Case"), code(state.case)),
            (say.gettext("Parties"), parties),
            (say.gettext("Exported by"), code(facts.index.exporter)),
            (say.gettext("Reach"), text(reach)),
            (say.gettext("Heads"), join([code(head) for head in state.heads], " ")),
        ]
    )


def _party(facts: Facts, party: PartyCode, say: Speech) -> Html:
    names = facts.parties[party].names
    name = names.get(say.language, names.get("en", party))
    return join([said(name), code(party)], " ")


def _request(facts: Facts, request: RequestState, number: int, say: Speech) -> Html:
    message = facts.state.messages[request.id]
    measure = measure_of(facts, message)
    told = [
        (say.gettext("Asked by"), code(request.asker)),
        (say.gettext("Asked of"), join([code(one) for one in request.asked], ", ")),
        (say.gettext("Now"), text(word(STATUSES, request.status, say))),
        (
            say.gettext("Begins at"),
            link_to(number, say),
        ),
    ]
    if request.preserved_until is not None:
        told.append((say.gettext("Preserved up to and including"), text(write_date(request.preserved_until, say))))
    told += [(say.gettext("Condition"), said(condition)) for condition in request.conditions]
    label = measure.label.for_language(say.language) if measure is not None else str(request.measure)
    return join([tag("h3", text(label)), rows(told)])


def _aside(facts: Facts, say: Speech) -> Html:
    """Messages that wait for what is not here, and messages that this version does not understand."""
    lines = []
    for one in facts.aside:
        if one.why == "not-understood":
            why = text(say.gettext("Not understood by this version."))
        elif one.missing:
            missing = join([code(lack) for lack in one.missing], " ")
            why = fill(
                say.gettext(
                    "It waits for %(missing)s, which is not here: its author named what was never said, or the "
                    "exporter left it out."
                ),
                missing=missing,
            )
        else:
            why = text(say.gettext("It follows one that waits itself."))
        lines.append((code(one.id), code(one.author), code(one.kind), why))
    return table([say.gettext("Message"), say.gettext("By"), say.gettext("Kind"), say.gettext("Why")], lines)


def _exhibit(facts: Facts, seal: SealId, state: ExhibitState, numbers: Mapping[MessageId, int], say: Speech) -> Html:
    parts: list[Html] = []
    sealed = facts.exhibits.get(seal)
    if sealed is not None:
        parts += [tag("h3", said(sealed.manifest.name)), rows(_manifest(seal, sealed, say))]
    else:
        why = (
            say.gettext("Offered, and never fetched by the exporter: its manifest is not here.")
            if state.offer is not None
            else say.gettext("Never offered: its manifest is not here.")
        )
        parts += [tag("h3", code(seal)), tag("p", text(why))]
    limit = strictest(state.limits)
    if limit is not None:
        parts += [tag("h4", text(say.gettext("Conditions of use"))), rows(write_limits(limit, say))]
    lines = [
        (
            text(word(EVENTS, entry.event, say)),
            code(entry.authority),
            text(write_time(entry.at, say)),
            join([said(one) for one in (entry.place, entry.note) if one is not None], " · "),
        )
        for entry in state.custody
    ]
    parts.append(table([say.gettext("Event"), say.gettext("By"), say.gettext("When"), say.gettext("Note")], lines))
    for gap in state.gaps:
        sentence = say.gettext("Gap at step %(number)s: %(what)s")
        told = fill(sentence, number=text(numbers[gap.id]), what=text(word(GAPS, gap.code, say)))
        parts.append(tag("p", told, class_="gap"))
    return tag("section", *parts)


def _manifest(seal: SealId, sealed: SealedExhibit, say: Speech) -> Iterator[tuple[str, Html]]:
    manifest = sealed.manifest
    yield say.gettext("Seal"), code(seal)
    yield say.gettext("Size"), text(size(manifest.size_octets, say))
    yield say.gettext("Media type"), code(manifest.media_type)
    yield "SHA-256", code(manifest.sha256)
    yield (
        say.gettext("Sealed by"),
        fill(
            say.gettext("%(authority)s, %(time)s"),
            authority=code(manifest.sealed_by),
            time=text(write_time(manifest.sealed_at, say)),
        ),
    )
    yield say.gettext("Tool"), code(f"{manifest.tool.name} {manifest.tool.version}")
    yield say.gettext("Source"), said(manifest.source.description)
    for told in notes_told(manifest, say):
        yield say.gettext("Of the sealing"), text(told)
    here = (
        say.gettext("The content is in this dossier.")
        if sealed.has_content
        else say.gettext("Only the manifest is in this dossier, not the content.")
    )
    yield say.gettext("Content"), text(here)


def _logs(facts: Facts, say: Speech) -> Html:
    lines = [
        (
            code(head.origin),
            code(head.size),
            join(
                [
                    fill(
                        say.gettext("%(party)s saw it no later than %(time)s"),
                        party=code(one.party),
                        time=text(write_time(one.at, say)),
                    )
                    for one in head.witnessed
                ],
                "; ",
            ),
        )
        for _, head in sorted(facts.logs.items())
    ]
    return table([say.gettext("Log"), say.gettext("Entries"), say.gettext("Cosigned")], lines)
