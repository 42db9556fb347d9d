"""The register of Parties on disk: what the package carries, and what a node has loaded and accepted since."""

from __future__ import annotations

from functools import cache
from importlib import resources

from musnad.core.register.base import parse_register
from musnad.core.register.values import Register

_PACKAGE, _FOLDER = "musnad.core.register", "data"


@cache
def load_register() -> Register:
    """The register as installed; errors as ``parse_register``, if the installation was changed."""
    return parse_register(read_register_files())


def read_register_files() -> dict[str, bytes]:
    """The installed files, by name."""
    folder = resources.files(_PACKAGE).joinpath(_FOLDER)
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name.endswith((".csv", ".toml"))}
