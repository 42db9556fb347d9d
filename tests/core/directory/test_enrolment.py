"""Enrolments: read strictly, written canonically; a roster changes by one entry and forgets nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.core.directory.enrolment import Enrolment, enrolled, parse_enrolment, write_enrolment
from musnad.core.directory.entry import DatedKey, Officer
from musnad.core.directory.errors import BadEntry, UnknownKey
from musnad.core.kernel.errors import BadForm, MusnadError
from musnad.core.kernel.names import AuthorityId, KeyId, OfficerName
from musnad.core.kernel.times import Instant
from tests.directory_fixture import NOW, make_party
from tests.passkey_fixture import SoftAuthenticator

HERE = AuthorityId("VN/contact-24-7")
LAN, MAI = OfficerName(f"{HERE}/duty-1"), OfficerName(f"{HERE}/duty-2")
KEY = SoftAuthenticator().passkey
ADDED = Enrolment(HERE, LAN, ("send", "open"), NOW, passkey=KEY)
LATER = Instant(NOW + timedelta(hours=1))
OFFICERS = make_party("VN").party.authorities[0].officers


def changed(**members: object) -> bytes:
    return json.dumps({**json.loads(write_enrolment(ADDED)), **members}).encode()


@pytest.mark.parametrize("made", [ADDED, replace(ADDED, passkey=None, retired=KeyId(KEY.ids[0]))])
def test_what_is_written_is_read(made: Enrolment) -> None:
    assert parse_enrolment(write_enrolment(made)) == made


@pytest.mark.parametrize(
    "members",
    [
        {"version": "musnad/2"},
        {"officer": "QA/contact-24-7/duty-1"},
        {"acts": []},
        {"acts": ["send", "send"]},
        {"acts": ["everything"]},
        {"acts": "send"},
        {"passkey": None},
        {"retired": "0" * 64},
        {"passkey": {"credential": "AAAA"}},
        {"more": 1},
    ],
)
def test_refuses_a_statement_that_is_not_of_its_form(members: dict[str, object]) -> None:
    with pytest.raises(BadForm):
        parse_enrolment(changed(**members))


@given(
    st.binary(max_size=300)
    | st.builds(
        lambda name, value: changed(**{name: value}),
        st.sampled_from(["version", "authority", "officer", "acts", "at", "passkey", "retired"]),
        st.none() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=3),
    )
)
def test_any_octets_are_an_enrolment_or_an_error_of_ours(data: bytes) -> None:
    try:
        parse_enrolment(data)
    except MusnadError:
        return


def test_the_next_roster_has_one_entry_more_and_everybody_else() -> None:
    found = enrolled(OFFICERS, ADDED, NOW)
    assert found == (*OFFICERS, Officer(LAN, ("send", "open"), DatedKey(KEY, NOW, None)))
    assert enrolled(found, ADDED, LATER) == found


def test_a_key_of_somebody_else_is_not_listed_again() -> None:
    found = enrolled(OFFICERS, ADDED, NOW)
    with pytest.raises(BadEntry):
        enrolled(found, replace(ADDED, officer=MAI), LATER)


def test_a_key_ends_and_stays_and_is_never_listed_anew() -> None:
    ends = replace(ADDED, passkey=None, retired=KeyId(KEY.ids[0]))
    found = enrolled(OFFICERS, ADDED, NOW)
    ended = enrolled(found, ends, LATER)
    assert [one.key.until for one in ended if one.key.key == KEY] == [LATER]
    assert len(ended) == len(found)
    assert enrolled(ended, ends, Instant(LATER + timedelta(days=1))) == ended
    assert enrolled(ended, ADDED, Instant(LATER + timedelta(days=1))) == ended
    with pytest.raises(UnknownKey):
        enrolled(OFFICERS, ends, LATER)
    with pytest.raises(UnknownKey):
        enrolled(found, replace(ends, officer=MAI), LATER)
