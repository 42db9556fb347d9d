"""Who calls: the token's holder, what it may do, and whose cases it may see."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.http import HttpRequest
from ninja.security.base import AuthBase

from musnad.adapters.files.grants import Grant, Scope
from musnad.api.errors import AuthorityNotGranted, ScopeMissing, TokenInvalid, TokenMissing
from musnad.api.house import House, house
from musnad.core.kernel.names import AuthorityId, CaseRef, SealId
from musnad.core.kernel.times import Day, parse_day
from musnad.exchange.composing import Draft, case_state
from musnad.exchange.errors import UnknownCase, UnknownDraft
from musnad.exchange.evidence.errors import NoSuchExhibit
from musnad.exchange.exhibits import read_kept_manifest
from musnad.exchange.parts import authorities_in
from musnad.exchange.ports import Ports

_BEARER = re.compile(r"Bearer ([\x21-\x7e]{1,200})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a good token before the node; a case that is not its authorities' is not there for it."""

    house: House = field(repr=False)
    grant: Grant

    @property
    def ports(self) -> Ports:
        return self.house.ports

    def speaks_for(self, authority: str) -> AuthorityId:
        """The authority, if the token acts for it; ``AuthorityNotGranted``."""
        name = AuthorityId(authority)
        if name not in self.grant.authorities:
            raise AuthorityNotGranted(authority)
        return name

    def sees(self, case: CaseRef) -> bool:
        """Whether an authority of the token has part in the case: it wrote or received a message of it."""
        if self.grant.authorities >= self.ports.keys.hosted:
            return True
        return bool(self.grant.authorities & authorities_in(self.ports, case))

    def case(self, name: str) -> CaseRef:
        """A case that this caller sees; ``UnknownCase`` for any other, whether it is here or not."""
        case = CaseRef(name)
        if not self.ports.journal.case_entries(case) or not self.sees(case):
            raise UnknownCase(name)
        return case

    def day(self, as_of: str | None) -> Day:
        """The day that is asked about, today where none is; ``BadForm``."""
        return self.ports.clock.now().date() if as_of is None else parse_day(as_of, what="as_of")

    def holds(self, seal: SealId) -> SealId:
        """An exhibit that an authority of the token sealed, or that was wrapped to one; ``NoSuchExhibit`` else."""
        kept = self.ports.journal.exhibit(seal)
        if kept is None:
            raise NoSuchExhibit(seal)
        theirs = {read_kept_manifest(kept).sealed_by, *kept.holders}
        if kept.case is not None:
            offered = case_state(self.ports, kept.case).exhibits.get(seal)
            theirs |= set(offered.offered_to) if offered is not None else set()
        if not (theirs & self.grant.authorities or self.grant.authorities >= self.ports.keys.hosted):
            raise NoSuchExhibit(seal)
        return seal

    def owns(self, draft: Draft) -> Draft:
        """The draft, if one of the token's authorities is to say it; ``UnknownDraft`` for any other."""
        if draft.message.author not in self.grant.authorities:
            raise UnknownDraft(draft.id)
        return draft


class Allowed(AuthBase):
    """Lets in who shows a token with ``scope``, in the Authorization header and nowhere else."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope: Scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        header = request.headers.get("Authorization")
        if header is None:
            raise TokenMissing
        found = _BEARER.fullmatch(header)
        node = house()
        grant = node.grants.open(found[1], node.ports.clock.now().date()) if found else None
        if grant is None:
            raise TokenInvalid
        if self.scope not in grant.scopes:
            raise ScopeMissing(self.scope)
        return Caller(node, grant)


def caller_of(request: HttpRequest) -> Caller:
    """Who was let in."""
    caller = getattr(request, "auth", None)
    if not isinstance(caller, Caller):
        raise TokenMissing
    return caller
