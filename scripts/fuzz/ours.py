"""What our own room reads of a file, in the words of the second reader."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Final

import numpy as np

from addin.package.columns import CellKind
from addin.package.opened import OpenedPackage, open_bytes
from addin.package.refusal import NotOpened
from addin.package.sheet import Sheet
from scripts.fuzz.second import Cells, Seen, is_blank

KINDS: Final = {
    CellKind.NUMBER: "number", CellKind.TEXT: "text", CellKind.TRUTH: "truth", CellKind.ERROR: "error",
    CellKind.DAY: "day",
    CellKind.UNREAD: "unread", CellKind.BLANK: "blank",
}  # fmt: skip


def open_or_refuse(data: bytes, wanted: Container[str] | None = None, *, usual: bool) -> OpenedPackage | NotOpened:
    """Return the workbook that ``data`` are, or why not."""
    try:
        return open_bytes(data, lambda name: wanted is None or name in wanted, usual=usual)
    except NotOpened as refused:
        return refused


def list_cells(sheet: Sheet) -> Cells | NotOpened:
    """Return the cells that are not blank, or why they cannot be told."""
    cells = sheet.cells
    columns = (column.tolist() for column in (cells.row, cells.column, cells.kind, cells.number, cells.text))
    try:
        found = {
            (row, column): _seen(sheet, cell, kind, number, text)
            for cell, (row, column, kind, number, text) in enumerate(zip(*columns, strict=True))
        }
    except NotOpened as refused:
        return refused
    return {place: seen for place, seen in found.items() if not is_blank(seen)}


def _seen(sheet: Sheet, cell: int, kind: int, number: float, text: int) -> Seen:
    formula = sheet.cells.formula(cell)
    if kind in (CellKind.TEXT, CellKind.ERROR, CellKind.UNREAD):
        return KINDS[CellKind(kind)], sheet.cells.texts[text], formula
    if kind == CellKind.BLANK:
        return "blank", "", formula
    return KINDS[CellKind(kind)], number == 1 if kind == CellKind.TRUTH else number, formula


def equal_cells(one: Sheet, other: Sheet) -> bool:
    """Return whether two sheets hold the same values in the same order; formulas are compared elsewhere."""
    ours, theirs = one.cells, other.cells
    arrays = ((getattr(cells, name) for name in ("row", "column", "kind", "number")) for cells in (ours, theirs))
    if not all(np.array_equal(mine, its, equal_nan=True) for mine, its in zip(*arrays, strict=True)):
        return False
    mine, its = ([cells.texts[text] if text >= 0 else "" for text in cells.text.tolist()] for cells in (ours, theirs))
    return mine == its


def describe_frame(sheet: Sheet) -> dict[str, Any]:
    """Return what is said around the cells."""
    frame = sheet.frame
    return {
        "state": sheet.state, "part": sheet.part, "hidden rows": sheet.hidden_rows, "row styles": sheet.row_styles,
        "columns": frame.columns, "merged": frame.merged_ranges, "guards": frame.guards, "protection": frame.protection,
        "comments": sheet.comments, "filtered": frame.filtered, "styles": sheet.cells.style.tolist(),
        "places": (sheet.cells.row.tolist(), sheet.cells.column.tolist()),
    }  # fmt: skip


def describe_book(book: OpenedPackage) -> dict[str, Any]:
    """Return what is said of the workbook as a whole."""
    return {
        "sheets": sorted(book.sheets), "broken": sorted(book.broken), "names": book.names, "styles": book.styles,
        "locked": book.structure_locked, "1904": book.from_1904, "links": book.links, "origin": book.origin,
    }  # fmt: skip
