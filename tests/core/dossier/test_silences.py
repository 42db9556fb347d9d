"""A statement that no answer came: what it rests on, and whether its author's own log contradicts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from musnad.core.dossier.archive import open_archive
from musnad.core.dossier.facts import SilenceShown
from musnad.core.dossier.judge import Verdict, judge_dossier
from musnad.core.kernel.names import MessageId, Slug
from musnad.core.messages import bodies
from musnad.language import speak
from musnad.report import write_report
from musnad.verify.words import tell
from tests.dossier_fixture import ACCESS, Octets, Told, default_world, fields

VN, QA = "VN/central-authority", "QA/central-authority"


@pytest.fixture
def told() -> Told:
    return Told(default_world(), seed="silence")


def ask(told: Told) -> MessageId:
    return told.say(VN, bodies.Request(fields("Access")), measure=ACCESS)


def stay_silent(told: Told, request: MessageId, receipt: MessageId | None = None) -> MessageId:
    attempts = None if receipt is not None else bodies.Attempts(7, told.now, told.now)
    return told.say(VN, bodies.Silence("No answer came.", receipt, attempts), answers=request)


def verdict_of(told: Told, tmp_path: Path, exporter: str = "VN") -> Verdict:
    path = told.write(tmp_path / "dossier.zip", exporter)
    return judge_dossier(open_archive(Octets(path.read_bytes())), told.anchor, write_report)


def shown(verdict: Verdict) -> SilenceShown:
    assert verdict.proven, verdict.findings
    assert verdict.facts is not None
    (found,) = verdict.facts.silences
    assert verdict.write()["case"]["silences"] == [found.write()]  # type: ignore[index]
    return found


@pytest.mark.parametrize("exporter", ["VN", "QA"])
def test_a_silence_rests_on_the_recipients_own_receipt(told: Told, tmp_path: Path, exporter: str) -> None:
    request = ask(told)
    (receipt,) = told.receipt_ids_of(request)
    silence = stay_silent(told, request, receipt)
    found = shown(verdict_of(told, tmp_path, exporter))
    assert (found.id, found.request, found.basis, found.is_received) == (silence, request, "receipt", True)
    assert found.receipt is not None
    assert (found.receipt.recipient, found.receipt.message) == (QA, request)
    assert (found.rebutted_by, found.place is not None) == ((), True)


def test_an_acknowledgement_is_no_answer(told: Told, tmp_path: Path) -> None:
    request = ask(told)
    told.say(QA, bodies.Acknowledgement("QA-1"), answers=request)
    stay_silent(told, request, told.receipt_ids_of(request)[0])
    assert shown(verdict_of(told, tmp_path)).rebutted_by == ()


def test_a_withheld_receipt_leaves_the_authors_word_on_its_attempts(told: Told, tmp_path: Path) -> None:
    request = ask(told)
    stay_silent(told, request)
    found = shown(verdict_of(told, tmp_path))
    assert (found.basis, found.receipt, found.is_received) == ("attempts", None, False)
    assert found.attempts is not None
    assert found.attempts.count == 7


@pytest.mark.parametrize("exporter", ["VN", "QA"])
def test_a_silence_is_rebutted_by_its_authors_own_receipt_from_before(
    told: Told, tmp_path: Path, exporter: str
) -> None:
    request = ask(told)
    before = told.last
    refusal = told.say(QA, bodies.Refusal((Slug("essential-interests"),), "Not possible."), answers=request)
    assert before is not None
    receipt = told.receipt_ids_of(request)[0]
    told.minute += 1
    silence = told.deliver(
        told.draft(VN, bodies.Silence("No answer came.", receipt), answers=request, previous=(before,))
    )
    found = shown(verdict_of(told, tmp_path, exporter))
    assert (found.id, found.rebutted_by) == (silence, (refusal,))


def test_an_answer_that_comes_after_it_rebuts_nothing(told: Told, tmp_path: Path) -> None:
    request = ask(told)
    stay_silent(told, request, told.receipt_ids_of(request)[0])
    told.say(QA, bodies.Refusal((Slug("essential-interests"),), "Not possible."), answers=request)
    assert shown(verdict_of(told, tmp_path)).rebutted_by == ()


@pytest.mark.parametrize("forged", ["invented", "of another message", "its own"])
def test_a_forged_receipt_id_proves_nothing(told: Told, tmp_path: Path, forged: str) -> None:
    request = ask(told)
    acknowledgement = told.say(QA, bodies.Acknowledgement("QA-1"), answers=request)
    question = told.say(VN, bodies.Consultation("When?"), answers=request)
    receipt = {
        "invented": MessageId("0" * 64),
        "of another message": told.receipt_ids_of(question)[0],
        "its own": told.receipt_ids_of(acknowledgement)[0],
    }[forged]
    stay_silent(told, request, receipt)
    found = shown(verdict_of(told, tmp_path))
    assert (found.receipt, found.is_received) == (None, False)
    assert found.basis == ("receipt-not-here" if forged == "invented" else "receipt-of-another")


def test_where_its_author_hides_its_place_no_rebuttal_can_be_seen(told: Told, tmp_path: Path) -> None:
    request = ask(told)
    silence = stay_silent(told, request, told.receipt_ids_of(request)[0])
    log = told.logs["VN"]
    log.places = [(one, place) for one, place in log.places if one != silence]
    found = shown(verdict_of(told, tmp_path, "QA"))
    assert (found.place, found.rebutted_by, found.write()["rebutted"]) == (None, (), None)


def test_a_silence_that_stands_not_in_the_case_is_not_told(told: Told, tmp_path: Path) -> None:
    request = ask(told)
    told.say(QA, bodies.Acceptance(), answers=request)
    stay_silent(told, request, told.receipt_ids_of(request)[0])
    verdict = verdict_of(told, tmp_path)
    assert verdict.facts is not None
    assert verdict.facts.silences == ()
    assert [one.ground for one in verdict.facts.state.void] == ["already-decided"]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("case", ["receipt", "attempts", "forged", "rebutted", "hidden"])
def test_report_and_verdict_tell_it_in_both_languages(told: Told, tmp_path: Path, case: str, language: str) -> None:
    request = ask(told)
    before = told.last
    assert before is not None
    receipt = told.receipt_ids_of(request)[0]
    if case == "rebutted":
        told.say(QA, bodies.Refusal((Slug("essential-interests"),), "No."), answers=request)
    body = bodies.Silence("No answer came.", MessageId("0" * 64) if case == "forged" else receipt)
    if case == "attempts":
        body = bodies.Silence("No answer came.", attempts=bodies.Attempts(7, told.now, told.now))
    silence = told.deliver(told.draft(VN, body, answers=request, previous=(before,)))
    if case == "hidden":
        told.logs["VN"].places = [one for one in told.logs["VN"].places if one[0] != silence]
    verdict = verdict_of(told, tmp_path, "QA")
    assert verdict.facts is not None
    say = speak(language)
    page, lines = write_report(verdict.facts, language).decode(), "\n".join(tell(verdict, say))
    expected = {
        "receipt": "Nothing here rebuts it.",
        "attempts": "Its author's word on its attempts alone: no receipt came.",
        "forged": "Not shown: the receipt that it names is not here.",
        "rebutted": "Rebuttal",
        "hidden": "Cannot be seen here: its author does not show its place in its log.",
    }[case]
    assert say.gettext(expected) in page.replace("&#x27;", "'")
    assert silence in lines
