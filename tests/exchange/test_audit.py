"""What a node notes of its own house: signed, in the log, forgotten with its case, told to nobody."""

from __future__ import annotations

import pytest

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import CaseRef
from musnad.core.messages import bodies
from musnad.core.messages.errors import BadMessage
from musnad.core.messages.record import RECORD_TYPE, Record, parse_record, write_record
from musnad.exchange.audit import note, read_notes
from tests.core.treaty.data import FULL
from tests.world import World

PRESERVATION = "expedited-preservation"


def test_a_look_is_signed_and_logged_and_leaves_the_case_as_it_was() -> None:
    world = World()
    vn, qa = world["VN"], world["QA"]
    case = CaseRef(
        vn.say("contact-24-7", [qa.authority("contact-24-7")], bodies.Request(FULL[PRESERVATION]), measure=PRESERVATION)
    )
    world.settle()
    before, size = vn.state(case).digest(), vn.journal.log_size()
    name = note(vn.ports, "looked", by="lan", case=case, about={"what": "case"})
    (found,) = read_notes(vn.ports, 10)
    assert (found.id, found.index, found.record.case, found.record.about) == (name, size, case, {"what": "case"})
    entry = vn.journal.entry(name)
    assert entry is not None
    key = vn.ports.directories.current().signing_key(
        found.record.authority, parse_dsse(entry.signed, payload_type=RECORD_TYPE, what="record").key_ids, entry.at
    )
    parse_dsse(entry.signed, payload_type=RECORD_TYPE, what="record").verify(key, what="record")
    assert vn.state(case).digest() == before
    world.settle()
    assert read_notes(qa.ports, 10) == ()
    assert [one.case for one in vn.journal.cases()] == [case]


def test_notes_of_the_house_are_of_no_case_and_come_newest_first() -> None:
    vn = World()["VN"]
    for number in range(3):
        note(vn.ports, "powers-changed", by="huong", about={"number": str(number)})
        vn.ports.clock.advance(seconds=1)  # type: ignore[attr-defined]  # the world's clock is moved by hand
    assert [one.record.about["number"] for one in read_notes(vn.ports, 2)] == ["2", "1"]
    assert [one.record.about["number"] for one in read_notes(vn.ports, 2, before=1)] == ["0"]
    assert vn.journal.cases() == ()


def test_an_act_is_a_name() -> None:
    vn = World()["VN"]
    with pytest.raises(BadForm):
        note(vn.ports, "Looked at it", by="lan")
    assert vn.journal.log_size() == 0


def test_a_record_reads_back_and_nothing_else_does() -> None:
    vn = World()["VN"]
    record = Record(vn.authority("contact-24-7"), "looked", "lan", vn.ports.clock.now(), None, {"a": "b"})  # type: ignore[arg-type]
    payload = write_record(record)
    assert parse_record(payload) == record
    for old, new in (
        (b'"looked"', b'"Looked at"'),
        (b'"by":', b'"who":'),
        (b'{"a":"b"}', b'["a"]'),
        (b"musnad/1", b"musnad/9"),
    ):
        with pytest.raises(BadMessage):
            parse_record(payload.replace(old, new))
