"""``survey diff`` as it is typed: the screen, JSON, and the workbook to print."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl

from tests.support.command import run
from tests.support.next_survey import M1, RULES, SURVEY, Edits, write_next
from tests.support.returns import MINI

EDITS: Edits = {
    SURVEY: [('version = "1"', 'version = "2"')],
    M1: [('name = "下属单位数"', 'name = "直属单位数"')],
    RULES: [('id = "M1-uscc"', 'id = "M1-credit"')],
}


def test_the_workbook_has_a_row_for_every_aspect(tmp_path: Path) -> None:
    write_next(tmp_path / "next", EDITS)
    result = run("survey", "diff", MINI.folder, tmp_path / "next", "--out", tmp_path / "对照.xlsx")
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(tmp_path / "对照.xlsx")
    assert book.sheetnames == ["概况", "制度与单位类型", "报表与指标", "审核规则"]
    rows = {
        sheet.title: [tuple(cell or "" for cell in row) for row in sheet.iter_rows(min_row=4, values_only=True)]
        for sheet in book.worksheets[1:]
    }
    assert rows == {
        "制度与单位类型": [("变更", "mini", "mini", "小型统计调查", "版本", "1", "2")],
        "报表与指标": [("变更", "M1!13", "M1!13", "直属单位数", "名称", "下属单位数", "直属单位数")],
        "审核规则": [("改代码", "M1-uscc", "M1-credit", "信用代码正确，名称不少于两字", "", "", "")],
    }
    counts = [tuple(row) for row in book["概况"].iter_rows(min_row=4, max_row=12, values_only=True)]
    assert counts == [
        ("部分", "新增", "取消", "变更", "改代码"),
        ("制度", 0, 0, 1, 0),
        ("单位类型", 0, 0, 0, 0),
        ("报表", 0, 0, 0, 0),
        ("指标", 0, 0, 1, 0),
        ("台账", 0, 0, 0, 0),
        ("台账栏目", 0, 0, 0, 0),
        ("审核规则", 0, 0, 0, 1),
        ("代码表", 0, 0, 0, 0),
    ]


def test_json_has_every_line(tmp_path: Path) -> None:
    new = write_next(tmp_path / "next", EDITS)
    answer = json.loads(run("survey", "diff", MINI.folder, tmp_path / "next", "--json").stdout)
    assert answer["new"] == {"id": "mini", "title": "小型统计调查", "version": "2", "hash": new.hash}
    assert answer["counts"] == {"survey": {"changed": 1}, "indicator": {"changed": 1}, "rule": {"renumbered": 1}}
    assert answer["lines"][1] == {
        "part": "indicator",
        "change": "changed",
        "old": "M1!13",
        "new": "M1!13",
        "name": "直属单位数",
        "guessed": False,
        "aspects": [{"aspect": "name", "old": "下属单位数", "new": "直属单位数"}],
    }


def test_equal_definitions_are_said_to_be_equal(tmp_path: Path) -> None:
    write_next(tmp_path / "same", {})
    result = run("survey", "diff", MINI.folder, tmp_path / "same")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "两份定义没有不同。")


def test_what_is_no_definition_is_refused(tmp_path: Path) -> None:
    result = run("survey", "diff", MINI.folder, tmp_path)
    assert (result.exit_code, len(result.output.splitlines())) == (2, 1)
