"""The rows of a list into the ledger of a submission: appended, or in place of what stood there."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from addin.auditing.arrays import is_blank
from addin.auditing.batch import Row, is_withdrawn
from addin.auditing.structure import build_row_key, label_row, list_differing_columns
from addin.importing.headings import Header, choose, find_meaning
from addin.importing.notes import Imported, Note, Unmatched, What, note_cell, note_column, note_idle_rows, note_row
from addin.importing.source import ListRefused, read_sheets
from addin.importing.values import ListCells, TakenValue, Told
from addin.reading.cells import show_as_text
from addin.submission import Submission
from generator.unit.workbook import lay_out
from templates.content import LedgerCells, Value
from templates.layout import LedgerLayout
from templates.model import Ledger, Survey
from templates.spelling import make_name_key
from templates.words import lookup, say

_LIST: Final = "duplicate_list"
_BOOK: Final = "duplicate_book"


def import_list(
    survey: Survey, submission: Submission, path: Path, *, ledger: str = "", sheet: str = "", replace: bool = False
) -> tuple[Submission, Imported]:
    """Put the rows of the list at ``path`` into a ledger of the submission; return it, and what became of each row.

    ``ledger`` and ``sheet`` say which; without them the names of sheets and the headings do. ``replace`` empties the
    ledger first. Raises :class:`ListRefused`, nothing changed.
    """
    header = choose(read_sheets(path), submission.layout(survey), path, ledger, sheet)
    short, content = header.layout.ledger.short, submission.content
    layout = lay_out(survey, submission.identity, content).ledgers[short]
    before = content.ledgers.get(short, {})
    kept = {} if replace else before
    rows = _Rows(survey, header, kept, max([*kept, layout.first_row - 1]) + 1)
    imported = rows.take()
    if not (imported.rows or imported.count(What.DUPLICATE)):
        raise ListRefused("empty", file=path.name, sheet=header.sheet.name, row=header.row)
    _refuse_overflow(layout, rows)
    imported.emptied = len(before) if replace else 0
    filled = dataclasses.replace(content, ledgers=content.ledgers | {short: {**kept, **rows.taken}})
    return dataclasses.replace(submission, content=filled), imported


def _refuse_overflow(layout: LedgerLayout, rows: _Rows) -> None:
    if rows.taken and max(rows.taken) >= layout.end_row:
        room = max(layout.end_row - min(rows.taken), 0)
        values = {"ledger": layout.ledger.short, "last": layout.end_row - 1, "room": room}
        raise ListRefused("overflow", rows=len(rows.taken), **values)


@dataclass(frozen=True)
class _Seen:
    """The row that has a key already: of the list or of the workbook."""

    check: str
    row: int
    cells: Row


@dataclass
class _Rows:
    """The rows of a list, taken one by one; ``next`` is the row of the workbook that the next one gets."""

    survey: Survey
    header: Header
    kept: LedgerCells
    next: int
    taken: dict[int, dict[str, Value]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ledger: Ledger = self.header.layout.ledger
        self.sheet = self.header.sheet
        self.cells = ListCells(self.ledger, self.survey)
        self.names_column = self.header.columns[self.ledger.names_row]
        self.below = list(self._below())
        self.idle: list[int] = []
        counting = {row: cells for row, cells in self.kept.items() if _counts(self.ledger, cells)}
        self.seen = {build_row_key(self.ledger, cells): _Seen(_BOOK, row, cells) for row, cells in counting.items()}

    def take(self) -> Imported:
        """Take every row below the header; what is told comes in the order of the list, columns last."""
        imported = Imported(self.header)
        imported.notes += self._before()
        for row in self.below:
            imported.notes += self._row(row)
        if self.idle:
            imported.notes.append(note_idle_rows(self.idle))
        for column, cells, name in self._unused():
            note = note_column(self.header, column, cells, name)
            imported.notes.append(note)
            imported.unmatched.append(Unmatched(note.column, note.heading, cells))
        imported.rows = len(self.taken)
        return imported

    def _below(self) -> Iterator[int]:
        """Yield the rows with anything in them; one of our own ledgers ends where it says so."""
        end = "".join(lookup("workbook.ledger_end").split())
        for row in sorted(row for row in self.sheet.grid.rows if row > self.header.row):
            if self.sheet.grid.label(row, 1) == end:
                return
            if any(self.sheet.filled(row, column) for column in self.sheet.columns):
                yield row

    def _before(self) -> Iterator[Note]:
        """Tell what no row of this sheet can show."""
        if not self.sheet.errors:
            yield Note(What.LEFT_OUT, say("import.said.old_file"))
        for sheet in self.header.others:
            yield Note(What.LEFT_OUT, say("import.said.other_sheet", sheet=sheet))

    # --- rows --------------------------------------------------------------------------------------------------------

    def _row(self, row: int) -> list[Note]:
        if (notes := self._no_record(row)) is not None:
            return notes
        cells: dict[str, Value] = {}
        refused: dict[str, Value] = {}
        told: list[tuple[int, Told]] = []
        for name, column in sorted(self.header.columns.items(), key=self._wholes_first):
            taken = self._cell(row, column, name)
            cells |= taken.values
            refused |= {one.name: taken.values[one.name] for one in taken.told if one.refused}
            told += [(column, one) for one in taken.told]
        cells |= refused
        if not cells:
            self.idle.append(row)
            return []
        return self._duplicate(row, cells) or self._put(row, cells, told)

    def _wholes_first(self, item: tuple[str, int]) -> tuple[bool, int]:
        """A column of one choice says more than the column of all."""
        return item[0] in self.ledger.by_name, item[1]

    def _no_record(self, row: int) -> list[Note] | None:
        """Return what is said of a row that is no record, None for records.

        Rows that sum up are passed over without a word, since the ledger does so itself; a header that is repeated on
        the next page is told.
        """
        first = next((text for column in self.sheet.columns if (text := self._text(row, column))), "")
        name = make_name_key(self._text(row, self.names_column))
        sums = {make_name_key(word) for word in lookup("import.totals")}
        if {make_name_key(first).rstrip(":"), name.rstrip(":")} & sums:
            return []
        if name == make_name_key(self.header.heading(self.names_column)):
            return [note_row(What.LEFT_OUT, "header", row)]
        return None

    def _text(self, row: int, column: int) -> str:
        return show_as_text(self.sheet.value(row, column))

    def _cell(self, row: int, column: int, name: str) -> TakenValue:
        place = self.sheet.origin(row, column)
        if error := self.sheet.grid.errors.get(place):
            return self.cells.kept(error, name, "error")
        if place in self.sheet.grid.uncached:
            return self.cells.kept(f"={self.sheet.grid.formulas[place]}", name, "uncached")
        taken = self.cells.read(self.sheet.grid.value(*place), name)
        if taken.values and place[0] != row and self.cells.is_number(name):
            return TakenValue({}, [Told("merged", name, False, {"origin": str(place[0])})])
        return taken

    def _duplicate(self, row: int, cells: Row) -> list[Note]:
        if not _counts(self.ledger, cells):
            return []
        seen = self.seen.setdefault(build_row_key(self.ledger, cells), _Seen(_LIST, row, cells))
        if seen.cells is cells:
            return []
        columns = "、".join(list_differing_columns(self.ledger, seen.cells, cells))
        differs = say("import.row.differs", columns=columns) if columns else ""
        label = label_row(self.ledger, cells)
        return [note_row(What.DUPLICATE, seen.check, row, other=seen.row, label=label, differs=differs)]

    def _put(self, row: int, cells: dict[str, Value], told: list[tuple[int, Told]]) -> list[Note]:
        target, self.next = self.next, self.next + 1
        self.taken[target] = cells
        notes = [
            note_cell(self.header, row, column, one, target) for column, one in sorted(told, key=lambda one: one[0])
        ]
        if is_blank(cells.get(self.ledger.names_row)):
            notes.append(note_row(What.REFUSED, "nameless", row, column=self.ledger.names_row, target=target))
        return notes

    # --- columns -----------------------------------------------------------------------------------------------------

    def _unused(self) -> Iterator[tuple[int, int, str]]:
        """Yield each column of the list that is not used though something stands in it, with its cells and meaning.

        A column that only numbers the rows is passed over.
        """
        used = set(self.header.columns.values())
        numbering = {make_name_key(word) for word in lookup("import.numbering")}
        for column in self.sheet.columns:
            counts = make_name_key(self.header.heading(column)) in numbering
            if (
                column not in used
                and not counts
                and (cells := sum(self.sheet.filled(row, column) for row in self.below))
            ):
                yield column, cells, find_meaning(self.ledger, self.header.heading(column))


def _counts(ledger: Ledger, cells: Row) -> bool:
    """Return whether the row stands for an object: withdrawn or nameless ones are never taken for another."""
    return not is_withdrawn(cells) and not is_blank(cells.get(ledger.names_row))
