from __future__ import annotations

import dataclasses
import hashlib
import os
import threading
import time

import pytest

from musnad.adapters.vault.memory import MemorySource, MemoryVault
from musnad.core.kernel.errors import MusnadError
from musnad.core.sealing.errors import UnsafeName
from musnad.core.sealing.index import open_block
from musnad.core.sealing.layout import LEAF_OCTETS, PART_OCTETS, Span
from musnad.core.sealing.part import Place, open_part
from musnad.core.sealing.schema import parse_manifest
from musnad.core.sealing.tree import leaf_hash, root_of
from musnad.exchange.evidence.errors import Cancelled, SourceDiffers, SourceUnreadable, StorageFailed, StorageFull
from musnad.exchange.evidence.ports import Progress
from musnad.exchange.evidence.sealing import Sealed, seal
from musnad.exchange.evidence.vault import read_manifest, read_range
from tests.exchange.evidence.workshop import AT, ORDER, KillAt, Killed, content_of, seal_into, sign

SIZES = [0, 1, LEAF_OCTETS, LEAF_OCTETS + 1, PART_OCTETS - 1, PART_OCTETS, PART_OCTETS + 1, 3 * PART_OCTETS + 7]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("helpers", [1, 3])
def test_what_is_stored_is_what_the_format_says(size: int, helpers: int) -> None:
    """Read back with the core's single functions alone, as another implementation would."""
    content = content_of(size)
    vault = MemoryVault()
    sealed = seal_into(vault, MemorySource(content), helpers=helpers)
    manifest = parse_manifest(read_manifest(vault, sealed.seal).removeprefix(b"signed:"))
    assert manifest == sealed.manifest
    assert (manifest.size_octets, manifest.sha256) == (size, hashlib.sha256(content).hexdigest())
    leaves = [leaf_hash(content[at : at + LEAF_OCTETS]) for at in range(0, size, LEAF_OCTETS)]
    assert manifest.root == root_of(leaves).hex()
    layout = manifest.layout
    assert vault.size(sealed.seal, "data") == size
    assert vault.size(sealed.seal, "index") == layout.index_octets
    index = read_range(vault, sealed.seal, "index", 0, layout.index_octets)
    entries = open_block(sealed.key, sealed.seal, layout, 0, index)
    assert b"".join(entry.leaves for entry in entries) == b"".join(leaves)
    plain = b""
    for number, entry in enumerate(entries):
        span = layout.part(number)
        place = Place(sealed.seal, "data", number, layout.is_last(number))
        stored = read_range(vault, sealed.seal, "data", span.first, span.size_octets)
        plain += open_part(sealed.key, place, stored + entry.tag)
    assert plain == content


def test_two_seals_of_one_file_share_neither_name_nor_key_nor_ciphertext() -> None:
    vault = MemoryVault()
    one, two = (seal_into(vault, MemorySource(b"same" * 100)) for _ in range(2))
    assert one.seal != two.seal
    assert one.key != two.key
    assert read_range(vault, one.seal, "data", 0, 400) != read_range(vault, two.seal, "data", 0, 400)


def test_the_key_is_kept_before_the_exhibit_is_there_and_never_shown() -> None:
    vault = MemoryVault()
    kept: list[bool] = []

    def keep(sealed: Sealed) -> None:
        kept.append(vault.holds(sealed.seal))
        assert sealed.key.hex() not in repr(sealed)
        assert repr(sealed.key) not in repr(sealed)

    seal(MemorySource(b"x"), ORDER, vault=vault, sign=sign, now=lambda: AT, entropy=os.urandom, keep=keep)
    assert kept == [False]


def test_progress_is_told_to_the_end() -> None:
    told: list[Progress] = []
    size = 2 * PART_OCTETS + 1
    seal(
        MemorySource(bytes(size)),
        ORDER,
        vault=MemoryVault(),
        sign=sign,
        now=lambda: AT,
        entropy=os.urandom,
        report=told.append,
    )
    assert [step.done_octets for step in told] == [PART_OCTETS, 2 * PART_OCTETS, size]
    assert {step.total_octets for step in told} == {size}


@pytest.mark.parametrize("room", [0, PART_OCTETS, 2 * PART_OCTETS + 100])
def test_a_full_disk_leaves_nothing(room: int) -> None:
    vault = MemoryVault()
    vault.faults.room_octets = room
    with pytest.raises(StorageFull) as caught:
        seal_into(vault, MemorySource(bytes(2 * PART_OCTETS + 1)))
    assert caught.value.code == "storage.full"
    assert list(vault.seals()) == list(vault.drafts()) == []


def test_a_commit_that_fails_leaves_nothing() -> None:
    vault = MemoryVault()
    vault.faults.commits_fail = True
    with pytest.raises(StorageFailed):
        seal_into(vault, MemorySource(b"x"))
    assert list(vault.seals()) == list(vault.drafts()) == []


def test_a_medium_that_fails_in_the_middle_leaves_nothing() -> None:
    class Failing(MemorySource):
        def fill(self, buffer: memoryview) -> int:
            if self._at >= 2 * PART_OCTETS:
                raise SourceUnreadable(self.name, "EIO")
            return super().fill(buffer)

    vault = MemoryVault()
    with pytest.raises(SourceUnreadable):
        seal_into(vault, Failing(bytes(4 * PART_OCTETS)))
    assert list(vault.seals()) == list(vault.drafts()) == []


@pytest.mark.parametrize(
    ("second", "ranges", "octets"),
    [
        (b"x" * PART_OCTETS + b"y", f"{PART_OCTETS}-{PART_OCTETS}", 1),
        (b"x" * PART_OCTETS, f"{PART_OCTETS}-{PART_OCTETS}", 1),
        (b"x" * (PART_OCTETS + 9), f"{PART_OCTETS}-{PART_OCTETS + 8}", 9),
        (b"", f"0-{PART_OCTETS}", PART_OCTETS + 1),
        (
            b"x" * LEAF_OCTETS + b"y" + b"x" * LEAF_OCTETS * 2 + b"y" + b"x" * (PART_OCTETS - 3 * LEAF_OCTETS - 1),
            f"{LEAF_OCTETS}-{2 * LEAF_OCTETS - 1}, {3 * LEAF_OCTETS}-{4 * LEAF_OCTETS - 1}",
            2 * LEAF_OCTETS,
        ),
    ],
)
def test_a_medium_that_lies_the_second_time_leaves_nothing_and_is_told_by_range(
    second: bytes, ranges: str, octets: int
) -> None:
    vault = MemoryVault()
    first = b"x" * (PART_OCTETS + 1)
    with pytest.raises(SourceDiffers) as caught:
        seal(
            MemorySource(first),
            ORDER,
            vault=vault,
            sign=sign,
            now=lambda: AT,
            entropy=os.urandom,
            again=MemorySource(second),
        )
    assert caught.value.code == "source.differs"
    assert (caught.value.ranges, caught.value.differing_octets) == (ranges, octets)
    assert list(vault.seals()) == list(vault.drafts()) == []


def test_a_medium_that_gave_the_same_twice_is_said_to_have_been_read_twice() -> None:
    vault = MemoryVault()
    first = b"x" * (PART_OCTETS + 1)
    sealed = seal(
        MemorySource(first),
        ORDER,
        vault=vault,
        sign=sign,
        now=lambda: AT,
        entropy=os.urandom,
        again=MemorySource(first),
    )
    assert (sealed.manifest.reads, sealed.manifest.format) == (2, "musnad-seal/2")
    assert parse_manifest(read_manifest(vault, sealed.seal).removeprefix(b"signed:")) == sealed.manifest


def test_readings_that_missed_other_octets_differ_even_where_both_are_zeros() -> None:
    first, second = MemorySource(bytes(100)), MemorySource(bytes(100))
    first.unread = (Span(10, 5),)
    with pytest.raises(SourceDiffers) as caught:
        seal(first, ORDER, vault=MemoryVault(), sign=sign, now=lambda: AT, entropy=os.urandom, again=second)
    assert caught.value.ranges == "10-14"


def test_a_medium_that_differs_everywhere_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("musnad.exchange.evidence.sealing.RANGES_LIMIT", 20)
    octets = bytearray(8 * PART_OCTETS)
    for at in range(0, len(octets), 2 * LEAF_OCTETS):
        octets[at] = 1
    second = MemorySource(bytes(octets))
    with pytest.raises(SourceDiffers) as caught:
        seal(
            MemorySource(bytes(len(octets))),
            ORDER,
            vault=MemoryVault(),
            sign=sign,
            now=lambda: AT,
            entropy=os.urandom,
            again=second,
        )
    assert caught.value.ranges.endswith(", ...")
    assert second._at < len(octets)


def test_stops_when_asked_and_leaves_nothing() -> None:
    vault = MemoryVault()
    answers = iter([False, True])
    with pytest.raises(Cancelled) as caught:
        seal(
            MemorySource(bytes(4 * PART_OCTETS)),
            ORDER,
            vault=vault,
            sign=sign,
            now=lambda: AT,
            entropy=os.urandom,
            is_cancelled=lambda: next(answers),
        )
    assert caught.value.code == "work.cancelled"
    assert list(vault.drafts()) == []


def test_refuses_a_deceiving_name_before_reading_anything() -> None:
    source = MemorySource(b"x", name="fdp\u202eexe")
    with pytest.raises(UnsafeName):
        seal_into(MemoryVault(), source)
    assert source._at == 0


def test_refuses_an_order_whose_words_are_not_of_their_form_before_reading_anything() -> None:
    source = MemorySource(b"x")
    order = dataclasses.replace(ORDER, description="")
    with pytest.raises(MusnadError) as caught:
        seal(source, order, vault=MemoryVault(), sign=sign, now=lambda: AT, entropy=os.urandom)
    assert caught.value.code == "manifest.invalid"
    assert source._at == 0


def test_killed_before_the_commit_there_is_no_exhibit_and_sealing_again_works() -> None:
    vault = MemoryVault()
    with pytest.raises(Killed):
        seal_into(vault, MemorySource(b"x"), steps=KillAt("exhibit.sealed", "before"))
    assert list(vault.seals()) == []
    assert vault.holds(seal_into(vault, MemorySource(b"x")).seal)


def test_killed_after_the_commit_the_exhibit_is_whole() -> None:
    vault = MemoryVault()
    with pytest.raises(Killed):
        seal_into(vault, MemorySource(b"x"), steps=KillAt("exhibit.sealed", "after"))
    (only,) = vault.seals()
    assert parse_manifest(read_manifest(vault, only).removeprefix(b"signed:")).seal == only


def test_interrupted_from_the_keyboard_nothing_stays_and_nobody_goes_on_reading() -> None:
    """Ctrl-C comes to the thread that waits; the one that reads ahead must end too, and let go of the source."""
    source, vault = MemorySource(bytes(40 * PART_OCTETS)), MemoryVault()

    def interrupt(progress: Progress) -> None:
        if progress.done_octets >= 2 * PART_OCTETS:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seal(source, ORDER, vault=vault, sign=sign, now=lambda: AT, entropy=os.urandom, report=interrupt)
    assert list(vault.seals()) == list(vault.drafts()) == []
    assert not [one.name for one in threading.enumerate() if one.name.startswith("evidence")]
    assert source._at < 40 * PART_OCTETS


def test_a_slow_medium_is_read_while_the_rest_is_worked_on() -> None:
    """What was read is digested before the next reading ends: the source waits until it has been."""
    told: list[int] = []

    class Slow(MemorySource):
        def fill(self, buffer: memoryview) -> int:
            parts = self._at // PART_OCTETS
            deadline = time.monotonic() + 20
            while len(told) < parts - 2 and time.monotonic() < deadline:
                time.sleep(0.001)
            assert len(told) >= parts - 2
            return super().fill(buffer)

    seal(
        Slow(bytes(8 * PART_OCTETS)),
        ORDER,
        vault=MemoryVault(),
        sign=sign,
        now=lambda: AT,
        entropy=os.urandom,
        report=lambda progress: told.append(progress.done_octets),
    )
    assert len(told) == 8
