"""A filled ledger as columns: an array of sheet rows and one array a column, which can be asked like rows of cells.

A return has tens of thousands of ledger cells, nearly all of them numbers, days and repeated texts. As columns they
take a tenth of the memory of one dict a row, and whoever works on many rows takes a column whole.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate, pairwise
from math import isnan, nan
from types import MappingProxyType, NoneType
from typing import Final, Self, overload

from templates.content import LedgerCells, Value
from templates.nature import EPOCH

NO_VALUE: Final = -1
"""The code of a blank cell."""

_EPOCH_ORDINAL: Final = EPOCH.toordinal()


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Cells nearly all of which are numbers or blank; or days or blank."""

    numbers: array[float]
    """Doubles, NaN for what is blank or no number. A day is its serial number, as Excel counts."""
    strays: Mapping[int, Value] = field(default_factory=dict)
    """What is no number, or no day, by its place in the column."""
    days: bool = False
    """Whether the numbers are days."""

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, place: int) -> Value | None:
        number = self.numbers[place]
        if isnan(number):
            return self.strays.get(place)
        return make_day(number) if self.days else number

    def list_cells(self) -> list[Value | None]:
        """Return every cell, None for a blank one."""
        make = make_day if self.days else float
        cells: list[Value | None] = [None if isnan(number) else make(number) for number in self.numbers]
        for place, value in self.strays.items():
            cells[place] = value
        return cells


class JoinedTexts(Sequence[Value]):
    """Many texts as one, which takes a third of their memory; each is cut out of it when it is asked for."""

    __slots__ = ("_ends", "_joined")

    def __init__(self, texts: Sequence[str]) -> None:
        self._joined = "".join(texts)
        self._ends = array("i", accumulate(map(len, texts), initial=0))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        at = place if place >= 0 else len(self) + place
        if not 0 <= at < len(self):
            raise IndexError(place)
        return self._joined[self._ends[at] : self._ends[at + 1]]

    def __iter__(self) -> Iterator[str]:
        return (self._joined[start:end] for start, end in pairwise(self._ends))


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """Texts, choices and days: each different value once, and for each cell which of them it is."""

    codes: array[int]
    """Places in ``values``, :data:`NO_VALUE` for a blank cell."""
    values: Sequence[Value]

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, place: int) -> Value | None:
        code = self.codes[place]
        return None if code < 0 else self.values[code]

    def list_cells(self) -> list[Value | None]:
        """Return every cell, None for a blank one."""
        known = [*self.values, None]
        return [known[code] for code in self.codes]


FilledColumn = NumberColumn | CodedColumn
"""The cells of one column, a place for every row of its ledger."""


def make_day(serial: float) -> date:
    """Return the day of a serial number. Raises ValueError or OverflowError for what is none."""
    return date.fromordinal(int(serial) + _EPOCH_ORDINAL)


def count_days(day: date) -> float:
    """Return the serial number of a day."""
    return float(day.toordinal() - _EPOCH_ORDINAL)


def make_column(cells: Sequence[Value | None]) -> FilledColumn:
    """Return cells, None for a blank one, as the column that holds them best."""
    kinds = Counter(map(type, cells))
    filled = len(cells) - kinds[NoneType]
    for kind in (float, date):
        if 2 * kinds[kind] >= filled > 0:
            return _number_cells(cells, kind)
    return code_cells(cells)


def code_cells(cells: Iterable[Value | None]) -> CodedColumn:
    """Return cells, None for a blank one, with each different value kept once."""
    known: dict[object, int] = {}
    values: list[Value] = []
    codes = array("i")
    for cell in cells:
        if cell is None:
            codes.append(NO_VALUE)
            continue
        code = known.setdefault(cell if type(cell) is str else (type(cell), repr(cell)), len(values))
        if code == len(values):
            values.append(cell)
        codes.append(code)
    return CodedColumn(codes, values)


def _number_cells(cells: Sequence[Value | None], kind: type[float] | type[date]) -> NumberColumn:
    days = kind is date
    numbers = array("d", [nan if type(cell) is not kind else _number(cell) for cell in cells])
    strays = {place: cell for place, cell in enumerate(cells) if cell is not None and isnan(numbers[place])}
    return NumberColumn(numbers, strays, days)


def _number(cell: Value | None) -> float:
    if isinstance(cell, date):
        return count_days(cell)
    return cell if isinstance(cell, float) else nan


class FilledLedger(Mapping[int, Mapping[str, Value]]):
    """The rows of one ledger that have anything in them, in the order of the sheet. Nobody changes one.

    As a mapping it gives each row by its number as its filled cells by column name, and equals a dict of such rows.
    """

    __slots__ = ("columns", "numbers")

    def __init__(self, numbers: Iterable[int], columns: Mapping[str, FilledColumn]) -> None:
        """Take rows that ascend; columns in their order, each as long as the rows. Raises ValueError for others."""
        self.numbers: Final = numbers if isinstance(numbers, array) else array("i", numbers)
        """The sheet row of each place."""
        self.columns: Final = dict(columns)
        """By name. A column without any filled cell may be missing."""
        if any(len(column) != len(self.numbers) for column in self.columns.values()):
            raise ValueError({name: len(column) for name, column in columns.items()})
        if any(one >= other for one, other in pairwise(self.numbers)):
            raise ValueError(list(self.numbers))

    @classmethod
    def of(cls, rows: LedgerCells) -> Self:
        """Return rows as columns; what is columns already is returned as it is."""
        if isinstance(rows, cls):
            return rows
        numbers = sorted(rows)
        names = dict.fromkeys(name for number in numbers for name in rows[number])
        return cls(numbers, {name: make_column([rows[number].get(name) for number in numbers]) for name in names})

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[int]:
        return iter(self.numbers)

    def __getitem__(self, number: int) -> Mapping[str, Value]:
        place = self._find_place(number)
        if place is None:
            raise KeyError(number)
        cells = ((name, column[place]) for name, column in self.columns.items())
        return MappingProxyType({name: cell for name, cell in cells if cell is not None})

    def __repr__(self) -> str:
        return f"{type(self).__name__}.of({ {number: dict(row) for number, row in self.items()} })"

    def __reduce__(self) -> tuple[type[Self], tuple[array[int], dict[str, FilledColumn]]]:
        return type(self), (self.numbers, self.columns)

    def find_cell(self, number: int, name: str) -> Value | None:
        """Return one cell, None where it, its row or its column is blank."""
        place, column = self._find_place(number), self.columns.get(name)
        return None if place is None or column is None else column[place]

    def _find_place(self, number: int) -> int | None:
        place = bisect_left(self.numbers, number)
        return place if place < len(self.numbers) and self.numbers[place] == number else None

    def list_cells(self, name: str) -> list[Value | None]:
        """Return the cells of a column, None for a blank one."""
        column = self.columns.get(name)
        return [None] * len(self.numbers) if column is None else column.list_cells()

    def list_rows(self, names: Iterable[str]) -> Iterator[tuple[Value | None, ...]]:
        """Yield the cells of the named columns, row by row."""
        return zip(*(self.list_cells(name) for name in names), strict=True)

    def move(self, by: int) -> FilledLedger:
        """Return the same rows ``by`` sheet rows further down."""
        return FilledLedger([number + by for number in self.numbers], self.columns)
