"""One message of every kind, whole and lawful in form, for tests and for the vectors."""

from __future__ import annotations

from datetime import date

from musnad.core.kernel.names import Digest, MessageId, PartyCode, Slug
from musnad.core.messages import bodies
from musnad.core.messages.message import Message
from tests.case_story import EXHIBIT, LAST_DAY, LATER, QA, QA_CENTRAL, SEAL, VN, Story, at

LIMITS = bodies.UseLimits(True, "with-consent", "the case named in the request", date(2027, 11, 23), "destroy")
STRANGE = MessageId("ee" * 32)


def _messages() -> dict[str, Message]:
    story = Story()
    fields = {"facts": "ملخّص الوقائع", "confidential": True, "period": {"from": "2026-11-01", "to": "2026-11-20"}}
    request = story.say(VN, bodies.Request(fields))
    answers: list[bodies.Body] = [
        bodies.Acknowledgement("QA-2026-17"),
        bodies.Question("أيّ حساب؟"),
        bodies.Acceptance(("use only in this case",), LIMITS),
        bodies.Consultation("May we ask for the statute?"),
        bodies.Refusal((Slug("essential-interests"),), "It touches an inquiry of our own."),
        bodies.Postponement("An inquiry of our own is under way.", date(2026, 12, 24)),
        bodies.Confirmation(LAST_DAY, date(2026, 11, 23), "Asia/Qatar"),
        bodies.Execution("partly-executed", "Two of three accounts.", date(2026, 12, 1)),
        bodies.Offer("one image"),
    ]
    for body in answers:
        story.say(QA, body, answers=request, previous=[request])
    story.say(VN, bodies.Reply("The second."), answers=story.steps[2].id)
    story.say(VN, bodies.ExtensionRequest(LATER, "The request is being written."), answers=request)
    story.say(VN, bodies.Withdrawal("The case was solved."), answers=request)
    wish = bodies.ConsentRequest("onward-transfer", "A third State asks.", (PartyCode("EG"),), SEAL)
    asked = story.say(VN, wish, answers=request)
    story.say(QA, bodies.Consent(True, "In writing.", LIMITS), answers=asked)
    story.say(VN, bodies.Silence("No answer came.", attempts=bodies.Attempts(7, at(10), at(20))), answers=request)
    said = bodies.Acceptance(("by post",))
    letter = bodies.Transcript(QA, "paper", date(2026, 11, 24), said, "QA/88", Digest("ab" * 32))
    entered = story.say(VN, letter, answers=request, to=(QA,))
    story.say(VN, bodies.CallBack("registry", "telephone", at(25), "confirmed", "by name"), answers=entered)
    story.say(QA, bodies.Takeover((request,), (entered,)))
    story.say(QA, bodies.Custody("opened", SEAL, at(30), "Doha", "to list it", Digest("ab" * 32)))
    story.say(VN, bodies.Closing((request,), "Done."))
    story.say(QA_CENTRAL, bodies.Exported(Digest("cd" * 32), (request,)), to=(QA_CENTRAL,))
    return {step.message.kind: step.message for step in story.steps}


MESSAGES = _messages()
assert MESSAGES["offer"].exhibits == (EXHIBIT,)
