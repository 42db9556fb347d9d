"""A small case to tell in tests: Viet Nam asks, Qatar answers. Real messages, real ids; no signature, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta

from musnad.core.case import CaseState, Step, fold
from musnad.core.crypto.wrapping import WRAPPED_KEY_OCTETS
from musnad.core.kernel.names import (
    AuthorityId,
    CaseRef,
    Digest,
    KeyId,
    MessageId,
    OfficerName,
    SealId,
    Slug,
    digest_of,
    party_of,
)
from musnad.core.kernel.times import Instant
from musnad.core.messages import bodies
from musnad.core.messages.message import Approval, ExhibitRef, LegalBasis, Message, Wrap, write_message
from musnad.core.messages.receipt import DirectoryRef, Place, Receipt
from musnad.core.treaty.values import (
    Certainty,
    FollowUp,
    Ground,
    InForce,
    Label,
    Limit,
    Measure,
    Parties,
    Preceding,
    Rule,
    Treaty,
)

VN = AuthorityId("VN/contact-24-7")
VN_CENTRAL = AuthorityId("VN/central-authority")
QA = AuthorityId("QA/contact-24-7")
QA_CENTRAL = AuthorityId("QA/central-authority")
XX = AuthorityId("XX/contact-24-7")
SEAL = SealId("5e" * 16)
OTHER_SEAL = SealId("0a" * 16)
MANIFEST = Digest("3c" * 32)
PRESERVATION = Slug("preservation")
ACCESS = Slug("access")
ADVICE, INFORMATION, TEAM = Slug("technical-advice"), Slug("spontaneous-information"), Slug("joint-investigation")
LAST_DAY = date(2027, 1, 22)
LATER = date(2027, 3, 22)


def _label(text: str) -> Label:
    return Label({"en": text, "ar": "نص"})


def rule(name: str, certainty: Certainty = Certainty.FROM_MEMORY, number: int | None = None) -> Rule:
    return Rule(
        Slug(name), None, None, None, certainty, (), "S1", _label(name), number, "days" if number else None, None
    )


def ground(name: str) -> Ground:
    return Ground(Slug(name), _label(name), _label(name), rule(name), False, frozenset())


def measure(name: str, outcome: str, **members: object) -> Measure:
    parties = Parties(frozenset({Slug("contact-24-7"), Slug("central-authority")}), rule("who"))
    whole = Measure(
        name=Slug(name),
        label=_label(name),
        help=_label(name),
        outcome=outcome,  # type: ignore[arg-type]
        rule=rule(name),
        askers=parties,
        addressees=parties,
        scope_rule=rule("scope"),
        opened_by={},
        dual_criminality=None,
        data_categories=None,
        fields={},
        limits=(),
        grounds={Slug("essential-interests"): ground("essential-interests")},
        grounds_rule=rule("grounds"),
        barred={Slug("bank-secrecy"): rule("no-bank-secrecy")},
        precedes=(),
        follow_ups=(),
        duties=(),
        use_limits=(),
        approvals=(),
    )
    return replace(whole, **members)  # type: ignore[arg-type]


def treaty() -> Treaty:
    limit = Limit(
        Slug("kept"), rule("sixty-days", number=60), Slug("receipt"), rule("counting"), Slug("decided"),
        rule("until-decided"), rule("extending"), None, None, (7, 1),
    )  # fmt: skip
    preceding = Preceding(Slug("consultation"), Slug("refusal"), frozenset(), rule("consult-first"))
    measures = {
        PRESERVATION: measure(
            PRESERVATION,
            "preservation",
            limits=(limit,),
            precedes=(preceding,),
            follow_ups=(FollowUp(ACCESS, "must", rule("request-follows")),),
        ),
        ACCESS: measure(ACCESS, "evidence"),
        ADVICE: measure(ADVICE, "answer"),
        INFORMATION: measure(INFORMATION, "notice"),
        TEAM: measure(TEAM, "joint"),
    }
    given = {
        "digest": Digest("7e" * 32),
        "name": Slug("story"),
        "label": _label("story"),
        "in_force": InForce(False, Certainty.CERTAIN, "S1", date(2026, 1, 1), rule("in-force")),
        "instruments": {Slug("convention"): None},
        "grounds": measures[PRESERVATION].grounds,
        "measures": measures,
    }
    return Treaty(**{one.name: given.get(one.name, {}) for one in fields(Treaty)})  # type: ignore[arg-type]


TREATY = treaty()
TREATIES = {TREATY.digest: TREATY}
EXHIBIT = ExhibitRef(SEAL, MANIFEST, (Wrap(VN_CENTRAL, KeyId("9a" * 32), b"w" * WRAPPED_KEY_OCTETS),))


def at(minute: int) -> Instant:
    return Instant(datetime(2026, 11, 23, 3, tzinfo=UTC) + timedelta(minutes=minute))


def ask(_: Slug = PRESERVATION, follows: MessageId | None = None) -> bodies.Request:
    return bodies.Request({}, follows)


def custody(event: bodies.CustodyEvent, minute: int = 0, seal: SealId = SEAL, **members: str) -> bodies.Custody:
    return bodies.Custody(event, seal, at(minute), **members)  # type: ignore[arg-type]


UNTIL = bodies.Confirmation(LAST_DAY, date(2026, 11, 23), "Asia/Qatar")


@dataclass
class Story:
    """Says messages one after another; ``previous`` is the last one said unless told otherwise."""

    steps: list[Step] = field(default_factory=list)
    last: MessageId | None = None
    minute: int = 0

    @property
    def case(self) -> CaseRef:
        return CaseRef(self.steps[0].id)

    def draft(
        self,
        author: AuthorityId,
        body: bodies.Body,
        *,
        answers: MessageId | None = None,
        previous: Iterable[MessageId] | None = None,
        to: tuple[AuthorityId, ...] | None = None,
        measure_name: Slug = PRESERVATION,
        **members: object,
    ) -> Message:
        self.minute += 1
        parents = tuple(previous) if previous is not None else ((self.last,) if self.last else ())
        message = Message(
            version="musnad/1",
            exercise=True,
            language="en",
            author=author,
            to=to or ((QA_CENTRAL,) if party_of(author) == "VN" else (VN_CENTRAL,)),
            at=at(self.minute),
            body=body,
            case=self.case if self.steps else None,
            previous=parents,
            answers=answers,
        )
        if isinstance(body, bodies.Request):
            message = replace(
                message,
                measure=measure_name,
                legal_basis=LegalBasis(Slug("convention"), ""),
                treaty=TREATY.digest,
            )
        if isinstance(body, bodies.Offer):
            message = replace(message, exhibits=(EXHIBIT,))
        message = replace(message, **members)  # type: ignore[arg-type]
        if message.required_act is not None and not message.approvals:
            message = replace(message, approvals=(Approval(OfficerName(f"{author}/falcon"), message.required_act),))
        return message

    def say(self, author: AuthorityId, body: bodies.Body, **members: object) -> MessageId:
        message = self.draft(author, body, **members)  # type: ignore[arg-type]
        one = MessageId(digest_of(write_message(message)))
        self.steps.append(Step(one, message))
        self.last = one
        return one

    def aside(self, author: AuthorityId, body: bodies.Body, **members: object) -> MessageId:
        """Say something that the next step does not build on: a concurrent one."""
        before = self.last
        one = self.say(author, body, **members)
        self.last = before
        return one

    def state(self, treaties: Mapping[Digest, Treaty] = TREATIES) -> CaseState:
        return fold(self.case, self.steps, (), treaties)

    def ground_of(self, one: MessageId) -> str | None:
        return next((void.ground for void in self.state().void if void.id == one), None)


def preserved() -> tuple[Story, MessageId]:
    """Asked, acknowledged, accepted and confirmed."""
    story, request = accepted(PRESERVATION)
    story.say(QA, UNTIL, answers=request)
    return story, request


def accepted(measure_name: Slug = ACCESS) -> tuple[Story, MessageId]:
    story = Story()
    request = story.say(VN, ask(measure_name), measure_name=measure_name)
    story.say(QA, bodies.Acknowledgement("QA-17"), answers=request)
    story.say(QA, bodies.Acceptance(("use only in this case",)), answers=request)
    return story, request


def offered() -> tuple[Story, MessageId]:
    story, request = accepted()
    story.say(QA_CENTRAL, custody("collected", 1))
    story.say(QA_CENTRAL, custody("sealed", 2))
    story.say(QA_CENTRAL, bodies.Offer(), answers=request)
    return story, request


def whole() -> Story:
    """The case of the demo, from the first request to the closings."""
    story, first = preserved()
    second = story.say(VN_CENTRAL, ask(ACCESS, first), measure_name=ACCESS)
    story.say(QA_CENTRAL, bodies.Acknowledgement(), answers=second)
    question = story.say(QA_CENTRAL, bodies.Question("Which account?"), answers=second)
    story.say(VN_CENTRAL, bodies.Reply("The second."), answers=question)
    story.say(QA_CENTRAL, bodies.Acceptance(), answers=second)
    story.say(QA_CENTRAL, custody("sealed", 10))
    story.say(QA_CENTRAL, bodies.Offer("image"), answers=second)
    story.say(VN_CENTRAL, custody("received", 20))
    story.say(VN_CENTRAL, custody("opened", 21))
    head = story.last
    assert head is not None
    story.say(VN_CENTRAL, bodies.Closing((head,)))
    story.say(QA_CENTRAL, bodies.Closing((head,)))
    return story


def receipt_of(message: MessageId, recipient: AuthorityId = QA, index: int = 0) -> Receipt:
    return Receipt(
        "musnad/1", message, recipient, "musnad.example/QA", Place(index, Digest("01" * 32)),
        Place(index + 1, Digest("02" * 32)), at(5), date(2026, 11, 23), "Asia/Qatar",
        DirectoryRef(Digest("03" * 32), 4, False),
    )  # fmt: skip
