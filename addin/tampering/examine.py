"""The examination of one received workbook, as a table of contents, and the reader that comes with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from addin.finding import Finding
from addin.reading.package import DAMAGE
from addin.reading.reader import read
from addin.submission import Refusal, Submission
from addin.tampering import locked, sheet_checks, workbook_checks
from addin.tampering.anatomy import dissect
from addin.tampering.case import Case
from addin.tampering.prior import Prior, check_prior, compare_prior
from templates.catalogue import installed
from templates.model import Survey


def examine(path: Path, submission: Submission, prior: Prior | None = None) -> list[Finding]:
    """Return what of the workbook at ``path`` is not as it was generated, apart from what units may change.

    ``submission`` is what reading it gave. ``prior`` are the values that stood in its ``_prior`` when it was generated,
    by form and code; without them only what ``_meta`` says of it counts. Never raises over a damaged package: it is a
    finding.
    """
    try:
        case = Case.of(submission, dissect(path))
        return list(_findings(case, prior))
    except DAMAGE as error:
        return [workbook_checks.tell_unexamined(error)]


def _findings(case: Case, prior: Prior | None) -> Iterator[Finding]:
    yield from workbook_checks.check_sheets(case)
    yield from workbook_checks.check_protection(case)
    yield from workbook_checks.check_foreign(case)
    yield from sheet_checks.check_shifted(case)
    yield from sheet_checks.check_hidden(case)
    yield from sheet_checks.check_comments(case)
    yield from _made(case)
    yield from check_prior(case) if prior is None else compare_prior(case, prior)


def _made(case: Case) -> Iterator[Finding]:
    """Yield in what the making of the workbook differs; where another version of the program made it, no more."""
    differences = locked.find_differences(case)
    if other := locked.note_other_version(case, differences):
        yield other
        return
    yield from locked.check_locked_cells(case, differences)
    yield from sheet_checks.check_guards(case)
    yield from workbook_checks.check_names(case)


def read_examined(
    path: Path,
    *,
    survey: str | None = None,
    year: int | None = None,
    older: bool = False,
    surveys: Callable[[str], Survey] = installed,
) -> Submission | Refusal:
    """Return what the workbook holds, with the findings of its examination; arguments are those of :func:`read`.

    A workbook of older definitions is not examined: nobody knows any more how it was made.
    """
    found = read(path, survey=survey, year=year, older=older, surveys=surveys)
    if isinstance(found, Submission) and found.identity.hash == found.survey.hash:
        found.findings += examine(path, found)
    return found
