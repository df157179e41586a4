"""A generated file as it was written: its constants, its formulas, and which formula reads which."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

Cell = tuple[str, int, int]
"""Sheet, row, column."""

Area = tuple[str, int, int, int, int]
"""Sheet, first and last row, first and last column."""

_PLACE = r"\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}"
_TOKEN = re.compile(rf"\"[^\"]*\"|(?:'([^']+)'!)?(?<![\w.])({_PLACE})(?![\w(])|([A-Za-z_]\w*)")
_ONE_OF = re.compile(r"INDEX\(([A-Za-z_]\w*),(\d+)\)")
"""A single cell of a named column: the only way in which formulas read entry cells."""

_OWN_ROW = re.compile(r"ROW\(\)(?:-(\d+))?")
"""The place of the formula's own row in a column."""


def area_of(sheet: str, text: str) -> Area:
    """Return what an address such as ``$A$1:B3`` or ``A:B`` means on a sheet."""
    left, top, right, bottom = range_boundaries(text.replace("$", ""))
    return sheet, top or 1, bottom or 1048576, left or 1, right or 16384


def _holds(area: Area, at: Cell) -> bool:
    sheet, top, bottom, left, right = area
    return sheet == at[0] and top <= at[1] <= bottom and left <= at[2] <= right


def _circle(read: Mapping[Cell, set[Cell]]) -> list[Cell]:
    try:
        TopologicalSorter(read).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@dataclass
class Graph:
    """The formulas of one file."""

    path: Path

    @cached_property
    def _book(self) -> Any:
        return load_workbook(self.path)

    @cached_property
    def names(self) -> list[str]:
        """The sheets, in order."""
        return list(self._book.sheetnames)

    @cached_property
    def cells(self) -> dict[Cell, Any]:
        """What stands in every cell that is not blank."""
        return {
            (sheet.title, cell.row, cell.column): cell.value
            for sheet in self._book
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }

    @cached_property
    def formulas(self) -> dict[Cell, str]:
        """Every formula."""
        return {at: value for at, value in self.cells.items() if isinstance(value, str) and value.startswith("=")}

    @cached_property
    def areas(self) -> dict[str, Area]:
        """What each defined name means."""
        names = self._book.defined_names.items()
        return {name: area_of(*place) for name, defined in names for place in defined.destinations}

    def circle(self) -> list[Cell]:
        """Return formulas that read each other in a circle, as Excel sees it: by the ranges that are named in them."""
        return _circle(self._read)

    def wide_circle(self) -> list[Cell]:
        """Return the same for engines to which INDEX reads the whole range that it selects a cell of."""
        return _circle(self._read_by(self._whole_areas))

    def self_readers(self) -> list[str]:
        """Return the formulas that read a range which holds their own cell, each as ``sheet!row,column: formula``.

        Excel reads only the cell that INDEX selects, and so does LibreOffice; others read the whole range.
        """
        return [
            f"{at[0]}!{at[1]},{at[2]}: {formula}"
            for at, formula in self.formulas.items()
            if any(_holds(area, at) for area in self._whole_areas(at[0], formula))
        ]

    def following(self, causes: set[Cell], known: set[Cell]) -> set[Cell]:
        """Return the causes and all formulas that read one of them, directly or not, unless through ``known`` ones."""
        found, waiting = set(causes), list(causes)
        while waiting:
            cause = waiting.pop()
            reached = {reader for reader in self._readers.get(cause, ()) if reader not in found and cause not in known}
            found |= reached
            waiting += reached
        return found

    @cached_property
    def _readers(self) -> dict[Cell, list[Cell]]:
        readers: dict[Cell, list[Cell]] = {}
        for at, read in self._read.items():
            for cell in read:
                readers.setdefault(cell, []).append(at)
        return readers

    @cached_property
    def _read(self) -> dict[Cell, set[Cell]]:
        """Which formulas each formula reads."""
        return self._read_by(self._areas_in)

    def _read_by(self, areas_in: Callable[[str, str], Iterable[Area]]) -> dict[Cell, set[Cell]]:
        inside: dict[Area, list[Cell]] = {}
        found = {}
        for at, formula in self.formulas.items():
            areas = set(areas_in(at[0], self._place(formula, at[1])))
            for area in areas - inside.keys():
                inside[area] = list(self._within(area))
            found[at] = {cell for area in areas for cell in inside[area]}
        return found

    def _place(self, formula: str, row: int) -> str:
        """Return a formula with what asks for its own row, or for a number that never changes, replaced by it."""

        def spell(found: re.Match[str]) -> str:
            return str(row - int(found[1] or 0))

        def look_up(found: re.Match[str]) -> str:
            sheet, top, _, left, _ = self.areas[found[1]]
            value = self.cells.get((sheet, top + int(found[2]) - 1, left))
            return str(value) if isinstance(value, int) else found[0]

        return _ONE_OF.sub(look_up, _OWN_ROW.sub(spell, formula))

    def _within(self, area: Area) -> Iterator[Cell]:
        sheet, top, bottom, left, right = area
        if top == bottom and left == right:
            yield from {(sheet, top, left)} & self.formulas.keys()
            return
        for at in self._by_sheet.get(sheet, ()):
            if top <= at[1] <= bottom and left <= at[2] <= right:
                yield at

    @cached_property
    def _by_sheet(self) -> dict[str, list[Cell]]:
        found: dict[str, list[Cell]] = {}
        for at in self.formulas:
            found.setdefault(at[0], []).append(at)
        return found

    def _areas_in(self, sheet: str, formula: str) -> Iterator[Area]:
        """Yield the areas that a formula on ``sheet`` reads."""
        for name, number in _ONE_OF.findall(formula):
            place, top, _, left, right = self.areas[name]
            yield place, top + int(number) - 1, top + int(number) - 1, left, right
        yield from self._whole_areas(sheet, _ONE_OF.sub("0", formula))

    def _whole_areas(self, sheet: str, formula: str) -> Iterator[Area]:
        """Yield the areas that are named in a formula on ``sheet``, whatever it selects of them."""
        for other, area, name in _TOKEN.findall(formula):
            if area:
                yield area_of(other or sheet, area)
            elif name in self.areas:
                yield self.areas[name]
