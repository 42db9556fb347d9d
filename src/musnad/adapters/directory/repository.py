"""The Registrar's folder, file by file; ``registrar`` says what is written when.

keys/holder-N.json, keys/online.json   seeds, 0600; in earnest each holder keeps their own
parties/XX.json                        the list: each Party's public role key
public/metadata/                       N.root.json, N.targets.json, N.party-XX.json, N.snapshot.json, timestamp.json
public/targets/parties/XX/             <sha256>.party.json
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from musnad.adapters.directory.errors import DirectoryStoreUnusable, RegistrarRefused
from musnad.adapters.files.durable import sync_folder, write_durably
from musnad.core.crypto.signing import VerifyingKey, ed25519_public, parse_verifying_key
from musnad.core.directory.metadata import ed25519_tuf_key, parse_role
from musnad.core.directory.tuf import Root, Targets
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import PartyCode, parse_party

_VERSIONED = re.compile(r"([1-9][0-9]{0,8})\.(.+)\.json", re.ASCII)
_PUBLIC = 0o644


class Repository:
    """Reads and writes durably; an ``OSError`` becomes ``DirectoryStoreUnusable``."""

    def __init__(self, folder: Path) -> None:
        self._keys = folder / "keys"
        self._parties = folder / "parties"
        self._metadata = folder / "public" / "metadata"
        self._targets = folder / "public" / "targets"

    def make(self) -> None:
        """Make the folders; ``RegistrarRefused`` where a repository stands already."""
        try:
            self._keys.mkdir(parents=True, mode=0o700)
            for folder in (self._parties, self._metadata, self._targets):
                folder.mkdir(parents=True)
        except FileExistsError as error:
            raise RegistrarRefused("the folder holds a repository already") from error
        except OSError as error:
            raise DirectoryStoreUnusable("registrar") from error

    # --- keys -------------------------------------------------------------------------------------------------------

    def write_key(self, name: str, seed: bytes) -> None:
        path = self._keys / f"{name}.json"
        if path.exists():
            raise RegistrarRefused(f"the key {name} exists")
        _write(path, write_canonical({"ed25519": write_b64(seed)}), 0o600)

    def read_key(self, name: str) -> bytes:
        found = _parse(self._keys / f"{name}.json")
        return parse_b64(str(found.get("ed25519")), what=name, size_octets=32)

    def holders(self, root: Root) -> list[bytes]:
        """The seeds that are here of those who hold this root."""
        named = set(root.roles[Root.type].keyids)
        seeds = [self.read_key(path.stem) for path in sorted(self._keys.glob("holder-*.json"))]
        return [seed for seed in seeds if ed25519_tuf_key(ed25519_public(seed)).keyid in named]

    def next_holder(self) -> int:
        numbers = (path.stem.removeprefix("holder-") for path in self._keys.glob("holder-*.json"))
        return 1 + max((int(number) for number in numbers if number.isdecimal()), default=0)

    # --- the list ---------------------------------------------------------------------------------------------------

    def parties(self) -> dict[PartyCode, VerifyingKey]:
        found: dict[PartyCode, VerifyingKey] = {}
        for path in sorted(self._parties.glob("*.json")):
            members = _parse(path)
            key = parse_verifying_key(str(members.get("ed25519")), str(members.get("ml-dsa-65")))
            found[parse_party(path.stem)] = key
        return found

    def write_party(self, code: PartyCode, key: VerifyingKey) -> None:
        _write(self._parties / f"{code}.json", write_canonical(key.write()), _PUBLIC)

    # --- what anyone may read ---------------------------------------------------------------------------------------

    def metadata(self, name: str) -> bytes | None:
        path = self._metadata / name
        return _read(path) if path.exists() else None

    def latest(self, role: str) -> tuple[int, bytes] | None:
        """The newest version of a role that is written, published or not."""
        matches = (_VERSIONED.fullmatch(path.name) for path in self._metadata.glob("*.json"))
        versions = [int(match[1]) for match in matches if match and match[2] == role]
        if not versions:
            return None
        return max(versions), _read(self._metadata / f"{max(versions)}.{role}.json")

    def root(self) -> tuple[int, Root]:
        latest = self.latest(Root.type)
        if latest is None:
            raise RegistrarRefused("no repository stands here")
        return latest[0], parse_role(Root, latest[1], "root.json").signed

    def write_metadata(self, name: str, data: bytes) -> None:
        _write(self._metadata / name, data, _PUBLIC)

    def write_target(self, path: str, data: bytes) -> None:
        folder, _, name = path.rpartition("/")
        try:
            (self._targets / folder).mkdir(parents=True, exist_ok=True)
            sync_folder(self._targets / folder)
        except OSError as error:
            raise DirectoryStoreUnusable(name) from error
        _write(self._targets / folder / _stored(name, data), data, _PUBLIC)

    def bundle(self, roles: Mapping[str, tuple[int, bytes]]) -> dict[str, bytes]:
        """The roots, these roles by file name without version, and the targets that the Parties' roles name."""
        last, _ = self.root()
        files = {
            f"{version}.root.json": _read(self._metadata / f"{version}.root.json") for version in range(1, last + 1)
        }
        for name, (version, data) in roles.items():
            files[f"{version}.{name}"] = data
            if not name.startswith("party-"):
                continue
            for path, target in parse_role(Targets, data, name).signed.targets.items():
                folder, _, plain = path.rpartition("/")
                files[path] = _read(self._targets / folder / f"{target.hashes['sha256']}.{plain}")
        return files


def _stored(name: str, data: bytes) -> str:
    """A target's name on a server with consistent snapshots."""
    return f"{hashlib.sha256(data).hexdigest()}.{name}"


def _write(path: Path, data: bytes, mode: int) -> None:
    try:
        write_durably(path, data, mode=mode)
    except OSError as error:
        raise DirectoryStoreUnusable(path.name) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DirectoryStoreUnusable(path.name) from error


def _parse(path: Path) -> JsonObject:
    data = _read(path)
    try:
        return parse_object(data, what=path.name)
    except MusnadError as error:
        raise DirectoryStoreUnusable(path.name) from error
