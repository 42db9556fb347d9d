"""The log at the gate: heads and blind tiles for anybody, cosignatures for peers, and what a bad log is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from musnad.core.transparency.checkpoint import checkpoint, open_checkpoint, sign_checkpoint
from musnad.core.transparency.cosignature import add_cosignatures, cosignatures_of
from musnad.core.transparency.keys import LogSigningKey
from musnad.core.transparency.note import parse_lines
from musnad.core.transparency.tree import consistency_proof
from musnad.core.transparency.witness import SUBMISSION_LIMIT_OCTETS, Submission
from musnad.exchange.journal import Head
from musnad.exchange.log_keys import log_key, witness_key
from musnad.exchange.witnessing import sign_head
from tests.doors.gate.conftest import Meeting
from tests.doors.gate.gate import Answer, footprint

WITNESS = "/gate/v1/witness/add-checkpoint"


def submit(meeting: Meeting, body: bytes) -> Answer:
    return meeting.gate.post(WITNESS, body, meeting.gate.signed(meeting.vn, "POST", WITNESS, body=body))


def head_of_vn(meeting: Meeting) -> Head:
    """VN's log, one message longer, and its signed head."""
    meeting.world.clock.advance(seconds=1)
    meeting.request()
    head = sign_head(meeting.vn.ports)
    assert head is not None
    return head


def submission(meeting: Meeting, head: Head, old: int) -> bytes:
    proof = consistency_proof(old, head.size, meeting.vn.journal.tree_node) if 0 < old < head.size else ()
    return Submission(old, proof, head.note).write()


def cosigned(meeting: Meeting) -> Head:
    head = head_of_vn(meeting)
    assert submit(meeting, submission(meeting, head, 0)).status == 200
    return head


def held(meeting: Meeting) -> Head | None:
    return meeting.qa.journal.peer_head(meeting.vn.code)


def test_cosigns_a_log_that_only_grew(meeting: Meeting) -> None:
    for old in (0, 1, 2):
        head = head_of_vn(meeting)
        answer = submit(meeting, submission(meeting, head, old))
        assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
        opened = open_checkpoint(head.note, log_key(meeting.vn.keys.party.log))
        witness = witness_key(meeting.qa.keys.party.witness)
        assert cosignatures_of(add_cosignatures(opened, parse_lines(answer.body), witness), [witness])
        kept = held(meeting)
        assert kept is not None
        assert (kept.size, kept.root) == (head.size, head.root)


def test_a_submission_from_another_size_is_told_the_size_held(meeting: Meeting) -> None:
    cosigned(meeting)
    head = head_of_vn(meeting)
    before = held(meeting)
    answer = submit(meeting, submission(meeting, head, 0))
    assert (answer.status, answer.headers["content-type"], answer.body) == (409, "text/x.tlog.size", b"1\n")
    assert held(meeting) == before


def test_a_log_rolled_back_is_not_cosigned(meeting: Meeting) -> None:
    first = cosigned(meeting)
    second = head_of_vn(meeting)
    assert submit(meeting, submission(meeting, second, 1)).status == 200
    before = held(meeting)
    shorter = Submission(first.size, (), first.note).write()
    assert (submit(meeting, shorter).status, held(meeting)) == (409, before)
    backwards = Submission(second.size, (), first.note).write()
    answer = submit(meeting, backwards)
    assert (answer.status, answer.code, held(meeting)) == (400, "log.submission-malformed", before)


def test_a_fork_of_the_same_size_is_kept_as_proof_and_not_cosigned(meeting: Meeting) -> None:
    head = cosigned(meeting)
    key = meeting.vn.ports.keys.log
    other = sign_checkpoint(checkpoint(key.name, head.size, b"\x01" * 32), key, meeting.world.clock.now())
    before = held(meeting)
    answer = submit(meeting, Submission(head.size, (), other.raw).write())
    assert (answer.status, answer.headers["content-type"], answer.body) == (409, "text/x.tlog.size", b"1\n")
    assert held(meeting) == before


def test_a_rewritten_log_has_no_proof(meeting: Meeting) -> None:
    cosigned(meeting)
    head = head_of_vn(meeting)
    key = meeting.vn.ports.keys.log
    rewritten = sign_checkpoint(checkpoint(key.name, head.size, b"\x01" * 32), key, meeting.world.clock.now())
    before = held(meeting)
    proof = consistency_proof(1, head.size, meeting.vn.journal.tree_node)
    answer = submit(meeting, Submission(1, proof, rewritten.raw).write())
    assert (answer.status, answer.code) == (422, "log.proof-invalid")
    assert held(meeting) == before


def test_a_log_that_is_not_in_the_directory_is_unknown(meeting: Meeting) -> None:
    mine = meeting.vn.ports.keys.log
    stranger = LogSigningKey("stranger.example/log", mine.ed25519_seed, mine.ml_dsa_44_seed)
    note = sign_checkpoint(checkpoint(stranger.name, 1, b"\x01" * 32), stranger, meeting.world.clock.now()).raw
    answer = submit(meeting, Submission(0, (), note).write())
    assert (answer.status, answer.code) == (404, "log.unknown")


def test_its_own_log_is_not_witnessed_by_itself(meeting: Meeting) -> None:
    key = meeting.qa.ports.keys.log
    note = sign_checkpoint(checkpoint(key.name, 1, b"\x01" * 32), key, meeting.world.clock.now()).raw
    assert submit(meeting, Submission(0, (), note).write()).status == 404


def test_a_head_that_the_log_did_not_sign_is_refused(meeting: Meeting) -> None:
    mine = meeting.vn.ports.keys.log
    forger = LogSigningKey(mine.name, b"f" * 32, b"g" * 32)
    note = sign_checkpoint(checkpoint(mine.name, 1, b"\x01" * 32), forger, meeting.world.clock.now()).raw
    answer = submit(meeting, Submission(0, (), note).write())
    assert (answer.status, answer.code) == (403, "log.checkpoint-not-signed")
    assert held(meeting) is None


def test_a_head_with_one_of_its_two_lines_is_refused(meeting: Meeting) -> None:
    head = head_of_vn(meeting)
    lines = head.note.splitlines(keepends=True)
    for left_out in (-1, -2):
        note = b"".join(line for line in lines if line is not lines[left_out])
        answer = submit(meeting, Submission(0, (), note).write())
        assert (answer.status, answer.code) == (403, "log.checkpoint-not-signed")
    assert held(meeting) is None


@pytest.mark.parametrize(
    "body", [b"", b"old 0\n\n", b"old -1\n\nx\n", b"old 0\nnot base64\n\nx\n", b"\xff\xfe\xfd", b"old 0\n\nx\n1\ny\n\n"]
)
def test_garbage_is_no_submission(meeting: Meeting, body: bytes) -> None:
    before = footprint(meeting.qa)
    answer = submit(meeting, body)
    assert answer.status == 400
    assert answer.code in {"log.submission-malformed", "log.note-malformed", "log.checkpoint-malformed"}
    assert footprint(meeting.qa) == before


def test_a_submission_over_its_limit_is_413(meeting: Meeting) -> None:
    answer = submit(meeting, b"x" * (SUBMISSION_LIMIT_OCTETS + 1))
    assert (answer.status, answer.code) == (413, "form.too-large")


def test_the_checkpoint_of_an_empty_log_is_not_there_yet(meeting: Meeting) -> None:
    answer = meeting.gate.get("/gate/v1/log/checkpoint")
    assert (answer.status, answer.code) == (404, "request.not-found")


def test_the_checkpoint_is_the_signed_note(meeting: Meeting) -> None:
    meeting.request()
    meeting.world.settle()
    answer = meeting.gate.get("/gate/v1/log/checkpoint")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert open_checkpoint(answer.body, log_key(meeting.qa.keys.party.log)).checkpoint.size == 2


def test_tiles_are_blind_partial_and_for_anybody(meeting: Meeting) -> None:
    request = meeting.request()
    meeting.world.settle()
    entries = meeting.gate.get("/gate/v1/log/tile/entries/000.p/2")
    assert entries.status == 200
    assert len(entries.body) == 2 * (2 + 32)
    assert bytes.fromhex(request) not in entries.body
    hashes = meeting.gate.get("/gate/v1/log/tile/0/000.p/2")
    assert (hashes.status, len(hashes.body)) == (200, 64)
    assert "immutable" in hashes.headers["cache-control"]
    assert meeting.gate.get("/gate/v1/log/tile/0/000.p/1").body == hashes.body[:32]


@pytest.mark.parametrize(
    "path",
    ["tile/0/000", "tile/entries/000", "tile/0/000.p/3", "tile/entries/000.p/3", "tile/1/000.p/1", "tile/0/001.p/1",
     "tile/entries/x001/000.p/1", "tile/63/000", "tile/0/x999/x999/x999/x999/x999/999"],
)  # fmt: skip
def test_a_tile_beyond_the_size_is_not_there(meeting: Meeting, path: str) -> None:
    meeting.request()
    meeting.world.settle()
    answer = meeting.gate.get(f"/gate/v1/log/{path}")
    assert answer.status == 404, answer.body
    assert answer.code in {"log.out-of-tree", "request.not-found"}
    assert "immutable" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize(
    "path",
    ["tile/0/0", "tile/00/000", "tile/-1/000", "tile/64/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/257",
     "tile/0/x000/001", "tile/data/000", "tile/0/000/", "tile/0/../000", "tile/0/٠٠٠", "tile/0/000.p/"],
)  # fmt: skip
def test_a_tile_path_has_one_spelling(meeting: Meeting, path: str) -> None:
    answer = meeting.gate.get(f"/gate/v1/log/{path}")
    assert (answer.status, answer.code) == (400, "log.tile-malformed")


def test_a_submission_that_cannot_be_stored_is_not_cosigned(meeting: Meeting) -> None:
    from contextlib import contextmanager
    from typing import Any

    from musnad.exchange.errors import DiskFull

    class Full:
        def __init__(self, journal: Any) -> None:
            self._journal = journal

        @contextmanager
        def begin(self) -> Any:
            with self._journal.begin() as transaction:
                yield transaction
                raise DiskFull("head")

        def __getattr__(self, name: str) -> Any:
            return getattr(self._journal, name)

    kept = meeting.qa.ports
    head = head_of_vn(meeting)
    meeting.qa.ports = replace(kept, journal=Full(kept.journal))
    answer = submit(meeting, submission(meeting, head, 0))
    assert (answer.status, answer.code) == (507, "journal.full")
    meeting.qa.ports = kept
    assert held(meeting) is None
