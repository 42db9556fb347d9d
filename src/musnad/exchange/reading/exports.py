"""The exports of a case by this node: those that wait for officers, and those that were said, as a person sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from musnad.core.kernel.names import CaseRef, MessageId, OfficerName
from musnad.core.kernel.times import Instant
from musnad.core.messages.bodies import Exported
from musnad.core.messages.message import Message
from musnad.exchange.composing import drafts
from musnad.exchange.export_gathering import said_of
from musnad.exchange.export_plan import Outline, read_outline
from musnad.exchange.ports import Ports
from musnad.exchange.reading.house import House, open_house
from musnad.exchange.reading.values import AuthorityView

Stand = Literal["waits", "approved", "said", "outdated"]


@dataclass(frozen=True, slots=True)
class ExportView:
    """An export. ``plan`` is told while its dossier can be made (again); ``missing`` are the officers waited for."""

    id: MessageId
    case: CaseRef
    author: AuthorityView
    at: Instant
    approvers: tuple[OfficerName, ...]
    missing: tuple[OfficerName, ...]
    was_said: bool
    plan: Outline | None

    @property
    def stand(self) -> Stand:
        if self.missing:
            return "waits"
        if self.plan is None:
            return "outdated"
        return "said" if self.was_said else "approved"

    @property
    def with_content(self) -> bool:
        """Whether the dossier holds evidence, and not manifests alone."""
        return self.plan is not None and bool(self.plan.with_content)


def list_exports(ports: Ports, case: CaseRef) -> tuple[ExportView, ...]:
    """Every export of the case by this node, the newest first."""
    house = open_house(ports)
    found = [_view(house, case, one.id, one.message, one.missing) for one in drafts(ports) if one.message.case == case]
    own = (one for one in ports.journal.case_entries(case) if one.own)
    found += [_view(house, case, one.id, said_of(one, own_chain=True), None) for one in own]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.at, reverse=True))


def _view(
    house: House, case: CaseRef, name: MessageId, message: object, missing: tuple[OfficerName, ...] | None
) -> ExportView | None:
    if not isinstance(message, Message) or not isinstance(message.body, Exported):
        return None
    return ExportView(
        id=name,
        case=case,
        author=house.authority(message.author),
        at=message.at,
        approvers=tuple(one.officer for one in message.approvals),
        missing=missing or (),
        was_said=missing is None,
        plan=read_outline(house.ports, message.body.payload_manifest),
    )
