"""Export a case: gather what the journal holds, have every log proven to cosigned heads, sign, and write the dossier.

Two phases, for officers who approve elsewhere: ``prepare_export`` comes to the digest that they approve, and
``finish_export`` writes exactly that once they have; ``export_case`` is both with the keys at hand. Every step may be
repeated after an interruption; nothing that does not verify ever gets its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import (
    AuthorityId,
    CaseRef,
    Digest,
    MessageId,
    OfficerName,
    SealId,
)
from musnad.core.messages.bodies import Exported as ExportedBody
from musnad.core.messages.bodies import Use
from musnad.core.messages.message import Message
from musnad.exchange.composing import (
    Draft,
    Intent,
    Officer,
    approve_by,
    case_state,
    compose,
    drafts,
    read_draft,
    send,
    withdraw,
)
from musnad.exchange.conditions import check_use
from musnad.exchange.dossier_writer import (
    DossierContent,
    ExhibitContent,
    OpenContent,
    discard,
    finish_dossier,
    heads_of,
    payload_of,
    prepare_dossier,
    prove_export,
    publish_dossier,
)
from musnad.exchange.errors import ExportOutdated, UnknownDraft
from musnad.exchange.evidence.ports import Progress, Report, no_report
from musnad.exchange.export_gathering import (
    Pause,
    bundles_of,
    exhibits_of,
    gather,
    logs_of,
    own_head,
    peers_of,
    said_of,
    treaties_of,
)
from musnad.exchange.export_plan import ExportPlan, exhibit_content, read_plan, write_plan
from musnad.exchange.journal import Enclosure, Entry
from musnad.exchange.ports import Ports
from musnad.exchange.stamp_gathering import stamps_of

KEPT_FOR = timedelta(days=7)
"""How long at least the same dossier can be made again once it was prepared, and its draft is no more."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of an export: the signed ``exported`` message, and what the dossier does not hold."""

    message: MessageId
    left_out: tuple[MessageId, ...]
    """Messages by or to a Party that is not in the case, or that some Party of it was not told: no part of it."""
    unfetched: tuple[SealId, ...]
    """Exhibits that were offered to us and never fetched: the offer alone is in the dossier."""


def prepare_export(
    ports: Ports,
    case: CaseRef,
    exporter: AuthorityId,
    approvers: tuple[OfficerName, ...],
    *,
    with_content: bool,
    pause: Pause,
    use: Use | None = None,
) -> Draft:
    """Gather a case, have every log proven, and compose the statement that officers approve: it names the digest of
    the dossier's payload. No exhibit is opened and no file written; what is needed to make that very payload later is
    kept beside the draft, and goes with it where it is prepared again or withdrawn.

    Raises:
        UnknownCase, NotHosted: who exports what. UnknownOfficer, OfficerMayNot, NotApproved: who is to approve.
        UseNotAllowed: the content would go out past a condition on it.
        NotWitnessed, PeerUnreachable, PeerBusy: a proof is out of reach now; run again when the peer's node is up.
        ExportIncomplete: what is at hand does not make a dossier that could be read.
    """
    gathered = gather(ports, case)
    logs = logs_of(ports, case, gathered, pause)
    held, unfetched = exhibits_of(ports, case, exporter, with_content=with_content, use=use)
    content = DossierContent(
        case=case,
        exporter=exporter,
        directory=ports.directories.current().ref.snapshot,
        messages={entry.id: entry.signed for entry, _ in gathered.messages},
        receipts={one.id: one.signed for one in gathered.receipts},
        bundles=bundles_of(ports, gathered),
        treaties=treaties_of(ports, gathered),
        logs=logs,
        exhibits={kept.seal: exhibit_content(ports, kept, with_content=whole) for kept, whole in held},
        stamps=stamps_of(ports, logs[ports.party].proofs),
    )
    whole = frozenset(kept.seal for kept, whole in held if whole)
    plan = ExportPlan(content, whole, gathered.left_out, unfetched, use)
    payload = payload_of(content)
    before = _waiting(ports)
    _forget_old(ports, frozenset(before.values()))
    with ports.journal.begin() as transaction:
        transaction.put_enclosure(Enclosure(payload, case, ports.clock.now(), write_plan(ports, plan)))
    intent = Intent(
        author=exporter,
        to=(exporter,),
        body=ExportedBody(payload, heads_of(content)),
        language=gathered.opening.language,
        exercise=gathered.opening.exercise,
        case=case,
        approvers=approvers,
    )
    try:
        draft = compose(ports, intent)
    except MusnadError:
        forget_export(ports, payload)
        raise
    for replaced, name in before.items():
        if name != payload and ports.journal.draft(replaced) is None and ports.journal.entry(replaced) is None:
            forget_export(ports, name)
    return draft


def finish_export(ports: Ports, draft: MessageId, sink: Path, *, pause: Pause, report: Report = no_report) -> Exported:
    """Write the dossier that officers approved to ``sink``, judged as any reader would before it has that name.

    1. The conditions on the exhibits are asked again, and that the payload would be the one approved; 2. the approved
    statement is admitted, if it was not yet; 3. the content is opened and written. Every step may be repeated after an
    interruption, also once the statement was sent (``musnad approve`` sends it): while what was prepared is kept, the
    same dossier is made, for a week at least. ``report`` is told of the exhibits' content as it is written.

    Raises:
        UnknownDraft: it is neither a draft nor a message here, or says something else.
        NotApproved: an officer has yet to approve. UseNotAllowed: a condition forbids it by now.
        ExportOutdated: what was prepared is gone, or would come out otherwise now. Nothing was sent by it.
        NotWitnessed, PeerUnreachable, PeerBusy, ExportIncomplete: as ``prepare_export``.
    """
    body, sent = _approved(ports, draft)
    plan = read_plan(ports, body.payload_manifest)
    content = plan.content
    state = case_state(ports, content.case)
    for seal in sorted(plan.with_content):
        check_use(ports, state, seal, plan.use)
    if payload_of(content) != body.payload_manifest:
        raise ExportOutdated(body.payload_manifest)
    said = sent or _entry(ports, send(ports, draft).id)
    prepared = prepare_dossier(_told(content, report), sink)
    try:
        if prepared.payload_manifest != body.payload_manifest:
            raise ExportOutdated(body.payload_manifest)
        head = own_head(ports, said.place.index, peers_of(ports, content.case), pause)
        size = content.logs[ports.party].proofs.size
        proof = prove_export(said.id, said.place, size, head.size, ports.journal.tree_node)
        ports.steps.reached("dossier.written", "before")
        finish_dossier(prepared, exported=said.signed, note=head.note, proof=proof)
        publish_dossier(prepared, sink, ports.directories.current().root_fingerprint)
        ports.steps.reached("dossier.written", "after")
    except BaseException:
        discard(prepared)
        raise
    return Exported(said.id, plan.left_out, plan.unfetched)


def export_case(
    ports: Ports,
    case: CaseRef,
    exporter: AuthorityId,
    officers: tuple[Officer, ...],
    sink: Path,
    *,
    with_content: bool,
    pause: Pause,
    use: Use | None = None,
) -> Exported:
    """Both phases where the officers' keys are at hand; nothing is kept for a repetition.

    Raises ``WrongOfficer`` for a key that is not the officer's; otherwise as ``prepare_export``, ``finish_export``.
    """
    names = tuple(one.name for one in officers)
    draft = prepare_export(ports, case, exporter, names, with_content=with_content, pause=pause, use=use)
    body, _ = _approved(ports, draft.id)
    try:
        approve_by(ports, draft, officers)
        return finish_export(ports, draft.id, sink, pause=pause)
    finally:
        withdraw(ports, draft.id)
        forget_export(ports, body.payload_manifest)


def _told(content: DossierContent, report: Report) -> DossierContent:
    """The same content; what is read of the exhibits is told while it is read."""
    total = sum(one.size_octets or 0 for one in content.exhibits.values())
    done = 0

    def told(opened: OpenContent) -> OpenContent:
        def chunks() -> Iterator[bytes]:
            nonlocal done
            for chunk in opened():
                yield chunk
                done += len(chunk)
                report(Progress(done, total))

        return chunks

    def watched(one: ExhibitContent) -> ExhibitContent:
        return one if one.open_content is None else replace(one, open_content=told(one.open_content))

    return replace(content, exhibits={seal: watched(one) for seal, one in content.exhibits.items()})


def forget_export(ports: Ports, payload: Digest) -> None:
    """Keep no longer what was prepared for the export of this payload."""
    with ports.journal.begin() as transaction:
        transaction.drop_enclosure(payload)


def _waiting(ports: Ports) -> dict[MessageId, Digest]:
    """The drafts of exports, and the payload that each names."""
    found = ((one.id, one.message.body) for one in drafts(ports))
    return {name: body.payload_manifest for name, body in found if isinstance(body, ExportedBody)}


def _forget_old(ports: Ports, waiting: frozenset[Digest]) -> None:
    for name, at in ports.journal.enclosed():
        if name not in waiting and ports.clock.now() - at > KEPT_FOR:
            forget_export(ports, name)


def _approved(ports: Ports, name: MessageId) -> tuple[ExportedBody, Entry | None]:
    """What a draft or message says that was exported, and its entry once it was sent; ``UnknownDraft``."""
    entry = ports.journal.entry(name)
    message = read_draft(ports, name).message if entry is None else said_of(entry, own_chain=True)
    if not isinstance(message, Message) or not isinstance(message.body, ExportedBody):
        raise UnknownDraft(name)
    return message.body, entry


def _entry(ports: Ports, name: MessageId) -> Entry:
    entry = ports.journal.entry(name)
    if entry is None:
        raise UnknownDraft(name)
    return entry
