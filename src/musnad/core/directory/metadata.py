"""TUF metadata, read more strictly than the library does, and its keys.

The library (``tuf.api.metadata``) checks form and signatures; here is added: I-JSON only, key ids that are the hash of
their key (else one key under two names would meet a threshold of two), only Ed25519 and ML-DSA-65 keys, and a SHA-256
wherever one file vouches for another. Any bytes give a value or a ``MusnadError``.
Spec: TUF 1.0.x; ML-DSA as TAP 21 says (``ml-dsa-65/1``).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

from musnad.core.crypto.signing import VerifyingKey
from musnad.core.directory.errors import BadDirectory
from musnad.core.directory.tuf import (
    Key,
    Metadata,
    MetaFile,
    RepositoryError,
    Root,
    Snapshot,
    SSlibKey,
    TargetFile,
    Targets,
    Timestamp,
)
from musnad.core.kernel.ijson import parse_object
from musnad.core.kernel.names import PartyCode, digest_of

METADATA_LIMIT_OCTETS = 5 * 1024 * 1024
TARGET_FILE_LIMIT_OCTETS = 4 * 1024 * 1024
ED25519 = ("ed25519", "ed25519")
ML_DSA_65 = ("ml-dsa", "ml-dsa-65/1")
ED25519_OCTETS = 32
ML_DSA_65_OCTETS = 1952

KEYS_MEMBER = "x-musnad-keys"
"""Signed member of a Party's role: the ids of the role's own keys, so that whoever signs it vouches for those keys."""

SignedRole = TypeVar("SignedRole", Root, Timestamp, Snapshot, Targets)

# SubjectPublicKeyInfo of id-ml-dsa-65 (RFC 9881) up to the raw key of 1952 octets.
_ML_DSA_65_SPKI = bytes.fromhex("308207b2300b0609608648016503040312038207a100")


def role_of(party: PartyCode) -> str:
    """The name of the Party's delegated role."""
    return f"party-{party}"


def party_path(party: PartyCode) -> str:
    """The target that holds the Party's entry."""
    return f"parties/{party}/party.json"


def ed25519_tuf_key(public: bytes) -> SSlibKey:
    return _tuf_key(*ED25519, public.hex())


def ml_dsa_65_tuf_key(public: bytes) -> SSlibKey:
    text = base64.b64encode(_ML_DSA_65_SPKI + public).decode("ascii")
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return _tuf_key(*ML_DSA_65, "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""]))


def tuf_keys(key: VerifyingKey) -> tuple[SSlibKey, SSlibKey]:
    """Both halves of a hybrid key as TUF knows them, Ed25519 first."""
    return ed25519_tuf_key(key.ed25519), ml_dsa_65_tuf_key(key.ml_dsa_65)


def verifying_key(keys: Iterable[Key], file: str) -> VerifyingKey:
    """The hybrid key that exactly one Ed25519 and one ML-DSA-65 key make; ``BadDirectory`` for anything else."""
    raw = sorted(((key.keytype, key.scheme), _raw(key, file)) for key in keys)
    if [kind for kind, _ in raw] != [ED25519, ML_DSA_65]:
        raise BadDirectory("not one Ed25519 and one ML-DSA-65 key", file)
    return VerifyingKey(raw[0][1], raw[1][1])


def _tuf_key(keytype: str, scheme: str, public: str) -> SSlibKey:
    """A key named as securesystemslib names keys: SHA-256 of its OLPC canonical JSON (line feeds stand as they are)."""
    text = f'{{"keytype":"{keytype}","keyval":{{"public":"{public}"}},"scheme":"{scheme}"}}'
    return SSlibKey(digest_of(text.encode("ascii")), keytype, scheme, {"public": public})


def parse_role(kind: type[SignedRole], data: bytes, file: str) -> Metadata[SignedRole]:
    """Read one metadata file of a known type. Signatures are not verified here.

    Raises:
        BadDirectory: not metadata of this type, or with a key that is not named by its hash or of another kind.
        NotJson, TooLarge: not I-JSON, or past 5 MiB.
    """
    parse_object(data, what=file, limit_octets=METADATA_LIMIT_OCTETS)
    try:
        found: Metadata[Any] = Metadata.from_bytes(data)
        found.signed_bytes  # noqa: B018  the library can parse what it cannot write canonically
    except RepositoryError as error:
        raise BadDirectory("not TUF metadata", file) from error
    signed = found.signed
    if not isinstance(signed, kind):
        raise BadDirectory("metadata of another role", file)
    if type(signed.version) is not int:
        raise BadDirectory("a version that is not a number", file)
    _check_keys(_keys_of(signed), file)
    return cast("Metadata[SignedRole]", found)


def check_signed(delegator: Root | Targets, role: str, metadata: Metadata[SignedRole], file: str) -> None:
    """Raise ``BadDirectory`` unless the delegator's threshold of keys for ``role`` signed the metadata."""
    try:
        delegator.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
    except (RepositoryError, ValueError) as error:
        raise BadDirectory("not signed by the keys that it is due from", file) from error


def check_vouched(meta: MetaFile | TargetFile, data: bytes, file: str) -> None:
    """Raise ``BadDirectory`` unless ``data`` has the length (where given) and the SHA-256 that ``meta`` names."""
    hashes: object = meta.hashes
    if not isinstance(hashes, Mapping) or hashes.get("sha256") != hashlib.sha256(data).hexdigest():
        raise BadDirectory("not the bytes that the set names", file)
    if meta.length is not None and meta.length != len(data):
        raise BadDirectory("not the length that the set names", file)


def _keys_of(signed: object) -> Mapping[str, Key]:
    if isinstance(signed, Root):
        return signed.keys
    if isinstance(signed, Targets) and signed.delegations is not None:
        return signed.delegations.keys
    return {}


def _check_keys(keys: Mapping[str, Key], file: str) -> None:
    """Every key is of a kind used here, in its one canonical form, and named by its hash."""
    for name, key in keys.items():
        raw = _raw(key, file)
        canonical = ed25519_tuf_key(raw) if (key.keytype, key.scheme) == ED25519 else ml_dsa_65_tuf_key(raw)
        if key != canonical or name != canonical.keyid:
            raise BadDirectory("a key that is not in its canonical form and named by its hash", file)


def _raw(key: Key, file: str) -> bytes:
    public = key.keyval.get("public")
    try:
        if isinstance(public, str) and (key.keytype, key.scheme) == ED25519:
            raw = bytes.fromhex(public)
            if len(raw) == ED25519_OCTETS:
                return raw
        if isinstance(public, str) and (key.keytype, key.scheme) == ML_DSA_65:
            der = base64.b64decode("".join(public.split("\n")[1:-2]), validate=True)
            if der.startswith(_ML_DSA_65_SPKI) and len(der) == len(_ML_DSA_65_SPKI) + ML_DSA_65_OCTETS:
                return der.removeprefix(_ML_DSA_65_SPKI)
    except ValueError as error:
        raise BadDirectory("a key that cannot be read", file) from error
    raise BadDirectory("a key of a kind that is not used here", file)
