"""The lists of the consolidated workbook: who reported, what the audit found, the ledgers one below the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from generator.consolidated.data import Consolidated, FindingLine, ReturnLine, StatusLine
from generator.consolidated.page import Book, Page, in_sheets
from generator.consolidated.texts import titled, year_text, yes_no
from templates.content import Value
from templates.model import Ledger
from templates.words import lookup, say

LIGHTS = {"missing": "error", "received": "warning", "passed": "fine_box"}
"""The colours of the states."""

SEVERITY_LIGHTS = {"error": "error", "warning": "warning", "info": "info"}

STATUS_HEADER, LEDGER_HEADER, FINDINGS_HEADER = 2, 1, 1
"""Header rows, from 0."""

LedgerRow = tuple[ReturnLine, int, Mapping[str, Value]]


def status_sheet(book: Book, data: Consolidated) -> None:
    """Write 报送情况: the roster with states, then the files that stand for no unit."""
    words = lookup("consolidated.status")
    page = book.page(say("consolidated.sheets.status"), words["widths"])
    page.title(titled("status", data))
    page.sheet.write_string(1, 0, _counts(data), book.styles.role("plain"))
    page.header(STATUS_HEADER, words["columns"])
    row = STATUS_HEADER
    for row, line in enumerate(data.units, start=STATUS_HEADER + 1):
        _status_line(page, row, line, LIGHTS[line.state])
    page.finish(STATUS_HEADER, row, 2)
    if data.unused_files:
        _unused_files(page, row + 2, data.unused_files)
    page.set_heights()


def findings_sheets(book: Book, data: Consolidated) -> None:
    """Write 审核结果: every finding."""
    words = lookup("consolidated.findings")
    for name, findings in in_sheets(say("consolidated.sheets.findings"), data.findings):
        page = book.page(name, words["widths"])
        page.title(titled("findings", data))
        page.header(FINDINGS_HEADER, words["columns"])
        for row, finding in enumerate(findings, start=FINDINGS_HEADER + 1):
            _finding(page, row, finding)
        page.finish(FINDINGS_HEADER, FINDINGS_HEADER + len(findings), 2)
        page.set_heights()


def ledger_sheets(book: Book, data: Consolidated, ledger: Ledger) -> None:
    """Write 台账-…: every filled row of every unit, withdrawn ones too."""
    rows = [
        (line, number, cells)
        for line in data.returns
        for number, cells in sorted(line.ledgers.get(ledger.short, {}).items())
    ]
    words = lookup("consolidated.ledger")
    title = say("consolidated.ledger.title", name=ledger.name, year=year_text(data))
    for name, part in in_sheets(say("consolidated.sheets.ledger", short=ledger.short), rows):
        page = book.page(name, [*words["widths"], *(max(column.width, 10) for column in ledger.columns)])
        page.title(title)
        page.header(LEDGER_HEADER, [*words["fixed"], *(column.name for column in ledger.columns)])
        for row, entry in enumerate(part, start=LEDGER_HEADER + 1):
            _ledger_row(page, row, entry, ledger)
        page.finish(LEDGER_HEADER, LEDGER_HEADER + len(part), 2)
        page.set_heights()


def _counts(data: Consolidated) -> str:
    states = Counter(line.state for line in data.units)
    return say(
        "consolidated.status.counts",
        units=len(data.units),
        passed=states["passed"],
        received=states["received"],
        missing=states["missing"],
        counted=sum(line.counted for line in data.returns),
        files=len(data.unused_files),
    )


def _status_line(page: Page, row: int, line: StatusLine, light: str) -> None:
    for column, text in enumerate((line.code, line.name, line.kind, line.level, line.region)):
        page.text(row, column, text)
    page.sheet.write_string(row, 5, line.state_shown, page.book.lit(light))
    page.text(row, 6, line.file)
    for column, count in enumerate((line.errors, line.warnings, line.infos), start=7):
        page.number(row, column, count, role="cell_center")
    page.text(row, 10, line.reason)


def _unused_files(page: Page, row: int, files: tuple[StatusLine, ...]) -> None:
    page.title(say("consolidated.status.unused"), row)
    page.header(row + 1, lookup("consolidated.status.columns"))
    for below, line in enumerate(files, start=row + 2):
        _status_line(page, below, line, "info")


def _finding(page: Page, row: int, finding: FindingLine) -> None:
    page.text(row, 0, finding.unit_code)
    page.text(row, 1, finding.unit)
    severity = finding.severity.value
    page.sheet.write_string(row, 2, lookup("consolidated.severity")[severity], page.book.lit(SEVERITY_LIGHTS[severity]))
    for column, text in enumerate((finding.form, finding.code, finding.cell, finding.ledger), start=3):
        page.text(row, column, text)
    page.number(row, 7, finding.row, role="cell_center")
    for column, text in enumerate((finding.message, finding.hint, finding.explanation), start=8):
        page.text(row, column, text)


def _ledger_row(page: Page, row: int, entry: LedgerRow, ledger: Ledger) -> None:
    line, number, cells = entry
    page.text(row, 0, line.code)
    page.text(row, 1, line.name)
    page.text(row, 2, yes_no(line.counted), "cell_center")
    page.number(row, 3, number, role="cell_center")
    for place, column in enumerate(ledger.columns, start=4):
        page.value(row, place, cells.get(column.name), column.kind)
