"""The long lists of the consolidated workbook: what the audit found, the ledgers one below the other."""

from __future__ import annotations

from array import array

from generator.consolidated import long_lists
from generator.consolidated.data import Consolidated, FindingLine, ReturnLine
from generator.consolidated.links import Links
from generator.consolidated.long_lists import count_rows
from generator.consolidated.texts import say_yes_or_no, tell_year, title_survey
from generator.ooxml.rows import RowBlock
from generator.page import COUNT, Book, Page, split_into_sheets
from templates.filled import FilledLedger, NumberColumn
from templates.model import Ledger
from templates.words import lookup, say

SEVERITY_LIGHTS = {"error": "error", "warning": "warning", "info": "info"}

LEDGER_HEADER, FINDINGS_HEADER = 1, 1
"""Header rows, from 0."""


def write_findings(book: Book, data: Consolidated) -> None:
    """Write 审核结果: every finding."""
    words, links = lookup("consolidated.findings"), Links(data.files)
    for name, findings in split_into_sheets(say("consolidated.sheets.findings"), data.findings):
        page = book.page(name, words["widths"], "lead")
        page.title(title_survey("findings", data))
        page.header(FINDINGS_HEADER, words["columns"])
        for row, line in enumerate(findings, start=FINDINGS_HEADER + 1):
            _finding(page, row, line, links.to_cell(line.unit_code, line.finding.cell))
        page.finish(FINDINGS_HEADER, FINDINGS_HEADER + len(findings), 2)
        page.set_heights()


def locate_findings(data: Consolidated) -> dict[str, str]:
    """Return links to the first finding of each unit, by its code."""
    found: dict[str, str] = {}
    for name, lines in split_into_sheets(say("consolidated.sheets.findings"), data.findings):
        for row, line in enumerate(lines, start=FINDINGS_HEADER + 2):
            found.setdefault(line.unit_code, f"internal:'{name}'!A{row}")
    return found


def write_ledger_rows(book: Book, data: Consolidated, ledger: Ledger) -> None:
    """Write 台账-…: every filled row of every unit, withdrawn ones too."""
    words = lookup("consolidated.ledger")
    widths = [*words["widths"], *(max(column.width, 10) for column in ledger.columns)]
    page = book.page(say("consolidated.sheets.ledger", short=ledger.short), widths, "ledger")
    page.title(say("consolidated.ledger.title", name=ledger.name, year=tell_year(data)))
    page.header(LEDGER_HEADER, [*words["fixed"], *(column.name for column in ledger.columns)])
    fixed = [
        page.plain_look(),
        page.plain_look(),
        page.plain_look("cell_center"),
        page.plain_look("cell_center", COUNT),
    ]
    looks = [*fixed, *(page.value_look(column.kind) for column in ledger.columns)]
    file = data.list_files.get(ledger.short)
    if file:
        _point_to_file(page, file, count_rows(data.returns, ledger))
    rows = 1 if file else page.list_rows([_block(line, ledger) for line in data.returns], looks)
    page.finish(LEDGER_HEADER, LEDGER_HEADER + rows, 2)


def _point_to_file(page: Page, file: str, rows: int) -> None:
    """Say in place of the rows where they are."""
    row = LEDGER_HEADER + 1
    text = say("consolidated.ledger.in_file", rows=f"{rows:,}", most=f"{long_lists.LONGEST:,}", file=file)
    page.sheet.write_url(row, 0, f"external:{file}", page.book.styles.role("link"), text)


def _block(line: ReturnLine, ledger: Ledger) -> RowBlock:
    filled = FilledLedger.of(line.ledgers.get(ledger.short, {}))
    whose = (line.code, line.name, say_yes_or_no(line.counted), NumberColumn(array("d", filled.numbers)))
    return RowBlock(len(filled), [*whose, *(filled.columns.get(column.name) for column in ledger.columns)])


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
