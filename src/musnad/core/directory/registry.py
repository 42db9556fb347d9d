"""The Registrar's metadata: root, list of Parties, snapshot, timestamp. Values in, signed bytes out.

Holders and the online key are Ed25519 seeds; the root and the list need a threshold of holders, the others the online
key. Which versions stand where, and when to publish, is left to the Registrar's repository (an adapter).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from musnad.core.crypto.signing import VerifyingKey, ed25519_public
from musnad.core.directory.metadata import ed25519_tuf_key, role_of, tuf_keys
from musnad.core.directory.role import SPEC_VERSION, sign_with
from musnad.core.directory.tuf import (
    DelegatedRole,
    Delegations,
    Key,
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    Targets,
    Timestamp,
)
from musnad.core.kernel.names import PartyCode
from musnad.core.kernel.times import Instant

ROLE_DAYS: Mapping[str, int] = {"root": 365, "targets": 90, "snapshot": 7, "timestamp": 1}
"""Days until each of the Registrar's roles expires, unless told otherwise."""


def new_root(
    *,
    version: int,
    holders: Sequence[bytes],
    online: bytes,
    threshold: int,
    now: Instant,
    days: int = ROLE_DAYS["root"],
    also_signed_by: Iterable[bytes] = (),
) -> bytes:
    """A root: ``threshold`` of the holders for root and list, the online key for snapshot and timestamp.

    Args:
        holders: seeds; all of them sign. also_signed_by: holders of the root before, whose threshold must sign too.
    """
    keys = [ed25519_tuf_key(ed25519_public(seed)) for seed in holders]
    online_key = ed25519_tuf_key(ed25519_public(online))
    named = sorted(key.keyid for key in keys)
    roles = {
        Root.type: Role(named, threshold),
        Targets.type: Role(named, threshold),
        Snapshot.type: Role([online_key.keyid], 1),
        Timestamp.type: Role([online_key.keyid], 1),
    }
    public: dict[str, Key] = {key.keyid: key for key in (*keys, online_key)}
    root = Root(version, SPEC_VERSION, now + timedelta(days=days), public, roles, consistent_snapshot=True)
    return _signed(root, [*holders, *also_signed_by])


def new_targets(
    *,
    version: int,
    parties: Mapping[PartyCode, VerifyingKey],
    signers: Sequence[bytes],
    now: Instant,
    days: int = ROLE_DAYS["targets"],
) -> bytes:
    """The list of Parties by the public key of each one's role; both halves must sign, for its own folder only."""
    keys: dict[str, Key] = {}
    roles: dict[str, DelegatedRole] = {}
    for code, key in sorted(parties.items()):
        halves = tuf_keys(key)
        keys |= {half.keyid: half for half in halves}
        roles[role_of(code)] = DelegatedRole(
            role_of(code), [half.keyid for half in halves], 2, True, [f"parties/{code}/*"]
        )
    delegations = Delegations(keys, roles)
    return _signed(Targets(version, SPEC_VERSION, now + timedelta(days=days), {}, delegations), signers)


def new_snapshot(
    *,
    version: int,
    roles: Mapping[str, tuple[int, bytes]],
    online: bytes,
    now: Instant,
    days: int = ROLE_DAYS["snapshot"],
) -> bytes:
    """The snapshot over ``roles``: file name without version -> (version, bytes)."""
    meta = {name: MetaFile.from_data(held, data, ["sha256"]) for name, (held, data) in sorted(roles.items())}
    return _signed(Snapshot(version, SPEC_VERSION, now + timedelta(days=days), meta), [online])


def new_timestamp(
    *,
    version: int,
    snapshot_version: int,
    snapshot: bytes,
    online: bytes,
    now: Instant,
    days: int = ROLE_DAYS["timestamp"],
) -> bytes:
    meta = MetaFile.from_data(snapshot_version, snapshot, ["sha256"])
    return _signed(Timestamp(version, SPEC_VERSION, now + timedelta(days=days), meta), [online])


def _signed(content: Root | Targets | Snapshot | Timestamp, seeds: Iterable[bytes]) -> bytes:
    metadata: Metadata[Any] = Metadata(content)
    for seed in seeds:
        sign_with(metadata, seed)
    return metadata.to_bytes()
