"""A node's directory over real HTTPS: what it fetches, keeps, refuses, and what it goes by when all else fails."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from musnad.adapters.directory import registrar
from musnad.adapters.directory.client import KEYS_CHANGED, NodeDirectory, Refreshed
from musnad.adapters.directory.errors import DirectoryStoreCorrupt, DirectoryUnreachable, NoDirectory, UnknownSet
from musnad.adapters.directory.fetcher import PinnedFetcher
from musnad.core.crypto.signing import SigningKey, new_signing_key
from musnad.core.directory.errors import BadDirectory, DirectoryExpired, DirectoryRollback, UnknownParty
from musnad.core.directory.party_file import write_party
from musnad.core.directory.pins import Confirmation, key_ids
from musnad.core.directory.role import sign_party
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import Digest, OfficerName, PartyCode
from musnad.core.kernel.times import Instant, instant
from musnad.exchange.errors import UnknownZone
from musnad.gate.directory_app import directory_app
from tests.directory_fixture import PartyKeys, make_party, stream
from tests.directory_server import Server, serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

VN, QA = PartyCode("VN"), PartyCode("QA")
OFFICERS = (OfficerName("QA/central-authority/duty-1"), OfficerName("QA/central-authority/duty-2"))
Answer = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]


@dataclass
class Clock:
    offset: timedelta = timedelta()

    def now(self) -> Instant:
        return instant(datetime.now(UTC) + self.offset)


@dataclass
class Scene:
    """A Registrar's repository that is served, and a node that reads it."""

    folder: Path
    anchor: bytes
    parties: dict[str, PartyKeys]
    server: Server
    answers: dict[str, Answer] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    node: NodeDirectory = field(init=False)

    def __post_init__(self) -> None:
        self.node = self.open_node()

    def open_node(self, name: str = "node") -> NodeDirectory:
        return NodeDirectory(self.folder / name, self.anchor, self.clock)

    @property
    def registrar(self) -> Path:
        return self.folder / "registrar"

    @property
    def metadata(self) -> Path:
        return self.registrar / "public" / "metadata"

    def refresh(self, node: NodeDirectory | None = None) -> Refreshed:
        fetcher = PinnedFetcher(self.server.certificate, read_seconds=1, file_seconds=2)
        try:
            return (node or self.node).refresh(self.server.url, fetcher)
        finally:
            fetcher.close()

    def publish(self, **days: int) -> Digest:
        chosen = {"root": 365, "targets": 90, "snapshot": 7, "timestamp": 1} | days
        return registrar.publish(self.registrar, now=self.clock.now(), days=chosen)

    def enter(
        self,
        code: str,
        version: int,
        *,
        key: SigningKey | None = None,
        previous: tuple[SigningKey, ...] = (),
        days: int = 90,
        now: Instant | None = None,
    ) -> None:
        party, at = self.parties[code], now or self.clock.now()
        signer = key or party.role
        role = sign_party(party.party_json, version=version, now=at, key=signer, previous=previous, days=days)
        targets = {f"parties/{code}/party.json": party.party_json}
        registrar.add_party(self.registrar, party.code, role, targets, now=at, key=signer.public)

    def saved(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.metadata.iterdir()}

    def serve_again(self, saved: dict[Path, bytes]) -> None:
        for path in self.metadata.iterdir():
            path.unlink()
        for path, data in saved.items():
            path.write_bytes(data)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    now = Clock().now()
    anchor = registrar.create(tmp_path / "registrar", now=now, entropy=stream("registrar"))
    answers: dict[str, Answer] = {}
    static = directory_app(tmp_path / "registrar" / "public")

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        chosen = next((answer for ending, answer in answers.items() if path.endswith(ending)), static)
        return chosen(environ, start_response)

    parties = {code: make_party(code, seed="node-directory") for code in ("VN", "QA")}
    with serve(app) as server:
        made = Scene(tmp_path, anchor, parties, server, answers)
        made.enter("VN", 1)
        made.enter("QA", 1)
        made.publish()
        yield made


def test_fetches_keeps_and_names_a_set(scene: Scene) -> None:
    with pytest.raises(NoDirectory):
        scene.node.current()
    found = scene.refresh()
    assert found.changed
    assert not found.held
    assert scene.node.current().party(VN) == scene.parties["VN"].party
    assert scene.node.current().ref == found.ref
    assert not scene.refresh().changed


def test_works_offline_after_a_restart(scene: Scene) -> None:
    ref = scene.refresh().ref
    scene.answers[""] = status("503 Service Unavailable")
    again = scene.open_node()
    assert again.current().ref == ref
    with pytest.raises(DirectoryUnreachable):
        scene.refresh(again)
    assert again.current().party(QA).code == QA


def test_keeps_older_sets_for_what_was_judged_under_them(scene: Scene) -> None:
    old = scene.refresh().ref
    scene.enter("VN", 2)
    scene.publish()
    new = scene.refresh()
    assert new.changed
    assert new.ref.version == old.version + 1
    assert scene.node.at(old.snapshot).ref == old
    assert set(scene.node.bundle(old.snapshot)) > {"1.root.json", "timestamp.json", "1.party-VN.json"}
    with pytest.raises(UnknownSet):
        scene.node.bundle(Digest("0" * 64))


def test_a_timestamp_signed_again_renews_the_same_set(scene: Scene) -> None:
    first = scene.refresh().ref
    scene.publish()
    assert scene.refresh().ref == first


def test_a_new_root_is_followed_and_the_anchor_stays(scene: Scene) -> None:
    scene.refresh()
    registrar.rotate_root(scene.registrar, now=scene.clock.now(), entropy=stream("newcomer"), leaving=1)
    scene.refresh()
    fingerprint = scene.node.current().root_fingerprint
    assert fingerprint == registrar.show(scene.registrar).anchor
    assert registrar.show(scene.registrar).root_version == 2


def test_a_set_carried_by_hand_is_accepted_like_a_fetched_one(scene: Scene) -> None:
    ref = scene.refresh().ref
    carried = scene.node.bundle(ref.snapshot)
    elsewhere = scene.open_node("elsewhere")
    assert elsewhere.install(carried).ref == ref
    assert elsewhere.current().party(QA) == scene.parties["QA"].party


def missed(scene: Scene) -> tuple[NodeDirectory, Digest, dict[str, bytes]]:
    """A set that another node fetched and ours did not: ours is one ahead of it."""
    scene.refresh()
    other = scene.open_node("other")
    scene.enter("VN", 2)
    scene.publish()
    snapshot = scene.refresh(other).ref.snapshot
    scene.enter("VN", 3)
    scene.publish()
    scene.refresh()
    return other, snapshot, dict(other.bundle(snapshot))


def test_a_set_that_a_peer_serves_is_kept_beside_the_current_one(scene: Scene) -> None:
    _, snapshot, files = missed(scene)
    before = scene.node.current()
    assert not scene.node.holds(snapshot)
    scene.node.keep(snapshot, {**files, "extra.json": b"{}"}, scene.clock.now())
    assert scene.node.holds(snapshot)
    assert scene.node.bundle(snapshot) == files
    assert scene.node.current().ref == before.ref
    scene.clock.offset = timedelta(days=400)
    assert scene.node.at(snapshot).ref.snapshot == snapshot


def test_a_peer_cannot_serve_another_set_or_one_of_its_own_making(scene: Scene) -> None:
    _, snapshot, files = missed(scene)
    now = scene.clock.now()
    with pytest.raises(BadDirectory):
        scene.node.keep(Digest("ab" * 32), files, now)
    with pytest.raises(MusnadError):
        scene.node.keep(snapshot, {**files, "timestamp.json": b"{}"}, now)
    with pytest.raises(MusnadError):
        scene.node.keep(snapshot, {}, now)
    with pytest.raises(DirectoryExpired):
        scene.node.keep(snapshot, files, instant(now + timedelta(days=400)))
    invented = registrar.create(scene.folder / "invented", now=now, entropy=stream("invented"))
    with pytest.raises(MusnadError):
        scene.node.keep(snapshot, {**files, "1.root.json": invented}, now)
    assert not scene.node.holds(snapshot)


def test_a_served_set_moves_no_pin_and_brings_no_unvouched_keys(scene: Scene) -> None:
    """VN's keys changed unvouched in a set that this node never fetched: it is kept without VN."""
    scene.refresh()
    other = scene.open_node("other")
    scene.enter("VN", 2, key=new_signing_key(stream("stranger")))
    scene.publish()
    snapshot = scene.refresh(other).ref.snapshot
    files = dict(other.bundle(snapshot))
    scene.node.keep(snapshot, files, scene.clock.now())
    assert set(scene.node.at(snapshot).entries) == {QA}
    assert scene.node.current().party(VN) == scene.parties["VN"].party


# --- expiry, freeze, roll-back --------------------------------------------------------------------------------------


def test_past_its_expiry_the_last_set_is_stale_and_past_its_grace_unusable(scene: Scene) -> None:
    scene.refresh()
    scene.clock.offset = timedelta(days=2)
    assert scene.node.current().ref.stale
    assert scene.node.current().ref_of(VN).stale
    scene.clock.offset = timedelta(days=32)
    with pytest.raises(DirectoryExpired):
        scene.node.current()


def test_refuses_a_frozen_server_and_keeps_the_last_set(scene: Scene) -> None:
    ref = scene.refresh().ref
    scene.clock.offset = timedelta(days=2)
    with pytest.raises(DirectoryExpired):
        scene.refresh()
    assert scene.node.current().ref.snapshot == ref.snapshot


def test_refuses_expired_new_metadata_and_keeps_the_last_set(scene: Scene) -> None:
    ref = scene.refresh().ref
    scene.clock.offset = timedelta(days=-5)
    scene.enter("VN", 2)
    scene.publish()
    scene.clock.offset = timedelta()
    with pytest.raises(DirectoryExpired):
        scene.refresh()
    assert scene.node.current().ref == ref


def test_refuses_a_rolled_back_timestamp(scene: Scene) -> None:
    old = scene.saved()
    scene.publish()
    ref = scene.refresh().ref
    scene.serve_again(old)
    with pytest.raises(DirectoryRollback):
        scene.refresh()
    assert scene.node.current().ref == ref


def test_refuses_a_rolled_back_snapshot_even_where_tufs_own_state_was_lost(scene: Scene) -> None:
    old = scene.saved()
    scene.enter("VN", 2)
    scene.publish()
    ref = scene.refresh().ref
    scene.serve_again(old)
    for path in (scene.folder / "node" / "tuf").glob("*.json"):
        path.unlink()
    with pytest.raises(DirectoryRollback):
        scene.refresh()
    assert scene.node.current().ref == ref


def test_refuses_mixed_sets(scene: Scene) -> None:
    scene.refresh()
    old = (scene.metadata / "2.snapshot.json").read_bytes()
    scene.enter("VN", 2)
    scene.publish()
    (scene.metadata / "3.snapshot.json").write_bytes(old)
    with pytest.raises(BadDirectory):
        scene.refresh()
    assert scene.node.current().party(VN).code == VN


def test_refuses_a_root_under_its_threshold(scene: Scene) -> None:
    scene.refresh()
    registrar.rotate_root(scene.registrar, now=scene.clock.now(), entropy=stream("newcomer"), leaving=1)
    path = scene.metadata / "2.root.json"
    root = json.loads(path.read_bytes())
    root["signatures"] = root["signatures"][:1]
    path.write_text(json.dumps(root))
    with pytest.raises(BadDirectory):
        scene.refresh()
    assert scene.node.current().party(VN).code == VN


# --- Parties --------------------------------------------------------------------------------------------------------


def test_keys_swapped_by_the_registrar_are_shown_and_not_used(scene: Scene) -> None:
    old = scene.refresh().ref
    thief = make_party("VN", seed="thief")
    scene.parties["VN"], mine = thief, scene.parties["VN"]
    scene.enter("VN", 2)
    scene.publish()
    found = scene.refresh()
    assert found.held[VN].why == KEYS_CHANGED
    directory = scene.node.current()
    assert directory.party(VN) == mine.party
    assert directory.ref_of(VN).snapshot == old.snapshot
    assert directory.ref_of(QA).snapshot == found.ref.snapshot
    assert not any("VN" in name for name in scene.node.bundle(found.ref.snapshot))
    assert scene.refresh().held[VN].snapshot == old.snapshot


def test_a_change_signed_by_the_old_keys_is_used(scene: Scene) -> None:
    scene.refresh()
    new = new_signing_key(stream("VN again"))
    scene.enter("VN", 2, key=new, previous=(scene.parties["VN"].role,))
    scene.publish()
    assert not scene.refresh().held
    scene.enter("VN", 3, key=new)
    scene.publish()
    assert not scene.refresh().held


def test_a_change_that_two_officers_confirmed_is_used(scene: Scene) -> None:
    scene.refresh()
    new = new_signing_key(stream("VN again"))
    scene.enter("VN", 2, key=new)
    scene.publish()
    assert scene.refresh().held
    scene.node.confirm(Confirmation(VN, key_ids(new.public), OFFICERS))
    found = scene.refresh()
    assert not found.held
    assert scene.node.current().ref_of(VN) == found.ref


def test_a_new_partys_first_keys_are_pinned(scene: Scene) -> None:
    scene.refresh()
    scene.parties["KW"] = make_party("KW")
    scene.enter("KW", 1)
    scene.publish()
    scene.refresh()
    scene.enter("KW", 2, key=new_signing_key(stream("thief")))
    scene.publish()
    assert list(scene.refresh().held) == ["KW"]


@pytest.mark.parametrize("zone", ["Asia/Nowhere", "leapseconds", "Asia"])
def test_a_party_in_no_known_time_zone_is_held_and_nobody_else(scene: Scene, zone: str) -> None:
    old = scene.refresh().ref
    mine = scene.parties["VN"]
    lost = replace(mine.party, time_zone=zone)
    scene.parties["VN"] = replace(mine, party=lost, party_json=write_party(lost))
    scene.enter("VN", 2)
    scene.publish()
    found = scene.refresh()
    assert found.held[VN].why == UnknownZone.code
    assert scene.node.current().party(VN) == mine.party
    assert scene.node.current().ref_of(VN).snapshot == old.snapshot
    assert scene.node.current().ref_of(QA) == found.ref


def test_an_expired_role_holds_up_that_party_only(scene: Scene) -> None:
    old = scene.refresh().ref
    past = instant(datetime.now(UTC) - timedelta(days=3))
    scene.enter("VN", 2, days=2, now=past)
    scene.enter("QA", 2)
    scene.publish()
    found = scene.refresh()
    assert found.held[VN].why == DirectoryExpired.code
    assert found.held[VN].snapshot == old.snapshot
    assert scene.node.current().party(VN) == scene.parties["VN"].party
    assert scene.node.current().ref_of(QA) == found.ref


def test_a_forged_party_file_is_refused_and_the_older_entry_held(scene: Scene) -> None:
    scene.refresh()
    scene.enter("VN", 2)
    digest = scene.publish()
    assert digest
    target = next((scene.registrar / "public" / "targets" / "parties" / "VN").iterdir())
    forged = make_party("VN", seed="thief").party_json
    target.write_bytes(forged.ljust(len(target.read_bytes()))[: len(target.read_bytes())])
    node = scene.open_node("newcomer")
    found = scene.refresh(node)
    assert found.held[VN].why == BadDirectory.code
    with pytest.raises(UnknownParty):
        node.current().party(VN)
    assert node.current().party(QA).code == QA


def test_a_party_held_past_its_grace_is_unknown(scene: Scene) -> None:
    scene.refresh()
    scene.enter("VN", 2, key=new_signing_key(stream("thief")))
    scene.enter("QA", 2)
    scene.publish(timestamp=80, snapshot=80)
    scene.refresh()
    scene.clock.offset = timedelta(days=40)
    with pytest.raises(UnknownParty):
        scene.node.current().party(VN)
    assert scene.node.current().party(QA).code == QA


# --- servers that misbehave -----------------------------------------------------------------------------------------


def status(text: str, body: bytes = b"") -> Answer:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(text, [("content-length", str(len(body)))])
        return [body]

    return answer


def slow(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("content-length", "1000")])
    for _ in range(20):
        time.sleep(0.2)
        yield b"{"


def huge(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [])
    for _ in range(200):
        yield b" " * 65536


def cut(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("content-length", "500")])
    return [b"{" * 20]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (status("200 OK", b"\xff\x00 garbage"), BadDirectory.code),
        (status("200 OK", b"[]"), BadDirectory.code),
        (status("200 OK"), BadDirectory.code),
        (status("404 Not Found"), BadDirectory.code),
        (status("302 Found"), DirectoryUnreachable.code),
        (status("500 Internal Server Error"), DirectoryUnreachable.code),
        (huge, BadDirectory.code),
        (slow, DirectoryUnreachable.code),
        (cut, DirectoryUnreachable.code),
    ],
    ids=["garbage", "list", "empty", "missing", "redirect", "failing", "huge", "slow", "cut"],
)
@pytest.mark.parametrize("file", ["timestamp.json", "snapshot.json"])
def test_whatever_the_server_answers_the_last_set_stays(scene: Scene, file: str, answer: Answer, code: str) -> None:
    ref = scene.refresh().ref
    scene.enter("VN", 2)
    scene.publish()
    scene.answers[file] = answer
    with pytest.raises(MusnadError) as caught:
        scene.refresh()
    assert caught.value.code == code
    assert scene.node.current().ref == ref
    scene.answers.clear()
    assert scene.refresh().changed


def test_a_server_that_is_down(scene: Scene) -> None:
    ref = scene.refresh().ref
    down = Server("https://127.0.0.1:9", scene.server.certificate)
    with pytest.raises(DirectoryUnreachable):
        scene.node.refresh(down.url, PinnedFetcher(down.certificate))
    assert scene.node.current().ref == ref


def test_refuses_a_server_with_another_certificate(scene: Scene) -> None:
    with (
        serve(directory_app(scene.registrar / "public"), "impostor") as impostor,
        pytest.raises(DirectoryUnreachable),
    ):
        scene.node.refresh(impostor.url, PinnedFetcher(scene.server.certificate))


def test_refuses_plain_http(scene: Scene) -> None:
    with pytest.raises(DirectoryUnreachable):
        scene.node.refresh("http://127.0.0.1:9", PinnedFetcher(scene.server.certificate))


# --- the folder -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", ["state.json", "bundles/*.json"])
@pytest.mark.parametrize("harm", ["flip", "cut", "empty"])
def test_a_damaged_store_is_told_not_used(scene: Scene, kept: str, harm: str) -> None:
    scene.refresh()
    path = next((scene.folder / "node").glob(kept))
    data = bytearray(path.read_bytes())
    if harm == "flip":
        data[len(data) // 2] ^= 1
    path.write_bytes({"flip": bytes(data), "cut": bytes(data[:-10]), "empty": b""}[harm])
    again = scene.open_node()
    with pytest.raises(DirectoryStoreCorrupt):
        again.current()
    with pytest.raises(DirectoryStoreCorrupt):
        scene.refresh(again)


def test_a_damaged_tuf_cache_is_fetched_anew(scene: Scene) -> None:
    ref = scene.refresh().ref
    for path in (scene.folder / "node" / "tuf").glob("*.json"):
        if path.name != "root.json":
            path.write_bytes(b"garbage")
    assert scene.refresh().ref == ref


def test_a_crash_between_the_set_and_its_naming_loses_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = scene.refresh().ref
    scene.enter("VN", 2)
    scene.publish()

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("musnad.adapters.directory.store.DirectoryStore.write_state", crash)
        with pytest.raises(KeyboardInterrupt):
            scene.refresh()
    again = scene.open_node()
    assert again.current().ref == ref
    assert scene.refresh(again).changed
