"""The head of a ledger: its state and first fault in the pane that stays in sight, links, how to fill it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from generator.formats import SYMBOLS
from generator.formula import formulate_words, quote
from generator.strict import StrictWorksheet
from generator.unit.desk import SheetContext
from generator.unit.sheets.entry import word_refusal, write_value
from generator.unit.sheets.links import link
from generator.unit.sheets.next_problem import formulate_first, formulate_place, link_next
from templates.layout import LedgerLayout, name_column, quote_sheet
from templates.words import lookup, say

STATE: Final = "$A$2"
"""Symbol, counts, rows; below it the first fault in words."""

HEIGHTS: Final = (22.5, 15, 37.5)
"""Points of the rows above the header; a reason has room for three lines."""

LINK_PIXELS: Final = 84
"""Room for a link's text."""


@dataclass(frozen=True)
class LedgerHead:
    """Writes the rows above the header of one ledger."""

    desk: SheetContext
    ledger: LedgerLayout
    sheet: StrictWorksheet
    widths: tuple[int, ...]
    """Pixels of the columns."""

    def write(self) -> None:
        """Write them. Each has a locked row format, whatever the columns say."""
        role, words = self.desk.formats.role, lookup("workbook.ledger")
        for row, height in enumerate(HEIGHTS):
            self.sheet.set_row(row, height, role("plain"))
        self.sheet.write_string(0, 0, say("workbook.ledger.title", name=self.ledger.ledger.name), role("ledger_name"))
        self._links()
        self._state()
        told = self.ledger.ledger
        purpose = say("workbook.ledger.purpose", purpose=told.purpose, required_by=told.required_by)
        self.sheet.write_string(1, 1, purpose, role("muted"))
        if told.carried:
            self._confirmation()
        self.sheet.write_string(2, 2 if told.carried else 1, words["legend"], role("muted"))

    def _links(self) -> None:
        """Links to cover, list and next problem, each where the one before leaves room."""
        role, names, free = self.desk.formats.role, lookup("workbook.sheets"), 0
        places, taken = [], 0
        for column, pixels in enumerate(self.widths[1:], start=1):
            if free <= 0:
                places.append(column)
                free = LINK_PIXELS
            free, taken = free - pixels, column
        places = [*places, *range(taken + 1, taken + 4)][:3]
        link(self.sheet, 0, places[0], names["cover"], say("workbook.ledger.back"), role("link"))
        link(self.sheet, 0, places[1], names["todo"], say("workbook.ledger.to_todo"), role("link"))
        link_next(self.desk, self.sheet, 0, places[2], self.ledger.sheet)

    # --- the state ---------------------------------------------------------------------------------------------------

    def _state(self) -> None:
        role = self.desk.formats.role
        self.sheet.write_formula(1, 0, f"={self._counts()}", role("ledger_state"), "")
        self.sheet.write_formula(2, 0, f"={self._reason()}", role("ledger_reason"), "")
        for light, symbol in (("error", "error"), ("unfilled", "unfilled"), ("warning", "warning"), ("fine", "fine")):
            self._colour(light, SYMBOLS[symbol])
        self._colour("unneeded", SYMBOLS["unneeded"])

    def _colour(self, light: str, symbol: str) -> None:
        criteria = f"=LEFT({STATE},1)={quote(symbol)}"
        rule = {"type": "formula", "criteria": criteria, "format": self.desk.formats.light(light)}
        self.sheet.conditional_format("A2:A3", rule | {"stop_if_true": True})

    def _counts(self) -> str:
        """The gravest count with its symbol, and how many rows there are: what the cover says of the ledger."""
        words, rows = lookup("workbook.ledger.status"), self._figure("size")
        registered = f"IF(N({rows})=0,{quote(words['none'])},{formulate_words(words['rows'], rows=rows)})"
        registered = f"IF(ISTEXT({rows}),{quote(words['uncounted'])},{registered})"
        counted = f"IF({self._figure('mark')}={quote(SYMBOLS['warning'])},{quote(words['unjudged'])},{self._rest()})"
        for name, column in (("warning", "pending"), ("unfilled", "unfilled"), ("error", "wrong")):
            number = self._figure(column)
            counted = f"IF({number}>0,{formulate_words(words[name], count=number)},{counted})"
        nothing = f"{self._figure('mark')}={quote(SYMBOLS['unneeded'])}"
        return f"IF({nothing},{quote(words['nothing'])},{counted}&{registered})"

    def _rest(self) -> str:
        fine = quote(SYMBOLS["fine"])
        return f"IF({self._figure('mark')}={fine},{quote(SYMBOLS['fine'] + ' ')},{quote('')})"

    def _reason(self) -> str:
        """The first fault in words, as a link to its cell; without any, whether something is to be done at all."""
        words, first = lookup("workbook.ledger.status"), formulate_first(self.desk, self.ledger.sheet)
        told = f"INDEX(audit_message,{first})"
        told = f"IF(LEN({told})>0,{told},{quote(words['unjudged_why'])})"
        closed = f"{self._figure('mark')}={quote(SYMBOLS['unneeded'])}"
        idle = f"IF({closed},{quote(words['nothing_why'])},{quote(words['none_why'])})"
        idle = f"IF(N({self._figure('size')})>0,{quote('')},{idle})"
        return f"IF({first}=0,{idle},HYPERLINK({formulate_place(first)},{told}))"

    def _figure(self, name: str) -> str:
        """The cover's cell with a figure of this ledger."""
        line = self.desk.layout.cover_tables.lines[self.ledger.sheet]
        column = name_column(getattr(line.columns, name))
        return f"{quote_sheet(self.desk.layout.cover.sheet)}!${column}${line.row}"

    # --- rows of last year -------------------------------------------------------------------------------------------

    def _confirmation(self) -> None:
        """The one entry cell of the head: that last year's rows were gone through; locked and unseen without any.

        Its style is all that differs: formulas and numbers of styles are the same in all workbooks of a kind.
        """
        words, cell = lookup("workbook.ledger"), self.ledger.confirmation
        done = words["confirmed"] if self.ledger.ledger.short in self.desk.content.confirmed else None
        styles = [self.desk.formats.role(role) for role in ("plain", "entry_choice")]
        for style in styles:
            style._get_xf_index()  # styles are numbered as they are used: also the one that is not, in this workbook
        write_value(self.sheet, self.ledger.header_row - 1, 2, done, styles[self.ledger.carried > 0])
        rule = {"validate": "list", "source": [words["confirmed"]], "input_title": words["confirm_title"]}
        rule |= {"input_message": words["confirm"]}
        self.sheet.data_validation(cell, rule | word_refusal("choice"))
        criteria = f"=AND({self.ledger.carried_name}>0,LEN(${cell[0]}${cell[1:]})=0)"
        blank = {"type": "formula", "criteria": criteria, "format": self.desk.formats.light("unfilled")}
        self.sheet.conditional_format(cell, blank)
