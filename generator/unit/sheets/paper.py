"""How sheets lie on paper: A4, one page wide, pages counted; ink alone, as on the official form."""

from __future__ import annotations

from generator.strict import StrictWorksheet
from templates.words import say

A4 = 9

PAGE = 1017
"""Pixels of rows that an upright page holds: 842 points less the margins."""

SQUEEZED = 0.15
"""Rows that run over by no more of a page are pressed onto the pages before it: nobody mails a page with two lines."""


def set_up_print(sheet: StrictWorksheet) -> None:
    """Take A4 with narrow margins and the page number in the foot; coloured grounds are left out where Excel prints."""
    sheet.set_paper(A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.6)
    sheet.set_footer("&C&9" + say("workbook.form.page"))
    sheet.center_horizontally()
    sheet.print_black_and_white()


def print_upright(sheet: StrictWorksheet, rows: tuple[int, int], columns: tuple[int, int], repeated: int = 0) -> None:
    """Print these rows and columns (from 1) on upright pages, one wide; so many rows are repeated on every page."""
    set_up_print(sheet)
    sheet.set_portrait()
    sheet.fit_to_pages(1, _count_pages(sheet, rows, repeated))
    if repeated:
        sheet.repeat_rows(0, repeated - 1)
    sheet.print_area(rows[0] - 1, columns[0] - 1, rows[1] - 1, columns[1] - 1)


def _count_pages(sheet: StrictWorksheet, rows: tuple[int, int], repeated: int) -> int:
    """Return how many pages the rows are to take, 0 for as many as they need."""
    high = sum(_measure(sheet, row) for row in range(rows[0] - 1, rows[1]))
    onward = PAGE - sum(_measure(sheet, row) for row in range(repeated))
    more = max(high - PAGE, 0) / onward
    return 1 + int(more) if more % 1 <= SQUEEZED else 0


def _measure(sheet: StrictWorksheet, row: int) -> int:
    """Return the height of a row, from 0, in pixels."""
    sizes: dict[int, list[int]] = sheet.row_sizes
    return sizes[row][0] if row in sizes else int(sheet.default_row_height)
