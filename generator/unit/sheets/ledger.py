"""A ledger's sheet: head and header row, entry rows unlocked by column format, one locked row that ends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.strict import StrictWorksheet
from generator.unit.checks import Checks
from generator.unit.desk import SheetContext
from generator.unit.ledger_faults import list_choices
from generator.unit.sheets.entry import (
    DATE_RULE,
    MESSAGE_LIMIT,
    TITLE_LIMIT,
    check_uscc,
    clip,
    limit_number,
    word_refusal,
    write_value,
)
from generator.unit.sheets.form import set_up_print
from generator.unit.sheets.ledger_columns import LedgerColumns
from generator.unit.sheets.ledger_head import LedgerHead
from generator.unit.sheets.ledger_lights import LedgerLights
from templates.layout import LedgerLayout
from templates.model import Column, Kind
from templates.words import say


@dataclass
class LedgerSheet:
    """The writer of one ledger's sheet."""

    desk: SheetContext
    ledger: LedgerLayout
    checks: Checks

    def write(self) -> None:
        """Write the sheet from head to end row."""
        self.sheet: StrictWorksheet = self.desk.add(self.ledger.sheet)
        self.columns = LedgerColumns(self.desk.survey, self.ledger, self.desk.formats)
        self._columns()
        LedgerHead(self.desk, self.ledger, self.sheet, self.columns.widths).write()
        for number, column in enumerate(self.ledger.ledger.columns, start=1):
            self._validate(number, column)
        self._rows()
        self._end()
        LedgerLights(self.desk, self.ledger, self.checks, self.sheet).write()
        self._print()

    def _columns(self) -> None:
        """Widths and formats of the columns, and their headings, which stay in sight with the first column."""
        header = self.ledger.header_row - 1
        self.sheet.set_row(header, self.columns.head_height, self.desk.formats.role("plain"))
        for number, column in enumerate(self.ledger.ledger.columns):
            self.sheet.set_column_pixels(number, number, self.columns.widths[number], self.columns.entry(column))
            self.sheet.write_string(header, number, column.name, self.columns.heading(column))
        self.sheet.freeze_panes(self.ledger.header_row, 1)
        self.sheet.set_selection(self.ledger.first_row - 1, 0, self.ledger.first_row - 1, 0)

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
        if column.code_list:
            return {"validate": "list", "source": f"=code_{column.code_list}"} | word_refusal("choice")
        if offered := list_choices(column):
            return {"validate": "list", "source": list(offered)} | word_refusal("choice")
        if column.kind.is_number:
            return limit_number(column.kind)
        if column.kind.is_date:
            return DATE_RULE | word_refusal("date")
        if column.kind is Kind.USCC:
            return check_uscc(self.ledger.cell(column.name, self.ledger.first_row))
        return {}

    def _rows(self) -> None:
        """Only filled cells are written; the thousands of empty ones carry no format of their own."""
        for row, values in sorted(self.desk.content.ledgers.get(self.ledger.ledger.short, {}).items()):
            for number, column in enumerate(self.ledger.ledger.columns, start=1):
                if column.name in values:
                    write_value(self.sheet, row, number, values[column.name], self.columns.entry(column))

    def _end(self) -> None:
        """The ending row stays empty, for the named ranges end in it; the row below says so to people."""
        role, row = self.desk.formats.role, self.ledger.end_row - 1
        self.sheet.set_row(row, 4, role("end"))
        self.sheet.set_row(row + 1, 18, role("plain"))
        self.sheet.write_string(row + 1, 0, say("workbook.ledger_end"), role("muted"))

    def _print(self) -> None:
        """Ready for who prints what is selected; with the workbook no ledger prints."""
        set_up_print(self.sheet)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.9, bottom=0.7)
        self.sheet.set_header("&C&14" + say("workbook.ledger.title", name=self.ledger.ledger.name))
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(self.ledger.header_row - 1)
        self.sheet.print_black_and_white()
