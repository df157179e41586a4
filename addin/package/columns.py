"""The written cells of one sheet as columns: an array a property, an entry a cell, in the order they stand in the file.

Nothing is kept for cells that are not written, so a stray cell at the sheet's end costs one entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from addin.package.addresses import Place, shift_formula
from addin.package.limits import FORMULA
from addin.package.markup import BadMarkup, resolve_entities
from addin.package.refusal import word_damage, word_refusal

_BYTES_A_CHARACTER: Final = 5
"""``&amp;``; a formula that needs more bytes than this for each of its characters is spelled in an odd way."""

COLUMN_BITS: Final = 15
"""Bits that a key gives to the column: it has 16,384 of them, counted from 1."""


class CellKind(IntEnum):
    """What a cell's value is, by its type and its spelling."""

    BLANK = 0
    NUMBER = 1
    TEXT = 2
    TRUTH = 3
    ERROR = 4
    DAY = 5
    """A day that the file spells as one (Strict Open XML); its number is Excel's serial number since 1900."""
    UNREAD = 6
    """What a cell of its type cannot hold; its text is kept as it is spelled."""


@dataclass(frozen=True)
class Cells:
    """Columns of equal length. ``text`` is an index into ``texts``, −1 without one; of a number it is the spelling,
    where that has more digits than a number keeps. ``style`` is −1 without one. A formula is
    ``data[formula_start:formula_end]``, as XML; −1 without one.
    """

    row: NDArray[np.int32]
    column: NDArray[np.int32]
    kind: NDArray[np.uint8]
    style: NDArray[np.int32]
    number: NDArray[np.float64]
    text: NDArray[np.int32]
    formula_start: NDArray[np.int64]
    formula_end: NDArray[np.int64]
    data: bytes
    texts: list[str]
    shared: dict[int, int] = field(default_factory=dict)
    """Of cells with a shared formula the cell that writes it out; the cell itself where none before it does."""

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def keys(self) -> NDArray[np.int64]:
        """One number for each cell, that grows from left to right and from row to row."""
        return (self.row.astype(np.int64) << COLUMN_BITS) | self.column

    def positions(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return where cells of these keys stand in the columns, and which of them are there at all."""
        if not len(self):
            return np.full(len(keys), -1, np.int64), np.zeros(len(keys), bool)
        order = None if self.in_order else np.argsort(self.keys, kind="stable")
        at = np.minimum(np.searchsorted(self.keys, keys, sorter=order), len(self) - 1)
        at = at if order is None else order[at]
        return at, self.keys[at] == keys

    @cached_property
    def in_order(self) -> bool:
        """Whether the cells stand from left to right and from row to row, each once."""
        return bool((np.diff(self.keys) > 0).all())

    @cached_property
    def with_formula(self) -> NDArray[np.int64]:
        """The cells that hold a formula."""
        return np.flatnonzero(self.formula_start >= 0)

    @property
    def twice(self) -> Place | None:
        """A cell that is written twice, if there is one: nobody knows which of the two counts."""
        if self.in_order:
            return None
        unique, count = np.unique(self.keys, return_counts=True)
        found = unique[count > 1]
        return split_key(int(found[0])) if len(found) else None

    def formula(self, cell: int) -> str | None:
        """Return the formula of a cell, a shared one written out for it; None without one.

        Raises NotOpened where it is longer than Excel's longest.
        """
        if self.formula_start[cell] < 0:
            return None
        written = self.formula_end[cell] > self.formula_start[cell]
        origin = cell if written else self.shared.get(cell, cell)
        text = self._spelled_formula(origin)
        if origin == cell:
            return text
        down, right = self.row[cell] - self.row[origin], self.column[cell] - self.column[origin]
        return shift_formula(text, int(down), int(right))

    def _spelled_formula(self, cell: int) -> str:
        start, end = int(self.formula_start[cell]), int(self.formula_end[cell])
        if end - start > _BYTES_A_CHARACTER * FORMULA:
            raise word_refusal("long_formula", limit=FORMULA)
        try:
            text = resolve_entities(self.data[start:end])
        except BadMarkup as error:
            raise word_damage("f", str(error)) from error
        if len(text) > FORMULA:
            raise word_refusal("long_formula", limit=FORMULA)
        return text

    def raw_formulas(self, cells: NDArray[np.int64]) -> list[bytes]:
        """Return the formulas of cells as the file spells them; of a shared one that is not written out, nothing."""
        data = self.data
        starts, ends = self.formula_start[cells].tolist(), self.formula_end[cells].tolist()
        return [data[start:end] for start, end in zip(starts, ends, strict=True)]


def split_key(key: int) -> Place:
    """Return row and column of a key."""
    return key >> COLUMN_BITS, key & ((1 << COLUMN_BITS) - 1)


def make_key(at: Place) -> int:
    """Return the key of a place."""
    return (at[0] << COLUMN_BITS) | at[1]
