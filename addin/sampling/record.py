"""Draws on record: one event of the store holds all of a draw, so that it can be told, and done, again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import cattrs

from addin.sampling.strata import Candidate
from addin.store.events import SAMPLED, SPOT_CHECKED, Event, add_events
from addin.store.store import Store
from addin.store.submissions import hold_transaction
from generator.spot_checks.sheet import CheckedCell, CheckedRow

NUMBER: Final = 8
"""So many hexadecimal digits of its digest are a draw's number."""


@dataclass(frozen=True)
class DrawnStratum:
    """A stratum as it was drawn."""

    name: str
    population: int
    drawn: int

    @property
    def probability(self) -> float:
        """With which probability each unit of it was drawn."""
        return self.drawn / self.population


@dataclass(frozen=True)
class DrawnUnit:
    """A unit that is checked, with all that its 复核表 asks."""

    unit: Candidate
    risky: bool
    """Whether it was not drawn by lot but for its risk."""
    stratum: int
    """The place of its stratum in the draw."""
    content: str
    """The digest of the content that was reported when it was drawn."""
    file: str
    cells: tuple[CheckedCell, ...]
    rows: tuple[CheckedRow, ...]
    reasons: str = ""
    """Why it is checked, where it was not drawn by lot."""


@dataclass(frozen=True)
class Draw:
    """One draw of one survey and year, whole."""

    number: str
    seed: int
    share: float
    strata: tuple[DrawnStratum, ...]
    population: tuple[Candidate, ...]
    stratum_of: dict[str, int]
    """The place of each unit's stratum, by its code: its probability is that of its stratum."""
    units: tuple[DrawnUnit, ...]
    """By lot first, by risk then."""
    left_out: tuple[str, ...] = ()
    apart: dict[str, int] = field(default_factory=dict)
    reason: str = ""
    """Why it was drawn again, where that was not the first."""

    @property
    def random(self) -> tuple[DrawnUnit, ...]:
        """The units drawn by lot."""
        return tuple(one for one in self.units if not one.risky)

    @property
    def risky(self) -> tuple[DrawnUnit, ...]:
        """The units that are checked for their risk."""
        return tuple(one for one in self.units if one.risky)

    def find_probability(self, unit: str) -> float:
        """Return with which probability a unit of the population was drawn by lot."""
        return self.strata[self.stratum_of[unit]].probability


def number_draw(*told: object) -> str:
    """Return the number of a draw: that of another seed, share or population is another."""
    return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:NUMBER]


def record_draw(store: Store, survey: str, year: int, draw: Draw) -> None:
    """Put a draw on record. Raises StoreError."""
    details: dict[str, Any] = cattrs.unstructure(draw)
    probabilities = {unit.code: draw.find_probability(unit.code) for unit in draw.population}
    _add(store, Event(SAMPLED, survey, year, details=details | {"probabilities": probabilities}))


def record_results(store: Store, survey: str, year: int, told: dict[str, Any]) -> None:
    """Put on record what came of the spot checks, as programs are told it. Raises StoreError."""
    _add(store, Event(SPOT_CHECKED, survey, year, details=told))


def _add(store: Store, event: Event) -> None:
    with store.opened() as connection, hold_transaction(connection):
        add_events(connection, [event])


def read_draws(store: Store, survey: str, year: int | None) -> list[Draw]:
    """Return the draws of a survey and year, the oldest first. Raises StoreError."""
    statement = (
        "SELECT details FROM events WHERE what = ? AND survey = ? AND year IS NOT DISTINCT FROM ? ORDER BY rowid"
    )
    with store.opened(read_only=True) as connection:
        found = connection.execute(statement, [SAMPLED, survey, year]).fetchall()
    return [cattrs.structure(json.loads(details), Draw) for (details,) in found]
