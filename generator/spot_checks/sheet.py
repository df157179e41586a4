"""复核表: one page for whoever checks a unit again. What was reported is locked; what is found stands beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from generator.files import write_beside
from generator.formats import Formats
from generator.formula import quote
from generator.lock import Lock
from generator.page import number_format
from generator.strict import StrictWorkbook, StrictWorksheet
from generator.unit.sheets.entry import DATE_RULE, word_refusal, write_value
from generator.unit.sheets.hidden import write_identity
from generator.unit.sheets.paper import set_up_print
from generator.widths import lines_needed
from templates.content import Identity
from templates.layout import name_column
from templates.words import lookup, say

DOCUMENT: Final = "spot_check"
"""What the workbook's identity says it is."""

FOOT: Final = ("agency", "day", "opinion")
"""What is written below the table, by key of ``[foot]``."""

DRAW: Final = "draw"
"""How the hidden sheet calls the number of the draw."""

_HEADER: Final = 5
"""The row of the header of the numbers, from 0."""

_WIDTHS: Final = (2.5, 13, 7, 40, 9, 15, 15, 13, 34, 11)
_PART, _KEY, _NAME, _MEASURE, _REPORTED, _CHECKED, _DIFFERENCE, _EVIDENCE, _BY = range(1, 10)
"""Columns, counted from 0 as XlsxWriter does."""

_LINE: Final = 13
_LEAST_HEIGHT: Final = 21
_ONE_PAGE: Final = 34
"""So many rows are pressed onto one page."""


@dataclass(frozen=True, slots=True)
class CheckedCell:
    """A number that is checked."""

    form: str
    code: str
    name: str
    measure: str
    decimals: int
    reported: float | None
    """None where the unit left the cell blank."""


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A ledger row that is checked."""

    ledger: str
    row: int
    """The row of its sheet."""
    name: str
    text: str
    """What else the row says."""

    @property
    def shown(self) -> str:
        """The row as the sheet shows it."""
        return say("sampling.sheet.row", name=self.name, text=self.text) if self.text else self.name


@dataclass(frozen=True)
class CheckSheet:
    """All that stands in the 复核表 of one unit."""

    survey: str
    identity: Identity
    group: str
    """How people call the units of its kind and level."""
    draw: str
    """The number of the draw: of another draw no sheet is taken."""
    risky: bool
    """Whether the unit was not drawn by lot but for its risk."""
    cells: tuple[CheckedCell, ...]
    rows: tuple[CheckedRow, ...]


def write_check_sheet(path: Path, data: CheckSheet, lock: Lock) -> None:
    """Write the 复核表 of one unit, whole or not at all. Raises OSError."""
    with write_beside(path) as beside:
        book = StrictWorkbook(os.fspath(beside))
        _Writer(book, data, lock).write()
        book.structure = lock
        book.set_properties({"title": say("sampling.sheet.name"), "subject": data.identity.name, "company": ""})
        book.close()


def _address(row: int, column: int) -> str:
    return f"${name_column(column + 1)}${row + 1}"


def _span(column: int, first: int, last: int) -> str:
    return f"{_address(first, column)}:{_address(last, column)}"


def _formulate_status(spans: Mapping[str, tuple[str, int]]) -> str:
    formula = quote(say("sampling.sheet.ready"))
    for word, (span, _) in reversed(list(spans.items())):
        text = quote(say(f"sampling.sheet.{word}"))
        formula = f"IF(COUNTBLANK({span})>0,{text}&COUNTBLANK({span}),{formula})"
    return formula


def _fit(text: str, width: float) -> float:
    """Return the height of a row in points."""
    return max(_LINE * lines_needed(text, width) + 6, _LEAST_HEIGHT)


@dataclass
class _Writer:
    book: StrictWorkbook
    data: CheckSheet
    lock: Lock

    def write(self) -> None:
        formats = Formats(self.book)
        self.role, self.light = formats.role, formats.light
        self.sheet = self._add(say("sampling.sheet.name"))
        self._write_head()
        end = self._write_rows(self._write_cells())
        self._write_foot(end)
        self._write_status()
        self._set_up_page(end)
        self._write_meta()

    def _add(self, name: str) -> StrictWorksheet:
        sheet: StrictWorksheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.protect_with(self.lock)
        return sheet

    def _write_head(self) -> None:
        for column, width in enumerate(_WIDTHS):
            self.sheet.set_column(column, column, width, self.role("plain"))
        self.sheet.write_blank(0, 0, None, self.role("corner"))
        title = say("sampling.sheet.title", survey=self.data.survey, year=self.data.identity.year)
        self._write_line(0, 32, title, "title")
        self._write_line(1, 22, self._name_unit(), "subtitle")
        self._write_line(2, 2 * _LINE + 6, say("sampling.sheet.lead"), "muted_wrap")

    def _write_line(self, row: int, height: float, text: str, role: str) -> None:
        self.sheet.set_row(row, height)
        self.sheet.merge_range(row, _PART, row, _BY, text, self.role(role))

    def _name_unit(self) -> str:
        identity = self.data.identity
        draw = say("sampling.sheet.risky" if self.data.risky else "sampling.sheet.random")
        told = {"name": identity.name, "code": identity.code, "group": self.data.group}
        return say("sampling.sheet.unit", **told, draw=draw, number=self.data.draw)

    def _write_header(self, row: int, texts: Sequence[str]) -> None:
        for column, text in enumerate(texts, start=_PART):
            self.sheet.write_string(row, column, text, self.role("header"))
        self.sheet.set_row(row, 26)

    def _write_answer(self, row: int, style: Any) -> None:
        for column, role in ((_CHECKED, style), (_EVIDENCE, self.role("entry_text")), (_BY, self.role("entry_choice"))):
            self.sheet.write_blank(row, column, None, role)

    def _light_difference(self, row: int, criteria: str) -> None:
        rule = {"type": "formula", "criteria": f"={criteria}", "format": self.light("error")}
        self.sheet.conditional_format(row, _DIFFERENCE, row, _DIFFERENCE, rule)

    # --- numbers -----------------------------------------------------------------------------------------------------

    def _write_cells(self) -> int:
        """Write the numbers; return the row below them."""
        self._write_header(_HEADER, lookup("sampling.sheet.cell_columns"))
        for row, line in enumerate(self.data.cells, start=_HEADER + 1):
            self._write_cell(row, line)
        return _HEADER + 1 + len(self.data.cells)

    def _write_cell(self, row: int, line: CheckedCell) -> None:
        style = number_format(line.decimals)
        self.sheet.set_row(row, _fit(line.name, _WIDTHS[_NAME]))
        self.sheet.write_string(row, _PART, line.form, self.role("cell_center"))
        self.sheet.write_string(row, _KEY, line.code, self.role("code"))
        self.sheet.write_string(row, _NAME, line.name, self.role("cell_wrap"))
        self.sheet.write_string(row, _MEASURE, line.measure, self.role("cell_center"))
        write_value(self.sheet, row + 1, _REPORTED + 1, line.reported, self.role("number", num_format=style))
        self._write_answer(row, self.role("number_entry", num_format=style))
        self._limit_value(row)
        self._write_difference(row, line.decimals, style)

    def _limit_value(self, row: int) -> None:
        rule = {"validate": "decimal", "criteria": ">=", "value": 0} | word_refusal("number")
        prompt = {"input_title": say("sampling.sheet.value_title"), "input_message": say("sampling.sheet.value_prompt")}
        self.sheet.data_validation(row, _CHECKED, row, _CHECKED, rule | prompt | {"ignore_blank": True})

    def _write_difference(self, row: int, decimals: int, style: str) -> None:
        reported, checked, own = (_address(row, column) for column in (_REPORTED, _CHECKED, _DIFFERENCE))
        formula = f'=IF(LEN({checked})=0,"",ROUND({reported}-{checked},{decimals}))'
        signed = self.role("number_derived", num_format=f"+{style};-{style};{style}")
        self.sheet.write_formula(row, _DIFFERENCE, formula, signed, "")
        self._light_difference(row, f"AND(ISNUMBER({own}),{own}<>0)")

    # --- ledger rows -------------------------------------------------------------------------------------------------

    def _write_rows(self, row: int) -> int:
        """Write the ledger rows; return the row below them."""
        if not self.data.rows:
            return row
        part, key, name, *others = lookup("sampling.sheet.row_columns")
        self._write_header(row, (part, key, name, name, name, *others))
        self.sheet.merge_range(row, _NAME, row, _REPORTED, name, self.role("header"))
        for number, line in enumerate(self.data.rows, start=row + 1):
            self._write_row(number, line)
        return row + 1 + len(self.data.rows)

    def _write_row(self, row: int, line: CheckedRow) -> None:
        width = sum(_WIDTHS[_NAME : _REPORTED + 1])
        self.sheet.set_row(row, max(_fit(line.shown, width), _fit(line.ledger, _WIDTHS[_PART])))
        self.sheet.write_string(row, _PART, line.ledger, self.role("cell_wrap"))
        self.sheet.write_number(row, _KEY, line.row, self.role("cell_count"))
        self.sheet.merge_range(row, _NAME, row, _REPORTED, line.shown, self.role("cell_wrap"))
        self._write_answer(row, self.role("entry_switch"))
        verdicts = list(lookup("sampling.verdicts").values())
        choice = {"validate": "list", "source": verdicts} | word_refusal("choice")
        self.sheet.data_validation(row, _CHECKED, row, _CHECKED, choice)
        checked, right = _address(row, _CHECKED), quote(verdicts[0])
        formula = f'=IF(OR(LEN({checked})=0,{checked}={right}),"",{quote(say("sampling.sheet.wrong_row"))})'
        self.sheet.write_formula(row, _DIFFERENCE, formula, self.role("text_derived"), "")
        self._light_difference(row, f"AND(LEN({checked})>0,{checked}<>{right})")

    # --- foot, state, page -------------------------------------------------------------------------------------------

    def _write_foot(self, row: int) -> None:
        words = lookup("sampling.foot")
        self.sheet.set_row(row, 8)
        for number, key in enumerate(FOOT, start=row + 1):
            self.sheet.set_row(number, 34 if key == "opinion" else _LEAST_HEIGHT)
            self.sheet.merge_range(number, _PART, number, _KEY, words[key], self.role("label"))
            style = self.role("entry_choice", num_format="yyyy-mm-dd") if key == "day" else self.role("entry_text")
            self.sheet.merge_range(number, _NAME, number, _BY, "", style)
            if key == "day":
                self.sheet.data_validation(number, _NAME, number, _NAME, DATE_RULE | word_refusal("date"))
        self._write_line(row + len(FOOT) + 1, 26, words["paper"], "line")

    def _write_status(self) -> None:
        """Write one line that says what is still to do: numbers, then rows, then who did it."""
        row, words = _HEADER - 2, lookup("sampling.sheet")
        self.sheet.set_row(row, _LEAST_HEIGHT)
        self.sheet.merge_range(row, _PART, row, _BY, "", self.role("value"))
        spans = self._list_spans()
        known = next((f"{words[word]}{count}" for word, (_, count) in spans.items()), words["ready"])
        self.sheet.write_formula(row, _PART, f"={_formulate_status(spans)}", self.role("value"), known)
        for text, light in ((words["ready"], "fine_box"), (words["open_cells"], "unfilled")):
            criteria = f"=LEFT({_address(row, _PART)},1)={quote(text[0])}"
            rule = {"type": "formula", "criteria": criteria, "format": self.light(light)}
            self.sheet.conditional_format(row, _PART, row, _BY, rule)

    def _list_spans(self) -> dict[str, tuple[str, int]]:
        """Return by what is said of it which cells are to be filled, and how many lines that are."""
        cells, rows = len(self.data.cells), len(self.data.rows)
        first, last = _HEADER + 1, _HEADER + cells
        spans = {"open_cells": (_span(_CHECKED, first, last), cells)} if cells else {}
        if rows:
            below, last = last + 2, last + 1 + rows
            spans["open_rows"] = _span(_CHECKED, below, last), rows
        return spans | ({"unsigned": (_span(_BY, first, last), cells + rows)} if spans else {})

    def _set_up_page(self, end: int) -> None:
        set_up_print(self.sheet)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 1 if end <= _ONE_PAGE else 0)
        self.sheet.repeat_rows(0, _HEADER)
        self.sheet.print_area(0, 0, end + len(FOOT) + 1, _BY)
        self.sheet.freeze_panes(_HEADER + 1, 0)

    def _write_meta(self) -> None:
        sheet = self._add(lookup("workbook.sheets.meta"))
        write_identity(sheet, self.data.identity)
        row = int(sheet.dim_rowmax or 0) + 1
        sheet.write_string(row, 0, DRAW)
        sheet.write_string(row, 1, self.data.draw)
