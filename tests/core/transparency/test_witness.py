from __future__ import annotations

from datetime import UTC, datetime

import pytest

from musnad.core.crypto.errors import BadSignature
from musnad.core.kernel.errors import MusnadError, TooLarge
from musnad.core.kernel.times import instant
from musnad.core.transparency.checkpoint import Checkpoint, sign_checkpoint
from musnad.core.transparency.cosignature import add_cosignatures, cosign, verify_cosigned
from musnad.core.transparency.errors import BadNote, BadProof, BadSubmission, NotSigned, OtherOrigin
from musnad.core.transparency.keys import LogSigningKey, WitnessSigningKey
from musnad.core.transparency.tree import MemoryTree, leaf_hash
from musnad.core.transparency.witness import (
    SUBMISSION_LIMIT_OCTETS,
    Conflict,
    Cosign,
    Fork,
    Submission,
    claimed_origin,
    judge_submission,
    parse_conflict,
    parse_submission,
)

AT = instant(datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC))
LOG = LogSigningKey("musnad.example/VN", b"\1" * 32, b"\2" * 32)
WITNESS = WitnessSigningKey("witness.musnad.example/QA", b"\3" * 32, b"\4" * 32)
TREE = MemoryTree([leaf_hash(bytes([place])) for place in range(40)])


def at_size(size: int, tree: MemoryTree = TREE) -> Checkpoint:
    return Checkpoint(LOG.name, size, tree.root(size))


def submission(old: int, new: int, tree: MemoryTree = TREE, key: LogSigningKey = LOG) -> Submission:
    note = sign_checkpoint(at_size(new, tree), key, AT).raw
    return Submission(old, tree.consistency_proof(old, new) if old <= new else (), note)


def code(call: object, *args: object) -> str:
    with pytest.raises(MusnadError) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value.code


def test_a_submission_round_trips() -> None:
    sent = submission(13, 39)
    assert sent.write().startswith(b"old 13\n")
    assert parse_submission(sent.write()) == sent
    first = submission(0, 5)
    assert parse_submission(first.write()) == first
    assert claimed_origin(sent) == LOG.name


def test_reads_the_example_of_the_specification() -> None:
    body = (
        "old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
        "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\nexample.com/behind-the-sofa\n20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyW"
        "E+xeMcTOAYQ8=\n"
    ).encode()
    read = parse_submission(body)
    assert (read.old_size, len(read.proof), claimed_origin(read)) == (20852014, 2, "example.com/behind-the-sofa")
    assert read.write() == body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 1\n",
        b"old 01\n\nnote",
        b"old  1\n\nnote",
        b"old -1\n\nnote",
        b"new 1\n\nnote",
        b"old 9223372036854775808\n\nnote",
        b"old 1\nAAAA\n\nnote",
        b"old 1\n\xff\n\nnote",
        b"old 1\n" + b"PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n" * 64 + b"\nnote",
    ],
)
def test_refuses_what_is_no_submission(body: bytes) -> None:
    assert code(parse_submission, body) == BadSubmission.code


def test_refuses_a_submission_past_its_limit() -> None:
    assert code(parse_submission, b"old 1\n\n" + b"a" * SUBMISSION_LIMIT_OCTETS) == TooLarge.code


def test_a_garbage_note_is_refused() -> None:
    assert code(judge_submission, Submission(0, (), b"note"), None, LOG.public) == BadNote.code


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 1), (0, 40), (1, 40), (13, 13), (13, 39), (32, 40)])
def test_cosigns_what_follows_from_what_it_holds(old: int, new: int) -> None:
    decided = judge_submission(submission(old, new), at_size(old) if old else None, LOG.public)
    assert isinstance(decided, Cosign)
    answered = add_cosignatures(decided.signed, cosign(decided.signed, WITNESS, AT), WITNESS.public)
    assert verify_cosigned(answered, WITNESS.public).at == AT
    assert answered.checkpoint == at_size(new)


def test_answers_its_size_to_a_log_that_asks_from_another() -> None:
    for old in (0, 12, 14):
        assert judge_submission(submission(old, 39), at_size(13), LOG.public) == Conflict(13)
    assert judge_submission(submission(5, 39), None, LOG.public) == Conflict(0)
    assert parse_conflict(Conflict(13).write()) == Conflict(13)


@pytest.mark.parametrize("body", [b"", b"13", b"013\n", b"13\n\n", b"-1\n", b"9223372036854775808\n", b"\xff\n"])
def test_refuses_an_answer_that_is_no_size(body: bytes) -> None:
    assert code(parse_conflict, body) == BadSubmission.code


def test_refuses_a_rollback() -> None:
    assert judge_submission(submission(5, 13), at_size(39), LOG.public) == Conflict(39)
    assert code(judge_submission, submission(39, 13), at_size(39), LOG.public) == BadSubmission.code


def test_sees_a_fork_at_the_size_it_holds() -> None:
    forked = MemoryTree([*(leaf_hash(bytes([place])) for place in range(12)), leaf_hash(b"forged")])
    decided = judge_submission(submission(13, 13, forked), at_size(13), LOG.public)
    assert isinstance(decided, Fork)
    assert decided.held == at_size(13)
    assert decided.shown.checkpoint.root == forked.root()
    assert decided.write() == b"13\n"


def test_refuses_a_log_that_was_rewritten() -> None:
    forked = MemoryTree([leaf_hash(b"forged"), *(leaf_hash(bytes([place])) for place in range(1, 40))])
    assert code(judge_submission, submission(13, 39, forked), at_size(13), LOG.public) == BadProof.code


def test_refuses_a_proof_where_none_is_due() -> None:
    good = submission(0, 39)
    padded = Submission(0, (b"\0" * 32,), good.note)
    assert code(judge_submission, padded, None, LOG.public) == BadProof.code


def test_refuses_a_log_it_does_not_know_and_a_log_key_it_does_not_know() -> None:
    other = LogSigningKey("musnad.example/QA", b"\1" * 32, b"\2" * 32)
    assert code(judge_submission, submission(0, 5), None, other.public) == OtherOrigin.code
    stranger = LogSigningKey(LOG.name, b"\7" * 32, b"\x08" * 32)
    assert code(judge_submission, submission(0, 5, key=stranger), None, LOG.public) == NotSigned.code


def test_refuses_a_note_altered_on_its_way() -> None:
    sent = submission(0, 5)
    altered = Submission(0, (), sent.note.replace(b"\n5\n", b"\n6\n"))
    assert code(judge_submission, altered, None, LOG.public) == BadSignature.code
