"""Many returns as columns: one array a cell or ledger column, filled when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import nan

import numpy as np

from addin.auditing.arrays import (
    Bools,
    Indices,
    States,
    Status,
    Values,
    is_blank,
    make_numbers,
    make_text_array,
    make_texts,
    make_values,
    round_half_up,
)
from addin.auditing.evaluate import evaluate
from addin.auditing.examples import build_example
from addin.facts import Gaps
from addin.submission import Submission
from templates.content import Value
from templates.expression import CellRef
from templates.filled import FilledLedger
from templates.layout import WorkbookLayout, name_column
from templates.model import Example, Indicator, Kind, Survey
from templates.words import lookup

Row = Mapping[str, Value]


@dataclass(eq=False)
class Batch:
    """All returns of one survey and year. Positions are the returns, in the order given."""

    survey: Survey
    year: int
    submissions: Sequence[Submission]
    fixed: dict[tuple[str, str], float] = field(default_factory=dict)
    """Values that stand for derived cells instead of what the ledgers give: examples of rules need that."""
    _cells: dict[CellRef, Values] = field(default_factory=dict, repr=False)
    _rows: dict[tuple[str, bool], LedgerRows] = field(default_factory=dict, repr=False)

    @classmethod
    def of_example(cls, survey: Survey, year: int, example: Example, kind: str, level: str) -> Batch:
        """Return one return that holds what an example of a rule gives, and nothing else."""
        submission, fixed = build_example(survey, year, example, kind, level)
        return cls(survey, year, [submission], fixed)

    @cached_property
    def units(self) -> Indices:
        """The position of each return."""
        return np.arange(len(self.submissions))

    @cached_property
    def layouts(self) -> tuple[WorkbookLayout, ...]:
        """Where each return's cells lie; like returns share one layout."""
        shared: dict[tuple[str, str, str], WorkbookLayout] = {}
        asked = [(s.identity.kind, s.identity.level, s.identity.carried) for s in self.submissions]
        for key, submission in zip(asked, self.submissions, strict=True):
            if key not in shared:
                shared[key] = submission.layout(self.survey)
        return tuple(shared[key] for key in asked)

    @property
    def whole(self) -> Batch:
        """All returns: the batch itself."""
        return self

    def column(self, name: str) -> Values:
        """Raise KeyError: a return as a whole has no columns."""
        raise KeyError(name)

    def variable(self, name: str) -> Values:
        """Return the reporting year, or each return's level or kind."""
        if name == "year":
            return make_values(np.full(len(self.submissions), float(self.year)))
        return make_values(make_text_array(getattr(submission.identity, name) for submission in self.submissions))

    def cell(self, reference: CellRef) -> Values:
        """Return a cell of every return, recomputed where it is derived. Raises KeyError for an undeclared cell."""
        if reference not in self._cells:
            self._cells[reference] = self._read(reference)
        return self._cells[reference]

    def rows(self, ledger: str) -> LedgerRows:
        """Return the live rows of a ledger: named, and not withdrawn."""
        return self._select(ledger, live=True)

    def filled_rows(self, ledger: str) -> LedgerRows:
        """Return every row with anything in it that is not withdrawn, named or not."""
        return self._select(ledger, live=False)

    def lost(self, ledger: str) -> States:
        """Return for each return whether its ledger's sheet is missing."""
        return _not_evaluated([ledger in gaps.ledgers for gaps in self.gaps])

    def uncounted(self, ledger: str, columns: Iterable[str]) -> States:
        """Return for each return whether one of the columns holds an error value anywhere: nothing counts over that."""
        found = []
        for layout, gaps in zip(self.layouts, self.gaps, strict=True):
            place = layout.ledgers.get(ledger) if gaps.errors else None
            heads = {f"{place.sheet}!{name_column(place.column(name))}" for name in columns} if place else set()
            found.append(any(address.rstrip("0123456789") in heads for address in gaps.errors))
        return _not_evaluated(found)

    @cached_property
    def gaps(self) -> tuple[Gaps, ...]:
        """What is not known, return by return."""
        return tuple(submission.gaps for submission in self.submissions)

    def _read(self, reference: CellRef) -> Values:
        indicator = self.survey.indicator(reference)
        if indicator is None:
            raise KeyError(f"{reference.form}!{reference.code}")
        if reference.view == "prior":
            return _of_kind(indicator.kind, [_at(s.content.prior, reference) for s in self.submissions])
        if indicator.derive is not None:
            recomputed = self._recomputed(indicator)
            derived = self._typed(indicator, recomputed) if reference.view == "typed" else recomputed
            return self._unless_unbound(indicator, derived)
        return self._now(indicator)

    def _unless_unbound(self, indicator: Indicator, derived: Values) -> Values:
        """Return the derived values, but what the units typed that the ledger does not bind."""
        identities = [submission.identity for submission in self.submissions]
        unbound = np.array([indicator.derived_for(who.kind, who.level) is None for who in identities], dtype=np.bool_)
        if not unbound.any():
            return derived
        now = self._now(indicator)
        state = np.where(unbound, now.state, derived.state).astype(np.int8)
        return Values(np.where(unbound, now.data, derived.data), state)

    def _now(self, indicator: Indicator) -> Values:
        found = _of_kind(indicator.kind, [_at(s.content.values, indicator.reference) for s in self.submissions])
        gaps = _not_evaluated([known.has_cell(indicator.form, indicator.code) for known in self.gaps])
        if indicator.kind.is_number or indicator.kind.is_date:
            gaps[found.reported] = 0
        gaps |= _not_evaluated([(indicator.form, indicator.code) in known.days for known in self.gaps])
        values = Values(found.data, np.maximum(found.state, gaps))
        return self._closed_sections(indicator, values) if indicator.kind.is_number else values

    def _closed_sections(self, indicator: Indicator, values: Values) -> Values:
        blank = ~values.reported
        if not indicator.section or not blank.any():
            return values
        nothing = [blank[place] and is_declared_empty(s, indicator) for place, s in enumerate(self.submissions)]
        return Values(np.where(nothing, 0.0, values.data), values.state)

    def _recomputed(self, indicator: Indicator) -> Values:
        key = (indicator.form, indicator.code)
        if key in self.fixed:
            return make_values(np.full(len(self.submissions), self.fixed[key]))
        if indicator.derive is None:
            raise TypeError(f"{indicator.form}!{indicator.code} is not derived")
        found = evaluate(indicator.derive, self)
        return found if found.is_text else Values(round_half_up(found.numbers, indicator.decimals), found.state)

    def _typed(self, indicator: Indicator, recomputed: Values) -> Values:
        key = (indicator.form, indicator.code)
        stands = np.array([key in submission.typed for submission in self.submissions], dtype=np.bool_)
        typed = np.array([submission.typed.get(key, nan) for submission in self.submissions], dtype=np.float64)
        state = np.where(stands, 0, recomputed.state).astype(np.int8)
        return Values(np.where(stands, typed, recomputed.data), state)

    def _select(self, ledger: str, *, live: bool) -> LedgerRows:
        if (ledger, live) not in self._rows:
            self._rows[ledger, live] = self._gather(ledger, live)
        return self._rows[ledger, live]

    def _gather(self, ledger: str, live: bool) -> LedgerRows:
        names_row = self.survey.ledger[ledger].names_row
        found = [
            (place, number, row)
            for place, submission in enumerate(self.submissions)
            for number, row in FilledLedger.of(submission.content.ledgers.get(ledger, {})).items()
            if not is_withdrawn(row) and (not is_blank(row.get(names_row)) or (not live and filled(row)))
        ]
        return LedgerRows(
            self,
            ledger,
            np.array([place for place, _, _ in found], dtype=np.intp),
            np.array([number for _, number, _ in found], dtype=np.intp),
            [row for _, _, row in found],
        )


@dataclass(eq=False)
class LedgerRows:
    """Rows of one ledger, all returns' one below the other."""

    whole: Batch
    ledger: str
    units: Indices
    """The return of each row."""
    sheet_rows: Indices
    """The row number of each in its sheet."""
    raw: list[Row]
    _columns: dict[str, Values] = field(default_factory=dict, repr=False)

    def column(self, name: str) -> Values:
        """Return a column. Raises KeyError for one that is not declared."""
        if name not in self._columns:
            kind = self.whole.survey.ledger[self.ledger].by_name[name].kind
            values = _of_kind(kind, [row.get(name) for row in self.raw])
            self._columns[name] = Values(values.data, np.maximum(values.state, self._unread(name, values)))
        return self._columns[name]

    def _address(self, place: int, name: str) -> str:
        unit, row = int(self.units[place]), int(self.sheet_rows[place])
        return self.whole.layouts[unit].ledgers[self.ledger].address(name, row)

    def _unread(self, name: str, values: Values) -> States:
        """Return where the reader found an error instead of a value, or a number that is a text."""
        known = self.whole.gaps
        troubled = np.array([bool(one.addresses) for one in known], dtype=np.bool_)[self.units]
        texts = np.array([bool(one.texts) for one in known], dtype=np.bool_)[self.units]
        gaps = np.zeros(len(self.raw), dtype=np.bool_)
        for place in np.flatnonzero(troubled | (values.reported & texts)):
            address, gap = self._address(int(place), name), known[int(self.units[place])]
            gaps[place] = address in gap.addresses or address in gap.texts
        return _not_evaluated(gaps)


def is_withdrawn(row: Row) -> bool:
    """Return whether the row is kept only to say that its object is gone."""
    status = lookup("workbook.row_status")
    return bool(row.get(status["name"]) == status["options"][-1])


def filled(row: Row) -> bool:
    """Return whether anything stands in the row."""
    return any(not is_blank(value) for value in row.values())


def is_declared_empty(submission: Submission, indicator: Indicator) -> bool:
    """Return whether the unit said 本节无此项业务 for a section that holds this open cell."""
    identity = submission.identity
    said = submission.content.values.get(indicator.form, {})
    return indicator.open_to(identity.kind, identity.level) and any(
        not is_blank(said.get(code)) for code in indicator.section
    )


def _not_evaluated(where: Sequence[bool] | Bools) -> States:
    return np.array(where, dtype=np.int8) * np.int8(Status.NOT_EVALUATED)


def _at(values: dict[str, dict[str, Value]], reference: CellRef) -> Value | None:
    return values.get(reference.form, {}).get(reference.code)


def _of_kind(kind: Kind, raw: Sequence[Value | None]) -> Values:
    return make_numbers(raw) if kind.is_number or kind.is_date else make_texts(raw)
