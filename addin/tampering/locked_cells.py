"""The locked cells of one sheet of a blueprint: what stands in them, and which of them tell who files."""

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
    """What stands in the locked cells of a sheet, as columns in the order of the cells' keys."""

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
        locked = locked[np.argsort(cells.keys[locked])]
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


def is_filled(cells: Cells) -> NDArray[np.bool_]:
    """Return which cells hold a value or a formula."""
    filled: NDArray[np.bool_] = (cells.kind != CellKind.BLANK) | (cells.formula_start >= 0)
    return filled
