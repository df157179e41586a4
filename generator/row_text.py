"""Formulas of one row, spelled so that they read the same in every row.

A form has a dozen formulas in each of its rows, and they differ by nothing but the row. Spelled with ``ROW()`` they are
one text, which packs to next to nothing: ``INDEX(taken_KX03,24)`` and ``$Q30``, both in row 30, are
``INDEX(taken_KX03,ROW()-6)``. Within functions that make arrays of their arguments ROW() would be an array too,
so there nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

ARRAYS: Final = ("SUMPRODUCT", "LOOKUP")
"""What makes arrays of its arguments."""

_BRACKET: Final = re.compile(rf"""(?P<quoted>"[^"]*"|'[^']*')|(?P<array>(?<![A-Z0-9.])(?:{"|".join(ARRAYS)})\()|[()]""")
_CELL: Final = re.compile(r""""[^"]*"|'[^']*'!\$?[A-Z]+\$?\d+|INDEX\([A-Za-z_]\w*,\d+\)|\$[A-Z]+\$?\d+(?![\d:(])""")
"""What may be a cell of the row; texts and cells of other sheets are passed over."""


@dataclass(frozen=True)
class RowText:
    """The named columns that formulas of one sheet may read in their own row."""

    first_rows: Mapping[str, int]
    """The row in which each named column begins."""
    columns: Mapping[str, str]
    """By the letters of a column of the sheet itself: its name."""
    _words: dict[int, Mapping[str, str]] = field(default_factory=dict, repr=False)

    def spell(self, formula: str, row: int) -> str:
        """Return the formula of ``row``, spelled so that it reads the same in every row."""
        if row not in self._words:
            self._words[row] = self._find_words(row)
        words, spelled, place = self._words[row], [], 0

        def replace(found: re.Match[str]) -> str:
            return words.get(found[0], found[0])

        for start, end in _find_arrays(formula):
            spelled += [_CELL.sub(replace, formula[place:start]), formula[start:end]]
            place = end
        return "".join([*spelled, _CELL.sub(replace, formula[place:])])

    def _find_words(self, row: int) -> dict[str, str]:
        """Return what stands for what in the formulas of a row."""
        here = {name: f"INDEX({name},{_offset(first - 1)})" for name, first in self.first_rows.items()}
        words = {f"INDEX({name},{row - first + 1})": here[name] for name, first in self.first_rows.items()}
        named = {column: here[name] for column, name in self.columns.items() if name in here}
        return words | {f"${column}{dollar}{row}": word for column, word in named.items() for dollar in ("", "$")}


def _offset(above: int) -> str:
    return f"ROW()-{above}" if above else "ROW()"


def _find_arrays(formula: str) -> Iterator[tuple[int, int]]:
    """Yield from where to where the outermost functions reach that make arrays."""
    if not any(name in formula for name in ARRAYS):
        return
    start, depth = 0, 0
    for found in _BRACKET.finditer(formula):
        if found["quoted"] or not (depth or found["array"]):
            continue
        if not depth:
            start = found.start()
        depth += -1 if found[0] == ")" else 1
        if not depth:
            yield start, found.end()
