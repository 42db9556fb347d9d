"""Conditions that travel with data: which of several count, and what they leave open.

Several may stand on one exhibit: those of the acceptance, those of the offer. Of each kind the strictest counts; the
purposes all stay, since only what serves every one of them is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from musnad.core.case.state import ConsentState, ExhibitState, RequestState
from musnad.core.kernel.names import PartyCode, Slug
from musnad.core.kernel.times import Day
from musnad.core.messages.bodies import Onward, Use, UseLimits

_STRICTER: tuple[Onward, ...] = get_args(Onward)


def strictest(limits: Iterable[UseLimits]) -> UseLimits | None:
    """What several sets of conditions come to; None where there is none. Of two that end on one day, return wins."""
    given = tuple(limits)
    if not given:
        return None
    purposes = dict.fromkeys(one.purpose for one in given if one.purpose is not None)
    ends = sorted((one.until, one.at_end != "return", one.at_end) for one in given if one.until and one.at_end)
    return UseLimits(
        confidential=any(one.confidential for one in given),
        onward=max((one.onward for one in given), key=_STRICTER.index),
        purpose="\n".join(purposes) or None,
        until=ends[0][0] if ends else None,
        at_end=ends[0][2] if ends else None,
    )


def against_use(
    exhibit: ExhibitState, request: RequestState | None, use: Use | None, recipient: PartyCode | None, today: Day
) -> Slug | None:
    """Why an exhibit may not be used so now, or None where it may.

    Args:
        use: None for opening, copying and exporting in the case it was given for.
        recipient: whom it would be passed on to.
        today: the civil day of the Party that uses it.
    Returns:
        ``limit-ended``: the last day is over; ``onward-forbidden``; ``onward-needs-consent``, ``use-needs-consent``:
        who gave it has to be asked first, and has not agreed.
    """
    limit = strictest(exhibit.limits)
    if limit is None:
        return None
    if limit.until is not None and today > limit.until:
        return Slug("limit-ended")
    if use is None or use == "defence-disclosure":
        return None  # what clears an accused may be disclosed, after notice
    consents = request.consents if request is not None else ()
    if use == "other-use":
        free = limit.purpose is None or _granted(consents, exhibit, use, None, today)
        return None if free else Slug("use-needs-consent")
    if limit.onward == "free" or _granted(consents, exhibit, use, recipient, today):
        return None
    return Slug("onward-forbidden" if limit.onward == "forbidden" else "onward-needs-consent")


def _granted(
    consents: tuple[ConsentState, ...], exhibit: ExhibitState, use: Use, recipient: PartyCode | None, today: Day
) -> bool:
    return any(
        one.granted
        and one.use == use
        and one.seal in {None, exhibit.seal}
        and (recipient is None or recipient in one.recipients)
        and (one.limits is None or one.limits.until is None or today <= one.limits.until)
        for one in consents
    )
