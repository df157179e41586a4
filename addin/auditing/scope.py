"""What a tree is evaluated over: all units, all rows of a ledger, or many rules at once.

:mod:`addin.auditing.batch` and :mod:`addin.auditing.ledger_rows` offer the first two, :mod:`addin.auditing.stacked` the
third.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from addin.auditing.arrays import Indices, States, Values
from templates.expression import Aggregate, CellRef
from templates.model import Survey


class Scope(Protocol):
    """Where a tree is evaluated: its positions are units, or rows of a ledger."""

    @property
    def units(self) -> Indices:
        """The unit of each position."""

    @property
    def size(self) -> int:
        """How many positions there are."""

    @property
    def survey(self) -> Survey:
        """The survey that the units answer."""

    def cell(self, reference: CellRef) -> Values:
        """Return a form's cell at every position. Raises KeyError for an unknown one."""

    def variable(self, name: str) -> Values:
        """Return at every position what is known of its return as a whole: ``year``, ``level``, ``kind``."""

    def aggregate(self, node: Aggregate) -> Values:
        """Return at every position what the rows of its unit's ledger come to."""

    def column(self, name: str) -> Values:
        """Return a ledger's column. Raises KeyError where there are no rows, or no such column."""


class Rows(Scope, Protocol):
    """The rows of a ledger, all units' one below the other."""

    @property
    def sheet_rows(self) -> Indices:
        """The row number of each in its unit's sheet."""


class Units(Scope, Protocol):
    """All units' returns."""

    def rows(self, ledger: str) -> Rows:
        """Return the live rows of a ledger."""

    def lost(self, ledger: str) -> States:
        """Return for each unit whether its ledger could not be read at all."""

    def uncounted(self, ledger: str, columns: Iterable[str]) -> States:
        """Return for each unit whether nothing can be counted over the columns."""
