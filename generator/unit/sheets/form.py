"""A form's sheet: the printed head, one row per row of the form, live checks beside it, the printed foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.formula import formulate_derived, quote
from generator.unit.check_code import formulate_check_code
from generator.unit.checks import Checks
from generator.unit.desk import SheetContext
from generator.unit.sheets.beside import write_beside
from generator.unit.sheets.entry import cache_value, explain, format_number, write_entry, write_value
from generator.unit.sheets.foot import list_foot_notes
from generator.unit.sheets.head import FormHead
from generator.unit.sheets.live import (
    count_message_lines,
    light_up,
    light_up_explanations,
    wants_explanation,
    write_live,
)
from generator.unit.sheets.paper import print_upright
from generator.unit.sheets.room import count_lines, fit_row
from generator.unit.sheets.same_rows import make_row_text
from templates.layout import COLUMNS, HIDDEN, FormLayout
from templates.model import CodeStatus, Heading, Indicator, Kind
from templates.words import lookup, say

NUMBERS = {
    COLUMNS.mark: 22,
    COLUMNS.name: 238,
    COLUMNS.measure: 62,
    COLUMNS.code: 50,
    COLUMNS.value: 116,
    COLUMNS.prior: 104,
    COLUMNS.change: 96,
    COLUMNS.ledger: 64,
    COLUMNS.message: 320,
    COLUMNS.explanation: 218,
}
"""Pixels of the columns of a form that asks for numbers."""

TEXTS = NUMBERS | {
    COLUMNS.name: 200,
    COLUMNS.code: 44,
    COLUMNS.value: 240,
    COLUMNS.prior: 190,
    COLUMNS.change: 64,
    COLUMNS.ledger: 62,
    COLUMNS.message: 244,
}
"""Of one that asks for names and codes too, each of which stands in one line.

In both all columns but the last lie inside 1290 pixels, also where a digit takes 8 of them and not 7.
"""

HEADER_HEIGHT = 24
NAME_POINTS = {False: 10, True: 9}
"""The size of a name's type; of a part's, which repeats its item's name, the smaller one."""


@dataclass
class FormSheet:
    """The writer of one form's sheet."""

    desk: SheetContext
    form: FormLayout
    checks: Checks

    def write(self) -> None:
        """Write the sheet from head to foot."""
        self.sheet = self.desk.add(self.form.sheet)
        self.sheet.row_text = make_row_text(self.desk.layout, self.form)
        self._columns()
        FormHead(self.desk, self.sheet, self.form).write()
        self._header()
        level = 0
        for offset, row in enumerate(self.form.form.rows, start=1):
            number = self.form.header_row + offset
            if isinstance(row, Heading):
                level = row.level
                self._heading(number, row)
            else:
                self._indicator(number, row, level + row.indent)
        self._foot()
        light_up(self.desk, self.sheet, self.form)
        light_up_explanations(self.desk, self.sheet, self.form)
        self._print()

    # --- frame -------------------------------------------------------------------------------------------------------

    def _columns(self) -> None:
        self.widths = TEXTS if any(map(_asks_for_text, self.form.form.indicators.values())) else NUMBERS
        for column, width in self.widths.items():
            self.sheet.set_column_pixels(column - 1, column - 1, width, self.desk.formats.role("plain"))
        hidden = self.desk.formats.role("hidden")
        self.sheet.set_column(HIDDEN[0] - 1, HIDDEN[1] - 1, 8, hidden, {"hidden": True})
        self.sheet.freeze_panes(self.form.header_row, COLUMNS.code)
        first = next((row for row in self.form.form.indicators.values() if self._is_typed(row)), None)
        if first:
            self.sheet.set_selection(self.form.cell(first.code))

    def _is_typed(self, row: Indicator) -> bool:
        here = (self.desk.layout.kind, self.desk.layout.level)
        fixed = row.kind in (Kind.COMPOSITE, Kind.NOTHING_HERE) or row.derived_for(*here) is not None
        return row.open_to(*here) and not fixed

    def _header(self) -> None:
        row = self.form.header_row - 1
        self.sheet.set_row_pixels(row, HEADER_HEIGHT)
        for role, column in vars(COLUMNS).items():
            if column <= COLUMNS.explanation:
                text = lookup("workbook.header")[role]
                self.sheet.write_string(row, column - 1, text, self.desk.formats.role("header"))

    # --- rows --------------------------------------------------------------------------------------------------------

    def _heading(self, number: int, heading: Heading) -> None:
        role, row = self.desk.formats.role, number - 1
        indent = heading.level - 1
        self.sheet.set_row_pixels(row, fit_row(count_lines(heading.name, self.widths[COLUMNS.name], 10, indent)))
        for column in range(COLUMNS.mark, COLUMNS.explanation + 1):
            self.sheet.write_blank(row, column - 1, None, role("heading"))
        self.sheet.write_string(row, COLUMNS.name - 1, heading.name, role("heading", indent=indent))
        dash = say("workbook.form.dash")
        self.sheet.write_string(row, COLUMNS.measure - 1, dash, role("heading_center"))
        answer = self.form.form.indicators.get(heading.section)
        if answer and answer.open_to(self.desk.layout.kind, self.desk.layout.level):
            shown = f";;;{quote(dash)}"
            self.sheet.write_string(row, COLUMNS.code - 1, answer.code, role("heading_center", num_format=shown))
            write_entry(self.desk, self.sheet, number, answer)
            write_live(self.desk, self.sheet, self.form, number, answer, self.checks)
        else:
            self.sheet.write_string(row, COLUMNS.code - 1, dash, role("heading_center"))
            value = self.desk.content.values.get(self.form.form.id, {}).get(heading.section)
            write_value(self.sheet, number, COLUMNS.value, value, role("heading"))

    def _indicator(self, number: int, indicator: Indicator, indent: int) -> None:
        lines = self._lines(indicator, indent)
        self.sheet.set_row_pixels(number - 1, fit_row(lines))
        self._stub(number, indicator, indent)
        self._value(number, indicator, lines)
        self._prior(number, indicator, lines)
        write_beside(self.desk, self.sheet, number, indicator, "closed" if self._is_closed(indicator) else "cell")
        self._note(number, indicator)
        write_live(self.desk, self.sheet, self.form, number, indicator, self.checks, wraps=lines > 1)
        self._prompt(number, indicator)

    def _lines(self, indicator: Indicator, indent: int) -> int:
        """How many lines the row takes: for its name, for the texts that are typed into it, for what it may say."""
        said = count_message_lines(self.desk, self.form, indicator, self.checks, self.widths[COLUMNS.message])
        return max(self._name_lines(indicator, indent), said)

    def _name_lines(self, indicator: Indicator, indent: int = 0) -> int:
        return count_lines(indicator.name, self.widths[COLUMNS.name], NAME_POINTS[bool(indicator.item)], indent)

    def _stub(self, number: int, indicator: Indicator, indent: int) -> None:
        role, row = self.desk.formats.role, number - 1
        stub = role("stub_part" if indicator.item else "stub", indent=indent)
        self.sheet.write_string(row, COLUMNS.name - 1, indicator.name, stub)
        measure = "cell_center" if indicator.measure_verified else "doubted"
        self.sheet.write_string(row, COLUMNS.measure - 1, indicator.measure or "", role(measure))
        code = "code_open" if indicator.code_status is CodeStatus.OPEN else "code"
        self.sheet.write_string(row, COLUMNS.code - 1, indicator.code, role(code))

    def _value(self, number: int, indicator: Indicator, lines: int) -> None:
        row, column, layout = number - 1, COLUMNS.value - 1, self.desk.layout
        role = self.desk.formats.role
        if indicator.kind is Kind.COMPOSITE:
            self.sheet.write_formula(row, column, "=" + self._joined(indicator), role("text_derived"), "")
        elif indicator.derived_for(layout.kind, layout.level) is not None:
            figure = self.desk.figures.get((self.form.form.id, indicator.code), "")
            style = role("number_derived", num_format=format_number(indicator.kind, indicator.decimals))
            self.sheet.write_formula(row, column, formulate_derived(layout, indicator), style, figure)
        elif self._is_closed(indicator):
            value = self.desk.content.values.get(self.form.form.id, {}).get(indicator.code)
            write_value(self.sheet, number, COLUMNS.value, value, role("closed"))
        else:
            write_entry(self.desk, self.sheet, number, indicator, wraps=lines > 1)

    def _is_closed(self, indicator: Indicator) -> bool:
        return not indicator.open_to(self.desk.layout.kind, self.desk.layout.level)

    def _joined(self, item: Indicator) -> str:
        """A name of its column would hold the cell itself."""
        parts = [row for row in self.form.form.indicators.values() if row.item == item.code]
        joined = "&".join(self.desk.formulas.across(part.reference) for part in parts)
        return f'IFERROR({joined},"")'

    def _prior(self, number: int, indicator: Indicator, lines: int) -> None:
        """Last year's value and the change; both formulas over locked ranges, so carry-over needs no password."""
        row, role = number - 1, self.desk.formats.role
        if not indicator.kind.takes_a_note:
            self._blank(row, indicator, COLUMNS.prior, COLUMNS.change)
            return
        position = self.form.position(indicator.code)
        prior = f"INDEX({self.form.name('prior')},{position})"
        known = self.desk.content.prior.get(self.form.form.id, {}).get(indicator.code, "")
        formula, shown = f'=IF(LEN({prior})=0,"",{prior})', cache_value(indicator, known)
        self.sheet.write_formula(row, COLUMNS.prior - 1, formula, self._prior_format(indicator, lines), shown)
        if not indicator.kind.is_number or self._is_closed(indicator):
            self._blank(row, indicator, COLUMNS.change)
            return
        value = f"INDEX({self.form.name('value')},{position})"
        change = f'=IF(AND(ISNUMBER({prior}),ISNUMBER({value})),{value}-{prior},"")'
        style = format_number(indicator.kind, indicator.decimals)
        signed = f"+{style};-{style};0_0"
        self.sheet.write_formula(row, COLUMNS.change - 1, change, role("number_beside", num_format=signed), "")

    def _prior_format(self, indicator: Indicator, lines: int) -> Any:
        """Return a format that aligns and spells last year's value as this year's."""
        style = format_number(indicator.kind, indicator.decimals)
        if indicator.kind.is_number or indicator.kind.is_date:
            role = "number_closed" if self._is_closed(indicator) else "number_prior"
        elif self._is_closed(indicator):
            role = "closed"
        else:
            role = "text_prior" if lines > 1 and not indicator.kind.is_choice else "text_prior_line"
        return self.desk.formats.role(role, num_format=style)

    def _note(self, number: int, indicator: Indicator) -> None:
        """Write the cell for 说明, grey where the unit fills in nothing and nothing can be asked."""
        if indicator.kind is Kind.COMPOSITE:
            self._blank(number - 1, indicator, COLUMNS.explanation)
            return
        unasked = self._is_closed(indicator) and not wants_explanation(self.form, indicator, self.checks)
        style = "entry_grey" if unasked else "entry_unasked"
        note = self.desk.content.notes.get(self.form.form.id, {}).get(indicator.code)
        write_value(self.sheet, number, COLUMNS.explanation, note, self.desk.formats.role(style))

    def _blank(self, row: int, indicator: Indicator, *columns: int) -> None:
        style = self.desk.formats.role("closed" if self._is_closed(indicator) else "cell")
        for column in columns:
            self.sheet.write_blank(row, column - 1, None, style)

    def _prompt(self, number: int, indicator: Indicator) -> None:
        """Say what a locked cell counts, or who fills it in."""
        layout = self.desk.layout
        if indicator.derived_for(layout.kind, layout.level) is not None:
            explain(self.sheet, number, COLUMNS.value, indicator)
        if self._is_closed(indicator) and indicator.closed_note:
            validation = {"validate": "any", "input_title": say("workbook.form.closed")}
            validation["input_message"] = indicator.closed_note
            self.sheet.data_validation(number - 1, COLUMNS.value - 1, number - 1, COLUMNS.value - 1, validation)

    # --- foot --------------------------------------------------------------------------------------------------------

    def _foot(self) -> None:
        role, row = self.desk.formats.role, self.form.end_row - 1
        self.sheet.set_row_pixels(row, 6)
        for column in range(1, COLUMNS.explanation + 1):
            self.sheet.write_blank(row, column - 1, None, role("end"))
        self._sign_off(row + 1)
        row += 3
        self.sheet.write_string(row, 1, say("workbook.form.notes"), role("head_label"))
        for text in list_foot_notes(self.form.form):
            row += 1
            self.sheet.set_row(row, 15 * -(-len(text) // 48) + 3)
            self.sheet.merge_range(row, 1, row, COLUMNS.prior - 1, text, role("muted_wrap"))
        self.last_printed_row = row

    def _sign_off(self, row: int) -> None:
        """The printed foot repeats the cover's sign-off, and a check code over the values of this form."""
        role, cover = self.desk.formats.role, self.desk.layout.cover
        labels = [
            f"{quote(f'{row.label}：')}&{_shown_cell(self.desk, cover, row)}" for row in cover.form.indicators.values()
        ]
        formula = "=" + '&"　　"&'.join(labels)
        self.sheet.write_formula(row, 1, formula, role("head_label"), "")
        code = formulate_check_code(self.form.name("value"), say("workbook.form.no_check_code"))
        formula = f"={quote(say('workbook.form.check_code'))}&{code}"
        self.sheet.write_formula(row + 1, 1, formula, role("muted"), "")

    def _print(self) -> None:
        columns = (COLUMNS.name, COLUMNS.prior)
        print_upright(self.sheet, (1, self.last_printed_row + 1), columns, repeated=self.form.header_row)


def _asks_for_text(indicator: Indicator) -> bool:
    return indicator.kind is Kind.TEXT or indicator.kind.is_code


def _shown_cell(desk: SheetContext, cover: FormLayout, indicator: Indicator) -> str:
    cell = desk.formulas.cell(indicator.reference)
    shown = f'IF(ISNUMBER({cell}),TEXT({cell},"yyyy-mm-dd"),{cell})' if indicator.kind.is_date else cell
    return f'IFERROR({shown},"")'
