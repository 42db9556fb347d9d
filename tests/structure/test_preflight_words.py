"""Every code of a pre-flight has its sentence, every placeholder is a fact that some reason gives."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from musnad.core.law.gap import Coverage
from musnad.core.law.meeting import Met
from musnad.core.preflight.values import Answer, Found, Origin, Topic, Weight
from musnad.core.treaty import engine, forms
from musnad.core.treaty.findings import FORM
from musnad.core.treaty.values import UseLimitName
from musnad.language.preflight_words import (
    ANSWERS,
    COVERAGES,
    DRAFT_REMEDIES,
    FOUND,
    LIMITS,
    METS,
    ORIGINS,
    REMEDIES,
    TOPICS,
    WEIGHTS,
)


def test_every_code_has_its_words() -> None:
    assert set(FOUND) == set(Found)
    assert list(TOPICS) == list(Topic)
    assert set(ANSWERS) == set(Answer)
    assert set(WEIGHTS) == set(Weight)
    assert set(COVERAGES) == set(Coverage)
    assert set(METS) == set(Met)
    assert set(LIMITS) == set(get_args(UseLimitName))
    assert set(ORIGINS) == set(get_args(Origin))


def test_every_defect_of_form_has_its_remedy() -> None:
    """What no rule stands behind says itself what to do; what a rule stands behind is told by the rule."""
    assert set(REMEDIES) == FORM
    sources = [Path(module.__file__ or "").read_text("utf-8") for module in (engine, forms)]
    given = {name for one in sources for name in re.findall(r"of_form\(\s*FindingCode\.([A-Z_]+)", one)}
    assert {one.name for one in FORM} >= given > set()
    under_rules = {name for one in sources for name in re.findall(r"of_rule\(\s*FindingCode\.([A-Z_]+)", one)}
    assert not {one.name for one in FORM} & under_rules


def test_every_placeholder_is_well_formed() -> None:
    for sentence in (*FOUND.values(), *REMEDIES.values(), *DRAFT_REMEDIES.values()):
        assert "%" not in re.sub(r"%\([a-z_]+\)s", "", sentence)
