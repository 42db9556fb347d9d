"""Exhibits on their way: sealed at the source, offered, pulled, opened; each step also said as a custody message.

An exhibit's key is durable before it is visible; it is received only when every part is verified and durable; it is
opened only after the officer's approval of that very opening is admitted, and served only to whom it was wrapped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from musnad.core.case.limits import strictest
from musnad.core.case.state import CaseState, ExhibitState
from musnad.core.crypto.dsse import parse_dsse, sign
from musnad.core.directory.directory import Directory
from musnad.core.kernel.errors import Malformed, Untrusted
from musnad.core.kernel.names import AuthorityId, CaseRef, MessageId, OfficerName, SealId, authority_of, party_of
from musnad.core.messages.bodies import Custody, CustodyEvent, Offer, Use, UseLimits
from musnad.core.messages.message import ExhibitRef, Message, Wrap
from musnad.core.sealing.manifest import PAYLOAD_TYPE, Manifest
from musnad.core.sealing.schema import parse_manifest
from musnad.core.sealing.wraps import ExhibitWrap, unwrap_exhibit_key, wrap_exhibit_key
from musnad.exchange.composing import Draft, Intent, Officer, approve_by, case_state, compose, say, send
from musnad.exchange.conditions import check_passing_on, check_use, inherited
from musnad.exchange.errors import NotApproved, NotHosted, UnknownMessage, WrongOfficer
from musnad.exchange.evidence.errors import ExhibitBusy, NoSuchExhibit
from musnad.exchange.evidence.opening import open_exhibit
from musnad.exchange.evidence.ports import Report, Source, Target, no_report
from musnad.exchange.evidence.receiving import Offered, receive
from musnad.exchange.evidence.sealing import Sealed, SealingOrder, seal
from musnad.exchange.journal import KeptExhibit
from musnad.exchange.ports import Ports
from musnad.exchange.signed import message_in


@dataclass(eq=False)
class ManifestDiffers(Untrusted):
    """The manifest that the peer serves is not the one that its signed offer names, or not signed by its authority."""

    code = "exhibit.manifest-differs"
    remedy = "Refuse the exhibit and tell the sender; ask for a new offer."
    seal: str


@dataclass(eq=False)
class NotSealedHere(Malformed):
    """Another Party sealed the exhibit; its seal cannot be passed on yet."""

    code = "exhibit.not-sealed-here"
    remedy = "Open it, seal what you pass on as an exhibit of your own, and say so: `musnad custody --event forwarded`."
    seal: str


def seal_into_vault(
    ports: Ports, source: Source, order: SealingOrder, report: Report = no_report, *, again: Source | None = None
) -> Sealed:
    """Seal a source as an authority of this node (``again``: as ``seal``); its key is durable before it is visible."""
    key = ports.keys.signing(order.sealed_by)

    def keep(sealed: Sealed) -> None:
        with ports.journal.begin() as transaction:
            transaction.put_exhibit(KeptExhibit(sealed.seal, sealed.key, sealed.signed_manifest, "sealed"))

    return seal(
        source,
        order,
        vault=ports.vault,
        sign=lambda payload: sign(payload, PAYLOAD_TYPE, [key]).write(),
        now=ports.clock.now,
        entropy=ports.entropy,
        again=again,
        keep=keep,
        steps=ports.steps,
        report=report,
    )


def kept_exhibit(ports: Ports, name: SealId) -> KeptExhibit:
    """An exhibit that this node has the key of; ``NoSuchExhibit``."""
    kept = ports.journal.exhibit(name)
    if kept is None:
        raise NoSuchExhibit(name)
    return kept


def read_kept_manifest(kept: KeptExhibit) -> Manifest:
    return parse_manifest(parse_dsse(kept.manifest, payload_type=PAYLOAD_TYPE, what="manifest").payload)


def wrap_for(ports: Ports, name: SealId, recipients: tuple[AuthorityId, ...]) -> ExhibitRef:
    """Close a sealed exhibit's key for its recipients' present keys; it is served once the offer is admitted.

    Raises:
        NoSuchExhibit: it is not in the vault. NotSealedHere: another Party sealed it.
        UseNotAllowed: it, or an exhibit of the same content, was received under conditions that forbid this.
    """
    kept = kept_exhibit(ports, name)
    if not ports.vault.holds(name):
        raise NoSuchExhibit(name)
    manifest = read_kept_manifest(kept)
    check_passing_on(ports, manifest, {party_of(one) for one in recipients} - {ports.party})
    if party_of(manifest.sealed_by) != ports.party:
        raise NotSealedHere(name)
    directory, now = ports.directories.current(), ports.clock.now()
    wraps = tuple(
        wrap_exhibit_key(kept.key, name, recipient, directory.wrapping_key(recipient, now)) for recipient in recipients
    )
    digest = parse_dsse(kept.manifest, payload_type=PAYLOAD_TYPE, what="manifest").id
    return ExhibitRef(name, digest, tuple(Wrap(wrap.recipient, wrap.key, wrap.wrap) for wrap in wraps))


def offer_of(ports: Ports, names: Iterable[SealId], note: str | None, limits: UseLimits | None) -> Offer:
    """The body of an offer: under the conditions given, and under those that the content was received under."""
    held = (read_kept_manifest(kept_exhibit(ports, name)) for name in names)
    before = tuple(limit for manifest in held for limit in inherited(ports, manifest))
    return Offer(note, strictest((*before, limits) if limits is not None else before))


def may_be_served(ports: Ports, name: SealId, asker: AuthorityId) -> bool:
    """Whether the exhibit stands here and was wrapped to who asks."""
    kept = ports.journal.exhibit(name)
    return kept is not None and asker in kept.holders and ports.vault.holds(name)


def fetch(ports: Ports, case: CaseRef, name: SealId, report: Report = no_report) -> Manifest:
    """Pull an offered exhibit, verify it, and say so to the other side; whatever was done before is not done again.

    Raises:
        UnknownMessage: no offer of that exhibit in the case. NotHosted: it is wrapped to no authority of this node.
        ManifestDiffers, DamagedPart, IndexMismatch: the peer serves something else than it signed.
        PeerUnreachable, ShortBody, StorageFull: run again to go on from the last good part.
    """
    state = case_state(ports, case)
    held, offer = _offer(ports, state.exhibits, name)
    asker, key = _unwrap(ports, offer, name)
    directory = ports.directories.current()
    peer = directory.party(offer.author_party)
    kept = ports.journal.exhibit(name)
    signed = kept.manifest if kept is not None else ports.wire.manifest(peer, asker, name)
    manifest = _judge_manifest(signed, held, offer, directory)
    if kept is None:
        with ports.journal.begin() as transaction:
            transaction.put_exhibit(KeptExhibit(name, key, signed, "receiving", case))
    receive(
        Offered(manifest, signed, key),
        ports.wire.exhibit(peer, asker, name),
        vault=ports.vault,
        steps=ports.steps,
        report=report,
    )
    with ports.journal.begin() as transaction:
        transaction.put_exhibit(KeptExhibit(name, key, signed, "received", case, kept.holders if kept else ()))
    if not any(entry.event == "received" and entry.authority == asker for entry in held.custody):
        note = Custody("received", name, ports.clock.now(), sha256=manifest.sha256)
        tell(ports, case, asker, note, answers_language=offer.language)
    return manifest


def prepare_opening(
    ports: Ports, case: CaseRef, name: SealId, approvers: tuple[OfficerName, ...], *, use: Use | None = None
) -> Draft | None:
    """Compose that an exhibit is opened, for these officers of one authority to approve; None where they have before.

    Once every officer has approved the draft and it was sent, ``open_approved`` opens. Prepared again while it waits,
    it is the same draft.

    Raises:
        NoSuchExhibit, UnknownCase: there is no such exhibit here. NotHosted: not an authority of this node.
        UnknownOfficer, OfficerMayNot, RetiredKey: today's roster does not allow an officer to open.
        UseNotAllowed: the conditions on the exhibit forbid this ``use`` (or what it was given for) now.
        ApprovalsTooFew, StepRefused: as ``compose``.
    """
    manifest, state = _to_be_opened(ports, case, name, use)
    author = _opener(ports, approvers[0])
    for one in approvers:
        _check_may_open(ports, one)
    if any(set(approvers) <= found for found in _openings(state, name, author)):
        return None
    note = Custody("opened", name, ports.clock.now(), sha256=manifest.sha256)
    return compose(ports, custody_intent(ports, case, author, note, None, approvers))


def open_approved(
    ports: Ports,
    case: CaseRef,
    name: SealId,
    officer: OfficerName,
    target: Target,
    report: Report = no_report,
    *,
    use: Use | None = None,
) -> Manifest:
    """Open a received exhibit into a target, for an officer who approved its opening in a message that was admitted.

    The roster of today and the conditions on the exhibit are asked each time.

    Raises:
        NotApproved: no such message of the officer stands in the case. Otherwise as ``prepare_opening`` and
        ``open_exhibit``.
    """
    manifest, state = _to_be_opened(ports, case, name, use)
    author = _opener(ports, officer)
    _check_may_open(ports, officer)
    if not any(officer in found for found in _openings(state, name, author)):
        raise NotApproved(officer)
    key = kept_exhibit(ports, name).key
    open_exhibit(manifest, key, target, vault=ports.vault, steps=ports.steps, report=report)
    return manifest


def open_into(
    ports: Ports,
    case: CaseRef,
    name: SealId,
    target: Target,
    officers: tuple[Officer, ...],
    report: Report = no_report,
    *,
    use: Use | None = None,
) -> Manifest:
    """Both phases where the officers' keys are at hand: their approval is admitted first, then the bytes are.

    Opening again by the same officers needs no new approval, but their keys are held against today's roster each time.

    Raises ``WrongOfficer`` for a key that is not the officer's; otherwise as ``prepare_opening`` and ``open_approved``.
    """
    directory, now = ports.directories.current(), ports.clock.now()
    for one in officers:
        if directory.officer_key(one.name, "open", one.key.public.ids, now) != one.key.public:
            raise WrongOfficer(one.name)
    draft = prepare_opening(ports, case, name, tuple(one.name for one in officers), use=use)
    if draft is not None:
        send(ports, approve_by(ports, draft, officers).id)
    return open_approved(ports, case, name, officers[0].name, target, report, use=use)


def _to_be_opened(ports: Ports, case: CaseRef, name: SealId, use: Use | None) -> tuple[Manifest, CaseState]:
    manifest = read_kept_manifest(kept_exhibit(ports, name))
    state = case_state(ports, case)
    check_use(ports, state, name, use)
    return manifest, state


def _opener(ports: Ports, officer: OfficerName) -> AuthorityId:
    author = authority_of(officer)
    if author not in ports.keys.hosted:
        raise NotHosted(author)
    return author


def _check_may_open(ports: Ports, officer: OfficerName) -> None:
    """Whether today's roster lets the officer open, by some key of his."""
    directory = ports.directories.current()
    listed = [one for one in directory.authority(authority_of(officer)).officers if one.name == officer]
    ids = {key_id for one in listed for key_id in one.key.key.ids}
    directory.officer_key(officer, "open", ids, ports.clock.now())


def _openings(state: CaseState, name: SealId, author: AuthorityId) -> Iterator[frozenset[OfficerName]]:
    """Who approved each opening of the exhibit by this authority that stands in the case."""
    exhibit = state.exhibits.get(name)
    for entry in exhibit.custody if exhibit is not None else ():
        if entry.event == "opened" and entry.authority == author:
            approvals = state.messages[entry.id].approvals
            yield frozenset(one.officer for one in approvals if one.act == "open")


def discard_orphans(ports: Ports) -> int:
    """Remove what a killed sealing left: drafts that no receiving will ever complete.

    A draft that another process has open is left alone. Returns how many were removed.
    """
    removed = 0
    for name in tuple(ports.vault.drafts()):
        kept = ports.journal.exhibit(name)
        if kept is None or kept.state == "sealed":
            try:
                ports.vault.draft(name).discard()
                removed += 1
            except ExhibitBusy:
                continue
    return removed


def tell_sealed(
    ports: Ports,
    case: CaseRef,
    manifest: Manifest,
    note: str | None,
    officer: Officer | None,
    *,
    place: str | None = None,
) -> None:
    """Say to the other side that the exhibit was collected, and sealed, when its one pass ended; each once."""
    exhibit = case_state(ports, case).exhibits.get(manifest.seal)
    told = {entry.event for entry in exhibit.custody} if exhibit is not None else set()
    events: tuple[CustodyEvent, ...] = ("collected", "sealed")
    for event in events:
        if event in told:
            continue
        custody = Custody(event, manifest.seal, manifest.sealed_at, place, note, manifest.sha256)
        tell(ports, case, manifest.sealed_by, custody, officers=(officer,) if officer is not None else ())


def tell(
    ports: Ports,
    case: CaseRef,
    author: AuthorityId,
    custody: Custody,
    *,
    answers_language: str | None = None,
    officers: tuple[Officer, ...] = (),
) -> MessageId:
    """Say a custody event of an exhibit to the case's other authorities."""
    names = tuple(one.name for one in officers)
    draft, _ = say(ports, custody_intent(ports, case, author, custody, answers_language, names), *officers)
    return draft.id


def custody_intent(
    ports: Ports,
    case: CaseRef,
    author: AuthorityId,
    custody: Custody,
    answers_language: str | None = None,
    approvers: tuple[OfficerName, ...] = (),
) -> Intent:
    """What ``tell`` says, in the language of the case unless another is given."""
    opening = _message(ports, MessageId(case))
    return Intent(
        author=author,
        to=counterparts(ports, case, author),
        body=custody,
        language=answers_language or opening.language,
        exercise=opening.exercise,
        case=case,
        approvers=approvers,
    )


def counterparts(ports: Ports, case: CaseRef, author: AuthorityId) -> tuple[AuthorityId, ...]:
    """The authorities of the other Parties that the author, or else its Party, last spoke with in the case."""
    spoken: list[tuple[bool, tuple[AuthorityId, ...]]] = []
    parties = _message(ports, MessageId(case)).parties
    for entry in ports.journal.case_entries(case):
        if entry.kind != "message":
            continue
        message = message_in(entry.signed)
        if message.parties != parties:
            continue  # what some Party was not told is no part of the case, and an answer to it would not be either
        others = tuple(
            one for one in (message.author, *message.to) if one.partition("/")[0] != author.partition("/")[0]
        )
        if others:
            spoken.append((author in (message.author, *message.to), others))
    mine = [others for is_mine, others in spoken if is_mine] or [others for _, others in spoken]
    if not mine:
        raise UnknownMessage(case)
    return tuple(dict.fromkeys(mine[-1]))


def _offer(ports: Ports, exhibits: Mapping[SealId, ExhibitState], name: SealId) -> tuple[ExhibitState, Message]:
    held = exhibits.get(name)
    if held is None or held.offer is None:
        raise UnknownMessage(name)
    return held, _message(ports, held.offer)


def _unwrap(ports: Ports, offer: Message, name: SealId) -> tuple[AuthorityId, bytes]:
    keys = ports.keys.unwrapping()
    for exhibit in offer.exhibits:
        for wrap in exhibit.wraps:
            for secret in keys.get(wrap.recipient, ()) if exhibit.seal == name else ():
                if secret.public.id == wrap.key:
                    closed = ExhibitWrap(wrap.recipient, wrap.key, wrap.wrapped)
                    return wrap.recipient, unwrap_exhibit_key(closed, name, secret)
    raise NotHosted(", ".join(offer.to))


def _judge_manifest(signed: bytes, held: ExhibitState, offer: Message, directory: Directory) -> Manifest:
    """What a dossier's judge will ask of it, asked before anything is fetched: a manifest that is taken here and fails
    there would make the case unprovable."""
    dsse = parse_dsse(signed, payload_type=PAYLOAD_TYPE, what="manifest")
    if dsse.id != held.manifest:
        raise ManifestDiffers(held.seal)
    manifest = parse_manifest(dsse.payload)
    if manifest.seal != held.seal or manifest.sealed_by.partition("/")[0] != offer.author_party:
        raise ManifestDiffers(held.seal)
    key = directory.signing_key(manifest.sealed_by, dsse.key_ids, manifest.sealed_at)
    if manifest.exercise != offer.exercise or dsse.key_ids != set(key.ids):
        raise ManifestDiffers(held.seal)
    dsse.verify(key, what="manifest")
    return manifest


def _message(ports: Ports, name: MessageId) -> Message:
    entry = ports.journal.entry(name)
    if entry is None:
        raise UnknownMessage(name)
    return message_in(entry.signed)
