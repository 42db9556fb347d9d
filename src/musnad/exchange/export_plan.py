"""What is kept of an export from its preparing to its writing: everything that would come out otherwise by then.

Logs grow, their heads are cosigned anew, further messages and receipts arrive: so the plan names the messages,
receipts, directory sets and treaty data by their digests, and holds the cosigned heads with their proofs and what other
Parties' nodes gave. It holds no evidence and no message: those stand in the journal and the vault, closed, until the
export is written. From one plan the same payload comes, octet for octet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from musnad.core.dossier.index import parse_proofs
from musnad.core.kernel.b64 import parse_b64, write_b64
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import AuthorityId, CaseRef, Digest, MessageId, PartyCode, SealId
from musnad.core.messages.bodies import Use
from musnad.core.sealing.manifest import Manifest
from musnad.core.sealing.part import Place as PartPlace
from musnad.core.sealing.part import open_part
from musnad.exchange.dossier_writer import DossierContent, ExhibitContent, LogContent
from musnad.exchange.errors import ExportOutdated
from musnad.exchange.evidence.opening import read_entries
from musnad.exchange.evidence.vault import Vault, read_range
from musnad.exchange.exhibits import read_kept_manifest
from musnad.exchange.journal import KeptExhibit
from musnad.exchange.ports import Ports

_LIMIT_OCTETS = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """An export as it was prepared; ``with_content`` are the exhibits whose content the dossier will hold."""

    content: DossierContent
    with_content: frozenset[SealId]
    left_out: tuple[MessageId, ...]
    unfetched: tuple[SealId, ...]
    use: Use | None


def write_plan(ports: Ports, plan: ExportPlan) -> bytes:
    """What is kept; receipts that this node's journal does not hold are kept whole."""
    content = plan.content
    return write_canonical(
        {
            "case": content.case,
            "exporter": content.exporter,
            "directory": content.directory,
            "messages": list(content.messages),
            "receipts": [one for one in content.receipts if ports.journal.entry(one) is not None],
            "given": {
                one: write_b64(signed) for one, signed in content.receipts.items() if ports.journal.entry(one) is None
            },
            "bundles": list(content.bundles),
            "treaties": list(content.treaties),
            "logs": {
                party: {"note": write_b64(log.note), "proofs": write_b64(log.proofs.write())}
                for party, log in content.logs.items()
            },
            "exhibits": list(content.exhibits),
            "stamps": {name: write_b64(data) for name, data in content.stamps.items()},
            "with_content": sorted(plan.with_content),
            "left_out": list(plan.left_out),
            "unfetched": list(plan.unfetched),
            "use": plan.use,
        }
    )


def read_plan(ports: Ports, name: Digest) -> ExportPlan:
    """The plan that is kept under this name, its content gathered again from where it stands.

    Raises:
        ExportOutdated: nothing is kept under the name, or an exhibit of it was returned or destroyed since.
        UnknownSet, UnknownTreaty, JournalCorrupt: what it names is no longer at hand.
    """
    kept = ports.journal.enclosure(name)
    if kept is None:
        raise ExportOutdated(name)
    told = cast("dict[str, Any]", parse_object(kept.data, what="export plan", limit_octets=_LIMIT_OCTETS))
    with_content = frozenset(map(SealId, told["with_content"]))
    content = DossierContent(
        case=CaseRef(told["case"]),
        exporter=AuthorityId(told["exporter"]),
        directory=Digest(told["directory"]),
        messages=dict(_entries(ports, name, told["messages"])),
        receipts={
            **dict(_entries(ports, name, told["receipts"])),
            **{MessageId(one): parse_b64(signed, what="receipt") for one, signed in told["given"].items()},
        },
        bundles={Digest(one): dict(ports.directories.bundle(Digest(one))) for one in told["bundles"]},
        treaties={Digest(one): ports.treaties.bundle(Digest(one)) for one in told["treaties"]},
        logs={PartyCode(party): _log(held) for party, held in told["logs"].items()},
        exhibits={
            SealId(one): _exhibit(ports, name, SealId(one), with_content=one in with_content)
            for one in told["exhibits"]
        },
        stamps={name: parse_b64(data, what="stamp") for name, data in told.get("stamps", {}).items()},
    )
    left_out, unfetched = tuple(map(MessageId, told["left_out"])), tuple(map(SealId, told["unfetched"]))
    return ExportPlan(content, with_content, left_out, unfetched, cast("Use | None", told["use"]))


@dataclass(frozen=True, slots=True)
class Outline:
    """What there is to tell of a plan without gathering anything."""

    exhibits: tuple[SealId, ...]
    with_content: frozenset[SealId]
    left_out: tuple[MessageId, ...]
    unfetched: tuple[SealId, ...]
    use: Use | None


def read_outline(ports: Ports, name: Digest) -> Outline | None:
    """The outline of the plan that is kept under this name; None where none is kept (any more)."""
    kept = ports.journal.enclosure(name)
    if kept is None:
        return None
    told = cast("dict[str, Any]", parse_object(kept.data, what="export plan", limit_octets=_LIMIT_OCTETS))
    return Outline(
        tuple(map(SealId, told["exhibits"])),
        frozenset(map(SealId, told["with_content"])),
        tuple(map(MessageId, told["left_out"])),
        tuple(map(SealId, told["unfetched"])),
        cast("Use | None", told["use"]),
    )


def exhibit_content(ports: Ports, kept: KeptExhibit, *, with_content: bool) -> ExhibitContent:
    """An exhibit as a dossier holds it; its content is read when the dossier is written, part by part."""
    if not with_content:
        return ExhibitContent(kept.manifest)
    manifest = read_kept_manifest(kept)
    return ExhibitContent(
        kept.manifest,
        manifest.size_octets,
        partial(_content, ports.vault, manifest, kept.key),
        b"".join(entry.leaves for entry in read_entries(ports.vault, manifest, kept.key)),
    )


def _exhibit(ports: Ports, name: Digest, seal: SealId, *, with_content: bool) -> ExhibitContent:
    kept = ports.journal.exhibit(seal)
    if kept is None or (with_content and not ports.vault.holds(seal)):
        raise ExportOutdated(name)
    return exhibit_content(ports, kept, with_content=with_content)


def _entries(ports: Ports, name: Digest, ids: list[str]) -> Iterator[tuple[MessageId, bytes]]:
    for one in map(MessageId, ids):
        entry = ports.journal.entry(one)
        if entry is None:
            raise ExportOutdated(name)
        yield one, entry.signed


def _log(held: Mapping[str, str]) -> LogContent:
    proofs = parse_proofs(parse_b64(held["proofs"], what="proofs"), "export plan")
    return LogContent(parse_b64(held["note"], what="note"), proofs)


def _content(vault: Vault, manifest: Manifest, key: bytes) -> Iterator[bytes]:
    """An exhibit's plaintext, part by part; a part that does not open ends the export."""
    layout = manifest.layout
    for number, entry in enumerate(read_entries(vault, manifest, key)):
        span = layout.part(number)
        sealed = read_range(vault, manifest.seal, "data", span.first, span.size_octets)
        place = PartPlace(manifest.seal, "data", number, layout.is_last(number))
        yield open_part(key, place, sealed + entry.tag)
