"""Sheets of text: 报表说明, 工作总结 and 指标解释."""

from __future__ import annotations

from generator.desk import Desk
from generator.sheets.beside import unsettled
from generator.sheets.entry import write_value
from generator.sheets.form import link, print_setup
from generator.sheets.next_problem import link_next
from generator.strict import StrictWorksheet
from templates.layout import outline
from templates.model import CodeStatus, Form, Indicator
from templates.words import lookup, say

TEXT_ROWS = 30
"""How many sheet rows the big entry cell spans."""


def write_notes(desk: Desk) -> None:
    """Write 报表说明: one big entry cell for what concerns the return as a whole."""
    words = lookup("workbook.notes")
    sheet = _text_sheet(desk, lookup("workbook.sheets.notes"), words["title"], [words["lead"]])
    _big_cell(desk, sheet, desk.content.remarks)


def write_summary(desk: Desk) -> None:
    """Write 工作总结: the outline, then one big entry cell."""
    survey, words = desk.survey, lookup("workbook.summary")
    lead = words["lead"].format(length=survey.summary_min_length)
    sheet = _text_sheet(desk, lookup("workbook.sheets.summary"), words["title"], [lead, outline(survey)])
    _big_cell(desk, sheet, desk.content.summary)


def _text_sheet(desk: Desk, name: str, title: str, leads: list[str]) -> StrictWorksheet:
    role, sheet = desk.formats.role, desk.add(name)
    sheet.set_column(0, 0, 3.5, role("plain"))
    sheet.set_column(1, 7, 14, role("plain"))
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, say("workbook.corner"), role("corner"))
    sheet.merge_range(0, 1, 0, 7, title, role("title"))
    link(sheet, 1, 1, desk.layout.cover.sheet, say("workbook.cover.back"), role("link"))
    link_next(desk, sheet, 1, 3, name)
    for row, text in enumerate(leads, start=2):
        sheet.set_row(row, 15 * -(-len(text) // 50) + 6)
        sheet.merge_range(row, 1, row, 7, text, role("muted_wrap"))
    print_setup(sheet)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
    return sheet


def _big_cell(desk: Desk, sheet: StrictWorksheet, text: str) -> None:
    style = desk.formats.role("entry_long")
    first = 5
    sheet.merge_range(first, 1, first + TEXT_ROWS - 1, 7, "", style)
    write_value(sheet, first + 1, 2, text, style)
    sheet.print_area(0, 0, first + TEXT_ROWS, 7)


def write_definitions(desk: Desk) -> None:
    """Write 指标解释: every indicator with period, definition and where the definition comes from."""
    words, role = lookup("workbook.definitions"), desk.formats.role
    sheet = desk.add(lookup("workbook.sheets.definitions"))
    for column, width in enumerate((9, 7, 34, 9, 16, 84, 26, 13)):
        sheet.set_column(column, column, width, role("plain"))
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, words["title"], role("ledger_title"))
    sheet.write_string(1, 0, words["lead"], role("muted"))
    link(sheet, 2, 0, desk.layout.cover.sheet, say("workbook.cover.back"), role("link"))
    for column, text in enumerate(words["header"]):
        sheet.write_string(3, column, text, role("header"))
    sheet.freeze_panes(4, 3)
    row = 4
    for form in desk.survey.forms_of(desk.layout.kind):
        row = _definitions(desk, sheet, row, form)
    sheet.autofilter(3, 0, row - 1, len(words["header"]) - 1)
    print_setup(sheet)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)


def _doubts(indicator: Indicator) -> list[str]:
    """Return what of the row is not to the letter of the text."""
    inferred = indicator.code_status is CodeStatus.INFERRED
    return [*([say("workbook.code_inferred")] if inferred else []), *unsettled(indicator)]


def _definitions(desk: Desk, sheet: StrictWorksheet, row: int, form: Form) -> int:
    periods, role = lookup("workbook.definitions.period"), desk.formats.role
    for indicator in form.rows:
        if not isinstance(indicator, Indicator) or indicator.item or not indicator.definition:
            continue
        doubts = _doubts(indicator)
        texts = ((indicator.definition, 42), (indicator.name, 16), (indicator.definition_source, 14))
        lines = max(len(doubts), 1, *(-(-len(text) // width) for text, width in texts))
        sheet.set_row(row, 15 * lines + 4)
        cells = (
            (form.id, "cell_center"),
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
        row += 1
    return row
