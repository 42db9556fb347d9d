"""The end of every form that says something in a case: composed, then sent or brought to its officers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from musnad.desk import house
from musnad.exchange.audit import note
from musnad.exchange.composing import Draft, Intent, compose
from musnad.exchange.custody import carry_out
from musnad.language import gettext as _
from musnad.language.words import word


def said(request: HttpRequest, intent: Intent) -> HttpResponse:
    """Compose; what waits for an officer goes to its page, what waits for nobody is sent. Errors as ``compose``."""
    return came_to(request, compose(house.ports(), intent))


ASKING = frozenset({"request", "consent-request", "extension-request"})
ANSWERS = frozenset(
    {"acknowledgement", "acceptance", "refusal", "postponement", "confirmation", "reply", "question", "execution"}
) | {"consent", "consultation"}


def on_its_way(kind: str) -> str:
    """What the officer is told once it is said."""
    if kind in ASKING:
        return _("Your request is sent and on its way.")
    if kind in ANSWERS:
        return _("Your answer is sent and on its way.")
    return _("Sent and on its way: %(kind)s") % {"kind": word("kind", kind)}


def came_to(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The same for a draft that is composed already; who said it at this desk is noted in the house's own records."""
    ports, case = house.ports(), draft.message.case_under(draft.id)
    if ports.journal.entry(draft.id) is not None:
        messages.info(request, _("This had been said already."))
        return redirect("case", case)
    if draft.missing:
        return redirect("approving:draft", draft.id)
    carry_out(ports, draft.id)
    about = {"kind": draft.message.kind, "message": draft.id}
    note(ports, "said", by=house.seat(request).name, case=case, about=about)
    messages.success(request, on_its_way(draft.message.kind))
    return redirect("case", case)
