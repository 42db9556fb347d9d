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
class SourceDiffers(Unavailable):
    """Read twice, the source gave other octets the second time, in the named ranges; nothing was sealed."""

    code = "source.differs"
    remedy = "Image the medium with a tool for failing disks, note both readings, then seal the image."
    name: str
    ranges: str
    differing_octets: int


@dataclass(eq=False)
class SourceTooDamaged(Unavailable):
    """More places of the source cannot be read than a manifest can name; nothing was sealed."""

    code = "source.too-damaged"
    remedy = "Image the medium with a tool for failing disks, then seal the image with that tool's map of it."
    name: str
    places_limit: int


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


@dataclass(eq=False)
class UnknownUpload(Malformed):
    """There is no such upload; it was sealed, given up, or swept after days without a chunk."""

    code = "upload.unknown"
    remedy = "Begin the upload again."
    upload: str


@dataclass(eq=False)
class UploadGap(Malformed):
    """A part of an upload was sent, or its sealing asked for, before what comes before it was there."""

    code = "upload.gap"
    remedy = "Go on from the offset that is named."
    upload: str
    offset_octets: int


@dataclass(eq=False)
class UploadDiffers(Malformed):
    """What is sent is not what was sent for the same place before, or not of the SHA-256 that was named."""

    code = "upload.differs"
    remedy = "Choose the same file again, unchanged; or give this upload up and begin anew."
    upload: str
    offset_octets: int


@dataclass(eq=False)
class TooManyUploads(Unavailable):
    """As many uploads rest at this node as may at one time."""

    code = "upload.too-many"
    remedy = "Finish or give up one of those that are there."
    limit: int


@dataclass(eq=False)
class TooManyOwnUploads(Unavailable):
    """As many uploads of one person rest at this node as may at one time; others have their share."""

    code = "upload.too-many-own"
    remedy = "Finish or give up one of your own."
    limit: int


@dataclass(eq=False)
class DamagedUpload(Corrupt):
    """A part of an upload that rests here is not what was written."""

    code = "upload.damaged"
    remedy = "Give the upload up, tell the operator to look at the disk, and begin anew from the original."
    upload: str


@dataclass(eq=False)
class FetchingTooMuch(Unavailable):
    """As many exhibits are being fetched as this node fetches at one time."""

    code = "fetch.too-many"
    remedy = "Wait until one of them has come, then ask again."
    limit: int
