"""Judge a dossier: run every check, name every defect.

1. archive and bag: the one ZIP that these members make; the manifests, both ways (``archive``, ``bag``)
2. directory: anchored, of one history, held when used (``directories``)
3. messages: author and approving officers signed; 4. receipts: by every recipient (``signatures``)
5. logs: every message and receipt under cosigned heads (``logs``, ``notes``); stamps over them (``stamps``)
6. case: nothing missing between the messages; the index says what they make (here)
7. exhibits: manifests as offered, content as sealed (``exhibits``); 8. treaty data of every request (here)
9. report: what the proven values make, octet for octet (here); 10. export: the exporter's statement (``export``)

Left to the caller: opening the file, and where the anchor comes from; one that came with the file anchors nothing.
Spec: docs/protocol.md, "The dossier".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from musnad.core.case.limits import strictest
from musnad.core.dossier import layout
from musnad.core.dossier.archive import Source
from musnad.core.dossier.bag import Told, check_bag, write_bag_info
from musnad.core.dossier.directories import check_directories
from musnad.core.dossier.errors import (
    BadIndex,
    HeadsDiffer,
    ManifestAltered,
    MemberMissing,
    MemberUnknown,
    NotADossier,
    ReportDiffers,
)
from musnad.core.dossier.exhibits import check_exhibits, watch_contents
from musnad.core.dossier.export import Export, check_export, read_export
from musnad.core.dossier.facts import Facts, Render
from musnad.core.dossier.finding import CHECKS, Finding
from musnad.core.dossier.logs import check_logs, confirmed_receipts, unshown_messages
from musnad.core.dossier.reading import Reading, read_dossier
from musnad.core.dossier.signatures import Signed, Spread, check_messages, stale_receipts
from musnad.core.dossier.stamps import NO_TRUST, StampShown, StampTrust, check_stamps
from musnad.core.dossier.waiting import check_waiting
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.ijson import JsonObject
from musnad.core.kernel.names import Digest, PartyCode, SealId, digest_of
from musnad.core.kernel.times import Instant, write_instant


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is proven. Nothing in ``facts`` may be believed unless ``consistent``; nobody is bound unless ``proven``."""

    findings: tuple[Finding, ...]
    anchor: Digest | None
    facts: Facts | None
    exported_at: Instant | None
    confirmed: int
    """Receipts that also stand in their message's author's log."""
    unshown: int
    """Messages not shown to stand in their own author's log."""
    stale: int
    """Receipts given under a directory that had expired and was in its grace, by their word or by the set here."""
    roots: tuple[Digest, ...]
    """Fingerprints of the root chain, oldest first: what to compare where no anchor was given."""
    witnesses: tuple[tuple[PartyCode, Digest], ...]
    stamps: tuple[StampShown, ...] = ()
    """Time stamps that hold; those proven that are ``anchored``. Whether they are changes nothing else."""

    @property
    def consistent(self) -> bool:
        """No check found a defect."""
        return not self.findings

    @property
    def anchored(self) -> bool:
        """An anchor was given, and every directory set begins at it."""
        return self.anchor is not None and not any(one.check == "directory" for one in self.findings)

    @property
    def proven(self) -> bool:
        return self.consistent and self.anchor is not None and self.facts is not None

    def write(self) -> JsonObject:
        """The verdict as JSON; members are only ever added."""
        facts = self.facts
        told: JsonObject = {
            "format": "musnad-verdict/1",
            "verdict": "proven" if self.proven else "consistent" if self.consistent else "not-proven",
            "anchor": self.anchor,
            "roots": list(self.roots),
            "witnesses": [{"party": party, "sha256": digest} for party, digest in self.witnesses],
            "findings": [one.write() for one in self.findings],
        }
        if facts is not None:
            told["case"] = {
                "id": facts.index.case,
                "exercise": facts.index.exercise,
                "exporter": facts.index.exporter,
                "parties": list(facts.state.parties),
                "heads": list(facts.state.heads),
                "complete": facts.complete,
                "messages": len(facts.state.messages),
                "messages_not_in_authors_log": self.unshown,
                "set_aside": [one.write() for one in facts.aside],
                "unjudged": [{"id": one.id, "treaty": one.treaty} for one in facts.unjudged],
                "silences": [one.write() for one in facts.silences],
                "void": [{"id": one.id, "ground": one.ground} for one in facts.state.void],
                "receipts": sum(len(some) for some in facts.state.receipts.values()),
                "receipts_in_authors_log": self.confirmed,
                "receipts_under_stale_directory": self.stale,
                "exported_at": None if self.exported_at is None else write_instant(self.exported_at),
            }
            told["exhibits"] = [
                {
                    "seal": seal,
                    "name": one.manifest.name,
                    "size_octets": one.manifest.size_octets,
                    "sha256": one.manifest.sha256,
                    "content": one.has_content,
                    "unread": [[span.first, span.size_octets] for span in one.manifest.unread],
                    "reads": one.manifest.reads,
                    "records": None
                    if one.manifest.records is None
                    else {"count": one.manifest.records.count, "missing": one.manifest.records.missing},
                    "limits": _limits(facts, seal),
                }
                for seal, one in sorted(facts.exhibits.items())
            ]
            told["stamps"] = [one.write() for one in self.stamps]
            told["logs"] = [
                {
                    "party": party,
                    "origin": head.origin,
                    "size": head.size,
                    "witnessed": [{"party": one.party, "at": write_instant(one.at)} for one in head.witnessed],
                }
                for party, head in sorted(facts.logs.items())
            ]
        return told


def _limits(facts: Facts, seal: SealId) -> JsonObject | None:
    """The conditions that an exhibit was given under: of each kind the strictest; None without any."""
    state = facts.state.exhibits.get(seal)
    limit = strictest(state.limits) if state is not None else None
    if limit is None:
        return None
    return {
        "confidential": limit.confidential,
        "onward": limit.onward,
        "purpose": limit.purpose,
        "until": limit.until.isoformat() if limit.until is not None else None,
        "at_end": limit.at_end,
    }


def unreadable(error: NotADossier, anchor: Digest | None = None) -> Verdict:
    """The verdict on a file that is no dossier's archive."""
    return Verdict((Finding("archive", error),), anchor, None, None, 0, 0, 0, (), ())


def judge_dossier(
    source: Source,
    anchor: Digest | None,
    render: Render,
    *,
    spread: Spread = map,
    told: Told | None = None,
    stamp_trust: StampTrust = NO_TRUST,
) -> Verdict:
    """Run every check.

    Args:
        source: the dossier; an ``Archive`` from ``open_archive`` where it is a file.
        anchor: the SHA-256 of a root file that was obtained elsewhere; None judges consistency only.
        render: writes the report, to compare with the ones inside.
        spread: applies the verification of signatures to each, as ``map`` does; one that begins at once, on other
            threads, works while the rest is checked.
        told: called with octets read, for progress.
        stamp_trust: the stamp authorities whose word is taken, obtained elsewhere; without, no stamp proves a time.
    """
    reading = read_dossier(source)
    findings = list(reading.findings)
    export = _read_export(source, findings)
    directories = check_directories(reading, _moments(reading, export), anchor)  # 2
    findings += directories.findings
    signatures = check_messages(reading, directories)  # 3, 4
    begun = spread(Signed.verify, tuple(signatures.due))
    signatures.due.clear()
    watches = watch_contents(source, reading)
    sums, defects = check_bag(source, told=told, watches={name: one.take for name, one in watches.items()})  # 1
    findings += defects
    findings += check_logs(reading)  # 5
    stamps = check_stamps(source, reading, stamp_trust)
    findings += stamps.findings
    findings += _check_case(source, reading)  # 6
    findings += check_exhibits(reading, directories, sums, watches, signatures)  # 7
    findings += _check_treaty(reading)  # 8
    facts = reading.facts
    findings += _check_reports(source, facts, render)  # 9
    if export is not None:  # 10
        manifest = sums[layout.MANIFEST].sha256 if layout.MANIFEST in sums else None
        findings += check_export(
            source, reading, export, manifest=manifest, directories=directories, signatures=signatures
        )
    findings += signatures.findings
    for verified in (begun, spread(Signed.verify, tuple(signatures.due))):
        findings += [found for found in verified if found is not None]
    return Verdict(
        findings=_in_order(findings),
        anchor=anchor,
        facts=facts,
        exported_at=None if export is None else export.signed.message.at,
        confirmed=confirmed_receipts(reading),
        unshown=unshown_messages(reading),
        stale=stale_receipts(reading, directories),
        roots=tuple(directories.roots[version] for version in sorted(directories.roots)),
        witnesses=_witnesses(reading),
        stamps=tuple(stamps.shown),
    )


def _read_export(source: Source, findings: list[Finding]) -> Export | None:
    try:
        return read_export(source)
    except MusnadError as error:
        findings.append(Finding("export", error, layout.EXPORTED))
        return None


def _moments(reading: Reading, export: Export | None) -> dict[Digest, list[Instant]]:
    """When each directory set was used."""
    moments: dict[Digest, list[Instant]] = {}
    for signed in reading.receipts.values():
        moments.setdefault(signed.receipt.directory.snapshot, []).append(signed.receipt.at)
    if reading.index is not None:
        used = moments.setdefault(reading.index.directory, [])
        if export is not None:
            used.append(export.signed.message.at)
    return moments


def _check_case(source: Source, reading: Reading) -> Iterator[Finding]:
    index, state = reading.index, reading.state
    if index is None or state is None:
        return
    yield from check_waiting(reading, state)
    if not state.opened:
        member = layout.message_member(index.case)
        yield Finding("case", MemberMissing(member), member)
    if index.heads != state.heads:
        yield Finding("case", HeadsDiffer(layout.INDEX), layout.INDEX)
    for holds, why in (
        (index.parties == state.parties, "its Parties are not the case's"),
        (index.exercise == state.exercise, "an exercise's, or not"),
        (set(reading.parties) == set(state.parties), "its directory does not know every Party"),
    ):
        if not holds:
            yield Finding("case", BadIndex(layout.INDEX, why), layout.INDEX)
    newest = max((one.receipt.directory.version for one in reading.receipts.values()), default=0)
    if reading.directory is not None and reading.directory.ref.version < newest:
        yield Finding("case", BadIndex(layout.INDEX, "its directory is older than a receipt's"), layout.INDEX)
    try:
        info = source.read(layout.BAG_INFO, layout.MESSAGE_LIMIT_OCTETS)
    except MusnadError:
        return  # the bag's check says it
    if info != write_bag_info(index.case, index.exporter, exercise=index.exercise):
        yield Finding("case", ManifestAltered(layout.BAG_INFO, "not what the index makes"), layout.BAG_INFO)


def _check_treaty(reading: Reading) -> Iterator[Finding]:
    """The data of the exporter's own requests is here; another's request may name data that nobody has, and is told
    as not held against any. What is here was named."""
    named = {one.message.treaty for one in reading.messages.values() if one.message.treaty is not None}
    own = {
        one.message.treaty
        for one in reading.messages.values()
        if one.message.treaty is not None and one.message.author_party == reading.exporter
    }
    for digest in sorted(own - set(reading.members.treaties)):
        member = layout.treaty_member(digest)
        yield Finding("treaty", MemberMissing(member), member)
    for digest in sorted(set(reading.members.treaties) - named):
        member = layout.treaty_member(digest)
        yield Finding("treaty", MemberUnknown(member), member)


def _check_reports(source: Source, facts: Facts | None, render: Render) -> Iterator[Finding]:
    for language in layout.LANGUAGES:
        member = layout.report_member(language)
        try:
            found = source.read(member, layout.JSON_LIMIT_OCTETS)
        except MusnadError as error:
            yield Finding("report", error, member)
            continue
        if facts is None or render(facts, language) != found:
            yield Finding("report", ReportDiffers(member), member)


def _witnesses(reading: Reading) -> tuple[tuple[PartyCode, Digest], ...]:
    return tuple(
        (code, digest_of(party.witness.ed25519 + party.witness.ml_dsa_44))
        for code, party in sorted(reading.parties.items())
    )


def _in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: CHECKS.index(one.check)))
