"""What lies in a store: tables, their columns, and the views that people ask.

Every table only grows. Identities and findings have a column for each of their fields, so a field that is new in the
program becomes a new column of an old store the next time that it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import duckdb

from addin.finding import Finding
from templates.content import Identity
from templates.spelling import parse_whole
from templates.words import lookup

SCHEMA = 1
"""Raised when old programs could no longer read what new ones write."""

Row = Sequence[Any]
"""Values in the order of a table's columns."""

IDENTITY = tuple(field.name for field in fields(Identity))

_RENAMED = {"row": "sheet_row:INTEGER", "hold": "hold:BOOLEAN"}
"""Fields that are called otherwise in the store, where ``row`` means something else, or are no texts."""

FINDING = tuple(field.name for field in fields(Finding))


def _table(columns: str) -> dict[str, str]:
    """Return columns and their types; ``name:TYPE``, a text when no type is said."""
    split = (column.partition(":") for column in columns.split())
    return {name: kind or "VARCHAR" for name, _, kind in split}


TABLES: dict[str, dict[str, str]] = {
    "meta": _table("name value"),
    # One row for each reading of a file: its bytes, the definitions and the program that read it; ``reading`` is all of
    # what was read (addin.codec), and the only thing that the program itself reads again.
    "submissions": _table("id:INTEGER sha256 definitions reader file status reason")
    | _table(" ".join(IDENTITY))
    | _table("year:INTEGER modified received_at remarks summary confirmed:VARCHAR[] reading"),
    # A cell of a form: the value as number, text or day; last year's; what was typed over a formula; the explanation.
    "cells": _table("submission:INTEGER form code number:DOUBLE text day:DATE")
    | _table("prior_number:DOUBLE prior_text prior_day:DATE typed:DOUBLE note"),
    # A row of a ledger as JSON by column; ``days`` names the columns whose texts are days.
    "ledger_rows": _table("submission:INTEGER ledger sheet_row:INTEGER cells:JSON days:VARCHAR[]"),
    # ``audit`` is the fingerprint of all findings of one audit of one submission; '' for what reading found.
    "findings": _table("submission:INTEGER audit") | _table(" ".join(_RENAMED.get(name, name) for name in FINDING)),
    # What a submission was when it was put in: the digest of its reading, and a mark over its rows elsewhere.
    "seals": _table("submission:INTEGER digest rows"),
    "events": _table("happened_at who what survey year:INTEGER unit name")
    | _table("file sha256 submission:INTEGER details:JSON"),
}


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Make all tables and views, and say which schema they follow."""
    complete(connection)
    insert(connection, "meta", [("schema", str(SCHEMA))])


def complete(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the tables and columns that an older program did not know, and word the views anew."""
    for table, columns in TABLES.items():
        listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        connection.execute(f"CREATE TABLE IF NOT EXISTS {table} ({listed})")
        for name, kind in columns.items():
            connection.execute(f'ALTER TABLE {table} ADD COLUMN IF NOT EXISTS "{name}" {kind}')
    for view in lookup("store.views"):
        connection.execute(f'CREATE OR REPLACE VIEW "{view["name"]}" AS {view["select"]}')


def read_schema(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Return which schema the store follows; None when the file is a database of something else."""
    try:
        found = connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        return None
    return parse_whole(str(found[0][0])) if found else None


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Add ``rows`` to ``table``, in their order."""
    if not rows:
        return
    columns = TABLES[table]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
    statement = " ".join(["INSERT INTO", table, "(", names, ") SELECT", values])
    connection.execute(statement, [list(column) for column in zip(*rows, strict=True)])
