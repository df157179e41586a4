"""Rosters: what is read, and every problem in one go."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from addin.roster import ReportingUnit, Roster, RosterError, name_workbook, read_roster, tell_doubts
from generator.rosters.sheet import write_roster_book
from templates.spelling import make_name_key
from templates.words import lookup
from tests.support.mailbag import survey, unit

HEADER = list(lookup("roster.columns").values())
GOOD_USCC = "91110000600037341L"


def sheet(path: Path, rows: list[list[object]], header: list[str] = HEADER) -> Path:
    """Write a roster as Excel would."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for row, cells in enumerate([list(header), *rows]):
            page.write_row(row, 0, cells)
    return path


def text_file(path: Path, rows: list[list[str]], encoding: str) -> Path:
    """Write a roster as .csv."""
    path.write_bytes("\r\n".join(",".join(row) for row in [HEADER, *rows]).encode(encoding))
    return path


def problems(path: Path) -> list[tuple[int, str, str, bool]]:
    """Return all that reading ``path`` finds wrong: row, column, message, fatal."""
    try:
        found = read_roster(path, survey()).warnings
    except RosterError as error:
        found = error.problems
    return [(problem.row, problem.column, problem.message, problem.fatal) for problem in found]


def test_numbers_of_excel_become_codes(tmp_path: Path) -> None:
    path = sheet(tmp_path / "名录.xlsx", [[12, "甲县科协", GOOD_USCC, "科协", "县级", 110101, 7, "张三", 13800000000]])
    assert read_roster(path, survey()) == Roster(
        (ReportingUnit("12", "甲县科协", GOOD_USCC, "科协", "县级", "110101", "7", "张三", "13800000000"),)
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_any_encoding_keeps_leading_zeros(tmp_path: Path, encoding: str) -> None:
    path = text_file(
        tmp_path / "名录.csv", [["0012", "甲县科协", GOOD_USCC, "科协", "县级", "110101", "", "", ""]], encoding
    )
    assert read_roster(path, survey()).units == (
        ReportingUnit("0012", "甲县科协", GOOD_USCC, "科协", "县级", "110101"),
    )


def test_a_title_blank_rows_and_missing_optional_columns_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "名录.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write(0, 0, "某市名录")
        page.write_row(2, 0, [f" {text}" for text in HEADER[:6]])
        page.write_row(4, 0, ["1", "甲县科协", GOOD_USCC, " 科协", "县级 ", "110101"])
    assert read_roster(path, survey()).units == (ReportingUnit("1", "甲县科协", GOOD_USCC, "科协", "县级", "110101"),)


def test_every_problem_at_once(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "名录.xlsx",
        [
            ["1", "甲县科协", GOOD_USCC, "科协", "县级", "110101"],
            ["1", "乙县科协", GOOD_USCC[:-1] + "M", "科协", "县级", "110101"],
            ["", "丙县科协", GOOD_USCC, "协会", "村级", "1101"],
            ["a/b", "甲县科协", "", "学会", "县级", ""],
            ["~5", "", GOOD_USCC, "", "", "110101001"],
        ],
    )
    assert problems(path) == [
        (3, "单位代码", "「1」与第 2 行重复", True),
        (3, "统一社会信用代码", "「91110000600037341M」不是正确的统一社会信用代码", False),
        (4, "单位代码", "未填", True),
        (4, "单位类型", "「协会」不是可用的类型或级别", True),
        (4, "级别", "「村级」不是可用的类型或级别", True),
        (4, "行政区划代码", "「1101」不是行政区划代码", False),
        (5, "单位代码", "「a/b」不能用作文件名", True),
        (5, "单位名称", "「甲县科协」与第 2 行的单位同名", False),
        (5, "统一社会信用代码", "未填", False),
        (5, "级别", "「学会」没有「县级」这一级", True),
        (5, "行政区划代码", "未填", False),
        (6, "单位代码", "「~5」不能用作文件名", True),
        (6, "单位名称", "未填", True),
        (6, "单位类型", "未填", True),
        (6, "级别", "未填", True),
    ]


def test_doubts_do_not_stand_in_the_way(tmp_path: Path) -> None:
    path = sheet(tmp_path / "名录.xlsx", [["1", "甲县科协", "123", "科协", "县级", "110101"]])
    roster = read_roster(path, survey())
    assert [unit.code for unit in roster.units] == ["1"]
    assert [str(problem) for problem in roster.warnings] == [
        "第 2 行「统一社会信用代码」：「123」不是正确的统一社会信用代码。"
        "请对照证书逐位核对（18 位，不含字母 I、O、Z、S、V）；表格里请把这一栏设为文本"
    ]


def test_the_same_doubt_about_many_is_one_line(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [str(n), f"单位{n}", "" if n > 1 else "123", "科协", "县级", "110101"] for n in range(1, 9)
    ]
    *few, many = tell_doubts(read_roster(sheet(tmp_path / "名录.xlsx", rows), survey()).warnings)
    assert [line.partition("。")[0] for line in few] == [
        "第 2 行「统一社会信用代码」：「123」不是正确的统一社会信用代码"
    ]
    assert many == (
        "「统一社会信用代码」有 7 行：未填（第 3、4、5 行等）。请补填 18 位统一社会信用代码；确实没有的可以留空"
    )


def test_missing_and_doubled_columns(tmp_path: Path) -> None:
    header = ["单位代码", "单位代码", "单位名称", "统一社会信用代码", "级别", "行政区划代码"]
    assert problems(sheet(tmp_path / "名录.xlsx", [["1"]], header)) == [
        (0, "单位代码", "表头里这一栏出现了两次", True),
        (0, "单位类型", "缺少这一栏", True),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("没有.xlsx", None, "没有找到名录文件「没有.xlsx」"),
        ("名录.doc", b"", "「名录.doc」不是名录可用的文件类型"),
        ("名录.xlsx", b"not a zip", "名录文件「名录.xlsx」打不开（内容不是表格）"),
        ("名录.csv", b"\xff\xff\xff", "名录文件「名录.csv」打不开（内容不是表格）"),
        ("名录.csv", b"a,b\n1,2\n", "没有找到名录的表头"),
        ("名录.csv", ",".join(HEADER).encode(), "名录里一个单位也没有"),
    ],
)
def test_files_that_are_no_roster(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert problems(tmp_path / name) == [(0, "", message, True)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("甲县（乙镇）科协", "甲县(乙镇)科协"),
        ("阿·布", "阿•布"),
        ("阿・布", "阿·布"),
        ("甲 县　科协", "甲县科协"),
        ("ＡＢＣ１", "abc1"),
        ("甲\u200b县", "甲县"),
        ("甲—乙", "甲-乙"),
    ],
)
def test_names_written_differently_compare_equal(one: str, other: str) -> None:
    assert make_name_key(one) == make_name_key(other)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("甲县科协", "1-甲县科协.xlsx"),
        ('甲/乙:"丙"?', "1-甲-乙丙.xlsx"),
        ("甲县科协. ", "1-甲县科协.xlsx"),
        ("很" * 200, f"1-{'很' * 60}.xlsx"),
    ],
)
def test_workbook_names_are_good_on_any_system(name: str, expected: str) -> None:
    assert name_workbook(unit("1", name=name)) == expected


def test_an_empty_roster_can_be_filled_and_read(tmp_path: Path) -> None:
    path = tmp_path / "名录.xlsx"
    write_roster_book(path, survey())
    with CalamineWorkbook.from_path(str(path)) as book:
        assert book.sheet_names == ["名录", "填写说明", "_lists"]
        assert book.get_sheet_by_name("名录").to_python() == [HEADER]
    assert path.stat().st_mode & 0o777 == 0o600
    assert problems(path) == [(0, "", "名录里一个单位也没有", True)]
    assert [file.name for file in tmp_path.iterdir()] == ["名录.xlsx"]
