"""What holds for sealing whatever the size, the bytes or the damage."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.adapters.vault.careful import STEP_OCTETS
from musnad.adapters.vault.memory import MemorySource, MemoryTarget, MemoryVault
from musnad.adapters.vault.source import FileSource
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import Digest, SealId
from musnad.core.sealing.archive import Entry
from musnad.core.sealing.errors import BadRecordProof, DamagedPart
from musnad.core.sealing.index import open_block
from musnad.core.sealing.layout import LEAF_OCTETS, PART_OCTETS, SIZE_LIMIT_OCTETS, Layout, Span
from musnad.core.sealing.manifest import RecordsNote, SourceNote, write_manifest
from musnad.core.sealing.name import parse_safe_name
from musnad.core.sealing.part import Place, open_part, seal_part
from musnad.core.sealing.records import (
    FileRecord,
    MissingRecord,
    RecordTree,
    parse_proof,
    parse_record,
    prove_record,
    salt_secret,
    verify_record,
    write_proof,
    write_record,
)
from musnad.core.sealing.schema import parse_manifest
from musnad.core.sealing.tree import leaf_hash, prove_leaf, root_of, verify_leaf
from musnad.exchange.evidence.errors import SourceUnreadable
from musnad.exchange.evidence.opening import open_exhibit
from musnad.exchange.evidence.receiving import receive
from tests.adapters.vault.test_careful import BadMedium, zeroed
from tests.core.sealing.test_archive import archive, read
from tests.core.sealing.test_manifest import GOOD
from tests.exchange.evidence.workshop import Peer, content_of, offered, seal_into

KEY = b"k" * 32
SEAL = SealId("ab" * 16)

around_borders = st.builds(
    lambda border, times, off: max(0, border * times + off),
    st.sampled_from([LEAF_OCTETS, PART_OCTETS]),
    st.integers(0, 2),
    st.integers(-17, 17),
)


@settings(max_examples=40, deadline=None)
@given(around_borders, st.integers(1, 3))
def test_any_size_is_sealed_received_and_opened_to_the_same_octets(size: int, helpers: int) -> None:
    content = content_of(size)
    there, here, target = MemoryVault(), MemoryVault(), MemoryTarget()
    sealed = seal_into(there, MemorySource(content), helpers=helpers)
    receive(offered(sealed), Peer(there, sealed.seal), vault=here)
    open_exhibit(sealed.manifest, sealed.key, target, vault=here, helpers=helpers)
    assert target.octets == content


@given(st.binary(max_size=300), st.integers(0, 2**40), st.booleans(), st.data())
def test_a_part_with_any_octet_changed_does_not_open(
    plain: bytes, number: int, is_last: bool, data: st.DataObject
) -> None:
    place = Place(SEAL, "data", number, is_last)
    sealed = bytearray(seal_part(KEY, place, plain))
    assert open_part(KEY, place, bytes(sealed)) == plain
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    try:
        open_part(KEY, place, bytes(sealed))
    except DamagedPart:
        return
    raise AssertionError("opened")


@given(st.integers(0, SIZE_LIMIT_OCTETS))
def test_a_layout_adds_up_at_any_size(size: int) -> None:
    layout = Layout(size)
    last = layout.parts - 1
    assert layout.part(last).end == size
    assert layout.block(layout.blocks - 1).end == layout.index_octets
    assert layout.parts_of(layout.blocks - 1).stop == layout.parts
    assert layout.is_last(last)
    assert last * 64 + layout.leaves_of(last) == layout.leaves


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
def test_any_leaf_of_any_tree_is_proven(contents: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(content) for content in contents]
    leaf = data.draw(st.integers(0, len(leaves) - 1))
    verify_leaf(root_of(leaves), len(leaves), leaf, contents[leaf], prove_leaf(leaves, leaf))


@given(st.lists(st.binary(max_size=40), max_size=10), st.integers(-1, 70), st.integers(-1, 70), st.binary(max_size=40))
def test_any_proof_verifies_or_is_refused(path: list[bytes], size: int, leaf: int, root: bytes) -> None:
    try:
        verify_leaf(root, size, leaf, b"content", path)
    except MusnadError:
        return
    assert size == 1


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_manifest_or_a_musnad_error(data: bytes) -> None:
    try:
        manifest = parse_manifest(data)
    except MusnadError:
        return
    assert parse_manifest(write_manifest(manifest)) == manifest


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(st.data())
def test_any_change_of_a_member_is_a_manifest_or_a_musnad_error(data: st.DataObject) -> None:
    whole = parse_object(write_manifest(GOOD), what="manifest")
    whole[data.draw(st.sampled_from([*whole, "more"]))] = data.draw(json_values)
    try:
        parse_manifest(write_canonical(whole))
    except MusnadError:
        return


@given(st.text(max_size=300))
def test_any_text_is_a_safe_name_or_refused(text: str) -> None:
    try:
        name = parse_safe_name(text)
    except MusnadError:
        return
    assert name == text
    assert "/" not in name
    assert name not in {".", ".."}


@given(st.binary(max_size=500), st.integers(0, 5 * PART_OCTETS))
def test_any_bytes_are_an_index_block_or_refused(data: bytes, size: int) -> None:
    try:
        open_block(KEY, SEAL, Layout(size), 0, data)
    except MusnadError:
        return
    raise AssertionError("opened")


names_of_files = st.binary(min_size=1, max_size=130).filter(lambda name: not {0, 0x2F} & set(name)).filter(
    lambda name: name not in {b".", b".."}
)  # fmt: skip
entries = st.builds(
    lambda name, mode, uid, modified_ns, size, kind, target: Entry(
        b"case/" + name,
        kind,
        mode,
        uid,
        uid,
        modified_ns,
        size if kind == "file" else 0,
        target if kind == "link" else b"",
    ),
    names_of_files,
    st.integers(0, 0o7777),
    st.integers(0, 2**32 - 1),
    st.integers(-(2**70), 2**70),
    st.integers(0, 1100),
    st.sampled_from(["file", "folder", "link", "pipe"]),
    st.binary(max_size=130).filter(lambda target: 0 not in target),
)


@given(st.lists(entries, max_size=6, unique_by=lambda entry: entry.name), st.integers(1, 3000))
def test_any_folder_written_as_an_archive_is_read_back(found: list[Entry], step: int) -> None:
    root = Entry(b"case", "folder", 0, 0, 0, 0)
    whole = [root, *sorted(found, key=lambda entry: entry.name)]
    assert read(archive(whole), step).entries[:-1] == whole


@given(st.lists(entries, max_size=3, unique_by=lambda entry: entry.name), st.data())
def test_any_octet_changed_is_refused_or_leaves_a_safe_archive(found: list[Entry], data: st.DataObject) -> None:
    octets = bytearray(archive([Entry(b"case", "folder", 0, 0, 0, 0), *sorted(found, key=lambda entry: entry.name)]))
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        heard = read(bytes(octets))
    except MusnadError:
        return
    for entry in heard.entries[1:-1]:
        steps = entry.name.split(b"/")
        assert steps[0] == b"case"
        assert not {b"", b".", b".."} & set(steps)


@given(st.binary(max_size=3000))
def test_any_bytes_are_an_archive_or_a_musnad_error(data: bytes) -> None:
    try:
        read(data)
    except MusnadError:
        return
    raise AssertionError("an archive has an index")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_record_or_a_musnad_error(data: bytes) -> None:
    try:
        record = parse_record(data)
    except MusnadError:
        return
    assert write_record(record) == data


@given(names_of_files, st.integers(0, 2**50), st.integers(0, 2**50), st.binary(min_size=32, max_size=32))
def test_any_record_is_canonical_json_and_reads_back(name: bytes, first: int, size: int, digest: bytes) -> None:
    for record in (FileRecord(name, first, size, Digest(digest.hex())), MissingRecord(name, "EIO")):
        line = write_record(record)
        assert write_canonical(parse_object(line, what="record")) == line
        assert parse_record(line) == record


@given(st.lists(names_of_files, min_size=1, max_size=30, unique=True), st.data())
def test_any_record_of_any_folder_is_proven_and_no_other_in_its_place(names: list[bytes], data: st.DataObject) -> None:
    secret = salt_secret(KEY, SEAL)
    tree = RecordTree(secret)
    records = [FileRecord(name, 0, 0, Digest("0" * 64)) for name in names]
    leaves = [tree.add(write_record(one)) for one in records]
    note = RecordsNote(tree.count, tree.root(), 0, Span(0, 0))
    manifest = replace(GOOD, seal=SEAL, source=SourceNote("folder", "folder"), records=note)
    number = data.draw(st.integers(0, len(names) - 1))
    proof = parse_proof(write_proof(prove_record(SEAL, secret, leaves, number, records[number])))
    assert verify_record(manifest, proof) == records[number]
    other = data.draw(st.sampled_from(records))
    if other != records[number]:
        try:
            verify_record(manifest, replace(proof, record=other))
        except BadRecordProof:
            return
        raise AssertionError("proven")


@given(st.binary(max_size=400))
def test_any_bytes_are_a_record_proof_or_a_musnad_error(data: bytes) -> None:
    try:
        parse_proof(data)
    except MusnadError:
        return
    raise AssertionError("parsed")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=8), st.integers(1, 41), st.booleans())
def test_any_damage_is_zeros_where_it_is_told_and_nowhere_else(
    bad: list[tuple[int, int]], steps: int, gives_up_to: bool
) -> None:
    content = content_of(steps * STEP_OCTETS - 7)
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        spans = [Span(first * STEP_OCTETS + 5, size * STEP_OCTETS // 3) for first, size in bad]
        with FileSource(Path(file.name), BadMedium(*spans, gives_up_to=gives_up_to)) as source:
            buffer = memoryview(bytearray(PART_OCTETS))
            try:
                size = source.fill(buffer)
            except SourceUnreadable:
                return
            unread = source.unread
    assert size == len(content)
    assert bytes(buffer[:size]) == zeroed(content, *unread)
    hit = [span for span in spans if span.first < len(content)]
    assert all(any(one.first <= span.first < one.end for one in unread) for span in hit)
    assert all(one.end < two.first for one, two in pairwise(unread))
    assert bool(unread) == bool(hit)
