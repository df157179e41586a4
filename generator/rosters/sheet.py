"""The empty roster that is handed out: header, dropdowns, and a sheet that says how each column is filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.files import write_beside
from generator.formats import Formats
from generator.strict import StrictWorkbook, StrictWorksheet
from templates.layout import quote_sheet
from templates.model import Survey
from templates.words import lookup, say

LAST_ROW = 20_000
"""Dropdowns reach this far."""


OWN_WIDTH = 20
"""Of a column that the office added."""


@dataclass(frozen=True)
class RosterList:
    """A list behind the roster: sheet name, header with column widths, lines of texts."""

    name: str
    columns: Mapping[str, int]
    lines: Sequence[Sequence[str]]


def write_roster_book(
    path: Path,
    survey: Survey,
    units: Iterable[Sequence[str]] = (),
    lists: Iterable[RosterList] = (),
    own: Sequence[str] = (),
) -> None:
    """Write a roster of ``survey`` to ``path``, replacing what stands there: empty, or with these lines of columns.

    ``own`` are headers of the office's own columns, which the lines have behind the roster's. ``lists`` follow on
    sheets of their own.
    """
    with write_beside(path) as beside:
        book = StrictWorkbook(str(beside))
        formats = Formats(book)
        _roster(book, formats, survey, units, own)
        for listed in lists:
            _list(book, formats, listed)
        _guide(book, formats, survey)
        _lists(book, survey)
        book.close()


def _roster(
    book: StrictWorkbook, formats: Formats, survey: Survey, units: Iterable[Sequence[str]], own: Sequence[str]
) -> None:
    """Entry columns are text by column format, so that Excel keeps leading zeros and all 18 digits."""
    sheet = book.add_worksheet(say("roster.sheet"))
    header, text = formats.role("header"), formats.role("plain", num_format="@")
    for column, (field, name) in enumerate(lookup("roster.columns").items()):
        sheet.set_column(column, column, lookup("roster.new.columns")[field]["width"], text)
        sheet.write_string(0, column, name, header)
    for column, name in enumerate(own, start=len(lookup("roster.columns"))):
        sheet.set_column(column, column, OWN_WIDTH, text)
        sheet.write_string(0, column, name, header)
    for row, line in enumerate(units, start=1):
        for column, entry in enumerate(line):
            sheet.write_string(row, column, entry, text)
    sheet.set_row(0, 26)
    sheet.freeze_panes(1, 2)
    _dropdown(sheet, "kind", 0, len(survey.kinds))
    _dropdown(sheet, "level", 1, len(survey.levels))
    _print_setup(sheet)
    sheet.repeat_rows(0)


def _dropdown(sheet: StrictWorksheet, field: str, list_column: int, length: int) -> None:
    column = list(lookup("roster.columns")).index(field)
    letter = "AB"[list_column]
    source = f"={quote_sheet(say('roster.lists'))}!${letter}$1:${letter}${length}"
    sheet.data_validation(1, column, LAST_ROW, column, {"validate": "list", "source": source})


def _lists(book: StrictWorkbook, survey: Survey) -> None:
    sheet = book.add_worksheet(say("roster.lists"))
    for column, values in enumerate(([kind.name for kind in survey.kinds], survey.levels)):
        for row, value in enumerate(values):
            sheet.write_string(row, column, value)
    sheet.hide()


def _guide(book: StrictWorkbook, formats: Formats, survey: Survey) -> None:
    sheet = book.add_worksheet(say("roster.guide"))
    header, body = formats.role("header"), formats.role("cell_wrap")
    for column, width in enumerate((20, 10, 62, 30)):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, say("roster.new.guide_title"), formats.role("section"))
    sheet.write_string(1, 0, say("roster.new.guide_note", sheet=say("roster.sheet")), formats.role("plain"))
    _line(sheet, 3, lookup("roster.new.guide_columns"), header)
    columns = lookup("roster.columns")
    for row, (field, words) in enumerate(lookup("roster.new.columns").items(), start=4):
        required = say("roster.new.yes" if words["required"] else "roster.new.no")
        _line(sheet, row, [columns[field], required, words["explain"], _example(field, words, survey)], body)
    _levels(sheet, 5 + len(columns), survey, header, body)
    _print_setup(sheet)


def _example(field: str, words: dict[str, Any], survey: Survey) -> str:
    """Return the sample of a column; kind and level are the survey's own, of the first kind the lowest level."""
    own = {"kind": survey.kinds[0].name, "level": survey.kinds[0].levels[-1]}
    return own.get(field, str(words["example"]))


def _levels(sheet: StrictWorksheet, row: int, survey: Survey, header: Any, body: Any) -> None:
    sheet.merge_range(row, 0, row, 3, say("roster.new.levels_note"), header)
    for below, kind in enumerate(survey.kinds, start=1):
        sheet.write_string(row + below, 0, kind.name, body)
        sheet.merge_range(row + below, 1, row + below, 3, lookup("roster.new.levels_join").join(kind.levels), body)


def _list(book: StrictWorkbook, formats: Formats, listed: RosterList) -> None:
    sheet = book.add_worksheet(listed.name)
    for column, width in enumerate(listed.columns.values()):
        sheet.set_column(column, column, width)
    _line(sheet, 0, list(listed.columns), formats.role("header"))
    for row, line in enumerate(listed.lines, start=1):
        _line(sheet, row, line, formats.role("cell_wrap", num_format="@"))
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(listed.lines), 1), len(listed.columns) - 1)
    _print_setup(sheet)
    sheet.repeat_rows(0)


def _line(sheet: StrictWorksheet, row: int, texts: Sequence[str], style: Any) -> None:
    for column, text in enumerate(texts):
        sheet.write_string(row, column, text, style)


def _print_setup(sheet: StrictWorksheet) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
