"""Why a case may be believed, counted over its steps: who signed, who cannot take it back, who holds the same."""

from __future__ import annotations

from dataclasses import dataclass

from musnad.exchange.reading.values import CaseView, PartyView


@dataclass(frozen=True, slots=True)
class Trust:
    """Three counts over ``steps``, of which ``sound`` have no proof that fails.

    ``covered``: steps under a head of this node's log that ``witnesses`` cosigned. ``held``: steps that every Party
    they were said to has receipted; what went on paper has no receipt. ``broken``: steps of which some proof fails.
    """

    steps: int
    signed: int
    covered: int
    witnesses: tuple[PartyView, ...]
    held: int
    said: int
    broken: int


def trust_in(case: CaseView) -> Trust:
    shown = case.timeline
    said = [one for one in shown if one.state != "own-chain"]
    covered = [one for one in shown if one.trust.log.included is not None and one.trust.log.included.holds]
    witnessed = [one for one in covered if one.trust.log.cosigned_by]
    witnesses = {party.code: party for one in witnessed for party in one.trust.log.cosigned_by}
    return Trust(
        steps=len(shown),
        signed=sum(
            one.trust.signature.holds and all(given.check.holds for given in one.trust.approvals) for one in shown
        ),
        covered=len(witnessed),
        witnesses=tuple(witnesses[code] for code in sorted(witnesses)),
        held=sum(
            bool(one.receipts) and not one.undelivered_to and all(receipt.check.holds for receipt in one.receipts)
            for one in said
        ),
        said=len(said),
        broken=sum(not one.is_sound for one in shown),
    )
