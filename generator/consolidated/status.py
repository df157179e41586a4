"""报送情况, where the officer works: whose turn it is, why, and yellow cells for what is to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from generator.consolidated.data import Consolidated, StatusLine
from generator.consolidated.links import Links
from generator.consolidated.texts import name_state, title_survey
from generator.page import HIGHEST, Book, Page
from generator.widths import lines_needed
from templates.words import lookup, say

STATES: Final = {
    "held": "hold",
    "faulty": "error",
    "unexplained": "warning",
    "passed": "fine",
    "missing": "unfilled",
    "sent_back": "info",
    "accepted": "fine_box",
}
"""The colours of the states, in the order of whose turn it is: the office's first, then the units', then nobody's."""

TURNS: Final = {
    "office": ("held", "faulty", "unexplained", "passed"),
    "units": ("missing", "sent_back"),
    "done": ("accepted",),
}
"""Whose turn it is; a thick line stands between."""

STATUS_HEADER: Final = 3
"""The header row, from 0."""

COLUMNS: Final = {key: place for place, key in enumerate(lookup("consolidated.status.columns"))}
"""Columns by what they hold."""

HEADER_POINTS: Final = 42.0
"""Two lines, and room below them for the buttons of the filter."""
ROW_POINTS, LINE_POINTS = 15.75, 12.75
"""How high a row of one line is, and what each further line adds."""

FROZEN, NAME_TO = 3, COLUMNS["explained"]
PRINTED: Final = COLUMNS["open"]
"""Behind it stands what is looked at seldom."""
_TURN_CELLS: Final = {"office": "state", "units": "unexplained", "done": "what"}
_STATE_CELLS: Final = {
    ("held",): "code",
    ("faulty",): "name",
    ("unexplained",): "received",
    ("passed",): "late",
    ("missing", "sent_back"): "reason",
    ("accepted",): "text",
}
"""Above which columns stand how many units are whose turn, and in which state."""
_COUNTS: Final = ("errors", "unexplained", "held", "explained")
_LIT: Final = dict(zip(_COUNTS, ("error_text", "warning_text", "hold", ""), strict=True))


def write_status(book: Book, data: Consolidated, findings: Mapping[str, str]) -> None:
    """Write 报送情况: units by whose turn it is, the files that stand for none, and opinions without either.

    ``findings`` are the places of the first finding of each unit, by its code, as links.
    """
    words, links = lookup("consolidated.status"), Links(data.files)
    page = book.page(say("consolidated.sheets.status"), words["widths"], "lead")
    _head(page, data)
    for column, text in enumerate(words["columns"].values()):
        page.sheet.write_string(STATUS_HEADER, column, text, book.styles.role("status_head"))
    page.sheet.set_row(STATUS_HEADER, HEADER_POINTS)
    units = [line for states in TURNS.values() for state in states for line in data.units if line.state == state]
    ends = _ends_of_turns(units)
    row = STATUS_HEADER
    for row, line in enumerate(units, start=STATUS_HEADER + 1):
        _Row(page, row, under=row - STATUS_HEADER - 1 in ends).write(line, links, findings.get(line.code, ""))
    _ask(page, row)
    _finish(page, row)
    row = _block(page, row, data.unused_files, words["unused"])
    _block(page, row, data.left_over, words["left_over"])
    page.set_heights()
    page.protect()


def _head(page: Page, data: Consolidated) -> None:
    """Write the title, how many have reported, and how many are in each state, by whose turn it is."""
    role = page.book.styles.role
    page.title(title_survey("status", data))
    page.sheet.write_string(0, COLUMNS["reason"], say("consolidated.status.moment", moment=data.moment), role("muted"))
    page.sheet.write_string(1, 0, _tell_reported(data), role("strong"))
    page.sheet.write_string(1, COLUMNS["reason"], say("consolidated.status.guide"), role("muted"))
    _write_states(page, data)


def _tell_reported(data: Consolidated) -> str:
    missing, units = sum(line.state == "missing" for line in data.units), len(data.units)
    rate = round(100 * (units - missing) / units) if units else 0
    counted = sum(line.counted for line in data.returns)
    numbers = {"units": units, "received": units - missing, "missing": missing, "rate": rate, "counted": counted}
    return say("consolidated.status.counts", **numbers)


def _write_states(page: Page, data: Consolidated) -> None:
    """Write how many units are in each state; texts run on into the empty cells beside them."""
    states = Counter(line.state for line in data.units)
    for turn, column in _TURN_CELLS.items():
        text = say(f"consolidated.status.turns.{turn}")
        page.sheet.write_string(2, COLUMNS[column], text, page.book.styles.role("strong"))
    for members, column in _STATE_CELLS.items():
        told = [say("consolidated.status.state", state=_show_state(state), count=states[state]) for state in members]
        page.sheet.write_string(
            2, COLUMNS[column], say("consolidated.status.space").join(told), page.book.ink(STATES[members[0]])
        )


def _show_state(state: str) -> str:
    return say(f"consolidated.state.{state}", state=name_state(state))


def _ends_of_turns(units: list[StatusLine]) -> set[int]:
    """Return the places of the lines after which it is somebody else's turn."""
    turn = {state: key for key, states in TURNS.items() for state in states}
    pairs = enumerate(pairwise(units))
    return {place for place, (line, following) in pairs if turn[line.state] != turn[following.state]}


class _Row:
    """One row being written; ``under`` draws the thick line below it."""

    def __init__(self, page: Page, row: int, *, under: bool = False) -> None:
        self.page, self.row, self.under = page, row, under

    def write(self, line: StatusLine, links: Links, findings: str) -> None:
        """Write a unit."""
        self._state(line, findings)
        self._text("code", line.code, "code")
        self._text("name", line.name, "cell_line")
        self._text("received", line.received or line.state_shown[2:], "cell_center")
        self._number("late", line.late, "error_text")
        self._number("round", line.round)
        for key, count in zip(_COUNTS, line.counts, strict=False):
            self._number(key, count, _LIT[key])
        for key in _COUNTS[len(line.counts) :]:
            self._number(key, 0)
        self._text("reason", line.reason, "cell_wrap")
        for key in ("what", "text", "by", "stamped"):
            self._text(key, getattr(line.cells, key), "entry_text" if key == "text" else "entry_switch_text")
        self._link("open", links.to_file(line.code), say("consolidated.status.open"))
        self._text("opinion", line.opinion, "entry_note")
        for key, text in (("kind", line.kind), ("level", line.level), ("region", line.region)):
            self._text(key, text, "cell_line")
        self._number("others", line.counts[-1] if line.counts else 0)
        self._text("file", line.file, "cell_line")
        self._text("acts", line.acts, "hidden")
        self._height(line)

    def _state(self, line: StatusLine, url: str) -> None:
        style = self.page.book.lit(STATES[line.state], under=self.under)
        if url:
            self.page.sheet.write_url(self.row, COLUMNS["state"], url, style, line.state_shown)
        else:
            self.page.sheet.write_string(self.row, COLUMNS["state"], line.state_shown, style)

    def _text(self, key: str, text: str, role: str) -> None:
        style = self.page.book.styles.role(role, under=self.under)
        if text:
            self.page.sheet.write_string(self.row, COLUMNS[key], text, style)
        else:
            self.page.sheet.write_blank(self.row, COLUMNS[key], None, style)

    def _number(self, key: str, count: int, light: str = "") -> None:
        style = self.page.book.styles.role("cell_count", under=self.under, light=light if count else "")
        if count:
            self.page.sheet.write_number(self.row, COLUMNS[key], count, style)
        else:
            self.page.sheet.write_blank(self.row, COLUMNS[key], None, style)

    def _link(self, key: str, url: str, text: str) -> None:
        if url:
            style = self.page.book.styles.role("link_center", under=self.under)
            self.page.sheet.write_url(self.row, COLUMNS[key], url, style, text)
        else:
            self._text(key, "", "cell_center")

    def _height(self, line: StatusLine) -> None:
        """Make the row as high as it has to be: its reason is read whole."""
        shown = {"reason": line.reason, "text": line.cells.text}
        lines = max(lines_needed(text, self.page.widths[COLUMNS[key]]) for key, text in shown.items())
        self.page.sheet.set_row(self.row, min(ROW_POINTS + LINE_POINTS * (lines - 1), HIGHEST))


def _ask(page: Page, last: int) -> None:
    """Offer what may be done."""
    if last == STATUS_HEADER:
        return
    words, column = lookup("consolidated.status"), COLUMNS["what"]
    page.sheet.data_validation(
        STATUS_HEADER + 1,
        column,
        last,
        column,
        {
            "validate": "list",
            "source": list(lookup("acts.orders").values()),
            "input_title": words["columns"]["what"],
            "input_message": words["what_message"],
            "error_title": words["columns"]["what"],
            "error_message": words["what_refused"],
        },
    )


def _finish(page: Page, last: int) -> None:
    """Freeze, filter, hide what the next merge alone reads, set the paper: what is worked with, one page wide."""
    sheet = page.sheet
    sheet.freeze_panes(STATUS_HEADER + 1, FROZEN)
    sheet.autofilter(STATUS_HEADER, 0, max(last, STATUS_HEADER), COLUMNS["acts"])
    sheet.set_column(COLUMNS["acts"], COLUMNS["acts"], page.widths[COLUMNS["acts"]], None, {"hidden": True})
    page.print_across()
    sheet.repeat_rows(STATUS_HEADER)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, max(last, STATUS_HEADER), PRINTED)
    sheet.set_selection(STATUS_HEADER + 1, COLUMNS["what"], STATUS_HEADER + 1, COLUMNS["what"])


def _block(page: Page, row: int, lines: tuple[StatusLine, ...], title: str) -> int:
    """Write lines below ``row`` under a title and a header of their own; return the last row."""
    if not lines:
        return row
    page.title(title, row + 2)
    words = lookup("consolidated.status.columns")
    header = [words[key] for key in ("state", "code", "name", "file", "reason", "opinion")]
    _file_row(page, row + 3, header, "header", "header")
    for below, line in enumerate(lines, start=row + 4):
        texts = [line.state_shown, line.code, line.name, line.file, line.reason, line.opinion]
        _file_row(page, below, texts, "cell_wrap", "entry_note")
    return row + 3 + len(lines)


def _file_row(page: Page, row: int, texts: list[str], role: str, last: str) -> None:
    """Write a row of a block: files have no counts, their names take that room, and the opinion that of the orders."""
    state, code, name, file, reason, opinion = texts
    for column, text in enumerate((state, code, name)):
        page.text(row, column, text, role)
    _wide(page, row, FROZEN, NAME_TO, file, role)
    page.text(row, COLUMNS["reason"], reason, role)
    _wide(page, row, COLUMNS["what"], PRINTED, opinion, last)


def _wide(page: Page, row: int, first: int, last: int, text: str, role: str) -> None:
    page.sheet.merge_range(row, first, row, last, text, page.book.styles.role(role))
    lines = lines_needed(text, sum(page.widths[first : last + 1]) - 1)
    page.lines[row] = max(page.lines.get(row, 0), lines)
