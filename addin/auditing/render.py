"""The message of a failing rule: its texts, and its expressions with the values of that unit or row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from addin.auditing.arrays import Floats, Indices, Status, Values, make_values, read_serial, round_half_up, show_number
from addin.auditing.evaluate import ENGINE_FAILURES, evaluate
from addin.auditing.scope import Scope
from templates.expression import Aggregate, CellRef, Node
from templates.model import Kind, Rule, Survey
from templates.nature import find_decimals, find_kind, is_date, is_text, is_year
from templates.words import say

ROW: Final = "{row}"
"""Stands in a message for the sheet row."""


def render_messages(rule: Rule, scope: Scope, positions: Indices, rows: Indices | None = None) -> list[str]:
    """Return the rule's message for each of the failing ``positions``; ``rows`` are the sheet rows of all."""
    few = _Selected(scope, positions)
    columns = [_column(part, few, rows[positions] if rows is not None else None) for part in rule.message]
    return ["".join(pieces) for pieces in zip(*columns, strict=True)] if columns else [""] * few.size


@dataclass(frozen=True)
class _Selected:
    """Some positions of a scope: a message is worked out only where its rule has failed."""

    scope: Scope
    positions: Indices

    @property
    def size(self) -> int:
        """How many positions there are."""
        return len(self.positions)

    @property
    def units(self) -> Indices:
        """The unit of each position."""
        return self.scope.units[self.positions]

    @property
    def survey(self) -> Survey:
        """The survey that the units answer."""
        return self.scope.survey

    def cell(self, reference: CellRef) -> Values:
        """Return a form's cell at every position."""
        return self.scope.cell(reference).take(self.positions)

    def variable(self, name: str) -> Values:
        """Return at every position what is known of its return as a whole."""
        return self.scope.variable(name).take(self.positions)

    def aggregate(self, node: Aggregate) -> Values:
        """Return at every position what the rows of its unit's ledger come to."""
        return self.scope.aggregate(node).take(self.positions)

    def column(self, name: str) -> Values:
        """Return a ledger's column at every position."""
        return self.scope.column(name).take(self.positions)


def _column(part: str | Node, few: Scope, rows: Indices | None) -> Iterable[str]:
    if part == ROW and rows is not None:
        return map(str, rows.tolist())
    if isinstance(part, str):
        return [part] * few.size
    return shown(part, _values(part, few), few.survey)


def _values(node: Node, scope: Scope) -> Values:
    """Return the values of ``node``; a message that cannot be worked out must not hide the finding it tells of."""
    try:
        return evaluate(node, scope)
    except ENGINE_FAILURES:
        unknown = make_values(np.zeros(scope.size))
        return Values(unknown.data, np.full_like(unknown.state, Status.NOT_APPLICABLE))


def shown(node: Node, values: Values, survey: Survey) -> list[str]:
    """Return the values of ``node`` as people read them."""
    if is_text(node, survey):
        found = values.texts.tolist()
    else:
        found = _show_numbers(node, np.nan_to_num(values.numbers), survey)
    return [_odd(state) or text for text, state in zip(found, values.state.tolist(), strict=True)]


def _odd(state: int) -> str:
    """Return what to say instead of a value that there is not, or ""."""
    if not state:
        return ""
    return say("render.unreadable" if state == Status.NOT_EVALUATED else "render.not_applicable")


def _show_numbers(node: Node, numbers: Floats, survey: Survey) -> list[str]:
    if is_date(node, survey):
        month = find_kind(node, survey) is Kind.YEAR_MONTH
        return [_day(number, month=month) for number in numbers.tolist()]
    if is_year(node):
        return [f"{number:.0f}" for number in numbers.tolist()]
    return show_quantities(numbers, find_decimals(node, survey), fixed=isinstance(node, CellRef))


def _day(number: float, *, month: bool) -> str:
    if not number:
        return say("render.blank")
    day = read_serial(number)
    if day is None:
        return show_number(number)
    return f"{day:%Y-%m}" if month else day.isoformat()


def render_quantity(number: float, places: int, *, fixed: bool = True) -> str:
    """Return ``1,234`` or ``1,234.50``; without ``fixed`` no more decimals than there are."""
    return show_quantities(np.array([number]), places, fixed=fixed)[0]


def show_quantities(numbers: Floats, places: int, *, fixed: bool = True) -> list[str]:
    """Return numbers as :func:`render_quantity` does one."""
    texts = [f"{number:,.{places}f}" for number in round_half_up(numbers, places).tolist()]
    return texts if fixed or not places else [text.rstrip("0").rstrip(".") for text in texts]
