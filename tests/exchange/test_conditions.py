"""Conditions travel with data: opening, exporting and passing on ask them first; a signed step ends them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from musnad.adapters.vault.memory import MemorySource, MemoryTarget
from musnad.core.case import duties
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, PartyCode, SealId
from musnad.core.kernel.times import Day
from musnad.core.messages import bodies
from musnad.core.sealing.manifest import Tool
from musnad.exchange.custody import keep_account
from musnad.exchange.errors import StepRefused, UseNotAllowed
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import NotSealedHere, fetch, offer_of, open_into, seal_into_vault, tell_sealed, wrap_for
from musnad.exchange.export import export_case
from tests.core.treaty.data import ACCESS, FULL
from tests.world import World

CENTRAL = "central-authority"
EG = PartyCode("EG")


def limits(until: Day | None, onward: bodies.Onward = "with-consent") -> bodies.UseLimits:
    return bodies.UseLimits(True, onward, "the case named", until, None if until is None else "destroy")


class Given:
    """Evidence that Qatar gave Viet Nam under conditions: accepted, sealed, offered, fetched."""

    def __init__(self, given: bodies.UseLimits) -> None:
        self.world = World()
        self.vn, self.qa = self.world["VN"], self.world["QA"]
        vn, qa = self.vn.authority(CENTRAL), self.qa.authority(CENTRAL)
        self.case = CaseRef(self.vn.say(CENTRAL, [qa], bodies.Request(FULL[ACCESS]), measure=ACCESS))
        self.request = MessageId(self.case)
        self.world.settle()
        self.qa.say(CENTRAL, [vn], bodies.Acceptance((), given), case=self.case, answers=self.request)
        order = SealingOrder(qa, Tool("test", "1"), "one file", exercise=True)
        manifest = seal_into_vault(self.qa.ports, MemorySource(b"evidence" * 999, "mail.txt"), order).manifest
        self.seal: SealId = manifest.seal
        tell_sealed(self.qa.ports, self.case, manifest, None, None)
        ref = wrap_for(self.qa.ports, self.seal, (vn,))
        self.qa.say(CENTRAL, [vn], bodies.Offer(), case=self.case, answers=self.request, exhibits=(ref,))
        self.world.settle()
        fetch(self.vn.ports, self.case, self.seal)
        self.world.settle()

    def open(self) -> MemoryTarget:
        target = MemoryTarget()
        open_into(self.vn.ports, self.case, self.seal, target, (self.vn.officer(CENTRAL),))
        self.world.settle()
        return target

    def forward(self, to: PartyCode = EG) -> MessageId:
        author = self.vn.authority(CENTRAL)
        officers = (self.vn.officer(CENTRAL), self.vn.officer(CENTRAL, "duty-2"))
        return keep_account(self.vn.ports, self.case, self.seal, "forwarded", author, to=to, officers=officers)


@pytest.fixture
def tomorrow() -> Day:
    return World().clock.now().date() + timedelta(days=1)


def test_what_is_within_its_conditions_is_opened(tomorrow: Day) -> None:
    assert Given(limits(tomorrow)).open().octets == b"evidence" * 999


def test_nothing_is_opened_nor_exported_past_its_last_day_and_nothing_is_said(tomorrow: Day, tmp_path: Path) -> None:
    given = Given(limits(tomorrow))
    given.open()
    given.world.clock.advance(seconds=3 * 86400)
    before = given.vn.journal.log_size()
    with pytest.raises(UseNotAllowed) as caught:
        given.open()
    assert caught.value.why == "limit-ended"
    with pytest.raises(UseNotAllowed):
        export_case(
            given.vn.ports,
            given.case,
            given.vn.authority(CENTRAL),
            (given.vn.officer(CENTRAL),),
            tmp_path / "dossier.zip",
            with_content=True,
            pause=given.world.settle,
        )
    assert not list(tmp_path.iterdir())
    assert given.vn.journal.log_size() == before


def test_who_gave_it_is_not_bound_by_his_own_conditions(tomorrow: Day) -> None:
    given = Given(limits(tomorrow))
    given.world.clock.advance(seconds=3 * 86400)
    open_into(given.qa.ports, given.case, given.seal, MemoryTarget(), (given.qa.officer(CENTRAL),))


def test_passing_on_waits_for_consent_and_tells_to_whom() -> None:
    given = Given(limits(None))
    with pytest.raises(UseNotAllowed) as caught:
        given.forward()
    assert caught.value.why == "onward-needs-consent"
    vn, qa = given.vn.authority(CENTRAL), given.qa.authority(CENTRAL)
    with pytest.raises(UseNotAllowed):
        wrap_for(given.vn.ports, given.seal, (AuthorityId("EG/central-authority"),))
    wish = bodies.ConsentRequest("onward-transfer", "Egypt tries the same men.", (EG,), given.seal)
    asked = given.vn.say(CENTRAL, [qa], wish, case=given.case, answers=given.request)
    given.world.settle()
    given.qa.say(CENTRAL, [vn], bodies.Consent(True), case=given.case, answers=asked)
    given.world.settle()
    given.forward()
    given.world.settle()
    (exhibit,) = given.qa.state(given.case).exhibits.values()
    assert (exhibit.custody[-1].event, exhibit.custody[-1].note) == ("forwarded", "EG")
    with pytest.raises(UseNotAllowed):
        given.forward(PartyCode("FR"))


def test_another_use_waits_for_consent_and_the_defence_only_for_notice() -> None:
    given = Given(limits(None))

    def opened(use: bodies.Use) -> None:
        officer = given.vn.officer(CENTRAL)
        open_into(given.vn.ports, given.case, given.seal, MemoryTarget(), (officer,), use=use)

    with pytest.raises(UseNotAllowed) as caught:
        opened("other-use")
    assert caught.value.why == "use-needs-consent"
    opened("defence-disclosure")
    vn, qa = given.vn.authority(CENTRAL), given.qa.authority(CENTRAL)
    wish = bodies.ConsentRequest("other-use", "a second trial", (), given.seal)
    given.world.settle()
    asked = given.vn.say(CENTRAL, [qa], wish, case=given.case, answers=given.request)
    given.world.settle()
    given.qa.say(CENTRAL, [vn], bodies.Consent(True), case=given.case, answers=asked)
    given.world.settle()
    opened("other-use")


def test_a_consent_ends_on_the_last_day_it_names(tomorrow: Day) -> None:
    given = Given(limits(None))
    vn, qa = given.vn.authority(CENTRAL), given.qa.authority(CENTRAL)
    wish = bodies.ConsentRequest("onward-transfer", "Egypt tries the same men.", (EG,))
    asked = given.vn.say(CENTRAL, [qa], wish, case=given.case, answers=given.request)
    given.world.settle()
    given.qa.say(CENTRAL, [vn], bodies.Consent(True, None, limits(tomorrow)), case=given.case, answers=asked)
    given.world.settle()
    given.world.clock.advance(seconds=3 * 86400)
    with pytest.raises(UseNotAllowed):
        given.forward()


def test_the_same_content_sealed_anew_is_under_the_same_conditions() -> None:
    given = Given(limits(None))
    vn, third = given.vn.authority(CENTRAL), AuthorityId("EG/central-authority")
    order = SealingOrder(vn, Tool("test", "1"), "as if our own", exercise=True)
    copy = seal_into_vault(given.vn.ports, MemorySource(b"evidence" * 999, "other.txt"), order).manifest
    with pytest.raises(UseNotAllowed) as caught:
        wrap_for(given.vn.ports, copy.seal, (third,))
    assert caught.value.seal == given.seal
    wrap_for(given.vn.ports, copy.seal, (given.qa.authority(CENTRAL),))
    looser = bodies.UseLimits(False, "free")
    assert offer_of(given.vn.ports, [copy.seal], None, looser).limits == limits(None)
    with pytest.raises(NotSealedHere):
        wrap_for(given.vn.ports, given.seal, (given.qa.authority(CENTRAL),))


def test_what_may_not_be_passed_on_needs_consent_that_names_it() -> None:
    given = Given(limits(None, "forbidden"))
    with pytest.raises(UseNotAllowed) as caught:
        given.forward()
    assert caught.value.why == "onward-forbidden"


def test_destruction_removes_the_content_and_is_said_once_with_what_it_ends(tomorrow: Day) -> None:
    given = Given(limits(tomorrow))
    author = given.vn.authority(CENTRAL)

    def owed() -> list[str]:
        state = given.vn.state(given.case)
        return [duty.code for duty in duties(state, given.vn.ports.treaties.known(), {}) if duty.seal]

    assert owed() == ["return-or-destroy"]
    other = given.vn.authority("contact-24-7")
    before = given.vn.journal.log_size()
    tries = [
        (author, (), None),
        (other, (given.vn.officer("contact-24-7"),), None),
        (author, (given.vn.officer(CENTRAL),), "\u202e"),
    ]
    for by, officers, note in tries:
        with pytest.raises(MusnadError):
            keep_account(given.vn.ports, given.case, given.seal, "destroyed", by, note=note, officers=officers)
        assert (given.vn.ports.vault.holds(given.seal), given.vn.journal.log_size()) == (True, before)
    officer = given.vn.officer(CENTRAL)
    note = "by its officer"
    keep_account(given.vn.ports, given.case, given.seal, "destroyed", author, note=note, officers=(officer,))
    kept = given.vn.journal.exhibit(given.seal)
    assert kept is not None
    assert (kept.key, kept.state, given.vn.ports.vault.holds(given.seal)) == (b"", "removed", False)
    given.world.settle()
    assert owed() == []
    assert given.qa.state(given.case).exhibits[given.seal].holders == ("QA",)
    with pytest.raises(StepRefused):
        keep_account(given.vn.ports, given.case, given.seal, "copied", author)
    with pytest.raises(StepRefused):
        given.open()
