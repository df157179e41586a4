"""Who files, in the head of a form as it is printed: credit code, the older code, name and year.

The form with the unit's basic facts is where a clerk mends a code or a name, so the heads of all forms read it from
there; until something stands there they show what the roster has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generator.formula import quote
from generator.strict import StrictWorksheet
from generator.unit.desk import SheetContext
from templates.expression import CellRef
from templates.model import Indicator, Kind
from templates.words import lookup, say


def write_identity(desk: SheetContext, sheet: StrictWorksheet, row: int) -> None:
    """Write the lines from ``row`` (counted from 0) on, in the column of the names."""
    for line, (formula, known) in enumerate(_lines(desk), start=row):
        sheet.write_formula(line, 1, "=" + formula, desk.formats.role("head_label"), known)


def _lines(desk: SheetContext) -> Iterator[tuple[str, str]]:
    """Yield each line as a formula and as it reads when the file is written."""
    identity = desk.identity
    code = _first(desk, lambda row: row.kind is Kind.USCC)
    older = code.alternative if code else ""
    yield _line(desk, "uscc", code, identity.uscc, unless=older)
    if code and older:
        yield _line(desk, "older_code", desk.survey.form[code.form].indicators[older], "")
    yield _line(desk, "unit_name", _first(desk, lambda row: row.role == "unit_name"), identity.name)


def _first(desk: SheetContext, wanted: Callable[[Indicator], bool]) -> Indicator | None:
    rows = (row for form in desk.survey.forms_of(desk.layout.kind) for row in form.indicators.values())
    return next((row for row in rows if wanted(row)), None)


def _line(desk: SheetContext, words: str, cell: Indicator | None, roster: str, unless: str = "") -> tuple[str, str]:
    """The cell's value within the words; while it is blank the roster's, ``unless`` another cell of its form is not."""
    shown, known = quote(roster), roster
    if cell:
        filled = desk.content.values.get(cell.form, {})
        known = str(filled.get(cell.code) or ("" if filled.get(unless) else roster))
        value, other = (desk.formulas.cell(CellRef(cell.form, code)) for code in (cell.code, unless or cell.code))
        shown = f'IF(LEN({value})>0,{value},IF(LEN({other})>0,"",{shown}))'
    year = str(desk.identity.year)
    text = quote(lookup(f"workbook.form.{words}")).replace("{year}", year)
    return text.replace("{value}", f'"&{shown}&"'), say(f"workbook.form.{words}", value=known, year=year)
