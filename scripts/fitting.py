"""What of a sheet fits: columns and rows into a window, texts into their cells. Pixels are those of 96 dots an inch.

Texts are measured as 微软雅黑 draws them: a Chinese character is as wide as it is high, a line 1.32 times as high.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter

PADDING: Final = 5
"""Pixels of a column that no text takes."""
LINE: Final = 1.32
INDENT: Final = 9
DEFAULT_HEIGHT: Final = 20
BOLD: Final = 1.04
NARROW: Final = 0.55
CAPITAL: Final = 0.66
SPACE: Final = 0.3
TOLERANCE: Final = 2
"""Pixels by which a text may be larger: engines differ by as much."""

WORDS: Final = re.compile(r"[!-~]+|.", re.DOTALL)
SUFFIX: Final = re.compile(r'@"([^"]*)"')

Values = Mapping[tuple[int, int], object]
"""What stands in the cells of a sheet, by row and column from 1: text or number; "" of a formula that shows nothing."""


@dataclass(frozen=True)
class Clipped:
    """A cell that does not show all of its text."""

    cell: str
    needed: int
    given: int
    measure: str
    text: str

    def __str__(self) -> str:
        return f"{self.cell}: {self.measure} {self.needed} px, has {self.given}: {self.text[:60]!r}"


@dataclass(frozen=True)
class Box:
    """What a text may take: pixels inside the cell and those that merged ones add; ``None`` grows with the text."""

    width: int
    height: int | None


@cache
def _book(path: Path) -> Any:
    return load_workbook(path)


class Page:
    """A sheet as it was written: widths, heights and formats."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = sheet
        self.name = str(sheet.title)

    @classmethod
    def of(cls, path: Path, sheet: str) -> Page:
        """Return a sheet of a workbook."""
        return cls(_book(path)[sheet])

    @cached_property
    def _widths(self) -> dict[int, float]:
        """The widths of shown columns, in characters."""
        found = {}
        for letters, column in self.sheet.column_dimensions.items():
            first = column.min or column_index_from_string(letters)
            for number in range(first, (column.max or first) + 1):
                found[number] = 0.0 if column.hidden else float(column.width)
        return found

    @cached_property
    def columns(self) -> list[str]:
        """The letters of the columns that are shown and hold anything."""
        numbers = range(1, int(self.sheet.max_column) + 1)
        return [get_column_letter(number) for number in numbers if self.column(number)]

    def column(self, number: int, digit: int = 7) -> int:
        """Return the pixels of a column."""
        characters = self._widths.get(number, 8.43 + 5 / 7)
        return math.floor(characters * digit + 0.5) if characters else 0

    def row(self, number: int) -> int | None:
        """Return the pixels of a row; None of one that is as high as its text."""
        row = self.sheet.row_dimensions.get(number)
        if row is not None and row.hidden:
            return 0
        height = row.height if row is not None else None
        return None if height is None else round(height * 4 / 3)

    def width(self, digit: int) -> int:
        """Return the pixels of all columns."""
        return sum(self.column(number, digit) for number in range(1, int(self.sheet.max_column) + 1))

    def last_column(self, pixels: int, digit: int) -> str:
        """Return the last column that is inside so many pixels."""
        ends = accumulate(self.column(number, digit) for number in range(1, int(self.sheet.max_column) + 1))
        return get_column_letter(max(1, sum(end <= pixels for end in ends)))

    def last_row(self, pixels: int) -> int:
        """Return the last row that is inside so many pixels."""
        heights = (self.row(number) for number in range(1, int(self.sheet.max_row) + 1))
        ends = accumulate(DEFAULT_HEIGHT if height is None else height for height in heights)
        return max(1, sum(end <= pixels for end in ends))

    @cached_property
    def merged(self) -> dict[tuple[int, int], tuple[int, int]]:
        """The last row and column of every merged range, by its first ones."""
        return {(area.min_row, area.min_col): (area.max_row, area.max_col) for area in self.sheet.merged_cells.ranges}

    def box(self, row: int, column: int) -> Box:
        """Return the room of a cell."""
        end_row, end_column = self.merged.get((row, column), (row, column))
        heights = [self.row(number) for number in range(row, end_row + 1)]
        known = [height for height in heights if height is not None]
        grows = len(known) < len(heights)
        width = sum(self.column(number) for number in range(column, end_column + 1)) - PADDING
        return Box(width, None if grows else sum(known))


def find_clipped(page: Page, values: Values) -> list[Clipped]:
    """Return the cells whose text does not fit, in the order of the sheet."""
    return [found for at, value in sorted(values.items()) for found in _judge(page, values, at, value)]


def _judge(page: Page, values: Values, at: tuple[int, int], value: object) -> Iterator[Clipped]:
    row, column = at
    cell, box = page.sheet.cell(row, column), page.box(row, column)
    text = shown_text(value, str(cell.number_format))
    if not text or box.width <= 0 or box.height == 0 or cell.alignment.shrink_to_fit:
        return
    place, size = f"{page.name}!{cell.coordinate}", pixels_of(cell.font)
    width = box.width - round(cell.alignment.indent or 0) * INDENT
    if cell.alignment.wrap_text:
        lines = sum(count_lines(line, width, size) for line in text.split("\n"))
        needed = math.ceil(size * LINE) * lines
        if box.height is not None and needed > box.height + TOLERANCE:
            yield Clipped(place, needed, box.height, "high", text)
        return
    needed = math.ceil(max(draw(line, size) for line in text.split("\n")))
    given = width + _beside(page, values, at)
    if needed > given + TOLERANCE:
        yield Clipped(place, needed, given, "wide", text)


def shown_text(value: object, pattern: str) -> str:
    """Return about what a cell shows of a value; "" of a number that is rounded until it fits."""
    if pattern.startswith(";;") or (pattern == "General" and not isinstance(value, str)):
        return ""
    if isinstance(value, str):
        suffix = SUFFIX.search(pattern)
        return value + (suffix[1] if suffix and value else "")
    return "0000-00-00" if "y" in pattern else f"{value:,.0f}"


def _beside(page: Page, values: Values, at: tuple[int, int]) -> int:
    """Return the pixels of empty cells that a text of this cell may run over."""
    row, column = at
    across = page.sheet.cell(row, column).alignment.horizontal or "general"
    end = page.merged.get(at, at)[1]
    if at in page.merged:
        return 0
    right = _free(page, values, row, range(end + 1, int(page.sheet.max_column) + 20))
    left = _free(page, values, row, range(column - 1, 0, -1))
    return {"center": 2 * min(left, right), "right": left}.get(across, right)


def _free(page: Page, values: Values, row: int, columns: range) -> int:
    room = 0
    for number in columns:
        if (row, number) in values:
            break
        room += page.column(number)
    return room


def pixels_of(font: Any) -> float:
    """Return how high the characters of a font are, bold ones counted as larger."""
    return float(font.size or 11) * 4 / 3 * (BOLD if font.bold else 1)


def draw(text: str, size: float) -> float:
    """Return how wide a text is."""
    return sum(map(_share, text)) * size


def _share(character: str) -> float:
    if character == " ":
        return SPACE
    if character > "\u2000":
        return 1
    return CAPITAL if character.isupper() else NARROW


def count_lines(text: str, width: float, size: float) -> int:
    """Return on how many lines a text is set: broken between Chinese characters, and around words of other ones."""
    lines, used = 1, 0.0
    for word in WORDS.findall(text):
        needed = draw(word, size)
        if used and used + needed > width:
            lines, used = lines + 1, 0.0
        lines += int(max(0.0, needed - 1) // width)
        used += needed
    return lines
