"""In place: the open workbook read sheet by sheet, audited exactly as a saved file is, and marked.

Marks are data. One block of severity digits goes to the marks sheet, one block of findings to 校验结果; conditional
formats that are already there light up. Nothing is unprotected, no formatting is touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from addin.auditing.audit import audit
from addin.auditing.subjects import name_subject
from addin.finding import Finding
from addin.host import Block, Cell, ErrorValue, Formula, OpenBook
from addin.package.addresses import parse_place
from addin.reading.cells import Raw
from addin.reading.grid import Grid
from addin.reading.reader import read_source
from addin.submission import Refusal, Submission
from templates.catalogue import INSTALLED, Surveys
from templates.checks import load_checks
from templates.layout import WorkbookLayout, quote_sheet
from templates.model import Severity, Survey
from templates.result_layout import RESULTS, RESULTS_HEADER, RESULTS_SHOWN
from templates.words import lookup, say

MARKS = {Severity.INFO: 1, Severity.WARNING: 2, Severity.ERROR: 3}
UNFILLED_MARK = 4
"""A blank is not an outrage: it is marked as the live check marks it."""


class Refused(Exception):
    """The open workbook cannot be audited; the text is one sentence for its user."""


@dataclass(frozen=True)
class Checked:
    """What 校验 found in an open workbook."""

    submission: Submission
    findings: list[Finding]

    @property
    def first(self) -> Finding | None:
        """The first finding that asks for work and has a cell."""
        return next((finding for finding in self.findings if finding.pending and finding.cell), None)


class OpenSheets:
    """The sheets of an open workbook as grids, each read once as one block."""

    def __init__(self, book: OpenBook) -> None:
        self._book = book
        self.sheets = book.sheets

    def grid(self, sheet: str) -> Grid:
        """Return the cells of ``sheet``."""
        return as_grid(sheet, self._book.read(sheet))


def as_grid(sheet: str, block: Block) -> Grid:
    """Return a live block as the grid that reading a file gives."""
    grid, formulas = Grid(sheet), {}
    for row, (values, written) in enumerate(zip(block.values, block.formulas, strict=True), start=1):
        cells = {column: raw for column, value in enumerate(values, start=1) if (raw := _raw(value)) != ""}
        errors = {(row, column): str(value) for column, value in enumerate(values, start=1) if _is_error(value)}
        here = {(row, column): text[1:] for column, text in enumerate(written, start=1) if text.startswith("=")}
        grid.errors.update(errors)
        formulas.update(here)
        if cells or errors or here:
            grid.rows[row] = cells
    return replace(grid, formulas=formulas)


def _raw(value: Cell) -> Raw:
    return "" if value is None or isinstance(value, ErrorValue) else value


def _is_error(value: Cell) -> bool:
    return isinstance(value, ErrorValue)


def check(book: OpenBook, surveys: Surveys = INSTALLED) -> Checked:
    """Audit the open workbook, mark it and list the findings in it. Raises :class:`Refused` and HostError."""
    found = _read(book, surveys)
    survey = surveys(found.edition.survey)
    checked = Checked(found, audit(survey, found.identity.year, [found])[0])
    show(book, found.layout(survey), checked.findings)
    book.status(status_text(checked.findings))
    if checked.first:
        go_to(book, checked.first.cell)
    return checked


def clear(book: OpenBook, surveys: Surveys = INSTALLED) -> None:
    """Take marks and findings away again. Raises :class:`Refused` and HostError."""
    found = _read(book, surveys)
    show(book, found.layout(surveys(found.edition.survey)), [])
    book.status(say("live.cleared"))


def _read(book: OpenBook, surveys: Surveys) -> Submission:
    found = read_source(book.path, OpenSheets(book), survey=surveys.wanted, surveys=surveys)
    if isinstance(found, Refusal):
        raise Refused(found.reason)
    return found


def show(book: OpenBook, layout: WorkbookLayout, findings: Sequence[Finding]) -> None:
    """Write the block of marks and the block of findings: one write each. What an officer wrote stays."""
    sheets = lookup("workbook.sheets")
    row = find_list(book.read(sheets["results"]))
    book.write(sheets["marks"], 1, 1, marks(layout, findings))
    book.write(sheets["results"], row, 1, results(layout.survey, findings))


def find_list(block: Block) -> int:
    """Return the first row of 校验结果 that the add-in may write: below its header and all that an officer wrote."""
    header = lookup("workbook.results.header")
    above = [RESULTS_HEADER]
    for row, cells in enumerate(block.values, start=1):
        texts = [str(cell or "") for cell in cells]
        if texts[: len(header)] == header or any(texts[RESULTS.key - 1 : RESULTS.key]):
            above.append(row)
    return above[-1] + 1


def marks(layout: WorkbookLayout, findings: Iterable[Finding]) -> list[list[Cell]]:
    """Return the severity digits: a column a sheet, a row a sheet row, the gravest where several meet."""
    block: list[list[Cell]] = [[None] * len(layout.marked) for _ in range(layout.mark_rows)]
    for finding in findings:
        sheet, _, cell = finding.cell.rpartition("!")
        if sheet not in layout.marked or not (finding.pending or finding.severity is Severity.INFO):
            continue
        row, column = parse_place(cell)[0] - 1, layout.marked[sheet] - 1
        if row < layout.mark_rows:
            block[row][column] = _graver(block[row][column], _mark(finding))
    return block


def _mark(finding: Finding) -> int:
    kind = load_checks().get(finding.rule)
    return UNFILLED_MARK if kind and kind.unfilled else MARKS[finding.severity]


def _graver(before: Cell, mark: int) -> int:
    """Red outranks the pale mark of a blank, which outranks yellow."""
    order = (0, 1, 2, UNFILLED_MARK, 3)
    known = before if isinstance(before, int) else 0
    return max(known, mark, key=order.index)


def results(survey: Survey, findings: Sequence[Finding]) -> list[list[Cell]]:
    """Return the rows of 校验结果, padded so that an older, longer list leaves nothing behind."""
    rows: list[list[Cell]] = [_line(survey, finding) for finding in findings[:RESULTS_SHOWN]]
    if len(findings) > RESULTS_SHOWN:
        rows[-1] = [None, None, None, say("live.more", count=len(findings) - RESULTS_SHOWN + 1), None]
    blank: list[Cell] = [None] * RESULTS.remedy
    return rows + [blank] * (RESULTS_SHOWN - len(rows))


def _line(survey: Survey, finding: Finding) -> list[Cell]:
    severity = lookup("workbook.audit.severity")[finding.severity.value]
    explained = say("live.explained") if finding.explanation else ""
    place = _link(finding.cell) or finding.form or finding.ledger
    return [severity, place, name_subject(survey, finding), finding.message + explained, finding.hint]


def _link(cell: str) -> Cell:
    """Return a formula that jumps to the cell and shows its address."""
    if not cell:
        return None
    sheet, _, address = cell.rpartition("!")
    target = f"#{quote_sheet(sheet)}!{address}".replace('"', '""')
    return Formula(f'=HYPERLINK("{target}","{cell}")')


def status_text(findings: Iterable[Finding]) -> str:
    """Return the one line of the status bar."""
    listed = list(findings)
    errors = sum(finding.severity is Severity.ERROR for finding in listed)
    pending = sum(finding.severity is Severity.WARNING and finding.pending for finding in listed)
    words = "live.fine" if not (errors or pending) else "live.found"
    return say(words, errors=errors, pending=pending)


def go_to(book: OpenBook, cell: str) -> None:
    """Select the cell that a finding quotes."""
    sheet, _, address = cell.rpartition("!")
    book.go_to(sheet, address)


def go_to_next_problem(book: OpenBook) -> None:
    """Go to the next cell of the list in 校验结果 after the one that is selected, and round again."""
    cells = listed_cells(book)
    if not cells:
        book.status(say("live.nothing_listed"))
        return
    here = "{}!{}".format(*book.selection())
    following = cells[cells.index(here) + 1 :] if here in cells else cells
    go_to(book, (following or cells)[0])


def listed_cells(book: OpenBook) -> list[str]:
    """Return the cells that 校验结果 lists, each once, in its order: those of the add-in's list, else the officer's."""
    block = book.read(lookup("workbook.sheets.results"))
    first = find_list(block)
    column = [row[RESULTS.place - 1] if len(row) >= RESULTS.place else "" for row in block.values]
    for rows in (column[first - 1 :], column[RESULTS_HEADER : first - 1]):
        if found := list(dict.fromkeys(cell for cell in rows if isinstance(cell, str) and "!" in cell)):
            return found
    return []


def show_help(book: OpenBook) -> None:
    """Go to the definition of the indicator that is selected; from anywhere else to the three steps of the cover."""
    sheet, cell = book.selection()
    row = definition_row(book, sheet, cell)
    if row:
        book.go_to(lookup("workbook.sheets.definitions"), f"C{row}")
    else:
        book.go_to(lookup("workbook.sheets.cover"), "B11")
        book.status(say("live.steps"))


def definition_row(book: OpenBook, sheet: str, cell: str) -> int:
    """Return the row of 指标解释 that explains the form row of ``cell``, or 0."""
    definitions = book.read(lookup("workbook.sheets.definitions"))
    listed = {(row[0], row[1]): number for number, row in enumerate(definitions.values, start=1) if len(row) > 1}
    if sheet not in {form for form, _ in listed}:
        return 0
    block = book.read(sheet)
    row = parse_place(cell)[0]
    code = str(block.values[row - 1][3] or "") if row <= len(block.values) else ""
    return listed.get((sheet, code)) or listed.get((sheet, code.partition(".")[0])) or 0
