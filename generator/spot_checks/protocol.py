"""复核抽样记录.xlsx: how units were drawn, which, and with which probability each of them could have been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from generator.files import write_beside
from generator.page import Book, Page
from generator.widths import lines_needed
from templates.words import lookup

Cells = Sequence[str | float | None]
"""One line of a table: texts, numbers, and cells with nothing in them."""

RATE: Final = "0.00%"


@dataclass(frozen=True)
class ProtocolTable:
    """A table with a header; ``rates`` are the columns whose numbers are shares."""

    columns: Sequence[str]
    lines: Sequence[Cells]
    rates: Sequence[int] = ()
    decimals: int = 0


@dataclass(frozen=True)
class ProtocolSheet:
    """A sheet: a title, sentences below it, then tables one below the other."""

    name: str
    title: str
    widths: Sequence[float]
    sentences: Sequence[str]
    tables: Sequence[ProtocolTable]


def write_protocol(path: Path, sheets: Sequence[ProtocolSheet]) -> None:
    """Write a protocol, whole or not at all. Raises OSError."""
    with write_beside(path) as beside:
        book = Book(str(beside))
        for number, sheet in enumerate(sheets):
            _write_sheet(book, sheet, "reference" if number else "lead")
        book.close()


def list_protocol_sheets() -> frozenset[str]:
    """Return the names of the first sheets of our protocols: they lie beside 复核表 and are none."""
    return frozenset((lookup("sampling.protocol.sheet"), lookup("sampling.result.sheet")))


def _write_sheet(book: Book, sheet: ProtocolSheet, tab: str) -> None:
    page = book.page(sheet.name, sheet.widths, tab)
    page.title(sheet.title)
    last = len(sheet.widths) - 1
    row = 0
    for row, sentence in enumerate(sheet.sentences, start=1):
        page.sheet.merge_range(row, 0, row, last, "", book.styles.role("line"))
        page.sheet.write_string(row, 0, sentence, book.styles.role("line"))
        page.lines[row] = lines_needed(sentence, sum(sheet.widths))
    for table in sheet.tables:
        first, row = row + 2, _write_table(page, row + 2, table)
    page.set_heights()
    if len(sheet.tables) == 1 and len(sheet.tables[0].columns) == len(sheet.widths):
        page.finish(first, row, 2)
    else:
        page.print_across()
        page.sheet.fit_to_pages(1, 0)


def _write_table(page: Page, row: int, table: ProtocolTable) -> int:
    """Write a table; return its last row."""
    for column, text in enumerate(table.columns):
        page.text(row, column, text, "header")
    page.sheet.set_row(row, 26)
    for line in table.lines:
        row += 1
        for column, value in enumerate(line):
            _write_cell(page, row, column, value, table)
    return row


def _write_cell(page: Page, row: int, column: int, value: str | float | None, table: ProtocolTable) -> None:
    if isinstance(value, str):
        page.text(row, column, value)
    elif value is not None and column in table.rates:
        page.sheet.write_number(row, column, value, page.book.styles.role("number", num_format=RATE))
    else:
        page.number(row, column, value, table.decimals if value is not None and value % 1 else 0)
