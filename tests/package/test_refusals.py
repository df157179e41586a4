"""Packages that no honest program writes: each is refused with one sentence, soon, and with little memory."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from addin.package import limits
from addin.package.limits import Limits
from addin.package.opened import OpenedPackage, open_bytes
from addin.package.refusal import NotOpened
from addin.reading.grids import PackageSheets
from templates.words import say
from tests.support.packages import one_sheet, pack, parts_of, replaced_part, strings, worksheet

ROW = '<row r="1"><c r="A1"><v>12</v></c></row>'
SMALL = Limits(file_mb=1, inflated_mb=1, cells=10)


def inflating(megabytes: int) -> bytes:
    """Return a small package whose sheet inflates to so much."""
    return one_sheet(worksheet(ROW, after=f"<!--{' ' * (megabytes << 20)}-->"))


def rows(count: int, cell: str = "<c><v>1</v></c>") -> str:
    return "".join(f"<row>{cell}</row>" for _ in range(count))


def damage(part: str, why: str) -> str:
    return say("reader.refused.damaged", part=part, reason=say(f"reader.damage.{why}"))


def twice(name: str) -> bytes:
    """Return a package in which a part stands twice."""
    stream = BytesIO(one_sheet(worksheet(ROW)))
    with pytest.warns(UserWarning), zipfile.ZipFile(stream, "a") as package:
        package.writestr(name, b"")
    return stream.getvalue()


def changed_checksum() -> bytes:
    """Return a package whose sheet does not hold what the directory says."""
    data = bytearray(one_sheet(worksheet(ROW)))
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    struct.pack_into("<I", data, at + 16, 1)
    return bytes(data)


def two_sheets(first: str, second: str, part: str = "") -> bytes:
    parts = parts_of({first: worksheet(ROW), second: worksheet(ROW)})
    if part:
        parts = replaced_part(parts, "xl/_rels/workbook.xml.rels", "worksheets/sheet2.xml", part)
    return pack(parts)


SHEET = "xl/worksheets/sheet1.xml"
FAR = "reader.refused.beyond_sheet"

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut off": (lambda: one_sheet(worksheet(ROW))[:-100], say("reader.refused.cut_off")),
    "an encrypting program": (lambda: b"%TSD-Header-###%" + bytes(500), say("reader.refused.encrypting_program")),
    "another encrypting program": (
        lambda: b"\x62\x14\x23\x65\x01E-SafeNet   LOCK",
        say("reader.refused.encrypting_program"),
    ),
    "a large file": (lambda: b"PK" + bytes(2 << 20), say("reader.refused.large_file", limit=1)),
    "too large inside": (lambda: inflating(2), say("reader.refused.too_large", limit=1)),
    "too many cells": (lambda: one_sheet(worksheet(rows(11))), say("reader.refused.too_many_cells", limit=10)),
    "too many parts": (
        lambda: pack({str(number): b"" for number in range(limits.MEMBERS + 1)}),
        say("reader.refused.too_many_parts", found=limits.MEMBERS + 1, limit=limits.MEMBERS),
    ),
    "a part twice": (lambda: twice(SHEET), damage(SHEET, "twice")),
    "a changed part": (changed_checksum, damage(SHEET, "checksum")),
    "two sheets of one name": (lambda: two_sheets("S", "s"), say("reader.refused.sheet_twice", sheet="s")),
    "one part for two sheets": (
        lambda: two_sheets("S", "T", "worksheets/sheet1.xml"),
        say("reader.refused.part_twice", sheet="T"),
    ),
    "a cell twice": (
        lambda: one_sheet(worksheet('<row r="1"><c r="A1"><v>1</v></c><c r="a1"><v>2</v></c></row>')),
        say("reader.refused.cell_twice", sheet="S", cell="A1"),
    ),
    "a row twice, and a cell with it": (
        lambda: one_sheet(worksheet(ROW + ROW)),
        say("reader.refused.cell_twice", sheet="S", cell="A1"),
    ),
    "a column beyond the sheet": (
        lambda: one_sheet(worksheet('<row r="1"><c r="XFE1"><v>1</v></c></row>')),
        say(FAR, sheet="S", address="XFE1"),
    ),
    "a row beyond the sheet": (
        lambda: one_sheet(worksheet('<row r="1048577"><c><v>1</v></c></row>')),
        say(FAR, sheet="S", address="1048577"),
    ),
    "an address that is none": (
        lambda: one_sheet(worksheet('<row r="1"><c r="1A"><v>1</v></c></row>')),
        say(FAR, sheet="S", address="1A"),
    ),
    "rich text in rich text": (
        lambda: one_sheet(worksheet(ROW), strings("<r>" * 3000 + "<t>x</t>" + "</r>" * 3000)),
        damage("xl/sharedstrings.xml", "misplaced"),
    ),
    "elements in each other": (
        lambda: one_sheet(worksheet(ROW, after="<x>" * 3000 + "</x>" * 3000)),
        damage(SHEET, "depth"),
    ),
    "a cell outside its row": (lambda: one_sheet(worksheet('<c r="A1"><v>1</v></c>')), damage(SHEET, "misplaced")),
    "a text that is not there": (
        lambda: one_sheet(worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')),
        damage(SHEET, "no_text"),
    ),
    "a long text": (
        lambda: one_sheet(worksheet(ROW), strings(f"<t>{'字' * (limits.TEXT + 1)}</t>")),
        say("reader.refused.long_text", limit=limits.TEXT),
    ),
    "a document type": (
        lambda: one_sheet(worksheet(ROW).replace("<worksheet", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet')),
        damage(SHEET, "document_type"),
    ),
    "no XML": (lambda: one_sheet("<worksheet"), damage(SHEET, "markup")),
    "no sheet": (lambda: one_sheet("<chart/>"), damage(SHEET, "no_sheet")),
    "a sheet that is missing": (
        lambda: pack({name: data for name, data in parts_of({"S": worksheet(ROW)}).items() if name != SHEET}),
        damage(SHEET, "missing"),
    ),
}


def refusal(data: bytes) -> str:
    """Return why a workbook, or its sheet, is refused."""
    with pytest.raises(NotOpened) as refused:
        PackageSheets(open_bytes(data, most=SMALL)).grid("S")
    return refused.value.reason


@pytest.mark.parametrize("named", REFUSED)
def test_one_sentence(named: str) -> None:
    make, sentence = REFUSED[named]
    assert refusal(make()) == sentence


def test_a_stray_cell_far_out_costs_one_cell() -> None:
    data = one_sheet(worksheet(ROW + '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>'))
    grid = PackageSheets(open_bytes(data)).grid("S")
    assert grid.rows == {1: {1: 12}, 1048576: {16384: 1}}


def test_a_long_shared_formula_is_not_written_out_for_every_cell() -> None:
    cells = "".join(f'<row r="{row}"><c r="A{row}"><f t="shared" si="0"/><v>1</v></c></row>' for row in range(2, 300))
    first = f'<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A300">{"B1+" * 200_000}1</f><v>1</v></c></row>'
    grid = PackageSheets(open_bytes(one_sheet(worksheet(first + cells)))).grid("S")
    assert len(grid.formulas) == 299
    with pytest.raises(NotOpened, match=str(limits.FORMULA)):
        grid.formulas[7, 1]


def test_a_range_over_the_whole_sheet_hides_no_thousand_million_cells() -> None:
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="B1:C1"/></mergeCells>'
    frame = open_bytes(one_sheet(worksheet(ROW, after=merged))).sheets["S"].frame
    assert (len(frame.merged_ranges), frame.merged) == (2, {(1, 3): (1, 2)})


def test_a_broken_sheet_leaves_the_others() -> None:
    data = pack(parts_of({"S": "<worksheet", "T": worksheet(ROW)}))
    package: OpenedPackage = open_bytes(data)
    assert (list(package.sheets), list(package.broken)) == (["T"], ["S"])


def test_an_honest_heavy_workbook_reaches_no_limit() -> None:
    """1,000 rows in each of 25 ledgers, every cell written out."""
    letters = "ABCDEFGHIJKLMNOP"
    data = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{letter}{row}" s="2" t="s"><v>0</v></c>' for letter in letters) + "</row>"
        for row in range(1, 1001)
    )
    package = open_bytes(pack(parts_of({f"台账{n}": worksheet(data) for n in range(25)}, strings("<t>会议</t>"))))
    assert sum(len(sheet.cells) for sheet in package.sheets.values()) == 25 * 16_000
