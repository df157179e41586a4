"""更正, 更正后合计: what units reported otherwise after a version was handed in, and the totals side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.page import Book, Page, split_into_sheets
from templates.content import Value
from templates.model import Indicator
from templates.words import lookup, say

HEADER = 2
"""The header row, from 0."""


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One cell that a unit reported otherwise."""

    id: str
    unit: str
    indicator: Indicator
    old: Value | None
    new: Value | None
    why: str
    file: str
    state: str
    """How it stands, in a word."""
    light: str
    """In which colours that is shown."""
    remark: str = ""
    """Who decided it and what he noted."""


@dataclass(frozen=True, slots=True)
class CorrectedTotal:
    """One total that corrections change; None where nobody reports any, or it is not known."""

    indicator: Indicator
    handed_in: float | None
    revised: float | None
    requested: float | None
    remark: str = ""


@dataclass(frozen=True)
class CorrectionSheets:
    """All of it; without lines and totals no sheet is written."""

    version: str = ""
    """Which version was handed in, when, by whom: a sentence."""
    lines: tuple[CorrectionLine, ...] = ()
    totals: tuple[CorrectedTotal, ...] = ()


def write_corrections(book: Book, data: CorrectionSheets) -> None:
    """Write both sheets, if anything was reported otherwise."""
    if data.lines:
        _write_list(book, data)
    if data.totals:
        _write_totals(book, data)


def _write_list(book: Book, data: CorrectionSheets) -> None:
    words = lookup("correct.sheet")
    for name, lines in split_into_sheets(words["name"], data.lines):
        page = _open(book, name, words, data)
        for row, line in enumerate(lines, start=HEADER + 1):
            _write_line(page, row, line)
        page.finish(HEADER, HEADER + len(lines), 2)
        page.set_heights()


def _write_line(page: Page, row: int, line: CorrectionLine) -> None:
    indicator = line.indicator
    for column, text in enumerate((line.id, line.unit, f"{indicator.form}-{indicator.code}", indicator.name)):
        page.text(row, column, text)
    for column, value in enumerate((line.old, line.new), start=4):
        page.value(row, column, value, indicator.kind, indicator.decimals)
    for column, text in enumerate((indicator.measure, line.why, line.file), start=6):
        page.text(row, column, text)
    page.sheet.write_string(row, 9, line.state, page.book.lit(line.light))
    page.text(row, 10, line.remark)


def _write_totals(book: Book, data: CorrectionSheets) -> None:
    words = lookup("correct.totals_sheet")
    page = _open(book, words["name"], words, data)
    for row, line in enumerate(data.totals, start=HEADER + 1):
        indicator = line.indicator
        for column, text in enumerate((f"{indicator.form}-{indicator.code}", indicator.name, indicator.measure)):
            page.text(row, column, text)
        numbers = (line.handed_in, line.revised, _subtract(line.revised, line.handed_in), line.requested)
        for column, number in enumerate(numbers, start=3):
            page.number(row, column, number, indicator.decimals)
        page.text(row, 7, line.remark)
    page.finish(HEADER, HEADER + len(data.totals), 2)
    page.set_heights()


def _open(book: Book, name: str, words: dict[str, Sequence[float]], data: CorrectionSheets) -> Page:
    page = book.page(name, words["widths"])
    page.title(str(words["title"]))
    page.sheet.write_string(1, 0, say("correct.sheet_lead", version=data.version), book.styles.role("muted"))
    page.header(HEADER, [str(text) for text in words["columns"]])
    return page


def _subtract(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other
