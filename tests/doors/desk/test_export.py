"""Exporting at the desk: gathered, approved by passkey, written, given as a file that proves itself, and forgotten."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from musnad.adapters.vault.memory import MemorySource, MemoryTarget
from musnad.core.kernel.names import CaseRef, MessageId, OfficerName, SealId, digest_of
from musnad.core.messages import bodies
from musnad.core.sealing.manifest import Tool
from musnad.desk.cases import dossiers
from musnad.exchange.audit import read_notes
from musnad.exchange.composing import drafts, read_draft
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import fetch, offer_of, open_into, seal_into_vault, tell_sealed, wrap_for
from musnad.exchange.export import KEPT_FOR
from musnad.exchange.reading.exports import list_exports
from musnad.node.beside import Beside
from musnad.people.powers import Role
from musnad.verify.main import main as verify
from tests.doors.desk.seats import seat
from tests.doors.desk.server import desk_of
from tests.doors.desk.signing import answer_of, challenge_on, device, world_with
from tests.doors.desk.story import ACCESS, ACCESS_FIELDS, CENTRAL
from tests.dossier_fixture import judge

LAN = device("lan")
DUTY_1 = OfficerName(f"VN/{CENTRAL}/duty-1")
CONTENT = b"the ledger of the fourteen victims; " * 4000


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small chunks, and nothing under way from another test."""
    monkeypatch.setattr("musnad.adapters.vault.spool.CHUNK_OCTETS", 50_000)
    monkeypatch.setattr(dossiers, "PAUSE_SECONDS", 0.01)
    work = Beside()
    for name in ("musnad.desk.cases.export.EXPORTING", "musnad.desk.cases.dossiers.EXPORTING"):
        monkeypatch.setattr(name, work)


class Held:
    """Evidence that Viet Nam asked for, fetched and opened, under conditions."""

    def __init__(self, limits: bodies.UseLimits | None = None, *conditions: str) -> None:
        self.world = world_with({f"{CENTRAL}/duty-1": LAN})
        self.vn, self.qa = self.world["VN"], self.world["QA"]
        vn, qa = self.vn.authority(CENTRAL), self.qa.authority(CENTRAL)
        self.case = CaseRef(self.vn.say(CENTRAL, [qa], bodies.Request(ACCESS_FIELDS), measure=ACCESS))
        request = MessageId(self.case)
        self.world.settle()
        self.qa.say(CENTRAL, [vn], bodies.Acceptance(conditions, limits), case=self.case, answers=request)
        order = SealingOrder(qa, Tool("test", "1"), "one file", exercise=True, under=request)
        manifest = seal_into_vault(self.qa.ports, MemorySource(CONTENT, "ledger.db"), order).manifest
        self.seal: SealId = manifest.seal
        tell_sealed(self.qa.ports, self.case, manifest, None, None)
        ref = wrap_for(self.qa.ports, self.seal, (vn,))
        offer = offer_of(self.qa.ports, [self.seal], None, None)
        self.qa.say(CENTRAL, [vn], offer, case=self.case, answers=request, exhibits=(ref,))
        self.world.settle()
        fetch(self.vn.ports, self.case, self.seal)
        self.world.settle()
        open_into(self.vn.ports, self.case, self.seal, MemoryTarget(), (self.vn.officer(CENTRAL),))
        self.world.settle()

    @property
    def at(self) -> str:
        return f"/case/{self.case}/export/"


@pytest.fixture
def held() -> Held:
    return Held()


@contextmanager
def desk(held: Held, folder: Path, *roles: Role, language: str = "en") -> Iterator[Client]:
    with desk_of(held.vn.ports, folder, seat(*(roles or (Role.DUTY_OFFICER,)))):
        yield Client(headers={"host": "localhost:9080", "accept-language": language})


def waited(client: Client, page: str) -> tuple[int, str]:
    """Where the work of a page leads, or what the page says in the end."""
    for _ in range(400):
        answer = client.get(page)
        if answer.status_code == 302:
            return 302, answer.headers["Location"]
        text = answer.content.decode()
        if "every 1s" not in text:
            return answer.status_code, text
        time.sleep(0.02)
    raise AssertionError("never over")


def prepared(client: Client, held: Held, **given: str) -> MessageId:
    """The draft that the wish for an export comes to."""
    typed = {"content": "whole", "approvers": DUTY_1, **given}
    answer = client.post(held.at, typed)
    assert (answer.status_code, answer.headers.get("Location")) == (302, f"{held.at}gathering/"), answer.content
    status, where = waited(client, f"{held.at}gathering/")
    assert status == 302, where
    draft = MessageId(where.strip("/").rpartition("/")[2])
    assert where == f"/drafts/{draft}/"
    return draft


def approved(client: Client, draft: MessageId) -> str:
    shown = client.get(f"/drafts/{draft}/").content.decode()
    answer = answer_of(LAN.sign(challenge_on(shown)))
    return str(client.post(f"/drafts/{draft}/approve/", {"officer": DUTY_1, "answer": answer}).headers["Location"])


def made(client: Client, held: Held, draft: MessageId) -> None:
    at = f"{held.at}{draft}/"
    answer = client.post(at)
    assert (answer.status_code, answer.headers.get("Location")) == (302, at)
    assert waited(client, at) == (302, held.at)


def downloaded(client: Client, held: Held, draft: MessageId, sink: Path) -> Path:
    answer = client.post(f"{held.at}{draft}/dossier/")
    assert answer.status_code == 200
    sink.write_bytes(b"".join(answer))
    assert answer.headers["Content-Length"] == str(sink.stat().st_size)
    return sink


def acts(held: Held) -> list[str]:
    return [one.record.act for one in read_notes(held.vn.ports, 50)]


def at_rest(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file())


def test_an_export_is_asked_for_approved_written_given_and_proves_itself(held: Held, tmp_path: Path) -> None:
    with desk(held, tmp_path / "node") as client:
        assert held.at in client.get(f"/case/{held.case}/").content.decode()
        draft = prepared(client, held)
        shown = client.get(f"/drafts/{draft}/").content.decode()
        body = read_draft(held.vn.ports, draft).message.body
        assert isinstance(body, bodies.Exported)
        assert body.payload_manifest in shown
        assert approved(client, draft) == held.at
        assert "Make the dossier" in client.get(held.at).content.decode()
        made(client, held, draft)
        sink = downloaded(client, held, draft, tmp_path / "dossier.zip")
        notes = [one.record for one in read_notes(held.vn.ports, 50)]
    anchor = tmp_path / "root.json"
    anchor.write_bytes(held.world.published.anchor)
    assert verify([str(sink), "--trust", str(anchor), "--lang", "en"]) == 0
    assert CONTENT in sink.read_bytes()
    [given] = [one for one in notes if one.about.get("what") == "dossier"]
    assert (given.act, given.case, given.about["message"], given.about["officer"]) == (
        "looked",
        held.case,
        draft,
        DUTY_1,
    )
    assert {"export-prepared", "dossier-made"} <= {one.act for one in notes}
    [export] = list_exports(held.vn.ports, held.case)
    assert (export.id, export.stand, export.with_content) == (draft, "said", True)


def test_the_dossier_is_an_attachment_that_no_browser_runs_or_keeps(held: Held, tmp_path: Path) -> None:
    with desk(held, tmp_path) as client:
        draft = prepared(client, held, content="manifests")
        approved(client, draft)
        made(client, held, draft)
        answer = client.post(f"{held.at}{draft}/dossier/")
        assert answer.headers["Content-Type"] == "application/zip"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="musnad-{held.case[:12]}.zip"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert client.get(f"{held.at}{draft}/dossier/").status_code == 405
        b"".join(answer)


def test_manifests_only_holds_no_evidence_and_proves_itself_too(held: Held, tmp_path: Path) -> None:
    with desk(held, tmp_path / "node") as client:
        draft = prepared(client, held, content="manifests")
        approved(client, draft)
        made(client, held, draft)
        sink = downloaded(client, held, draft, tmp_path / "dossier.zip")
    assert CONTENT[:36] not in sink.read_bytes()
    assert judge(sink, digest_of(held.world.published.anchor)).proven


def test_nothing_of_it_rests_in_clear_once_it_is_made(held: Held, tmp_path: Path) -> None:
    with desk(held, tmp_path) as client:
        draft = prepared(client, held)
        approved(client, draft)
        left = tmp_path / "vault" / "dossiers" / "making" / f"{'0' * 64}.zip.partial"  # a crash of long ago
        left.parent.mkdir(parents=True)
        left.write_bytes(CONTENT)
        made(client, held, draft)
        resting = at_rest(tmp_path / "vault" / "dossiers")
        assert len(resting) > len(CONTENT)
        assert CONTENT[:36] not in resting
        assert held.case.encode() not in resting
        assert client.post(f"{held.at}{draft}/dossier/", {"do": "drop"}).status_code == 302
        assert at_rest(tmp_path / "vault" / "dossiers") == b""
        assert client.post(f"{held.at}{draft}/dossier/").status_code == 404
        assert "dossier-dropped" in acts(held)
        assert "Make its dossier again" in client.get(held.at).content.decode()
        made(client, held, draft)
        assert downloaded(client, held, draft, tmp_path / "again.zip").stat().st_size > len(CONTENT)


def test_without_the_signature_nothing_is_written(held: Held, tmp_path: Path) -> None:
    with desk(held, tmp_path) as client:
        draft = prepared(client, held)
        answer = client.post(f"{held.at}{draft}/")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/drafts/{draft}/")
        assert client.post(f"{held.at}{draft}/dossier/").status_code == 404
        assert held.vn.journal.entry(draft) is None
    assert at_rest(tmp_path / "vault") == b""


def test_what_was_prepared_too_long_ago_is_exported_anew(held: Held, tmp_path: Path) -> None:
    with desk(held, tmp_path) as client:
        draft = prepared(client, held)
        approved(client, draft)
        made(client, held, draft)
        client.post(f"{held.at}{draft}/dossier/", {"do": "drop"})
        held.world.clock.advance(days=(KEPT_FOR + timedelta(days=1)).days)
        again = prepared(client, held)
        assert again != draft
        page = client.get(held.at).content.decode()
        assert "no longer kept" in page
        client.post(f"{held.at}{draft}/")
        status, text = waited(client, f"{held.at}{draft}/")
        assert status == 200
        assert "export.outdated" in text


def test_a_condition_that_forbids_it_is_told_before_anything_is_gathered(tmp_path: Path) -> None:
    held = Held(bodies.UseLimits(True, "with-consent", "Case 2026/1187 alone"))
    with desk(held, tmp_path) as client:
        page = client.get(held.at).content.decode()
        assert "Case 2026/1187 alone" in page
        answer = client.post(held.at, {"content": "whole", "use": "other-use", "approvers": DUTY_1})
        assert answer.status_code == 422
        assert "conditions.use-not-allowed" in answer.content.decode()
        answer = client.post(held.at, {"content": "", "approvers": ""})
        assert answer.status_code == 422
        assert answer.content.decode().count('class="field-error"') == 2
    assert drafts(held.vn.ports) == ()


def test_a_peer_out_of_reach_is_said_in_words(held: Held, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossiers, "WAIT_SECONDS", 0.2)
    held.vn.faults.down.add(held.qa.code)
    with desk(held, tmp_path) as client:
        client.post(held.at, {"content": "whole", "approvers": DUTY_1})
        status, text = waited(client, f"{held.at}gathering/")
        assert status == 200
        assert 'role="alert"' in text
        assert "peer.unreachable" in text or "log.not-witnessed" in text
    assert drafts(held.vn.ports) == ()


def test_who_may_export(held: Held, tmp_path: Path) -> None:
    with desk(held, tmp_path) as client:
        draft = prepared(client, held)
        approved(client, draft)
        made(client, held, draft)
    for role in (Role.OVERSEER, Role.ADMINISTRATOR, Role.APPROVER):
        with desk(held, tmp_path, role) as client:
            assert client.get(held.at).status_code == (200 if role == Role.OVERSEER else 403)
            assert client.post(held.at, {"content": "whole", "approvers": DUTY_1}).status_code == 403
            assert client.post(f"{held.at}{draft}/").status_code == 403
            assert client.post(f"{held.at}{draft}/dossier/").status_code == 403
            if role != Role.OVERSEER:  # who reads what was asked for, and asks for nothing
                assert held.at not in client.get(f"/case/{held.case}/").content.decode()
    with desk(held, tmp_path, Role.LAWYER) as client:  # handles no evidence: manifests only, and no dossier with it
        page = client.get(held.at).content.decode()
        assert 'name="content"' not in page
        assert client.post(f"{held.at}{draft}/dossier/").status_code == 403
        other = prepared(client, held)
        [found] = [one for one in list_exports(held.vn.ports, held.case) if one.id == other]
        assert not found.with_content
    stranger = replace(seat(Role.DUTY_OFFICER), officers=(OfficerName("VN/contact-24-7/duty-1"),))
    with desk_of(held.vn.ports, tmp_path, stranger):
        client = Client(headers={"host": "localhost:9080", "accept-language": "en"})
        assert client.post(f"{held.at}{draft}/dossier/").status_code == 403
        assert client.post(f"/case/{'0' * 64}/export/").status_code == 404


def test_another_case_s_export_is_not_given_here(held: Held, tmp_path: Path) -> None:
    other = CaseRef(
        held.vn.say(
            CENTRAL,
            [held.qa.authority(CENTRAL)],
            bodies.Request(ACCESS_FIELDS | {"subject": "Another"}),
            measure=ACCESS,
        )
    )
    held.world.settle()
    with desk(held, tmp_path) as client:
        draft = prepared(client, held)
        approved(client, draft)
        made(client, held, draft)
        assert client.post(f"/case/{other}/export/{draft}/dossier/").status_code == 404
        assert client.post(f"/case/{other}/export/{draft}/").status_code == 404
