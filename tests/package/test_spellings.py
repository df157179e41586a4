"""One meaning in every spelling that XML allows: what Excel takes it for; fast path and parser see the same."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest

from addin.package.opened import OpenedPackage, open_bytes
from addin.package.refusal import NotOpened
from addin.reading.grids import PackageSheets
from tests.support.packages import (
    DECLARATION,
    MAIN,
    OFFICE_RELATIONS,
    STRICT,
    one_sheet,
    pack,
    parts_of,
    replaced_part,
    strings,
    worksheet,
)

TABLE = strings("<t>零</t>", "<r><t>一</t></r><r><rPr><b/></rPr><t>二</t></r><rPh><t>yī</t></rPh>", "<t/>")


def everything(package: OpenedPackage) -> list[Any]:
    """Return all that is read of the sheets, for comparing."""
    return [
        (sheet.name, sheet.state, sheet.contents, sheet.cells.style.tolist(), sorted(sheet.hidden_rows))
        for sheet in package.sheets.values()
    ]


def read(data: bytes) -> dict[str, Any]:
    """Return the values of sheet ``S`` by address, error literals and formulas too; both ways have to agree."""
    package, parsed = open_bytes(data), open_bytes(data, usual=False)
    assert everything(package) == everything(parsed)
    grid = PackageSheets(package).grid("S")
    values = {grid.address(row, column)[2:]: raw for row, cells in grid.rows.items() for column, raw in cells.items()}
    values |= {grid.address(*at)[2:]: error for at, error in grid.errors.items()}
    return values | {f"{grid.address(*at)[2:]}=": text for at, text in grid.formulas.items()}


ROW = '<row r="1"><c r="A1"><v>12</v></c></row>'

CELLS: dict[str, tuple[str, dict[str, Any]]] = {
    "a number": ('<c r="A1"><v>12</v></c>', {"A1": 12}),
    "a number with its type": ('<c r="A1" t="n"><v>12</v></c>', {"A1": 12}),
    "attributes in another order": ('<c t="n" s="0" r="A1"><v>12</v></c>', {"A1": 12}),
    "single quotes": ("<c r='A1'><v>12</v></c>", {"A1": 12}),
    "blanks around the sign": ('<c r = "A1" ><v>12</v></c>', {"A1": 12}),
    "blanks around the number": ('<c r="A1"><v> 12\n</v></c>', {"A1": 12}),
    "a character reference": ('<c r="A1"><v>&#49;2</v></c>', {"A1": 12}),
    "a hexadecimal reference": ('<c r="A1"><v>1&#x32;</v></c>', {"A1": 12}),
    "character data": ('<c r="A1"><v><![CDATA[12]]></v></c>', {"A1": 12}),
    "half of it character data": ('<c r="A1"><v>1<![CDATA[2]]></v></c>', {"A1": 12}),
    "a remark inside": ('<c r="A1"><v>1<!-- no -->2</v></c>', {"A1": 12}),
    "an instruction inside": ('<c r="A1"><v>1<?no no?>2</v></c>', {"A1": 12}),
    "a decimal": ('<c r="A1"><v>1.25</v></c>', {"A1": 1.25}),
    "an exponent": ('<c r="A1"><v>1.2E1</v></c>', {"A1": 12}),
    "a sign": ('<c r="A1"><v>-12</v></c>', {"A1": -12}),
    "a number that is none: an underline": ('<c r="A1"><v>1_2</v></c>', {"A1": "1_2"}),
    "a number that is none: infinite": ('<c r="A1"><v>INF</v></c>', {"A1": "INF"}),
    "a number that is none: beyond every number": ('<c r="A1"><v>1E+400</v></c>', {"A1": "1E+400"}),
    "a number that is none: wide digits": ('<c r="A1"><v>１２</v></c>', {"A1": "１２"}),
    "lower letters": ('<c r="a1"><v>12</v></c>', {"A1": 12}),
    "dollars": ('<c r="$A$1"><v>12</v></c>', {"A1": 12}),
    "blanks around the address": ('<c r=" A1\t"><v>12</v></c>', {"A1": 12}),
    "wide blanks around the address: it is refused": ('<c r="A1\u3000"><v>12</v></c>', {}),
    "a line separator behind the address: it is refused": ('<c r="A1\u2028"><v>12</v></c>', {}),
    "a no-break space before the address: it is refused": ('<c r="\u00a0A1"><v>12</v></c>', {}),
    "no address": ("<c><v>12</v></c><c><v>13</v></c>", {"A1": 12, "B1": 13}),
    "no address after one": ('<c r="C1"><v>12</v></c><c><v>13</v></c>', {"C1": 12, "D1": 13}),
    "the last column": ('<c r="XFD1"><v>12</v></c>', {"XFD1": 12}),
    "a shared text": ('<c r="A1" t="s"><v>0</v></c>', {"A1": "零"}),
    "a text in runs without its guide": ('<c r="A1" t="s"><v>1</v></c>', {"A1": "一二"}),
    "an empty shared text": ('<c r="A1" t="s"><v>2</v></c>', {}),
    "a shared text that is not there is refused": ('<c r="A1" t="s"><v>3</v></c>', {}),
    "a shared text by no number is refused": ('<c r="A1" t="s"><v>1.0</v></c>', {}),
    "a shared text that is blank": ('<c r="A1" t="s"><v> </v></c>', {}),
    "a formula whose text is not there": ('<c r="A1" t="s"><f>B1</f></c>', {"A1=": "B1"}),
    "an error without a word": ('<c r="A1" t="e"><f>B1</f><v/></c>', {"A1=": "B1"}),
    "an error of no letters": ('<c r="A1" t="e"><f>B1</f><v></v></c>', {"A1=": "B1"}),
    "a number between wide blanks is none": ('<c r="A1"><v>12\u00a0</v></c>', {"A1": "12\u00a0"}),
    "a value where its type does not look": ('<c r="A1" t="inlineStr"><v>12</v></c>', {"A1": "12"}),
    "a text where its type does not look": ('<c r="A1"><is><t>a</t></is></c>', {"A1": "a"}),
    "two contents": ('<c r="A1"><is><t>a</t></is><v>12</v></c>', {"A1": "12a"}),
    "two values are refused": ('<c r="A1"><v>12</v><v>13</v></c>', {}),
    "an element in a value is refused": ('<c r="A1"><v>1<b>2</b></v></c>', {}),
    "a bare number is refused": ('<c r="A1">12</c>', {}),
    "a value of no namespace is refused": ('<c r="A1"><v xmlns="">12</v></c>', {}),
    "a value of another namespace is refused": ('<c r="A1"><v xmlns="urn:x">12</v></c>', {}),
    "a cell in a cell is refused": ('<c r="A1"><c r="B1"><v>12</v></c></c>', {}),
    "a cell wrapped into something else is refused": ('<x:y xmlns:x="urn:x"><c r="A1"><v>12</v></c></x:y>', {}),
    "an extension in a cell": (
        '<c r="A1"><v>12</v><extLst><ext xmlns:x="urn:x"><x:v>9</x:v></ext></extLst></c>',
        {"A1": 12},
    ),
    "a text in the style of its run": (
        '<c r="A1" t="inlineStr"><is><r><rPr><t>no</t></rPr><t>a</t></r></is></c>',
        {"A1": "a"},
    ),
    "a text in the cell": ('<c r="A1" t="inlineStr"><is><t>a&lt;b</t></is></c>', {"A1": "a<b"}),
    "a text in the cell, in runs": (
        '<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c>',
        {"A1": "a b"},
    ),
    "Excel's own escape": ('<c r="A1" t="inlineStr"><is><t>a_x0041_</t></is></c>', {"A1": "aA"}),
    "Excel's escape of its escape": ('<c r="A1" t="inlineStr"><is><t>a_x005F_x0041_</t></is></c>', {"A1": "a_x0041_"}),
    "an entity that XML does not have is refused": ('<c r="A1" t="inlineStr"><is><t>&nbsp;</t></is></c>', {}),
    "a truth": ('<c r="A1" t="b"><v>1</v></c>', {"A1": True}),
    "a truth in words": ('<c r="A1" t="b"><v>false</v></c>', {"A1": False}),
    "a known error": ('<c r="A1" t="e"><v>#N/A</v></c>', {"A1": "#N/A"}),
    "a new error": ('<c r="A1" t="e"><v>#SPILL!</v></c>', {"A1": "#SPILL!"}),
    "an error nobody knows": ('<c r="A1" t="e"><v>#忙!</v></c>', {"A1": "#忙!"}),
    "a known type between blanks is none": ('<c r="A1" t=" n"><v>12</v></c>', {"A1": "12"}),
    "a type nobody knows": ('<c r="A1" t="x"><v>12</v></c>', {"A1": "12"}),
    "a formula": ('<c r="A1"><f>1+1</f><v>2</v></c>', {"A1": 2, "A1=": "1+1"}),
    "a formula behind blanks": ('<c r="A1">\n  <f>1+1</f>\n  <v>2</v>\n</c>', {"A1": 2, "A1=": "1+1"}),
    "a formula after its value": ('<c r="A1"><v>2</v><f>1+1</f></c>', {"A1": 2, "A1=": "1+1"}),
    "a formula with entities": ('<c r="A1"><f>1&lt;&#50;</f><v>2</v></c>', {"A1": 2, "A1=": "1<2"}),
    "a formula without a result": ('<c r="A1"><f>1+1</f></c>', {"A1=": "1+1"}),
    "a formula with an empty text": ('<c r="A1" t="str"><f>B1</f><v></v></c>', {"A1=": "B1"}),
    "a shared formula": (
        '<c r="A1"><f t="shared" si="0" ref="A1:C1">B2*$B2</f><v>1</v></c><c r="B1"><f si="0" t="shared"/><v>2</v></c>',
        {"A1": 1, "A1=": "B2*$B2", "B1": 2, "B1=": "C2*$B2"},
    ),
    "a shared formula of a number that is used again": (
        '<c r="A1"><f t="shared" si="0">Z1</f></c><c r="B1"><f t="shared" si="0"/></c>'
        '<c r="C1"><f t="shared" si="0">X1</f></c><c r="D1"><f t="shared" si="0"/></c>',
        {"A1=": "Z1", "B1=": "AA1", "C1=": "X1", "D1=": "Y1"},
    ),
    "a shared formula before it is written out": (
        '<c r="A1"><f t="shared" si="0"/><v>1</v></c><c r="B1"><f t="shared" si="0">Z1</f></c>',
        {"A1": 1, "A1=": "", "B1=": "Z1"},
    ),
    "a day in ISO 8601": ('<c r="A1" t="d"><v>2024-03-05</v></c>', {"A1": "2024-03-05"}),
    "a serial number shown as a day": ('<c r="A1" s="1"><v>45356</v></c>', {"A1": "2024-03-05"}),
}


@pytest.mark.parametrize("named", CELLS)
def test_cells_in_any_spelling(named: str) -> None:
    cells, expected = CELLS[named]
    data = one_sheet(worksheet(f'<row r="1">{cells}</row>'), TABLE)
    if named.endswith(("is refused", "are refused")):
        with pytest.raises(NotOpened):
            PackageSheets(open_bytes(data)).grid("S")
        return
    shown = {at: str(value) if hasattr(value, "isoformat") else value for at, value in read(data).items()}
    assert shown == expected


EXTENSION = '<extLst><ext xmlns:y="urn:y"><y:c r="A1"><y:v>9</y:v></y:c></ext></extLst>'

SHEETS: dict[str, str] = {
    "as usual": worksheet(ROW),
    "a prefix": f'{DECLARATION}<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>12</x:v></x:c>'
    "</x:row></x:sheetData></x:worksheet>",
    "Strict Open XML": f'<worksheet xmlns="{STRICT}"><sheetData>{ROW}</sheetData></worksheet>',
    "pretty-printed": worksheet('\n  <row r="1">\n    <c r="A1">\n      <v>12</v>\n    </c>\n  </row>\n'),
    "no row number": worksheet('<row><c r="A1"><v>12</v></c></row>'),
    "no numbers at all": worksheet("<row><c><v>12</v></c></row>"),
    "a cell of another row": worksheet('<row r="7"><c r="A1"><v>12</v></c></row>'),
    "rows in disorder": worksheet(f'<row r="5"/>{ROW}'),
    "a remark that holds data": worksheet(ROW, before='<!-- <sheetData><row r="1"><c r="A1"><v>9</v></c></row> -->'),
    "character data that holds data": worksheet(ROW, after="<x><![CDATA[<sheetData></sheetData>]]></x>"),
    "a row after a cell of another row": worksheet(
        '<row r="6"><c r="A9"/></row><row/><row r="1"><c><v>12</v></c></row>'
    ),
    "an extension with cells": worksheet(ROW, after=EXTENSION),
    "no declaration": worksheet(ROW).removeprefix(DECLARATION),
    "a byte order mark": "\ufeff" + worksheet(ROW),
}


@pytest.mark.parametrize("named", SHEETS)
def test_sheets_in_any_spelling(named: str) -> None:
    assert read(one_sheet(SHEETS[named])) == {"A1": 12}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "iso-8859-1"])
def test_other_encodings(encoding: str) -> None:
    text = worksheet(ROW).replace("UTF-8", "UTF-16" if "16" in encoding else encoding)
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    parts = parts_of({"S": ""}) | {"xl/worksheets/sheet1.xml": mark + text.encode(encoding)}
    assert read(pack(parts)) == {"A1": 12}


BYTES = {
    "in a formula": b'<c r="A1"><f>"\xe5\xb1"</f><v>1</v></c>',
    "in a formula, continued elsewhere": b'<c r="A1"><f>"\xc3 \xa9"</f><v>1</v></c>',
    "in a text": b'<c r="A1" t="str"><f>B1</f><v>\xff</v></c>',
    "a reference to half a pair": b'<c r="A1"><f>"&#55296;"</f><v>1</v></c>',
    "a reference beyond all characters": b'<c r="A1"><f>"&#x110000;"</f><v>1</v></c>',
    "a reference to a control": b'<c r="A1"><f>"&#1;"</f><v>1</v></c>',
    "of half a pair": b'<c r="A1" t="str"><f>B1</f><v>\xed\xa0\x80</v></c>',
}


@pytest.mark.parametrize("named", BYTES)
@pytest.mark.parametrize("usual", [True, False])
def test_bytes_that_are_no_text_are_refused(named: str, usual: bool) -> None:
    part = worksheet('<row r="1">|</row>').encode().replace(b"|", BYTES[named])
    assert list(open_bytes(pack(parts_of({"S": ""}) | {"xl/worksheets/sheet1.xml": part}), usual=usual).broken) == ["S"]


def renamed(parts: dict[str, str | bytes], old: str, new: str) -> dict[str, str | bytes]:
    return {name.replace(old, new): data for name, data in parts.items()}


def replaced(part: str, old: str, new: str) -> dict[str, str | bytes]:
    return replaced_part(parts_of({"S": worksheet(ROW)}), part, old, new)


MACRO_BOOK = ("vnd.openxmlformats-officedocument.spreadsheetml.sheet.main", "vnd.ms-excel.sheet.macroEnabled.main")
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
SHEET_PART = "xl/worksheets/sheet1"
PACKAGES: dict[str, dict[str, str | bytes]] = {
    "capital letters in names": renamed(
        parts_of({"S": worksheet(ROW)}), "xl/worksheets/sheet1", "XL/Worksheets/Sheet1"
    ),
    "backslashes in names": renamed(parts_of({"S": worksheet(ROW)}), "xl/worksheets/", "xl\\worksheets\\"),
    "an absolute target": replaced("xl/_rels/workbook.xml.rels", '"worksheets/sheet1', '"/xl/worksheets/sheet1'),
    "a target that goes up": replaced("xl/_rels/workbook.xml.rels", '"worksheets/sheet1', '"../xl/worksheets/sheet1'),
    "an element that is no relationship": replaced(
        "xl/_rels/workbook.xml.rels",
        "</Relationships>",
        f'<Elsewhere Id="rId1" Type="{OFFICE_RELATIONS}/worksheet" Target="nowhere.xml"/></Relationships>',
    ),
    "Strict relationships": replaced("xl/_rels/workbook.xml.rels", OFFICE_RELATIONS, STRICT_RELATIONS),
    "a template": replaced("[Content_Types].xml", "sheet.main", "template.main"),
    "with macros": replaced("[Content_Types].xml", *MACRO_BOOK),
}


@pytest.mark.parametrize("named", PACKAGES)
def test_packages_in_any_spelling(named: str) -> None:
    assert read(pack(PACKAGES[named])) == {"A1": 12}


@pytest.mark.parametrize(
    ("formula", "stored"),
    [
        ("<f>B1</f>", "fB1"),
        ("<f></f>", "n5"),
        ("<f/>", "n5"),
        ("<f> </f>", "f "),
        ('<f t="shared" si="7"/>', "n5"),
        ('<f t="shared" si="7" ref="A1">B1</f>', "fB1"),
    ],
)
def test_a_value_beside_an_empty_formula_is_a_value(formula: str, stored: str) -> None:
    data = one_sheet(worksheet(f'<row r="1"><c r="A1">{formula}<v>5</v></c></row>'))
    for usual in (True, False):
        assert open_bytes(data, usual=usual).sheets["S"].contents == {"A1": stored}


@pytest.mark.parametrize("name", ["", "/", ".", "xl/", "folder\\"])
def test_members_without_a_name_are_passed_over(name: str) -> None:
    stream = BytesIO(one_sheet(worksheet(ROW)))
    nameless = zipfile.ZipInfo("x")
    nameless.filename = name
    with zipfile.ZipFile(stream, "a") as package:
        package.writestr(nameless, b"")
    assert read(stream.getvalue()) == {"A1": 12}


def test_days_of_a_workbook_that_counts_from_1904() -> None:
    book = '<workbookPr date1904="1"/>'
    data = one_sheet(worksheet('<row r="1"><c r="A1" s="1"><v>43894</v></c></row>'), workbook=book)
    assert str(read(data)["A1"]) == "2024-03-05"


def test_a_string_table_in_any_spelling() -> None:
    items = ["<t>零</t>", "<t xml:space='preserve'>a &amp; b</t>", "<t><![CDATA[<r>]]></t>", "<t>&#20013;</t>"]
    cells = "".join(f'<c r="{letter}1" t="s"><v>{n}</v></c>' for n, letter in enumerate("ABCD"))
    found = read(one_sheet(worksheet(f'<row r="1">{cells}</row>'), strings(*items)))
    assert found == {"A1": "零", "B1": "a & b", "C1": "<r>", "D1": "中"}


@pytest.mark.parametrize(
    "item", ["<si><t>a</t></si>", "<t>a<b>c</b></t>", "a", "<r><t>a</t></r>b", "<x:y xmlns:x='urn:x'><t>a</t></x:y>"]
)
def test_a_string_table_with_texts_in_odd_places_is_refused(item: str) -> None:
    data = one_sheet(worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), strings(item))
    for usual in (True, False):
        with pytest.raises(NotOpened):
            open_bytes(data, usual=usual)


@pytest.mark.parametrize("change", [(MAIN, "urn:x"), ("<si>", "9<si>"), ("</sst>", "<x/></sst>")])
def test_a_string_table_that_is_none_is_refused(change: tuple[str, str]) -> None:
    cells = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    data = one_sheet(worksheet(cells), strings("<t>a</t>").replace(*change))
    for usual in (True, False):
        with pytest.raises(NotOpened):
            PackageSheets(open_bytes(data, usual=usual)).grid("S")


@pytest.mark.parametrize(
    "data", ["<sheetData/>", "<x><sheetData/></x>", '<sheetData><row r="2"><c r="A2"><v>1</v></c></row></sheetData>']
)
def test_data_twice_are_refused(data: str) -> None:
    for usual in (True, False):
        assert list(open_bytes(one_sheet(worksheet(ROW, after=data)), usual=usual).broken) == ["S"]


@pytest.mark.parametrize("row", ['ht="0.01"', 'ht="0" customHeight="1"', 'hidden="1"', "hidden='true'"])
def test_rows_that_nobody_sees(row: str) -> None:
    data = one_sheet(worksheet(f'<row r="3" {row}><c r="A3"><v>1</v></c></row>'))
    for usual in (True, False):
        assert open_bytes(data, usual=usual).sheets["S"].hidden_rows == {3}


def test_columns_that_nobody_sees() -> None:
    columns = '<cols><col min="2" max="3" hidden="1" width="9"/><col min="5" max="5" width="0"/></cols>'
    assert open_bytes(one_sheet(worksheet(ROW, before=columns))).sheets["S"].frame.hidden_columns == {2, 3, 5}
