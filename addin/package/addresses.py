"""Addresses of cells and ranges, as files spell them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from addin.package.limits import LAST_COLUMN, LAST_ROW
from templates.layout import name_column

Place = tuple[int, int]
"""Row and column, from 1."""

_ADDRESS: Final = re.compile(r"\$?([A-Za-z]{1,7})\$?([0-9]{1,10})", re.ASCII)


def parse_place(address: str) -> Place:
    """Return row and column of an address without a sheet, such as ``E31``.

    Case, ``$`` and XML's blanks make no difference. Raises ValueError for anything else, and for a place beyond
    Excel's sheet.
    """
    found = _ADDRESS.fullmatch(address.strip(" \t\r\n"))
    if not found:
        raise ValueError(address)
    row, column = int(found[2]), count_column(found[1])
    if not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN):
        raise ValueError(address)
    return row, column


def format_place(at: Place) -> str:
    """Return the address of a place, such as ``E31``."""
    return f"{name_column(at[1])}{at[0]}"


@lru_cache(maxsize=16384)
def count_column(letters: str) -> int:
    """Return the number of a column by its letters: 1 for ``A``."""
    number = 0
    for char in letters.upper():
        number = number * 26 + ord(char) - 64
    return number


def parse_range(area: str) -> tuple[Place, Place]:
    """Return the upper left and the lower right cell of a range such as ``A1:B3``. Raises ValueError for no range."""
    first, _, last = area.partition(":")
    one, other = parse_place(first), parse_place(last or first)
    return (min(one[0], other[0]), min(one[1], other[1])), (max(one[0], other[0]), max(one[1], other[1]))


_RELATIVE: Final = re.compile(r"""("[^"]*"|'[^']*')|(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\w.(])""")


def shift_formula(formula: str, rows: int, columns: int) -> str:
    """Return ``formula`` with its relative references moved; quoted texts and sheet names stay."""

    def move(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        column = found[3] if found[2] else name_column(count_column(found[3]) + columns)
        row = found[5] if found[4] else str(int(found[5]) + rows)
        return f"{found[2]}{column}{found[4]}{row}"

    return _RELATIVE.sub(move, formula)
