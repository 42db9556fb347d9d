"""What can be wrong with a law profile. Each names the file, the place and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Malformed, Unavailable


@dataclass(eq=False)
class LawNotToml(Malformed):
    """A law profile is not a TOML 1.0 text in UTF-8 with plain line ends."""

    code = "law.not-toml"
    remedy = "Correct the file at the line named; docs/law-profiles.md shows the form."
    file: str
    why: str


@dataclass(eq=False)
class LawUnknownEntry(Malformed):
    """A law profile has an entry that the reader does not know."""

    code = "law.unknown-entry"
    remedy = "Remove the entry or correct its spelling; docs/law-profiles.md lists every entry."
    file: str
    place: str


@dataclass(eq=False)
class LawMissingEntry(Malformed):
    """A law profile lacks an entry that its place needs."""

    code = "law.missing-entry"
    remedy = "Add the entry; docs/law-profiles.md lists what each place needs."
    file: str
    place: str


@dataclass(eq=False)
class LawBadEntry(Malformed):
    """An entry of a law profile has a value of the wrong kind."""

    code = "law.bad-entry"
    remedy = "Correct the value; docs/law-profiles.md gives the kind of every entry."
    file: str
    place: str
    why: str


@dataclass(eq=False)
class FactWithoutSource(Malformed):
    """A fact of a law profile does not say where it was read."""

    code = "law.fact-without-source"
    remedy = "Give the fact a source that the file's own [sources] describes."
    file: str
    place: str


@dataclass(eq=False)
class PenaltyWithoutUnit(Malformed):
    """A maximum penalty has no unit, or none that can be compared."""

    code = "law.penalty-without-unit"
    remedy = 'Give the unit: "months" or "years" with a whole number, or "life-or-heavier" without one.'
    file: str
    place: str


@dataclass(eq=False)
class LawUnknownName(Malformed):
    """A law profile names an offence, power, measure or legal basis that no treaty data holds."""

    code = "law.unknown-name"
    remedy = "Use the name as `musnad law gap` and docs/law-profiles.md write it."
    file: str
    place: str
    names: str


@dataclass(eq=False)
class LawOfNoState(Malformed):
    """A law profile is of no State: ISO 3166-1 gives its code to nobody."""

    code = "law.of-no-state"
    remedy = "Give the State's two capital letters as ISO 3166-1 has them, such as QA or VN."
    file: str
    place: str
    state: str


@dataclass(eq=False)
class TwoProfiles(Malformed):
    """Two files hold a law profile of the same State."""

    code = "law.two-profiles"
    remedy = "Keep one of the two files."
    file: str
    other: str
    state: str


@dataclass(eq=False)
class NoProfile(Unavailable):
    """No law profile of this State is at hand."""

    code = "law.no-profile"
    remedy = "Write one as docs/law-profiles.md shows, and add it with `musnad law add`."
    state: str
