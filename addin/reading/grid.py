"""One sheet as meaning is read from it: values by row and column, and what is odd: formulas, errors, lost results."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Self

from addin.package.addresses import Place
from addin.reading.raw import Raw, show_as_text
from templates.layout import name_column
from templates.nature import DAYS

_EMPTY: Final[Mapping[int, Raw]] = {}


@lru_cache(maxsize=16384)
def _squeeze(text: str) -> str:
    """Return a text without any blanks and line breaks; those of like workbooks are the same."""
    return "".join(show_as_text(text).split())


@dataclass
class Grid:
    """A sheet's cells. Rows and columns count from 1; a cell that is not there is the empty string.

    A row is there when anything stands in it, a formula without a result too.
    """

    sheet: str
    rows: dict[int, dict[int, Raw]] = field(default_factory=dict)
    """Of each row the cells that are not blank, by column."""
    formulas: Mapping[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    uncached: Collection[Place] = field(default_factory=set)
    """Cells whose formula has no result."""
    days_before: int = 0
    """Days between the beginning of 1900 and the day from which the workbook counts."""

    @classmethod
    def of_rows(cls, sheet: str, rows: Iterable[Iterable[Raw]]) -> Self:
        """Return the grid of full rows, from the first row and column on."""
        filled = {
            number: {column: raw for column, raw in enumerate(cells, start=1) if raw != ""}
            for number, cells in enumerate(rows, start=1)
        }
        return cls(sheet, {number: cells for number, cells in filled.items() if cells})

    def value(self, row: int, column: int) -> Raw:
        """Return what stands in the cell; error cells and formulas without a result are blank."""
        return self.rows.get(row, _EMPTY).get(column, "")

    def day(self, row: int, column: int) -> Raw:
        """Return what stands in a cell for a day; a number there counts from 1900, whatever the workbook counts from.

        A cell with the format of a day holds a day already, and figures such as 200105 are no serial number.
        """
        raw = self.value(row, column)
        if isinstance(raw, bool) or not isinstance(raw, int | float) or raw + self.days_before >= DAYS.stop:
            return raw
        return raw + self.days_before

    def label(self, row: int, column: int) -> str:
        """Return the cell's text without any blanks and line breaks, for finding headers and codes."""
        raw = self.value(row, column)
        return _squeeze(raw) if isinstance(raw, str) else "".join(show_as_text(raw).split())

    def labels(self, row: int) -> dict[str, int]:
        """Return the texts of a row with their columns; of equal texts the first."""
        found: dict[str, int] = {}
        for column in sorted(self.rows.get(row, _EMPTY)):
            found.setdefault(self.label(row, column), column)
        found.pop("", None)
        return found

    def columns(self, row: int, expected: Mapping[str, int]) -> dict[str, int]:
        """Return the columns of a header's texts, given where they should stand.

        A text that stands twice is left out, unless nothing in the row has moved: then it is the one in its place.
        """
        found: dict[str, list[int]] = {}
        for column in sorted(self.rows.get(row, _EMPTY)):
            if (label := self.label(row, column)) in expected:
                found.setdefault(label, []).append(column)
        sole = {label: columns[0] for label, columns in found.items() if len(columns) == 1}
        moved = any(expected[label] != column for label, column in sole.items())
        here = {label: expected[label] for label, columns in found.items() if expected[label] in columns}
        return sole if moved else here | sole

    def places(self, label: str) -> list[Place]:
        """Return the cells with this text; blanks make no difference."""
        return [
            (row, column)
            for row, cells in self.rows.items()
            for column, raw in sorted(cells.items())
            if isinstance(raw, str) and self.label(row, column) == label
        ]

    def occupied(self, row: int, first: int) -> Iterator[int]:
        """Yield the columns from ``first`` on in which something stands."""
        yield from sorted(column for column in self.rows.get(row, _EMPTY) if column >= first)

    def address(self, row: int, column: int) -> str:
        """Return the address as findings quote it."""
        return f"{self.sheet}!{name_column(column)}{row}"
