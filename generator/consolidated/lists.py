"""The long lists of the consolidated workbook: what the audit found, the ledgers one below the other."""

from __future__ import annotations

from collections.abc import Mapping

from generator.consolidated.data import Consolidated, FindingLine, ReturnLine
from generator.consolidated.links import Links
from generator.consolidated.texts import say_yes_or_no, tell_year, title_survey
from generator.page import Book, Page, split_into_sheets
from templates.content import Value
from templates.model import Ledger
from templates.words import lookup, say

SEVERITY_LIGHTS = {"error": "error", "warning": "warning", "info": "info"}

LEDGER_HEADER, FINDINGS_HEADER = 1, 1
"""Header rows, from 0."""

LedgerRow = tuple[ReturnLine, int, Mapping[str, Value]]


def write_findings(book: Book, data: Consolidated) -> None:
    """Write 审核结果: every finding."""
    words, links = lookup("consolidated.findings"), Links(data.files)
    for name, findings in split_into_sheets(say("consolidated.sheets.findings"), data.findings):
        page = book.page(name, words["widths"])
        page.title(title_survey("findings", data))
        page.header(FINDINGS_HEADER, words["columns"])
        for row, line in enumerate(findings, start=FINDINGS_HEADER + 1):
            _finding(page, row, line, links.to_cell(line.unit_code, line.finding.cell))
        page.finish(FINDINGS_HEADER, FINDINGS_HEADER + len(findings), 2)
        page.set_heights()


def write_ledger_rows(book: Book, data: Consolidated, ledger: Ledger) -> None:
    """Write 台账-…: every filled row of every unit, withdrawn ones too."""
    rows = [
        (line, number, cells)
        for line in data.returns
        for number, cells in sorted(line.ledgers.get(ledger.short, {}).items())
    ]
    words = lookup("consolidated.ledger")
    title = say("consolidated.ledger.title", name=ledger.name, year=tell_year(data))
    for name, part in split_into_sheets(say("consolidated.sheets.ledger", short=ledger.short), rows):
        page = book.page(name, [*words["widths"], *(max(column.width, 10) for column in ledger.columns)])
        page.title(title)
        page.header(LEDGER_HEADER, [*words["fixed"], *(column.name for column in ledger.columns)])
        for row, entry in enumerate(part, start=LEDGER_HEADER + 1):
            _ledger_row(page, row, entry, ledger)
        page.finish(LEDGER_HEADER, LEDGER_HEADER + len(part), 2)
        page.set_heights()


def _finding(page: Page, row: int, line: FindingLine, url: str) -> None:
    finding = line.finding
    page.text(row, 0, line.unit_code)
    page.text(row, 1, line.unit)
    severity = finding.severity.value
    page.sheet.write_string(row, 2, lookup("consolidated.severity")[severity], page.book.lit(SEVERITY_LIGHTS[severity]))
    page.text(row, 3, finding.form)
    page.text(row, 4, finding.code)
    page.link(row, 5, url, finding.cell)
    page.text(row, 6, finding.ledger)
    page.number(row, 7, finding.row, role="cell_center")
    for column, text in enumerate((finding.message, finding.hint, finding.explanation), start=8):
        page.text(row, column, text)


def _ledger_row(page: Page, row: int, entry: LedgerRow, ledger: Ledger) -> None:
    line, number, cells = entry
    page.text(row, 0, line.code)
    page.text(row, 1, line.name)
    page.text(row, 2, say_yes_or_no(line.counted), "cell_center")
    page.number(row, 3, number, role="cell_center")
    for place, column in enumerate(ledger.columns, start=4):
        page.value(row, place, cells.get(column.name), column.kind)
