"""What only the gate can refuse."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Malformed, Unavailable


@dataclass(eq=False)
class BadHeader(Malformed):
    """A header of the request is missing or not of its form."""

    code = "request.header"
    remedy = 'Send the header as docs/protocol.md, section "The wire", says.'
    header: str


@dataclass(eq=False)
class NoSuchPath(Malformed):
    """Nothing is served there, or not to this authority."""

    code = "request.not-found"
    remedy = "Look up the path in docs/protocol.md; an exhibit is served only to whom it is wrapped to."
    path: str


@dataclass(eq=False)
class TooManyAtOnce(Unavailable):
    """One authority's Party has as many requests under way at this gate as it may."""

    code = "peer.too-many-at-once"
    remedy = "Finish what is under way, then ask again; a node does so by itself."
    asker: str
