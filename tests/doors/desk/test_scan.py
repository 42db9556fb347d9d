"""The scan of a paper: its SHA-256 is entered by the file itself, and of the file nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from musnad.core.kernel.names import CaseRef, digest_of
from musnad.core.messages import bodies
from musnad.desk.answering import scan
from musnad.desk.evidence.uploads import PLAIN_LIMIT_OCTETS
from musnad.exchange.composing import drafts
from musnad.people.powers import Role
from tests.directory_fixture import make_world
from tests.doors.desk.seats import seat
from tests.doors.desk.server import desk_of
from tests.doors.desk.test_answering import seen_in
from tests.exchange.test_takeover import CENTRAL, EGYPT, ask, show
from tests.world import Node, World

LETTER = b"%PDF-1.7 a letter of the registry " * 40
TYPED = {
    "speaker": EGYPT,
    "channel": "paper",
    "received_on": "2026-11-23",
    "said": "acknowledgement",
    "approvers": f"QA/{CENTRAL}/duty-1",
}


@dataclass
class Letter:
    """A request on paper, and the form by which what came is entered."""

    node: Node
    case: CaseRef
    client: Client

    @property
    def address(self) -> str:
        return f"/case/{self.case}/answer/transcript/{self.case}/"

    def posts(self, content: bytes | None = None, **more: str) -> HttpResponse:
        given: dict[str, object] = {**TYPED, **more}
        if content is not None:
            given["scan"] = SimpleUploadedFile("رسالة.pdf", content)
        return self.client.post(self.address, given)  # type: ignore[return-value]

    def enters(self, content: bytes | None = None, **more: str) -> bodies.Transcript:
        """What is entered, after what had to be seen was; by then the browser has let go of the file."""
        answer = self.posts(content, **more)
        if answer.status_code == 200:
            page = answer.content.decode()
            answer = self.posts(None, **more, seen=seen_in(page), document=digest_in(page))
        assert answer.status_code == 302
        (draft,) = drafts(self.node.ports)
        body = draft.message.body
        assert isinstance(body, bodies.Transcript)
        return body


def digest_in(page: str) -> str:
    return page.partition('name="document" value="')[2].partition('"')[0]


@contextmanager
def letter(folder: Path) -> Iterator[Letter]:
    world = World(published=make_world(("QA", "VN", "EG")))
    show(world, "QA", "VN")
    qa = world["QA"]
    case = ask(qa, on_paper=True)
    with desk_of(qa.ports, folder, seat(Role.DUTY_OFFICER, party="QA", name="noor")):
        yield Letter(qa, case, Client(SERVER_NAME="127.0.0.1", headers={"accept-language": "en"}))


@pytest.fixture
def came(tmp_path: Path) -> Iterator[Letter]:
    with letter(tmp_path) as made:
        yield made


def errors(answer: HttpResponse) -> str:
    assert answer.status_code == 422
    return answer.content.decode()


@pytest.mark.parametrize("content", [LETTER, b"x" * (PLAIN_LIMIT_OCTETS + 1_000_000)], ids=["small", "large"])
def test_a_scan_enters_its_own_digest_and_is_kept_nowhere(came: Letter, tmp_path: Path, content: bytes) -> None:
    assert came.enters(content).document == digest_of(content)
    rests = [one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()]
    (draft,) = drafts(came.node.ports)
    assert not [one for one in (*rests, draft.dsse.payload) if content[:30] in one]


def test_the_digest_may_be_typed_in_its_place(came: Letter) -> None:
    assert came.enters(document=digest_of(LETTER).upper()).document == digest_of(LETTER)


def test_neither_is_needed(came: Letter) -> None:
    assert came.enters().document is None


def test_both_together_have_to_agree(came: Letter) -> None:
    page = errors(came.posts(LETTER, document="ab" * 32))
    assert 'id="error-scan"' in page
    assert digest_of(LETTER) in page
    assert digest_in(page) == "ab" * 32  # what was typed stands
    assert not drafts(came.node.ports)
    assert came.enters(LETTER, document=digest_of(LETTER).upper()).document == digest_of(LETTER)


def test_after_a_preview_the_digest_stands_where_the_file_was(came: Letter) -> None:
    answer = came.posts(LETTER, do="preview")
    assert answer.status_code == 200
    assert digest_in(answer.content.decode()) == digest_of(LETTER)
    assert not drafts(came.node.ports)


def test_what_is_empty_or_too_large_is_said_beside_it(came: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "The file is empty." in errors(came.posts(b""))
    monkeypatch.setattr(scan, "LIMIT_OCTETS", 4096)
    page = errors(came.posts(b"x" * 5000))
    assert "It is larger than" in page
    assert 'id="error-scan"' in page
    assert digest_in(page) == ""
    assert not drafts(came.node.ports)


def test_the_form_can_carry_a_file_and_says_that_it_is_not_kept(came: Letter) -> None:
    page = came.client.get(came.address).content.decode()
    assert re.search(r'<form method="post"[^>]* enctype="multipart/form-data"', page)
    assert re.search(r'<input id="field-scan" type="file" name="scan" aria-describedby="help-scan"', page)
    assert "the file itself is not kept here" in page
    assert 'name="document"' in page


def test_a_form_that_asks_for_no_file_is_a_plain_one(came: Letter) -> None:
    answer = came.client.get(f"/case/{came.case}/answer/withdrawal/{came.case}/")
    assert answer.status_code == 200
    assert "multipart" not in answer.content.decode()
