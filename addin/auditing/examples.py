"""Examples of rules as returns, so that a rule's own examples are judged by the very engine that judges returns."""

from __future__ import annotations

from datetime import date
from typing import Final

from addin.submission import Submission
from templates.content import Content, Identity, Value
from templates.layout import LEDGER_HEADER_ROW
from templates.model import Example, Kind, Ledger, Survey
from templates.words import say

_NUMBERED: Final = (int, float)


def build_example(
    survey: Survey, year: int, example: Example, kind: str, level: str
) -> tuple[Submission, dict[tuple[str, str], float]]:
    """Return the example as a return, and the values it gives for derived cells.

    ``kind`` and ``level`` stand where the example names none. Raises KeyError for a cell, ledger or column that is not
    declared and ValueError for a day that is none.
    """
    unit_kind, unit_level = example.kind or kind, example.level or level
    identity = Identity(survey.id, survey.version, survey.hash, year, "0", "0", unit_kind, unit_level)
    submission = Submission("", identity, survey, Content())
    fixed = _put_cells(survey, example, submission)
    for short, rows in example.rows.items():
        placed = [_row(survey.ledger[short], row) for row in rows]
        submission.content.ledgers[short] = dict(enumerate(placed, start=LEDGER_HEADER_ROW + 1))
    return submission, fixed


def _put_cells(survey: Survey, example: Example, submission: Submission) -> dict[tuple[str, str], float]:
    fixed: dict[tuple[str, str], float] = {}
    kind, level = submission.identity.kind, submission.identity.level
    for reference, given in example.values.items():
        indicator = survey.indicator(reference)
        value = _value(given, indicator.kind if indicator else Kind.NOTHING_HERE)
        key = (reference.form, reference.code)
        derived = indicator is not None and indicator.derived_for(kind, level) is not None
        if reference.view == "prior":
            submission.content.prior.setdefault(reference.form, {})[reference.code] = value
        elif derived and isinstance(value, float):
            submission.typed[key] = value
            if reference.view == "now":
                fixed[key] = value
        else:
            submission.content.set(reference.form, reference.code, value)
    return fixed


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
