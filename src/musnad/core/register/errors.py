"""What can be wrong with the register's rows, catalogue and signed updates, or with a question put to it.

A place is a file and a line; for JSON the line is the number of the row, for an update that of the change.
"""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Corrupt, Malformed, Untrusted


@dataclass(eq=False)
class NotATable(Malformed):
    """The file is not a table of register rows."""

    code = "register.not-a-table"
    remedy = "Give CSV or JSON in UTF-8 with the columns that docs/register.md lists."
    file: str
    why: str


@dataclass(eq=False)
class BadColumn(Malformed):
    """A column is unknown, missing or stands twice."""

    code = "register.column"
    remedy = "Give each column of docs/register.md once, and no other; `musnad register export` shows them."
    file: str
    line: int
    field: str


@dataclass(eq=False)
class BadRow(Malformed):
    """A field of a row is not of the form that its column takes."""

    code = "register.row"
    remedy = "Correct the field; docs/register.md says what each column takes."
    file: str
    line: int
    field: str
    why: str


@dataclass(eq=False)
class BadDay(Malformed):
    """A date of a row is not one, or cannot be."""

    code = "register.day"
    remedy = "Write the day as YYYY-MM-DD; leave it empty and give not_before or by where it is not known."
    file: str
    line: int
    field: str
    why: str


@dataclass(eq=False)
class UnknownState(Malformed):
    """No State or organisation that may join has this code."""

    code = "register.unknown-state"
    remedy = "Use a two-letter code of ISO 3166-1, or EU; `musnad register show` lists them all."
    file: str
    line: int
    field: str
    party: str


@dataclass(eq=False)
class NoSuchState(Malformed):
    """A question names a State or organisation that the register does not know."""

    code = "register.no-such-state"
    remedy = "Use a two-letter code of ISO 3166-1, or EU; `musnad register show` lists them all."
    party: str


@dataclass(eq=False)
class UnknownSubject(Malformed):
    """A row is about something that the register does not know, or that its kind of fact is never about."""

    code = "register.unknown-subject"
    remedy = "Choose a subject that docs/register.md lists for the kind; `other` takes what fits nowhere."
    file: str
    line: int
    field: str
    about: str


@dataclass(eq=False)
class FactWithoutSource(Malformed):
    """A row does not say where its fact was read."""

    code = "register.no-source"
    remedy = "Give the source: a code of the register's sources, or words that let a reader find it."
    file: str
    line: int
    field: str


@dataclass(eq=False)
class FactWithoutStatus(Malformed):
    """A row does not say how sure its fact is."""

    code = "register.no-status"
    remedy = "Write certain, reported or from-memory-verify."
    file: str
    line: int
    field: str


@dataclass(eq=False)
class Contradiction(Malformed):
    """A row says what another row, or a rule of the register, does not allow to be true at the same time."""

    code = "register.contradiction"
    remedy = "Keep the true one; to correct a fact that stands, name its digest in the column `fact`."
    file: str
    line: int
    field: str
    rule: str
    party: str
    other: str


@dataclass(eq=False)
class NothingToWithdraw(Malformed):
    """A row lets a State withdraw of which no instrument stands."""

    code = "register.nothing-to-withdraw"
    remedy = "Load the State's instrument with the withdrawal, or strike out the withdrawal."
    file: str
    line: int
    field: str
    rule: str
    party: str


@dataclass(eq=False)
class RepeatedRow(Malformed):
    """The same fact stands twice in one file."""

    code = "register.repeated"
    remedy = "Keep one of the two rows."
    file: str
    line: int
    first: int


@dataclass(eq=False)
class UnknownFact(Malformed):
    """A change refers to a fact that this register does not hold."""

    code = "register.unknown-fact"
    remedy = "Accept the updates that came before it, or export the register again and start from that."
    file: str
    line: int
    fact: str


@dataclass(eq=False)
class Replaced(Malformed):
    """A change refers to a fact that another change has replaced already."""

    code = "register.replaced"
    remedy = "Look at what replaced it (`musnad register show`), and correct that instead if it is wrong."
    file: str
    line: int
    fact: str
    by: str


@dataclass(eq=False)
class BadUpdate(Malformed):
    """A signed update is not of the form that the protocol takes."""

    code = "register.update"
    remedy = "Have its author make it again with `musnad register correct`."
    member: str
    why: str


@dataclass(eq=False)
class UpdateOutOfOrder(Malformed):
    """A signed update does not follow the last one of its author that this register holds."""

    code = "register.out-of-order"
    remedy = "Accept the author's updates in their order; ask the author for the one that is missing."
    author: str
    previous: str
    held: str


@dataclass(eq=False)
class AuthorNotTrusted(Untrusted):
    """The author of an update is none of the authorities that this node trusts for the register."""

    code = "register.author-not-trusted"
    remedy = "Check who wrote it; to trust its author, name it under [register] in node.toml."
    author: str


@dataclass(eq=False)
class UpdateFromTheFuture(Untrusted):
    """A signed update says that it was made later than it is now."""

    code = "register.from-the-future"
    remedy = "Check this machine's clock; if it is right, have the author make the update again."
    author: str
    at: str


@dataclass(eq=False)
class LifeRuleMissing(Malformed):
    """The treaty data does not hold a number that its entry into force is computed from."""

    code = "register.rule-missing"
    remedy = "Use treaty data that holds the rule with its number and unit."
    rule: str


@dataclass(eq=False)
class CatalogueInvalid(Malformed):
    """A file of the register's own data (States, subjects, tasks, sources) is not of its form."""

    code = "register.catalogue"
    remedy = "Correct the named place of the file; docs/register.md shows the form."
    file: str
    place: str
    why: str


@dataclass(eq=False)
class RegisterDamaged(Corrupt):
    """A kept change of the register no longer has the digest that it is named by."""

    code = "register.damaged"
    remedy = "Stop, tell oversight, and put the file back from a backup."
    file: str
