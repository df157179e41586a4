"""综合 of a form: the level's own return in the shape of the official form, to be printed, signed and filed."""

from __future__ import annotations

from generator.consolidated.data import Consolidated
from generator.consolidated.texts import tell_year
from generator.consolidated.totals import TOTAL_COLUMN, TotalsSheet
from generator.page import Book, Page
from templates.model import Form, Heading, Indicator
from templates.words import lookup, say

HEADER = 7
"""The header row, from 0: title, five lines of the official head, a blank one."""

NAME, MEASURE, CODE, VALUE = range(4)
"""Columns."""


def write_official(book: Book, data: Consolidated, form: Form) -> None:
    """Write 综合-…: every row of the official form in its order, with the live total where the row has one."""
    words, totals = lookup("consolidated.official"), TotalsSheet(data, form)
    page = book.page(say("consolidated.sheets.official", form=form.id), words["widths"], "form")
    _head(page, data, form)
    page.header(HEADER, words["columns"])
    row = HEADER
    for row, line in enumerate(form.rows, start=HEADER + 1):
        if isinstance(line, Heading):
            _heading(page, row, line)
        else:
            _indicator(page, row, line, totals)
    _foot(page, row + 1, data)
    page.sheet.freeze_panes(HEADER + 1, 0)
    page.print_upright(HEADER)
    page.set_heights()
    page.protect()


def _head(page: Page, data: Consolidated, form: Form) -> None:
    survey, role = data.survey, page.book.styles.role
    page.sheet.set_row(0, 30)
    page.sheet.merge_range(0, 0, 0, VALUE, form.title, role("title"))
    right = (
        say("workbook.form.number", form=form.id),
        say("workbook.form.organ", organ=survey.organ),
        say("workbook.form.approved_by", approved_by=survey.approved_by),
        say("workbook.form.approval", approval=survey.approval),
        say("workbook.form.valid_until", valid_until=survey.valid_until),
    )
    for row, text in enumerate(right, start=1):
        page.text(row, MEASURE, text, "head_label")
    page.text(len(right), NAME, say("consolidated.official.whole", year=tell_year(data)), "head_label")


def _heading(page: Page, row: int, line: Heading) -> None:
    page.text(row, NAME, line.name, "heading", indent=max(line.level - 1, 0))
    for column in (MEASURE, CODE, VALUE):
        page.text(row, column, say("workbook.form.dash"), "heading_center")


def _indicator(page: Page, row: int, line: Indicator, totals: TotalsSheet) -> None:
    page.text(row, NAME, line.name, "cell_wrap", indent=line.indent + 1)
    page.text(row, MEASURE, line.measure, "cell_center")
    page.text(row, CODE, line.code, "code")
    if line.code in totals.rows:
        formula = f"'{totals.name}'!{totals.cell(line.code, TOTAL_COLUMN)}"
        value = totals.data.totals.get(line.form, {}).get(line.code)
        page.formula(row, VALUE, formula, value, line.decimals)
    else:
        page.text(row, VALUE, say("workbook.form.dash"), "heading_center")


def _foot(page: Page, row: int, data: Consolidated) -> None:
    """Leave room for the same people to sign as on a unit's form."""
    for column in range(VALUE + 1):
        page.text(row, column, "", "end")
    blank = say("consolidated.official.blank")
    signs = (say("consolidated.official.sign", name=row.name) for row in data.survey.cover.indicators.values())
    page.text(row + 1, NAME, blank.join(signs), "head_label")
