"""What seems to stand in two units' ledgers, as plain values: filled by the add-in, written by the generator."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DoubleLine:
    """A row of a unit's ledger that seems to be the same thing as another unit's, and what an officer says of it."""

    group: int
    """Lines of one thing have one number; 0 for what was said of rows that are there no more."""
    ledger: str
    code: str
    unit: str
    row: int | None
    cell: str
    """Where it stands in the unit's workbook, as findings quote it."""
    title: str
    others: str = ""
    """What else was compared."""
    numbers: str = ""
    """What of the row goes into totals."""
    counted: bool = False
    """Whether the unit's return counts."""
    once: bool = False
    """Whether the row counts in the sum without duplicates."""
    verdict: str = ""
    """A key of ``[doubles.verdicts]``."""
    officer: str = ""
    note: str = ""
    basis: str = ""
    """The digest of the unit's file: what was said of an earlier one holds no longer."""
