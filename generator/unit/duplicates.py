"""Rows of a ledger that register the same object twice: :func:`addin.auditing.structure.build_row_key` as formulas.

To compare every row with every other takes a while for each full ledger, so a cheap question comes first: is there a
number that two rows share? Each key makes a number out of some of its characters, so equal keys have equal ones; only
where some number comes twice are whole keys compared. Where a key holds an error value nothing can be said:
spreadsheets lose their way among such keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.formula import Cells, Formulas, formulate_across, formulate_upright
from generator.unit.ledger_faults import formulate_blank, formulate_same_shape, formulate_stays
from templates.layout import LedgerLayout

HASHED = range(1, 23)
"""These characters of a key make its number, each with a weight."""

_WEIGHTS = [pow(48271, place, 999_999_937) for place in HASHED]
"""Large numbers without a common measure: different characters hardly ever add up to the same."""

FAR = 10**11
"""Times a row, less than the number of any key, so that no name and some name are never taken for one."""


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
        """Return a number above 0 where two rows with a name have the same number; rows without one have their own.

        MODE fails where no number comes twice.
        """
        names, texts = self._all(self.ledger.ledger.names_row), self._texts(self._all)
        characters = f'CODE(MID(UPPER({texts})&"{" " * HASHED.stop}",{formulate_across(HASHED)},1))'
        number = f"MMULT({characters},{formulate_upright(_WEIGHTS)})"
        return f"SUMPRODUCT(ISNUMBER(MODE({number}-(LEN({names})=0)*ROW({names})*{FAR}))*1)"

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
        return f'{self._live(cells)}&"|"&{self._texts(cells)}'

    def _texts(self, cells: Cells) -> str:
        return formulate_same_shape('&"|"&'.join(cells(name) for name in self.ledger.ledger.key))

    def _later(self, texts: str, among: str) -> str:
        """Return whether a text is found further up; MATCH fails on more than 255 characters, which are let pass."""
        position = f"ROW({self._all(self.ledger.ledger.names_row)})-{self.ledger.header_row}"
        return f"ISNUMBER(1/(MATCH({texts},{among},0)<>{position}))"
