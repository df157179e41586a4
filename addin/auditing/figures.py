"""The numbers of one return that come from its ledgers, for the cached values of a workbook's formulas."""

from __future__ import annotations

from addin.auditing.arrays import Status
from addin.auditing.batch import Batch
from addin.auditing.evaluate import evaluate
from addin.submission import Submission
from templates.expression import Node
from templates.model import Survey


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
