"""A loaded table as it is kept: its text, its file's name and its time, so that the register can be made again from it.

{"at", "file", "format": "csv" | "json", "table"}     canonical JSON; its digest names the load
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from musnad.core.kernel.errors import BadForm
from musnad.core.kernel.ijson import parse_object, write_canonical
from musnad.core.kernel.names import Digest, digest_of
from musnad.core.kernel.times import Instant, parse_instant, write_instant
from musnad.core.register.change import apply, changes_of
from musnad.core.register.errors import NotATable
from musnad.core.register.rows import TABLE_LIMIT_OCTETS, Row, parse_csv, parse_json
from musnad.core.register.values import Catalogue, Register

Format = Literal["csv", "json"]
LOAD_LIMIT_OCTETS = 2 * TABLE_LIMIT_OCTETS


@dataclass(frozen=True, slots=True)
class Load:
    """A table that was read whole."""

    digest: Digest
    at: Instant
    rows: tuple[Row, ...]


def parse_table(data: bytes, file: str, catalogue: Catalogue) -> tuple[Row, ...]:
    """The rows of a table, CSV or JSON as its name ends; errors as ``parse_csv``."""
    return _parsers[format_of(file)](data, file, catalogue)


def format_of(file: str) -> Format:
    """By the end of the file's name; ``NotATable`` for any other."""
    if file.lower().endswith(".csv"):
        return "csv"
    if file.lower().endswith(".json"):
        return "json"
    raise NotATable(file, "its name ends neither with .csv nor with .json")


def write_load(table: bytes, file: str, at: Instant) -> bytes:
    """The bytes to keep of a table; ``NotATable`` where it is not UTF-8."""
    try:
        text = table.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotATable(file, "not UTF-8") from error
    return write_canonical({"at": write_instant(at), "file": file, "format": format_of(file), "table": text})


def parse_load(data: bytes, catalogue: Catalogue) -> Load:
    """A kept load; ``BadForm``, ``NotJson``, ``TooLarge``, and the errors of ``parse_table``."""
    found = parse_object(data, what="register load", limit_octets=LOAD_LIMIT_OCTETS)
    if set(found) != {"at", "file", "format", "table"} or not all(isinstance(one, str) for one in found.values()):
        raise BadForm("register load", "not exactly at, file, format and table, as texts")
    file, at = str(found["file"]), parse_instant(str(found["at"]))
    return Load(digest_of(data), at, parse_table(str(found["table"]).encode("utf-8"), file, catalogue))


def replay_load(register: Register, load: Load) -> Register:
    """The register after the load; errors of ``change.apply``."""
    return apply(register, changes_of(load.rows, register, load.digest, load.at), digest=load.digest)


_parsers = {"csv": parse_csv, "json": parse_json}
