"""The end of every form that says something in a case: composed, then sent or brought to its officers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from musnad.desk import house
from musnad.exchange.composing import Intent, compose, send
from musnad.language import gettext as _


def said(request: HttpRequest, intent: Intent) -> HttpResponse:
    """Compose; what waits for an officer goes to its page, what waits for nobody is sent. Errors as ``compose``."""
    ports = house.ports()
    draft = compose(ports, intent)
    if draft.missing:
        return redirect("approving:draft", draft.id)
    if ports.journal.entry(draft.id) is None:
        send(ports, draft.id)
        messages.success(request, _("Said, and on its way."))
    else:
        messages.info(request, _("This had been said already."))
    return redirect("case", draft.message.case_under(draft.id))
