"""The column beside an entry cell: where its number comes from."""

from __future__ import annotations

from generator.strict import StrictWorksheet
from generator.unit.desk import SheetContext
from generator.unit.sheets.entry import format_number
from templates.layout import COLUMNS
from templates.model import CodeStatus, Indicator
from templates.words import say


def list_unsettled(indicator: Indicator) -> list[str]:
    """Return what of the row is not as printed, for the page is lost: its code, its measure."""
    marks = [say("workbook.code_open")] if indicator.code_status is CodeStatus.OPEN else []
    return marks if indicator.measure_verified else [*marks, say("workbook.measure_unverified")]


def is_doubted(indicator: Indicator) -> bool:
    """Whether its code or its measure carries the sign of what is not as printed."""
    return bool(list_unsettled(indicator))


def write_beside(desk: SheetContext, sheet: StrictWorksheet, number: int, indicator: Indicator, style: str) -> None:
    """Write the cell of the sheet row ``number``: the ledger's sum, 台账自动, or nothing in the role ``style``."""
    row, column, role = number - 1, COLUMNS.ledger - 1, desk.formats.role
    here = (desk.layout.kind, desk.layout.level)
    aggregate = indicator.beside_for(*here)
    if aggregate is not None:
        shown = role("number_beside", num_format=format_number(indicator.kind, indicator.decimals))
        figure = desk.figures.get((indicator.form, indicator.code), "")
        sheet.write_formula(row, column, f'=IFERROR({desk.formulas.of(aggregate)},"")', shown, figure)
    elif indicator.derived_for(*here) is not None:
        sheet.write_string(row, column, say("workbook.form.derived"), role("cell_muted"))
    else:
        sheet.write_blank(row, column, None, role(style))
