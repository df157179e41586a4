"""What is seen only when returns lie side by side: explanations, changes, outliers, differences from the roster."""

from __future__ import annotations

from collections.abc import Iterator

from addin.auditing.arrays import convert_to_number
from addin.auditing.figures import Cells
from addin.receiving.outcomes import Merged, Role, UnitOutcome
from addin.submission import Submission
from addin.summary.comparing import compare_sums, find_movers
from addin.summary.hints import find_hints
from addin.summary.outliers import find_outliers
from addin.summary.rollup import Rollup
from generator.consolidated.insight_data import ExplainedValue, Insights, RosterDifference
from templates.content import Value
from templates.expression import CellRef
from templates.model import Survey
from templates.words import lookup, say

IDENTITY = ("name", "uscc", "kind", "level", "region", "parent")
"""What a return and the roster both say of a unit."""


def gather_insights(merged: Merged, rollup: Rollup) -> Insights:
    """Return all that is seen side by side."""
    return Insights(
        explained=tuple(_explained(merged, rollup)),
        changes=tuple(compare_sums(merged, rollup)),
        movers=tuple(find_movers(merged, rollup)),
        outliers=tuple(find_outliers(merged, rollup)),
        hints=tuple(find_hints(merged, rollup)),
        differences=tuple(_differences(merged)),
    )


# --- explanations ----------------------------------------------------------------------------------------------------


def _explained(merged: Merged, rollup: Rollup) -> Iterator[ExplainedValue]:
    """Yield every 说明 of every return, unit by unit: beside numbers, in ledgers' rows, for the whole return."""
    for unit in merged.units:
        if unit.submission is not None:
            yield from _notes(unit, unit.submission, merged.survey, rollup.received.get(unit.code, {}))
            yield from _ledger_remarks(unit)
            if text := unit.submission.content.remarks.strip():
                place = say("workbook.sheets.notes")
                yield ExplainedValue(unit.code, unit.name, unit.level, None, place, "", None, None, (), text)


def _notes(unit: UnitOutcome, submission: Submission, survey: Survey, numbers: Cells) -> Iterator[ExplainedValue]:
    layout, content = submission.layout(survey), submission.content
    for form, notes in content.notes.items():
        for code, text in notes.items():
            asked = tuple(one.message for one in unit.findings if (one.form, one.code) == (form, code))
            yield ExplainedValue(
                unit_code=unit.code,
                unit=unit.name,
                level=unit.level,
                indicator=survey.indicator(CellRef(form, code)),
                place=form,
                cell=layout.address(CellRef(form, code)),
                this=numbers.get((form, code), content.values.get(form, {}).get(code)),
                prior=_number_or_value(content.prior.get(form, {}).get(code)),
                rules=asked,
                text=text.strip(),
            )


def _number_or_value(value: Value | None) -> Value | None:
    number = None if value is None else convert_to_number(value)
    return value if number is None or not isinstance(value, (int, float)) else number


def _ledger_remarks(unit: UnitOutcome) -> Iterator[ExplainedValue]:
    for finding in unit.findings:
        if finding.ledger and finding.explanation:
            place = say("workbook.sheets.ledger", short=finding.ledger)
            asked, text = (finding.message,), finding.explanation
            yield ExplainedValue(unit.code, unit.name, unit.level, None, place, finding.cell, None, None, asked, text)


# --- the roster ------------------------------------------------------------------------------------------------------


def _differences(merged: Merged) -> Iterator[RosterDifference]:
    """Yield in what returns and roster disagree, units without last year's numbers, and files of nobody on it."""
    known = [unit for unit in merged.units if unit.submission and any(unit.submission.content.prior.values())]
    for unit in merged.units:
        if unit.submission is not None:
            yield from _of_unit(unit, unit.submission, years_known=bool(known))
    for file in merged.strays:
        if file.role is Role.STRAY and file.identity is not None:
            who, what = file.identity, say("consolidated.differences.stray")
            yield RosterDifference(who.code, who.name, what, "", file.reason, file.shown)


def _of_unit(unit: UnitOutcome, submission: Submission, *, years_known: bool) -> Iterator[RosterDifference]:
    identity, file = submission.identity, submission.file
    columns = lookup("roster.columns")
    for field in IDENTITY:
        expected, found = str(getattr(unit.unit, field)), str(getattr(identity, field))
        if expected != found:
            yield RosterDifference(unit.code, unit.name, columns[field], expected, found, file)
    if years_known and not any(submission.content.prior.values()):
        what = say("consolidated.differences.without_prior")
        former = unit.unit.former
        reason = say("consolidated.differences.succeeds" if former else "consolidated.differences.perhaps_new")
        yield RosterDifference(unit.code, unit.name, what, former, reason, file)
