"""A file into a :class:`Submission`, or a :class:`Refusal` that says in one sentence why not.

Identity and version of the definitions come first: data of another survey, year or version are not interpreted at all.
A sheet that is missing is a finding; what the other sheets hold is still read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any, Protocol

from addin.package.addresses import Place, parse_place
from addin.package.opened import OpenedPackage, open_package
from addin.package.refusal import FileStatus, NotOpened
from addin.reading.answers import read_answers
from addin.reading.cells import show_as_text, strip_invisible
from addin.reading.form_reader import DerivedFormula, FormReader, read_block, read_prior
from addin.reading.grid import Grid
from addin.reading.grids import PackageSheets
from addin.reading.ledger_reader import LedgerReader
from addin.reading.older import take_over
from addin.reading.paper import WorkingPaper
from addin.reading.renamed import match_moved_sheets
from addin.submission import Refusal, Submission
from generator.formula import formulate_derived as generated_formula
from templates.catalogue import load_installed
from templates.content import Identity
from templates.layout import NOTES_CELL, NOTES_LEAD, SUMMARY_CELL, SUMMARY_LEAD, WorkbookLayout, show_outline
from templates.model import Survey
from templates.nature import YEARS
from templates.older import find_migration, restore_older
from templates.problems import SurveyError
from templates.spelling import parse_whole
from templates.words import lookup, say


class Source(Protocol):
    """Where sheets come from."""

    @property
    def sheets(self) -> Collection[str]:
        """Names of all sheets, hidden ones too."""

    def grid(self, sheet: str) -> Grid:
        """Return the cells of ``sheet``, which is there."""


def read(
    path: Path,
    *,
    survey: str | None = None,
    year: int | None = None,
    any_version: bool = False,
    older: bool = False,
    surveys: Callable[[str], Survey] = load_installed,
    derived_formula: DerivedFormula = generated_formula,
) -> Submission | Refusal:
    """Return what the workbook at ``path`` holds.

    ``survey`` and ``year`` are what was asked for; ``None`` takes any. ``surveys`` gives the definitions by id and
    raises SurveyError where there are none. ``any_version`` takes a return of older definitions, too, as far as codes
    still match: last year's values come so. ``older`` takes returns of older definitions for which the survey declares
    how their codes are read, in the codes of today. A file that cannot be taken in is a Refusal, never an exception,
    also where its survey is installed with definitions that cannot be used.
    """
    try:
        package = open_package(path)
    except NotOpened as refused:
        return Refusal(str(path), refused.status, refused.reason)
    return read_package(
        str(path),
        package,
        survey=survey,
        year=year,
        any_version=any_version,
        older=older,
        surveys=surveys,
        derived_formula=derived_formula,
    )


def read_package(file: str, package: OpenedPackage, **options: Any) -> Submission | Refusal:
    """Return what an opened workbook holds; ``options`` are those of :func:`read`."""
    source, results = PackageSheets(package), lookup("workbook.sheets.results")
    found = read_source(file, source, **options)
    if isinstance(found, Submission) and results in package.sheets:
        found = replace(found, answers=read_answers(source.grid(results)))
    return replace(found, origin=package.origin)


def read_source(
    file: str,
    source: Source,
    *,
    survey: str | None = None,
    year: int | None = None,
    any_version: bool = False,
    older: bool = False,
    surveys: Callable[[str], Survey] = load_installed,
    derived_formula: DerivedFormula = generated_formula,
) -> Submission | Refusal:
    """Return what a workbook holds whose sheets ``source`` gives: a file's, or those of a workbook that is open."""
    identity: Identity | None = None
    try:
        identity = read_identity(source)
        _refuse_other_documents(identity)
        definitions = _definitions(identity, survey, year, surveys, any_version=any_version, older=older)
        how = find_migration(definitions, identity.version, identity.hash) if any_version or older else None
        known = restore_older(definitions, how) if how else definitions
        grids = find_data_grids(source, WorkbookLayout.of(known, identity))
        paper = WorkingPaper(file, identity, known)
        _take_in(paper, grids, derived_formula)
    except NotOpened as refused:
        return Refusal(file, refused.status, refused.reason, identity)
    return take_over(paper, grids, definitions, how) if how else paper.submit()


# --- identity --------------------------------------------------------------------------------------------------------


def read_identity(package: Source) -> Identity:
    """Return whose workbook it is, and what. Raises :class:`NotOpened` where it does not say."""
    sheet = lookup("workbook.sheets.meta")
    if sheet not in package.sheets:
        raise NotOpened(FileStatus.NOT_OURS, say("reader.refused.not_ours"))
    grid = package.grid(sheet)
    found = {grid.label(row, 1): strip_invisible(show_as_text(grid.value(row, 2))) for row in grid.rows}
    wanted = {field.name for field in fields(Identity)}
    needed = {field.name for field in fields(Identity) if field.default is MISSING}
    missing = sorted(name for name in needed if not found.get(name))
    year = parse_whole(found.get("year", ""))
    if missing or year is None or year not in YEARS:
        raise _odd_identity("、".join(missing) or "year")
    texts = {name: text for name, text in found.items() if name in wanted and name != "year"}
    return Identity(year=year, **texts)


def _refuse_other_documents(identity: Identity) -> None:
    """Raise for a workbook of ours that is no return, saying what it is."""
    if identity.document:
        known = lookup("reader.documents")
        raise NotOpened(FileStatus.NOT_OURS, known.get(identity.document, known["other"]))


def _odd_identity(what: str) -> NotOpened:
    return NotOpened(FileStatus.NOT_OURS, say("reader.refused.identity", what=what))


def _definitions(
    identity: Identity,
    survey: str | None,
    year: int | None,
    surveys: Callable[[str], Survey],
    *,
    any_version: bool,
    older: bool,
) -> Survey:
    """Return the survey that the workbook belongs to, after checking that it is what was asked for."""
    if survey is not None and identity.survey != survey:
        reason = say("reader.refused.other_survey", found=identity.survey, expected=survey)
        raise NotOpened(FileStatus.OTHER_SURVEY, reason)
    definitions = _known(identity.survey, surveys)
    if year is not None and identity.year != year:
        raise NotOpened(FileStatus.OTHER_YEAR, say("reader.refused.other_year", found=identity.year, expected=year))
    if not any_version:
        check_version(identity, definitions, older=older)
    if identity.kind not in definitions.kind:
        raise _odd_identity(f"kind={identity.kind}")
    return definitions


def check_version(identity: Identity, definitions: Survey, *, older: bool) -> None:
    """Raise :class:`NotOpened` for a workbook of other definitions of the survey.

    With ``older`` those pass for which the survey declares how they are read.
    """
    present = (identity.version, identity.hash) == (definitions.version, definitions.hash)
    if not present and not (older and find_migration(definitions, identity.version, identity.hash)):
        raise _other_version(identity, definitions)


def _known(survey: str, surveys: Callable[[str], Survey]) -> Survey:
    try:
        return surveys(survey)
    except SurveyError as error:
        broken = (error.problems.folder / "survey.toml").is_file()
        reason = say(f"reader.refused.{'broken' if broken else 'unknown'}_survey", found=survey)
        raise NotOpened(FileStatus.OTHER_SURVEY, reason) from error


def _other_version(identity: Identity, definitions: Survey) -> NotOpened:
    found, expected = identity.version, definitions.version
    if found == expected:
        # The same number over other definitions: only the fingerprints tell them apart.
        found, expected = f"{found}（{identity.hash}）", f"{expected}（{definitions.hash}）"
    reason = say("reader.refused.other_version", found=found, expected=expected)
    return NotOpened(FileStatus.OTHER_VERSION, reason)


# --- sheets ----------------------------------------------------------------------------------------------------------


def find_data_grids(package: Source, layout: WorkbookLayout) -> dict[str, Grid | None]:
    """Return the sheets that hold data, ``None`` for each that is missing and under no other name either.

    A sheet under another name is known by the name that its grid bears.
    """
    expected = tuple(list_expected_sheets(layout))
    found = {sheet: package.grid(sheet) if sheet in package.sheets else None for sheet in expected}
    if missing := [sheet for sheet, grid in found.items() if grid is None]:
        ours = {*expected, *lookup("workbook.sheets").values()}
        strangers = {sheet: package.grid(sheet) for sheet in package.sheets if sheet not in ours}
        found |= {sheet: strangers[other] for sheet, other in match_moved_sheets(layout, missing, strangers).items()}
    return found


def list_expected_sheets(layout: WorkbookLayout) -> Iterator[str]:
    """Yield the names of the sheets that hold data."""
    words = lookup("workbook.sheets")
    yield from layout.marked
    yield from (words["notes"], words["summary"], words["prior"])


def _take_in(paper: WorkingPaper, grids: dict[str, Grid | None], derived_formula: DerivedFormula) -> None:
    words, content = lookup("workbook.sheets"), paper.content
    _say_missing(paper, grids)
    grids = {sheet: _called(paper, sheet, grid) if grid else None for sheet, grid in grids.items()}
    _forms(paper, grids, derived_formula)
    for ledger in paper.layout.ledgers.values():
        if (grid := grids[ledger.sheet]) is not None:
            LedgerReader(paper, ledger, grid).read()
    if (grid := grids[words["notes"]]) is not None:
        content.remarks = paper.take_text(grid, find_notes_cell(grid))
    if (grid := grids[words["summary"]]) is not None:
        content.summary = paper.take_text(grid, find_summary_cell(paper.survey, grid))
    if (grid := grids[words["prior"]]) is not None:
        read_prior(paper, grid)


def _say_missing(paper: WorkingPaper, grids: dict[str, Grid | None]) -> None:
    for sheet, grid in grids.items():
        if grid is None:
            form_id, short = paper.layout.holder(sheet)
            paper.note("sheet.missing", form=form_id, ledger=short, sheet=sheet)


def _called(paper: WorkingPaper, sheet: str, grid: Grid) -> Grid:
    """Return the grid under the name that its sheet should have, and say so where it has another."""
    if grid.sheet == sheet:
        return grid
    form_id, short = paper.layout.holder(sheet)
    here, found = grid.address(1, 1), grid.sheet
    paper.note("tamper.sheet_renamed", form=form_id, ledger=short, cell=here, sheet=sheet, found=found)
    return replace(grid, sheet=sheet)


def _forms(paper: WorkingPaper, grids: dict[str, Grid | None], derived_formula: DerivedFormula) -> None:
    for form in paper.layout.forms.values():
        grid = grids[form.sheet]
        if grid is None:
            continue
        if form in paper.layout.blocks:
            read_block(paper, form, grid)
        else:
            FormReader(paper, form, grid, derived_formula).read()


def find_notes_cell(grid: Grid) -> Place:
    """Return the entry cell of 报表说明."""
    return _below(grid, say("workbook.notes.lead"), NOTES_LEAD, NOTES_CELL)


def find_summary_cell(survey: Survey, grid: Grid) -> Place:
    """Return the entry cell of 工作总结."""
    return _below(grid, show_outline(survey), SUMMARY_LEAD, SUMMARY_CELL)


def _below(grid: Grid, text: str, expected: str, cell: str) -> Place:
    """Return the place of ``cell``, moved as far as the text over it has moved from where it is expected."""
    row, column = parse_place(cell)
    found = grid.places("".join(text.split()))
    if len(found) != 1:
        return row, column
    lead = parse_place(expected)
    return max(row + found[0][0] - lead[0], 1), max(column + found[0][1] - lead[1], 1)
