"""What a unit reported for the year before, and what of it stands in the workbook that it is mailed this year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from addin.auditing.batch import is_withdrawn
from addin.auditing.figures import compute_figures
from addin.progress import Progress, track
from addin.receiving.archive import Found, Unpacker
from addin.receiving.collect import collect
from addin.receiving.outcomes import LONG_AGO
from addin.receiving.returns import WorkerReading
from addin.submission import Refusal, Submission
from generator.temporary import temporary_folder
from templates.catalogue import Surveys
from templates.content import Content, Identity, Value, fingerprint_prior, state_carried_rows
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
    level: str = ""
    """The level of the unit then."""


def read_previous_returns(
    folder: Path,
    survey: Survey,
    year: int,
    told: Callable[[Refusal], None] = lambda _refusal: None,
    progress: Progress | None = None,
) -> dict[str, LastYear]:
    """Return what was reported for ``year``, by unit code, from the returns in ``folder``, zips among them.

    Of several returns of one unit the one saved last counts. ``told`` hears of every file that cannot be used; none
    raises. Raises OSError where the disk is full.
    """
    found: dict[str, tuple[datetime, LastYear]] = {}
    with temporary_folder() as unpacked:
        for saved, content in _returns(folder, Path(unpacked), survey, year, progress):
            if isinstance(content, Refusal):
                told(content)
            elif content.identity.code not in found or found[content.identity.code][0] <= saved:
                found[content.identity.code] = saved, make_last_year(survey, content)
    return {code: last for code, (_, last) in found.items()}


def make_last_year(survey: Survey, submission: Submission) -> LastYear:
    """Return what of a return of the year before goes into the workbooks of this year."""
    return LastYear(_values(survey, submission), _rows(survey, submission), submission.identity.level)


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
    return replace(identity, carried=state_carried_rows(counts), prior=fingerprint_prior(content.prior))


def _returns(
    folder: Path, unpacked: Path, survey: Survey, year: int, progress: Progress | None
) -> Iterator[tuple[datetime, Submission | Refusal]]:
    """Yield each file with when it was saved."""
    files = list(collect([folder], Unpacker(unpacked)))
    read = WorkerReading(Surveys(survey), year, any_version=True)([one.path for one in files if isinstance(one, Found)])
    for file in track(files, len(files), progress):
        if isinstance(file, Refusal):
            yield LONG_AGO, file
        else:
            content = next(read)
            saved = content.origin.saved_at if content.origin else None
            yield saved or file.changed, replace(content, file=file.shown)


def _values(survey: Survey, submission: Submission) -> dict[str, dict[str, Value]]:
    derived, identity = compute_figures(survey, submission), submission.identity
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
        ledger = layout.ledgers[short].ledger if short in layout.ledgers else None
        if ledger and ledger.carried:
            lasting = [c.name for c in ledger.columns if not c.kind.is_number and c.name not in dropped]
            kept = [row for _, row in sorted(rows.items()) if not is_withdrawn(row)]
            found[short] = [{name: row[name] for name in lasting if name in row} for row in kept]
    return found
