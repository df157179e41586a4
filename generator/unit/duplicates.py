"""Rows of a ledger that register the same object twice: :func:`addin.auditing.structure.build_row_key` as formulas.

To compare every row with every other takes a while for each full ledger, so a cheap question comes first: does any name
stand twice as it is written, or is any written in a shape that might hide a second one? Only then are whole keys made
and compared. Where a key holds an error value nothing can be said: spreadsheets lose their way among such keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.formula import Cells, Formulas, quote
from generator.unit.ledger_faults import formulate_blank, formulate_same_shape, formulate_stays
from templates.layout import LedgerLayout
from templates.nature import SAME_SHAPE


@dataclass(frozen=True)
class Duplicates:
    """Formulas over one ledger's sheet."""

    formulas: Formulas
    ledger: LedgerLayout

    @property
    def repeats(self) -> str:
        """Return 1 for every live row whose key an earlier live row has."""
        return f"{self._live(self._all)}*{self._later(self._key(self._all), self._key(self._all))}"

    @property
    def written(self) -> str:
        """Return how much is written in the keys at all; an error where one holds an error value."""
        return f"SUMPRODUCT({'+'.join(f'LEN({self._all(name)})' for name in self.ledger.ledger.key)})"

    @property
    def suspected(self) -> str:
        """Return a number above 0 where there may be repeats at all: names alone, withdrawn ones too."""
        names = self._all(self.ledger.ledger.names_row)
        odd = "+".join(f"ISNUMBER(FIND({quote(mark)},{names}))" for mark, _ in SAME_SHAPE)
        return f"SUMPRODUCT((LEN({names})>0)*({self._later(names, names)}+{odd}))"

    def earlier(self, row: str) -> str:
        """Return the sheet row of the first row that has the key of the row that the formula ``row`` gives."""
        key = self._key(self.formulas.in_row(self.ledger, row))
        return f"(SUMPRODUCT(MATCH({key},{self._key(self._all)},0))+{self.ledger.header_row})"

    @property
    def _all(self) -> Cells:
        return self.formulas.all_rows(self.ledger)

    def _live(self, cells: Cells) -> str:
        return f"(1-{formulate_blank(cells(self.ledger.ledger.names_row))})*{formulate_stays(cells)}"

    def _key(self, cells: Cells) -> str:
        """Rows that do not count begin with 0, and so are like no row that does."""
        parts = '&"|"&'.join(cells(name) for name in self.ledger.ledger.key)
        return f'{self._live(cells)}&"|"&{formulate_same_shape(parts)}'

    def _later(self, texts: str, among: str) -> str:
        """Return whether a text is found further up; MATCH fails on more than 255 characters, which are let pass."""
        position = f"ROW({self._all(self.ledger.ledger.names_row)})-{self.ledger.header_row}"
        return f"ISNUMBER(1/(MATCH({texts},{among},0)<>{position}))"
