"""What is seen only when returns lie side by side, as plain values: filled by the add-in, written by the generator."""

from __future__ import annotations

from dataclasses import dataclass

from templates.content import Value
from templates.model import Indicator


@dataclass(frozen=True, slots=True)
class ExplainedValue:
    """A 说明 that a unit wrote, beside what it explains."""

    unit_code: str
    unit: str
    level: str
    indicator: Indicator | None
    """None for a ledger's row, and for 报表说明."""
    place: str
    """The form, the ledger or 报表说明."""
    cell: str
    this: Value | None
    prior: Value | None
    rules: tuple[str, ...]
    """What the audit asked there."""
    text: str


@dataclass(frozen=True, slots=True)
class YearChange:
    """This year's number and last year's: of one unit, or of the units that report both."""

    indicator: Indicator
    units: int
    this: float
    prior: float
    unit_code: str = ""
    unit: str = ""
    weight: float = 0.0
    """For one unit: its change as a share of last year's sum of all units that report both years."""

    @property
    def difference(self) -> float:
        """How much more it is."""
        return self.this - self.prior

    @property
    def rate(self) -> float | None:
        """The change in per cent of last year's number; None where that is 0."""
        return self.difference / self.prior * 100 if self.prior else None


@dataclass(frozen=True, slots=True)
class Outlier:
    """A number that lies far from those of its peers. A hint, never an error."""

    unit_code: str
    unit: str
    kind: str
    level: str
    indicator: Indicator
    against: str
    """``peers``: the number itself; ``history``: its change against last year."""
    value: float
    prior: float | None
    median: float
    """Of the peers' numbers, or of their changes in times last year's."""
    peers: int
    score: float
    influence: float = 0.0
    """How far it lies from what it is held against, as a share of the sum of all units; 0 where nothing adds up."""


@dataclass(frozen=True, slots=True)
class UnitHint:
    """Something about a whole return that an officer may wonder at. A hint, never an error."""

    unit_code: str
    unit: str
    kind: str
    level: str
    what: str
    """A key of ``[hints.what]`` in words/consolidated.toml."""
    numbers: int
    """How many numbers it is about."""
    share: float | None
    usual: float | None
    """The share among all others."""


@dataclass(frozen=True, slots=True)
class RosterDifference:
    """Something in which a return and the roster disagree, or a unit that is new."""

    unit_code: str
    unit: str
    what: str
    """What it is about, in words."""
    roster: str
    found: str
    file: str


@dataclass(frozen=True)
class Insights:
    """All that is seen side by side."""

    explained: tuple[ExplainedValue, ...] = ()
    changes: tuple[YearChange, ...] = ()
    movers: tuple[YearChange, ...] = ()
    outliers: tuple[Outlier, ...] = ()
    hints: tuple[UnitHint, ...] = ()
    differences: tuple[RosterDifference, ...] = ()
