"""One workbook, written by others: the same cells through XlsxWriter, loaded and saved by openpyxl, its bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter


@dataclass(frozen=True)
class Written:
    """A cell: where, its kind, what stands in it, which of the workbook's styles it has."""

    row: int
    column: int
    value: object
    style: int


def list_cells(path: Path) -> dict[str, list[Written]]:
    """Return the cells of every sheet that hold something."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(_cells_of(sheet)) for sheet in book.worksheets}


def _cells_of(sheet: Any) -> Iterator[Written]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                value = getattr(cell.value, "text", cell.value)
                yield Written(cell.row - 1, cell.column - 1, value, cell.style_id)


def write_by_xlsxwriter(cells: dict[str, list[Written]], path: Path) -> None:
    """Write the cells, each style once: no protection, no validations, no conditional formats, no names."""
    book = xlsxwriter.Workbook(path)
    styles: dict[int, Any] = {}
    for title, found in cells.items():
        sheet = book.add_worksheet(title)
        for cell in found:
            style = styles.get(cell.style) or styles.setdefault(cell.style, book.add_format({"indent": 0}))
            _choose_write(sheet, cell.value)(cell.row, cell.column, cell.value, style)
    book.close()


def _choose_write(sheet: Any, value: object) -> Callable[..., int]:
    if isinstance(value, str):
        chosen: Callable[..., int] = sheet.write_formula if value.startswith("=") else sheet.write_string
        return chosen
    if isinstance(value, date | datetime):
        return sheet.write_datetime  # type: ignore[no-any-return]
    return sheet.write_boolean if isinstance(value, bool) else sheet.write_number  # type: ignore[no-any-return]


def load_and_save(path: Path, target: Path) -> None:
    """Load by openpyxl, save by openpyxl."""
    openpyxl.load_workbook(path).save(target)


def write_bytes(data: bytes, target: Path) -> None:
    """Write what is known already."""
    target.write_bytes(data)
