"""Every version of the treaty data that a node has judged under: a correction never changes an old case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from musnad.adapters.files.durable import write_durably
from musnad.adapters.treaty_files import CONVENTION, load_treaties, load_treaty_bundle
from musnad.core.kernel.errors import Corrupt
from musnad.core.kernel.names import Digest, Slug, digest_of
from musnad.core.treaty.errors import UnknownTreaty
from musnad.core.treaty.reader import parse_bundle
from musnad.core.treaty.values import Treaty


@dataclass(eq=False)
class TreatyDamaged(Corrupt):
    """A kept version of the treaty data no longer has the digest that it is named by."""

    code = "treaty.damaged"
    remedy = "Stop, tell oversight, and put the file back from a backup or from a dossier that carries it."
    digest: str


class TreatyShelf:
    """``exchange.ports.Treaties`` over a folder of bundles named by their digest; the installed ones are added."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._installed = load_treaties()
        self._known = {treaty.digest: treaty for treaty in self._installed.values()}
        folder.mkdir(mode=0o700, exist_ok=True)
        for name, treaty in self._installed.items():
            place = self._place(treaty.digest)
            if not place.exists():
                write_durably(place, load_treaty_bundle(name))

    def current(self, instrument: str = "") -> Treaty:
        return self._installed.get(Slug(instrument), self._installed[CONVENTION])

    def known(self) -> Mapping[Digest, Treaty]:
        for place in self._folder.glob("*.json"):
            digest = Digest(place.stem)
            if digest not in self._known:
                self._known[digest] = parse_bundle(self.bundle(digest))
        return self._known

    def bundle(self, digest: Digest) -> bytes:
        try:
            data = self._place(digest).read_bytes()
        except FileNotFoundError as error:
            raise UnknownTreaty(digest) from error
        if digest_of(data) != digest:
            raise TreatyDamaged(digest)
        return data

    def _place(self, digest: Digest) -> Path:
        return self._folder / f"{digest}.json"
