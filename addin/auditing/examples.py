"""Examples of rules as returns, so that a rule's own examples are judged by the very engine that judges returns."""

from __future__ import annotations

from datetime import date
from typing import Final

from addin.submission import Edition, Submission
from templates.content import Content, Identity, Value
from templates.layout import LEDGER_HEADER_ROW
from templates.model import Example, Kind, Ledger, Survey
from templates.words import say

_Numbers = dict[tuple[str, str], float]
"""By form and code."""

_NUMBERED: Final = (int, float)


def build_example(survey: Survey, year: int, example: Example, kind: str, level: str) -> tuple[Submission, _Numbers]:
    """Return the example as a return, and the values it gives for derived cells.

    ``kind`` and ``level`` stand where the example names none. Raises KeyError for a cell, ledger or column that is not
    declared and ValueError for a day that is none.
    """
    unit_kind, unit_level = example.kind or kind, example.level or level
    identity = Identity(survey.id, survey.version, survey.hash, year, "0", "0", unit_kind, unit_level)
    content = Content()
    fixed, typed = _put_cells(survey, example, identity, content)
    for short, rows in example.rows.items():
        placed = [_row(survey.ledger[short], row) for row in rows]
        content.ledgers[short] = dict(enumerate(placed, start=LEDGER_HEADER_ROW + 1))
    return Submission("", identity, Edition.of(survey), content, typed=typed), fixed


def _put_cells(survey: Survey, example: Example, identity: Identity, content: Content) -> tuple[_Numbers, _Numbers]:
    """Put the example's cells in; return what it gives for derived cells, and what it says is typed over them."""
    fixed: _Numbers = {}
    typed: _Numbers = {}
    for reference, given in example.values.items():
        indicator = survey.indicator(reference)
        value = _value(given, indicator.kind if indicator else Kind.NOTHING_HERE)
        key = (reference.form, reference.code)
        derived = indicator is not None and indicator.derived_for(identity.kind, identity.level) is not None
        if reference.view == "prior":
            content.prior.setdefault(reference.form, {})[reference.code] = value
        elif derived and isinstance(value, float):
            typed[key] = value
            if reference.view == "now":
                fixed[key] = value
        else:
            content.set(reference.form, reference.code, value)
    return fixed, typed


def _row(ledger: Ledger, given: dict[str, object]) -> dict[str, Value]:
    row = {name: _value(value, ledger.by_name[name].kind) for name, value in given.items()}
    if ledger.names_row in row:
        return row
    return {ledger.names_row: say("render.example_name")} | row


def _value(given: object, kind: Kind) -> Value:
    """Return the value as a reader would have it: days as dates, quantities as floats, the rest as texts."""
    if isinstance(given, date):
        return given
    if isinstance(given, _NUMBERED):
        return float(given) if kind.is_number or kind.is_date else f"{given:g}"
    text = str(given)
    if not (kind.is_date and text[:1].isdigit()):
        return text
    return date.fromisoformat(text if text.count("-") == 2 else f"{text}-01")
