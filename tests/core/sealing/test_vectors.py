"""The published vectors of the seal: read as another implementation would, and regenerated to the same bytes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import KeyId, digest_of
from musnad.core.sealing.archive import ArchiveReader
from musnad.core.sealing.index import open_block
from musnad.core.sealing.layout import Layout
from musnad.core.sealing.name import parse_safe_name
from musnad.core.sealing.part import Place, open_part, seal_part
from musnad.core.sealing.records import parse_proof, parse_record, write_record
from musnad.core.sealing.schema import parse_manifest
from musnad.core.sealing.tree import leaf_hash, path_holds, root_of, verify_leaf
from musnad.core.sealing.wraps import wrap_info
from tests.core.sealing.test_archive import Heard
from tools import make_sealing_vectors

FOLDER = Path(__file__).parents[2] / "vectors" / "sealing"


def cases(name: str) -> list[Any]:
    found: list[Any] = json.loads((FOLDER / name).read_text("utf-8"))["cases"]
    assert found
    return found


@pytest.mark.parametrize("name", sorted(make_sealing_vectors.FILES))
def test_regenerates_to_the_same_bytes(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == make_sealing_vectors.written(name)


@pytest.mark.parametrize("case", cases("parts.json"), ids=lambda case: case["note"])
def test_parts(case: Any) -> None:
    place = Place(case["seal"], case["role"], case["number"], case["last"])
    key, sealed = bytes.fromhex(case["key"]), bytes.fromhex(case["sealed"])
    assert (place.nonce.hex(), place.aad.decode("ascii")) == (case["nonce"], case["aad"])
    if "code" in case["expect"]:
        with pytest.raises(MusnadError) as caught:
            open_part(key, place, sealed)
        assert caught.value.code == case["expect"]["code"]
    else:
        plain = open_part(key, place, sealed)
        assert plain.hex() == case["expect"]["plaintext"]
        assert seal_part(key, place, plain) == sealed


@pytest.mark.parametrize("case", cases("tree.json"), ids=lambda case: str(case["size"]))
def test_tree(case: Any) -> None:
    contents = [b"leaf %d" % number for number in range(case["size"])]
    assert root_of(leaf_hash(one) for one in contents).hex() == case["root"]
    for proof in case["proofs"]:
        path = [bytes.fromhex(step) for step in proof["path"]]
        verify_leaf(bytes.fromhex(case["root"]), case["size"], proof["leaf"], contents[proof["leaf"]], path)


@pytest.mark.parametrize("case", cases("layout.json"), ids=lambda case: str(case["size_octets"]))
def test_layout(case: Any) -> None:
    layout = Layout(case["size_octets"])
    assert {name: getattr(layout, name) for name in case} == case


@pytest.mark.parametrize("case", cases("exhibits.json"), ids=lambda case: str(case["size_octets"]))
def test_exhibits(case: Any) -> None:
    content = make_sealing_vectors.content(case["size_octets"])
    manifest = parse_manifest(case["manifest"].encode("utf-8"))
    assert manifest.sha256 == digest_of(content)
    key, layout = bytes.fromhex(case["key"]), manifest.layout
    data = b""
    for number, entry in enumerate(open_block(key, manifest.seal, layout, 0, bytes.fromhex(case["index"]))):
        span = layout.part(number)
        part = seal_part(
            key, Place(manifest.seal, "data", number, layout.is_last(number)), content[span.first : span.end]
        )
        assert part[-16:] == entry.tag
        data += part[:-16]
    assert digest_of(data) == case["data_sha256"]


def code_of(parse: Callable[[], object]) -> str:
    try:
        parse()
    except MusnadError as error:
        return error.code
    return "ok"


@pytest.mark.parametrize("case", cases("manifests.json"), ids=lambda case: case["note"])
def test_manifests(case: Any) -> None:
    assert code_of(lambda: parse_manifest(case["payload"].encode("utf-8"))) == case["expect"]


@pytest.mark.parametrize("case", cases("names.json"), ids=lambda case: ascii(case["name"]))
def test_names(case: Any) -> None:
    assert code_of(lambda: parse_safe_name(case["name"])) == case["expect"]


@pytest.mark.parametrize("case", cases("records.json"), ids=lambda case: str(len(case["lines"])))
def test_records(case: Any) -> None:
    """The published hashing alone: nothing of ours but the tree's proof."""
    info = json.dumps({"label": "musnad/1 record salts", "seal": case["seal"]}, separators=(",", ":")).encode()
    secret = hmac.digest(bytes.fromhex(case["key"]), info + b"\x01", "sha256")
    assert secret.hex() == case["secret"]
    leaves = []
    for number, (line, salt) in enumerate(zip(case["lines"], case["salts"], strict=True)):
        assert hmac.digest(secret, number.to_bytes(8, "big"), "sha256").hex() == salt
        leaves.append(hashlib.sha256(b"\0" + bytes.fromhex(salt) + line.encode("utf-8")).digest())
        assert write_record(parse_record(line.encode("utf-8"))).decode("utf-8") == line
    assert root_of(leaves).hex() == case["root"]
    for number, written in enumerate(case["proofs"]):
        proof = parse_proof(written.encode("utf-8"))
        assert path_holds(bytes.fromhex(case["root"]), len(leaves), number, leaves[number], proof.path)


@pytest.mark.parametrize("case", cases("archives.json"), ids=lambda case: case["note"])
def test_archives(case: Any) -> None:
    octets = zlib.decompress(base64.b64decode(case["archive"]))
    heard = Heard()
    reader = ArchiveReader(heard)

    def read() -> None:
        reader.take(memoryview(octets))
        reader.finish()

    assert code_of(read) == case["expect"].get("code", "ok")
    if "entries" in case["expect"]:
        assert [entry.name.hex() for entry in heard.entries] == case["expect"]["entries"]


def test_wraps() -> None:
    for case in cases("wraps.json"):
        assert wrap_info(case["seal"], case["recipient"], KeyId(case["key"])).decode("ascii") == case["info"]
