"""A clerk's own list into a ledger.

- the header is found below titles, however its names are spelled; synonyms are declared by the survey
- .xlsx, .csv in UTF-8 and GB18030, and older .xls
- values in usual spellings are taken; what is changed on the way is told
- what cannot be taken stands in the workbook as it was, is told with row and column, and the reader flags it
- rows are appended; duplicates are told and left out; too many rows are refused whole
- without --ledger the sheet's name or the headings decide; when they do not, the choices are told
- everything else in the workbook stays
"""

from __future__ import annotations

import json
import re
import shutil
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest

from addin.fill import as_data, fill, render
from addin.host.office import properties
from addin.importing.headings import meant
from addin.importing.importer import import_list
from addin.importing.notes import Imported, Unmatched, What
from addin.importing.source import ListRefused
from addin.reading.reader import read
from addin.submission import Submission
from generator.strict import Lock
from templates.content import Value
from templates.lint import lint
from templates.load import load
from templates.model import Survey
from tests.bare_return import rewrite
from tests.books import workbook
from tests.lists import Broken, list_book, text_list
from tests.office import Office, opened
from tests.returns import MINI, a_return
from tests.test_cli import run

Rows = dict[int, dict[str, Value]]
HEADER = "活动名称,日期,规模,参加人次,线上人次,主题,备注\n"
NAME, DAY, SIZE, PEOPLE, ONLINE, TOPIC = (column for column in HEADER.split(",")[:6])


def imported(
    folder: Path, text: str, submission: Submission | None = None, *, replace: bool = False
) -> tuple[Rows, Imported]:
    """Import a .csv and return the ledger's rows with what was told."""
    submission = submission or a_return()
    found = import_list(submission, text_list(folder / "清单.csv", text), replace=replace)
    return submission.content.ledgers["活动"], found


def told(found: Imported) -> list[str]:
    return [note.message for note in found.notes]


# --- headers ---------------------------------------------------------------------------------------------------------

HEADINGS = [
    ("活动名称", NAME),
    (" 活动\n名 称 ", NAME),
    ("*活动名称", NAME),
    ("1.活动名称：", NAME),
    ("活动名称（必填）", NAME),
    ("名称", NAME),
    ("活动", NAME),
    ("时间", DAY),
    ("参加人次（人次）", PEOPLE),
    ("参加人数(人)", PEOPLE),
    ("其中：线上人次", ONLINE),
    ("其中:线上人次（人次）", ONLINE),
    ("主题", TOPIC),
    ("活动主题", TOPIC),
    ("主题：科普", "主题：科普"),
    ("主题:科普", "主题：科普"),
    ("说明", "备注"),
    ("参加人次（万人次）", ""),
    ("主持人", ""),
    ("", ""),
]


@pytest.mark.parametrize(("heading", "column"), HEADINGS)
def test_headings_are_matched_however_they_are_spelled(heading: str, column: str) -> None:
    assert meant(MINI.ledger["活动"], heading) == column


KX_HEADINGS = [
    ("学术会议", "举办时间", "开始日期"),
    ("学术会议", "其中：境外专家人数（人）", "境外专家学者人次"),
    ("科技奖项", "其中：女性", "其中女性人次"),
    ("科技奖项", "其中：45岁及以下", "其中45岁及以下人次"),
    ("实体科技馆", "建筑面积（㎡）", "建筑面积（平方米）"),
    ("实体科技馆", "建筑面积(万平方米)", ""),
    ("加入国际组织", "会费（元）", "本年缴纳会费（元）"),
    ("加入国际组织", "本年缴纳会费（万元）", ""),
    ("加入国际组织", "会费", ""),
    ("科普APP", "ａｐｐ名称", "APP名称"),
    ("专家工作站", "工作站(中心)名称", "工作站（中心）名称"),
]


@pytest.mark.parametrize(("ledger", "heading", "column"), KX_HEADINGS)
def test_declared_synonyms_and_no_wrong_measure(kx: Survey, ledger: str, heading: str, column: str) -> None:
    assert meant(kx.ledger[ledger], heading) == column


def test_the_header_stands_below_titles(tmp_path: Path) -> None:
    lines: list[list[object]] = [
        ["某馆活动一览表"],
        ["名称：某馆"],
        ["名称", "时间", "参加人数"],
        ["甲", "2024.3.5", 3],
    ]
    path = list_book(tmp_path / "a.xlsx", {"清单": lines}, merged=("A1:C1",))
    submission = a_return()
    found = import_list(submission, path)
    assert (found.header.row, told(found)) == (3, [])
    assert submission.content.ledgers["活动"] == {5: {NAME: "甲", DAY: date(2024, 3, 5), PEOPLE: 3.0}}


def test_the_official_name_wins_over_a_synonym(tmp_path: Path) -> None:
    rows, found = imported(tmp_path, "名称,活动名称,主持人,\n旧名,甲,某,丙\n,乙,,\n")
    assert rows == {5: {NAME: "甲"}, 6: {NAME: "乙"}}
    assert found.unmatched == [Unmatched("A", "名称", 1), Unmatched("C", "主持人", 1), Unmatched("D", "", 1)]
    rest = "格未写入"
    assert told(found) == [
        f"清单 A 列「名称」与 B 列都对应「活动名称」，已用 B 列，A 列下面 1 {rest}；"
        "应当用 A 列的，请改 B 列的栏名后重新导入",
        f"清单 C 列「主持人」在台账里没有对应的栏，下面 1 {rest}；要写入的，请把栏名改成台账的栏名后重新导入",
        f"清单 D 列没有栏名，下面 1 {rest}；要写入的，请写上台账的栏名后重新导入",
    ]


@pytest.mark.parametrize(
    ("column", "synonym", "names"),
    [
        ("日期", "活动", "活动名称、日期"),
        ("参加人次", "线上人次", "线上人次、参加人次"),
        ("规模", "主题", "主题、规模"),
    ],
)
def test_lint_finds_a_synonym_that_means_two_columns(tmp_path: Path, column: str, synonym: str, names: str) -> None:
    folder = shutil.copytree(MINI.folder, tmp_path / "mini")
    path = folder / "ledgers" / "L01-活动.toml"
    text = path.read_text(encoding="utf-8").replace(
        f'name = "{column}"\n', f'name = "{column}"\nsynonyms = ["{synonym}"]\n'
    )
    text = text.replace('synonyms = ["时间", "活动日期"]\n', "").replace('synonyms = ["参加人数"]\n', "")
    path.write_text(text, encoding="utf-8")
    problems = [problem for problem in lint(load(folder)) if problem.id == "D036"]
    assert [(problem.file, problem.message) for problem in problems] == [
        ("ledgers/L01-活动.toml", f"台账「活动」里，清单的栏名「{synonym}」可以指「{names}」几栏")
    ]


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_usual_encodings(encoding: str, tmp_path: Path) -> None:
    submission = a_return()
    import_list(submission, text_list(tmp_path / "清单.csv", HEADER + "甲,45356,1,12,,,\n", encoding))
    assert submission.content.ledgers["活动"] == {5: {NAME: "甲", DAY: date(2024, 3, 5), SIZE: "大型", PEOPLE: 12.0}}


def test_a_workbook_under_another_suffix(tmp_path: Path) -> None:
    path = list_book(tmp_path / "清单.xlsx", {"清单": [["名称"], ["甲"]]}).rename(tmp_path / "清单.xls")
    submission = a_return()
    assert told(import_list(submission, path)) == []
    assert submission.content.ledgers["活动"] == {5: {NAME: "甲"}}


@pytest.mark.office
def test_an_old_workbook(office: Office, tmp_path: Path) -> None:
    path = list_book(
        tmp_path / "新.xlsx", {"清单": [["名称", "日期", "人"], ["甲", date(2024, 3, 5)], ["乙", 20240306]]}
    )
    with opened(office, path) as book:
        book.document.storeToURL((tmp_path / "旧.xls").as_uri(), properties(FilterName="MS Excel 97"))
    submission = a_return()
    found = import_list(submission, tmp_path / "旧.xls")
    assert submission.content.ledgers["活动"] == {
        5: {NAME: "甲", DAY: date(2024, 3, 5)},
        6: {NAME: "乙", DAY: date(2024, 3, 6)},
    }
    assert told(found) == ["旧版 .xls 里的错误值（如 #N/A）读不出来，当作空白；有这样的格，请先另存为 .xlsx 再导入"]


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
    found = import_list(kx_empty(kx), path)
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
    found = import_list(submission, list_book(tmp_path / "a.xlsx", {"清单": lines}))
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
    found = import_list(submission, path)
    assert submission.content.ledgers["活动"] == {5: {NAME: "甲", PEOPLE: "=1/0"}}
    assert told(found) == [
        "清单第 2 行 B 列「参加人数」是公式「=1/0」，文件里没有它的结果，已照原样写入 台账-活动!D5，请在那里改为结果"
    ]


def test_a_stray_cell_far_away_is_one_more_column(tmp_path: Path) -> None:
    lines: list[list[object]] = [["名称"], ["甲", *[""] * 16382, "x"]]
    submission = a_return()
    found = import_list(submission, list_book(tmp_path / "a.xlsx", {"清单": lines}))
    assert found.unmatched == [Unmatched("XFD", "", 1)]


def test_the_reader_flags_what_was_written_as_it_was(lock: Lock, tmp_path: Path) -> None:
    path = workbook(tmp_path, MINI, lock, "甲类", "市级")
    submission = readable(path)
    text = HEADER + "甲,3月5日,特大,约30,-3,艺术,\n"
    found = import_list(submission, text_list(tmp_path / "清单.csv", text))
    render(submission, path, tmp_path / "out.xlsx")
    back = readable(tmp_path / "out.xlsx")
    assert back.content == submission.content
    assert [finding.cell for finding in back.findings] == [note.cell for note in found.notes]
    assert [finding.rule for finding in back.findings] == [
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
    found = import_list(submission, path)
    assert submission.content.ledgers["活动"] == {
        5: {NAME: "甲", SIZE: "大型", PEOPLE: 30.0},
        6: {NAME: "乙", SIZE: "大型"},
        7: {NAME: "丙", SIZE: "小型", PEOPLE: 5.0},
    }
    assert told(found) == [
        "清单第 3 行 C 列「参加人次」与第 2 行合并成一格，数只写在第 2 行那一条，台账-活动!D6 留空，请补填"
    ]


def test_rows_that_are_no_records_are_left_out_and_told(tmp_path: Path) -> None:
    text = "序号,活动名称,参加人次\n1,甲,3\n小计,,3\n序号,活动名称,参加人次\n2,乙,4\n3,,\n4,,\n,合 计：,7\n制表：某,,\n"
    rows, found = imported(tmp_path, text)
    assert rows == {5: {NAME: "甲", PEOPLE: 3.0}, 6: {NAME: "乙", PEOPLE: 4.0}}
    assert {note.what for note in found.notes} == {What.LEFT_OUT}
    assert told(found) == [
        "清单第 3 行是「小计」，不是一条记录，未写入；台账自己会合计",
        "清单第 4 行又是一行表头，未写入",
        "清单第 8 行是「合 计：」，不是一条记录，未写入；台账自己会合计",
        "清单第 6、7、9 行在对应上的栏里没有内容，未写入；要导入的，请在清单里补填后重新导入",
        "清单 A 列「序号」在台账里没有对应的栏，下面 7 格未写入；要写入的，请把栏名改成台账的栏名后重新导入",
    ]


# --- rows ------------------------------------------------------------------------------------------------------------

FIRST: Rows = {5: {NAME: "甲（一）", DAY: date(2024, 3, 5), PEOPLE: 3.0}, 8: {NAME: "乙", "记录状态": "注销"}}


def with_rows(rows: Rows) -> Submission:
    submission = a_return()
    submission.content.ledgers["活动"] = deepcopy(rows)
    return submission


def test_rows_are_appended_and_duplicates_left_out(tmp_path: Path) -> None:
    text = "活动名称,日期,参加人次\n甲(一),2024.3.5,3\n甲（一）,2024-3-5,4\n乙,,1\n丙,,2\n丙,,2\n"
    rows, found = imported(tmp_path, text, with_rows(FIRST))
    assert rows == FIRST | {9: {NAME: "乙", PEOPLE: 1.0}, 10: {NAME: "丙", PEOPLE: 2.0}}
    rest = "未写入；确是不同的，请在工作簿里补填，并在「备注」写明"
    assert {note.what for note in found.notes} == {What.DUPLICATE}
    assert told(found) == [
        f"清单第 2 行（甲（一）、2024-03-05）与工作簿台账第 5 行重复，{rest}",
        f"清单第 3 行（甲（一）、2024-03-05）与工作簿台账第 5 行重复，但「参加人次」不同，{rest}",
        f"清单第 6 行（丙）与清单第 5 行重复，{rest}",
    ]


def test_importing_twice_adds_nothing(tmp_path: Path) -> None:
    submission = a_return()
    first, _ = imported(tmp_path, HEADER + "甲,2024-3-5,大型,3,,科普,\n", submission)
    once = deepcopy(first)
    again, found = imported(tmp_path, HEADER + "甲,2024-3-5,大型,3,,科普,\n", submission)
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


# --- which ledger, which sheet, which file ----------------------------------------------------------------------------

Sheets = dict[str, list[list[object]]]
MEETINGS: list[list[object]] = [["会议名称", "时间", "参会人数"], ["甲会", "2024.3.5", 3]]
SOCIETIES: list[list[object]] = [["科协名称", "批复日期"], ["甲科协", "2020-1-1"]]


def readable(path: Path, survey: Survey = MINI) -> Submission:
    found = read(path, surveys=lambda _: survey)
    assert isinstance(found, Submission), found
    return found


CHOSEN: list[tuple[Sheets, dict[str, str], str, str]] = [
    ({"Sheet1": MEETINGS}, {}, "学术会议", "Sheet1"),
    ({"说明": [["请看第二张表"]], "表二": MEETINGS}, {}, "学术会议", "表二"),
    ({"2024年农技协名单": [["名称", "成立时间"], ["甲", "2020-1-1"]]}, {}, "农技协", "2024年农技协名单"),
    ({"台账-科技期刊": [["名称"], ["甲"]], "学术会议": MEETINGS}, {"ledger": "科技期刊"}, "科技期刊", "台账-科技期刊"),
    ({"一": SOCIETIES}, {"ledger": "新经济组织科协"}, "新经济组织科协", "一"),
    ({"一": SOCIETIES}, {"ledger": "台账-乡镇街道科协"}, "乡镇街道科协", "一"),
    ({"一": MEETINGS, "二": MEETINGS}, {"sheet": "二"}, "学术会议", "二"),
]


@pytest.mark.parametrize(("sheets", "options", "ledger", "sheet"), CHOSEN)
def test_sheet_and_ledger_are_found(
    kx: Survey,
    tmp_path: Path,
    sheets: Sheets,
    options: dict[str, str],
    ledger: str,
    sheet: str,
) -> None:
    found = import_list(
        kx_empty(kx),
        list_book(tmp_path / "a.xlsx", sheets),
        ledger=options.get("ledger", ""),
        sheet=options.get("sheet", ""),
    )
    assert (found.header.layout.ledger.short, found.header.sheet.name, found.rows) == (ledger, sheet, 1)


def kx_empty(kx: Survey) -> Submission:
    """Return an empty return of a 科协, in memory."""
    submission = a_return(kind="科协", level="市级科协")
    submission.survey = kx
    return submission


SOCIETY_CHOICES = "、".join(
    f"台账「{short}」（工作表「Sheet1」）"
    for short in ("企业园区科协", "新经济组织科协", "新社会组织科协", "高校院所科协", "乡镇街道科协", "农村社区科协")
)
REFUSED: list[tuple[Sheets, dict[str, str], str]] = [
    (
        {"Sheet1": SOCIETIES},
        {},
        f"分不清清单要导入哪一本台账，可能是 {SOCIETY_CHOICES}，请用 --ledger 指明台账，或用 --sheet 指明工作表",
    ),
    (
        {"一": MEETINGS, "二": MEETINGS},
        {"ledger": "学术会议"},
        "分不清清单要导入哪一本台账，可能是 台账「学术会议」（工作表「一」）、台账「学术会议」（工作表「二」），"
        "请用 --ledger 指明台账，或用 --sheet 指明工作表",
    ),
    (
        {"一": MEETINGS},
        {"sheet": "三"},
        "清单里没有工作表「三」，有的是 一，请用 --sheet 写其中一个",
    ),
    (
        {"一": [["姓名", "电话"], ["某甲", "1"]]},
        {},
        "清单「a.xlsx」的前 20 行里没有找到表头，应有一行写着台账的栏名，其中要有名称一栏，请补上表头，"
        "或用 --ledger、--sheet 指明台账和工作表",
    ),
    (
        {"一": [["主题", "时间"], ["某甲", "1"]]},
        {"ledger": "学术会议"},
        "清单「a.xlsx」的前 20 行里没有找到表头，应有一行写着「学术会议」的栏名，其中要有"
        "「会议名称、名称、学术会议名称、会议」之一，请把栏名改好后再导入",
    ),
    (
        {"学术会议": [["刊名", "CN号"], ["甲", "1"]]},
        {},
        "清单「a.xlsx」的前 20 行里没有找到表头，应有一行写着「学术会议」的栏名，其中要有"
        "「会议名称、名称、学术会议名称、会议」之一，请把栏名改好后再导入",
    ),
    (
        {"海智合作机构": [["合作机构名称", "国家"], ["甲", "某国"]]},
        {},
        "清单的工作表名说的是台账「海智合作机构」，本工作簿没有这本台账，请核对工作簿和清单；"
        "确要导入别的台账，请用 --ledger 指明",
    ),
    (
        {"一": MEETINGS[:1]},
        {},
        "清单「a.xlsx」的工作表「一」第 1 行表头下面没有可以导入的行，请核对清单",
    ),
]


@pytest.mark.parametrize(("sheets", "options", "sentence"), REFUSED)
def test_what_is_not_clear_is_refused_in_one_sentence(
    kx: Survey, tmp_path: Path, sheets: Sheets, options: dict[str, str], sentence: str
) -> None:
    submission = kx_empty(kx)
    with pytest.raises(ListRefused) as refused:
        import_list(
            submission,
            list_book(tmp_path / "a.xlsx", sheets),
            ledger=options.get("ledger", ""),
            sheet=options.get("sheet", ""),
        )
    assert str(refused.value) == sentence
    assert not any(submission.content.ledgers.values())


def test_a_ledger_that_the_workbook_has_not(kx: Survey, tmp_path: Path) -> None:
    path = list_book(tmp_path / "a.xlsx", {"一": MEETINGS})
    with pytest.raises(ListRefused, match=r"本工作簿没有台账「会议」，有的是 .*、学术会议、.*，请用"):
        import_list(kx_empty(kx), path, ledger="会议")


def test_other_sheets_with_the_same_header_are_told(kx: Survey, tmp_path: Path) -> None:
    found = import_list(kx_empty(kx), list_book(tmp_path / "a.xlsx", {"学术会议": MEETINGS, "二": MEETINGS}))
    assert told(found) == ["清单的工作表「二」也有这本台账的表头，没有导入；要导入的，请用 --sheet 指明它，再导入一次"]


def test_a_ledger_of_another_workbook_is_a_list_too(lock: Lock, tmp_path: Path) -> None:
    last_year = with_rows(FIRST)
    path = workbook(tmp_path, MINI, lock, "甲类", "市级", last_year.content)
    submission = a_return()
    found = import_list(submission, path)
    assert (list(submission.content.ledgers["活动"].values()), told(found)) == (list(FIRST.values()), [])


LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage\0".encode("utf-16-le")
"""As much of a workbook with a password as tells it from others."""


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("没有.xlsx", None, "没有找到清单「没有.xlsx」，请核对文件名和所在文件夹"),
        ("坏.xlsx", b"PK no workbook", "清单「坏.xlsx」打不开，应为 .xlsx、.xls 或 .csv"),
        ("网页.xls", b"<html></html>", "清单「网页.xls」打不开，应为 .xlsx、.xls 或 .csv"),
        ("乱.csv", b"\xff\xff\xff", "清单「乱.csv」打不开，应为 .xlsx、.xls 或 .csv"),
        ("密.xlsx", LOCKED, "清单「密.xlsx」设了打开密码，读不了，请在 Excel 或 WPS 里取消打开密码，保存后再导入"),
        ("空.csv", b"", "清单「空.csv」的前 20 行里没有找到表头"),
    ],
)
def test_files_that_are_no_list(tmp_path: Path, name: str, content: bytes | None, sentence: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ListRefused) as refused:
        import_list(a_return(), tmp_path / name)
    assert str(refused.value).startswith(sentence)


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
    fill(submission, BEFORE)
    submission.content.prior = {"KX03": {"24": 7.0}}
    render(submission, empty, tmp_path / "某.xlsx")
    return tmp_path / "某.xlsx"


def test_nothing_else_in_the_workbook_changes(kx: Survey, filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    source = list_book(tmp_path / "清单.xlsx", {"一": MEETINGS})
    result = run("import-ledger", filled, source, "-o", target)
    assert result.exit_code == 0, result.output
    before, after = readable(filled, kx), readable(target, kx)
    wanted = as_data(before)
    wanted["ledgers"]["学术会议"].append({"会议名称": "甲会", "开始日期": "2024-03-05", "参会总人次": 3})
    assert as_data(after) == wanted
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
