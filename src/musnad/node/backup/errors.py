"""What can be wrong with a backup."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Corrupt, Malformed, Unavailable


@dataclass(eq=False)
class BackupTarget(Malformed):
    """The folder named for backups cannot serve for this node's."""

    code = "backup.target"
    remedy = "Name a folder of its own for this node's backups, on another disk than the node's."
    folder: str
    why: str


@dataclass(eq=False)
class NoBackup(Unavailable):
    """The folder holds no complete backup."""

    code = "backup.none"
    remedy = "Make one with `musnad node backup TARGET`; one that was interrupted is gone on with."
    folder: str


@dataclass(eq=False)
class BackupBusy(Unavailable):
    """Another process is writing a backup there, or reads one back."""

    code = "backup.busy"
    remedy = "Wait for the other process to end."
    folder: str


@dataclass(eq=False)
class NoBackupTool(Unavailable):
    """A program of PostgreSQL's that copies or reads the database is not installed."""

    code = "backup.no-tool"
    remedy = "Install Debian's package postgresql-client, of the server's version or a later one."
    tool: str


@dataclass(eq=False)
class DatabaseNotCopied(Unavailable):
    """The database could not be copied."""

    code = "backup.database"
    remedy = "Look at the database, the disks and their permissions, then run the same again."
    why: str


@dataclass(eq=False)
class BackupDamaged(Corrupt):
    """What a backup holds is not what was written."""

    code = "backup.damaged"
    remedy = "Make a new backup now, and keep this one aside for oversight."
    what: str
