"""Whole files: what is taken in, and what is remarked."""

from __future__ import annotations

import re
import time
from datetime import date
from math import isnan
from pathlib import Path

import pytest

from addin.finding import Finding
from addin.reading.reader import read
from addin.submission import Submission
from templates.content import Content
from templates.layout import COLUMNS, LedgerLayout, WorkbookLayout, name_column
from templates.words import lookup
from tests.support.bare_return import Formula, derived, identity, mini, rewrite, surveys, write
from tests.support.returns import worded


def take(path: Path, **asked: object) -> Submission:
    found = read(path, surveys=surveys, derived_formula=derived, **asked)  # type: ignore[arg-type]
    assert isinstance(found, Submission), found
    return found


def told(findings: list[Finding]) -> list[tuple[str, str, str, str]]:
    """Rule, code or row, cell, message: all that a test has to say about a finding."""
    return [(f.rule, f.code or str(f.row or ""), f.cell, f.message) for f in findings]


LAYOUT = WorkbookLayout(mini(), "甲类", "市级")
COVER, FORM = LAYOUT.cover, LAYOUT.forms["M1"]
LEDGER: LedgerLayout = LAYOUT.ledgers["活动"]


# --- what is taken in ---------------------------------------------------------------------------------------------


SHEETS = lookup("workbook.sheets")

CELLS = {
    COVER.address("填表人"): "张三",
    COVER.address("报出日期"): date(2025, 4, 1),
    FORM.address("01"): "某馆",
    FORM.address("04"): "1 有",
    FORM.address("05"): date(2001, 5, 17),
    FORM.address("06"): 3,
    FORM.address("06", COLUMNS.explanation): "新建了一座场馆",
    FORM.address("08"): 2.75,
    FORM.address("09"): 0,
    FORM.address("s2"): lookup("workbook.nothing_here"),
    LEDGER.address("活动名称", LEDGER.first_row): "某活动",
    LEDGER.address("日期", LEDGER.first_row): date(2024, 5, 1),
    LEDGER.address("规模", LEDGER.first_row): "大型",
    LEDGER.address("参加人次", LEDGER.first_row): 120,
    LEDGER.address("主题：科普", LEDGER.first_row): "是",
    LEDGER.address("活动名称", LEDGER.first_row + 3): "又一活动",
    f"{SHEETS['notes']}!B6": "报表的说明",
    f"{SHEETS['summary']}!B6": "工作的总结",
    f"{SHEETS['prior']}!{name_column(LAYOUT.marked['M1'])}{FORM.rows['06']}": 2,
}
"""A return with a cell of every kind, as it is typed."""

TAKEN = Content(
    values={
        COVER.form.id: {"填表人": "张三", "报出日期": date(2025, 4, 1)},
        "M1": {
            "01": "某馆",
            "04": "1",
            "05": date(2001, 5, 1),
            "06": 3.0,
            "08": 2.75,
            "09": 0.0,
            "s2": FORM.form.indicators["s2"].options[0].code,
        },
    },
    notes={"M1": {"06": "新建了一座场馆"}},
    ledgers={
        "活动": {
            LEDGER.first_row: {
                "活动名称": "某活动",
                "日期": date(2024, 5, 1),
                "规模": "大型",
                "参加人次": 120.0,
                "主题：科普": "是",
            },
            LEDGER.first_row + 3: {"活动名称": "又一活动"},
        }
    },
    remarks="报表的说明",
    summary="工作的总结",
    prior={"M1": {"06": 2.0}},
)
"""The same, as it is taken in."""


def test_everything_is_taken_in(tmp_path: Path) -> None:
    found = take(write(tmp_path / "a.xlsx", CELLS))
    assert worded(found) == []
    assert found.typed == {}
    assert found.identity == identity()
    assert found.content == TAKEN


def test_odd_cells_of_a_form(tmp_path: Path) -> None:
    cell = FORM.address
    found = take(
        write(
            tmp_path / "a.xlsx",
            {
                cell("02"): "123",
                cell("03"): "写在合并项里",
                cell("05"): "2001年5月",
                cell("06"): "3座",
                cell("07"): "约30",
                cell("08"): Formula("=1+1.5", 2.5),
                cell("09"): Formula("=NA()", "#N/A"),
                cell("12"): Formula("=A1", None),
                cell("14"): -1,
            },
        )
    )
    assert told(worded(found)) == [
        ("cell.uscc", "02", cell("02"), "02「统一社会信用代码」的「123」不是统一社会信用代码"),
        (
            "cell.date_text",
            "05",
            cell("05"),
            "05「建成年月」的「2001年5月」不是日期，表内的公式认不出（看来是 2001-05）",
        ),
        ("cell.number_text", "06", cell("06"), "06「场馆数」的「3座」是文字，已按 3 计入"),
        ("cell.text", "07", cell("07"), "07「室内场馆数」应填数字，现为「约30」"),
        ("cell.formula", "08", cell("08"), "08「建筑面积」是自编公式，已按其结果 2.5 计入"),
        ("cell.error", "09", cell("09"), "09「场馆经费」是错误值 #N/A"),
        ("cell.uncached", "12", cell("12"), "12「参加人次」是公式，但文件里没有计算结果"),
        ("cell.negative", "14", cell("14"), "14「全市性活动次数」为 -1，不能是负数"),
        ("note.stray", "", cell("03"), f"{cell('03')} 不是填写区，却有内容「写在合并项里」，未计入"),
    ]
    assert found.content.values["M1"] == {
        "02": "123",
        "05": date(2001, 5, 1),
        "06": 3.0,
        "07": "约30",
        "08": 2.5,
        "09": "#N/A",
        "12": "=A1",
        "14": -1.0,
    }


def test_only_the_phrase_empties_a_section(tmp_path: Path) -> None:
    found = take(write(tmp_path / "a.xlsx", {FORM.address("s2"): 5}))
    assert [finding.rule for finding in worded(found)] == ["cell.choice"]
    assert found.content.values.get("M1", {}) == {}


def test_derived_cells_are_never_taken(tmp_path: Path) -> None:
    same = Formula("= count( $derived_10 )".replace("$", ""), 7)
    ours = take(write(tmp_path / "a.xlsx", {FORM.address("10"): same}))
    assert (ours.typed, worded(ours)) == ({}, [])
    typed = take(write(tmp_path / "b.xlsx", {FORM.address("10"): 5, FORM.address("11"): Formula("=2+2", 4)}))
    assert (typed.typed, worded(typed)) == ({("M1", "10"): 5.0, ("M1", "11"): 4.0}, [])
    assert typed.content.values.get("M1", {}) == {}
    odd = take(write(tmp_path / "c.xlsx", {FORM.address("10"): "若干", FORM.address("11"): ""}))
    assert [finding.rule for finding in worded(odd)] == ["cell.text"]
    assert list(odd.typed) == [("M1", "10"), ("M1", "11")] and all(map(isnan, odd.typed.values()))


@pytest.mark.parametrize(
    ("value", "rules"), [(0, []), ("0", []), ("", []), (5, ["cell.closed"]), ("若干", ["cell.closed"])]
)
def test_closed_cells_stay_blank_or_zero(tmp_path: Path, value: object, rules: list[str]) -> None:
    path = write(tmp_path / "a.xlsx", {FORM.address("13"): value}, identity(level="县级"))
    found = take(path)
    assert [finding.rule for finding in worded(found)] == rules
    assert all(str(value) in finding.message and "由市级单位填写" in finding.hint for finding in worded(found))
    assert "13" not in found.content.values.get("M1", {})


def test_odd_cells_of_a_ledger(tmp_path: Path) -> None:
    row, end = LEDGER.first_row, LEDGER.end_row
    cell = LEDGER.address
    found = take(
        write(
            tmp_path / "a.xlsx",
            {
                cell("活动名称", row): "甲",
                cell("日期", row): "去年",
                cell("规模", row): "超大型",
                cell("参加人次", row): "1,200人次",
                cell("线上人次", row): Formula("=1/0", "#DIV/0!"),
                cell("活动名称", end + 2): "乙",
                f"{LEDGER.sheet}!Z{row}": "备忘",
            },
        )
    )
    assert told(worded(found)) == [
        ("ledger.date", str(row), cell("日期", row), f"第 {row} 行「日期」的「去年」不是日期"),
        ("ledger.choice", str(row), cell("规模", row), f"第 {row} 行「规模」的「超大型」不是可选项"),
        (
            "ledger.number_text",
            str(row),
            cell("参加人次", row),
            f"第 {row} 行「参加人次」的「1,200人次」是文字，表内的公式算不进去",
        ),
        ("ledger.error", str(row), cell("线上人次", row), f"第 {row} 行「线上人次」是错误值 #DIV/0!"),
        (
            "ledger.beyond",
            str(end + 2),
            cell("活动名称", end + 2),
            f"第 {end + 2} 行填了「乙」，已超出台账的可填范围（到第 {end - 1} 行为止）",
        ),
        ("note.stray", "", f"{LEDGER.sheet}!Z{row}", f"{LEDGER.sheet}!Z{row} 不是填写区，却有内容「备忘」，未计入"),
    ]
    assert found.content.ledgers["活动"] == {
        row: {"活动名称": "甲", "日期": "去年", "规模": "超大型", "参加人次": 1200.0, "线上人次": "#DIV/0!"},
        end + 2: {"活动名称": "乙"},
    }


# --- what people do to sheets -------------------------------------------------------------------------------------


def test_an_inserted_row_shifts_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", {FORM.address("06"): 3, FORM.address("14"): 4})
    rewrite(path, _insert_row_above_first)
    assert take(path).content.values["M1"] == {"06": 3.0, "14": 4.0}


def _insert_row_above_first(xml: bytes) -> bytes:
    """Move every cell one row down, as Excel does when a row is inserted at the top."""
    return (
        re.sub(rb'(<row r="|<c r="[A-Z]+)(\d+)', lambda m: m[1] + str(int(m[2]) + 1).encode(), xml)
        if (b"derived_10" in xml)
        else xml
    )


def test_missing_sheets_and_parts_are_findings(tmp_path: Path) -> None:
    cells: dict[str, object] = {
        FORM.address("06", COLUMNS.code): "",
        FORM.address("06"): 3,
        LEDGER.address("日期", LEDGER.header_row): "时间",
        FORM.address("12"): 8,
    }
    found = take(write(tmp_path / "a.xlsx", cells, without=(lookup("workbook.sheets.summary"),)))
    assert told(worded(found)) == [
        ("sheet.missing", "", "", "缺少工作表「工作总结」，其中的数据没有计入"),
        ("sheet.part_missing", "06", "", "工作表「M1」里找不到代码 06 的行，那里的数据没有计入"),
        ("note.stray", "", FORM.address("06"), f"{FORM.address('06')} 不是填写区，却有内容「3」，未计入"),
        ("sheet.part_missing", "", "", "工作表「台账-活动」里找不到「日期」一栏，那里的数据没有计入"),
    ]
    assert found.content.values["M1"] == {"12": 8.0}


def test_strays_are_named_and_then_summed_up(tmp_path: Path) -> None:
    cells: dict[str, object] = {f"M1!AC{row}": f"记{row}" for row in range(1, 23)}
    found = take(write(tmp_path / "a.xlsx", cells))
    assert [finding.cell for finding in worded(found)[:2]] == ["M1!AC1", "M1!AC2"]
    assert [finding.cell for finding in worded(found)[19:]] == ["M1!AC20", "M1!AC21及其余 1 处"]


def test_a_stray_cell_in_the_last_corner_costs_nothing(tmp_path: Path) -> None:
    cells: dict[str, object] = {
        f"{LEDGER.sheet}!XFD1048576": "远",
        LEDGER.address("活动名称", LEDGER.first_row): "甲",
        LEDGER.address("日期", LEDGER.first_row): date(2024, 5, 1),
        LEDGER.address("参加人次", LEDGER.first_row): Formula("=5", 5),
    }
    path = write(tmp_path / "a.xlsx", cells)
    start = time.process_time()
    found = take(path)
    assert time.process_time() - start < 1
    assert [(finding.rule, finding.cell) for finding in worded(found)] == [
        ("ledger.formula", LEDGER.address("参加人次", LEDGER.first_row)),
        ("note.stray", f"{LEDGER.sheet}!XFD1048576"),
    ]
    row = {"活动名称": "甲", "日期": date(2024, 5, 1), "参加人次": 5.0}
    assert found.content.ledgers["活动"] == {LEDGER.first_row: row}
