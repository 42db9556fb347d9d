"""A split log at the terminal: the doctor names it, ``node split`` hands the proof out, ``verify`` judges it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from musnad.core.kernel.names import PartyCode
from musnad.core.transparency.checkpoint import checkpoint, sign_checkpoint
from musnad.core.transparency.split import prove_split
from musnad.exchange.splits import keep_split
from musnad.node.assemble import Node
from musnad.verify.main import main as verify
from tests.doors.cli.house import House, database, musnad


def _plant(node: Node, key_of: Node) -> None:
    """Two heads of one size, signed by a node's own log."""
    key, at = key_of.ports.keys.log, node.ports.clock.now()
    heads = [sign_checkpoint(checkpoint(key.name, 5, octet * 32), key, at) for octet in (b"a", b"b")]
    keep_split(node.ports, PartyCode(key_of.ports.party), prove_split(heads[0], heads[1], ()))


def test_a_split_is_named_handed_out_and_judged(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house.refresh()
    out = tmp_path / "split.json"
    with database(house.node("QA")):
        ran = musnad("node", "split", house.node("QA"), "--party", "VN", "--out", out, "--json")
        assert ran.error == "log.no-split"
    with house.open("VN") as vn:
        pass  # its keys alone are used below
    with house.open("QA") as qa:
        _plant(qa, vn)
        _plant(qa, qa)
    checks = {one["check"]: one for one in house.doctor("QA", "--json").json["checks"]}
    assert not checks["forks"]["ok"]
    assert checks["forks"]["about"].startswith("log.forked: QA (this node), VN")
    for party in ("VN", "QA"):
        with database(house.node("QA")):
            made = musnad("node", "split", house.node("QA"), "--party", party, "--out", out, "--json")
        assert (made.code, made.json["party"]) == (0, party)
        root = house.registrar / "root.json"
        capsys.readouterr()
        assert verify([str(out), "--trust", str(root)]) == 0
        told = capsys.readouterr().out
        assert told.startswith("PROVEN")
        assert told.count("5 entries, root") == 2
        assert verify([str(out), "--trust", str(root), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["verdict"] == "split-proven"
        assert verify([str(out)]) == 3
        assert "Compare these fingerprints" in capsys.readouterr().out
        assert verify([str(out), "--trust", "0" * 64]) == 1
        altered = tmp_path / "altered.json"
        altered.write_bytes(out.read_bytes().replace(f'"party":"{party}"'.encode(), b'"party":"EG"'))
        assert verify([str(altered), "--trust", str(root)]) == 1
        altered.write_bytes(b"{}")
        assert verify([str(altered), "--trust", str(root)]) == 1
        capsys.readouterr()
