"""What outlives a merge: 处理意见 that people typed, and the units' files that the links lead to."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob, merge
from addin.roster import Roster
from addin.summary.beside import folder_beside
from addin.summary.consolidate import write_summary
from addin.summary.opinions import SummaryError
from addin.summary.rollup import Rollup
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Content
from templates.model import Survey
from templates.words import lookup
from tests.support.books import identity
from tests.support.mailbag import ONE, merged, put, roster, unit
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
    book = openpyxl.load_workbook(path)
    for row in book[SHEET].iter_rows():
        for name, text in texts.items():
            if name in [cell.value for cell in row]:
                assert not row[13].protection.locked
                row[13].value = text
    book.save(path)


STATES = [text.format(state=lookup("merge.state")[key]) for key, text in lookup("consolidated.state").items()]


def opinions(path: Path) -> dict[str, str]:
    """Return what stands in 处理意见, by the unit's name or the file's."""
    found = [row for row in rows(path) if len(row) > 13 and row[13] and row[13] != "处理意见"]
    return {str(row[1] if row[5] in STATES else row[6] or row[1]): row[13] for row in found}


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
    assert [row[0] for row in rows(out) if row[0]][-4:] == [
        "以前的处理意见（单位已不在名录，或文件已没有）",
        "单位代码",
        "1",
        "9",
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
        str(cell.get("ref")): (path.parent / targets[cell.get(f"{{{XML['r']}}}id")], cell.get("location") or "")
        for cell in cells
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
