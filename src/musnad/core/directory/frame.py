"""The frame of one set: root chain, timestamp, snapshot and list of Parties, verified against each other and an anchor.

No time is asked here: ``judge`` says what has expired when. A set's files are named as in a bundle: ``N.root.json``,
``timestamp.json``, ``N.snapshot.json``, ``N.targets.json``.
Spec: TUF 1.0.x section 5.3 to 5.6, without the fetching.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from musnad.core.crypto.signing import VerifyingKey
from musnad.core.directory.errors import BadDirectory, DirectoryRollback, ForeignRoot
from musnad.core.directory.metadata import check_signed, check_vouched, parse_role, role_of, verifying_key
from musnad.core.directory.tuf import DelegatedRole, Root, Snapshot, Targets, Timestamp
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.names import Digest, PartyCode, digest_of, parse_party

TIMESTAMP = "timestamp.json"
_ROOT = re.compile(r"([1-9][0-9]{0,8})\.root\.json", re.ASCII)
_BOTH_HALVES = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """A verified frame. ``roots`` are the chain's bytes by version; ``names`` the files that were judged."""

    roots: Mapping[int, bytes]
    root: Root
    root_fingerprint: Digest
    timestamp: Timestamp
    snapshot: Snapshot
    snapshot_digest: Digest
    targets: Targets
    role_keys: Mapping[PartyCode, VerifyingKey]

    @property
    def names(self) -> frozenset[str]:
        chain = {f"{version}.root.json" for version in self.roots}
        return frozenset(chain | {TIMESTAMP, self.snapshot_file, self.targets_file})

    @property
    def snapshot_file(self) -> str:
        return f"{self.snapshot.version}.snapshot.json"

    @property
    def targets_file(self) -> str:
        return f"{self.targets.version}.targets.json"

    @property
    def expiries(self) -> tuple[tuple[str, datetime], ...]:
        return (
            (f"{self.root.version}.root.json", self.root.expires),
            (TIMESTAMP, self.timestamp.expires),
            (self.snapshot_file, self.snapshot.expires),
            (self.targets_file, self.targets.expires),
        )

    def role_file(self, party: PartyCode) -> str | None:
        """The file of the Party's role in this set; None where nothing of it is published yet."""
        meta = self.snapshot.meta.get(f"{role_of(party)}.json")
        return None if meta is None else f"{meta.version}.{role_of(party)}.json"


def judge_frame(files: Mapping[str, bytes], anchor: bytes | None) -> Frame:
    """Verify the frame of a set.

    1. root chain: versions without a gap, each root signed by its own threshold and by that of the root before it;
       the anchor is, byte for byte, one of them (without an anchor the first one stands in, and nothing is anchored);
    2. the timestamp, signed under the last root, names the snapshot by hash; 3. the snapshot names every other file;
    4. the list of Parties has no targets of its own and delegates one role to each Party: exactly that Party's folder,
       signed by both halves of the Party's key.

    Raises:
        ForeignRoot: the anchor is not in the chain.
        BadDirectory, NotJson, TooLarge: anything else, naming the file.
    """
    roots = _root_files(files)
    root = _judge_chain(roots)  # 1
    first = roots[min(roots)]
    if anchor is not None and anchor not in roots.values():
        raise ForeignRoot(digest_of(anchor))

    timestamp = parse_role(Timestamp, _file(files, TIMESTAMP), TIMESTAMP)  # 2
    check_signed(root, Timestamp.type, timestamp, TIMESTAMP)
    vouched = timestamp.signed.snapshot_meta
    snapshot_file = f"{vouched.version}.snapshot.json"
    snapshot_bytes = _file(files, snapshot_file)
    check_vouched(vouched, snapshot_bytes, snapshot_file)
    snapshot = parse_role(Snapshot, snapshot_bytes, snapshot_file)
    check_signed(root, Snapshot.type, snapshot, snapshot_file)
    if snapshot.signed.version != vouched.version:
        raise BadDirectory("not the version that the set names", snapshot_file)

    targets_meta = snapshot.signed.meta.get("targets.json")  # 3
    if targets_meta is None:
        raise BadDirectory("names no list of Parties", snapshot_file)
    targets_file = f"{targets_meta.version}.targets.json"
    targets_bytes = _file(files, targets_file)
    check_vouched(targets_meta, targets_bytes, targets_file)
    targets = parse_role(Targets, targets_bytes, targets_file)
    check_signed(root, Targets.type, targets, targets_file)
    if targets.signed.version != targets_meta.version:
        raise BadDirectory("not the version that the set names", targets_file)

    return Frame(
        roots=roots,
        root=root,
        root_fingerprint=digest_of(first if anchor is None else anchor),
        timestamp=timestamp.signed,
        snapshot=snapshot.signed,
        snapshot_digest=digest_of(snapshot_bytes),
        targets=targets.signed,
        role_keys=_judge_delegations(targets.signed, targets_file),  # 4
    )


def check_advance(held: Frame, offered: Frame) -> None:
    """Raise unless ``offered`` is ``held`` or newer in every file.

    Where a newer root changed the timestamp's or snapshot's keys their versions may begin again (TUF 5.3.11).

    Raises:
        DirectoryRollback: a file is older than the one held.
        BadDirectory: two different files of one version: somebody shows different sets to different people.
    """
    if offered.root.version < held.root.version:
        raise DirectoryRollback(f"{offered.root.version}.root.json")
    for version, data in held.roots.items():
        if offered.roots.get(version, data) != data:
            raise BadDirectory("two files of one version", f"{version}.root.json")
    if _online_keys(offered.root) != _online_keys(held.root):
        return
    if offered.timestamp.version < held.timestamp.version:
        raise DirectoryRollback(TIMESTAMP)
    if offered.snapshot.version < held.snapshot.version:
        raise DirectoryRollback(offered.snapshot_file)
    if offered.snapshot.version == held.snapshot.version and offered.snapshot_digest != held.snapshot_digest:
        raise BadDirectory("two files of one version", offered.snapshot_file)
    for name, meta in held.snapshot.meta.items():
        now = offered.snapshot.meta.get(name)
        if now is None or now.version < meta.version:
            raise DirectoryRollback(name)


def root_by_fingerprint(files: Mapping[str, bytes], fingerprint: str) -> bytes | None:
    """The root file with this SHA-256, for an anchor that is given as a fingerprint."""
    found = (data for name, data in files.items() if _ROOT.fullmatch(name) and digest_of(data) == fingerprint)
    return next(found, None)


def _online_keys(root: Root) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(root.roles[Timestamp.type].keyids), frozenset(root.roles[Snapshot.type].keyids)


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    data = files.get(name)
    if data is None:
        raise BadDirectory("missing", name)
    return data


def _root_files(files: Mapping[str, bytes]) -> dict[int, bytes]:
    named = ((_ROOT.fullmatch(name), data) for name, data in files.items())
    roots = {int(match[1]): data for match, data in named if match}
    if not roots:
        raise BadDirectory("missing", "root.json")
    return dict(sorted(roots.items()))


def _judge_chain(roots: Mapping[int, bytes]) -> Root:
    trusted: Root | None = None
    for version, data in roots.items():
        file = f"{version}.root.json"
        offered = parse_role(Root, data, file)
        if offered.signed.version != version:
            raise BadDirectory("not the version that its name says", file)
        if trusted is not None:
            if version != trusted.version + 1:
                raise BadDirectory("missing", f"{trusted.version + 1}.root.json")
            check_signed(trusted, Root.type, offered, file)
        check_signed(offered.signed, Root.type, offered, file)
        trusted = offered.signed
    if trusted is None:
        raise BadDirectory("missing", "root.json")
    return trusted


def _judge_delegations(targets: Targets, file: str) -> dict[PartyCode, VerifyingKey]:
    if targets.targets:
        raise BadDirectory("the list of Parties speaks for a Party", file)
    if targets.delegations is None:
        return {}
    if targets.delegations.roles is None:
        raise BadDirectory("roles that are not named", file)
    return {
        _delegated_party(role, file): _delegated_key(targets, role, file) for role in targets.delegations.roles.values()
    }


def _delegated_party(role: DelegatedRole, file: str) -> PartyCode:
    try:
        party = parse_party(role.name.removeprefix("party-"))
    except BadForm as error:
        raise BadDirectory("a role that is no Party's", file) from error
    if role.name != role_of(party) or role.paths != [f"parties/{party}/*"] or role.terminating is not True:
        raise BadDirectory("a role that is not exactly its Party's", file)
    return party


def _delegated_key(targets: Targets, role: DelegatedRole, file: str) -> VerifyingKey:
    if role.threshold != _BOTH_HALVES or len(role.keyids) != _BOTH_HALVES:
        raise BadDirectory("a Party's role that one half of a key could sign", file)
    try:
        keys = [targets.get_key(name) for name in role.keyids]
    except ValueError as error:
        raise BadDirectory("a role whose key is missing", file) from error
    return verifying_key(keys, file)
