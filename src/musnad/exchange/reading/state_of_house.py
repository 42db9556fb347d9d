"""The state of the house, for who runs it: keys and their ends, directory, log, witnesses, deliveries. No content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from musnad.core.directory.directory import Directory
from musnad.core.directory.entry import DatedKey
from musnad.core.kernel.names import KeyId, PartyCode
from musnad.core.kernel.times import Instant
from musnad.exchange.ports import Ports
from musnad.exchange.reading.house import open_house
from musnad.exchange.reading.values import AuthorityView, DirectoryState, PartyView


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


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """What waits for a Party: how many messages, and how its delivery that was tried most stands."""

    party: PartyView
    messages: int
    attempts: int
    last_at: Instant | None
    next_at: Instant
    last_error: str


@dataclass(frozen=True, slots=True)
class LogState:
    """This node's log: its entries, how many a signed head covers, and who cosigned that head."""

    origin: str
    size: int
    covered: int | None
    cosigned_by: tuple[PartyView, ...]
    forked: tuple[PartyView, ...]


@dataclass(frozen=True, slots=True)
class StateOfHouse:
    party: PartyView
    directory: DirectoryState
    keys: tuple[KeyRow, ...]
    deliveries: tuple[DeliveryRow, ...]
    log: LogState
    exhibits: int
    drafts: int


def show_house(ports: Ports) -> StateOfHouse:
    """As it is now; the journal's errors."""
    house = open_house(ports)
    head = ports.journal.head()
    return StateOfHouse(
        party=house.party(ports.party),
        directory=house.state,
        keys=() if house.directory is None else _keys(ports, house.directory),
        deliveries=_deliveries(ports),
        log=LogState(
            ports.keys.log.name,
            ports.journal.log_size(),
            None if head is None else head.size,
            house.cosigners,
            tuple(house.party(one.party) for one in ports.journal.forks()),
        ),
        exhibits=len(ports.journal.exhibits()),
        drafts=len(ports.journal.drafts()),
    )


def _keys(ports: Ports, directory: Directory) -> tuple[KeyRow, ...]:
    house, now = open_house(ports), ports.clock.now()
    rows: list[KeyRow] = []

    def add(
        name: AuthorityView,
        use: str,
        dated: DatedKey[Any],
        key: KeyId,
        owner: str,
        held: bool | None,
    ) -> None:
        rows.append(KeyRow(name, use, key, owner, dated.since, dated.until, dated.is_valid(now), held))

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


def _deliveries(ports: Ports) -> tuple[DeliveryRow, ...]:
    house = open_house(ports)
    by_party: dict[PartyCode, DeliveryRow] = {}
    for one in ports.journal.waiting():
        row = by_party.get(one.party)
        if row is None or one.attempts > row.attempts:
            count = 1 if row is None else row.messages + 1
            by_party[one.party] = DeliveryRow(
                house.party(one.party), count, one.attempts, one.last_at, one.next_at, one.last_error
            )
        else:
            by_party[one.party] = DeliveryRow(
                row.party, row.messages + 1, row.attempts, row.last_at, row.next_at, row.last_error
            )
    return tuple(by_party[code] for code in sorted(by_party))
