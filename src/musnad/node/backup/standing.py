"""How a node's backups stand, for who runs it: the last one, the last time that one was read back, and what is overdue.

What was done last stands in ``backups.json`` of the node's folder, beside the records of the house that say it for
ever; it is written anew by each, and is no part of a backup.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from musnad.adapters.files.durable import write_durably
from musnad.core.kernel.errors import BadForm, Corrupt, MusnadError
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.times import Instant, parse_instant, write_instant
from musnad.exchange.ports import Ports
from musnad.node.configuration import Backups, read_configuration
from musnad.node.errors import NotANode

FILE = "backups.json"


@dataclass(frozen=True, slots=True)
class Made:
    """A complete backup: ``entries`` is how many the log had in it, ``size`` how many its signed head covered.

    ``missing``: exhibits whose files were not in the vault when it was made, though the node said that it held them.
    """

    name: str
    target: str
    at: Instant
    octets: int
    files: int
    entries: int
    size: int
    manifest: str
    missing: int
    same_disk: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A backup that was read back: how many things were found wrong with it."""

    name: str
    target: str
    at: Instant
    faults: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands in the file.

    ``begun``: when the one was begun that has not come to its end. ``unread_since``: when the first was made of those
    that came after the last check.
    """

    begun: Instant | None = None
    unread_since: Instant | None = None
    made: Made | None = None
    checked: Checked | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """``since``: from when on nothing is in a backup; None where there is nothing yet that could be lost."""

    kept: Kept
    since: Instant | None
    entries_since: int
    days: int
    warn_days: int
    check_days: int
    overdue: bool
    check_overdue: bool

    @property
    def is_well(self) -> bool:
        checked = self.kept.checked
        return not (
            self.overdue
            or self.check_overdue
            or (checked is not None and checked.faults)
            or (self.kept.made is not None and self.kept.made.missing)
        )


def standing(ports: Ports, folder: Path) -> Standing:
    """How the backups of the node in ``folder`` stand now; the journal's errors.

    Overdue is what has been without a backup for more than the days that node.toml says, a node without any from its
    first entry on; a check, when a backup was made that long ago and none was read back since.
    """
    kept, limits, now = read_kept(folder), _limits(folder), ports.clock.now()
    since = kept.made.at if kept.made is not None else _first_entry(ports)
    late = since is not None and now - since > timedelta(days=limits.warn_days)
    check_late = kept.unread_since is not None and now - kept.unread_since > timedelta(days=limits.check_days)
    return Standing(
        kept,
        since,
        max(0, ports.journal.log_size() - (kept.made.entries if kept.made is not None else 0)),
        0 if since is None else max(0, (now - since).days),
        limits.warn_days,
        limits.check_days,
        late,
        check_late,
    )


def read_kept(folder: Path) -> Kept:
    """What was done last; nothing where the file is not there, or says nothing that can be read."""
    try:
        found = parse_object((folder / FILE).read_bytes(), what=FILE)
        return Kept(
            _moment(found.get("begun")),
            _moment(found.get("unread_since")),
            _read(Made, found.get("made")),
            _read(Checked, found.get("checked")),
        )
    except (OSError, MusnadError):
        return Kept()


def keep(folder: Path, **what: object) -> None:
    """Write down what was done, beside what stands there already."""
    kept = replace(read_kept(folder), **what)  # type: ignore[arg-type]  # members by their names
    members = {name: _write(getattr(kept, name)) for name in ("begun", "unread_since", "made", "checked")}
    write_durably(folder / FILE, write_canonical(members) + b"\n")


def _limits(folder: Path) -> Backups:
    try:
        return read_configuration(folder).backup
    except NotANode:
        return Backups()


def _first_entry(ports: Ports) -> Instant | None:
    with suppress(Corrupt):  # that is the doctor's to say
        first = next(iter(ports.journal.entries()), None)
        return None if first is None else first.at
    return None


def _write(value: Any) -> object:
    if value is None:
        return None
    if isinstance(value, Made | Checked):
        return {name: _write(getattr(value, name)) for name in value.__slots__}
    return write_instant(value) if not isinstance(value, str | int) else value


def _moment(found: object) -> Instant | None:
    return None if found is None else parse_instant(str(found))


def _read(kind: type[Any], found: object) -> Any:
    """A part of the file by its members' kinds; ``BadForm``."""
    if found is None:
        return None
    if not isinstance(found, dict) or set(found) != set(kind.__slots__):
        raise BadForm(FILE, "not its members")
    members: JsonObject = dict(found)
    members["at"] = parse_instant(str(members["at"]))
    return kind(**members)
