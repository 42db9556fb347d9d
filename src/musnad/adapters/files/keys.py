"""Key files: a node's key ring and an officer's key, as JSON that only their owner may read.

    keys/authorities/<name>.json   {"authority", "signing": {"ed25519", "ml-dsa-65"},
                                    "wrapping": [{"ml-kem-768", "x25519"}]}
    keys/log.json, keys/witness.json   {"name", "ed25519", "ml-dsa-44"}
    keys/storage.json              {"aes-256"}
    officer key file               {"officer", "ed25519", "ml-dsa-65"}

Values are base64 seeds. A file that others may read is refused; what is in it never shows in an error or a repr.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from musnad.adapters.files.durable import write_durably
from musnad.core.crypto.signing import SigningKey, new_signing_key
from musnad.core.crypto.wrapping import UnwrappingKey, new_unwrapping_key
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import MusnadError, Unavailable
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import (
    AuthorityId,
    Entropy,
    OfficerName,
    PartyCode,
    parse_authority,
    parse_officer,
)
from musnad.core.transparency.keys import LogSigningKey, WitnessSigningKey, new_log_key, new_witness_key
from musnad.exchange.composing import Officer
from musnad.exchange.errors import NotHosted

STORAGE_KEY_OCTETS = 32


@dataclass(eq=False)
class KeyFileUnusable(Unavailable):
    """A key file is missing, readable by others, or not of its form."""

    code = "key-file.unusable"
    remedy = "Give the right key file, with permissions 0600; restore it from its backup if it is damaged."
    file: str
    why: str


class FileKeyRing:
    """A node's secrets, read once from its ``keys`` folder."""

    def __init__(self, folder: Path, party: PartyCode) -> None:
        self._party = party
        self._signing: dict[AuthorityId, SigningKey] = {}
        self._unwrapping: dict[AuthorityId, tuple[UnwrappingKey, ...]] = {}
        for path in sorted((folder / "authorities").glob("*.json")):
            authority, signing, unwrapping = _read_authority(path)
            self._signing[authority] = signing
            self._unwrapping[authority] = unwrapping
        log, witness = _read(folder / "log.json"), _read(folder / "witness.json")
        self._log = LogSigningKey(*_note_key(folder / "log.json", log))
        self._witness = WitnessSigningKey(*_note_key(folder / "witness.json", witness))
        self._storage = _octets(folder / "storage.json", _read(folder / "storage.json"), "aes-256", STORAGE_KEY_OCTETS)

    @property
    def party(self) -> PartyCode:
        return self._party

    @property
    def hosted(self) -> frozenset[AuthorityId]:
        return frozenset(self._signing)

    def signing(self, authority: AuthorityId) -> SigningKey:
        if authority not in self._signing:
            raise NotHosted(authority)
        return self._signing[authority]

    def unwrapping(self) -> Mapping[AuthorityId, Sequence[UnwrappingKey]]:
        return self._unwrapping

    @property
    def log(self) -> LogSigningKey:
        return self._log

    @property
    def witness(self) -> WitnessSigningKey:
        return self._witness

    @property
    def storage(self) -> bytes:
        """The AES-256 key under which the journal's case keys rest."""
        return self._storage


def create_keys(folder: Path, authorities: Sequence[AuthorityId], origin: str, witness: str, entropy: Entropy) -> None:
    """Make a node's keys; the folder must be new."""
    folder.mkdir(mode=0o700)
    (folder / "authorities").mkdir(mode=0o700)
    for authority in authorities:
        signing, wrapping = new_signing_key(entropy), new_unwrapping_key(entropy)
        _write(
            folder / "authorities" / f"{authority.partition('/')[2]}.json",
            {
                "authority": authority,
                "signing": _signing_members(signing),
                "wrapping": [
                    {"ml-kem-768": write_b64(wrapping.ml_kem_768_seed), "x25519": write_b64(wrapping.x25519_secret)}
                ],
            },
        )
    log, cosigner = new_log_key(origin, entropy), new_witness_key(witness, entropy)
    for name, key in (("log", log), ("witness", cosigner)):
        members = {"name": key.name, "ed25519": write_b64(key.ed25519_seed), "ml-dsa-44": write_b64(key.ml_dsa_44_seed)}
        _write(folder / f"{name}.json", dict(members))
    _write(folder / "storage.json", {"aes-256": write_b64(entropy(STORAGE_KEY_OCTETS))})


def create_officer(path: Path, name: OfficerName, entropy: Entropy) -> Officer:
    """Make an officer's key file."""
    key = new_signing_key(entropy)
    _write(path, {"officer": name, **_signing_members(key)})
    return Officer(name, key)


def read_officer(path: Path) -> Officer:
    """An officer from a key file; ``KeyFileUnusable``."""
    found = _read(path)
    try:
        name = parse_officer(str(found.get("officer")))
    except MusnadError as error:
        raise KeyFileUnusable(path.name, "no officer's name") from error
    return Officer(name, _signing(path, found))


def _read_authority(path: Path) -> tuple[AuthorityId, SigningKey, tuple[UnwrappingKey, ...]]:
    found = _read(path)
    signing, wrapping = found.get("signing"), found.get("wrapping")
    if not isinstance(signing, dict) or not isinstance(wrapping, list):
        raise KeyFileUnusable(path.name, "no signing or wrapping keys")
    unwrapping = tuple(
        UnwrappingKey(_octets(path, entry, "ml-kem-768", 64), _octets(path, entry, "x25519", 32)) for entry in wrapping
    )
    return parse_authority(str(found.get("authority"))), _signing(path, signing), unwrapping


def _signing_members(key: SigningKey) -> JsonObject:
    return {"ed25519": write_b64(key.ed25519_seed), "ml-dsa-65": write_b64(key.ml_dsa_65_seed)}


def _signing(path: Path, members: JsonObject) -> SigningKey:
    return SigningKey(_octets(path, members, "ed25519", 32), _octets(path, members, "ml-dsa-65", 32))


def _note_key(path: Path, members: JsonObject) -> tuple[str, bytes, bytes]:
    return str(members.get("name")), _octets(path, members, "ed25519", 32), _octets(path, members, "ml-dsa-44", 32)


def _octets(path: Path, members: JsonObject, name: str, size_octets: int) -> bytes:
    try:
        return parse_b64(str(members.get(name)), what=name, size_octets=size_octets)
    except MusnadError as error:
        raise KeyFileUnusable(path.name, f"no usable {name}") from error


def _read(path: Path) -> JsonObject:
    try:
        if path.stat().st_mode & 0o077:
            raise KeyFileUnusable(path.name, "others may read it")
        data = path.read_bytes()
    except OSError as error:
        raise KeyFileUnusable(path.name, "not readable") from error
    try:
        return parse_object(data, what="key file")
    except MusnadError as error:
        raise KeyFileUnusable(path.name, "not of its form") from error


def _write(path: Path, members: JsonObject) -> None:
    write_durably(path, write_canonical(members))
