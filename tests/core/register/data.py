"""The installed register as files that a test can break, and small registers that a test fills itself."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from musnad.adapters.register_files import load_register, read_register_files
from musnad.core.kernel.names import Slug
from musnad.core.kernel.times import Day, parse_day
from musnad.core.register.change import apply, changes_of, empty
from musnad.core.register.life import LifeNumbers
from musnad.core.register.rows import COLUMNS, parse_csv
from musnad.core.register.values import Register
from musnad.core.treaty.values import Certainty, Label, Numbering, Rule
from musnad.core.treaty.values import Unit as RuleUnit

FILES = read_register_files()
BASE = load_register()
CATALOGUE = BASE.catalogue
EMPTY = empty(CATALOGUE)
HEADER = ",".join(COLUMNS)
LIFE = (
    ",,milestone,opening,,2025-10-25,,,certain,T1,2026-01-31,,",
    ",,milestone,closing,,2026-12-31,,,certain,T1,2026-01-31,,",
)
STATES = sorted(code for code, state in CATALOGUE.states.items() if not state.is_organisation)


def day(text: str) -> Day:
    return parse_day(text)


def rule(name: str, number: int, unit: RuleUnit, certainty: Certainty = Certainty.CERTAIN) -> Rule:
    label = Label(MappingProxyType({"en": "{number}", "ar": "{number}"}))
    return Rule(Slug(name), 1, "1", Numbering.CERTAIN, certainty, (), "T1", label, number, unit, None)


def numbers(needed: int = 40, delay: int = 90, later: int = 30, withdrawal: int = 1) -> LifeNumbers:
    return LifeNumbers(
        rule("entry-into-force-instruments", needed, "instruments"),
        rule("entry-into-force-delay", delay, "days"),
        rule("later-party-delay", later, "days", Certainty.FROM_MEMORY),
        rule("withdrawal-delay", withdrawal, "years"),
    )


def table(*lines: str) -> bytes:
    return "\n".join((HEADER, *lines, "")).encode()


def row(party: str, kind: str, at: str = "", **columns: str) -> str:
    """One line; ``at`` is the day."""
    members = {
        "party": party,
        "kind": kind,
        "day": at,
        "status": "certain",
        "source": "T1",
        "as_of": "2040-01-01",
        **columns,
    }
    return ",".join(members.get(name, "") for name in COLUMNS)


def load(register: Register, *lines: str, file: str = "rows.csv") -> Register:
    return apply(register, changes_of(parse_csv(table(*lines), file, register.catalogue), register))


def register_of(lines: Iterable[str] = ()) -> Register:
    return load(EMPTY, *LIFE, *lines)
