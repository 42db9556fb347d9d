"""Our RFC 9421 signatures between nodes, verified by http-message-signatures over requests as that library sees them.

Theirs derives the signature base, the digest and the covered components by itself, from a prepared HTTP request. Its
rule that a signature is at most a day old is its own; ours are verified at the time they are made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

from musnad.core.kernel.times import Instant, instant
from musnad.exchange.http_signature import RequestLine, authority_of, sign_request, verify_request
from tests.directory_fixture import make_party, make_world

pytestmark = pytest.mark.foreign

VN, QA = make_party("VN"), make_party("QA")
KEY = VN.signing["contact-24-7"]
ASKER = VN.authority("contact-24-7")
URL = QA.party.node.url
ENVELOPES = "/gate/v1/envelopes"
SOON = timedelta(minutes=5)
EXHIBIT = "/gate/v1/exhibits/" + "0" * 32


class Keys(HTTPSignatureKeyResolver):
    """The directory's keys, as that library asks for them."""

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        assert key_id == KEY.public.ids[0]
        return Ed25519PublicKey.from_public_bytes(KEY.public.ed25519)

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(KEY.ed25519_seed)


@dataclass
class Request:
    """An HTTP request as the library's documentation says that it takes one."""

    method: str
    url: str
    headers: dict[str, str]


def now() -> Instant:
    return instant(datetime.now(UTC).replace(microsecond=0))


def prepared(method: str, path: str, *, body: bytes | None = None, wanted: str | None = None) -> Request:
    line = RequestLine(method, authority_of(URL), path, wanted, body)
    return Request(method, URL + path, sign_request(line, ASKER, KEY, now()))


def theirs() -> HTTPMessageVerifier:
    return HTTPMessageVerifier(signature_algorithm=algorithms.ED25519, key_resolver=Keys())


ASKED = [
    ("POST", ENVELOPES, b'{"version":"musnad/1"}', None),
    ("GET", EXHIBIT, None, "bytes=0-4194303"),
    ("GET", f"{EXHIBIT}/manifest", None, None),
]


@pytest.mark.parametrize(("method", "path", "body", "wanted"), ASKED)
def test_verifies_and_covers_what_the_profile_says(
    method: str, path: str, body: bytes | None, wanted: str | None
) -> None:
    request = prepared(method, path, body=body, wanted=wanted)
    [found] = theirs().verify(request, max_age=SOON, expect_tag="musnad-1", body=body)
    assert found.label == "musnad"
    assert found.algorithm is algorithms.ED25519
    assert found.parameters["keyid"] == KEY.public.ids[0]
    assert found.body == body
    covered = [name.strip('"') for name in found.covered_components if "@signature-params" not in name]
    expected = ["@method", "@authority", "@path", "musnad-authority"]
    expected += ["content-digest"] if body is not None else []
    expected += ["range"] if wanted is not None else []
    assert covered == expected
    assert found.covered_components['"@authority"'] == "qa.musnad.example"


CHANGES: list[Callable[[Request], object]] = [
    lambda request: setattr(request, "method", "PUT"),
    lambda request: setattr(request, "url", request.url.replace("//qa.", "//tn.")),
    lambda request: setattr(request, "url", request.url + "x"),
    lambda request: request.headers.update({"musnad-authority": "VN/central-authority"}),
]


@pytest.mark.parametrize(("method", "path", "body", "wanted"), ASKED)
@pytest.mark.parametrize("change", CHANGES, ids=["method", "authority", "path", "asker"])
def test_a_change_of_anything_covered_is_refused(
    change: Callable[[Request], object], method: str, path: str, body: bytes | None, wanted: str | None
) -> None:
    request = prepared(method, path, body=body, wanted=wanted)
    change(request)
    with pytest.raises(InvalidSignature):
        theirs().verify(request, max_age=SOON, expect_tag="musnad-1")


def test_another_body_or_range_is_refused() -> None:
    posted = prepared("POST", ENVELOPES, body=b"{}")
    with pytest.raises(InvalidSignature):
        theirs().verify(posted, max_age=SOON, expect_tag="musnad-1", body=b"[]")
    asked = prepared("GET", EXHIBIT, wanted="bytes=0-9")
    asked.headers["range"] = "bytes=0-10"
    with pytest.raises(InvalidSignature):
        theirs().verify(asked, max_age=SOON, expect_tag="musnad-1")


def test_the_default_port_is_no_part_of_the_authority_for_them_either() -> None:
    request = prepared("GET", EXHIBIT)
    request.url = request.url.replace("musnad.example", "musnad.example:443")
    assert theirs().verify(request, max_age=SOON, expect_tag="musnad-1")


def test_what_they_sign_over_the_same_components_is_the_same_signature() -> None:
    """Ed25519 is deterministic: equal signatures mean that both sides made the very same signature base."""
    body, at = b"{}", now()
    line = RequestLine("POST", authority_of(URL), ENVELOPES, None, body)
    ours = sign_request(line, ASKER, KEY, at)
    bare = {name: ours[name] for name in ("musnad-authority", "content-digest")}
    request = Request("POST", URL + ENVELOPES, bare)
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=Keys())
    signer.sign(
        request,
        key_id=KEY.public.ids[0],
        created=at,
        label="musnad",
        use_existing_digest=True,
        tag="musnad-1",
        covered_component_ids=("@method", "@authority", "@path", "musnad-authority", "content-digest"),
    )
    theirs_said = {name.lower(): str(value) for name, value in request.headers.items()}
    directory = make_world(parties={"VN": VN, "QA": QA}, now=at).directory(at=at)
    assert theirs_said["signature-input"] == ours["signature-input"]
    assert theirs_said["signature"] == ours["signature"]
    assert verify_request(line, theirs_said, directory, at) == ASKER
