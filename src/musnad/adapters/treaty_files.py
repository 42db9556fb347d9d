"""The treaty data that this installation carries, read from the package's own files: a folder for each treaty, and one
for what they share. A treaty's bundle holds both, so that whoever has the bundle needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from musnad.core.kernel.names import Slug
from musnad.core.treaty.errors import NotInstalled
from musnad.core.treaty.reader import bundle, parse_shelf
from musnad.core.treaty.values import Treaty

CONVENTION = Slug("un-convention-against-cybercrime")
_COMMON = "common"


def load_treaty(name: str = CONVENTION) -> Treaty:
    """The treaty as installed; ``NotInstalled`` if none of that name is, otherwise errors as ``load_treaties``."""
    found = load_treaties().get(Slug(name))
    if found is None:
        raise NotInstalled(name)
    return found


@cache
def load_treaties() -> Mapping[Slug, Treaty]:
    """Every installed treaty, by name; errors as ``parse_shelf``, if the installation was changed."""
    return parse_shelf(_read(_folder().joinpath(_COMMON)), {name: _read_own(name) for name in treaty_names()})


@cache
def load_treaty_bundle(name: str = CONVENTION) -> bytes:
    """The canonical bundle of a treaty's installed files: what a dossier carries, and what has ``Treaty.digest``."""
    return bundle(read_treaty_files(name))


def read_treaty_files(name: str = CONVENTION) -> dict[str, bytes]:
    """A treaty's installed files, the shared ones among them, by name; ``NotInstalled`` if it is not installed."""
    if name not in treaty_names():
        raise NotInstalled(name)
    return {**_read(_folder().joinpath(_COMMON)), **_read_own(name)}


def treaty_names() -> tuple[str, ...]:
    """The installed treaties' names, in order."""
    return tuple(sorted(one.name for one in _folder().iterdir() if one.is_dir() and one.name != _COMMON and _read(one)))


def _read_own(name: str) -> dict[str, bytes]:
    return _read(_folder().joinpath(name))


def _read(folder: Traversable) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(".toml")}


def _folder() -> Traversable:
    return resources.files("musnad.core.treaty").joinpath("data")
