"""What is looked at across units: what makes rows of two ledgers one thing, levels that are read together, staff,
key numbers.

Declared in :data:`ACROSS`. No workbook of a unit contains any of it, so it is no part of the definitions' fingerprint
and may be changed while returns are coming in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from templates.expression import CellRef

ACROSS: Final = "across.toml"
"""Beside survey.toml; a survey may have none."""


@dataclass(frozen=True)
class SameThing:
    """How rows in the ledgers of two units are told to be the same thing.

    Rows with the same ``id`` are. Where one of them has none, they are when their names are alike, the other columns
    agree as far as both are filled, and the days lie close.
    """

    ledger: str
    name: str
    """The column that is compared by closeness."""
    id: str = ""
    """The column that identifies the thing by itself, such as a registered number."""
    agree: tuple[str, ...] = ()
    """Columns that must not say different things."""
    day: str = ""
    days: int = 0
    """So many days the two may lie apart."""
    alike: float = 0.75
    """From which share of common pairs of characters on two names are alike."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is compared."""
        return tuple(name for name in (self.name, self.id, *self.agree, self.day) if name)


@dataclass(frozen=True)
class LevelGroup:
    """Levels that the level's own return reads together."""

    name: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Retention:
    """How long a kind of material is kept."""

    what: str
    years: int
    """So many whole years after the one in which it was collected."""
    covers: str = ""
    """Which files it is, in the officer's words."""
    source: str = ""
    """Who asks for it."""

    def find_last_year(self, year: int) -> int:
        """Return the year to the end of which the material on the reporting year ``year`` is kept at least."""
        return year + 1 + self.years


@dataclass(frozen=True)
class Across:
    """All of it."""

    duplicates: tuple[SameThing, ...] = ()
    groups: tuple[LevelGroup, ...] = ()
    staff: tuple[CellRef, ...] = ()
    """Cells of which one says how many people the unit has."""
    key_numbers: tuple[CellRef, ...] = ()
    """The totals that stand on the page which an official signs, in this order."""
    large_change: float = 0.3
    """From which share of last year's sum on a change of such a total is explained on that page."""
    retention: tuple[Retention, ...] = ()
    """How long what came in, and what is made of it, has to be kept."""
