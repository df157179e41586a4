"""指标解释: every indicator with period, definition and where the definition comes from; forms link to its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from generator.strict import StrictWorksheet
from generator.unit.desk import SheetContext
from generator.unit.sheets.beside import list_unsettled
from generator.unit.sheets.links import link
from generator.unit.sheets.paper import set_up_print
from templates.model import CodeStatus, Indicator, Survey
from templates.words import lookup, say

HEADER_ROW = 4
"""The row with the headings, as a clerk counts."""

WIDTHS = (9, 7, 34, 9, 16, 84, 26, 13)


@dataclass(frozen=True)
class Definitions:
    """Which rows of forms the sheet explains, and where."""

    survey: Survey
    kind: str

    @classmethod
    def of(cls, desk: SheetContext) -> Definitions:
        """Return those of a workbook."""
        return cls(desk.survey, desk.layout.kind)

    @cached_property
    def rows(self) -> Mapping[tuple[str, str], int]:
        """The sheet's row of each indicator that it explains, by form and code."""
        listed = enumerate(self.listed(), start=HEADER_ROW + 1)
        return {(indicator.form, indicator.code): row for row, indicator in listed}

    def listed(self) -> Iterator[Indicator]:
        """Yield what is explained, form by form; parts are explained with their item."""
        for form in self.survey.forms_of(self.kind):
            for row in form.rows:
                if isinstance(row, Indicator) and not row.item and row.definition:
                    yield row

    def find(self, indicator: Indicator) -> str:
        """Return the cell that explains an indicator, or its item; "" where nothing does."""
        row = self.rows.get((indicator.form, indicator.item or indicator.code))
        return f"B{row}" if row else ""


def write_definitions(desk: SheetContext) -> None:
    """Write the sheet."""
    words, role = lookup("workbook.definitions"), desk.formats.role
    sheet = desk.add(lookup("workbook.sheets.definitions"))
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width, role("plain"))
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, words["title"], role("ledger_title"))
    sheet.write_string(1, 0, words["lead"], role("muted"))
    link(sheet, 2, 0, desk.layout.cover.sheet, say("workbook.cover.back"), role("link"))
    for column, text in enumerate(words["header"]):
        sheet.write_string(HEADER_ROW - 1, column, text, role("header"))
    sheet.freeze_panes(HEADER_ROW, 3)
    definitions = Definitions.of(desk)
    for row, indicator in enumerate(definitions.listed(), start=HEADER_ROW):
        _definition(desk, sheet, row, indicator)
    sheet.autofilter(HEADER_ROW - 1, 0, HEADER_ROW - 1 + len(definitions.rows), len(words["header"]) - 1)
    set_up_print(sheet)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW - 1)


def _doubts(indicator: Indicator) -> list[str]:
    """Return what of the row is not to the letter of the text."""
    inferred = indicator.code_status is CodeStatus.INFERRED
    return [*([say("workbook.code_inferred")] if inferred else []), *list_unsettled(indicator)]


def _definition(desk: SheetContext, sheet: StrictWorksheet, row: int, indicator: Indicator) -> None:
    periods, role, doubts = lookup("workbook.definitions.period"), desk.formats.role, _doubts(indicator)
    texts = ((indicator.definition, 42), (indicator.name, 16), (indicator.definition_source, 14))
    lines = max(len(doubts), 1, *(-(-len(text) // width) for text, width in texts))
    sheet.set_row(row, 15 * lines + 4)
    cells = (
        (indicator.form, "cell_center"),
        (indicator.code, "code"),
        (indicator.plain_name, "cell_wrap"),
        (indicator.measure, "cell_center"),
        (periods.get(indicator.period, ""), "cell_center"),
        (indicator.definition, "cell_wrap"),
        (indicator.definition_source, "cell_wrap"),
        ("\n".join(doubts), "unsettled"),
    )
    for column, (text, style) in enumerate(cells):
        sheet.write_string(row, column, text, role(style))
