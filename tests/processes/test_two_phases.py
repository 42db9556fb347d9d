"""Two officers at two terminals: one begins an opening or an export, the other approves later, the first goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections

from musnad.adapters.files.keys import read_officer
from musnad.core.kernel.names import MessageId
from musnad.core.messages import bodies
from tests.processes.judging import sha256
from tests.processes.stand import Stand
from tests.processes.story import VN, Story

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    stand = Stand(tmp_path_factory.mktemp("stand"), "en", doors=("gate", "worker"))
    try:
        stand.build()
        evidence = stand.folder / "evidence.img"
        evidence.write_bytes(b"what the provider kept\n" * 1000)
        told = Story(stand, "two-phases", evidence)
        told.tell()
        yield told
    finally:
        stand.close()
        connections.close_all()


def test_an_opening_waits_for_the_second_officer_and_then_writes(story: Story) -> None:
    stand, out = story.stand, story.stand.folder / "second.img"
    first, second = str(stand.officer(VN)), stand.second_officer(VN)
    opening = ("open", story.case, story.seal, "--out", str(out), "--officer", first)
    begun = story.command("VN", *opening, "--approver", str(read_officer(second).name))
    assert not out.exists()
    shown = story.command("VN", "approve", str(begun["draft"]))
    assert shown["signed_sha256"] == begun["signed_sha256"], (
        "who approves later signs the octets that the first one signed"
    )
    approved = story.command("VN", "approve", str(begun["draft"]), "--officer", str(second))
    assert approved["message"] == begun["draft"]
    story.command("VN", *opening)
    assert sha256(out) == sha256(story.evidence)
    story.settle()
    opened = story.state("QA").messages[MessageId(str(begun["draft"]))].body
    assert isinstance(opened, bodies.Custody)
    assert opened.event == "opened"


def test_an_export_waits_for_the_second_officer_and_then_is_written_and_proves(story: Story) -> None:
    stand, out = story.stand, story.stand.folder / "second.zip"
    first, second = str(stand.officer(VN)), stand.second_officer(VN)
    export = ("export", story.case, "--out", str(out))
    begun = story.command("VN", *export, "--officer", first, "--approver", str(read_officer(second).name))
    assert not out.exists()
    draft = str(begun["draft"])
    assert story.failure("VN", *export, "--draft", draft) == "approval.missing"
    story.command("VN", "approve", draft, "--officer", str(second))
    story.command("VN", *export, "--draft", draft)
    done = stand.hands.run(["verify", str(out), "--trust", str(stand.folder / "trust" / "root.json"), "--json"])
    assert done.returncode == 0, done
