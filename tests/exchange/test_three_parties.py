"""Three nodes and one case: what the others gave each other is asked for, held against its signers, and exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from musnad.adapters.vault.memory import MemoryTarget
from musnad.core.crypto.dsse import parse_dsse, sign
from musnad.core.directory.entry import Party
from musnad.core.dossier.errors import ExportIncomplete
from musnad.core.dossier.judge import Verdict
from musnad.core.kernel.names import AuthorityId, MessageId, PartyCode, digest_of, party_of
from musnad.core.messages import bodies
from musnad.core.messages.message import write_message
from musnad.core.messages.receipt import RECEIPT_TYPE, Place, Receipt, write_receipt
from musnad.core.messages.schema import parse_receipt
from musnad.exchange.composing import case_state
from musnad.exchange.errors import NotHosted, PeerGarbage, PeerRefused, PeerUnreachable
from musnad.exchange.exhibits import counterparts, fetch, open_into
from musnad.exchange.export import Exported, export_case
from musnad.exchange.receipts import receipts_for
from musnad.exchange.witnessing import seek_cosignatures
from tests.dossier_fixture import SEAL, judge
from tests.exchange.test_export import GIVE_UP, GaveUp, hand_over, install, newer_set, said_by
from tests.scenarios.joint_case import CENTRAL, EVIDENCE, PARTIES, JointCase, joint_world, others

Serve = Callable[[Party, AuthorityId, MessageId], tuple[bytes, ...]]
EACH = pytest.mark.parametrize("exporter", PARTIES)


def begun() -> JointCase:
    """Asked and accepted, among three."""
    joint = JointCase(joint_world())
    joint.begin()
    return joint


def export(
    joint: JointCase, folder: Path, exporter: str, *, cosigns: Sequence[str] = PARTIES
) -> tuple[Exported, Verdict]:
    node, sink, waited = joint.node(exporter), folder / "dossier.zip", [0]

    def pause() -> None:
        waited[0] += 1
        if waited[0] > GIVE_UP:
            raise GaveUp
        joint.world.clock.advance(seconds=1)
        for other in cosigns:
            seek_cosignatures(joint.node(other).ports)

    exported = export_case(
        node.ports, joint.case, joint.central(exporter), (node.officer(CENTRAL),), sink, with_content=True, pause=pause
    )
    return exported, judge(sink, digest_of(joint.world.published.anchor))


def serving(joint: JointCase, exporter: str, changed: Callable[[str, MessageId, tuple[bytes, ...]], object]) -> Serve:
    """The exporter's wire, where what a Party serves is what ``changed`` makes of it; an error it gives is raised."""
    wire = joint.node(exporter).ports.wire
    honest = wire.receipts

    def receipts(party: Party, asker: AuthorityId, message: MessageId) -> tuple[bytes, ...]:
        found = changed(party.code, message, honest(party, asker, message))
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, tuple)
        return found

    return receipts


def between_others(joint: JointCase, exporter: str) -> tuple[MessageId, AuthorityId]:
    """A message that another wrote, and a recipient of it of the third Party."""
    for entry, message in joint.node(exporter).messages():
        for recipient in message.to:
            if exporter not in {message.author_party, party_of(recipient)}:
                return entry.id, recipient
    raise AssertionError


def read(data: bytes) -> Receipt:
    return parse_receipt(parse_dsse(data, payload_type=RECEIPT_TYPE, what="receipt").payload)


@EACH
def test_any_of_three_exports_the_case_and_it_is_proven(tmp_path: Path, exporter: str) -> None:
    joint = JointCase(joint_world()).tell()
    exported, verdict = export(joint, tmp_path, exporter)
    assert verdict.proven
    assert verdict.facts is not None
    assert verdict.facts.complete
    assert exported.left_out == ()
    messages = len(verdict.facts.state.messages)
    assert sum(len(one) for one in verdict.facts.state.receipts.values()) == 2 * messages
    assert verdict.unshown == 0
    [exhibit] = verdict.facts.exhibits.values()
    assert exhibit.has_content


def test_the_three_hold_the_same_case(tmp_path: Path) -> None:
    joint = JointCase(joint_world()).tell()
    assert len({joint.node(party).state(joint.case).digest() for party in PARTIES}) == 1
    state = joint.node("EG").state(joint.case)
    assert state.closed
    assert not state.void
    assert [request.asked for request in state.requests.values()] == [(joint.central("VN"),), (joint.central("EG"),)]


def test_exporting_again_asks_again_and_journals_nothing_of_it(tmp_path: Path) -> None:
    joint = begun()
    export(joint, tmp_path, "EG")
    receipts = [one for one in joint.node("EG").journal.case_entries(joint.case) if one.kind == "receipt"]
    _, verdict = export(joint, tmp_path, "EG")
    assert verdict.proven
    assert [one for one in joint.node("EG").journal.case_entries(joint.case) if one.kind == "receipt"] == receipts


# --- an exhibit for two -------------------------------------------------------------------------------------------


def test_an_exhibit_wrapped_to_two_is_received_and_opened_by_both() -> None:
    joint = begun()
    joint.share()
    for party in ("EG", "QA"):
        joint.take(party)
    assert joint.opened == {"QA": EVIDENCE, "EG": EVIDENCE}
    for party in PARTIES:
        [exhibit] = joint.node(party).state(joint.case).exhibits.values()
        assert exhibit.holders == tuple(sorted(PARTIES))
        assert not exhibit.gaps
        assert [(one.event, party_of(one.authority)) for one in exhibit.custody] == [
            ("collected", "VN"),
            ("sealed", "VN"),
            ("offered", "VN"),
            ("received", "EG"),
            ("opened", "EG"),
            ("received", "QA"),
            ("opened", "QA"),
        ]


def test_who_was_told_of_an_offer_and_holds_no_key_gets_nothing(tmp_path: Path) -> None:
    joint = begun()
    joint.share(wrapped_to=("QA",))
    joint.take("QA")
    eg = joint.node("EG")
    with pytest.raises(NotHosted):
        fetch(eg.ports, joint.case, joint.seal)
    with pytest.raises(PeerRefused):
        eg.ports.wire.manifest(joint.node("VN").keys.party, joint.central("EG"), joint.seal)
    exported, verdict = export(joint, tmp_path, "EG")
    assert verdict.proven
    assert exported.unfetched == (joint.seal,)
    _, verdict = export(joint, tmp_path, "QA")
    assert verdict.proven


def test_each_opens_only_what_it_received_itself() -> None:
    joint = begun()
    joint.share()
    joint.take("QA")
    eg = joint.node("EG")
    with pytest.raises(Exception, match=joint.seal):
        open_into(eg.ports, joint.case, joint.seal, MemoryTarget(), (eg.officer(CENTRAL),))


# --- receipts between the others ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("exporter", "withholds"), [("EG", "author"), ("VN", "recipient")])
def test_what_one_withholds_the_other_serves(tmp_path: Path, exporter: str, withholds: str) -> None:
    joint = begun()
    authors = {entry.id: message.author_party for entry, message in joint.node(exporter).messages()}

    def changed(party: str, message: MessageId, found: tuple[bytes, ...]) -> object:
        is_author = authors[message] == party
        return () if is_author == (withholds == "author") else found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joint.node(exporter).ports.wire, "receipts", serving(joint, exporter, changed))
        _, verdict = export(joint, tmp_path, exporter)
    assert verdict.proven


@pytest.mark.parametrize("refusal", [(), PeerRefused("VN", "request.not-found"), PeerGarbage("VN", "receipts")])
def test_what_both_withhold_is_named_and_nothing_is_written(tmp_path: Path, refusal: object) -> None:
    joint, exporter = begun(), "EG"
    one, _ = between_others(joint, exporter)
    with pytest.MonkeyPatch.context() as patch:
        changed = serving(joint, exporter, lambda _party, message, found: refusal if message == one else found)
        patch.setattr(joint.node(exporter).ports.wire, "receipts", changed)
        with pytest.raises(ExportIncomplete) as caught:
            export(joint, tmp_path, exporter)
    assert caught.value.defect == "dossier.receipt-missing"
    assert one in caught.value.member
    assert list(tmp_path.iterdir()) == []


def test_a_party_that_does_not_answer_is_asked_once_and_waited_for(tmp_path: Path) -> None:
    """The author serves what the other receipted; only where it does not, the one that is down is missed."""
    joint = begun()
    joint.node("QA").faults.down.add(PartyCode("EG"))
    asked: list[str] = []

    def changed(party: str, _message: MessageId, found: tuple[bytes, ...]) -> object:
        asked.append(party)
        return () if party == "VN" else found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joint.node("QA").ports.wire, "receipts", serving(joint, "QA", changed))
        with pytest.raises(PeerUnreachable):
            export(joint, tmp_path, "QA")
    assert "EG" not in asked
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_that_receipt_is_passed_over(tmp_path: Path) -> None:
    """Served by both: another message's, one by a stranger, one moved, one with a signature more, and no receipt."""
    joint, exporter = begun(), "EG"
    node = joint.node(exporter)
    one, recipient = between_others(joint, exporter)
    giver = joint.node(party_of(recipient))
    [true] = [
        entry.signed
        for entry in giver.journal.receipts_of(one)
        if entry.own and read(entry.signed).recipient == recipient
    ]
    of_another = next(
        entry.signed for entry in giver.journal.entries() if entry.kind == "receipt" and entry.subject != one
    )
    receipt, dsse = read(true), parse_dsse(true, payload_type=RECEIPT_TYPE, what="")
    key, other = giver.keys.signing[CENTRAL], node.keys.signing[CENTRAL]
    [elsewhere] = set(PARTIES) - {exporter, giver.code}
    lies = (
        of_another,
        sign(write_receipt(receipt), RECEIPT_TYPE, [other]).write(),
        replace(dsse, payload=write_receipt(replace(receipt, place=Place(77, receipt.place.salt)))).write(),
        sign(write_receipt(receipt), RECEIPT_TYPE, [key, other]).write(),
        sign(write_receipt(replace(receipt, log=f"musnad.example/{elsewhere}")), RECEIPT_TYPE, [key]).write(),
        b"garbage",
    )
    for served, proven in ((lies, False), ((*lies, true), True)):
        with pytest.MonkeyPatch.context() as patch:
            changed = serving(joint, exporter, lambda _p, message, found, s=served: s if message == one else found)  # type: ignore[misc]
            patch.setattr(node.ports.wire, "receipts", changed)
            if proven:
                assert export(joint, tmp_path, exporter)[1].proven
                continue
            with pytest.raises(ExportIncomplete) as caught:
                export(joint, tmp_path, exporter)
            assert caught.value.defect == "dossier.receipt-missing"


def test_a_receipt_that_its_log_never_held_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    """EG signs for QA another receipt than it gave VN, and never logged it: VN serves the true one, and is asked first.
    Where VN is with it, the export says what is not in whose log."""
    joint = begun()
    author, other = "VN", "EG"
    one = next(entry.id for entry, said in joint.node("QA").messages() if said.author_party == author)
    giver = joint.node(other)
    [true] = [entry.signed for entry in giver.journal.receipts_of(one) if entry.own]
    invented = replace(read(true), own_place=Place(1_000, digest_of(b"a salt")))
    false = sign(write_receipt(invented), RECEIPT_TYPE, [giver.keys.signing[CENTRAL]]).write()

    def by_giver(party: str, message: MessageId, found: tuple[bytes, ...]) -> object:
        return (false,) if message == one and party == other else found

    def by_both(_party: str, message: MessageId, found: tuple[bytes, ...]) -> object:
        return (false,) if message == one else found

    wire = joint.node("QA").ports.wire
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "receipts", serving(joint, "QA", by_giver))
        assert export(joint, tmp_path, "QA")[1].proven
    (tmp_path / "dossier.zip").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "receipts", serving(joint, "QA", by_both))
        with pytest.raises(GaveUp):  # its log has not come so far, and never will
            export(joint, tmp_path, "QA")
        invented = replace(invented, own_place=Place(read(true).own_place.index, digest_of(b"a salt")))
        false = sign(write_receipt(invented), RECEIPT_TYPE, [giver.keys.signing[CENTRAL]]).write()
        with pytest.raises(ExportIncomplete) as caught:
            export(joint, tmp_path, "QA")
    assert caught.value.defect == "dossier.not-in-log"
    assert list(tmp_path.iterdir()) == []


def test_a_set_of_the_directory_that_only_the_third_has_seen(tmp_path: Path) -> None:
    """EG judged VN's acceptance under a set that QA never fetched: QA asks EG for it, as its receipt names it."""
    joint = begun()
    second, third = newer_set(joint.world, 2), newer_set(joint.world, 3)
    install(joint.node("EG"), second)
    seen = joint.node("EG").ports.directories.current().ref.snapshot
    joint.say("more", "VN", bodies.Question("Which account?"), answers=joint.said["vn"])
    assert not joint.node("QA").ports.directories.holds(seen)
    for party in PARTIES:
        install(joint.node(party), third)
    _, verdict = export(joint, tmp_path, "QA")
    assert verdict.proven
    assert joint.node("QA").ports.directories.holds(seen)


# --- who is served ---------------------------------------------------------------------------------------------------


def test_receipts_are_served_to_who_is_in_the_message_and_to_nobody_else() -> None:
    world = joint_world()
    joint = JointCase(world)
    joint.begin()
    vn = joint.node("VN")
    one = joint.said["VN accepts"]
    for asker in (joint.central("QA"), joint.central("EG"), joint.central("VN")):
        served = receipts_for(vn.ports, one, asker)
        assert served is not None
        assert {read(data).recipient for data in served} == {joint.central("QA"), joint.central("EG")}
    for stranger in (joint.node("QA").authority("contact-24-7"), AuthorityId("SA/central-authority")):
        assert receipts_for(vn.ports, one, stranger) is None
    assert receipts_for(vn.ports, MessageId(digest_of(b"never said")), joint.central("QA")) is None
    receipt = next(entry.id for entry in vn.journal.entries() if entry.kind == "receipt")
    assert receipts_for(vn.ports, receipt, joint.central("QA")) is None


def test_a_recipient_serves_its_own_and_no_more() -> None:
    joint = begun()
    served = receipts_for(joint.node("EG").ports, joint.said["VN accepts"], joint.central("QA"))
    assert served is not None
    assert [read(data).recipient for data in served] == [joint.central("EG")]


# --- cosignatures ----------------------------------------------------------------------------------------------------


def test_a_head_that_one_of_them_never_cosigned_is_waited_for(tmp_path: Path) -> None:
    """Of the other two, one no longer asks the other's witness: its newest head proves nothing to the judge."""
    joint, exporter = begun(), "EG"
    one, another = others(exporter)
    joint.node(one).faults.down.add(PartyCode(another))
    joint.say("more", exporter, bodies.Custody("collected", SEAL, joint.world.clock.now()))
    with pytest.raises(GaveUp):
        export(joint, tmp_path, exporter)
    joint.node(one).faults.down.clear()
    _, verdict = export(joint, tmp_path, exporter)
    assert verdict.proven


# --- what was not said to all --------------------------------------------------------------------------------------


def test_a_word_to_one_of_them_alone_does_not_lead_the_others_answer_astray(tmp_path: Path) -> None:
    """VN says a thing to QA alone. QA's next custody goes to both all the same, and the case stays whole."""
    joint = begun()
    joint.share()
    world, vn = joint.world, joint.central("VN")
    copied = bodies.Custody("copied", joint.seal, world.clock.now())
    message = replace(said_by(world, "VN", copied, joint.case), author=vn, to=(joint.central("QA"),))
    hand_over(world, "VN", write_message(message), message.to, office=CENTRAL)
    assert set(counterparts(world["QA"].ports, joint.case, joint.central("QA"))) == {vn, joint.central("EG")}
    joint.take("QA")
    assert not case_state(world["EG"].ports, joint.case).void
    assert [one.event for one in case_state(world["EG"].ports, joint.case).exhibits[joint.seal].custody][-1] == "opened"
    exported, verdict = export(joint, tmp_path, "QA")
    assert verdict.proven
    assert len(exported.left_out) == 1
