"""The register that the software carries: its catalogue, and the facts of its own file."""

from __future__ import annotations

from collections.abc import Mapping

from musnad.core.register.catalogue import parse_catalogue
from musnad.core.register.change import apply, changes_of, empty
from musnad.core.register.errors import CatalogueInvalid
from musnad.core.register.rows import parse_csv
from musnad.core.register.values import Register

FACTS = "facts.csv"


def parse_register(files: Mapping[str, bytes]) -> Register:
    """The register of these files (name to octets).

    Raises:
        CatalogueInvalid: as ``parse_catalogue``, or the facts are missing. Errors of rows and of ``change.apply``.
    """
    catalogue = parse_catalogue(files)
    if FACTS not in files:
        raise CatalogueInvalid(FACTS, "", "the file is missing")
    register = empty(catalogue)
    return apply(register, changes_of(parse_csv(files[FACTS], FACTS, catalogue), register))
