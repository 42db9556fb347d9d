"""The tool that makes the desk's map: only the pinned package, whole outlines, nobody left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from musnad.adapters.register_files import load_register
from tools import front_end

SQUARE = [[0, 0], [4000, 0], [0, 4000], [-4000, 0], [0, -4000]]


def sheet(*arcs: list[list[int]], numbers: tuple[str, ...] = ("634",)) -> dict[str, object]:
    return {
        "transform": {"scale": [0.01, 0.01], "translate": [0, 0]},
        "arcs": list(arcs),
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "id": number, "arcs": [[place]]} for place, number in enumerate(numbers)
                ]
            }
        },
    }


def test_an_outline_goes_by_the_two_letters_of_its_state() -> None:
    world = front_end.world_of([sheet(SQUARE)])
    assert list(world["paths"]) == ["QA"]
    assert world["paths"]["QA"].startswith("M")
    assert world["dots"] == {}


def test_a_state_too_small_to_see_has_a_dot_and_one_that_a_sheet_lacks_comes_from_the_next() -> None:
    tiny = [[0, 0], [10, 0], [0, 10], [-10, 0], [0, -10]]
    world = front_end.world_of([sheet(SQUARE), sheet(tiny, numbers=("798",))])
    assert set(world["dots"]) == {"TV"}
    assert set(world["paths"]) == {"QA", "TV"}


def test_an_outline_across_the_edge_of_the_map_is_refused() -> None:
    across = [[18800, -2000], [800, 0], [0, 1000], [-800, 0], [0, -1000]]
    with pytest.raises(ValueError, match="edge"):
        front_end.world_of([sheet(across)])


def test_another_package_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "world-atlas" / "-"
    place.mkdir(parents=True)
    (place / f"world-atlas-{front_end.VERSION}.tgz").write_bytes(b"another")
    with pytest.raises(front_end.NotFetched, match="pinned"):
        front_end.fetched(tmp_path.as_uri() + "/")


def test_without_the_package_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "https://127.0.0.1:9/")
    with pytest.raises(front_end.NotFetched):
        front_end.make(tmp_path / "map")
    assert not (tmp_path / "map").exists()


def test_the_registry_is_the_one_that_npm_is_configured_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "https://packages.example")
    assert front_end.registry() == "https://packages.example/"


@pytest.mark.skipif(not (front_end.TARGET / front_end.WORLD).exists(), reason="the map was not fetched")
def test_every_state_of_the_register_is_on_the_map() -> None:
    world = json.loads((front_end.TARGET / front_end.WORLD).read_text(encoding="utf-8"))
    entries = load_register().entries
    states = {code for code, entry in entries.items() if not entry.state.is_organisation}
    assert {code for code in states if not world["paths"].get(code) and code not in world["dots"]} == set()
    left, top, wide, high = world["box"]
    assert all(left <= x <= left + wide and top <= y <= top + high for x, y in world["dots"].values())
