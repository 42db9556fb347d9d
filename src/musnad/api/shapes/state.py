"""The shape of a folded case, for programs: codes and ids."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from musnad.api.shapes.forms import Authority, Hex64, Moment, Name, OnDay, PartyName, Seal, Shape


class LimitsShape(Shape):
    """What the conditions on data come to: the strictest of each kind, and every purpose."""

    confidential: bool
    onward: Literal["free", "with-consent", "forbidden"]
    purpose: str | None
    until: OnDay | None
    at_end: Literal["return", "destroy"] | None


class ConsentShape(Shape):
    """Another use that was asked for; ``granted`` is null until it is answered."""

    id: Hex64
    use: str
    granted: bool | None


class StateRequest(Shape):
    id: Hex64
    measure: Name
    status: str
    asker: Authority
    asked: list[Authority]
    preserved_until: OnDay | None
    postponed_until: OnDay | None
    questions_open: list[Hex64]
    refusal_grounds: list[str]
    follows: Hex64 | None
    followed_by: list[Hex64]
    result: str | None
    silences: list[Hex64]
    consents: list[ConsentShape]


class StateStep(Shape):
    id: Hex64
    kind: str
    author: Authority
    at: Moment
    void: str | None
    receipts: int


class StateCustody(Shape):
    event: str
    authority: Authority
    at: Moment


class StateGap(Shape):
    code: str
    id: Hex64


class StateExhibit(Shape):
    seal: Seal
    offer: Hex64 | None
    offered_to: list[Authority]
    limits: LimitsShape | None
    custody: list[StateCustody]
    gaps: list[StateGap]


class StateShape(Shape):
    """The folded state: equal digests at two nodes mean equal states."""

    case: Hex64
    exercise: bool
    closed: bool
    digest: Hex64
    parties: list[PartyName]
    heads: list[Hex64]
    requests: list[StateRequest]
    steps: list[StateStep]
    waiting: list[Hex64] = Field(description="messages whose ancestors are not here")
    takeovers: dict[str, Hex64] = Field(description="Parties that others wrote for and that now speak for themselves")
    contested: list[Hex64] = Field(description="what was entered for such a Party and it does not acknowledge")
    exhibits: list[StateExhibit]
