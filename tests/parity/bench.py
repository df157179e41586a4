"""One open workbook in a live LibreOffice: pokes go in, its answers come out, and the return as the reader reads it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from addin.buttons.live import OpenSheets
from addin.host import OpenBook
from addin.reading.grid import Grid
from addin.reading.reader import read_source
from addin.submission import Submission
from generator.unit.checks import FIRST_ROW, NOT_EVALUATED, Checks
from templates.layout import COLUMNS, WorkbookLayout, name_column
from templates.model import Kind, Survey
from templates.words import lookup
from tests.parity.answers import LIT, Answers, Said, unquoted
from tests.parity.drawing import Poke
from tests.support.books import PASSWORD
from tests.support.error_cell import ErrorCell
from tests.support.office import Book

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
        rows = self._block(lookup("workbook.sheets.audit"), f"F{FIRST_ROW}:M{self.checks.last_row}")
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
        rows = self._block(self.layout.cover.sheet, "F4:F7")
        return str(rows[0][0]), int(rows[1][0]), int(rows[2][0]), int(rows[3][0])


@dataclass
class Bench(Told):
    """An all-zero, complete workbook of one kind and level; returns come and go."""

    survey: Survey
    book: Book
    here: OpenBook
    _before: list[tuple[Any, str]] = field(default_factory=list)
    _touched: set[str] = field(default_factory=set)
    _grids: dict[str, Grid] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Locked cells are poked too: people's cutting and pasting, and last year's values.
        for sheet in self._sheets.values():
            if sheet.isProtected():
                sheet.unprotect(PASSWORD)
        self.book.document.enableAutomaticCalculation(False)

    @cached_property
    def _sheets(self) -> dict[str, Any]:
        return {name: self.book.document.Sheets.getByName(name) for name in self.book.sheets()}

    def put(self, pokes: Sequence[Poke]) -> None:
        """Put values in, and recalculate what follows from them."""
        for address, value in pokes:
            sheet, _, place = address.rpartition("!")
            cell = self._sheets[sheet].getCellRangeByName(place)
            self._before.append((cell, cell.getFormula()))
            self._touched.add(sheet)
            if value is None:
                cell.clearContents(CONTENTS)
            elif isinstance(value, ErrorCell):
                cell.setFormula(f"={value.literal}")
            elif isinstance(value, str):
                cell.setString(value)
            else:
                cell.setValue(value)
        self.book.document.calculate()

    def take_back(self) -> None:
        """Put back what stood there."""
        for cell, formula in reversed(self._before):
            if formula:
                cell.setFormula(formula)
            else:
                cell.clearContents(CONTENTS)
        self._before.clear()
        for sheet in self._touched:
            self._grids.pop(sheet, None)
        self._touched.clear()

    # --- the return as it stands -------------------------------------------------------------------------------------

    @property
    def sheets(self) -> Sequence[str]:
        """The names of all sheets."""
        return list(self._sheets)

    def grid(self, sheet: str) -> Grid:
        """Return a sheet's cells as the add-in reads them; a sheet that nobody has touched since is read once."""
        if sheet not in self._grids or sheet in self._touched:
            self._grids[sheet] = OpenSheets(self.here).grid(sheet)
        return self._grids[sheet]

    def submission(self) -> Submission:
        """Return what the reader reads out of the open workbook."""
        found = read_source(self.here.path, self, surveys=lambda _: self.survey)
        assert isinstance(found, Submission), found
        return found

    def _block(self, sheet: str, area: str) -> tuple[tuple[Any, ...], ...]:
        found: tuple[tuple[Any, ...], ...] = self._sheets[sheet].getCellRangeByName(area).getDataArray()
        return found


def _said(row: tuple[Any, ...]) -> Said:
    message, status, count = row[0], int(row[4]), row[5]
    counted = isinstance(count, float) and status != NOT_EVALUATED
    return status, int(count) if counted else 0, str(message) if status in LIT else ""
