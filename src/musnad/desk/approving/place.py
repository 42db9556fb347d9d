"""Where a page is, as the browser that shows it will say when a passkey signs."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest

from musnad.desk import house


def origin_of(request: HttpRequest) -> str:
    """The origin of this page: the desk's own address where the browser asked for its host, whatever stands between."""
    own = house.address()
    asked = request.get_host()
    return own if asked == urlsplit(own).netloc else f"{request.scheme}://{asked}"


def host_of(origin: str) -> str:
    """The host name: the relying party of a passkey that is made there."""
    return urlsplit(origin).hostname or ""
