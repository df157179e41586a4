"""Entries outside the entry areas: each is remarked with its cell, and no flood of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from addin.facts import Oddity
from addin.package.addresses import Place
from addin.reading.cells import is_blank, quote_cell
from addin.reading.grid import Grid
from templates.words import say

MOST: Final = 20
"""So many stray cells of a sheet are named; one more oddity sums up the rest."""


@dataclass
class Strays:
    """The stray entries of one sheet."""

    grid: Grid
    found: list[Place] = field(default_factory=list)

    def add(self, row: int, column: int) -> None:
        """Keep the cell if something stands in it."""
        if not is_blank(self.grid.value(row, column)):
            self.found.append((row, column))

    def add_right_of(self, row: int, first: int) -> None:
        """Keep every filled cell of the row from column ``first`` on."""
        for column in self.grid.occupied(row, first):
            self.add(row, column)

    def oddities(self, *, form: str = "", ledger: str = "") -> list[Oddity]:
        """Return one oddity a cell, and beyond :data:`MOST` one for the rest."""
        cells = [(self.grid.address(*place), quote_cell(self.grid.value(*place))) for place in self.found]
        shown = [
            Oddity.of("note.stray", form=form, ledger=ledger, cell=cell, value=value) for cell, value in cells[:MOST]
        ]
        if rest := cells[MOST:]:
            cell = rest[0][0] + say("reader.stray.more", count=len(rest) - 1)
            shown.append(Oddity.of("note.stray", form=form, ledger=ledger, cell=cell, value=rest[0][1]))
        return shown
