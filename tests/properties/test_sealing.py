"""What holds for sealing whatever the size, the bytes or the damage."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.adapters.vault.memory import MemorySource, MemoryTarget, MemoryVault
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import SealId
from musnad.core.sealing.errors import DamagedPart
from musnad.core.sealing.index import open_block
from musnad.core.sealing.layout import LEAF_OCTETS, PART_OCTETS, SIZE_LIMIT_OCTETS, Layout
from musnad.core.sealing.manifest import write_manifest
from musnad.core.sealing.name import parse_safe_name
from musnad.core.sealing.part import Place, open_part, seal_part
from musnad.core.sealing.schema import parse_manifest
from musnad.core.sealing.tree import leaf_hash, prove_leaf, root_of, verify_leaf
from musnad.exchange.evidence.opening import open_exhibit
from musnad.exchange.evidence.receiving import receive
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
    from musnad.core.kernel.ijson import parse_object, write_canonical
    from tests.core.sealing.test_manifest import GOOD

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
