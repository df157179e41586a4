"""A plain table out of a file, every cell as text: .xlsx by calamine, .csv in the encodings Excel and WPS write."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

Table = list[list[str]]
"""Rows from the top of the sheet; row number = index + 1."""

ENCODINGS = ("utf-8-sig", "gb18030")


class TableError(Exception):
    """The file is no table that can be read."""


def read_tables(path: Path) -> list[Table]:
    """Return the sheets of ``path`` in order; a CSV is one sheet.

    Raises :class:`TableError` when the content is no such file, OSError when there is no reading it at all.
    """
    return [_csv(path)] if path.suffix.lower() == ".csv" else _sheets(path)


def as_text(value: object) -> str:
    """Return what a person reads in the cell: whole numbers without ``.0``, days as 2024-06-30."""
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.strip() if isinstance(value, str) else str(value)


def _sheets(path: Path) -> list[Table]:
    path.stat()  # calamine words a missing file as a damaged one
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            return [_texts(book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except CalamineError as error:
        raise TableError(str(error)) from error


Cell = int | float | str | bool | time | date | datetime | timedelta


def _texts(rows: list[list[Cell]]) -> Table:
    return [[as_text(value) for value in row] for row in rows]


def _csv(path: Path) -> Table:
    try:
        rows = list(csv.reader(io.StringIO(_decoded(path.read_bytes()), newline=""), strict=True))
    except csv.Error as error:
        raise TableError(str(error)) from error
    return [[as_text(value) for value in row] for row in rows]


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError(", ".join(ENCODINGS))
