"""Cells of several sheets as columns that can be compared as a whole: kinds, numbers, texts, formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Final, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from addin.package.columns import CellKind, Cells
from addin.package.sheet import Sheet
from addin.tampering.locked_cells import is_filled

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Value = TypeVar("Value", str, bytes)

SHEET_BITS: Final = 40
"""Above these of a key stands the number of the sheet."""

_ESCAPES: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


def shift_sheet(number: int) -> int:
    """Return what is added to the keys of a sheet with this number."""
    return number << SHEET_BITS


def join_keys(arrays: list[Ints]) -> Ints:
    """Return the keys one behind the other."""
    return np.concatenate(arrays) if arrays else np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class JoinedSheets:
    """The cells of several sheets of one workbook, one behind the other."""

    sheets: Mapping[int, Sheet]
    """By their numbers, which grow."""

    @cached_property
    def cells(self) -> list[Cells]:
        """The cells of each."""
        return [sheet.cells for sheet in self.sheets.values()]

    @cached_property
    def starts(self) -> list[int]:
        """Where the cells of each sheet begin, and where the last ends."""
        return [0, *np.cumsum([*map(len, self.cells)]).tolist()]

    @cached_property
    def keys(self) -> Ints:
        """One number a cell, unique among all sheets."""
        return join_keys([one.keys + shift_sheet(number) for number, one in zip(self.sheets, self.cells, strict=True)])

    @cached_property
    def filled(self) -> Bools:
        """Which cells hold anything."""
        return np.concatenate([np.zeros(0, bool), *map(is_filled, self.cells)])

    @cached_property
    def columns(self) -> dict[str, NDArray[Any]]:
        """Columns of :class:`Cells` by name."""
        names = ("formula_start", "kind", "number", "text")
        return {name: np.concatenate([getattr(one, name) for one in self.cells]) for name in names}

    def find(self, keys: Ints) -> tuple[Ints, Bools]:
        """Return where cells of these keys stand in the columns, and which of them are there at all."""
        order = None if self._in_order else np.argsort(self.keys, kind="stable")
        at = np.minimum(np.searchsorted(self.keys, keys, sorter=order), len(self.keys) - 1)
        at = at if order is None else order[at]
        return at, self.keys[at] == keys

    def without_blank(self, keys: Ints) -> Ints:
        """Return the keys, which are there, without those of cells that hold an empty text."""
        if not len(keys):
            return keys
        at, texts = self.find(keys)[0], self.cells[0].texts
        text = np.where(self.columns["formula_start"][at] < 0, self.columns["text"][at], -1)
        return keys[[one < 0 or bool(texts[one]) for one in text.tolist()]]

    @cached_property
    def _in_order(self) -> bool:
        return bool((np.diff(self.keys) > 0).all())

    def formulas(self, at: Ints) -> list[bytes]:
        """Return the formulas of cells, given in the order of the sheets, as the file spells them.

        A shared one that another cell writes out is given as it would read here.
        """
        cuts = np.searchsorted(at, self.starts).tolist()
        each = zip(self.cells, self.starts[:-1], cuts[:-1], cuts[1:], strict=True)
        return [
            *chain.from_iterable(
                _spelled(cells, at[first:last] - start) for cells, start, first, last in each if first < last
            )
        ]


def _spelled(cells: Cells, at: Ints) -> list[bytes]:
    found = cells.raw_formulas(at)
    for place, cell in enumerate(at.tolist()) if cells.shared else ():
        if not found[place]:
            found[place] = escape_formula(cells.formula(cell) or "")
    return found


def escape_formula(formula: str) -> bytes:
    """Return a formula as the generator spells it."""
    for char, escaped in _ESCAPES:
        formula = formula.replace(char, escaped)
    return formula.encode()


@dataclass(frozen=True, eq=False)
class Listed(Generic[Value]):
    """What stands in some of the cells, by their places among all."""

    places: Ints
    values: list[Value]

    def differing(self, other: Self) -> Iterator[tuple[int, Value, Value | None]]:
        """Yield of each of these that is another there: the place, what stands here, and what stands there."""
        if np.array_equal(self.places, other.places):
            if self.values == other.values:
                return
            found: list[Value | None] = list(other.values)
        else:
            known = dict(zip(other.places.tolist(), other.values, strict=True))
            found = [known.get(place) for place in self.places.tolist()]
        for place, mine, theirs in zip(self.places.tolist(), self.values, found, strict=True):
            if mine != theirs:
                yield place, mine, theirs


@dataclass(frozen=True, eq=False)
class CellColumns:
    """The cells at certain keys, comparable with others at the same keys. What is not there is blank."""

    kind: NDArray[np.uint8]
    """One more than there are kinds where a formula stands."""
    number: NDArray[np.float64]
    texts: Listed[str]
    formulas: Listed[bytes]

    @classmethod
    def of(cls, sheets: JoinedSheets, keys: Ints) -> CellColumns:
        """Return the columns for ``keys``."""
        if not len(sheets.keys):
            none = np.zeros(0, np.int64)
            return cls(np.zeros(len(keys), np.uint8), np.zeros(len(keys)), Listed(none, []), Listed(none, []))
        (at, there), columns = sheets.find(keys), sheets.columns
        has_formula = there & (columns["formula_start"][at] >= 0)
        shows = there & ~has_formula
        kind = np.where(shows, columns["kind"][at], has_formula * len(CellKind)).astype(np.uint8)
        number = np.where(shows & (kind != CellKind.TEXT), np.nan_to_num(columns["number"][at]), 0.0)
        text = np.where(shows, columns["text"][at], -1)
        with_text, with_formula = np.flatnonzero(text >= 0), np.flatnonzero(has_formula)
        listed = sheets.cells[0].texts  # one table for all sheets of a workbook
        texts = [listed[one] for one in text[with_text].tolist()]
        formulas = sheets.formulas(at[with_formula])
        return cls(kind, number, Listed(with_text, texts), Listed(with_formula, formulas))
