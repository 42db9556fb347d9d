"""Signed updates: who may say what, in which order; every attack on one is refused and nothing of it is applied."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.core.crypto.dsse import parse_dsse, sign
from musnad.core.crypto.errors import BadSignature
from musnad.core.directory.errors import (
    OfficerMayNot,
    RetiredKey,
    UnknownAuthority,
    UnknownKey,
    UnknownOfficer,
    UnknownParty,
)
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import AuthorityId, Digest, OfficerName, PartyCode
from musnad.core.kernel.times import Instant
from musnad.core.register.errors import (
    AuthorNotTrusted,
    BadUpdate,
    Contradiction,
    FactWithoutSource,
    Replaced,
    UnknownFact,
    UnknownState,
    UpdateFromTheFuture,
    UpdateOutOfOrder,
)
from musnad.core.register.rows import parse_csv
from musnad.core.register.update import (
    UPDATE_TYPE,
    Wish,
    apply_update,
    parse_update,
    replay_update,
    sign_update,
    verify_update,
)
from musnad.core.register.values import Fact, FactKind, Register
from tests.core.register.data import BASE, CATALOGUE, row, table
from tests.directory_fixture import NOW, make_party, make_world

WORLD = make_world()
DIRECTORY = WORLD.directory()
VN, QA = WORLD["VN"], WORLD["QA"]
AUTHOR = QA.authority("central-authority")
TRUSTED = frozenset({AUTHOR})
QATAR = PartyCode("QA")
[RATIFIED] = BASE.entries[QATAR].of(FactKind.RATIFICATION)


def fact(line: str) -> Fact:
    return parse_csv(table(line), "x.csv", CATALOGUE)[0].fact


DEPOSITED = fact(row("QA", "ratification", "2026-02-11", source="C.N.1.2026"))
WISH = Wish(DEPOSITED, RATIFIED.fact.digest, "The depositary's notification was seen.")


def make(*wishes: Wish, keys: Any = None, **changes: Any) -> bytes:
    members = {
        "author": AUTHOR,
        "officer": QA.officer("central-authority"),
        "at": NOW,
        "previous": None,
        "keys": keys or (QA.signing["central-authority"], QA.officers["central-authority/duty-1"]),
        **changes,
    }
    return sign_update(wishes or (WISH,), **members)


def accept(data: bytes, register: Register = BASE, now: Instant = NOW, directory: Any = DIRECTORY) -> Register:
    return apply_update(register, verify_update(data, CATALOGUE, directory, TRUSTED, now))


def again(payload: dict[str, Any], *keys: Any) -> bytes:
    signers = keys or (QA.signing["central-authority"], QA.officers["central-authority/duty-1"])
    return sign(write_canonical(payload), UPDATE_TYPE, signers).write()


def payload() -> dict[str, Any]:
    return dict(parse_object(parse_dsse(make(), payload_type=UPDATE_TYPE, what="update").payload, what="update"))


def test_a_correction_takes_the_place_of_the_fact_and_the_history_tells_who_and_why() -> None:
    data = make()
    after = accept(data)
    [stands] = after.entries[QATAR].of(FactKind.RATIFICATION)
    assert stands.fact == DEPOSITED
    assert (stands.said.author, stands.said.officer, stands.said.at) == (AUTHOR, QA.officer("central-authority"), NOW)
    [was] = [one for one in after.entries[QATAR].records if one.replaced is not None]
    assert was.fact == RATIFIED.fact
    assert was.replaced is not None
    assert (was.replaced.fact, was.replaced.reason) == (DEPOSITED.digest, WISH.reason)
    assert was.replaced.said.author == AUTHOR
    assert after.last_of == {AUTHOR: parse_update(data, CATALOGUE).digest}
    assert BASE.entries[QATAR].of(FactKind.RATIFICATION) == (RATIFIED,)


def test_a_fact_can_be_struck_out() -> None:
    after = accept(make(Wish(None, RATIFIED.fact.digest, "Not deposited after all.")))
    assert after.entries[QATAR].of(FactKind.RATIFICATION) == ()
    [was] = [one for one in after.entries[QATAR].records if one.replaced is not None]
    assert was.replaced is not None
    assert was.replaced.fact is None


def test_an_update_applied_twice_changes_nothing() -> None:
    data = make()
    once = accept(data)
    assert accept(data, once) is once
    assert replay_update(once, parse_update(data, CATALOGUE)) is once


def test_updates_of_an_author_are_taken_in_their_order() -> None:
    first = make()
    digest = parse_update(first, CATALOGUE).digest
    second = make(
        Wish(fact(row("QA", "notification", about="languages", value="ar en")), None, "Notified."), previous=digest
    )
    with pytest.raises(UpdateOutOfOrder) as caught:
        accept(second)
    assert (caught.value.previous, caught.value.held) == (digest, "-")
    after = accept(second, accept(first))
    assert len(after.applied) == 2
    fork = make(Wish(None, DEPOSITED.digest, "A second thought."), previous=digest)
    with pytest.raises(UpdateOutOfOrder):
        accept(fork, after)


def test_a_conflict_with_what_was_replaced_meanwhile_is_refused_whole() -> None:
    after = accept(make())
    digest = parse_update(make(), CATALOGUE).digest
    other = Wish(fact(row("QA", "notification", about="languages", value="ar")), None, "Notified.")
    stale = make(other, Wish(None, RATIFIED.fact.digest, "Stale."), previous=digest)
    with pytest.raises(Replaced) as caught:
        accept(stale, after)
    assert (caught.value.line, caught.value.by) == (2, DEPOSITED.digest)
    assert after.entries[QATAR].of(FactKind.NOTIFICATION) == ()


def test_a_change_of_an_unknown_fact_or_against_what_stands_is_refused() -> None:
    with pytest.raises(UnknownFact):
        accept(make(Wish(None, Digest("0" * 64), "Gone.")))
    with pytest.raises(Contradiction) as caught:
        accept(make(Wish(DEPOSITED, None, "A second ratification.")))
    assert caught.value.rule == "one-instrument"
    assert caught.value.file.startswith("update-")


def test_refuses_an_author_whom_nobody_trusts() -> None:
    data = make(
        author=VN.authority("central-authority"),
        officer=VN.officer("central-authority"),
        keys=(VN.signing["central-authority"], VN.officers["central-authority/duty-1"]),
    )
    with pytest.raises(AuthorNotTrusted):
        accept(data)


def test_refuses_signatures_that_are_not_both_there() -> None:
    author, officer = QA.signing["central-authority"], QA.officers["central-authority/duty-1"]
    stranger = VN.signing["central-authority"]
    for keys, error in (
        ((author, author), UnknownKey),
        ((officer, officer), UnknownKey),
        ((stranger, officer), UnknownKey),
        ((author, VN.officers["central-authority/duty-1"]), UnknownKey),
        ((QA.signing["contact-24-7"], officer), UnknownKey),
    ):
        with pytest.raises(error):
            accept(make(keys=keys))


def test_refuses_half_a_signature_and_a_forged_one() -> None:
    envelope = parse_dsse(make(), payload_type=UPDATE_TYPE, what="update")
    for place in range(4):
        signatures = list(envelope.signatures)
        dropped = replace(envelope, signatures=tuple(signatures[:place] + signatures[place + 1 :]))
        with pytest.raises((UnknownKey, BadSignature)):
            accept(dropped.write())
        broken = signatures[place]
        signatures[place] = replace(broken, value=bytes([broken.value[0] ^ 1]) + broken.value[1:])
        with pytest.raises(BadSignature):
            accept(replace(envelope, signatures=tuple(signatures)).write())


def test_refuses_a_payload_that_was_changed_after_signing() -> None:
    envelope = parse_dsse(make(), payload_type=UPDATE_TYPE, what="update")
    changed = envelope.payload.replace(b"2026-02-11", b"2026-02-12")
    assert changed != envelope.payload
    with pytest.raises(BadSignature):
        accept(replace(envelope, payload=changed).write())


def test_refuses_an_officer_whom_the_roster_does_not_allow_or_know() -> None:
    clerk = make(
        officer=QA.officer("central-authority", "clerk-1"),
        keys=(QA.signing["central-authority"], QA.officers["central-authority/clerk-1"]),
    )
    with pytest.raises(OfficerMayNot):
        accept(clerk)
    with pytest.raises(UnknownOfficer):
        accept(make(officer=OfficerName(f"{AUTHOR}/nobody")))


def test_refuses_an_author_that_the_directory_does_not_know() -> None:
    for name, error in (("UN/registry", UnknownParty), ("QA/registry", UnknownAuthority)):
        author = AuthorityId(name)
        data = make(author=author, officer=OfficerName(f"{author}/duty-1"))
        with pytest.raises(error):
            verify_update(data, CATALOGUE, DIRECTORY, {author}, NOW)


def test_refuses_a_time_to_come_and_a_key_that_was_not_valid_then() -> None:
    with pytest.raises(UpdateFromTheFuture):
        accept(make(at=Instant(NOW + timedelta(minutes=6))))
    accept(make(at=Instant(NOW + timedelta(minutes=5))))
    with pytest.raises(RetiredKey):
        accept(make(at=Instant(NOW - timedelta(days=2))))


def test_refuses_a_backdated_update_under_a_key_that_is_retired_by_now() -> None:
    ended = make_party("QA", until=Instant(NOW + timedelta(days=1)))
    directory = make_world(parties={"VN": VN, "QA": ended}).directory()
    accept(make(), directory=directory)
    with pytest.raises(RetiredKey):
        accept(make(), now=Instant(NOW + timedelta(days=2)), directory=directory)


def broken(**changes: Any) -> dict[str, Any]:
    return {**payload(), **changes}


CHANGE = {"fact": {"party": "QA", "kind": "signature"}, "replaces": None, "reason": ""}
FORMS: list[tuple[dict[str, Any], str]] = [
    ({"version": "musnad/2"}, "version"),
    ({"author": "qa"}, "party"),
    ({"author": 7}, "author"),
    ({"officer": "VN/central-authority/duty-1"}, "officer"),
    ({"officer": "QA"}, "party"),
    ({"at": "2026-11-23"}, "time"),
    ({"previous": "x"}, "digest"),
    ({"previous": 1}, "previous"),
    ({"changes": []}, "changes"),
    ({"changes": {}}, "changes"),
    ({"changes": [CHANGE] * 501}, "changes"),
    ({"changes": [1]}, "changes.1"),
    ({"changes": [{"fact": None, "replaces": None, "reason": ""}]}, "changes.1"),
    ({"changes": [{"fact": None, "replaces": "x", "reason": ""}]}, "changes.1.replaces"),
    ({"changes": [{"fact": None, "replaces": "0" * 64, "reason": "x" * 1001}]}, "changes.1.reason"),
    ({"changes": [{"fact": None, "replaces": "0" * 64, "reason": "\n"}]}, "changes.1.reason"),
    ({"changes": [{"fact": None, "replaces": "0" * 64, "reason": 1}]}, "reason"),
    ({"changes": [{**CHANGE, "fact": []}]}, "changes.1.fact"),
    ({"changes": [{**CHANGE, "fact": {"fact": "x"}}]}, "changes.1.fact.fact"),
    ({"changes": [{**CHANGE, "fact": {"party": 1}}]}, "changes.1.fact.party"),
    ({"changes": [{**CHANGE, "fact": {"party": ""}}]}, "changes.1.fact.party"),
    ({"changes": [{**CHANGE, "more": 1}]}, "changes.1"),
    ({"more": 1}, "members"),
]


@pytest.mark.parametrize(("changes", "member"), FORMS)
def test_refuses_an_update_that_is_not_of_its_form(changes: dict[str, Any], member: str) -> None:
    with pytest.raises(BadUpdate) as caught:
        parse_update(again({**payload(), **changes}), CATALOGUE)
    assert caught.value.member == member


def test_a_fact_of_an_update_is_checked_as_a_row_is() -> None:
    told = {**DEPOSITED.members()}
    good = {name: text for name, text in told.items() if text}
    for changed, error in (
        ({**good, "party": "XX"}, UnknownState),
        ({name: text for name, text in good.items() if name != "source"}, FactWithoutSource),
    ):
        data = again(broken(changes=[{"fact": changed, "replaces": None, "reason": ""}]))
        with pytest.raises(error) as caught:
            parse_update(data, CATALOGUE)
        assert caught.value.facts()["line"] == 1


_json = st.recursive(
    st.none() | st.integers(-9, 9) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.sampled_from(sorted(payload())), _json)
def test_any_payload_is_an_update_or_an_error(member: str, value: object) -> None:
    with suppress(MusnadError):
        parse_update(again({**payload(), member: value}, QA.signing["central-authority"]), CATALOGUE)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_update_or_an_error(data: bytes) -> None:
    with pytest.raises(MusnadError):
        parse_update(data, CATALOGUE)
