"""The node's state and its own records at the desk: what is told, to whom, and that looking is noted."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client

from musnad.core.kernel.errors import leaves as leaves_known
from musnad.core.kernel.names import PartyCode
from musnad.core.kernel.times import instant
from musnad.exchange.audit import note, read_notes
from musnad.exchange.errors import PeerUnreachable
from musnad.exchange.ports import Ports
from musnad.exchange.reading.state_of_house import show_house
from musnad.exchange.witnessing import seek_cosignatures, sign_head
from musnad.language import speak, use
from musnad.language.house_words import _WAITS, what_helps, why_it_waits
from musnad.node.backup import standing as standings
from musnad.node.doctor import Finding
from musnad.node.life import signs, weigh
from musnad.node.signs import give_sign
from tests.doors.desk.seats import ADMINISTRATOR, OFFICER, OVERSEER
from tests.doors.desk.server import desk_of
from tests.doors.desk.story import Story, tell_story
from tests.people_database import people_tables


@pytest.fixture(scope="module")
def told() -> Story:
    """A story of this module's own: looking at a desk writes into its node."""
    return tell_story()


def client(language: str = "en") -> Client:
    return Client(SERVER_NAME="127.0.0.1", headers={"accept-language": language})


@pytest.fixture(autouse=True)
def tables(tmp_path: Path) -> Iterator[None]:
    """The node's tables: the page says, too, what rings for nobody."""
    with people_tables(tmp_path):
        yield


def test_tells_what_waits_and_why(told: Story) -> None:
    shown = show_house(told.world["VN"].ports)
    (row,) = shown.deliveries
    assert (row.party.code, row.messages, row.last_error) == ("QA", 1, "peer.unreachable")
    assert row.attempts >= 1
    assert shown.log.size == told.world["VN"].journal.log_size()
    assert [one.code for one in shown.log.cosigned_by] == ["QA"]
    assert {key.use for key in shown.keys} == {"signing", "wrapping", "officer"}
    assert all(key.valid and key.held is not False for key in shown.keys)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_says_it_without_any_content(told: Story, tmp_path: Path, language: str) -> None:
    with desk_of(told.world["VN"].ports, tmp_path, ADMINISTRATOR):
        answer = client(language).get("/administration/")
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "peer.unreachable" in said
    assert "falcon.transfer" not in said
    assert told.waiting not in said


@pytest.mark.parametrize("language", ["en", "ar"])
def test_why_a_delivery_waits_is_said_in_a_sentence_with_its_code_and_what_helps(
    told: Story, tmp_path: Path, language: str
) -> None:
    say = speak(language)
    why, helps = say.gettext("Its node does not answer."), say.gettext(PeerUnreachable.remedy)
    with desk_of(told.world["VN"].ports, tmp_path, ADMINISTRATOR):
        page = unescape(client(language).get("/administration/").content.decode())
    with desk_of(told.world["VN"].ports, tmp_path, OFFICER):
        inbox = unescape(client(language).get("/").content.decode())
    assert why in page
    assert helps in page
    assert why in inbox
    assert inbox.index(why) < inbox.index("peer.unreachable")


def test_every_code_that_a_delivery_can_wait_with_has_a_sentence_of_its_own_or_the_common_one() -> None:
    leaves = {one.code for one in leaves_known()}
    assert set(_WAITS) - {""} <= leaves
    with use("en"):
        assert len({why_it_waits(code) for code in _WAITS}) == len(_WAITS)
        assert why_it_waits("never.heard-of") == "It could not be delivered; the code says why."
        assert all(what_helps(code) for code in _WAITS if code)
        assert what_helps("never.heard-of") == what_helps("") == ""


def page_of(ports: Ports, folder: Path, language: str = "en") -> str:
    with desk_of(ports, folder, ADMINISTRATOR):
        answer = client(language).get("/administration/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2])))


def test_says_that_there_is_no_backup_and_then_how_old_the_last_is_and_what_its_check_said(
    told: Story, tmp_path: Path
) -> None:
    ports = told.world["VN"].ports
    now = ports.clock.now()
    said = page_of(ports, tmp_path)
    assert "No backup yet." in said
    assert "No backup yet: what the node holds is on this machine alone." in said
    entries = ports.journal.log_size() - 3
    made = standings.Made(
        "20270108T000000Z", "/mnt/b", instant(now - timedelta(hours=5)), 5000, 7, entries, 2, "a", 0, False
    )
    standings.keep(tmp_path, made=made)
    said = page_of(ports, tmp_path)
    assert "No backup yet" not in said
    for part in ("5 hours ago", "/mnt/b", "4.9 KiB · 7 files", "Came since 3 entries", "Last read back never"):
        assert part in said, part
    assert "It lies on the node's own disk" not in said
    standings.keep(tmp_path, checked=standings.Checked(made.name, "/mnt/b", now, 0))
    assert "it holds, to the last octet" in page_of(ports, tmp_path)
    standings.keep(tmp_path, checked=standings.Checked(made.name, "/mnt/b", now, 2), begun=now)
    said = page_of(ports, tmp_path)
    assert "it does not hold" in said
    assert "The backup that was last read back does not hold." in said
    assert "has not come to its end" in said
    standings.keep(tmp_path, made=replace(made, at=instant(now - timedelta(days=8)), same_disk=True, missing=1))
    said = page_of(ports, tmp_path)
    assert "The last backup is 8 days old." in said
    assert "It lies on the node's own disk" in said
    assert "Missing from the vault" in said


NODE = """party = "VN"
exercise = true
[gate]
url = "https://127.0.0.1:{0}"
listen = "127.0.0.1:{0}"
[desk]
listen = "127.0.0.1:{1}"
[directory]
url = "https://127.0.0.1:1"
"""


def test_tells_of_every_process_whether_it_lives_and_its_last_sign(told: Story, tmp_path: Path) -> None:
    ports = told.world["VN"].ports
    (tmp_path / "run").mkdir()
    with socket.socket() as gate, socket.socket() as dead:
        for one in (gate, dead):
            one.bind(("127.0.0.1", 0))
        gate.listen()
        place = tmp_path / "node.toml"
        place.write_text(NODE.format(gate.getsockname()[1], dead.getsockname()[1]))
        found = {one.name: one for one in signs(tmp_path)}
        assert {name: one.alive for name, one in found.items()} == {"gate": True, "desk": False, "worker": False}
        assert (found["desk"].last, found["worker"].last) == (None, None)
        said = page_of(ports, tmp_path)
        assert "No sign of life: worker: delivers, signs heads, fetches the directory" in said
        give_sign(tmp_path, "worker")
        give_sign(tmp_path, "desk")
        old = time.time() - 7200
        os.utime(tmp_path / "run" / "desk.alive", (old, old))
        found = {one.name: one for one in signs(tmp_path)}
        assert found["worker"].alive
        assert not found["desk"].alive
        assert 7190 < (found["desk"].seconds or 0) < 7300
        said = page_of(ports, tmp_path)
        assert "last sign 2 hours ago" in said
        assert "No sign of life: worker" not in said
        os.utime(tmp_path / "run" / "worker.alive", (old, old))
        assert not {one.name: one for one in signs(tmp_path)}["worker"].alive


def test_tells_who_cosigned_the_newest_head_and_when_and_that_no_stamp_authority_is_set(
    told: Story, tmp_path: Path
) -> None:
    ports = told.world["VN"].ports
    down = told.world["VN"].faults.down
    down.discard(PartyCode("QA"))
    seek_cosignatures(ports)
    down.add(PartyCode("QA"))
    (one,) = show_house(ports).log.witnesses
    assert one.party.code == "QA"
    assert one.at is not None
    said = page_of(ports, tmp_path)
    assert "No stamp authority is set" in said
    assert "not this head yet" not in said
    note(ports, "looked", by="lan")
    sign_head(ports)
    (one,) = show_house(ports).log.witnesses
    assert one.at is None
    assert "not this head yet" in page_of(ports, tmp_path)
    assert "No other Party has cosigned the newest head" in page_of(ports, tmp_path)


def test_tells_when_the_directory_and_the_partys_own_entry_end(told: Story, tmp_path: Path) -> None:
    ports = told.world["VN"].ports
    fresh = show_house(ports).freshness
    assert fresh.first_ends is not None
    assert fresh.own_ends is not None
    assert ports.clock.now() < fresh.own_ends
    until = fresh.own_ends - ports.clock.now()

    class Later:
        def now(self) -> object:
            return instant(ports.clock.now() + until - timedelta(days=29))

    later = replace(ports, clock=Later())  # type: ignore[arg-type]
    assert show_house(later).freshness.own_soon
    assert not fresh.own_soon
    assert "sign it again, and hand it to the Registrar" in page_of(later, tmp_path)


def test_weighs_what_lies_there_and_warns_of_a_full_disk(told: Story, tmp_path: Path) -> None:
    ports = told.world["VN"].ports
    (tmp_path / "node.toml").write_text(NODE.format(1, 2))
    (tmp_path / "journal.sqlite3").write_bytes(b"x" * 3000)
    (tmp_path / "vault" / "spool" / "one").mkdir(parents=True)
    (tmp_path / "vault" / "a").mkdir()
    (tmp_path / "vault" / "a" / "data").write_bytes(b"x" * 5000)
    (tmp_path / "vault" / "spool" / "one" / "00000000").write_bytes(b"x" * 700)
    found = weigh(tmp_path)
    assert (found.database, found.vault, found.vault_whole, found.spool) == (3000, 5000, True, 700)
    with patch("musnad.desk.administration.views.weigh", lambda _: replace(found, free=9, total=100)):
        assert "Less than a tenth of the disk is free." in page_of(ports, tmp_path)
    with patch("musnad.node.life.WEIGHING_SECONDS", -1):
        assert not weigh(tmp_path).vault_whole
    assert "Less than a tenth" not in page_of(ports, tmp_path) or found.is_low


def test_an_examination_is_made_when_it_is_asked_for(told: Story, tmp_path: Path) -> None:
    found = (Finding("digest", True, ""), Finding("forks", False, "log.forked"))
    with desk_of(told.world["VN"].ports, tmp_path, ADMINISTRATOR), patch("musnad.desk.house.examined", lambda: found):
        assert "log.forked" not in client().get("/administration/").content.decode()
        said = client().post("/administration/examination/").content.decode()
    assert "log.forked" in said
    assert "Does not hold:" in said


def test_records_are_for_oversight_and_their_reading_is_one(told: Story, tmp_path: Path) -> None:
    vn = told.world["VN"].ports
    for number in range(60):
        note(vn, "looked", by=f"person-{number}", about={"what": "case"})
    with desk_of(vn, tmp_path, OVERSEER):
        first = client().get("/administration/records/").content.decode()
        assert first.count("<tr>") == 51
        oldest = read_notes(vn, 50)[-1].index
        assert f"?before={oldest}" in first
        assert "person-0" in client().get(f"/administration/records/?before={oldest}").content.decode()
        assert client().get("/administration/records/?before=x").status_code == 400
    assert read_notes(vn, 1)[0].record.about == {"what": "records"}
    for seat in (OFFICER, ADMINISTRATOR):
        with desk_of(vn, tmp_path, seat):
            assert client().get("/administration/records/").status_code == 403


def test_a_duty_officer_does_not_run_the_house_and_an_overseer_changes_nothing(told: Story, tmp_path: Path) -> None:
    vn = told.world["VN"].ports
    with desk_of(vn, tmp_path, OFFICER):
        assert client().get("/administration/").status_code == 403
    with desk_of(vn, tmp_path, OVERSEER):
        assert client().get("/administration/").status_code == 200
        assert client().post("/administration/examination/").status_code == 403
