"""疑似重复: what seems to stand in two units' ledgers, thing by thing, with columns for what the officer finds."""

from __future__ import annotations

from collections.abc import Iterable

from generator.consolidated.data import Consolidated
from generator.consolidated.double_data import DoubleLine
from generator.consolidated.links import Links
from generator.consolidated.texts import title_survey
from generator.page import Book, Page
from templates.words import lookup, say

HEADER = 2
"""The header row, from 0."""

FROZEN = 4
"""Columns that stay in sight: whose row it is."""


def write_doubles(book: Book, data: Consolidated) -> None:
    """Write 疑似重复, if there is anything, or was anything said of what is there no more."""
    doubles, words = data.doubles, lookup("consolidated.doubles")
    if not doubles.lines and not doubles.left_over:
        return
    columns = list(words["columns"].values())
    page = book.page(say("consolidated.sheets.doubles"), words["widths"], "lead")
    page.title(title_survey("doubles", data))
    page.text(1, 0, words["guide"], "plain")
    page.header(HEADER, columns)
    last = _write_lines(page, HEADER + 1, doubles.lines, data)
    page.finish(HEADER, last, FROZEN)
    if doubles.left_over:
        page.title(words["left_over"], last + 2)
        page.header(last + 3, columns)
        _write_lines(page, last + 4, doubles.left_over, data)
    page.sheet.set_column(len(columns) - 1, len(columns) - 1, None, None, {"hidden": True})
    page.set_heights()
    page.protect()


def _write_lines(page: Page, first: int, lines: Iterable[DoubleLine], data: Consolidated) -> int:
    """Write lines from the row ``first`` on; return the last row."""
    links, row, before = Links(data.files), first - 1, 0
    for row, line in enumerate(lines, start=first):
        _write_line(page, row, line, links, is_first=line.group != before)
        _offer_verdicts(page, row)
        before = line.group
    return row


def _write_line(page: Page, row: int, line: DoubleLine, links: Links, *, is_first: bool) -> None:
    words, columns = lookup("consolidated.doubles"), list(lookup("consolidated.doubles.columns"))
    counted = words["once" if line.once else "twice"] if line.counted else words["none"]
    verdict = words["verdicts"].get(line.verdict, line.verdict)
    note = "\n".join(filter(None, (line.why if is_first else "", line.note)))
    page.number(row, 0, line.group or None, role="group_first" if is_first else "group_next")
    for key, text in {
        "ledger": line.ledger,
        "code": line.code,
        "unit": line.unit,
        "title": line.title,
        "others": line.others,
        "numbers": line.numbers,
        "note": note,
    }.items():
        page.text(row, columns.index(key), text)
    page.text(row, columns.index("basis"), line.basis, "cell")
    page.link(row, columns.index("row"), links.to_cell(line.code, line.cell), str(line.row or ""))
    page.text(row, columns.index("once"), counted, "cell_center")
    page.text(row, columns.index("verdict"), verdict, "entry_note")
    page.text(row, columns.index("officer"), line.officer, "entry_note")


def _offer_verdicts(page: Page, row: int) -> None:
    words = lookup("consolidated.doubles")
    column = list(words["columns"]).index("verdict")
    offered = {
        "validate": "list",
        "source": list(words["verdicts"].values()),
        "input_title": words["verdict_title"],
        "input_message": words["verdict"],
        "error_title": words["verdict_title"],
        "error_message": words["verdict_refused"],
    }
    page.sheet.data_validation(row, column, row, column, offered)
