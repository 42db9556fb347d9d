"""What can go wrong where evidence is read, kept, moved or opened."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Corrupt, Malformed, Unavailable, Untrusted


@dataclass(eq=False)
class StorageFull(Unavailable):
    """The disk is full; nothing half-written stands under a final name."""

    code = "storage.full"
    remedy = "Make room where the exhibits are kept, then run the same again: it goes on where it stopped."
    what: str


@dataclass(eq=False)
class StorageFailed(Unavailable):
    """The storage refused to read or write."""

    code = "storage.failed"
    remedy = "Look at the disk and its permissions, then run the same again."
    what: str
    why: str


@dataclass(eq=False)
class ExhibitBusy(Unavailable):
    """Another process is writing this exhibit."""

    code = "exhibit.busy"
    remedy = "Wait for the other process to end."
    seal: str


@dataclass(eq=False)
class NoSuchExhibit(Unavailable):
    """This node does not hold the exhibit."""

    code = "exhibit.missing"
    remedy = "Fetch the exhibit first, or look for its seal id."
    seal: str


@dataclass(eq=False)
class RangePastEnd(Malformed):
    """The range asked for does not lie within the stored object."""

    code = "range.past-end"
    remedy = "Ask for octets that the object has."
    member: str
    first: int
    length: int
    size_octets: int


@dataclass(eq=False)
class DamagedExhibit(Corrupt):
    """A kept exhibit is damaged in the named octet ranges (first-last, inclusive)."""

    code = "exhibit.damaged"
    remedy = "Stop, keep the disk as it is, tell oversight; fetch the exhibit again from the other holder."
    seal: str
    member: str
    ranges: str
    damaged_octets: int


@dataclass(eq=False)
class NotAsDeclared(Untrusted):
    """The exhibit opens, but its content is not what its signed manifest declares."""

    code = "exhibit.not-as-declared"
    remedy = "Do not use it; tell the sealing authority which digest differs."
    seal: str
    what: str
    ranges: str


@dataclass(eq=False)
class ShortBody(Unavailable):
    """The other node ended its answer before the range was complete."""

    code = "peer.short-body"
    remedy = "Run the same again: it goes on from the last good part."
    seal: str
    member: str
    first: int
    missing_octets: int


@dataclass(eq=False)
class SourceUnreadable(Unavailable):
    """The source to be sealed cannot be read."""

    code = "source.unreadable"
    remedy = "Look at the medium and its permissions; nothing was sealed."
    name: str
    why: str


@dataclass(eq=False)
class SourceChanged(Unavailable):
    """The source changed while it was being sealed; nothing was sealed."""

    code = "source.changed"
    remedy = "Stop what writes to it, or image it first, then seal again."
    name: str


@dataclass(eq=False)
class SourceUnsupported(Malformed):
    """The source is neither a file, a folder of files, nor a disk."""

    code = "source.unsupported"
    remedy = "Seal a file, a folder or a block device."
    name: str


@dataclass(eq=False)
class TargetExists(Malformed):
    """A file stands already where the exhibit was to be opened to."""

    code = "target.exists"
    remedy = "Name another place; Musnad overwrites nothing."
    name: str


@dataclass(eq=False)
class Cancelled(Unavailable):
    """The work was stopped on request."""

    code = "work.cancelled"
    remedy = "Run the same again when ready."
    what: str
