"""退回答复: what units wrote beside what was sent back to them."""

from __future__ import annotations

from generator.consolidated.data import AnswerLine, Consolidated
from generator.page import Book, Page, split_into_sheets
from templates.words import lookup, say

HEADER = 1
"""The header row, from 0."""

_STANDS = 7
"""The column that says whether the same is still found."""


def write_answers(book: Book, data: Consolidated) -> None:
    """Write 退回答复, if anybody answered."""
    if not data.answers:
        return
    words = lookup("sent_back.answers")
    for name, lines in split_into_sheets(words["sheet"], data.answers):
        page = book.page(name, words["widths"])
        page.title(say("sent_back.answers.title", title=data.survey.title))
        page.header(HEADER, words["columns"])
        for row, line in enumerate(lines, start=HEADER + 1):
            _write_line(page, row, line)
        page.finish(HEADER, HEADER + len(lines), 2)
        page.set_heights()


def _write_line(page: Page, row: int, line: AnswerLine) -> None:
    texts = (line.unit_code, line.unit, None, line.place, line.problem, line.opinion, line.answer)
    for column, text in enumerate(texts):
        if text is not None:
            page.text(row, column, text)
    page.number(row, texts.index(None), line.round, role="cell_center")
    state = lookup("sent_back.answers.state")["stands" if line.stands else "gone"]
    page.sheet.write_string(row, _STANDS, state, page.book.lit("warning" if line.stands else "fine_box"))
