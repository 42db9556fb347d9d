"""What can be wrong with treaty data, or with a question put to it. Each names the file, the place and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Malformed, Unavailable


@dataclass(eq=False)
class NotToml(Malformed):
    """A treaty file is not a TOML 1.0 text in UTF-8 with plain line ends."""

    code = "treaty.not-toml"
    remedy = "Correct the file at the line named; docs/treaty.md shows the form."
    file: str
    why: str


@dataclass(eq=False)
class UnknownEntry(Malformed):
    """A treaty file has an entry that the reader does not know."""

    code = "treaty.unknown-entry"
    remedy = "Remove the entry or correct its spelling; docs/treaty.md lists every entry."
    file: str
    place: str


@dataclass(eq=False)
class MissingEntry(Malformed):
    """A treaty file lacks an entry that its place needs."""

    code = "treaty.missing-entry"
    remedy = "Add the entry; docs/treaty.md lists what each place needs."
    file: str
    place: str


@dataclass(eq=False)
class RuleWithoutSource(Malformed):
    """A rule does not say where it was read."""

    code = "treaty.rule-without-source"
    remedy = "Give the rule a source that sources.toml describes."
    file: str
    place: str


@dataclass(eq=False)
class LabelMissing(Malformed):
    """A text for the reader stands in one language only, or not in the language that it claims."""

    code = "treaty.label-missing"
    remedy = "Write the text in both English (en) and Arabic (ar)."
    file: str
    place: str


@dataclass(eq=False)
class BadEntry(Malformed):
    """An entry of a treaty file has a value of the wrong kind."""

    code = "treaty.bad-entry"
    remedy = "Correct the value; docs/treaty.md gives the kind of every entry."
    file: str
    place: str
    why: str


@dataclass(eq=False)
class BadPeriod(Malformed):
    """A period or quantity of a rule is not a whole number of days or years that can be counted."""

    code = "treaty.bad-period"
    remedy = "Give a whole number of at least 1, its unit, and {number} in every text of the rule."
    file: str
    place: str
    why: str


@dataclass(eq=False)
class Dangling(Malformed):
    """An entry names another that no file holds."""

    code = "treaty.dangling"
    remedy = "Add what is named, or correct the name."
    file: str
    place: str
    names: str


@dataclass(eq=False)
class DuplicateEntry(Malformed):
    """The same thing is said twice."""

    code = "treaty.duplicate"
    remedy = "Keep one of the two; every name stands once in all files together."
    file: str
    place: str


@dataclass(eq=False)
class UnusedEntry(Malformed):
    """A rule, ground, field or other entry is used by nothing, so it could never be applied."""

    code = "treaty.unused"
    remedy = "Name it where it applies, or remove it."
    file: str
    place: str


@dataclass(eq=False)
class BadBundle(Malformed):
    """The treaty's bundle is not an object of file names and texts."""

    code = "treaty.bad-bundle"
    remedy = "Make the bundle again from the treaty's files."
    why: str


@dataclass(eq=False)
class UnknownMeasure(Malformed):
    """The treaty data knows no such measure."""

    code = "treaty.unknown-measure"
    remedy = "Choose a measure that the treaty data named in the request knows."
    measure: str


@dataclass(eq=False)
class UnknownTreaty(Unavailable):
    """A request names treaty data that this node does not hold, so that nobody here can say what it allows."""

    code = "treaty.unknown"
    remedy = "Ask the other side which data it means, and have it asked again under data that both hold."
    digest: str


@dataclass(eq=False)
class NotInstalled(Unavailable):
    """This installation carries no treaty of that name."""

    code = "treaty.not-installed"
    remedy = "Choose one of the treaties that this installation carries; docs/measures.md lists them."
    name: str
