"""Ranges of the LibreOffice engine: whole blocks in and out with few calls, in the shapes that Excel gives.

A call to LibreOffice takes about as long as one to Excel. So days and booleans, which LibreOffice hands over as
numbers, are looked for by the sheet: one question for all of them instead of one for each cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from addin.host import ErrorValue
from addin.host.calc_formula import convert_to_calc, convert_to_excel
from addin.host.guard import require_unlocked
from templates.layout import name_column

if TYPE_CHECKING:
    from addin.host.libreoffice import CalcSheet

EPOCH: Final = datetime(1899, 12, 30)
_DAYS: Final = 2
"""Constants with a format of days or times."""
_FORMULAS: Final = 16
_ERROR_RESULT: Final = 4
_DATE_FORMAT: Final = 6
_LOGICAL_FORMAT: Final = 1024
_ERRORS: Final = {
    502: "#VALUE!",
    503: "#NUM!",
    504: "#REF!",
    519: "#VALUE!",
    521: "#NULL!",
    523: "#NUM!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
_OTHER_ERROR: Final = "#VALUE!"

Bounds = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""


class Range:
    """Cells of a sheet; what xlwings expects of one, as far as the host uses it."""

    def __init__(self, sheet: CalcSheet, bounds: Bounds) -> None:
        self.sheet = sheet
        self.bounds = bounds
        self.options: dict[str, object] = {}
        top, left, bottom, right = bounds
        self.api: Any = sheet.api.getCellRangeByPosition(left, top, right, bottom)

    @property
    def row(self) -> int:
        """The first row, from 1."""
        return self.bounds[0] + 1

    @property
    def column(self) -> int:
        """The first column, from 1."""
        return self.bounds[1] + 1

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns."""
        top, left, bottom, right = self.bounds
        return bottom - top + 1, right - left + 1

    @property
    def address(self) -> str:
        """The address as Excel gives it, ``$A$1:$B$2``."""
        top, left, bottom, right = self.bounds
        first, last = f"${name_column(left + 1)}${top + 1}", f"${name_column(right + 1)}${bottom + 1}"
        return first if first == last else f"{first}:{last}"

    def select(self) -> None:
        """Select the cells."""
        self.sheet.book.controller.select(self.api)

    @property
    def raw_value(self) -> Any:
        """Values as Excel gives them; a single cell's bare."""
        values = [list(row) for row in self.api.getDataArray()]
        self._each(values, self.api.queryContentCells(_DAYS), _day)
        self._tell_by_format(values, self.api.findAll(self.sheet.book.search_for_meaning))
        self._put_errors(values)
        return values[0][0] if self.shape == (1, 1) else values

    @raw_value.setter
    def raw_value(self, given: Any) -> None:
        require_unlocked(self.sheet.api, self.api)
        rows = given if isinstance(given, list | tuple) else [[given] * self.shape[1]] * self.shape[0]
        self.api.setFormulaArray(tuple(tuple(_typed(cell) for cell in row) for row in rows))
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, datetime):  # Excel shows it as a day by itself
                    self.sheet.book.show_as_day(self.api.getCellByPosition(column, row))

    @property
    def formula(self) -> Any:
        """Formulas as Excel writes them, constants as texts; a single cell's bare."""
        texts = [list(row) for row in self.api.getFormulaArray()]
        # Only real formulas are put into Excel's syntax: a text that begins with "=" stays as it was typed.
        self._each(texts, self.api.queryContentCells(_FORMULAS), convert_to_excel)
        return texts[0][0] if self.shape == (1, 1) else texts

    @formula.setter
    def formula(self, given: Any) -> None:
        self.raw_value = given

    def _each(self, values: list[list[Any]], ranges: Any, meant: Callable[[Any], Any]) -> None:
        """Replace the values of ``ranges`` by what they mean."""
        for bounds in _bounds(ranges):
            for row, column in self._places(bounds):
                values[row][column] = meant(values[row][column])

    def _tell_by_format(self, values: list[list[Any]], found: Any) -> None:
        """Replace numbers by the booleans and days as which they show; ``found`` may be None, and has texts as well."""
        for bounds in _bounds(found) if found is not None else ():
            if any(isinstance(values[row][column], float) for row, column in self._places(bounds)):
                for cells in self.sheet.cells_at(bounds):
                    if meant := _meaning(self.sheet.book.format_type(cells.NumberFormat)):
                        self._each(values, cells, meant)

    def _put_errors(self, values: list[list[Any]]) -> None:
        for bounds in _bounds(self.api.queryFormulaCells(_ERROR_RESULT)):
            for row, column in self._places(bounds):
                number = self.api.getCellByPosition(column, row).getError()
                values[row][column] = ErrorValue(_ERRORS.get(number, _OTHER_ERROR))

    def _places(self, bounds: Bounds) -> Iterator[tuple[int, int]]:
        """Yield the places of cells of the sheet within this range."""
        top, left, bottom, right = bounds
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                yield row - self.bounds[0], column - self.bounds[1]


def _bounds(ranges: Any) -> list[Bounds]:
    addresses = ranges.getRangeAddresses() if hasattr(ranges, "getRangeAddresses") else [ranges.getRangeAddress()]
    return [(place.StartRow, place.StartColumn, place.EndRow, place.EndColumn) for place in addresses]


def _meaning(format_type: int) -> Callable[[Any], Any] | None:
    if format_type & _DATE_FORMAT:
        return _day
    return _truth if format_type & _LOGICAL_FORMAT else None


def _day(value: Any) -> Any:
    try:
        return EPOCH + timedelta(days=value)
    except (OverflowError, TypeError):
        return value


def _truth(value: Any) -> Any:
    return bool(value) if isinstance(value, float) else value


def _typed(cell: Any) -> str:
    """Return what one would type for the value; Excel's texts after an apostrophe stay texts here too."""
    if isinstance(cell, bool):
        return "=TRUE()" if cell else "=FALSE()"  # what LibreOffice makes of a boolean in a file, too
    if isinstance(cell, str):
        return convert_to_calc(cell) if cell.startswith("=") else cell
    if isinstance(cell, datetime):
        return repr((cell.replace(tzinfo=None) - EPOCH) / timedelta(days=1))
    return "" if cell is None else repr(cell)
