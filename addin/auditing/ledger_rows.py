"""Rows of one ledger, all returns' one below the other, as columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from addin.auditing.arrays import Bools, Indices, Status, Values, is_blank, make_numbers, make_texts
from addin.auditing.scope import Units
from addin.facts import Gaps
from addin.submission import Submission
from templates.content import Value
from templates.expression import Aggregate, CellRef
from templates.filled import FilledLedger
from templates.layout import WorkbookLayout
from templates.model import Ledger, Survey
from templates.words import lookup

Row = Mapping[str, Value]


@dataclass(eq=False)
class LedgerRows:
    """Rows of one ledger; positions are the rows."""

    batch: Units
    ledger: Ledger
    units: Indices
    """The return of each row."""
    sheet_rows: Indices
    """The row number of each in its sheet."""
    raw: Sequence[Row]
    layouts: Sequence[WorkbookLayout] = field(repr=False)
    """Of each return, as are the gaps."""
    gaps: Sequence[Gaps] = field(repr=False)
    _columns: dict[str, Values] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.raw)

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

    def select_live(self) -> LedgerRows:
        """Return the rows that are named, and so count."""
        named = np.array([not is_blank(row.get(self.ledger.names_row)) for row in self.raw], dtype=np.bool_)
        if named.all():
            return self
        raw = [row for row, live in zip(self.raw, named.tolist(), strict=True) if live]
        units, sheet_rows = self.units[named], self.sheet_rows[named]
        return LedgerRows(self.batch, self.ledger, units, sheet_rows, raw, self.layouts, self.gaps)

    def _read(self, name: str) -> Values:
        kind = self.ledger.by_name[name].kind
        raw = [row.get(name) for row in self.raw]
        values = make_numbers(raw) if kind.is_number or kind.is_date else make_texts(raw)
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


def find_filled(submission: Submission, ledger: Ledger) -> Iterator[tuple[int, Row]]:
    """Yield number and cells of every row with anything in it that is not withdrawn, from top to bottom."""
    rows = submission.content.ledgers.get(ledger.short)
    if not rows:
        return
    status = lookup("workbook.row_status")
    name, withdrawn = status["name"], status["options"][-1]
    for number, row in FilledLedger.of(rows).items():
        if row.get(name) != withdrawn and (not is_blank(row.get(ledger.names_row)) or is_filled(row)):
            yield number, row


def is_withdrawn(row: Row) -> bool:
    """Return whether the row is kept only to say that its object is gone."""
    status = lookup("workbook.row_status")
    return bool(row.get(status["name"]) == status["options"][-1])


def is_filled(row: Row) -> bool:
    """Return whether anything stands in the row."""
    return any(not is_blank(value) for value in row.values())
