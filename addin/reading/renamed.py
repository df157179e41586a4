"""Sheets under other names: known by what stands on them, and only where there is no doubt.

A form is known by all its codes with the official names beside them, a block of the cover by all its labels, a ledger
by all its column names, a sheet of text by its title and the words above its cell. The names of sheets and their places
among the others tell nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from addin.reading.form_reader import find_places
from addin.reading.grid import Grid
from addin.reading.ledger_reader import find_header
from templates.layout import FormLayout, LedgerLayout, WorkbookLayout, show_outline
from templates.model import Indicator
from templates.words import lookup, say


def match_moved_sheets(layout: WorkbookLayout, missing: Iterable[str], strangers: Mapping[str, Grid]) -> dict[str, str]:
    """Return for missing sheets the name of the stranger that each certainly is."""
    fits = {sheet: [name for name, grid in strangers.items() if _is(layout, sheet, grid)] for sheet in missing}
    taken = [name for names in fits.values() for name in names]
    return {sheet: names[0] for sheet, names in fits.items() if len(names) == 1 and taken.count(names[0]) == 1}


def _is(layout: WorkbookLayout, sheet: str, grid: Grid) -> bool:
    """Return whether the grid is the sheet."""
    words = lookup("workbook.sheets")
    if sheet == words["prior"]:
        return _is_prior(layout, grid)
    if sheet in (words["notes"], words["summary"]):
        role = "notes" if sheet == words["notes"] else "summary"
        lead = say("workbook.notes.lead") if role == "notes" else show_outline(layout.survey)
        return all(len(grid.places("".join(text.split()))) == 1 for text in (say(f"workbook.{role}.title"), lead))
    table = layout.on_sheet.get(sheet)
    if isinstance(table, FormLayout):
        return _is_block(table, grid) if table in layout.blocks else _is_form(table, grid)
    return table is not None and _is_ledger(table, grid)


def _is_form(form: FormLayout, grid: Grid) -> bool:
    found = find_places(form, grid)
    if found is None or "name" not in found.columns:
        return False
    wanted = {row.code: "".join(row.name.split()) for row in form.form.rows if isinstance(row, Indicator)}
    named = {code: grid.label(row, found.columns["name"]) for code, row in found.rows.items() if code in wanted}
    return named == wanted


def _is_block(form: FormLayout, grid: Grid) -> bool:
    return all(len(grid.places("".join(row.label.split()))) == 1 for row in form.form.indicators.values())


def _is_prior(layout: WorkbookLayout, grid: Grid) -> bool:
    """Last year's values have no texts beside them: the corner is filled, and else nothing but places of values."""
    places = {(row, layout.marked[form.sheet]) for form in layout.forms.values() for row in form.rows.values()}
    filled = {(row, column) for row in grid.rows for column in grid.occupied(row, 1)}
    return grid.value(1, 1) == say("workbook.corner") and filled - {(1, 1)} <= places


def _is_ledger(ledger: LedgerLayout, grid: Grid) -> bool:
    return len(find_header(ledger, grid)[1]) == len(ledger.ledger.columns)
