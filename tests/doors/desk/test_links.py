"""A link into the desk opens it once, soon, and cannot be made from what is stored."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from musnad.desk.links import make_link, use_link


def token_of(link: str) -> str:
    return link.removeprefix("/enter/")


def stored(folder: Path) -> list[Path]:
    return list((folder / "run" / "links").iterdir())


def test_a_link_works_once(tmp_path: Path) -> None:
    token = token_of(make_link(tmp_path, os.urandom))
    assert use_link(tmp_path, token)
    assert not use_link(tmp_path, token)
    assert stored(tmp_path) == []


def test_what_is_stored_opens_nothing(tmp_path: Path) -> None:
    token = token_of(make_link(tmp_path, os.urandom))
    (link,) = stored(tmp_path)
    assert token not in link.name
    assert link.read_bytes() == b""
    assert link.stat().st_mode & 0o077 == 0
    assert link.parent.stat().st_mode & 0o077 == 0
    assert not use_link(tmp_path, link.name)


def test_of_many_at_once_only_one_gets_in(tmp_path: Path) -> None:
    token = token_of(make_link(tmp_path, os.urandom))
    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _: use_link(tmp_path, token), range(64))) == 1


@pytest.mark.parametrize(("age", "opens"), [(14 * 60, True), (15 * 60 + 5, False)])
def test_a_link_lasts_fifteen_minutes(tmp_path: Path, age: int, opens: bool) -> None:
    token = token_of(make_link(tmp_path, os.urandom))
    (link,) = stored(tmp_path)
    os.utime(link, (time.time() - age,) * 2)
    assert use_link(tmp_path, token) is opens


def test_links_that_nobody_used_are_swept(tmp_path: Path) -> None:
    make_link(tmp_path, os.urandom)
    (old,) = stored(tmp_path)
    os.utime(old, (time.time() - 3600,) * 2)
    make_link(tmp_path, os.urandom)
    assert old not in stored(tmp_path)


@pytest.mark.parametrize("token", ["", ".", "../../keys/desk.key", "a" * 43, "a" * 10_000, "é" * 43, "a\n" + "a" * 41])
def test_any_other_token_is_simply_no(tmp_path: Path, token: str) -> None:
    make_link(tmp_path, os.urandom)
    assert not use_link(tmp_path, token)
    assert len(stored(tmp_path)) == 1


def test_a_folder_without_links_opens_to_nobody(tmp_path: Path) -> None:
    assert not use_link(tmp_path, "a" * 43)
