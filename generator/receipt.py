"""The receipt of a repair: every value of a received workbook, where it stood and where it went, or why it did not."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.files import write_beside
from generator.page import Book, Page, split_into_sheets
from templates.words import lookup, say

HEADER = 1
"""Header row, from 0."""


@dataclass(frozen=True)
class ReceiptLine:
    """One value."""

    part: str
    """The form, the ledger or the sheet that it belongs to."""
    key: str
    """The code, or the column of a ledger; ``""`` where nobody knows."""
    name: str
    source: str
    """Its cell in the received workbook."""
    found: str
    target: str = ""
    """Its cell in the new workbook; ``""`` when it has none."""
    written: str = ""
    reason: str = ""
    """Why it was not placed."""

    @property
    def placed(self) -> bool:
        """Whether the new workbook holds it."""
        return bool(self.target)

    @property
    def shown(self) -> tuple[str, ...]:
        """The line as the receipt shows it."""
        state = lookup("tamper.receipt.state")["placed" if self.placed else "unplaced"]
        where = (self.source, self.found, self.target, self.written, self.reason)
        return (state, self.part, self.key, self.name, *where)


def write_receipt(path: Path, title: str, lines: Sequence[ReceiptLine]) -> None:
    """Write the receipt as .csv or as .xlsx, by the name of ``path``, replacing what stands there. Raises OSError."""
    with write_beside(path) as beside:
        if path.suffix.lower() == ".csv":
            _table(beside, lines)
        else:
            _workbook(beside, title, lines)


def _table(path: Path, lines: Sequence[ReceiptLine]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(lookup("tamper.receipt.columns"))
        writer.writerows([_harmless(text) for text in line.shown] for line in lines)


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula when it opens the table."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _workbook(path: Path, title: str, lines: Sequence[ReceiptLine]) -> None:
    words, book = lookup("tamper.receipt"), Book(str(path))
    for name, part in split_into_sheets(say("tamper.receipt.sheet"), lines):
        page = book.page(name, words["widths"])
        page.title(title)
        page.header(HEADER, words["columns"])
        for row, line in enumerate(part, start=HEADER + 1):
            _row(page, row, line)
        page.finish(HEADER, HEADER + len(part), 1)
        page.set_heights()
    book.close()


def _row(page: Page, row: int, line: ReceiptLine) -> None:
    for column, text in enumerate(line.shown):
        page.text(row, column, text)
