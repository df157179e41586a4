"""The checklist: what no workbook can show, an item a row, answered by choice as the cover's sign-off is filled."""

from __future__ import annotations

from dataclasses import dataclass

from generator.strict import StrictWorksheet
from generator.unit.checks import Checks
from generator.unit.desk import SheetContext
from generator.unit.sheets.entry import write_entry
from generator.unit.sheets.form import light_up, link, set_up_print, write_live
from generator.unit.sheets.next_problem import link_next
from templates.layout import COLUMNS, HIDDEN, FormLayout
from templates.model import Indicator
from templates.words import lookup, say

WIDTHS = {
    COLUMNS.mark: 3.5,
    COLUMNS.name: 56,
    COLUMNS.measure: 18,
    COLUMNS.code: 7,
    COLUMNS.value: 26,
    COLUMNS.prior: 26,
    COLUMNS.message: 40,
}
UNUSED = (COLUMNS.change, COLUMNS.ledger)
"""Columns of a form between source and message that items leave empty."""
LINE_CHARACTERS = {"name": 30, "source": 13}
"""How many Chinese characters fit on one line of a column."""


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
        self.sheet.set_row(self.form.end_row - 1, 8)
        set_up_print(self.sheet)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.print_area(0, 0, self.form.end_row - 1, COLUMNS.message - 1)

    def _columns(self) -> None:
        for column, width in WIDTHS.items():
            self.sheet.set_column(column - 1, column - 1, width, self.desk.formats.role("plain"))
        hidden = self.desk.formats.role("hidden")
        for first, last in (UNUSED, HIDDEN):
            self.sheet.set_column(first - 1, last - 1, 8, hidden, {"hidden": True})
        self.sheet.freeze_panes(self.form.header_row, 0)

    def _head(self) -> None:
        role, words = self.desk.formats.role, lookup("workbook.checklist")
        self.sheet.set_row(0, 30)
        self.sheet.write_string(0, 0, say("workbook.corner"), role("corner"))
        self.sheet.merge_range(0, 1, 0, COLUMNS.prior - 1, self.form.form.title, role("title"))
        link(self.sheet, 1, 1, self.desk.layout.cover.sheet, say("workbook.cover.back"), role("link"))
        link_next(self.desk, self.sheet, 1, COLUMNS.measure - 1, self.form.sheet)
        self.sheet.set_row(2, 20)
        self.sheet.merge_range(2, 1, 2, COLUMNS.prior - 1, words["lead"], role("muted_wrap"))
        self.sheet.set_row(self.form.header_row - 1, 24)
        for name, text in words["header"].items():
            self.sheet.write_string(self.form.header_row - 1, getattr(COLUMNS, name) - 1, text, role("header"))

    def _item(self, number: int, item: Indicator) -> None:
        role, row = self.desk.formats.role, number - 1
        lines = max(
            -(-len(item.name) // LINE_CHARACTERS["name"]), -(-len(item.definition_source) // LINE_CHARACTERS["source"])
        )
        self.sheet.set_row(row, 15 * lines + 9)
        self.sheet.write_string(row, COLUMNS.name - 1, item.name, role("cell_wrap"))
        self._about(row, item)
        self.sheet.write_string(row, COLUMNS.code - 1, item.label, role("code"))
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
        text = say("workbook.checklist.about", form=form.form.id, codes="、".join(cell.code for cell in item.about))
        link(self.sheet, row, column, form.sheet, text, role("link_box"), form.cell(item.about[0].code))
