"""Rows of one ledger, all returns' one below the other, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from addin.auditing.arrays import Bools, Indices, Status, Values, is_blank
from addin.auditing.ledger_table import LedgerTable
from addin.auditing.scope import Units
from addin.facts import Gaps
from addin.submission import Submission
from templates.content import Value
from templates.expression import Aggregate, CellRef
from templates.layout import WorkbookLayout
from templates.model import Ledger, Survey
from templates.words import lookup

Row = Mapping[str, Value]


@dataclass(eq=False)
class LedgerRows:
    """Some rows of one ledger; positions are the rows."""

    batch: Units
    ledger: Ledger
    table: LedgerTable
    """All rows of the ledger."""
    places: Indices
    """Which rows of the table these are."""
    submissions: Sequence[Submission] = field(repr=False)
    layouts: Sequence[WorkbookLayout] = field(repr=False)
    """Of each return, as are the gaps."""
    gaps: Sequence[Gaps] = field(repr=False)
    _columns: dict[str, Values] = field(default_factory=dict, repr=False)

    @cached_property
    def units(self) -> Indices:
        """The return of each row."""
        return self.table.units[self.places]

    @cached_property
    def sheet_rows(self) -> Indices:
        """The row number of each in its sheet."""
        return self.table.sheet_rows[self.places]

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.places)

    @property
    def survey(self) -> Survey:
        """The survey that the returns answer."""
        return self.batch.survey

    def cell(self, reference: CellRef) -> Values:
        """Return for each row a form's cell of its return."""
        return self.batch.cell(reference).take(self.units)

    def variable(self, name: str) -> Values:
        """Return for each row what is known of its return as a whole."""
        return self.batch.variable(name).take(self.units)

    def aggregate(self, node: Aggregate) -> Values:
        """Return for each row what the rows of its return's ledger come to."""
        return self.batch.aggregate(node).take(self.units)

    def column(self, name: str) -> Values:
        """Return a column. Raises KeyError for one that is not declared."""
        if name not in self._columns:
            self._columns[name] = self._read(name)
        return self._columns[name]

    def row(self, place: int) -> Row:
        """Return the filled cells of a row by column."""
        content = self.submissions[int(self.units[place])].content
        return content.ledgers[self.ledger.short][int(self.sheet_rows[place])]

    def select_filled(self) -> LedgerRows:
        """Return the rows that are not withdrawn and have anything in them but blanks."""
        status = lookup("workbook.row_status")
        stand = ~self.table.hold(status["name"], status["options"][-1])[self.places] if self.size else self._named
        for place in np.flatnonzero(stand & ~self._named).tolist():
            stand[place] = is_filled(self.row(place))
        return self._select(stand)

    def select_live(self) -> LedgerRows:
        """Return the rows that are named, and so count."""
        return self._select(self._named)

    def _select(self, wanted: Bools) -> LedgerRows:
        if wanted.all():
            return self
        return replace(self, places=self.places[wanted], _columns={})

    @cached_property
    def _named(self) -> Bools:
        return self._find(self.ledger.names_row).reported

    def _find(self, name: str) -> Values:
        """Return the cells of a column as they were read."""
        kind = self.ledger.by_name[name].kind
        whole = self.table.read_numbers(name) if kind.is_number or kind.is_date else self.table.read_texts(name)
        return whole.take(self.places)

    def _read(self, name: str) -> Values:
        values = self._find(name)
        return self._mark_unknown(name, values) if self._suspect.any() else values

    def _mark_unknown(self, name: str, values: Values) -> Values:
        """Mark where the reader found an error instead of a value, or a number that is a text."""
        state = values.state.copy()
        for place in np.flatnonzero(self._suspect):
            address, gap = self._address(int(place), name), self.gaps[int(self.units[place])]
            if address in gap.addresses or (address in gap.texts and values.reported[place]):
                state[place] = Status.NOT_EVALUATED
        return Values(values.data, state)

    def _address(self, place: int, name: str) -> str:
        unit, row = int(self.units[place]), int(self.sheet_rows[place])
        return self.layouts[unit].ledgers[self.ledger.short].address(name, row)

    @cached_property
    def _suspect(self) -> Bools:
        """The rows of returns in whose ledgers there is anything that is not known, or a number that is a text."""
        return np.array([bool(one.addresses or one.texts) for one in self.gaps], dtype=np.bool_)[self.units]


def is_withdrawn(row: Row) -> bool:
    """Return whether the row is kept only to say that its object is gone."""
    status = lookup("workbook.row_status")
    return bool(row.get(status["name"]) == status["options"][-1])


def is_filled(row: Row) -> bool:
    """Return whether anything stands in the row."""
    return any(not is_blank(value) for value in row.values())
