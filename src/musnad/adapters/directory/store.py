"""What a node keeps of the directory: every verified set as one file, and one state file that names the current one.

    bundles/<snapshot digest>.json   a set's files, and when they were verified
    state.json                       the current set, held entries, pins, confirmations

Each is JSON, ``{"sha256": digest, "content": ...}``, the digest over the content's very bytes. A set is durable before
the state names it. Nothing here judges: ``client`` does, with the core.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from musnad.adapters.directory.errors import DirectoryStoreCorrupt, DirectoryStoreUnusable, UnknownSet
from musnad.adapters.files.durable import write_durably
from musnad.core.crypto.signing import VerifyingKey, parse_verifying_key
from musnad.core.directory.pins import Confirmation
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import Digest, OfficerName, PartyCode, parse_digest, parse_party
from musnad.core.kernel.times import Instant, parse_instant, write_instant

STORE_LIMIT_OCTETS = 256 * 1024 * 1024
_FRAME = (b'{"sha256":"', b'","content":', b"}")


@dataclass(frozen=True, slots=True)
class Held:
    """A Party whose newest entry is not used: why (an error's code), and the set its older entry comes from, if any."""

    why: str
    snapshot: Digest | None


@dataclass(frozen=True, slots=True)
class Bundle:
    """A kept set: its files, and when it was last verified as fetched."""

    files: Mapping[str, bytes]
    verified_at: Instant


@dataclass(frozen=True, slots=True)
class State:
    """What the node goes by now."""

    current: Digest | None = None
    held: Mapping[PartyCode, Held] = field(default_factory=dict)
    pins: Mapping[PartyCode, VerifyingKey] = field(default_factory=dict)
    confirmed: tuple[Confirmation, ...] = ()


class DirectoryStore:
    """The folder. Every method may raise ``DirectoryStoreUnusable``; reading also ``DirectoryStoreCorrupt``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bundles = folder / "bundles"
        self._last: tuple[bytes, State] | None = None
        try:
            self._bundles.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise DirectoryStoreUnusable("bundles") from error

    @property
    def folder(self) -> Path:
        return self._folder

    def read_state(self) -> State:
        """What the state file says now; it is read each time, and judged again where its bytes are others."""
        path = self._folder / "state.json"
        if not path.exists():
            return State()
        data, last = _octets(path), self._last
        if last is not None and last[0] == data:
            return last[1]
        state = _state(_parse(path, data))
        self._last = (data, state)
        return state

    def write_state(self, state: State) -> None:
        _write(
            self._folder / "state.json",
            {
                "current": state.current,
                "held": {code: {"why": one.why, "snapshot": one.snapshot} for code, one in state.held.items()},
                "pins": {code: key.write() for code, key in state.pins.items()},
                "confirmed": [
                    {"party": one.party, "key_ids": list(one.key_ids), "officers": list(one.officers)}
                    for one in state.confirmed
                ],
            },
        )

    def read_bundle(self, snapshot: Digest) -> Bundle:
        """A kept set; ``UnknownSet`` where it is not kept."""
        path = self._bundles / f"{parse_digest(snapshot)}.json"
        if not path.exists():
            raise UnknownSet(snapshot)
        found = _parse(path, _octets(path))
        try:
            files, at = found["files"], found["verified_at"]
            if not isinstance(files, dict) or not isinstance(at, str):
                raise DirectoryStoreCorrupt(path.name)
            return Bundle({name: parse_b64(str(data), what=name) for name, data in files.items()}, parse_instant(at))
        except (MusnadError, KeyError) as error:
            raise DirectoryStoreCorrupt(path.name) from error

    def holds(self, snapshot: Digest) -> bool:
        """Whether a set is kept."""
        return (self._bundles / f"{parse_digest(snapshot)}.json").exists()

    def write_bundle(self, snapshot: Digest, bundle: Bundle) -> None:
        files = {name: write_b64(data) for name, data in bundle.files.items()}
        members = {"files": files, "verified_at": write_instant(bundle.verified_at)}
        _write(self._bundles / f"{parse_digest(snapshot)}.json", members)


def _state(found: Mapping[str, object]) -> State:
    try:
        current, held, pins, confirmed = (found[name] for name in ("current", "held", "pins", "confirmed"))
        if not isinstance(held, dict) or not isinstance(pins, dict) or not isinstance(confirmed, list):
            raise DirectoryStoreCorrupt("state.json")
        return State(
            None if current is None else parse_digest(str(current)),
            {parse_party(code): _held(one) for code, one in held.items()},
            {parse_party(code): parse_verifying_key(key["ed25519"], key["ml-dsa-65"]) for code, key in pins.items()},
            tuple(_confirmation(one) for one in confirmed),
        )
    except (MusnadError, KeyError, TypeError, ValueError) as error:
        raise DirectoryStoreCorrupt("state.json") from error


def _held(found: Mapping[str, object]) -> Held:
    snapshot = found["snapshot"]
    return Held(str(found["why"]), None if snapshot is None else parse_digest(str(snapshot)))


def _confirmation(found: Mapping[str, object]) -> Confirmation:
    key_ids, officers = found["key_ids"], found["officers"]
    if not isinstance(key_ids, list) or not isinstance(officers, list):
        raise DirectoryStoreCorrupt("state.json")
    first, second = (OfficerName(str(name)) for name in officers)
    return Confirmation(parse_party(str(found["party"])), tuple(str(one) for one in key_ids), (first, second))


def _write(path: Path, members: Mapping[str, object]) -> None:
    data = write_canonical(dict(members))
    digest = hashlib.sha256(data).hexdigest().encode("ascii")
    try:
        write_durably(path, _FRAME[0] + digest + _FRAME[1] + data + _FRAME[2])
    except OSError as error:
        raise DirectoryStoreUnusable(path.name) from error


def _octets(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DirectoryStoreUnusable(path.name) from error


def _parse(path: Path, data: bytes) -> Mapping[str, object]:
    digest, middle, content = data[len(_FRAME[0]) :].partition(_FRAME[1])
    content = content.removesuffix(_FRAME[2])
    if data != _FRAME[0] + digest + middle + content + _FRAME[2]:
        raise DirectoryStoreCorrupt(path.name)
    if hashlib.sha256(content).hexdigest().encode("ascii") != digest:
        raise DirectoryStoreCorrupt(path.name)
    try:
        return parse_object(content, what=path.name, limit_octets=STORE_LIMIT_OCTETS)
    except MusnadError as error:
        raise DirectoryStoreCorrupt(path.name) from error
