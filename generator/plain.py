"""A plain table without anything of ours in it, such as a clerk makes for himself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from generator.files import write_beside
from generator.strict import StrictWorkbook


def write_table(path: Path, sheet: str, lines: Iterable[Iterable[str]]) -> None:
    """Write ``lines`` of texts to a workbook with one sheet."""
    with write_beside(path) as beside:
        book = StrictWorkbook(str(beside))
        page = book.add_worksheet(sheet)
        for row, line in enumerate(lines):
            for column, text in enumerate(line):
                page.write_string(row, column, text)
        book.close()
