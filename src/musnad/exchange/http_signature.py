"""Who asks: HTTP message signatures (RFC 9421) between nodes, in one strict profile.

Covered: ``@method``, ``@authority``, ``@path``, ``musnad-authority`` (the asking authority's id), and
``content-digest`` (RFC 9530, sha-256) where there is a body, ``range`` where there is one. Parameters, in this order:
``created``, ``keyid`` (the Ed25519 half's key id), ``alg="ed25519"``, ``tag="musnad-1"``. Exactly this form is read;
another implementation's other order of components is refused, which is what a profile is for.

A replay is harmless: every request is idempotent, and what is served is ciphertext under pinned TLS. The time only
bounds how long a captured request stays usable, so a clock that is a day off still works.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from musnad.core.crypto.signing import SigningKey, key_id, sign_ed25519, verify_ed25519
from musnad.core.directory.directory import Directory
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import BadForm, Untrusted
from musnad.core.kernel.names import AuthorityId, KeyId, parse_authority, parse_digest
from musnad.core.kernel.times import Instant

WINDOW = timedelta(hours=36)
LABEL = "musnad"
_INPUT = re.compile(
    rf'{LABEL}=(?P<params>\((?P<covered>"[a-z@-]+"(?: "[a-z@-]+")*)\)'
    r';created=(?P<created>[0-9]{1,12});keyid="(?P<keyid>[0-9a-f]{64})";alg="ed25519";tag="musnad-1")'
)
_SIGNATURE = re.compile(rf"{LABEL}=:(?P<value>[A-Za-z0-9+/=]+):")


@dataclass(eq=False)
class NotSignedRequest(Untrusted):
    """The HTTP request carries no signature of this profile, or one that does not verify."""

    code = "request.signature"
    remedy = "Sign the request as docs/protocol.md says, with the authority's key that the directory lists."
    why: str


@dataclass(eq=False)
class RequestExpired(Untrusted):
    """The HTTP request was signed more than 36 hours before or after this node's time."""

    code = "request.expired"
    remedy = "Set both machines' clocks (run `musnad node doctor DIR`), then send again."
    created: int


@dataclass(frozen=True, slots=True)
class RequestLine:
    """What of a request is signed; ``authority`` is the asked node's as ``authority_of`` gives it."""

    method: str
    authority: str
    path: str
    range: str | None = None
    body: bytes | None = None


def authority_of(url: str) -> str:
    """``@authority`` of a node's ``https`` address: lower case, without the port that the scheme has anyway.

    Both sides take it from the directory's entry of the node that is asked. Spec: RFC 9421 section 2.2.3.
    """
    return urlsplit(url).netloc.lower().removesuffix(":443")


def sign_request(line: RequestLine, asker: AuthorityId, key: SigningKey, at: Instant) -> dict[str, str]:
    """The headers to add to a request of ``asker``."""
    headers: dict[str, str] = {"musnad-authority": asker}
    if line.body is not None:
        headers["content-digest"] = _digest(line.body)
    if line.range is not None:
        headers["range"] = line.range
    covered = _covered(line)
    names = " ".join(f'"{name}"' for name in covered)
    public = key.public.ids[0]
    params = f'({names});created={int(at.timestamp())};keyid="{public}";alg="ed25519";tag="musnad-1"'
    base = _base(line, covered, headers, params)
    value = write_b64(sign_ed25519(key.ed25519_seed, base))
    return headers | {"signature-input": f"{LABEL}={params}", "signature": f"{LABEL}=:{value}:"}


def verify_request(line: RequestLine, headers: Mapping[str, str], directory: Directory, now: Instant) -> AuthorityId:
    """The authority that signed the request; ``headers`` by lower-case name.

    A request with a body is verified before the body is read, so that only a known authority is ever listened to:
    ``line.body`` is then any octets, and ``check_digest`` compares the real ones with what was signed.

    Raises:
        NotSignedRequest: headers missing or of another form, digest or signature wrong, key not the authority's.
        RequestExpired: outside the window.
        UnknownParty, UnknownAuthority, DirectoryExpired: the directory does not know who asks.
    """
    asker = _asker(headers)
    found = _INPUT.fullmatch(headers.get("signature-input", ""))
    signature = _SIGNATURE.fullmatch(headers.get("signature", ""))
    if found is None or signature is None:
        raise NotSignedRequest("not of the profile")
    covered = _covered(line)
    if found["covered"].replace('"', "").split(" ") != covered:
        raise NotSignedRequest("it does not cover what it must")
    created = int(found["created"])
    if abs(now.timestamp() - created) > WINDOW.total_seconds():
        raise RequestExpired(created)
    public = _public(directory, asker, KeyId(parse_digest(found["keyid"])), now)
    base = _base(line, covered, dict(headers), found["params"])
    try:
        value = parse_b64(signature["value"], what="signature", size_octets=64)
    except BadForm as error:
        raise NotSignedRequest("not a signature") from error
    verify_ed25519(public, value, base, what="request")
    return asker


def check_digest(headers: Mapping[str, str], body: bytes) -> None:
    """Raise ``NotSignedRequest`` unless the signed ``content-digest`` is that of ``body``."""
    if headers.get("content-digest") != _digest(body):
        raise NotSignedRequest("the body's digest differs")


def _asker(headers: Mapping[str, str]) -> AuthorityId:
    try:
        return parse_authority(headers.get("musnad-authority", ""))
    except BadForm as error:
        raise NotSignedRequest("no asking authority") from error


def _public(directory: Directory, asker: AuthorityId, wanted: KeyId, now: Instant) -> bytes:
    for dated in directory.authority(asker).signing_keys:
        if dated.is_valid(now) and key_id("ed25519", dated.key.ed25519) == wanted:
            return dated.key.ed25519
    raise NotSignedRequest("the key is not the authority's")


def _covered(line: RequestLine) -> list[str]:
    names = ["@method", "@authority", "@path", "musnad-authority"]
    if line.body is not None:
        names.append("content-digest")
    if line.range is not None:
        names.append("range")
    return names


def _base(line: RequestLine, covered: list[str], headers: Mapping[str, str], params: str) -> bytes:
    derived = {"@method": line.method.upper(), "@authority": line.authority.lower(), "@path": line.path}
    lines = [f'"{name}": {derived[name] if name in derived else headers.get(name, "")}' for name in covered]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode("utf-8")


def _digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode('ascii')}:"
