"""Which file, sheet, header and ledger a clerk's own list has.

- the header is found below titles, however its names are spelled; synonyms are declared by the survey
- .xlsx, .csv in UTF-8 and GB18030, and older .xls
- without --ledger the sheet's name or the headings decide; when they do not, the choices are told
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from addin.host.office import make_properties
from addin.importing.headings import find_meaning
from addin.importing.importer import import_list
from addin.importing.notes import Unmatched
from addin.importing.source import ListRefused
from generator.lock import Lock
from templates.lint import lint
from templates.load import load
from templates.model import Survey
from tests.support.books import workbook
from tests.support.lists import (
    DAY,
    FIRST,
    HEADER,
    MEETINGS,
    NAME,
    ONLINE,
    PEOPLE,
    SIZE,
    SOCIETIES,
    TOPIC,
    Sheets,
    imported,
    kx_empty,
    list_book,
    text_list,
    told,
    with_rows,
)
from tests.support.office import Office, opened
from tests.support.returns import MINI, a_return

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
    assert find_meaning(MINI.ledger["活动"], heading) == column


KX_HEADINGS = [
    ("学术会议", "举办时间", "开始日期"),
    ("学术会议", "其中：境外专家人数（人）", "境外专家学者人次"),
    ("学术会议", "主办/承办", "主办方式"),
    ("学术会议", "其中线上", "线上参会人次"),
    ("学术会议", "其中：线上人次", "线上参会人次"),
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
    assert find_meaning(kx.ledger[ledger], heading) == column


def test_the_header_stands_below_titles(tmp_path: Path) -> None:
    lines: list[list[object]] = [
        ["某馆活动一览表"],
        ["名称：某馆"],
        ["名称", "时间", "参加人数"],
        ["甲", "2024.3.5", 3],
    ]
    path = list_book(tmp_path / "a.xlsx", {"清单": lines}, merged=("A1:C1",))
    submission = a_return()
    submission, found = import_list(MINI, submission, path)
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
    path = text_list(tmp_path / "清单.csv", HEADER + "甲,45356,1,12,,,\n", encoding)
    submission, _ = import_list(MINI, a_return(), path)
    assert submission.content.ledgers["活动"] == {5: {NAME: "甲", DAY: date(2024, 3, 5), SIZE: "大型", PEOPLE: 12.0}}


def test_a_workbook_under_another_suffix(tmp_path: Path) -> None:
    path = list_book(tmp_path / "清单.xlsx", {"清单": [["名称"], ["甲"]]}).rename(tmp_path / "清单.xls")
    submission, found = import_list(MINI, a_return(), path)
    assert told(found) == []
    assert submission.content.ledgers["活动"] == {5: {NAME: "甲"}}


@pytest.mark.office
def test_an_old_workbook(office: Office, tmp_path: Path) -> None:
    path = list_book(
        tmp_path / "新.xlsx", {"清单": [["名称", "日期", "人"], ["甲", date(2024, 3, 5)], ["乙", 20240306]]}
    )
    with opened(office, path) as book:
        book.document.storeToURL((tmp_path / "旧.xls").as_uri(), make_properties(FilterName="MS Excel 97"))
    submission = a_return()
    submission, found = import_list(MINI, submission, tmp_path / "旧.xls")
    assert submission.content.ledgers["活动"] == {
        5: {NAME: "甲", DAY: date(2024, 3, 5)},
        6: {NAME: "乙", DAY: date(2024, 3, 6)},
    }
    assert told(found) == ["旧版 .xls 里的错误值（如 #N/A）读不出来，当作空白；有这样的格，请先另存为 .xlsx 再导入"]


# --- which ledger, which sheet, which file ----------------------------------------------------------------------------

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
    _, found = import_list(
        kx,
        kx_empty(kx),
        list_book(tmp_path / "a.xlsx", sheets),
        ledger=options.get("ledger", ""),
        sheet=options.get("sheet", ""),
    )
    assert (found.header.layout.ledger.short, found.header.sheet.name, found.rows) == (ledger, sheet, 1)


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
            kx,
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
        import_list(kx, kx_empty(kx), path, ledger="会议")


def test_other_sheets_with_the_same_header_are_told(kx: Survey, tmp_path: Path) -> None:
    _, found = import_list(kx, kx_empty(kx), list_book(tmp_path / "a.xlsx", {"学术会议": MEETINGS, "二": MEETINGS}))
    assert told(found) == ["清单的工作表「二」也有这本台账的表头，没有导入；要导入的，请用 --sheet 指明它，再导入一次"]


def test_a_ledger_of_another_workbook_is_a_list_too(lock: Lock, tmp_path: Path) -> None:
    last_year = with_rows(FIRST)
    path = workbook(tmp_path, MINI, lock, "甲类", "市级", last_year.content)
    submission = a_return()
    submission, found = import_list(MINI, submission, path)
    assert (list(submission.content.ledgers["活动"].values()), told(found)) == (list(FIRST.values()), [])


LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage\0".encode("utf-16-le")
"""As much of a workbook with a password as tells it from others."""


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("没有.xlsx", None, "没有找到清单「没有.xlsx」，请核对文件名和所在文件夹"),
        ("坏.xlsx", b"PK no workbook", "清单「坏.xlsx」打不开（文件内容已损坏），应为 .xlsx、.xls 或 .csv"),
        ("网页.xls", b"<html></html>", "清单「网页.xls」打不开（内容不是表格），应为 .xlsx、.xls 或 .csv"),
        ("乱.csv", b"\xff\xff\xff", "清单「乱.csv」打不开（内容不是表格），应为 .xlsx、.xls 或 .csv"),
        ("密.xlsx", LOCKED, "清单「密.xlsx」设了打开密码，读不了，请在 Excel 或 WPS 里取消打开密码，保存后再导入"),
        ("空.csv", b"", "清单「空.csv」的前 20 行里没有找到表头"),
    ],
)
def test_files_that_are_no_list(tmp_path: Path, name: str, content: bytes | None, sentence: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ListRefused) as refused:
        import_list(MINI, a_return(), tmp_path / name)
    assert str(refused.value).startswith(sentence)
