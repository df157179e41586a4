"""A sheet of the consolidated workbook being written: cells by what they hold, header, filter, print set-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from math import isnan
from typing import Any

from generator.formats import COLORS, FONT, LIGHTS, ROLES, ROOM, TABS, UNDER, Formats
from generator.ooxml.rows import ListColumn, RowBlock, list_escaped, spell_rows
from generator.strict import SHEET_RIGHTS, StrictWorkbook, StrictWorksheet
from generator.widths import count_lines, lines_needed
from templates.content import Value
from templates.model import Kind
from templates.words import say

CELL_LIMIT = 32_767
"""Characters an Excel cell holds."""

SHEET_ROWS = 1_000_000
"""Rows of a list on one sheet; Excel has 1,048,576. The rest goes on the next sheet."""

LINKS = 65_530
"""Links an Excel sheet holds; what comes after them stands there as plain text."""

COUNT = "#,##0"
DAY = "yyyy-mm-dd"
A4 = 9
LINE_POINTS = 15
WIDEST = 230
"""Wider sheets would be too small to read on one page's width: they run over pages, the unit's name on each."""

WIDE_SCALE = 60
HIGHEST = 400
"""Excel's rows end at 409 points."""

WRAPPED = ("cell_wrap", "entry_note")
"""Roles whose texts make their row higher."""

_FONT = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}


def number_format(decimals: int) -> str:
    """Return the number format with thousands separators and so many decimals."""
    return (COUNT + "." + "0" * decimals if decimals else COUNT) + ROOM


def _cut(text: str) -> str:
    """Return as much of a text as a cell holds; where something is left out, it says so."""
    return (
        text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - len(say("consolidated.cut"))] + say("consolidated.cut")
    )


def _day_format(kind: Kind) -> str:
    return say("consolidated.year_month") if kind is Kind.YEAR_MONTH else DAY


def _round_height(lines: int) -> float:
    """Return the height in points of a row of so many lines: whole pixels, as XlsxWriter makes them."""
    return int(min(LINE_POINTS * lines + 4, HIGHEST) * 4 / 3) * 0.75


@dataclass(frozen=True)
class ListLook:
    """The formats of one column of a list, by what stands in a cell, and whether its texts make rows higher."""

    blank: Any
    text: Any
    number: Any
    day: Any
    wraps: bool

    def column(self, width: float, shared: Mapping[str, int]) -> ListColumn:
        """Return the column for its rows' XML: formats have numbers when the workbook is being put together."""
        blank, text, number, day = (
            int(style._get_xf_index()) for style in (self.blank, self.text, self.number, self.day)
        )
        lines = partial(count_lines, width=width) if self.wraps else None
        return ListColumn(blank, text, number, day, shared, lines)


class Book(StrictWorkbook):
    """The workbook with its formats."""

    effort = 1
    """The lists are long, and little is gained by packing them tighter."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.styles = Formats(self)
        self.title_style = self.add_format(_FONT | {"bold": True, "font_size": 14, "font_color": COLORS["title"]})
        self._lit: dict[str, Any] = {}

    def lit(self, light: str, *, under: bool = False) -> Any:
        """Return the format of a centred cell in the colours of ``light``; ``under`` draws a thick line below it."""
        key = f"{light} {under}"
        if key not in self._lit:
            line = UNDER if under else {}
            self._lit[key] = self.add_format(_FONT | {"bold": True} | ROLES["cell_center"] | LIGHTS[light] | line)
        return self._lit[key]

    def ink(self, light: str) -> Any:
        """Return the format of bold text in the ink of ``light``."""
        key = f"{light} ink"
        if key not in self._lit:
            self._lit[key] = self.add_format(_FONT | {"bold": True, "font_color": LIGHTS[light]["font_color"]})
        return self._lit[key]

    def page(self, name: str, widths: Sequence[float], tab: str = "reference") -> Page:
        """Return a new sheet with these column widths; ``tab`` is the kind of sheet that its tab's colour tells."""
        sheet = self.add_worksheet(name)
        sheet.set_tab_color(TABS[tab])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return Page(self, sheet, tuple(widths))


@dataclass(frozen=True)
class Page:
    """One sheet. Rows and columns count from 0, as XlsxWriter's do."""

    book: Book
    sheet: StrictWorksheet
    widths: tuple[float, ...]
    lines: dict[int, int] = field(default_factory=dict)
    """Lines that each row of the list needs, so far."""

    def title(self, text: str, row: int = 0) -> None:
        """Write the sheet's title."""
        self.sheet.write_string(row, 0, text, self.book.title_style)
        self.sheet.set_row(row, 26)

    def header(self, row: int, texts: Sequence[str]) -> None:
        """Write a header row, as high as its longest text needs."""
        for column, text in enumerate(texts):
            self.text(row, column, text, "header")
        lines = max(lines_needed(text, width) for text, width in zip(texts, self.widths, strict=True))
        self.sheet.set_row(row, LINE_POINTS * lines + 9)

    def text(self, row: int, column: int, text: str, role: str = "cell_wrap", indent: int = 0) -> None:
        """Write a text; one that no cell holds is cut, and says so."""
        text = _cut(text)
        style = self.book.styles.role(role, indent=indent)
        if role in WRAPPED:
            self._grow(row, column, text, indent)
        if text:
            self.sheet.write_string(row, column, text, style)
        else:
            self.sheet.write_blank(row, column, None, style)

    def number(self, row: int, column: int, value: float | None, decimals: int = 0, role: str = "number") -> None:
        """Write a number, or an empty cell for None."""
        style = self.book.styles.role(role, num_format=number_format(decimals))
        if value is None or isnan(value):
            self.sheet.write_blank(row, column, None, style)
        else:
            self.sheet.write_number(row, column, value, style)

    def formula(
        self, row: int, column: int, formula: str, value: float | str | None, decimals: int = 0, role: str = "number"
    ) -> None:
        """Write a formula (without ``=``) with what it yields, as it was stored; None is ``""``."""
        style = self.book.styles.role(role, num_format=number_format(decimals))
        self.sheet.write_formula(row, column, f"={formula}", style, "" if value is None else value)

    def link(self, row: int, column: int, url: str, text: str) -> None:
        """Write a text that leads to ``url``, or the text alone where there is none or the sheet holds no more."""
        if not url or self.sheet.hlink_count >= LINKS:
            self.text(row, column, text)
            return
        self._grow(row, column, text, 0)
        self.sheet.write_url(row, column, url, self.book.styles.role("link_wrap"), text)

    def protect(self) -> None:
        """Lock what is not to be typed over. Without a password: whoever needs to can take it off."""
        self.sheet.protect("", SHEET_RIGHTS)

    def value(self, row: int, column: int, value: Value | None, kind: Kind, decimals: int = 0) -> None:
        """Write what a unit reported; a text in a number cell stays the text it is."""
        if isinstance(value, (date, datetime)):
            style = self.book.styles.role("cell_center", num_format=_day_format(kind))
            self.sheet.write_datetime(row, column, value, style)
        elif isinstance(value, (int, float)) or (value is None and kind.is_number):
            self.number(row, column, value, decimals)
        else:
            self.text(row, column, value or "")

    def list_rows(self, blocks: Sequence[RowBlock], columns: Sequence[ListLook]) -> int:
        """Put the rows of a long list below what has been written, block by block; return how many they are."""
        rows = sum(block.length for block in blocks)
        shared = {text: self.book.share_text(text) for block in blocks for text in list_escaped(block)}
        first = self.sheet.append_list(rows, len(columns), lambda: self._spell(blocks, first + 1, columns, shared))
        return rows

    def _spell(
        self, blocks: Sequence[RowBlock], row: int, looks: Sequence[ListLook], shared: Mapping[str, int]
    ) -> Iterator[str]:
        columns = [look.column(width, shared) for look, width in zip(looks, self.widths, strict=True)]
        for block in blocks:
            yield spell_rows(block, row, columns, _round_height)
            row += block.length

    def plain_look(self, role: str = "cell_wrap", num_format: str = "") -> ListLook:
        """Return how a column of a list looks in which all cells look alike."""
        style = self.book.styles.role(role, num_format=num_format)
        return ListLook(style, style, style, style, wraps=role in WRAPPED)

    def value_look(self, kind: Kind) -> ListLook:
        """Return how a column of a list looks whose cells are as :meth:`value` makes them."""
        text, number = self.book.styles.role("cell_wrap"), self.book.styles.role("number", num_format=number_format(0))
        day = self.book.styles.role("cell_center", num_format=_day_format(kind))
        return ListLook(number if kind.is_number else text, text, number, day, wraps=True)

    def finish(self, header_row: int, last_row: int, frozen_columns: int) -> None:
        """Freeze, filter and make the sheet print on A4 across, header repeated."""
        self.sheet.freeze_panes(header_row + 1, frozen_columns)
        self.sheet.autofilter(header_row, 0, max(last_row, header_row), len(self.widths) - 1)
        self.sheet.repeat_rows(0, header_row)
        self.print_across()
        if sum(self.widths) <= WIDEST:
            self.sheet.fit_to_pages(1, 0)
        else:
            self.sheet.set_print_scale(WIDE_SCALE)
            self.sheet.repeat_columns(0, frozen_columns - 1)

    def set_heights(self) -> None:
        """Make every row as high as its texts need: not every program does so by itself when it opens the file."""
        for row, lines in self.lines.items():
            self.sheet.set_row(row, min(LINE_POINTS * lines + 4, HIGHEST))

    def _grow(self, row: int, column: int, text: str, indent: int) -> None:
        needed = lines_needed(text, self.widths[column] - indent)
        if needed > self.lines.get(row, 0):
            self.lines[row] = needed

    def print_upright(self, header_row: int) -> None:
        """Set the paper: A4 upright, one page wide, header repeated."""
        self.print_across()
        self.sheet.set_portrait()
        self.sheet.repeat_rows(header_row)
        self.sheet.fit_to_pages(1, 0)

    def print_across(self) -> None:
        """Set the paper: A4 across, narrow margins, page numbers."""
        self.sheet.set_paper(A4)
        self.sheet.set_landscape()
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.set_footer(f'&C&"{FONT}"&8&A　{say("consolidated.page")}')
        self.sheet.hide_gridlines(2)


def split_into_sheets(name: str, rows: Sequence[Any], limit: int = SHEET_ROWS) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield sheet names with the rows that go on each: one sheet, unless there are more rows than it holds."""
    for number, start in enumerate(range(0, max(len(rows), 1), limit), start=1):
        numbered = say("consolidated.sheets.more", name=name, number=number) if number > 1 else name
        yield numbered, rows[start : start + limit]
