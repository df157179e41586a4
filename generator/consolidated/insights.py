"""Sheets of what is seen only when returns lie side by side: 说明汇总, 同比, 离群值, 名录变更."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from generator.consolidated.data import Consolidated
from generator.consolidated.insight_data import ExplainedValue, Outlier, RosterDifference, UnitHint, YearChange
from generator.consolidated.links import Links
from generator.consolidated.texts import show_value, title_survey
from generator.page import Book, Page, split_into_sheets
from templates.content import Value
from templates.model import Indicator
from templates.words import lookup, say

Line = TypeVar("Line")

HEADER = 1
"""The header row of a list, from 0."""


def _list(
    book: Book, data: Consolidated, topic: str, lines: Sequence[Line], write: Callable[[Page, int, Line], None]
) -> None:
    """Write a list with a title and a header, on as many sheets as it needs."""
    words = lookup(f"consolidated.{topic}")
    for name, part in split_into_sheets(say(f"consolidated.sheets.{topic}"), lines):
        page = book.page(name, words["widths"])
        page.title(title_survey(topic, data))
        page.header(HEADER, words["columns"])
        for row, line in enumerate(part, start=HEADER + 1):
            write(page, row, line)
        page.finish(HEADER, HEADER + len(part), 2)
        page.set_heights()


def write_explained(book: Book, data: Consolidated) -> None:
    """Write 说明汇总: every explanation beside both years' values, and what was asked."""
    links = Links(data.files)

    def write(page: Page, row: int, line: ExplainedValue) -> None:
        for column, text in enumerate((line.unit_code, line.unit, line.level, line.place)):
            page.text(row, column, text)
        page.link(row, 4, links.to_cell(line.unit_code, line.cell), line.indicator.code if line.indicator else "")
        page.text(row, 5, line.indicator.name if line.indicator else "")
        _both_years(page, row, 6, line.indicator, line.this, line.prior)
        page.text(row, 10, "\n".join(line.rules))
        page.text(row, 11, line.text)

    _list(book, data, "explained", data.insights.explained, write)


def write_changes(book: Book, data: Consolidated) -> None:
    """Write 同比: sums over the units that report both years; then who moves them most."""

    def write_sum(page: Page, row: int, line: YearChange) -> None:
        _named(page, row, 0, line.indicator)
        page.number(row, 4, line.units, role="cell_center")
        _both_years(page, row, 5, line.indicator, line.this, line.prior)

    def write_mover(page: Page, row: int, line: YearChange) -> None:
        page.text(row, 0, line.unit_code)
        page.link(row, 1, links.to_sheet(line.unit_code, line.indicator.form), line.unit)
        _named(page, row, 2, line.indicator)
        _both_years(page, row, 6, line.indicator, line.this, line.prior)
        page.number(row, 10, line.weight * 100, 1)

    links = Links(data.files)
    _list(book, data, "changes", data.insights.changes, write_sum)
    _list(book, data, "movers", data.insights.movers, write_mover)


def write_outliers(book: Book, data: Consolidated) -> None:
    """Write 离群值: numbers far from those of units of the same kind and level. Hints, never errors."""
    words, links = lookup("consolidated.outliers.against"), Links(data.files)

    def write(page: Page, row: int, line: Outlier) -> None:
        page.text(row, 0, line.unit_code)
        page.link(row, 1, links.to_sheet(line.unit_code, line.indicator.form), line.unit)
        page.text(row, 2, line.kind)
        page.text(row, 3, line.level)
        _named(page, row, 4, line.indicator)
        page.text(row, 8, words[line.against])
        page.number(row, 9, line.value, line.indicator.decimals)
        page.number(row, 10, line.prior, line.indicator.decimals)
        page.number(row, 11, line.median, 2)
        page.number(row, 12, line.peers, role="cell_center")
        page.number(row, 13, line.score, 1)
        page.number(row, 14, line.influence * 100, 1)

    _list(book, data, "outliers", data.insights.outliers, write)


def write_hints(book: Book, data: Consolidated) -> None:
    """Write 单位提示, if there is any: what an officer may wonder at about whole returns."""
    words, links = lookup("consolidated.hints.what"), Links(data.files)

    def write(page: Page, row: int, line: UnitHint) -> None:
        page.text(row, 0, line.unit_code)
        page.link(row, 1, links.to_file(line.unit_code), line.unit)
        page.text(row, 2, line.kind)
        page.text(row, 3, line.level)
        page.text(row, 4, words[line.what])
        page.number(row, 5, line.numbers, role="cell_center")
        for column, share in ((6, line.share), (7, line.usual)):
            page.number(row, column, None if share is None else share * 100, 1)

    if data.insights.hints:
        _list(book, data, "hints", data.insights.hints, write)


def write_differences(book: Book, data: Consolidated) -> None:
    """Write 名录变更: where returns and roster disagree."""

    def write(page: Page, row: int, line: RosterDifference) -> None:
        texts = (line.unit_code, line.unit, line.what, line.roster, line.found, line.file)
        for column, text in enumerate(texts):
            page.text(row, column, text)

    _list(book, data, "differences", data.insights.differences, write)


def _named(page: Page, row: int, column: int, indicator: Indicator) -> None:
    texts = (indicator.form, indicator.code, indicator.name, indicator.measure)
    for place, text in enumerate(texts, start=column):
        page.text(row, place, text)


def _both_years(
    page: Page, row: int, column: int, indicator: Indicator | None, this: Value | None, prior: Value | None
) -> None:
    """Write this year, last year, the difference and the change in per cent; the latter two of numbers only."""
    if indicator is None:
        for place in range(column, column + 4):
            page.text(row, place, "")
        return
    kind, decimals = indicator.kind, indicator.decimals
    page.value(row, column, show_value(indicator, this), kind, decimals)
    page.value(row, column + 1, show_value(indicator, prior), kind, decimals)
    compared = kind.is_number and isinstance(this, float) and isinstance(prior, float)
    change = YearChange(indicator, 1, this, prior) if compared else None  # type: ignore[arg-type]  # two floats, see above
    page.number(row, column + 2, change.difference if change else None, decimals)
    page.number(row, column + 3, change.rate if change else None, 1)
