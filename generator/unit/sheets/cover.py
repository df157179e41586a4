"""The cover: who files, the light, to whom to send, three steps over their tables, and the sign-off block.

What prints as the cover is a page of its own below all that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.formula import quote
from generator.strict import StrictWorksheet
from generator.unit.checks import CODES, NOT_EVALUATED, UNFILLED, Checks
from generator.unit.desk import SheetContext
from generator.unit.sheets.entry import write_entry
from generator.unit.sheets.form import light_up, link, set_up_print, write_live
from generator.unit.sheets.next_problem import link_next
from generator.unit.sheets.printed_cover import PrintedCover
from generator.unit.sheets.progress import ProgressTables
from generator.unit.sheets.sending import write_sending
from templates.cover_layout import ERRORS, LAST, LEFT, MIDDLE, PENDING, READY, RIGHT, WRONG
from templates.cover_layout import UNFILLED as BLANK
from templates.layout import COLUMNS, HIDDEN
from templates.model import Severity
from templates.words import lookup, say

WIDTHS = (16, 104, 22, 42, 96, 34, 42, 8, 104, 22, *[None] * 9, 42, 42, 34, 42, 8, 58, 22, 231, 40, 42, 34, 42)
"""Pixels of the columns; those of a form's hidden columns are hidden here too.

The fifth holds the sign-off's entry cells. They are not merged with their neighbours, which would have to be unlocked.
"""

TITLE_ROW, IDENTITY_ROW, LEGEND_ROW, STEPS_ROW = 1, 3, 9, 11
HEIGHTS = {1: 28.5, 2: 3, 3: 25.5, 4: 15, 5: 15, 6: 15, 7: 15, 8: 4.5, 9: 15, 10: 3, 11: 18, 12: 15}
"""Points of the rows above the tables."""

TOLD_TO = 10
"""The last column of the message beside it."""

SIGNED_HEIGHT = 25.5
"""Room for a message of two lines."""


@dataclass
class CoverSheet:
    """The writer of the cover."""

    desk: SheetContext
    checks: Checks

    def write(self) -> None:
        """Write the cover from title to the page that prints."""
        self.sheet: StrictWorksheet = self.desk.add(self.desk.layout.cover.sheet)
        self._columns()
        self._title()
        self._identity()
        self._light()
        write_sending(self.desk, self.sheet, IDENTITY_ROW)
        self._legend()
        self._steps()
        ProgressTables(self.desk, self.sheet).write()
        self._sign_off()
        PrintedCover(self.desk, self.sheet).write(self.desk.layout.cover.end_row + 2)
        set_up_print(self.sheet)
        self.sheet.set_portrait()
        self.sheet.fit_to_pages(1, 1)
        first = next(iter(self.desk.layout.cover.form.indicators), "")
        self.sheet.set_selection(self.desk.layout.cover.cell(first) if first else "A1")

    def _columns(self) -> None:
        plain = self.desk.formats.role("plain")
        for column, pixels in enumerate(WIDTHS):
            if pixels:
                self.sheet.set_column_pixels(column, column, pixels, plain)
        hidden = self.desk.formats.role("hidden")
        self.sheet.set_column(HIDDEN[0] - 1, HIDDEN[1] - 1, 8, hidden, {"hidden": True})
        for row, points in HEIGHTS.items():
            self.sheet.set_row(row - 1, points)

    def _title(self) -> None:
        role, survey, identity = self.desk.formats.role, self.desk.survey, self.desk.identity
        self.sheet.write_string(0, 0, say("workbook.corner"), role("corner"))
        title = say("workbook.cover.title", survey=survey.title, year=identity.year)
        self.sheet.merge_range(0, 1, 0, LAST - 1, title, role("title"))

    def _identity(self) -> None:
        for row, (field, label) in enumerate(lookup("workbook.cover.identity"), start=IDENTITY_ROW):
            role = self.desk.formats.role("value_strong" if row == IDENTITY_ROW else "value")
            self._label(row, LEFT.name, label)
            value = str(getattr(self.desk.identity, field))
            self.sheet.merge_range(row - 1, LEFT.mark - 1, row - 1, LEFT.pending - 1, value, role)

    def _label(self, row: int, column: int, label: str) -> None:
        """Write a label; the answer stands in the next cell."""
        self.sheet.write_string(row - 1, column - 1, label, self.desk.formats.role("label_strong"))

    # --- the light ---------------------------------------------------------------------------------------------------

    def _light(self) -> None:
        """可否上报 and the counts behind it: wrong and blank cells first, then what the audit sheet lists besides."""
        words, wrong, warning = lookup("workbook.cover"), CODES[Severity.ERROR], CODES[Severity.WARNING]
        blank, faulty, pending = (f"SUMIF(audit_status,{code},audit_count)" for code in (UNFILLED, wrong, warning))
        unjudged = f"COUNTIF(audit_status,{NOT_EVALUATED})+{len(self.checks.rows)}-COUNT(audit_status)"
        open_counts = f"{_fixed(ERRORS)}+{_fixed(PENDING)}+{unjudged}"  # an error is no number
        rows = (
            (READY, words["ready"], f"IF({open_counts}=0,{quote(words['yes'])},{quote(words['no'])})", "light"),
            (ERRORS, words["errors"], f"{_fixed(BLANK)}+{_fixed(WRONG)}", "count"),
            (BLANK, words["unfilled"], blank, "count"),
            (WRONG, words["wrong"], faulty, "count"),
            (PENDING, words["pending"], pending, "count"),
        )
        for number, (cell, label, formula, style) in enumerate(rows, start=IDENTITY_ROW):
            self._label(number, MIDDLE.name, label)
            box = self.desk.formats.role(style)
            self.sheet.merge_range(number - 1, MIDDLE.mark - 1, number - 1, MIDDLE.pending - 1, "", box)
            self.sheet.write_formula(cell, f"={formula}", box, "")
        self._colour_light(words["yes"])

    def _colour_light(self, yes: str) -> None:
        """Red begins with the first thing that is wrong: what is merely blank is blue."""
        ready, blank, wrong = (_fixed(cell) for cell in (READY, BLANK, WRONG))
        self._colour(READY, f"={ready}={quote(yes)}", "fine_box")
        self._colour(READY, f"={wrong}>0", "error")
        self._colour(READY, f"={blank}>0", "unfilled")
        self._colour(READY, f"=LEN({ready})>0", "warning")
        for cell, light in ((BLANK, "unfilled"), (WRONG, "error"), (PENDING, "warning")):
            self._colour(cell, f"={_fixed(cell)}>0", light)

    def _colour(self, cell: str, criteria: str, light: str) -> None:
        rule: dict[str, Any] = {"type": "formula", "criteria": criteria, "format": self.desk.formats.light(light)}
        self.sheet.conditional_format(cell, rule | {"stop_if_true": True})

    # --- legend and steps --------------------------------------------------------------------------------------------

    def _legend(self) -> None:
        """What the colours mean, and where to go on."""
        role, words, row = self.desk.formats.role, lookup("workbook.cover"), LEGEND_ROW - 1
        places = ((2, 2), (3, 5), (6, 7), (9, 10), (20, 21), (22, 23))
        for (first, last), (name, text) in zip(places, words["legend"].items(), strict=True):
            style = role(f"legend_{name}" if name in LIT else name)
            self._across(LEGEND_ROW, first, last, style)
            self.sheet.write_string(row, first - 1, text, style)
        link_next(self.desk, self.sheet, row, RIGHT.title - 1, self.desk.layout.cover.sheet)
        sheets = lookup("workbook.sheets")
        link(self.sheet, row, RIGHT.name - 1, sheets["todo"], words["to_todo"], role("link_strong"))
        link(self.sheet, row, RIGHT.size - 1, sheets["audit"], words["to_audit"], role("link"))

    def _steps(self) -> None:
        """Each step's title and sentence over its table."""
        words, tables = lookup("workbook.cover.steps"), self.desk.layout.cover_tables
        title, sentence = words["ledgers"]
        self._step(STEPS_ROW, LEFT.name, MIDDLE.pending, title, sentence if tables.ledgers else "")
        self._step(STEPS_ROW, RIGHT.name, RIGHT.pending, *words["forms"])
        self._step(tables.finish_row, RIGHT.name, RIGHT.pending, *words["finish"])
        self.sheet.set_row(STEPS_ROW, HEIGHTS[STEPS_ROW + 1])

    def _step(self, row: int, first: int, last: int, title: str, sentence: str) -> None:
        role = self.desk.formats.role
        for column in range(first, last + 1):
            self.sheet.write_blank(row - 1, column - 1, None, role("step"))
        self.sheet.write_string(row - 1, first - 1, title, role("step"))
        self.sheet.write_string(row, first - 1, sentence or say("workbook.cover.no_ledgers"), role("muted"))

    # --- sign-off ----------------------------------------------------------------------------------------------------

    def _sign_off(self) -> None:
        form, role = self.desk.layout.cover, self.desk.formats.role
        row = form.header_row - 2
        self.sheet.set_row(row - 1, 6)
        self.sheet.set_row(row, 18)
        for column in range(LEFT.name, LAST + 1):
            self.sheet.write_blank(row, column - 1, None, role("step"))
        self.sheet.write_string(row, LEFT.name - 1, say("workbook.cover.sign_off"), role("step"))
        self._sign_off_header(form.header_row)
        for code, indicator in form.form.indicators.items():
            self._sign_off_row(form.rows[code], code)
            write_live(self.desk, self.sheet, form, form.rows[code], indicator, self.checks)
        light_up(self.desk, self.sheet, form)
        self.sheet.set_row(form.end_row - 1, 6)
        first = next(iter(form.rows.values()), form.end_row)
        area = (form.header_row - 1, RIGHT.name - 1, max(form.last_row, first) - 1, LAST - 1)
        self.sheet.merge_range(*area, say("workbook.cover.printed.law", law=self.desk.survey.law), role("muted_wrap"))

    def _sign_off_header(self, row: int) -> None:
        """Headers over label, entry cell and message: readers find the block by them."""
        words, style = lookup("workbook.cover.header"), self.desk.formats.role("table_head")
        self.sheet.merge_range(row - 1, 0, row - 1, COLUMNS.code - 2, "", style)
        places = {"code": (COLUMNS.code, COLUMNS.code), "value": (COLUMNS.value, COLUMNS.value)}
        places["message"] = (COLUMNS.message, TOLD_TO)
        for name, (first, last) in places.items():
            self._across(row, first, last, style)
            self.sheet.write_string(row - 1, first - 1, words[name], style)

    def _sign_off_row(self, row: int, code: str) -> None:
        """Write the label, right-aligned over the columns before its own, the entry cell, room for the message."""
        indicator, role = self.desk.layout.cover.form.indicators[code], self.desk.formats.role
        self.sheet.set_row(row - 1, SIGNED_HEIGHT)
        for column in range(LEFT.name, COLUMNS.code):
            self.sheet.write_blank(row - 1, column - 1, None, role("label_between"))
        self.sheet.write_string(row - 1, COLUMNS.code - 1, indicator.label, role("label_right"))
        self._across(row, COLUMNS.message, TOLD_TO, role("message"))
        write_entry(self.desk, self.sheet, row, indicator)

    def _across(self, row: int, first: int, last: int, style: Any) -> None:
        if last > first:
            self.sheet.merge_range(row - 1, first - 1, row - 1, last - 1, "", style)


LIT = ("unfilled", "error", "warning")
"""Entries of the legend that look as conditional formats do."""


def _fixed(cell: str) -> str:
    return f"${cell.rstrip('0123456789')}${cell.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"
