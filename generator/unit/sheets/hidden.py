"""The sheets a unit never sees: code lists, marks, last year's values, identity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from generator.strict import StrictWorksheet
from generator.unit.desk import SheetContext
from generator.unit.explained import list_refusals
from generator.unit.sheets.entry import show_value, write_value
from templates.content import Identity
from templates.layout import name_column, quote_sheet
from templates.program import name_program
from templates.words import lookup, say

CARRIED = 5
"""The column of ``_meta`` that says how many rows of last year each lasting ledger was mailed out with."""


def write_codes(desk: SheetContext) -> None:
    """Write the code lists that this workbook's dropdowns use, a column each, and the stock phrases."""
    name = lookup("workbook.sheets.codes")
    sheet = desk.add(name)
    sheet.hide()
    explanations = desk.survey.explanations
    columns: list[tuple[str, Sequence[str | int]]] = [
        ("stock_phrases", explanations.refused),
        ("ditto_phrases", explanations.pointing),
        ("refusals", list_refusals(explanations)),
    ]
    for code_list in _used_lists(desk):
        found = desk.survey.code_lists[code_list]
        columns.append((f"code_{code_list}", found.values))
        if found.parent:
            columns += _list_parents(code_list, found.parents)
    for number, (defined, values) in enumerate(columns, start=1):
        sheet.write_string(0, number - 1, defined)
        for row, value in enumerate(values, start=1):
            write = sheet.write_string if isinstance(value, str) else sheet.write_number
            write(row, number - 1, value)
        area = f"${name_column(number)}$2:${name_column(number)}${max(len(values), 1) + 1}"
        desk.workbook.define_name(defined, f"={quote_sheet(name)}!{area}")


def _list_parents(code_list: str, parents: Sequence[str]) -> Iterator[tuple[str, list[str | int]]]:
    """Yield the wider areas of a list, each once, and the places of the first and the last value within each."""
    first = {parent: place for place, parent in reversed(list(enumerate(parents, start=1)))}
    last = {parent: place for place, parent in enumerate(parents, start=1)}
    wider = list(dict.fromkeys(parents))
    yield f"path_{code_list}", [*wider]
    yield f"from_{code_list}", [first[parent] for parent in wider]
    yield f"last_{code_list}", [last[parent] for parent in wider]


def _used_lists(desk: SheetContext) -> list[str]:
    used = {name for table in desk.layout.tables for name in table.code_lists}
    return [name for name in desk.survey.code_lists if name in used]


def write_marks(desk: SheetContext) -> None:
    """Write the empty block of marks: a column per sheet, a row per sheet row. Marks are data: not protected."""
    name = lookup("workbook.sheets.marks")
    sheet = desk.add(name, protected=False)
    sheet.hide()
    for marked, column in desk.layout.marked.items():
        area = f"${name_column(column)}$1:${name_column(column)}${desk.layout.mark_rows}"
        desk.workbook.define_name(desk.layout.mark_names[marked], f"={quote_sheet(name)}!{area}")


def write_prior(desk: SheetContext) -> None:
    """Write last year's values: same column as the marks, same row as the form's row. Not protected."""
    name = lookup("workbook.sheets.prior")
    sheet = desk.add(name, protected=False)
    sheet.hide()
    sheet.write_string(0, 0, say("workbook.corner"))
    for form in desk.layout.forms.values():
        column = desk.layout.marked[form.sheet]
        area = f"${name_column(column)}${form.header_row}:${name_column(column)}${form.end_row}"
        desk.workbook.define_name(form.name("prior"), f"={quote_sheet(name)}!{area}")
        for code, value in desk.content.prior.get(form.form.id, {}).items():
            if code in form.rows:
                write_value(sheet, form.rows[code], column, show_value(form.form.indicators[code], value), None)


def write_meta(desk: SheetContext) -> None:
    """Write who files what, very hidden: key and value, one a row. Beside it, the rows of last year of each ledger."""
    name = lookup("workbook.sheets.meta")
    sheet = desk.add(name)
    write_identity(sheet, desk.identity)
    lasting = [ledger for ledger in desk.layout.ledgers.values() if ledger.ledger.carried]
    for row, ledger in enumerate(lasting):
        sheet.write_string(row, CARRIED - 2, ledger.ledger.id)
        sheet.write_number(row, CARRIED - 1, desk.identity.carried_rows.get(ledger.ledger.id, 0))
        cell = f"${name_column(CARRIED)}${row + 1}"
        desk.workbook.define_name(ledger.carried_name, f"={quote_sheet(name)}!{cell}")


def write_identity(sheet: StrictWorksheet, identity: Identity) -> None:
    """Write ``identity`` where readers look for it, and hide the sheet from everyone else."""
    sheet.very_hidden()
    named = name_program(identity)
    told = {field.name: str(getattr(named, field.name)) for field in fields(named)}
    for row, (name, text) in enumerate(told.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, text)
