"""Last year's values in returns against those of the store: cell by cell, whatever a workbook says of itself.

What is compared is what the workbook would be mailed out with today, for merged and split units what the roster makes
of their predecessors. A unit that the store knows nothing of is left alone; so is one whose kind, by its workbook, has
other cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from addin.facts import Oddity
from addin.finding import word
from addin.receiving.outcomes import Merged, UnitOutcome
from addin.sending.last_year import LastYear, carry
from addin.sending.succession import SucceededYears, trace_units
from addin.store.former import recall_former_returns
from addin.store.store import Store
from addin.submission import Submission
from addin.tampering.prior import compare_prior
from templates.content import Content
from templates.model import Survey


def compare_with_former(store: Store, merged: Merged) -> Merged:
    """Return what came in with a finding for each value of last year that the store has otherwise. Raises StoreError.

    None of them asks the unit for anything: last year's values are not its to change, nor to explain.
    """
    if merged.year is None:
        return merged
    returns = recall_former_returns(store, merged.survey, merged.year - 1)
    former = SucceededYears(returns, merged.survey, trace_units(unit.unit for unit in merged.units))

    def compared(unit: UnitOutcome) -> UnitOutcome:
        if unit.submission is None or unit.code not in former:
            return unit
        told = (word(oddity) for oddity in _differences(unit.submission, former[unit.code], merged.survey))
        known = {(finding.rule, finding.cell) for finding in unit.findings}
        new = tuple(finding for finding in told if (finding.rule, finding.cell) not in known)
        return unit.judged((*unit.findings, *new)) if new else unit

    return replace(merged, units=tuple(map(compared, merged.units))) if returns else merged


def _differences(submission: Submission, former: LastYear, survey: Survey) -> Iterator[Oddity]:
    mailed = Content()
    carry(former, survey, submission.identity, mailed)
    if mailed.prior and not submission.content.prior:
        yield Oddity.of("tamper.prior_lost")
        return
    yield from compare_prior(submission, submission.layout(survey), mailed.prior)
