"""The conditions on an exhibit: in one line, and the option that asks them for another use."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator

from musnad.core.case.limits import strictest
from musnad.core.messages.bodies import UseLimits
from musnad.language import gettext as _
from musnad.language import isolate, write_date
from musnad.language.words import word


def add_use_option(command: argparse.ArgumentParser) -> None:
    """``--use``: what an exhibit is used for, where it is not for what it was given."""
    command.add_argument(
        "--use",
        choices=("other-use", "defence-disclosure"),
        help=_("what it is used for, where not for what it was given; its conditions are asked"),
    )


def conditions(limits: Iterable[UseLimits]) -> Iterator[str]:
    """What several sets of conditions come to, as one line; nothing where there is none."""
    limit = strictest(limits)
    if limit is not None:
        yield " · ".join(_parts(limit))


def _parts(limit: UseLimits) -> Iterator[str]:
    if limit.confidential:
        yield word("member", "confidential")
    yield f"{word('member', 'onward')}: {word('said', limit.onward)}"
    if limit.purpose is not None:
        yield f"{word('member', 'purpose')}: {isolate(limit.purpose)}"
    if limit.until is not None and limit.at_end is not None:
        yield f"{word('member', 'limit-until')}: {write_date(limit.until)}, {word('said', limit.at_end)}"
