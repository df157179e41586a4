"""A ledger's sheet into the working paper: every row with anything in it, by the names in the header row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any, Final

from addin.package.addresses import Place
from addin.reading.cells import (
    CellReading,
    Remark,
    Spec,
    interpret,
    is_blank,
    quote_cell,
    quote_revealed,
    show_as_text,
    specify_column,
)
from addin.reading.grid import Grid
from addin.reading.ledger_columns import ReadCells, read_column
from addin.reading.paper import WorkingPaper
from addin.reading.stray import Strays
from templates.content import Value
from templates.filled import FilledLedger
from templates.layout import LedgerLayout
from templates.words import lookup, say

BEFORE: Final = -1
"""Orders what is said of a whole row before what is said of its cells."""


@dataclass(frozen=True)
class LedgerReader:
    """Reads one ledger's sheet."""

    paper: WorkingPaper
    layout: LedgerLayout
    grid: Grid

    def read(self) -> None:
        """Put rows and oddities of the sheet into the working paper."""
        if not self.columns:
            self._lost(say("reader.part.header"))
            return
        for column in self.layout.ledger.columns:
            if column.name not in self.columns:
                self._lost(say("reader.part.column", column=column.name))
        rows = sorted(row for row in self.grid.rows if row >= self.header_row)
        entries = [row for row in rows if row not in (self.header_row, self.marker_row)]
        if ledger := self._read_columns(entries):
            self.paper.content.ledgers[self.layout.ledger.short] = ledger
        self._strays(rows)
        self._confirmation()

    def _strays(self, rows: Sequence[int]) -> None:
        strays = Strays(self.grid)
        for row in rows:
            if max(self.grid.rows[row], default=0) > self.last_column:
                strays.add_right_of(row, self.last_column + 1)
        self.paper.oddities.extend(strays.oddities(ledger=self.layout.ledger.short))

    def _confirmation(self) -> None:
        """Whether the unit says that it has gone through last year's rows."""
        cell = find_confirmation(self.layout, self.grid)
        if show_as_text(self.grid.value(*cell)) == lookup("workbook.ledger.confirmed"):
            self.paper.content.confirmed.add(self.layout.ledger.short)

    # --- places ------------------------------------------------------------------------------------------------------

    @cached_property
    def _header(self) -> tuple[int, dict[str, int]]:
        return find_header(self.layout, self.grid)

    @property
    def header_row(self) -> int:
        """The row with the column names."""
        return self._header[0]

    @property
    def columns(self) -> dict[str, int]:
        """Column numbers by name; empty when there is no header row."""
        return self._header[1]

    @cached_property
    def last_column(self) -> int:
        """The last column of ours."""
        return max(len(self.layout.ledger.columns), *self.columns.values())

    @cached_property
    def marker_row(self) -> int | None:
        """The locked row that ends the ledger, found by its text."""
        text = "".join(lookup("workbook.ledger_end").split())
        below = (row for row, cells in self.grid.rows.items() if row > self.header_row and text[0] in str(cells.get(1)))
        return next((row for row in below if self.grid.label(row, 1) == text), None)

    @cached_property
    def end_row(self) -> int:
        """The row below the last entry row."""
        if self.marker_row is not None:
            return self.marker_row
        return self.header_row + 1 + self.layout.capacity

    @cached_property
    def specs(self) -> dict[str, Spec]:
        """What the cells of each column may hold."""
        survey = self.paper.survey
        return {c.name: specify_column(c, survey).in_a_workbook() for c in self.layout.ledger.columns}

    # --- columns -----------------------------------------------------------------------------------------------------

    def _read_columns(self, rows: Sequence[int]) -> FilledLedger | None:
        """Return the rows with anything in them; None where there is none."""
        cells = [self.grid.rows[row] for row in rows]
        columns: dict[str, ReadCells] = {}
        odd: list[tuple[int, int, str]] = []
        for order, (name, spec) in enumerate(self.specs.items()):
            if (column := self.columns.get(name)) is not None:
                raws = [row.get(column, "") for row in cells]
                columns[name], places = read_column(raws, spec, self._singled(rows, column))
                odd += [(place, order, name) for place in places]
        odd += [(place, BEFORE, "") for place, row in enumerate(rows) if row >= self.end_row]
        for place, _, name in sorted(odd):
            if not name:
                self._say_beyond(rows[place])
            elif (value := self._cell(rows[place], name, self.specs[name])) is not None:
                columns[name].put(place, value)
        return _join_columns(rows, columns)

    @cached_property
    def _marked(self) -> dict[int, set[int]]:
        """By column the rows of cells that hold an error or a formula."""
        found: dict[int, set[int]] = {}
        for row, column in chain(self.grid.errors, self.grid.uncached, self.grid.formulas):
            found.setdefault(column, set()).add(row)
        return found

    def _singled(self, rows: Sequence[int], column: int) -> set[int]:
        marked = self._marked.get(column)
        return {place for place, row in enumerate(rows) if row in marked} if marked else set()

    # --- one cell ----------------------------------------------------------------------------------------------------

    def _say_beyond(self, row: int) -> None:
        if beyond := next(self._filled(row), ""):
            self._say("ledger.beyond", row, self.layout.ledger.names_row, value=beyond, last=self.end_row - 1)

    def _filled(self, row: int) -> Iterator[str]:
        """Yield what stands in the row's own columns, error values too."""
        for column in self.columns.values():
            if error := self.grid.errors.get((row, column)):
                yield error
            elif not is_blank(self.grid.value(row, column)):
                yield quote_cell(self.grid.value(row, column))

    def _cell(self, row: int, name: str, spec: Spec) -> Value | None:
        place = (row, self.columns[name])
        if error := self.grid.errors.get(place):
            self._say("ledger.error", row, name, value=error)
            return error
        if place in self.grid.uncached:
            self._say("ledger.uncached", row, name)
            return f"={self.grid.formulas[place]}"
        raw = self.grid.day(*place) if spec.kind.is_date else self.grid.value(*place)
        if raw == "":
            return None
        reading = interpret(raw, spec)
        if reading.value is None and (spec.kind.is_number or spec.kind.is_date):
            # Nothing to see, and yet every formula over the column fails.
            check = "text" if spec.kind.is_number else "date"
            reading = CellReading(None, (Remark(check, quote_revealed(raw, ends=True)),))
        if any(remark.check == "fraction" for remark in reading.remarks) and isinstance(raw, int | float):
            # The workbook's sums add up what stands there and round once; so does the audit.
            reading = replace(reading, value=float(raw))
        self._remark(row, name, _as_text(reading))
        if place in self.grid.formulas:
            self._say("ledger.formula", row, name, value=quote_cell(raw))
        return reading.value

    def _remark(self, row: int, name: str, reading: CellReading) -> None:
        for remark in reading.remarks:
            check = _CHECKS.get(remark.check, remark.check)
            self._say(f"ledger.{check}", row, name, **_values(remark))

    def _say(self, check: str, row: int, name: str, **values: Any) -> None:
        place = self.grid.address(row, self.columns.get(name, 1))
        short = self.layout.ledger.short
        self.paper.note(check, ledger=short, row=row, cell=place, column=name, **values)

    def _lost(self, part: str) -> None:
        short, sheet = self.layout.ledger.short, self.layout.sheet
        self.paper.note("sheet.part_missing", ledger=short, sheet=sheet, part=part)


def _join_columns(rows: Sequence[int], columns: Mapping[str, ReadCells]) -> FilledLedger | None:
    """Return the rows in which anything stands, with the columns in which anything stands; None where nothing does."""
    kept = [place for place in range(len(rows)) if any(column.has(place) for column in columns.values())]
    if len(kept) == len(rows):
        taken = {name: column.column() for name, column in columns.items()}
    else:
        taken = {name: column.take(kept) for name, column in columns.items()}
    filled = {name: column for name, column in taken.items() if any(map(columns[name].has, kept))}
    return FilledLedger([rows[place] for place in kept], filled) if kept else None


def find_confirmation(layout: LedgerLayout, grid: Grid) -> Place:
    """Return the cell in which a unit confirms last year's rows: above the second column's name."""
    row, columns = find_header(layout, grid)
    return row - 1, columns.get(layout.ledger.columns[1].name, 2)


def find_header(layout: LedgerLayout, grid: Grid) -> tuple[int, dict[str, int]]:
    """Return the row that holds most column names, and the column of each; the expected row wins a tie.

    There is no column where no row holds more than half of the names.
    """
    wanted = {"".join(column.name.split()): column.name for column in layout.ledger.columns}
    expected = {text: number for number, text in enumerate(wanted, start=1)}
    best: tuple[int, dict[str, int]] = (layout.header_row, {})
    for row in sorted(grid.rows, key=lambda row: abs(row - layout.header_row))[:50]:
        found = {wanted[text]: column for text, column in grid.columns(row, expected).items()}
        if len(found) > len(best[1]):
            best = (row, found)
        if len(best[1]) == len(wanted):
            break
    return best if 2 * len(best[1]) > len(wanted) else (best[0], {})


def _as_text(reading: CellReading) -> CellReading:
    """Return the reading with no other remark on a number that is a text: it has to be typed again anyway."""
    texts = tuple(remark for remark in reading.remarks if remark.check == "number_text")
    return replace(reading, remarks=texts) if texts else reading


_CHECKS = {"uscc_checksum": "uscc"}
"""In ledgers a wrong check character is remarked like any wrong code."""


def _values(remark: Remark) -> dict[str, object]:
    return {"value": remark.value, "number": remark.number, "options": remark.options}
