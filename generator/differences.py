"""新旧制度对照表.xlsx: an overview, then a sheet for each kind of parts, to be printed and gone through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from generator.files import write_beside
from generator.page import Book, Page
from templates.difference import AspectChange, DifferenceLine, Fate, Subject, SurveyDifference
from templates.words import lookup, say

SHEETS: Final = {
    "survey": (Subject.SURVEY, Subject.KIND),
    "form": (Subject.FORM, Subject.INDICATOR),
    "ledger": (Subject.LEDGER, Subject.COLUMN),
    "rule": (Subject.RULE,),
    "code_list": (Subject.CODE_LIST,),
}
"""Which parts stand on which sheet."""

HEADER: Final = 2
"""The header row of a sheet, from 0."""

NO_ASPECT: Final = AspectChange("", "", "")


def write_differences(path: Path, difference: SurveyDifference) -> None:
    """Write the comparison, whole or not at all. Raises OSError."""
    with write_beside(path) as beside:
        book = Book(str(beside))
        _write_overview(book, difference)
        for name, subjects in SHEETS.items():
            lines = [line for subject in subjects for line in difference.of(subject)]
            if lines:
                _write_list(book, lookup("difference.book.sheets")[name], lines)
        book.close()


def _write_overview(book: Book, difference: SurveyDifference) -> None:
    words = lookup("difference.book")
    page = book.page(words["overview"], words["overview_widths"], "lead")
    page.title(words["title"])
    page.text(1, 0, tell_editions(difference, "difference.book.lead"), "plain")
    page.header(HEADER + 1, [words["overview_first"], *(fate.shown for fate in Fate)])
    for row, subject in enumerate(Subject, start=HEADER + 2):
        counted = difference.count(subject)
        page.text(row, 0, subject.shown)
        for column, fate in enumerate(Fate, start=1):
            page.number(row, column, counted.get(fate, 0))
    for row, sentence in enumerate(difference.sentences, start=HEADER + 3 + len(Subject)):
        page.sheet.merge_range(row, 0, row, len(page.widths) - 1, sentence, book.styles.role("cell_wrap"))
        page.sheet.set_row(row, 48)
    page.print_upright(HEADER + 1)
    page.set_heights()


def tell_editions(difference: SurveyDifference, key: str) -> str:
    """Return which definitions are compared, in the words of ``key``."""
    old, new = difference.old, difference.new
    return say(key, old=old.id, old_version=old.version, new=new.id, new_version=new.version)


def _write_list(book: Book, name: str, lines: Sequence[DifferenceLine]) -> None:
    words = lookup("difference.book")
    page = book.page(name, words["widths"])
    page.title(f"{words['title']}　{name}")
    page.header(HEADER, words["columns"])
    last = HEADER
    for line, aspect in _list_rows(lines):
        last += 1
        _write_row(page, last, line, aspect)
    page.finish(HEADER, last, 4)
    page.set_heights()


def _list_rows(lines: Sequence[DifferenceLine]) -> Iterator[tuple[DifferenceLine, AspectChange]]:
    """Yield a row for each aspect that changed; what is new, gone or only renumbered has one row."""
    for line in lines:
        for aspect in line.aspects or (NO_ASPECT,):
            yield line, aspect


def _write_row(page: Page, row: int, line: DifferenceLine, aspect: AspectChange) -> None:
    fate = say("difference.book.guessed", fate=line.fate.shown) if line.guessed else line.fate.shown
    texts = [fate, line.old, line.new, line.name, aspect.shown if aspect.aspect else "", aspect.old, aspect.new]
    for column, text in enumerate(texts):
        page.text(row, column, text)
