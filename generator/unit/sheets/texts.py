"""Sheets of text: 报表说明 and 工作总结."""

from __future__ import annotations

from typing import Any

from generator.formula import formulate_words, quote
from generator.row_text import RowText
from generator.strict import StrictWorksheet
from generator.unit.checks import EXPLAINED
from generator.unit.desk import SheetContext
from generator.unit.sheets.entry import write_value
from generator.unit.sheets.links import link
from generator.unit.sheets.next_problem import link_next
from generator.unit.sheets.paper import print_upright
from templates.layout import name_column, quote_sheet, show_outline
from templates.words import lookup, say

FIRST_TEXT_ROW = 5
"""The big entry cell's first row, from 0."""

TEXT_ROWS, NOTES_ROWS = 30, 14
"""How many sheet rows the big entry cells of 工作总结 and 报表说明 span."""

LAST_COLUMN = 7

GATHERED_ROWS, GATHERED_HEIGHT = 20, 24
"""So many explanations are listed, as many as fit on the page; further ones are counted. Points of a row."""

_GATHERED = ((1, 1, "sheet"), (2, 2, "code"), (3, 4, "title"), (5, LAST_COLUMN, ""))
"""First and last column of the list's columns, from 0, and what of 审核 stands there; the last has the explanation."""

PLACE = LAST_COLUMN + 1
"""The hidden column, from 0, with the place of each of them in 审核."""


def write_notes(desk: SheetContext) -> None:
    """Write 报表说明: one big entry cell for what concerns the return as a whole."""
    words = lookup("workbook.notes")
    sheet = _text_sheet(desk, lookup("workbook.sheets.notes"), words["title"], [words["lead"]])
    _big_cell(desk, sheet, desk.content.remarks, NOTES_ROWS)
    last = _gathered(desk, sheet, FIRST_TEXT_ROW + NOTES_ROWS + 1)
    print_upright(sheet, (1, last + 1), (2, LAST_COLUMN + 1))


def _gathered(desk: SheetContext, sheet: StrictWorksheet, first: int) -> int:
    """List the explained warnings of 审核 with their explanations, live; return the last row."""
    words, role = lookup("workbook.notes"), desk.formats.role
    count = f"COUNTIF(audit_status,{EXPLAINED})"
    sheet.set_column(PLACE, PLACE, 8, role("hidden"), {"hidden": True})
    explained = _formulate_explanation(desk)
    sheet.set_row(first, 24)
    sheet.merge_range(first, 1, first, LAST_COLUMN, "", role("section"))
    sheet.write_formula(first, 1, f"={formulate_words(words['gathered'], count=count)}", role("section"), "")
    for (start, end, _), text in zip(_GATHERED, words["header"], strict=True):
        _across(sheet, first + 1, start, end, role("header"))
        sheet.write_string(first + 1, start, text, role("header"))
    column = name_column(PLACE + 1)
    area = f"${column}${first + 3}:${column}${first + 2 + GATHERED_ROWS}"
    desk.workbook.define_name("notes_place", f"={quote_sheet(sheet.name)}!{area}")
    sheet.row_text = RowText({"notes_place": first + 3}, {column: "notes_place"})
    for number in range(1, GATHERED_ROWS + 1):
        row = first + 1 + number
        sheet.set_row(row, GATHERED_HEIGHT)
        above, place = (f"${column}${line}" for line in (row, row + 1))
        # The text above the first of them is no number, so the search begins at the top.
        onward = f"INDEX(audit_status,N({above})+1):INDEX(audit_status,ROWS(audit_status))"
        found = f'=IF(ROW()-{first + 2}>{count},"",N({above})+MATCH({EXPLAINED},{onward},0))'
        sheet.write_formula(row, PLACE, found, role("hidden"), "")
        for start, end, name in _GATHERED:
            _across(sheet, row, start, end, role("note"))
            told = f"INDEX(audit_{name},{place})" if name else explained.format(place=place)
            sheet.write_formula(row, start, f'=IF(LEN({place})=0,"",{told})', role("note"), "")
    grid = {"type": "formula", "criteria": f"=LEN($B{first + 3})>0", "format": desk.formats.light("grid")}
    last = first + 2 + GATHERED_ROWS
    sheet.conditional_format(f"B{first + 3}:{name_column(LAST_COLUMN + 1)}{last}", grid)
    more = formulate_words(words["more"], count=f"{count}-{GATHERED_ROWS}")
    sheet.write_formula(last, 1, f'=IF({count}>{GATHERED_ROWS},{more},"")', role("muted"), "")
    return last


def _formulate_explanation(desk: SheetContext) -> str:
    """Return a formula for the explanation that settles the check at ``{place}`` of 审核."""
    chain = quote("")
    for form in desk.layout.forms.values():
        explained = f"INDEX({form.name('stands')},INDEX(audit_noted,{{place}}))"
        chain = f"IF(INDEX(audit_sheet,{{place}})={quote(form.sheet)},{explained},{chain})"
    return chain


def _across(sheet: StrictWorksheet, row: int, start: int, end: int, style: Any) -> None:
    if end > start:
        sheet.merge_range(row, start, row, end, "", style)


def write_summary(desk: SheetContext) -> None:
    """Write 工作总结: the outline, then one big entry cell."""
    survey, words = desk.survey, lookup("workbook.summary")
    lead = words["lead"].format(length=survey.summary_min_length)
    sheet = _text_sheet(desk, lookup("workbook.sheets.summary"), words["title"], [lead, show_outline(survey)])
    _big_cell(desk, sheet, desk.content.summary, TEXT_ROWS)
    print_upright(sheet, (1, FIRST_TEXT_ROW + TEXT_ROWS), (2, LAST_COLUMN + 1))


def _text_sheet(desk: SheetContext, name: str, title: str, leads: list[str]) -> StrictWorksheet:
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
    sheet.set_selection(FIRST_TEXT_ROW, 1, FIRST_TEXT_ROW, 1)
    return sheet


def _big_cell(desk: SheetContext, sheet: StrictWorksheet, text: str, rows: int) -> None:
    style = desk.formats.role("entry_long")
    first = FIRST_TEXT_ROW
    sheet.merge_range(first, 1, first + rows - 1, LAST_COLUMN, "", style)
    write_value(sheet, first + 1, 2, text, style)
