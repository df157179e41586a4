"""Excel's automation objects, faked: what goes over to Excel is counted.

The fake counts as the wire does: reading a property is one round trip, setting one is one, calling a method is one. Of
Excel there is only what the host uses: workbooks, sheets, cells with values and formulas, locks, the selection and the
status bar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from templates.layout import name_column

EXCEPTION = -2147352567  # "exception occurred": the cause is the last part of excepinfo
LOCKED = -2146827284
NO_MEMBER = -2147352565
EDITING = -2146777998
REJECTED = -2147418111


class ComError(Exception):
    """pywin32's com_error."""

    def __init__(self, hresult: int, scode: int | None = None) -> None:
        cause = (0, "Microsoft Excel", "", None, 0, scode) if scode is not None else None
        super().__init__(hresult, "", cause, None)
        self.hresult = hresult
        self.excepinfo = cause


class Dispatch:
    """What pywin32 gives for an object of Excel's."""


@dataclass
class Wire:
    """Counts round trips; ``trouble`` are errors to raise for the next ones."""

    trips: int = 0
    trouble: list[ComError] = field(default_factory=list)

    def trip(self) -> None:
        self.trips += 1
        if self.trouble:
            raise self.trouble.pop(0)


class ComObject(Dispatch):
    """An object of Excel's. Names that begin with a capital are Excel's: reading, setting or calling them counts."""

    _wire: Wire

    def __getattribute__(self, name: str) -> Any:
        if name[0].isupper():
            found = getattr(type(self), name)
            if isinstance(found, property):
                self._wire.trip()
        return super().__getattribute__(name)

    def __setattr__(self, name: str, value: object) -> None:
        if name[0].isupper():
            self._wire.trip()
        super().__setattr__(name, value)


class FakeExcel(ComObject):
    """The application."""

    def __init__(self, *books: FakeWorkbook) -> None:
        self._wire = Wire()
        self._books = list(books)
        self._status: object = False
        self._selected: FakeRange | None = None
        for book in books:
            book._join(self)

    @property
    def wire(self) -> Wire:
        return self._wire

    @property
    def Workbooks(self) -> FakeCollection:
        return FakeCollection(self._wire, {book._path.name: book for book in self._books}, self)

    @property
    def ActiveWorkbook(self) -> FakeWorkbook | None:
        return self._books[0] if self._books else None

    @property
    def Selection(self) -> FakeRange | None:
        return self._selected

    @property
    def StatusBar(self) -> object:
        return self._status

    @StatusBar.setter
    def StatusBar(self, text: object) -> None:
        self._status = text

    @property
    def DisplayAlerts(self) -> bool:
        return True


class FakeCollection(ComObject):
    """Workbooks or Worksheets."""

    def __init__(self, wire: Wire, members: dict[str, Any], parent: ComObject) -> None:
        self._wire, self._members, self._parent = wire, members, parent

    def __call__(self, name: str) -> Any:
        self._wire.trip()
        if name not in self._members:
            raise ComError(EXCEPTION, NO_MEMBER)
        return self._members[name]

    def __iter__(self) -> Iterator[Any]:
        self._wire.trip()
        for member in self._members.values():
            self._wire.trip()
            yield member

    @property
    def Count(self) -> int:
        return len(self._members)

    @property
    def Application(self) -> ComObject:
        return self._parent


class FakeWorkbook(ComObject):
    """A workbook."""

    def __init__(self, path: Path, *sheets: FakeSheet) -> None:
        self._path = path
        self._sheets = sheets
        self._active = sheets[0]

    def _join(self, app: FakeExcel) -> None:
        self._app, self._wire = app, app._wire
        for sheet in self._sheets:
            sheet._join(self)

    @property
    def Name(self) -> str:
        return self._path.name

    @property
    def FullName(self) -> str:
        return str(self._path)

    @property
    def Application(self) -> FakeExcel:
        return self._app

    @property
    def Worksheets(self) -> FakeCollection:
        return FakeCollection(self._wire, {sheet._name: sheet for sheet in self._sheets}, self)

    def SaveCopyAs(self, path: str) -> None:
        self._wire.trip()
        Path(path).touch()


class FakeSheet(ComObject):
    """A sheet: what Excel has as values and as formulas, by row and column from 1."""

    def __init__(self, name: str, *, locked: bool = False) -> None:
        self._name, self._locked = name, locked
        self._values: dict[tuple[int, int], object] = {}
        self._formulas: dict[tuple[int, int], str] = {}

    def _join(self, book: FakeWorkbook) -> None:
        self._book, self._wire = book, book._wire

    def put(self, row: int, column: int, value: object, formula: str = "") -> None:
        """Put a value, as COM gives it, into a cell."""
        self._values[row, column] = value
        if formula:
            self._formulas[row, column] = formula

    @property
    def Name(self) -> str:
        return self._name

    @property
    def UsedRange(self) -> FakeRange:
        rows, columns = zip(*(self._values or {(1, 1): None}), strict=True)
        return FakeRange(self, min(rows), min(columns), max(rows), max(columns))

    def Range(self, address: str) -> FakeRange:
        self._wire.trip()
        corners = [(int(row), _number(letters)) for letters, row in re.findall(r"([A-Z]+)(\d+)", address)]
        return FakeRange(self, *corners[0], *corners[-1])

    def Activate(self) -> None:
        self._wire.trip()
        self._book._active = self


def _number(letters: str) -> int:
    number = 0
    for char in letters:
        number = number * 26 + ord(char) - 64
    return number


class FakeRange(ComObject):
    """Cells of a sheet."""

    def __init__(self, sheet: FakeSheet, top: int, left: int, bottom: int, right: int) -> None:
        self._wire, self._sheet = sheet._wire, sheet
        self._rows, self._columns = range(top, bottom + 1), range(left, right + 1)

    def _block(self, cells: dict[tuple[int, int], Any], blank: object) -> Any:
        rows = tuple(tuple(cells.get((row, column), blank) for column in self._columns) for row in self._rows)
        return rows[0][0] if len(self._rows) == len(self._columns) == 1 else rows

    @property
    def Value(self) -> Any:
        return self._block(self._sheet._values, None)

    @Value.setter
    def Value(self, rows: Any) -> None:
        if self._sheet._locked:
            raise ComError(EXCEPTION, LOCKED)
        for row, cells in zip(self._rows, rows, strict=True):
            for column, cell in zip(self._columns, cells, strict=True):
                self._type(row, column, cell)

    def _type(self, row: int, column: int, cell: object) -> None:
        """Take a value in as Excel does: what looks like a number is one, and an apostrophe goes."""
        self._sheet._values.pop((row, column), None)
        self._sheet._formulas.pop((row, column), None)
        if isinstance(cell, str) and cell.startswith("="):
            self._sheet.put(row, column, 0.0, cell)
        elif isinstance(cell, str) and cell.replace(".", "").isdecimal():
            self._sheet.put(row, column, float(cell))
        elif cell != "":
            self._sheet.put(row, column, cell.removeprefix("'") if isinstance(cell, str) else cell)

    @property
    def Formula(self) -> Any:
        shown = {at: str(value) for at, value in self._sheet._values.items() if value is not None}
        return self._block(shown | self._sheet._formulas, "")

    @property
    def Count(self) -> int:
        return len(self._rows) * len(self._columns)

    @property
    def Worksheet(self) -> FakeSheet:
        return self._sheet

    @property
    def Row(self) -> int:
        return self._rows[0]

    @property
    def Column(self) -> int:
        return self._columns[0]

    @property
    def Rows(self) -> FakeCollection:
        return FakeCollection(self._wire, {str(row): None for row in self._rows}, self)

    @property
    def Columns(self) -> FakeCollection:
        return FakeCollection(self._wire, {str(column): None for column in self._columns}, self)

    @property
    def Address(self) -> str:
        first, last = (f"${name_column(self._columns[end])}${self._rows[end]}" for end in (0, -1))
        return first if first == last else f"{first}:{last}"

    def Select(self) -> None:
        self._wire.trip()
        self._sheet._book._app._selected = self
