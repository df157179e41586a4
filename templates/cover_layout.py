"""Where the cover shows each sheet's figures: tables in the order of work, below the light and above the sign-off.

Ledgers stand in two tables side by side; right of them the forms, and below these what a return ends with. Rows and
columns count from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

FIRST_ROW: Final = 14
"""The first row of the tables; their headers stand above it."""

READY: Final = "J3"
"""The answer to 可否上报; below it the counts behind it."""

ERRORS, UNFILLED, WRONG, PENDING = "J4", "J5", "J6", "J7"


@dataclass(frozen=True)
class ProgressColumns:
    """The columns of one table."""

    name: int
    mark: int
    size: int
    """Rows registered, or cells to be filled."""
    unfilled: int
    wrong: int
    pending: int
    title: int = 0
    """What the sheet holds; 0 where its name says so."""


LEFT: Final = ProgressColumns(2, 3, 4, 5, 6, 7)
MIDDLE: Final = ProgressColumns(9, 10, 20, 21, 22, 23)
"""Around the columns that a form's sheet hides."""
RIGHT: Final = ProgressColumns(25, 26, 28, 29, 30, 31, title=27)

LAST: Final = RIGHT.pending
"""The last column of the cover."""


@dataclass(frozen=True)
class ProgressLine:
    """Where the figures of one sheet stand."""

    row: int
    columns: ProgressColumns


@dataclass(frozen=True)
class CoverTables:
    """Which sheets the tables list."""

    ledgers: tuple[str, ...]
    forms: tuple[str, ...]
    finish: tuple[str, ...]

    @property
    def half(self) -> int:
        """How many ledgers the left table lists."""
        return -(-len(self.ledgers) // 2)

    @property
    def finish_row(self) -> int:
        """The row with the title of the last step, below the forms; a sentence follows."""
        return FIRST_ROW + len(self.forms)

    @property
    def total_row(self) -> int:
        """The row that adds up all figures."""
        return self.finish_row + 2 + len(self.finish)

    @property
    def last_row(self) -> int:
        """The last row that any table takes."""
        return max(self.total_row, FIRST_ROW + self.half - 1)

    @cached_property
    def lines(self) -> dict[str, ProgressLine]:
        """Where each sheet's figures stand."""
        left, middle = self.ledgers[: self.half], self.ledgers[self.half :]
        parts = (
            (left, FIRST_ROW, LEFT),
            (middle, FIRST_ROW, MIDDLE),
            (self.forms, FIRST_ROW, RIGHT),
            (self.finish, self.finish_row + 2, RIGHT),
        )
        return {
            sheet: ProgressLine(row, columns)
            for sheets, first, columns in parts
            for row, sheet in enumerate(sheets, first)
        }
