"""Seals of submissions in the store: whether a reading, and the rows that people ask, are still what was put in.

A seal is no signature: who knows this program can make one. It tells that somebody changed a value with another
program, and then the file itself has to tell again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any, Final

import duckdb

from addin.store.schema import TABLES, insert

_ROWS: Final = ("cells", "ledger_rows")


def seal(connection: duckdb.DuckDBPyConnection, heads: Collection[Mapping[str, Any]]) -> None:
    """Seal submissions that were just put in, with their rows; ``heads`` are theirs. To be called in a transaction."""
    marks = mark_rows(connection, [head["id"] for head in heads])
    insert(connection, "seals", [(head["id"], digest_reading(head), marks[head["id"]]) for head in heads])


def digest_reading(head: Mapping[str, Any]) -> str:
    """Return the digest of a reading, bound to the file and to what read it."""
    told = (str(head[name] or "") for name in ("sha256", "definitions", "reader", "reading"))
    return hashlib.sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()


def mark_rows(connection: duckdb.DuckDBPyConnection, numbers: Collection[int]) -> dict[int, str]:
    """Return by submission a mark over its rows, whatever their order; it holds for one version of DuckDB."""
    found = dict.fromkeys(numbers, duckdb.__version__)
    for table in _ROWS:
        columns = ", ".join(f'"{name}"' for name in TABLES[table])
        statement = f"SELECT submission, count(*), bit_xor(hash({columns})) FROM {table}"  # noqa: S608  our own names
        asked = " WHERE list_contains(?::INTEGER[], submission) AND submission BETWEEN ? AND ? GROUP BY submission"
        span = (min(numbers, default=0), max(numbers, default=0))
        marks = connection.execute(statement + asked, [list(numbers), *span]).fetchall()
        told = {number: f"{count}:{mark}" for number, count, mark in marks}
        found = {number: f"{mark} {told.get(number, 0)}" for number, mark in found.items()}
    return found


def find_edited(connection: duckdb.DuckDBPyConnection, numbers: Collection[int]) -> set[int]:
    """Return those of these submissions whose rows are not what was put in, or that have lost their seal.

    Rows that another version of DuckDB marked are taken as they are.
    """
    sealed = dict(connection.execute("SELECT submission, rows FROM seals").fetchall())
    marks = mark_rows(connection, numbers)
    present = duckdb.__version__
    return {
        number
        for number, mark in marks.items()
        if number not in sealed or (sealed[number].split(" ")[0] == present and sealed[number] != mark)
    }


def has_seals(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the store knows seals: one that an older program wrote last does not."""
    return bool(connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'seals'").fetchall())
