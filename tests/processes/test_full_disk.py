"""Disks that are really full, under real nodes: told by a stable code, nothing half-written, gone on with when there is
room. Each is a file system of its own in memory; needs the right to mount."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections

from musnad.core.kernel.names import CaseRef, MessageId, SealId
from musnad.node.configuration import FILE, read_configuration
from tests.processes.judging import check_node, sha256
from tests.processes.stand import Stand, attach, wait_until
from tests.processes.story import QA, VN, Story
from tests.rights import lacking

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

PART = 4 * 1024 * 1024
Resize = Callable[[str], None]


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    built = Stand(tmp_path_factory.mktemp("stand"), "en", doors=("gate", "worker"))
    try:
        built.build()
        yield built
    finally:
        built.close()
        connections.close_all()


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Resize]:
    """A disk of its own at ``place``, and how to change its size."""

    def mount(*options: str) -> bool:
        command = ["mount", "-t", "tmpfs", *options, "tmpfs", str(place)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    place.mkdir(exist_ok=True)
    if not mount("-o", f"size={size},mode=700"):
        lacking("the right to mount a small file system")

    def resize(size: str) -> None:
        assert mount("-o", f"remount,size={size}")

    try:
        yield resize
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_disk_that_fills_while_an_exhibit_is_received_and_opened(stand: Stand) -> None:
    evidence = stand.folder / "evidence.img"
    evidence.write_bytes(bytes(range(256)) * (5 * PART // 256))
    story = Story(stand, "full-vault", evidence)
    _offer(story)
    vault, case, seal = stand.ports["VN"].vault, CaseRef(story.case), SealId(story.seal)
    with small_disk(stand.node("VN") / "vault", "14m") as resize:
        assert _code(story, "fetch", case) == "storage.full"
        assert not vault.holds(seal)
        assert tuple(vault.drafts()) == (seal,)
        draft = vault.draft(seal)
        assert draft.size("data") >= 3 * PART, "three parts of five had room, and are not fetched again"
        draft.close()
        assert _code(story, "fetch", case) == "storage.full", "still full"
        resize("64m")
        story.command("VN", "fetch", case)
        assert tuple(vault.drafts()) == ()
        with small_disk(stand.folder / "out", "6m") as resize_out:
            out = stand.folder / "out" / "opened.img"
            opening = ("open", case, seal, "--out", str(out), "--officer", str(stand.officer(VN)))
            assert _code(story, *opening) == "storage.full"
            assert list(out.parent.iterdir()) == []
            resize_out("64m")
            story.command("VN", *opening)
            assert sha256(out) == sha256(evidence)
    story.settle()
    (exhibit,) = story.state("QA").exhibits.values()
    assert [entry.event for entry in exhibit.custody] == ["collected", "sealed", "offered", "received", "opened"]


def test_a_gate_whose_journal_is_full_takes_nothing_and_then_everything(stand: Stand) -> None:
    with _journal_of_qa_on_a_small_disk(stand) as filler:
        ports = stand.ports["QA"]
        size = ports.journal.log_size()
        _fill(filler)
        story = Story(stand, "full-journal", stand.folder / "none")
        message = MessageId(str(story.command("VN", "ask", *story.asking())["message"]))

        def tried() -> list[str]:
            return [one.last_error for one in stand.ports["VN"].journal.waiting() if one.message == message]

        wait_until(lambda: tried() not in ([], [""]), "a first attempt")
        assert tried() == ["peer.busy"]
        assert ports.journal.entry(message) is None
        assert ports.journal.log_size() == size
        filler.unlink()
        wait_until(lambda: ports.journal.entry(message) is not None and tried() == [], "taken when there is room")
        check_node(ports)


@contextmanager
def _journal_of_qa_on_a_small_disk(stand: Stand) -> Iterator[Path]:
    """QA runs with its journal on a disk of its own, and on its own place again after; a place to fill that disk."""
    node, folder = stand.nodes["QA"], stand.node("QA")
    node.stop()
    with small_disk(folder / "small", "32m"):
        _move_journal(stand, Path("small/journal.sqlite3"))
        try:
            node.start()
            wait_until(node.is_up, "QA up on its small disk")
            yield folder / "small" / "filler"
        finally:
            node.stop()
            _move_journal(stand, Path("journal.sqlite3"))
    node.start()
    wait_until(node.is_up, "QA up again")


def _offer(story: Story) -> None:
    """An exhibit of the story's evidence, offered by QA and known to VN."""
    story.case = CaseRef(str(story.command("VN", "ask", *story.asking())["case"]))
    story.answer("QA", "acceptance")
    officer = str(story.stand.officer(QA))
    sealed = story.command(
        *("QA", "seal", str(story.evidence), "--author", QA, "--case", story.case, "--officer", officer)
    )
    story.seal = str(sealed["seal"])
    story.command(
        *("QA", "offer", story.case, story.seal, "--author", QA, "--to", VN, "--answers", story.case),
        *("--officer", officer, "--officer", str(story.stand.second_officer(QA))),
    )
    wait_until(lambda: story.is_offered("VN"), "the offer")


def _code(story: Story, *arguments: str) -> str:
    """The code that VN's command fails with."""
    return story.failure("VN", *arguments)


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)) == 4096:
            pass


def _move_journal(stand: Stand, place: Path) -> None:
    """The journal's files to another place, and node.toml with them, while the node is stopped."""
    connections.close_all()
    folder = stand.node("QA")
    now = Path(read_configuration(folder).journal.database)
    for file in (folder / now).parent.glob(f"{now.name}*"):
        shutil.move(file, folder / place.parent / file.name)
    text = (folder / FILE).read_text("utf-8")
    (folder / FILE).write_text(text.replace(f'database = "{now}"', f'database = "{place}"'), "utf-8")
    stand.ports["QA"] = attach(folder)
