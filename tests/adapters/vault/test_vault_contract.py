"""What every vault promises, run on each of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from musnad.adapters.vault.files import FilesVault
from musnad.adapters.vault.memory import MemoryVault
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import SealId
from musnad.exchange.evidence.errors import ExhibitBusy, NoSuchExhibit, RangePastEnd, StorageFailed
from musnad.exchange.evidence.vault import Draft, Vault, read_manifest, read_range

SEAL = SealId("a1" * 16)
OTHER = SealId("b2" * 16)

Makes = Callable[[], Vault]
"""Gives the vault, and each time called again the same one as a restarted process would find it."""


@pytest.fixture(params=["memory", "files"])
def makes(request: pytest.FixtureRequest, tmp_path: Path) -> Makes:
    if request.param == "files":
        return lambda: FilesVault(tmp_path / "vault")
    vault = MemoryVault()
    return lambda: vault


def write(draft: Draft) -> None:
    draft.write_at("data", 4, b"efgh")
    draft.write_at("data", 0, memoryview(b"abcd"))
    draft.write_at("index", 0, b"index")
    draft.write_at("manifest", 0, b"{}")


def test_a_committed_exhibit_is_read_by_ranges_also_after_a_restart(makes: Makes) -> None:
    draft = makes().draft(SEAL)
    write(draft)
    draft.commit()
    vault = makes()
    assert vault.holds(SEAL)
    assert list(vault.seals()) == [SEAL]
    assert list(vault.drafts()) == []
    assert vault.size(SEAL, "data") == 8
    assert read_range(vault, SEAL, "data", 2, 4) == b"cdef"
    assert read_range(vault, SEAL, "data", 8, 0) == b""
    assert read_manifest(vault, SEAL) == b"{}"


def test_a_draft_is_not_an_exhibit(makes: Makes) -> None:
    draft = makes().draft(SEAL)
    write(draft)
    vault = makes()
    assert not vault.holds(SEAL)
    assert list(vault.seals()) == []
    assert list(vault.drafts()) == [SEAL]
    for member in ("data", "index", "manifest"):
        with pytest.raises(NoSuchExhibit):
            vault.size(SEAL, member)
        with pytest.raises(NoSuchExhibit):
            vault.read_into(SEAL, member, 0, memoryview(bytearray(1)))
    draft.close()


def test_a_kept_draft_is_taken_up_with_its_marked_count(makes: Makes) -> None:
    draft = makes().draft(SEAL)
    assert draft.parts == 0
    write(draft)
    draft.mark(1)
    draft.mark(2)
    draft.close()
    again = makes().draft(SEAL)
    assert again.seal == SEAL
    assert again.parts == 2
    assert again.size("data") == 8
    buffer = bytearray(16)
    assert again.read_into("data", 5, memoryview(buffer)) == 3
    assert buffer[:3] == b"fgh"
    again.commit()
    assert read_range(makes(), SEAL, "data", 0, 8) == b"abcdefgh"


def test_what_was_written_after_the_mark_does_not_count(makes: Makes) -> None:
    draft = makes().draft(SEAL)
    draft.mark(1)
    write(draft)
    draft.close()
    again = makes().draft(SEAL)
    assert again.parts == 1
    again.close()


def test_a_discarded_draft_leaves_nothing(makes: Makes) -> None:
    draft = makes().draft(SEAL)
    write(draft)
    draft.discard()
    draft.discard()
    draft.close()
    assert list(makes().drafts()) == []
    fresh = makes().draft(SEAL)
    assert fresh.size("data") == 0
    fresh.close()


def test_discarding_after_the_commit_removes_nothing(makes: Makes) -> None:
    draft = makes().draft(SEAL)
    write(draft)
    draft.commit()
    draft.discard()
    draft.close()
    assert makes().holds(SEAL)


def test_two_do_not_write_one_draft(makes: Makes) -> None:
    draft = makes().draft(SEAL)
    with pytest.raises(ExhibitBusy) as caught:
        makes().draft(SEAL)
    assert caught.value.code == "exhibit.busy"
    draft.close()
    makes().draft(SEAL).close()


def test_a_committed_exhibit_is_never_replaced(makes: Makes) -> None:
    draft = makes().draft(SEAL)
    write(draft)
    draft.commit()
    second = makes().draft(SEAL)
    second.write_at("data", 0, b"other")
    with pytest.raises(StorageFailed):
        second.commit()
    second.discard()
    assert read_range(makes(), SEAL, "data", 0, 8) == b"abcdefgh"


@pytest.mark.parametrize(("first", "length"), [(0, 9), (8, 1), (9, 0), (2**62, 1), (-1, 1), (0, -1)])
def test_a_range_past_the_end_is_refused(makes: Makes, first: int, length: int) -> None:
    draft = makes().draft(SEAL)
    write(draft)
    draft.commit()
    with pytest.raises(RangePastEnd) as caught:
        read_range(makes(), SEAL, "data", first, length)
    assert caught.value.code == "range.past-end"
    assert caught.value.size_octets == 8


def test_a_removed_exhibit_is_gone_and_others_stay(makes: Makes) -> None:
    for seal in (SEAL, OTHER):
        draft = makes().draft(seal)
        write(draft)
        draft.commit()
    makes().remove(SEAL)
    makes().remove(SEAL)
    assert list(makes().seals()) == [OTHER]
    with pytest.raises(NoSuchExhibit):
        read_manifest(makes(), SEAL)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A1" * 16, "a1" * 16 + "/x"])
def test_a_name_that_is_no_seal_id_reaches_no_file(makes: Makes, name: str) -> None:
    with pytest.raises(BadForm):
        makes().draft(SealId(name))
