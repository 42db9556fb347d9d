"""The demo as anybody runs it: separate processes, one case, one proven file; on its own image and on others'."""

from __future__ import annotations

import base64
import hashlib
import json
import lzma
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

MUSNAD = [sys.executable, "-m", "musnad.cli.main"]
SAMPLES = Path("/usr/share/forensics-samples")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*MUSNAD, *arguments], capture_output=True, text=True, check=False, timeout=280)


def processes_of(folder: Path) -> list[str]:
    """The command lines of processes that still work in the folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            told = (place / "cmdline").read_bytes() + b" " + (place / "environ").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in told and int(place.name) != os.getpid():
            found.append(place.name)
    return found


def escaped(name: str) -> bytes:
    """A name as debugfs lists it."""
    return "".join(f"\\x{byte:02x}" for byte in name.encode()).encode()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_demo_ends_with_a_proven_dossier(tmp_path: Path, language: str) -> None:
    out = tmp_path / "case"
    done = run("demo", "--lang", language, "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert str(out / "dossier.zip") in done.stdout
    assert len(re.findall(r"\d s", done.stdout)) >= 13, "a timeline"
    assert ("قطر" in done.stdout) == (language == "ar")
    assert done.stderr == "", "no progress in a pipe"
    assert processes_of(out) == []
    for node in (out / "vn", out / "qa"):
        readable = [str(path) for path in (node, *node.rglob("*")) if path.stat().st_mode & 0o077]
        assert readable == [], "what a node writes is its owner's alone"

    moved = tmp_path / "elsewhere"
    moved.mkdir()
    shutil.copy(out / "dossier.zip", moved)
    shutil.copy(out / "trust" / "root.json", moved)
    again = run("verify", str(moved / "dossier.zip"), "--trust", str(moved / "root.json"), "--json")
    assert again.returncode == 0
    assert json.loads(again.stdout)
    fingerprint = hashlib.sha256((moved / "root.json").read_bytes()).hexdigest()
    assert run("verify", str(moved / "dossier.zip"), "--trust", fingerprint).returncode == 0
    assert run("verify", str(moved / "dossier.zip")).returncode == 3
    stamps = json.loads(again.stdout)["stamps"]
    assert stamps
    assert not any(one["proven"] for one in stamps), "by the word of nobody that was named"
    trusted = ("--trust", fingerprint, "--stamp-trust", str(out / "trust" / "stamps.pem"), "--json")
    stamped = json.loads(run("verify", str(moved / "dossier.zip"), *trusted).stdout)["stamps"]
    assert all(one["proven"] for one in stamped)
    assert stamped[-1]["covers"] == stamped[-1]["of"], "the last stamp covers the whole case"
    assert run("verify", str(moved / "dossier.zip"), "--trust", "0" * 64).returncode == 1

    with zipfile.ZipFile(out / "dossier.zip") as dossier:
        content = next(one for one in dossier.infolist() if one.filename.endswith("/content"))
        assert content.file_size >= 64 * 1024 * 1024
        payload = [name for name in dossier.namelist() if name.startswith("data/messages/")]
        assert len(payload) == 16
        for name in payload:
            signed = json.loads(dossier.read(name))
            assert '"exercise":true' in base64.b64decode(signed["payload"]).decode()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_three_states_investigate_together_and_one_proves_it_for_all(tmp_path: Path, language: str) -> None:
    """Two requests in one case, evidence that goes to two at once, a request within, three closings, one dossier."""
    out = tmp_path / "case"
    done = run("demo", "--scenario", "joint-investigation", "--lang", language, "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == "", "no progress in a pipe"
    assert processes_of(out) == []
    told = json.loads(
        run("verify", str(out / "dossier.zip"), "--trust", str(out / "trust" / "root.json"), "--json").stdout
    )
    assert told["verdict"] == "proven"
    assert told["case"]["parties"] == ["EG", "QA", "VN"]
    assert told["case"]["complete"] is True
    assert told["case"]["void"] == []
    assert told["case"]["messages"] == 28
    assert told["case"]["receipts"] == 2 * 28, "of each message, by both others"
    assert told["case"]["messages_not_in_authors_log"] == 0
    for log in told["logs"]:
        assert {one["party"] for one in log["witnessed"]} == {"EG", "QA", "VN"} - {log["party"]}
    assert [one["content"] for one in told["exhibits"]] == [True, True]
    sealed = {one["sha256"] for one in told["exhibits"]}
    for names in (("image.qa.img", "image.eg.img"), ("ledger.eg.csv", "ledger.vn.csv")):
        opened = {hashlib.sha256((out / name).read_bytes()).hexdigest() for name in names}
        assert len(opened) == 1, "both opened the same"
        assert opened <= sealed
    assert run("verify", str(out / "dossier.zip"), "--trust", "0" * 64).returncode == 1


def test_the_image_has_arabic_names_a_deleted_file_and_a_sparse_one(tmp_path: Path) -> None:
    from musnad.cli.demo.evidence import make_image

    image = make_image(tmp_path)
    listed = subprocess.run(["/sbin/debugfs", "-R", "ls -l /", str(image)], capture_output=True, check=True).stdout
    assert escaped("مستندات") in listed
    assert escaped("محذوف") not in listed
    assert "كان هنا ثم حُذف".encode() in image.read_bytes(), "what was deleted is still on the disk"
    sparse = subprocess.run(
        ["/sbin/debugfs", "-R", "stat /sparse.bin", str(image)], capture_output=True, check=True, text=True
    ).stdout
    size = int(re.search(r"Size: (\d+)", sparse)[1])  # type: ignore[index]
    blocks = int(re.search(r"Blockcount: (\d+)", sparse)[1])  # type: ignore[index]
    assert size > 24 * 1024 * 1024
    assert blocks * 512 < size / 10


def test_the_demo_carries_a_disk_image_that_nobody_here_made(tmp_path: Path) -> None:
    image = tmp_path / "fs.ext4"
    with lzma.open(SAMPLES / "fs.ext4.xz") as packed, image.open("wb") as out:
        shutil.copyfileobj(packed, out)
    done = run("demo", "--evidence", str(image), "--out", str(tmp_path / "case"))
    assert done.returncode == 0, done.stdout + done.stderr
    opened = tmp_path / "case" / "opened.img"
    digest = subprocess.run(["sha256sum", str(opened)], capture_output=True, check=True, text=True).stdout.split()[0]
    assert digest == hashlib.sha256(image.read_bytes()).hexdigest()
    first_partition = f"{opened}?offset={2048 * 512}"
    subprocess.run(["/sbin/e2fsck", "-fn", first_partition], capture_output=True, check=True)


def test_the_demo_carries_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "ملفات"
    (folder / "فرعي").mkdir(parents=True)
    (folder / "فرعي" / "ملف.txt").write_text("محتوى", "utf-8")
    done = run("demo", "--evidence", str(folder), "--out", str(tmp_path / "case"))
    assert done.returncode == 0, done.stdout + done.stderr
    listed = subprocess.run(
        ["tar", "-tf", str(tmp_path / "case" / "opened.img")], capture_output=True, check=True
    ).stdout
    assert b"txt" in listed


def test_serving_leaves_an_emergency_at_both_desks_and_nothing_running_when_stopped(tmp_path: Path) -> None:
    evidence = tmp_path / "small.bin"
    evidence.write_bytes(b"small")
    out = tmp_path / "case"
    with (tmp_path / "said").open("wb") as said:
        demo = subprocess.Popen(
            [*MUSNAD, "demo", "--serve", "--evidence", str(evidence), "--out", str(out)], stdout=said
        )
        until = time.monotonic() + 200
        while "Ctrl-C" not in (tmp_path / "said").read_text("utf-8"):
            assert demo.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)
        told = (tmp_path / "said").read_text("utf-8")
        assert told.count("/enter/") == 2 * 4, "a link for each person of each desk"
        assert told.count("?language=en") == 2 * 4
        for node in ("vn", "qa"):
            inbox = json.loads(run("inbox", "--node", str(out / node), "--json").stdout)
            first = inbox["cases"][0]
            assert (first["place"], first["status"], first["exercise"]) == ("now", "asked", True)
            assert first["duties"][0]["duty"] == "acknowledge"
            people = json.loads(run("people", "list", "--node", str(out / node), "--json").stdout)["people"]
            assert {one["name"] for one in people} >= {"second", "overseer", "administrator"}
        assert len(processes_of(out)) >= 8
        demo.send_signal(signal.SIGINT)
        demo.wait(60)
    assert processes_of(out) == []


def test_a_folder_that_is_taken_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", "utf-8")
    done = run("demo", "--out", str(tmp_path), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"] == "folder.taken"
    assert [place.name for place in tmp_path.iterdir()] == ["mine"]


def test_evidence_that_is_not_there_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    done = run("demo", "--evidence", str(tmp_path / "none"), "--out", str(tmp_path / "case"), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"] == "form.invalid"
    assert not (tmp_path / "case").exists()
