"""The column beside an entry cell: where its number comes from, and what the lost pages leave open of the row."""

from __future__ import annotations

from generator.formula import quote
from generator.strict import StrictWorksheet
from generator.unit.desk import SheetContext
from generator.unit.sheets.entry import format_number
from templates.expression import Node
from templates.layout import COLUMNS
from templates.model import CodeStatus, Indicator
from templates.words import say


def list_unsettled(indicator: Indicator) -> list[str]:
    """Return what of the row is not as printed, for the page is lost: its code, its measure."""
    marks = [say("workbook.code_open")] if indicator.code_status is CodeStatus.OPEN else []
    return marks if indicator.measure_verified else [*marks, say("workbook.measure_unverified")]


def count_lines(desk: SheetContext, indicator: Indicator) -> int:
    """Return how many lines the cell takes."""
    return len(list_unsettled(indicator)) + (_derived(desk, indicator) or _sum(desk, indicator) is not None)


def write_beside(desk: SheetContext, sheet: StrictWorksheet, number: int, indicator: Indicator) -> None:
    """Write the cell of the sheet row ``number``: 台账自动 or the ledger's sum, and below it the marks."""
    marks = list_unsettled(indicator)
    aggregate = _sum(desk, indicator)
    if aggregate is not None:
        _write_sum(desk, sheet, number, indicator, aggregate)
        return
    derived = _derived(desk, indicator)
    lines = [say("workbook.form.derived"), *marks] if derived else marks
    style = "cell_center" if derived and not marks else "unsettled"
    sheet.write_string(number - 1, COLUMNS.ledger - 1, "\n".join(lines), desk.formats.role(style))


def _write_sum(desk: SheetContext, sheet: StrictWorksheet, number: int, indicator: Indicator, aggregate: Node) -> None:
    """The sum is a number; where marks stand beside it a text, which the column's width wraps."""
    row, column, role = number - 1, COLUMNS.ledger - 1, desk.formats.role
    formula = f'IFERROR({desk.formulas.of(aggregate)},"")'
    style = format_number(indicator.kind, indicator.decimals)
    figure = desk.figures.get((indicator.form, indicator.code), "")
    marks = " ".join(list_unsettled(indicator))
    if not marks:
        sheet.write_formula(row, column, "=" + formula, role("number_prior", num_format=style), figure)
        return
    known = f"{figure:,.{indicator.decimals}f} {marks}" if isinstance(figure, float) else marks
    formula = f"=TEXT({formula},{quote(style)})&{quote(' ' + marks)}"
    sheet.write_formula(row, column, formula, role("unsettled"), known)


def _derived(desk: SheetContext, indicator: Indicator) -> bool:
    return indicator.derived_for(desk.layout.kind, desk.layout.level) is not None


def _sum(desk: SheetContext, indicator: Indicator) -> Node | None:
    return indicator.beside_for(desk.layout.kind, desk.layout.level)
