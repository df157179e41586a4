"""One sheet of an opened workbook: its cells as columns, and what is said around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from addin.package.addresses import Place, format_place, parse_place
from addin.package.columns import COLUMN_BITS, CellKind, Cells, make_key
from addin.package.frame import Frame
from addin.package.limits import LAST_COLUMN

StoredCell = str
"""What stands in a cell: one letter, then the formula (``f``), the text (``s``) or a value of another type.

One string for each cell and no pair: tens of thousands of pairs keep the garbage collector busy.
"""

_LETTERS = {
    CellKind.NUMBER: "n",
    CellKind.TEXT: "s",
    CellKind.TRUTH: "b",
    CellKind.ERROR: "e",
    CellKind.DAY: "d",
    CellKind.UNREAD: "s",
}


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet as it came."""

    name: str
    state: str
    """``visible``, ``hidden`` or ``veryHidden``."""
    part: str
    frame: Frame
    cells: Cells
    hidden_rows: frozenset[int]
    row_styles: dict[int, int]
    comments: dict[str, str] = field(default_factory=dict)
    """Texts of comments by cell."""

    @cached_property
    def contents(self) -> dict[str, StoredCell]:
        """What stands in each cell that is not blank, by its address. For odd sheets: it looks at every single cell."""
        stored = self.stored(np.arange(len(self.cells)))
        rows, columns = self.cells.row.tolist(), self.cells.column.tolist()
        found = zip(rows, columns, stored, strict=True)
        return {format_place((row, column)): content for row, column, content in found if content[1:]}

    def contents_of(self, addresses: Sequence[str]) -> dict[str, StoredCell]:
        """Return what stands in a few cells, by address; those that are blank are left out."""
        at, there = self.cells.positions(np.array([make_key(parse_place(one)) for one in addresses], np.int64))
        stored = self.stored(at[there])
        here = [one for one, present in zip(addresses, there.tolist(), strict=True) if present]
        return {one: content for one, content in zip(here, stored, strict=True) if content[1:]}

    def stored(self, cells: NDArray[np.int64]) -> list[StoredCell]:
        """Return what stands in the cells; a letter alone where they are blank. An empty formula is none."""
        kinds, numbers = self.cells.kind[cells].tolist(), self.cells.number[cells].tolist()
        texts, formulas = self.cells.text[cells].tolist(), (self.cells.formula_start[cells] >= 0).tolist()
        return [
            f"f{spelled}"
            if formula and (spelled := self.cells.formula(int(cell)))
            else self._constant(kind, number, text)
            for cell, kind, number, text, formula in zip(cells.tolist(), kinds, numbers, texts, formulas, strict=True)
        ]

    def _constant(self, kind: int, number: float, text: int) -> StoredCell:
        if kind == CellKind.BLANK:
            return "s"
        if text >= 0:
            return _LETTERS[CellKind(kind)] + self.cells.texts[text]
        return f"{_LETTERS[CellKind(kind)]}{number:.17g}"

    @cached_property
    def column_styles(self) -> NDArray[np.int64]:
        """The style that each column gives to its blank cells, by its number."""
        styles = np.zeros(LAST_COLUMN + 1, np.int64)
        for group in self.frame.columns:
            styles[group.first : group.last + 1] = group.style
        return styles


@dataclass(frozen=True, eq=False)
class Locks:
    """Lock status of a sheet's cells as Excel resolves it: the cell's own style, else its row's, else its column's."""

    sheet: Sheet
    unlocked: frozenset[int]
    """Numbers of the styles that unlock cells."""
    shut: frozenset[Place] = frozenset()
    """Cells that are locked whatever their style says."""

    def is_locked(self, at: Place) -> bool:
        """Return whether a cell may not be edited on the protected sheet."""
        return bool(self.mask(np.array([at[0]], np.int32), np.array([at[1]], np.int32))[0])

    def mask(self, row: NDArray[np.int32], column: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which of many cells may not be edited on the protected sheet."""
        styles = self.sheet.column_styles[column]
        if self.sheet.row_styles:
            rows, given = self._by_row
            at = np.minimum(np.searchsorted(rows, row), len(rows) - 1)
            styles = np.where(rows[at] == row, given[at], styles)
        keys, own = self._own
        if len(keys):
            wanted = (row.astype(np.int64) << COLUMN_BITS) | column
            at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            styles = np.where(keys[at] == wanted, own[at], styles)
        locked: NDArray[np.bool_] = ~self._unlocks[np.clip(styles, 0, len(self._unlocks) - 1)]
        for shut_row, shut_column in self.shut:
            locked |= (row == shut_row) & (column == shut_column)
        return locked

    @cached_property
    def _unlocks(self) -> NDArray[np.bool_]:
        """Of each style whether it unlocks cells; the last of them, and all beyond it, do not."""
        table = np.zeros(max(self.unlocked, default=0) + 2, bool)
        table[list(self.unlocked)] = True
        return table

    @cached_property
    def _by_row(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The rows that give a style to their blank cells, and these styles."""
        given = sorted(self.sheet.row_styles.items())
        return np.array([row for row, _ in given], np.int64), np.array([style for _, style in given], np.int64)

    @cached_property
    def open_ranges(self) -> frozenset[tuple[Place, Place]]:
        """The merged ranges whose first cell, which shows what they hold, may be edited."""
        return frozenset(area for area in self.sheet.frame.merged_ranges if not self.is_locked(area[0]))

    @cached_property
    def _own(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The keys of the cells with a style of their own, and these styles."""
        cells = self.sheet.cells
        styled = np.flatnonzero(cells.style >= 0)
        styled = styled[np.argsort(cells.keys[styled], kind="stable")]
        return cells.keys[styled], cells.style[styled].astype(np.int64)
