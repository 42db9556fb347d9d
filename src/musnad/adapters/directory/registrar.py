"""The Registrar's tools: create a repository, list Parties, publish, change a holder, show.

Files are written under new names first; ``timestamp.json`` is replaced last and alone, so that a reader sees the set
before or the set after. Nothing is published that a node would refuse: the core judges the set before the timestamp
is replaced. How the files lie: ``repository``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from musnad.adapters.directory.errors import RegistrarRefused
from musnad.adapters.directory.repository import Repository
from musnad.core.crypto.signing import VerifyingKey
from musnad.core.directory.judge import judge_bundle
from musnad.core.directory.metadata import check_signed, parse_role, role_of, tuf_keys
from musnad.core.directory.registry import ROLE_DAYS, new_root, new_snapshot, new_targets, new_timestamp
from musnad.core.directory.tuf import Root, Snapshot, Targets, Timestamp
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.names import Digest, Entropy, PartyCode, digest_of
from musnad.core.kernel.times import Instant

HOLDERS = 3
THRESHOLD = 2
SEED_OCTETS = 32

Roles = Mapping[str, tuple[int, bytes]]
"""Metadata by file name without version: its version and bytes."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in the repository. ``expiries`` by file; ``parties`` by the version of each one's role."""

    anchor: Digest
    root_version: int
    holders: int
    threshold: int
    parties: Mapping[PartyCode, int]
    expiries: Mapping[str, datetime]


def create(
    folder: Path, *, now: Instant, entropy: Entropy, holders: int = HOLDERS, threshold: int = THRESHOLD
) -> bytes:
    """Make a new repository with an empty list, published; returns the first root, the anchor to hand out.

    Raises:
        RegistrarRefused: a repository stands there already, or the threshold is below two or above the holders.
    """
    if not 2 <= threshold <= holders:
        raise RegistrarRefused("a threshold below two, or above the number of holders")
    repository = Repository(folder)
    repository.make()
    seeds = [entropy(SEED_OCTETS) for _ in range(holders)]
    online = entropy(SEED_OCTETS)
    for number, seed in enumerate(seeds, 1):
        repository.write_key(f"holder-{number}", seed)
    repository.write_key("online", online)
    root = new_root(version=1, holders=seeds, online=online, threshold=threshold, now=now)
    repository.write_metadata("1.root.json", root)
    publish(folder, now=now)
    return root


def add_party(
    folder: Path,
    code: PartyCode,
    role: bytes,
    targets: Mapping[str, bytes],
    *,
    now: Instant,
    key: VerifyingKey | None = None,
) -> None:
    """List a Party, or take its newer entry. Nobody sees it before ``publish``.

    Args:
        role: the role metadata that the Party signed (``core.directory.role.sign_party``).
        targets: its files by path, ``parties/XX/party.json`` among them.
        key: the public key of the Party's role; needed the first time, and when it changes.
    Raises:
        RegistrarRefused: no key is known, the version is not newer, or a node would refuse the entry; why names the
            core's code.
    """
    repository = Repository(folder)
    repository.root()  # a repository stands here, or RegistrarRefused
    known = key or repository.parties().get(code)
    if known is None:
        raise RegistrarRefused("a new Party without its key")
    try:
        version = parse_role(Targets, role, role_of(code)).signed.version
        _rehearse(code, known, (version, role), targets, now)
    except MusnadError as error:
        raise RegistrarRefused(error.code) from error
    latest = repository.latest(role_of(code))
    if latest is not None and version <= latest[0] and latest != (version, role):
        raise RegistrarRefused("a version that is not newer than the one held")
    for path, data in targets.items():
        repository.write_target(path, data)
    repository.write_metadata(f"{version}.{role_of(code)}.json", role)
    repository.write_party(code, known)


def publish(folder: Path, *, now: Instant, days: Mapping[str, int] = ROLE_DAYS) -> Digest:
    """Sign what must be signed again, and show it; returns the snapshot's digest.

    1. the list: where Parties or their keys changed, the root's holders did, or half its days are over;
    2. the snapshot: where anything in it changed, or half its days are over; 3. the timestamp, always;
    4. all judged as a node would; 5. written, the timestamp last.

    Raises:
        RegistrarRefused: a node would refuse the set; why names the core's code. The published set stays.
    """
    repository = Repository(folder)
    _, root = repository.root()
    online = repository.read_key("online")
    holders = repository.holders(root)
    roles = dict(_roles_of_parties(repository))
    listed = repository.latest(Targets.type)
    if listed is None or _list_is_due(root, listed[1], repository.parties(), now, days):  # 1
        version = 1 if listed is None else listed[0] + 1
        parties = repository.parties()
        listed = version, new_targets(version=version, parties=parties, signers=holders, now=now, days=days["targets"])
    roles["targets.json"] = listed
    snapshot = repository.latest(Snapshot.type)
    if snapshot is None or _snapshot_is_due(root, snapshot[1], roles, now, days):  # 2
        version = 1 if snapshot is None else snapshot[0] + 1
        snapshot = version, new_snapshot(version=version, roles=roles, online=online, now=now, days=days["snapshot"])
    last = repository.metadata("timestamp.json")
    timestamp = new_timestamp(  # 3
        version=1 if last is None else parse_role(Timestamp, last, "timestamp.json").signed.version + 1,
        snapshot_version=snapshot[0],
        snapshot=snapshot[1],
        online=online,
        now=now,
        days=days["timestamp"],
    )
    files = {**repository.bundle({**roles, "snapshot.json": snapshot}), "timestamp.json": timestamp}
    try:
        judge_bundle(files, None, now, 0)  # 4
    except MusnadError as error:
        raise RegistrarRefused(error.code) from error
    repository.write_metadata(f"{listed[0]}.targets.json", listed[1])  # 5
    repository.write_metadata(f"{snapshot[0]}.snapshot.json", snapshot[1])
    repository.write_metadata("timestamp.json", timestamp)
    return digest_of(snapshot[1])


def rotate_root(folder: Path, *, now: Instant, entropy: Entropy, leaving: int | None = None) -> bytes:
    """A new root, signed by the old and the new holders, and a set published under it; returns the new root.

    Args:
        leaving: the number of the holder whose key is replaced by a fresh one; None renews the root only. The leaving
            key's file stays until its holder destroys it; nothing accepts it any more.
    Raises:
        RegistrarRefused: no such holder, or too few of the holders' keys are here.
    """
    repository = Repository(folder)
    version, root = repository.root()
    old = repository.holders(root)
    new = list(old)
    if leaving is not None:
        gone = repository.read_key(f"holder-{leaving}")
        if gone not in old:
            raise RegistrarRefused("no holder of this root has that number")
        new.remove(gone)
        new.append(entropy(SEED_OCTETS))
    threshold = root.roles[Root.type].threshold
    if len(old) < threshold or len(new) < threshold or len(new) != len(root.roles[Root.type].keyids):
        raise RegistrarRefused("too few of the holders' keys are here")
    made = new_root(
        version=version + 1,
        holders=new,
        online=repository.read_key("online"),
        threshold=threshold,
        now=now,
        also_signed_by=[seed for seed in old if seed not in new],
    )
    if leaving is not None:
        repository.write_key(f"holder-{repository.next_holder()}", new[-1])
    repository.write_metadata(f"{version + 1}.root.json", made)
    publish(folder, now=now)
    return made


def show(folder: Path) -> Shown:
    """What stands in the repository now."""
    repository = Repository(folder)
    version, root = repository.root()
    roles = dict(_roles_of_parties(repository))
    expiries = {f"{version}.root.json": root.expires}
    listed, snapshot = repository.latest(Targets.type), repository.latest(Snapshot.type)
    if listed is not None:
        expiries[f"{listed[0]}.targets.json"] = parse_role(Targets, listed[1], "targets.json").signed.expires
    if snapshot is not None:
        expiries[f"{snapshot[0]}.snapshot.json"] = parse_role(Snapshot, snapshot[1], "snapshot.json").signed.expires
    timestamp = repository.metadata("timestamp.json")
    if timestamp is not None:
        expiries["timestamp.json"] = parse_role(Timestamp, timestamp, "timestamp.json").signed.expires
    for name, (number, data) in roles.items():
        expiries[f"{number}.{name}"] = parse_role(Targets, data, name).signed.expires
    first = repository.metadata("1.root.json") or b""
    holding = root.roles[Root.type]
    parties = {code: roles[f"{role_of(code)}.json"][0] for code in repository.parties()}
    return Shown(digest_of(first), version, len(holding.keyids), holding.threshold, parties, expiries)


def _roles_of_parties(repository: Repository) -> Roles:
    latest = {f"{role_of(code)}.json": repository.latest(role_of(code)) for code in repository.parties()}
    return {name: found for name, found in latest.items() if found is not None}


def _rehearse(
    code: PartyCode, key: VerifyingKey, role: tuple[int, bytes], targets: Mapping[str, bytes], now: Instant
) -> None:
    """Raise what a node would raise for this entry, listed under ``key`` by a Registrar made up for the purpose."""
    seed = bytes(SEED_OCTETS)
    root = new_root(version=1, holders=[seed], online=seed, threshold=1, now=now)
    listed = new_targets(version=1, parties={code: key}, signers=[seed], now=now)
    roles = {"targets.json": (1, listed), f"{role_of(code)}.json": role}
    snapshot = new_snapshot(version=1, roles=roles, online=seed, now=now)
    timestamp = new_timestamp(version=1, snapshot_version=1, snapshot=snapshot, online=seed, now=now)
    files = {
        "1.root.json": root,
        "1.targets.json": listed,
        "1.snapshot.json": snapshot,
        "timestamp.json": timestamp,
        f"{role[0]}.{role_of(code)}.json": role[1],
        **targets,
    }
    judge_bundle(files, root, now, 0).party(code)


def _list_is_due(
    root: Root, data: bytes, parties: Mapping[PartyCode, VerifyingKey], now: Instant, days: Mapping[str, int]
) -> bool:
    metadata = parse_role(Targets, data, "targets.json")
    if not set(metadata.signatures) <= set(root.roles[Targets.type].keyids):
        return True
    try:
        check_signed(root, Targets.type, metadata, "targets.json")
    except MusnadError:
        return True
    delegations = metadata.signed.delegations
    listed = {} if delegations is None else delegations.roles or {}
    wanted = {role_of(code): [half.keyid for half in tuf_keys(key)] for code, key in parties.items()}
    return {name: role.keyids for name, role in listed.items()} != wanted or _is_half_over(
        metadata.signed.expires, now, days["targets"]
    )


def _snapshot_is_due(root: Root, data: bytes, roles: Roles, now: Instant, days: Mapping[str, int]) -> bool:
    metadata = parse_role(Snapshot, data, "snapshot.json")
    if set(metadata.signatures) != set(root.roles[Snapshot.type].keyids):
        return True
    named = {name: (meta.version, (meta.hashes or {}).get("sha256")) for name, meta in metadata.signed.meta.items()}
    wanted = {name: (version, digest_of(content)) for name, (version, content) in roles.items()}
    return named != wanted or _is_half_over(metadata.signed.expires, now, days["snapshot"])


def _is_half_over(expires: datetime, now: Instant, days: int) -> bool:
    ends: datetime = now + timedelta(days=days) / 2
    return expires <= ends
