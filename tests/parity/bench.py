"""One open workbook in a live LibreOffice: pokes go in, its answers come out, and the return as the reader reads it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from addin.buttons.live import OpenSheets
from addin.host import OpenBook
from addin.host.ranges import EPOCH
from addin.package.addresses import Place, parse_place
from addin.reading.grid import Grid
from addin.reading.raw import Raw
from addin.reading.reader import Source, read_source
from addin.submission import Submission
from generator.unit.checks import FIRST_ROW, Checks
from templates.content import Value
from templates.cover_layout import PENDING, READY
from templates.layout import AUDIT, COLUMNS, WorkbookLayout, name_column
from templates.model import Kind, Survey
from templates.words import lookup
from tests.parity.answers import LIT, Answers, Said, unquoted
from tests.parity.drawing import Poke
from tests.support.books import PASSWORD
from tests.support.error_cell import ErrorCell
from tests.support.office import Book

DATE_FORMAT = 6
CONTENTS = 1 | 2 | 4 | 16
"""Numbers, days, texts and formulas, as LibreOffice counts kinds of content."""


@dataclass
class Told(ABC):
    """What an open workbook says, whichever engine has it open."""

    layout: WorkbookLayout
    checks: Checks

    def answers(self) -> Answers:
        """Return it all."""
        return Answers(self._checks(), self._cells(), self._light())

    @abstractmethod
    def _block(self, sheet: str, area: str) -> tuple[tuple[Any, ...], ...]:
        """Return the values of a range, row by row: float or str."""

    def _checks(self) -> dict[str, Said]:
        columns = f"{name_column(AUDIT.message)}{FIRST_ROW}:{name_column(AUDIT.count)}{self.checks.last_row}"
        rows = self._block(lookup("workbook.sheets.audit"), columns)
        said = {check.id: _said(row) for check, row in zip(self.checks.rows, rows, strict=True)}
        ledgers = tuple(f"{ledger.ledger.id}." for ledger in self.layout.ledgers.values())
        return {id: (*told[:2], unquoted(told[2])) if id.startswith(ledgers) else told for id, told in said.items()}

    def _cells(self) -> dict[tuple[str, str], tuple[int, str]]:
        found = {}
        for form in self.layout.forms.values():
            area = f"{name_column(COLUMNS.message)}{form.header_row}:{name_column(COLUMNS.state)}{form.last_row}"
            rows = self._block(form.sheet, area)
            for code, indicator in form.form.indicators.items():
                if indicator.kind is not Kind.COMPOSITE:
                    row = rows[form.rows[code] - form.header_row]
                    advice = indicator.kind is Kind.NOTHING_HERE and not row[-1]
                    found[form.form.id, code] = (int(row[-1] or 0), "" if advice else str(row[0]))
        return found

    def _light(self) -> tuple[str, int, int, int]:
        rows = self._block(self.layout.cover.sheet, f"{READY}:{PENDING}")
        return str(rows[0][0]), int(rows[1][0]), int(rows[2][0]), int(rows[4][0])


@dataclass(frozen=True)
class Spot:
    """A cell that is poked: LibreOffice's own, what stood there first, and whether it shows a number as a day."""

    sheet: str
    place: Place
    cell: Any
    formula: str
    shows_day: bool

    def poke(self, value: Value | ErrorCell | None) -> None:
        """Put a value in; ``None`` blanks the cell."""
        if value is None:
            self.cell.clearContents(CONTENTS)
        elif isinstance(value, ErrorCell):
            self.cell.setFormula(f"={value.literal}")
        elif isinstance(value, str):
            self.cell.setString(value)
        else:
            self.cell.setValue(value)

    def take_back(self) -> None:
        """Put back what stood there first."""
        if self.formula:
            self.cell.setFormula(self.formula)
        else:
            self.cell.clearContents(CONTENTS)


@dataclass
class Bench(Told):
    """An all-zero, complete workbook of one kind and level; returns come and go."""

    survey: Survey
    book: Book
    here: OpenBook
    _spots: dict[str, Spot] = field(default_factory=dict)
    _poked: dict[str, Value | ErrorCell | None] = field(default_factory=dict)
    _first: dict[str, Grid] = field(default_factory=dict)
    """Sheets as they were read before anybody poked them."""

    def __post_init__(self) -> None:
        # Locked cells are poked too: people's cutting and pasting, and last year's values.
        for sheet in self._sheets.values():
            if sheet.isProtected():
                sheet.unprotect(PASSWORD)
        document = self.book.document
        document.enableAutomaticCalculation(False)
        for what in ("IsAdjustHeightEnabled", "IsUndoEnabled"):  # nobody looks, nobody takes back
            document.setPropertyValue(what, False)
        document.lockControllers()

    @cached_property
    def _sheets(self) -> dict[str, Any]:
        return {name: self.book.document.Sheets.getByName(name) for name in self.book.sheets()}

    def put(self, pokes: Sequence[Poke]) -> None:
        """Put a return in, in place of the one before, and recalculate what follows from it."""
        wanted = dict(pokes)
        for address in self._poked.keys() - wanted.keys():
            self._spots[address].take_back()
        for address, value in wanted.items():
            self._spot(address).poke(value)
        self._poked = wanted
        self.book.document.calculate()

    def _spot(self, address: str) -> Spot:
        if address not in self._spots:
            sheet, _, place = address.rpartition("!")
            self._read_first(sheet)
            cell = self._sheets[sheet].getCellRangeByName(place)
            formats = self.book.document.getNumberFormats()
            shows_day = bool(formats.getByKey(cell.NumberFormat).Type & DATE_FORMAT)
            self._spots[address] = Spot(sheet, parse_place(place), cell, cell.getFormula(), shows_day)
        return self._spots[address]

    def _read_first(self, sheet: str) -> Grid:
        if sheet not in self._first:
            self._first[sheet] = OpenSheets(self.here).grid(sheet)
        return self._first[sheet]

    # --- the return as it stands -------------------------------------------------------------------------------------

    @property
    def sheets(self) -> Sequence[str]:
        """The names of all sheets."""
        return list(self._sheets)

    def grid(self, sheet: str) -> Grid:
        """Return a sheet as it was read at first, with what is poked into it since. Results of formulas are old."""
        first, poked = self._read_first(sheet), self._poked_into(sheet)
        if not poked:
            return first
        rows = dict(first.rows) | {row: dict(first.rows.get(row, {})) for row, _ in poked}
        formulas = {at: text for at, text in first.formulas.items() if at not in poked}
        grid = replace(first, rows=rows, formulas=formulas, errors=dict(first.errors))
        for (row, column), value in poked.items():
            rows[row].pop(column, None)
            if isinstance(value, ErrorCell):
                grid.errors[row, column] = formulas[row, column] = value.literal
            elif value not in (None, ""):
                rows[row][column] = value
        return grid

    def _poked_into(self, sheet: str) -> dict[Place, Raw | ErrorCell | None]:
        spots = ((self._spots[address], value) for address, value in self._poked.items())
        return {spot.place: _shown(spot, value) for spot, value in spots if spot.sheet == sheet}

    def submission_of(self, source: Source) -> Submission:
        """Return what the reader reads out of sheets."""
        found = read_source(self.here.path, source, surveys=lambda _: self.survey)
        assert isinstance(found, Submission), found
        return found

    def submission(self) -> Submission:
        """Return the return as it stands."""
        return self.submission_of(self)

    def submission_read(self) -> Submission:
        """Return it as the reader reads it out of the open workbook, every cell anew."""
        return self.submission_of(OpenSheets(self.here))

    def _block(self, sheet: str, area: str) -> tuple[tuple[Any, ...], ...]:
        found: tuple[tuple[Any, ...], ...] = self._sheets[sheet].getCellRangeByName(area).getDataArray()
        return found


def _said(row: tuple[Any, ...]) -> Said:
    message, status, count = (row[column - AUDIT.message] for column in (AUDIT.message, AUDIT.status, AUDIT.count))
    return (int(status), int(count), str(message)) if int(status) in LIT else (int(status), 0, "")


def _shown(spot: Spot, value: Value | ErrorCell | None) -> Raw | ErrorCell | None:
    """Return a value as the host reads it."""
    if spot.shows_day and isinstance(value, float):
        with suppress(OverflowError):
            return EPOCH + timedelta(days=value)
    return value
