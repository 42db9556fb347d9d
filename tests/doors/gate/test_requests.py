"""Who asks, at the gate: unsigned, forged, borrowed, old and misdirected requests, and doors that are not there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from musnad.core.crypto.signing import new_signing_key
from musnad.core.kernel.times import Instant
from tests.directory_fixture import NOW, make_party, make_world, stream
from tests.doors.gate.conftest import Meeting
from tests.doors.gate.gate import CENTRAL, CONTACT, ENVELOPES, Gate, footprint
from tests.world import World

EXHIBIT = "/gate/v1/exhibits/" + "0" * 32
SIGNED_DOORS = (
    ("POST", ENVELOPES),
    ("POST", "/gate/v1/witness/add-checkpoint"),
    ("GET", EXHIBIT),
    ("GET", f"{EXHIBIT}/index"),
    ("GET", f"{EXHIBIT}/manifest"),
)


def body_of(method: str) -> bytes | None:
    return b"{}" if method == "POST" else None


@pytest.mark.parametrize(("method", "path"), SIGNED_DOORS)
def test_refuses_an_unsigned_request(meeting: Meeting, method: str, path: str) -> None:
    before = footprint(meeting.qa)
    answer = meeting.gate.ask(method, path, body_of(method))
    assert (answer.code, answer.status) == ("request.signature", 401)
    assert footprint(meeting.qa) == before


@pytest.mark.parametrize(("method", "path"), SIGNED_DOORS)
def test_refuses_a_request_signed_by_a_key_that_nobody_listed(meeting: Meeting, method: str, path: str) -> None:
    body = body_of(method)
    key = new_signing_key(stream("a stranger"))
    answer = meeting.gate.ask(method, path, body, meeting.gate.signed(meeting.vn, method, path, body=body, key=key))
    assert (answer.code, answer.status) == ("request.signature", 401)


@pytest.mark.parametrize("claimed", ["VN/central-authority", "QA/contact-24-7"])
def test_refuses_the_signature_of_one_authority_under_the_name_of_another(meeting: Meeting, claimed: str) -> None:
    headers = meeting.gate.signed(meeting.vn, "GET", EXHIBIT, authority=CONTACT)
    answer = meeting.gate.get(EXHIBIT, {**headers, "musnad-authority": claimed})
    assert (answer.code, answer.status) == ("request.signature", 401)


def test_refuses_an_authority_that_signs_as_itself_under_the_name_of_another(meeting: Meeting) -> None:
    borrowed = meeting.vn.keys.signing[CONTACT]
    headers = meeting.gate.signed(meeting.vn, "GET", EXHIBIT, authority=CENTRAL, key=borrowed)
    assert meeting.gate.get(EXHIBIT, headers).code == "request.signature"


@pytest.mark.parametrize(
    ("claimed", "code"),
    [("LY/contact-24-7", "directory.unknown-party"), ("VN/nobody", "directory.unknown-authority")],
)
def test_refuses_who_is_not_in_the_directory(meeting: Meeting, claimed: str, code: str) -> None:
    headers = meeting.gate.signed(meeting.vn, "GET", EXHIBIT)
    answer = meeting.gate.get(EXHIBIT, {**headers, "musnad-authority": claimed})
    assert (answer.code, answer.status) == (code, 403)


@pytest.mark.parametrize("claimed", ["", "VN", "vn/contact", "VN/a b", "VN/../QA", "VN/contact-24-7, QA/contact-24-7"])
def test_refuses_a_name_that_is_no_authoritys(meeting: Meeting, claimed: str) -> None:
    headers = meeting.gate.signed(meeting.vn, "GET", EXHIBIT)
    assert meeting.gate.get(EXHIBIT, {**headers, "musnad-authority": claimed}).code == "request.signature"


@pytest.mark.parametrize("hours", [-35, 35])
def test_takes_a_request_of_a_clock_that_is_a_day_off(meeting: Meeting, hours: int) -> None:
    at = Instant(NOW + timedelta(hours=hours))
    headers = meeting.gate.signed(meeting.vn, "GET", EXHIBIT, at=at)
    assert meeting.gate.get(EXHIBIT, headers).code == "request.not-found"


@pytest.mark.parametrize("hours", [-37, 37, 24 * 365])
def test_refuses_a_request_signed_outside_the_window(meeting: Meeting, hours: int) -> None:
    at = Instant(NOW + timedelta(hours=hours))
    headers = meeting.gate.signed(meeting.vn, "GET", EXHIBIT, at=at)
    answer = meeting.gate.get(EXHIBIT, headers)
    assert (answer.code, answer.status) == ("request.expired", 401)
    assert answer.problem["facts"] == {"created": int(at.timestamp())}


def test_refuses_another_body_than_was_signed(meeting: Meeting) -> None:
    headers = meeting.gate.signed(meeting.vn, "POST", ENVELOPES, body=b"{}")
    answer = meeting.gate.post(ENVELOPES, b"[]", headers)
    assert (answer.code, answer.status) == ("request.signature", 401)
    headers |= {"content-digest": meeting.gate.signed(meeting.vn, "POST", ENVELOPES, body=b"[]")["content-digest"]}
    assert meeting.gate.post(ENVELOPES, b"[]", headers).code == "signature.invalid"


def test_refuses_a_signature_moved_to_another_path_range_or_method(meeting: Meeting) -> None:
    headers = meeting.gate.signed(meeting.vn, "GET", EXHIBIT, wanted="bytes=0-9")
    assert meeting.gate.get(f"{EXHIBIT}/index", headers).code == "signature.invalid"
    assert meeting.gate.get(EXHIBIT, {**headers, "range": "bytes=0-10"}).code == "signature.invalid"
    assert meeting.gate.get(EXHIBIT, {k: v for k, v in headers.items() if k != "range"}).code == "request.signature"
    bare = meeting.gate.signed(meeting.vn, "POST", ENVELOPES)
    assert meeting.gate.post(ENVELOPES, b"", {**bare, "content-length": "0"}).code == "request.signature"


def test_refuses_what_was_asked_of_another_node_and_is_passed_on(meeting: Meeting) -> None:
    """QA, asked by VN, passes VN's signed request on to a third node, with the Host header as VN sent it."""
    published = make_world(parties={code: make_party(code) for code in ("VN", "QA", "TN")})
    world = World(published=published)
    qa, tn = Gate(world["QA"]), Gate(world["TN"])
    headers = qa.signed(world["VN"], "GET", EXHIBIT)
    assert qa.get(EXHIBIT, headers).code == "request.not-found"
    assert tn.get(EXHIBIT, {**headers, "host": qa.host}).code == "signature.invalid"
    assert tn.get(EXHIBIT, headers).code == "signature.invalid"


def test_the_ports_default_is_no_part_of_the_signed_name() -> None:
    parties = {"VN": make_party("VN"), "QA": make_party("QA", url="https://qa.musnad.example:443")}
    world = World(published=make_world(parties=parties))
    gate = Gate(world["QA"])
    headers = gate.signed(world["VN"], "GET", EXHIBIT, host="qa.musnad.example")
    assert gate.get(EXHIBIT, headers).code == "request.not-found"


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        (r'"@method" ', ""),
        (r'"@authority" ', ""),
        (r'"@path" ', ""),
        (r' "musnad-authority"', ""),
        (r'"@method" "@authority"', '"@authority" "@method"'),
        (r"created=\d+;", ""),
        (r"created=\d+", "created=٣"),
        (r"created=\d+", "created=9999999999999"),
        (r";alg=\"ed25519\"", ""),
        (r"alg=\"ed25519\"", 'alg="hmac-sha256"'),
        (r"tag=\"musnad-1\"", 'tag="musnad-2"'),
        (r'keyid="[0-9a-f]+"', 'keyid="00"'),
        (r"^musnad=", "other="),
        (r"^", "musnad=(), "),
        (r"$", ";expires=1"),
    ],
)
def test_refuses_any_other_profile_of_signature(meeting: Meeting, pattern: str, new: str) -> None:
    headers = meeting.gate.signed(meeting.vn, "GET", EXHIBIT)
    changed = re.sub(pattern, new, headers["signature-input"], count=1)
    assert changed != headers["signature-input"]
    answer = meeting.gate.get(EXHIBIT, {**headers, "signature-input": changed})
    assert (answer.code, answer.status) == ("request.signature", 401)


@pytest.mark.parametrize("value", ["", "musnad=::", "musnad=:AAAA:", "musnad=:!!!:", "musnad=:" + "A" * 100_000 + ":"])
def test_refuses_garbage_for_a_signature(meeting: Meeting, value: str) -> None:
    headers = meeting.gate.signed(meeting.vn, "GET", EXHIBIT)
    answer = meeting.gate.get(EXHIBIT, {**headers, "signature": value})
    assert (answer.code, answer.status) == ("request.signature", 401)


@pytest.mark.parametrize("name", ["signature-input", "signature", "musnad-authority", "range", "x-anything"])
def test_a_header_of_a_mebibyte_is_refused_quickly(meeting: Meeting, name: str) -> None:
    headers = meeting.gate.signed(meeting.vn, "GET", EXHIBIT)
    answer = meeting.gate.get(EXHIBIT, {**headers, name: "a" * 2**20})
    assert answer.status in {400, 401, 404}
    assert len(answer.body) < 1000


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "get"])
def test_a_method_not_allowed_says_which_is(meeting: Meeting, method: str) -> None:
    answer = meeting.gate.ask(method, ENVELOPES, b"")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    if method != "HEAD":
        assert answer.code == "request.method"


@pytest.mark.parametrize("path", ["/gate/v1/log/checkpoint", "/gate/v1/log/tile/0/000", EXHIBIT])
def test_nothing_can_be_posted_to_what_is_read(meeting: Meeting, path: str) -> None:
    answer = meeting.gate.post(path, b"x")
    assert (answer.status, answer.code, answer.headers["allow"]) == (405, "request.method", "GET")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/admin/",
        "/gate",
        "/gate/v1/",
        "/gate/v1/envelopes/",
        "/gate/v2/envelopes",
        "/gate/v1/exhibits/",
        "/gate/v1/exhibits/a/b",
        "/gate/v1/exhibits/../../keys/storage.json",
        "//gate/v1/envelopes",
        "/gate/v1/log/tile/" + "x" * 101,
        "/gate/v1/log/tile/0/000\n",
        "/enter/" + "0" * 64,
        "/\x00",
        "/é",
    ],
)
def test_an_unknown_path_is_problem_details(meeting: Meeting, path: str) -> None:
    answer = meeting.gate.get(path)
    assert answer.status in {400, 404}
    if answer.status == 404:
        assert answer.code == "request.not-found"


@pytest.mark.parametrize("host", ["evil.example", "", "a b", "x" * 10_000, "qa.musnad.example:99999"])
def test_another_host_header_changes_nothing(meeting: Meeting, host: str) -> None:
    """Which node is asked is in the signature, not in a header that anybody may write."""
    headers = meeting.gate.signed(meeting.vn, "GET", EXHIBIT)
    assert meeting.gate.get(EXHIBIT, {**headers, "host": host}).code == "request.not-found"
