"""The host in a live LibreOffice: the same code as for Excel, over our own engine.

- what was written into a workbook is what is read from the open one, formulas and days and errors too
- a block goes in whole or is refused as Excel refuses it, and then nothing has changed
- names with Chinese, blanks and "=" are no trouble
- a copy leaves the open workbook unsaved and unrenamed
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from addin.host import Cell, ErrorValue, Formula, NoBook, NoProgram, NoSheet, NotAllowed, OpenBook, connect
from addin.host.calc_formula import convert_to_calc, convert_to_excel
from addin.package.opened import open_package
from addin.reading.grids import PackageSheets
from generator.lock import Lock
from templates.content import Content
from templates.layout import COLUMNS, WorkbookLayout, name_column
from templates.model import Survey
from templates.words import lookup
from tests.support.books import workbook
from tests.support.office import Book, Office, opened

KIND, LEVEL = "甲类", "市级"
NAME = "001-重庆 市=科协（演示）.xlsx"
DAY = date(2024, 6, 30)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, mini: Survey, lock: Lock) -> Path:
    """A filled workbook of the tiny survey whose name is as odd as names get."""
    folder = tmp_path_factory.mktemp("主机 =测试")
    content = Content(
        values={"M1": {"01": "甲馆", "06": 12.0, "07": 3.5}},
        ledgers={"活动": {row: {"活动名称": f"活动{row}", "日期": DAY, "人次": 7.0} for row in (6, 7)}},
    )
    return workbook(folder, mini, lock, KIND, LEVEL, content).rename(folder / NAME)


@pytest.fixture
def shown(office: Office, path: Path) -> Iterator[Book]:
    """The workbook, open."""
    with opened(office, path) as book:
        yield book


@pytest.fixture
def book(office: Office, shown: Book, path: Path) -> OpenBook:
    """The open workbook, as the host sees it."""
    return connect(str(path), None, office.pipe)


@pytest.fixture
def cells(mini: Survey) -> dict[str, int]:
    """The rows of M1 by code."""
    return WorkbookLayout(mini, KIND, LEVEL).forms["M1"].rows


# --- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.office
def test_every_sheet_reads_as_the_file_does(book: OpenBook, path: Path) -> None:
    package = PackageSheets(open_package(path))
    assert list(book.sheets) == list(package.sheets)
    for sheet in package.sheets:
        block, grid = book.read(sheet), package.grid(sheet)
        for number, (values, formulas) in enumerate(zip(block.values, block.formulas, strict=True), start=1):
            for column, (value, formula) in enumerate(zip(values, formulas, strict=True), start=1):
                where = grid.address(number, column)
                assert (formula != "") == ((number, column) in grid.formulas), where
                assert formula or day(value) == grid.value(number, column), where


def day(value: Cell) -> Cell:
    """Return a midnight as the day that a file gives."""
    return value.date() if isinstance(value, datetime) else value


@pytest.mark.office
def test_formulas_are_written_as_in_the_file(book: OpenBook, path: Path) -> None:
    package = PackageSheets(open_package(path))
    for sheet in package.sheets:
        formulas = book.read(sheet).formulas
        for (row, column), text in package.grid(sheet).formulas.items():
            found = formulas[row - 1][column - 1].removeprefix("=")
            assert bare(found) == bare(text), package.grid(sheet).address(row, column)


def bare(formula: str) -> str:
    """Return a formula without what programs change on their own."""
    bare = formula.translate(str.maketrans("", "", " $'\n")).upper()
    return bare.replace("1E+15", "1000000000000000")  # LibreOffice writes it out


@pytest.mark.office
def test_errors_days_and_booleans(book: OpenBook) -> None:
    given: list[Cell] = [Formula("=1/0"), Formula("=NA()"), Formula("=NoSuchName"), DAY, True, None, "2024-06-30"]
    book.write("_marks", 1, 1, [["甲"] * 7, given])
    values = [ErrorValue("#DIV/0!"), ErrorValue("#N/A"), ErrorValue("#NAME?")]
    found = book.read("_marks").values[1]
    assert found == [*values, datetime(2024, 6, 30), True, "", "2024-06-30"]
    assert [type(value) for value in found[:3]] == [ErrorValue] * 3


@pytest.mark.office
def test_what_a_person_typed_is_there_unsaved(shown: Book, book: OpenBook, cells: dict[str, int]) -> None:
    for typed in ("约30", 5.0, True):
        shown.poke(f"M1!{name_column(COLUMNS.value)}{cells['07']}", typed)
        value = book.read("M1").values[cells["07"] - 1][COLUMNS.value - 1]
        assert value == typed


# --- writing ---------------------------------------------------------------------------------------------------------


@pytest.mark.office
def test_a_block_of_marks(book: OpenBook) -> None:
    book.write("_marks", 1, 1, [[3, None], [None, 1], [2, 2]])
    assert book.read("_marks").values == [[3.0, ""], ["", 1.0], [2.0, 2.0]]
    book.write("_marks", 1, 1, [[None, None]] * 3)
    assert book.read("_marks").values == [[""]]


@pytest.mark.office
def test_texts_stay_texts(book: OpenBook) -> None:
    texts = ["=不是公式", "+1", "-", "@名", "'引", "''", "001", "3-4", "TRUE", "1e5", "#N/A", "两\n行", " 空 "]
    book.write("_marks", 1, 1, [texts])
    block = book.read("_marks")
    assert block.values == [texts]
    assert block.formulas == [[""] * len(texts)]


@pytest.mark.office
def test_a_link(book: OpenBook) -> None:
    link = Formula('=HYPERLINK("#\'M1\'!E7","M1!E7")')
    book.write(lookup("workbook.sheets.results"), 5, 4, [[link]])
    block = book.read(lookup("workbook.sheets.results"))
    assert (block.values[4][3], block.formulas[4][3]) == ("M1!E7", link)


@pytest.mark.office
def test_a_formula_over_another_sheet(book: OpenBook) -> None:
    book.write("_marks", 1, 1, [["甲", Formula("=IF(TRUE,'M1'!$A$1&SUM({1,2;3,4}),\"a,b!\")")]])
    assert str(book.read("_marks").values[0][1]).endswith("10")


@pytest.mark.office
@pytest.mark.parametrize("width", [1, 8], ids=["a locked cell", "a locked cell among others"])
def test_a_locked_cell_is_refused(shown: Book, book: OpenBook, cells: dict[str, int], width: int) -> None:
    before = shown.block("M1", "A1:N60")
    row = [["甲"] * width]
    with pytest.raises(NotAllowed, match="M1"):
        book.write("M1", cells["06"], 2, row)
    assert shown.block("M1", "A1:N60") == before
    assert shown.document.Sheets.getByName("M1").isProtected()


@pytest.mark.office
def test_an_entry_cell_is_not(book: OpenBook, cells: dict[str, int]) -> None:
    book.write("M1", cells["06"], COLUMNS.value, [[41]])
    assert book.read("M1").values[cells["06"] - 1][COLUMNS.value - 1] == 41.0


# --- moving about ----------------------------------------------------------------------------------------------------


@pytest.mark.office
def test_going_to_a_cell(book: OpenBook) -> None:
    book.go_to("M1", "E7")
    assert book.selection() == ("M1", "E7")
    with pytest.raises(NotAllowed):
        book.go_to("_marks", "A1")
    assert book.selection() == ("M1", "E7")


@pytest.mark.office
def test_status_and_message(book: OpenBook, caplog: pytest.LogCaptureFixture) -> None:
    book.status("好")
    book.status("")
    with caplog.at_level("INFO"):
        book.alert("没有找到")
    assert "没有找到" in caplog.text


@pytest.mark.office
def test_a_copy(shown: Book, book: OpenBook, path: Path, tmp_path: Path) -> None:
    before, saved = path.read_bytes(), shown.document.URL
    book.write("_marks", 1, 1, [[3]])
    copy = tmp_path / "副 本=.xlsx"
    book.save_copy(copy)
    assert PackageSheets(open_package(copy)).grid("_marks").value(1, 1) == 3
    assert (shown.document.URL, shown.document.isModified()) == (saved, True)
    assert path.read_bytes() == before


# --- what is not there -----------------------------------------------------------------------------------------------


@pytest.mark.office
def test_a_missing_sheet(book: OpenBook) -> None:
    assert "没有" not in book.sheets
    for act in (lambda: book.read("没有"), lambda: book.write("没有", 1, 1, [[1]]), lambda: book.go_to("没有", "A1")):
        with pytest.raises(NoSheet, match="没有"):
            act()


@pytest.mark.office
@pytest.mark.parametrize("name", [NAME, None])
def test_found_by_name_or_as_the_only_one(office: Office, book: OpenBook, path: Path, name: str | None) -> None:
    found = connect(name, None, office.pipe)
    assert (found.name, found.path) == (NAME, str(path))


@pytest.mark.office
def test_two_workbooks_of_one_name(office: Office, book: OpenBook, path: Path, tmp_path: Path) -> None:
    other = tmp_path / NAME
    other.write_bytes(path.read_bytes())
    with opened(office, other):
        assert connect(str(other), None, office.pipe).path == str(other)
        assert connect(str(path), None, office.pipe).path == str(path)


@pytest.mark.office
def test_no_such_workbook(office: Office, book: OpenBook, tmp_path: Path) -> None:
    for name in ("乙.xlsx", str(tmp_path / NAME)):
        with pytest.raises(NoBook, match=Path(name).name):
            connect(name, None, office.pipe)


@pytest.mark.office
def test_no_libreoffice_on_the_pipe(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("addin.host.office.REACH_SECONDS", 0.1)
    with pytest.raises(NoProgram, match="nobody"):
        connect(NAME, None, "nobody")


@pytest.mark.office
def test_a_libreoffice_that_ends(path: Path, office: Office) -> None:
    with Office() as short_lived:
        short_lived.open(path)
        book = connect(NAME, None, short_lived.pipe)
    with pytest.raises(NoProgram):
        book.read("M1")


# --- formulas, without an office --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calc", "excel"),
    [
        ("=SUM($'台账-活动'.A7:A9;{1;2|3})", "=SUM('台账-活动'!A7:A9,{1,2;3})"),
        ('=IF($M1.$E$31>2.5;"a;b\'.A1";$甲.B2)', '=IF(M1!$E$31>2.5,"a;b\'.A1",甲!B2)'),
        ("=$'a''b'.B2&value_M1", "='a''b'!B2&value_M1"),
    ],
)
def test_two_ways_of_writing(calc: str, excel: str) -> None:
    assert convert_to_excel(calc) == excel
    assert convert_to_calc(excel) == calc


@pytest.mark.parametrize(("given", "found"), [("{=SUM(A1;B1)}", "=SUM(A1,B1)"), ("a;b", "a;b"), ("'=1", "'=1")])
def test_what_is_no_plain_formula(given: str, found: str) -> None:
    assert convert_to_excel(given) == found
