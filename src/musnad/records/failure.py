"""Foreign exceptions stop here: what a database raises, said in Musnad's own errors."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, connections

from musnad.core.kernel.errors import MusnadError
from musnad.exchange.errors import DiskFull, JournalCorrupt, JournalUnavailable

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY = 0xFF
_POSTGRESQL_DISK_FULL = "53100"
_POSTGRESQL_DAMAGED = frozenset({"XX001", "XX002"})


@contextmanager
def told(using: str) -> Iterator[None]:
    """Turn a database's error into ``DiskFull``, ``JournalUnavailable`` or ``JournalCorrupt``.

    A connection that broke is put away, so that the next call opens a new one.
    """
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        connection = connections[using]
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        raise _own_error(error) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull("journal") from error
        raise


def _own_error(error: DatabaseError | InterfaceError) -> MusnadError:
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int):
        primary = code & _PRIMARY
        if primary == sqlite3.SQLITE_FULL:
            return DiskFull("journal")
        if primary in _DAMAGED:
            return JournalCorrupt("database")
        return JournalUnavailable(str(getattr(cause, "sqlite_errorname", "SQLITE_ERROR")))
    state = getattr(cause, "sqlstate", None)
    if state == _POSTGRESQL_DISK_FULL:
        return DiskFull("journal")
    if state in _POSTGRESQL_DAMAGED:
        return JournalCorrupt("database")
    return JournalUnavailable(str(state or type(error).__name__))
