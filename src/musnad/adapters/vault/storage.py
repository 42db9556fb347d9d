"""What an operating system says about storage, as our errors."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from musnad.exchange.evidence.errors import StorageFailed, StorageFull

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def errno_name(error: OSError) -> str:
    """``ENOSPC`` and the like: a fact, not a sentence in the system's language."""
    return errno.errorcode.get(error.errno or 0, "unknown")


@contextmanager
def as_storage(what: str) -> Iterator[None]:
    """``StorageFull`` or ``StorageFailed`` for any ``OSError`` within."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(what) from error
        raise StorageFailed(what, errno_name(error)) from error


def write_all(descriptor: int, octets: bytes | memoryview, first: int) -> None:
    """Every octet, whatever the system takes at a time."""
    view = memoryview(octets)
    done = 0
    while done < len(view):
        done += os.pwrite(descriptor, view[done:], first + done)


def read_all(descriptor: int, buffer: memoryview, first: int) -> int:
    """Fill the buffer; fewer octets only at the end."""
    done = 0
    while done < len(buffer):
        got = os.preadv(descriptor, [buffer[done:]], first + done)
        if got == 0:
            break
        done += got
    return done


def open_quietly(path: Path | str, extra: int = 0) -> int:
    """A descriptor for reading that does not touch the access time, if the file is ours; never waits on a pipe."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | extra
    try:
        return os.open(path, flags | os.O_NOATIME)
    except PermissionError:
        return os.open(path, flags)


def sync_folder(folder: Path) -> None:
    """Make the folder's names durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
