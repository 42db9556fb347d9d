"""Law profiles from files: the samples that the package carries, and those that a State keeps in its node's folder.

A file in the folder takes the place of the sample of the same State. All of them are read and checked before any is
used: one broken file is an error, never a State silently missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from musnad.adapters.files.durable import write_durably
from musnad.core.kernel.names import PartyCode
from musnad.core.law.reader import one_for_each_state, parse_law_data, parse_profile, vocabulary
from musnad.core.law.values import LawData, Profile, Vocabulary
from musnad.core.preflight.practice import Practice, parse_practice
from musnad.core.treaty.values import Treaty

_SHARED = "powers.toml"
_SAMPLES = "samples"
_PRACTICE = "practice.toml"


class LawFiles:
    """``exchange.ports.Laws`` over the packaged samples and, where there is one, a node's folder of profiles."""

    def __init__(self, treaties: Iterable[Treaty], folder: Path | None = None) -> None:
        self._known = vocabulary(load_law_data(), treaties)
        self._folder = folder

    def data(self) -> LawData:
        return load_law_data()

    def practice(self) -> Practice:
        return load_practice()

    def profiles(self) -> Mapping[PartyCode, Profile]:
        own = one_for_each_state(parse_profile(path.name, path.read_bytes(), self._known) for path in self._own())
        return MappingProxyType(dict(sorted({**load_samples(self._known), **own}.items())))

    def check(self, file: str, data: bytes) -> Profile:
        return parse_profile(file, data, self._known)

    def keep(self, file: str, data: bytes) -> Profile:
        found = self.check(file, data)
        if self._folder is None:
            return found
        self._folder.mkdir(mode=0o700, exist_ok=True)
        write_durably(self._folder / f"{found.state.lower()}.toml", data)
        return found

    def _own(self) -> list[Path]:
        if self._folder is None or not self._folder.is_dir():
            return []
        return sorted(self._folder.glob("*.toml"))


@cache
def load_law_data() -> LawData:
    """The powers and what the measures need of them, as installed."""
    return parse_law_data(_SHARED, _packaged().joinpath(_SHARED).read_bytes())


@cache
def load_practice() -> Practice:
    """The rules of practice of the pre-flight, as installed."""
    file = resources.files("musnad.core.preflight").joinpath("data", _PRACTICE)
    return parse_practice(_PRACTICE, file.read_bytes())


@cache
def load_samples(known: Vocabulary) -> Mapping[PartyCode, Profile]:
    """The samples as installed; errors as ``parse_profile``, if the installation was changed."""
    return one_for_each_state(parse_profile(name, data, known) for name, data in read_samples().items())


def read_samples() -> dict[str, bytes]:
    """The files of the samples, by name."""
    folder = _packaged().joinpath(_SAMPLES)
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name: file.read_bytes() for file in files if file.name.endswith(".toml")}


def _packaged() -> Traversable:
    return resources.files("musnad.core.law").joinpath("data")
