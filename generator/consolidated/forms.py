"""The forms of the consolidated workbook: sums by level and kind, and every unit's values."""

from __future__ import annotations

from collections.abc import Iterator

from generator.consolidated.data import Consolidated, GroupTotals, ReturnLine
from generator.consolidated.lists import year_text, yes_no
from generator.consolidated.page import Book, Page
from templates.content import Value
from templates.model import Form, Heading, Indicator, Kind, Row, Survey
from templates.words import lookup, say

SPANNER_ROW, TOTALS_HEADER = 2, 3
CODES_ROW, DETAILS_HEADER = 1, 2
"""Rows, from 0."""

BY = ("level", "kind")
"""What the sums of a form are spread over."""

FROZEN_FORM_COLUMNS = 4
"""指标名称 to 合计 stay in sight."""


def totals_sheet(book: Book, data: Consolidated, form: Form) -> None:
    """Write 汇总-…: one row an indicator that adds up, 合计 first, then a column a level and a column a kind."""
    words = lookup("consolidated.totals")
    groups = _groups(data, form)
    widths = [*words["widths"], *[words["group_width"]] * len(groups)]
    page = book.page(say("consolidated.sheets.totals", form=form.id), widths)
    page.title(_titled("totals", data, form))
    counted = sum(line.counted and form.id in line.forms for line in data.returns)
    page.sheet.write_string(1, 0, say("consolidated.totals.counts", counted=counted), book.styles.role("muted"))
    _spanners(page, groups)
    page.header(TOTALS_HEADER, [*words["fixed"], *(group.value for group in groups)])
    row = TOTALS_HEADER
    for row, line in enumerate(_lines(form), start=TOTALS_HEADER + 1):
        _totals_line(page, row, line, data, groups)
    page.finish(TOTALS_HEADER, row, FROZEN_FORM_COLUMNS)
    page.set_heights()


def details_sheet(book: Book, data: Consolidated, form: Form) -> None:
    """Write 明细-…: one row a unit that files the form, one column an indicator."""
    words = lookup("consolidated.details")
    indicators = [row for row in form.indicators.values() if row.kind is not Kind.COMPOSITE]
    widths = [*words["widths"], *[words["column_width"]] * len(indicators)]
    page = book.page(say("consolidated.sheets.details", form=form.id), widths)
    page.title(_titled("details", data, form))
    page.header(CODES_ROW, [""] * len(words["fixed"]) + [indicator.code for indicator in indicators])
    page.header(DETAILS_HEADER, [*words["fixed"], *(indicator.name for indicator in indicators)])
    row = DETAILS_HEADER
    for row, line in enumerate((line for line in data.returns if form.id in line.forms), start=DETAILS_HEADER + 1):
        _details_line(page, row, line, form, indicators)
    page.finish(DETAILS_HEADER, row, 2)
    page.set_heights()


def _titled(topic: str, data: Consolidated, form: Form) -> str:
    return say(f"consolidated.{topic}.title", form=form.id, title=form.title, year=year_text(data))


def _groups(data: Consolidated, form: Form) -> list[GroupTotals]:
    """Return a group for every level and kind that files the form, be there a return of it or not."""
    found = {(group.by, group.value): group for group in data.groups}
    return [found.get((by, value), GroupTotals(by, value, {})) for by in BY for value in _values(data.survey, form, by)]


def _values(survey: Survey, form: Form, by: str) -> list[str]:
    kinds = [kind for kind in survey.kinds if form.id in kind.forms and not kind.part]
    if by == "kind":
        return [kind.name for kind in kinds]
    levels = {level for kind in kinds for level in kind.levels}
    return [level for level in survey.levels if level in levels]


def _spanners(page: Page, groups: list[GroupTotals]) -> None:
    style = page.book.styles.role("header")
    first = FROZEN_FORM_COLUMNS
    for column in range(first):
        page.text(SPANNER_ROW, column, "", "header")
    for by in BY:
        last = first + sum(group.by == by for group in groups) - 1
        text = lookup("consolidated.totals")[by]
        if last > first:
            page.sheet.merge_range(SPANNER_ROW, first, SPANNER_ROW, last, text, style)
        elif last == first:
            page.sheet.write_string(SPANNER_ROW, first, text, style)
        first = last + 1


def _lines(form: Form) -> Iterator[Row]:
    """Yield the indicators that add up, and the headings that have one below them."""
    waiting: list[Heading] = []
    for row in form.rows:
        if isinstance(row, Heading):
            waiting = [heading for heading in waiting if heading.level < row.level] + [row]
        elif row.kind.is_number:
            yield from waiting
            waiting = []
            yield row


def _totals_line(page: Page, row: int, line: Row, data: Consolidated, groups: list[GroupTotals]) -> None:
    if isinstance(line, Heading):
        page.text(row, 0, line.name, "heading", indent=max(line.level - 1, 0))
        for column in range(1, len(page.widths)):
            page.text(row, column, "", "heading")
        return
    page.text(row, 0, line.name, "cell_wrap", indent=line.indent + 1)
    page.text(row, 1, line.measure, "cell_center")
    page.text(row, 2, line.code, "code")
    for column, totals in enumerate([data.totals, *(group.totals for group in groups)], start=3):
        page.number(row, column, totals.get(line.form, {}).get(line.code), line.decimals)


def _details_line(page: Page, row: int, line: ReturnLine, form: Form, indicators: list[Indicator]) -> None:
    fixed = (line.code, line.name, line.kind, line.level)
    for column, text in enumerate(fixed):
        page.text(row, column, text)
    page.text(row, len(fixed), yes_no(line.counted), "cell_center")
    values = line.values.get(form.id, {})
    for column, indicator in enumerate(indicators, start=len(fixed) + 1):
        value = _shown(indicator, values.get(indicator.code))
        page.value(row, column, value, indicator.kind, indicator.decimals)


def _shown(indicator: Indicator, value: Value | None) -> Value | None:
    """Return a choice as its dropdown shows it, everything else as it is."""
    return next((option.shown for option in indicator.options if option.code == value), value)
