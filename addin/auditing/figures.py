"""Numbers of returns: those that come from ledgers, for the cached values of formulas; and all that are reported."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from addin.auditing.arrays import Status
from addin.auditing.batch import Batch
from addin.auditing.evaluate import evaluate
from addin.submission import Submission
from templates.expression import Node
from templates.model import Indicator, Survey

Cells = dict[tuple[str, str], float]
"""Numbers by form and code."""


def compute_figures(survey: Survey, submission: Submission) -> dict[tuple[str, str], float]:
    """Return derived cells and 台账合计 by form and code, as far as the ledgers can be added up."""
    batch = Batch(survey, submission.identity.year, [submission])
    found: dict[tuple[str, str], float] = {}
    for form in survey.forms_of(submission.identity.kind):
        for indicator in form.indicators.values():
            tree = indicator.derive or indicator.ledger_sum
            if tree is not None and (number := _number(tree, batch)) is not None:
                found[form.id, indicator.code] = number
    return found


def _number(tree: Node, batch: Batch) -> float | None:
    values = evaluate(tree, batch)
    return float(values.data[0]) if values.state[0] == Status.PASSED else None


def reported_numbers(survey: Survey, year: int, submissions: Sequence[Submission]) -> list[Cells]:
    """Return the numbers in the open cells of every form that each submission files; derived ones are recomputed."""
    batch = Batch(survey, year, submissions)
    found: list[Cells] = [{} for _ in submissions]
    for indicator in list_numbers(survey):
        values = batch.cell(indicator.reference)
        numbers = np.where(values.state == Status.PASSED, values.numbers, np.nan)
        for place in np.flatnonzero(~np.isnan(numbers)):
            if _asked(indicator, survey, submissions[int(place)]):
                found[place][indicator.form, indicator.code] = float(numbers[place])
    return found


def list_numbers(survey: Survey) -> list[Indicator]:
    """Return the cells of all forms that hold numbers."""
    return [row for form in survey.forms for row in form.indicators.values() if row.kind.is_number]


def _asked(indicator: Indicator, survey: Survey, submission: Submission) -> bool:
    identity = submission.identity
    files = indicator.form in survey.kind[identity.kind].forms
    return files and indicator.open_to(identity.kind, identity.level)
