"""Directories and treaties that are simply there: one judged set at a time, one version of each treaty's data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from musnad.core.directory.directory import Directory
from musnad.core.directory.errors import BadDirectory, DirectoryExpired
from musnad.core.kernel.names import AuthorityId, Digest
from musnad.core.kernel.times import Instant
from musnad.core.register.load import parse_load, replay_load
from musnad.core.register.update import VerifiedUpdate, apply_update
from musnad.core.register.values import Register
from musnad.core.treaty.errors import UnknownTreaty
from musnad.core.treaty.values import Treaty

Bundle = Mapping[str, bytes]


@dataclass(slots=True)
class MemoryDirectories:
    """``exchange.ports.Directories``: ``judge`` judges the set that ``files`` holds now, each time it is asked."""

    judge: Callable[[Bundle], Directory]
    files: Bundle
    _seen: dict[Digest, tuple[Directory, Bundle]] = field(default_factory=dict)

    def current(self) -> Directory:
        judged = self.judge(self.files)
        self._seen.setdefault(judged.ref.snapshot, (judged, dict(self.files)))
        return judged

    def at(self, snapshot: Digest) -> Directory:
        return self._held(snapshot)[0]

    def bundle(self, snapshot: Digest) -> Bundle:
        return self._held(snapshot)[1]

    def holds(self, snapshot: Digest) -> bool:
        return snapshot in self._seen

    def keep(self, snapshot: Digest, files: Bundle, at: Instant) -> None:  # noqa: ARG002 - judged by the clock
        judged = self.judge(files)
        if judged.ref.snapshot != snapshot:
            raise BadDirectory("not the set that was asked for", "snapshot.json")
        self._seen[snapshot] = (judged, dict(files))

    def _held(self, snapshot: Digest) -> tuple[Directory, Bundle]:
        held = self._seen.get(snapshot)
        if held is None:
            raise DirectoryExpired("snapshot")
        return held


@dataclass(frozen=True, slots=True)
class MemoryTreaties:
    """``exchange.ports.Treaties`` of one version of each treaty; ``treaty`` is the one that is taken by default."""

    treaty: Treaty
    octets: bytes
    others: tuple[tuple[Treaty, bytes], ...] = ()

    def current(self, instrument: str = "") -> Treaty:
        return next((other for other, _ in self.others if other.name == instrument), self.treaty)

    def known(self) -> Mapping[Digest, Treaty]:
        return {one.digest: one for one in (self.treaty, *(other for other, _ in self.others))}

    def bundle(self, digest: Digest) -> bytes:
        for treaty, octets in ((self.treaty, self.octets), *self.others):
            if digest == treaty.digest:
                return octets
        raise UnknownTreaty(digest)


@dataclass(slots=True)
class MemoryRegisters:
    """``exchange.ports.Registers`` that forgets."""

    register: Register
    trusted: frozenset[AuthorityId] = frozenset()

    def current(self) -> Register:
        return self.register

    def keep_load(self, load: bytes) -> Register:
        self.register = replay_load(self.register, parse_load(load, self.register.catalogue))
        return self.register

    def keep_update(self, verified: VerifiedUpdate) -> Register:
        self.register = apply_update(self.register, verified)
        return self.register
