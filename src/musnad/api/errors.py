"""What only the programming interface can refuse."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Forbidden, Malformed, Untrusted


@dataclass(eq=False)
class TokenMissing(Untrusted):
    """The request carries no bearer token."""

    code = "token.missing"
    remedy = "Send the header `Authorization: Bearer TOKEN`; docs/api.md tells how to get one."


@dataclass(eq=False)
class TokenInvalid(Untrusted):
    """The token was not made here, is over, or was revoked."""

    code = "token.invalid"
    remedy = "Ask the node's operator for a new token: `musnad token create`."


@dataclass(eq=False)
class ScopeMissing(Forbidden):
    """The token does not carry the scope that this needs."""

    code = "token.scope"
    remedy = "Ask the node's operator for a token with this scope."
    scope: str


@dataclass(eq=False)
class AuthorityNotGranted(Forbidden):
    """The token does not act for this authority."""

    code = "token.authority"
    remedy = "Name an authority that the token was made for, or ask the node's operator for another token."
    authority: str


@dataclass(eq=False)
class NoSuchResource(Malformed):
    """Nothing is served under this path."""

    code = "resource.unknown"
    remedy = "Look up the path in the interface's own description, /api/v1/openapi.json."
    path: str


@dataclass(eq=False)
class WrongMethod(Malformed):
    """The path does not take this method."""

    code = "resource.method"
    remedy = "Use a method that the Allow header names."
    method: str


@dataclass(eq=False)
class WrongMediaType(Malformed):
    """The request's body is not declared as JSON."""

    code = "request.media-type"
    remedy = "Send the body as `Content-Type: application/json`."
    found: str
