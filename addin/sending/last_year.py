"""What a unit reported for the year before, and what of it stands in the workbook that it is mailed this year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from addin.auditing.batch import withdrawn
from addin.auditing.figures import figures
from addin.reading.reader import read
from addin.submission import Submission
from templates.content import Content, Identity, Value, carried, prior_fingerprint
from templates.layout import WorkbookLayout
from templates.model import Survey
from templates.words import lookup

Rows = Mapping[str, Sequence[Mapping[str, Value]]]
"""Rows of ledgers by short."""


@dataclass(frozen=True)
class LastYear:
    """What one unit reported."""

    values: Mapping[str, Mapping[str, Value]]
    """By form and code, derived cells recomputed."""
    rows: Rows = field(default_factory=dict)
    """What is put in again: the rows of ledgers that list what lasts."""


def previous_returns(folder: Path, survey: Survey, year: int) -> dict[str, LastYear]:
    """Return what was reported for ``year``, by unit code, from the returns in ``folder``; other files are passed over.

    Of several returns of one unit the one modified last counts.
    """
    returns = _returns(folder, survey, year)
    return {one.identity.code: LastYear(_values(survey, one), _rows(survey, one)) for one in returns}


def carry(last: LastYear, survey: Survey, identity: Identity, content: Content) -> Identity:
    """Put last year's values and rows into ``content``; return the identity, which says what was put in."""
    layout, counts = WorkbookLayout.of(survey, identity), {}
    for id, form in layout.forms.items():
        known = {code: value for code, value in last.values.get(id, {}).items() if code in form.form.indicators}
        if known:
            content.prior[id] = known
    for short, ledger in layout.ledgers.items():
        rows = [dict(row) for row in last.rows.get(short, ())]
        if rows:
            content.ledgers[short] = dict(enumerate(rows, start=ledger.first_row))
            counts[ledger.ledger.id] = len(rows)
    return replace(identity, carried=carried(counts), prior=prior_fingerprint(content.prior))


def _returns(folder: Path, survey: Survey, year: int) -> Iterator[Submission]:
    for path in sorted(folder.rglob("*.xlsx"), key=lambda path: path.stat().st_mtime):
        result = read(path, survey=survey.id, year=year, surveys=lambda _: survey, any_version=True)
        if isinstance(result, Submission):
            yield result


def _values(survey: Survey, submission: Submission) -> dict[str, dict[str, Value]]:
    derived, identity = figures(survey, submission), submission.identity
    values = {form: dict(cells) for form, cells in submission.content.values.items()}
    for (form, code), number in derived.items():
        if survey.form[form].indicators[code].derived_for(identity.kind, identity.level) is not None:
            values.setdefault(form, {})[code] = number
    for block in submission.layout(survey).blocks:
        values.pop(block.form.id, None)
    return values


def _rows(survey: Survey, submission: Submission) -> Rows:
    """Return the rows that were not withdrawn; numbers, remarks and changes are last year's, and left out."""
    found, layout = {}, submission.layout(survey)
    dropped = {lookup("workbook.row_status.name"), lookup("workbook.row_remark.name")}
    for short, rows in submission.content.ledgers.items():
        ledger = layout.ledgers[short].ledger
        if ledger.carried:
            lasting = [c.name for c in ledger.columns if not c.kind.is_number and c.name not in dropped]
            kept = [row for _, row in sorted(rows.items()) if not withdrawn(row)]
            found[short] = [{name: row[name] for name in lasting if name in row} for row in kept]
    return found
