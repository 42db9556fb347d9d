"""A process of a concurrency test: appends entries, or leases and marks deliveries, until done or killed.

``python -m tests.adapters.journal_contract.appender append|lease DATABASE_JSON NAME COUNT``;
it prints what it did, a line each, after that is durable.
"""

from __future__ import annotations

import json
import os
import sys

from tests.records_settings import add_database, use_databases


def main() -> None:
    task, database, name, count = sys.argv[1:]
    use_databases()
    add_database("default", json.loads(database))
    from musnad.exchange.journal import Journal
    from musnad.records.journal import DjangoJournal
    from tests.adapters.journal_contract.entries import admit
    from tests.adapters.journal_contract.journals import STORAGE_KEY

    journal: Journal = DjangoJournal(STORAGE_KEY, os.urandom)
    if task == "append":
        for number in range(int(count)):
            print(admit(journal, f"{name} {number}").id, flush=True)
    else:
        _lease(journal, int(count))


def _lease(journal: object, seconds: int) -> None:
    from datetime import UTC, datetime, timedelta

    from musnad.core.kernel.times import instant
    from musnad.records.journal import DjangoJournal

    assert isinstance(journal, DjangoJournal)
    while journal.waiting():
        now = instant(datetime.now(UTC))
        for one in journal.lease(now, timedelta(seconds=seconds), 4):
            print(f"{one.message} {one.party} {one.token}", flush=True)
            with journal.begin() as transaction:
                transaction.delivered(one.message, one.party)


if __name__ == "__main__":
    main()
