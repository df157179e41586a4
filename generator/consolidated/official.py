"""综合 of a form: the level's own return in the shape of the official form, to be printed, signed and filed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from xlsxwriter.utility import xl_rowcol_to_cell

from generator.consolidated.choice_rows import ChoiceLine, formulate_share, list_choice_lines, write_choice_head
from generator.consolidated.data import ALL, Column, Consolidated
from generator.consolidated.insight_data import YearChange
from generator.consolidated.live import formulate_ratio
from generator.consolidated.texts import tell_year
from generator.consolidated.totals import TOTAL_COLUMN, TotalsSheet, mark_by_level
from generator.page import Book, Page
from templates.across import LevelGroup
from templates.model import Form, Heading, Indicator, RollUp, Row
from templates.words import lookup, say

HEADER = 7
"""The header row, from 0: title, five lines of the official head, a blank one."""

NAME, MEASURE, CODE, VALUE, FIRST_GROUP = range(5)
"""Columns; groups of levels follow, then last year."""


@dataclass(frozen=True)
class OfficialSheet:
    """What stands where in 综合 of a form. Rows and columns count from 0."""

    totals: TotalsSheet

    @cached_property
    def groups(self) -> list[LevelGroup]:
        """Levels that are read together, where some of them file the form and others do, too."""
        filing = set(self.totals.level_columns)
        declared = self.totals.data.survey.across.groups
        return [group for group in declared if filing & set(group.levels) and filing - set(group.levels)]

    @cached_property
    def lines(self) -> list[Row | ChoiceLine]:
        """Every row of the official form, choices below their items."""
        found: list[Row | ChoiceLine] = []
        for row in self.totals.form.rows:
            found += list_choice_lines(row) if isinstance(row, Indicator) and row.has_spread else [row]
        return found

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each indicator, by code."""
        placed = enumerate(self.lines, start=HEADER + 1)
        return {line.code: row for row, line in placed if isinstance(line, Indicator)}

    @cached_property
    def choice_rows(self) -> dict[tuple[str, str, bool], int]:
        """The row of each choice, by what tells it."""
        placed = enumerate(self.lines, start=HEADER + 1)
        return {line.key: row for row, line in placed if isinstance(line, ChoiceLine)}

    @cached_property
    def changes(self) -> dict[str, YearChange]:
        """Both years' sums over the units that report both, by code."""
        form = self.totals.form.id
        found = (change.indicator for change in self.totals.data.insights.changes)
        both = zip(found, self.totals.data.insights.changes, strict=True)
        return {indicator.code: change for indicator, change in both if indicator.form == form}

    @property
    def prior_column(self) -> int:
        """Where last year stands; the change follows."""
        return FIRST_GROUP + len(self.groups)

    def level_cells(self, row: int, group: LevelGroup) -> list[str]:
        """Return the cells of the group's levels in a row of 汇总."""
        columns = [self.totals.level_columns[level] for level in group.levels if level in self.totals.level_columns]
        return [f"'{self.totals.name}'!{xl_rowcol_to_cell(row, column)}" for column in columns]


def write_official(book: Book, data: Consolidated, form: Form) -> None:
    """Write 综合-…: every row of the official form in its order, with the live total where the row has one."""
    words, sheet = lookup("consolidated.official"), OfficialSheet(TotalsSheet(data, form))
    more = [*(group.name for group in sheet.groups), *words["years"]]
    widths = [*words["widths"], *[words["more_width"]] * len(more)]
    page = book.page(say("consolidated.sheets.official", form=form.id), widths, "form")
    _head(page, data, form)
    page.header(HEADER, [*words["columns"], *more])
    row = HEADER
    for row, line in enumerate(sheet.lines, start=HEADER + 1):
        _line(page, row, line, sheet)
    _foot(page, row + 1, data, form)
    page.sheet.freeze_panes(HEADER + 1, 0)
    page.print_upright(HEADER)
    page.set_heights()
    page.protect()


def _head(page: Page, data: Consolidated, form: Form) -> None:
    survey, role = data.survey, page.book.styles.role
    page.sheet.set_row(0, 30)
    page.sheet.merge_range(0, 0, 0, len(page.widths) - 1, form.title, role("title"))
    right = (
        say("workbook.form.number", form=form.id),
        say("workbook.form.organ", organ=survey.organ),
        say("workbook.form.approved_by", approved_by=survey.approved_by),
        say("workbook.form.approval", approval=survey.approval),
        say("workbook.form.valid_until", valid_until=survey.valid_until),
    )
    for row, text in enumerate(right, start=1):
        page.text(row, len(page.widths) - 2, text, "head_label")
    page.text(len(right), NAME, say("consolidated.official.whole", year=tell_year(data)), "head_label")


def _line(page: Page, row: int, line: Row | ChoiceLine, sheet: OfficialSheet) -> None:
    if isinstance(line, Heading):
        page.text(row, NAME, line.name, "heading", indent=max(line.level - 1, 0))
        _dash(page, row, MEASURE)
    elif isinstance(line, ChoiceLine):
        _choice(page, row, line, sheet)
    else:
        _indicator(page, row, line, sheet)


def _dash(page: Page, row: int, first: int) -> None:
    """Write that there is nothing, from the column ``first`` on."""
    for column in range(first, len(page.widths)):
        page.text(row, column, say("workbook.form.dash"), "heading_center")


def _indicator(page: Page, row: int, line: Indicator, sheet: OfficialSheet) -> None:
    page.text(row, NAME, mark_by_level(line), "cell_wrap", indent=line.indent + 1)
    page.text(row, MEASURE, line.measure, "cell_center")
    page.text(row, CODE, line.code, "code")
    if line.code not in sheet.totals.rows:
        _dash(page, row, VALUE)
        return
    _whole(page, row, line, sheet)
    for column, group in enumerate(sheet.groups, start=FIRST_GROUP):
        _group(page, row, column, line, sheet, group)
    change = sheet.changes.get(line.code)
    page.number(row, sheet.prior_column, change.prior if change else None, line.decimals)
    page.number(row, sheet.prior_column + 1, change.difference if change else None, line.decimals)


def _whole(page: Page, row: int, line: Indicator, sheet: OfficialSheet) -> None:
    if line.adds_by_level:
        page.text(row, VALUE, say("consolidated.totals.by_level"), "cell_muted")
        return
    formula = f"'{sheet.totals.name}'!{sheet.totals.cell(line.code, TOTAL_COLUMN)}"
    value = sheet.totals.data.totals.get(line.form, {}).get(line.code)
    page.formula(row, VALUE, formula, value, line.decimals)


def _group(page: Page, row: int, column: int, line: Indicator, sheet: OfficialSheet, group: LevelGroup) -> None:
    """Write what levels come to together: of what does not add up over levels only a single one has anything."""
    cells = sheet.level_cells(sheet.totals.rows[line.code], group)
    if line.adds_by_level and len(group.levels) > 1:
        page.text(row, column, say("workbook.form.dash"), "cell_muted")
        return
    if line.over_totals is not None:
        formula = formulate_ratio(line, lambda code: xl_rowcol_to_cell(sheet.rows[code], column))
    else:
        joined = ",".join(cells)
        formula = f'IF(COUNT({joined})=0,"",{"MAX" if line.rollup is RollUp.MAX else "SUM"}({joined}))'
    value = sheet.totals.data.together.get(group.name, {}).get(line.form, {}).get(line.code)
    page.formula(row, column, formula, value, line.decimals)


def _choice(page: Page, row: int, line: ChoiceLine, sheet: OfficialSheet) -> None:
    write_choice_head(page, row, line)
    of_group: list[Sequence[Column]] = [[("level", level) for level in group.levels] for group in sheet.groups]
    for column, columns in enumerate([[ALL], *of_group], start=VALUE):
        formula = _formulate_choice(line, sheet, column)
        page.formula(row, column, formula, line.count(sheet.totals.data.choices, *columns), line.decimals)
    for column in range(sheet.prior_column, len(page.widths)):
        page.text(row, column, "", "cell_center")


def _formulate_choice(line: ChoiceLine, sheet: OfficialSheet, column: int) -> str:
    code, option = line.indicator.code, line.option
    if option and line.is_share:
        rows = (sheet.choice_rows[code, key, False] for key in (option.code, ""))
        return formulate_share(*(xl_rowcol_to_cell(row, column) for row in rows))
    row = sheet.totals.choice_rows[line.key]
    if column == VALUE:
        return f"'{sheet.totals.name}'!{xl_rowcol_to_cell(row, TOTAL_COLUMN)}"
    return f"SUM({','.join(sheet.level_cells(row, sheet.groups[column - FIRST_GROUP]))})"


def _foot(page: Page, row: int, data: Consolidated, form: Form) -> None:
    """Say what the years are, and leave room for the same people to sign as on a unit's form."""
    for column in range(len(page.widths)):
        page.text(row, column, "", "end")
    notes = [say("consolidated.official.years_note")]
    if any(line.adds_by_level for line in form.indicators.values()):
        notes.append(say("consolidated.totals.by_level_note"))
    blank = say("consolidated.official.blank")
    signs = (say("consolidated.official.sign", name=line.name) for line in data.survey.cover.indicators.values())
    for below, text in enumerate([blank.join(signs), *notes], start=row + 1):
        page.text(below, NAME, text, "head_label" if below == row + 1 else "muted")
