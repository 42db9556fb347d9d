"""What of the house needs somebody now: one sentence each, and the part of the page that says more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from musnad.core.kernel.times import Instant
from musnad.exchange.reading.state_of_house import ENDS_SOON, StateOfHouse
from musnad.language import gettext as _
from musnad.language import isolate, ngettext, write_date
from musnad.language.house_words import process_named
from musnad.node.backup.standing import Standing
from musnad.node.life import Life, Weight


@dataclass(frozen=True, slots=True)
class Concern:
    """``part`` is the id of a heading of the page. ``grave``: work stands still, or a proof is broken."""

    part: str
    says: str
    grave: bool = False


def concerns(
    house: StateOfHouse,
    processes: tuple[Life, ...],
    weight: Weight,
    backup: Standing,
    certificate: Instant | None,
    now: Instant,
    unheard: int = 0,
) -> tuple[Concern, ...]:
    """Everything, the grave first. ``unheard``: how much rings for nobody."""
    found = [
        *_unheard(unheard),
        *_processes(processes),
        *_directory(house),
        *_proofs(house),
        *_storage(weight),
        *_backup(backup),
        *_keys(house, certificate, now),
        *_deliveries(house),
    ]
    return tuple(sorted(found, key=lambda one: not one.grave))


def _unheard(count: int) -> Iterator[Concern]:
    if count:
        says = ngettext(
            "%(count)s ring reaches nobody: no one who may answer sees its case.",
            "%(count)s rings reach nobody: no one who may answer sees their cases.",
            count,
        )
        yield Concern("unheard", says % {"count": count}, grave=True)


def _processes(processes: tuple[Life, ...]) -> Iterator[Concern]:
    for one in processes:
        if not one.alive:
            says = _("No sign of life: %(process)s") % {"process": process_named(one.name)}
            yield Concern("processes", says, grave=True)


def _directory(house: StateOfHouse) -> Iterator[Concern]:
    if house.directory.state == "expired":
        yield Concern("directory", _("There is no directory that may still be used."), grave=True)
    elif house.directory.state == "stale":
        yield Concern("directory", _("The directory is stale."))
    ends = house.freshness.own_ends
    if house.freshness.own_soon and ends is not None:
        says = _(
            "This Party's own entry in the directory ends on %(day)s: sign it again, and hand it to the Registrar."
        )
        yield Concern("directory", says % {"day": write_date(ends.date())})


def _proofs(house: StateOfHouse) -> Iterator[Concern]:
    if any(one.own for one in house.log.splits):
        says = _("This node's own log has signed two heads that cannot both be true: tell oversight.")
        yield Concern("log", says, grave=True)
    if any(not one.own for one in house.log.splits):
        yield Concern(
            "log", _("Another Party's log has shown two heads that cannot both be true: tell oversight."), grave=True
        )
    if house.log.covered is not None and not house.log.cosigned_by and house.log.witnesses:
        yield Concern("log", _("No other Party has cosigned the newest head of the log yet."))
    if any(one.failed for one in house.log.stamps):
        yield Concern("log", _("A stamp authority gave no stamp when it was last asked."))


def _storage(weight: Weight) -> Iterator[Concern]:
    if weight.is_low:
        yield Concern("storage", _("Less than a tenth of the disk is free."))


def _backup(backup: Standing) -> Iterator[Concern]:
    kept = backup.kept
    if kept.made is None:
        yield Concern("backup", _("No backup yet: what the node holds is on this machine alone."))
    elif backup.overdue:
        says = ngettext("The last backup is %(count)s day old.", "The last backup is %(count)s days old.", backup.days)
        yield Concern("backup", says % {"count": backup.days})
    if kept.checked is not None and kept.checked.faults:
        yield Concern("backup", _("The backup that was last read back does not hold."), grave=True)
    elif backup.check_overdue:
        yield Concern("backup", _("No backup has been read back for too long."))
    if kept.made is not None and kept.made.missing:
        yield Concern("backup", _("Exhibits were missing from the vault when the last backup was made."), grave=True)


def _keys(house: StateOfHouse, certificate: Instant | None, now: Instant) -> Iterator[Concern]:
    if certificate is not None and certificate - now < ENDS_SOON:
        says = _("The gate's certificate ends on %(day)s.") % {"day": write_date(certificate.date())}
        yield Concern("keys", says, grave=certificate <= now)
    soon = sum(one.ends_soon for one in house.keys)
    if soon:
        says = ngettext("%(count)s key ends within 30 days.", "%(count)s keys end within 30 days.", soon)
        yield Concern("keys", says % {"count": soon})
    lost = [one for one in house.keys if one.held is False and one.valid]
    if lost:
        says = _("A key that others use to write to this node is not here: %(key)s")
        yield Concern("keys", says % {"key": isolate(lost[0].id[:12])}, grave=True)


def _deliveries(house: StateOfHouse) -> Iterator[Concern]:
    tried = sum(one.messages for one in house.deliveries if one.last_error)
    if tried:
        says = ngettext(
            "%(count)s message could not be delivered yet.", "%(count)s messages could not be delivered yet.", tried
        )
        yield Concern("waiting", says % {"count": tried})
