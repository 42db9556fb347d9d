"""Attackers who hold every key of one Party: authorities, officers, log, witness, directory role; the exporter's too.

Each may sign anything of his own, extend his own log and have the extension cosigned (witnesses cosign whatever is
consistent), and make a whole new export. What he lacks is the other Party's signature and log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from musnad.core.crypto.dsse import Dsse, sign
from musnad.core.directory.role import sign_party
from musnad.core.dossier.errors import ExportIncomplete
from musnad.core.dossier.index import LogProofs
from musnad.core.dossier.judge import Verdict
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import AuthorityId, MessageId, OfficerName, PartyCode, digest_of, party_of
from musnad.core.kernel.times import Instant
from musnad.core.messages import bodies
from musnad.core.messages.message import MESSAGE_TYPE, Approval, Message, write_message
from musnad.core.messages.receipt import RECEIPT_TYPE, Receipt, write_receipt
from musnad.core.messages.schema import parse_receipt
from musnad.core.sealing.manifest import PAYLOAD_TYPE as MANIFEST_TYPE
from musnad.core.sealing.manifest import write_manifest
from musnad.core.sealing.schema import parse_manifest
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.tree import leaf_hash
from musnad.exchange.dossier_writer import DossierContent, LogContent, finish_dossier, prepare_dossier, prove_export
from tests.dossier_fixture import SEAL, Told, codes, judge, members_of, rebag, tell_case

BOTH = pytest.mark.parametrize("attacker", ["VN", "QA"])


@cache
def honest() -> Told:
    return tell_case()


def fresh() -> Told:
    """The same case with logs of its own, to be extended by an attacker."""
    told = honest()
    copy = replace(told, messages=dict(told.messages), parsed=dict(told.parsed), receipts=dict(told.receipts))
    copy.logs = {party: log.copy() for party, log in told.logs.items()}
    return copy


def export(told: Told, attacker: str, content: DossierContent, folder: Path) -> Verdict:
    """The attacker exports ``content`` anew, with everything that he can sign and have cosigned."""
    sink = folder / "dossier.zip"
    return judge(told.finish(prepare_dossier(content, sink), sink, attacker), told.anchor)


def peer_of(party: str) -> str:
    return "QA" if party == "VN" else "VN"


def message_by(told: Told, party: str, kind: str | None = None) -> MessageId:
    """A step of the Party's that is not the opening."""
    return next(
        one
        for one, message in told.parsed.items()
        if message.author_party == party and message.case is not None and kind in (None, message.kind)
    )


def without(content: DossierContent, told: Told, *gone: MessageId) -> DossierContent:
    """The messages left out with their receipts and leaves."""
    own = {receipt for one in gone for receipt in told.receipt_ids_of(one)} | set(gone)
    return replace(
        content,
        messages={one: data for one, data in content.messages.items() if one not in own},
        receipts={one: data for one, data in content.receipts.items() if one not in own},
        logs={party: only(log, lambda one: one not in own) for party, log in content.logs.items()},
    )


def only(log: LogContent, keeps: object) -> LogContent:
    leaves = tuple(leaf for leaf in log.proofs.leaves if keeps(leaf.id))  # type: ignore[operator]
    return LogContent(log.note, LogProofs(log.proofs.size, leaves))


def put(mapping: Mapping[MessageId, bytes], *dsses: Dsse) -> dict[MessageId, bytes]:
    return {**mapping, **{MessageId(dsse.id): dsse.write() for dsse in dsses}}


# --- messages ------------------------------------------------------------------------------------------------------


@BOTH
def test_cannot_change_what_he_said(tmp_path: Path, attacker: str) -> None:
    told = fresh()
    one = message_by(told, attacker)
    changed = told.sign(replace(told.parsed[one], language="ar"))
    told.logs[attacker].add(MessageId(changed.id))
    content = without(told.content(attacker), told, one)
    content = replace(content, messages=put(content.messages, changed))
    found = codes(export(told, attacker, content, tmp_path))
    assert {"dossier.receipt-missing", "dossier.parent-missing"} <= found


@BOTH
def test_cannot_change_what_the_other_said(tmp_path: Path, attacker: str) -> None:
    """He signs as the other authority, or as himself in its place."""
    told = fresh()
    one = message_by(told, peer_of(attacker))
    message = replace(told.parsed[one], language="ar")
    forged = sign(write_message(message), MESSAGE_TYPE, [told.signer(f"{attacker}/central-authority")])
    content = without(told.content(attacker), told, one)
    content = replace(content, messages=put(content.messages, forged))
    assert {"dossier.receipt-missing", "dossier.not-in-log"} <= codes(export(told, attacker, content, tmp_path))


@BOTH
def test_cannot_add_a_message_of_his_own(tmp_path: Path, attacker: str) -> None:
    """The newest head of all, in his log, cosigned: but nobody received it."""
    told = fresh()
    told.minute += 1
    body = bodies.Custody("copied", SEAL, told.now)
    added = told.sign(told.draft(f"{attacker}/central-authority", body))
    told.logs[attacker].add(MessageId(added.id))
    told.messages[MessageId(added.id)] = added
    found = codes(export(told, attacker, told.content(attacker), tmp_path))
    assert {"dossier.receipt-missing", "dossier.not-in-log"} <= found


@BOTH
def test_cannot_receipt_his_message_in_the_others_name(tmp_path: Path, attacker: str) -> None:
    told = fresh()
    told.minute += 1
    draft = told.draft(f"{attacker}/central-authority", bodies.Custody("copied", SEAL, told.now))
    added = told.sign(draft)
    one, peer = MessageId(added.id), peer_of(attacker)
    told.logs[attacker].add(one)
    told.messages[one] = added
    log = told.logs[peer]
    honest_log = log.copy()
    at = log.add(one)
    own = told.receipt(one, draft.to[0], at, attacker)
    payload = told.receipts[own].payload
    told.logs[peer] = honest_log
    told.receipts[own] = sign(payload, RECEIPT_TYPE, [told.signer(draft.author)])
    found = codes(export(told, attacker, told.content(attacker), tmp_path))
    assert {"directory.unknown-key", "dossier.not-in-log"} <= found


@BOTH
def test_cannot_drop_a_step_from_the_middle(tmp_path: Path, attacker: str) -> None:
    """His own side's later words build on it, so he had it. (With those words it goes: see the next but two.)"""
    told = fresh()
    order = list(told.messages)
    last_own = max(place for place, one in enumerate(order) if told.parsed[one].author_party == attacker)
    for number, one in enumerate(order[1:last_own]):
        folder = tmp_path / str(number)
        folder.mkdir()
        content = without(told.content(attacker), told, one)
        assert "dossier.parent-missing" in codes(export(told, attacker, content, folder))


@BOTH
def test_cannot_drop_the_opening(tmp_path: Path, attacker: str) -> None:
    told = fresh()
    content = without(told.content(attacker), told, next(iter(told.messages)))
    with pytest.raises(ExportIncomplete):
        export(told, attacker, content, tmp_path)


@BOTH
def test_what_stops_early_is_never_called_complete(tmp_path: Path, attacker: str) -> None:
    """Leaving out the end of a case is not forgery: it is proven up to its heads, and says so."""
    told = fresh()
    content = without(told.content(attacker), told, *list(told.messages)[-2:])
    verdict = export(told, attacker, content, tmp_path)
    assert verdict.proven
    assert verdict.facts is not None
    assert not verdict.facts.complete


@BOTH
def test_one_closing_does_not_make_it_complete(tmp_path: Path, attacker: str) -> None:
    told = fresh()
    verdict = export(told, attacker, without(told.content(attacker), told, list(told.messages)[-1]), tmp_path)
    assert verdict.proven
    assert verdict.facts is not None
    assert not verdict.facts.complete


def test_closings_that_do_not_cover_a_step_do_not_make_it_complete(tmp_path: Path) -> None:
    told = fresh()
    told.say("VN/central-authority", bodies.Custody("copied", SEAL, told.now))
    verdict = export(told, "VN", told.content("VN"), tmp_path)
    assert verdict.proven
    assert verdict.facts is not None
    assert not verdict.facts.complete


@BOTH
def test_cannot_sign_again_under_the_exporters_statement(tmp_path: Path, attacker: str) -> None:
    """Another valid signature over the same payload: other octets, so another payload manifest."""
    told = fresh()
    members = members_of(told.write(tmp_path / "d.zip", peer_of(attacker)))
    one = message_by(told, attacker)
    members[f"data/messages/{one}.dsse"] = told.sign(told.parsed[one]).write()
    assert codes(judge(rebag(members), told.anchor)) == {"dossier.export-differs"}


@BOTH
def test_cannot_add_his_signature_to_the_others_message(tmp_path: Path, attacker: str) -> None:
    told = fresh()
    one = message_by(told, peer_of(attacker))
    told.messages[one] = told.messages[one].signed_also_by(told.signer(f"{attacker}/central-authority"))
    assert codes(export(told, attacker, told.content(attacker), tmp_path)) == {"dossier.signature-extra"}


def test_cannot_strip_an_officers_signature(tmp_path: Path) -> None:
    told = fresh()
    one = message_by(told, "QA", "offer")
    kept = tuple(told.messages[one].signatures[:2])
    told.messages[one] = replace(told.messages[one], signatures=kept)
    assert "directory.unknown-key" in codes(export(told, "QA", told.content("QA"), tmp_path))


def test_an_officer_without_the_act_approves_nothing(tmp_path: Path) -> None:
    told = fresh()
    told.minute += 1
    body = bodies.Custody("opened", SEAL, told.now)
    draft = told.draft("VN/central-authority", body)
    clerk = Approval(OfficerName("VN/central-authority/clerk-1"), "open")
    told.deliver(replace(draft, approvals=(clerk,)))
    assert "directory.officer-may-not" in codes(export(told, "VN", told.content("VN"), tmp_path))


def test_an_officers_key_does_not_sign_for_the_authority(tmp_path: Path) -> None:
    told = fresh()
    one = message_by(told, "VN", "reply")
    message = told.parsed[one]
    forged = sign(write_message(message), MESSAGE_TYPE, [told.officer("VN/central-authority/duty-1")])
    told.messages[one] = forged
    assert "directory.unknown-key" in codes(export(told, "VN", told.content("VN"), tmp_path))


# --- receipts and logs ---------------------------------------------------------------------------------------------


def forge_receipt(told: Told, attacker: str, **changed: object) -> tuple[MessageId, Dsse]:
    """One of the attacker's own receipts, signed again with something else said."""
    old = next(
        own for own, dsse in told.receipts.items() if party_of(parse_receipt(dsse.payload).recipient) == attacker
    )
    receipt: Receipt = replace(parse_receipt(told.receipts[old].payload), **changed)  # type: ignore[arg-type]
    return old, sign(write_receipt(receipt), RECEIPT_TYPE, [told.signer(receipt.recipient)])


@BOTH
def test_cannot_give_his_receipt_another_time(tmp_path: Path, attacker: str) -> None:
    told = fresh()
    old, forged = forge_receipt(told, attacker, at=Instant(told.now + timedelta(hours=3)))
    del told.receipts[old]
    told.receipts[MessageId(forged.id)] = forged
    assert "dossier.not-in-log" in codes(export(told, attacker, told.content(attacker), tmp_path))


@BOTH
def test_a_receipt_logged_again_later_is_told_as_his_own_word(tmp_path: Path, attacker: str) -> None:
    """He logs a second receipt and hides the first: the author's log does not show it, and that is said."""
    told = fresh()
    old, _ = forge_receipt(told, attacker)
    receipt = parse_receipt(told.receipts[old].payload)
    log = told.logs[attacker]
    salt = digest_of(b"again")
    later = replace(
        receipt,
        at=Instant(receipt.at + timedelta(hours=3)),
        own_place=replace(receipt.own_place, index=log.tree.size, salt=salt),
    )
    forged = sign(write_receipt(later), RECEIPT_TYPE, [told.signer(receipt.recipient)])
    own = MessageId(forged.id)
    log.tree.append(leaf_hash(blind_entry(bytes.fromhex(salt), own)))
    log.places.append((own, later.own_place))
    del told.receipts[old]
    told.receipts[own] = forged
    verdict = export(told, attacker, told.content(attacker), tmp_path)
    assert verdict.proven
    assert verdict.confirmed == len(told.receipts) - 1


@BOTH
def test_cannot_give_two_receipts_for_one_message(tmp_path: Path, attacker: str) -> None:
    told = fresh()
    old, _ = forge_receipt(told, attacker)
    receipt = parse_receipt(told.receipts[old].payload)
    told.receipt(receipt.message, receipt.recipient, receipt.place, peer_of(attacker), at=Instant(told.now))
    found = codes(export(told, attacker, told.content(attacker), tmp_path))
    assert "dossier.receipt-differs" in found


@BOTH
@pytest.mark.parametrize(
    "changed",
    [
        {"log": "musnad.example/XX"},
        {"zone": "Etc/UTC"},
        {"day": honest().now.date() + timedelta(days=9)},
        {"directory": replace(honest().ref, version=9)},
    ],
)
def test_his_receipt_must_fit(tmp_path: Path, attacker: str, changed: dict[str, object]) -> None:
    told = fresh()
    told.minute += 1
    author = f"{peer_of(attacker)}/central-authority"
    one = told.say(author, bodies.Custody("copied", SEAL, told.now))
    [old] = told.receipt_ids_of(one)
    receipt = replace(parse_receipt(told.receipts.pop(old).payload), **changed)  # type: ignore[arg-type]
    told.logs[attacker].places.pop()
    told.logs[peer_of(attacker)].places.pop()
    told.receipt(one, receipt.recipient, receipt.place, peer_of(attacker), **changed)
    assert "dossier.receipt-differs" in codes(export(told, attacker, told.content(attacker), tmp_path))


@BOTH
def test_a_receipt_that_calls_the_directory_stale_is_told_as_such(tmp_path: Path, attacker: str) -> None:
    """His node's timestamp may have been older than ours over the same snapshot: no defect, and no fresh directory."""
    told = fresh()
    one = told.say(f"{peer_of(attacker)}/central-authority", bodies.Custody("copied", SEAL, told.now))
    [old] = told.receipt_ids_of(one)
    receipt = parse_receipt(told.receipts.pop(old).payload)
    told.logs[attacker].places.pop()
    told.logs[peer_of(attacker)].places.pop()
    stale = replace(receipt.directory, stale=True)
    told.receipt(one, receipt.recipient, receipt.place, peer_of(attacker), directory=stale)
    verdict = export(told, attacker, told.content(attacker), tmp_path)
    assert verdict.proven
    assert verdict.stale == 1


@BOTH
def test_cannot_leave_out_the_receipt_of_one_recipient(tmp_path: Path, attacker: str) -> None:
    told = fresh()
    for number, own in enumerate(list(told.receipts)):
        folder = tmp_path / str(number)
        folder.mkdir()
        data = told.receipts.pop(own)
        assert "dossier.receipt-missing" in codes(export(told, attacker, told.content(attacker), folder))
        told.receipts[own] = data


@BOTH
def test_cannot_show_a_log_of_his_own_making(tmp_path: Path, attacker: str) -> None:
    """A fork of his log that no other Party has cosigned; nor does his own witness count for it."""
    told = fresh()
    for witness in (None, attacker):
        content = told.content(attacker)
        fork = told.log_content(attacker, witness=witness)
        with pytest.raises(ExportIncomplete) as caught:
            export(told, attacker, replace(content, logs={**content.logs, PartyCode(attacker): fork}), tmp_path)
        assert caught.value.defect == "dossier.not-witnessed"


@BOTH
def test_cannot_show_an_older_head_of_the_others_log(tmp_path: Path, attacker: str) -> None:
    """A true head, from before the last messages: they are then not shown in that log."""
    told = fresh()
    peer = peer_of(attacker)
    older = told.log_content(peer, size=told.logs[peer].tree.size - 3)
    content = told.content(attacker)
    content = replace(content, logs={**content.logs, PartyCode(peer): older})
    assert "dossier.not-in-log" in codes(export(told, attacker, content, tmp_path))


@BOTH
def test_cannot_leave_a_leaf_out_of_a_log(tmp_path: Path, attacker: str) -> None:
    """Only where the other's message stands in the other's own log may be missing; that is told."""
    told = fresh()
    content = told.content(attacker)
    for number, (party, log) in enumerate(content.logs.items()):
        for place, one in enumerate(told.messages):
            folder = tmp_path / f"{number}-{place}"
            folder.mkdir()
            changed = replace(content, logs={**content.logs, party: only(log, lambda leaf, one=one: leaf != one)})
            verdict = export(told, attacker, changed, folder)
            if party == told.parsed[one].author_party != attacker:
                assert verdict.proven
                assert verdict.unshown == 1
            else:
                assert "dossier.not-in-log" in codes(verdict)


@BOTH
def test_cannot_hide_leaves_of_nothing_in_a_log(tmp_path: Path, attacker: str) -> None:
    told = fresh()
    told.logs[attacker].add(message_by(told, attacker))
    assert "dossier.index-invalid" in codes(export(told, attacker, told.content(attacker), tmp_path))


def test_cannot_show_the_log_of_another_case(tmp_path: Path) -> None:
    told, other = fresh(), tell_case(seed="another")
    content = replace(told.content("QA"), logs=other.content("QA").logs)
    assert "dossier.not-in-log" in codes(export(told, "QA", content, tmp_path))


# --- exhibits, treaty, index ---------------------------------------------------------------------------------------


def test_the_sealer_cannot_seal_something_else_later(tmp_path: Path) -> None:
    told = fresh()
    told.seal(b"other evidence")
    found = export(told, "QA", told.content("QA"), tmp_path)
    assert "dossier.exhibit-differs" in codes(found)


def test_cannot_swap_content_under_the_sealed_manifest(tmp_path: Path) -> None:
    told = fresh()
    told.evidence = b"x" + told.evidence[1:]
    verdict = export(told, "VN", told.content("VN", leaves=False), tmp_path)
    assert codes(verdict) == {"dossier.exhibit-differs"}


def test_cannot_sign_the_manifest_in_the_sealers_place(tmp_path: Path) -> None:
    told = fresh()
    assert told.manifest is not None
    told.manifest = sign(told.manifest.payload, MANIFEST_TYPE, [told.signer("VN/central-authority")])
    assert codes(export(told, "VN", told.content("VN"), tmp_path)) == {"directory.unknown-key"}


def test_cannot_call_an_exercise_real(tmp_path: Path) -> None:
    told = fresh()
    assert told.manifest is not None
    manifest = replace(parse_manifest(told.manifest.payload), exercise=False)
    told.manifest = sign(write_manifest(manifest), MANIFEST_TYPE, [told.signer("QA/central-authority")])
    assert "dossier.exhibit-differs" in codes(export(told, "QA", told.content("QA"), tmp_path))


def test_cannot_leave_out_or_exchange_treaty_data(tmp_path: Path) -> None:
    told = fresh()
    content = told.content("VN")
    [(digest, data)] = content.treaties.items()
    changed = data.replace(b"preservation", b"conservation", 1)
    with pytest.raises(MusnadError):
        export(told, "VN", replace(content, treaties={digest: changed}), tmp_path)
    other = digest_of(data + b" ")
    assert other != digest
    with pytest.raises(MusnadError):
        export(told, "VN", replace(content, treaties={other: data}), tmp_path)


# --- directory -----------------------------------------------------------------------------------------------------


def test_cannot_add_a_key_to_his_own_entry(tmp_path: Path) -> None:
    """He holds his Party's directory role; the set that the Registrar vouches for names his role's file by hash."""
    told = fresh()
    keys = told.world["VN"]
    name = next(file for file in told.bundle if file.endswith("party-VN.json"))
    told.bundle = {**told.bundle, name: sign_party(keys.party_json, version=1, now=told.now, key=keys.role)}
    with pytest.raises(MusnadError):
        export(told, "VN", told.content("VN"), tmp_path)


def test_cannot_bring_a_directory_that_nobody_used(tmp_path: Path) -> None:
    told = fresh()
    content = told.content("VN")
    extra = {**content.bundles, digest_of(b"x"): dict(told.bundle)}
    assert "dossier.member-unknown" in codes(export(told, "VN", replace(content, bundles=extra), tmp_path))


# --- the export ----------------------------------------------------------------------------------------------------


def exported(told: Told, attacker: str, folder: Path, **changed: object) -> set[str]:
    sink = folder / "d.zip"
    prepared = prepare_dossier(told.content(attacker), sink)
    message: Message = replace(told.export_message(attacker, prepared), **changed)  # type: ignore[arg-type]
    return codes(judge(told.finish(prepared, sink, attacker, dsse=told.sign(message)), told.anchor))


def test_the_export_must_fit(tmp_path: Path) -> None:
    told = fresh()
    prepared = prepare_dossier(told.content("QA"), tmp_path / "d.zip")
    other = AuthorityId("QA/contact-24-7")
    head = MessageId(digest_of(b"head"))
    approved = (Approval(OfficerName(f"{other}/duty-1"), "export"),)
    for changed in (
        {"body": bodies.Exported(digest_of(b"x"), prepared.heads)},
        {"body": bodies.Exported(prepared.payload_manifest, (head,))},
        {"body": bodies.Exported(prepared.payload_manifest, (*prepared.heads, head))},
        {"author": other, "to": (other,), "approvals": approved},
        {"case": head},
        {"exercise": False},
    ):
        assert "dossier.export-differs" in exported(told, "QA", tmp_path, **changed), changed


def test_the_export_must_be_approved_by_an_officer_who_may(tmp_path: Path) -> None:
    told = fresh()
    clerk = Approval(OfficerName("QA/central-authority/clerk-1"), "export")
    assert "directory.officer-may-not" in exported(told, "QA", tmp_path, approvals=(clerk,))


def test_the_other_party_cannot_export_in_ones_name(tmp_path: Path) -> None:
    told = fresh()
    sink = tmp_path / "d.zip"
    prepared = prepare_dossier(told.content("QA"), sink)
    message = told.export_message("QA", prepared)
    keys = [told.signer("VN/central-authority"), told.officer("VN/central-authority/duty-1")]
    forged = sign(write_message(message), MESSAGE_TYPE, keys)
    found = codes(judge(told.finish(prepared, sink, "QA", dsse=forged), told.anchor))
    assert "directory.unknown-key" in found


def test_the_export_must_stand_in_a_cosigned_log(tmp_path: Path) -> None:
    """Keys alone, without a witness: no new export can be made."""
    told = fresh()
    sink = tmp_path / "d.zip"
    prepared = prepare_dossier(told.content("QA"), sink)
    dsse = told.sign(told.export_message("QA", prepared))
    log = told.logs["QA"].copy()
    case_size = log.tree.size
    at = log.add(MessageId(dsse.id))
    proof = prove_export(MessageId(dsse.id), at, case_size, log.tree.size, log.tree.read)
    for witness in (None, "QA"):
        note = told.head("QA", log=log, witness=witness)
        path = finish_dossier(prepared, exported=dsse.write(), note=note, proof=proof)
        assert "dossier.not-witnessed" in codes(judge(path, told.anchor))
        prepared = prepare_dossier(told.content("QA"), sink)


def test_the_exports_log_must_grow_from_the_cases(tmp_path: Path) -> None:
    """A head that does not begin with the case's: two histories of one log."""
    told = fresh()
    sink = tmp_path / "d.zip"
    prepared = prepare_dossier(told.content("QA"), sink)
    case_size = told.logs["QA"].tree.size
    forked = tell_case(seed="fork").logs["QA"]
    told.logs["QA"] = forked
    found = codes(judge(told.finish(prepared, sink, "QA", case_size=min(case_size, forked.tree.size)), told.anchor))
    assert "log.proof-invalid" in found


def test_the_export_of_another_dossier_does_not_serve(tmp_path: Path) -> None:
    told, other = fresh(), tell_case(seed="another")
    members = members_of(told.write(tmp_path / "a.zip"))
    others = members_of(other.write(tmp_path / "b.zip"))
    kept = {name: data for name, data in members.items() if not name.startswith("export/")}
    moved = {**kept, **{name: data for name, data in others.items() if name.startswith("export/")}}
    assert "dossier.export-differs" in codes(judge(rebag(moved), told.anchor))
