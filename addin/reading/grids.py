"""The sheets of an opened workbook as grids: what each stored value is to whoever reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from addin.package.addresses import Place
from addin.package.columns import COLUMN_BITS, CellKind, Cells, make_key, split_key
from addin.package.opened import OpenedPackage
from addin.package.sheet import Sheet
from addin.reading.days import EPOCH
from addin.reading.grid import Grid
from addin.reading.raw import LongNumber, Raw

_LAST_SERIAL: Final = 2_958_466
"""The first serial number beyond the year 9999."""

_BETWEEN_SYSTEMS: Final = 1462
"""Days from 1900's to 1904's first."""


@dataclass(frozen=True)
class PackageSheets:
    """The sheets of a workbook that was opened, for reading their meaning."""

    package: OpenedPackage

    @property
    def sheets(self) -> Collection[str]:
        """Names of all sheets, hidden ones too."""
        return [*self.package.sheets, *self.package.broken]

    def grid(self, sheet: str) -> Grid:
        """Return the cells of ``sheet``, which is there. Raises NotOpened where it cannot be read."""
        if sheet in self.package.broken:
            raise self.package.broken[sheet]
        return make_grid(self.package.sheets[sheet], self.package)

    def merged(self, sheet: str) -> Mapping[Place, Place]:
        """Return for each cell that a merged range hides the cell that shows its value."""
        return self.package.sheets[sheet].frame.merged


def make_grid(sheet: Sheet, package: OpenedPackage) -> Grid:
    """Return the sheet's cells as values; days are days, whichever year they are counted from."""
    cells = sheet.cells
    formulas = GridFormulas(cells)
    rows: dict[int, dict[int, Raw]] = {row: {} for row in np.unique(cells.row[cells.with_formula]).tolist()}
    for row, columns, raws in _values(cells, package):
        rows.setdefault(row, {}).update(zip(columns, raws, strict=True))
    errors = {
        (int(cells.row[cell]), int(cells.column[cell])): cells.texts[cells.text[cell]]
        for cell in np.flatnonzero(cells.kind == CellKind.ERROR).tolist()
    }
    for row, _ in errors:
        rows.setdefault(row, {})
    offset = _BETWEEN_SYSTEMS if package.from_1904 else 0
    return Grid(sheet.name, rows, formulas, errors, formulas.uncached, offset)


def _values(cells: Cells, package: OpenedPackage) -> Iterator[tuple[int, list[int], list[Raw]]]:
    """Yield row by row the columns and values of the cells with a value that is no error and no empty text."""
    filled = np.flatnonzero((cells.kind != CellKind.BLANK) & (cells.kind != CellKind.ERROR))
    raws = _raws(cells, filled, package)
    if "" in raws:
        shown = [place for place, raw in enumerate(raws) if raw != ""]
        filled, raws = filled[shown], [raws[place] for place in shown]
    rows, columns = cells.row[filled], cells.column[filled].tolist()
    starts = [0, *(np.flatnonzero(np.diff(rows)) + 1).tolist()] if len(rows) else []
    for first, last in zip(starts, [*starts[1:], len(rows)], strict=bool(starts)):
        yield int(rows[first]), columns[first:last], raws[first:last]


def _raws(cells: Cells, filled: NDArray[np.int64], package: OpenedPackage) -> list[Raw]:
    """Return what each of the cells holds; only those that are neither number nor text are looked at one by one."""
    kind, style, texts = cells.kind[filled], cells.style[filled], cells.texts
    text, numbers = cells.text[filled], cells.number[filled].tolist()
    raws: list[Raw] = [number if at < 0 else texts[at] for number, at in zip(numbers, text.tolist(), strict=True)]
    is_number, offset = kind == CellKind.NUMBER, _BETWEEN_SYSTEMS if package.from_1904 else 0
    for place in np.flatnonzero(is_number & (text >= 0)).tolist():
        raws[place] = LongNumber(numbers[place], texts[text[place]])
    for place in np.flatnonzero(kind == CellKind.TRUTH).tolist():
        raws[place] = numbers[place] == 1
    for place in np.flatnonzero(is_number & np.isin(style, list(package.styles.days))).tolist():
        raws[place] = _day(numbers[place] + offset)
    for place in np.flatnonzero(kind == CellKind.DAY).tolist():
        raws[place] = _day(numbers[place])
    return raws


@lru_cache(maxsize=16384)
def _day(serial: float) -> Raw:
    """Return the day or the moment of a serial number; the number where it is none."""
    if not 0 <= serial < _LAST_SERIAL:
        return serial
    moment = EPOCH + timedelta(milliseconds=round(serial * 86_400_000))
    if serial < 1:
        return moment.time()
    return moment.date() if moment.time() == time() else moment


class _Uncached(Collection[Place]):
    """The cells whose formula has no result, looked for only when anybody asks."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    @cached_property
    def _keys(self) -> set[int]:
        found = self._cells.with_formula
        return {*self._cells.keys[found[self._cells.kind[found] == CellKind.BLANK]].tolist()}

    def __contains__(self, at: object) -> bool:
        return isinstance(at, tuple) and (at[0] << COLUMN_BITS | at[1]) in self._keys

    def __iter__(self) -> Iterator[Place]:
        return map(split_key, self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class GridFormulas(Mapping[Place, str]):
    """The formulas of a sheet by cell, each made out of the file only when it is asked for."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    @cached_property
    def _places(self) -> dict[int, int]:
        found = self._cells.with_formula
        return dict(zip(self._cells.keys[found].tolist(), found.tolist(), strict=True))

    @property
    def uncached(self) -> Collection[Place]:
        """Cells whose formula has no result."""
        return _Uncached(self._cells)

    def __getitem__(self, at: Place) -> str:
        return self._cells.formula(self._places[make_key(at)]) or ""

    def __contains__(self, at: object) -> bool:
        return isinstance(at, tuple) and (at[0] << COLUMN_BITS | at[1]) in self._places

    def __iter__(self) -> Iterator[Place]:
        return (split_key(key) for key in self._places)

    def __len__(self) -> int:
        return len(self._places)
