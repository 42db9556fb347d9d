"""The treaty data that this installation carries, read from the package's own files."""

from __future__ import annotations

from functools import cache
from importlib import resources

from musnad.core.treaty.reader import bundle, parse_treaty
from musnad.core.treaty.values import Treaty

_FOLDER = "articles"


@cache
def load_treaty() -> Treaty:
    """The treaty as installed; errors as ``parse_treaty``, if the installation was changed."""
    return parse_treaty(read_treaty_files())


@cache
def load_treaty_bundle() -> bytes:
    """The canonical bundle of the installed files: what a dossier carries, and what ``Treaty.digest`` is taken over."""
    return bundle(read_treaty_files())


def read_treaty_files() -> dict[str, bytes]:
    """The installed files, by name."""
    folder = resources.files("musnad.core.treaty").joinpath(_FOLDER)
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith(".toml")}
