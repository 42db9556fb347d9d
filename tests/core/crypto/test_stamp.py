"""Time stamps: what holds, and every way in which one does not. The authority is ``openssl ts``."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as some
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from musnad.core.crypto.errors import BadStamp, BadStampForm, StampNotGranted
from musnad.core.crypto.stamp import (
    ANSWER_LIMIT_OCTETS,
    StampAnchor,
    ask_stamp,
    parse_anchor,
    verify_stamp,
)
from musnad.core.kernel.errors import MusnadError, TooLarge
from tests.stamp_fixture import TestAuthority, new_authority, strange_authority

OCTETS = b"what is stamped"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return new_authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def stamped(authority: TestAuthority) -> tuple[bytes, bytes]:
    return authority.stamp(OCTETS)


def _why(request: bytes, answer: bytes, octets: bytes, *anchors: StampAnchor) -> str:
    with pytest.raises(BadStamp) as found:
        verify_stamp(request, answer, octets, anchors)
    return found.value.why


def test_a_stamp_says_its_time_and_whose_word_it_is(authority: TestAuthority, stamped: tuple[bytes, bytes]) -> None:
    found = verify_stamp(*stamped, OCTETS, [authority.anchor])
    assert found.anchor == authority.anchor.fingerprint
    assert abs(found.at.timestamp() - time.time()) < 300
    assert authority.anchor.name == "CN=Test stamp root"


def test_the_time_is_the_late_side_of_what_the_authority_leaves_open(
    authority: TestAuthority, stamped: tuple[bytes, bytes]
) -> None:
    """The configuration says: accurate to one second."""
    stated = decode_timestamp_response(stamped[1]).tst_info.gen_time
    assert verify_stamp(*stamped, OCTETS, [authority.anchor]).at.timestamp() - stated.timestamp() == 1


def test_another_anchor_among_several_is_not_taken_for_it(
    tmp_path: Path, authority: TestAuthority, stamped: tuple[bytes, bytes]
) -> None:
    other = new_authority(tmp_path / "other").anchor
    assert verify_stamp(*stamped, OCTETS, [other, authority.anchor]).anchor == authority.anchor.fingerprint
    assert "authority's certificate" in _why(*stamped, OCTETS, other)
    assert "authority's certificate" in _why(*stamped, OCTETS)


def test_an_anchor_of_the_same_name_is_not_it(tmp_path: Path, stamped: tuple[bytes, bytes]) -> None:
    assert "authority's certificate" in _why(*stamped, OCTETS, new_authority(tmp_path / "same").anchor)


def test_refuses_a_stamp_over_other_octets(authority: TestAuthority, stamped: tuple[bytes, bytes]) -> None:
    assert "other octets" in _why(*stamped, OCTETS + b".", authority.anchor)


def test_refuses_the_answer_to_another_request(authority: TestAuthority, stamped: tuple[bytes, bytes]) -> None:
    _, answer = stamped
    assert "another request" in _why(ask_stamp(OCTETS), answer, OCTETS, authority.anchor)


def test_refuses_a_request_without_nonce(authority: TestAuthority) -> None:
    builder = TimestampRequestBuilder().data(OCTETS).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce(nonce=False).cert_request(cert_request=True).build().as_bytes()
    assert "another request" in _why(request, authority.answer(request), OCTETS, authority.anchor)


def test_refuses_another_digest_than_sha256(authority: TestAuthority) -> None:
    builder = TimestampRequestBuilder().data(OCTETS).hash_algorithm(HashAlgorithm.SHA512)
    request = builder.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes()
    assert "other octets" in _why(request, authority.answer(request), OCTETS, authority.anchor)


def test_refuses_a_stamp_without_its_signers_certificate(authority: TestAuthority) -> None:
    builder = TimestampRequestBuilder().data(OCTETS).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce(nonce=True).cert_request(cert_request=False).build().as_bytes()
    assert "exactly once" in _why(request, authority.answer(request), OCTETS, authority.anchor)


def test_refuses_a_signer_whose_certificate_is_not_for_stamping(tmp_path: Path) -> None:
    authority = strange_authority(tmp_path / "tls", usage=ExtendedKeyUsageOID.SERVER_AUTH)
    assert "stamping times alone" in _why(*authority.stamp(OCTETS), OCTETS, authority.anchor)


def test_refuses_a_signer_whose_purpose_is_not_critical(tmp_path: Path) -> None:
    authority = strange_authority(tmp_path / "loose", critical=False)
    assert "stamping times alone" in _why(*authority.stamp(OCTETS), OCTETS, authority.anchor)


def test_refuses_a_signer_whose_certificate_had_ended(tmp_path: Path) -> None:
    authority = strange_authority(tmp_path / "ended", ended=True)
    assert "not valid at the time" in _why(*authority.stamp(OCTETS), OCTETS, authority.anchor)


def test_the_strange_authority_is_refused_for_nothing_else(tmp_path: Path) -> None:
    authority = strange_authority(tmp_path / "proper")
    assert verify_stamp(*authority.stamp(OCTETS), OCTETS, [authority.anchor]).serial > 0


def test_an_authority_that_declines_gives_no_stamp(authority: TestAuthority) -> None:
    with pytest.raises(StampNotGranted) as found:
        verify_stamp(ask_stamp(OCTETS), bytes.fromhex("30053003020102"), OCTETS, [authority.anchor])
    assert found.value.status == 2


def test_an_answer_that_grants_and_holds_nothing_is_no_stamp(authority: TestAuthority) -> None:
    with pytest.raises(BadStampForm):
        verify_stamp(ask_stamp(OCTETS), bytes.fromhex("30053003020100"), OCTETS, [authority.anchor])


def test_sizes_have_limits(authority: TestAuthority, stamped: tuple[bytes, bytes]) -> None:
    request, answer = stamped
    with pytest.raises(TooLarge):
        verify_stamp(request, bytes(ANSWER_LIMIT_OCTETS + 1), OCTETS, [authority.anchor])
    with pytest.raises(TooLarge):
        verify_stamp(bytes(2000), answer, OCTETS, [authority.anchor])
    with pytest.raises(TooLarge):
        parse_anchor(bytes(1 << 17))


def test_a_changed_octet_says_nothing_else(authority: TestAuthority, stamped: tuple[bytes, bytes]) -> None:
    """Every eleventh octet: refused, or what the stamp says is the same (a field that nobody signs)."""
    request, answer = stamped
    honest = verify_stamp(request, answer, OCTETS, [authority.anchor])
    for place in range(0, len(answer), 11):
        changed = answer[:place] + bytes([answer[place] ^ 1]) + answer[place + 1 :]
        try:
            assert verify_stamp(request, changed, OCTETS, [authority.anchor]) == honest
        except MusnadError:
            continue


@settings(max_examples=300, deadline=None)
@given(some.binary(max_size=300), some.binary(max_size=300))
def test_any_octets_are_a_stamp_or_an_error(request: bytes, answer: bytes) -> None:
    for one, other in ((request, answer), (ask_stamp(OCTETS), answer)):
        with pytest.raises(MusnadError):
            verify_stamp(one, other, OCTETS, [])


@settings(max_examples=200, deadline=None)
@given(data=some.data())
def test_a_mangled_stamp_is_a_stamp_or_an_error(
    authority: TestAuthority, stamped: tuple[bytes, bytes], data: some.DataObject
) -> None:
    request, answer = stamped
    begin = data.draw(some.integers(0, len(answer)))
    end = data.draw(some.integers(begin, min(len(answer), begin + 40)))
    mangled = answer[:begin] + data.draw(some.binary(max_size=40)) + answer[end:]
    with contextlib.suppress(MusnadError):
        assert verify_stamp(request, mangled, OCTETS, [authority.anchor]).anchor == authority.anchor.fingerprint


@pytest.mark.parametrize("bad", [b"", b"x", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_an_anchor_is_one_certificate(authority: TestAuthority, bad: bytes) -> None:
    with pytest.raises(BadStampForm):
        parse_anchor(bad)
    with pytest.raises(BadStampForm):
        parse_anchor(authority.anchor.pem * 2)
    assert parse_anchor(authority.anchor.pem) == parse_anchor(authority.anchor.der) == authority.anchor
