"""The statements of the hot path, written out once: standard SQL that SQLite and PostgreSQL both run.

An admission and a delivery run some thirty statements between them, and Django takes several times longer to compose
one than either database to run it. So those are written here by hand; the tables, their columns' conversions, the
connections, transactions and errors stay Django's. Text of a statement is ours alone: values are always parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

Found = TypeVar("Found", bound=Model)
_Converter = Callable[[Any, Any, BaseDatabaseWrapper], Any]


def fetch_one(using: str, statement: str, *values: object) -> tuple[Any, ...] | None:
    """The first row that the statement gives, as the driver gives it."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(statement, _written(connection, values))
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def change(using: str, statement: str, *values: object) -> int:
    """Run it; how many rows it changed."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(statement, _written(connection, values))
        return int(cursor.rowcount)


def insert(using: str, row: Model) -> None:
    """Store a new row, all its columns given; an ``IntegrityError`` where it stands already."""
    connection = connections[using]
    fields = _fields(type(row))
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_insert_statement(type(row)), values)


def fetch_rows(using: str, model: type[Found], rest: str, *values: object) -> list[Found]:
    """The rows of a table that ``rest`` (from WHERE on, a constant) names, each column as Django's fields read it."""
    connection = connections[using]
    names, converters = _columns(model, connection.vendor, using)
    with connection.cursor() as cursor:
        cursor.execute(f"{_select_statement(model)} {rest}", _written(connection, values))
        found = cursor.fetchall()
    return [model.from_db(using, names, _read(row, converters, connection)) for row in found]


def for_update(using: str) -> str:
    """What a SELECT ends with to hold its row; SQLite's write transactions hold everything from their beginning."""
    return " FOR UPDATE" if connections[using].features.has_select_for_update else ""


def _written(connection: BaseDatabaseWrapper, values: Sequence[object]) -> list[Any]:
    adapt = connection.ops.adapt_datetimefield_value
    return [adapt(value) if isinstance(value, datetime) else value for value in values]


def _read(
    row: Sequence[Any], converters: Sequence[tuple[int, _Converter]], connection: BaseDatabaseWrapper
) -> list[Any]:
    read = list(row)
    for place, convert in converters:
        read[place] = convert(read[place], None, connection)
    return read


def _fields(model: type[Model]) -> Sequence[Field[Any, Any]]:
    return model._meta.concrete_fields  # noqa: SLF001 - Django's documented way to a model's fields


def _table(model: type[Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 - as above


@cache
def _columns(model: type[Model], _vendor: str, using: str) -> tuple[list[str], list[tuple[int, _Converter]]]:
    """The attributes of a model in the order of its columns, and what turns the driver's values into them."""
    connection = connections[using]
    fields = _fields(model)
    converters = [
        (place, convert)
        for place, field in enumerate(fields)
        for convert in (
            *connection.ops.get_db_converters(field.get_col(_table(model))),
            *field.get_db_converters(connection),  # type: ignore[attr-defined]  # Django's own, not in its stubs
        )
    ]
    return [field.attname for field in fields], converters


@cache
def _select_statement(model: type[Model]) -> str:
    columns = ", ".join(f'"{field.column}"' for field in _fields(model))
    return f'SELECT {columns} FROM "{_table(model)}"'  # noqa: S608 - names of our own models


@cache
def _insert_statement(model: type[Model]) -> str:
    fields = _fields(model)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join("%s" for _ in fields)
    return f'INSERT INTO "{_table(model)}" ({columns}) VALUES ({places})'  # noqa: S608 - names of our own models
