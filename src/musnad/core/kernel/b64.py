"""Base64 in JSON members: the standard alphabet with padding (RFC 4648 section 4), and nothing but its one form."""

from __future__ import annotations

import base64
import binascii

from musnad.core.kernel.errors import BadForm


def write_b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def parse_b64(text: str, *, what: str, size_octets: int | None = None) -> bytes:
    """The bytes of ``text``; ``BadForm`` unless it is the canonical form and, where asked, of that size."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadForm(what, "not base64") from error
    if write_b64(data) != text:
        raise BadForm(what, "not the canonical base64 of its bytes")
    if size_octets is not None and len(data) != size_octets:
        raise BadForm(what, f"{len(data)} octets where {size_octets} are due")
    return data
