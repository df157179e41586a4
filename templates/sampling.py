"""What is checked once more after the audit (复核): at which levels, which numbers, rows of which ledgers.

Declared in :data:`SAMPLING`. No workbook of a unit contains any of it, so it is no part of the definitions' fingerprint
and may be changed while returns are coming in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from templates.expression import CellRef

SAMPLING: Final = "sampling.toml"
"""Beside survey.toml; a survey may have none."""


@dataclass(frozen=True)
class Sampling:
    """How spot checks are made of a survey's returns."""

    levels: tuple[str, ...] = ()
    """Levels whose units are 基层 units and may be drawn; all where none is named."""
    indicators: tuple[CellRef, ...] = ()
    """The numbers that are checked, of which each unit has those that it fills."""
    ledgers: tuple[str, ...] = ()
    """Shorts of the ledgers whose rows are checked; all that a unit has where none is named."""
    ledger_rows: int = 0
    """So many of each unit's ledger rows are checked."""
