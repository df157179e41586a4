"""A text stays the text it is in every workbook that we write: as a cell, as the cached text of a formula, as a link.

One row a text; three independent readers. calamine reads all of them as they are; openpyxl and LibreOffice leave the
escapes of control characters as they stand, and read everything else as it is.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from generator.strict import TEXT_LIMIT, StrictWorkbook, make_storable

MARKUP = ["<r>&</r>", "<r><t>x</t></r>", "<r></r>", "<r>a</r> ", "<si>", "&amp;", "]]>", "<![CDATA[x]]>", "<!-- x -->"]
ESCAPES = ["a_x0041_b", "_x000D_", "_x005F_x0041_", "_x00g1_"]
FORMULAS = ["=1+1", "+86 23", "-1", "@SUM(1)", "{=1}", "http://a.cn/?b&c", "mailto:x", "internal:甲!A1", "file:///x"]
LITERALS = [
    "TRUE",
    "#N/A",
    "#REF!",
    "1e400",
    "001",
    "'quoted",
    "  two",
    "a\nb",
    "\ttab",
    "\u202e甲\u2066",
    "\x7f\x85\u2028",
]
CONTROL = ["\x01\x02b", "a\rb", "a\r\nb", "tab\x0bv", "\x1f"]
PLAIN = [*MARKUP, *ESCAPES, *FORMULAS, *LITERALS]
ALL = [*PLAIN, *CONTROL]

SHOWN = [
    ("\ud83d", "\N{REPLACEMENT CHARACTER}"),
    ("a\udcffb", r"a\xffb"),
    ("\ufffe\uffff", "\N{REPLACEMENT CHARACTER}" * 2),
]
"""What no file can hold, and what stands in its place."""


def written(texts: list[str], path: Path) -> Path:
    """Write each text as a cell, as the cached text of a formula and as the text of a link."""
    book = StrictWorkbook(str(path))
    sheet = book.add_worksheet("甲")
    for row, text in enumerate(texts):
        sheet.write_string(row, 0, text)
        sheet.write_formula(row, 1, '=""', None, text)
        sheet.write_url(row, 2, "internal:甲!A1", None, text)
    book.set_properties({"title": "".join(texts)})
    book.close()
    return path


def by_calamine(path: Path) -> list[list[object]]:
    """Return the three texts of each row."""
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def by_openpyxl(path: Path) -> list[list[object]]:
    """Return the three texts of each row."""
    sheet = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_calamine_reads_every_text_as_it_is(tmp_path: Path) -> None:
    assert by_calamine(written(ALL, tmp_path / "a.xlsx")) == [[text] * 3 for text in ALL]


def test_openpyxl_reads_every_text_as_it_is(tmp_path: Path) -> None:
    texts = [*MARKUP, *FORMULAS, *LITERALS]
    assert by_openpyxl(written(texts, tmp_path / "a.xlsx")) == [[text] * 3 for text in texts]


def test_every_part_is_xml(tmp_path: Path) -> None:
    path = written([*ALL, *(text for text, _ in SHOWN)], tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            ElementTree.fromstring(package.read(name))


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_what_no_file_can_hold_is_shown(text: str, shown: str, tmp_path: Path) -> None:
    path = written([text], tmp_path / "a.xlsx")
    assert by_calamine(path) == by_openpyxl(path) == [[shown] * 3]


@pytest.mark.parametrize(
    "text", ["长" * TEXT_LIMIT, "😀" * (TEXT_LIMIT // 2), "a" + "😀" * (TEXT_LIMIT // 2)], ids=["长", "even", "odd"]
)
def test_a_text_as_long_as_a_cell_holds_is_whole(text: str, tmp_path: Path) -> None:
    assert by_calamine(written([text], tmp_path / "a.xlsx"))[0][:2] == [text, text]


@pytest.mark.parametrize("text", ["长" * (TEXT_LIMIT + 1), "😀" * TEXT_LIMIT], ids=["长", "halves"])
def test_a_longer_text_says_that_it_was_cut(text: str, tmp_path: Path) -> None:
    note = f"……（太长，以下省略；全文 {len(text)} 字）"
    [[cell, cached, link]] = by_calamine(written([text], tmp_path / "a.xlsx"))
    assert cell == cached == link == make_storable(text)
    assert isinstance(cell, str)
    assert cell.endswith(note)
    assert text.startswith(cell.removesuffix(note))
    assert TEXT_LIMIT - 1 <= len(cell.encode("utf-16-le")) // 2 <= TEXT_LIMIT
