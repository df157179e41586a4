"""Formulas of one row, spelled so that they read the same in every row.

A form has a dozen formulas in each of its rows, and they differ by nothing but the row. Spelled with ``ROW()`` they are
one text, which packs to next to nothing: ``INDEX(taken_KX03,24)`` and ``$Q30``, both in row 30, are
``INDEX(taken_KX03,ROW()-6)``. Within functions that make arrays of their arguments ROW() would be an array too,
so there nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

_TOKEN = re.compile(
    r"""(?P<text>"[^"]*")|(?P<call>[A-Z][A-Z0-9.]*\()|(?P<open>\()|(?P<close>\))
    |(?P<sheet>'[^']*'!\$?[A-Z]+\$?\d+)|\$(?P<column>[A-Z]+)\$?(?P<row>\d+)(?![\d:(])""",
    re.VERBOSE,
)
_ONE = re.compile(r"INDEX\((?P<name>[A-Za-z_]\w*),(?P<number>\d+)\)")

ARRAYS = frozenset({"SUMPRODUCT(", "LOOKUP("})
"""What makes arrays of its arguments."""


@dataclass(frozen=True)
class RowText:
    """The named columns that formulas of one sheet may read in their own row."""

    first_rows: Mapping[str, int]
    """The row in which each named column begins."""
    columns: Mapping[str, str]
    """By the letters of a column of the sheet itself: its name."""

    def spell(self, formula: str, row: int) -> str:
        """Return the formula of ``row``, spelled so that it reads the same in every row."""
        spelled, place, arrays = [], 0, _Depth()
        while found := self._next.search(formula, place):
            spelled.append(formula[place : found.start()])
            spelled.append(found[0] if arrays.step(found) else self._replace(found, row))
            place = found.end()
        return "".join([*spelled, formula[place:]])

    @cached_property
    def _next(self) -> re.Pattern[str]:
        return re.compile(f"{_ONE.pattern}|{_TOKEN.pattern}", re.VERBOSE)

    def _replace(self, found: re.Match[str], row: int) -> str:
        name = found["name"] or self.columns.get(found["column"] or "", "")
        first = self.first_rows.get(name)
        here = int(found["number"]) + first - 1 if first and found["number"] else int(found["row"] or 0)
        return f"INDEX({name},{_offset(first - 1)})" if first and here == row else found[0]


def _offset(above: int) -> str:
    return f"ROW()-{above}" if above else "ROW()"


class _Depth:
    """Whether a place in a formula lies within a function that makes arrays."""

    def __init__(self) -> None:
        self.open: list[bool] = []

    def step(self, found: re.Match[str]) -> bool:
        """Go on to the next token; return whether it lies within such a function."""
        if found["call"] or found["open"]:
            self.open.append(found["call"] in ARRAYS or any(self.open[-1:]))
        elif found["close"]:
            self.open.pop()
        return any(self.open[-1:])
