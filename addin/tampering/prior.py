"""Last year's values in a received workbook against those that it was generated with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from addin.facts import Oddity
from addin.reading.cells import show_as_text
from addin.submission import Submission
from addin.tampering.case import MOST, Case
from templates.content import Value, fingerprint_prior
from templates.layout import COLUMNS, WorkbookLayout
from templates.words import lookup, say

Prior = Mapping[str, Mapping[str, Value]]
"""Last year's values by form and code."""

_NOISE: Final = 1e-9


def compare_prior(submission: Submission, layout: WorkbookLayout, prior: Prior) -> Iterator[Oddity]:
    """Yield the values of last year that are others in the return than in ``prior``, of each form the first few."""
    for form in layout.forms.values():
        known, found = prior.get(form.form.id, {}), submission.content.prior.get(form.form.id, {})
        changed = [code for code in form.rows if not _same(known.get(code), found.get(code))]
        for number, code in enumerate(changed[:MOST], start=1):
            last = number == MOST and len(changed) > MOST
            more = say("tamper.more", count=len(changed), shown=MOST) if last else ""
            yield Oddity.of(
                "tamper.prior",
                form=form.form.id,
                code=code,
                cell=form.address(code, COLUMNS.prior),
                more=more,
                found=_shown(found.get(code)),
                expected=_shown(known.get(code)),
            )


def check_prior(case: Case) -> Iterator[Oddity]:
    """Yield one oddity where last year's numbers are not those that the workbook says it was mailed out with.

    So it is where it says nothing of them: what stands there has no mark of ours.
    """
    mailed, found = case.identity.prior, fingerprint_prior(case.submission.content.prior)
    if mailed != found:
        yield case.found("prior_any" if mailed else "prior_unmarked", lookup("workbook.sheets.prior"), "A1")


def _same(one: Value | None, other: Value | None) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= _NOISE * max(1.0, abs(one))
    return one == other


def _shown(value: Value | None) -> str:
    return say("tamper.blank") if value is None else show_as_text(value)
