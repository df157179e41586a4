"""Texts that look like something else go the whole way: data, workbook, 汇总, store, next year's workbook, receipt.

What cannot be kept as it is (half a character) is refused where it comes in; see ``test_world``.
"""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from tianbao import app

MINI = Path(__file__).parents[1] / "surveys" / "mini"
HEAD = "单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码,上级单位代码,联系人,联系电话"
TEXTS = [
    "<r>&</r>",
    "<r><t>x</t></r>",
    "a_x0041_b",
    "_x005F_x0041_",
    "=1+1",
    "+86",
    "@甲",
    "http://a.cn/?b&c",
    "]]>",
]
EVIL = "<r>&</r>"


def run(*arguments: object) -> Result:
    """Run a command that must not fail."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code in (0, 1), result.output
    return result


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city whose one unit has such a name and writes such texts, from 名录 to next year's workbook."""
    folder = tmp_path_factory.mktemp("city")
    roster, sent = folder / "名录.csv", folder / "2024"
    roster.write_text(f"{HEAD}\n001,{EVIL},91110000600037341L,甲类,市级,500103,,{EVIL},\n", encoding="utf-8")
    year = ("--survey", MINI, "--roster", roster)
    run("generate", *year, "--year", 2024, "--out", sent)
    [book] = sent.glob("*.xlsx")
    rows = [{"活动名称": text, "日期": "2024-05-01"} for text in TEXTS]
    data = {"forms": {"M1": {"01": EVIL}}, "ledgers": {"活动": rows}, "notes": {"M1": {"06": EVIL}}}
    (folder / "数据.json").write_text(json.dumps(data | {"总结": EVIL, "报表说明": EVIL}), encoding="utf-8")
    run("fill", book, folder / "数据.json", "--survey", MINI, "-o", folder / "返回.xlsx")
    merge = ("merge", folder / "返回.xlsx", *year, "--out", folder / "汇总.xlsx", "--include-faulty")
    run(*merge, "--store", folder / "存档.duckdb")
    run(*merge, "--store", folder / "存档.duckdb")
    run("generate", *year, "--year", 2025, "--out", folder / "2025", "--previous", folder)
    run("repair", folder / "返回.xlsx", "--survey", MINI, "-o", folder / "修复.xlsx", "--receipt", folder / "回执.xlsx")
    return folder


def texts_in(path: Path) -> set[str]:
    """Return every text of a workbook."""
    book = CalamineWorkbook.from_path(str(path))
    return {str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row}


def test_the_return_holds_them(city: Path) -> None:
    assert set(TEXTS) <= texts_in(city / "返回.xlsx")


def test_the_name_of_the_file_is_plain(city: Path) -> None:
    assert [path.name for path in (city / "2024").glob("*.xlsx")] == ["001-r&-r.xlsx"]


@pytest.mark.parametrize("name", ["汇总.xlsx", "修复.xlsx", "回执.xlsx", "2025/001-r&-r.xlsx"])
def test_every_workbook_made_of_it_can_be_opened_and_holds_them(name: str, city: Path) -> None:
    assert EVIL in texts_in(city / name)
    assert openpyxl.load_workbook(city / name).worksheets


def test_the_repaired_return_says_the_same(city: Path) -> None:
    found = [
        json.loads(run("validate", city / name, "--survey", MINI, "--json").stdout)
        for name in ("返回.xlsx", "修复.xlsx")
    ]
    assert found[0][0]["findings"] == found[1][0]["findings"]


def test_the_store_holds_them(city: Path) -> None:
    asked = "select 内容 ->> '活动名称' as 名称 from 最新台账 order by 行号"
    found = json.loads(run("sql", asked, "--store", city / "存档.duckdb", "--json").stdout)
    assert [one["名称"] for one in found] == TEXTS
