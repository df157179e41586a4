"""A rule's tree to arrays: all units, or all rows of a ledger, at once.

One function a kind of node. A value carries a state beside it (:class:`addin.auditing.arrays.Values`): text among
what is read makes a rule *not evaluated*, a division by zero *not applicable*; states are joined by the larger one.
Whatever breaks while a rule is judged makes it *broken*: that is a finding, never a pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from stdnum.cn import uscc

from addin.auditing.arrays import (
    Bools,
    Floats,
    Indices,
    States,
    Status,
    Values,
    find_years,
    make_serials,
    make_text_array,
    make_values,
)
from addin.auditing.scope import Rows, Scope, Units
from templates.expression import (
    Aggregate,
    Arithmetic,
    Call,
    CellRef,
    ColumnRef,
    Compare,
    Logic,
    Node,
    Number,
    Text,
    Variable,
    walk,
)
from templates.model import Rule
from templates.nature import find_decimals, is_text
from templates.words import lookup

ENGINE_FAILURES: Final = (ArithmeticError, LookupError, TypeError, ValueError)
"""What a rule that does not fit its data raises. Anything else is a fault of the program and may stop it."""


@dataclass(frozen=True, eq=False)
class Verdict:
    """What became of one rule: a status for each unit, or for each live row of the ledger it judges."""

    rule: Rule
    status: States
    units: Indices
    rows: Indices | None = None
    reason: str = ""
    """Why the rule is broken, when it is."""

    def failed(self) -> Indices:
        """Return the positions that fail."""
        return np.flatnonzero(self.status == Status.FAILED)

    def of_unit(self, unit: int) -> Status:
        """Return the worst status among one unit's positions; a unit without rows passes."""
        own = self.status[self.units == unit]
        return Status(int(own.max())) if len(own) else Status.PASSED


def judge(rule: Rule, batch: Units) -> Verdict:
    """Return what became of ``rule`` for every unit, or every live row. Never raises for a rule that breaks."""
    everyone = np.arange(len(batch.units))
    try:
        if not rule.each:
            return Verdict(rule, find_status(rule, batch), everyone)
        rows = batch.rows(rule.each)
        return Verdict(rule, find_status(rule, rows), rows.units, rows.sheet_rows)
    except ENGINE_FAILURES as error:
        broken = np.full(len(everyone), Status.BROKEN, dtype=np.int8)
        return Verdict(rule, broken, everyone, reason=f"{type(error).__name__}: {error}")


def find_status(rule: Rule, scope: Scope) -> States:
    """Return what became of ``rule`` at every position of ``scope``. Raises one of :data:`ENGINE_FAILURES`."""
    check = coerce_truths(_find(rule.check, scope))
    status = _fail_unless(check.data)
    if rule.when is None:
        found = np.where(check.state > 0, check.state, status) if check.state.any() else status
    else:
        found = _apply_condition(coerce_truths(_find(rule.when, scope)), check, status)
    return spread(found, scope)


def _fail_unless(met: Bools) -> States:
    return np.asarray(~met * np.int8(Status.FAILED), dtype=np.int8)


def _apply_condition(when: Values, check: Values, status: States) -> States:
    """Return what becomes of the check's status under a condition."""
    if not (when.state.any() or check.state.any()):
        return np.where(when.data, status, np.int8(Status.PASSED))
    status = np.where(check.state > 0, check.state, status)
    # A text that the rule reads leaves it undecided even where the condition would spare it.
    spared = (when.state == 0) & ~when.data & (check.state != Status.NOT_EVALUATED)
    joined = np.where(when.state > 0, np.maximum(when.state, check.state), status)
    return np.where(spared, np.int8(Status.PASSED), joined)


def spread(found: NDArray[Any], scope: Scope) -> NDArray[Any]:
    """Return one value a position: what is the same everywhere was worked out once."""
    return np.broadcast_to(found, scope.size)


def evaluate(node: Node, scope: Scope) -> Values:
    """Return the values of ``node`` at every position of ``scope``. Raises one of :data:`ENGINE_FAILURES`."""
    found = _find(node, scope)
    return Values(spread(found.data, scope), spread(found.state, scope))


def _find(node: Node, scope: Scope) -> Values:
    """Return the values of ``node``, at every position or, where no position matters, once."""
    match node:
        case Number(value):
            return make_values(np.array([value]))
        case Text(value):
            return make_values(make_text_array([value]))
        case Variable(name):
            return scope.variable(name)
        case CellRef():
            return scope.cell(node)
        case ColumnRef(_, name):
            return scope.column(name)
        case Arithmetic():
            return _arithmetic(node, scope)
        case Compare():
            return _compare(node, scope)
        case Logic():
            return _logic(node, scope)
        case Call(function, arguments):
            return _CALLS[function](arguments, scope)
        case Aggregate():
            return scope.aggregate(node)


def coerce_numbers(values: Values) -> Values:
    """Return the values as numbers, blank as 0; a text that is no number is *not evaluated*."""
    return values.coerced


def coerce_truths(values: Values) -> Values:
    """Return the values as truths; a number is true where it is not 0."""
    if values.data.dtype == np.bool_:
        return values
    as_numbers = coerce_numbers(values)
    return Values(as_numbers.data != 0, as_numbers.state)


def _joined(*values: Values) -> States:
    state = values[0].state
    for other in values[1:]:
        state = np.maximum(state, other.state)
    return state


def _arithmetic(node: Arithmetic, scope: Scope) -> Values:
    left, right = coerce_numbers(_find(node.left, scope)), coerce_numbers(_find(node.right, scope))
    state = _joined(left, right)
    with np.errstate(over="ignore", invalid="ignore"):
        if node.operator == "/":
            return _divided(left.data, right.data, state)
        return Values(_ARITHMETIC[node.operator](left.data, right.data), state)


def _divided(left: Floats, right: Floats, state: States) -> Values:
    by_zero = right == 0
    nothing = np.zeros(np.broadcast_shapes(left.shape, right.shape))
    quotient = np.divide(left, right, out=nothing, where=~by_zero)
    return Values(quotient, np.where(by_zero, np.maximum(state, Status.NOT_APPLICABLE), state).astype(np.int8))


def _compare(node: Compare, scope: Scope) -> Values:
    survey = scope.survey
    left, right = _find(node.left, scope), _find(node.right, scope)
    if is_text(node.left, survey) or is_text(node.right, survey):
        return Values(_COMPARES[node.operator](left.texts, right.texts).astype(np.bool_), _joined(left, right))
    left, right = coerce_numbers(left), coerce_numbers(right)
    sides = left.round(find_decimals(node.left, survey)), right.round(find_decimals(node.right, survey))
    return Values(_COMPARES[node.operator](*sides), _joined(left, right))


def _logic(node: Logic, scope: Scope) -> Values:
    terms = [coerce_truths(_find(term, scope)) for term in node.terms]
    found = [term.data for term in terms]
    state = _joined(*terms)
    match node.operator:
        case "and":
            return Values(reduce(np.logical_and, found), state)
        case "or":
            return Values(reduce(np.logical_or, found), state)
        case "not":
            return Values(~found[0], state)
        case "implies":
            return Values(~found[0] | found[1], state)
    raise ValueError(node.operator)


def work_out_aggregate(node: Aggregate, batch: Units) -> Values:
    """Return for every unit what its ledger's rows come to. Raises one of :data:`ENGINE_FAILURES`."""
    rows = batch.rows(node.ledger)
    units, size = rows.units, len(batch.units)
    met, state = _met(node, rows)
    weights = None
    if node.function == "sum":
        column = coerce_numbers(rows.column(node.column))
        weights = column.data[met]
        state = np.where(met, np.maximum(state, column.state), state)
    data = np.bincount(units[met], weights=weights, minlength=size).astype(np.float64)
    uncounted = batch.uncounted(node.ledger, _counted(node, batch))
    worst = np.maximum(batch.lost(node.ledger), uncounted)
    if state.any():
        np.maximum.at(worst, units, state)
    return Values(np.where(uncounted > 0, np.nan, data), worst)


def _counted(node: Aggregate, batch: Units) -> set[str]:
    """Return the columns that decide which rows count, and for how much."""
    named = {found.name for term in node.conditions for found in walk(term) if isinstance(found, ColumnRef)}
    own = {batch.survey.ledger[node.ledger].names_row, lookup("workbook.row_status")["name"]}
    return named | own | ({node.column} if node.column else set())


def _met(node: Aggregate, rows: Rows) -> tuple[Bools, States]:
    """Return which rows meet the conditions, and the state of the answer."""
    met = np.ones(len(rows.units), dtype=np.bool_)
    state = np.zeros(len(rows.units), dtype=np.int8)
    for condition in node.conditions:
        answer = coerce_truths(_find(condition, rows))
        met = met & answer.data
        state = np.maximum(state, answer.state)
    return met, state


def _numbers(arguments: tuple[Node, ...], scope: Scope) -> list[Values]:
    return [coerce_numbers(_find(argument, scope)) for argument in arguments]


def _sum(arguments: tuple[Node, ...], scope: Scope) -> Values:
    terms = _numbers(arguments, scope)
    return Values(reduce(np.add, [term.data for term in terms]), _joined(*terms))


def _min(arguments: tuple[Node, ...], scope: Scope) -> Values:
    terms = _numbers(arguments, scope)
    return Values(reduce(np.minimum, [term.data for term in terms]), _joined(*terms))


def _max(arguments: tuple[Node, ...], scope: Scope) -> Values:
    terms = _numbers(arguments, scope)
    return Values(reduce(np.maximum, [term.data for term in terms]), _joined(*terms))


def _abs(arguments: tuple[Node, ...], scope: Scope) -> Values:
    (only,) = _numbers(arguments, scope)
    return Values(np.abs(only.data), only.state)


def _round(arguments: tuple[Node, ...], scope: Scope) -> Values:
    rounded, digits = arguments
    if not isinstance(digits, Number):
        raise TypeError("round() takes a constant number of decimals")
    values = coerce_numbers(_find(rounded, scope))
    return Values(values.round(int(digits.value)), values.state)


def _reported(arguments: tuple[Node, ...], scope: Scope) -> Values:
    """A text in a number cell is reported too, so this never leaves a rule undecided."""
    (only,) = arguments
    if not isinstance(only, CellRef | ColumnRef):
        raise TypeError("reported() takes one cell or column")
    return make_values(_find(only, scope).reported)


def _in_list(arguments: tuple[Node, ...], scope: Scope) -> Values:
    asked, name = arguments
    if not isinstance(name, Text):
        raise TypeError("in_list() takes the id of a code list")
    members = frozenset(scope.survey.code_lists[name.value].values)
    values = _find(asked, scope)
    return Values(np.array([text in members for text in values.texts], dtype=np.bool_), values.state)


def _valid_uscc(arguments: tuple[Node, ...], scope: Scope) -> Values:
    (only,) = arguments
    values = _find(only, scope)
    return Values(np.array([uscc.is_valid(text) for text in values.texts], dtype=np.bool_), values.state)


def _date(arguments: tuple[Node, ...], scope: Scope) -> Values:
    year, month, day = _numbers(arguments, scope)
    return Values(make_serials(year.data, month.data, day.data), _joined(year, month, day))


def _year(arguments: tuple[Node, ...], scope: Scope) -> Values:
    (only,) = _numbers(arguments, scope)
    return Values(find_years(only.data), only.state)


def _length(arguments: tuple[Node, ...], scope: Scope) -> Values:
    (only,) = arguments
    values = _find(only, scope)
    return Values(np.array([len(text) for text in values.texts], dtype=np.float64), values.state)


_CALLS: Final = {
    "sum": _sum,
    "round": _round,
    "abs": _abs,
    "min": _min,
    "max": _max,
    "reported": _reported,
    "in_list": _in_list,
    "valid_uscc": _valid_uscc,
    "date": _date,
    "year": _year,
    "length": _length,
}

_ARITHMETIC: Final = {"+": np.add, "-": np.subtract, "*": np.multiply}

_COMPARES: Final = {
    "=": np.equal,
    "<>": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
