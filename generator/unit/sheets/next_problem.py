"""下一个问题: from every sheet a link to the next cell that asks for work, over one hidden table beside 审核.

Each check that asks for work shows the number of its sheet there, and its cell's address. The table has a row per
sheet: its own first such check, and where to go from it: to that one, else to the first of the sheets after, else to
the first of all. A check that could not be evaluated comes after everything else: what keeps it from being evaluated is
a fault of its own, and there the row says so.
"""

from __future__ import annotations

from generator.formula import quote
from generator.strict import StrictWorksheet
from generator.unit.checks import CODES, FIRST_ROW, NOT_EVALUATED, UNFILLED, Check, Checks
from generator.unit.desk import SheetContext
from templates.layout import AUDIT, quote_sheet
from templates.model import Severity
from templates.words import lookup, say

LATER = 1000
"""Added to the sheet's number of a check that could not be evaluated; there are not so many sheets."""

_NAMES = {AUDIT.status: "status", AUDIT.count: "count", AUDIT.message: "message", AUDIT.row: "row"}
_NAMES |= {AUDIT.sheet: "sheet", AUDIT.address: "place", AUDIT.form: "form", AUDIT.code: "code", AUDIT.title: "title"}
_NAMES |= {AUDIT.told: "told", AUDIT.reason: "reason"}
_OF_SHEETS = {AUDIT.first: "first", AUDIT.next: "next"}
"""Columns of 审核 that others read, by what they are called in ``audit_…``."""


def formulate_pending(number: int) -> str:
    """Return a formula for the number of the check's sheet while it keeps the return from being filed, else 0."""
    codes = (CODES[Severity.WARNING], CODES[Severity.ERROR], UNFILLED)
    asked = ",".join(f"{{@status}}={code}" for code in codes)
    return f"IF(OR({asked}),{number},IF({{@status}}={NOT_EVALUATED},{number + LATER},0))"


def formulate_address(check: Check) -> str:
    """Return a formula for where the check's link jumps to."""
    cell = check.place.partition("!")[2]
    target = f"#{quote_sheet(check.sheet)}!"
    if check.column:
        return f"{quote(target)}&ADDRESS(MAX({{@row}},1),{{@column}},4)"
    return quote(target + cell) if check.row == "0" else f"{quote(target + cell)}&MAX({{@row}},1)"


def write_table(desk: SheetContext, sheet: StrictWorksheet, checks: Checks) -> None:
    """Write the table's row of every sheet, and name what other sheets read of 审核."""
    hidden = desk.formats.role("hidden")
    for row, number in enumerate(desk.layout.visited.values(), start=FIRST_ROW - 1):
        unjudged = f"IFERROR(MATCH({number + LATER},audit_sheet,0),0)"
        sheet.write_formula(row, AUDIT.first - 1, f"=IFERROR(MATCH({number},audit_sheet,0),{unjudged})", hidden, "")
        sheet.write_formula(row, AUDIT.next - 1, f"={_next(number)}", hidden, "")
    for names, last in ((_NAMES, checks.last_row), (_OF_SHEETS, FIRST_ROW - 1 + len(desk.layout.visited))):
        for column, name in names.items():
            area = AUDIT.area(column, FIRST_ROW, last)
            desk.workbook.define_name(f"audit_{name}", f"={quote_sheet(lookup('workbook.sheets.audit'))}!{area}")


def _next(number: int) -> str:
    """The smallest number of a sheet with problems from this one on, else the smallest of all."""
    onward = f'COUNTIF(audit_sheet,">={number}")-COUNTIF(audit_sheet,">={LATER}")'
    smaller = f'COUNTIF(audit_sheet,IF({onward}>0,"<{number}",0))'
    sheet = f"SMALL(audit_sheet,1+{smaller})"
    return f'IF(MAX(audit_sheet)=0,"",INDEX(audit_place,MATCH({sheet},audit_sheet,0)))'


def link_next(desk: SheetContext, sheet: StrictWorksheet, row: int, column: int, name: str) -> None:
    """Write the link of the sheet called ``name``; row and column count from 0."""
    place = f"INDEX(audit_next,{desk.layout.visited[name]})"
    nothing, onward = quote(say("workbook.next.none")), quote(say("workbook.next.link"))
    formula = f"=IF(LEN({place})=0,{nothing},HYPERLINK({place},{onward}))"
    sheet.write_formula(row, column, formula, desk.formats.role("link"), "")


def formulate_first(desk: SheetContext, name: str) -> str:
    """Return a formula for the place in the list of the first check that asks for work on a sheet, 0 without one."""
    return f"INDEX(audit_first,{desk.layout.visited[name]})"


def formulate_count(desk: SheetContext, name: str, code: int) -> str:
    """Return a formula for how many findings with this status code stand on a sheet."""
    number = desk.layout.visited[name]
    return f"SUMIFS(audit_count,audit_sheet,{number},audit_status,{code})"
