"""The words of a report: each kind of step, status, custody event and act, in the reader's language."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from musnad.language import Speech, mark, write_time

KINDS: dict[str, str] = {
    "request": mark("Request"),
    "acknowledgement": mark("Acknowledgement"),
    "question": mark("Question"),
    "reply": mark("Reply"),
    "acceptance": mark("Acceptance"),
    "consultation": mark("Consultation"),
    "refusal": mark("Refusal"),
    "postponement": mark("Postponement"),
    "confirmation": mark("Confirmation of preservation"),
    "extension-request": mark("Request to preserve for longer"),
    "withdrawal": mark("Withdrawal"),
    "offer": mark("Offer of sealed evidence"),
    "execution": mark("Report of what was done"),
    "consent-request": mark("Request to use the data otherwise"),
    "consent": mark("Answer on the use of the data"),
    "silence": mark("Statement that no answer came"),
    "transcript": mark("Entered from paper"),
    "call-back": mark("Call-back"),
    "takeover": mark("Takeover of the case"),
    "custody": mark("Custody"),
    "closing": mark("Closing"),
}
BASES: dict[str, str] = {
    "attempts": mark("Its author's word on its attempts alone: no receipt came."),
    "receipt-not-here": mark("Not shown: the receipt that it names is not here."),
    "receipt-of-another": mark("Not shown: the receipt that it names is of another message or by another recipient."),
}
STATUSES: dict[str, str] = {
    "asked": mark("asked"),
    "acknowledged": mark("acknowledged"),
    "questioned": mark("a question is open"),
    "accepted": mark("accepted"),
    "postponed": mark("postponed"),
    "refused": mark("refused"),
    "withdrawn": mark("withdrawn"),
    "fulfilled": mark("fulfilled"),
}
EVENTS: dict[str, str] = {
    "collected": mark("collected"),
    "sealed": mark("sealed"),
    "offered": mark("offered"),
    "received": mark("received"),
    "opened": mark("opened"),
    "copied": mark("copied"),
    "exported": mark("exported"),
    "forwarded": mark("forwarded"),
    "returned": mark("returned"),
    "destroyed": mark("destroyed"),
}
ACTS: dict[str, str] = {
    "send": mark("approved sending"),
    "release": mark("approved the release"),
    "open": mark("approved the opening"),
    "export": mark("approved the export"),
}
GAPS: dict[str, str] = {
    "origin-not-recorded": mark("Nothing says where it was before it was offered."),
    "digest-differs": mark("Two entries state different SHA-256 digests."),
    "times-run-backwards": mark("This entry is dated before an earlier one of the same Party."),
    "nobody-holds-it": mark("After this entry nobody holds it."),
    "used-past-limit": mark("It was used after the last day on which it might be held."),
    "ended-otherwise": mark("It had to be returned and was destroyed, or the other way round."),
}
SAID: dict[str, str] = {
    "confirmed": mark("Confirmed as genuine"),
    "defence-disclosure": mark("Disclosure for the defence"),
    "denied": mark("Denied: not genuine"),
    "destroy": mark("Destroy it"),
    "e-mail": mark("E-mail"),
    "executed": mark("Executed"),
    "forbidden": mark("Forbidden"),
    "free": mark("Free"),
    "in-person": mark("In person"),
    "interpol": mark("INTERPOL"),
    "not-executed": mark("Not executed"),
    "not-reached": mark("Not reached"),
    "onward-transfer": mark("Passing on"),
    "other-use": mark("Use for another purpose"),
    "paper": mark("Paper"),
    "partly-executed": mark("Partly executed"),
    "return": mark("Return it"),
    "telephone": mark("Telephone"),
    "with-consent": mark("Only with consent"),
}


def word(words: dict[str, str], name: str, say: Speech) -> str:
    """The word for a name; a name that has none (a newer version's) is shown as it is."""
    return say.gettext(words[name]) if name in words else name


@lru_cache(maxsize=4096)
def moment(at: datetime, say: Speech) -> str:
    """A moment in words; a long case says the same one often."""
    return write_time(at, say)
