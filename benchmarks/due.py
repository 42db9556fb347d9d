"""What is due over all cases of a node, and the fold of one long case: how the cost grows.

A store of the asked side is filled by rows, not by admissions, which would take an hour: the same tables and columns,
each entry closed at rest under its case's key as the journal closes it, each message and receipt made and written by
the core; with signatures of the right size that sign nothing, and without the log's tree: the list reads neither. Then
every case is folded by ``exchange.due.refresh``, as on a node, and the list is read as ``musnad due`` reads it.

An open case is a request with a day for the answer and one for the data's end, and its acknowledgement; a closed one
ends with a withdrawal and two closings. Every message has its receipt.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.table import Row, median

if TYPE_CHECKING:
    from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId
    from musnad.core.messages.bodies import Body
    from musnad.core.messages.message import Message
    from musnad.exchange.journal import Entry
    from musnad.exchange.ports import Ports

SHARE = 10
GROWTH_GOAL = 1.5
CLOSED_GOAL = 1.25
FOLD_GOAL = 12.0
_CHUNK = 2_000
_LOOKS = 21
_SIGNATURE_OCTETS = (64, 3309)
"""Ed25519, ML-DSA-65."""
_STORAGE_KEY = bytes(range(32))


def run_due(cases: int = 100_000, place: str | None = None) -> list[Row]:
    """The list of a node with ``cases`` open cases against one with a tenth; and with ten times as many closed ones."""
    few = cases // SHARE
    small, large = _drive(few, 0, place), _drive(cases, 0, place)
    closed = _drive(few, SHARE * few, place)
    peer, open_note = f"{few:,} open cases", f"{cases:,} open cases"
    return [
        Row("due: the first 50 lines", large["list"], "ms", peer, small["list"], GROWTH_GOAL, "less", open_note),
        Row("due: the same after a case changed", large["changed"], "ms", peer, small["changed"], GROWTH_GOAL, "less",
            open_note),
        Row("due: the first 50 lines", closed["list"], "ms", peer, small["list"], CLOSED_GOAL, "less",
            f"{few:,} open and {SHARE * few:,} closed cases"),
        Row("due: the same after a case changed", closed["changed"], "ms", peer, small["changed"], CLOSED_GOAL, "less",
            f"{few:,} open and {SHARE * few:,} closed cases"),
        Row("due: folding every case once", large["folded"], "/s", note=open_note),
    ]  # fmt: skip


def run_fold(messages: int = 1_000, rounds: int = 5) -> list[Row]:
    """The fold of one case of so many messages against that of a tenth."""
    long, short = (median(list(_fold_seconds(count, rounds))) for count in (messages, messages // SHARE))
    return [
        Row(
            what=f"fold a case of {messages:,} messages",
            ours=long * 1000,
            unit="ms",
            peer=f"one of {messages // SHARE:,}",
            theirs=short * 1000,
            goal=FOLD_GOAL,
            better="less",
            note="10 is in proportion",
        )
    ]


def _fold_seconds(count: int, rounds: int) -> Iterator[float]:
    from benchmarks.verifying import tell_long
    from musnad.adapters.treaty_files import load_treaty
    from musnad.core.case import Step, fold
    from musnad.core.kernel.names import CaseRef
    from musnad.core.messages.schema import parse_receipt

    told = tell_long(count)
    steps = [Step(one, message) for one, message in told.parsed.items()]
    receipts = [parse_receipt(one.payload) for one in told.receipts.values()]
    treaty = load_treaty()
    for _ in range(rounds):
        begun = time.perf_counter()
        state = fold(CaseRef(steps[0].id), steps, receipts, {treaty.digest: treaty})
        yield time.perf_counter() - begun
        if len(state.order) != count or state.void:
            raise RuntimeError(f"{len(state.order)} folded, {state.void[:1]}")


def _drive(opened: int, closed: int, place: str | None) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="musnad-bench-", dir=place) as folder:
        command = [sys.executable, "-m", "benchmarks.due", folder, str(opened), str(closed)]
        done = subprocess.run(  # noqa: S603 - this very module
            command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent
        )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _measure(folder: Path, opened: int, closed: int) -> dict[str, float]:
    from musnad.exchange.due import refresh
    from musnad.exchange.reading.due import show_due

    ports, teller = _node(folder)
    _fill(ports, teller, opened, closed)
    begun = time.perf_counter()
    folded = refresh(ports)
    rate = folded / (time.perf_counter() - begun)
    if folded != opened + closed:
        raise RuntimeError(f"{folded} folded of {opened + closed}")
    listed, changed = [], []
    for number in range(_LOOKS):
        begun = time.perf_counter()
        found = show_due(ports)
        listed.append(time.perf_counter() - begun)
        if len(found.lines) != min(50, opened):
            raise RuntimeError(f"{len(found.lines)} lines")
        _admit(ports, teller, number)
        begun = time.perf_counter()
        show_due(ports)
        changed.append(time.perf_counter() - begun)
    return {"list": median(listed[1:]) * 1000, "changed": median(changed[1:]) * 1000, "folded": rate}


@dataclass
class Teller:
    """Says what both sides would say, in as many cases as are wanted."""

    ports: Ports
    asker: AuthorityId
    asked: AuthorityId

    def open_case(self, number: int) -> Iterator[Message]:
        from musnad.core.messages import bodies
        from tests.core.treaty.data import ACCESS, FULL

        day = date(2026, 12, 1) + timedelta(days=number % 700)
        fields = {
            **FULL[ACCESS],
            "subject": f"Investigation {number}",
            "wanted-by": day.isoformat(),
            "data-lost-on": (day + timedelta(days=5)).isoformat(),
        }
        yield self._said(self.asker, bodies.Request(fields))
        yield self._said(self.asked, bodies.Acknowledgement(f"QA-{number}"))

    def closed_case(self, number: int) -> Iterator[Message]:
        from musnad.core.messages import bodies

        request, _ = self.open_case(number)
        yield request
        yield self._said(self.asker, bodies.Withdrawal("Settled otherwise."))
        yield self._said(self.asker, bodies.Closing(()))
        yield self._said(self.asked, bodies.Closing(()))

    def _said(self, author: AuthorityId, body: Body) -> Message:
        from musnad.core.kernel.names import OfficerName, Slug
        from musnad.core.messages.bodies import Request
        from musnad.core.messages.message import Approval, Message
        from tests.core.treaty.data import ACCESS
        from tests.world import BASIS

        asks = isinstance(body, Request)
        officer = OfficerName(f"{author}/duty-1") if asks else None
        return Message(
            version="musnad/1",
            exercise=True,
            language="en",
            author=author,
            to=(self.asked if author == self.asker else self.asker,),
            at=self.ports.clock.now(),
            body=body,
            officer=officer,
            approvals=(Approval(officer, "send"),) if officer is not None else (),
            measure=Slug(ACCESS) if asks else None,
            legal_basis=BASIS if asks else None,
            treaty=self.ports.treaties.current().digest if asks else None,
        )


def _node(folder: Path) -> tuple[Ports, Teller]:
    """The asked side's node, its journal and agenda in a file."""
    from tests.records_settings import use_databases

    use_databases()
    from musnad.records.agenda import DjangoAgenda
    from tests.adapters.journal_contract.journals import sqlite_journal
    from tests.doors.desk.story import published
    from tests.world import World, _memory

    journal = sqlite_journal(folder / "journal.sqlite3")
    world = World(lambda code: journal if code == "QA" else _memory(code), published())
    ports = replace(world["QA"].ports, agenda=DjangoAgenda(_STORAGE_KEY, os.urandom))
    return ports, Teller(ports, world["VN"].authority("central-authority"), world["QA"].authority("central-authority"))


def _entries(
    ports: Ports, messages: Iterator[Message], index: int, last: MessageId | None = None, case: CaseRef | None = None
) -> Iterator[Entry]:
    """The entries that the admissions of these messages and of their receipts would make, one after another."""
    from musnad.core.crypto.dsse import Dsse
    from musnad.core.crypto.signing import Signature
    from musnad.core.kernel.names import CaseRef, MessageId
    from musnad.core.messages import bodies
    from musnad.core.messages.message import MESSAGE_TYPE, write_message
    from musnad.core.messages.receipt import RECEIPT_TYPE, Receipt, write_receipt
    from musnad.core.transparency.entry import SALT_OCTETS
    from musnad.exchange.admission import directory_ref
    from musnad.exchange.civil import civil_day
    from musnad.exchange.journal import Entry, place_of

    directory, now = ports.directories.current(), ports.clock.now()
    ref = directory_ref(directory, ports.party)
    ids = ports.keys.signing(min(ports.keys.hosted)).public.ids
    signatures = tuple(Signature(one, bytes(size)) for one, size in zip(ids, _SIGNATURE_OCTETS, strict=True))
    request = last
    for message in messages:
        said = message
        if last is not None:
            heads = (last,) if isinstance(said.body, bodies.Closing) else ()
            body = replace(said.body, heads=heads) if isinstance(said.body, bodies.Closing) else said.body
            answers = None if isinstance(said.body, bodies.Closing) else request
            said = replace(said, case=case, previous=(last,), answers=answers, body=body)
        signed = Dsse(write_message(said), MESSAGE_TYPE, signatures)
        one = MessageId(signed.id)
        case, last, request = case or CaseRef(one), one, request or one
        place = place_of(index, os.urandom(SALT_OCTETS))
        own = said.author_party == ports.party
        yield Entry(one, "message", case, one, own, signed.write(), place, now, ref, None)
        zone = "Asia/Qatar"
        receipt = Receipt(
            "musnad/1", one, said.to[0], "musnad.example/QA", place, place_of(index + 1, os.urandom(SALT_OCTETS)), now,
            civil_day(now, zone), zone, ref,
        )  # fmt: skip
        told = Dsse(write_receipt(receipt), RECEIPT_TYPE, signatures)
        yield Entry(MessageId(told.id), "receipt", case, one, not own, told.write(), receipt.own_place, now, ref, None)
        index += 2


def _fill(ports: Ports, teller: Teller, opened: int, closed: int) -> None:
    from django.db import transaction

    from musnad.records.at_rest import RestKey
    from musnad.records.models import CaseIndex, CaseKey, JournalEntry, LogState
    from musnad.records.rows import entry_row

    storage, index = RestKey(_STORAGE_KEY, os.urandom), 0
    for first in range(0, opened + closed, _CHUNK):
        rows, keys, cases = [], [], []
        for number in range(first, min(first + _CHUNK, opened + closed)):
            # Open and closed ones lie among each other, as they would.
            is_open = number * opened // (opened + closed) != (number + 1) * opened // (opened + closed)
            told = list(_entries(ports, teller.open_case(number) if is_open else teller.closed_case(number), index))
            case = told[0].case
            key, wrapped = storage.new_case_key(case)
            rows += [entry_row(one, key) for one in told]
            keys.append(CaseKey(case=case, wrapped=wrapped))
            index += len(told)
            cases.append(
                CaseIndex(case=case, entries=len(told), first_at=told[0].at, last_at=told[-1].at, last_index=index - 1)
            )
        with transaction.atomic():
            JournalEntry.objects.bulk_create(rows, batch_size=500)
            CaseKey.objects.bulk_create(keys, batch_size=500)
            CaseIndex.objects.bulk_create(cases, batch_size=500)
    LogState.objects.update_or_create(name="log", defaults={"size": index})


def _admit(ports: Ports, teller: Teller, number: int) -> None:
    """One more message in one of the cases: its entry, without the log's tree."""
    from musnad.core.messages import bodies

    row = ports.journal.cases()[-1 - number]
    entries = ports.journal.case_entries(row.case)
    steps = [one for one in entries if one.kind == "message"]
    question = teller._said(teller.asked, bodies.Consultation(f"Consultation {number}"))  # noqa: SLF001 - ours
    size = ports.journal.log_size()
    with ports.journal.begin() as transaction:
        for one in _entries(ports, iter((question,)), size, steps[0].id, row.case):
            transaction.append(one, ())


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
