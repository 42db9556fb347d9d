"""A time zone is a name that a Party wrote: no such name raises anything but an error of ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from musnad.core.directory.party_file import write_party
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.times import instant
from musnad.core.messages import bodies
from musnad.exchange.civil import civil_day
from musnad.exchange.errors import UnknownZone
from musnad.exchange.reading import show_case, show_inbox
from tests.directory_fixture import make_party, make_world
from tests.doors.desk.story import CONTACT, FIELDS, PRESERVATION
from tests.world import World

NEAR_MIDNIGHT = instant(datetime(2026, 11, 23, 22, 30, tzinfo=UTC))
NO_ZONES = ["Asia/Nowhere", "leapseconds", "Asia", "tzdata.zi", "Asia/Qatar/", "A" * 64, "", ".", "..", "Asia/\0"]


def test_the_day_is_the_zones_own() -> None:
    assert civil_day(NEAR_MIDNIGHT, "Asia/Qatar") == date(2026, 11, 24)
    assert civil_day(NEAR_MIDNIGHT, "Etc/UTC") == date(2026, 11, 23)


@pytest.mark.parametrize("name", NO_ZONES)
def test_what_is_no_zone_is_an_error_of_ours(name: str) -> None:
    with pytest.raises(UnknownZone):
        civil_day(NEAR_MIDNIGHT, name)


@pytest.mark.parametrize("zone", ["Asia/Nowhere", "leapseconds"])
def test_a_peer_in_no_known_zone_breaks_no_page_and_no_receipt(zone: str) -> None:
    """As if its entry had been accepted by a machine that knew the zone."""
    keys = make_party("QA")
    party = replace(keys.party, time_zone=zone)
    lost = replace(keys, party=party, party_json=write_party(party))
    world = World(published=make_world(parties={"VN": make_party("VN"), "QA": lost}))
    vn, qa = world["VN"], world["QA"]
    case = vn.say(CONTACT, [qa.authority(CONTACT)], bodies.Request(FIELDS), measure=PRESERVATION)
    (tried,) = vn.deliver()
    assert tried.error is not None, "QA cannot say which day it is and gives no receipt"
    (row,) = show_inbox(vn.ports).rows
    assert row.fault is None
    assert show_case(vn.ports, row.case).opened
    with pytest.raises(MusnadError):
        show_case(qa.ports, row.case)
    asked = qa.say(CONTACT, [vn.authority(CONTACT)], bodies.Request(FIELDS), measure=PRESERVATION)
    assert [one.error for one in qa.deliver()] == [None], "its own messages are received as ever"
    assert show_inbox(qa.ports).rows[0].case == asked != case
