"""What the treaty data tells whoever answers, by what is about to be said."""

from __future__ import annotations

from collections.abc import Mapping

from musnad.core.kernel.names import Slug
from musnad.core.treaty.values import Measure, Stage
from musnad.exchange.reading.house import rule_view
from musnad.exchange.reading.pieces import RuleView

STAGES: Mapping[str, Stage] = {"execution": "executing", "consent-request": "using", "consent": "using"}
UNRULED = frozenset({"acknowledgement", "question", "reply", "closing", "takeover", "call-back"})
OF_A_NO = frozenset(
    Slug(one)
    for one in (
        "reasons-for-refusal",
        "reasons-given-all-the-same",
        "reasons-for-refusing-extradition",
        "refused-person-is-prosecuted",
        "prosecute-own-national-not-extradited",
        "may-prosecute-who-is-not-extradited",
        "foreign-sentence-enforced",
        "postponement-for-ongoing-matter",
        "postponement-for-own-proceedings",
        "consider-part-or-conditions",
        "further-information",
    )
)
"""Duties of a State that refuses, or puts off; who accepts is not told of them."""


def rules_for(kind: str, measure: Measure | None) -> tuple[RuleView, ...]:
    """What the treaty data tells who says this: duties of the stage, steps that come before, limits of use."""
    if measure is None or kind in UNRULED:
        return ()
    stage = STAGES.get(kind, "answering")
    found = [one.rule for one in measure.duties if one.stage == stage]
    if kind in {"acceptance", "confirmation"}:
        found = [one for one in found if one.name not in OF_A_NO]
    found += [one.rule for one in measure.precedes if one.before == kind]
    if kind == "acceptance":
        found += [one.rule for one in measure.use_limits]
    if kind == "confirmation":
        found = [*(one.rule for one in measure.limits), *found]
    if kind == "refusal":
        found += list(measure.barred.values())
    return tuple(rule_view(one) for one in {one.name: one for one in found}.values())
