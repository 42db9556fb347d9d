"""A stamp authority over HTTP: whatever it does, the call ends in its time and size, as an answer or an error."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from musnad.adapters.stamps.http import HttpStampAuthority, read_authority
from musnad.core.crypto.errors import BadStampForm
from musnad.core.crypto.stamp import ANSWER_LIMIT_OCTETS, ask_stamp, verify_stamp
from musnad.core.kernel.errors import MusnadError
from musnad.exchange.errors import StampUnreachable
from tests.stamp_fixture import WRONG, Manner, TestAuthority, new_authority, serving

OCTETS = b"a signed checkpoint"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return new_authority(tmp_path_factory.mktemp("tsa"))


def test_an_honest_answer_is_a_stamp(authority: TestAuthority) -> None:
    with serving(authority.folder) as server:
        request = ask_stamp(OCTETS)
        answer = HttpStampAuthority(server.url, authority.anchor).ask(request)
    assert verify_stamp(request, answer, OCTETS, [authority.anchor]).anchor == authority.anchor.fingerprint


@pytest.mark.parametrize("manner", WRONG)
def test_a_wrong_answer_ends_in_time_and_proves_nothing(authority: TestAuthority, manner: Manner) -> None:
    with serving(authority.folder, manner) as server:
        request, begun = ask_stamp(OCTETS), time.monotonic()
        with pytest.raises(MusnadError) as found:
            answer = HttpStampAuthority(server.url, authority.anchor, seconds=2).ask(request)
            assert len(answer) <= ANSWER_LIMIT_OCTETS + 1
            verify_stamp(request, answer, OCTETS, [authority.anchor])
        assert time.monotonic() - begun < 8
    codes = {"garbage": "stamp.malformed", "huge": "form.too-large", "other": "stamp.invalid"}
    expected = codes.get(manner, "stamp.not-granted" if manner == "declines" else "stamp.unreachable")
    assert found.value.code == expected


def test_nobody_of_that_name(authority: TestAuthority) -> None:
    with pytest.raises(StampUnreachable):
        HttpStampAuthority("http://stamps.invalid/", authority.anchor).ask(b"request")


def test_the_certificate_is_read_from_its_file(authority: TestAuthority, tmp_path: Path) -> None:
    url = "http://127.0.0.1:1/"
    assert read_authority(url, authority.folder / "root.pem").anchor == authority.anchor
    with pytest.raises(StampUnreachable):
        read_authority(url, tmp_path / "nothing.pem")
    (tmp_path / "empty.pem").write_bytes(b"")
    with pytest.raises(BadStampForm):
        read_authority(url, tmp_path / "empty.pem")
