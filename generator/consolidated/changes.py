"""重报差异: what units changed when they sent their return again."""

from __future__ import annotations

from generator.consolidated.data import ChangeLine, Consolidated
from generator.page import Book, Page, split_into_sheets
from templates.words import lookup, say

HEADER = 1
"""The header row, from 0."""


def write_resubmitted(book: Book, data: Consolidated) -> None:
    """Write 重报差异, if anybody changed anything."""
    if not data.changes:
        return
    words = lookup("merge.changes")
    for name, lines in split_into_sheets(words["sheet"], data.changes):
        page = book.page(name, words["widths"])
        page.title(say("merge.changes.title", title=data.survey.title))
        page.header(HEADER, words["columns"])
        for row, line in enumerate(lines, start=HEADER + 1):
            _line(page, row, line)
        page.finish(HEADER, HEADER + len(lines), 2)
        page.set_heights()


def _line(page: Page, row: int, line: ChangeLine) -> None:
    change = line.change
    what = lookup("merge.changes.what")[change.what]
    texts = (line.unit_code, line.unit, change.replaced, change.file, what, change.form, change.code, change.ledger)
    for column, text in enumerate(texts):
        page.text(row, column, text)
    page.number(row, len(texts), change.row, role="cell_center")
    for column, text in enumerate((change.old, change.new), start=len(texts) + 1):
        page.text(row, column, text)
