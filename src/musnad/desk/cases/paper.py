"""A request as a paper form, given as a file to keep: by it a request reaches a State that has no node.

Nothing is sent by making one. The signed file, which the paper names and is checked against, is given beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from musnad.adapters.paper import set_in_type
from musnad.core.case.state import CaseState
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, PartyCode, party_of
from musnad.desk import house
from musnad.desk.evidence.holding import SANDBOX
from musnad.desk.needs import needs
from musnad.desk.pace import paced
from musnad.exchange.errors import UnknownMessage
from musnad.exchange.paper import PAPER_LANGUAGES, read_paper
from musnad.exchange.ports import Ports
from musnad.language import LANGUAGES, current, mark
from musnad.language.tongues import OWN_NAMES, direction_of
from musnad.people.powers import Power


@dataclass(frozen=True, slots=True)
class PaperLanguage:
    """A language that the form may be in, by its own name; ``chosen`` where it stands unless another is asked for."""

    code: str
    name: str
    direction: str
    chosen: bool


PAPER_TONGUES = tuple(
    PaperLanguage(one, OWN_NAMES[one], direction_of(one), one in PAPER_LANGUAGES) for one in LANGUAGES
)


@dataclass(frozen=True, slots=True)
class ToPrint:
    """A request of ours that nobody has answered, and the State without a node that it can reach on paper alone."""

    request: MessageId
    state: str


@require_safe
@needs(Power.SEE_CASES)
@paced("paper", "GET")
def paper(request: HttpRequest, ref: CaseRef, asked: MessageId) -> HttpResponse:
    """A request of the case as pages; ``languages`` says in which, several by commas or given several times.

    Raises:
        UnknownMessage: the case has no such message. Else as ``paper_of``.
    """
    case = _has(house.case_here(request, ref), asked)
    pages = paper_of(request, asked)
    house.looked(request, case, "paper", message=asked)
    return pages


@require_safe
@needs(Power.SEE_CASES)
def signed_file(request: HttpRequest, ref: CaseRef, asked: MessageId) -> HttpResponse:
    """The octets that were signed with their signatures, by the name that the paper calls them; errors as ``paper``."""
    case = _has(house.case_here(request, ref), asked)
    entry = house.ports().journal.entry(asked)
    if entry is None or entry.kind != "message":
        raise Http404(asked)
    house.looked(request, case, "paper", message=asked)
    return _attached(_beside(asked), "application/json", entry.signed)


def paper_of(request: HttpRequest, asked: MessageId) -> HttpResponse:
    """The pages of a request or of its draft, which whoever calls has seen that the reader may see.

    Raises:
        BadForm: no request, or no language of ours. UnknownTreaty: its treaty data is not at hand.
        NoFont, NotSet: the pages cannot be drawn on this machine.
    """
    form, signed = read_paper(house.ports(), asked, _languages(request), file=_beside(asked))
    return _attached(f"musnad-{asked[:12]}.pdf", "application/pdf", set_in_type(form, signed))


def to_print(ports: Ports, state: CaseState) -> tuple[ToPrint, ...]:
    """What waits in a case to be brought to somebody on paper: no answer to it has been entered yet."""
    if state.closed:
        return ()
    ours = (one for one in state.requests.values() if one.asker_party == ports.party and one.status == "asked")
    return tuple(ToPrint(one.id, state) for one in ours for state in without_node(ports, one.asked))


def without_node(ports: Ports, asked: Iterable[AuthorityId]) -> tuple[str, ...]:
    """The States of these that run no node, each once, by the name that the register of Parties has."""
    directory, states = ports.directories.current(), ports.register.current().catalogue.states
    codes: dict[PartyCode, None] = dict.fromkeys(party_of(one) for one in asked)
    language = current().language
    return tuple(
        states[one].name.for_language(language) if one in states else one
        for one in codes
        if one != ports.party and not directory.lists(one)
    )


def _has(case: CaseRef, asked: MessageId) -> CaseRef:
    entry = house.ports().journal.entry(asked)
    if entry is None or entry.case != case:
        raise UnknownMessage(asked)
    return case


def _languages(request: HttpRequest) -> tuple[str, ...]:
    """Those that are asked for, in their order, at most as many as there are; the usual two where none is."""
    given = [one.strip() for several in request.GET.getlist("languages") for one in several.split(",")]
    found = tuple(dict.fromkeys(one for one in given if one))
    for one in found:
        if one not in LANGUAGES:
            raise BadForm("languages", mark("not one of those that are offered"))
    return found or PAPER_LANGUAGES


def _beside(asked: MessageId) -> str:
    return f"musnad-{asked[:12]}.json"


def _attached(name: str, kind: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Download-Options"] = "noopen"
    answer["Cache-Control"] = "no-store"
    return answer
