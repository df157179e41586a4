"""催报工作表.xlsx: whom to telephone, and what to paste. It holds contact data and stays in the house."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from generator.files import write_beside
from generator.page import Book, Page
from templates.words import lookup, say

HEADER = 2
"""The header row of the list, from 0."""


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """One unit that is waited for."""

    contact: str
    phone: str
    code: str
    name: str
    state: str
    back: int
    """Which 退回 it has to answer; 0 where it has sent nothing."""
    due: date | None
    late: int
    reminded: str
    """When it was reminded last."""
    upper: str
    """Whom to turn to next."""
    shown_due: str

    @property
    def recipient(self) -> tuple[str, str]:
        """Who is told of it: the contact person; without one the unit itself."""
        return (self.contact, self.phone) if self.contact else ("", self.code)


@dataclass(frozen=True)
class ReminderBook:
    """All units that are waited for, those of one contact person together."""

    survey: str
    year: int | None
    today: date
    lines: tuple[ReminderLine, ...]

    @property
    def by_contact(self) -> Iterator[list[ReminderLine]]:
        """The lines of each contact person; a unit without one stands by itself."""
        for _, lines in groupby(self.lines, key=lambda one: one.recipient):
            yield list(lines)


def write_reminders(path: Path, data: ReminderBook) -> None:
    """Write the list and the words to paste, whole or not at all. Raises OSError."""
    with write_beside(path) as beside:
        book = Book(str(beside))
        _write_list(book, data)
        _write_words(book, data)
        book.close()


def _write_list(book: Book, data: ReminderBook) -> None:
    words = lookup("remind.list")
    page = book.page(words["sheet"], words["widths"], "lead")
    page.title(say("remind.list.title", survey=data.survey, year=data.year or ""))
    page.text(1, 0, say("remind.list.counts", count=len(data.lines), today=data.today.isoformat()), "muted")
    page.header(HEADER, words["columns"])
    row = HEADER
    for lines in data.by_contact:
        for line in lines:
            row += 1
            _write_line(page, row, line, under=line is lines[-1])
    page.finish(HEADER, row, 4)
    page.set_heights()


def _write_line(page: Page, row: int, line: ReminderLine, *, under: bool) -> None:
    style = page.book.styles.role
    back = say("remind.list.back", round=line.back) if line.back else ""
    texts = [line.contact, line.phone, line.code, line.name, f"{line.state}{back}", line.shown_due]
    for column, text in enumerate(texts):
        page.sheet.write_string(row, column, text, style("cell_line", under=under))
    page.sheet.write_string(row, 6, str(line.late or ""), style("cell_center", under=under, light="error_text"))
    for column, text in enumerate((line.reminded, line.upper), start=7):
        page.sheet.write_string(row, column, text, style("cell_line", under=under))
    page.sheet.write_blank(row, 9, None, style("entry_note", under=under))


def _write_words(book: Book, data: ReminderBook) -> None:
    """Write what to paste: for the group without a unit's name, for each contact person with his units; no values."""
    words = lookup("remind.paste")
    page = book.page(words["sheet"], words["widths"], "finish")
    page.title(words["title"])
    page.header(1, words["columns"])
    page.text(2, 0, words["group_head"])
    page.text(2, 1, say("remind.paste.group", survey=data.survey, year=data.year or "", count=len(data.lines)))
    for row, lines in enumerate(data.by_contact, start=3):
        page.text(row, 0, lines[0].contact or lines[0].name)
        units = "\n".join(_word_unit(line) for line in lines)
        head = {"contact": lines[0].contact or words["anyone"], "survey": data.survey, "year": data.year or ""}
        page.text(row, 1, say("remind.paste.person", units=units, **head))
    page.set_heights()
    page.print_upright(1)


def _word_unit(line: ReminderLine) -> str:
    key = "late" if line.late else "due" if line.due else "open"
    return say(f"remind.paste.{key}", name=line.name, state=line.state, due=line.shown_due, late=line.late)
