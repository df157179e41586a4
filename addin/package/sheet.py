"""One sheet of an opened workbook: its cells as columns, and what is said around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from addin.package.addresses import Place, address
from addin.package.columns import Cells, Kind
from addin.package.frame import Frame
from addin.package.limits import LAST_COLUMN

StoredCell = str
"""What stands in a cell: one letter, then the formula (``f``), the text (``s``) or a value of another type.

One string for each cell and no pair: tens of thousands of pairs keep the garbage collector busy.
"""

_LETTERS = {Kind.NUMBER: "n", Kind.TEXT: "s", Kind.TRUTH: "b", Kind.ERROR: "e", Kind.DAY: "d", Kind.UNREAD: "s"}


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
        return {address((row, column)): content for row, column, content in found if content[1:]}

    def stored(self, cells: NDArray[np.int64]) -> list[StoredCell]:
        """Return what stands in the cells; a letter alone where they are blank."""
        kinds, numbers = self.cells.kind[cells].tolist(), self.cells.number[cells].tolist()
        texts, formulas = self.cells.text[cells].tolist(), (self.cells.formula_start[cells] >= 0).tolist()
        return [
            f"f{self.cells.formula(int(cell))}" if formula else self._constant(kind, number, text)
            for cell, kind, number, text, formula in zip(cells.tolist(), kinds, numbers, texts, formulas, strict=True)
        ]

    def _constant(self, kind: int, number: float, text: int) -> StoredCell:
        if kind == Kind.BLANK:
            return "s"
        if text >= 0:
            return _LETTERS[Kind(kind)] + self.cells.texts[text]
        return f"{_LETTERS[Kind(kind)]}{number:.17g}"

    def content(self, at: Place) -> StoredCell:
        """Return what stands in the cell; a letter alone where it is blank or not written."""
        return self.contents.get(address(at), "s")

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

    def is_locked(self, at: Place) -> bool:
        """Return whether a cell may not be edited on the protected sheet."""
        style = self._own.get(at)
        if style is None:
            style = self.sheet.row_styles.get(at[0], int(self.sheet.column_styles[at[1]]))
        return style not in self.unlocked

    @cached_property
    def _own(self) -> dict[Place, int]:
        cells = self.sheet.cells
        styled = np.flatnonzero(cells.style >= 0)
        places = zip(cells.row[styled].tolist(), cells.column[styled].tolist(), strict=True)
        return dict(zip(places, cells.style[styled].tolist(), strict=True))
