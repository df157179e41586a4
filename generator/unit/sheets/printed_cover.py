"""The page that prints as the cover: title, year, who files, who signs, the law. It takes all from other cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.formula import quote
from generator.strict import StrictWorksheet
from generator.unit.desk import SheetContext
from generator.unit.sheets.identity import list_lines
from templates.cover_layout import LAST
from templates.layout import FormLayout, WorkbookLayout
from templates.model import Indicator
from templates.words import lookup, say

TITLES = (("", 160), ("title", 66), ("report", 60), ("year", 48), ("", 150))
"""Roles of the lines above the unit, and their heights in points; the page is scaled to two thirds."""

LINE, GAP, LAW, SECRET = 60, 70, 150, 36


@dataclass
class PrintedCover:
    """The writer of the page."""

    desk: SheetContext
    sheet: StrictWorksheet

    def write(self, lead: int) -> None:
        """Write it below the line ``lead`` (from 1), which says what it is, and print nothing else of the sheet."""
        role, words = self.desk.formats.role, lookup("workbook.cover.printed")
        self.sheet.write_string(lead - 1, 1, words["lead"], role("muted"))
        self.row = lead
        texts = {"title": self.desk.survey.title, "report": words["report"]}
        texts["year"] = say("workbook.cover.printed.year", year=self.desk.identity.year)
        for name, height in TITLES:
            self._line(texts.get(name, ""), f"printed_{name or 'gap'}", height)
        for line in list_lines(self.desk.layout, self.desk.identity):
            known = line.read(self.desk.content, self.desk.identity.year)
            self._formula(line.formula(self.desk.formulas), known)
        for shown in self._signed():
            self._formula(shown, "")
        self._line(words["stamp"], "printed_line", LINE)
        self._line("", "printed_gap", GAP)
        self._line(say("workbook.cover.printed.law", law=self.desk.survey.law), "printed_law", LAW)
        self._line(words["secret"], "printed_secret", SECRET)
        self.sheet.print_area(lead, 1, self.row - 1, LAST - 1)
        self.sheet.print_black_and_white()

    def _signed(self) -> Iterator[str]:
        cover = self.desk.layout.cover
        for indicator in cover.form.indicators.values():
            yield f"{quote(f'{indicator.name}：')}&{formulate_shown(self.desk, cover, indicator)}"

    def _line(self, text: str, style: str, height: float) -> None:
        """Write a text over the whole width in the next row."""
        self.sheet.set_row(self.row, height)
        self.sheet.merge_range(self.row, 1, self.row, LAST - 1, text, self.desk.formats.role(style))
        self.row += 1

    def _formula(self, formula: str, known: str) -> None:
        self._line("", "printed_line", LINE)
        self.sheet.write_formula(self.row - 1, 1, f"={formula}", self.desk.formats.role("printed_line"), known)


def find_head_row(layout: WorkbookLayout) -> int:
    """Return the row of the first line that tells who files, on the page that prints; the others follow."""
    return layout.cover.end_row + 3 + len(TITLES)


def formulate_shown(desk: SheetContext, cover: FormLayout, indicator: Indicator) -> str:
    """Return a sign-off's value as it prints."""
    cell = desk.formulas.cell(indicator.reference)
    shown = f'IF(ISNUMBER({cell}),TEXT({cell},"yyyy-mm-dd"),{cell}&"")' if indicator.kind.is_date else f'{cell}&""'
    return f'IFERROR({shown},"")'
