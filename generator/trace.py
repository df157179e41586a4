"""The trace of a composed return: which part gave which value and which ledger row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from generator.files import write_beside
from generator.page import Book, Page, split_into_sheets
from templates.content import Value
from templates.model import Kind
from templates.words import lookup, say

HEADER = 1
"""Header row, from 0."""

Line = TypeVar("Line")


@dataclass(frozen=True)
class CellLine:
    """What one workbook gave for one cell, or for the explanation beside it."""

    form: str
    code: str
    name: str
    part: str
    """The code of the unit that gave it; the parent's own workbook is one of them."""
    part_name: str
    value: Value
    use: str
    """What was done with it: a key of ``[use]`` in words/compose.toml."""
    counted: bool
    """Whether the result holds it."""
    result: Value | None
    decimals: int = 0


@dataclass(frozen=True)
class RowLine:
    """One ledger row of one workbook. A row that another one has already brought is not kept."""

    ledger: str
    row: int
    """Its row in the result; of a row that is not kept, the row that stands for it."""
    part: str
    part_name: str
    source_row: int
    label: str
    kept: bool
    differs: tuple[str, ...] = ()
    """Of a row that is not kept, the columns in which it says something else."""


@dataclass
class Trace:
    """Everything that went into a composed return."""

    cells: list[CellLine] = field(default_factory=list)
    rows: list[RowLine] = field(default_factory=list)
    notes: list[CellLine] = field(default_factory=list)


def write_trace(path: Path, title: str, trace: Trace) -> None:
    """Write the trace to ``path``, replacing what stands there: a sheet for cells, ledger rows and explanations."""
    with write_beside(path) as beside:
        book = Book(str(beside))
        _sheets(book, "cells", title, trace.cells, _cell)
        _sheets(book, "rows", title, trace.rows, _row)
        _sheets(book, "notes", title, trace.notes, _cell)
        book.close()


def _sheets(
    book: Book, topic: str, title: str, lines: Sequence[Line], write: Callable[[Page, int, Line], None]
) -> None:
    words = lookup("compose.trace")[topic]
    for name, part in split_into_sheets(words["sheet"], lines):
        page = book.page(name, words["widths"])
        page.title(title)
        page.header(HEADER, words["columns"])
        for row, line in enumerate(part, start=HEADER + 1):
            write(page, row, line)
        page.finish(HEADER, HEADER + len(part), 2)
        page.set_heights()


def _cell(page: Page, row: int, line: CellLine) -> None:
    for column, text in enumerate((line.form, line.code, line.name, line.part, line.part_name)):
        page.text(row, column, text)
    page.value(row, 5, line.value, Kind.TEXT, line.decimals)
    page.text(row, 6, say(f"compose.use.{line.use}"))
    page.text(row, 7, _yes_no(line.counted), "cell_center")
    page.value(row, 8, line.result, Kind.TEXT, line.decimals)


def _row(page: Page, row: int, line: RowLine) -> None:
    page.text(row, 0, line.ledger)
    page.number(row, 1, line.row, role="cell_center")
    page.text(row, 2, line.part)
    page.text(row, 3, line.part_name)
    page.number(row, 4, line.source_row, role="cell_center")
    page.text(row, 5, line.label)
    page.text(row, 6, _yes_no(line.kept), "cell_center")
    page.text(row, 7, lookup("compose.trace.join").join(line.differs))


def _yes_no(truth: bool) -> str:
    return say("consolidated.yes" if truth else "consolidated.no")
