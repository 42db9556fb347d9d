"""A small world for the desk to show: five cases between Viet Nam and Qatar, told through the real use cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from musnad.adapters.vault.memory import MemorySource, MemoryTarget
from musnad.core.directory.party_file import write_party
from musnad.core.directory.registry import ROLE_DAYS
from musnad.core.kernel.names import CaseRef, MessageId, OfficerName, SealId, Slug
from musnad.core.messages import bodies
from musnad.core.sealing.manifest import Tool
from musnad.exchange.civil import civil_day
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import fetch, open_into, seal_into_vault, tell, wrap_for
from tests.directory_fixture import PartyKeys, make_party, make_set, make_world
from tests.directory_fixture import World as PublishedDirectory
from tests.world import World

PRESERVATION, ACCESS = "expedited-preservation", "access-to-stored-data"
CONTACT, CENTRAL = "contact-24-7", "central-authority"
NAME = "صورة القرص 01.img"
OFFENCE = {
    "class": "serious-crime",
    "provision": "قانون العقوبات، المادة 290",
    "maximum": {"unit": "years", "number": 7},
}
FIELDS = {
    "seeking-authority": "Cybercrime Unit, Hanoi Police",
    "offence": OFFENCE,
    "facts": "في 20 نوفمبر 2026 حُوِّلت أموال من حسابات 14 ضحية بعد رسائل انتحلت صفة مصرف.\n"
    "The account below received them and is still in use.",
    "data-sought": "Mailbox and access records of the account named below.",
    "data-categories": ["subscriber", "traffic", "content"],
    "link-to-offence": "The account received the proceeds and sent the messages.",
    "identifiers": [{"type": "email", "value": "falcon.transfer@mail.example.qa"}],
    "period-of-data": {"from": "2026-11-01", "until": "2026-11-20", "zone": "Asia/Qatar"},
    "necessity": "The provider deletes access records after thirty days.",
    "access-request-intended": True,
    "confidential": True,
}
ACCESS_FIELDS = {
    "subject": "Criminal investigation 2026/1187 against persons unknown.",
    "investigating-body": "Supreme People's Procuracy, Department of International Cooperation.",
    "facts": FIELDS["facts"],
    "offence": OFFENCE,
    "assistance-sought": "A forensic image of the mailbox, with its access records.",
    "purpose": "To prove who operated the account; for use in that case alone.",
    "data-sought": FIELDS["data-sought"],
    "data-categories": FIELDS["data-categories"],
    "identifiers": FIELDS["identifiers"],
}


@dataclass
class Story:
    """The world and the cases in it by name; every case but ``waiting`` is known to both nodes."""

    world: World
    whole: CaseRef
    preserved: CaseRef
    asked: CaseRef
    refused: CaseRef
    crossed: CaseRef
    waiting: CaseRef
    seal: SealId


AUTHORITY_NAMES = {
    "contact-24-7": ("24/7 point of contact", "جهة الاتصال على مدار الساعة"),
    "central-authority": ("central authority", "السلطة المركزية"),
}


def published() -> PublishedDirectory:
    """A directory that names its authorities in both languages and lasts as long as the story."""
    parties = {code: _named(make_party(code)) for code in ("VN", "QA")}
    world = make_world(parties=parties)
    world.files = {"1.root.json": world.anchor} | make_set(
        {code: one.role for code, one in parties.items()},
        world.roles,
        {f"parties/{code}/party.json": one.party_json for code, one in parties.items()},
        world.holders,
        world.online,
        days=dict.fromkeys(ROLE_DAYS, 300),
    )
    return world


def _named(keys: PartyKeys) -> PartyKeys:
    authorities = tuple(
        replace(one, names=dict(zip(("en", "ar"), AUTHORITY_NAMES[one.roles[0]], strict=True)))
        for one in keys.party.authorities
    )
    keys.party = replace(keys.party, authorities=authorities)
    keys.party_json = write_party(keys.party)
    return keys


def tell_story() -> Story:
    world = World(published=published())
    whole, seal = _whole(world)
    world.clock.advance(days=2)
    preserved = _preserved(world, PRESERVATION)[0]
    world.clock.advance(days=53)
    refused = _refused(world)
    crossed = _crossed(world)
    world.clock.advance(hours=3)
    vn, qa = world["VN"], world["QA"]
    asked = CaseRef(qa.say(CONTACT, [vn.authority(CONTACT)], bodies.Request(FIELDS), measure=PRESERVATION))
    world.settle()
    vn.faults.down.add(qa.code)
    waiting = CaseRef(vn.say(CENTRAL, [qa.authority(CENTRAL)], bodies.Request(ACCESS_FIELDS), measure=ACCESS))
    vn.deliver()
    return Story(world, whole, preserved, asked, refused, crossed, waiting, seal)


def _preserved(world: World, measure: str) -> tuple[CaseRef, MessageId]:
    vn, qa = world["VN"], world["QA"]
    request = vn.say(CONTACT, [qa.authority(CONTACT)], bodies.Request(FIELDS), measure=measure)
    case = CaseRef(request)
    world.settle()
    world.clock.advance(minutes=7)
    back = [vn.authority(CONTACT)]
    qa.say(CONTACT, back, bodies.Acknowledgement("QA-24/7-0417"), case=case, answers=request)
    world.settle()
    world.clock.advance(minutes=21)
    terms = bodies.Acceptance(("Used only in investigation 2026/1187.", "لا تُنقل البيانات إلى دولة ثالثة."))
    qa.say(CONTACT, back, terms, case=case, answers=request)
    world.clock.advance(minutes=2)
    today = civil_day(world.clock.now(), "Asia/Qatar")
    until = bodies.Confirmation(today + timedelta(days=60), today, "Asia/Qatar")
    qa.say(CONTACT, back, until, case=case, answers=request)
    world.settle()
    return case, request


def _whole(world: World) -> tuple[CaseRef, SealId]:
    vn, qa = world["VN"], world["QA"]
    case, first = _preserved(world, PRESERVATION)
    world.clock.advance(hours=5)
    there, back = [qa.authority(CENTRAL)], [vn.authority(CENTRAL)]
    asking = bodies.Request(ACCESS_FIELDS, first)
    request = vn.say(CENTRAL, there, asking, case=case, measure=ACCESS)
    world.settle()
    world.clock.advance(minutes=40)
    qa.say(CENTRAL, back, bodies.Acknowledgement(), case=case, answers=request)
    text = "أي الحسابين المذكورين هو المقصود؟"
    question = qa.say(CENTRAL, back, bodies.Question(text), case=case, answers=request)
    world.settle()
    world.clock.advance(minutes=15)
    text = "The one that ends in .qa; the other is the victim's."
    vn.say(CENTRAL, there, bodies.Reply(text), case=case, answers=question)
    world.settle()
    qa.say(CENTRAL, back, bodies.Acceptance(), case=case, answers=request)
    officer = OfficerName(f"{qa.authority(CENTRAL)}/duty-1")
    order = SealingOrder(
        sealed_by=qa.authority(CENTRAL),
        tool=Tool("musnad", "0.1.0"),
        description="Mail server 3, mailbox volume, read through a write blocker",
        exercise=True,
        officer=officer,
        device="WD-WX41A87",
        under=request,
        name=NAME,
        media_type="application/octet-stream",
    )
    sealed = seal_into_vault(qa.ports, MemorySource(b"evidence " * 700_000, NAME), order)
    note = bodies.Custody("collected", sealed.seal, world.clock.now(), "الدوحة، مركز البيانات 2")
    tell(qa.ports, case, qa.authority(CENTRAL), note)
    world.clock.advance(minutes=9)
    note = bodies.Custody("sealed", sealed.seal, world.clock.now(), sha256=sealed.manifest.sha256)
    tell(qa.ports, case, qa.authority(CENTRAL), note)
    exhibit = wrap_for(qa.ports, sealed.seal, tuple(back))
    offer = bodies.Offer("One image, complete.")
    qa.say(CENTRAL, back, offer, case=case, answers=request, exhibits=(exhibit,))
    world.settle()
    world.clock.advance(minutes=30)
    fetch(vn.ports, case, sealed.seal)
    world.settle()
    open_into(vn.ports, case, sealed.seal, MemoryTarget(), (vn.officer(CENTRAL),))
    world.settle()
    for node, to in ((vn, there), (qa, back)):
        heads = node.state(case).heads
        node.say(CENTRAL, to, bodies.Closing(heads, "Evidence received and opened."), case=case)
        world.settle()
    return case, sealed.seal


def _refused(world: World) -> CaseRef:
    vn, qa = world["VN"], world["QA"]
    request = vn.say(CENTRAL, [qa.authority(CENTRAL)], bodies.Request(ACCESS_FIELDS), measure=ACCESS)
    case, back = CaseRef(request), [vn.authority(CENTRAL)]
    world.settle()
    qa.say(CENTRAL, back, bodies.Consultation("The offence needs its provision."), case=case, answers=request)
    world.settle()
    grounds = (Slug("essential-interests"),)
    qa.say(CENTRAL, back, bodies.Refusal(grounds, "يمس مصلحة أساسية."), case=case, answers=request)
    world.settle()
    return case


def _crossed(world: World) -> CaseRef:
    """A withdrawal and an acceptance that cross: the acceptance is void."""
    vn, qa = world["VN"], world["QA"]
    there, back = [qa.authority(CONTACT)], [vn.authority(CONTACT)]
    request = vn.say(CONTACT, there, bodies.Request(FIELDS), measure=PRESERVATION)
    case = CaseRef(request)
    world.settle()
    vn.say(CONTACT, there, bodies.Withdrawal("The account holder came forward."), case=case, answers=request)
    qa.say(CONTACT, back, bodies.Acceptance(), case=case, answers=request)
    world.settle()
    return case


def offered_without_origin(world: World) -> tuple[CaseRef, SealId]:
    """An exhibit that is offered though nobody said that it was collected or sealed."""
    vn, qa = world["VN"], world["QA"]
    request = vn.say(CENTRAL, [qa.authority(CENTRAL)], bodies.Request(ACCESS_FIELDS), measure=ACCESS)
    case, back = CaseRef(request), (vn.authority(CENTRAL),)
    world.settle()
    qa.say(CENTRAL, back, bodies.Acceptance(), case=case, answers=request)
    order = SealingOrder(qa.authority(CENTRAL), Tool("musnad", "0.1.0"), "A disk", exercise=True, under=request)
    sealed = seal_into_vault(qa.ports, MemorySource(b"x" * 1000, "disk.img"), order)
    exhibit = wrap_for(qa.ports, sealed.seal, back)
    qa.say(CENTRAL, back, bodies.Offer(), case=case, answers=request, exhibits=(exhibit,))
    world.settle()
    return case, sealed.seal
