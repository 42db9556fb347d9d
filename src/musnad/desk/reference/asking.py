"""What the pages of this area are asked with: a day, and what a list is filtered and sorted by."""

from __future__ import annotations

from django.http import HttpRequest

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.times import Day, parse_day
from musnad.desk import house
from musnad.language import gettext as _


def day_of(request: HttpRequest) -> tuple[Day, str]:
    """The day that is asked about, and what is wrong with what was written; today where nothing or no day was."""
    today = house.ports().clock.now().date()
    text = request.GET.get("as_of", "").strip()
    if not text:
        return today, ""
    try:
        return parse_day(text), ""
    except BadForm:
        return today, _("This is no day. Write it as 2026-11-23; the answer below is for today.")
