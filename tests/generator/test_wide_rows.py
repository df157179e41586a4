"""Long lists, whose rows are made as XML by columns: what is read back is what XlsxWriter would have written."""

from __future__ import annotations

import re
from array import array
from datetime import date, datetime
from io import BytesIO
from math import nan
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from generator.ooxml.rows import RowBlock, spell_text
from generator.page import HIGHEST, Book, Page
from generator.strict import escape, make_storable
from templates.content import Value
from templates.filled import NumberColumn, make_column
from templates.model import Kind

WIDTHS = (12.0, 14.0, 10.0, 10.0)
ODD: list[Value | None] = [
    *(
        "=1+1",
        "+86 23",
        "-",
        "@x",
        "<b>&\"'</b>",
        " 前后空格 ",
        "换\n行\t",
        "控\x01制\x1f\r",
        "_x0041_",
        "_x005F_x0041_",
    ),
    *("𠮷野家👍", "0012", "1e5", "<r>x</r>", "]]>", "长" * 500, "半\ud800个", "\ufffe", "\u2028", "1\n2\n3"),
]
COLUMNS: list[tuple[Kind, list[Value | None]]] = [
    (Kind.TEXT, [*ODD, None, 3.0, date(2024, 3, 5), ""]),
    (Kind.COUNT, [*map(float, range(len(ODD))), "约 300", None, 0.1, -1e300]),
    (Kind.DATE, [*[date(2024, 2, 29)] * len(ODD), None, "某日", datetime(2024, 3, 5, 12), date(9999, 12, 31)]),
]


def write(path: Path, *, by_columns: bool) -> None:
    """Write the columns behind a fixed text, as a list or cell by cell."""
    book = Book(str(path))
    page = book.page("台账", WIDTHS)
    page.header(0, ["单位", "文字", "数", "日期"])
    rows = len(COLUMNS[0][1])
    if by_columns:
        looks = [page.plain_look(), *(page.value_look(kind) for kind, _ in COLUMNS)]
        halves = [slice(0, 9), slice(9, rows)]
        blocks = [
            RowBlock(len(range(rows)[half]), ["甲", *(make_column(cells[half]) for _, cells in COLUMNS)])
            for half in halves
        ]
        assert page.list_rows([*blocks, RowBlock(0, ["甲", None, None, None])], looks) == rows
    else:
        write_cells(page, rows)
    page.finish(0, rows, 1)
    if not by_columns:
        page.set_heights()
    book.close()


def write_cells(page: Page, rows: int) -> None:
    """Write them cell by cell."""
    for row in range(rows):
        page.text(row + 1, 0, "甲")
        for column, (kind, cells) in enumerate(COLUMNS, start=1):
            page.value(row + 1, column, cells[row], kind)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same list by columns and cell by cell."""
    folder = tmp_path_factory.mktemp("wide")
    paths = folder / "columns.xlsx", folder / "cells.xlsx"
    for path, by_columns in zip(paths, (True, False), strict=True):
        write(path, by_columns=by_columns)
    return paths


def test_openpyxl_reads_what_it_reads_of_cells(both: tuple[Path, Path]) -> None:
    told = []
    for path in both:
        sheet = openpyxl.load_workbook(BytesIO(path.read_bytes()))["台账"]
        cells = [(c.coordinate, c.value, c.number_format, c.alignment.wrap_text) for row in sheet for c in row]
        heights = [sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)]
        told.append((sheet.dimensions, cells, heights, sheet.auto_filter.ref))
    assert told[0] == told[1]
    assert max(told[0][2]) > 60


def test_calamine_reads_what_it_reads_of_cells(both: tuple[Path, Path]) -> None:
    told = [
        CalamineWorkbook.from_filelike(BytesIO(path.read_bytes())).get_sheet_by_index(0).to_python() for path in both
    ]
    assert told[0] == told[1]
    assert [row[1] for row in told[0][1:5]] == ODD[:4]


def test_a_list_without_rows(tmp_path: Path) -> None:
    book = Book(str(tmp_path / "a.xlsx"))
    page = book.page("台账", (12.0,))
    page.header(0, ["单位"])
    assert page.list_rows([], [page.plain_look()]) == 0
    page.finish(0, 0, 1)
    book.close()
    assert openpyxl.load_workbook(BytesIO((tmp_path / "a.xlsx").read_bytes()))["台账"].max_row == 1


@given(st.text() | st.text(alphabet="_x0041F&<> \n\r\x00\ufffe长"))
@settings(max_examples=300, deadline=None)
def test_a_text_is_spelled_as_xlsxwriter_spells_it(text: str) -> None:
    """The one look that is enough for most texts must see whatever is odd about one."""
    found = ElementTree.fromstring(spell_text(text))
    assert (found.text or "") == escape(make_storable(text))
    assert bool(found.attrib) == bool(re.search(r"^\s|\s$", escape(make_storable(text))))


def test_blank_numbers_and_high_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = Book(str(path))
    page = book.page("台账", (12.0, 12.0))
    page.header(0, ["数", "文字"])
    looks = [page.value_look(Kind.COUNT), page.value_look(Kind.TEXT)]
    numbers = NumberColumn(array("d", [nan, 0.1 + 0.2]))
    page.list_rows([RowBlock(2, [numbers, make_column(["字\n" * 90, "短"])])], looks)
    book.close()
    sheet = openpyxl.load_workbook(BytesIO(path.read_bytes()))["台账"]
    assert [cell.value for cell in sheet["A"]] == ["数", None, 0.1 + 0.2]
    assert [sheet.row_dimensions[row].height for row in (2, 3)] == [int(HIGHEST * 4 / 3) * 0.75, 18.75]
