"""Cells on their way in and out, between what programs hand over and :data:`Cell`. Nothing here asks a program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar, cast

from addin.host import Block, Cell, ErrorValue, Formula

C = TypeVar("C")

_ERROR_BASE: Final = -2146828288  # 0x800A0000: COM hands over errors as this plus Excel's number of the error
_ERRORS: Final = {
    2000: "#NULL!",
    2007: "#DIV/0!",
    2015: "#VALUE!",
    2023: "#REF!",
    2029: "#NAME?",
    2036: "#NUM!",
    2042: "#N/A",
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
}


def make_block(values: Any, formulas: Any) -> Block:
    """Return what a program gave for a range as a block. Raises ValueError when the two do not have one shape."""
    rows = [[incoming(raw) for raw in row] for row in _rows(values)]
    texts = [[_formula(raw) for raw in row] for row in _rows(formulas)]
    if [len(row) for row in rows] != [len(row) for row in texts]:
        raise ValueError("values and formulas do not have the same shape")
    # A text that was typed with an apostrophe before its "=" is its own value; a formula's result never is.
    for line, cells in zip(texts, rows, strict=True):
        line[:] = ["" if text == cell else text for text, cell in zip(line, cells, strict=True)]
    return Block(rows, texts)


def find_first_cell(address: str) -> str:
    """Return the first cell of an address as programs give it: ``B7`` of ``$B$7:$C$9``, ``A7`` of ``$7:$9``."""
    first = re.split("[:,]", address.replace("$", ""))[0]
    return f"A{first}" if first.isdecimal() else f"{first}1" if first.isalpha() else first


def move_block(block: Block, row: int, column: int) -> Block:
    """Return ``block``, whose first cell lies at ``row`` and ``column``, padded with blanks so that it starts at A1."""
    return Block(_padded(block.values, row - 1, column - 1), _padded(block.formulas, row - 1, column - 1))


def _padded(rows: list[list[C]], above: int, before: int) -> list[list[C]]:
    width = before + len(rows[0])
    blank = cast(C, "")
    return [[blank] * width for _ in range(above)] + [[blank] * before + row for row in rows]


def _rows(given: Any) -> Sequence[Sequence[Any]]:
    """A single cell comes bare, and on macOS a single row may."""
    if not isinstance(given, list | tuple):
        return [[given]]
    return given if given and isinstance(given[0], list | tuple) else [given]


def _formula(raw: Any) -> str:
    return raw if isinstance(raw, str) and raw.startswith("=") else ""


def incoming(raw: Any) -> Cell:
    """Return what a program gave for one cell."""
    if isinstance(raw, bool | str | float):
        return raw
    if isinstance(raw, int):
        error = _ERRORS.get(raw - _ERROR_BASE)
        return ErrorValue(error) if error else float(raw)
    if isinstance(raw, Decimal):  # cells with a currency format
        return float(raw)
    if isinstance(raw, datetime):  # COM's own kind of datetime bears a time zone that means nothing
        return datetime(raw.year, raw.month, raw.day, raw.hour, raw.minute, raw.second)
    # None, and the "missing value" of AppleScript
    return ""


def prepare_outgoing(cell: Cell) -> object:
    """Return what a program is to be given for one cell.

    Programs read a text as if it were typed: ``001`` becomes 1, ``3-4`` a day, ``=`` begins a formula. An apostrophe
    keeps them from it and does not show.
    """
    if isinstance(cell, Formula):
        return cell.text
    if isinstance(cell, str):
        return f"'{cell}" if cell else ""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        return float(cell)
    return _moment(cell)


def _moment(cell: date | datetime | time | timedelta) -> object:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=UTC)  # COM takes no other
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=UTC)
    if isinstance(cell, time):
        cell = timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
    return cell / timedelta(days=1)
