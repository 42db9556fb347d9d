"""Opening and exporting for officers who approve elsewhere: composed, approved, sent, and only then done."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from musnad.adapters.memory.steps import Killed
from musnad.adapters.vault.memory import MemorySource, MemoryTarget
from musnad.core.directory.errors import OfficerMayNot
from musnad.core.kernel.names import CaseRef, MessageId, OfficerName, SealId, digest_of
from musnad.core.messages import bodies
from musnad.core.sealing.manifest import Tool
from musnad.exchange.approving import approve_with, to_be_signed
from musnad.exchange.composing import drafts, read_draft, send, withdraw
from musnad.exchange.custody import carry_out, prepare_account
from musnad.exchange.errors import ApprovalsTooFew, ExportOutdated, NotApproved, UnknownDraft, UseNotAllowed
from musnad.exchange.evidence.sealing import SealingOrder
from musnad.exchange.exhibits import (
    fetch,
    offer_of,
    open_approved,
    open_into,
    prepare_opening,
    seal_into_vault,
    tell_sealed,
    wrap_for,
)
from musnad.exchange.export import KEPT_FOR, finish_export, prepare_export
from tests.core.treaty.data import ACCESS, FULL
from tests.core.treaty.data_instruments import CONTENT, FULL_INSTRUMENTS
from tests.dossier_fixture import judge
from tests.world import Node, World

CENTRAL = "central-authority"
EVIDENCE = b"what was said" * 999


class Taken:
    """Evidence that Viet Nam asked for under a measure and fetched; nobody has opened it."""

    def __init__(self, measure: str = CONTENT, limits: bodies.UseLimits | None = None) -> None:
        self.world = World()
        self.vn, self.qa = self.world["VN"], self.world["QA"]
        vn, qa = self.vn.authority(CENTRAL), self.qa.authority(CENTRAL)
        fields = FULL_INSTRUMENTS[measure] if measure in FULL_INSTRUMENTS else FULL[measure]
        self.case = CaseRef(self.vn.say(CENTRAL, [qa], bodies.Request(fields), measure=measure))
        self.request = MessageId(self.case)
        self.world.settle()
        self.qa.say(CENTRAL, [vn], bodies.Acceptance((), limits), case=self.case, answers=self.request)
        order = SealingOrder(qa, Tool("test", "1"), "one file", exercise=True)
        manifest = seal_into_vault(self.qa.ports, MemorySource(EVIDENCE, "talk.wav"), order).manifest
        self.seal: SealId = manifest.seal
        tell_sealed(self.qa.ports, self.case, manifest, None, None)
        ref = wrap_for(self.qa.ports, self.seal, (vn,))
        offer = offer_of(self.qa.ports, [self.seal], None, None)
        self.qa.say(CENTRAL, [vn], offer, case=self.case, answers=self.request, exhibits=(ref,))
        self.world.settle()
        fetch(self.vn.ports, self.case, self.seal)
        self.world.settle()

    def names(self, *officers: str) -> tuple[OfficerName, ...]:
        return tuple(self.vn.keys.officer(CENTRAL, one) for one in officers)

    def custody(self) -> list[str]:
        return [one.event for one in self.vn.state(self.case).exhibits[self.seal].custody]

    def export(self, *officers: str, with_content: bool = True) -> MessageId:
        author = self.vn.authority(CENTRAL)
        names = self.names(*officers)
        pause = self.world.settle
        return prepare_export(self.vn.ports, self.case, author, names, with_content=with_content, pause=pause).id


def sign_elsewhere(node: Node, draft: MessageId, officer: str) -> None:
    """Where the key is, and nowhere near the node: only the signatures come here."""
    key = node.officer(CENTRAL, officer)
    signatures = key.key.sign(to_be_signed(read_draft(node.ports, draft)))
    approve_with(node.ports, draft, key.name, tuple(signatures))


def test_an_opening_is_approved_by_both_and_sent_before_anything_is_opened() -> None:
    taken = Taken()
    vn, both = taken.vn, taken.names("duty-1", "duty-2")
    with pytest.raises(ApprovalsTooFew):
        prepare_opening(vn.ports, taken.case, taken.seal, both[:1])
    draft = prepare_opening(vn.ports, taken.case, taken.seal, both)
    assert draft is not None
    assert draft.missing == both
    again = prepare_opening(vn.ports, taken.case, taken.seal, both)
    assert again is not None
    assert again.id == draft.id, "prepared again while it waits, it is the same draft"
    target = MemoryTarget()
    for officer in ("duty-1", "duty-2"):
        with pytest.raises(NotApproved):
            open_approved(vn.ports, taken.case, taken.seal, both[0], target)
        sign_elsewhere(vn, draft.id, officer)
    with pytest.raises(NotApproved):  # approved and not yet said
        open_approved(vn.ports, taken.case, taken.seal, both[0], target)
    assert target.octets is None
    send(vn.ports, draft.id)
    assert prepare_opening(vn.ports, taken.case, taken.seal, both) is None
    for officer in both:
        again_target = MemoryTarget()
        open_approved(vn.ports, taken.case, taken.seal, officer, again_target)
        assert again_target.octets == EVIDENCE
    assert taken.custody().count("opened") == 1


def test_another_officer_opens_only_what_he_approved_himself() -> None:
    taken = Taken(ACCESS)
    vn, (first, second) = taken.vn, taken.names("duty-1", "duty-2")
    open_into(vn.ports, taken.case, taken.seal, MemoryTarget(), (vn.officer(CENTRAL),))
    open_approved(vn.ports, taken.case, taken.seal, first, MemoryTarget())
    with pytest.raises(NotApproved):
        open_approved(vn.ports, taken.case, taken.seal, second, MemoryTarget())
    assert prepare_opening(vn.ports, taken.case, taken.seal, (second,)) is not None
    [clerk] = taken.names("clerk-1")
    with pytest.raises(OfficerMayNot):
        prepare_opening(vn.ports, taken.case, taken.seal, (clerk,))
    with pytest.raises(OfficerMayNot):
        open_approved(vn.ports, taken.case, taken.seal, clerk, MemoryTarget())


def test_both_keys_at_hand_open_in_one_call() -> None:
    taken, target = Taken(), MemoryTarget()
    officers = (taken.vn.officer(CENTRAL), taken.vn.officer(CENTRAL, "duty-2"))
    with pytest.raises(ApprovalsTooFew):
        open_into(taken.vn.ports, taken.case, taken.seal, target, officers[:1])
    open_into(taken.vn.ports, taken.case, taken.seal, target, officers)
    assert target.octets == EVIDENCE
    taken.world.settle()
    assert taken.qa.state(taken.case).exhibits[taken.seal].custody[-1].event == "opened"
    assert "approvals-fewer" not in {one.code for one in taken.qa.state(taken.case).findings}


def test_what_is_destroyed_is_removed_when_its_approved_draft_is_carried_out() -> None:
    taken = Taken(ACCESS)
    vn, approvers = taken.vn, taken.names("duty-1")
    author = vn.authority(CENTRAL)
    draft = prepare_account(vn.ports, taken.case, taken.seal, "destroyed", author, note="burnt", approvers=approvers)
    with pytest.raises(NotApproved):
        carry_out(vn.ports, draft.id)
    assert vn.ports.vault.holds(taken.seal)
    sign_elsewhere(vn, draft.id, "duty-1")
    assert vn.ports.vault.holds(taken.seal)
    carry_out(vn.ports, draft.id)
    assert not vn.ports.vault.holds(taken.seal)
    assert taken.custody()[-1] == "destroyed"


@pytest.fixture
def opened() -> Taken:
    taken = Taken(ACCESS)
    open_into(taken.vn.ports, taken.case, taken.seal, MemoryTarget(), (taken.vn.officer(CENTRAL),))
    taken.world.settle()
    return taken


def test_an_export_is_written_only_once_it_is_approved_and_is_what_was_approved(opened: Taken, tmp_path: Path) -> None:
    vn, sink, pause = opened.vn, tmp_path / "dossier.zip", opened.world.settle
    draft = opened.export("duty-1", "duty-2")
    assert list(tmp_path.iterdir()) == []
    sign_elsewhere(vn, draft, "duty-1")
    with pytest.raises(NotApproved):
        finish_export(vn.ports, draft, sink, pause=pause)
    sign_elsewhere(vn, draft, "duty-2")
    # the case and the logs go on while the officers think
    opened.qa.say(CENTRAL, [vn.authority(CENTRAL)], bodies.Question("And?"), case=opened.case, answers=opened.request)
    opened.world.clock.advance(seconds=3600)
    opened.world.settle()
    assert list(tmp_path.iterdir()) == []
    exported = finish_export(vn.ports, draft, sink, pause=pause)
    assert exported.message == draft
    assert [path.name for path in tmp_path.iterdir()] == ["dossier.zip"]
    verdict = judge(sink, digest_of(opened.world.published.anchor))
    assert verdict.proven, verdict.findings
    assert EVIDENCE in sink.read_bytes()
    told = vn.journal.entry(draft)
    assert told is not None
    assert told.own


def test_an_export_that_was_sent_is_written_again_to_the_same_octets(opened: Taken, tmp_path: Path) -> None:
    """``musnad approve`` sends it, or the power fails between: what was approved is not approved twice."""
    vn, pause = opened.vn, opened.world.settle
    draft = opened.export("duty-1")
    sign_elsewhere(vn, draft, "duty-1")
    carry_out(vn.ports, draft)
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    vn.steps.kill_at("dossier.written", "before")
    with pytest.raises(Killed):
        finish_export(vn.ports, draft, first, pause=pause)
    assert list(tmp_path.iterdir()) == []
    vn.restart()
    size = vn.journal.log_size()
    assert finish_export(vn.ports, draft, first, pause=pause).message == draft
    assert finish_export(vn.ports, draft, second, pause=pause).message == draft
    assert vn.journal.log_size() == size
    assert judge(second, digest_of(opened.world.published.anchor)).proven


def test_what_is_kept_of_an_export_holds_no_evidence_and_goes_with_its_draft(opened: Taken) -> None:
    vn, asked = opened.vn, {"case": opened.case, "answers": opened.request}
    opened.export("duty-1")
    [(name, _)] = vn.journal.enclosed()
    kept = vn.journal.enclosure(name)
    assert kept is not None
    assert b"what was said" not in kept.data
    opened.qa.say(CENTRAL, [vn.authority(CENTRAL)], bodies.Question("And?"), **asked)
    opened.world.settle()
    other = opened.export("duty-1")
    assert [one.id for one in drafts(vn.ports)] == [other], "prepared again, the earlier one is replaced"
    assert [one for one, _ in vn.journal.enclosed()] != [name]
    assert len(vn.journal.enclosed()) == 1
    withdraw(vn.ports, other)
    assert (drafts(vn.ports), vn.journal.enclosed()) == ((), ())


def test_what_was_sent_and_never_written_is_forgotten_in_the_end(opened: Taken, tmp_path: Path) -> None:
    vn = opened.vn
    draft = opened.export("duty-1")
    sign_elsewhere(vn, draft, "duty-1")
    carry_out(vn.ports, draft)
    opened.world.clock.advance(seconds=(KEPT_FOR + timedelta(hours=1)).total_seconds())
    opened.world.settle()
    opened.export("duty-1", with_content=False)
    with pytest.raises(ExportOutdated):
        finish_export(vn.ports, draft, tmp_path / "dossier.zip", pause=opened.world.settle)
    assert list(tmp_path.iterdir()) == []


def test_an_export_is_refused_when_its_content_is_gone_by_then(opened: Taken, tmp_path: Path) -> None:
    vn = opened.vn
    draft = opened.export("duty-1")
    sign_elsewhere(vn, draft, "duty-1")
    vn.ports.vault.remove(opened.seal)
    size = vn.journal.log_size()
    with pytest.raises(ExportOutdated):
        finish_export(vn.ports, draft, tmp_path / "dossier.zip", pause=opened.world.settle)
    assert (list(tmp_path.iterdir()), vn.journal.log_size()) == ([], size)


def test_only_an_export_is_finished_as_one(opened: Taken, tmp_path: Path) -> None:
    for name in (MessageId("0" * 64), opened.request):
        with pytest.raises(UnknownDraft):
            finish_export(opened.vn.ports, name, tmp_path / "x.zip", pause=opened.world.settle)


def test_conditions_are_asked_again_when_it_is_written(tmp_path: Path) -> None:
    until = World().clock.now().date() + timedelta(days=1)
    taken = Taken(ACCESS, bodies.UseLimits(True, "with-consent", "the case named", until, "destroy"))
    vn = taken.vn
    open_into(vn.ports, taken.case, taken.seal, MemoryTarget(), (vn.officer(CENTRAL),))
    taken.world.settle()
    draft = taken.export("duty-1")
    sign_elsewhere(vn, draft, "duty-1")
    taken.world.clock.advance(seconds=3 * 86400)
    size = vn.journal.log_size()
    with pytest.raises(UseNotAllowed) as caught:
        finish_export(vn.ports, draft, tmp_path / "dossier.zip", pause=taken.world.settle)
    assert caught.value.why == "limit-ended"
    assert (list(tmp_path.iterdir()), vn.journal.log_size()) == ([], size)
