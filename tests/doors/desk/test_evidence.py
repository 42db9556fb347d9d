"""Evidence at the desk: brought in through cuts, sealed, offered, fetched, opened; never in clear, never as a page."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from musnad.adapters.vault import spool as spools
from musnad.adapters.vault.memory import MemorySource
from musnad.adapters.vault.spool import Spool
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import CaseRef, MessageId, SealId
from musnad.core.messages import bodies
from musnad.core.sealing.manifest import Tool
from musnad.desk.evidence import uploads
from musnad.exchange.audit import read_notes
from musnad.exchange.composing import approve, case_state, drafts
from musnad.exchange.custody import carry_out
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import seal_into_vault, tell_sealed
from musnad.node.beside import Beside, Fetching
from musnad.node.resting import sweep_resting
from musnad.people.powers import Role
from tests.doors.desk.seats import seat
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import ACCESS, ACCESS_FIELDS, CENTRAL, published
from tests.world import Node, World

CHUNK = 1000
CLEAR = b"the ledger of the fourteen victims; "
WORDS = {"description": "The mailbox, bag 17", "device": "WD-WX41", "place": "Doha", "note": "read once"}


@pytest.fixture(autouse=True)
def _small_and_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small chunks, and nothing under way from another test."""
    for module in (spools, uploads):
        monkeypatch.setattr(module, "CHUNK_OCTETS", CHUNK)
    monkeypatch.setattr(uploads, "PLAIN_LIMIT_OCTETS", 20_000)
    work = Beside()
    for name in ("musnad.desk.evidence.views.SEALING", "musnad.desk.evidence.sealing.SEALING"):
        monkeypatch.setattr(name, work)
    monkeypatch.setattr("musnad.desk.evidence.views.FETCHING", Fetching())


@pytest.fixture
def accepted() -> tuple[World, CaseRef]:
    """Viet Nam asked Qatar for access, and Qatar accepted."""
    world = World(published=published())
    vn, qa = world["VN"], world["QA"]
    request = MessageId(vn.say(CENTRAL, [qa.authority(CENTRAL)], bodies.Request(ACCESS_FIELDS), measure=ACCESS))
    world.settle()
    qa.say(CENTRAL, [vn.authority(CENTRAL)], bodies.Acceptance(), case=CaseRef(request), answers=request)
    world.settle()
    return world, CaseRef(request)


@contextmanager
def desk(node: Node, folder: Path, *roles: Role, language: str = "en") -> Iterator[Client]:
    with desk_of(node.ports, folder, seat(*(roles or (Role.EXAMINER,)), party=node.code, name="noor")):
        yield Client(SERVER_NAME="127.0.0.1", headers={"accept-language": language})


def begun(client: Client, case: str, content: bytes, name: str = "ledger.db", **words: str) -> str:
    given = {"name": name, "size": str(len(content)), **WORDS, **words}
    answer = client.post(f"/case/{case}/evidence/upload/", given)
    assert answer.status_code == 201, answer.content.decode()
    return str(answer.json()["address"])


def put(client: Client, address: str, content: bytes, first: int, octets: bytes | None = None) -> tuple[int, int]:
    """The status, and how much the node says that it has."""
    chunk = content[first : first + CHUNK] if octets is None else octets
    named = f"bytes {first}-{first + len(chunk) - 1}/{len(content)}"
    answer = client.put(address, chunk, content_type="application/octet-stream", headers={"content-range": named})
    return answer.status_code, int(answer.headers.get("Upload-Offset", -1))


def sealed_by_page(client: Client, page: str) -> str:
    """What the page of a sealing says once it is over."""
    for _ in range(200):
        text = client.get(page).content.decode()
        if "every 1s" not in text:
            return text
        time.sleep(0.02)
    raise AssertionError("never over")


def all_at_rest(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file())


def the_seal(node: Node, case: str) -> SealId:
    return next(iter(case_state(node.ports, CaseRef(case)).exhibits))


# --- bringing it in ---------------------------------------------------------------------------------------------------


def test_an_upload_that_was_cut_goes_on_and_is_sealed(accepted: tuple[World, CaseRef], tmp_path: Path) -> None:
    world, case = accepted
    content = CLEAR * 100
    with desk(world["QA"], tmp_path) as client:
        at = begun(client, case, content, under=case)
        assert put(client, at, content, 0) == (204, 1000)
        assert put(client, at, content, 1000) == (204, 2000)
    with desk(world["QA"], tmp_path) as again:  # another day, another browser
        page = again.get(f"/case/{case}/evidence/").content.decode()
        assert "ledger.db" in page
        assert f'data-upload="{at}"' in page
        answer = again.head(at)
        assert answer.headers["Upload-Offset"] == "2000"
        assert answer.headers["Upload-Length"] == str(len(content))
        for first in range(2000, len(content), CHUNK):
            assert put(again, at, content, first)[0] == 204
        sealing = again.post(at)
        assert sealing.status_code == 302
        text = sealed_by_page(again, sealing.headers["Location"])
        assert hashlib.sha256(content).hexdigest() in text
        assert again.head(at).status_code == 404
    assert list((tmp_path / "vault" / "spool").glob("*/*")) == []
    exhibit = case_state(world["QA"].ports, case).exhibits[the_seal(world["QA"], case)]
    assert [one.event for one in exhibit.custody] == ["collected", "sealed"]
    assert exhibit.custody[0].place == "Doha"
    assert exhibit.custody[0].note == "read once"


def test_the_same_chunk_again_is_harmless_and_another_is_refused(
    accepted: tuple[World, CaseRef], tmp_path: Path
) -> None:
    world, case = accepted
    content = CLEAR * 100
    with desk(world["QA"], tmp_path) as client:
        at = begun(client, case, content)
        assert put(client, at, content, 0) == (204, 1000)
        assert put(client, at, content, 0) == (204, 1000)
        assert put(client, at, content, 0, b"x" * CHUNK)[0] == 409
        assert put(client, at, content, 2000) == (409, 1000)
        assert put(client, at, content, 1000) == (204, 2000)
        assert client.post(at).status_code == 409  # not whole: not sealed
        assert client.head(at).headers["Upload-Offset"] == "2000"


def test_a_range_that_is_none_of_its_chunks_is_refused(accepted: tuple[World, CaseRef], tmp_path: Path) -> None:
    world, case = accepted
    content = CLEAR * 100
    with desk(world["QA"], tmp_path) as client:
        at = begun(client, case, content)
        for said in (
            "", "bytes 0-999", "bytes 5-1004/3600", "bytes 0-999/3601", "bytes 0-998/3600", "bytes 999-0/3600",
            "bytes 0-1000/3600", "bytes ٠-٩٩٩/3600", "bytes 3000-3999/3600", "bytes 999999999999999999-1/3600",
        ):  # fmt: skip
            answer = client.put(
                at, content[:CHUNK], content_type="application/octet-stream", headers={"content-range": said}
            )
            assert answer.status_code == 400, said
        assert client.head(at).headers["Upload-Offset"] == "0"


def test_sizes_and_counts_have_limits(
    accepted: tuple[World, CaseRef], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, case = accepted
    monkeypatch.setattr(spools, "SIZE_LIMIT_OCTETS", 5000)
    monkeypatch.setattr(spools, "UPLOADS_LIMIT", 2)

    def begin(size: str) -> int:
        given = {"name": "a.img", "size": size, **WORDS}
        return client.post(f"/case/{case}/evidence/upload/", given).status_code

    with desk(world["QA"], tmp_path) as client:
        assert begin("5001") == 413
        for wrong in ("0", "-1", "1e3", "", "٣", "9" * 40):
            assert begin(wrong) == 400, wrong
        assert [begin("5000"), begin("10"), begin("10")] == [201, 201, 429]
        monkeypatch.setattr(spools, "FREE_OCTETS", 2**60)
        monkeypatch.setattr(spools, "UPLOADS_LIMIT", 9)
        assert begin("10") == 507


def test_what_nobody_went_on_with_is_swept(accepted: tuple[World, CaseRef], tmp_path: Path) -> None:
    world, case = accepted
    with desk(world["QA"], tmp_path) as client:
        old, new = (begun(client, case, CLEAR, name) for name in ("old.img", "new.img"))
        place = tmp_path / "vault" / "spool" / old.rstrip("/").rpartition("/")[2]
        days_ago = time.time() - 4 * 24 * 3600
        for one in (*place.iterdir(), place):
            os.utime(one, (days_ago, days_ago))
        assert sweep_resting(tmp_path, 72 * 3600) == 1  # as the worker does
        page = client.get(f"/case/{case}/evidence/").content.decode()
        assert "new.img" in page
        assert "old.img" not in page
        assert client.head(old).status_code == 404
        assert client.head(new).status_code == 204
        assert client.post(new, {"do": "drop"}).status_code == 302
        assert client.head(new).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "fdp\u202eexe.pdf",
        "../../etc/passwd",
        "a\\b.img",
        "nul\0.img",
        "x" * 300 + ".img",
        "..",
        "",
        "a\nb.img",
        "end. ",
    ],
)
def test_a_hostile_name_is_refused(name: str, accepted: tuple[World, CaseRef], tmp_path: Path) -> None:
    world, case = accepted
    with desk(world["QA"], tmp_path) as client:
        answer = client.post(f"/case/{case}/evidence/upload/", {"name": name, "size": "10", **WORDS})
        assert answer.status_code == 400
        assert answer.headers["Content-Type"].startswith("text/plain")
        small = {"file": SimpleUploadedFile("plain.img", CLEAR), "file_name": name or "..", **WORDS}
        assert client.post(f"/case/{case}/evidence/upload/small/", small).status_code == 400
    assert [one.name for one in tmp_path.rglob("*.img")] == []


def test_nothing_in_the_spool_is_in_clear(accepted: tuple[World, CaseRef], tmp_path: Path) -> None:
    world, case = accepted
    content = CLEAR * 100
    with desk(world["QA"], tmp_path) as client:
        at = begun(client, case, content, "falcon-ledger.db")
        for first in range(0, len(content), CHUNK):
            put(client, at, content, first)
        resting = all_at_rest(tmp_path)
    assert len(resting) > len(content)
    for clear in (CLEAR[:12], b"falcon-ledger", b"bag 17", case.encode()):
        assert clear not in resting


def test_a_chunk_that_was_changed_or_moved_at_rest_is_not_sealed(tmp_path: Path) -> None:
    from musnad.records.at_rest import RestKey

    kept = Spool(tmp_path, RestKey(bytes(32), os.urandom), os.urandom)
    content = os.urandom(3 * CHUNK)
    made = kept.begin(CaseRef("0" * 64), "a.img", len(content), "noor", WORDS)
    for first in range(0, len(content), CHUNK):
        kept.put(made.id, first, content[first : first + CHUNK])
    assert kept.digest(made.id) == hashlib.sha256(content).hexdigest()
    chunks = sorted(path for path in (tmp_path / made.id).iterdir() if path.name.isdigit())
    one, other = chunks[0].read_bytes(), chunks[1].read_bytes()
    chunks[0].write_bytes(other)
    chunks[1].write_bytes(one)
    with pytest.raises(MusnadError, match=r"upload\.damaged"):
        kept.digest(made.id)
    (tmp_path / made.id / "upload").write_bytes(b"x" * 80)
    with pytest.raises(MusnadError, match=r"journal\.corrupt"):
        kept.find(made.id)


def test_a_small_file_comes_by_a_plain_form_and_never_rests_in_clear(
    accepted: tuple[World, CaseRef], tmp_path: Path
) -> None:
    world, case = accepted
    with (
        desk(world["QA"], tmp_path) as client,
        patch("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", side_effect=AssertionError),
    ):
        at = f"/case/{case}/evidence/upload/small/"
        large = {"file": SimpleUploadedFile("large.img", CLEAR * 1000), **WORDS}
        assert client.post(at, large).status_code == 413
        assert client.post(at, WORDS).status_code == 400
        answer = client.post(at, {"file": SimpleUploadedFile("ledger.db", CLEAR * 20), **WORDS})
        assert answer.status_code == 302
        assert hashlib.sha256(CLEAR * 20).hexdigest() in sealed_by_page(client, answer.headers["Location"])


def test_a_plain_form_without_its_token_is_refused(accepted: tuple[World, CaseRef], tmp_path: Path) -> None:
    world, case = accepted
    with desk(world["QA"], tmp_path):
        client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
        given = {"file": SimpleUploadedFile("ledger.db", CLEAR), **WORDS}
        assert client.post(f"/case/{case}/evidence/upload/small/", given).status_code == 403
        assert client.post(f"/case/{case}/evidence/upload/", {"name": "a", "size": "1", **WORDS}).status_code == 403


def test_a_file_of_another_digest_than_was_named_is_not_sealed(accepted: tuple[World, CaseRef], tmp_path: Path) -> None:
    world, case = accepted
    with desk(world["QA"], tmp_path) as client:
        at = begun(client, case, CLEAR, sha256="0" * 64)
        put(client, at, CLEAR, 0)
        text = sealed_by_page(client, client.post(at).headers["Location"])
        assert "upload.differs" in text
        assert client.head(at).status_code == 204  # it rests on
    assert case_state(world["QA"].ports, case).exhibits == {}


def test_only_who_handles_evidence_brings_it_in(accepted: tuple[World, CaseRef], tmp_path: Path) -> None:
    world, case = accepted
    with desk(world["QA"], tmp_path) as client:
        at = begun(client, case, CLEAR)
    for role in (Role.LAWYER, Role.OVERSEER, Role.ADMINISTRATOR):
        with desk(world["QA"], tmp_path, role) as client:
            assert client.get(f"/case/{case}/evidence/").status_code == (200 if role == Role.OVERSEER else 403)
            assert put(client, at, CLEAR, 0)[0] == 403
    with desk(world["QA"], tmp_path) as client:
        elsewhere = at.replace(case, "0" * 64)
        assert client.head(elsewhere).status_code == 404


# --- giving, taking, opening ------------------------------------------------------------------------------------------


def sealed(world: World, case: CaseRef, content: bytes, name: str) -> SealId:
    qa = world["QA"]
    order = SealingOrder(
        qa.authority(CENTRAL), Tool("musnad", "test"), "A mailbox", exercise=True, under=MessageId(case)
    )
    made = seal_into_vault(qa.ports, MemorySource(content, name), order)
    tell_sealed(qa.ports, case, made.manifest, None, None)
    world.settle()
    return made.seal


def approved(node: Node) -> None:
    """Every officer whom a draft waits for approves it; then it is carried out."""
    for draft in drafts(node.ports):
        for name in draft.missing:
            approve(node.ports, draft.id, node.officer(CENTRAL, name.rpartition("/")[2]))
        carry_out(node.ports, draft.id)


def posted(client: Client, at: str, typed: Mapping[str, object]) -> None:
    """A form whose last page is the approving area's."""
    answer = client.post(at, typed)
    if answer.status_code == 200:
        seen = re.search(r'name="seen" value="([0-9a-f]*)"', answer.content.decode())
        assert seen is not None
        answer = client.post(at, {**typed, "seen": seen[1]})
    assert answer.status_code == 302, answer.content.decode()


def given(world: World, case: CaseRef, folder: Path, content: bytes, name: str, **limits: str) -> SealId:
    """Sealed, offered through the desk, approved and fetched through the desk of the other side."""
    vn, qa = world["VN"], world["QA"]
    seal = sealed(world, case, content, name)
    officers = [str(qa.officer(CENTRAL, one).name) for one in ("duty-1", "duty-2")]
    with desk(qa, folder) as client:
        page = client.get(f"/case/{case}/evidence/").content.decode()
        assert f"/evidence/offer/{case}/?seal={seal}" in page
        typed = {"seals": [seal], "to": [vn.authority(CENTRAL)], "approvers": officers, **limits}
        posted(client, f"/case/{case}/evidence/offer/{case}/", typed)
    approved(qa)
    world.settle()
    with desk(vn, folder) as client:
        answer = client.post(f"/case/{case}/evidence/{seal}/fetch/")
        assert answer.status_code == 302
        assert "every part verified" in sealed_by_page(client, answer.headers["Location"])
    world.settle()
    return seal


def test_what_was_sealed_in_no_case_is_offered_and_its_origin_is_said(
    accepted: tuple[World, CaseRef], tmp_path: Path
) -> None:
    """Of another case's exhibits nothing is told here, though that case may be seen by nobody at this desk."""
    world, case = accepted
    vn, qa = world["VN"], world["QA"]
    order = SealingOrder(qa.authority(CENTRAL), Tool("musnad", "test"), "A disk", exercise=True)
    free = seal_into_vault(qa.ports, MemorySource(CLEAR, "free.img"), order).manifest.seal
    elsewhere = MessageId(
        vn.say(CENTRAL, [qa.authority(CENTRAL)], bodies.Request(ACCESS_FIELDS | {"subject": "Another"}), measure=ACCESS)
    )
    world.settle()
    qa.say(CENTRAL, [vn.authority(CENTRAL)], bodies.Acceptance(), case=CaseRef(elsewhere), answers=elsewhere)
    other = sealed(world, CaseRef(elsewhere), CLEAR, "other.img")
    untold = SealingOrder(qa.authority(CENTRAL), Tool("musnad", "test"), "x", exercise=True, under=elsewhere)
    under = seal_into_vault(qa.ports, MemorySource(CLEAR, "under.img"), untold).manifest.seal
    officers = [str(qa.officer(CENTRAL, one).name) for one in ("duty-1", "duty-2")]
    at = f"/case/{case}/evidence/offer/{case}/"
    typed = {"to": [vn.authority(CENTRAL)], "approvers": officers}
    with desk(qa, tmp_path) as client:
        assert "Offer what was sealed here before" in client.get(f"/case/{case}/evidence/").content.decode()
        page = client.get(at).content.decode()
        assert "free.img" in page
        assert "other.img" not in page
        assert "under.img" not in page
        for wrong in (other, under, "0" * 32):
            assert client.post(at, {**typed, "seals": [wrong]}).status_code == 422
        shown = client.post(at, {**typed, "seals": [free], "note": "One image.", "do": "preview"}).content.decode()
        assert "As the other side will read it" in shown
        assert "One image." in shown.partition('class="previews"')[2]
        assert free in shown
        assert case_state(qa.ports, case).exhibits == {}
        posted(client, at, {**typed, "seals": [free]})
    approved(qa)
    world.settle()
    exhibit = case_state(vn.ports, case).exhibits[free]
    assert [one.event for one in exhibit.custody][:3] == ["collected", "sealed", "offered"]
    assert exhibit.gaps == ()


PAGE = b"<html><script>alert(document.cookie)</script></html>"


@pytest.mark.parametrize(
    ("name", "content"),
    [("page.html", PAGE), ("image.svg", b"<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>"), ("a.db", b"")],
)
def test_what_an_exhibit_holds_is_a_file_to_keep_and_never_a_page(
    name: str, content: bytes, accepted: tuple[World, CaseRef], tmp_path: Path
) -> None:
    world, case = accepted
    seal = given(world, case, tmp_path, content, name, onward="forbidden", purpose="The case named.")
    vn = world["VN"]
    at = f"/case/{case}/evidence/{seal}/open/"
    officers = [str(vn.officer(CENTRAL, one).name) for one in ("duty-1", "duty-2")]
    with desk(vn, tmp_path) as client:
        page = client.get(at).content.decode()
        assert "The case named." in page
        assert "Forbidden" in page
        assert client.post(at, {"approvers": officers}).status_code == 422  # the conditions were not read
        assert client.post(f"/case/{case}/evidence/{seal}/content/").status_code == 403  # nobody approved
        typed = {"approvers": officers, "agreed": "yes"}
        posted(client, at, typed)
        approved(vn)
        world.settle()
        answer = client.post(at, typed)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert client.get(f"/case/{case}/evidence/{seal}/content/").status_code == 405
    noted = [one.record.about for one in read_notes(vn.ports, 20) if one.record.act == "looked"]
    assert any(one.get("what") == "content" and one.get("seal") == seal for one in noted)
    assert "opened" in [one.event for one in case_state(vn.ports, case).exhibits[seal].custody]


def test_custody_is_said_and_a_destruction_is_done(accepted: tuple[World, CaseRef], tmp_path: Path) -> None:
    world, case = accepted
    seal = given(world, case, tmp_path, CLEAR, "ledger.db")
    vn = world["VN"]
    at = f"/case/{case}/evidence/{seal}/custody/"
    with desk(vn, tmp_path) as client:
        assert client.get(at).status_code == 200
        assert client.post(at, {"event": "copied", "to": "QA"}).status_code == 422
        posted(client, at, {"event": "copied", "note": "For analysis, under a write blocker.", "place": "Hanoi"})
        posted(client, at, {"event": "exported", "note": "To the court's file server."})
        assert client.post(at, {"event": "destroyed", "note": "Shredded."}).status_code == 422  # nobody approves
        officers = [str(vn.officer(CENTRAL, one).name) for one in ("duty-1", "duty-2")]
        posted(client, at, {"event": "destroyed", "note": "Shredded.", "approvers": officers})
        assert vn.ports.vault.holds(seal)
    approved(vn)
    assert not vn.ports.vault.holds(seal)
    said = [one.event for one in case_state(vn.ports, case).exhibits[seal].custody]
    assert said[-3:] == ["copied", "exported", "destroyed"]


def test_the_pages_speak_arabic(accepted: tuple[World, CaseRef], tmp_path: Path) -> None:
    world, case = accepted
    seal = given(world, case, tmp_path, CLEAR, "صورة.db")
    for node, paths in (
        (world["QA"], ("", f"offer/{case}/", f"{seal}/custody/")),
        (world["VN"], ("", f"{seal}/open/", f"{seal}/custody/")),
    ):
        with desk(node, tmp_path, language="ar") as client:
            for path in paths:
                page = client.get(f"/case/{case}/evidence/{path}").content.decode()
                assert '<html lang="ar" dir="rtl">' in page
                assert "style=" not in page
