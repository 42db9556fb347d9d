"""A Registrar and two whole nodes on disk, driven by ``musnad`` in this process, without servers.

    house = build(folder)
    ran = house.run("VN", "inbox", "--json")      # as `musnad inbox --node vn --json`
    ran.code, ran.out, ran.err, ran.json
    house.carry()                                 # what both workers would deliver

Every command opens its node anew from its folder, as a process would; only the database connection is changed over.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import connections
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient.fetcher import FetcherInterface

from musnad.cli.demo.cast import STATES, plan_of
from musnad.cli.main import main
from musnad.exchange.admission import admit_envelope, admit_receipt
from musnad.exchange.delivery import closed_for
from musnad.node.assemble import Node, assemble
from musnad.records.databases import sqlite
from tests.core.treaty.data import ACCESS, FULL, PRESERVE
from tests.records_settings import add_database

OFFICERS = {"VN/contact-24-7": "lotus", "VN/central-authority": "bamboo"}
OFFICERS |= {"QA/contact-24-7": "pearl", "QA/central-authority": "falcon"}


@dataclass(frozen=True)
class Ran:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        lines = self.out.splitlines()
        assert len(lines) == 1, self.out + self.err
        told: dict[str, Any] = json.loads(lines[0])
        return told

    @property
    def error(self) -> str:
        """The code of the error, which stands in both what a program and what a person reads."""
        told = str(self.json["error"])
        assert self.code == 1
        assert f"[{told}]" in self.err.replace("\u2066", "").replace("\u2069", "")
        assert len(self.err.strip().splitlines()) == 2, self.err
        return told


def musnad(*arguments: object) -> Ran:
    """``musnad`` with these arguments; usage errors give their exit code too."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main([str(one) for one in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


@contextmanager
def database(folder: Path) -> Iterator[None]:
    """The journal of the node in ``folder`` is this process's database until the block ends."""
    add_database("default", sqlite(folder / "journal.sqlite3"))
    try:
        yield
    finally:
        connections["default"].close()
        add_database("default", sqlite(Path(":memory:")))


class Files(FetcherInterface):
    """The directory's public files, fetched from the folder that a server would show."""

    def __init__(self, public: Path) -> None:
        super().__init__()
        self._public = public

    def _fetch(self, url: str) -> Iterator[bytes]:
        place = self._public / urlsplit(url).path.lstrip("/")
        if not place.is_file():
            raise DownloadHTTPError(url, 404)
        yield place.read_bytes()


@dataclass
class House:
    """Where everything stands."""

    folder: Path

    @property
    def registrar(self) -> Path:
        return self.folder / "registrar"

    def node(self, party: str) -> Path:
        return self.folder / party.lower()

    def officer(self, authority: str) -> Path:
        """The key file of the authority's officer."""
        party, _, name = authority.partition("/")
        return self.node(party) / "officers" / f"{name}.{OFFICERS[authority]}.key"

    def second(self, authority: str) -> Path:
        """The key file of another officer of the authority."""
        party, _, name = authority.partition("/")
        return self.node(party) / "officers" / f"{name}.{STATES[party].second}.key"

    def run(self, party: str, command: str, *arguments: object) -> Ran:
        with database(self.node(party)):
            return musnad(command, *arguments, "--node", self.node(party))

    def json(self, party: str, command: str, *arguments: object) -> dict[str, Any]:
        """The result of a command that ends well."""
        ran = self.run(party, command, *arguments, "--json")
        assert ran.code == 0, ran.err
        return ran.json

    def doctor(self, party: str, *arguments: object) -> Ran:
        with database(self.node(party)):
            return musnad("node", "doctor", self.node(party), *arguments)

    @contextmanager
    def open(self, party: str) -> Iterator[Node]:
        with database(self.node(party)):
            yield assemble(self.node(party))

    def refresh(self) -> None:
        """Both nodes fetch the directory."""
        for party in ("VN", "QA"):
            with self.open(party) as node:
                node.directory.refresh("https://registrar.invalid", Files(self.registrar / "public"))

    def carry(self) -> None:
        """Deliver what waits at either node, and bring the receipts back."""
        for party, other in (("VN", "QA"), ("QA", "VN")):
            with self.open(party) as node:
                waiting = node.ports.journal.waiting()
                directory = node.ports.directories.current()
                closed = [(one, closed_for(node.ports, one.message, one.party, directory)[0]) for one in waiting]
            with self.open(other) as node:
                answered = [(one, admit_envelope(node.ports, data, None).receipts) for one, data in closed]
            with self.open(party) as node:
                for one, receipts in answered:
                    for receipt in receipts:
                        admit_receipt(node.ports, receipt, one.party)
                assert node.ports.journal.waiting() == ()

    def fields(self, measure: str, name: str = "fields.json", **changes: object) -> Path:
        place = self.folder / name
        place.write_text(json.dumps({**FULL[measure], **changes}, ensure_ascii=False), "utf-8")
        return place

    def ask(self, *more: object, measure: str = PRESERVE, authority: str = "contact-24-7") -> Ran:
        """VN asks QA; the officer and what else is the test's to say."""
        return self.run(
            "VN", "ask", "--author", f"VN/{authority}", "--to", f"QA/{authority}", "--measure", measure,
            "--fields", self.fields(measure), "--json", *more,
        )  # fmt: skip

    def copy(self, folder: Path) -> House:
        """The same house elsewhere, to be damaged."""
        shutil.copytree(self.folder, folder)
        return House(folder)


def build(folder: Path) -> House:
    """Make the Registrar and both nodes by the commands that an operator would give."""
    house = House(folder)
    registrar = house.registrar
    assert musnad("directory", "create", registrar).code == 0
    for place, party in enumerate(("VN", "QA")):
        plan = folder / f"{party.lower()}.toml"
        plan.write_text(plan_of(party, 9000, 9100 + 2 * place, 9101 + 2 * place), "utf-8")
        with database(folder / party.lower()):
            ran = musnad("node", "create", house.node(party), *plan_options(house, plan))
        assert ran.code == 0, ran.err
        assert musnad("directory", "add-party", registrar, house.node(party) / "publish").code == 0
    assert musnad("directory", "publish", registrar).code == 0
    house.refresh()
    return house


def plan_options(house: House, plan: Path) -> list[object]:
    registrar = house.registrar
    return ["--plan", plan, "--root", registrar / "root.json", "--registrar-certificate", registrar / "registrar.pem"]


__all__ = ["ACCESS", "PRESERVE", "House", "Ran", "build", "database", "musnad", "plan_options"]
