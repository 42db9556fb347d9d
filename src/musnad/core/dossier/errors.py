"""What can be wrong with a dossier. A check that fails gives one of these, or the error of what it checked."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Malformed, Unavailable, Untrusted

_ASK_AGAIN = "Ask the exporter for the dossier again, and compare its SHA-256 by another way."
_KEEP = "Keep the file as it is, and ask every Party of the case for its own export to compare."


@dataclass(eq=False)
class NotADossier(Malformed):
    """The file is not the one ZIP that these members make: a record differs, or something stands between them."""

    code = "dossier.archive-altered"
    remedy = _ASK_AGAIN
    why: str


@dataclass(eq=False)
class MemberUnknown(Malformed):
    """A member stands in the dossier that has no place there."""

    code = "dossier.member-unknown"
    remedy = _KEEP
    name: str


@dataclass(eq=False)
class MemberMissing(Malformed):
    """A member that the case needs is not in the dossier."""

    code = "dossier.member-missing"
    remedy = _KEEP
    name: str


@dataclass(eq=False)
class MemberAltered(Untrusted):
    """A member's bytes are not those that the manifest, or the archive, says."""

    code = "dossier.member-altered"
    remedy = _ASK_AGAIN
    name: str
    against: str


@dataclass(eq=False)
class ManifestAltered(Untrusted):
    """A bag file is not what its members make: BagIt's declaration, information or a manifest."""

    code = "dossier.bag-altered"
    remedy = _ASK_AGAIN
    name: str
    why: str


@dataclass(eq=False)
class BadIndex(Malformed):
    """The dossier's index, or a list of proofs in it, is not of its form or not what its members make."""

    code = "dossier.index-invalid"
    remedy = _KEEP
    name: str
    why: str


@dataclass(eq=False)
class NotAnchored(Untrusted):
    """The directory of the dossier does not begin at the trust anchor that was given."""

    code = "dossier.anchor-differs"
    remedy = "Obtain the Registrar's root from the Registrar, not from the exporter, and compare its fingerprint."
    anchor: str


@dataclass(eq=False)
class DirectoriesDiffer(Untrusted):
    """Two directory sets of the dossier do not belong to one history."""

    code = "dossier.directories-differ"
    remedy = _KEEP
    why: str


@dataclass(eq=False)
class NameDiffers(Untrusted):
    """A member's content has another digest than its name says."""

    code = "dossier.name-differs"
    remedy = _KEEP
    name: str
    found: str


@dataclass(eq=False)
class OtherCase(Untrusted):
    """A message or receipt belongs to another case."""

    code = "dossier.other-case"
    remedy = _KEEP
    message: str


@dataclass(eq=False)
class SignatureExtra(Untrusted):
    """A message, receipt or manifest bears a signature that nobody named in it should have made."""

    code = "dossier.signature-extra"
    remedy = _KEEP
    message: str


@dataclass(eq=False)
class ReceiptMissing(Untrusted):
    """A recipient has not said that it holds a message."""

    code = "dossier.receipt-missing"
    remedy = "Without the receipt nobody can show that the recipient had it: ask the recipient for it."
    message: str
    recipient: str


@dataclass(eq=False)
class ReceiptDiffers(Untrusted):
    """A receipt does not fit its message: a stranger's, a second one, of another log, or out of order."""

    code = "dossier.receipt-differs"
    remedy = _KEEP
    receipt: str
    why: str


@dataclass(eq=False)
class NotInLog(Untrusted):
    """A message or receipt is not shown to stand in a log where it must stand."""

    code = "dossier.not-in-log"
    remedy = "Ask that Party for the inclusion proof; a message that its log never held was never admitted."
    message: str
    party: str


@dataclass(eq=False)
class NotWitnessed(Untrusted):
    """A log's head is not cosigned by every other Party of the case."""

    code = "dossier.not-witnessed"
    remedy = "Ask that Party to cosign the log's head; those who signed it could show two histories without it."
    party: str
    witness: str


@dataclass(eq=False)
class NoteLineUnknown(Untrusted):
    """A log's head bears a line that no Party of the case has signed."""

    code = "dossier.note-line-unknown"
    remedy = _KEEP
    name: str


@dataclass(eq=False)
class ParentMissing(Untrusted):
    """A message follows another that is not in the dossier: something was left out."""

    code = "dossier.parent-missing"
    remedy = "Ask every Party for its own export: the missing message is named by its id."
    message: str
    parent: str


@dataclass(eq=False)
class HeadsDiffer(Untrusted):
    """The heads that the index or the export names are not those that the messages make."""

    code = "dossier.heads-differ"
    remedy = _KEEP
    where: str


@dataclass(eq=False)
class ExhibitDiffers(Untrusted):
    """An exhibit's manifest or content is not what was offered."""

    code = "dossier.exhibit-differs"
    remedy = "The holder named last should send that byte range again from its own copy."
    seal: str
    why: str


@dataclass(eq=False)
class ReportDiffers(Untrusted):
    """A report inside the dossier is not the one that the proven messages make."""

    code = "dossier.report-differs"
    remedy = "Do not read the report inside; `musnad verify` says what is proven."
    name: str


@dataclass(eq=False)
class ExportDiffers(Untrusted):
    """The exporter's statement does not cover this dossier."""

    code = "dossier.export-differs"
    remedy = _ASK_AGAIN
    why: str


@dataclass(eq=False)
class OutOfReach(Unavailable):
    """The dossier, or the trust anchor, cannot be read."""

    code = "dossier.unreadable"
    remedy = "Check the path and the permission."
    path: str
    why: str


@dataclass(eq=False)
class ExportIncomplete(Unavailable):
    """What is at hand does not make a dossier yet: a member is missing or cannot be read."""

    code = "dossier.export-incomplete"
    remedy = "Fetch what is missing (receipts, cosigned heads, proofs of the other Party), then export again."
    defect: str
    member: str
