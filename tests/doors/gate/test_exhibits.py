"""Exhibits at the gate: ranges to whom they are wrapped; to anybody else they are not there."""

from __future__ import annotations

import json

import pytest

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.sealing.manifest import PAYLOAD_TYPE
from musnad.exchange.evidence.vault import read_range
from tests.doors.gate.conftest import EVIDENCE, Meeting
from tests.doors.gate.gate import CENTRAL, CONTACT, footprint

MEMBERS = ("", "/index", "/manifest")


def path_of(seal: str, member: str = "") -> str:
    return f"/gate/v1/exhibits/{seal}{member}"


def test_serves_any_range_of_data_and_index_to_the_authority_it_is_wrapped_to(meeting: Meeting) -> None:
    seal = meeting.exhibit()
    vault = meeting.qa.ports.vault
    size = vault.size(seal, "data")
    assert size == len(EVIDENCE)
    for first, last in ((0, 0), (0, size - 1), (size - 1, size - 1), (5, 4242)):
        answer = meeting.gate.range_of(meeting.vn, path_of(seal), f"bytes={first}-{last}")
        assert answer.status == 206
        assert answer.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert answer.headers["content-length"] == str(last - first + 1)
        assert answer.body == read_range(vault, seal, "data", first, last - first + 1)
    index = vault.size(seal, "index")
    answer = meeting.gate.range_of(meeting.vn, path_of(seal, "/index"), f"bytes=0-{index - 1}")
    assert answer.body == read_range(vault, seal, "index", 0, index)
    assert EVIDENCE[:64] not in meeting.gate.range_of(meeting.vn, path_of(seal), f"bytes=0-{size - 1}").body


def test_serves_the_manifest_as_its_authority_signed_it(meeting: Meeting) -> None:
    seal = meeting.exhibit()
    path = path_of(seal, "/manifest")
    answer = meeting.gate.get(path, meeting.gate.signed(meeting.vn, "GET", path, authority=CENTRAL))
    assert answer.status == 200
    dsse = parse_dsse(answer.body, payload_type=PAYLOAD_TYPE, what="manifest")
    dsse.verify(meeting.qa.keys.signing[CENTRAL].public, what="manifest")


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("asker", ["VN/contact-24-7", "QA/contact-24-7", "QA/central-authority"])
def test_an_exhibit_is_not_there_for_whom_it_is_not_wrapped_to(meeting: Meeting, member: str, asker: str) -> None:
    """Same status, code and facts as for an exhibit that does not exist, but for the path that was asked for."""
    code, _, authority = asker.partition("/")
    seal, absent = meeting.exhibit(), "f" * 32
    told = []
    for name in (seal, absent):
        path = path_of(name, member)
        signed = meeting.gate.signed(meeting.world[code], "GET", path, wanted="bytes=0-9", authority=authority)
        answer = meeting.gate.get(path, signed)
        assert (answer.code, answer.status) == ("request.not-found", 404)
        headers = dict(answer.headers)
        told.append((json.loads(answer.body.replace(name.encode(), b"SEAL")), headers))
    assert told[0] == told[1]


def test_a_sealed_exhibit_that_nobody_was_offered_is_not_there(meeting: Meeting) -> None:
    from musnad.adapters.vault.memory import MemorySource
    from musnad.core.sealing.manifest import Tool
    from musnad.exchange.evidence.sealing import SealingOrder
    from musnad.exchange.exhibits import seal_into_vault

    order = SealingOrder(meeting.qa.authority(CENTRAL), Tool("musnad", "test"), "a mailbox", exercise=True)
    seal = seal_into_vault(meeting.qa.ports, MemorySource(b"x"), order).seal
    for authority in (CONTACT, CENTRAL):
        answer = meeting.gate.range_of(meeting.vn, path_of(seal), "bytes=0-0", authority)
        assert answer.code == "request.not-found"


def test_an_unsigned_request_learns_nothing_of_an_exhibit(meeting: Meeting) -> None:
    seal = meeting.exhibit()
    there, absent = meeting.gate.get(path_of(seal)), meeting.gate.get(path_of("f" * 32))
    assert there.status == 401
    assert there.body == absent.body


@pytest.mark.parametrize("member", ["", "/index"])
@pytest.mark.parametrize("past", ["first", "last", "far"])
def test_a_range_past_the_end_is_416_with_the_size(meeting: Meeting, member: str, past: str) -> None:
    seal = meeting.exhibit()
    size = meeting.qa.ports.vault.size(seal, "index" if member else "data")
    first, last = {"first": (size, size), "last": (0, size), "far": (10**17, 10**17 + 9)}[past]
    before = footprint(meeting.qa)
    answer = meeting.gate.range_of(meeting.vn, path_of(seal, member), f"bytes={first}-{last}")
    assert (answer.code, answer.status) == ("range.past-end", 416)
    assert answer.headers["content-range"] == f"bytes */{size}"
    assert answer.problem["facts"]["size_octets"] == size
    assert footprint(meeting.qa) == before


def test_a_reversed_range_is_416(meeting: Meeting) -> None:
    answer = meeting.gate.range_of(meeting.vn, path_of(meeting.exhibit()), "bytes=9-3")
    assert (answer.code, answer.status) == ("range.past-end", 416)


@pytest.mark.parametrize(
    "wanted",
    ["bytes=", "bytes=-5", "bytes=5-", "bytes=0-1,3-4", "bytes=a-b", "octets=0-1", "0-1", "bytes=٠-١", "bytes=0-0 ",
     "bytes=-1-3", "bytes=" + "9" * 40 + "-" + "9" * 41],
)  # fmt: skip
def test_any_other_range_is_a_bad_header(meeting: Meeting, wanted: str) -> None:
    answer = meeting.gate.range_of(meeting.vn, path_of(meeting.exhibit()), wanted)
    assert (answer.code, answer.status) == ("request.header", 400)
    assert answer.problem["facts"] == {"header": "range"}


def test_without_a_range_nothing_is_served(meeting: Meeting) -> None:
    path = path_of(meeting.exhibit())
    answer = meeting.gate.get(path, meeting.gate.signed(meeting.vn, "GET", path, authority=CENTRAL))
    assert (answer.code, answer.status) == ("request.header", 400)


@pytest.mark.parametrize("seal", ["x", "0" * 31, "0" * 33, "A" * 32, "..", "%2e%2e", "0" * 32 + "\n"])
def test_what_is_no_seal_id_is_refused(meeting: Meeting, seal: str) -> None:
    path = path_of(seal)
    answer = meeting.gate.range_of(meeting.vn, path, "bytes=0-0")
    assert answer.status in {400, 404}
    assert answer.code in {"form.invalid", "request.not-found"}


def test_an_authority_that_was_removed_from_the_directory_gets_nothing_any_more(meeting: Meeting) -> None:
    from musnad.adapters.memory.reference import MemoryDirectories
    from tests.directory_fixture import NOW, make_world

    seal = meeting.exhibit()
    later = make_world(parties={"QA": meeting.qa.keys})
    directories = meeting.qa.ports.directories
    assert isinstance(directories, MemoryDirectories)
    directories.judge, directories.files = (lambda _: later.directory(at=NOW)), later.files
    answer = meeting.gate.range_of(meeting.vn, path_of(seal), "bytes=0-0")
    assert (answer.code, answer.status) == ("directory.unknown-party", 403)
