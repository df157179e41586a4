"""审核: one row per check, live."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from generator.formula import formulate_words
from generator.row_text import RowText
from generator.strict import StrictWorksheet
from generator.unit.checks import (
    EXPLAINED,
    FIRST_ROW,
    NOT_APPLICABLE,
    NOT_EVALUATED,
    UNFILLED,
    Check,
    Checks,
)
from generator.unit.desk import SheetContext
from generator.unit.sheets.links import link
from generator.unit.sheets.next_problem import formulate_address, write_table
from generator.unit.sheets.paper import set_up_print
from templates.layout import AUDIT, name_column, number_column, quote_sheet
from templates.words import lookup, say

WIDTHS = (9, 20, 10, 15, 8, 32, 60, 64, 22)
ROW_HEIGHT = 30
"""Room for two lines: titles, messages and hints are sentences."""


def write_audit(desk: SheetContext, checks: Checks) -> None:
    """Write the audit sheet: state, what is judged, the message with its numbers, what to do, the jump link."""
    sheet = desk.add(lookup("workbook.sheets.audit"))
    words = lookup("workbook.audit")
    write_head(desk, sheet, words["title"], words["lead"], words["header"], WIDTHS)
    sheet.set_column(len(WIDTHS), AUDIT.next - 1, 8, desk.formats.role("hidden"), {"hidden": True})
    sheet.row_text = _make_row_text()
    for index, check in enumerate(checks.rows):
        _check(desk, sheet, FIRST_ROW + index, check)
    write_table(desk, sheet, checks)
    _define_words(desk, sheet)
    sheet.autofilter(FIRST_ROW - 2, 0, checks.last_row - 1, len(WIDTHS) - 1)
    _light_up(desk, sheet, checks.last_row)
    set_up_print(sheet)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST_ROW - 2)
    sheet.print_area(0, 0, checks.last_row - 1, len(WIDTHS) - 1)


def write_head(
    desk: SheetContext, sheet: StrictWorksheet, title: str, lead: str, header: list[str], widths: tuple[float, ...]
) -> None:
    """Write the head of a list: title, what it is for, the way back, the header; it stays in sight."""
    role = desk.formats.role
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, role("plain"))
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, title, role("ledger_title"))
    sheet.write_string(1, 0, lead, role("muted"))
    link(sheet, 2, 0, desk.layout.cover.sheet, say("workbook.cover.back"), role("link"))
    for column, text in enumerate(header):
        sheet.write_string(FIRST_ROW - 2, column, text, role("header"))
    sheet.freeze_panes(FIRST_ROW - 1, 0)


_OWN: Final = re.compile(r"\{@([a-z]+)\}")
"""A cell of the row itself in the formulas of a check."""
_COLUMNS: Final = asdict(AUDIT)


def _check(desk: SheetContext, sheet: StrictWorksheet, number: int, check: Check) -> None:
    role, row = desk.formats.role, number - 1

    def here(formula: str) -> str:
        if check.noted:
            formula = _read_in_place(formula, desk.layout.forms[check.form].stem, check.noted)
        return "=" + _OWN.sub(lambda own: AUDIT.cell(_COLUMNS[own[1]], number), formula)

    sheet.set_row(row, ROW_HEIGHT)
    sheet.write_formula(row, AUDIT.state - 1, here(_status("{@status}")), role("cell_center"), "")
    sheet.write_formula(row, AUDIT.place - 1, _place(here), role("link_box"), "")
    texts = (
        (AUDIT.severity, lookup("workbook.audit.severity")[check.severity.value], "cell_center"),
        (AUDIT.form, check.sheet, "cell_center"),
        (AUDIT.title, check.title, "cell_wrap"),
        (AUDIT.hint, check.hint, "cell_wrap"),
        (AUDIT.id, check.id, "muted"),
        (AUDIT.subject, check.subject, "hidden"),
    )
    for column, text, style in texts:
        sheet.write_string(row, column - 1, text, role(style))
    sheet.write_formula(row, AUDIT.message - 1, here(f'IF({{@status}}>0,{check.message},"")'), role("cell_wrap"), "")
    if check.where:
        sheet.write_formula(row, AUDIT.code - 1, here(f'IF({{@row}}>0,{check.where},"")'), role("code"), "")
    else:
        sheet.write_string(row, AUDIT.code - 1, check.code, role("code"))
    _hidden(sheet, row, check, here, role("hidden"))


def _read_in_place(formula: str, stem: str, place: int) -> str:
    """Return a formula of a check that reads the cells of its own row by their place, which stands beside it."""
    return re.sub(rf"INDEX\(([a-z]+_{stem}),{place}\)", r"INDEX(\1,{@noted})", formula)


def _hidden(sheet: StrictWorksheet, row: int, check: Check, here: Callable[[str], str], style: Any) -> None:
    """Write what the visible cells and other sheets read; what never changes is a constant, or not there at all."""
    sheet.write_formula(row, AUDIT.status - 1, here(check.status), style, "")
    if check.count.isdigit():
        sheet.write_number(row, AUDIT.count - 1, int(check.count), style)
    else:
        sheet.write_formula(row, AUDIT.count - 1, here(check.count), style, "")
    cell = check.place.partition("!")[2]
    letters, number = cell.rstrip("0123456789"), cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if check.row:
        sheet.write_formula(row, AUDIT.row - 1, here(check.row), style, "")
    else:
        sheet.write_number(row, AUDIT.row - 1, int(number), style)
    if check.column:
        sheet.write_formula(row, AUDIT.column - 1, here(check.column), style, "")
    else:
        sheet.write_number(row, AUDIT.column - 1, number_column(letters), style)
    if check.spot:
        sheet.write_formula(row, AUDIT.spot - 1, here(check.spot), style, "")
    if check.noted:
        sheet.write_number(row, AUDIT.noted - 1, check.noted, style)


def _make_row_text() -> RowText:
    """Return how formulas of a check read its own cells, none of which read back."""
    read = {"sheet": AUDIT.form, "status": AUDIT.status, "count": AUDIT.count, "row": AUDIT.row, "column": AUDIT.column}
    read |= {"noted": AUDIT.noted, "code": AUDIT.code, "subject": AUDIT.subject}
    columns = {name_column(column): f"audit_{name}" for name, column in read.items()}
    return RowText(dict.fromkeys(columns.values(), FIRST_ROW), columns)


def _status(code: str) -> str:
    """Return the status word for a code, as a formula."""
    return f"INDEX(audit_words,{code}+{1 - NOT_EVALUATED})"


def _define_words(desk: SheetContext, sheet: StrictWorksheet) -> None:
    """Write the words of all status codes in their order, and name them."""
    words = lookup("workbook.status")
    known = {
        NOT_EVALUATED: words["not_evaluated"],
        NOT_APPLICABLE: words["not_applicable"],
        EXPLAINED: words["explained"],
        0: words["passed"],
        1: words["info"],
        2: words["warning"],
        3: words["error"],
        UNFILLED: words["unfilled"],
    }
    first = FIRST_ROW + len(desk.layout.visited) + 1
    for row, code in enumerate(sorted(known), start=first):
        sheet.write_string(row - 1, AUDIT.next - 1, known[code], desk.formats.role("hidden"))
    area = AUDIT.area(AUDIT.next, first, first + len(known) - 1)
    desk.workbook.define_name("audit_words", f"={quote_sheet(lookup('workbook.sheets.audit'))}!{area}")


def _place(here: Callable[[str], str]) -> str:
    """The link to where the check speaks; none while one of many has no fault."""
    target = formulate_address("{@form}", "{@row}", "{@column}")
    shown = formulate_words(lookup("workbook.audit.place"), sheet="{@form}", cell="ADDRESS({@row},{@column},4)")
    return here(f'IF({{@row}}>0,HYPERLINK({target},{shown}),"")')


def _light_up(desk: SheetContext, sheet: StrictWorksheet, last: int) -> None:
    area, status = f"A{FIRST_ROW}:A{last}", AUDIT.cell(AUDIT.status, FIRST_ROW)
    for code, light in ((3, "error"), (2, "warning"), (1, "info"), (UNFILLED, "unfilled"), (NOT_EVALUATED, "warning")):
        rule = {"type": "formula", "criteria": f"={status}={code}", "format": desk.formats.light(light)}
        sheet.conditional_format(area, rule | {"stop_if_true": True})
    fine = {"type": "formula", "criteria": f"={status}=0", "format": desk.formats.light("fine")}
    sheet.conditional_format(area, fine)
