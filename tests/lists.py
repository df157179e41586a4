"""Lists as clerks keep them, written in a test's folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import xlsxwriter

Line = Sequence[object]


@dataclass(frozen=True)
class Broken:
    """A formula with the error value that it yields."""

    result: str = "#DIV/0!"


def text_list(path: Path, text: str, encoding: str = "utf-8-sig") -> Path:
    """Write a .csv."""
    path.write_text(text, encoding=encoding)
    return path


def list_book(path: Path, sheets: Mapping[str, Sequence[Line]], merged: Sequence[str] = ()) -> Path:
    """Write a workbook with these sheets; ``merged`` are areas of every sheet, filled by their first cell."""
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "yyyy/m/d"})
    for name, lines in sheets.items():
        page = book.add_worksheet(name)
        for area in merged:
            page.merge_range(area, "")
        for row, line in enumerate(lines):
            for column, value in enumerate(line):
                if isinstance(value, Broken):
                    page.write_formula(row, column, "=1/0", None, value.result)
                elif isinstance(value, date):
                    page.write_datetime(row, column, value, day)
                elif value != "":
                    page.write(row, column, value)
    book.close()
    return path
