"""The consolidated workbook 汇总.xlsx: who reported, the sums, every unit's values, the ledgers, all findings.

The sums are formulas over every unit's values, each with the stored total as what it yields: previews and Protected
View show what Excel shows, and whoever changes 计入 sees the sums follow.
"""

from __future__ import annotations

from pathlib import Path

from generator.consolidated.answers import write_answers
from generator.consolidated.changes import write_resubmitted
from generator.consolidated.corrections import write_corrections
from generator.consolidated.dashboard import write_dashboard
from generator.consolidated.data import Consolidated
from generator.consolidated.details import write_details
from generator.consolidated.doubles import write_doubles
from generator.consolidated.insights import (
    write_changes,
    write_differences,
    write_explained,
    write_hints,
    write_outliers,
)
from generator.consolidated.lists import locate_findings, write_findings, write_ledger_rows
from generator.consolidated.machine import write_machine
from generator.consolidated.official import write_official
from generator.consolidated.status import write_status
from generator.consolidated.totals import write_totals
from generator.files import write_beside
from generator.page import Book


def write_consolidated(path: Path, data: Consolidated) -> None:
    """Write ``data`` to ``path``, whole or not at all. Raises OSError when the folder cannot be written."""
    with write_beside(path) as beside:
        book = Book(str(beside))
        write_dashboard(book, data)
        write_status(book, data, locate_findings(data))
        write_findings(book, data)
        write_doubles(book, data)
        write_corrections(book, data.corrections)
        for form in data.survey.forms:
            write_totals(book, data, form)
        for form in data.survey.forms:
            write_official(book, data, form)
        for form in data.survey.forms:
            write_details(book, data, form)
        for ledger in data.survey.ledgers:
            write_ledger_rows(book, data, ledger)
        write_answers(book, data)
        write_explained(book, data)
        write_changes(book, data)
        write_outliers(book, data)
        write_hints(book, data)
        write_differences(book, data)
        write_resubmitted(book, data)
        write_machine(book, data)
        book.close()
