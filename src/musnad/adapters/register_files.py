"""The register of Parties on disk: what the package carries, and what a node has loaded and accepted since.

    register/base.csv                      the facts that the node began with, copied before its first change
    register/changes/000001.<digest>.load.json       a loaded table   (``core.register.load``)
    register/changes/000002.<digest>.update.json     a signed update  (``core.register.update``), as it was verified

The register is made again from these in their order. A node that never changed anything has no such folder and reads
the package's facts; one that has keeps its own base, so that newer software never changes what corrections refer to.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path

from musnad.adapters.files.durable import sync_folder, write_durably
from musnad.core.crypto.dsse import parse_dsse
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, Digest, digest_of
from musnad.core.register.base import FACTS, parse_register
from musnad.core.register.errors import RegisterDamaged
from musnad.core.register.load import parse_load, replay_load
from musnad.core.register.update import UPDATE_TYPE, VerifiedUpdate, apply_update, parse_update, replay_update
from musnad.core.register.values import Register

_PACKAGE, _FOLDER = "musnad.core.register", "data"
BASE, CHANGES, LOAD, UPDATE = "base.csv", "changes", "load", "update"


@cache
def load_register() -> Register:
    """The register as installed; errors as ``parse_register``, if the installation was changed."""
    return parse_register(read_register_files())


def read_register_files() -> dict[str, bytes]:
    """The installed files, by name."""
    folder = resources.files(_PACKAGE).joinpath(_FOLDER)
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith((".csv", ".toml"))}


class RegisterFolder:
    """``exchange.ports.Registers`` over a node's folder ``register``."""

    def __init__(self, folder: Path, trusted: frozenset[AuthorityId] = frozenset()) -> None:
        self._folder = folder
        self._trusted = trusted
        self._made: tuple[tuple[str, ...], Register] | None = None

    @property
    def trusted(self) -> frozenset[AuthorityId]:
        return self._trusted

    def current(self) -> Register:
        """The register now; ``RegisterDamaged`` where a kept file is not what was written."""
        names = self._names()
        if self._made is None or self._made[0] != names:
            self._made = (names, self._make(names))
        return self._made[1]

    def keep_load(self, load: bytes) -> Register:
        with self._alone():
            before = self.current()
            after = replay_load(before, parse_load(load, before.catalogue))
            return self._kept(before, after, load, digest_of(load), LOAD)

    def keep_update(self, verified: VerifiedUpdate) -> Register:
        with self._alone():
            before = self.current()
            after = apply_update(before, verified)
            return self._kept(before, after, verified.signed, verified.update.digest, UPDATE)

    def _kept(self, before: Register, after: Register, data: bytes, digest: Digest, kind: str) -> Register:
        if after is before:
            return before
        names = self._names()
        name = f"{len(names) + 1:06d}.{digest}.{kind}.json"
        write_durably(self._folder / CHANGES / name, data)
        self._made = ((*names, name), after)
        return after

    def _names(self) -> tuple[str, ...]:
        return tuple(sorted(place.name for place in (self._folder / CHANGES).glob("*.json")))

    def _make(self, names: tuple[str, ...]) -> Register:
        if not names:
            return load_register()
        try:
            base = (self._folder / BASE).read_bytes()
            register = parse_register({**read_register_files(), FACTS: base})
        except (OSError, MusnadError) as error:
            raise RegisterDamaged(BASE) from error
        for place, name in enumerate(names, start=1):
            try:
                register = self._replay(register, name, place)
            except (OSError, ValueError, MusnadError) as error:
                raise RegisterDamaged(name) from error
        return register

    def _replay(self, register: Register, name: str, place: int) -> Register:
        number, digest, kind, _ = name.split(".")
        data = (self._folder / CHANGES / name).read_bytes()
        named = digest_of(data) if kind == LOAD else _payload_digest(data)
        if int(number) != place or named != digest:
            raise RegisterDamaged(name)
        if kind == LOAD:
            return replay_load(register, parse_load(data, register.catalogue))
        return replay_update(register, parse_update(data, register.catalogue))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One change at a time, in whatever process; the folder and its base are there from then on."""
        (self._folder / CHANGES).mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not (self._folder / BASE).exists():
                write_durably(self._folder / BASE, read_register_files()[FACTS])
                sync_folder(self._folder.parent)
            yield


def _payload_digest(data: bytes) -> Digest:
    return parse_dsse(data, payload_type=UPDATE_TYPE, what="register update").id
