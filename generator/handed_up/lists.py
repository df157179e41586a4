"""名录与核实情况.xlsx: who reported, what units confirmed, and what was decided about doubles and odd numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.files import write_beside
from generator.page import Book, split_into_sheets
from templates.words import lookup, say

HEADER = 1
"""The header row, from 0."""

Cell = str | float | None


@dataclass(frozen=True)
class PackageList:
    """One list: the key of its words below ``[lists]``, and its rows."""

    key: str
    rows: Sequence[Sequence[Cell]]


def write_lists(path: Path, survey: str, year: int, number: int, lists: Sequence[PackageList]) -> None:
    """Write the lists, a sheet for each, whole or not at all. Raises OSError."""
    with write_beside(path) as beside:
        book = Book(str(beside))
        for one in lists:
            _write_list(book, one, {"survey": survey, "year": year, "number": number})
        book.close()


def _write_list(book: Book, one: PackageList, told: dict[str, str | int]) -> None:
    words = lookup(f"package.lists.{one.key}")
    for name, part in split_into_sheets(words["sheet"], one.rows):
        page = book.page(name, words["widths"])
        page.title(say("package.lists.title", sheet=words["sheet"], **told))
        page.header(HEADER, words["columns"])
        for row, cells in enumerate(part, start=HEADER + 1):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    page.text(row, column, cell)
                else:
                    page.number(row, column, cell, 0 if cell is None or float(cell).is_integer() else 2)
        page.finish(HEADER, HEADER + len(part), 2)
        page.set_heights()
