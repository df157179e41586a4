"""The rows of a clerk's own list into a ledger.

- values in usual spellings are taken; what is changed on the way is told
- what cannot be taken stands in the workbook as it was, is told with row and column, and the reader flags it
- rows are appended; duplicates are told and left out; too many rows are refused whole
- everything else in the workbook stays
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from addin.importing.importer import import_list
from addin.importing.notes import Unmatched, What
from addin.importing.source import ListRefused
from addin.sending.fill import fill, render
from generator.lock import Lock
from templates.content import Value
from templates.model import Survey
from tests.support.bare_return import rewrite
from tests.support.books import workbook
from tests.support.command import run
from tests.support.contents import data_of
from tests.support.lists import (
    DAY,
    FIRST,
    HEADER,
    MEETINGS,
    NAME,
    ONLINE,
    PEOPLE,
    SIZE,
    Broken,
    imported,
    kx_empty,
    list_book,
    readable,
    text_list,
    told,
    with_rows,
)
from tests.support.returns import MINI, a_return, worded

# --- values ----------------------------------------------------------------------------------------------------------

DATES = ["2024-3-5", "2024.3.5", "2024/3/5", "2024/03/05", "2024年3月5日", "20240305", "２０２４－０３－０５", "45356"]
TAKEN: list[tuple[str, str, object]] = [
    *((DAY, text, date(2024, 3, 5)) for text in DATES),
    (PEOPLE, "１２", 12.0),
    (PEOPLE, " 12 ", 12.0),
    (PEOPLE, '"1,234"', 1234.0),
    (SIZE, "大型", "大型"),
    (SIZE, "大 型", "大型"),
    ("主题：科普", "是", "是"),
    ("主题：科普", "√", "是"),
    ("主题：科普", "有", "是"),
    ("主题：科普", "1", "是"),
    ("主题：科普", "否", "否"),
    ("主题：科普", "无", "否"),
    ("主题：科普", "×", "否"),
    ("备注", "１２人", "１２人"),
]


@pytest.mark.parametrize(("column", "written", "value"), TAKEN)
def test_usual_spellings_are_taken_without_a_word(column: str, written: str, value: object, tmp_path: Path) -> None:
    rows, found = imported(tmp_path, f"活动名称,{column}\n甲,{written}\n")
    assert (rows, told(found)) == ({5: {NAME: "甲", column: value}}, [])


SEVERAL = [
    ("科普、学术", "是", "是"),
    ("科普", "是", "否"),
    ("学术；", "否", "是"),
    ("2", "否", "是"),
    ("科/学", "是", "是"),
    ("无", "否", "否"),
]


@pytest.mark.parametrize(("written", "first", "second"), SEVERAL)
def test_choices_in_one_cell_are_spread(written: str, first: str, second: str, tmp_path: Path) -> None:
    rows, found = imported(tmp_path, f"活动名称,主题\n甲,{written}\n乙,\n")
    assert (rows, told(found)) == (
        {5: {NAME: "甲", "主题：科普": first, "主题：学术": second}, 6: {NAME: "乙"}},
        [],
    )


def test_a_column_of_one_choice_says_more_than_the_column_of_all(tmp_path: Path) -> None:
    rows, _ = imported(tmp_path, "主题：科普,活动名称,主题\n√,甲,学术\n,乙,学术\n√,丙,其他\n")
    assert [row["主题：科普"] for row in rows.values()] == ["是", "否", "其他"], "what is told to stand there does"


CHANGED = [
    (PEOPLE, "12人", 12.0, "已按 12 写入"),
    (PEOPLE, "2.5", 3.0, "已四舍五入为 3 写入"),
    (DAY, "2024年3月", date(2024, 3, 1), "没有写日，已按 2024-03-01 写入"),
    (SIZE, "小", "小型", "已按「小型」写入"),
    (SIZE, "2", "小型", "已按「小型」写入"),
    (SIZE, "2.小型", "小型", "已按「小型」写入"),
]


@pytest.mark.parametrize(("column", "written", "value", "said"), CHANGED)
def test_what_is_changed_on_the_way_is_told(column: str, written: str, value: Value, said: str, tmp_path: Path) -> None:
    rows, found = imported(tmp_path, f"活动名称,{column}\n甲,{written}\n")
    assert rows == {5: {NAME: "甲", column: value}}
    assert [(note.what, note.row, note.column, note.heading) for note in found.notes] == [
        (What.CHANGED, 2, "B", column)
    ]
    assert f"清单第 2 行 B 列「{column}」是" in found.notes[0].message
    assert said in found.notes[0].message


def test_the_same_change_in_every_row_is_shown_twenty_times_and_counted(kx: Survey, tmp_path: Path) -> None:
    lines = [f"第{number}场,12人,若干" for number in range(30)]
    path = text_list(tmp_path / "学术会议.csv", "\n".join(["会议名称,参会人数,论文数", *lines]))
    _, found = import_list(kx, kx_empty(kx), path)
    assert (found.count(What.CHANGED), found.count(What.REFUSED)) == (30, 30)
    assert [sum(f" {letter} 列" in sentence for sentence in found.shown()) for letter in "BC"] == [21, 30]
    assert found.shown()[-1] == "清单 B 列另有 10 处也是这样改写的；加 --json 可看全部"


def test_what_cannot_be_taken_stands_as_it_was_and_is_told(tmp_path: Path) -> None:
    lines: list[list[object]] = [
        ["活动名称", "日期", "规模", "参加人次", "线上人次", "主题"],
        ["甲", "3月5日", "特大", "约30", -3, "科普、艺术"],
        ["乙", date(2024, 5, 1), "大型", Broken(), 0, ""],
        ["", "2024-05-02", "小型", 8, "", ""],
    ]
    submission = a_return()
    submission, found = import_list(MINI, submission, list_book(tmp_path / "a.xlsx", {"清单": lines}))
    assert submission.content.ledgers["活动"] == {
        5: {NAME: "甲", DAY: "3月5日", SIZE: "特大", PEOPLE: "约30", ONLINE: -3.0, "主题：科普": "科普、艺术"},
        6: {NAME: "乙", DAY: date(2024, 5, 1), SIZE: "大型", PEOPLE: "#DIV/0!", ONLINE: 0.0},
        7: {DAY: date(2024, 5, 2), SIZE: "小型", PEOPLE: 8.0},
    }
    assert {note.what for note in found.notes} == {What.REFUSED}
    kept, mend = "已照原样写入 台账-活动!", "，请在那里改正"
    assert told(found) == [
        f"清单第 2 行 B 列「日期」是「3月5日」，应为日期（如 2024-06-30），{kept}B5{mend}",
        f"清单第 2 行 C 列「规模」是「特大」，应为「大型、小型」之一，{kept}C5，请在那里改选",
        f"清单第 2 行 D 列「参加人次」是「约30」，应为数字，{kept}D5{mend}",
        f"清单第 2 行 E 列「线上人次」是「-3」，应为 0 或正数，{kept}E5{mend}",
        "清单第 2 行 F 列「主题」是「科普、艺术」，应为「科普、学术」中的几项，认不出「艺术」，"
        f"{kept}F5，请在各项下改选",
        f"清单第 3 行 D 列「参加人次」是错误值 #DIV/0!，应为正常的内容，{kept}D6{mend}",
        "清单第 4 行没有「活动名称」，其余内容已写入工作簿台账第 7 行，请在那里补填，不然这一行不计数",
    ]


def test_a_formula_without_its_result_is_not_lost(tmp_path: Path) -> None:
    path = list_book(tmp_path / "a.xlsx", {"清单": [["名称", "参加人数"], ["甲", Broken("UNCACHED")]]})
    rewrite(path, lambda xml: re.sub(rb' t="str"(><f>[^<]*</f>)<v>UNCACHED</v>', rb"\1", xml))
    submission = a_return()
    submission, found = import_list(MINI, submission, path)
    assert submission.content.ledgers["活动"] == {5: {NAME: "甲", PEOPLE: "=1/0"}}
    assert told(found) == [
        "清单第 2 行 B 列「参加人数」是公式「=1/0」，文件里没有它的结果，已照原样写入 台账-活动!D5，请在那里改为结果"
    ]


def test_a_stray_cell_far_away_is_one_more_column(tmp_path: Path) -> None:
    lines: list[list[object]] = [["名称"], ["甲", *[""] * 16382, "x"]]
    submission = a_return()
    submission, found = import_list(MINI, submission, list_book(tmp_path / "a.xlsx", {"清单": lines}))
    assert found.unmatched == [Unmatched("XFD", "", 1)]


def test_the_reader_flags_what_was_written_as_it_was(lock: Lock, tmp_path: Path) -> None:
    path = workbook(tmp_path, MINI, lock, "甲类", "市级")
    submission = readable(path)
    text = HEADER + "甲,3月5日,特大,约30,-3,艺术,\n"
    submission, found = import_list(MINI, submission, text_list(tmp_path / "清单.csv", text))
    render(MINI, submission, path, tmp_path / "out.xlsx")
    back = readable(tmp_path / "out.xlsx")
    assert back.content == submission.content
    assert [finding.cell for finding in worded(back)] == [note.cell for note in found.notes]
    assert [finding.rule for finding in worded(back)] == [
        "ledger.date",
        "ledger.choice",
        "ledger.text",
        "ledger.negative",
        "ledger.choice",
    ]


def test_merged_cells_say_the_same_in_every_row_but_are_counted_once(tmp_path: Path) -> None:
    lines: list[list[object]] = [["活动名称", "规模", "参加人次"], ["甲", "大型", 30], ["乙"], ["丙", "小型", 5]]
    path = list_book(tmp_path / "a.xlsx", {"清单": lines}, merged=("B2:B3", "C2:C3"))
    submission = a_return()
    submission, found = import_list(MINI, submission, path)
    assert submission.content.ledgers["活动"] == {
        5: {NAME: "甲", SIZE: "大型", PEOPLE: 30.0},
        6: {NAME: "乙", SIZE: "大型"},
        7: {NAME: "丙", SIZE: "小型", PEOPLE: 5.0},
    }
    assert told(found) == [
        "清单第 3 行 C 列「参加人次」与第 2 行合并成一格，数只写在第 2 行那一条，台账-活动!D6 留空，请补填"
    ]


def test_sums_and_numbers_of_rows_are_passed_over_and_other_rows_that_are_no_records_are_told(tmp_path: Path) -> None:
    text = "序号,活动名称,参加人次\n1,甲,3\n小计,,3\n序号,活动名称,参加人次\n2,乙,4\n3,,\n4,,\n,合 计：,7\n制表：某,,\n"
    rows, found = imported(tmp_path, text)
    assert rows == {5: {NAME: "甲", PEOPLE: 3.0}, 6: {NAME: "乙", PEOPLE: 4.0}}
    assert {note.what for note in found.notes} == {What.LEFT_OUT}
    assert told(found) == [
        "清单第 4 行又是一行表头，未写入",
        "清单第 6、7、9 行在对应上的栏里没有内容，未写入；要导入的，请在清单里补填后重新导入",
    ]


# --- rows ------------------------------------------------------------------------------------------------------------


def test_rows_are_appended_and_duplicates_left_out(tmp_path: Path) -> None:
    text = "活动名称,日期,参加人次\n甲(一),2024.3.5,3\n甲（一）,2024-3-5,4\n乙,,1\n丙,,2\n丙,,2\n"
    rows, found = imported(tmp_path, text, with_rows(FIRST))
    assert rows == FIRST | {9: {NAME: "乙", PEOPLE: 1.0}, 10: {NAME: "丙", PEOPLE: 2.0}}
    rest = "未写入；确是不同的，请在工作簿里补填，并在「备注」写明"
    assert {note.what for note in found.notes} == {What.DUPLICATE}
    assert told(found) == [
        f"清单第 2 行（甲(一)、2024-03-05）与工作簿台账第 5 行重复，{rest}",
        f"清单第 3 行（甲（一）、2024-03-05）与工作簿台账第 5 行重复，但「参加人次」不同，{rest}",
        f"清单第 6 行（丙）与清单第 5 行重复，{rest}",
    ]


def test_importing_twice_adds_nothing(tmp_path: Path) -> None:
    path = text_list(tmp_path / "清单.csv", HEADER + "甲,2024-3-5,大型,3,,科普,\n")
    once, _ = import_list(MINI, a_return(), path)
    again, found = import_list(MINI, once, path)
    assert (again, found.rows, found.count(What.DUPLICATE)) == (once, 0, 1)


def test_replace_empties_the_ledger_first(tmp_path: Path) -> None:
    rows, found = imported(tmp_path, "活动名称,日期\n甲（一）,2024-3-5\n", with_rows(FIRST), replace=True)
    assert rows == {5: {NAME: "甲（一）", DAY: date(2024, 3, 5)}}
    assert (found.emptied, told(found)) == (2, [])


def test_more_rows_than_there_is_room_for_are_refused_whole(tmp_path: Path) -> None:
    lines = [f"第{number}场" for number in range(17)]
    submission = with_rows(FIRST)
    with pytest.raises(ListRefused) as refused:
        imported(tmp_path, "\n".join(["活动名称", *lines]), submission)
    assert str(refused.value) == (
        "台账「活动」填到第 24 行为止，还能写 16 行，清单要写入 17 行，所以一行也没有写入，"
        "请把清单分开，或改用行数更多的工作簿"
    )
    assert submission.content.ledgers["活动"] == FIRST
    rows, _ = imported(tmp_path, "\n".join(["活动名称", *lines[:16]]), submission)
    assert max(rows) == 24


# --- the command -----------------------------------------------------------------------------------------------------

BEFORE = {
    "forms": {"KX03": {"24": 1, "26": 5}, "封面": {"填表人": "某某"}},
    "ledgers": {"农技协": [{"农技协名称": "甲"}], "学术会议": [{"会议名称": "旧会", "开始日期": "2024-01-02"}]},
    "notes": {"KX03": {"26": "新增两个团队"}},
    "总结": "写了一段",
    "报表说明": "另一段",
}


@pytest.fixture
def filled(kx: Survey, lock: Lock, tmp_path: Path) -> Path:
    """Return a workbook with something in every part."""
    empty = workbook(tmp_path, kx, lock, "科协", "市级科协")
    submission = readable(empty, kx)
    submission = fill(kx, submission, BEFORE).submission
    submission.content.prior = {"KX03": {"24": 7.0}}
    render(kx, submission, empty, tmp_path / "某.xlsx")
    return tmp_path / "某.xlsx"


def test_nothing_else_in_the_workbook_changes(kx: Survey, filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    source = list_book(tmp_path / "清单.xlsx", {"一": MEETINGS})
    result = run("import-ledger", filled, source, "-o", target)
    assert result.exit_code == 0, result.output
    before, after = readable(filled, kx), readable(target, kx)
    wanted = data_of(before)
    wanted["ledgers"]["学术会议"].append({"会议名称": "甲会", "开始日期": "2024-03-05", "参会总人次": 3})
    assert data_of(after) == wanted
    assert (after.identity, after.content.prior) == (before.identity, before.content.prior)
    assert "写入 1 行，重复未写 0 行，照原样写入、要改正的 0 处" in result.output


def test_json_is_complete(filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    text = "名称,时间,主持人,参会人数\n乙会,2024.3.5,某,若干\n旧会,2024-1-2,,\n"
    source = text_list(tmp_path / "清单.csv", text, "gb18030")
    result = run("import-ledger", filled, source, "-o", target, "--ledger", "学术会议", "--json")
    assert result.exit_code == 1, "a value could not be taken"
    answer = json.loads(result.stdout)
    assert [note.pop("message")[:9] for note in answer["notes"]] == [
        "清单第 2 行 D",
        "清单第 3 行（旧",
        "清单 C 列「主持",
    ]
    assert answer == {
        "ledger": "学术会议",
        "sheet": "清单",
        "header_row": 1,
        "columns": {"名称": "会议名称", "时间": "开始日期", "参会人数": "参会总人次"},
        "rows": 1,
        "emptied": 0,
        "counts": {"refused": 1, "changed": 0, "duplicate": 1, "left_out": 1},
        "unmatched": [{"column": "C", "heading": "主持人", "cells": 1}],
        "notes": [
            {"what": "refused", "row": 2, "column": "D", "heading": "参会人数", "cell": "台账-学术会议!J6"},
            {"what": "duplicate", "row": 3, "column": "", "heading": "", "cell": ""},
            {"what": "left_out", "row": 0, "column": "C", "heading": "主持人", "cell": ""},
        ],
        "file": str(target),
    }


def test_replace_says_how_many_rows_went(kx: Survey, filled: Path, tmp_path: Path) -> None:
    source = list_book(tmp_path / "清单.xlsx", {"一": MEETINGS})
    result = run("import-ledger", filled, source, "-o", tmp_path / "out.xlsx", "--replace")
    assert (result.exit_code, "台账原有 1 行已清空（原文件没有改动）" in result.output) == (0, True)
    rows = readable(tmp_path / "out.xlsx", kx).content.ledgers["学术会议"]
    assert [row["会议名称"] for row in rows.values()] == ["甲会"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("某.xlsx", "没有.csv", "-o", "out.xlsx"), "没有找到清单「没有.csv」"),
        (("清单.xlsx", "清单.xlsx", "-o", "out.xlsx"), "不是下发的报表"),
        (("某.xlsx", "清单.xlsx", "-o", "某.xlsx"), "输出文件不能与输入文件相同：某.xlsx"),
        (("某.xlsx", "清单.xlsx", "-o", "清单.xlsx"), "输出文件不能与输入文件相同：清单.xlsx"),
        (("某.xlsx", "清单.xlsx", "-o", "out.xlsx", "--ledger", "会议"), "本工作簿没有台账「会议」"),
    ],
)
def test_what_cannot_be_done_gets_exit_code_2(
    filled: Path, arguments: tuple[str, ...], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(filled.parent)
    list_book(Path("清单.xlsx"), {"一": MEETINGS})
    before = filled.read_bytes()
    result = run("import-ledger", *arguments)
    assert (result.exit_code, sentence in result.output) == (2, True), result.output
    assert not Path("out.xlsx").exists()
    assert filled.read_bytes() == before
