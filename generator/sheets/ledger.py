"""A ledger's sheet: header row, entry rows unlocked by column format, one locked row that ends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.checks import ledger_choices
from generator.desk import Desk
from generator.formula import quote
from generator.sheets.entry import (
    DATE_RULE,
    MESSAGE_LIMIT,
    TITLE_LIMIT,
    clip,
    column_range,
    number_format,
    number_rule,
    refusal,
    uscc_rule,
    write_value,
)
from generator.sheets.form import link, print_setup
from generator.strict import StrictWorksheet
from templates.layout import LedgerLayout, letter
from templates.model import Column, Kind
from templates.words import lookup, say

LIST_LIMIT = 255


@dataclass
class LedgerSheet:
    """The writer of one ledger's sheet."""

    desk: Desk
    ledger: LedgerLayout

    def write(self) -> None:
        """Write the sheet from head to end row."""
        self.sheet: StrictWorksheet = self.desk.add(self.ledger.sheet)
        columns = self.ledger.ledger.columns
        self._columns(columns)
        self._head(len(columns))
        for number, column in enumerate(columns, start=1):
            self._header(number, column)
            self._validate(number, column)
        self._rows(columns)
        self._end()
        self._light_up(len(columns))
        self._print(len(columns))

    def _columns(self, columns: tuple[Column, ...]) -> None:
        for number, column in enumerate(columns, start=1):
            width = max(column.width, len(column.name) + 3 if len(column.name) <= 6 else 12)
            self.sheet.set_column(number - 1, number - 1, width, self._entry(column))
        self.sheet.freeze_panes(self.ledger.header_row, 1)

    def _entry(self, column: Column) -> Any:
        centred = column.kind.is_date or column.kind.is_choice or column.code_list
        role = "column_center" if centred else "column_entry"
        return self.desk.formats.role(role, num_format=number_format(column.kind, 0))

    def _head(self, columns: int) -> None:
        """Every row above the entry rows has a locked row format, whatever the columns say."""
        role, ledger = self.desk.formats.role, self.ledger.ledger
        for row, height in ((0, 28), (1, 18), (2, 18), (3, 36)):
            self.sheet.set_row(row, height, role("plain"))
        self.sheet.write_string(0, 0, say("workbook.ledger.title", name=ledger.name), role("ledger_title"))
        purpose = say("workbook.ledger.purpose", purpose=ledger.purpose, required_by=ledger.required_by)
        back = say("workbook.cover.back")
        link(self.sheet, 1, 0, self.desk.layout.cover.sheet, back, role("link"))
        self.sheet.write_string(1, 1, purpose, role("head_label"))
        rows = quote(lookup("workbook.ledger.rows")).replace("{rows}", f'"&{self._count()}&"')
        self.sheet.write_formula(2, 0, "=" + rows, role("muted"), "")
        self.sheet.write_string(2, 1, say("workbook.ledger.legend"), role("muted"))

    def _count(self) -> str:
        factors = "*".join(self.desk.formulas.live(self.ledger))
        return f"SUMPRODUCT({factors})"

    def _header(self, number: int, column: Column) -> None:
        style = "header_required" if column.required or column.required_when is not None else "header"
        self.sheet.write_string(self.ledger.header_row - 1, number - 1, column.name, self.desk.formats.role(style))

    def _validate(self, number: int, column: Column) -> None:
        first, last = self.ledger.first_row - 1, self.ledger.end_row - 2
        rule = self._rule(column)
        if column.definition:
            rule |= {"input_title": clip(column.name, TITLE_LIMIT)}
            rule |= {"input_message": clip(column.definition, MESSAGE_LIMIT)}
        if rule:
            rule = {"validate": "any"} | rule | {"ignore_blank": True}
            self.sheet.data_validation(first, number - 1, last, number - 1, rule)

    def _rule(self, column: Column) -> dict[str, Any]:
        choices = ledger_choices(column.kind, column.options)
        if column.code_list:
            return {"validate": "list", "source": f"=code_{column.code_list}"} | refusal("choice")
        if choices:
            return {"validate": "list", "source": list(choices)} | refusal("choice")
        if column.kind.is_number:
            return number_rule(column.kind)
        if column.kind.is_date:
            return DATE_RULE | refusal("date")
        if column.kind is Kind.USCC:
            return uscc_rule(self.ledger.cell(column.name, self.ledger.first_row))
        return {}

    def _rows(self, columns: tuple[Column, ...]) -> None:
        """Only filled cells are written; the thousands of empty ones carry no format of their own."""
        for row, values in sorted(self.desk.content.ledgers.get(self.ledger.ledger.short, {}).items()):
            for number, column in enumerate(columns, start=1):
                if column.name in values:
                    write_value(self.sheet, row, number, values[column.name], self._entry(column))

    def _end(self) -> None:
        """The ending row stays empty, for the named ranges end in it; the row below says so to people."""
        role, row = self.desk.formats.role, self.ledger.end_row - 1
        self.sheet.set_row(row, 4, role("end"))
        self.sheet.set_row(row + 1, 18, role("plain"))
        self.sheet.write_string(row + 1, 0, say("workbook.ledger_end"), role("muted"))

    def _light_up(self, columns: int) -> None:
        first, last = self.ledger.first_row, self.ledger.end_row - 1
        area = f"A{first}:{letter(columns)}{last}"
        filled = f"COUNTA($A{first}:${letter(columns)}{first})>0"
        marks = f"INDEX({self.desk.layout.mark_names[self.ledger.sheet]},ROW(),1)"
        for level, light in ((3, "error"), (2, "warning"), (1, "info")):
            rule = {"type": "formula", "criteria": f"={marks}={level}", "format": self.desk.formats.light(light)}
            self.sheet.conditional_format(f"A{first}:A{last}", rule)
        for number, column in enumerate(self.ledger.ledger.columns, start=1):
            cells, cell = column_range(first, last, number), f"{letter(number)}{first}"
            if column.required:
                self._colour(cells, f"=AND(LEN({cell})=0,{filled})", "unfilled")
            if column.kind.is_number:
                self._colour(cells, f"=OR(ISTEXT({cell}),AND(ISNUMBER({cell}),{cell}<0))", "error")
        grid = {"type": "formula", "criteria": f"={filled}", "format": self.desk.formats.light("grid")}
        self.sheet.conditional_format(area, grid)

    def _colour(self, area: str, criteria: str, light: str) -> None:
        rule = {"type": "formula", "criteria": criteria, "format": self.desk.formats.light(light)}
        self.sheet.conditional_format(area, rule)

    def _print(self, columns: int) -> None:
        print_setup(self.sheet)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(self.ledger.header_row - 1)
        last = max([self.ledger.first_row + 20, *self.desk.content.ledgers.get(self.ledger.ledger.short, {})])
        self.sheet.print_area(0, 0, last - 1, columns - 1)
