"""Whole small dossiers without a node: VN and QA (or EG, too), their logs in memory, cosigned heads, one exhibit.

    case = tell_case()                      # the demo's case: messages, receipts, logs: a ``Told``; or ``tell_joint()``
    content = case.content(exporter="QA")   # the values that the writer takes
    path = case.write(tmp_path / "dossier.zip", exporter="QA")
    judge(path, case.anchor).proven

A ``Told`` can be retold by an attacker who holds one Party's keys: ``case.world["VN"].signing[...]``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from musnad.adapters.treaty_files import load_treaty_bundle
from musnad.core.crypto.dsse import Dsse, parse_dsse, sign
from musnad.core.crypto.signing import SigningKey
from musnad.core.crypto.wrapping import WRAPPED_KEY_OCTETS
from musnad.core.dossier.archive import Archive, Entry, closing_records, crc_of, local_header, open_archive
from musnad.core.dossier.archive import place as place_entries
from musnad.core.dossier.bag import write_manifest as write_bag_manifest
from musnad.core.dossier.errors import NotADossier
from musnad.core.dossier.judge import Verdict, judge_dossier, unreadable
from musnad.core.kernel.names import (
    AuthorityId,
    CaseRef,
    Digest,
    MessageId,
    OfficerName,
    PartyCode,
    SealId,
    Slug,
    digest_of,
    party_of,
)
from musnad.core.kernel.times import Instant
from musnad.core.messages import bodies
from musnad.core.messages.message import (
    MESSAGE_TYPE,
    Approval,
    ExhibitRef,
    LegalBasis,
    Message,
    Wrap,
    write_message,
)
from musnad.core.messages.receipt import RECEIPT_TYPE, DirectoryRef, Place, Receipt, write_receipt
from musnad.core.messages.schema import parse_receipt
from musnad.core.sealing.layout import LEAF_OCTETS
from musnad.core.sealing.manifest import PAYLOAD_TYPE as MANIFEST_TYPE
from musnad.core.sealing.manifest import Manifest, SourceNote, Tool, write_manifest
from musnad.core.sealing.tree import leaf_hashes, root_of, split_hashes
from musnad.core.transparency.checkpoint import checkpoint, sign_checkpoint
from musnad.core.transparency.cosignature import add_cosignatures, cosign
from musnad.core.transparency.entry import blind_entry
from musnad.core.transparency.keys import LogSigningKey, WitnessSigningKey
from musnad.core.transparency.tree import MemoryTree, leaf_hash
from musnad.exchange.dossier_writer import (
    DossierContent,
    ExhibitContent,
    LogContent,
    Prepared,
    finish_dossier,
    name_dossier,
    prepare_dossier,
    prove_export,
    prove_places,
)
from musnad.report import write_report
from tests.directory_fixture import NOW, World, make_world

SEAL = SealId("5e" * 16)
ROOT = Path(__file__).resolve().parent.parent
PRESERVATION = Slug("expedited-preservation")
ACCESS = Slug("access-to-stored-data")


@cache
def treaty_bundle() -> bytes:
    return load_treaty_bundle()


@cache
def default_world() -> World:
    return make_world()


@dataclass
class Log:
    """One Party's blind log: leaves with their places."""

    tree: MemoryTree = field(default_factory=MemoryTree)
    places: list[tuple[MessageId, Place]] = field(default_factory=list)
    drawn: int = 0

    def add(self, one: MessageId) -> Place:
        salt = Digest(hashlib.sha256(f"salt {one} {self.drawn}".encode()).hexdigest())
        self.drawn += 1
        index = self.tree.append(leaf_hash(blind_entry(bytes.fromhex(salt), one)))
        self.places.append((one, Place(index, salt)))
        return self.places[-1][1]

    def copy(self) -> Log:
        tree = MemoryTree()
        for index in range(self.tree.size):
            tree.append(self.tree.read(0, index))
        return Log(tree, list(self.places), self.drawn)


@dataclass
class Told:
    """A case as all its Parties hold it."""

    world: World
    parties: tuple[str, ...] = ("VN", "QA")
    exercise: bool = True
    seed: str = "case"
    case: CaseRef | None = None
    messages: dict[MessageId, Dsse] = field(default_factory=dict)
    parsed: dict[MessageId, Message] = field(default_factory=dict)
    receipts: dict[MessageId, Dsse] = field(default_factory=dict)
    logs: dict[str, Log] = field(default_factory=dict)
    last: MessageId | None = None
    minute: int = 0
    evidence: bytes = b""
    manifest: Dsse | None = None
    log_receipts_twice: bool = True
    bundle: dict[str, bytes] = field(default_factory=dict)
    refs: dict[Instant, DirectoryRef] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bundle = self.bundle or dict(self.world.files)
        self.logs = self.logs or {party: Log() for party in self.parties}
        for log in self.logs.values():  # other cases' leaves stand in a log too
            for number in range(0 if log.tree.size else 3):
                log.add(MessageId(digest_of(f"{self.seed} other {number}".encode())))
                log.places.pop()

    @property
    def anchor(self) -> Digest:
        return digest_of(self.world.anchor)

    @property
    def ref(self) -> DirectoryRef:
        if self.now not in self.refs:
            ref = self.world.directory(at=self.now, grace_days=10_000).ref
            self.refs[self.now] = DirectoryRef(ref.snapshot, ref.version, ref.stale)
        return self.refs[self.now]

    @property
    def now(self) -> Instant:
        return Instant(NOW + timedelta(minutes=self.minute))

    def signer(self, authority: str) -> SigningKey:
        party, _, name = authority.partition("/")
        return self.world[party].signing[name]

    def officer(self, officer: str) -> SigningKey:
        party, _, name = officer.partition("/")
        return self.world[party].officers[name]

    def draft(
        self,
        author: str,
        body: bodies.Body,
        *,
        to: tuple[str, ...] | None = None,
        answers: MessageId | None = None,
        previous: tuple[MessageId, ...] | None = None,
        measure: Slug = PRESERVATION,
        exhibits: tuple[ExhibitRef, ...] = (),
    ) -> Message:
        party, _, office = author.partition("/")
        recipients = to or tuple(f"{peer}/{office}" for peer in self.parties if peer != party)
        asks = isinstance(body, bodies.Request)
        message = Message(
            version="musnad/1",
            exercise=self.exercise,
            language="en",
            author=AuthorityId(author),
            to=tuple(AuthorityId(one) for one in recipients),
            at=self.now,
            body=body,
            case=self.case,
            previous=previous if previous is not None else ((self.last,) if self.last else ()),
            answers=answers,
            exhibits=exhibits,
            measure=measure if asks else None,
            legal_basis=LegalBasis(Slug("un-convention-against-cybercrime"), self.seed) if asks else None,
            treaty=digest_of(treaty_bundle()) if asks else None,
        )
        act = message.required_act
        if act is not None:
            message = replace(message, approvals=(Approval(OfficerName(f"{author}/duty-1"), act),))
        return message

    def sign(self, message: Message) -> Dsse:
        keys = [self.signer(message.author), *(self.officer(given.officer) for given in message.approvals)]
        return sign(write_message(message), MESSAGE_TYPE, keys)

    def say(self, author: str, body: bodies.Body, **members: object) -> MessageId:
        """Sign, log on both sides, receipt, log the receipts: as two nodes would."""
        self.minute += 1
        return self.deliver(self.draft(author, body, **members))  # type: ignore[arg-type]

    def deliver(self, message: Message) -> MessageId:
        dsse = self.sign(message)
        one = MessageId(dsse.id)
        self.case = self.case or CaseRef(one)
        self.messages[one], self.parsed[one] = dsse, message
        author = str(message.author_party)
        self.logs[author].add(one)
        places: dict[str, Place] = {}
        for recipient in message.to:
            party = str(party_of(recipient))
            if party not in places:
                places[party] = self.logs[party].add(one)
            self.receipt(one, recipient, places[party], author)
        self.last = one
        return one

    def receipt(
        self, one: MessageId, recipient: AuthorityId, place: Place, author: str, **changed: object
    ) -> MessageId:
        party = str(party_of(recipient))
        log = self.logs[party]
        salt = Digest(hashlib.sha256(f"receipt {one} {recipient} {log.drawn}".encode()).hexdigest())
        zone = self.world[party].party.time_zone
        receipt = Receipt(
            "musnad/1", one, recipient, f"musnad.example/{party}", place, Place(log.tree.size, salt), self.now,
            self.now.astimezone(ZoneInfo(zone)).date(), zone, self.ref,
        )  # fmt: skip
        receipt = replace(receipt, **changed)  # type: ignore[arg-type]
        dsse = sign(write_receipt(receipt), RECEIPT_TYPE, [self.signer(recipient)])
        own = MessageId(dsse.id)
        log.tree.append(leaf_hash(blind_entry(bytes.fromhex(salt), own)))
        log.places.append((own, receipt.own_place))
        self.receipts[own] = dsse
        if self.log_receipts_twice:
            self.logs[author].add(own)
        return own

    def receipt_ids_of(self, one: MessageId) -> list[MessageId]:
        return [own for own, dsse in self.receipts.items() if parse_receipt(dsse.payload).message == one]

    def seal(
        self,
        content: bytes,
        author: str = "QA/central-authority",
        to: tuple[str, ...] = ("VN",),
        **notes: Any,
    ) -> ExhibitRef:
        self.evidence = content
        leaves = split_hashes(leaf_hashes(memoryview(content)))
        manifest = Manifest(
            SEAL, "image.raw", "application/octet-stream", len(content), digest_of(content),
            Digest(root_of(leaves).hex()), self.now, AuthorityId(author), OfficerName(f"{author}/duty-1"),
            Tool("musnad", "0.1.0"), SourceNote("A disk", "file"), None, self.exercise,
        )  # fmt: skip
        manifest = replace(manifest, **notes)
        self.manifest = sign(write_manifest(manifest), MANIFEST_TYPE, [self.signer(author)])
        wraps = []
        for party in to:
            key = self.world[party].wrapping["central-authority"].public.id
            wraps.append(Wrap(AuthorityId(f"{party}/central-authority"), key, b"w" * WRAPPED_KEY_OCTETS))
        return ExhibitRef(SEAL, Digest(self.manifest.id), tuple(wraps))

    # --- heads and the dossier ---------------------------------------------------------------------------------

    def log_key(self, party: str) -> LogSigningKey:
        keys = self.world[party]
        return LogSigningKey(f"musnad.example/{party}", keys.log_ed25519, keys.log_ml_dsa_44)

    def witness_key(self, party: str) -> WitnessSigningKey:
        keys = self.world[party]
        return WitnessSigningKey(f"musnad.example/{party}/witness", keys.witness_ed25519, keys.witness_ml_dsa_44)

    def head(
        self, party: str, *, size: int | None = None, witness: str | None = "others", log: Log | None = None
    ) -> bytes:
        """A head of the Party's log, cosigned by all the others (or by ``witness`` alone; None: by nobody)."""
        tree = (log or self.logs[party]).tree
        size = tree.size if size is None else size
        tree_head = checkpoint(f"musnad.example/{party}", size, tree.root(size))
        signed = sign_checkpoint(tree_head, self.log_key(party), self.now)
        by = [one for one in self.parties if one != party] if witness == "others" else [witness] if witness else []
        for one in by:
            key = self.witness_key(one)
            signed = add_cosignatures(signed, cosign(signed, key, self.now), key.public)
        return signed.raw

    def log_content(self, party: str, *, size: int | None = None, **members: object) -> LogContent:
        log = self.logs[party]
        size = log.tree.size if size is None else size
        due = self.due_places(party)
        note = self.head(party, size=size, **members)  # type: ignore[arg-type]
        return LogContent(note, prove_places([(one, at) for one, at in due if at.index < size], size, log.tree.read))

    def due_places(self, party: str) -> Iterator[tuple[MessageId, Place]]:
        ours = {*self.messages, *self.receipts}
        return ((one, at) for one, at in self.logs[party].places if one in ours)

    def content(self, exporter: str = "QA", *, with_content: bool = True, leaves: bool = True) -> DossierContent:
        assert self.case is not None
        exhibits: dict[SealId, ExhibitContent] = {}
        if self.manifest is not None:
            packed = leaf_hashes(memoryview(self.evidence))
            exhibits[SEAL] = (
                ExhibitContent(
                    self.manifest.write(), len(self.evidence), lambda: [self.evidence], packed if leaves else None
                )
                if with_content
                else ExhibitContent(self.manifest.write())
            )
        return DossierContent(
            case=self.case,
            exporter=AuthorityId(f"{exporter}/central-authority"),
            directory=self.ref.snapshot,
            messages={one: dsse.write() for one, dsse in self.messages.items()},
            receipts={one: dsse.write() for one, dsse in self.receipts.items()},
            bundles={self.ref.snapshot: self.bundle},
            treaties={digest_of(treaty_bundle()): treaty_bundle()},
            logs={PartyCode(party): self.log_content(party) for party in self.logs},
            exhibits=exhibits,
        )

    def export_message(self, exporter: str, prepared: Prepared) -> Message:
        author = AuthorityId(f"{exporter}/central-authority")
        assert self.case is not None
        return Message(
            version="musnad/1", exercise=self.exercise, language="en", author=author, to=(author,), at=self.now,
            body=bodies.Exported(prepared.payload_manifest, prepared.heads), case=self.case,
            approvals=(Approval(OfficerName(f"{author}/duty-1"), "export"),), previous=prepared.heads,
        )  # fmt: skip

    def finish(
        self,
        prepared: Prepared,
        sink: Path,
        exporter: str = "QA",
        *,
        case_size: int | None = None,
        dsse: Dsse | None = None,
    ) -> Path:
        """Sign, log and cosign the export, and name the file, which an honest node would have judged first."""
        if dsse is None:
            dsse = self.sign(self.export_message(exporter, prepared))
        case_size = self.logs[exporter].tree.size if case_size is None else case_size
        log = self.logs[exporter].copy()
        at = log.add(MessageId(dsse.id))
        proof = prove_export(MessageId(dsse.id), at, case_size, log.tree.size, log.tree.read)
        finish_dossier(prepared, exported=dsse.write(), note=self.head(exporter, log=log), proof=proof)
        name_dossier(prepared, sink)
        return sink

    def write(self, sink: Path, exporter: str = "QA", **members: object) -> Path:
        content = self.content(exporter, **members)  # type: ignore[arg-type]
        return self.finish(prepare_dossier(content, sink), sink, exporter)


def fields(text: str) -> dict[str, object]:
    return {"summary": text}


def tell_case(
    world: World | None = None,
    *,
    evidence: bytes | None = None,
    seed: str = "case",
    limits: bodies.UseLimits | None = None,
    notes: Mapping[str, Any] | None = None,
) -> Told:
    """The demo's case: preservation, access, a question, sealed evidence, custody, both closings; 18 messages."""
    told = Told(world or default_world(), seed=seed)
    contact_vn, contact_qa = "VN/contact-24-7", "QA/contact-24-7"
    central_vn, central_qa = "VN/central-authority", "QA/central-authority"
    first = told.say(
        contact_vn, bodies.Request(fields("Preserve the account of a <suspect>")), to=(contact_qa, central_qa)
    )
    told.say(contact_qa, bodies.Acknowledgement("QA-17"), answers=first)
    told.say(contact_qa, bodies.Acceptance(("Use it in this case only.",)), answers=first)
    day = told.now.date()
    kept = bodies.Confirmation(day + timedelta(days=90), day, "Asia/Qatar")
    told.say(contact_qa, kept, answers=first)
    second = told.say(central_vn, bodies.Request(fields("Access to it"), first), measure=ACCESS)
    told.say(central_qa, bodies.Acknowledgement(), answers=second)
    question = told.say(central_qa, bodies.Question("Which account?"), answers=second)
    told.say(central_vn, bodies.Reply("الحساب الثاني"), answers=question)
    told.say(central_qa, bodies.Acceptance(), answers=second)
    content = evidence if evidence is not None else small_evidence()
    exhibit = told.seal(content, **(notes or {}))
    sha256 = digest_of(content)
    told.say(central_qa, bodies.Custody("collected", SEAL, told.now, "Doha"))
    told.say(central_qa, bodies.Custody("sealed", SEAL, told.now, sha256=sha256))
    told.say(central_qa, bodies.Offer("The image", limits), answers=second, exhibits=(exhibit,))
    told.say(central_vn, bodies.Custody("received", SEAL, told.now, sha256=sha256))
    told.say(central_vn, bodies.Custody("opened", SEAL, told.now, "Ha Noi", sha256=sha256))
    assert told.last is not None
    heads = (told.last,)
    told.say(central_vn, bodies.Closing(heads, "Done"))
    told.say(central_qa, bodies.Closing(heads))
    return told


def tell_joint(world: World | None = None, *, seed: str = "joint") -> Told:
    """Three Parties: QA asks VN and EG, in one case; VN's exhibit goes to both; EG asks QA; all close; 19 messages."""
    told = Told(world or joint_world(), ("VN", "QA", "EG"), seed=seed)
    vn, qa, eg = (f"{party}/central-authority" for party in told.parties)
    first = told.say(qa, bodies.Request(fields("Together")), to=(vn, eg), measure=ACCESS)
    second = told.say(qa, bodies.Request(fields("Together")), to=(eg, vn), measure=ACCESS)
    for author, request in ((vn, first), (eg, second)):
        told.say(author, bodies.Acknowledgement(), answers=request)
        told.say(author, bodies.Acceptance(("Use it in this case only.",)), answers=request)
    content = small_evidence()
    exhibit = told.seal(content, vn, ("QA", "EG"))
    sha256 = digest_of(content)
    told.say(vn, bodies.Custody("collected", SEAL, told.now, "Da Nang"))
    told.say(vn, bodies.Custody("sealed", SEAL, told.now, sha256=sha256))
    told.say(vn, bodies.Offer("The image"), answers=first, exhibits=(exhibit,))
    for author in (qa, eg):
        told.say(author, bodies.Custody("received", SEAL, told.now, sha256=sha256))
        told.say(author, bodies.Custody("opened", SEAL, told.now, sha256=sha256))
    third = told.say(eg, bodies.Request(fields("The movements of an account")), to=(qa, vn), measure=ACCESS)
    told.say(qa, bodies.Acknowledgement(), answers=third)
    told.say(qa, bodies.Refusal((Slug("essential-interests"),), "Not this account"), answers=third)
    for author in (qa, vn, eg):
        assert told.last is not None
        told.say(author, bodies.Closing((told.last,)))
    return told


@cache
def joint_world() -> World:
    return make_world(("VN", "QA", "EG"))


def tell_smallest(world: World | None = None) -> Told:
    """One request, received: the least that makes a dossier."""
    told = Told(world or default_world(), seed="small")
    told.say("VN/contact-24-7", bodies.Request(fields("Preserve")))
    return told


def small_evidence() -> bytes:
    return b"".join(hashlib.sha256(str(at).encode()).digest() for at in range(3 * LEAF_OCTETS // 32 + 100))


class Octets:
    """A ``Reader`` over bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @property
    def size(self) -> int:
        return len(self.data)

    def read_at(self, offset: int, size: int) -> bytes:
        return self.data[offset : offset + size]


def judge(path: Path | bytes, anchor: Digest | None) -> Verdict:
    """As the verifier does."""
    data = path if isinstance(path, bytes) else path.read_bytes()
    try:
        archive = open_archive(Octets(data))
    except NotADossier as error:
        return unreadable(error, anchor)
    return judge_dossier(archive, anchor, write_report)


def codes(verdict: Verdict) -> set[str]:
    return {one.code for one in verdict.findings}


def members_of(path: Path | bytes) -> dict[str, bytes]:
    """Every member of a dossier, in memory."""
    data = path if isinstance(path, bytes) else path.read_bytes()
    archive: Archive = open_archive(Octets(data))
    return {name: b"".join(archive.chunks(name)) for name in archive.names()}


def zip_of(members: Mapping[str, bytes]) -> bytes:
    """The exact archive of these members, whatever they say."""
    entries = [Entry(name, len(data), crc_of([data])) for name, data in sorted(members.items())]
    parts = [part for one in entries for part in (local_header(one), members[one.name])]
    return b"".join([*parts, closing_records(place_entries(entries))])


def rebag(members: Mapping[str, bytes]) -> bytes:
    """The archive of these members with both manifests made anew: what an attacker without any key can do."""
    kept = {
        name: data for name, data in members.items() if name not in {"manifest-sha256.txt", "tagmanifest-sha256.txt"}
    }
    payload = {name: digest_of(data) for name, data in kept.items() if name.startswith("data/")}
    kept["manifest-sha256.txt"] = write_bag_manifest(payload)
    tags = {name: digest_of(data) for name, data in kept.items() if not name.startswith("data/")}
    kept["tagmanifest-sha256.txt"] = write_bag_manifest(tags)
    return zip_of(kept)


def reopen(data: bytes, payload_type: str = MESSAGE_TYPE) -> Dsse:
    return parse_dsse(data, payload_type=payload_type, what="test")
