"""What a tree is evaluated over: all units, or all rows of a ledger. :mod:`addin.auditing.batch` offers both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from addin.auditing.arrays import Indices, States, Values
from templates.expression import CellRef
from templates.model import Survey


class Scope(Protocol):
    """Where a tree is evaluated: over all units, or over all rows of a ledger."""

    @property
    def units(self) -> Indices:
        """The unit of each position."""

    @property
    def whole(self) -> Units:
        """All units."""

    def column(self, name: str) -> Values:
        """Return a ledger's column. Raises KeyError where there are no rows, or no such column."""


class Rows(Scope, Protocol):
    """The rows of a ledger, all units' one below the other."""

    @property
    def sheet_rows(self) -> Indices:
        """The row number of each in its unit's sheet."""


class Units(Scope, Protocol):
    """All units' returns."""

    @property
    def survey(self) -> Survey:
        """The survey they answer."""

    def cell(self, reference: CellRef) -> Values:
        """Return a form's cell. Raises KeyError for an unknown one."""

    def variable(self, name: str) -> Values:
        """Return what is known of the returns as a whole: ``year``, ``level``, ``kind``."""

    def rows(self, ledger: str) -> Rows:
        """Return the live rows of a ledger."""

    def lost(self, ledger: str) -> States:
        """Return for each unit whether its ledger could not be read at all."""

    def uncounted(self, ledger: str, columns: Iterable[str]) -> States:
        """Return for each unit whether nothing can be counted over the columns."""
