"""仪表盘: how far the survey is, what the audit found and what changed most, on one page that prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from generator.consolidated.data import Consolidated
from generator.consolidated.insight_data import YearChange
from generator.consolidated.texts import name_state, title_survey
from generator.formats import COLORS, FONT
from generator.page import Book, Page
from templates.model import Severity
from templates.words import lookup, say

CARDS_ROW, FIRST_TABLE = 2, 6
"""Rows, from 0."""

CHART_COLUMN = 11
"""Tables lie to the left, charts to the right."""

Cells = Sequence[str | float | None]
"""One row of a table: a label, a name (``""`` lets the label take its place too), then numbers."""

CHART_WIDTH, LEAST_HEIGHT = 600, 270
"""Pixels."""

BAR_HEIGHT, FRAME_HEIGHT, ROW_HEIGHT = 27, 80, 20
"""Pixels: of a bar with its gap, of title, axis and legend, of a row of the sheet."""

SHOWN = 3
"""So many unsigned results are named; the rest are counted."""

TOP = 10
LEAST_UNITS, LEAST_SUM = 3, 10
"""A change of less is chance: of fewer units, or of smaller sums."""

STATES = ("accepted", "passed", "held", "unexplained", "faulty", "sent_back", "missing")
"""States of units, the best first."""

OPEN = ("held", "unexplained", "faulty", "sent_back")
"""States in which a return counts only where somebody asked for it."""

SHADES = {
    "accepted": "#3F9464",
    "passed": "#8CCBA4",
    "held": "#A98BC4",
    "unexplained": "#F2C14E",
    "faulty": "#E07A6B",
    "sent_back": "#8FB8DE",
    "missing": "#D9DEE5",
    "error": "#E07A6B",
    "warning": "#F2C14E",
    "info": "#8FB8DE",
    "rate": "#5B8DB8",
}


@dataclass(frozen=True)
class Table:
    """A small table, and which of its columns the chart beside it shows."""

    topic: str
    rows: Sequence[Cells]
    series: dict[str, int]
    """Columns by the key of their shade."""
    rate: int = 0
    """The column of per cents; 0 for none."""
    stacked: bool = True

    @property
    def height(self) -> int:
        """How high the chart is, in pixels: higher than the table, and no bar without its label."""
        return max(LEAST_HEIGHT, FRAME_HEIGHT + BAR_HEIGHT * len(self.rows))


def write_dashboard(book: Book, data: Consolidated) -> None:
    """Write 仪表盘."""
    words = lookup("consolidated.dashboard")
    page = book.page(say("consolidated.sheets.dashboard"), words["widths"], "lead")
    page.title(title_survey("dashboard", data))
    if told := "".join((_tell_included(data), _tell_unsigned(data))):
        page.text(1, 0, told, "muted")
    _cards(page, data)
    row = FIRST_TABLE
    for table in (_progress(data), _findings(data), _changes(data)):
        row = _table(page, row, table)
    page.print_across()
    page.sheet.print_area(0, 0, row - 1, len(page.widths) - 1)
    page.sheet.fit_to_pages(1, 1)
    page.set_heights()
    page.protect()


def _cards(page: Page, data: Consolidated) -> None:
    """Write the few numbers that are asked for first."""
    states = Counter(line.state for line in data.units)
    found = Counter(line.finding.severity for line in data.findings)
    numbers = {
        "units": len(data.units),
        "received": len(data.units) - states["missing"],
        **{state: states[state] for state in STATES},
        "counted": sum(line.counted for line in data.returns),
        "files": len(data.unused_files),
        "errors": found[Severity.ERROR],
        "warnings": found[Severity.WARNING],
    }
    words = lookup("consolidated.dashboard.cards")
    _row(page, CARDS_ROW, list(_labelled(words.values())), "header")
    _row(page, CARDS_ROW + 1, list(_labelled(numbers[key] for key in words)), "count")
    page.sheet.set_row(CARDS_ROW + 1, 30)


def _tell_included(data: Consolidated) -> str:
    """Return which open returns are in the totals because whoever merged asked for it, ``""`` where none is."""
    counted = {line.code for line in data.returns if line.counted}
    open_states = Counter(line.state for line in data.units if line.code in counted)
    told = [
        say("consolidated.status.state", state=name_state(state), count=open_states[state])
        for state in OPEN
        if open_states[state]
    ]
    return say("consolidated.dashboard.included", states=say("merge.reason.and").join(told)) if told else ""


def _tell_unsigned(data: Consolidated) -> str:
    """Return which results of the level below no key vouches for, ``""`` where there is none."""
    if not data.unsigned:
        return ""
    named = say("merge.reason.and").join(say("merge.reason.quoted", file=file) for file in data.unsigned[:SHOWN])
    return say("consolidated.dashboard.unsigned", files=named, count=len(data.unsigned))


def _progress(data: Consolidated) -> Table:
    """Return how many units of each level are expected, how many are in each state, and how many per cent have come."""
    states = Counter((line.level, line.state) for line in data.units)
    rows: list[Cells] = []
    for level in data.survey.levels:
        counts = [states[level, state] for state in STATES]
        if expected := sum(counts):
            rows.append([level, "", expected, *counts, (expected - states[level, "missing"]) / expected * 100])
    series = {state: column for column, state in enumerate(STATES, start=3)}
    return Table("progress", rows, series, rate=3 + len(STATES))


def _findings(data: Consolidated) -> Table:
    """Return how many findings of each severity there are on each form, and on ledgers."""
    words = lookup("consolidated.dashboard.findings")
    found = Counter(
        (_place(one.form, one.ledger, words), one.severity) for one in (line.finding for line in data.findings)
    )
    known = [form.id for form in data.survey.forms]
    places = [*known, *sorted({place for place, _ in found} - set(known))]
    rows: list[Cells] = [[place, "", *(found[place, severity] for severity in Severity)] for place in places]
    shown = [row for row in rows if any(row[2:])]
    return Table("findings", shown, {severity.value: place for place, severity in enumerate(Severity, start=2)})


def _place(form: str, ledger: str, words: dict[str, str]) -> str:
    return words["ledgers"] if ledger else form or words["elsewhere"]


def _changes(data: Consolidated) -> Table:
    """Return the sums that changed most against last year."""
    rows: list[Cells] = [
        [f"{line.indicator.form}-{line.indicator.code}", line.indicator.plain_name, line.this, line.prior, line.rate]
        for line in _largest(data.insights.changes)
    ]
    return Table("changes", rows, {"rate": 4}, rate=4, stacked=False)


def _largest(changes: Sequence[YearChange]) -> list[YearChange]:
    telling = [line for line in changes if line.units >= LEAST_UNITS and max(line.this, line.prior) >= LEAST_SUM]
    return sorted((line for line in telling if line.rate), key=lambda line: -abs(line.rate or 0))[:TOP]


def _table(page: Page, row: int, table: Table) -> int:
    """Write a table with its chart to the right; return the row after both."""
    words = lookup(f"consolidated.dashboard.{table.topic}")
    page.text(row, 0, words["title"], "section")
    for column in range(1, len(page.widths)):
        page.text(row, column, "", "section")
    _row(page, row + 1, words["columns"], "header")
    if not table.rows:
        page.text(row + 2, 0, words["nothing"], "muted")
        return row + 4
    for below, cells in enumerate(table.rows, start=row + 2):
        _row(page, below, cells, "number", table.rate)
    _chart(page, row, table)
    return row + ceil(table.height / ROW_HEIGHT) + 2


def _row(page: Page, row: int, cells: Cells, role: str, rate: int = 0) -> None:
    """Write a row; a label without a name takes two columns."""
    text_role = "cell" if role == "number" else role
    for column, cell in enumerate(cells):
        if isinstance(cell, str):
            page.text(row, column, cell, text_role)
        else:
            page.number(row, column, cell, int(0 < rate == column), role)
    if cells[1] == "":
        style = page.book.styles.role(text_role)
        page.sheet.merge_range(row, 0, row, 1, cells[0], style)


def _labelled(cells: Iterable[str | float | None]) -> Iterator[str | float | None]:
    """Yield the cells with room after the first, which takes the label's two columns."""
    first, *rest = cells
    yield from (first, "", *rest)


def _chart(page: Page, row: int, table: Table) -> None:
    """Draw the table's series as bars, in the order of its rows."""
    words = lookup(f"consolidated.dashboard.{table.topic}")
    kind = {"type": "bar", "subtype": "stacked"} if table.stacked else {"type": "bar"}
    chart = page.book.add_chart(kind)
    first, last = row + 2, row + 1 + len(table.rows)
    for key, column in table.series.items():
        chart.add_series(
            {
                "name": words["columns"][column],
                "categories": [page.sheet.name, first, 0, last, 0],
                "values": [page.sheet.name, first, column, last, column],
                "fill": {"color": SHADES[key]},
                "gap": 45,
                "invert_if_negative": False,
            }
        )
    _dress(chart, words["chart"], legend=len(table.series) > 1)
    chart.set_size({"width": CHART_WIDTH, "height": table.height})
    place = {"x_offset": 12, "y_offset": 4, "description": words["chart"]}
    page.sheet.insert_chart(row + 1, CHART_COLUMN, chart, place)


def _dress(chart: Any, title: str, *, legend: bool) -> None:
    font = {"name": FONT, "size": 9, "color": COLORS["ink"]}
    chart.set_title({"name": title, "name_font": font | {"size": 11, "bold": True}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": font} if legend else {"none": True})
    chart.set_y_axis({"reverse": True, "num_font": font, "label_position": "low", "interval_unit": 1})
    chart.set_x_axis({"num_font": font, "major_gridlines": {"visible": True, "line": {"color": "#E5E7EB"}}})
    chart.set_chartarea({"border": {"color": COLORS["line"]}})
