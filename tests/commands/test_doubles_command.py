"""From two real workbooks with one activity: told by ``merge``, decided on its sheet, carried out by the next merge."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from typer.testing import CliRunner

from addin.roster import ReportingUnit
from addin.sending.dispatch import make_identity
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Value
from tests.support.planted.post import day
from tests.support.returns import FIRST_ROW, MINI, YEAR, a_complete_return
from tianbao import app

TALK = "山地农业论坛"
HEADER = "单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码,上级单位代码,联系人,联系电话"


def posted(folder: Path) -> Path:
    """Write a roster of two units, and their returns."""
    for code, people in (("1", 30.0), ("2", 20.0)):
        row: dict[str, Value] = {
            "活动名称": "山地农业论坛",
            "日期": date(YEAR, 5, 1),
            "规模": "小型",
            "参加人次": people,
        }
        unit = ReportingUnit(code, f"单位{code}", "", "甲类", "市级", "500101")
        content = a_complete_return({"01": unit.name, "12": people}, [row]).content
        (folder / "返回").mkdir(exist_ok=True)
        identity = make_identity(unit, MINI, YEAR, day(-60))
        build(folder / "返回" / f"{code}.xlsx", MINI, identity, Lock("aGFzaA==", "c2FsdA=="), content)
    lines = [HEADER, *(f"{code},单位{code},,甲类,市级,500101,,," for code in "12")]
    (folder / "名录.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def merged(folder: Path) -> Any:
    files = [str(folder / name) for name in ("返回", "名录.csv", "汇总.xlsx", "S.duckdb")]
    options = [files[0], "--roster", files[1], "--out", files[2], "--store", files[3], "--survey", str(MINI.folder)]
    return json.loads(CliRunner().invoke(app, ["merge", *options, "--json"]).stdout)


def test_a_decision_on_the_sheet_is_carried_out(tmp_path: Path) -> None:
    folder = posted(tmp_path)
    first = merged(folder)
    assert [unit["state"] for unit in first["units"]] == ["校验通过", "校验通过"]
    assert [first[key]["M1"]["12"] for key in ("totals", "totals_without_duplicates")] == [50, 30]
    rows = [{"unit": code, "row": FIRST_ROW, "once": code == "1", "verdict": ""} for code in "12"]
    why = "「活动名称」相同，「日期」相差不超过 3 天"
    assert first["duplicates"] == [{"ledger": "活动", "why": why, "rows": rows}]
    book = openpyxl.load_workbook(folder / "汇总.xlsx")
    sheet = book["疑似重复"]
    headers = [cell.value for cell in sheet[3]]
    for header, text in (("认定", "由本单位计"), ("经办人", "王某")):
        sheet.cell(5, headers.index(header) + 1).value = text
    book.save(folder / "汇总.xlsx")
    for _ in range(2):
        again = merged(folder)
        assert [unit["state"] for unit in again["units"]] == ["退回", "校验通过"]
        assert [again[key]["M1"]["12"] for key in ("totals", "totals_without_duplicates")] == [20, 20]
        assert [row["verdict"] for row in again["duplicates"][0]["rows"]] == ["", "own"]
