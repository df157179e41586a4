"""What is said of a list: every value, row and column that did not go into the ledger as it stood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from addin.importing.headings import Header
from addin.importing.values import Told
from templates.layout import name_column
from templates.words import say

_SHOWN: Final = 10
"""So many rows of a kind are numbered in one sentence."""

MOST: Final = 20
"""So many changes of a column are shown to people: 12人 may stand in every row."""


class What(StrEnum):
    """What became of it."""

    REFUSED = "refused"
    """Could not be taken and stands in the workbook as it was written, for the audit to quote."""
    CHANGED = "changed"
    """Taken, but not letter by letter: to be looked at."""
    DUPLICATE = "duplicate"
    """A row that the ledger has already."""
    LEFT_OUT = "left_out"
    """Nothing that the ledger has a place for."""


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence about a place in the list. ``row`` 0 is the whole column, ``column`` blank the whole row."""

    what: What
    message: str
    row: int = 0
    column: str = ""
    heading: str = ""
    cell: str = ""
    """The cell of the workbook that it is about, such as ``台账-…!D8``."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A column of the list that the ledger has no counterpart for, and how many of its cells were not written."""

    column: str
    heading: str
    cells: int


@dataclass
class Imported:
    """What became of a list."""

    header: Header
    rows: int = 0
    emptied: int = 0
    notes: list[Note] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)

    def count(self, what: What) -> int:
        """Return how many notes are of one kind."""
        return sum(note.what is what for note in self.notes)

    def shown(self) -> list[str]:
        """Return the sentences for people: all, but of changes in one column only the first, the others counted."""
        changes = Counter(note.column for note in self.notes if note.what is What.CHANGED)
        seen: Counter[str] = Counter()
        sentences: list[str] = []
        for note in self.notes:
            seen[note.column] += note.what is What.CHANGED
            if note.what is not What.CHANGED or seen[note.column] <= MOST:
                sentences.append(note.message)
        more = {column: count - MOST for column, count in changes.items() if count > MOST}
        return sentences + [say("import.changed.more", letter=column, count=count) for column, count in more.items()]

    def told(self) -> dict[str, object]:
        """Return the values of the closing sentence."""
        counts = {what.value: self.count(what) for what in What}
        ledger = self.header.layout.ledger.short
        return {"ledger": ledger, "sheet": self.header.sheet.name, "rows": self.rows, **counts}

    def as_json(self) -> dict[str, Any]:
        """Return all of it for a program."""
        header = self.header
        return {
            "ledger": header.layout.ledger.short,
            "sheet": header.sheet.name,
            "header_row": header.row,
            "columns": {header.heading(column): name for name, column in header.columns.items()},
            "rows": self.rows,
            "emptied": self.emptied,
            "counts": {what.value: self.count(what) for what in What},
            "unmatched": [asdict(column) for column in self.unmatched],
            "notes": [asdict(note) for note in self.notes],
        }


def note_cell(header: Header, row: int, column: int, told: Told, target: int) -> Note:
    """Return the sentence about a cell whose value went to row ``target`` of the workbook."""
    place = say("import.place", row=row, letter=name_column(column), heading=header.heading(column))
    cell = header.layout.address(told.name, target)
    words = say(f"import.{'cell' if told.refused else 'changed'}.{told.check}", cell=cell, **told.values)
    what = What.REFUSED if told.refused else What.CHANGED
    return Note(what, place + words, row, name_column(column), header.heading(column), cell)


def note_row(what: What, check: str, row: int, **values: object) -> Note:
    """Return the sentence about a row of the list."""
    return Note(what, say(f"import.row.{check}", row=row, **values), row)


def note_idle_rows(rows: Sequence[int]) -> Note:
    """Return one sentence about all rows that hold nothing the ledger takes."""
    shown = "、".join(str(row) for row in rows[:_SHOWN])
    if len(rows) > _SHOWN:
        shown = say("import.row.idle_more", rows=shown, count=len(rows))
    return Note(What.LEFT_OUT, say("import.row.idle", rows=shown), rows[0])


def note_column(header: Header, column: int, cells: int, name: str) -> Note:
    """Return the sentence about a column that is not used; ``name`` is what another column gives already, or blank."""
    text = header.heading(column)
    check = "twice" if name else "unmatched" if text else "unnamed"
    other = name_column(header.columns[name]) if name else ""
    values = {"letter": name_column(column), "heading": text, "cells": cells, "name": name, "other": other}
    return Note(What.LEFT_OUT, say(f"import.column.{check}", **values), 0, name_column(column), text)
