"""网报录入稿: every form's values in official order, to be printed and ticked off while typed into a website."""

from __future__ import annotations

from dataclasses import dataclass

from generator.strict import StrictWorksheet
from generator.unit.desk import SheetContext
from generator.unit.sheets.entry import format_number
from generator.unit.sheets.links import link
from generator.unit.sheets.paper import print_upright
from templates.layout import FormLayout
from templates.model import Heading, Indicator, Kind
from templates.words import lookup, say

WIDTHS = (3.5, 8, 50, 10, 24, 7)
NAME_CHARACTERS = 27
"""How many Chinese characters of a name fit on one line."""

ROW_HEIGHT = 18


@dataclass
class DraftSheet:
    """The writer of the sheet; all its values are live."""

    desk: SheetContext

    def write(self) -> None:
        """Write the head, then the forms one below the other."""
        self.sheet: StrictWorksheet = self.desk.add(lookup("workbook.sheets.draft"))
        role, words = self.desk.formats.role, lookup("workbook.draft")
        for column, width in enumerate(WIDTHS):
            self.sheet.set_column(column, column, width, role("plain"))
        self.sheet.set_row(0, 30)
        self.sheet.merge_range(0, 1, 0, len(WIDTHS) - 1, words["title"], role("title"))
        link(self.sheet, 1, 1, self.desk.layout.cover.sheet, say("workbook.cover.back"), role("link"))
        self.sheet.write_string(1, 2, say("workbook.draft.whose", **vars(self.desk.identity)), role("muted"))
        self.sheet.set_row(2, 30)
        self.sheet.merge_range(2, 1, 2, len(WIDTHS) - 1, words["lead"], role("muted_wrap"))
        row = 3
        for form in self.desk.layout.forms.values():
            if form not in self.desk.layout.blocks:
                row = self._form(row, form)
        print_upright(self.sheet, (1, row), (2, len(WIDTHS)))

    def _form(self, row: int, form: FormLayout) -> int:
        role = self.desk.formats.role
        self.sheet.set_row(row, 26)
        self.sheet.write_string(
            row, 1, say("workbook.draft.form", id=form.form.id, title=form.form.title), role("section")
        )
        for column in range(2, len(WIDTHS)):
            self.sheet.write_blank(row, column, None, role("section"))
        for column, text in enumerate(lookup("workbook.draft.header"), start=1):
            self.sheet.write_string(row + 1, column, text, role("header"))
        row += 2
        for listed in form.form.rows:
            if isinstance(listed, Heading):
                self._heading(row, listed)
            elif listed.kind is not Kind.COMPOSITE:
                self._indicator(row, form, listed)
            else:
                continue
            row += 1
        return row

    def _heading(self, row: int, heading: Heading) -> None:
        role = self.desk.formats.role
        self.sheet.set_row(row, ROW_HEIGHT)
        for column in range(1, len(WIDTHS)):
            self.sheet.write_blank(row, column, None, role("heading"))
        self.sheet.write_string(row, 2, heading.name, role("heading", indent=heading.level))

    def _indicator(self, row: int, form: FormLayout, indicator: Indicator) -> None:
        role = self.desk.formats.role
        self.sheet.set_row(row, ROW_HEIGHT * -(-len(indicator.name) // NAME_CHARACTERS))
        self.sheet.write_string(row, 1, indicator.code, role("code"))
        self.sheet.write_string(row, 2, indicator.name, role("cell_wrap"))
        self.sheet.write_string(row, 3, indicator.measure or "", role("cell_center"))
        number = indicator.kind.is_number or indicator.kind.is_date
        style = role("number" if number else "cell_wrap", num_format=format_number(indicator.kind, indicator.decimals))
        value = f"INDEX({form.name('value')},{form.position(indicator.code)})"
        self.sheet.write_formula(row, 4, f'=IF(ISERROR({value}),{value},IF(LEN({value})=0,"",{value}))', style, "")
        self.sheet.write_string(row, 5, lookup("workbook.draft.box"), role("cell_center"))
