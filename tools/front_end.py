"""Fetch what the desk shows and nobody should draw by hand: the world map, from a maintained package, pinned.

The package is npm's `world-atlas` (Natural Earth's States, as TopoJSON; ISC). It is fetched whole, compared with the
SHA-512 that stands here, and turned into one compact file of SVG paths by the two-letter codes of ISO 3166-1, which
git does not keep and the wheel does. The registry is the one that npm is configured for (``npm_config_registry``, else
what ``npm config`` says), else the public one; npm itself is not needed. Where nothing can be fetched the desk shows
its table alone and says so.

In order: 1. fetch and verify; 2. project (Equal Earth, middle meridian 11° E; the edge of the map runs through the
Bering Strait, around the islands there, and so cuts no State); 3. thin the lines, shared ones once for both
neighbours; 4. a dot for who would be too small to see, from the finer sheet where the coarse one lacks it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import math
import os
import shutil
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from babel.core import get_global

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "musnad" / "desk" / "front_end"
WORLD, LICENCE = "world.json", "world-atlas-LICENSE.txt"
PUBLIC_REGISTRY = "https://registry.npmjs.org/"
PACKAGE, VERSION = "world-atlas", "2.0.2"
INTEGRITY = "sha512-IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ=="
TIMEOUT_SECONDS = 20
LIMIT_OCTETS = 16 * 1024 * 1024
SHEETS = ("countries-50m.json", "countries-10m.json")

WIDTH = 800
MIDDLE_MERIDIAN = 11.0
EDGE = ((64.0, -169.0), (62.0, -174.0), (56.0, -177.0), (48.0, -190.0), (-90.0, -169.0))
"""From which latitude on upwards the map's edge runs at which longitude: between Asia and America, west of Alaska's
islands."""
TOLERANCE = 1.15
"""How far, in units of the map's width, a line may be from the finer one."""
SPECK = 3.0
"""An island whose area is below this is left out, unless it is the State's largest."""
SMALL = 5
"""A State no wider and no higher than this has a dot."""
LEFT_OUT = frozenset({"AQ"})
"""The Antarctic, which no State has."""

DRAWN = f"{WIDTH} {TOLERANCE} {SPECK} {SMALL}"
"""How the map is drawn, so that one that was drawn otherwise is made again."""

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = math.sqrt(3) / 2
_HALF_WIDTH = math.pi / (_M * _A1)

Point = tuple[float, float]


class NotFetched(Exception):
    """The package could not be had, or is not the one that is pinned."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--again", action="store_true", help="make it again where it stands")
    chosen = options.parse_args()
    try:
        make(again=chosen.again)
    except NotFetched as error:
        print(f"front_end: {error}; the desk works without its map", file=sys.stderr)
        return 1
    return 0


def make(target: Path = TARGET, *, again: bool = False) -> bool:
    """Fetch and write the map, where it is not there as it should be; whether it was. ``NotFetched``: nothing is."""
    if not again and is_current(target / WORLD):
        return False
    files = unpacked(fetched(registry()))
    world = world_of([json.loads(files[name]) for name in SHEETS])
    target.mkdir(parents=True, exist_ok=True)
    (target / LICENCE).write_bytes(files["LICENSE"])
    whole = target / (WORLD + ".part")
    whole.write_text(json.dumps(world, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8")
    whole.replace(target / WORLD)
    return True


def is_current(file: Path) -> bool:
    """Whether the file was made of this package and as precisely as here."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and (found.get("integrity"), found.get("drawn")) == (INTEGRITY, DRAWN)


def registry() -> str:
    """Where packages of npm come from on this machine."""
    found = os.environ.get("npm_config_registry", "")  # noqa: SIM112 - as npm itself spells it
    if not found and shutil.which("npm"):
        told = subprocess.run(
            ["npm", "config", "get", "registry"], capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS
        )
        found = told.stdout.strip() if told.returncode == 0 else ""
    return (found if found.startswith(("https://", "http://")) else PUBLIC_REGISTRY).rstrip("/") + "/"


def fetched(registry: str, integrity: str = INTEGRITY) -> bytes:
    """The package's octets, verified; ``NotFetched``."""
    address = f"{registry}{PACKAGE}/-/{PACKAGE}-{VERSION}.tgz"
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - begins with http
            data: bytes = answer.read(LIMIT_OCTETS + 1)
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise NotFetched(f"{PACKAGE} {VERSION} cannot be fetched ({type(error).__name__})") from error
    if f"sha512-{base64.b64encode(hashlib.sha512(data).digest()).decode()}" != integrity:
        raise NotFetched(f"{PACKAGE} {VERSION} is not the package that is pinned here")
    return data


def unpacked(package: bytes) -> dict[str, bytes]:
    """The sheets and the licence of a verified package; ``NotFetched`` where one is missing."""
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(package), mode="r:gz") as archive:
        for name in (*SHEETS, "LICENSE"):
            try:
                member = archive.extractfile(f"package/{name}")
            except KeyError as error:
                raise NotFetched(f"{PACKAGE} {VERSION} has no {name}") from error
            if member is None:
                raise NotFetched(f"{PACKAGE} {VERSION} has no {name}")
            found[name] = member.read()
    return found


# --- the map ----------------------------------------------------------------------------------------------------------


def world_of(sheets: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Paths and dots by code, from the coarsest sheet that knows a State; ``""`` is land that has no code."""
    paths: dict[str, str] = {}
    dots: dict[str, list[int]] = {}
    drawn_in: list[Point] = []
    for place, sheet in enumerate(sheets):
        arcs = [[project(*point) for point in arc] for arc in decoded(sheet)]
        thin = [simplified(arc) for arc in arcs]
        for code, rings in outlines(sheet).items():
            if code in LEFT_OUT or code in paths or (place and not code):
                continue
            fine = [joined(arcs, ring) for ring in rings]
            drawn = [one for one in (joined(thin, ring) for ring in rings) if len(one) > 3]
            largest = max(fine, key=_area)
            wide, high = _extent(largest)
            kept = [one for one in drawn if _area(one) >= SPECK or (_area(largest) < SPECK and one is drawn[0])]
            paths[code] = "".join(path_of(one) for one in kept)
            if max(wide, high) <= SMALL or not paths[code]:
                dots[code] = [round(one) for one in centre(largest)]
                drawn_in.append(centre(largest))
            drawn_in += (point for one in kept for point in one)
    return {
        "source": f"{PACKAGE} {VERSION}",
        "integrity": INTEGRITY,
        "drawn": DRAWN,
        "box": _box(drawn_in),
        "paths": paths,
        "dots": dots,
    }


def _box(points: Sequence[Point]) -> list[int]:
    """What an SVG's ``viewBox`` says, with a margin."""
    left, top = min(x for x, _ in points) - 5, min(y for _, y in points) - 5
    wide, high = max(x for x, _ in points) + 5 - left, max(y for _, y in points) + 5 - top
    return [math.floor(left), math.floor(top), math.ceil(wide), math.ceil(high)]


def project(longitude: float, latitude: float) -> Point:
    """Equal Earth (Šavrič, Patterson, Jenny 2018), in units of the map, downwards."""
    edge = next(meridian for lowest, meridian in EDGE if latitude >= lowest)
    turned = math.radians((longitude - edge) % 360 + edge - MIDDLE_MERIDIAN)
    slant = math.asin(_M * math.sin(math.radians(latitude)))
    two = slant * slant
    six = two * two * two
    x = turned * math.cos(slant) / (_M * (_A1 + 3 * _A2 * two + six * (7 * _A3 + 9 * _A4 * two)))
    y = slant * (_A1 + _A2 * two + six * (_A3 + _A4 * two))
    scale = WIDTH / (2 * _HALF_WIDTH)
    return (x + _HALF_WIDTH) * scale, (_y_top() - y) * scale


def _y_top() -> float:
    slant = math.asin(_M * math.sin(math.radians(84)))
    two = slant * slant
    return slant * (_A1 + _A2 * two + two**3 * (_A3 + _A4 * two))


def decoded(sheet: Mapping[str, Any]) -> Iterator[list[Point]]:
    """The arcs of a TopoJSON in degrees: each point there is the step from the one before."""
    (scale_x, scale_y), (move_x, move_y) = sheet["transform"]["scale"], sheet["transform"]["translate"]
    for arc in sheet["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        yield points


def outlines(sheet: Mapping[str, Any]) -> dict[str, list[list[int]]]:
    """The rings of each State, as the arcs that they consist of."""
    letters = get_global("territory_aliases")
    found: dict[str, list[list[int]]] = {}
    for one in sheet["objects"]["countries"]["geometries"]:
        alias = letters.get(str(one["id"])) if "id" in one else None
        polygons = [one["arcs"]] if one["type"] == "Polygon" else one["arcs"]
        found.setdefault(alias[0] if alias else "", []).extend(ring for polygon in polygons for ring in polygon)
    return found


def simplified(line: list[Point]) -> list[Point]:
    """Douglas and Peucker: only points that are further than the tolerance from what is drawn without them."""
    if len(line) < 3:
        return line
    kept = [False] * len(line)
    kept[0] = kept[-1] = True
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        far, at = 0.0, first
        for place in range(first + 1, last):
            away = _distance(line[place], line[first], line[last])
            if away > far:
                far, at = away, place
        if far > TOLERANCE:
            kept[at] = True
            waiting += [(first, at), (at, last)]
    return [point for point, keep in zip(line, kept, strict=True) if keep]


def _distance(point: Point, start: Point, end: Point) -> float:
    wide, high = end[0] - start[0], end[1] - start[1]
    length = wide * wide + high * high
    along = 0.0 if length == 0 else ((point[0] - start[0]) * wide + (point[1] - start[1]) * high) / length
    along = min(1.0, max(0.0, along))
    return math.hypot(point[0] - start[0] - along * wide, point[1] - start[1] - along * high)


def joined(arcs: Sequence[list[Point]], ring: Iterable[int]) -> list[Point]:
    """A closed ring of arcs; one that is counted from the end (``~n``) runs backwards.

    Raises:
        ValueError: it crosses the edge of the map, which no State's outline does.
    """
    points: list[Point] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    if any(abs(one[0] - two[0]) > WIDTH / 2 for one, two in pairwise(points)):
        raise ValueError("an outline crosses the edge of the map")
    return points


def path_of(ring: Sequence[Point]) -> str:
    """SVG, in whole units: where it begins, then each step."""
    whole = [(round(x), round(y)) for x, y in ring]
    (x, y) = whole[0]
    steps: list[str] = []
    for next_x, next_y in whole[1:-1]:
        if (next_x, next_y) != (x, y):
            step = f"{next_x - x} {next_y - y}".replace(" -", "-")
            steps.append(step if not steps or step.startswith("-") else f" {step}")
            x, y = next_x, next_y
    return f"M{whole[0][0]} {whole[0][1]}l{''.join(steps)}z" if steps else ""


def centre(ring: Sequence[Point]) -> Point:
    """The middle of what the ring encloses; of its points where it encloses nothing."""
    double = _double(ring)
    if abs(double) < 1e-9:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    x = y = 0.0
    for one, two in pairwise(ring):
        cross = one[0] * two[1] - two[0] * one[1]
        x, y = x + (one[0] + two[0]) * cross, y + (one[1] + two[1]) * cross
    return x / (3 * double), y / (3 * double)


def _double(ring: Sequence[Point]) -> float:
    return sum(one[0] * two[1] - two[0] * one[1] for one, two in pairwise(ring))


def _area(ring: Sequence[Point]) -> float:
    return abs(_double(ring)) / 2


def _extent(ring: Sequence[Point]) -> tuple[float, float]:
    across, down = [x for x, _ in ring], [y for _, y in ring]
    return max(across) - min(across), max(down) - min(down)


if __name__ == "__main__":
    sys.exit(main())
