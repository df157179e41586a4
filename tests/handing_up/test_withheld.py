"""Texts are withheld whatever program saved the workbook, and nothing else is touched."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from generator.handed_up.withheld import WithheldTexts, write_withheld
from tests.support.parts_of_books import list_changed_parts

HIDDEN = "（不上报）"
TOLD = WithheldTexts({"封面": {"B2", "B3"}}, ("王建国", "13912345678"), HIDDEN, {"某局 赵 138": "sha256:1"})

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<?xml version="1.0" encoding="UTF-8"?><{{p}}worksheet xmlns{{q}}="{MAIN}"><{{p}}sheetData><{{p}}row r="1">'
TAIL = "</{p}row></{p}sheetData></{p}worksheet>"
CELLS: dict[str, tuple[str, str]] = {
    "in the cell": (
        '<c r="B2" s="3" t="inlineStr"><is><t>王建国</t></is></c>',
        '<c r="B2" s="3" t="inlineStr"><is><t>（不上报）</t></is></c>',
    ),
    "shared": (
        '<c r="B2" s="3" t="s"><v>0</v></c>',
        '<c r="B2" s="3" t="inlineStr"><is><t>（不上报）</t></is></c>',
    ),
    "a number": ('<c r="B3"><v>13912345678</v></c>', '<c r="B3" t="inlineStr"><is><t>（不上报）</t></is></c>'),
    "with a prefix": (
        '<x:c r="B2" t="s"><x:v>0</x:v></x:c>',
        '<x:c r="B2" t="inlineStr"><x:is><x:t>（不上报）</x:t></x:is></x:c>',
    ),
    "shown by a formula": (
        '<c r="A1" t="str"><f>封面!B2</f><v>王建国</v></c>',
        '<c r="A1" t="str"><f>封面!B2</f><v>（不上报）</v></c>',
    ),
    "a number shown by a formula": (
        '<c r="A1"><f>封面!B3</f><v>13912345678</v></c>',
        '<c r="A1" t="str"><f>封面!B3</f><v>（不上报）</v></c>',
    ),
    "within what a formula shows": (
        '<c r="A1" t="str"><f>"填表人："&amp;封面!B2</f><v>填表人：王建国</v></c>',
        '<c r="A1" t="str"><f>"填表人："&amp;封面!B2</f><v>填表人：（不上报）</v></c>',
    ),
    "spelled as numbers": (
        '<c r="A1" t="str"><f>封面!B2</f><v>&#29579;&#24314;&#22269;</v></c>',
        '<c r="A1" t="str"><f>封面!B2</f><v>（不上报）</v></c>',
    ),
    "to whom it is sent": (
        '<c r="A1" t="s"><v>1</v></c>',
        '<c r="A1" t="inlineStr"><is><t>sha256:1</t></is></c>',
    ),
    "a blank cell": ('<c r="B2" s="3"/>', '<c r="B2" s="3"/>'),
    "the same name as data": ('<c r="C9" t="s"><v>0</v></c>', '<c r="C9" t="s"><v>0</v></c>'),
    "another text": ('<c r="A1" t="s"><v>2</v></c>', '<c r="A1" t="s"><v>2</v></c>'),
    "a number that only looks like it": ('<c r="A1"><v>1391234567</v></c>', '<c r="A1"><v>1391234567</v></c>'),
    "the result of a sum": ('<c r="A1"><f>SUM(B:B)</f><v>12</v></c>', '<c r="A1"><f>SUM(B:B)</f><v>12</v></c>'),
}
STRINGS = (
    '<?xml version="1.0"?><sst xmlns="m"><si><t>王建国</t></si><si><t>某局 赵 138</t></si><si><t>甲</t></si></sst>'
)


def write_book(path: Path, cells: str) -> None:
    """Write a workbook with one sheet, such as a program leaves it."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    prefix = "x:" if cells.startswith("<x:") else ""
    head = HEAD.format(p=prefix, q=":x" if prefix else "")
    with zipfile.ZipFile(path, "w") as book:
        for name, target in (("_rels/.rels", "xl/workbook.xml"), ("xl/_rels/workbook.xml.rels", "sheet1.xml")):
            kind = "officeDocument" if name == "_rels/.rels" else "worksheet"
            one = f'<Relationship Id="r1" Type="{office}/{kind}" Target="{target}"/>'
            book.writestr(name, f'<Relationships xmlns="{relations}">{one}</Relationships>')
        sheet = '<sheet name="封面" sheetId="1" r:id="r1"/>'
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{office}"><sheets>{sheet}</sheets></workbook>',
        )
        book.writestr("xl/sheet1.xml", head + cells + TAIL.format(p=prefix))
        book.writestr("xl/sharedStrings.xml", STRINGS)


@pytest.mark.parametrize("case", CELLS)
def test_a_cell_with_what_is_withheld(tmp_path: Path, case: str) -> None:
    before, after = CELLS[case]
    write_book(tmp_path / "a.xlsx", before)
    write_withheld(tmp_path / "a.xlsx", tmp_path / "b.xlsx", TOLD)
    with zipfile.ZipFile(tmp_path / "b.xlsx") as book:
        xml, strings = book.read("xl/sheet1.xml").decode(), book.read("xl/sharedStrings.xml").decode()
    assert after in xml
    shown = "王建国" if case == "the same name as data" else HIDDEN
    assert strings == STRINGS.replace("王建国", shown).replace("某局 赵 138", HIDDEN)


def test_a_workbook_that_another_program_saved(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "封面"
    cover["B2"], cover["B3"], cover["B4"] = "王建国", 13912345678, "2025-04-01"
    other = book.create_sheet("表")
    other["A1"], other["A2"] = "甲单位", 5
    book.properties.lastModifiedBy = "王建国"
    book.save(tmp_path / "a.xlsx")
    write_withheld(tmp_path / "a.xlsx", tmp_path / "b.xlsx", TOLD)
    found = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert [found["封面"][cell].value for cell in ("B2", "B3", "B4")] == [HIDDEN, HIDDEN, "2025-04-01"]
    assert [found["表"][cell].value for cell in ("A1", "A2")] == ["甲单位", 5]
    assert found.properties.lastModifiedBy is None
    assert list_changed_parts(tmp_path / "a.xlsx", tmp_path / "b.xlsx") == [
        "docProps/core.xml",
        "xl/worksheets/sheet1.xml",
    ]


PLAIN: dict[str, tuple[str, str]] = {
    "with its area code": ("经办人：张某　电话：023-00009999　日期", "经办人：张某　电话：（不上报）　日期"),
    "without a hyphen": ("电话 02300009999。", "电话 （不上报）。"),
    "a mobile number": ("请打13900001111", "请打（不上报）"),
    "a credit code": ("91110000600037341L", "91110000600037341L"),
    "a long number": ("139000011112", "139000011112"),
    "a day": ("2025-04-01", "2025-04-01"),
}


@pytest.mark.parametrize("case", PLAIN)
def test_telephones_on_a_sheet_without_figures(tmp_path: Path, case: str) -> None:
    text, shown = PLAIN[case]
    write_book(tmp_path / "a.xlsx", f'<c r="A3" t="inlineStr"><is><t>{text}</t></is></c>')
    for sheets, expected in ((("封面",), shown), ((), text), (("别的表",), text)):
        write_withheld(tmp_path / "a.xlsx", tmp_path / "b.xlsx", WithheldTexts({}, (), HIDDEN, telephones_on=sheets))
        with zipfile.ZipFile(tmp_path / "b.xlsx") as book:
            assert f"<t>{expected}</t>" in book.read("xl/sheet1.xml").decode()
