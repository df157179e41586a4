"""What seems to stand in two units' ledgers, as plain values: filled by the add-in, written by the generator."""

from __future__ import annotations

from collections.abc import Mapping
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
    why: str = ""
    """Why it is taken for the same thing."""
    counted: bool = False
    """Whether the unit's return counts."""
    once: bool = False
    """Whether the row counts in the sum without duplicates."""
    verdict: str = ""
    """A key of ``[doubles.verdicts]``."""
    officer: str = ""
    note: str = ""
    basis: str = ""
    """The digest of what the unit reported: what was said of something else holds no longer."""
    seen: bool = False
    """Whether it lay before the officer when the others were decided about."""


@dataclass(frozen=True)
class Doubles:
    """All of them, and what the sums would be without."""

    lines: tuple[DoubleLine, ...] = ()
    left_over: tuple[DoubleLine, ...] = ()
    """What was said of rows that are there no more."""
    totals: Mapping[str, Mapping[str, float]] | None = None
    """By form and code, every thing once; None where nothing is doubled."""
