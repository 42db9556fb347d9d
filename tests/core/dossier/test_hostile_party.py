"""One Party signs and receipts what is true in form and void in substance: the other's dossier is proven all the same.

Each pair: what the hostile author does is told, with its author, and is no defect; what looks alike from a hostile
exporter, who left something out, is one, or stops the case early and is said to.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from musnad.core.crypto.dsse import sign
from musnad.core.dossier.judge import Verdict
from musnad.core.kernel.names import Digest, MessageId, PartyCode, Slug, digest_of
from musnad.core.messages import bodies
from musnad.core.messages.message import MESSAGE_TYPE, write_message
from tests.core.dossier.test_attacks import BOTH, export, fresh, message_by, only, peer_of, without
from tests.dossier_fixture import PRESERVATION, SEAL, Told, codes, tell_smallest

NOBODYS = MessageId(digest_of(b"nobody ever said this"))


def half_told() -> Told:
    """A case that is still open: the request alone."""
    return tell_smallest()


def judged(told: Told, exporter: str, folder: Path) -> Verdict:
    return export(told, exporter, told.content(exporter), folder)


def aside(verdict: Verdict) -> dict[str, str]:
    assert verdict.facts is not None
    return {one.id: one.why for one in verdict.facts.aside}


# --- previous ------------------------------------------------------------------------------------------------------


@BOTH
def test_an_author_who_names_what_was_never_said_spoils_only_his_own_words(tmp_path: Path, attacker: str) -> None:
    told = half_told()
    before = told.last
    author = f"{attacker}/contact-24-7"
    one = told.say(author, bodies.Question("?"), answers=MessageId(Digest(str(told.case))), previous=(NOBODYS,))
    on_it = told.say(author, bodies.Question("??"), answers=MessageId(Digest(str(told.case))), previous=(one,))
    told.last = before
    peer = peer_of(attacker)
    told.say(f"{peer}/contact-24-7", bodies.Closing((before,)) if before else bodies.Closing(()))
    verdict = judged(told, peer, tmp_path)
    assert verdict.proven
    assert aside(verdict) == {one: "waiting", on_it: "waiting"}
    assert verdict.facts is not None
    [first] = [found for found in verdict.facts.aside if found.id == one]
    assert (first.author, first.missing) == (author, (NOBODYS,))
    assert not verdict.facts.complete


@BOTH
def test_he_cannot_export_his_own_words_on_nothing(tmp_path: Path, attacker: str) -> None:
    told = half_told()
    told.say(
        f"{attacker}/contact-24-7",
        bodies.Question("?"),
        answers=MessageId(Digest(str(told.case))),
        previous=(NOBODYS,),
    )
    assert "dossier.parent-missing" in codes(judged(told, attacker, tmp_path))


@BOTH
def test_one_late_word_on_nothing_never_hides_behind_two_closings(tmp_path: Path, attacker: str) -> None:
    told = fresh()
    late = told.say(f"{attacker}/central-authority", bodies.Custody("copied", SEAL, told.now), previous=(NOBODYS,))
    verdict = judged(told, peer_of(attacker), tmp_path)
    assert verdict.proven
    assert aside(verdict) == {late: "waiting"}
    assert verdict.facts is not None
    assert not verdict.facts.complete


def drop_and_blame(told: Told, exporter: str, first: MessageId, folder: Path) -> Verdict:
    """The exporter drops a message, and everything of his own side's after it; the other's later words then wait."""
    order = list(told.messages)
    after = order[order.index(first) :]
    gone = [one for one in after if one == first or told.parsed[one].author_party == exporter]
    return export(told, exporter, without(told.content(exporter), told, *gone), folder)


@BOTH
def test_dropping_a_message_with_all_that_ones_own_side_said_since_stops_the_case(
    tmp_path: Path, attacker: str
) -> None:
    """What cannot be told from an author's invention is told as open, and the case never as complete."""
    told = fresh()
    for number, one in enumerate(told.messages):
        if told.parsed[one].author_party != attacker and told.parsed[one].case is not None:
            folder = tmp_path / str(number)
            folder.mkdir()
            verdict = drop_and_blame(told, attacker, one, folder)
            assert verdict.facts is None or not verdict.facts.complete


@BOTH
def test_a_message_that_ones_own_words_answer_or_close_over_cannot_be_said_never_to_have_come(
    tmp_path: Path, attacker: str
) -> None:
    """His own later message names it as answered, or in a closing, and not as previous."""
    told = half_told()
    opening = told.last
    peer = peer_of(attacker)
    assert opening is not None
    lost = told.say(f"{peer}/contact-24-7", bodies.Question("?"), answers=opening)
    told.say(f"{attacker}/contact-24-7", bodies.Closing((lost,)), previous=(opening,))
    content = without(told.content(attacker), told, lost)
    assert "dossier.parent-missing" in codes(export(told, attacker, content, tmp_path))


@BOTH
def test_a_dropped_message_whose_receipt_is_here_is_a_defect(tmp_path: Path, attacker: str) -> None:
    told = fresh()
    one = message_by(told, peer_of(attacker))
    content = told.content(attacker)
    messages = {name: data for name, data in content.messages.items() if name != one}
    found = codes(export(told, attacker, replace(content, messages=messages), tmp_path))
    assert "dossier.other-case" in found


# --- not understood ------------------------------------------------------------------------------------------------


def say_something_new(told: Told, author: str, **members: object) -> MessageId:
    """A kind of message that this version does not know, logged and receipted by both as nodes do."""
    told.minute += 1
    peer = "QA" if author.startswith("VN") else "VN"
    draft = told.draft(author, bodies.Question("?"), answers=MessageId(Digest(str(told.case))))
    payload = json.dumps({**json.loads(write_message(draft)), "kind": "rumour", **members}).encode()
    dsse = sign(payload, MESSAGE_TYPE, [told.signer(author)])
    one = MessageId(dsse.id)
    told.messages[one] = dsse
    told.logs[author[:2]].add(one)
    place = told.logs[peer].add(one)
    told.receipt(one, draft.to[0], place, author[:2], flags=(Slug("not-understood"),))
    return one


@BOTH
def test_what_is_not_understood_is_carried_and_told(tmp_path: Path, attacker: str) -> None:
    told = half_told()
    one = say_something_new(told, f"{attacker}/contact-24-7")
    for exporter in ("VN", "QA"):
        folder = tmp_path / exporter
        folder.mkdir()
        verdict = judged(told, exporter, folder)
        assert codes(verdict) == set()
        assert aside(verdict) == {one: "not-understood"}


@BOTH
def test_what_is_not_understood_is_still_signed_received_and_logged(tmp_path: Path, attacker: str) -> None:
    told = half_told()
    peer = peer_of(attacker)
    one = say_something_new(told, f"{peer}/contact-24-7")
    whole = told.content(attacker)
    [receipt] = told.receipt_ids_of(one)
    forged = sign(told.messages[one].payload, MESSAGE_TYPE, [told.signer(f"{attacker}/contact-24-7")]).write()

    def judge_with(number: int, **changed: object) -> set[str]:
        folder = tmp_path / str(number)
        folder.mkdir()
        return codes(export(told, attacker, replace(whole, **changed), folder))  # type: ignore[arg-type]

    own = PartyCode(attacker)
    lost = {**whole.logs, own: only(whole.logs[own], lambda leaf: leaf != one)}
    receipts = {name: data for name, data in whole.receipts.items() if name != receipt}
    assert "directory.unknown-key" in judge_with(1, messages={**whole.messages, one: forged})
    assert "dossier.receipt-missing" in judge_with(2, receipts=receipts)
    assert "dossier.not-in-log" in judge_with(3, logs=lost)


# --- treaty data ---------------------------------------------------------------------------------------------------


def ask_under(told: Told, author: str, treaty: Digest) -> MessageId:
    told.minute += 1
    draft = told.draft(author, bodies.Request({"summary": "x"}), measure=PRESERVATION)
    return told.deliver(replace(draft, treaty=treaty))


@BOTH
def test_a_request_under_data_that_nobody_has_is_told_as_not_judged(tmp_path: Path, attacker: str) -> None:
    told = half_told()
    unknown = digest_of(b"no treaty")
    one = ask_under(told, f"{attacker}/contact-24-7", unknown)
    verdict = judged(told, peer_of(attacker), tmp_path)
    assert verdict.proven
    assert verdict.facts is not None
    assert [(found.id, found.treaty) for found in verdict.facts.unjudged] == [(one, unknown)]


@BOTH
def test_the_exporter_brings_the_data_of_his_own_requests(tmp_path: Path, attacker: str) -> None:
    told = half_told()
    ask_under(told, f"{attacker}/contact-24-7", digest_of(b"no treaty"))
    assert "dossier.member-missing" in codes(judged(told, attacker, tmp_path))


# --- exhibits ------------------------------------------------------------------------------------------------------


def offered_only() -> Told:
    """The demo's case up to the offer: nobody has fetched the exhibit yet."""
    told = fresh()
    order = list(told.messages)
    offer = next(place for place, one in enumerate(order) if told.parsed[one].kind == "offer")
    for one in order[offer + 1 :]:
        for receipt in told.receipt_ids_of(one):
            del told.receipts[receipt]
        del told.messages[one], told.parsed[one]
    told.last = order[offer]
    return told


def test_an_exhibit_that_its_holder_never_served_does_not_stop_the_other(tmp_path: Path) -> None:
    told = offered_only()
    told.manifest = None
    verdict = judged(told, "VN", tmp_path)
    assert verdict.proven
    assert verdict.facts is not None
    assert verdict.facts.unfetched == (SEAL,)


@pytest.mark.parametrize("exporter", ["VN", "QA"])
def test_an_exhibit_that_the_exporter_holds_is_never_left_out(tmp_path: Path, exporter: str) -> None:
    """VN has told that it received it; QA offered it."""
    told = fresh()
    told.manifest = None
    assert "dossier.member-missing" in codes(judged(told, exporter, tmp_path))
