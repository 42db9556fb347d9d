"""Who can ask whom: one State against every other, for one measure. States of which the same is known stand together.

A row tells the answer and the questions that it turns on; each State leads to its own answer with every reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import PartyCode
from musnad.core.preflight.values import Answer, Can, Topic, Weight
from musnad.desk import house
from musnad.desk.needs import needs
from musnad.desk.pace import paced
from musnad.desk.reference.asking import day_of
from musnad.desk.reference.law import choices
from musnad.exchange.preflight import can_ask_each, sources_of
from musnad.language import gettext as _
from musnad.language.law_words import label_told
from musnad.language.preflight_words import ANSWERS, WEIGHTS, asked, sample_told
from musnad.language.sentences import sentence
from musnad.people.powers import Power

TELLING = (Weight.BLOCKS, Weight.WARNS, Weight.ONLY_IF, Weight.NOT_KNOWN)
ORDER = (Answer.YES, Answer.ONLY_IF, Answer.NOT_KNOWN, Answer.NO)


@dataclass(frozen=True, slots=True)
class Group:
    """States to which the same answer is given, for the same questions: each question under what it weighs."""

    answer: str
    answer_says: str
    states: tuple[tuple[str, str, str], ...]
    turns_on: tuple[tuple[str, str, tuple[str, ...]], ...]


@require_safe
@needs(Power.REFERENCE)
@paced("statistics", "GET")
def who(request: HttpRequest) -> HttpResponse:
    """Whom one State can ask for a measure on a day, or by whom it can be asked."""
    day, wrong = day_of(request)
    sources, given = sources_of(house.ports()), request.GET
    state, measure, offence = (given.get(name, "") for name in ("state", "measure", "offence"))
    is_asked, trouble = given.get("way") == "asked", ""
    found: tuple[Can, ...] = ()
    if state and measure:
        try:
            found = can_ask_each(sources, state, measure, offence or None, day, asks=not is_asked)
        except MusnadError as error:
            trouble = sentence(error)
    elif state or measure or offence:
        trouble = _("Choose a State and what for.")
    chosen = choices(sources, sources.treaty(""))
    names = dict(chosen["states"])  # type: ignore[call-overload]  # pairs of code and name
    more = {"measure": measure, "offence": offence, "as_of": day.isoformat()}
    samples = sorted({code for one in found for code in one.samples})
    shown = {
        **chosen,
        "day": day,
        "wrong": wrong,
        "trouble": trouble,
        "asking": {"measure": measure, "offence": offence},
        "state": state or str(house.ports().party),
        "is_asked": is_asked,
        "found": found,
        "name": names.get(state, state),
        "what_for": label_told(found[0].treaty.measures[found[0].question.measure].label) if found else "",
        "counts": [(_(ANSWERS[one]), sum(it.answer is one for it in found)) for one in ORDER],
        "groups": _groups(found, names, more, is_asked=is_asked),
        "sample": sample_told(", ".join(samples)) if samples else "",
    }
    return render(request, "desk/reference/who.html", shown)


def _groups(found: Iterable[Can], names: dict[str, str], more: dict[str, str], *, is_asked: bool) -> tuple[Group, ...]:
    held: dict[tuple[Answer, tuple[tuple[Weight, tuple[Topic, ...]], ...]], list[tuple[str, str, str]]] = {}
    for one in found:
        asker, other = one.question.asker, one.question.asked
        link = urlencode({"asker": asker, "asked": other} | {name: value for name, value in more.items() if value})
        code: PartyCode = asker if is_asked else other
        held.setdefault((one.answer, _turns_on(one)), []).append((code, names.get(code, code), link))
    rows = sorted(held.items(), key=lambda one: (ORDER.index(one[0][0]), -len(one[1])))
    return tuple(
        Group(
            answer.value,
            _(ANSWERS[answer]),
            tuple(sorted(states, key=lambda one: one[1].casefold())),
            tuple((weight.value, _(WEIGHTS[weight]), tuple(map(asked, topics))) for weight, topics in turns_on),
        )
        for (answer, turns_on), states in rows
    )


def _turns_on(one: Can) -> tuple[tuple[Weight, tuple[Topic, ...]], ...]:
    """The questions whose heaviest reason is more than a note, by that weight."""
    heaviest: dict[Topic, Weight] = {}
    for reason in one.reasons:
        heaviest.setdefault(reason.topic, reason.weight)  # the heaviest of a topic comes first
    return tuple(
        (weight, topics)
        for weight in TELLING
        if (topics := tuple(topic for topic, its in heaviest.items() if its is weight))
    )
