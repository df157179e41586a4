"""The cover: who files, the light, three steps, progress of every sheet with links, and the sign-off block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.formula import formulate_words, quote
from generator.strict import StrictWorksheet
from generator.unit.checks import CODES, FIRST_ROW, NOT_EVALUATED, UNFILLED, Checks
from generator.unit.desk import SheetContext
from generator.unit.sheets.entry import write_entry
from generator.unit.sheets.form import light_up, link, set_up_print, write_live
from generator.unit.sheets.next_problem import formulate_count, link_next
from templates.layout import AUDIT, COLUMNS, HIDDEN, PROGRESS_ROW, FormLayout, LedgerLayout, quote_sheet
from templates.model import Severity
from templates.words import lookup, say

WIDTHS = {1: 3.5, 2: 28, 3: 38, 4: 16, 5: 20, 6: 12, 7: 12, 8: 16, 9: 34}
LAST = 7
"""The last column that is printed, from 0; only messages stand beyond it."""


@dataclass
class CoverSheet:
    """The writer of the cover."""

    desk: SheetContext
    checks: Checks

    def write(self) -> None:
        """Write the cover from title to sign-off."""
        self.sheet: StrictWorksheet = self.desk.add(self.desk.layout.cover.sheet)
        for column, width in WIDTHS.items():
            self.sheet.set_column(column - 1, column - 1, width, self.desk.formats.role("plain"))
        hidden = self.desk.formats.role("hidden")
        self.sheet.set_column(HIDDEN[0] - 1, HIDDEN[1] - 1, 8, hidden, {"hidden": True})
        self._title()
        self._identity()
        self._light()
        self._steps()
        self._progress()
        self._sign_off()
        set_up_print(self.sheet)
        self.sheet.set_portrait()
        self.sheet.fit_to_pages(1, 1)
        self.sheet.print_area(0, 1, self.desk.layout.cover.end_row, LAST)

    def _title(self) -> None:
        role, survey, identity = self.desk.formats.role, self.desk.survey, self.desk.identity
        self.sheet.set_row(0, 34)
        self.sheet.write_string(0, 0, say("workbook.corner"), role("corner"))
        self.sheet.merge_range(0, 1, 0, LAST, say("workbook.cover.title", survey=survey.title), role("title"))
        self.sheet.set_row(1, 20)
        self.sheet.merge_range(1, 1, 1, LAST, say("workbook.cover.subtitle", year=identity.year), role("subtitle"))

    def _identity(self) -> None:
        role = self.desk.formats.role
        for row, (field, label) in enumerate(lookup("workbook.cover.identity"), start=3):
            self.sheet.set_row(row, 21)
            self.sheet.write_string(row, 1, label, role("label"))
            self.sheet.merge_range(row, 2, row, 3, str(getattr(self.desk.identity, field)), role("value"))

    def _light(self) -> None:
        """可否上报 and the counts behind it: cells first, then the rules that the audit sheet lists."""
        words, role, audit = (
            lookup("workbook.cover"),
            self.desk.formats.role,
            quote_sheet(lookup("workbook.sheets.audit")),
        )
        columns = AUDIT.status, AUDIT.count
        status, count = (f"{audit}!{AUDIT.area(column, FIRST_ROW, self.checks.last_row)}" for column in columns)
        errors = "+".join(f"SUMIF({status},{code},{count})" for code in (CODES[Severity.ERROR], 4))
        pending = f"SUMIF({status},{CODES[Severity.WARNING]},{count})"
        unjudged = f"COUNTIF({status},{NOT_EVALUATED})+{len(self.checks.rows)}-COUNT({status})"  # an error is no number
        ready = f"IF({errors}+{pending}+{unjudged}=0,{quote(words['yes'])},{quote(words['no'])})"
        rows = (
            (3, words["ready"], ready, "light"),
            (4, words["errors"], errors, "count"),
            (5, words["unfilled"], f"SUMIF({status},4,{count})", "count"),
            (6, words["pending"], pending, "count"),
        )
        for row, label, formula, style in rows:
            self.sheet.write_string(row, 4, label, role("label"))
            self.sheet.write_formula(row, 5, "=" + formula, role(style), "")
        self._colour("F4", f"=$F$4={quote(words['yes'])}", "fine_box")
        self._colour("F4", f"=$F$4={quote(words['no'])}", "error")
        self._colour("F5", "=$F$5>0", "error")
        self._colour("F6", "=$F$6>0", "unfilled")
        self._colour("F7", "=$F$7>0", "warning")
        link(self.sheet, 7, 4, lookup("workbook.sheets.audit"), words["to_audit"], role("link"))
        deadline = self.desk.survey.deadlines[-1].due(self.desk.identity.year).isoformat()
        link_next(self.desk, self.sheet, 7, 5, self.desk.layout.cover.sheet)
        self.sheet.write_string(3, 6, say("workbook.cover.due", day=deadline), role("muted"))

    def _steps(self) -> None:
        words, role = lookup("workbook.cover"), self.desk.formats.role
        self._section(9, words["steps_title"])
        for row, step in enumerate(words["steps"], start=10):
            self.sheet.set_row(row, 24)
            self.sheet.merge_range(row, 1, row, LAST, step, role("step"))

    def _section(self, row: int, text: str) -> None:
        style = self.desk.formats.role("section")
        self.sheet.set_row(row, 24)
        self.sheet.write_string(row, 1, text, style)
        for column in range(2, LAST + 1):
            self.sheet.write_blank(row, column, None, style)

    # --- progress ----------------------------------------------------------------------------------------------------

    def _progress(self) -> None:
        for column, text in enumerate(lookup("workbook.cover.progress"), start=1):
            self.sheet.write_string(PROGRESS_ROW - 1, column, text, self.desk.formats.role("header"))
        tables = self.desk.layout.tabs[1:]  # all but the cover itself
        for row, table in enumerate(tables, start=PROGRESS_ROW):
            if isinstance(table, FormLayout):
                self._form_progress(row, table)
            else:
                self._ledger_progress(row, table)
        self._summary_progress(PROGRESS_ROW + len(tables))

    def _form_progress(self, row: int, form: FormLayout) -> None:
        layout = self.desk.layout
        required = sum(
            indicator.required
            and indicator.typed_by(layout.kind, layout.level)
            and not self.desk.survey.wider(indicator)
            for indicator in form.form.indicators.values()
        )
        state, own = form.name("state"), form.name("own")
        unfilled, errors, warnings = f'COUNTIF({own},"4*")', f"COUNTIF({state},3)", f"COUNTIF({state},2)"
        self._line(row, form.sheet, form.form.title, required, unfilled, errors, warnings)

    def _ledger_progress(self, row: int, ledger: LedgerLayout) -> None:
        errors, warnings = (
            formulate_count(self.desk, ledger.sheet, CODES[level]) for level in (Severity.ERROR, Severity.WARNING)
        )
        live = "*".join(self.desk.formulas.live(ledger))
        rows = formulate_words(lookup("workbook.cover.sheet_ledger"), rows=f"SUMPRODUCT({live})")
        unfilled = formulate_count(self.desk, ledger.sheet, UNFILLED)
        self._line(row, ledger.sheet, ledger.ledger.name, None, unfilled, errors, warnings, done=rows)

    def _summary_progress(self, row: int) -> None:
        sheet = lookup("workbook.sheets.summary")
        missing, short = (formulate_count(self.desk, sheet, code) for code in (UNFILLED, CODES[Severity.ERROR]))
        self._line(row, sheet, say("workbook.cover.summary"), 1, missing, short, "0")

    def _line(
        self,
        row: int,
        sheet: str,
        title: str,
        required: int | None,
        unfilled: str,
        errors: str,
        warnings: str,
        done: str = "",
    ) -> None:
        words, role = lookup("workbook.cover"), self.desk.formats.role
        self.sheet.set_row(row, 20)
        link(self.sheet, row, 1, sheet, sheet, role("link_box"))
        self.sheet.write_string(row, 2, title, role("cell"))
        if required is None:
            self.sheet.write_blank(row, 3, None, role("cell_center"))
        else:
            self.sheet.write_number(row, 3, required, role("cell_center"))
        for column, formula in ((4, unfilled), (5, errors), (6, warnings)):
            self.sheet.write_formula(row, column, "=" + formula, role("cell_center"), "")
        line = row + 1
        status = f"IF($G{line}>0,{quote(words['sheet_warnings'])},{done or quote(words['sheet_done'])})"
        status = f"IF($E{line}>0,{quote(words['sheet_unfilled'])},{status})"
        status = f"=IF($F{line}>0,{quote(words['sheet_errors'])},{status})"
        self.sheet.write_formula(row, 7, status, role("cell_center"), "")
        self._colour(f"H{line}", f"=$F${line}>0", "error")
        self._colour(f"H{line}", f"=$E${line}>0", "unfilled")
        self._colour(f"H{line}", f"=$G${line}>0", "warning")
        self._colour(f"H{line}", f"=$F${line}=0", "fine")

    def _colour(self, area: str, criteria: str, light: str) -> None:
        rule: dict[str, Any] = {"type": "formula", "criteria": criteria, "format": self.desk.formats.light(light)}
        self.sheet.conditional_format(area, rule | {"stop_if_true": True})

    # --- sign-off ----------------------------------------------------------------------------------------------------

    def _sign_off(self) -> None:
        form, role = self.desk.layout.cover, self.desk.formats.role
        self._section(form.header_row - 1, say("workbook.cover.sign_off"))
        for code, indicator in form.form.indicators.items():
            number = form.rows[code]
            row = number - 1
            self.sheet.set_row(row, 22)
            self.sheet.merge_range(row, 1, row, 2, indicator.definition, role("muted"))
            self.sheet.write_string(row, COLUMNS.code - 1, indicator.label, role("label"))
            write_entry(self.desk, self.sheet, number, indicator)
            write_live(self.desk, self.sheet, form, number, indicator, self.checks)
        light_up(self.desk, self.sheet, form)
        self.sheet.set_row(form.end_row - 1, 8)
