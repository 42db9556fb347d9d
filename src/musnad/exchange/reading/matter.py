"""A case read once: its entries by kind, its fold, and what is due in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from musnad.core.case.countdown import countdowns
from musnad.core.case.duty import duties
from musnad.core.case.state import CaseState, RequestState
from musnad.core.kernel.names import CaseRef, MessageId, PartyCode
from musnad.core.treaty.values import Label
from musnad.exchange.composing import fold_entries
from musnad.exchange.errors import UnknownCase
from musnad.exchange.journal import Entry, Waiting
from musnad.exchange.reading.duties import about, countdown_view, duty_view
from musnad.exchange.reading.house import House
from musnad.exchange.reading.values import CountdownView, DutyView, ReceiptView
from musnad.exchange.silence import rebutted
from musnad.exchange.written import About


@dataclass(frozen=True)
class Matter:
    """Made by ``read_matter``; ``steps`` are messages and what is not understood, in log order."""

    house: House
    case: CaseRef
    state: CaseState
    steps: tuple[Entry, ...]
    receipts: Mapping[MessageId, tuple[Entry, ...]]
    undelivered: Mapping[MessageId, tuple[PartyCode, ...]]
    rebutted: Mapping[MessageId, tuple[MessageId, ...]]
    """Statements of silence that their author's own receipts contradict."""

    def receipts_of(self, message: MessageId) -> tuple[ReceiptView, ...]:
        return tuple(self.house.receipt(entry) for entry in self.receipts.get(message, ()))

    @property
    def first_request(self) -> RequestState | None:
        return next(iter(self.state.requests.values()), None)

    @property
    def newest_request(self) -> RequestState | None:
        return next(reversed(tuple(self.state.requests.values())), None)

    @property
    def status(self) -> str:
        """One word for the case: that of its newest request, unless the case itself has ended or not begun."""
        if self.state.closed:
            return "closed"
        newest = self.newest_request
        return newest.status if newest is not None else "waiting"

    def label(self, request: RequestState | None) -> Label | None:
        found = self.house.measure(request.treaty, request.measure) if request is not None else None
        return found.label if found is not None else None

    def duties(self) -> tuple[DutyView, ...]:
        today = self.house.days(self.state.parties)
        found = duties(self.state, self.house.treaties, today)
        return tuple(duty_view(self.house, one, self._about(one.request), today) for one in found)

    def countdowns(self) -> tuple[CountdownView, ...]:
        """How long data live, and what waits too long for a word; the nearest end first."""
        today, now = self.house.days(self.state.parties), self.house.ports.clock.now()
        found = countdowns(self.state, self.house.treaties)
        return tuple(countdown_view(self.house, one, self._about(one.request), today, now) for one in found)

    def _about(self, request: MessageId | None) -> About:
        return about(self.state, self.state.requests.get(request) if request is not None else None)


def read_matter(house: House, case: CaseRef, waiting: tuple[Waiting, ...]) -> Matter:
    """The case from the journal; ``UnknownCase`` where it has nothing, ``JournalCorrupt`` where it is damaged."""
    entries = house.ports.journal.case_entries(case)
    if not entries:
        raise UnknownCase(case)
    receipts: dict[MessageId, list[Entry]] = {}
    for entry in entries:
        if entry.kind == "receipt":
            receipts.setdefault(entry.subject, []).append(entry)
    steps = tuple(entry for entry in entries if entry.kind != "receipt")
    ours = {entry.id for entry in steps}
    undelivered: dict[MessageId, list[PartyCode]] = {}
    for one in waiting:
        if one.message in ours:
            undelivered.setdefault(one.message, []).append(one.party)
    state = fold_entries(house.ports, case, entries)
    return Matter(
        house,
        case,
        state,
        steps,
        {one: tuple(found) for one, found in receipts.items()},
        {one: tuple(found) for one, found in undelivered.items()},
        rebutted(state, steps),
    )
