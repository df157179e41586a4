"""Who files, in the head of a form as it is printed: credit code, the older code, name and year.

The form with the unit's basic facts is where a clerk mends a code or a name, so the heads of all forms read it from
there; until something stands there they show what the roster has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generator.formula import Formulas, quote
from generator.strict import StrictWorksheet
from generator.unit.desk import SheetContext
from templates.content import Content, Identity
from templates.expression import CellRef
from templates.layout import WorkbookLayout
from templates.model import Indicator, Kind
from templates.words import lookup, say

FIRST_LINE = 4
"""The row of the first line, in every form."""


def write_identity(desk: SheetContext, sheet: StrictWorksheet, row: int) -> None:
    """Write the lines from ``row`` (counted from 0) on, in the column of the names."""
    style = desk.formats.role("head_label")
    for number, line in enumerate(list_lines(desk.layout, desk.identity), start=row):
        known = line.read(desk.content, desk.identity.year)
        sheet.write_formula(number, 1, "=" + line.formula(desk.formulas), style, known)


@dataclass(frozen=True)
class HeadLine:
    """What a line shows: a cell's value within words; while the cell is blank, what the roster has."""

    words: str
    roster: str
    cell: Indicator | None
    unless: str = ""
    """Another cell of the same form: while that is filled, nothing of the roster is shown."""

    def formula(self, formulas: Formulas) -> str:
        """Return the line as a formula, without ``=``."""
        shown = quote(self.roster)
        if self.cell:
            codes = (self.cell.code, self.unless or self.cell.code)
            value, other = (formulas.cell(CellRef(self.cell.form, code)) for code in codes)
            shown = f'IFERROR(IF(LEN({value})>0,{value},IF(LEN({other})>0,"",{shown})),{shown})'
        text = quote(lookup(f"workbook.form.{self.words}")).replace("{year}", str(formulas.year))
        return text.replace("{value}", f'"&{shown}&"')

    def read(self, content: Content, year: int) -> str:
        """Return the line as it reads over ``content``."""
        filled = content.values.get(self.cell.form, {}) if self.cell else {}
        value = filled.get(self.cell.code) if self.cell else None
        known = str(value or ("" if filled.get(self.unless) else self.roster))
        return say(f"workbook.form.{self.words}", value=known, year=str(year))


def list_lines(layout: WorkbookLayout, identity: Identity) -> Iterator[HeadLine]:
    """Yield the lines of every form's head."""
    code = _first(layout, lambda row: row.kind is Kind.USCC)
    older = code.alternative if code else ""
    yield HeadLine("uscc", identity.uscc, code, older)
    if code and older:
        yield HeadLine("older_code", "", layout.survey.form[code.form].indicators[older])
    yield HeadLine("unit_name", identity.name, _first(layout, lambda row: row.role == "unit_name"))


def _first(layout: WorkbookLayout, wanted: Callable[[Indicator], bool]) -> Indicator | None:
    rows = (row for form in layout.survey.forms_of(layout.kind) for row in form.indicators.values())
    return next((row for row in rows if wanted(row)), None)
