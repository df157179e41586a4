"""The locked cells of one sheet of a blueprint, compared with a received sheet all at once.

A return has some 35,000 of them, nearly all as they were: whole columns are compared, and single cells are looked at
only where a column says that something differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from addin.package.addresses import format_place
from addin.package.columns import CellKind, Cells, split_key
from addin.package.sheet import Locks, Sheet, StoredCell

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LockedCells:
    """What stands in the locked cells of a sheet, as columns in the order of the cells."""

    locks: Locks
    keys: Ints
    contents: list[StoredCell]
    personal: frozenset[str]
    """The addresses of those that tell who files."""

    @classmethod
    def of(cls, sheet: Sheet, locks: Locks, is_personal: Callable[[StoredCell], bool]) -> LockedCells:
        """Return the locked cells of ``sheet`` that are not blank."""
        cells = sheet.cells
        locked = np.flatnonzero(locks.mask(cells.row, cells.column) & is_filled(cells))
        stored = sheet.stored(locked)
        shown = [number for number, content in enumerate(stored) if content[1:]]
        keys, contents = cells.keys[locked[shown]], [stored[number] for number in shown]
        told = zip(keys.tolist(), contents, strict=True)
        return cls(
            locks, keys, contents, frozenset(format_place(split_key(key)) for key, text in told if is_personal(text))
        )

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def expected(self) -> dict[str, StoredCell]:
        """What stands in the cells, by address."""
        return dict(zip((format_place(split_key(key)) for key in self.keys.tolist()), self.contents, strict=True))

    def has_text(self, addresses: Iterable[str]) -> bool:
        """Return whether a text should stand in any of the cells."""
        return any(self.expected[one][0] == "s" for one in addresses)

    @cached_property
    def _columns(self) -> _Columns:
        return _Columns.of(self.locks.sheet.cells, self.keys)

    def differing(self, found: Sheet) -> list[str]:
        """Return the addresses of the cells that do not hold the same in ``found``, letter for letter, in order."""
        theirs = _Columns.of(found.cells, self.keys)
        return [format_place(split_key(key)) for key in self.keys[self._columns.differences(theirs)].tolist()]

    def added(self, found: Sheet) -> list[str]:
        """Return the addresses of the cells that are filled in ``found``, should be blank, and are locked."""
        cells = found.cells
        new = np.flatnonzero(is_filled(cells) & ~np.isin(cells.keys, self.keys))
        new = new[self.locks.mask(cells.row[new], cells.column[new])]
        return [format_place(split_key(key)) for key in np.sort(cells.keys[new]).tolist()]


def is_filled(cells: Cells) -> NDArray[np.bool_]:
    """Return which cells hold a value or a formula."""
    filled: NDArray[np.bool_] = (cells.kind != CellKind.BLANK) | (cells.formula_start >= 0)
    return filled


@dataclass(frozen=True, eq=False)
class _Columns:
    """The cells at certain keys, comparable with others at the same keys."""

    kind: NDArray[np.uint8]
    number: NDArray[np.float64]
    texts: list[str]
    formulas: list[bytes]

    @classmethod
    def of(cls, cells: Cells, keys: Ints) -> _Columns:
        at, there = cells.positions(keys)
        if not there.any():
            blank = np.zeros(len(keys))
            return cls(blank.astype(np.uint8), blank, [""] * len(keys), [b""] * len(keys))
        has_formula = there & (cells.formula_start[at] >= 0)
        shows = there & ~has_formula
        kind = np.where(shows, cells.kind[at], 0) + np.where(has_formula, len(CellKind), 0)
        number = np.where(shows & (cells.kind[at] != CellKind.TEXT), np.nan_to_num(cells.number[at]), 0.0)
        texts = [cells.texts[text] if text >= 0 else "" for text in np.where(shows, cells.text[at], -1).tolist()]
        return cls(kind.astype(np.uint8), number, texts, cls._formulas(cells, at, has_formula))

    @staticmethod
    def _formulas(cells: Cells, at: Ints, has_formula: NDArray[np.bool_]) -> list[bytes]:
        """Return the formulas as the file spells them; a shared one that another cell writes out as it would read."""
        found = [b""] * len(at)
        where = np.flatnonzero(has_formula)
        for place, formula in zip(where.tolist(), cells.raw_formulas(at[where]), strict=True):
            found[place] = formula
        for place in where.tolist() if cells.shared else ():
            if not found[place]:
                found[place] = (cells.formula(int(at[place])) or "").encode()
        return found

    def differences(self, other: _Columns) -> Ints:
        """Return where the two differ."""
        differ = (self.kind != other.kind) | (self.number != other.number)
        for mine, theirs in ((self.texts, other.texts), (self.formulas, other.formulas)):
            if mine != theirs:
                pairs = zip(mine, theirs, strict=True)
                differ |= np.fromiter((one != another for one, another in pairs), bool, len(differ))
        return np.flatnonzero(differ)
