"""What can be wrong with a sealed exhibit's form or its proofs."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Malformed, Untrusted


@dataclass(eq=False)
class BadManifest(Malformed):
    """A member of an exhibit's manifest is missing, unknown, not of its form, or contradicts another."""

    code = "manifest.invalid"
    remedy = "Ask the sealing authority to seal again with a current tool."
    member: str
    why: str


@dataclass(eq=False)
class UnknownSealFormat(Malformed):
    """The manifest is of a seal format that this node does not know."""

    code = "manifest.unknown-format"
    remedy = "Update this node, or ask the sealing authority for a format that it knows."
    format: str


@dataclass(eq=False)
class UnsafeName(Malformed):
    """A file's name could lead out of its folder or deceive its reader."""

    code = "name.unsafe"
    remedy = "Give the exhibit another name: no slashes, control or direction-changing characters."
    why: str


@dataclass(eq=False)
class DamagedPart(Untrusted):
    """A part of an exhibit is not the part that was sealed in this place under this key."""

    code = "exhibit.part-damaged"
    remedy = "Fetch the part again; if it repeats, tell the sealing authority which part."
    seal: str
    role: str
    number: int


@dataclass(eq=False)
class IndexMismatch(Untrusted):
    """The exhibit's index does not lead to the tree root that the signed manifest names."""

    code = "exhibit.index-mismatch"
    remedy = "Fetch the exhibit again; if it repeats, ask the sealing authority to seal again."
    seal: str


@dataclass(eq=False)
class BadLeafProof(Untrusted):
    """A proof does not lead from the given bytes to the exhibit's tree root."""

    code = "exhibit.proof-invalid"
    remedy = "Ask the holder for a new proof of the same bytes."
    leaf: int


@dataclass(eq=False)
class BadRecordProof(Untrusted):
    """A proof does not lead from the given record to the root of records in the exhibit's signed manifest."""

    code = "exhibit.record-proof-invalid"
    remedy = "Ask the holder for a new proof of the same record."
    seal: str
    number: int


@dataclass(eq=False)
class BadArchive(Malformed):
    """A sealed folder is not an archive as this node makes them: wrong form, order or name; says at which octet."""

    code = "archive.invalid"
    remedy = "Open the exhibit as the one tar file that it is, and look at it with other tools, with care."
    why: str
    at_octet: int
