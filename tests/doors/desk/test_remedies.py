"""What helps at a desk is never a command of the terminal."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import musnad.exchange
import musnad.people
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import CaseRef
from musnad.desk.remedies import AT_A_DESK, remedy
from musnad.exchange.errors import UnknownCase
from musnad.language import use
from musnad.people.errors import OnOneself


def leaves() -> Iterator[type[MusnadError]]:
    """The errors of the layers that a desk calls."""
    for package in (musnad.exchange, musnad.people):
        for one in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            for found in vars(importlib.import_module(one.name)).values():
                if isinstance(found, type) and issubclass(found, MusnadError) and "code" in vars(found):
                    yield found


def test_whatever_names_a_command_has_a_remedy_of_the_desks_own() -> None:
    elsewhere = {"request.expired", "log.no-split"}  # told to a machine, or at a terminal alone
    named = {one.code for one in leaves() if "`musnad" in one.remedy or "`--" in one.remedy}
    assert len(named) > 8
    assert sorted(named - set(AT_A_DESK) - elsewhere) == []
    assert not any("`" in one for one in AT_A_DESK.values())


def test_an_error_keeps_its_own_remedy_otherwise() -> None:
    with use("en"):
        assert remedy(UnknownCase(CaseRef("0" * 64))) == AT_A_DESK["case.unknown"]
        other = OnOneself("lan")
        assert other.code not in AT_A_DESK
        assert remedy(other) == other.remedy
