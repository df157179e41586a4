"""The examination of one received workbook, as a table of contents, and the reader that comes with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from addin.facts import Oddity
from addin.package.opened import OpenedPackage, open_package
from addin.package.refusal import NotOpened
from addin.reading.reader import read_package
from addin.submission import Refusal, Submission
from addin.tampering import locked, sheet_checks, workbook_checks
from addin.tampering.case import Case
from addin.tampering.prior import Prior, check_prior, compare_prior
from addin.tampering.sent import check_sent
from templates.catalogue import load_installed
from templates.model import Survey


def examine(
    package: OpenedPackage,
    survey: Survey,
    submission: Submission,
    prior: Prior | None = None,
    kept: Path | None = None,
) -> list[Oddity]:
    """Return what of an opened workbook is not as it was generated, apart from what units may change.

    ``submission`` is what reading it by ``survey`` gave. ``prior`` are the values that stood in its ``_prior`` when it
    was generated, by form and code; without them only what ``_meta`` says of it counts. ``kept`` is a folder with
    the blueprints of what was sent out. Never raises over a damaged package: it is an oddity.
    """
    try:
        package.refuse_broken()
        return list(_oddities(Case.of(survey, submission, package, kept), prior))
    except NotOpened as refused:
        return [workbook_checks.tell_unexamined(refused.reason)]


def _oddities(case: Case, prior: Prior | None) -> Iterator[Oddity]:
    yield from workbook_checks.check_sheets(case)
    yield from workbook_checks.check_protection(case)
    yield from workbook_checks.check_foreign(case)
    if not locked.says_another_made_it(case):
        yield from sheet_checks.check_shifted(case)
    yield from sheet_checks.check_hidden(case)
    yield from sheet_checks.check_merged(case)
    yield from sheet_checks.check_comments(case)
    yield from _made(case)
    yield from check_prior(case) if prior is None else compare_prior(case.submission, case.blueprint.layout, prior)


def _made(case: Case) -> Iterator[Oddity]:
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
    surveys: Callable[[str], Survey] = load_installed,
    kept: Path | None = None,
) -> Submission | Refusal:
    """Return what the workbook holds, with what its examination found.

    Arguments are those of :func:`addin.reading.reader.read`. ``kept`` is a folder with the
    blueprints of what was sent out. A workbook of older definitions is not examined: nobody
    knows any more how it was made; whether it was sent out so may be known all the same.
    """
    try:
        package = open_package(path)
    except NotOpened as refused:
        return Refusal(str(path), refused.status, refused.reason)
    found = read_package(str(path), package, survey=survey, year=year, older=older, surveys=surveys)
    if isinstance(found, Refusal):
        return found
    sent = check_sent(found.identity, kept)
    if found.identity.hash != found.edition.hash:
        return replace(found, oddities=(*found.oddities, *sent))
    differences = examine(package, surveys(found.edition.survey), found, kept=kept)
    return replace(found, oddities=(*found.oddities, *differences, *sent))
