"""party.json and rosters: what is read back is what was written; what should not be believed is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from musnad.core.crypto.signing import VerifyingKey, new_signing_key
from musnad.core.directory.entry import Authority, DatedKey, Officer, Party
from musnad.core.directory.party_file import parse_party, write_party
from musnad.core.directory.roster import sign_roster
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import write_canonical
from tests.directory_fixture import NOW, make_party, stream

QA = make_party("QA")


def refused(data: bytes) -> str:
    with pytest.raises(MusnadError) as caught:
        parse_party(data)
    return caught.value.code


def changed(**members: Any) -> bytes:
    found = json.loads(QA.party_json)
    found.update(members)
    return write_canonical(found)


def with_authority(party: Party, **members: Any) -> Party:
    first, *rest = party.authorities
    return replace(party, authorities=(replace(first, **members), *rest))


def test_what_is_written_is_read_back() -> None:
    assert parse_party(QA.party_json) == QA.party
    assert write_party(parse_party(QA.party_json)) == QA.party_json


def test_refuses_an_unknown_member() -> None:
    assert refused(changed(motto="x")) == "directory.entry-invalid"


def test_refuses_another_version() -> None:
    assert refused(changed(version="musnad/2")) == "directory.entry-invalid"


@pytest.mark.parametrize(
    "node",
    [
        {"url": "http://qa.example", "certificate": QA.certificate},
        {"url": "https://user@qa.example", "certificate": QA.certificate},
        {"url": "https://qa.example\n", "certificate": QA.certificate},
        {"url": "https://qa.example/?q=1", "certificate": QA.certificate},
        {"url": "https://qa.example", "certificate": "no certificate"},
    ],
)
def test_refuses_a_node_that_cannot_be_pinned(node: dict[str, str]) -> None:
    assert refused(changed(node=node)) == "directory.entry-invalid"


def test_refuses_the_authority_of_another_party() -> None:
    assert refused(changed(party="VN")) == "directory.entry-invalid"


def test_refuses_an_authority_that_stands_twice() -> None:
    twice = (QA.party.authorities[0], QA.party.authorities[0])
    assert refused(write_party(replace(QA.party, authorities=twice))) == "directory.entry-invalid"


def test_refuses_a_roster_signed_by_another_authority() -> None:
    first = QA.party.authorities[0]
    roster = sign_roster(first.id, first.officers, QA.signing["central-authority"])
    assert refused(write_party(with_authority(QA.party, roster=roster))) == "signature.invalid"


def test_refuses_a_roster_whose_signature_was_altered() -> None:
    first = QA.party.authorities[0]
    found = json.loads(first.roster)
    found["payload"] = found["payload"][:-8] + "AAAAAAA="
    assert refused(write_party(with_authority(QA.party, roster=write_canonical(found)))) in {
        "signature.invalid",
        "form.invalid",
    }


def test_refuses_the_roster_of_another_authority_signed_with_this_ones_key() -> None:
    first, second = QA.party.authorities
    roster = sign_roster(second.id, second.officers, QA.signing["contact-24-7"])
    assert first.id != second.id
    assert refused(write_party(with_authority(QA.party, roster=roster))) == "directory.entry-invalid"


def with_officers(*officers: Officer) -> bytes:
    first = QA.party.authorities[0]
    roster = sign_roster(first.id, officers, QA.signing["contact-24-7"])
    return write_party(with_authority(QA.party, roster=roster))


def test_refuses_an_officer_who_holds_the_authoritys_own_key() -> None:
    first: Authority = QA.party.authorities[0]
    officer = replace(first.officers[0], key=first.signing_keys[0])
    assert refused(with_officers(officer)) == "directory.entry-invalid"


def test_refuses_two_officers_who_share_a_key() -> None:
    one, two, *_ = QA.party.authorities[0].officers
    assert refused(with_officers(one, replace(two, key=one.key))) == "directory.entry-invalid"


def test_refuses_two_officers_who_share_half_a_key() -> None:
    one, two, *_ = QA.party.authorities[0].officers
    assert isinstance(one.key.key, VerifyingKey)
    assert isinstance(two.key.key, VerifyingKey)
    half = replace(two.key.key, ed25519=one.key.key.ed25519)
    assert refused(with_officers(one, replace(two, key=replace(two.key, key=half)))) == "directory.entry-invalid"


def test_refuses_the_officer_of_another_authority() -> None:
    stranger = QA.party.authorities[1].officers[0]
    assert refused(with_officers(stranger)) == "directory.entry-invalid"


def test_an_officer_may_stand_once_for_each_key() -> None:
    one, *_ = QA.party.authorities[0].officers
    renewed = DatedKey(new_signing_key(stream("renewed")).public, NOW, None)
    party = parse_party(with_officers(one, replace(one, key=renewed)))
    assert [officer.name for officer in party.authorities[0].officers] == [one.name, one.name]


def test_refuses_a_key_that_ends_before_it_begins() -> None:
    first = QA.party.authorities[0]
    dated = replace(first.signing_keys[0], until=first.signing_keys[0].since - timedelta(seconds=1))
    assert refused(write_party(with_authority(QA.party, signing_keys=(dated,)))) == "directory.entry-invalid"


def test_refuses_a_file_past_its_limit() -> None:
    assert refused(b" " * (4 * 1024 * 1024 + 1)) == "form.too-large"
