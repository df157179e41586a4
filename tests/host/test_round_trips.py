"""What the host asks of Excel, counted, and what it makes of Excel's answers.

- a sheet is read with four round trips (five when its A1 is blank), a block is written with three
- one 校验 takes no more than that for each sheet that is read, and ten for all writing
- texts stay texts, errors and days come as what they are, a range that does not begin at A1 is moved there
- a busy Excel is waited for a while; a refusal is one sentence
- nothing of xlwings' licensed part is imported
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import pytest

from addin.buttons import live
from addin.host import Busy, ErrorValue, Formula, NoBook, NoProgram, NoSheet, NotAllowed, OpenBook, connect, refusals
from addin.host.open_book import XlwingsBook
from addin.host.values import find_first_cell
from generator.lock import Lock
from templates.model import Survey
from tests.support.books import workbook
from tests.support.fake_book import FakeBook
from tests.support.fake_com import EDITING, EXCEPTION, REJECTED, ComError, FakeExcel, FakeSheet, FakeWorkbook, Wire
from tests.support.fake_windows import WINDOW, windows_with

ROOT = Path(__file__).parents[2]
PATH = Path("/单位/甲 县=科协（演示）.xlsx")
DIVISION, NOT_AVAILABLE = -2146826281, -2146826246


@pytest.fixture
def sheet() -> FakeSheet:
    made = FakeSheet("甲表")
    made.put(1, 1, "标题")
    made.put(2, 3, 5.0, "=SUM(A5:A9)")
    return made


@pytest.fixture
def excel(sheet: FakeSheet) -> Iterator[FakeExcel]:
    made = FakeExcel(FakeWorkbook(PATH, sheet, FakeSheet("锁", locked=True), FakeSheet("_marks")))
    with windows_with(made):
        yield made


@pytest.fixture
def book(excel: FakeExcel) -> OpenBook:
    return connect(str(PATH), WINDOW)


@pytest.fixture
def wire(excel: FakeExcel, book: OpenBook) -> Wire:
    """The counter, from when the workbook has been found."""
    excel.wire.trips = 0
    return excel.wire


# --- counts ----------------------------------------------------------------------------------------------------------


def test_reading_a_sheet_takes_four(book: OpenBook, wire: Wire) -> None:
    book.read("甲表")
    assert wire.trips == 4


def test_asking_for_a_sheet_first_costs_nothing_more(book: OpenBook, wire: Wire) -> None:
    assert "甲表" in book.sheets
    assert wire.trips == 1
    book.read("甲表")
    assert wire.trips == 4
    book.read("甲表")
    assert wire.trips == 7


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (205, 12)])
def test_writing_a_block_takes_three(book: OpenBook, wire: Wire, rows: int, columns: int) -> None:
    book.write("_marks", 1, 1, [[1] * columns] * rows)
    assert wire.trips == 3
    book.write("_marks", 1, 1, [[2] * columns] * rows)
    assert wire.trips == 5


def test_going_to_a_cell_takes_four(book: OpenBook, wire: Wire) -> None:
    book.go_to("甲表", "B7")
    assert wire.trips == 4


def test_a_status_takes_one(book: OpenBook, wire: Wire) -> None:
    book.status("好")
    assert wire.trips == 1


def test_names_of_all_sheets_take_two_each_and_are_kept(book: OpenBook, wire: Wire) -> None:
    assert list(book.sheets) == ["甲表", "锁", "_marks"]
    assert wire.trips == 1 + 2 * 3
    assert len(book.sheets) == 3
    assert wire.trips == 1 + 2 * 3


def test_finding_the_workbook_takes_few(excel: FakeExcel) -> None:
    connect(str(PATH), WINDOW)
    assert excel.wire.trips <= 12


def test_one_check_of_a_full_workbook(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    kind = max(kx.kind, key=lambda name: len(kx.kind[name].forms))
    saved = FakeBook(str(workbook(tmp_path, kx, lock, kind, kx.kind[kind].levels[-1])))
    excel = FakeExcel(FakeWorkbook(Path(saved.path), *(as_com(saved, name) for name in saved.sheets)))
    with windows_with(excel):
        book = connect(saved.path, WINDOW)
        excel.wire.trips = 0
        with patch.object(XlwingsBook, "read", autospec=True, side_effect=XlwingsBook.read) as reading:
            findings = live.check(book).findings
    assert findings == live.check(saved).findings
    read = [call.args[1] for call in reading.call_args_list]
    assert len(read) == len(set(read))
    assert excel.wire.trips <= 4 * len(read) + 10


def as_com(saved: FakeBook, name: str) -> FakeSheet:
    """Return a sheet of a saved workbook as Excel would hold it."""
    sheet, block = FakeSheet(name), saved.read(name)
    sheet.put(1, 1, None)
    for row, (values, formulas) in enumerate(zip(block.values, block.formulas, strict=True), start=1):
        for column, (value, formula) in enumerate(zip(values, formulas, strict=True), start=1):
            if value != "" or formula:
                sheet.put(row, column, value, formula)
    return sheet


# --- values ----------------------------------------------------------------------------------------------------------


def test_values_and_formulas(book: OpenBook) -> None:
    block = book.read("甲表")
    assert block.values == [["标题", "", ""], ["", "", 5.0]]
    assert block.formulas == [["", "", ""], ["", "", "=SUM(A5:A9)"]]


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (None, ""),
        (3.0, 3.0),
        (True, True),
        (DIVISION, ErrorValue("#DIV/0!")),
        (NOT_AVAILABLE, ErrorValue("#N/A")),
        (Decimal("12.5"), 12.5),
        (datetime(2024, 6, 30, tzinfo=UTC), datetime(2024, 6, 30)),
        ("#N/A", "#N/A"),
        (" 约30 ", " 约30 "),
    ],
)
def test_what_a_cell_gives(book: OpenBook, sheet: FakeSheet, given: object, value: object) -> None:
    sheet.put(1, 2, given)
    found = book.read("甲表").values[0][1]
    assert (found, type(found)) == (value, type(value))


def test_a_sheet_of_one_cell(book: OpenBook) -> None:
    assert book.read("_marks").values == [[""]]
    book.write("_marks", 1, 1, [["甲"]])
    assert book.read("_marks").values == [["甲"]]


def test_a_range_that_does_not_begin_at_a1(book: OpenBook, wire: Wire, sheet: FakeSheet) -> None:
    del sheet._values[1, 1]
    sheet.put(2, 2, None)
    assert book.read("甲表").values == [["", "", ""], ["", "", 5.0]]
    assert wire.trips == 5


@pytest.mark.parametrize(
    ("address", "cell"),
    [("$B$7", "B7"), ("$B$7:$C$9", "B7"), ("$A:$C", "A1"), ("$7:$9", "A7"), ("$B$7,$D$1", "B7")],
)
def test_the_first_cell_of_an_address(address: str, cell: str) -> None:
    assert find_first_cell(address) == cell


TEXTS = ["=不是公式", "+1", "-", "@名", "'引", "001", "3-4", "TRUE", "一般文字", "两\n行"]


def test_texts_stay_texts(book: OpenBook) -> None:
    book.write("_marks", 1, 1, [TEXTS])
    block = book.read("_marks")
    assert block.values == [TEXTS]
    assert block.formulas == [[""] * len(TEXTS)]


def test_what_is_written(book: OpenBook, excel: FakeExcel) -> None:
    book.write("_marks", 1, 1, [["甲"]])
    book.write("_marks", 2, 3, [[1, None, True], [Formula("=A1"), "", date(2024, 6, 30)]])
    block = book.read("_marks")
    assert block.values[1:] == [["", "", 1.0, "", True], ["", "", 0.0, "", datetime(2024, 6, 30)]]
    assert block.formulas[2] == ["", "", "=A1", "", ""]


def test_a_ragged_block_is_a_mistake(book: OpenBook, wire: Wire) -> None:
    with pytest.raises(ValueError, match="one length"):
        book.write("_marks", 1, 1, [[1, 2], [3]])
    book.write("_marks", 1, 1, [])
    assert wire.trips == 0


def test_where_one_is(book: OpenBook) -> None:
    book.go_to("甲表", "B7:C9")
    assert book.selection() == ("甲表", "B7")


# --- refusals --------------------------------------------------------------------------------------------------------


def test_a_locked_sheet(book: OpenBook) -> None:
    with pytest.raises(NotAllowed, match="锁"):
        book.write("锁", 1, 1, [[1]])


def test_a_missing_sheet(book: OpenBook) -> None:
    assert "没有" not in book.sheets
    with pytest.raises(NoSheet, match="没有"):
        book.read("没有")


@pytest.mark.parametrize("name", [str(PATH), PATH.name, None])
def test_the_workbook_is_found(excel: FakeExcel, name: str | None) -> None:
    book = connect(name, WINDOW)
    assert (book.name, book.path) == (PATH.name, str(PATH))


@pytest.mark.parametrize("name", ["乙.xlsx", f"/别处/{PATH.name}"])
def test_a_workbook_that_is_not_open(excel: FakeExcel, name: str) -> None:
    with pytest.raises(NoBook, match=Path(name).name):
        connect(name)


def test_no_workbook_at_all() -> None:
    with windows_with(FakeExcel()), pytest.raises(NoBook):
        connect()


@pytest.mark.skipif(sys.platform != "linux", reason="there may be an Excel")
def test_no_excel() -> None:
    with pytest.raises(NoProgram):
        connect()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(refusals, "PAUSE_SECONDS", 0.01)


TROUBLE = [ComError(REJECTED), ComError(EXCEPTION, EDITING)]


@pytest.mark.parametrize("error", TROUBLE, ids=["rejected", "editing"])
def test_a_busy_excel_is_waited_for(book: OpenBook, wire: Wire, impatient: None, error: ComError) -> None:
    wire.trouble = [error] * 5
    book.write("_marks", 1, 1, [[1]])
    assert book.read("_marks").values == [[1.0]]


@pytest.mark.parametrize("error", TROUBLE, ids=["rejected", "editing"])
def test_an_excel_that_stays_busy(book: OpenBook, wire: Wire, impatient: None, error: ComError) -> None:
    for act in (lambda: book.read("甲表"), lambda: book.write("_marks", 1, 1, [[1]]), lambda: book.status("好")):
        wire.trouble = [error] * 10_000
        with pytest.raises(Busy):
            act()


def test_an_excel_that_ends(book: OpenBook, wire: Wire) -> None:
    wire.trouble = [ComError(refusals.SERVER_GONE)]
    with pytest.raises(NoProgram):
        book.read("甲表")


def test_nothing_of_the_licensed_part_is_used() -> None:
    for path in (ROOT / "addin").rglob("*.py"):
        assert not re.search(r"xlwings\.pro|from xlwings import .*\bpro\b", path.read_text(encoding="utf-8")), path
