"""What a program may do through the programming interface: tokens with scopes, kept as files in ``tokens/``.

A token is ``musnad_`` + an id + a secret of 256 random bits. The file ``<id>.json`` holds the secret's SHA-256, so that
a copy of the folder opens nothing; the secret is shown once, when the token is made. A token ends with its last day, or
at once when it is revoked, which removes its file. The day of its last use stands in a file of its own, so that telling
it never brings a revoked token back. A token never shows itself in a repr, an error or a log.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from musnad.adapters.files.durable import sync_folder, write_durably
from musnad.core.kernel.errors import BadForm, Malformed, MusnadError, Unavailable
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import AuthorityId, Entropy, Slug, parse_authority, parse_slug
from musnad.core.kernel.times import Day, parse_day, write_day

Scope = Literal[
    "cases:read",
    "cases:write",
    "drafts:approve",
    "exhibits:write",
    "register:read",
    "register:write",
    "law:read",
    "law:write",
    "treaty:read",
    "figures:read",
]
SCOPES: tuple[Scope, ...] = get_args(Scope)
OF_AUTHORITIES: frozenset[Scope] = frozenset({"cases:read", "cases:write", "drafts:approve", "exhibits:write"})
"""Scopes that reach an authority's cases: a token with one of them says whose."""
LONGEST_DAYS = 366
TOKENS_LIMIT = 1000
_ID_OCTETS, _SECRET_OCTETS = 8, 32
_TOKEN = re.compile(r"musnad_([0-9a-f]{16})_([0-9a-f]{64})")


@dataclass(eq=False)
class UnknownGrant(Malformed):
    """There is no token of that name."""

    code = "token.unknown"
    remedy = "List the tokens with `musnad token list`."
    name: str


@dataclass(eq=False)
class GrantTaken(Malformed):
    """A token of that name is there already, or there are too many."""

    code = "token.taken"
    remedy = "Choose another name, or revoke the old token first with `musnad token revoke NAME`."
    name: str


@dataclass(eq=False)
class GrantUnreadable(Unavailable):
    """A token's file is damaged or cannot be read; the token opens nothing."""

    code = "token.unreadable"
    remedy = "Remove the named file from the node's tokens folder and make the token again."
    file: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What the holder of one token may do, for which authorities, and how long. The last day is inclusive, in UTC."""

    id: str
    name: Slug
    scopes: frozenset[Scope]
    authorities: frozenset[AuthorityId]
    made_on: Day
    last_day: Day
    sha256: str = field(repr=False)
    used_on: Day | None = None

    def is_over(self, today: Day) -> bool:
        return today > self.last_day


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    scopes: list[Scope]
    authorities: list[str]
    made_on: str
    last_day: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Grants:
    """The tokens of the node in ``folder``."""

    folder: Path

    def make(
        self,
        name: Slug,
        scopes: frozenset[Scope],
        authorities: frozenset[AuthorityId],
        *,
        days: int,
        today: Day,
        entropy: Entropy,
    ) -> tuple[Grant, str]:
        """A new token: what it grants, and the token itself, which nobody can read again.

        Raises:
            BadForm: no scope, days out of range, or a scope of cases without an authority. GrantTaken: the name.
        """
        if not scopes:
            raise BadForm("--scope", "missing")
        if not 1 <= days <= LONGEST_DAYS:
            raise BadForm("--days", f"not from 1 to {LONGEST_DAYS}")
        if scopes & OF_AUTHORITIES and not authorities:
            raise BadForm("--authority", "missing, and a scope of cases is asked for")
        known = self.every()
        if len(known) >= TOKENS_LIMIT or any(one.name == name for one in known):
            raise GrantTaken(name)
        secret = entropy(_SECRET_OCTETS).hex()
        last_day = today + timedelta(days=days - 1)
        grant = Grant(entropy(_ID_OCTETS).hex(), name, scopes, authorities, today, last_day, _digest(secret))
        self._place.mkdir(mode=0o700, exist_ok=True)
        write_durably(self._file(grant.id), _write(grant))
        return grant, f"musnad_{grant.id}_{secret}"

    def every(self) -> tuple[Grant, ...]:
        """Every token, by name; ``GrantUnreadable`` names a damaged file."""
        found = [self._read(place) for place in self._files()]
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.name))

    def revoke(self, name: str) -> None:
        """End a token now; ``UnknownGrant``."""
        found = next((one for one in self.every() if one.name == name), None)
        if found is None:
            raise UnknownGrant(name)
        self._file(found.id).unlink(missing_ok=True)
        self._used(found.id).unlink(missing_ok=True)
        sync_folder(self._place)

    def open(self, token: str, today: Day) -> Grant | None:
        """What this token grants today; None for anything that was not made here, is over or was revoked.

        The secret's digest is compared in constant time, and a digest is computed whether the id is known or not.
        """
        found = _TOKEN.fullmatch(token)
        if found is None:
            return None
        grant = self._read(self._file(found[1]))
        expected = grant.sha256 if grant is not None else "0" * 64
        if not hmac.compare_digest(_digest(found[2]), expected) or grant is None or grant.is_over(today):
            return None
        if grant.used_on != today:
            with suppress(OSError):  # telling the last use is a courtesy; a full disk must not close the door
                write_durably(self._used(grant.id), write_day(today).encode("ascii"))
        return grant

    @property
    def _place(self) -> Path:
        return self.folder / "tokens"

    def _file(self, name: str) -> Path:
        return self._place / f"{name}.json"

    def _used(self, name: str) -> Path:
        return self._place / f"{name}.used"

    def _files(self) -> Iterator[Path]:
        return iter(sorted(self._place.glob("*.json"))) if self._place.is_dir() else iter(())

    def _read(self, place: Path) -> Grant | None:
        try:
            if place.stat().st_mode & 0o077:
                raise GrantUnreadable(place.name)
            found = _File.model_validate(parse_object(place.read_bytes(), what="token file"))
            return Grant(
                place.stem,
                parse_slug(found.name),
                frozenset(found.scopes),
                frozenset(parse_authority(one) for one in found.authorities),
                parse_day(found.made_on),
                parse_day(found.last_day),
                found.sha256,
                self._last_use(place.stem),
            )
        except FileNotFoundError:
            return None
        except (OSError, ValidationError, MusnadError):
            raise GrantUnreadable(place.name) from None

    def _last_use(self, name: str) -> Day | None:
        try:
            return parse_day(self._used(name).read_text("ascii"))
        except (OSError, UnicodeDecodeError, MusnadError):
            return None


def _digest(secret: str) -> str:
    return hashlib.sha256(bytes.fromhex(secret)).hexdigest()


def _write(grant: Grant) -> bytes:
    return write_canonical(
        {
            "name": grant.name,
            "scopes": sorted(grant.scopes),
            "authorities": sorted(grant.authorities),
            "made_on": write_day(grant.made_on),
            "last_day": write_day(grant.last_day),
            "sha256": grant.sha256,
        }
    )
