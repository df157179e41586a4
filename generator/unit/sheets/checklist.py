"""The checklist: what no workbook can show, an item a row, answered by choice as the cover's sign-off is filled."""

from __future__ import annotations

from dataclasses import dataclass

from generator.formats import UNSEEN
from generator.strict import StrictWorksheet
from generator.unit.checks import Checks
from generator.unit.desk import SheetContext
from generator.unit.sheets.entry import write_entry
from generator.unit.sheets.links import link
from generator.unit.sheets.live import light_up, write_live
from generator.unit.sheets.next_problem import link_next
from generator.unit.sheets.paper import print_upright
from generator.unit.sheets.room import count_lines, fit_row
from templates.layout import COLUMNS, HIDDEN, FormLayout
from templates.model import Indicator
from templates.words import lookup, say

WIDTHS = {
    COLUMNS.mark: 22,
    COLUMNS.name: 400,
    COLUMNS.measure: 120,
    COLUMNS.code: 12,
    COLUMNS.value: 220,
    COLUMNS.prior: 180,
    COLUMNS.message: 172,
}
"""Pixels: together 1126, and at most 1290 where a digit takes 8 of them and not 7.

Nobody needs to see the items' codes.
"""

UNUSED = (COLUMNS.change, COLUMNS.ledger)
"""Columns of a form between source and message that items leave empty."""

TITLE_HEIGHT, LINK_HEIGHT, HEADER_HEIGHT = 30, 20, 24


@dataclass
class ChecklistSheet:
    """The writer of the checklist."""

    desk: SheetContext
    form: FormLayout
    checks: Checks

    def write(self) -> None:
        """Write the sheet: title, header, one row an item."""
        self.sheet: StrictWorksheet = self.desk.add(self.form.sheet)
        self._columns()
        self._head()
        for item in self.form.form.indicators.values():
            self._item(self.form.rows[item.code], item)
        light_up(self.desk, self.sheet, self.form)
        self.sheet.set_row_pixels(self.form.end_row - 1, 6)
        self.sheet.set_selection(self.form.cell(next(iter(self.form.rows))))
        print_upright(self.sheet, (1, self.form.last_row), (COLUMNS.name, COLUMNS.prior), self.form.header_row)

    def _columns(self) -> None:
        for column, width in WIDTHS.items():
            self.sheet.set_column_pixels(column - 1, column - 1, width, self.desk.formats.role("plain"))
        hidden = self.desk.formats.role("hidden")
        for first, last in (UNUSED, HIDDEN):
            self.sheet.set_column(first - 1, last - 1, 8, hidden, {"hidden": True})
        self.sheet.freeze_panes(self.form.header_row, 0)

    def _head(self) -> None:
        role, words = self.desk.formats.role, lookup("workbook.checklist")
        self.sheet.set_row_pixels(0, TITLE_HEIGHT)
        self.sheet.write_string(0, 0, say("workbook.corner"), role("corner"))
        self.sheet.merge_range(0, 1, 0, COLUMNS.prior - 1, self.form.form.title, role("title"))
        self.sheet.set_row_pixels(1, LINK_HEIGHT)
        link(self.sheet, 0, COLUMNS.message - 1, self.desk.layout.cover.sheet, words["to_cover"], role("link"))
        link_next(self.desk, self.sheet, 1, COLUMNS.message - 1, self.form.sheet)
        self.sheet.merge_range(1, 1, 2, COLUMNS.prior - 1, words["lead"], role("muted_wrap"))
        self.sheet.set_row_pixels(self.form.header_row - 1, HEADER_HEIGHT)
        for name, text in words["header"].items():
            self.sheet.write_string(self.form.header_row - 1, getattr(COLUMNS, name) - 1, text, role("header"))

    def _item(self, number: int, item: Indicator) -> None:
        role, row = self.desk.formats.role, number - 1
        texts = ((item.name, COLUMNS.name), (item.definition_source, COLUMNS.prior), (_about(item), COLUMNS.measure))
        self.sheet.set_row_pixels(row, fit_row(max(count_lines(text, WIDTHS[column], 9, 1) for text, column in texts)))
        self.sheet.write_string(row, COLUMNS.name - 1, item.name, role("cell_wrap"))
        self._about(row, item)
        self.sheet.write_string(row, COLUMNS.code - 1, item.label, role("code", num_format=UNSEEN))
        write_entry(self.desk, self.sheet, number, item)
        self.sheet.write_string(row, COLUMNS.prior - 1, item.definition_source, role("cell_wrap"))
        write_live(self.desk, self.sheet, self.form, number, item, self.checks)

    def _about(self, row: int, item: Indicator) -> None:
        """The cells that the item speaks of, with a link to the first."""
        column, role = COLUMNS.measure - 1, self.desk.formats.role
        if not item.about:
            self.sheet.write_blank(row, column, None, role("cell"))
            return
        form = self.desk.layout.forms[item.about[0].form]
        link(self.sheet, row, column, form.sheet, _about(item), role("link_wrap"), form.cell(item.about[0].code))


def _about(item: Indicator) -> str:
    """Return form and codes that the item speaks of."""
    if not item.about:
        return ""
    codes = lookup("workbook.form.codes_join").join(cell.code for cell in item.about)
    return say("workbook.checklist.about", form=item.about[0].form, codes=codes)
