"""What can go wrong between a node, its disk and the directory's server; and at the Registrar's desk."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Corrupt, Malformed, Unavailable


@dataclass(eq=False)
class DirectoryUnreachable(Unavailable):
    """The directory's server does not answer, or not in time; the last verified set stays in use."""

    code = "directory.unreachable"
    remedy = "Try again later; fetch from another mirror, or carry the files over by hand."
    file: str
    why: str


@dataclass(eq=False)
class NoDirectory(Unavailable):
    """This node has not verified any set of the directory yet."""

    code = "directory.none"
    remedy = "Fetch the directory once before the first message."


@dataclass(eq=False)
class UnknownSet(Unavailable):
    """This node does not hold the set of the directory that a receipt names."""

    code = "directory.unknown-set"
    remedy = "Ask the node that wrote the receipt for the directory's files as of then."
    snapshot: str


@dataclass(eq=False)
class DirectoryStoreUnusable(Unavailable):
    """The folder that keeps the directory's sets cannot be read or written."""

    code = "directory.store-unusable"
    remedy = "Free some space or correct the folder's permissions; nothing half-written is used."
    file: str


@dataclass(eq=False)
class DirectoryStoreCorrupt(Corrupt):
    """A kept file of the directory is not what was written: its digest fails."""

    code = "directory.store-corrupt"
    remedy = "Tell oversight; restore the folder from its backup, or fetch anew after comparing fingerprints."
    file: str


@dataclass(eq=False)
class RegistrarRefused(Malformed):
    """The Registrar's repository cannot do what is asked of it."""

    code = "registrar.refused"
    remedy = "Correct what is named and try again; nothing was published."
    why: str
