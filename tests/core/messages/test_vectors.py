"""The published vectors are what this code makes, reads, verifies and opens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from musnad.core.crypto.dsse import parse_dsse
from musnad.core.crypto.signing import parse_verifying_key
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import digest_of
from musnad.core.messages.message import MESSAGE_TYPE, write_message
from musnad.core.messages.schema import parse_message, parse_receipt
from tools import make_message_vectors as vectors

FILES = [
    vectors.MESSAGES_FILE,
    vectors.REFUSED_FILE,
    vectors.RECEIPTS_FILE,
    vectors.SIGNED_FILE,
    vectors.CLOSED_FILE,
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_vector_file_is_what_the_script_makes(path: Path) -> None:
    assert path.read_text("utf-8") == vectors.made(path)


def test_each_message_has_its_id_and_is_written_again_to_the_same_bytes() -> None:
    for case in json.loads(vectors.MESSAGES_FILE.read_text("utf-8")):
        payload = case["input"]["payload"].encode()
        assert write_message(parse_message(payload)) == payload
        assert digest_of(payload) == case["expect"]["id"]


def test_each_refused_message_is_refused_with_its_code() -> None:
    for case in json.loads(vectors.REFUSED_FILE.read_text("utf-8")):
        with pytest.raises(MusnadError) as caught:
            parse_message(case["input"]["payload"].encode())
        assert caught.value.code == case["expect"]["code"], case["note"]


def test_each_receipt_has_its_id() -> None:
    for case in json.loads(vectors.RECEIPTS_FILE.read_text("utf-8")):
        payload = case["input"]["payload"].encode()
        assert parse_receipt(payload).message == case["expect"]["message"]
        assert digest_of(payload) == case["expect"]["id"]


def test_the_signed_one_verifies_under_the_keys_as_published() -> None:
    for case in json.loads(vectors.SIGNED_FILE.read_text("utf-8")):
        signed = parse_dsse(case["input"]["dsse"].encode(), payload_type=MESSAGE_TYPE, what="vector")
        assert signed.id == case["expect"]["id"]
        for who in ("authority", "officer"):
            key = parse_verifying_key(case["input"][who]["ed25519"], case["input"][who]["ml-dsa-65"])
            assert list(key.ids) == case["expect"][f"{who}_key_ids"]
            signed.verify(key, what="vector")
