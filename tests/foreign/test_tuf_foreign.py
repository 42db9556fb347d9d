"""The published repository, read by python-tuf's own client with nothing of ours but the files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.exceptions import DownloadHTTPError, RepositoryError, UnsignedMetadataError
from tuf.ngclient.fetcher import FetcherInterface
from tuf.ngclient.updater import Updater

from musnad.adapters.directory import registrar
from musnad.core.crypto.signing import new_signing_key
from musnad.core.directory.metadata import ed25519_tuf_key, ml_dsa_65_tuf_key, tuf_keys, verifying_key
from musnad.core.directory.role import sign_party
from musnad.core.kernel.names import PartyCode
from musnad.core.kernel.times import Instant, instant
from tests.directory_fixture import make_party, stream

pytestmark = pytest.mark.foreign
PARTY = make_party("VN")


class Files(FetcherInterface):
    """The static files, without HTTP."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = self.folder / url.removeprefix("file:///")
        if not path.is_file():
            raise DownloadHTTPError("none", 404)
        return iter([path.read_bytes()])


def now() -> Instant:
    return instant(datetime.now(UTC))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "registrar"
    registrar.create(made, now=now(), entropy=stream("registrar"))
    enter(made, 1)
    registrar.publish(made, now=now())
    return made


def enter(folder: Path, version: int) -> None:
    role = sign_party(PARTY.party_json, version=version, now=now(), key=PARTY.role)
    targets = {"parties/VN/party.json": PARTY.party_json}
    registrar.add_party(folder, PartyCode("VN"), role, targets, now=now(), key=PARTY.role.public)


def updater(folder: Path, at: Path) -> Updater:
    (at / "targets").mkdir(parents=True, exist_ok=True)
    return Updater(
        str(at),
        "file:///metadata/",
        str(at / "targets"),
        "file:///targets/",
        Files(folder / "public"),
        bootstrap=(folder / "public" / "metadata" / "1.root.json").read_bytes(),
    )


def fetched(folder: Path, at: Path) -> bytes:
    client = updater(folder, at)
    client.refresh()
    info = client.get_targetinfo("parties/VN/party.json")
    assert info is not None
    return Path(client.download_target(info)).read_bytes()


def test_tufs_own_client_fetches_a_party(folder: Path, tmp_path: Path) -> None:
    assert fetched(folder, tmp_path / "client") == PARTY.party_json


def test_tufs_own_client_follows_updates_and_a_new_root(folder: Path, tmp_path: Path) -> None:
    assert fetched(folder, tmp_path / "client") == PARTY.party_json
    enter(folder, 2)
    registrar.publish(folder, now=now())
    registrar.rotate_root(folder, now=now(), entropy=stream("newcomer"), leaving=3)
    assert fetched(folder, tmp_path / "client") == PARTY.party_json
    assert (tmp_path / "client" / "root_history" / "2.root.json").exists()


def test_tufs_own_client_refuses_a_forged_file_and_an_unsigned_role(folder: Path, tmp_path: Path) -> None:
    path = next((folder / "public" / "targets" / "parties" / "VN").iterdir())
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + b" ")
    with pytest.raises(RepositoryError):
        fetched(folder, tmp_path / "client")
    path.write_bytes(kept)
    # The Registrar lists another key than the one that signed.
    thief = new_signing_key(stream("thief")).public
    from musnad.adapters.directory.repository import Repository
    from musnad.core.directory.registry import new_snapshot, new_targets, new_timestamp

    repository = Repository(folder)
    _, root = repository.root()
    online, parties = repository.read_key("online"), {PartyCode("VN"): thief}
    listed = new_targets(version=9, parties=parties, signers=repository.holders(root), now=now())
    role = repository.metadata("1.party-VN.json")
    assert role is not None
    snapshot = new_snapshot(
        version=9, roles={"targets.json": (9, listed), "party-VN.json": (1, role)}, online=online, now=now()
    )
    repository.write_metadata("9.targets.json", listed)
    repository.write_metadata("9.snapshot.json", snapshot)
    timestamp = new_timestamp(version=9, snapshot_version=9, snapshot=snapshot, online=online, now=now())
    repository.write_metadata("timestamp.json", timestamp)
    with pytest.raises(UnsignedMetadataError):
        fetched(folder, tmp_path / "another")


def test_our_keys_are_the_librarys_keys() -> None:
    """Key ids and encodings as securesystemslib makes them, both ways."""
    for signer in (CryptoSigner.generate_ed25519(), CryptoSigner.generate_mldsa()):
        theirs: SSlibKey = signer.public_key
        pair = tuf_keys(new_signing_key(stream("other half")).public)
        other = pair[1] if theirs.keytype == "ed25519" else pair[0]
        ours = verifying_key([theirs, other], "test")
        mine = ed25519_tuf_key(ours.ed25519) if theirs.keytype == "ed25519" else ml_dsa_65_tuf_key(ours.ml_dsa_65)
        assert mine == theirs
