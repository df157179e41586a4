"""What the script that looks at windows says of texts in cells, on a sheet that is drawn for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from scripts.fitting import Clipped, Page, count_lines, find_clipped

LEFT, WRAPPED, SHRUNK = Alignment(horizontal="left"), Alignment(wrap_text=True), Alignment(shrink_to_fit=True)
CASES: dict[str, tuple[dict[str, Any], Alignment, list[tuple[str, int, int]]]] = {
    "fits": ({"B1": "八个汉字放得下去"}, LEFT, []),
    "runs over an empty neighbour": ({"B1": "十个汉字就放不下去了"}, LEFT, []),
    "is cut off by a neighbour": ({"B1": "十个汉字就放不下去了", "C1": "满"}, LEFT, [("wide", 120, 100)]),
    "is cut off by a formula that shows nothing": (
        {"B1": "十个汉字就放不下去了", "C1": ""},
        LEFT,
        [("wide", 120, 100)],
    ),
    "shrinks": ({"B1": "十个汉字就放不下去了", "C1": "满"}, SHRUNK, []),
    "wraps into two lines that fit": ({"B2": "十个汉字就放不下去了"}, WRAPPED, []),
    "wraps into three lines": ({"B2": "十个汉字就放不下去了" * 2}, WRAPPED, [("high", 48, 38)]),
    "wraps in a row that grows": ({"B3": "十个汉字就放不下去了" * 9}, WRAPPED, []),
}


def page(alignment: Alignment) -> Page:
    """Return a sheet whose column B has 105 pixels; its rows have 20 and 38 pixels, the third grows."""
    sheet = Workbook().active
    assert sheet is not None
    sheet.column_dimensions["B"].width = 15
    sheet.row_dimensions[1].height, sheet.row_dimensions[2].height = 15, 28.5
    for row in (1, 2, 3):
        sheet.cell(row, 2).font, sheet.cell(row, 2).alignment = Font(size=9), alignment
        sheet.cell(row, 6).value = "end"
    return Page(sheet)


@pytest.mark.parametrize("case", CASES)
def test_a_text_that_does_not_fit_is_told(case: str) -> None:
    cells, alignment, expected = CASES[case]
    drawn = page(alignment)
    values = {(drawn.sheet[at].row, drawn.sheet[at].column): text for at, text in cells.items()}
    texts = next(iter(cells.items()))
    place = f"{drawn.name}!{texts[0]}"
    found = [clip for clip in find_clipped(drawn, values) if clip.cell == place]
    assert found == [Clipped(place, needed, given, measure, texts[1]) for measure, needed, given in expected]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [("汉字", 24, 1), ("汉字一", 24, 2), ("ab cd", 30, 1), ("汉字abc", 30, 2), ("一" * 10, 36, 4)],
)
def test_lines_break_between_chinese_characters_and_around_words(text: str, width: float, lines: int) -> None:
    assert count_lines(text, width, 12) == lines


def test_columns_are_counted_by_the_digit_of_the_font() -> None:
    drawn = page(LEFT)
    assert [drawn.column(2, digit) for digit in (7, 8)] == [105, 120]
    assert [drawn.last_column(64 + 105, digit) for digit in (7, 8)] == ["B", "A"]


def test_measures_ask_nothing_of_a_path(tmp_path: Path) -> None:
    page(LEFT).sheet.parent.save(tmp_path / "book.xlsx")
    assert Page.of(tmp_path / "book.xlsx", "Sheet").columns[-1] == "F"
