"""Passkeys in a roster: written and read to the same value; no key and no credential twice; any bytes an error."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from musnad.core.crypto.passkey import Passkey
from musnad.core.directory.entry import DatedKey, Officer
from musnad.core.directory.party_file import parse_party, write_party
from musnad.core.directory.roster import parse_roster, sign_roster
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import JsonObject
from tests.directory_fixture import make_party
from tests.passkey_fixture import SoftAuthenticator
from tests.passkey_world import passkey_world
from tests.properties.test_directory import changed

QA = passkey_world()["QA"]
FIRST = QA.party.authorities[0]
DUTY, CLERK, *_, WITH_PASSKEY = FIRST.officers
KEY = WITH_PASSKEY.key.key
assert isinstance(KEY, Passkey)


def party_json(*officers: Officer) -> bytes:
    roster = sign_roster(FIRST.id, officers, QA.signing["contact-24-7"])
    return write_party(replace(QA.party, authorities=(replace(FIRST, roster=roster), *QA.party.authorities[1:])))


def refused(*officers: Officer) -> str:
    with pytest.raises(MusnadError) as error:
        parse_party(party_json(*officers))
    return error.value.code


def clerk_with(key: Passkey) -> Officer:
    return replace(CLERK, key=DatedKey(key, CLERK.key.since, None))


def test_reads_what_it_writes() -> None:
    assert parse_party(QA.party_json) == QA.party
    assert parse_party(party_json(DUTY, WITH_PASSKEY)).authorities[0].officers == (DUTY, WITH_PASSKEY)


def test_refuses_a_passkey_that_two_officers_share() -> None:
    assert isinstance(KEY, Passkey)
    elsewhere = replace(KEY, credential=b"another name for the same key")
    for shared in (KEY, elsewhere):
        assert refused(WITH_PASSKEY, clerk_with(shared)) == "directory.entry-invalid"


def test_refuses_a_credential_that_stands_twice() -> None:
    assert isinstance(KEY, Passkey)
    other = replace(SoftAuthenticator(seed="another").passkey, credential=KEY.credential)
    assert refused(WITH_PASSKEY, clerk_with(other)) == "directory.entry-invalid"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"origins": ("https://evil.example",)}, "form.invalid"),
        ({"origins": ()}, "directory.entry-invalid"),
        ({"relying_party": "QA.desk.example"}, "form.invalid"),
        ({"credential": b""}, "form.invalid"),
        ({"public": b"\xa0"}, "key.invalid"),
    ],
)
def test_refuses_a_passkey_out_of_form(changes: JsonObject, code: str) -> None:
    assert isinstance(KEY, Passkey)
    assert refused(clerk_with(replace(KEY, **changes))) == code  # type: ignore[arg-type]


def test_a_roster_without_passkeys_reads_as_before() -> None:
    plain = make_party("QA")
    assert parse_party(plain.party_json) == plain.party


@settings(max_examples=150, deadline=None)
@given(changed(sign_roster(FIRST.id, (WITH_PASSKEY,), QA.signing["contact-24-7"])))
def test_any_roster_gives_a_value_or_an_error(data: bytes) -> None:
    try:
        parse_roster(data, FIRST.id, FIRST.signing_keys)
    except MusnadError:
        return
