"""``musnad token``: made, shown once, listed without itself, revoked."""

from __future__ import annotations

import pytest

from musnad.adapters.files.grants import Grants
from tests.doors.cli.house import House

READ = ["--scope", "cases:read", "--authority", "QA/contact-24-7"]


def test_a_token_is_shown_once(house: House) -> None:
    made = house.run("QA", "token", "create", "case-system", *READ, "--json")
    token = made.json["token"]
    assert made.json["scopes"] == ["cases:read"]
    (grant,) = Grants(house.node("QA")).every()
    assert Grants(house.node("QA")).open(token, grant.made_on) is not None
    listed = house.run("QA", "token", "list", "--json")
    assert [one["name"] for one in listed.json["tokens"]] == ["case-system"]
    assert listed.json["tokens"][0]["over"] is False
    for ran in (listed, house.run("QA", "token", "list"), house.run("QA", "token", "list", "--lang", "ar")):
        assert ran.code == 0
        assert token not in ran.out + ran.err
        assert grant.sha256 not in ran.out + ran.err


def test_a_token_stands_on_a_line_of_its_own(house: House) -> None:
    for language in ("en", "ar"):
        ran = house.run("QA", "token", "create", f"in-{language}", *READ, "--lang", language)
        token = ran.out.splitlines()[-1]
        assert Grants(house.node("QA")).open(token, Grants(house.node("QA")).every()[0].made_on), ran.out


def test_a_revoked_token_is_gone(house: House) -> None:
    token = house.json("QA", "token", "create", "case-system", *READ)["token"]
    assert house.json("QA", "token", "revoke", "case-system") == {"revoked": "case-system"}
    assert house.json("QA", "token", "list") == {"tokens": []}
    assert list((house.node("QA") / "tokens").iterdir()) == []
    assert token
    assert house.run("QA", "token", "revoke", "case-system", "--json").error == "token.unknown"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["Case System", *READ], "form.invalid"),
        (["one"], "form.invalid"),
        (["one", "--scope", "cases:read"], "form.invalid"),
        (["one", "--scope", "cases:read", "--authority", "VN/contact-24-7"], "authority.not-hosted"),
        (["one", "--scope", "cases:read", "--authority", "QA"], "form.invalid"),
        (["one", *READ, "--days", "0"], "form.invalid"),
        (["one", *READ, "--days", "367"], "form.invalid"),
    ],
)
def test_a_token_that_cannot_be_made(house: House, options: list[str], code: str) -> None:
    assert house.run("QA", "token", "create", *options, "--json").error == code
    assert Grants(house.node("QA")).every() == ()


def test_a_name_is_given_once(house: House) -> None:
    house.json("QA", "token", "create", "one", "--scope", "treaty:read")
    assert house.run("QA", "token", "create", "one", *READ, "--json").error == "token.taken"
    assert house.run("QA", "token", "create", "two", "--scope", "everything").code == 2


def test_the_doctor_counts_tokens_and_finds_a_loose_one(house: House) -> None:
    house.json("QA", "token", "create", "one", "--scope", "treaty:read")
    checks = {one["check"]: one for one in house.doctor("QA", "--json").json["checks"]}
    assert (checks["interface"]["ok"], checks["interface"]["about"]) == (True, "-, 1")
    (file,) = (house.node("QA") / "tokens").iterdir()
    file.chmod(0o644)
    checks = {one["check"]: one for one in house.doctor("QA", "--json").json["checks"]}
    assert (checks["interface"]["ok"], checks["interface"]["about"]) == (False, "token.unreadable")
