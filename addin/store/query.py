"""SQL for whoever wants to ask the store something: only questions, and only to the store."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from addin.reading.table_file import show_as_text
from addin.store.store import Store, is_of_the_world
from generator.files import write_beside
from templates.words import say

_QUESTIONS = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
"""DESCRIBE, SHOW and VALUES are SELECT to DuckDB."""

_CLOSED = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}
"""No other file, no network, no variable of this program; and no statement can open them again."""


class NoAnswer(Exception):
    """The statement is no question, or a wrong one; the message says why."""


@dataclass(frozen=True)
class QueryAnswer:
    """What a question yields: names of columns, each once, and rows of plain values."""

    columns: list[str]
    rows: list[tuple[Any, ...]]

    def as_json(self) -> list[dict[str, Any]]:
        """Return an object for each row; days are texts, what is no number is null."""
        return [{name: _plain(value) for name, value in zip(self.columns, row, strict=True)} for row in self.rows]

    def lines(self) -> Iterator[list[str]]:
        """Yield the rows as texts: whole numbers without ``.0``, what is not there as ``""``."""
        for row in self.rows:
            yield [value if isinstance(value, str) else "" if value is None else show_as_text(value) for value in row]

    def save(self, path: Path) -> None:
        """Write the answer as .csv that spreadsheets open as it is. Raises OSError."""
        with write_beside(path) as beside, beside.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(self.columns)
            writer.writerows(self.lines())


def ask(store: Store, statement: str) -> QueryAnswer:
    """Return the answer to one question in SQL. Raises NoAnswer, StoreError."""
    with store.opened(read_only=True, settings=_CLOSED) as connection:
        try:
            asked = connection.extract_statements(statement)
            if len(asked) != 1 or asked[0].type not in _QUESTIONS:
                raise NoAnswer(say("store.refused.not_a_query"))
            found = connection.execute(asked[0])
            return QueryAnswer(_unique([column[0] for column in found.description or ()]), found.fetchall())
        except duckdb.Error as error:
            if is_of_the_world(error):
                raise
            raise NoAnswer(say("store.refused.query", reason=str(error).strip())) from error


def _unique(names: list[str]) -> list[str]:
    """Return names of which none comes twice: the second ``n`` is called ``n_2``."""
    seen: Counter[str] = Counter()
    told = []
    for name in names:
        seen[name] += 1
        told.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return told


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return {str(name): _plain(part) for name, part in value.items()} if isinstance(value, dict) else str(value)
