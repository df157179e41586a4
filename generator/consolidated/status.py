"""报送情况: who reported, what became of every file, and what people think of it."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest

from generator.consolidated.data import Consolidated, StatusLine
from generator.consolidated.links import Links
from generator.consolidated.texts import name_state, title_survey
from generator.page import Book, Page
from templates.words import lookup, say

LIGHTS = {
    "held": "hold",
    "faulty": "error",
    "unexplained": "warning",
    "passed": "fine",
    "missing": "unfilled",
    "sent_back": "info",
    "accepted": "fine_box",
}
"""The colours of the states, in the order of whose turn it is: the office's first, then the units'."""

STATUS_HEADER = 2
"""The header row, from 0."""

STATE, FILE, COUNTS, REASON, OPINION = 5, 6, 7, 12, 13
"""Columns."""


def write_status(book: Book, data: Consolidated) -> None:
    """Write 报送情况: units by whose turn it is, the files that stand for none, and opinions without either."""
    words, links = lookup("consolidated.status"), Links(data.files)
    page = book.page(say("consolidated.sheets.status"), words["widths"])
    page.title(title_survey("status", data))
    page.sheet.write_string(1, 0, _counts(data), book.styles.role("plain"))
    page.header(STATUS_HEADER, list(words["columns"].values()))
    row = STATUS_HEADER
    turns = list(LIGHTS)
    for row, line in enumerate(sorted(data.units, key=lambda unit: turns.index(unit.state)), start=STATUS_HEADER + 1):
        _line(page, row, line, LIGHTS[line.state], links.to_file(line.code))
    page.finish(STATUS_HEADER, row, 2)
    row = _block(page, row, data.unused_files, words["unused"])
    _block(page, row, data.left_over, words["left_over"])
    page.set_heights()
    page.protect()


def _counts(data: Consolidated) -> str:
    states = Counter(line.state for line in data.units)
    told = [say("consolidated.status.state", state=name_state(state), count=states[state]) for state in LIGHTS]
    return say(
        "consolidated.status.counts",
        units=len(data.units),
        received=len(data.units) - states["missing"],
        states=say("merge.reason.and").join(told),
        counted=sum(line.counted for line in data.returns),
        files=len(data.unused_files),
    )


def _block(page: Page, row: int, lines: tuple[StatusLine, ...], title: str) -> int:
    """Write lines below ``row`` under a title and a header of their own; return the last row."""
    if not lines:
        return row
    page.title(title, row + 2)
    page.header(row + 3, list(lookup("consolidated.status.columns").values()))
    for below, line in enumerate(lines, start=row + 4):
        _line(page, below, line, "info", "")
    return row + 3 + len(lines)


def _line(page: Page, row: int, line: StatusLine, light: str, url: str) -> None:
    for column, text in enumerate((line.code, line.name, line.kind, line.level, line.region)):
        page.text(row, column, text)
    page.sheet.write_string(row, STATE, line.state_shown, page.book.lit(light))
    page.link(row, FILE, url, line.file)
    for column, count in zip_longest(range(COUNTS, REASON), line.counts):
        page.number(row, column, count, role="cell_center")
    page.text(row, REASON, line.reason)
    page.text(row, OPINION, line.opinion, "entry_note")
