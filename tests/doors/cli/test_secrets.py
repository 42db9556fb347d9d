"""No seed, exhibit key, storage key, token or message body comes out where nobody guards it: in logs, errors, reprs,
addresses or on a terminal."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from musnad.adapters.vault.source import open_source
from musnad.core.kernel.errors import MusnadError
from musnad.core.sealing.manifest import Tool
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import seal_into_vault
from tests.core.treaty.data import PRESERVE
from tests.doors.cli.house import House
from tests.doors.cli.secrets import forms, leaked, of_folder, read_all
from tests.doors.gate.gate import Gate
from tests.scenarios.demo_case import DemoCase
from tests.world import World, key_ring

CANARY = "KANARIENVOGEL-7731"
"""Stands in the words of messages, and nowhere else."""
VN, QA = "VN/contact-24-7", "QA/contact-24-7"


def test_the_search_finds_each_form_of_a_secret() -> None:
    import base64

    secret = bytes(range(200, 232))
    for text in (
        secret,
        secret.hex().encode(),
        secret.hex().upper().encode(),
        base64.b64encode(secret),
        base64.b64encode(b"x" + secret),
        base64.urlsafe_b64encode(b"xy" + secret),
        repr(secret).encode(),
        str(list(secret)).encode(),
    ):
        assert leaked({"secret": secret}, {"text": b"before " + text + b" after"}) == [("secret", "text")]
    assert leaked({"secret": secret}, {"text": bytes(32).hex().encode()}) == []
    assert len(set(forms(secret))) >= 9


def test_a_case_at_the_terminal_shows_no_secret_and_no_word_of_a_message(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fields = house.fields(PRESERVE, facts=f"{CANARY}: a ransom was asked.")
    evidence = house.folder / "evidence"
    evidence.write_bytes(CANARY.encode() * 100)
    given = ["--author", VN, "--to", QA, "--measure", PRESERVE, "--fields", fields]
    ran = [house.run("VN", "ask", *given, "--officer", house.officer(VN), "--json")]
    case = str(ran[0].json["case"])
    house.carry()
    steps = ["--author", QA, "--answers", case, "--officer", house.officer(QA)]
    ran += [
        house.run("QA", "answer", case, "--kind", "question", "--text", f"{CANARY}?", *steps, "--json"),
        house.run("QA", "answer", case, "--kind", "acceptance", *steps, "--json"),
        house.run("QA", "answer", case, "--kind", "withdrawal", "--text", CANARY, *steps, "--json"),
        house.run("QA", "seal", evidence, "--author", "QA/central-authority", "--json"),
        house.run("VN", "ask", *given, "--officer", house.officer(QA)),
        house.run("VN", "fetch", case),
        house.run("QA", "inbox"),
        house.run("QA", "show", case, "--json"),
        house.doctor("QA"),
        house.doctor("VN", "--json"),
    ]
    house.carry()
    texts = {f"terminal {number}": (one.out + one.err).encode() for number, one in enumerate(ran)}
    texts["logs"] = "\n".join(_logged(caplog)).encode()
    secrets = of_folder(house.node("VN")) | {f"qa {name}": key for name, key in of_folder(house.node("QA")).items()}
    with house.open("QA") as node:
        [kept] = node.ports.journal.exhibits()
        secrets["exhibit"] = kept.key
        texts["ports"] = repr(node.ports).encode()
        texts["node"] = repr(node).encode()
        texts["exhibit"] = repr(kept).encode()
        texts["keys"] = b"".join(
            repr(one).encode() for authority in node.ports.keys.hosted for one in (node.ports.keys.signing(authority),)
        )
        texts["unwrapping"] = repr(node.ports.keys.unwrapping()).encode()
        texts["witness"] = repr((node.ports.keys.log, node.ports.keys.witness)).encode()
    assert len(secrets) >= 24
    assert leaked(secrets, texts) == []
    assert [place for place, text in texts.items() if CANARY.encode() in text] == []


def test_what_rests_on_disk_in_the_clear_is_no_message_no_evidence_and_no_key(house: House) -> None:
    fields = house.fields(PRESERVE, facts=f"{CANARY}: a ransom was asked.")
    given = ["--author", VN, "--to", QA, "--measure", PRESERVE, "--fields", fields]
    case = str(house.run("VN", "ask", *given, "--officer", house.officer(VN), "--json").json["case"])
    house.carry()
    house.run("VN", "ask", *given, "--case", case, "--approver", f"{VN}/lotus")
    evidence = house.folder / "evidence"
    evidence.write_bytes(CANARY.encode() * 1000)
    assert house.run("QA", "seal", evidence, "--author", "QA/central-authority").code == 0
    with house.open("QA") as node:
        [kept] = node.ports.journal.exhibits()
    for party in ("VN", "QA"):
        node_folder = house.node(party)
        guarded = {node_folder / "keys", node_folder / "officers"}
        at_rest = read_all(path for path in node_folder.rglob("*") if not guarded & set(path.parents))
        assert [place for place, text in at_rest.items() if CANARY.encode() in text] == []
        assert leaked(of_folder(node_folder) | {"exhibit": kept.key}, at_rest) == []


def test_errors_of_every_kind_show_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    """A whole case in which everything is tried wrongly as well: each error's text, facts and traceback."""
    caplog.set_level(logging.DEBUG)
    world = World()
    demo = DemoCase(world)
    demo.run()
    qa, vn = world["QA"], world["VN"]
    errors: list[MusnadError] = []
    gate = Gate(qa)
    answers = [gate.post("/gate/v1/envelopes", b"{}"), gate.get(f"/gate/v1/exhibits/{demo.seal}")]
    answers += [gate.deliver(vn, data[:-9] + b'AAAAAAA"}') for _, data in vn.faults.delivered[:3]]
    for _, data in vn.faults.delivered:
        for at in range(100, len(data), len(data) // 4):
            altered = bytearray(data)
            altered[at] ^= 1
            answers.append(gate.deliver(vn, bytes(altered)))
    from musnad.exchange.admission import admit_envelope
    from musnad.exchange.exhibits import fetch

    for act in (
        lambda: admit_envelope(qa.ports, vn.faults.delivered[0][1][:-2], None),
        lambda: admit_envelope(vn.ports, vn.faults.delivered[0][1], None),
        lambda: fetch(qa.ports, demo.case, demo.seal),
    ):
        try:
            act()
        except MusnadError as error:
            errors.append(error)
    assert len(errors) >= 2
    texts = {f"answer {number}": one.body for number, one in enumerate(answers) if one.status != 200}
    assert len(texts) > 20
    for number, found in enumerate(errors):
        texts[f"error {number}"] = "".join(
            [str(found), repr(found), json.dumps(found.facts()), *traceback.format_exception(found)]
        ).encode()
    texts["logs"] = "\n".join(_logged(caplog)).encode()
    secrets: dict[str, bytes] = {}
    for node in (vn, qa):
        keys = node.keys
        secrets |= {f"{node.code} log": keys.log_ed25519, f"{node.code} witness": keys.witness_ed25519}
        for name, key in {**keys.signing, **keys.officers, "role": keys.role}.items():
            secrets |= {f"{node.code} {name} 1": key.ed25519_seed, f"{node.code} {name} 2": key.ml_dsa_65_seed}
            texts[f"repr {node.code} {name}"] = repr(key).encode()
        for name, wrapping in keys.wrapping.items():
            secrets |= {
                f"{node.code} {name} 3": wrapping.ml_kem_768_seed,
                f"{node.code} {name} 4": wrapping.x25519_secret,
            }
            texts[f"repr wrapping {node.code} {name}"] = repr(wrapping).encode()
        texts[f"ring {node.code}"] = repr(key_ring(keys)).encode()
        for kept in node.journal.exhibits():
            secrets[f"{node.code} exhibit"] = kept.key
            texts[f"kept {node.code}"] = repr(kept).encode()
    assert leaked(secrets, texts) == []


def test_a_sealed_exhibits_key_is_in_no_repr(house: House) -> None:
    evidence = house.folder / "evidence"
    evidence.write_bytes(b"x" * 1000)
    with house.open("QA") as node, open_source(evidence) as source:
        authority = min(node.ports.keys.hosted)
        order = SealingOrder(authority, Tool("musnad", "test"), "a file", exercise=True)
        sealed = seal_into_vault(node.ports, source, order)
        assert leaked({"exhibit": sealed.key}, {"repr": repr(sealed).encode(), "order": repr(order).encode()}) == []


def _logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    formatter = logging.Formatter("%(name)s %(message)s")
    return [formatter.format(record) for record in caplog.records]


@pytest.mark.processes
@pytest.mark.timeout(400)
def test_two_running_nodes_write_no_secret_into_any_log(tmp_path: Path) -> None:
    """The whole demo case between processes; everything that they wrote outside the guarded folders is searched."""
    folder, evidence = tmp_path / "demo", tmp_path / "evidence.bin"
    evidence.write_bytes(CANARY.encode() * 50_000)
    done = subprocess.run(
        [sys.executable, "-m", "musnad.cli.main", "demo", "--evidence", str(evidence), "--out", str(folder)],
        capture_output=True,
        env={**os.environ, "PYTHONUTF8": "1"},
        timeout=360,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    logs = read_all([*folder.rglob("*.log"), *folder.rglob("run/*")])
    assert len([name for name in logs if name.endswith(".log")]) >= 7
    logs |= {"terminal": done.stdout + done.stderr}
    secrets = {f"{party} {name}": key for party in ("vn", "qa") for name, key in of_folder(folder / party).items()}
    assert leaked(secrets, logs) == []
    for place, text in logs.items():
        assert CANARY.encode() not in text, place
        assert b"hospital" not in text, place
        assert not re.search(rb"/enter/[0-9a-f]{64}", text), place
