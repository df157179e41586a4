"""How sheets lie on paper: A4, one page wide, pages counted; ink alone, as on the official form."""

from __future__ import annotations

from generator.strict import StrictWorksheet
from templates.words import say

A4 = 9


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
    sheet.fit_to_pages(1, 0)
    if repeated:
        sheet.repeat_rows(0, repeated - 1)
    sheet.print_area(rows[0] - 1, columns[0] - 1, rows[1] - 1, columns[1] - 1)
