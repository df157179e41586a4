"""The consolidated workbook 汇总.xlsx: who reported, the sums, every unit's values, the ledgers, all findings.

The sums are formulas over every unit's values, each with the stored total as what it yields: previews and Protected
View show what Excel shows, and whoever changes 计入 sees the sums follow.
"""

from __future__ import annotations

from pathlib import Path

from generator.consolidated.changes import resubmitted_sheets
from generator.consolidated.dashboard import dashboard_sheet
from generator.consolidated.data import Consolidated
from generator.consolidated.details import details_sheet
from generator.consolidated.insights import changes_sheets, differences_sheets, explained_sheets, outliers_sheets
from generator.consolidated.lists import findings_sheets, ledger_sheets
from generator.consolidated.machine import write_machine
from generator.consolidated.official import official_sheet
from generator.consolidated.status import status_sheet
from generator.consolidated.totals import totals_sheet
from generator.files import write_beside
from generator.page import Book


def write_consolidated(path: Path, data: Consolidated) -> None:
    """Write ``data`` to ``path``, whole or not at all. Raises OSError when the folder cannot be written."""
    with write_beside(path) as beside:
        book = Book(str(beside))
        dashboard_sheet(book, data)
        status_sheet(book, data)
        for form in data.survey.forms:
            totals_sheet(book, data, form)
        for form in data.survey.forms:
            official_sheet(book, data, form)
        for form in data.survey.forms:
            details_sheet(book, data, form)
        for ledger in data.survey.ledgers:
            ledger_sheets(book, data, ledger)
        findings_sheets(book, data)
        explained_sheets(book, data)
        changes_sheets(book, data)
        outliers_sheets(book, data)
        differences_sheets(book, data)
        resubmitted_sheets(book, data)
        write_machine(book, data)
        book.close()
