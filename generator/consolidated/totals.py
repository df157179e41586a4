"""汇总 of a form: what all units report together, by level, kind and region, as formulas over 明细."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from xlsxwriter.utility import xl_rowcol_to_cell

from generator.consolidated.choice_rows import ChoiceLine, formulate_share, list_choice_lines, write_choice_head
from generator.consolidated.data import ALL, Column, Consolidated, GroupTotals, Totals
from generator.consolidated.live import Details, formulate_ratio
from generator.consolidated.texts import title_form
from generator.formula import formulate_words
from generator.page import Book, Page
from templates.model import Form, Heading, Indicator, Row
from templates.words import lookup, say

SPANNER_ROW, TOTALS_HEADER = 2, 3
"""Rows, from 0."""

TOTAL_COLUMN, REPORTERS_COLUMN, ONCE_COLUMN = 3, 4, 5
"""去重后 is there where anything seems doubled; the groups follow."""

BY = ("level", "kind", "region")
"""What the sums of a form are spread over."""


@dataclass(frozen=True)
class TotalsSheet:
    """What stands where in 汇总 of a form. Rows and columns count from 0."""

    data: Consolidated
    form: Form

    @property
    def name(self) -> str:
        """The sheet's name."""
        return say("consolidated.sheets.totals", form=self.form.id)

    @cached_property
    def details(self) -> Details:
        """The values that are added up."""
        return Details.of(self.data, self.form)

    @cached_property
    def groups(self) -> list[GroupTotals]:
        """Every level, kind and region that files the form, be there a return that counts or not."""
        found = {(group.by, group.value): group for group in self.data.groups}
        shown = [(by, value) for by in BY for value in self._values(by)]
        return [found.get(key, GroupTotals(*key, {})) for key in shown]

    def _values(self, by: str) -> list[str]:
        if by == "region":
            present = {line.region for line in self.details.lines}
            return [group.value for group in self.data.groups if group.by == by and group.value in present]
        kinds = [kind for kind in self.data.survey.kinds if self.form.id in kind.forms and not kind.part]
        if by == "kind":
            return [kind.name for kind in kinds]
        levels = {level for kind in kinds for level in kind.levels}
        return [level for level in self.data.survey.levels if level in levels]

    @cached_property
    def once(self) -> dict[str, float]:
        """What the sums would be with every thing counted once, by code, as far as they would be others."""
        found, reported = (self.data.doubles.totals or {}).get(self.form.id, {}), self.data.totals.get(self.form.id, {})
        return {code: value for code, value in found.items() if value != reported.get(code)}

    @property
    def first_group(self) -> int:
        """The column in which the groups begin."""
        return ONCE_COLUMN + bool(self.once)

    @cached_property
    def lines(self) -> list[Row | ChoiceLine]:
        """The indicators that roll up, the choices that are counted, and the headings that have one below them."""
        return list(_list_lines(self.form))

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each indicator, by code."""
        placed = enumerate(self.lines, start=TOTALS_HEADER + 1)
        return {line.code: row for row, line in placed if isinstance(line, Indicator)}

    @cached_property
    def choice_rows(self) -> dict[tuple[str, str, bool], int]:
        """The row of each choice, by what tells it."""
        placed = enumerate(self.lines, start=TOTALS_HEADER + 1)
        return {line.key: row for row, line in placed if isinstance(line, ChoiceLine)}

    @cached_property
    def level_columns(self) -> dict[str, int]:
        """The column of each level."""
        placed = enumerate(self.groups, start=self.first_group)
        return {group.value: column for column, group in placed if group.by == "level"}

    def cell(self, code: str, column: int = TOTAL_COLUMN) -> str:
        """Return the address of a total, for formulas of the same sheet."""
        return str(xl_rowcol_to_cell(self.rows[code], column))


def list_roll_up_lines(form: Form) -> Iterator[Row]:
    """Yield the indicators that roll up, and the headings that have one below them."""
    return _list_below_headings(form, lambda row: row.rolls_up)


def _list_lines(form: Form) -> Iterator[Row | ChoiceLine]:
    """Yield the same, and the choices that are counted."""
    for row in _list_below_headings(form, lambda row: row.rolls_up or row.has_spread):
        if isinstance(row, Indicator) and row.has_spread:
            yield from list_choice_lines(row)
        else:
            yield row


def _list_below_headings(form: Form, wanted: Callable[[Indicator], bool]) -> Iterator[Row]:
    waiting: list[Heading] = []
    for row in form.rows:
        if isinstance(row, Heading):
            waiting = [heading for heading in waiting if heading.level < row.level] + [row]
        elif wanted(row):
            yield from waiting
            waiting = []
            yield row


def write_totals(book: Book, data: Consolidated, form: Form) -> None:
    """Write 汇总-…: one row an indicator that rolls up, 合计 first, then a column a level, a kind and a region."""
    words, sheet = lookup("consolidated.totals"), TotalsSheet(data, form)
    once = [words["once"]] if sheet.once else []
    widths = [*words["widths"], *[words["group_width"]] * (len(once) + len(sheet.groups))]
    page = book.page(sheet.name, widths, "form")
    page.title(title_form("totals", data, form))
    _counted(page, sheet)
    write_spanners(page, sheet.groups, sheet.first_group)
    page.header(TOTALS_HEADER, [*words["fixed"], *once, *(group.value for group in sheet.groups)])
    row = TOTALS_HEADER
    for row, line in enumerate(sheet.lines, start=TOTALS_HEADER + 1):
        if isinstance(line, Heading):
            write_heading(page, row, line)
        elif isinstance(line, ChoiceLine):
            _choice(page, row, line, sheet)
        else:
            _indicator(page, row, line, sheet)
    page.finish(TOTALS_HEADER, row, sheet.first_group)
    if any(line.adds_by_level for line in sheet.form.indicators.values()):
        page.text(row + 2, 0, words["by_level_note"], "plain")
    page.set_heights()
    page.protect()


def _counted(page: Page, sheet: TotalsSheet) -> None:
    """Say how many returns are added up."""
    counted = sum(line.counted for line in sheet.details.lines)
    formula = formulate_words(lookup("consolidated.totals.counts"), counted=f"SUM({sheet.details.counted})")
    page.formula(1, 0, formula, say("consolidated.totals.counts", counted=counted), role="muted")


def write_spanners(page: Page, groups: list[GroupTotals], first: int) -> None:
    """Write above the header what each run of groups is by; they begin in the column ``first``."""
    style = page.book.styles.role("header")
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


def write_heading(page: Page, row: int, line: Heading) -> None:
    """Write a heading across the table."""
    page.text(row, 0, line.name, "heading", indent=max(line.level - 1, 0))
    for column in range(1, len(page.widths)):
        page.text(row, column, "", "heading")


def _choice(page: Page, row: int, line: ChoiceLine, sheet: TotalsSheet) -> None:
    """Write how many chose something: in all, and in every group."""
    write_choice_head(page, row, line)
    for column in range(TOTAL_COLUMN + 1, sheet.first_group):
        page.text(row, column, "", "cell_center")
    groups: list[Column] = [(group.by, group.value) for group in sheet.groups]
    for column, group in ((TOTAL_COLUMN, ALL), *enumerate(groups, start=sheet.first_group)):
        formula = _formulate_choice(line, sheet, column, "" if group == ALL else group[0])
        page.formula(row, column, formula, line.count(sheet.data.choices, group), line.decimals)


def _formulate_choice(line: ChoiceLine, sheet: TotalsSheet, column: int, by: str) -> str:
    code, option = line.indicator.code, line.option
    if option and line.is_share:
        rows = (sheet.choice_rows[code, key, False] for key in (option.code, ""))
        return formulate_share(*(xl_rowcol_to_cell(row, column) for row in rows))
    header = xl_rowcol_to_cell(TOTALS_HEADER, column, row_abs=True)
    wanted = [option] if option else line.indicator.options
    return "+".join(sheet.details.chosen(code, one.shown, by, header) for one in wanted)


def mark_by_level(line: Indicator) -> str:
    """Return the name of an indicator, with a mark where it does not add up over levels."""
    return line.name + (say("consolidated.totals.by_level_mark") if line.adds_by_level else "")


def _indicator(page: Page, row: int, line: Indicator, sheet: TotalsSheet) -> None:
    page.text(row, 0, mark_by_level(line), "cell_wrap", indent=line.indent + 1)
    page.text(row, 1, line.measure, "cell_center")
    page.text(row, 2, line.code, "code")
    _total(page, row, TOTAL_COLUMN, line, sheet, sheet.data.totals)
    _reporters(page, row, line, sheet)
    if sheet.once:
        page.number(row, ONCE_COLUMN, sheet.once.get(line.code), line.decimals, "number_muted")
    for column, group in enumerate(sheet.groups, start=sheet.first_group):
        _total(page, row, column, line, sheet, group.totals, group.by)


def _total(
    page: Page, row: int, column: int, line: Indicator, sheet: TotalsSheet, totals: Totals, by: str = ""
) -> None:
    """Write a sum: the formula, and the stored number as what it yields; none over levels that do not add up."""
    if line.adds_by_level and by != "level":
        text = say("workbook.form.dash") if by else say("consolidated.totals.by_level")
        page.text(row, column, text, "cell_muted")
        return
    if line.over_totals is not None:
        formula = formulate_ratio(line, lambda code: sheet.cell(code, column))
    else:
        formula = sheet.details.total(line, by, xl_rowcol_to_cell(TOTALS_HEADER, column, row_abs=True))
    page.formula(row, column, formula, totals.get(line.form, {}).get(line.code), line.decimals)


def _reporters(page: Page, row: int, line: Indicator, sheet: TotalsSheet) -> None:
    """Write how many units that count report the indicator."""
    if line.over_totals is not None:
        page.text(row, REPORTERS_COLUMN, "", "cell_center")
        return
    count = sheet.data.reporters.get((line.form, line.code), 0)
    page.formula(row, REPORTERS_COLUMN, sheet.details.reporters(line.code), float(count), role="cell_center")
