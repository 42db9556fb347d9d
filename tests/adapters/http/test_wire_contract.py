"""What every wire promises, run on the one in memory and on HTTPS between HTTP's client and a whole gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from musnad.adapters.http.wire import HttpWire
from musnad.core.crypto.dsse import parse_dsse
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import Digest, MessageId, PartyCode, SealId
from musnad.core.messages.receipt import RECEIPT_TYPE
from musnad.core.messages.schema import parse_receipt
from musnad.core.transparency.checkpoint import checkpoint, sign_checkpoint
from musnad.core.transparency.split import prove_split, write_document
from musnad.core.transparency.witness import Submission
from musnad.exchange.errors import PeerRefused
from musnad.exchange.evidence.ports import RangeReader
from musnad.exchange.evidence.vault import read_manifest, read_range
from musnad.exchange.witnessing import is_cosigned_by, seek_cosignatures, sign_head
from tests.adapters.http.peers import world_over_https
from tests.doors.gate.conftest import Meeting
from tests.doors.gate.gate import CENTRAL, CONTACT, Gate, footprint
from tests.world import World

QA = PartyCode("QA")


@pytest.fixture(params=["memory", "https"])
def meeting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Meeting]:
    """VN before QA, over one of the wires."""
    if request.param == "memory":
        world = World()
        yield Meeting(world, Gate(world["QA"]))
        return
    with world_over_https(tmp_path) as world:
        vn = world["VN"]
        wire = HttpWire(vn.ports.keys, world.clock)
        vn.ports = replace(vn.ports, wire=wire)
        yield Meeting(world, Gate(world["QA"]))
        wire.close()


def read(reader: RangeReader, member: str, first: int, length: int) -> bytes:
    buffer = bytearray(length)
    stream = reader.open(member, first, length)  # type: ignore[arg-type]
    got = 0
    while piece := stream.readinto(memoryview(buffer)[got:]):
        got += piece
    stream.close()
    return bytes(buffer[:got])


def refusal(found: pytest.ExceptionInfo[PeerRefused]) -> tuple[str, str]:
    return found.value.party, found.value.refusal


def test_delivers_and_brings_the_receipts_back_the_same_ones_each_time(meeting: Meeting) -> None:
    request = meeting.request()
    envelope, place = meeting.envelope(request), meeting.place(request)
    party = meeting.qa.keys.party
    first = meeting.vn.ports.wire.deliver(party, envelope, place)
    [receipt] = [parse_receipt(parse_dsse(one, payload_type=RECEIPT_TYPE, what="").payload) for one in first]
    assert (receipt.message, receipt.recipient) == (request, meeting.qa.authority(CONTACT))
    assert meeting.vn.ports.wire.deliver(party, envelope, place) == first
    kept = meeting.qa.journal.entry(request)
    assert kept is not None
    assert kept.author_place == place


def test_a_refusal_comes_back_with_its_code(meeting: Meeting) -> None:
    request = meeting.request()
    before = footprint(meeting.qa)
    with pytest.raises(PeerRefused) as found:
        meeting.vn.ports.wire.deliver(meeting.qa.keys.party, b"{}", meeting.place(request))
    assert refusal(found) == ("QA", "form.invalid")
    assert footprint(meeting.qa) == before


def test_brings_an_exhibits_manifest_data_and_index(meeting: Meeting) -> None:
    seal = meeting.exhibit()
    party, asker, vault = meeting.qa.keys.party, meeting.vn.authority(CENTRAL), meeting.qa.ports.vault
    wire = meeting.vn.ports.wire
    assert wire.manifest(party, asker, seal) == read_manifest(vault, seal)
    reader = wire.exhibit(party, asker, seal)
    for member in ("data", "index"):
        size = vault.size(seal, member)
        for first, length in ((0, size), (size - 1, 1), (3, 17)):
            expected = read_range(vault, seal, member, first, length)
            assert read(reader, member, first, length) == expected


def test_an_exhibit_is_not_there_for_whom_it_is_not_wrapped_to(meeting: Meeting) -> None:
    seal, absent = meeting.exhibit(), SealId("f" * 32)
    wire, party = meeting.vn.ports.wire, meeting.qa.keys.party
    for asker, name in ((CONTACT, seal), (CENTRAL, absent), (CONTACT, absent)):
        authority = meeting.vn.authority(asker)
        with pytest.raises(PeerRefused) as found:
            wire.manifest(party, authority, name)
        assert refusal(found) == ("QA", "request.not-found")
        with pytest.raises(PeerRefused) as found:
            read(wire.exhibit(party, authority, name), "data", 0, 1)
        assert refusal(found) == ("QA", "request.not-found")


def test_a_range_past_the_end_is_refused(meeting: Meeting) -> None:
    seal = meeting.exhibit()
    size = meeting.qa.ports.vault.size(seal, "data")
    reader = meeting.vn.ports.wire.exhibit(meeting.qa.keys.party, meeting.vn.authority(CENTRAL), seal)
    with pytest.raises(PeerRefused) as found:
        read(reader, "data", size, 1)
    assert refusal(found) == ("QA", "range.past-end")


def test_brings_tiles_and_refuses_those_beyond_the_size(meeting: Meeting) -> None:
    request = meeting.request()
    wire, party = meeting.vn.ports.wire, meeting.qa.keys.party
    wire.deliver(party, meeting.envelope(request), meeting.place(request))
    assert len(wire.tile(party, "tile/0/000.p/2")) == 64
    assert len(wire.tile(party, "tile/entries/000.p/2")) == 68
    for path in ("tile/0/000.p/3", "tile/entries/000", "tile/1/000.p/1"):
        with pytest.raises(PeerRefused) as found:
            wire.tile(party, path)
        assert found.value.refusal in {"log.out-of-tree", "request.not-found"}
    with pytest.raises(PeerRefused) as found:
        wire.tile(party, "tile/0/0")
    assert found.value.refusal == "log.tile-malformed"


def test_brings_a_directory_set_by_its_snapshot(meeting: Meeting) -> None:
    snapshot = meeting.qa.ports.directories.current().ref.snapshot
    wire, party = meeting.vn.ports.wire, meeting.qa.keys.party
    assert dict(wire.directory_set(party, snapshot)) == dict(meeting.qa.ports.directories.bundle(snapshot))
    with pytest.raises(PeerRefused) as found:
        wire.directory_set(party, Digest("ab" * 32))
    assert refusal(found) == ("QA", "request.not-found")


def test_brings_a_messages_receipts_to_who_is_in_it(meeting: Meeting) -> None:
    request = meeting.request()
    wire, party = meeting.vn.ports.wire, meeting.qa.keys.party
    given = wire.deliver(party, meeting.envelope(request), meeting.place(request))
    assert wire.receipts(party, meeting.vn.authority(CONTACT), request) == given
    for asker, message in ((CENTRAL, request), (CONTACT, MessageId(Digest("ab" * 32)))):
        with pytest.raises(PeerRefused) as found:
            wire.receipts(party, meeting.vn.authority(asker), message)
        assert refusal(found) == ("QA", "request.not-found")


def test_brings_the_head_that_the_peer_shows_now(meeting: Meeting) -> None:
    wire, party = meeting.vn.ports.wire, meeting.qa.keys.party
    with pytest.raises(PeerRefused) as found:
        wire.checkpoint(party)
    assert refusal(found) == ("QA", "request.not-found")
    request = meeting.request()
    wire.deliver(party, meeting.envelope(request), meeting.place(request))
    head = sign_head(meeting.qa.ports)
    assert head is not None
    assert wire.checkpoint(party) == head.note


def test_a_head_is_cosigned_and_a_stale_size_is_told(meeting: Meeting) -> None:
    meeting.request()
    vn, qa = meeting.vn, meeting.qa
    head = seek_cosignatures(vn.ports, [QA])
    assert head is not None
    assert is_cosigned_by(head, vn.keys.party, qa.keys.party)
    status, body = vn.ports.wire.submit_checkpoint(qa.keys.party, Submission(0, (), head.note).write())
    assert (status, body) == (409, b"1\n")
    meeting.world.clock.advance(seconds=1)
    meeting.request()
    grown = seek_cosignatures(vn.ports, [QA])
    assert grown is not None
    assert (grown.size, is_cosigned_by(grown, vn.keys.party, qa.keys.party)) == (2, True)


def test_a_head_that_is_refused_is_an_error_and_not_kept(meeting: Meeting) -> None:
    """QA has forgotten VN: to it, VN's log is of nobody."""
    from musnad.adapters.memory.reference import MemoryDirectories
    from tests.directory_fixture import NOW, make_world

    meeting.request()
    head = sign_head(meeting.vn.ports)
    directories = meeting.qa.ports.directories
    assert isinstance(directories, MemoryDirectories)
    later = make_world(parties={"QA": meeting.qa.keys})
    directories.judge, directories.files = (lambda _: later.directory(at=NOW)), later.files
    with pytest.raises(MusnadError):
        seek_cosignatures(meeting.vn.ports, [QA])
    assert meeting.vn.journal.head() == head


def test_a_case_goes_across_and_ends_the_same(meeting: Meeting) -> None:
    """VN's worker delivers over the wire; what QA then has is what VN has."""
    request = meeting.request()
    [done] = meeting.vn.deliver()
    assert (done.message, done.error) == (request, None)
    assert meeting.vn.journal.waiting() == ()
    case = meeting.vn.journal.cases()[0].case
    assert meeting.vn.state(case).digest() == meeting.qa.state(case).digest()


def test_brings_the_head_that_a_witness_cosigned_and_tells_of_a_split(meeting: Meeting) -> None:
    wire, party, vn = meeting.vn.ports.wire, meeting.qa.keys.party, meeting.vn.code
    with pytest.raises(PeerRefused) as found:
        wire.witnessed(party, vn)
    assert refusal(found) == ("QA", "request.not-found")
    request = meeting.request()
    wire.deliver(party, meeting.envelope(request), meeting.place(request))
    seek_cosignatures(meeting.vn.ports)
    kept = meeting.qa.journal.peer_head(vn)
    assert kept is not None
    assert wire.witnessed(party, vn) == kept.note
    key = meeting.vn.ports.keys.log
    made = [checkpoint(key.name, 3, octet * 32) for octet in (b"a", b"b")]
    heads = [sign_checkpoint(one, key, meeting.world.clock.now()) for one in made]
    wire.tell_split(party, write_document(vn, prove_split(heads[0], heads[1], ()), key.public).write())
    assert [one.party for one in meeting.qa.journal.forks()] == ["VN"]
    with pytest.raises(PeerRefused) as found:
        wire.tell_split(party, b"{}")
    assert refusal(found) == ("QA", "form.invalid")
