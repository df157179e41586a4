"""Ledgers of several workbooks, one below the other; a row that two of them have is kept once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from addin.auditing.arrays import is_blank
from addin.auditing.batch import Row, is_withdrawn
from addin.auditing.structure import build_row_key, label_row, list_differing_columns
from addin.submission import Submission
from templates.content import LedgerCells
from templates.filled import FilledLedger
from templates.layout import LedgerLayout, WorkbookLayout
from templates.model import Ledger


@dataclass(frozen=True)
class Stacked:
    """One row and what became of it. ``place`` is the workbook's, the parent's own is 0."""

    ledger: Ledger
    place: int
    source_row: int
    cells: Row
    row: int
    """Its row in the result, or the row that stands for it."""
    kept: bool
    differs: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What people call the row: its key."""
        return label_row(self.ledger, self.cells)


def stack_rows(layout: WorkbookLayout, submissions: Sequence[Submission]) -> list[Stacked]:
    """Return every row of every ledger in ``layout``, that of the first, the parent's own; its rows come first.

    Rows with the same key in two workbooks are one object; within one workbook that is for its audit to say. Rows that
    are withdrawn or have no name count for nothing and are never taken for another's.
    """
    return [row for ledger in layout.ledgers.values() for row in _Stack(ledger, submissions)]


class _Stack:
    def __init__(self, layout: LedgerLayout, submissions: Sequence[Submission]) -> None:
        self.ledger = layout.ledger
        self.submissions = submissions
        self.first_row = layout.first_row
        self.seen: dict[tuple[str, ...], Stacked] = {}

    def __iter__(self) -> Iterator[Stacked]:
        row = self.first_row
        for place, submission in enumerate(self.submissions):
            for number, cells in FilledLedger.of(submission.content.ledgers.get(self.ledger.short, {})).items():
                entry = self._entry(place, number, cells, row)
                row += entry.kept
                yield entry

    def _entry(self, place: int, number: int, cells: Row, row: int) -> Stacked:
        fresh = Stacked(self.ledger, place, number, cells, row, kept=True)
        if is_withdrawn(cells) or is_blank(cells.get(self.ledger.names_row)):
            return fresh
        first = self.seen.setdefault(build_row_key(self.ledger, cells), fresh)
        if first.place == place:
            return fresh
        return Stacked(
            self.ledger,
            place,
            number,
            cells,
            first.row,
            kept=False,
            differs=list_differing_columns(self.ledger, first.cells, cells),
        )


def keep_rows(rows: Sequence[Stacked], place: int | None = None) -> dict[str, LedgerCells]:
    """Return the rows that the result holds, as a content has them; of one workbook, or of all."""
    found: dict[str, dict[int, Row]] = {}
    for row in rows:
        if row.kept and place in (None, row.place):
            found.setdefault(row.ledger.short, {})[row.row] = row.cells
    return {short: FilledLedger.of(rows) for short, rows in found.items()}
