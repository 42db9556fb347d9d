"""The state of the house, for who runs it: keys and their ends, directory, log, witnesses, deliveries. No content."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from musnad.core.directory.directory import Directory
from musnad.core.directory.entry import DatedKey
from musnad.core.directory.metadata import role_of
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import parse_object
from musnad.core.kernel.names import Digest, KeyId, PartyCode
from musnad.core.kernel.times import Instant, parse_instant
from musnad.core.transparency.checkpoint import open_checkpoint
from musnad.core.transparency.cosignature import cosignatures_of
from musnad.exchange.audit import read_notes
from musnad.exchange.log_keys import log_key, witness_key
from musnad.exchange.ports import Ports
from musnad.exchange.reading.house import House, open_house
from musnad.exchange.reading.values import AuthorityView, DirectoryState, PartyView
from musnad.exchange.splits import known_splits

ENDS_SOON = timedelta(days=30)
"""So long before its end a key, a certificate or an entry is warned of: new ones are to be made and published."""
_METADATA_OCTETS = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key that the directory lists for an authority of this node. ``held``: this node has its secret half."""

    authority: AuthorityView
    use: str
    """``signing``, ``wrapping`` or ``officer``."""
    id: KeyId
    owner: str
    since: Instant
    until: Instant | None
    valid: bool
    held: bool | None
    ends_soon: bool


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """What waits for a Party: how many messages, since when, and how its delivery that was tried most stands."""

    party: PartyView
    messages: int
    attempts: int
    last_at: Instant | None
    next_at: Instant
    last_error: str


@dataclass(frozen=True, slots=True)
class WitnessRow:
    """A Party that is asked to cosign: when it cosigned the newest head; None where it has not yet."""

    party: PartyView
    at: Instant | None


@dataclass(frozen=True, slots=True)
class StampRow:
    """A stamp authority, by the SHA-256 of its root's certificate: its newest stamp, and how it was last asked.

    ``size`` is how many entries its newest stamp covers, 0 where it gave none; ``failed`` is how often in a row it gave
    none, ``error`` the code of why.
    """

    authority: Digest
    size: int
    at: Instant | None
    failed: int
    next_at: Instant
    error: str


@dataclass(frozen=True, slots=True)
class SplitRow:
    """A log that has signed two heads that cannot both be true; ``own``: this node's own.

    ``sizes`` are the two trees', ``roots`` their roots; ``times`` how often such a thing was shown since ``at``.
    ``proof`` proves it to anybody (``musnad verify``); empty where the directory no longer lists the log's key.
    """

    party: PartyView
    own: bool
    sizes: tuple[int, int] | None
    roots: tuple[Digest, Digest] | None
    at: Instant | None
    times: int
    proof: bytes


@dataclass(frozen=True, slots=True)
class LogState:
    """This node's log: its entries, how many a signed head covers, and who cosigned that head."""

    origin: str
    size: int
    covered: int | None
    cosigned_by: tuple[PartyView, ...]
    witnesses: tuple[WitnessRow, ...]
    forked: tuple[PartyView, ...]
    stamps: tuple[StampRow, ...]
    splits: tuple[SplitRow, ...]


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the directory's set ends: the first of its files to, and this Party's own entry.

    ``soon`` is said of the entry alone: the Registrar's short-lived files are made anew every day.
    """

    first_ends: Instant | None
    own_ends: Instant | None
    own_soon: bool


@dataclass(frozen=True, slots=True)
class StateOfHouse:
    party: PartyView
    directory: DirectoryState
    freshness: Freshness
    keys: tuple[KeyRow, ...]
    deliveries: tuple[DeliveryRow, ...]
    log: LogState
    exhibits: int
    drafts: int
    noted_at: Instant | None
    """When this node last noted something of its own house."""

    @property
    def waiting(self) -> int:
        """How many messages wait to be delivered."""
        return sum(one.messages for one in self.deliveries)


def show_house(ports: Ports) -> StateOfHouse:
    """As it is now; the journal's errors."""
    house = open_house(ports)
    last = read_notes(ports, 1)
    return StateOfHouse(
        party=house.party(ports.party),
        directory=house.state,
        freshness=_freshness(ports, house.state),
        keys=() if house.directory is None else _keys(ports, house, house.directory),
        deliveries=_deliveries(ports, house),
        log=_log(ports, house),
        exhibits=sum(1 for _ in ports.vault.seals()),
        drafts=len(ports.journal.drafts()),
        noted_at=last[0].record.at if last else None,
    )


def _log(ports: Ports, house: House) -> LogState:
    head = house.head
    return LogState(
        ports.keys.log.name,
        ports.journal.log_size(),
        None if head is None else head.size,
        house.cosigners,
        _witnesses(ports, house),
        tuple(house.party(one.party) for one in ports.journal.forks()),
        tuple(
            _stamp(ports, one.authority, one.attempts, one.next_at, one.last_error) for one in ports.journal.stampings()
        ),
        _splits(ports, house),
    )


def _witnesses(ports: Ports, house: House) -> tuple[WitnessRow, ...]:
    """Every other Party that the directory lists, with when it cosigned the newest head."""
    if house.directory is None or ports.party not in house.directory.entries:
        return ()
    peers = [one for one in house.directory.parties if one.code != ports.party]
    if house.head is None:
        return tuple(WitnessRow(house.party(one.code), None) for one in peers)
    signed = open_checkpoint(house.head.note, log_key(house.directory.entries[ports.party].party.log))
    rows = []
    for one in peers:
        found = cosignatures_of(signed, [witness_key(one.witness)])
        rows.append(WitnessRow(house.party(one.code), found[0].at if found else None))
    return tuple(rows)


def _splits(ports: Ports, house: House) -> tuple[SplitRow, ...]:
    known = {} if house.directory is None else {one.party: one for one in known_splits(ports)}
    rows = []
    for seen in ports.journal.forks():
        proven = known.get(seen.party)
        trees = () if proven is None else (proven.split.older.checkpoint, proven.split.newer.checkpoint)
        rows.append(
            SplitRow(
                party=house.party(seen.party),
                own=seen.party == ports.party,
                sizes=(trees[0].size, trees[1].size) if trees else None,
                roots=(Digest(trees[0].root.hex()), Digest(trees[1].root.hex())) if trees else None,
                at=seen.at,
                times=seen.times,
                proof=b"" if proven is None else proven.document.write(),
            )
        )
    return tuple(rows)


def _stamp(ports: Ports, authority: Digest, failed: int, next_at: Instant, error: str) -> StampRow:
    newest = ports.journal.newest_stamp(authority)
    if newest is None:
        return StampRow(authority, 0, None, failed, next_at, error)
    return StampRow(authority, newest.size, newest.at, failed, next_at, error)


def _freshness(ports: Ports, state: DirectoryState) -> Freshness:
    """By the metadata that was verified when it was fetched."""
    if state.snapshot is None:
        return Freshness(None, None, own_soon=False)
    own, first, mine = role_of(ports.party), None, None
    with suppress(MusnadError):
        for name, data in ports.directories.bundle(state.snapshot).items():
            ends = _expiry(data)
            if ends is None:
                continue
            if name.endswith(f".{own}.json"):
                mine = ends
            elif name.rpartition("/")[2].endswith(_REGISTRAR) and (first is None or ends < first):
                first = ends
    return Freshness(first, mine, own_soon=mine is not None and mine - ports.clock.now() < ENDS_SOON)


_REGISTRAR = ("root.json", "timestamp.json", "snapshot.json", "targets.json")
"""The files that the Registrar signs, each with a version before it or without."""


def _expiry(data: bytes) -> Instant | None:
    with suppress(MusnadError, KeyError, TypeError):
        signed = parse_object(data, what="metadata", limit_octets=_METADATA_OCTETS)["signed"]
        if isinstance(signed, dict):
            return parse_instant(str(signed["expires"]))
    return None


def _keys(ports: Ports, house: House, directory: Directory) -> tuple[KeyRow, ...]:
    now = ports.clock.now()
    rows: list[KeyRow] = []

    def add(
        name: AuthorityView,
        use: str,
        dated: DatedKey[Any],
        key: KeyId,
        owner: str,
        held: bool | None,
    ) -> None:
        soon = dated.until is not None and now <= dated.until < now + ENDS_SOON
        rows.append(KeyRow(name, use, key, owner, dated.since, dated.until, dated.is_valid(now), held, soon))

    for authority in directory.party(ports.party).authorities:
        name = house.authority(authority.id)
        here = authority.id in ports.keys.hosted
        for signing in authority.signing_keys:
            held = here and ports.keys.signing(authority.id).public == signing.key
            add(name, "signing", signing, signing.key.ids[0], "", held)
        secrets = {one.public.id for one in ports.keys.unwrapping().get(authority.id, ())}
        for wrapping in authority.wrapping_keys:
            add(name, "wrapping", wrapping, wrapping.key.id, "", wrapping.key.id in secrets)
        for officer in authority.officers:
            add(name, "officer", officer.key, officer.key.key.ids[0], officer.name, None)
    return tuple(rows)


def _deliveries(ports: Ports, house: House) -> tuple[DeliveryRow, ...]:
    by_party: dict[PartyCode, DeliveryRow] = {}
    for one in ports.journal.waiting():
        row = by_party.get(one.party)
        if row is None or one.attempts > row.attempts:
            count = 1 if row is None else row.messages + 1
            by_party[one.party] = DeliveryRow(
                house.party(one.party), count, one.attempts, one.last_at, one.next_at, one.last_error
            )
        else:
            by_party[one.party] = replace(row, messages=row.messages + 1)
    return tuple(by_party[code] for code in sorted(by_party))
