"""Many returns as columns: one array a cell or ledger column, filled when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from weakref import proxy

import numpy as np

from addin.auditing.arrays import (
    Bools,
    Indices,
    States,
    Status,
    Values,
    is_blank,
    make_text_array,
    make_values,
    round_half_up,
)
from addin.auditing.entries import Entries
from addin.auditing.evaluate import evaluate, work_out_aggregate
from addin.auditing.examples import build_example
from addin.auditing.ledger_rows import LedgerRows, Row, is_withdrawn
from addin.auditing.ledger_table import LedgerTable
from addin.facts import Gaps
from addin.submission import Submission
from templates.expression import Aggregate, CellRef
from templates.layout import WorkbookLayout, name_column
from templates.model import Example, Indicator, Survey

__all__ = ["Batch", "LedgerRows", "Row", "is_declared_empty", "is_withdrawn"]


@dataclass(eq=False)
class Batch:
    """All returns of one survey and year. Positions are the returns, in the order given."""

    survey: Survey
    year: int
    submissions: Sequence[Submission]
    fixed: dict[tuple[str, str], float] = field(default_factory=dict)
    """Values that stand for derived cells instead of what the ledgers give: examples of rules need that."""
    _cells: dict[CellRef, Values] = field(default_factory=dict, repr=False)
    _variables: dict[str, Values] = field(default_factory=dict, repr=False)
    _aggregates: dict[Aggregate, Values] = field(default_factory=dict, repr=False)
    _filled: dict[str, LedgerRows] = field(default_factory=dict, repr=False)
    _live: dict[str, LedgerRows] = field(default_factory=dict, repr=False)

    @classmethod
    def of_example(cls, survey: Survey, year: int, example: Example, kind: str, level: str) -> Batch:
        """Return one return that holds what an example of a rule gives, and nothing else."""
        submission, fixed = build_example(survey, year, example, kind, level)
        return cls(survey, year, [submission], fixed)

    @cached_property
    def units(self) -> Indices:
        """The position of each return."""
        return np.arange(len(self.submissions))

    @property
    def size(self) -> int:
        """How many returns there are."""
        return len(self.submissions)

    @cached_property
    def layouts(self) -> tuple[WorkbookLayout, ...]:
        """Where each return's cells lie; like returns share one layout."""
        shared: dict[tuple[str, str, str], WorkbookLayout] = {}
        asked = [(s.identity.kind, s.identity.level, s.identity.carried) for s in self.submissions]
        for key, submission in zip(asked, self.submissions, strict=True):
            if key not in shared:
                shared[key] = submission.layout(self.survey)
        return tuple(shared[key] for key in asked)

    @cached_property
    def sorts(self) -> dict[tuple[str, str], Indices]:
        """The positions of the returns of each kind and level."""
        found: dict[tuple[str, str], list[int]] = {}
        for place, submission in enumerate(self.submissions):
            found.setdefault((submission.identity.kind, submission.identity.level), []).append(place)
        return {sort: np.array(places, dtype=np.intp) for sort, places in found.items()}

    @cached_property
    def gaps(self) -> tuple[Gaps, ...]:
        """What is not known, return by return."""
        return tuple(submission.gaps for submission in self.submissions)

    @cached_property
    def entries(self) -> Entries:
        """What was entered into the cells of forms."""
        return Entries(self.survey, self.submissions, self.gaps, self.sorts)

    def column(self, name: str) -> Values:
        """Raise KeyError: a return as a whole has no columns."""
        raise KeyError(name)

    def variable(self, name: str) -> Values:
        """Return the reporting year, or each return's level or kind."""
        if name not in self._variables:
            self._variables[name] = self._find_variable(name)
        return self._variables[name]

    def cell(self, reference: CellRef) -> Values:
        """Return a cell of every return, recomputed where it is derived. Raises KeyError for an undeclared cell."""
        if reference not in self._cells:
            self._cells[reference] = self._read(reference)
        return self._cells[reference]

    def aggregate(self, node: Aggregate) -> Values:
        """Return for every return what the rows of its ledger come to."""
        if node not in self._aggregates:
            self._aggregates[node] = work_out_aggregate(node, self)
        return self._aggregates[node]

    def rows(self, ledger: str) -> LedgerRows:
        """Return the live rows of a ledger: named, and not withdrawn."""
        if ledger not in self._live:
            self._live[ledger] = self.filled_rows(ledger).select_live()
        return self._live[ledger]

    def filled_rows(self, ledger: str) -> LedgerRows:
        """Return every row with anything in it that is not withdrawn, named or not."""
        if ledger not in self._filled:
            self._filled[ledger] = self._gather(ledger)
        return self._filled[ledger]

    def lost(self, ledger: str) -> States:
        """Return for each return whether its ledger's sheet is missing."""
        return _mark_unknown([ledger in gaps.ledgers for gaps in self.gaps])

    def uncounted(self, ledger: str, columns: Iterable[str]) -> States:
        """Return for each return whether one of the columns holds an error value anywhere: nothing counts over that."""
        found = np.zeros(len(self.submissions), dtype=np.bool_)
        for unit in self._with_errors:
            place = self.layouts[unit].ledgers.get(ledger)
            heads = {f"{place.sheet}!{name_column(place.column(name))}" for name in columns} if place else set()
            found[unit] = any(address.rstrip("0123456789") in heads for address in self.gaps[unit].errors)
        return _mark_unknown(found)

    @cached_property
    def _with_errors(self) -> list[int]:
        return [unit for unit, gaps in enumerate(self.gaps) if gaps.errors]

    def _find_variable(self, name: str) -> Values:
        if name == "year":
            return make_values(np.full(len(self.submissions), float(self.year)))
        return make_values(make_text_array(getattr(submission.identity, name) for submission in self.submissions))

    @cached_property
    def _with_typed(self) -> list[int]:
        return [place for place, submission in enumerate(self.submissions) if submission.typed]

    def _read(self, reference: CellRef) -> Values:
        indicator = self.survey.indicator(reference)
        if indicator is None:
            raise KeyError(f"{reference.form}!{reference.code}")
        if indicator.derive is None or reference.view == "prior":
            return self.entries.cell(reference if reference.view == "prior" else indicator.reference)
        recomputed = self._recompute(indicator)
        derived = self._put_typed(indicator, recomputed) if reference.view == "typed" else recomputed
        return self._unless_unbound(indicator, derived)

    def _unless_unbound(self, indicator: Indicator, derived: Values) -> Values:
        """Return the derived values, but what the units typed that the ledger does not bind."""
        unbound = np.zeros(self.size, dtype=np.bool_)
        for (kind, level), places in self.sorts.items():
            unbound[places] = indicator.derived_for(kind, level) is None
        if not unbound.any():
            return derived
        now = self.entries.cell(indicator.reference)
        state = np.where(unbound, now.state, derived.state).astype(np.int8)
        return Values(np.where(unbound, now.data, derived.data), state)

    def _recompute(self, indicator: Indicator) -> Values:
        key = (indicator.form, indicator.code)
        if key in self.fixed:
            return make_values(np.full(len(self.submissions), self.fixed[key]))
        if indicator.derive is None:
            raise TypeError(f"{indicator.form}!{indicator.code} is not derived")
        found = evaluate(indicator.derive, self)
        return found if found.is_text else Values(round_half_up(found.numbers, indicator.decimals), found.state)

    def _put_typed(self, indicator: Indicator, recomputed: Values) -> Values:
        key = (indicator.form, indicator.code)
        data, state = recomputed.data.copy(), recomputed.state.copy()
        for place in self._with_typed:
            if key in self.submissions[place].typed:
                data[place], state[place] = self.submissions[place].typed[key], Status.PASSED
        return Values(data, state)

    def _gather(self, ledger: str) -> LedgerRows:
        table = LedgerTable.of(self.submissions, ledger)
        everything = np.arange(len(table.units))
        declared, submissions = self.survey.ledger[ledger], self.submissions
        # by a weak reference: a batch and its rows that held each other would outlive the audit until somebody collects
        rows = LedgerRows(proxy(self), declared, table, everything, submissions, self.layouts, self.gaps)
        return rows.select_filled()


def is_declared_empty(submission: Submission, indicator: Indicator) -> bool:
    """Return whether the unit said 本节无此项业务 for a section that holds this open cell."""
    identity = submission.identity
    said = submission.content.values.get(indicator.form, {})
    return indicator.open_to(identity.kind, identity.level) and any(
        not is_blank(said.get(code)) for code in indicator.section
    )


def _mark_unknown(where: Sequence[bool] | Bools) -> States:
    return np.array(where, dtype=np.int8) * np.int8(Status.NOT_EVALUATED)
