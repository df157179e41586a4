"""Readings of files in the store: looked up by the bytes that were read, put in once, taken out whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from addin.store.packed import Packed
from addin.store.schema import TABLES, insert
from addin.store.seals import seal


@dataclass(frozen=True)
class Reader:
    """By what a file was read: the definitions (survey, version, hash) and the program."""

    definitions: str
    program: str


@dataclass(frozen=True)
class Arrival:
    """A file that has been read and is to be kept."""

    sha256: str
    packed: Packed
    file: str
    """What it was called."""
    modified: str
    """When the workbook was last saved."""
    received_at: str


@contextmanager
def hold_transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Put in everything that the block puts in, or nothing."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def find_known(connection: duckdb.DuckDBPyConnection, reader: Reader) -> dict[str, int]:
    """Return the submissions that ``reader`` would read as they were, by the fingerprint of their bytes."""
    known = "SELECT sha256, id FROM submissions WHERE definitions = ? AND reader = ? AND reading IS NOT NULL"
    statement = f"{known} ORDER BY id"  # what was read again counts
    return dict(connection.execute(statement, [reader.definitions, reader.program]).fetchall())


def find_first_readings(connection: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    """Return when each file was read for the first time, by the fingerprint of its bytes."""
    statement = "SELECT sha256, arg_min(received_at, id) FROM submissions GROUP BY sha256"
    return {sha256: datetime.fromisoformat(at) for sha256, at in connection.execute(statement).fetchall() if at}


def keep(connection: duckdb.DuckDBPyConnection, reader: Reader, arrivals: Sequence[Arrival]) -> dict[str, int]:
    """Put readings in, and return their numbers by the fingerprint of the bytes. To be called in a transaction."""
    [(last,)] = connection.execute("SELECT coalesce(max(id), 0) FROM submissions").fetchall()
    numbered = list(enumerate(arrivals, start=last + 1))
    heads = [_head(number, reader, arrival) for number, arrival in numbered]
    insert(connection, "submissions", [[head.get(name) for name in TABLES["submissions"]] for head in heads])
    insert(connection, "cells", [(n, *row) for n, arrival in numbered for row in arrival.packed.cells])
    insert(connection, "ledger_rows", [(n, *row) for n, arrival in numbered for row in arrival.packed.ledger_rows])
    insert(connection, "findings", [(n, "", *row) for n, arrival in numbered for row in arrival.packed.findings])
    seal(connection, heads)
    return {arrival.sha256: number for number, arrival in numbered}


def _head(number: int, reader: Reader, arrival: Arrival) -> dict[str, Any]:
    return arrival.packed.head | {
        "id": number,
        "sha256": arrival.sha256,
        "definitions": reader.definitions,
        "reader": reader.program,
        "file": arrival.file,
        "modified": arrival.modified,
        "received_at": arrival.received_at,
    }


def fetch(connection: duckdb.DuckDBPyConnection, numbers: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return the rows of these submissions by number, columns by name, with the ``digest`` of their seals."""
    names = list(TABLES["submissions"])
    listed = ", ".join(f'"{name}"' for name in names)
    statement = " ".join(["SELECT", listed, "FROM submissions WHERE list_contains(?::INTEGER[], id) ORDER BY rowid"])
    found = connection.execute(statement, [list(numbers)]).fetchall()
    asked = "SELECT submission, digest FROM seals WHERE list_contains(?::INTEGER[], submission)"
    digests = dict(connection.execute(asked, [list(numbers)]).fetchall())
    heads = (dict(zip(names, row, strict=True)) for row in found)
    return {head["id"]: head | {"digest": digests.get(head["id"])} for head in heads}
