"""Heads that a witness cosigned, for anybody; proofs of a split log, from any Party, kept if they prove themselves."""

from __future__ import annotations

from musnad.core.transparency.checkpoint import SignedCheckpoint, checkpoint, open_checkpoint, sign_checkpoint
from musnad.core.transparency.split import DOCUMENT_LIMIT_OCTETS, SplitDocument, prove_split, write_document
from musnad.exchange.witnessing import seek_cosignatures
from tests.doors.gate.conftest import Meeting
from tests.doors.gate.gate import Answer

SPLIT = "/gate/v1/witness/split"


def tell(meeting: Meeting, body: bytes) -> Answer:
    return meeting.gate.post(SPLIT, body, meeting.gate.signed(meeting.vn, "POST", SPLIT, body=body))


def heads(meeting: Meeting, of: str = "VN") -> list[SignedCheckpoint]:
    """Two heads of one size that the log of a Party signed."""
    key = meeting.world[of].ports.keys.log
    made = [checkpoint(key.name, 3, octet * 32) for octet in (b"a", b"b")]
    return [sign_checkpoint(one, key, meeting.world.clock.now()) for one in made]


def proof(meeting: Meeting, of: str = "VN") -> bytes:
    node, (one, other) = meeting.world[of], heads(meeting, of)
    return write_document(node.code, prove_split(one, other, ()), node.ports.keys.log.public).write()


def test_the_head_that_a_witness_cosigned_is_for_anybody(meeting: Meeting) -> None:
    assert meeting.gate.get("/gate/v1/witness/head/VN").code == "request.not-found"
    meeting.request()
    meeting.vn.deliver()
    head = seek_cosignatures(meeting.vn.ports)
    answer = meeting.gate.get("/gate/v1/witness/head/VN")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert head is not None
    assert open_checkpoint(answer.body, meeting.vn.ports.keys.log.public).checkpoint.size == head.size
    assert meeting.gate.get("/gate/v1/witness/head/vn").code == "form.invalid"
    assert meeting.gate.post("/gate/v1/witness/head/VN", b"").code == "request.method"


def test_a_proof_is_kept_once_however_often_it_is_told(meeting: Meeting) -> None:
    for _ in range(3):
        assert tell(meeting, proof(meeting)).status == 200
    (kept,) = meeting.qa.journal.forks()
    assert (kept.party, kept.times) == ("VN", 1)


def test_a_node_is_told_of_its_own_log(meeting: Meeting) -> None:
    assert tell(meeting, proof(meeting, "QA")).status == 200
    assert [one.party for one in meeting.qa.journal.forks()] == ["QA"]


def test_what_proves_nothing_is_refused_and_nothing_kept(meeting: Meeting) -> None:
    one, other = (head.raw for head in heads(meeting))
    mine = heads(meeting, "QA")[0].raw
    for body, code in (
        (SplitDocument(meeting.vn.code, (one, one), ()).write(), "log.not-a-split"),
        (SplitDocument(meeting.vn.code, (one, other), (b"x" * 32,)).write(), "log.not-a-split"),
        (SplitDocument(meeting.vn.code, (one, mine), ()).write(), "log.origin-other"),
        (SplitDocument(meeting.qa.code, (one, other), ()).write(), "log.origin-other"),
        (b"{}", "form.invalid"),
        (b"garbage", "form.not-ijson"),
        (b" " * (DOCUMENT_LIMIT_OCTETS + 1), "form.too-large"),
    ):
        assert tell(meeting, body).code == code
    unsigned = meeting.gate.post(SPLIT, proof(meeting))
    assert unsigned.status in {400, 401}
    assert meeting.qa.journal.forks() == ()
