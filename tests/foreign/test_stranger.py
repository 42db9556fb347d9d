"""A second reader of a dossier, written from docs/protocol.md alone: it imports nothing of Musnad's, only primitives.

Where this reader fails, either the page or the code is wrong.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey, MLDSA65PublicKey

from tests.dossier_fixture import members_of, small_evidence, tell_case, tell_joint

pytestmark = pytest.mark.foreign

Json = dict[str, Any]
Members = dict[str, bytes]


@pytest.fixture(scope="module", params=["two Parties", "three Parties"])
def dossier(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Members:
    path: Path = tmp_path_factory.mktemp("stranger") / "dossier.zip"
    told = tell_joint() if request.param == "three Parties" else tell_case(evidence=small_evidence())
    told.write(path)
    return dict(members_of(path))


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def octets(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def files(dossier: Members, pattern: str) -> list[tuple[re.Match[str], bytes]]:
    found = ((re.fullmatch(pattern, name), data) for name, data in sorted(dossier.items()))
    return [(match, data) for match, data in found if match]


def parties(dossier: Members) -> dict[str, Json]:
    index = json.loads(dossier["data/case.json"])
    place = f"data/directory/{index['directory']}/parties"
    return {code: json.loads(dossier[f"{place}/{code}/party.json"]) for code in index["parties"]}


def authorities(dossier: Members) -> dict[str, Json]:
    return {one["id"]: one for party in parties(dossier).values() for one in party["authorities"]}


def verify_both(key: Json, signatures: dict[str, bytes], signed: bytes) -> None:
    """Section "Keys"."""
    classical, quantum = octets(key["ed25519"]), octets(key["ml-dsa-65"])
    ids = sha256(b"ed25519\0" + classical).hex(), sha256(b"ml-dsa-65\0" + quantum).hex()
    Ed25519PublicKey.from_public_bytes(classical).verify(signatures[ids[0]], signed)
    prehash = b"tuf\x01" + hashlib.sha512(signed).digest()
    MLDSA65PublicKey.from_public_bytes(quantum).verify(signatures[ids[1]], prehash)


def open_dsse(envelope: Json, keys: list[Json]) -> bytes:
    """Section "Signed payloads: DSSE"; the payload, if one of the keys signed it."""
    payload, kind = octets(envelope["payload"]), str(envelope["payloadType"]).encode()
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    signatures = {one["keyid"]: octets(one["sig"]) for one in envelope["signatures"]}
    for key in keys:
        try:
            verify_both(key, signatures, signed)
        except KeyError:
            continue
        return payload
    raise AssertionError(f"signed by none of {len(keys)} keys")


def verify_line(line: str, text: str, name: str, keys: Json) -> str | None:
    """Section "The log"; which key of this name made the line, if one did. A false line raises."""
    origin, size, root = text.split("\n")[:3]
    _, named, value = line.split(" ")
    raw = octets(value)
    classical, quantum = octets(keys["ed25519"]), octets(keys["ml_dsa_44"])
    ids = {
        sha256(name.encode() + b"\n" + bytes([kind]) + key)[:4]: kind
        for kind, key in ((0x01, classical), (0x04, classical), (0x06, quantum))
    }
    kind = ids.get(raw[:4]) if named == name else None
    if kind is None:
        return None
    if kind == 0x01:
        Ed25519PublicKey.from_public_bytes(classical).verify(raw[4:], text.encode())
        return "plain"
    seconds = int.from_bytes(raw[4:12], "big")
    if kind == 0x04:
        signed = f"cosignature/v1\ntime {seconds}\n{text}".encode()
        Ed25519PublicKey.from_public_bytes(classical).verify(raw[12:], signed)
        return f"cosigned {seconds}"
    message = b"".join(
        (
            b"subtree/v1\n\0",
            bytes([len(name.encode())]),
            name.encode(),
            seconds.to_bytes(8, "big"),
            bytes([len(origin.encode())]),
            origin.encode(),
            bytes(8),
            int(size).to_bytes(8, "big"),
            octets(root),
        )
    )
    MLDSA44PublicKey.from_public_bytes(quantum).verify(raw[12:], message)
    return f"quantum {seconds}"


def root_of_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.3.2."""
    here, at, last = leaf, index, size - 1
    for sibling in path:
        if at & 1 or at == last:
            here = sha256(b"\x01" + sibling + here)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            here = sha256(b"\x01" + here + sibling)
        at, last = at >> 1, last >> 1
    assert last == 0
    return here


def root_of_leaves(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root_of_leaves(leaves[:middle]) + root_of_leaves(leaves[middle:]))


def test_every_message_receipt_and_roster_verifies(dossier: Members) -> None:
    known = authorities(dossier)
    found = files(dossier, r"data/(?:messages|receipts)/([0-9a-f]{64})\.dsse")
    assert len(found) > 20
    for name, data in found:
        envelope = json.loads(data)
        said = json.loads(octets(envelope["payload"]))
        author = said.get("author") or said["recipient"]
        payload = open_dsse(envelope, known[author]["signing_keys"])
        assert sha256(payload).hex() == name[1]
        for approval in said.get("approvals", ()):
            roster = json.loads(open_dsse(known[author]["roster"], known[author]["signing_keys"]))
            allowed = [one for one in roster["officers"] if one["officer"] == approval["officer"]]
            assert approval["act"] in allowed[0]["acts"]
            open_dsse(envelope, allowed)


def test_a_payload_changed_by_one_octet_does_not_verify(dossier: Members) -> None:
    known = authorities(dossier)
    _, data = files(dossier, r"data/messages/([0-9a-f]{64})\.dsse")[0]
    envelope = json.loads(data)
    author = json.loads(octets(envelope["payload"]))["author"]
    envelope["payload"] = base64.b64encode(octets(envelope["payload"]) + b" ").decode()
    with pytest.raises(InvalidSignature):
        open_dsse(envelope, known[author]["signing_keys"])


def test_every_leaf_leads_to_a_head_that_every_other_party_cosigned(dossier: Members) -> None:
    known = parties(dossier)
    for code, party in known.items():
        ((name, note),) = files(dossier, rf"data/log/{code}/([0-9]+)\.note")
        text, lines = note.decode().rsplit("\n\n", 1)
        signed = [verify_line(line, text + "\n", party["log"]["origin"], party["log"]) for line in lines.splitlines()]
        assert signed[0] == "plain"
        assert (signed[1] or "").startswith("quantum")
        for other in known.values():
            if other is not party:
                witness = other["witness"]
                cosigned = [verify_line(line, text + "\n", witness["name"], witness) for line in lines.splitlines()]
                stamps = [one.split(" ") for one in cosigned if one]
                assert [kind for kind, _ in stamps] == ["cosigned", "quantum"]
                assert len({seconds for _, seconds in stamps}) == 1
        proofs = json.loads(dossier[f"data/log/{code}/proofs.json"])
        root = octets(text.split("\n")[2])
        assert str(proofs["size"]) == text.split("\n")[1] == name[1]
        for leaf in proofs["leaves"]:
            entry = sha256(bytes.fromhex(leaf["salt"]) + bytes.fromhex(leaf["id"]))
            path = [octets(one) for one in leaf["path"]]
            assert root_of_path(sha256(b"\x00" + entry), leaf["index"], proofs["size"], path) == root


def test_receipts_name_the_places_that_the_proofs_show(dossier: Members) -> None:
    shown = {
        (code, leaf["id"], leaf["index"], leaf["salt"])
        for code in parties(dossier)
        for leaf in json.loads(dossier[f"data/log/{code}/proofs.json"])["leaves"]
    }
    for name, data in files(dossier, r"data/receipts/([0-9a-f]{64})\.dsse"):
        said = json.loads(octets(json.loads(data)["payload"]))
        code = said["recipient"].partition("/")[0]
        assert (code, said["message"], said["index"], said["salt"]) in shown
        assert (code, name[1], said["own_index"], said["own_salt"]) in shown


def test_an_exhibits_content_leads_to_its_signed_manifest(dossier: Members) -> None:
    known = authorities(dossier)
    ((_, data),) = files(dossier, r"data/exhibits/([0-9a-f]{32})/manifest\.dsse")
    ((_, content),) = files(dossier, r"data/exhibits/([0-9a-f]{32})/content")
    ((_, packed),) = files(dossier, r"data/exhibits/([0-9a-f]{32})/leaves")
    envelope = json.loads(data)
    manifest = json.loads(octets(envelope["payload"]))
    open_dsse(envelope, known[manifest["sealed_by"]]["signing_keys"])
    leaves = [sha256(b"\x00" + content[at : at + 65536]) for at in range(0, len(content), 65536)]
    assert b"".join(leaves) == packed
    assert root_of_leaves(leaves).hex() == manifest["tree"]["root"]
    assert (len(content), sha256(content).hex()) == (manifest["size_octets"], manifest["sha256"])


def test_each_partys_role_names_and_bears_its_two_keys(dossier: Members) -> None:
    index = json.loads(dossier["data/case.json"])
    place = f"data/directory/{index['directory']}"
    snapshot = files(dossier, re.escape(place) + r"/[0-9]+\.snapshot\.json")[0][1]
    assert sha256(snapshot).hex() == index["directory"]
    listed = json.loads(files(dossier, re.escape(place) + r"/[0-9]+\.targets\.json")[0][1])["signed"]["delegations"]
    for role in listed["roles"]:
        ((_, data),) = files(dossier, re.escape(f"{place}/") + rf"[0-9]+\.{role['name']}\.json")
        metadata = json.loads(data)
        signed = metadata["signed"]
        assert (role["threshold"], role["terminating"], len(role["keyids"])) == (2, True, 2)
        assert role["paths"] == [f"parties/{role['name'].removeprefix('party-')}/*"]
        assert signed["x-musnad-keys"] == role["keyids"]
        canonical = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        signatures = {one["keyid"]: bytes.fromhex(one["sig"]) for one in metadata["signatures"]}
        first, second = (listed["keys"][one] for one in role["keyids"])
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(first["keyval"]["public"])).verify(
            signatures[role["keyids"][0]], canonical
        )
        pem = octets("".join(second["keyval"]["public"].split("\n")[1:-2]))
        MLDSA65PublicKey.from_public_bytes(pem[-1952:]).verify(
            signatures[role["keyids"][1]], b"tuf\x01" + hashlib.sha512(canonical).digest()
        )


def test_the_export_signs_the_payloads_manifest_and_the_heads(dossier: Members) -> None:
    index = json.loads(dossier["data/case.json"])
    said = json.loads(octets(json.loads(dossier["export/exported.dsse"])["payload"]))
    assert said["body"] == {
        "payload_manifest": sha256(dossier["manifest-sha256.txt"]).hex(),
        "heads": index["heads"],
    }
    assert (said["author"], said["to"]) == (index["exporter"], [index["exporter"]])
