"""The cover's tables: of every sheet how much stands there, what is still blank, wrong, or to be explained.

All figures come from 审核, so the last row adds up to the counts beside the light.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generator.formats import COUNTED, SYMBOLS
from generator.formula import quote
from generator.strict import StrictWorksheet
from generator.unit.checks import CODES, UNFILLED
from generator.unit.desk import SheetContext
from generator.unit.nothing import formulate_nothing
from generator.unit.sheets.form import link
from generator.unit.sheets.next_problem import formulate_count, formulate_first
from templates.cover_layout import FIRST_ROW, LEFT, MIDDLE, RIGHT, CoverTables, ProgressColumns, ProgressLine
from templates.layout import FormLayout, LedgerLayout, name_column
from templates.model import Severity
from templates.words import lookup, say

HEIGHT = 15
"""Points of a line: 20 pixels."""


@dataclass
class ProgressTables:
    """The writer of the tables."""

    desk: SheetContext
    sheet: StrictWorksheet

    @property
    def tables(self) -> CoverTables:
        """Which sheets they list."""
        return self.desk.layout.cover_tables

    def write(self) -> None:
        """Write headers, the rows of all sheets, the row that adds them up, and the colours."""
        words = lookup("workbook.cover.headers")
        for row in range(FIRST_ROW - 1, self.tables.last_row + 1):
            self.sheet.set_row(row - 1, HEIGHT)
        for columns, used in ((LEFT, self.tables.ledgers), (MIDDLE, self.tables.ledgers[self.tables.half :])):
            if used:
                self._headers(columns, words["ledgers"])
        self._headers(RIGHT, words["forms"])
        for ledger in self.desk.layout.ledgers.values():
            self._ledger(ledger)
        for sheet in self.tables.forms:
            self._form(self.desk.layout.forms[sheet])
        self._finish()
        self._total()
        for columns in (LEFT, MIDDLE, RIGHT):
            self._colour(columns)

    def _headers(self, columns: ProgressColumns, texts: Sequence[str]) -> None:
        places = [columns.name, columns.mark, *([columns.title] if columns.title else [])]
        places += [columns.size, columns.unfilled, columns.wrong, columns.pending]
        for column, text in zip(places, texts, strict=True):
            self.sheet.write_string(FIRST_ROW - 2, column - 1, text, self.desk.formats.role("table_head"))

    # --- rows --------------------------------------------------------------------------------------------------------

    def _ledger(self, ledger: LedgerLayout) -> None:
        line = self.tables.lines[ledger.sheet]
        rows = f"SUMPRODUCT({'*'.join(self.desk.formulas.live(ledger))})"
        counted = f"=IFERROR({rows},{quote(say('workbook.cover.many'))})"
        self._size(line, counted)
        nothing = formulate_nothing(self.desk.formulas, ledger)
        rest = f"IF({nothing},{quote(SYMBOLS['unneeded'])},{quote('')})" if nothing else quote("")
        size = f"${name_column(line.columns.size)}{line.row}"
        self._line(line, ledger.sheet, ledger.ledger.short, "", f"IF(N({size})>0,{quote(SYMBOLS['fine'])},{rest})")

    def _form(self, form: FormLayout) -> None:
        line = self.tables.lines[form.sheet]
        self._size(line, self._asked(form))
        self._line(line, form.sheet, form.sheet, form.form.title, quote(SYMBOLS["fine"]))

    def _asked(self, form: FormLayout) -> int:
        """How many cells have to be filled."""
        kind, level, survey = self.desk.layout.kind, self.desk.layout.level, self.desk.survey
        cells = form.form.indicators.values()
        return sum(cell.required and cell.typed_by(kind, level) and not survey.wider(cell) for cell in cells)

    def _finish(self) -> None:
        names, words = lookup("workbook.sheets"), lookup("workbook.cover.finish")
        by_sheet = {names[key]: text for key, text in words.items()}
        for sheet in self.tables.finish:
            line, form = self.tables.lines[sheet], self.desk.layout.forms.get(sheet)
            rest = quote(SYMBOLS["unneeded" if sheet == names["notes"] else "fine"])
            asked = self._asked(form) if form else int(sheet == names["summary"])
            self._size(line, asked or None)
            self._line(line, sheet, sheet, by_sheet[sheet], rest)

    def _size(self, line: ProgressLine, size: str | int | None) -> None:
        row, column, style = line.row - 1, line.columns.size - 1, self._counted()
        if isinstance(size, str):
            self.sheet.write_formula(row, column, size, style, "")
        elif size is None:
            self.sheet.write_blank(row, column, None, style)
        else:
            self.sheet.write_number(row, column, size, style)

    def _counted(self) -> Any:
        return self.desk.formats.role("cell_muted", num_format=COUNTED)

    def _line(self, line: ProgressLine, sheet: str, name: str, title: str, rest: str) -> None:
        """Write mark, link and counts of a sheet; ``rest`` is the mark of a sheet with nothing open."""
        role, row, columns = self.desk.formats.role, line.row - 1, line.columns
        target = self.desk.layout.cover.cell(next(iter(self.desk.survey.cover.indicators)))
        cell = target if sheet == self.desk.layout.cover.sheet else "A1"
        link(self.sheet, row, columns.name - 1, sheet, name, role("link_cell"), cell)
        if columns.title:
            self.sheet.write_string(row, columns.title - 1, title, role("cell"))
        counts = (
            (columns.unfilled, UNFILLED),
            (columns.wrong, CODES[Severity.ERROR]),
            (columns.pending, CODES[Severity.WARNING]),
        )
        for column, code in counts:
            formula = f"={formulate_count(self.desk, sheet, code)}"
            self.sheet.write_formula(row, column - 1, formula, role("cell_center", num_format=COUNTED), "")
        self.sheet.write_formula(row, columns.mark - 1, f"={self._mark(line, sheet, rest)}", role("mark"), "")

    def _mark(self, line: ProgressLine, sheet: str, rest: str) -> str:
        """The gravest symbol. A check that cannot be judged counts nowhere, and still keeps the sheet open."""
        wrong, unfilled = (
            f"${name_column(column)}{line.row}>0" for column in (line.columns.wrong, line.columns.unfilled)
        )
        told = f"IF({formulate_first(self.desk, sheet)}>0,{quote(SYMBOLS['warning'])},{rest})"
        return f"IF({wrong},{quote(SYMBOLS['error'])},IF({unfilled},{quote(SYMBOLS['unfilled'])},{told}))"

    # --- sums and colours --------------------------------------------------------------------------------------------

    def _total(self) -> None:
        row, role = self.tables.total_row, self.desk.formats.role
        self.sheet.merge_range(
            row - 1, RIGHT.name - 1, row - 1, RIGHT.size - 1, say("workbook.cover.total"), role("total")
        )
        for name in ("unfilled", "wrong", "pending"):
            column = getattr(RIGHT, name)
            areas = [self._area(columns, getattr(columns, name)) for columns in (LEFT, MIDDLE)]
            letters = name_column(column)
            own = f"{letters}{FIRST_ROW}:{letters}{row - 1}"
            formula = f"=SUM({','.join([*areas, own])})"
            self.sheet.write_formula(row - 1, column - 1, formula, role("total_count"), "")

    def _area(self, columns: ProgressColumns, column: int) -> str:
        last = self.tables.total_row - 1 if columns is RIGHT else FIRST_ROW + max(self.tables.half, 1) - 1
        return f"{name_column(column)}{FIRST_ROW}:{name_column(column)}{last}"

    def _colour(self, columns: ProgressColumns) -> None:
        """Counts that ask for something have a ground; marks only an ink; what is not needed is grey."""
        for column, light in ((columns.unfilled, "unfilled"), (columns.wrong, "error"), (columns.pending, "warning")):
            area = self._area(columns, column)
            criteria = f"=N({name_column(column)}{FIRST_ROW})>0"
            self._light(area, criteria, light)
        mark = f"${name_column(columns.mark)}{FIRST_ROW}"
        area = self._area(columns, columns.mark)
        for light, name in (("fine", "fine"), ("error", "error_text"), ("unfilled", "unfilled_text")):
            self._light(area, f"={mark}={quote(SYMBOLS[light])}", name)
        self._light(area, f"={mark}={quote(SYMBOLS['warning'])}", "warning_text")
        first, last = (
            self._area(columns, columns.name).split(":")[0],
            self._area(columns, columns.pending).split(":")[1],
        )
        self._light(f"{first}:{last}", f"={mark}={quote(SYMBOLS['unneeded'])}", "unneeded")

    def _light(self, area: str, criteria: str, light: str) -> None:
        rule = {"type": "formula", "criteria": criteria, "format": self.desk.formats.light(light)}
        self.sheet.conditional_format(area, rule)
