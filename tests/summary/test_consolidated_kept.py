"""What outlives a merge: 处理意见 that people typed, and the units' files that the links lead to."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from addin.finding import word
from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob, merge
from addin.roster import Roster
from addin.summary.beside import folder_beside
from addin.summary.consolidate import write_summary
from addin.summary.opinions import SummaryError, read_opinions
from addin.summary.rollup import Rollup
from addin.tracking.settle import settle
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Content
from templates.model import Survey
from tests.support.books import identity
from tests.support.mailbag import ONE, merged, oddity, put, roster, unit
from tianbao import app

SHEET = "报送情况"
XML = {
    "m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "p": "http://schemas.openxmlformats.org/package/2006/relationships",
}


def rows(path: Path) -> list[list[Any]]:
    """Return 报送情况."""
    with CalamineWorkbook.from_path(str(path)) as book:
        return book.get_sheet_by_name(SHEET).to_python()


def say_beside(path: Path, texts: dict[str, str]) -> None:
    """Type opinions into the workbook, beside the units and files of these names in any column."""
    write_beside(path, {name: {"处理意见": text} for name, text in texts.items()})


def write_beside(path: Path, cells: dict[str, dict[str, str]]) -> None:
    """Type into the workbook, beside the units and files of these names, under these headers."""
    book = openpyxl.load_workbook(path)
    places: dict[str, int] = {}
    for row in book[SHEET].iter_rows():
        values = [cell.value for cell in row]
        if "处理意见" in values:
            places = {str(value): place for place, value in enumerate(values) if value}
        for name, typed in cells.items():
            if name in values:
                for header, text in typed.items():
                    assert not row[places[header]].protection.locked
                    row[places[header]].value = text
    book.save(path)


def blocks(path: Path) -> list[dict[str, Any]]:
    """Return the rows of units and files by header."""
    found, header = [], None
    for row in rows(path):
        if "处理意见" in row:
            header = row
        elif header and row[1]:
            found.append({str(name): value for name, value in zip(header, row, strict=True) if name})
    return found


def opinions(path: Path) -> dict[str, str]:
    """Return what stands in 处理意见, by the unit's name or the file's."""
    said = [row for row in blocks(path) if row["处理意见"]]
    return {
        str(row["单位名称"] if "轮次" in row else row["文件名"] or row["单位名称"]): row["处理意见"] for row in said
    }


def ordered(folder: Path, units: Roster, out: Path) -> list[tuple[str, str, str, str, str]]:
    """Merge as the command does: what stands in the workbook is carried out; return the rows of units."""
    known = read_opinions(out).known
    result = settle(replace(merged(folder, units), moment=datetime(2025, 4, 12, 9).astimezone()), known).merged
    write_summary(result, Rollup.of(result), out)
    cells = ("状态", "原因", "处理", "退回原因", "经办人")
    one, two, three, four, five = cells
    return [(row[one], row[two], row[three], row[four], row[five]) for row in blocks(out) if "轮次" in row]


def test_orders_are_carried_out_once_and_kept_without_a_store(tmp_path: Path) -> None:
    """What is done is cleared and told; what is not stays with the reason; the workbook remembers what was decided."""
    units, box, out = [unit("1"), unit("2"), unit("3")], tmp_path / "in", tmp_path / "汇总.xlsx"
    put(box / "1.xlsx", units[0], ONE)
    put(box / "2.xlsx", units[1], ONE, errors=1)
    ordered(box, roster(*units), out)
    accept = {"处理": "审核通过", "经办人": "李某"}
    write_beside(out, {"单位1": accept, "单位2": accept})
    write_beside(out, {"单位3": {"处理": "延期至", "退回原因": "2025-04-18", "经办人": "张某", "盖章件": "✓"}})
    fault = word(oddity()).told.removesuffix("。")
    refused = "还有错误，不能审核通过：请退回单位改正，数只由单位改"
    late = "4-12 延期至 4-18（张某）；没有收到文件。"
    accepted = ("● 审核通过", "4-12 审核通过（李某）。", "", "", "李某")
    for _ in range(2):
        assert ordered(box, roster(*units), out) == [
            ("✗ 待改正", f"没有照办：{refused}；{fault}。", "审核通过", "", "李某"),
            ("○ 未报", late, "", "", "张某"),
            accepted,
        ]
    write_beside(out, {"单位2": {"处理": "退回", "退回原因": "请改"}})
    put(box / "1.xlsx", units[0], {"A01": {"01": 12.0}}, saved="2025-03-09T08:00:00Z")
    back = f"4-12 第 1 次退回（李某），请于 4-17 前重报：请改；{fault}。"
    voided = "审核通过的内容已由「1.xlsx」改动，4-12 起作废，请重新审核。"
    assert ordered(box, roster(*units), out) == [
        ("✓ 校验通过", voided, "", "", "李某"),
        ("○ 未报", late, "", "", "张某"),
        ("← 退回", back, "", "", "李某"),
    ]
    assert [row["盖章件"] for row in blocks(out) if "轮次" in row] == ["", "✓", ""]


def test_a_record_that_was_changed_is_refused(tmp_path: Path) -> None:
    units, box, out = roster(unit("1")), tmp_path / "in", tmp_path / "汇总.xlsx"
    put(box / "1.xlsx", unit("1"), ONE)
    ordered(box, units, out)
    write_beside(out, {"单位1": {"处理": "审核通过", "经办人": "李某"}})
    ordered(box, units, out)
    book = openpyxl.load_workbook(out)
    place = next(cell for row in book[SHEET].iter_rows() for cell in row if str(cell.value).startswith('[{"kind"'))
    place.value = str(place.value)[:-5]
    book.save(out)
    with pytest.raises(SummaryError, match="「单位1」（代码 1）的办理记录"):
        read_opinions(out)


def summarised(folder: Path, units: Roster, out: Path) -> Merged:
    result = merged(folder, units)
    write_summary(result, Rollup.of(result), out)
    return result


def test_opinions_outlive_a_merge(tmp_path: Path) -> None:
    """Beside units and files; by code and not by place; of what is gone in a block of their own, and back again."""
    units, box, out = [unit("1"), unit("2"), unit("3")], tmp_path / "in", tmp_path / "汇总.xlsx"
    put(box / "1.xlsx", units[0], ONE)
    put(box / "2.xlsx", units[1], ONE, errors=1)
    put(box / "9.xlsx", unit("9"), ONE)
    summarised(box, roster(*units), out)
    said = {"单位1": "已电话核实", "单位3": "催报两次", "9.xlsx": "不是我市的"}
    say_beside(out, said)
    (box / "9.xlsx").unlink()
    put(box / "3.xlsx", units[2], ONE)
    summarised(box, roster(units[2], units[1]), out)
    assert opinions(out) == said
    assert [row[:2] for row in rows(out) if row[0] or row[1]][-4:] == [
        ["以前的处理意见（单位已不在名录，或文件已没有）", ""],
        ["状态", "单位代码"],
        ["", "1"],
        ["", "9"],
    ]
    put(box / "9.xlsx", unit("9"), ONE)
    summarised(box, roster(*units), out)
    assert opinions(out) == said
    assert "以前的处理意见（单位已不在名录，或文件已没有）" not in [row[0] for row in rows(out)]


@pytest.mark.parametrize("other", [b"", b"no workbook", None])
def test_what_cannot_be_read_is_not_written_over(other: bytes | None, tmp_path: Path) -> None:
    out, result = tmp_path / "汇总.xlsx", merged([], roster(unit("1")))
    if other is None:
        openpyxl.Workbook().save(out)
    else:
        out.write_bytes(other)
    before = out.read_bytes()
    with pytest.raises(SummaryError, match="没有覆盖"):
        write_summary(result, Rollup.of(result), out)
    assert out.read_bytes() == before


def test_the_command_refuses_in_a_sentence(tmp_path: Path, mini: Survey) -> None:
    (tmp_path / "汇总.xlsx").write_bytes(b"no workbook")
    units = tmp_path / "名录.csv"
    units.write_text(
        "单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码\n1,甲,,科协,县级科协,500103\n", encoding="utf-8"
    )
    (tmp_path / "in").mkdir()
    asked = ["merge", str(tmp_path / "in"), "--roster", str(units), "--survey", "kx2023"]
    result = CliRunner().invoke(app, [*asked, "--out", str(tmp_path / "汇总.xlsx")])
    assert result.exit_code == 2
    assert "没有覆盖" in result.output.replace("\n", "")
    assert (tmp_path / "汇总.xlsx").read_bytes() == b"no workbook"


def links(path: Path, sheet: str) -> dict[str, tuple[Path, str]]:
    """Return the file and the place that each linked cell of a sheet leads to."""
    with zipfile.ZipFile(path) as package:
        book = ElementTree.fromstring(package.read("xl/workbook.xml"))
        names = [element.get("name") for element in book.iterfind("m:sheets/m:sheet", XML)]
        part = f"sheet{names.index(sheet) + 1}.xml"
        cells = ElementTree.fromstring(package.read(f"xl/worksheets/{part}")).iterfind(".//m:hyperlink", XML)
        related = ElementTree.fromstring(package.read(f"xl/worksheets/_rels/{part}.rels")).iterfind(
            "p:Relationship", XML
        )
        targets = {one.get("Id"): str(one.get("Target")).replace("\\", "/") for one in related}
    return {
        str(cell.get("ref")): (path.parent / targets[place], cell.get("location") or "")
        for cell in cells
        if (place := cell.get(f"{{{XML['r']}}}id"))
    }


def test_links_lead_to_the_sheets_of_the_units_own_files(tmp_path: Path, mini: Survey, lock: Lock) -> None:
    """From a unit's row in 明细 to the form in its file, from a finding to the cell; a file in a zip too."""
    units = [unit("1", "甲类", "市级"), unit("2", "乙类", "市级", name="乙#%20单位")]
    box, out = tmp_path / "in", tmp_path / "汇总.xlsx"
    box.mkdir()
    for sender in units:
        who = replace(identity(mini, sender.kind, sender.level), code=sender.code, name=sender.name)
        build(box / f"任意名{sender.code}.xlsx", mini, who, lock, Content({"M1": {"06": 3.0, "07": 5.0}}))
    with zipfile.ZipFile(box / "2.zip", "w") as package:
        package.write(box / "任意名2.xlsx", "任意名2.xlsx")
    (box / "任意名2.xlsx").unlink()
    (tmp_path / "unpacked").mkdir()
    result = merge(MergeJob([box], roster(*units), mini, unpacked=tmp_path / "unpacked"))
    write_summary(result, Rollup.of(result), out)
    led = {sheet: links(out, sheet) for sheet in (SHEET, "明细-M1", "明细-M2", "审核结果")}
    assert {sheet: len(found) for sheet, found in led.items()} | {"审核结果": 0} == {
        SHEET: 2,
        "明细-M1": 2,
        "明细-M2": 1,
        "审核结果": 0,
    }
    assert len(led["审核结果"]) > 2
    assert {place for _, place in led["明细-M1"].values()} == {"'M1'!A1"}
    for file, place in (target for found in led.values() for target in found.values()):
        with CalamineWorkbook.from_path(str(file)) as book:
            assert not place or place.split("!")[0].strip("'") in book.sheet_names


def test_copies_are_no_returns(tmp_path: Path) -> None:
    """Merging the folder in which 汇总 stands finds no duplicates; another merge takes nothing away."""
    sender, out = unit("1"), tmp_path / "结果.xlsx"
    put(tmp_path / "in" / "1.xlsx", sender, ONE)
    summarised(tmp_path / "in", roster(sender), out)
    copies = folder_beside(out)
    assert sorted(path.name for path in copies.iterdir()) == ["1-单位1.xlsx", "本文件夹由合并生成.txt"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in (copies, copies / "1-单位1.xlsx"))
    out.unlink()
    assert merged(tmp_path, roster(sender)).unused == []
    summarised(tmp_path / "none", roster(sender), out)
    assert (copies / "1-单位1.xlsx").read_bytes() == (tmp_path / "in" / "1.xlsx").read_bytes()
