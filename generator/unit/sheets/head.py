"""The head of a form's sheet: at the left the official head as printed, beside it what guides the clerk.

What guides stands right of the printed columns, so it costs no row and never prints: links, what is open on this sheet
and where it begins, what the colours mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.formula import formulate_words, quote
from generator.strict import StrictWorksheet
from generator.unit.desk import SheetContext
from generator.unit.sheets.beside import is_doubted
from generator.unit.sheets.identity import FIRST_LINE, write_identity
from generator.unit.sheets.links import link
from generator.unit.sheets.live import BLANK, WARNED, WRONG
from generator.unit.sheets.next_problem import formulate_count, link_next
from templates.layout import COLUMNS, FormLayout, name_column, quote_sheet
from templates.model import Indicator
from templates.words import lookup, say

TITLE_HEIGHT, LINE_HEIGHT = 30, 16
"""Pixels of the title's row and of the rows below it."""

COUNTS_ROW, FIRST_ROW, HINT_ROW, LEGEND_ROW = 2, 3, 4, 5
"""The rows of the guidance, as a clerk counts them."""

LEGEND = (
    (("legend_entry", "legend_unfilled", "legend_error"), "upper"),
    (("legend_derived", "legend_closed", "legend_warning"), "lower"),
)
"""The two rows of the legend, cell by cell: how each looks, and the key of its words."""


@dataclass(frozen=True)
class FormHead:
    """The writer of a form's head."""

    desk: SheetContext
    sheet: StrictWorksheet
    form: FormLayout

    def write(self) -> None:
        """Write both halves, in the rows above the header."""
        self.sheet.set_row_pixels(0, TITLE_HEIGHT)
        for row in range(1, self.form.header_row - 1):
            self.sheet.set_row_pixels(row, LINE_HEIGHT)
        self._printed()
        self._links()
        self._open()
        self._legend()

    def _printed(self) -> None:
        survey, role = self.desk.survey, self.desk.formats.role
        self.sheet.write_string(0, 0, say("workbook.corner"), role("corner"))
        self.sheet.merge_range(0, COLUMNS.name - 1, 0, COLUMNS.prior - 1, self.form.form.title, role("title"))
        right = (
            say("workbook.form.number", form=self.form.form.id),
            say("workbook.form.organ", organ=survey.organ),
            say("workbook.form.approved_by", approved_by=survey.approved_by),
            say("workbook.form.approval", approval=survey.approval),
            say("workbook.form.valid_until", valid_until=survey.valid_until),
        )
        for offset, text in enumerate(right, start=1):
            self.sheet.write_string(offset, COLUMNS.value - 1, text, role("head_label"))
        write_identity(self.desk, self.sheet, FIRST_LINE - 1)

    def _links(self) -> None:
        role, words = self.desk.formats.role, lookup("workbook.form")
        link(self.sheet, 0, COLUMNS.change - 1, self.desk.layout.cover.sheet, words["to_cover"], role("link"))
        todo = lookup("workbook.sheets.todo")
        link(self.sheet, 0, COLUMNS.ledger - 1, todo, words["to_todo"], role("link"))
        link_next(self.desk, self.sheet, 0, COLUMNS.message - 1, self.form.sheet)

    def _open(self) -> None:
        """What is open on this sheet, and a link to the first of it: what is wrong before what is to be explained."""
        own, state = self.form.name("own"), self.form.name("state")
        counts = (
            ("errors", formulate_count(self.desk, self.form.sheet, WRONG)),
            ("unfilled", f'COUNTIF({own},"{BLANK}*")'),
            ("warnings", formulate_count(self.desk, self.form.sheet, WARNED)),
        )
        words = lookup("workbook.form.open")
        parts = [f'IF({count}>0,{formulate_words(words[name], count=count)},"")' for name, count in counts]
        said = "&".join(parts)
        nothing = "+".join(count for _, count in counts)
        self._formula(COUNTS_ROW, f"IF({nothing}=0,{quote(words['none'])},{said})", "strong")
        place = f"${name_column(COLUMNS.rule)}${FIRST_ROW}"
        chain = "0"
        for level in (BLANK, WARNED, WRONG):
            chain = f"IFERROR(MATCH({level},{state},0),{chain})"
        self.sheet.write_formula(FIRST_ROW - 1, COLUMNS.rule - 1, f"={chain}", self.desk.formats.role("hidden"), 0)
        self._formula(FIRST_ROW, f'IF({place}=0,"",{self._first(place)})', "plain")
        self._light_up()

    def _first(self, place: str) -> str:
        above = self.form.header_row - 1
        found = {}
        for name, column in (("name", name_column(COLUMNS.name)), ("message", name_column(COLUMNS.message))):
            found[name] = f"INDEX(${column}${self.form.header_row}:${column}${self.form.last_row},{place})"
        shown = formulate_words(lookup("workbook.form.first"), **found)
        target = quote(f"#{quote_sheet(self.form.sheet)}!{name_column(COLUMNS.value)}")
        return f"HYPERLINK({target}&({place}+{above}),{shown})"

    def _light_up(self) -> None:
        column = name_column(COLUMNS.change)
        area, first = f"{column}{COUNTS_ROW}:{column}{FIRST_ROW}", f"LEFT(${column}${COUNTS_ROW},1)"
        words = lookup("workbook.form.open")
        inks = {"errors": "error_text", "unfilled": "unfilled_text", "warnings": "warning_text", "none": "fine"}
        for name, ink in inks.items():
            criteria = f"={first}={quote(words[name][0])}"
            rule = {"type": "formula", "criteria": criteria, "format": self.desk.formats.light(ink)}
            self.sheet.conditional_format(area, rule | {"stop_if_true": True})

    def _legend(self) -> None:
        role, words = self.desk.formats.role, lookup("workbook.form.legend")
        rows = (row for row in self.form.form.rows if isinstance(row, Indicator))
        doubts = say("workbook.form.doubts") if any(map(is_doubted, rows)) else ""
        self.sheet.write_string(HINT_ROW - 1, COLUMNS.change - 1, doubts + say("workbook.form.how"), role("muted"))
        columns = (COLUMNS.change, COLUMNS.ledger, COLUMNS.message)
        for row, (roles, key) in enumerate(LEGEND, start=LEGEND_ROW - 1):
            for column, style, text in zip(columns, roles, words[key], strict=True):
                self.sheet.write_string(row, column - 1, text, role(style))

    def _formula(self, row: int, formula: str, role: str) -> None:
        style: Any = self.desk.formats.role(role)
        self.sheet.write_formula(row - 1, COLUMNS.change - 1, "=" + formula, style, "")
