"""The message of a failing rule: its texts, and its expressions with the values of that unit or row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

import numpy as np

from addin.auditing.arrays import Indices, Status, Values, make_values, read_serial, round_half_up, show_number
from addin.auditing.evaluate import ENGINE_FAILURES, evaluate
from addin.auditing.scope import Scope
from templates.expression import CellRef, Node
from templates.model import Kind, Rule, Survey
from templates.nature import find_decimals, find_kind, is_date, is_text, is_year
from templates.words import say

ROW: Final = "{row}"
"""Stands in a message for the sheet row."""


def render_messages(rule: Rule, scope: Scope, positions: Indices, rows: Indices | None = None) -> list[str]:
    """Return the rule's message for each of the failing ``positions``; ``rows`` are the sheet rows of all."""
    columns = [_column(part, scope, positions, rows) for part in rule.message]
    return ["".join(pieces) for pieces in zip(*columns, strict=True)] if columns else [""] * len(positions)


def _column(part: str | Node, scope: Scope, positions: Indices, rows: Indices | None) -> Iterable[str]:
    if part == ROW and rows is not None:
        return [str(row) for row in rows[positions]]
    if isinstance(part, str):
        return [part] * len(positions)
    return shown(part, _values(part, scope).take(positions), scope.survey)


def _values(node: Node, scope: Scope) -> Values:
    """Return the values of ``node``; a message that cannot be worked out must not hide the finding it tells of."""
    try:
        return evaluate(node, scope)
    except ENGINE_FAILURES:
        unknown = make_values(np.zeros(len(scope.units)))
        return Values(unknown.data, np.full_like(unknown.state, Status.NOT_APPLICABLE))


def shown(node: Node, values: Values, survey: Survey) -> list[str]:
    """Return the values of ``node`` as people read them."""
    show = str if is_text(node, survey) else _number_shower(node, survey)
    found = values.texts if show is str else np.nan_to_num(values.numbers)
    return [_odd(int(state)) or show(value) for value, state in zip(found, values.state, strict=True)]


def _odd(state: int) -> str:
    """Return what to say instead of a value that there is not, or ""."""
    if not state:
        return ""
    return say("render.unreadable" if state == Status.NOT_EVALUATED else "render.not_applicable")


def _number_shower(node: Node, survey: Survey) -> Callable[[float], str]:
    if is_date(node, survey):
        return partial(_day, month=find_kind(node, survey) is Kind.YEAR_MONTH)
    if is_year(node):
        return "{:.0f}".format
    return partial(render_quantity, places=find_decimals(node, survey), fixed=isinstance(node, CellRef))


def _day(number: float, *, month: bool) -> str:
    if not number:
        return say("render.blank")
    day = read_serial(number)
    if day is None:
        return show_number(number)
    return f"{day:%Y-%m}" if month else day.isoformat()


def render_quantity(number: float, places: int, *, fixed: bool = True) -> str:
    """Return ``1,234`` or ``1,234.50``; without ``fixed`` no more decimals than there are."""
    rounded = round_half_up(np.array([number]), places)[0]
    text = f"{rounded:,.{places}f}"
    return text if fixed or "." not in text else text.rstrip("0").rstrip(".")
