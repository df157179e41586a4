"""Rules of one shape judged at once: their cells one below the other, their trees worked out a single time.

The trees are those of the first rule, evaluated by :mod:`addin.auditing.evaluate` as those of a rule alone are; only
what its cells and columns stand for is longer. :func:`addin.auditing.evaluate.judge` is what each rule must come to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np

from addin.auditing.arrays import Bools, Floats, States, Status, Values
from addin.auditing.batch import Batch
from addin.auditing.evaluate import ENGINE_FAILURES, Verdict, find_status, judge
from addin.auditing.ledger_rows import LedgerRows
from addin.auditing.plan import Leaf, LeafSource, Plan, RuleGroup, make_plan
from templates.expression import Aggregate, CellRef, ColumnRef
from templates.model import Survey

POSITIONS: Final = 32_768
"""So many values are worked on at a time: few enough for the processor's own memory."""


def judge_all(batch: Batch, kind: str) -> list[Verdict]:
    """Return the verdicts on those rules of ``kind`` that some return fails or that break, in the rules' order."""
    plan = make_plan(batch.survey, kind)
    for form, view in plan.forms:
        batch.entries.gather(form, view)
    worked_out = WorkedOut.of(plan, batch)
    found = [(order, judge(rule, batch)) for order, rule in plan.alone]
    for group in plan.groups:
        found += _judge_group(group, batch, worked_out)
    found.sort(key=lambda ordered: ordered[0])
    return [verdict for _, verdict in found if verdict.reason or len(verdict.failed())]


@dataclass(frozen=True, eq=False)
class WorkedOut:
    """Derived cells and what ledgers come to: a row each, a column a return."""

    numbers: Floats
    states: States
    broken: Bools
    """The rows that could not be worked out, or hold texts."""

    @classmethod
    def of(cls, plan: Plan, batch: Batch) -> WorkedOut:
        """Work them out."""
        shape = len(plan.worked_out), len(batch.submissions)
        found = cls(np.zeros(shape), np.zeros(shape, dtype=np.int8), np.zeros(shape[0], dtype=np.bool_))
        for node, row in plan.worked_out.items():
            try:
                values = batch.aggregate(node) if isinstance(node, Aggregate) else batch.cell(node)
            except ENGINE_FAILURES:  # the rules that read it are judged alone, and tell it
                found.broken[row] = True
            else:
                found.broken[row] = values.is_text
                if not values.is_text:
                    found.numbers[row], found.states[row] = values.numbers, values.state
        return found


def _judge_group(group: RuleGroup, batch: Batch, worked_out: WorkedOut) -> Iterator[tuple[int, Verdict]]:
    """Yield the verdicts on the rules of a group that may have failed, each with its place among all rules."""
    try:
        stacked = _judge_rows(group, batch) if group.first.each else _judge_units(group, batch, worked_out)
        yield from [(group.orders[place], verdict) for place, verdict in stacked]
    except ENGINE_FAILURES:  # one breaks them all: each by itself, so that only the broken ones are
        yield from ((order, judge(rule, batch)) for order, rule in zip(group.orders, group.rules, strict=True))


def _judge_units(group: RuleGroup, batch: Batch, worked_out: WorkedOut) -> Iterator[tuple[int, Verdict]]:
    if any(
        stack.source is LeafSource.WORKED_OUT and worked_out.broken[stack.rows].any() for stack in group.stacks.values()
    ):
        raise ValueError(group.first.id)
    returns = len(batch.submissions)
    step = max(1, POSITIONS // returns)
    for start in range(0, len(group.rules), step):
        part = slice(start, start + step)
        status = find_status(group.first, StackedUnits(batch, group, worked_out, part)).reshape(-1, returns)
        for place in np.flatnonzero((status == Status.FAILED).any(axis=1)).tolist():
            yield start + place, Verdict(group.rules[start + place], status[place], batch.units)


def _judge_rows(group: RuleGroup, batch: Batch) -> Iterator[tuple[int, Verdict]]:
    scope = StackedRows(group, batch.survey, tuple(batch.rows(rule.each) for rule in group.rules))
    status = find_status(group.first, scope)
    ends = np.cumsum([rows.size for rows in scope.rows])
    for place, (rows, own) in enumerate(zip(scope.rows, np.split(status, ends[:-1]), strict=True)):
        yield place, Verdict(group.rules[place], own, rows.units, rows.sheet_rows)


@dataclass(eq=False)
class StackedUnits:
    """All returns, once for each rule of a part of a group, one rule below the other."""

    batch: Batch
    group: RuleGroup
    worked_out: WorkedOut
    part: slice
    _known: dict[Leaf, Values] = field(default_factory=dict)
    _variables: dict[str, Values] = field(default_factory=dict)

    @property
    def survey(self) -> Survey:
        """The survey that the returns answer."""
        return self.batch.survey

    @property
    def size(self) -> int:
        """How many positions there are."""
        return len(self.group.rules[self.part]) * len(self.batch.submissions)

    @cached_property
    def units(self) -> Any:
        """The return of each position."""
        return np.tile(self.batch.units, len(self.group.rules[self.part]))

    def cell(self, reference: CellRef) -> Values:
        """Return for each rule the cell that it has in place of the first one's."""
        return self._stack(reference)

    def aggregate(self, node: Aggregate) -> Values:
        """Return for each rule what its own ledger comes to in place of the first one's."""
        return self._stack(node)

    def variable(self, name: str) -> Values:
        """Return what is known of the returns as a whole, for each rule."""
        if name not in self._variables:
            self._variables[name] = self.batch.variable(name).take(self.units)
        return self._variables[name]

    def column(self, name: str) -> Values:
        """Raise KeyError: a return as a whole has no columns."""
        raise KeyError(name)

    def _stack(self, leaf: CellRef | Aggregate) -> Values:
        if leaf not in self._known:
            stack = self.group.stacks[leaf]
            data, state = self._arrays[stack.source]
            rows = stack.rows[self.part]
            self._known[leaf] = Values(data[rows].reshape(-1), state[rows].reshape(-1))
        return self._known[leaf]

    @cached_property
    def _arrays(self) -> dict[LeafSource, tuple[Any, States]]:
        entries = self.batch.entries
        return {
            LeafSource.NUMBERS: (entries.numbers, entries.number_states),
            LeafSource.TEXTS: (entries.texts, entries.text_states),
            LeafSource.WORKED_OUT: (self.worked_out.numbers, self.worked_out.states),
        }


@dataclass(eq=False)
class StackedRows:
    """The rows of the ledgers that the rules of a group judge, one rule below the other."""

    group: RuleGroup
    survey: Survey
    rows: tuple[LedgerRows, ...]
    """The rows that each rule judges."""

    @cached_property
    def size(self) -> int:
        """How many positions there are."""
        return sum(rows.size for rows in self.rows)

    @cached_property
    def units(self) -> Any:
        """The return of each position."""
        return np.concatenate([rows.units for rows in self.rows])

    def cell(self, reference: CellRef) -> Values:
        """Return for each rule the cell that it has in place of the first one's."""
        return self._join(reference, lambda rows, leaf: rows.cell(leaf))

    def aggregate(self, node: Aggregate) -> Values:
        """Return for each rule what its own ledger comes to in place of the first one's."""
        return self._join(node, lambda rows, leaf: rows.aggregate(leaf))

    def column(self, name: str) -> Values:
        """Return for each rule the column that it has in place of the first one's."""
        return self._join(ColumnRef(self.group.first.each, name), lambda rows, leaf: rows.column(leaf.name))

    def variable(self, name: str) -> Values:
        """Return what is known of the returns as a whole, for each row."""
        return _join([rows.variable(name) for rows in self.rows])

    def _join(self, leaf: Leaf, find: Callable[[LedgerRows, Any], Values]) -> Values:
        leaves = self.group.stacks[leaf].leaves
        return _join([find(rows, own) for rows, own in zip(self.rows, leaves, strict=True)])


def _join(values: list[Values]) -> Values:
    return Values(np.concatenate([one.data for one in values]), np.concatenate([one.state for one in values]))
