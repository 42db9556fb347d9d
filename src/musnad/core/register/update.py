"""Signed updates of the register: an authority and its officer say what to add, correct or strike out, and why.

    payload   {"version", "author", "officer", "at", "previous", "changes": [{"fact", "replaces", "reason"}]}
    fact      the columns of a row without the column `fact`, empty ones left out; null strikes out what it replaces
    replaces  the digest of the fact that no longer stands; null for a fact that is new
    previous  the digest of the author's update before this one; null for its first

The payload is signed as DSSE by the author's key and the officer's, both hybrid. In order: 1. the form; 2. the author
is trusted; 3. its time is not to come; 4. both signatures, under keys that the directory gives to the two, valid then
and now; 5. it follows the author's last update that is held here; 6. its changes, as ``change.apply``. An update
applied already changes nothing. Left to the caller: whom to trust, and keeping the bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from musnad.core.crypto.dsse import Dsse, parse_dsse, sign
from musnad.core.crypto.signing import SigningKey
from musnad.core.directory.directory import Directory
from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import JsonObject, parse_object, write_canonical
from musnad.core.kernel.names import (
    AuthorityId,
    Digest,
    OfficerName,
    authority_of,
    digest_of,
    parse_authority,
    parse_digest,
    parse_officer,
)
from musnad.core.kernel.times import Instant, parse_instant, write_instant
from musnad.core.register.change import Change, apply
from musnad.core.register.errors import AuthorNotTrusted, BadUpdate, UpdateFromTheFuture, UpdateOutOfOrder
from musnad.core.register.rows import COLUMNS, read_fact
from musnad.core.register.values import Catalogue, Fact, Register, Saying

UPDATE_TYPE = "application/vnd.musnad.register-update+json"
VERSION = "musnad/1"
CHANGES_LIMIT = 500
REASON_LIMIT = 1000
LEEWAY = timedelta(minutes=5)
"""How far another machine's clock may be ahead."""
SHORT = 12
"""How many digits of an update's digest name it in a place."""

_MEMBERS = {"version", "author", "officer", "at", "previous", "changes"}
_CHANGE = {"fact", "replaces", "reason"}


@dataclass(frozen=True, slots=True)
class Wish:
    """One change that an author wants: as in ``Change``, before it is said."""

    fact: Fact | None
    replaces: Digest | None
    reason: str


@dataclass(frozen=True, slots=True)
class Update:
    """A parsed update; ``digest`` is that of its payload. Its signatures are not verified by being here."""

    digest: Digest
    author: AuthorityId
    officer: OfficerName
    at: Instant
    previous: Digest | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class VerifiedUpdate:
    """An update whose author is trusted and whose signatures hold; made by ``verify_update`` alone."""

    update: Update
    signed: bytes


def sign_update(
    wishes: Sequence[Wish],
    *,
    author: AuthorityId,
    officer: OfficerName,
    at: Instant,
    previous: Digest | None,
    keys: tuple[SigningKey, SigningKey],
) -> bytes:
    """The DSSE bytes of an update. ``keys`` are the author's and the officer's."""
    changes = [
        {
            "fact": None if wish.fact is None else {name: text for name, text in wish.fact.members().items() if text},
            "replaces": wish.replaces,
            "reason": wish.reason,
        }
        for wish in wishes
    ]
    payload: JsonObject = {
        "version": VERSION,
        "author": author,
        "officer": officer,
        "at": write_instant(at),
        "previous": previous,
        "changes": changes,
    }
    return sign(write_canonical(payload), UPDATE_TYPE, keys).write()


def parse_update(data: bytes, catalogue: Catalogue) -> Update:
    """The update of these bytes, unverified.

    Raises:
        NotJson, TooLarge, BadForm: not a DSSE of this type. BadUpdate: its payload. Errors of a row: a fact of it.
    """
    envelope = _envelope(data)
    found = parse_object(envelope.payload, what="register update")
    if set(found) != _MEMBERS:
        raise BadUpdate("members", f"not exactly {', '.join(sorted(_MEMBERS))}")
    if found["version"] != VERSION:
        raise BadUpdate("version", f"not {VERSION}")
    digest = digest_of(envelope.payload)
    try:
        author, officer = parse_authority(_text(found, "author")), parse_officer(_text(found, "officer"))
        at = parse_instant(_text(found, "at"))
        previous = None if found["previous"] is None else parse_digest(_text(found, "previous"))
    except BadForm as error:
        raise BadUpdate(error.what, error.why) from error
    if authority_of(officer) != author:
        raise BadUpdate("officer", "of another authority than the author")
    changes = found["changes"]
    if not isinstance(changes, list) or not 1 <= len(changes) <= CHANGES_LIMIT:
        raise BadUpdate("changes", f"not a list of 1 to {CHANGES_LIMIT}")
    file = f"update-{digest[:SHORT]}"
    said = [Saying(file, line, author, officer, at, digest) for line in range(1, len(changes) + 1)]
    return Update(
        digest,
        author,
        officer,
        at,
        previous,
        tuple(_change(one, saying, catalogue) for one, saying in zip(changes, said, strict=True)),
    )


def verify_update(
    data: bytes, catalogue: Catalogue, directory: Directory, trusted: Collection[AuthorityId], now: Instant
) -> VerifiedUpdate:
    """The update, verified.

    Raises:
        Errors of ``parse_update``. AuthorNotTrusted. UpdateFromTheFuture. BadSignature, and the directory's errors of
        the author's and the officer's key (RetiredKey: not valid at the update's time, or no longer).
    """
    update = parse_update(data, catalogue)
    if update.author not in trusted:
        raise AuthorNotTrusted(update.author)
    if update.at > now + LEEWAY:
        raise UpdateFromTheFuture(update.author, write_instant(update.at))
    envelope = _envelope(data)
    for at in {update.at, now}:
        envelope.verify(directory.signing_key(update.author, envelope.key_ids, at), what="register update")
        key = directory.officer_key(update.officer, "send", envelope.key_ids, at)
        envelope.verify(key, what="register update")
    return VerifiedUpdate(update, data)


def apply_update(register: Register, verified: VerifiedUpdate) -> Register:
    """The register after the update; ``UpdateOutOfOrder``, and the errors of ``change.apply``."""
    return replay_update(register, verified.update)


def replay_update(register: Register, update: Update) -> Register:
    """As ``apply_update``, for an update that this node verified when it accepted it."""
    if update.digest in register.applied:
        return register
    held = register.last_of.get(update.author)
    if update.previous != held:
        raise UpdateOutOfOrder(update.author, update.previous or "-", held or "-")
    return apply(register, update.changes, digest=update.digest, author=update.author)


def _envelope(data: bytes) -> Dsse:
    return parse_dsse(data, payload_type=UPDATE_TYPE, what="register update")


def _text(members: Mapping[str, object], name: str) -> str:
    value = members[name]
    if not isinstance(value, str):
        raise BadUpdate(name, "not text")
    return value


def _change(found: object, said: Saying, catalogue: Catalogue) -> Change:
    place = f"changes.{said.line}"
    if not isinstance(found, dict) or set(found) != _CHANGE:
        raise BadUpdate(place, f"not exactly {', '.join(sorted(_CHANGE))}")
    reason = _text(found, "reason")
    if len(reason) > REASON_LIMIT or any(ord(sign) < 32 for sign in reason):
        raise BadUpdate(f"{place}.reason", f"more than {REASON_LIMIT} characters, or a control character")
    try:
        replaces = None if found["replaces"] is None else parse_digest(_text(found, "replaces"))
    except BadForm as error:
        raise BadUpdate(f"{place}.replaces", error.why) from error
    if found["fact"] is None:
        if replaces is None:
            raise BadUpdate(place, "neither a fact nor what it replaces")
        return Change(None, replaces, reason, said)
    fact = found["fact"]
    if not isinstance(fact, dict):
        raise BadUpdate(f"{place}.fact", "not an object")
    for name, text in fact.items():
        if name not in COLUMNS[1:] or not isinstance(text, str) or not text:
            raise BadUpdate(f"{place}.fact.{name}"[:200], "no such column, or not text that says something")
    return Change(read_fact(fact, said.file, said.line, catalogue), replaces, reason, said)
