"""A plain table out of a file, every cell as text: .xlsx as returns are opened, older workbooks, and .csv.

What a file is its content says, never its name.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path

from addin.package.foreign import read_foreign
from addin.package.opened import open_bytes, read_bytes
from addin.package.refusal import FileStatus, NotOpened
from addin.reading.cells import Raw
from addin.reading.grids import PackageSheets
from templates.system import find_reason
from templates.words import lookup

Table = list[list[str]]
"""Rows from the top of the sheet, each as long as anything stands in it; row number = index + 1."""

ENCODINGS = ("utf-8-sig", "gb18030")

WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".et", ".ett", ".ods")

_QUOTED = 20
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"


class TableError(Exception):
    """The file is no table that can be read."""


def read_tables(path: Path) -> list[Table]:
    """Return the sheets of ``path`` in order; a CSV is one sheet.

    Raises :class:`TableError` when the content is no such file, OSError when there is no reading it at all.
    """
    path.stat()  # a missing file is no damaged one
    try:
        return _tables(read_bytes(path), path)
    except NotOpened as refused:
        raise TableError(refused.reason) from refused


def describe_unread(error: TableError | NotOpened | OSError) -> str:
    """Return in a few words why a file could not be read; its refusal speaks of returns, which a list is none of."""
    words: dict[str, str] = lookup("reader.unread")
    refused = error.__cause__ if isinstance(error, TableError) else error
    cause = refused.__cause__ if isinstance(refused, NotOpened) else refused
    if isinstance(cause, OSError):
        return find_reason(cause)
    return words.get(refused.about, words["damaged"]) if isinstance(refused, NotOpened) else words["no_table"]


def is_workbook(data: bytes) -> bool:
    """Return whether bytes begin like a workbook of any kind, and not like text."""
    return data.startswith((_ZIP, _OLE))


def show_as_text(value: object) -> str:
    """Return what a person reads in the cell: whole numbers without ``.0``, days as 2024-06-30."""
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.strip() if isinstance(value, str) else str(value)


def _tables(data: bytes, path: Path) -> list[Table]:
    try:
        sheets = PackageSheets(open_bytes(data))
    except NotOpened as refused:
        return _other_tables(data, path, refused)
    return [_texts(sheets.grid(name).rows) for name in sheets.sheets]


def _other_tables(data: bytes, path: Path, refused: NotOpened) -> list[Table]:
    """Return the tables of what is no .xlsx; ``refused`` says why, and is raised where it is nothing else."""
    called_workbook = path.suffix.lower() in WORKBOOKS
    if refused.status is FileStatus.ENCRYPTED or (called_workbook and not data):
        raise refused
    if not is_workbook(data):
        return [_csv(data, called_workbook=called_workbook)]
    try:
        return [[[show_as_text(cell) for cell in row] for row in sheet.rows] for sheet in read_foreign(path)]
    except NotOpened:
        raise refused from None


def _texts(rows: Mapping[int, Mapping[int, Raw]]) -> Table:
    table: Table = [[] for _ in range(max(rows, default=0))]
    for row, cells in rows.items():
        table[row - 1] = [show_as_text(cells.get(column, "")) for column in range(1, max(cells, default=0) + 1)]
    return table


def _csv(data: bytes, *, called_workbook: bool) -> Table:
    """Return the rows of text with commas between its columns.

    A web page is none, whatever it is called; neither is a text of one column that is called a workbook.
    """
    text = _decoded(data)
    if text.lstrip().startswith("<") or (called_workbook and "," not in text):
        raise TableError(text[:_QUOTED])
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise TableError(str(error)) from error
    return [[show_as_text(value) for value in row] for row in rows]


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError(", ".join(ENCODINGS))
