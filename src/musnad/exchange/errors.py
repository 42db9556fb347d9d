"""What can go wrong between a decision of the core and the world."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.core.kernel.errors import Corrupt, Forbidden, Malformed, Unavailable, Untrusted


@dataclass(eq=False)
class NoRecipientHere(Untrusted):
    """No recipient of the message is an authority of this node."""

    code = "message.wrong-recipient"
    remedy = "Look up the recipient's node in the directory and send there."
    message: str


@dataclass(eq=False)
class UnexpectedSignature(Untrusted):
    """The envelope bears a signature that the message inside does not name."""

    code = "signature.unexpected"
    remedy = "Send it with the signatures of its author and of the officers it names, and no others."
    message: str


@dataclass(eq=False)
class ReceiptRefused(Untrusted):
    """A receipt that cannot be true, or a second one where one was given."""

    code = "receipt.refused"
    remedy = "Tell the recipient's operator; the delivery stays open until a receipt holds."
    message: str
    why: str


@dataclass(eq=False)
class UnknownReceipt(Untrusted):
    """A receipt for a message that this node did not send to that recipient, or of another log."""

    code = "receipt.unknown"
    remedy = "Refuse it and tell the recipient's operator."
    message: str
    recipient: str


@dataclass(eq=False)
class UnknownLog(Malformed):
    """No other Party of the directory keeps a log of that origin."""

    code = "log.unknown"
    remedy = "Submit the head of the log that the directory's entry of your Party names."
    origin: str


@dataclass(eq=False)
class UnknownSplit(Malformed):
    """This node knows of no split of that Party's log."""

    code = "log.no-split"
    remedy = "`musnad node doctor` names the logs that have shown two heads that cannot both be true."
    party: str


@dataclass(eq=False)
class StampUnreachable(Unavailable):
    """A stamp authority gave no answer that could be one, or its certificate's file cannot be read."""

    code = "stamp.unreachable"
    remedy = "Nothing waits for it, and it is asked again by itself; if it lasts, check the part [stamps] of node.toml."
    authority: str
    why: str


@dataclass(eq=False)
class UnknownZone(Malformed):
    """No time zone of that name is in this machine's IANA database."""

    code = "zone.unknown"
    remedy = "The Party corrects the time zone in its entry and signs it again; or update this machine's tzdata."
    zone: str


@dataclass(eq=False)
class UnknownDraft(Malformed):
    """There is no such draft."""

    code = "draft.unknown"
    remedy = "List drafts with `musnad inbox`; a draft that was sent is a message now."
    draft: str


@dataclass(eq=False)
class UnknownCase(Malformed):
    """There is no such case in this node, or the short name fits several."""

    code = "case.unknown"
    remedy = "List cases with `musnad inbox` and give more of the reference."
    case: str


@dataclass(eq=False)
class UseNotAllowed(Malformed):
    """A condition under which the exhibit was given forbids this use of it now."""

    code = "conditions.use-not-allowed"
    remedy = "Ask who gave it: `musnad answer CASE --kind consent-request`; past its last day, return or destroy it."
    seal: str
    why: str


@dataclass(eq=False)
class SpeaksForItself(Malformed):
    """The directory lists a node of the authority for which something was to be entered."""

    code = "paper.speaks-for-itself"
    remedy = "Wait for its own message; where only a paper came, ask it to answer through its node."
    speaker: str


@dataclass(eq=False)
class DayImpossible(Malformed):
    """A paper is said to have come on a day that has not begun yet, or before what it answers was written."""

    code = "paper.day-impossible"
    remedy = "Give the day on which it came, by this node's calendar: from the day of what it answers to today."
    day: str
    earliest: str
    today: str


@dataclass(eq=False)
class NothingToHandOver(Malformed):
    """The case has no message for that Party, or the directory lists no node of it."""

    code = "paper.nothing-to-hand-over"
    remedy = "Look with `musnad show CASE` who is in the case, and with `musnad directory show` who has a node."
    party: str


@dataclass(eq=False)
class NotDelivered(Malformed):
    """Nothing shows that the request ever reached the other side, or that anybody tried."""

    code = "silence.not-delivered"
    remedy = (
        "Let the worker deliver the request first: `musnad inbox` shows what is on its way. A State without a node is "
        "called: `musnad answer --kind call-back --result not-reached`."
    )
    request: str


@dataclass(eq=False)
class UnknownMessage(Malformed):
    """There is no such message in the case, or the short name fits several."""

    code = "message.unknown"
    remedy = "List the case's messages with `musnad show CASE` and give more of the id."
    message: str


@dataclass(eq=False)
class StepRefused(Forbidden):
    """The case as it stands forbids this step."""

    code = "step.refused"
    remedy = "Look at the case with `musnad show CASE`; the grounds say what stands in the way."
    grounds: str


@dataclass(eq=False)
class NotApproved(Forbidden):
    """An officer's approval that the message names has not been signed."""

    code = "approval.missing"
    remedy = "Let the named officer approve with `musnad approve DRAFT --officer KEYFILE`."
    officer: str


@dataclass(eq=False)
class ApprovalsTooFew(Forbidden):
    """A rule of the measure asks for more officers than are named, or two of them are named by one key."""

    code = "draft.approvals-too-few"
    remedy = (
        "Name further officers with `--approver`, or give their key files with `--officer`; each signs the same draft."
    )
    needed: int
    rule: str


@dataclass(eq=False)
class ExportOutdated(Forbidden):
    """What was approved for an export is no longer kept, or the same dossier can no longer be made."""

    code = "export.outdated"
    remedy = "Prepare the export again, and have it approved again."
    payload: str


@dataclass(eq=False)
class WrongOfficer(Forbidden):
    """This officer's key is not one that the draft waits for, or the roster does not allow the act."""

    code = "approval.wrong-officer"
    remedy = "Use the key file of an officer whom the authority's roster allows this act."
    officer: str


@dataclass(eq=False)
class NotHosted(Forbidden):
    """The authority is not one of this node's."""

    code = "authority.not-hosted"
    remedy = "Name an authority of this node's Party; `musnad node doctor DIR` lists them."
    authority: str


@dataclass(eq=False)
class PeerUnreachable(Unavailable):
    """The other node does not answer, or not in time."""

    code = "peer.unreachable"
    remedy = "Nothing is lost: delivery goes on by itself. Call the other side if it lasts."
    party: str
    why: str


@dataclass(eq=False)
class PeerGarbage(Untrusted):
    """The other node answered something that its protocol does not allow."""

    code = "peer.garbage"
    remedy = "Tell the other node's operator; delivery is tried again later."
    party: str
    what: str


@dataclass(eq=False)
class PeerBusy(Unavailable):
    """The other node cannot take it now, and says why with this code."""

    code = "peer.busy"
    remedy = "Nothing is lost: it is tried again by itself. Call the other side if it lasts."
    party: str
    refusal: str


@dataclass(eq=False)
class PeerRefused(Untrusted):
    """The other node refused what was sent, with this code."""

    code = "peer.refused"
    remedy = "Read the other node's code in docs/errors.md; correct, or tell its operator."
    party: str
    refusal: str


@dataclass(eq=False)
class NotWitnessed(Unavailable):
    """The log's head that a proof needs has not been cosigned yet."""

    code = "log.not-witnessed"
    remedy = "Wait until the peer's node is up: its worker cosigns within seconds, then repeat."
    log: str


@dataclass(eq=False)
class LogForked(Untrusted):
    """A Party's log signed two heads that cannot both be true; both are kept as proof."""

    code = "log.forked"
    remedy = "Stop exchanging with that Party, keep both notes, and tell oversight."
    party: str


@dataclass(eq=False)
class JournalCorrupt(Corrupt):
    """A journalled entry no longer has the digest it was stored under, or its key is gone."""

    code = "journal.corrupt"
    remedy = "Stop this node, keep the disk, tell oversight, and restore from a verified backup."
    entry: str


@dataclass(eq=False)
class LostLease(Unavailable):
    """Another worker took this delivery over while it was under way."""

    code = "delivery.lease-lost"
    remedy = "None needed: the other worker finishes it."
    message: str


@dataclass(eq=False)
class DiskFull(Unavailable):
    """The journal's disk has no room; nothing of the step was stored."""

    code = "journal.full"
    remedy = "Make room on the node's disk; the sender tries again by itself."
    what: str


@dataclass(eq=False)
class JournalUnavailable(Unavailable):
    """The journal's database does not take the write or the read now; nothing of the step was stored."""

    code = "journal.unavailable"
    remedy = "Look at the database (is it up, locked, read-only?); the sender tries again by itself."
    why: str


@dataclass(eq=False)
class NotPublished(Malformed):
    """No report for the public has been published for that year."""

    code = "report.not-published"
    remedy = "Publish it once the year is over; until then there is a preview at the desk and the terminal."
    year: str


@dataclass(eq=False)
class YearNotOver(Forbidden):
    """A report for the public cannot be published while requests of its year are still made."""

    code = "report.year-not-over"
    remedy = "Wait for the end of the year: it is published once, and stands."
    year: str
