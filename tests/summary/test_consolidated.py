"""汇总.xlsx: read back, it holds the totals, every value, every row and every finding."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook

from addin.receiving.receive import MergeJob, merge
from addin.summary.consolidate import consolidated, write_summary
from addin.summary.rollup import Rollup
from generator.consolidated import long_lists
from generator.page import split_into_sheets
from templates.model import Severity
from tests.support.mailbag import FAKE, ONE, finding, merged, put, roster, seeded, survey, unit


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    """Return all cells of a workbook by sheet."""
    with CalamineWorkbook.from_path(str(path)) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_consolidated_workbook_holds_the_totals(tmp_path: Path) -> None:
    units, _ = seeded(tmp_path)
    result = merged(tmp_path, units)
    rollup = Rollup.of(result)
    write_summary(result, rollup, tmp_path / "汇总.xlsx")
    found = sheets(tmp_path / "汇总.xlsx")
    assert list(found) == [
        "仪表盘",
        "报送情况",
        "审核结果",
        "汇总-A01",
        "汇总-B01",
        "综合-A01",
        "综合-B01",
        "明细-A01",
        "明细-B01",
        "台账-会议",
        "说明汇总",
        "同比",
        "同比-单位",
        "离群值",
        "名录变更",
        "_meta",
        "_units",
    ]
    assert (tmp_path / "汇总.xlsx").stat().st_mode & 0o777 == 0o600
    for form in ("A01", "B01"):
        rows = found[f"汇总-{form}"]
        header = rows[3]
        assert header[:5] == ["指标名称", "计量单位", "代码", "合计", "填报单位数"]
        shown = {row[2]: row[3:] for row in rows[4:] if row[2] not in ("", "05")}  # 05 is spread over choices
        assert {code: cells[0] for code, cells in shown.items()} == pytest.approx(rollup.totals[form])
        assert {code: cells[1] for code, cells in shown.items()} == {
            code: rollup.reporters[form, code] for code in shown
        }
        groups = {group.value: group.totals for group in (*rollup.groups, *rollup.regions)}
        for column, name in enumerate(header[5:], start=2):
            expected = groups.get(name, {}).get(form, {})
            assert {code: row[column] for code, row in shown.items() if row[column] != ""} == pytest.approx(expected)


def test_the_details_hold_every_value_and_the_ledgers_every_row(tmp_path: Path) -> None:
    one, two = unit("1", "学会", "市级"), unit("2")
    rows = {"5": {"名称": "春会", "人次": 30.0}, "7": {"名称": "旧会", "记录状态": "注销"}}
    put(tmp_path / "1.xlsx", one, {"A01": {"01": 3.0, "05": "1", "06": "东县"}}, ledgers={"会议": rows})
    put(tmp_path / "2.xlsx", two, {"A01": {"01": "约 5", "05": "2"}}, errors=1)
    result = merged(tmp_path, roster(one, two))
    write_summary(result, Rollup.of(result), tmp_path / "汇总.xlsx")
    found = sheets(tmp_path / "汇总.xlsx")
    assert found["明细-A01"][1:] == [
        ["", "", "", "", "", "", "01", "02", "03", "04", "05", "06"],
        [
            *["单位代码", "单位名称", "单位类型", "级别", "区划", "计入"],
            *["年末人数", "其中：女性", "年末经费", "比率", "有无机构", "所在县"],
        ],
        ["1", "单位1", "学会", "市级", "东县", 1.0, 3.0, "", "", "", "1 有", "东县"],
        ["2", "单位2", "科协", "县级", "东县", 0.0, "约 5", "", "", "", "2 无", ""],
    ]
    assert found["明细-B01"][3:] == [["1", "单位1", "学会", "市级", "东县", 1.0, 1.0]]
    assert found["台账-会议"][1:] == [
        ["单位代码", "单位名称", "计入", "原行号", "名称", "人次", "记录状态"],
        ["1", "单位1", "是", 5.0, "春会", 30.0, ""],
        ["1", "单位1", "是", 7.0, "旧会", "", "注销"],
    ]
    assert found["审核结果"][2:] == [
        [
            "2",
            "单位2",
            "错误",
            "A01",
            "01",
            "A01!E9",
            "",
            "",
            "01「年末人数」为 0，不能是负数",
            "请核对后填 0 或正数。",
            "",
        ]
    ]


def test_a_long_ledger_is_a_file_beside_the_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_lists, "LONGEST", 2)
    one, two = unit("1"), unit("2")
    rows = {"5": {"名称": "=春会", "人次": 30.5}, "7": {"名称": "旧会", "记录状态": "注销"}, "8": {"人次": "约 3"}}
    put(tmp_path / "returns" / "1.xlsx", one, {"A01": {"01": 3.0}}, ledgers={"会议": rows})
    put(tmp_path / "returns" / "2.xlsx", two, {"A01": {"01": 3.0}}, errors=1)
    result = merged(tmp_path / "returns", roster(one, two))
    write_summary(result, Rollup.of(result), tmp_path / "汇总.xlsx")
    with (tmp_path / "汇总_files" / "台账-会议.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream)) == [
            ["单位代码", "单位名称", "计入", "原行号", "名称", "人次", "记录状态"],
            ["1", "单位1", "是", "5", "'=春会", "30.5", ""],
            ["1", "单位1", "是", "7", "旧会", "", "注销"],
            ["1", "单位1", "是", "8", "", "约 3", ""],
        ]
    (shown,) = sheets(tmp_path / "汇总.xlsx")["台账-会议"][2:]
    assert shown[0].startswith("共 3 行，多于一张表适合放的 2 行，全部在文件「汇总_files/台账-会议.csv」里")
    with zipfile.ZipFile(tmp_path / "汇总.xlsx") as package:
        linked = "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".rels"))
    assert "汇总_files/台账-会议.csv" in unquote(linked).replace("\\", "/")


def test_the_status_sheet_lists_units_then_files(tmp_path: Path) -> None:
    units = roster(unit("1"), unit("2"), unit("3"))
    put(tmp_path / "1.xlsx", units.units[0], ONE)
    put(tmp_path / "2.xlsx", units.units[1], ONE, errors=2)
    put(tmp_path / "9.xlsx", unit("9"), ONE)
    result = merged(tmp_path, units)
    write_summary(result, Rollup.of(result), tmp_path / "汇总.xlsx")
    rows = sheets(tmp_path / "汇总.xlsx")["报送情况"]
    assert rows[1][0] == "应报 3 家　已报 2　未报 1　报送率 67 %　　计入汇总 1 家"
    assert [text for text in rows[2] if text] == [
        *("等本级处理：", "◆ 待核实 0", "✗ 待改正 1", "! 待说明 0", "✓ 校验通过 1"),
        *("等单位：", "○ 未报 1　← 退回 0", "已办结：", "● 审核通过 0"),
    ]
    faults = "A01!E9　01「年末人数」为 0，不能是负数；A01!E9　01「年末人数」为 -1，不能是负数。"
    came = f"{date.today().month}-{date.today().day:02d} 收到"
    place = ("科协", "县级", "东县", "")
    columns = [*range(16), *range(17, 22)]
    assert [[row[column] for column in columns] for row in rows[4:7]] == [
        ["✗ 待改正", "2", "单位2", came, "", 1.0, 2.0, "", "", "", faults, *[""] * 4, "打开", *place, "2.xlsx"],
        ["✓ 校验通过", "1", "单位1", came, "", 1.0, *[""] * 9, "打开", *place, "1.xlsx"],
        ["○ 未报", "3", "单位3", "未报", *[""] * 6, "没有收到文件。", *[""] * 5, *place, ""],
    ]
    assert rows[10][:4] == ["不在名录", "9", "单位9", "9.xlsx"]


def test_findings_come_by_unit_errors_first(tmp_path: Path) -> None:
    units = roster(unit("1"), unit("2"))
    for sender in units.units:
        put(tmp_path / f"{sender.code}.xlsx", sender, ONE)

    def audit(_survey: Any, _year: int, submissions: Any) -> Any:
        return [[finding(1, Severity.INFO), finding(2), finding(3, Severity.WARNING)] for _ in submissions]

    result = merge(MergeJob([tmp_path], units, survey()), read=FAKE, audit=audit)
    lines = consolidated(result, Rollup.of(result)).findings
    assert [(line.unit_code, line.finding.severity.value) for line in lines] == [
        ("1", "error"),
        ("1", "warning"),
        ("1", "info"),
        ("2", "error"),
        ("2", "warning"),
        ("2", "info"),
    ]


def test_a_list_longer_than_a_sheet_goes_on_the_next() -> None:
    assert list(split_into_sheets("台账", [1, 2, 3], 2)) == [("台账", [1, 2]), ("台账 (2)", [3])]
    assert list(split_into_sheets("台账", [], 2)) == [("台账", [])]


def test_what_stood_there_stays_when_writing_fails(tmp_path: Path) -> None:
    units = roster(unit("1"))
    result, path = merged([], units), tmp_path / "汇总.xlsx"
    write_summary(result, Rollup.of(result), path)
    before = path.read_bytes()
    broken = replace(result, units=(object(),))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        write_summary(broken, Rollup.of(result), path)
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1
