"""Signing the directory's metadata: a Party its own role, the Registrar's holders theirs. Values in, bytes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from musnad.core.crypto.signing import SigningKey, ed25519_public, sign_ed25519
from musnad.core.directory.metadata import KEYS_MEMBER, ed25519_tuf_key, party_path, tuf_keys
from musnad.core.directory.party_file import parse_party
from musnad.core.directory.tuf import SPECIFICATION_VERSION, Metadata, Signature, TargetFile, Targets
from musnad.core.kernel.times import Instant

PARTY_ROLE_DAYS = 90
SPEC_VERSION = ".".join(SPECIFICATION_VERSION)


def sign_party(
    party_json: bytes,
    *,
    version: int,
    now: Instant,
    key: SigningKey,
    previous: Iterable[SigningKey] = (),
    days: int = PARTY_ROLE_DAYS,
    others: Mapping[str, bytes] | None = None,
) -> bytes:
    """The Party's role metadata over its party.json (and ``others`` in its folder, by path), signed by both halves.

    Args:
        version: one more than the version published last.
        previous: after a change of keys, every earlier key that a peer may still have pinned; keep signing with them
            until all peers have fetched.
    Raises:
        as ``parse_party``: we never sign what a peer would refuse.
    """
    party = parse_party(party_json)
    files = {party_path(party.code): party_json, **(others or {})}
    role = Targets(
        version,
        SPEC_VERSION,
        now + timedelta(days=days),
        {path: TargetFile.from_data(path, data) for path, data in files.items()},
        None,
        {KEYS_MEMBER: [half.keyid for half in tuf_keys(key.public)]},
    )
    metadata: Metadata[Any] = Metadata(role)
    for one in (key, *previous):
        _sign_with_both(metadata, one)
    return metadata.to_bytes()


def sign_with(metadata: Metadata[Any], ed25519_seed: bytes) -> None:
    """Add a Registrar's Ed25519 signature."""
    key_id = ed25519_tuf_key(ed25519_public(ed25519_seed)).keyid
    metadata.signatures[key_id] = Signature(key_id, sign_ed25519(ed25519_seed, metadata.signed_bytes).hex())


def _sign_with_both(metadata: Metadata[Any], key: SigningKey) -> None:
    for half, signature in zip(tuf_keys(key.public), key.sign(metadata.signed_bytes), strict=True):
        metadata.signatures[half.keyid] = Signature(half.keyid, signature.value.hex())
