"""One reporting unit of the demo while its return is being made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from addin.auditing.figures import compute_figures
from addin.demo.cast import Sizes
from addin.demo.rows import Pool
from addin.sending.zero import list_open_cells
from addin.submission import Edition, Submission
from templates.content import Content, Identity, Value
from templates.model import Indicator, Survey

Cell = tuple[str, str]
"""Form and code."""


@dataclass
class Actor:
    """A unit, what it will send, and what it would send if it had nothing to report."""

    survey: Survey
    identity: Identity
    content: Content
    zero: Content
    random: Random
    sizes: Sizes
    pool: Pool
    """Ledger rows to choose from."""
    shares: bool = False
    """Whether it reports things that others report too."""
    figures: dict[Cell, float] = field(default_factory=dict)
    """What the ledgers give, by derived cell and by cell with a ledger sum."""
    warned: list[Cell] = field(default_factory=list)
    """Cells with a warning, explained or not."""

    @property
    def submission(self) -> Submission:
        """The return as it stands."""
        return Submission("", self.identity, Edition.of(self.survey), self.content)

    @property
    def is_part(self) -> bool:
        """Whether its workbook becomes part of another unit's return."""
        return self.survey.kind[self.identity.kind].part

    @cached_property
    def open(self) -> dict[Cell, Indicator]:
        """The cells that the unit fills by hand."""
        return {(row.form, row.code): row for row in list_open_cells(self.survey, self.identity)}

    def value(self, cell: Cell) -> Value | None:
        """Return what stands in a cell."""
        return self.content.values.get(cell[0], {}).get(cell[1])

    def number(self, cell: Cell) -> float:
        """Return the number in a cell, a derived one too; 0 where there is none."""
        value = self.value(cell)
        return value if isinstance(value, float) else self.figures.get(cell, 0.0)

    def put(self, cell: Cell, value: Value | None) -> None:
        """Fill or blank a cell."""
        self.content.set(*cell, value)

    def nothing(self, cell: Cell) -> None:
        """Put in what a unit without anything to report has there."""
        self.put(cell, self.zero.values.get(cell[0], {}).get(cell[1]))

    def note(self, cell: Cell, text: str) -> None:
        """Write the 说明 of a cell."""
        self.content.notes.setdefault(cell[0], {})[cell[1]] = text

    def recount(self) -> None:
        """Take over what the ledgers give now."""
        self.figures = compute_figures(self.survey, self.submission)
        for cell in self.figures.keys() & self.open.keys():
            self.put(cell, self.figures[cell])

    def draw(self, indicator: Indicator, most: float) -> float:
        """Return a number up to ``most``, small ones as likely as large ones; a sum of money is a round one."""
        number = most * 10 ** self.random.uniform(-1, 0)
        return float(round(number, -3 if number > 100_000 else indicator.decimals))

    def size(self, indicator: Indicator) -> float:
        """Return about how large a number the unit may have in a cell."""
        return self.sizes.of_cell(indicator, self.identity.level)
