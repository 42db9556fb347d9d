"""The vectors under tests/vectors/transparency hold for this implementation, and their script makes the same ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import parse_message_id
from musnad.core.kernel.times import write_instant
from musnad.core.transparency.checkpoint import checkpoint, open_checkpoint
from musnad.core.transparency.cosignature import cosignatures_of
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.keys import LogVerifyingKey, WitnessVerifyingKey
from musnad.core.transparency.note import parse_verifier_key
from musnad.core.transparency.tiles import parse_tile_path
from musnad.core.transparency.tree import leaf_hash
from musnad.core.transparency.witness import Cosign, judge_submission, parse_submission

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "tests" / "vectors" / "transparency"


def cases(name: str, note: str) -> list[Any]:
    found = [case for case in json.loads((VECTORS / name).read_text("utf-8")) if case["note"].startswith(note)]
    assert found
    return found


def keys() -> tuple[LogVerifyingKey, WitnessVerifyingKey]:
    pairs = []
    for case in cases("messages.json", "verifier keys"):
        classical = parse_verifier_key(case["expect"]["classical"])
        quantum = parse_verifier_key(case["expect"]["quantum"])
        pairs.append((classical.name, classical.public, quantum.public))
    return LogVerifyingKey(*pairs[0]), WitnessVerifyingKey(*pairs[1])


def test_the_script_makes_the_vectors_that_stand() -> None:
    script = [sys.executable, str(ROOT / "tools" / "make_transparency_vectors.py"), "--check"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_entries() -> None:
    for case in cases("entry.json", "entry"):
        made = blind_entry(bytes.fromhex(case["input"]["salt"]), parse_message_id(case["input"]["message"]))
        assert {"entry": made.hex(), "leaf": leaf_hash(made).hex()} == case["expect"]


def test_tile_paths() -> None:
    for case in cases("tiles.json", "path"):
        if "code" in case["expect"]:
            with pytest.raises(MusnadError) as caught:
                parse_tile_path(case["input"]["path"])
            assert caught.value.code == case["expect"]["code"]
        else:
            assert parse_tile_path(case["input"]["path"]).index == case["expect"]["index"]


def test_notes_open() -> None:
    log, witness = keys()
    for case in cases("notes.json", "checkpoint"):
        signed = open_checkpoint(case["input"]["note"].encode(), log)
        assert signed.at is not None
        cosigned = [write_instant(one.at) for one in cosignatures_of(signed, [witness])]
        assert {
            "size": signed.checkpoint.size,
            "at": write_instant(signed.at),
            "cosigned": cosigned[0] if cosigned else None,
        } == case["expect"]


def test_a_submission_is_cosigned() -> None:
    log, _ = keys()
    (case,) = cases("notes.json", "submission")
    submission = parse_submission(case["input"]["body"].encode())
    roots = {one["input"]["size"]: one["expect"]["root"] for one in cases("tree.json", "root")}
    held = checkpoint(log.name, submission.old_size, bytes.fromhex(roots[submission.old_size]))
    decided = judge_submission(submission, held, log)
    assert isinstance(decided, Cosign)
    assert decided.signed.checkpoint.root.hex() == roots[case["expect"]["size"]]
