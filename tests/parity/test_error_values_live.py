"""One error value in one entry cell, as people paste them, in a live LibreOffice.

It may show where it stands, in the number that a ledger gives, and where a cell is repeated for typing it elsewhere.
It may not spread: what guides the unit has to live, and to lead to the very cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from generator.lock import Lock
from generator.unit.workbook import build
from templates.layout import COLUMNS, NOTES_CELL, SUMMARY_CELL, FormLayout, LedgerLayout, WorkbookLayout
from templates.load import load
from templates.model import Indicator, Kind, Survey
from templates.words import lookup
from tests.support.books import identity, workbook
from tests.support.entry_return import KIND, LEVEL, filled
from tests.support.error_cell import ErrorCell
from tests.support.office import Book, Office, opened
from tests.support.screen import Screen

pytestmark = pytest.mark.office

ERRORS = (ErrorCell("NA()"), ErrorCell("1/0"), ErrorCell('VALUE("x")'))
DRAFT = lookup("workbook.sheets.draft")
COVER = lookup("workbook.cover")


class EntryCell(NamedTuple):
    """A cell to poke into, and which kind of entry cell it stands for."""

    kind: str
    address: str


def entry_cells(layout: WorkbookLayout) -> list[EntryCell]:
    """Return one entry cell of every kind there is in a workbook."""
    cells = [cell for form in layout.forms.values() for cell in _of_form(layout, form)]
    cells += [cell for ledger in layout.ledgers.values() for cell in _of_ledger(ledger)]
    cells += [
        EntryCell("summary", f"{lookup('workbook.sheets.summary')}!{SUMMARY_CELL}"),
        EntryCell("notes", f"{lookup('workbook.sheets.notes')}!{NOTES_CELL}"),
    ]
    return list({cell.kind: cell for cell in reversed(cells)}.values())


def _of_form(layout: WorkbookLayout, form: FormLayout) -> Iterator[EntryCell]:
    for code, row in form.form.indicators.items():
        if row.kind is not Kind.COMPOSITE and row.typed_by(layout.kind, layout.level):
            yield EntryCell(_kind_of(form, row), form.address(code))
            if row.kind.takes_a_note and not form.is_cover and form is not layout.checklist:
                yield EntryCell("explanation", form.address(code, COLUMNS.explanation))


def _kind_of(form: FormLayout, row: Indicator) -> str:
    block = form.stem if form.is_cover else "form"
    return f"{block} {row.kind.value} {bool(row.code_list)} {bool(row.section)} {bool(row.item)}"


def _of_ledger(ledger: LedgerLayout) -> Iterator[EntryCell]:
    for number, column in enumerate(ledger.ledger.columns):
        traits = number == 0, column.name in ledger.ledger.key, column.required, column.required_when is not None
        kind = f"ledger {column.kind.value} {bool(column.code_list)} {traits}"
        yield EntryCell(kind, ledger.address(column.name, ledger.first_row))


def broken_by(book: Book, layout: WorkbookLayout, cell: str, error: ErrorCell) -> list[str]:
    """Return the formulas that an error value breaks, other than those that show the cell or the ledger's number."""
    before = book.cell(cell).getFormula()
    book.poke(cell, error)
    book.recalculate()
    known = {book.cell(cell).AbsoluteName, *showing(book, layout)}
    broken = [found for found in book.formula_errors() if found.partition(":")[0] not in known]
    book.cell(cell).setFormula(before)
    return [found for found in broken if not found.startswith(f"${DRAFT}.")]


def led_by(book: Book, screen: Screen, cell: str, error: ErrorCell) -> set[str]:
    """Return the sheets to which 下一个问题 leads, from the cover and the cell's own sheet; none if nothing is open."""
    before, sheet = book.cell(cell).getFormula(), cell.partition("!")[0]
    book.poke(cell, error)
    screen.recalculate()
    asking = ("", sheet) if screen.beside(COVER["ready"]) == COVER["no"] else ()
    led = {screen.next_problem(name)[0] for name in asking}
    book.cell(cell).setFormula(before)
    return led


def showing(book: Book, layout: WorkbookLayout) -> set[str]:
    """Return the cells that show a ledger's number."""
    return {
        book.cell(form.address(code)).AbsoluteName
        for form in layout.forms.values()
        for code, row in form.form.indicators.items()
        if row.derived_for(layout.kind, layout.level) is not None
    }


@pytest.fixture(scope="module")
def return_(mini: Survey, lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A return of the tiny survey in which nothing is wrong."""
    path = tmp_path_factory.mktemp("errors") / "return.xlsx"
    build(path, mini, identity(mini, KIND, LEVEL), lock, filled(mini))
    return path


def test_an_error_value_is_told_and_does_not_spread(return_: Path, mini: Survey, office: Office) -> None:
    layout = WorkbookLayout(mini, KIND, LEVEL)
    cells = [(cell, ERRORS[number % 3]) for number, cell in enumerate(entry_cells(layout))]
    with opened(office, return_) as book:
        broken = {cell.kind: broken_by(book, layout, cell.address, error) for cell, error in cells}
        screen = Screen(book)
        led = {cell.kind: led_by(book, screen, cell.address, error) for cell, error in cells}
    assert {kind: found for kind, found in broken.items() if found} == {}
    silent = ("explanation", "notes")
    assert led == {c.kind: set() if c.kind in silent else {c.address.partition("!")[0]} for c, _ in cells}


def test_an_error_value_does_not_spread_in_an_empty_workbook(office: Office, lock: Lock, tmp_path: Path) -> None:
    survey = load("kx2023")
    kind, level = survey.kinds[0].name, survey.kinds[0].levels[-1]
    layout = WorkbookLayout(survey, kind, level)
    with opened(office, workbook(tmp_path, survey, lock, kind, level)) as book:
        cells = enumerate(entry_cells(layout))
        found = {cell.kind: broken_by(book, layout, cell.address, ERRORS[n % 3]) for n, cell in cells}
    assert {kind: broken for kind, broken in found.items() if broken} == {}
    assert len(found) > 40


CODES: dict[str, dict[str, object]] = {
    "whole numbers": {},
    "a text among the numbers": {"06": "甲"},
    "thirteen digits": {"06": 1e12, "13": 999999999999.0},
    "sixteen digits, which are a fault and count as nothing": {"06": 1e15, "13": -1e15},
    "below nothing": {"06": -9e5},
    "blank": {"06": None, "07": None},
}


@pytest.mark.parametrize("case", CODES)
def test_the_check_code_takes_any_text_and_any_number(case: str, return_: Path, mini: Survey, office: Office) -> None:
    form = WorkbookLayout(mini, KIND, LEVEL).forms["M1"]
    with opened(office, return_) as book:
        for code, value in CODES[case].items():
            book.poke(form.address(code), value)
        book.recalculate()
        foot = next(text for row in Screen(book).pages[form.sheet].texts() for text in row if "校验码" in text)
        column = book.block(form.sheet, f"E{form.header_row}:E{form.end_row}")
    numbers = ((row, cell) for row, (cell,) in enumerate(column, form.header_row) if isinstance(cell, float))
    weighed = sum(row * round(cell) for row, cell in numbers if abs(cell) < 1e15)
    filled = sum(cell != "" for (cell,) in column)
    assert foot == f"校验码：{(weighed + 7 * filled) % 10**6:06}"


def test_there_is_no_check_code_over_an_error_value(return_: Path, mini: Survey, office: Office) -> None:
    form = WorkbookLayout(mini, KIND, LEVEL).forms["M1"]
    with opened(office, return_) as book:
        book.poke(form.address("06"), ERRORS[0])
        book.recalculate()
        foot = next(text for row in Screen(book).pages[form.sheet].texts() for text in row if "校验码" in text)
    assert foot == f"校验码：{lookup('workbook.form.no_check_code')}"
