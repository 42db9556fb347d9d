"""What another Party asks of this one and still has to be done: what is read before anything is said, and after."""

from __future__ import annotations

from musnad.core.kernel.names import PartyCode
from musnad.exchange.reading import CaseView, RequestView

OVER = frozenset({"withdrawn", "refused", "fulfilled"})
"""As what a request stands when nobody has to do anything about it any more."""


def asked_of(party: PartyCode, shown: CaseView) -> tuple[RequestView, ...]:
    """The requests of a case that wait for this Party's word or deed; none once the case is closed."""
    if shown.closed:
        return ()
    return tuple(one for one in shown.requests if one.asked[0].party.code == party and one.status not in OVER)
