"""Any bytes given to the directory's parsers give a value or a ``MusnadError``, nothing else."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.core.directory.judge import judge_bundle
from musnad.core.directory.metadata import parse_role
from musnad.core.directory.party_file import parse_party, write_party
from musnad.core.directory.roster import parse_roster
from musnad.core.directory.tuf import Root, Snapshot, Targets, Timestamp
from musnad.core.kernel.errors import MusnadError
from tests.directory_fixture import NOW, make_party, make_world

WORLD = make_world()
QA = make_party("QA")
AUTHORITY = QA.party.authorities[0]
OTHERS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=20),
    st.floats(allow_nan=False),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
    st.sampled_from(["sha256", "shake_128", "root", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "\x00", -1, 0]),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for name, part in value.items():
            found += places(part, (*path, name))
    if isinstance(value, list):
        for index, part in enumerate(value):
            found += places(part, (*path, index))
    return found


@st.composite
def changed(draw: st.DrawFn, data: bytes) -> bytes:
    """JSON with one or two values put in others' places, taken away, or renamed; or any bytes."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200))
    value = json.loads(data)
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(places(value)))
        holder = value
        for step in path[:-1]:
            holder = holder[step]
        act = draw(st.sampled_from(["replace", "remove", "rename"]))
        if act == "remove":
            del holder[path[-1]]
        elif act == "rename" and isinstance(holder, dict):
            holder[draw(st.text(max_size=10))] = holder.pop(path[-1])
        else:
            holder[path[-1]] = draw(OTHERS)
        if not places(value):
            break
    return json.dumps(value).encode()


@settings(max_examples=150, deadline=None)
@given(changed(QA.party_json))
def test_any_party_file_gives_a_value_or_an_error(data: bytes) -> None:
    try:
        party = parse_party(data)
    except MusnadError:
        return
    assert parse_party(write_party(party)) == party


@settings(max_examples=100, deadline=None)
@given(changed(AUTHORITY.roster))
def test_any_roster_gives_a_value_or_an_error(data: bytes) -> None:
    try:
        parse_roster(data, AUTHORITY.id, AUTHORITY.signing_keys)
    except MusnadError:
        return


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_bundle_gives_a_value_or_an_error(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(WORLD.files)))
    files = {**WORLD.files, name: data.draw(changed(WORLD.files[name]))}
    try:
        found = judge_bundle(files, None, NOW, 30)
    except MusnadError:
        return
    assert found.ref.snapshot == WORLD.directory().ref.snapshot


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_metadata_gives_a_value_or_an_error(data: st.DataObject) -> None:
    """Without hashes and signatures in the way: each kind of metadata, read by itself."""
    name = data.draw(st.sampled_from(sorted(one for one in WORLD.files if not one.startswith("parties/"))))
    kind: Any = data.draw(st.sampled_from([Root, Timestamp, Snapshot, Targets]))
    try:
        parse_role(kind, data.draw(changed(WORLD.files[name])), name)
    except MusnadError:
        return
