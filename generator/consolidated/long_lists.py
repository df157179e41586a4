"""Ledgers too long for a sheet that people can work with: each a .csv beside the workbook, with the same columns.

A spreadsheet program takes a text that begins like a formula for one where it opens a .csv; such a text has an
apostrophe before it there.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from generator.consolidated.data import ReturnLine
from generator.consolidated.texts import say_yes_or_no
from generator.files import write_beside
from templates.content import Value
from templates.filled import FilledLedger
from templates.model import Ledger
from templates.words import lookup

LONGEST: Final = 50_000
"""Rows of one ledger that its sheet holds; where there are more, all of them are in the file."""

_LIKE_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


def is_long(lines: Sequence[ReturnLine], ledger: Ledger) -> bool:
    """Return whether the rows of all returns are too many for a sheet."""
    return count_rows(lines, ledger) > LONGEST


def count_rows(lines: Sequence[ReturnLine], ledger: Ledger) -> int:
    """Return how many rows of the ledger the returns have."""
    return sum(len(line.ledgers.get(ledger.short, ())) for line in lines)


def write_list_file(path: Path, lines: Sequence[ReturnLine], ledger: Ledger) -> None:
    """Write every row of every return to ``path``, whole or not at all. Raises OSError."""
    header = [*lookup("consolidated.ledger.fixed"), *(column.name for column in ledger.columns)]
    with write_beside(path) as beside, beside.open("w", encoding="utf-8-sig", newline="", errors="replace") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        for line in lines:
            writer.writerows(_list_rows(line, ledger))


def _list_rows(line: ReturnLine, ledger: Ledger) -> Iterator[tuple[object, ...]]:
    filled = FilledLedger.of(line.ledgers.get(ledger.short, {}))
    whose = (_guard(line.code), _guard(line.name), say_yes_or_no(line.counted))
    cells = ([_guard(cell) for cell in filled.list_cells(column.name)] for column in ledger.columns)
    for number, *row in zip(filled.numbers, *cells, strict=True):
        yield (*whose, number, *row)


def _guard(value: Value | None) -> object:
    """Return what stands in the file for a cell."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_LIKE_FORMULAS) else value
    if isinstance(value, date) or value is None:
        return value
    return int(value) if value % 1 == 0 and abs(value) < 1e15 else value
