"""The consolidated workbook 汇总.xlsx: who reported, the sums, every unit's values, the ledgers, all findings.

Nothing in it is a formula: every number was computed before, so previews and Protected View show what Excel shows.
"""

from __future__ import annotations

from pathlib import Path

from generator.consolidated.changes import changes_sheets
from generator.consolidated.data import Consolidated
from generator.consolidated.forms import details_sheet, totals_sheet
from generator.consolidated.lists import findings_sheets, ledger_sheets, status_sheet
from generator.consolidated.machine import write_machine
from generator.consolidated.page import Book
from generator.files import write_beside


def write_consolidated(path: Path, data: Consolidated) -> None:
    """Write ``data`` to ``path``, whole or not at all. Raises OSError when the folder cannot be written."""
    with write_beside(path) as beside:
        book = Book(str(beside))
        status_sheet(book, data)
        for form in data.survey.forms:
            totals_sheet(book, data, form)
        for form in data.survey.forms:
            details_sheet(book, data, form)
        for ledger in data.survey.ledgers:
            ledger_sheets(book, data, ledger)
        findings_sheets(book, data)
        changes_sheets(book, data)
        write_machine(book, data)
        book.close()
