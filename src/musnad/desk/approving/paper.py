"""The paper form of a draft: to be read or brought along before anybody has signed; it says so on every page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from musnad.core.kernel.names import MessageId
from musnad.desk import house
from musnad.desk.approving.views import draft_here
from musnad.desk.cases.paper import paper_of
from musnad.desk.needs import needs
from musnad.desk.pace import paced
from musnad.people.powers import Power


@require_safe
@needs(Power.APPROVE, Power.OVERSEE)
@paced("paper", "GET")
def paper(request: HttpRequest, draft: MessageId) -> HttpResponse:
    """The draft as pages, for whoever may read it; errors as ``paper_of``, and ``UnknownDraft``."""
    found = draft_here(request, draft)
    pages = paper_of(request, draft)
    house.looked(request, found.message.case, "paper", draft=draft)
    return pages
