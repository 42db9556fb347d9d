"""Judging hundreds of altered dossiers: pure functions are asked once for equal arguments.

Nothing is skipped: a function of values gives the same answer to the same values. Errors are never remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from musnad.core.crypto import signing
from musnad.core.directory.directory import Directory
from musnad.core.directory.judge import judge_bundle
from musnad.core.dossier import directories, reading
from musnad.core.kernel.times import Instant
from musnad.core.treaty.reader import parse_bundle


@pytest.fixture(autouse=True, scope="session")
def _eased() -> Iterator[None]:
    @cache
    def judged(files: frozenset[tuple[str, bytes]], anchor: bytes | None, at: Instant, grace_days: int) -> Directory:
        return judge_bundle(dict(files), anchor, at, grace_days)

    def judge(files: Mapping[str, bytes], anchor: bytes | None, at: Instant, grace_days: int) -> Directory:
        return judged(frozenset(files.items()), anchor, at, grace_days)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "parse_bundle", cache(parse_bundle))
        patch.setattr(reading, "judge_bundle", judge)
        patch.setattr(directories, "judge_bundle", judge)
        for name in ("verify_ed25519", "verify_ml_dsa_65", "verify_ml_dsa_44"):
            patch.setattr(signing, name, cache(getattr(signing, name)))
        yield
