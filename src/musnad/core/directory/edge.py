"""The forms of party.json and of a roster, checked once, at the edge, with pydantic; unknown members are refused.

Used by ``party_file`` and ``roster`` only; what comes out of those are the frozen values of ``entry``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from musnad.core.crypto.passkey import CREDENTIAL_LIMIT_OCTETS, ORIGINS_LIMIT, Passkey, parse_passkey
from musnad.core.crypto.signing import VerifyingKey, parse_verifying_key
from musnad.core.crypto.wrapping import WrappingKey, parse_wrapping_key
from musnad.core.directory.entry import DatedKey, OfficerAct
from musnad.core.directory.errors import BadEntry
from musnad.core.kernel import names, times
from musnad.core.kernel.errors import MusnadError
from musnad.core.kernel.times import Instant


def _by(parse: Callable[[str], object]) -> AfterValidator:
    def check(text: str) -> str:
        try:
            parse(text)
        except MusnadError as error:
            raise ValueError(str(error.facts().get("why", error.code))) from error
        return text

    return AfterValidator(check)


def _plain(text: str) -> str:
    if not text.strip() or any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
        raise ValueError("blank, or a control character")
    return text


def _named_keys(by_language: dict[str, str]) -> dict[str, str]:
    if not by_language:
        raise ValueError("no name at all")
    return by_language


Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
Short = Annotated[str, Field(min_length=1, max_length=256), AfterValidator(_plain)]
Names = Annotated[dict[Language, Short], Field(max_length=32), AfterValidator(_named_keys)]
Zone = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$", max_length=64)]
Name = Annotated[str, _by(names.parse_slug)]
At = Annotated[str, _by(times.parse_instant)]
Url = Annotated[str, Field(pattern=r"^https://[a-z0-9.\-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$", max_length=512)]
# A signed note's key name: no white space, no plus sign (C2SP signed-note).
NoteName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._~:/-]+$", max_length=256)]
Certificate = Annotated[
    str,
    Field(
        pattern=r"^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]{1,76}\n)+-----END CERTIFICATE-----\n?$",
        max_length=16384,
    ),
]
Protocol = Annotated[str, Field(pattern=r"^[a-z]+/[0-9]{1,4}$")]


class Edge(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


EdgeModel = TypeVar("EdgeModel", bound=Edge)


class Node(Edge):
    url: Url
    certificate: Certificate


class Log(Edge):
    origin: NoteName
    ed25519: str
    ml_dsa_44: str


class Witness(Edge):
    name: NoteName
    ed25519: str
    ml_dsa_44: str


class SigningKey(Edge):
    ed25519: str
    ml_dsa_65: str = Field(alias="ml-dsa-65")
    since: At = Field(alias="from")
    until: At | None

    def value(self) -> DatedKey[VerifyingKey]:
        return DatedKey(parse_verifying_key(self.ed25519, self.ml_dsa_65), *_dates(self.since, self.until))


class WrappingKeyEdge(Edge):
    ml_kem_768: str = Field(alias="ml-kem-768")
    x25519: str
    since: At = Field(alias="from")
    until: At | None

    def value(self) -> DatedKey[WrappingKey]:
        return DatedKey(parse_wrapping_key(self.ml_kem_768, self.x25519), *_dates(self.since, self.until))


class AuthorityEdge(Edge):
    id: Annotated[str, _by(names.parse_authority)]
    roles: Annotated[list[Name], Field(min_length=1, max_length=16)]
    names: Names
    languages: Annotated[list[Language], Field(min_length=1, max_length=32)]
    measures: Annotated[list[Name], Field(max_length=128)]
    signing_keys: Annotated[list[SigningKey], Field(min_length=1, max_length=32)]
    wrapping_keys: Annotated[list[WrappingKeyEdge], Field(min_length=1, max_length=64)]
    roster: dict[str, Any]


class PartyEdge(Edge):
    version: Literal["musnad/1"]
    party: Annotated[str, _by(names.parse_party)]
    names: Names
    time_zone: Zone
    protocols: Annotated[list[Protocol], Field(min_length=1, max_length=16)]
    node: Node
    log: Log
    witness: Witness
    authorities: Annotated[list[AuthorityEdge], Field(min_length=1, max_length=64)]


class OfficerEdge(Edge):
    officer: Annotated[str, _by(names.parse_officer)]
    acts: Annotated[list[OfficerAct], Field(max_length=4)]
    ed25519: str
    ml_dsa_65: str = Field(alias="ml-dsa-65")
    since: At = Field(alias="from")
    until: At | None

    def key(self) -> DatedKey[VerifyingKey]:
        return DatedKey(parse_verifying_key(self.ed25519, self.ml_dsa_65), *_dates(self.since, self.until))


class PasskeyEdge(Edge):
    credential: Annotated[str, Field(max_length=4 * CREDENTIAL_LIMIT_OCTETS // 3 + 4)]
    origins: Annotated[list[Annotated[str, Field(max_length=512)]], Field(min_length=1, max_length=ORIGINS_LIMIT)]
    public: Annotated[str, Field(max_length=256)]
    relying_party: Annotated[str, Field(max_length=253)]


class PasskeyOfficerEdge(Edge):
    officer: Annotated[str, _by(names.parse_officer)]
    acts: Annotated[list[OfficerAct], Field(max_length=4)]
    passkey: PasskeyEdge
    since: At = Field(alias="from")
    until: At | None

    def key(self) -> DatedKey[Passkey]:
        one = self.passkey
        passkey = parse_passkey(one.credential, one.public, one.relying_party, one.origins)
        return DatedKey(passkey, *_dates(self.since, self.until))


def _kind_of_key(found: object) -> str:
    return "passkey" if isinstance(found, dict) and "passkey" in found else "pair"


AnyOfficerEdge = Annotated[
    Annotated[OfficerEdge, Tag("pair")] | Annotated[PasskeyOfficerEdge, Tag("passkey")], Discriminator(_kind_of_key)
]


class RosterEdge(Edge):
    version: Literal["musnad/1"]
    authority: Annotated[str, _by(names.parse_authority)]
    officers: Annotated[list[AnyOfficerEdge], Field(max_length=200)]


def validate(model: type[EdgeModel], found: object) -> EdgeModel:
    """The checked form; ``BadEntry`` names the first member that is wrong, never its value."""
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise BadEntry(".".join(str(part) for part in first["loc"])[:200], str(first["msg"])[:200]) from None


def _dates(since: str, until: str | None) -> tuple[Instant, Instant | None]:
    begin = times.parse_instant(since)
    end = None if until is None else times.parse_instant(until)
    if end is not None and end <= begin:
        raise BadEntry("until", "not after from")
    return begin, end
