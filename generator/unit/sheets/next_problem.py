"""下一个问题: from every sheet a link to the next cell that asks for work, over one hidden table beside 审核.

审核 lists the checks sheet by sheet. The table has a row per sheet: the gravest of its checks that asks for work, and
that of the first sheet from here on that has one. The link leads there, else to the first sheet that has one: what a
sheet says of itself and where its link leads are one thing. A check that could not be evaluated
comes after everything else: what keeps it from being evaluated is a fault of its own, and there the row says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.formula import quote
from generator.strict import StrictWorksheet
from generator.unit.checks import CODES, FIRST_ROW, NOT_EVALUATED, UNFILLED, Checks, draw_up_checks
from generator.unit.desk import SheetContext
from templates.layout import AUDIT, quote_sheet
from templates.model import Severity
from templates.words import lookup, say

_ASKING: Final = (CODES[Severity.ERROR], UNFILLED, CODES[Severity.WARNING])
"""What is wrong stands before what is blank, and that before what is asked."""

_NAMES = {AUDIT.status: "status", AUDIT.count: "count", AUDIT.message: "message", AUDIT.row: "row"}
_NAMES |= {AUDIT.column: "column", AUDIT.form: "sheet", AUDIT.code: "code", AUDIT.title: "title", AUDIT.hint: "hint"}
_NAMES |= {AUDIT.subject: "subject", AUDIT.noted: "noted"}
_OF_SHEETS = {AUDIT.first: "first", AUDIT.next: "next"}
"""Columns of 审核 that others read, by what they are called in ``audit_…``."""


def formulate_place(check: str) -> str:
    """Return a formula for where the check speaks, whose place in the list the formula ``check`` gives."""
    sheet, row, column = (f"INDEX(audit_{name},{check})" for name in ("sheet", "row", "column"))
    return formulate_address(sheet, row, column)


def formulate_address(sheet: str, row: str, column: str) -> str:
    """Return a formula for the target of a link: the cell, or the first row while there is no fault."""
    return f'"#\'"&{sheet}&"\'!"&ADDRESS(MAX({row},1),{column},4)'


def write_table(desk: SheetContext, sheet: StrictWorksheet, checks: Checks) -> None:
    """Write the table's row of every sheet, and name what other sheets read of 审核."""
    hidden = desk.formats.role("hidden")
    for row, name in enumerate(desk.layout.visited, start=FIRST_ROW):
        for column, formula in _row(checks, name, row):
            sheet.write_formula(row - 1, column - 1, f"={formula}", hidden, "")
    # the names reach one row further than the list: LibreOffice, working in threads, does not see the last of a range
    for names, last in ((_NAMES, checks.last_row + 1), (_OF_SHEETS, FIRST_ROW - 1 + len(desk.layout.visited))):
        for column, name in names.items():
            area = AUDIT.area(column, FIRST_ROW, last)
            desk.workbook.define_name(f"audit_{name}", f"={quote_sheet(lookup('workbook.sheets.audit'))}!{area}")


def _row(checks: Checks, name: str, row: int) -> Iterator[tuple[int, str]]:
    """Yield the columns of a sheet's row with their formulas. The row below the last sheet is empty."""
    yield AUDIT.asked, _gravest(checks, name, _ASKING)
    yield AUDIT.unjudged, _gravest(checks, name, (NOT_EVALUATED,))
    for here, onward in ((AUDIT.asked, AUDIT.onward), (AUDIT.unjudged, AUDIT.unjudged_onward)):
        first = AUDIT.cell(here, row)
        yield onward, f"IF({first}>0,{first},N({AUDIT.cell(onward, row + 1)}))"
    yield AUDIT.first, _gravest(checks, name, (*_ASKING, NOT_EVALUATED))
    wanted = [
        place
        for column in (AUDIT.onward, AUDIT.unjudged_onward)
        for place in (AUDIT.cell(column, row), AUDIT.fixed(column, FIRST_ROW))
    ]
    chain = "0"
    for place in reversed(wanted):
        chain = f"IF({place}>0,{place},{chain})"
    yield AUDIT.goal, chain
    goal = AUDIT.cell(AUDIT.goal, row)
    yield AUDIT.next, f"IF({goal}=0,{quote('')},{formulate_place(goal)})"


def _gravest(checks: Checks, name: str, codes: tuple[int, ...]) -> str:
    """The place in the list of a sheet's first check with the first of the codes that any has, 0 without one."""
    if name not in checks.of_sheets:
        return "0"
    first, last = checks.of_sheets[name]
    area, chain = AUDIT.area(AUDIT.status, FIRST_ROW + first - 1, FIRST_ROW + last - 1), f"{1 - first}"
    for code in reversed(codes):
        chain = f"IFERROR(MATCH({code},{area},0),{chain})"
    return f"{chain}+{first - 1}"


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
    places = draw_up_checks(desk.layout, desk.identity.year).of_sheets.get(name)
    if not places:
        return "0"
    audit, rows = quote_sheet(lookup("workbook.sheets.audit")), [FIRST_ROW - 1 + place for place in places]
    status, count = (f"{audit}!{AUDIT.area(column, *rows)}" for column in (AUDIT.status, AUDIT.count))
    return f"SUMIF({status},{code},{count})"
