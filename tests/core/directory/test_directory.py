"""Who is who, with which keys, when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from musnad.core.directory.directory import Directory, hold
from musnad.core.directory.entry import Authority, DatedKey
from musnad.core.directory.errors import (
    OfficerMayNot,
    RetiredKey,
    UnknownAuthority,
    UnknownKey,
    UnknownOfficer,
    UnknownParty,
)
from musnad.core.kernel.names import AuthorityId, OfficerName, PartyCode
from musnad.core.kernel.times import Instant
from tests.directory_fixture import NOW, SINCE, make_world

WORLD = make_world()
DIRECTORY = WORLD.directory()
CENTRAL = AuthorityId("QA/central-authority")
DUTY = OfficerName("QA/central-authority/duty-1")
KEY = WORLD["QA"].signing["central-authority"].public
OFFICER_KEY = WORLD["QA"].officers["central-authority/duty-1"].public


def with_central(**members: Any) -> Directory:
    entry = DIRECTORY.entries[PartyCode("QA")]

    def change(authority: Authority) -> Authority:
        return replace(authority, **members) if authority.id == CENTRAL else authority

    party = replace(entry.party, authorities=tuple(change(one) for one in entry.party.authorities))
    return replace(DIRECTORY, entries={**DIRECTORY.entries, PartyCode("QA"): replace(entry, party=party)})


def days(count: int) -> Instant:
    return Instant(NOW + timedelta(days=count))


def test_names_every_party() -> None:
    assert [party.code for party in DIRECTORY.parties] == ["QA", "VN"]
    assert DIRECTORY.party(PartyCode("VN")) == WORLD["VN"].party


def test_refuses_who_is_not_listed() -> None:
    with pytest.raises(UnknownParty):
        DIRECTORY.party(PartyCode("XX"))
    with pytest.raises(UnknownAuthority):
        DIRECTORY.authority(AuthorityId("QA/court"))


def test_gives_the_signing_key_both_halves_of_which_signed() -> None:
    others = OFFICER_KEY.ids
    assert DIRECTORY.signing_key(CENTRAL, (*KEY.ids, *others), NOW) == KEY


def test_refuses_half_of_a_key() -> None:
    for half in KEY.ids:
        with pytest.raises(UnknownKey):
            DIRECTORY.signing_key(CENTRAL, (half,), NOW)


def test_refuses_the_key_of_another_authority() -> None:
    with pytest.raises(UnknownKey):
        DIRECTORY.signing_key(AuthorityId("QA/contact-24-7"), KEY.ids, NOW)


def test_refuses_a_retired_key_and_one_not_yet_in_use() -> None:
    retired = with_central(signing_keys=(DatedKey(KEY, SINCE, NOW),))
    assert retired.signing_key(CENTRAL, KEY.ids, Instant(NOW - timedelta(seconds=1))) == KEY
    for at in (NOW, days(-2)):
        with pytest.raises(RetiredKey):
            retired.signing_key(CENTRAL, KEY.ids, at)


def test_gives_the_key_of_an_officer_who_may() -> None:
    assert DIRECTORY.officer_key(DUTY, "open", OFFICER_KEY.ids, NOW) == OFFICER_KEY


def test_refuses_an_officer_the_roster_does_not_allow() -> None:
    clerk = WORLD["QA"].officers["central-authority/clerk-1"].public
    with pytest.raises(OfficerMayNot):
        DIRECTORY.officer_key(OfficerName("QA/central-authority/clerk-1"), "send", clerk.ids, NOW)


def test_refuses_an_officer_nobody_knows_and_a_key_that_is_not_the_officers() -> None:
    with pytest.raises(UnknownOfficer):
        DIRECTORY.officer_key(OfficerName("QA/central-authority/ghost"), "send", OFFICER_KEY.ids, NOW)
    with pytest.raises(UnknownKey):
        DIRECTORY.officer_key(DUTY, "send", KEY.ids, NOW)


def test_refuses_officers_of_a_roster_that_nobody_vouches_for_any_more() -> None:
    lapsed = with_central(roster_key=DatedKey(KEY, SINCE, NOW))
    with pytest.raises(RetiredKey):
        lapsed.officer_key(DUTY, "send", OFFICER_KEY.ids, NOW)


def test_wraps_to_the_newest_key_that_is_valid() -> None:
    old = WORLD["QA"].wrapping["central-authority"].public
    new = WORLD["QA"].wrapping["contact-24-7"].public
    keys = with_central(wrapping_keys=(DatedKey(old, SINCE, days(10)), DatedKey(new, days(5), days(20))))
    assert keys.wrapping_key(CENTRAL, NOW) == old
    assert keys.wrapping_key(CENTRAL, days(6)) == new
    with pytest.raises(RetiredKey):
        keys.wrapping_key(CENTRAL, days(20))


def test_a_held_party_keeps_its_older_entry_and_the_older_sets_name() -> None:
    newer = replace(DIRECTORY, ref=replace(DIRECTORY.ref, version=2, snapshot="f" * 64))  # type: ignore[arg-type]  # any digest
    newer = replace(newer, entries={code: replace(one, ref=newer.ref) for code, one in newer.entries.items()})
    held = hold(newer, DIRECTORY, [PartyCode("VN")])
    assert held.ref_of(PartyCode("VN")) == DIRECTORY.ref
    assert held.ref_of(PartyCode("QA")) == newer.ref
    with pytest.raises(UnknownParty):
        hold(newer, replace(DIRECTORY, entries={}), [PartyCode("VN")]).party(PartyCode("VN"))
