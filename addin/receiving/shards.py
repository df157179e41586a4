"""What was read of a chunk of files, as one Parquet file in a folder that several machines see.

A shard is whole or not there: it is written beside its place, then put in it. Its name follows from its paths, so that
a chunk that is read twice, by two machines even, leaves one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from addin.workers.faults import WorkerFault
from addin.workers.pool import WorkerAnswer
from generator.files import write_beside

_COLUMNS: Final = "place INTEGER, path BLOB, answer BLOB, fault BLOB"
"""Bytes, not texts: a path need be no Unicode, and a text in a return may hold half a character."""

_LEAN: Final[dict[str, str | bool | int | float | list[str]]] = {"threads": 1}
"""A shard is small, and the cores are at work."""

_ENCODING: Final = ("utf-8", "surrogatepass")


class NoShard(Exception):
    """A shard is not there or holds something else than it should; the text says which and why."""


def name_shard(paths: Sequence[str]) -> str:
    """Return the name of the shard of a chunk."""
    return hashlib.sha256(b"\0".join(os.fsencode(path) for path in paths)).hexdigest()[:32] + ".parquet"


def write_shard(path: Path, answers: Sequence[WorkerAnswer]) -> None:
    """Write what the files gave, in their order. Raises OSError."""
    rows = [
        (place, os.fsencode(answer.path), _packed(answer.value), _packed(_fault(answer)))
        for place, answer in enumerate(answers)
    ]
    with write_beside(path) as beside, duckdb.connect(config=_LEAN) as base:
        base.execute(f"CREATE TABLE shard ({_COLUMNS})")
        base.executemany("INSERT INTO shard VALUES (?, ?, ?, ?)", rows)
        try:
            base.execute("COPY shard TO $file (FORMAT parquet, COMPRESSION zstd)", {"file": str(beside)})
        except duckdb.IOException as error:
            raise OSError(str(error)) from error


def read_shard(path: Path, paths: Sequence[str]) -> Iterator[WorkerAnswer]:
    """Yield what :func:`write_shard` was given for these paths. Raises :class:`NoShard`."""
    try:
        with duckdb.connect(config=_LEAN) as base:
            base.execute("SELECT path, answer, fault FROM read_parquet($file) ORDER BY place", {"file": str(path)})
            rows = base.fetchall()
    except duckdb.Error as error:
        raise NoShard(f"{path.name}: {str(error).splitlines()[0]}") from error
    if [os.fsdecode(row[0]) for row in rows] != list(paths):
        raise NoShard(path.name)
    for told, answer, fault in rows:
        known = _unpacked(fault)
        yield WorkerAnswer(Path(os.fsdecode(told)), _unpacked(answer), WorkerFault(**known) if known else None)


def _fault(answer: WorkerAnswer) -> dict[str, Any] | None:
    return {"kind": answer.fault.kind, "values": answer.fault.values} if answer.fault else None


def _packed(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(*_ENCODING)


def _unpacked(told: bytes) -> Any:
    return json.loads(told.decode(*_ENCODING))
