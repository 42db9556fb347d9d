"""Every code of a pre-flight has its sentence, every placeholder is a fact that some reason gives."""

from __future__ import annotations

import re
from typing import get_args

from musnad.core.law.gap import Coverage
from musnad.core.law.meeting import Met
from musnad.core.preflight.values import Answer, Found, Origin, Topic, Weight
from musnad.core.treaty.values import UseLimitName
from musnad.language.preflight_words import (
    ANSWERS,
    COVERAGES,
    FOUND,
    LIMITS,
    METS,
    ORIGINS,
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


def test_every_placeholder_is_well_formed() -> None:
    for sentence in FOUND.values():
        assert "%" not in re.sub(r"%\([a-z_]+\)s", "", sentence)
