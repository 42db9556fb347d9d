"""The register port, in memory and in a folder: a change is kept whole or not at all, and survives a restart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from musnad.adapters import register_files
from musnad.adapters.files.durable import write_durably
from musnad.adapters.memory.reference import MemoryRegisters
from musnad.adapters.register_files import RegisterFolder, load_register, read_register_files
from musnad.core.kernel.names import PartyCode
from musnad.core.register.errors import Contradiction, RegisterDamaged, UnknownFact, UpdateOutOfOrder
from musnad.core.register.load import write_load
from musnad.core.register.update import VerifiedUpdate, Wish, parse_update, verify_update
from musnad.core.register.values import FactKind
from musnad.exchange.ports import Registers
from tests.core.register.data import CATALOGUE, row, table
from tests.core.register.test_update import DEPOSITED, DIRECTORY, TRUSTED, make
from tests.directory_fixture import NOW

US = row("US", "signature", "2026-03-01")
LOAD = write_load(table(US), "us.csv", NOW)
FIRST = make()
SECOND = make(Wish(None, DEPOSITED.digest, "Not after all."), previous=parse_update(FIRST, CATALOGUE).digest)

Open = Callable[[], Registers]


def verified(data: bytes) -> VerifiedUpdate:
    return verify_update(data, CATALOGUE, DIRECTORY, TRUSTED, NOW)


@pytest.fixture(params=["memory", "folder"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Each call opens what is kept anew."""
    if request.param == "folder":
        return lambda: RegisterFolder(tmp_path / "register")
    held = MemoryRegisters(load_register())
    return lambda: held


def signed(register: Registers, code: str) -> int:
    return len(register.current().entries[PartyCode(code)].of(FactKind.SIGNATURE))


def test_begins_with_what_the_package_carries(reopen: Open) -> None:
    assert list(reopen().current().records()) == list(load_register().records())
    assert reopen().trusted == frozenset()


def test_changes_are_kept_in_their_order(reopen: Open) -> None:
    reopen().keep_load(LOAD)
    reopen().keep_update(verified(FIRST))
    after = reopen().keep_update(verified(SECOND))
    assert list(reopen().current().records()) == list(after.records())
    assert len(reopen().current().applied) == 3
    assert signed(reopen(), "US") == 1
    [said] = [one.said for one in reopen().current().entries[PartyCode("US")].of(FactKind.SIGNATURE)]
    assert (said.file, said.line, said.at) == ("us.csv", 2, NOW)


def test_a_change_kept_twice_is_kept_once(reopen: Open) -> None:
    for _ in range(2):
        reopen().keep_load(LOAD)
        reopen().keep_update(verified(FIRST))
    assert len(reopen().current().applied) == 2


def test_a_refused_change_keeps_nothing(reopen: Open) -> None:
    bad = write_load(table(row("EG", "accession", "2026-03-01"), row("DZ", "signature", "2026-03-01")), "bad.csv", NOW)
    with pytest.raises(Contradiction):
        reopen().keep_load(bad)
    with pytest.raises(UpdateOutOfOrder):
        reopen().keep_update(verified(SECOND))
    with pytest.raises(UnknownFact):
        reopen().keep_update(verified(make(Wish(None, DEPOSITED.digest, "Never said."))))
    assert list(reopen().current().records()) == list(load_register().records())
    assert reopen().current().applied == ()


def test_newer_software_does_not_change_what_corrections_refer_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    RegisterFolder(tmp_path / "register").keep_update(verified(FIRST))
    newer = {**read_register_files()}
    newer["facts.csv"] = newer["facts.csv"].replace(b",2026-02-13,", b",2026-02-12,")
    assert newer["facts.csv"] != read_register_files()["facts.csv"]
    monkeypatch.setattr(register_files, "read_register_files", lambda: newer)
    [stands] = RegisterFolder(tmp_path / "register").current().entries[PartyCode("QA")].of(FactKind.RATIFICATION)
    assert stands.fact == DEPOSITED


def test_an_open_register_sees_what_another_process_kept(tmp_path: Path) -> None:
    one, other = (RegisterFolder(tmp_path / "register") for _ in range(2))
    assert signed(one, "US") == 0
    other.keep_load(LOAD)
    assert signed(one, "US") == 1
    one.keep_update(verified(FIRST))
    assert len(other.current().applied) == 2


@pytest.mark.parametrize("damage", ["load", "update", "base", "gone", "renamed", "stranger", "unreadable"])
def test_says_where_a_kept_file_was_changed(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "register"
    kept = RegisterFolder(folder)
    kept.keep_load(LOAD)
    kept.keep_update(verified(FIRST))
    load, update = sorted((folder / "changes").iterdir())
    match damage:
        case "load":
            load.write_bytes(load.read_bytes().replace(b"2026-03-01", b"2026-03-02"))
        case "update":
            update.write_bytes(FIRST.replace(b'"payload":"', b'"payload":"AAAA', 1))
        case "base":
            (folder / "base.csv").write_bytes(b"nothing")
        case "gone":
            load.unlink()
        case "renamed":
            load.rename(load.with_name("000003" + load.name[6:]))
        case "stranger":
            (folder / "changes" / "000000.json").write_bytes(b"{}")
        case _:
            update.unlink()
            update.mkdir()
    with pytest.raises(RegisterDamaged):
        RegisterFolder(folder).current()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_write_that_fails_leaves_the_register_as_it_was_or_as_it_was_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    durably = write_durably

    def fails(path: Path, data: bytes) -> None:
        if when == "after" or path.name == "base.csv":
            durably(path, data)
        if path.name != "base.csv":
            raise OSError("disk")

    monkeypatch.setattr(register_files, "write_durably", fails)
    kept = RegisterFolder(tmp_path / "register")
    with pytest.raises(OSError, match="disk"):
        kept.keep_load(LOAD)
    monkeypatch.setattr(register_files, "write_durably", durably)
    expected = 1 if when == "after" else 0
    assert signed(kept, "US") == signed(RegisterFolder(tmp_path / "register"), "US") == expected
    RegisterFolder(tmp_path / "register").keep_load(LOAD)
    assert signed(RegisterFolder(tmp_path / "register"), "US") == 1
    assert len(list((tmp_path / "register" / "changes").iterdir())) == 1
