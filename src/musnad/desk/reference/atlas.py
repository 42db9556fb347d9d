"""The world map, as ``tools/front_end.py`` made it: outlines and dots by State. It may not be installed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from musnad.core.register.standing import Standing, Status
from musnad.language.register_words import state_name
from musnad.language.words import word

FILE = Path(__file__).parents[1] / "front_end" / "world.json"


@dataclass(frozen=True, slots=True)
class Land:
    """One State on the map. ``dot`` where it is too small to be seen."""

    code: str
    says: str
    path: str
    dot: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Atlas:
    """The map of a day, its States by where they stand. ``rest`` is land whose code the register does not have."""

    box: str
    groups: tuple[tuple[Status, tuple[Land, ...]], ...]
    rest: str


def atlas(found: Iterable[Standing]) -> Atlas | None:
    """The map coloured by these; ``None`` where it is not installed."""
    world = _world(FILE)
    if world is None:
        return None
    paths, groups = dict(world["paths"]), defaultdict[Status, list[Land]](list)
    for one in found:
        path, dot = paths.pop(one.state.code, ""), world["dots"].get(one.state.code)
        if path or dot:
            name = state_name(one.state)
            says = name if one.status == "none" else f"{name}: {word('standing', one.status)}"
            groups[one.status].append(Land(one.state.code, says, path, None if dot is None else (dot[0], dot[1])))
    box = " ".join(str(one) for one in world["box"])
    return Atlas(box, tuple((status, tuple(lands)) for status, lands in groups.items()), "".join(paths.values()))


@cache
def _world(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
