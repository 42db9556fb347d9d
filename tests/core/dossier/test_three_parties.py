"""A case of three Parties: any of them may export it; none, nor two together, may show another history than all saw.

The attackers are as in ``test_attacks``: who attacks holds every key of a Party, or of two, and lacks the third's.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pytest

from musnad.core.crypto.dsse import Dsse, sign
from musnad.core.dossier import reading
from musnad.core.dossier.errors import ExportIncomplete, NotWitnessed
from musnad.core.dossier.judge import Verdict
from musnad.core.kernel.names import AuthorityId, MessageId, PartyCode, digest_of, party_of
from musnad.core.messages import bodies
from musnad.core.messages.receipt import RECEIPT_TYPE, Place, Receipt, write_receipt
from musnad.core.messages.schema import parse_receipt
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.tree import leaf_hash
from musnad.exchange.dossier_writer import DossierContent, LogContent, prepare_dossier
from tests.core.dossier.test_attacks import only, put, without
from tests.dossier_fixture import ACCESS, SEAL, Told, codes, judge, members_of, tell_joint

PARTIES = ("VN", "QA", "EG")
EACH = pytest.mark.parametrize("exporter", PARTIES)
CENTRAL = "central-authority"


@cache
def honest() -> Told:
    return tell_joint()


def fresh() -> Told:
    """The same case with logs of its own, to be extended by an attacker."""
    told = honest()
    copy = replace(told, messages=dict(told.messages), parsed=dict(told.parsed), receipts=dict(told.receipts))
    copy.logs = {party: log.copy() for party, log in told.logs.items()}
    return copy


def export(told: Told, exporter: str, content: DossierContent, folder: Path) -> Verdict:
    sink = folder / "dossier.zip"
    return judge(told.finish(prepare_dossier(content, sink), sink, exporter), told.anchor)


def between_others(told: Told, exporter: str) -> tuple[MessageId, Receipt]:
    """A receipt that the two others of the case gave each other: its id, and what it says."""
    for one, dsse in told.receipts.items():
        receipt = parse_receipt(dsse.payload)
        if exporter not in {told.parsed[receipt.message].author_party, party_of(receipt.recipient)}:
            return one, receipt
    raise AssertionError


def with_head(content: DossierContent, party: str, note: bytes) -> DossierContent:
    logs = dict(content.logs)
    logs[PartyCode(party)] = LogContent(note, logs[PartyCode(party)].proofs)
    return replace(content, logs=logs)


@EACH
def test_any_of_them_may_export_the_whole_case(tmp_path: Path, exporter: str) -> None:
    verdict = judge(honest().write(tmp_path / "d.zip", exporter), honest().anchor)
    assert codes(verdict) == set()
    assert verdict.proven
    assert verdict.facts is not None
    assert verdict.facts.complete
    assert not verdict.facts.state.void
    assert verdict.facts.state.parties == tuple(sorted(PARTIES))
    assert len(verdict.facts.logs) == 3
    for code, head in verdict.facts.logs.items():
        assert {one.party for one in head.witnessed} == set(PARTIES) - {code}
    [exhibit] = verdict.facts.state.exhibits.values()
    assert exhibit.holders == tuple(sorted(PARTIES))
    assert not exhibit.gaps


def test_a_dossier_of_three_has_the_members_of_a_dossier_of_two(tmp_path: Path) -> None:
    """Nothing new but one more log: a reader of the format needs nothing else."""
    names = {name for name in members_of(honest().write(tmp_path / "d.zip", "EG")) if name.startswith("data/log/")}
    sizes = {party: honest().logs[party].tree.size for party in PARTIES}
    assert names == {
        *(f"data/log/{party}/{size}.note" for party, size in sizes.items()),
        *(f"data/log/{party}/proofs.json" for party in PARTIES),
    }


# --- cosignatures --------------------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("owner", PARTIES)
def test_each_head_is_cosigned_by_both_others(tmp_path: Path, exporter: str, owner: str) -> None:
    told = fresh()
    for witness in PARTIES:
        if witness != owner:
            [lacking] = set(PARTIES) - {owner, witness}
            content = with_head(told.content(exporter), owner, told.head(owner, witness=witness))
            with pytest.raises(ExportIncomplete) as refused:
                prepare_dossier(content, tmp_path / "d.zip")
            assert refused.value.defect == "dossier.not-witnessed"
            assert unwitnessed(written_all_the_same(told, exporter, content, tmp_path)) == {(owner, lacking)}


@EACH
def test_the_exports_own_head_is_cosigned_by_both_others(tmp_path: Path, exporter: str) -> None:
    told = fresh()
    head = told.head
    for witness in PARTIES:
        if witness != exporter:
            [lacking] = set(PARTIES) - {exporter, witness}
            prepared = prepare_dossier(told.content(exporter), tmp_path / "d.zip")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(told, "head", partial(head, witness=witness))
                verdict = judge(told.finish(prepared, tmp_path / "d.zip", exporter), told.anchor)
            assert unwitnessed(verdict) == {(exporter, lacking)}
            assert {one.check for one in verdict.findings} == {"export"}


def test_two_who_collude_cannot_replace_the_time_of_a_receipt(tmp_path: Path) -> None:
    """QA and VN agree that VN received a request later than it did: another log of VN's, cosigned by QA alone.

    EG's witness saw the log that VN really has, and signs no other; nothing else in the dossier would show it.
    """
    told = fresh()
    one = next(one for one, dsse in told.receipts.items() if parse_receipt(dsse.payload).recipient.startswith("VN"))
    old = parse_receipt(told.receipts[one].payload)
    later = replace(old, at=told.now, own_place=Place(told.logs["VN"].tree.size, old.own_place.salt))
    new = sign(write_receipt(later), RECEIPT_TYPE, [told.signer(old.recipient)])
    own = MessageId(new.id)
    index = told.logs["VN"].tree.append(leaf_hash(blind_entry(bytes.fromhex(old.own_place.salt), own)))
    told.logs["VN"].places.append((own, Place(index, old.own_place.salt)))
    told.receipts = {name: dsse for name, dsse in told.receipts.items() if name != one} | {own: new}
    proven = written_all_the_same(told, "QA", told.content("QA"), tmp_path)
    assert proven.proven, "were EG's witness with them"
    content = with_head(told.content("QA"), "VN", told.head("VN", witness="QA"))
    verdict = written_all_the_same(told, "QA", content, tmp_path)
    assert not verdict.proven
    assert unwitnessed(verdict) == {("VN", "EG")}


def written_all_the_same(told: Told, exporter: str, content: DossierContent, folder: Path) -> Verdict:
    """By an exporter whose own writer asks for no cosignature."""
    sink = folder / "dossier.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "require_witnesses", lambda *_: None)
        prepared = prepare_dossier(content, sink)
    return judge(told.finish(prepared, sink, exporter), told.anchor)


def unwitnessed(verdict: Verdict) -> set[tuple[str, str]]:
    """Whose log lacks whose cosignature."""
    errors = [one.error for one in verdict.findings]
    return {(one.party, one.witness) for one in errors if isinstance(one, NotWitnessed)}


# --- receipts ------------------------------------------------------------------------------------------------------


@EACH
def test_a_receipt_that_the_others_gave_each_other_is_missing(tmp_path: Path, exporter: str) -> None:
    told = fresh()
    one, receipt = between_others(told, exporter)
    content = told.content(exporter)
    content = replace(
        content,
        receipts={name: data for name, data in content.receipts.items() if name != one},
        logs={party: only(log, lambda leaf: leaf != one) for party, log in content.logs.items()},
    )
    verdict = export(told, exporter, content, tmp_path)
    assert "dossier.receipt-missing" in codes(verdict)
    facts = [found.error.facts() for found in verdict.findings if found.code == "dossier.receipt-missing"]
    assert facts == [{"message": receipt.message, "recipient": receipt.recipient}]


@EACH
def test_a_receipt_of_another_message_is_not_that_ones(tmp_path: Path, exporter: str) -> None:
    """Moved: the payload is changed, so its signature is not over it; the exporter has not that Party's key."""
    told = fresh()
    one, receipt = between_others(told, exporter)
    moved_to = next(
        other for other, said in told.parsed.items() if other != receipt.message and receipt.recipient in said.to
    )
    forged = Dsse(write_receipt(replace(receipt, message=moved_to)), RECEIPT_TYPE, told.receipts[one].signatures)
    content = told.content(exporter)
    content = replace(
        content,
        receipts=put({name: data for name, data in content.receipts.items() if name != one}, forged),
        logs={party: only(log, lambda leaf: leaf != one) for party, log in content.logs.items()},
    )
    found = codes(export(told, exporter, content, tmp_path))
    assert {"signature.invalid", "dossier.receipt-missing", "dossier.receipt-differs", "dossier.not-in-log"} <= found


@EACH
def test_a_receipt_that_the_exporter_invents_for_another(tmp_path: Path, exporter: str) -> None:
    told = fresh()
    one, receipt = between_others(told, exporter)
    forged = sign(write_receipt(receipt), RECEIPT_TYPE, [told.signer(f"{exporter}/{CENTRAL}")])
    content = told.content(exporter)
    content = replace(content, receipts={**content.receipts, one: forged.write()})
    assert "directory.unknown-key" in codes(export(told, exporter, content, tmp_path))


@EACH
def test_a_second_receipt_of_one_recipient(tmp_path: Path, exporter: str) -> None:
    """Its giver may sign what it likes, and log it; the judge takes one."""
    told = fresh()
    _, receipt = between_others(told, exporter)
    author = str(told.parsed[receipt.message].author_party)
    told.receipt(receipt.message, receipt.recipient, receipt.place, author)
    assert "dossier.receipt-differs" in codes(export(told, exporter, told.content(exporter), tmp_path))


@EACH
def test_a_receipt_that_its_givers_log_never_held(tmp_path: Path, exporter: str) -> None:
    """A Party gives a receipt of a place that is not there: it spoils what it is a Party of, and is named."""
    told = fresh()
    one, receipt = between_others(told, exporter)
    giver = str(party_of(receipt.recipient))
    invented = replace(receipt, own_place=Place(receipt.own_place.index, digest_of(b"another salt")))
    dsse = sign(write_receipt(invented), RECEIPT_TYPE, [told.signer(receipt.recipient)])
    content = told.content(exporter)
    content = replace(
        content,
        receipts=put({name: data for name, data in content.receipts.items() if name != one}, dsse),
        logs={party: only(log, lambda leaf: leaf != one) for party, log in content.logs.items()},
    )
    verdict = export(told, exporter, content, tmp_path)
    facts = [found.error.facts() for found in verdict.findings if found.code == "dossier.not-in-log"]
    assert facts == [{"message": dsse.id, "party": giver}]


# --- proofs --------------------------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("missing", PARTIES)
def test_a_party_without_proofs(tmp_path: Path, exporter: str, missing: str) -> None:
    told = fresh()
    content = told.content(exporter)
    emptied = {party: only(log, lambda _: party != missing) for party, log in content.logs.items()}  # noqa: B023
    verdict = export(told, exporter, replace(content, logs=emptied), tmp_path)
    named = {found.error.facts()["party"] for found in verdict.findings if found.code == "dossier.not-in-log"}
    assert named == {missing}
    assert not verdict.proven


@EACH
def test_a_party_without_a_log(tmp_path: Path, exporter: str) -> None:
    told = fresh()
    content = told.content(exporter)
    missing = next(party for party in PARTIES if party != exporter)
    left = {party: log for party, log in content.logs.items() if party != missing}
    with pytest.raises(ExportIncomplete) as refused:
        export(told, exporter, replace(content, logs=left), tmp_path)
    assert refused.value.defect == "dossier.member-missing"


@EACH
def test_another_partys_message_left_out(tmp_path: Path, exporter: str) -> None:
    told = fresh()
    one = next(
        one
        for one, said in told.parsed.items()
        if said.author_party != exporter and isinstance(said.body, bodies.Acceptance)
    )
    found = codes(export(told, exporter, without(told.content(exporter), told, one), tmp_path))
    assert "dossier.parent-missing" in found


# --- who may be told what --------------------------------------------------------------------------------------------


@EACH
def test_what_one_party_was_not_told_is_no_part_of_it(tmp_path: Path, exporter: str) -> None:
    """Two of three speak by themselves: a dossier that holds it is not proven."""
    told = fresh()
    before = told.last
    author, to = ("QA", "VN") if exporter != "EG" else ("VN", "EG")
    told.say(
        f"{author}/{CENTRAL}",
        bodies.Custody("copied", SEAL, told.now),
        to=(f"{to}/{CENTRAL}",),
    )
    told.last = before
    assert "dossier.other-case" in codes(export(told, exporter, told.content(exporter), tmp_path))


def test_an_exhibit_for_one_of_them_is_an_offer_to_the_others(tmp_path: Path) -> None:
    """Wrapped to QA alone; EG was told, holds nothing, and exports the offer."""
    told = Told(honest().world, PARTIES, seed="for one")
    vn, qa, eg = (f"{party}/{CENTRAL}" for party in PARTIES)
    request = told.say(qa, bodies.Request({"summary": "?"}), to=(vn, eg), measure=ACCESS)
    told.say(vn, bodies.Acceptance(), answers=request)
    told.say(vn, bodies.Offer("The image"), answers=request, exhibits=(told.seal(b"x" * 70_000, vn, ("QA",)),))
    content = replace(told.content("EG"), exhibits={})
    verdict = export(told, "EG", content, tmp_path)
    assert verdict.proven
    assert verdict.facts is not None
    assert verdict.facts.unfetched == (SEAL,)
    assert verdict.facts.state.exhibits[SEAL].offered_to == (AuthorityId(qa),)
