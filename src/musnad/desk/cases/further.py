"""What must or may be asked next, by the treaty data of what was asked before; where the case is open for it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from musnad.core.case.judge import next_steps
from musnad.core.case.state import CaseState
from musnad.core.kernel.names import MessageId, Slug
from musnad.core.treaty.values import Force, Label
from musnad.desk.answering.choices import voices
from musnad.exchange.ports import Ports
from musnad.exchange.reading.house import rule_view
from musnad.exchange.reading.pieces import RuleView
from musnad.people.powers import Power
from musnad.people.seat import Seat


@dataclass(frozen=True, slots=True)
class Further:
    """A measure that follows a request of ours: whether it must, and by which rule."""

    case: str
    follows: MessageId
    before: Label
    measure: Slug
    label: Label
    force: Force
    rule: RuleView

    @property
    def address(self) -> str:
        asked = urlencode({"case": self.case, "follows": self.follows})
        return f"{reverse('composing:form', args=[self.measure])}?{asked}"


def further_in(ports: Ports, state: CaseState, seat: Seat) -> tuple[Further, ...]:
    """What this seat may ask further in the case, what must be asked first; nothing that was asked already."""
    if not seat.may(Power.COMPOSE) or not voices(ports, seat):
        return ()
    if not any(one.kind == "request" for one in next_steps(state, ports.party)):
        return ()
    treaties, found = ports.treaties.known(), []
    for request in state.requests.values():
        treaty = treaties.get(request.treaty)
        if treaty is None or request.asker_party != ports.party or request.status in {"refused", "withdrawn"}:
            continue
        measure = treaty.measures.get(request.measure)
        asked = {state.requests[one].measure for one in request.followed_by if one in state.requests}
        for one in measure.follow_ups if measure is not None else ():
            if one.measure in asked or one.measure not in treaty.measures or measure is None:
                continue
            label, rule = treaty.measures[one.measure].label, rule_view(one.rule)
            found.append(Further(state.case, request.id, measure.label, one.measure, label, one.force, rule))
    return tuple(sorted(found, key=lambda one: one.force != "must"))
