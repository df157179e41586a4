"""A workbook that is sent back, whichever program saved it last.

- three parts at most are others, the rest is as received; it opens at 校验结果, and no other sheet is selected with it
- examining and reading it finds nothing that was not found before; what the unit answers is read
- cells that had a formula keep one; comments and what else hangs on the sheet stays
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from addin.facts import UnitAnswer
from addin.submission import Submission
from addin.tampering.examine import read_examined
from generator.lock import Lock
from generator.ooxml.edit import edit_part, part_of
from generator.ooxml.parts import SavedBook
from generator.sent_back.slip import ReturnBand, Slip, SlipLine
from generator.sent_back.workbook import write_sent_back
from generator.unit.workbook import build
from templates.words import lookup
from tests.support.other_programs import PROGRAMS, save_as
from tests.support.parts_of_books import list_changed_parts
from tests.support.returns import MINI, a_complete_return

BAND = ReturnBand(2, date(2025, 3, 1), date(2025, 3, 10), "与上年差别太大，请核实", "张某", "023-0000")
LINES = (
    SlipLine("reason", "reason", "整份报表", "", "与上年差别太大，请核实", "请照办"),
    SlipLine("cell.text|M1!E13", "error", "M1!E13", "06「甲」", "应填数字，现为「约<30>」", "只填数字", "M1!E13"),
    SlipLine("r|M1!E14", "warning", "M1!E14", "07「乙」", "比上年多 300 %", "写明原因", "M1!E14", "请写明"),
)
SLIP = Slip("小调查", 2024, "001", "甲单位", BAND, LINES, rest=3, errors=1, unexplained=1)
RESULTS = lookup("workbook.sheets.results")
EXPECTED_TEXTS = [
    ["← 第 2 次退回　请于 2025年3月10日 前重报"],
    ["理由：与上年差别太大，请核实　（必须改正 1 处、待说明 1 处）"],
    [
        "← 返回封面",
        "经办人：张某　电话：023-0000　退回日期：2025年3月1日　　点「定位」到那一格，改好数或写好「说明」，"
        "在右边「单位答复」写一句，存盘发回这一份。",
    ],
    ["类型", "定位", "指标", "问题", "怎么改", "市里意见", "单位答复"],
    ["退回理由", "整份报表", "与上年差别太大，请核实", "请照办"],
    ["必须改正", "M1!E13", "06「甲」", "应填数字，现为「约<30>」", "只填数字"],
    ["核实说明", "M1!E14", "07「乙」", "比上年多 300 %", "写明原因", "请写明"],
    ["另有 3 处没有列出：改好以上各条，见「待办」表，改好一处少一处。"],
    [],
    ["以下是在本工作簿里点「校验」的结果（装有加载项的）；上面退回的内容不会改动。"],
    ["类型", "定位", "指标", "问题", "怎么改"],
]


@pytest.fixture
def filled(lock: Lock, tmp_path: Path) -> Path:
    """A return of the small survey."""
    whole = a_complete_return()
    path = tmp_path / "001-甲单位.xlsx"
    build(path, MINI, whole.identity, lock, whole.content)
    return path


def read_mini(path: Path) -> Submission:
    found = read_examined(path, surveys=lambda _: MINI)
    assert isinstance(found, Submission), found
    return found


def visible_texts(path: Path) -> list[list[str]]:
    sheet: Any = openpyxl.load_workbook(path, data_only=True)[RESULTS]
    return [[str(cell) for cell in row if cell] for row in sheet.iter_rows(max_col=7, values_only=True)]


@pytest.mark.parametrize("program", [None, *PROGRAMS])
def test_three_parts_are_others_and_nothing_is_suspected(program: str | None, filled: Path, tmp_path: Path) -> None:
    received = save_as(program, filled, tmp_path / "saved.xlsx") if program else filled
    sent = tmp_path / "sent.xlsx"
    write_sent_back(received, sent, SLIP)
    book = SavedBook(received)
    names = [name for name in book.selected if name != RESULTS]
    assert sorted(list_changed_parts(received, sent)) == sorted(
        [book.main, book.sheets[RESULTS], book.sheets[names[0]]]
    )
    before, after = read_mini(received), read_mini(sent)
    assert (after.oddities, after.content, after.typed, after.answers) == (
        before.oddities,
        before.content,
        before.typed,
        (),
    )
    assert SavedBook(sent).selected == [RESULTS]


def test_it_opens_where_the_officer_speaks(filled: Path, tmp_path: Path) -> None:
    write_sent_back(filled, tmp_path / "sent.xlsx", SLIP)
    book = openpyxl.load_workbook(tmp_path / "sent.xlsx")
    selected = [sheet.title for sheet in book if sheet.sheet_view.tabSelected]
    assert (book.active and book.active.title, selected) == (RESULTS, [RESULTS])
    assert visible_texts(tmp_path / "sent.xlsx") == EXPECTED_TEXTS


def test_what_the_unit_answers_is_read(filled: Path, tmp_path: Path) -> None:
    write_sent_back(filled, tmp_path / "sent.xlsx", SLIP)
    answer(tmp_path / "sent.xlsx", {5: "已核实，多报了两次", 7: " 新增一批项目 ", 11: "这里不是答复"})
    assert read_mini(tmp_path / "sent.xlsx").answers == (
        UnitAnswer(2, "reason", "整份报表", "与上年差别太大，请核实", "", "已核实，多报了两次"),
        UnitAnswer(2, "r|M1!E14", "M1!E14", "比上年多 300 %", "请写明", "新增一批项目"),
    )


def answer(path: Path, answers: dict[int, str]) -> None:
    """Write answers into the rows of the list."""

    def change(xml: bytes) -> bytes:
        text = xml.decode()
        for row, words in answers.items():
            cell = f'<c r="G{row}" t="inlineStr"><is><t>{words}</t></is></c>'
            text = re.sub(rf'<c r="G{row}"[^>]*/>', "", text)
            parts = re.split(rf'(<row r="{row}"[^>]*>(?:(?!<c r="H|</row>).)*)', text, maxsplit=1)
            text = f"{parts[0]}{parts[1]}{cell}{parts[2]}"
        return text.encode()

    edit_part(path, part_of(path, RESULTS), change)


def test_sent_back_again_the_list_is_a_new_one(filled: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    write_sent_back(filled, first, SLIP)
    write_sent_back(first, second, SLIP)
    assert list_changed_parts(first, second) == []


def test_a_group_of_sheets_is_left_alone(filled: Path, tmp_path: Path) -> None:
    for sheet in ("M1", "审核"):
        edit_part(filled, part_of(filled, sheet), select)
    write_sent_back(filled, tmp_path / "sent.xlsx", SLIP)
    assert list_changed_parts(filled, tmp_path / "sent.xlsx") == [SavedBook(filled).sheets[RESULTS]]
    assert SavedBook(tmp_path / "sent.xlsx").selected == ["封面", "M1", "审核"]


def select(xml: bytes) -> bytes:
    return xml.replace(b"<sheetView", b'<sheetView tabSelected="1"', 1)


def test_marks_take_the_place_of_turning_the_sheet(filled: Path, tmp_path: Path) -> None:
    write_sent_back(filled, tmp_path / "sent.xlsx", SLIP, [[None, None], [3, None]])
    book = SavedBook(filled)
    assert sorted(list_changed_parts(filled, tmp_path / "sent.xlsx")) == sorted(
        [book.sheets[RESULTS], book.sheets["_marks"]]
    )
    marks: Any = openpyxl.load_workbook(tmp_path / "sent.xlsx")["_marks"]
    assert [list(row) for row in marks.iter_rows(values_only=True)] == [[None], [3]]


def test_a_cell_with_a_formula_keeps_one(filled: Path, tmp_path: Path) -> None:
    listed = b'<row r="6"><c r="B6" t="str"><f>HYPERLINK("#A1","M1!E9")</f><v>M1!E9</v></c></row><row r="40">'
    listed += b'<c r="B40" t="str"><f>HYPERLINK("#A1","M1!E9")</f><v>M1!E9</v></c></row></sheetData>'
    edit_part(filled, part_of(filled, RESULTS), lambda xml: xml.replace(b"</sheetData>", listed))
    write_sent_back(filled, tmp_path / "sent.xlsx", SLIP)
    sheet: Any = openpyxl.load_workbook(tmp_path / "sent.xlsx")[RESULTS]
    formulas = {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    assert formulas == {
        "A3": '=HYPERLINK("#\'封面\'!A1","← 返回封面")',
        "B6": '=HYPERLINK("#\'M1\'!E13","M1!E13")',
        "B7": '=HYPERLINK("#\'M1\'!E14","M1!E14")',
        "B40": '=""',
    }
