"""A ledger's sheet: header row, entry rows unlocked by column format, one locked row that ends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.formula import formulate_words, quote
from generator.strict import StrictWorksheet
from generator.unit.checks import CODES, UNFILLED, Checks
from generator.unit.desk import SheetContext
from generator.unit.ledger_faults import list_choices
from generator.unit.sheets.entry import (
    DATE_RULE,
    MESSAGE_LIMIT,
    TITLE_LIMIT,
    check_uscc,
    clip,
    format_number,
    limit_number,
    word_refusal,
    write_value,
)
from generator.unit.sheets.form import link, set_up_print
from generator.unit.sheets.ledger_lights import LedgerLights
from generator.unit.sheets.next_problem import formulate_count, formulate_first, link_next
from templates.layout import LedgerLayout, name_column
from templates.model import Column, Kind, Severity
from templates.words import lookup, say

COUNTED = {"error": CODES[Severity.ERROR], "unfilled": UNFILLED, "warning": CODES[Severity.WARNING]}
"""What the head counts, each by its status code in 审核."""

PRINTED_ROWS = 20
"""So many rows more than the first are printed even where they are blank."""


@dataclass
class LedgerSheet:
    """The writer of one ledger's sheet."""

    desk: SheetContext
    ledger: LedgerLayout
    checks: Checks

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
        LedgerLights(self.desk, self.ledger, self.checks, self.sheet).write()
        self._print(len(columns))

    def _columns(self, columns: tuple[Column, ...]) -> None:
        for number, column in enumerate(columns, start=1):
            self.sheet.set_column(number - 1, number - 1, self._width(column), self._entry(column))
        self.sheet.freeze_panes(self.ledger.header_row, 1)

    @staticmethod
    def _width(column: Column) -> int:
        return max(column.width, len(column.name) + 3 if len(column.name) <= 6 else 12)

    def _entry(self, column: Column) -> Any:
        centred = column.kind.is_date or column.kind.is_choice or column.code_list
        role = "column_center" if centred else "column_entry"
        return self.desk.formats.role(role, num_format=format_number(column.kind, 0))

    def _head(self, columns: int) -> None:
        """Every row above the entry rows has a locked row format, whatever the columns say."""
        role, ledger = self.desk.formats.role, self.ledger.ledger
        notes = say("workbook.ledger.purpose", purpose=ledger.purpose, required_by=ledger.required_by)
        notes += say("workbook.ledger.legend")
        lines = -(-2 * len(notes) // sum(self._width(column) for column in ledger.columns[1:]))
        for row, height in ((0, 28), (1, max(18, 14 * lines + 4)), (2, 20), (3, 36)):
            self.sheet.set_row(row, height, role("plain"))
        self.sheet.write_string(0, 0, say("workbook.ledger.title", name=ledger.name), role("ledger_title"))
        link(self.sheet, 1, 0, self.desk.layout.cover.sheet, say("workbook.cover.back"), role("link"))
        link_next(self.desk, self.sheet, 2, 0, self.ledger.sheet)
        self.sheet.merge_range(1, 1, 1, columns - 1, notes, role("muted_wrap"))
        start = 1
        if ledger.carried:
            self._confirmation()
            start = 2
        self.sheet.merge_range(2, start, 2, columns - 1, "", role("status"))
        self.sheet.write_formula(2, start, f"={self._status()}", role("status"), "")
        self._colour_status(f"{name_column(start + 1)}3")

    def _confirmation(self) -> None:
        """The one entry cell of the head: that last year's rows were gone through; locked and unseen without any.

        Its style is all that differs: formulas and numbers of styles are the same in all workbooks of a kind.
        """
        words, cell = lookup("workbook.ledger"), self.ledger.confirmation
        done = words["confirmed"] if self.ledger.ledger.short in self.desk.content.confirmed else None
        styles = [self.desk.formats.role(role) for role in ("plain", "entry_choice")]
        write_value(self.sheet, self.ledger.header_row - 1, 2, done, styles[self.ledger.carried > 0])
        rule = {"validate": "list", "source": [words["confirmed"]], "input_title": words["confirm_title"]}
        rule |= {"input_message": words["confirm"]}
        self.sheet.data_validation(cell, rule | word_refusal("choice"))
        criteria = f"=AND({self.ledger.carried_name}>0,LEN(${cell[0]}${cell[1:]})=0)"
        blank = {"type": "formula", "criteria": criteria, "format": self.desk.formats.light("error")}
        self.sheet.conditional_format(cell, blank)

    def _status(self) -> str:
        """How many rows count, how many faults there are, and the first of them in words."""
        words, first = lookup("workbook.ledger.status"), formulate_first(self.desk, self.ledger.sheet)
        rows = f"IFERROR(SUMPRODUCT({'*'.join(self.desk.formulas.live(self.ledger))}),{quote(words['uncounted'])})"
        counts = [
            f"IF({number}>0,{formulate_words(words[level], count=number)},{quote('')})"
            for level, code in COUNTED.items()
            for number in [formulate_count(self.desk, self.ledger.sheet, code)]
        ]
        told = f"INDEX(audit_message,{first})"
        told = f"IF(LEN({told})>0,{quote(words['first'])}&{told},{quote(words['unjudged'])})"
        filled = formulate_words(words["rows"], rows=rows)
        return f"{filled}&IF({first}=0,{quote(words['fine'])},{'&'.join([*counts, told])})"

    def _colour_status(self, cell: str) -> None:
        first = formulate_first(self.desk, self.ledger.sheet)
        for light, criteria in (
            ("fine", f"={first}=0"),
            ("warning", f"=INDEX(audit_status,{first})={CODES[Severity.WARNING]}"),
            ("unfilled", f"=INDEX(audit_status,{first})={UNFILLED}"),
            ("error", f"={first}>0"),
        ):
            rule = {"type": "formula", "criteria": criteria, "format": self.desk.formats.light(light)}
            self.sheet.conditional_format(cell, rule | {"stop_if_true": True})

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

    def _print(self, columns: int) -> None:
        set_up_print(self.sheet)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(self.ledger.header_row - 1)
        last = max([self.ledger.first_row + PRINTED_ROWS, *self.desk.content.ledgers.get(self.ledger.ledger.short, {})])
        self.sheet.print_area(0, 0, last - 1, columns - 1)
