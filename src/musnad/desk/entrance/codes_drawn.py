"""A code's secret as a picture that a telephone reads: one path of an SVG, drawn here, so that no picture leaves."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

import qrcode  # type: ignore[import-untyped]  # it has no types

from musnad.people.models import Person


@dataclass(frozen=True, slots=True)
class Drawn:
    """The side in squares, and the path of the dark ones."""

    side: int
    path: str


def address_of(person: Person, secret: str, host: str) -> str:
    """``otpauth://totp/...``, as authenticator applications read it."""
    about = urlencode({"secret": secret, "issuer": f"Musnad {host}"}, quote_via=quote)
    return f"otpauth://totp/{quote(person.name)}?{about}"


def drawn(text: str) -> Drawn:
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    rows = code.get_matrix()
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Drawn(len(rows), "".join(squares))
