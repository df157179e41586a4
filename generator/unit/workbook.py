"""A unit's workbook, as a table of contents."""

from __future__ import annotations

import os
from pathlib import Path

from generator.files import write_beside
from generator.formats import Formats
from generator.lock import Lock
from generator.strict import StrictWorkbook
from generator.unit.checks import draw_up_checks
from generator.unit.desk import Figures, SheetContext
from generator.unit.sheets.audit import write_audit
from generator.unit.sheets.checklist import ChecklistSheet
from generator.unit.sheets.cover import CoverSheet
from generator.unit.sheets.definitions import write_definitions
from generator.unit.sheets.draft import DraftSheet
from generator.unit.sheets.form import FormSheet
from generator.unit.sheets.hidden import write_codes, write_marks, write_meta, write_prior
from generator.unit.sheets.ledger import LedgerSheet
from generator.unit.sheets.results import write_results
from generator.unit.sheets.texts import write_notes, write_summary
from generator.unit.sheets.todo import TodoSheet
from templates.content import Content, Identity
from templates.layout import COLUMNS, WorkbookLayout, name_column, quote_sheet
from templates.model import Survey
from templates.words import lookup, say

NOTHING = "XFD1:XFD1"
"""The last cell of the first row, in which nothing ever stands."""


def build(
    path: Path,
    survey: Survey,
    identity: Identity,
    lock: Lock,
    content: Content | None = None,
    figures: Figures | None = None,
) -> None:
    """Write the workbook of one reporting unit to ``path``, atomically and readable by its owner only.

    ``content`` is what stands in it already (nothing when it is mailed out, last year's values apart); ``figures`` are
    the ledger sums that are known, for the cached values of the formulas.
    """
    content = content or Content()
    layout = lay_out(survey, identity, content)
    with write_beside(path) as beside:
        workbook = StrictWorkbook(os.fspath(beside))
        desk = SheetContext(workbook, layout, identity, content, figures or {}, lock, Formats(workbook))
        _write(desk)
        workbook.close()


def _write(desk: SheetContext) -> None:
    checks = draw_up_checks(desk.layout, desk.identity.year)
    CoverSheet(desk, checks).write()
    TodoSheet(desk).write()
    for ledger in desk.layout.ledgers.values():
        LedgerSheet(desk, ledger, checks).write()
    for form in desk.layout.forms.values():
        if form not in desk.layout.blocks:
            FormSheet(desk, form, checks).write()
    if desk.layout.checklist:
        ChecklistSheet(desk, desk.layout.checklist, checks).write()
    write_notes(desk)
    write_summary(desk)
    write_audit(desk, checks)
    write_definitions(desk)
    DraftSheet(desk).write()
    write_results(desk)
    write_codes(desk)
    write_marks(desk)
    write_prior(desk)
    write_meta(desk)
    _define_names(desk)
    _keep_from_print(desk)
    desk.workbook.structure = desk.lock
    desk.workbook.set_properties({"title": desk.survey.title, "subject": desk.identity.name, "company": ""})
    desk.workbook.set_calc_mode("auto")


def _keep_from_print(desk: SheetContext) -> None:
    """Let only cover, forms and what a return ends with print with the workbook.

    Of the other sheets an empty cell is printed, far from all others: programs leave out a page without anything on it.
    """
    for sheet in desk.workbook.worksheets():
        if desk.layout.kind_of_tab(sheet.name) in ("ledger", "reference") or sheet.name == say("workbook.sheets.todo"):
            sheet.print_area(NOTHING)
            sheet.set_footer("")


def lay_out(survey: Survey, identity: Identity, content: Content) -> WorkbookLayout:
    """Return where things lie: a ledger grows with what is already in it, so that no row falls below its end."""
    declared = {ledger.short: ledger.capacity for ledger in survey.ledgers}
    last = {short: max(rows) for short, rows in content.ledgers.items() if rows}
    grown = tuple((short, row) for short, row in last.items() if row > declared.get(short, 0))
    return WorkbookLayout.of(survey, identity, grown)


def _define_names(desk: SheetContext) -> None:
    """Name the columns that live formulas read; every range ends in locked cells."""
    for form in desk.layout.forms.values():
        for role in ("value", "explanation", "state", "explained", "own", "bad", "text", "head", "taken", "stands"):
            column = name_column(getattr(COLUMNS, role))
            area = f"${column}${form.header_row}:${column}${form.end_row}"
            desk.workbook.define_name(form.name(role), f"={quote_sheet(form.sheet)}!{area}")
    for ledger in desk.layout.ledgers.values():
        for number, listed in enumerate(ledger.ledger.columns, start=1):
            area = f"${name_column(number)}${ledger.header_row}:${name_column(number)}${ledger.end_row}"
            desk.workbook.define_name(ledger.name(listed.name), f"={quote_sheet(ledger.sheet)}!{area}")
        area = f"$A${ledger.header_row}:${name_column(len(ledger.ledger.columns))}${ledger.end_row}"
        desk.workbook.define_name(ledger.block, f"={quote_sheet(ledger.sheet)}!{area}")
        if ledger.ledger.carried:
            area = f"$B${ledger.header_row - 2}:$B${ledger.header_row}"
            desk.workbook.define_name(ledger.confirmed, f"={quote_sheet(ledger.sheet)}!{area}")
    summary = lookup("workbook.sheets.summary")
    desk.workbook.define_name("summary_text", f"={quote_sheet(summary)}!$A$6:$I$6")
