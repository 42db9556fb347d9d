"""The shapes of what is to be said: a request, a step of each kind, an offer, a custody event; and what came of it.

The kinds come from the message schema: a new kind of message is a new form here with no work.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, Field, create_model

from musnad.api.shapes.forms import (
    Authority,
    DayIn,
    Given,
    Hex64,
    Language,
    Name,
    OfficerId,
    PartyName,
    Recipients,
    Seal,
    Shape,
    Short,
    Text,
)
from musnad.core.messages.edge import BODIES, OfferEdge, RequestEdge
from musnad.core.messages.version import MUSNAD_1

Approvers = Annotated[
    list[OfficerId],
    Field(
        min_length=1,
        max_length=MUSNAD_1.approvals_limit,
        description="the officers who are to approve it by signature; the first is the one who speaks",
    ),
]


class BasisGiven(Given):
    """The instrument under which help is asked, by its name in the treaty data."""

    instrument: Name = "un-convention-against-cybercrime"
    note: Annotated[str, Field(max_length=2048)] = ""


class _Saying(Given):
    author: Authority = Field(description="the authority of this node that speaks; the token must act for it")
    language: Language = Field("en", description="the language that free text is written in")


class RequestGiven(RequestEdge):
    """A request for a measure; ``fields`` are those of its form, see /treaties/{treaty}/measures/{measure}."""

    author: Authority
    to: Recipients
    measure: Name
    basis: BasisGiven = BasisGiven()
    language: Language = "en"
    approvers: Approvers
    on_paper: bool = Field(
        False, description="the recipient has no node: the request is printed, and what it answers is entered"
    )


class ConfirmationGiven(Given):
    """Data are preserved; without a day, up to the earliest last day that the law allows."""

    preserved_until: DayIn | None = None


class ClosingGiven(Given):
    """The case is closed as far as this node knows it."""

    summary: Text | None = None


class SilenceGiven(Given):
    """No answer came to the request; the recipient's receipt, or how often delivery was tried, is the node's to add."""

    text: Text


class TakeoverGiven(Given):
    """This node speaks for itself from now on; entries that others made for it may be contested."""

    contested: list[Hex64] = Field(default_factory=list, max_length=MUSNAD_1.previous_limit)


ELSEWHERE = frozenset({"request", "offer", "custody", "exported"})
"""Kinds with a resource of their own, or (an export) said only with an officer's key at hand."""
COMPUTED: dict[str, type[BaseModel]] = {
    "confirmation": ConfirmationGiven,
    "closing": ClosingGiven,
    "silence": SilenceGiven,
    "takeover": TakeoverGiven,
}
"""Kinds of which the node itself fills in a part, such as the heads that a closing names."""
STEP_KINDS = tuple(kind for kind in BODIES if kind not in ELSEWHERE)


class StepBase(_Saying):
    to: Recipients | None = Field(None, description="by default whom the author last spoke with in the case")
    answers: Hex64 | None = Field(None, description="the message that is answered")
    approvers: Approvers | None = None
    kind: str
    body: BaseModel


def _step_of(kind: str) -> type[StepBase]:
    body = COMPUTED.get(kind, BODIES[kind])
    title = "".join(part.capitalize() for part in kind.split("-")) + "Step"
    about = f"A step of the kind {kind}."
    members: dict[str, Any] = {"kind": (Literal[kind], ...), "body": (body, ...)}
    made: Any = create_model(title, __base__=StepBase, __doc__=about, **members)
    step: type[StepBase] = made
    return step


if TYPE_CHECKING:
    StepGiven: TypeAlias = StepBase
else:
    StepGiven = Annotated[reduce(or_, map(_step_of, STEP_KINDS)), Field(discriminator="kind")]


class OfferGiven(OfferEdge):
    """Sealed exhibits are offered in answer to a request; their keys are closed for the recipients."""

    author: Authority
    to: Recipients
    seals: Annotated[list[Seal], Field(min_length=1, max_length=MUSNAD_1.exhibits_limit)]
    answers: Hex64
    language: Language = "en"
    approvers: Approvers


class CustodyGiven(Given):
    """What was done with an exhibit; ``to`` names the Party that it was passed on to, and stands only then.

    Opening needs an officer's key, and returning or destroying ends what this node holds: both at its terminal.
    """

    author: Authority
    event: Literal["copied", "forwarded"]
    to: PartyName | None = None
    place: Short | None = None
    note: Text | None = None
    approvers: Approvers | None = None


class SaidShape(Shape):
    """What came of it: a message that is on its way, or a draft that waits for officers. The id of both is the same."""

    id: Hex64
    case: Hex64
    sent: bool
    repeated: bool = Field(description="the same words were said before, and this is that message or draft")
    index: int | None = Field(description="the message's place in this node's log")
    missing: list[OfficerId] = Field(description="the officers who have yet to approve")
    warnings: list[str] = Field(description="rules that are not verified and say something against it")


class HandOverGiven(Given):
    """A Party that runs a node now is sent what this node said to it before."""

    party: PartyName


class HandOverShape(Shape):
    case: Hex64
    party: PartyName
    queued: int = Field(description="how many messages are on their way; none where they had been handed over before")


class PaperAsked(BaseModel):
    """The languages of the form, by commas."""

    languages: str = Field("ar,en", pattern=r"^(ar|en|es|fr|ru|zh)(,(ar|en|es|fr|ru|zh)){0,5}$", max_length=20)


class PaperShape(Shape):
    """A request as a paper form, with its signed file; without one while it is a draft."""

    pdf: str = Field(description="base64")
    signed: str | None = Field(description="base64; what the paper is checked against")


class DraftShape(Shape):
    """A draft: exactly what will be sent when every officer has approved it."""

    id: Hex64
    case: Hex64
    kind: str
    author: Authority
    to: list[Authority]
    missing: list[OfficerId]


class DraftPage(Shape):
    items: list[DraftShape]
    total: int
    next: int | None


class DraftWhole(DraftShape):
    """A draft with what an officer reads and what an officer signs."""

    payload_type: str
    payload: str = Field(description="base64; its SHA-256 is the draft's id and the message's")
    to_be_signed: str = Field(
        description="base64 of the octets to sign: Ed25519 over them, and ML-DSA-65 over `tuf` 0x01 and their SHA-512"
    )
    message: dict[str, Any] = Field(description="the payload as JSON, to be read; only its octets are signed")


class SignatureGiven(Given):
    keyid: Hex64
    sig: Annotated[str, Field(min_length=1, max_length=8192, description="base64")]


class ApprovalGiven(Given):
    """Both halves of an officer's signature over the draft's ``to_be_signed``."""

    officer: OfficerId
    signatures: Annotated[list[SignatureGiven], Field(min_length=2, max_length=2)]
