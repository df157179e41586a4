"""The draw: each unit has a number that depends on the seed and on its code alone; the smallest of a stratum are drawn.

The number is SHA-256 of both, so the draw can be done again by anybody, on any machine, whatever the order of the units
in the store; and nobody can choose a code or a place in the roster that is drawn less often.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from addin.sampling.strata import Candidate, Stratum


def rank_by_lot(seed: int, *what: str) -> str:
    """Return the number, in hexadecimal digits, by which something stands in the order of the lot."""
    return hashlib.sha256("\0".join((str(seed), *what)).encode()).hexdigest()


def draw_stratum(stratum: Stratum, seed: int, round: str) -> list[Candidate]:
    """Return the units drawn, in the order of the lot. ``round`` tells one survey and year from another."""
    return sorted(stratum.units, key=lambda unit: rank_by_lot(seed, round, unit.code))[: stratum.drawn]


def draw_units(strata: Iterable[Stratum], seed: int, round: str) -> list[tuple[Stratum, Candidate]]:
    """Return every unit drawn with its stratum."""
    return [(stratum, unit) for stratum in strata for unit in draw_stratum(stratum, seed, round)]


def draw_rows(rows: Sequence[tuple[str, int]], count: int, seed: int, round: str, unit: str) -> list[tuple[str, int]]:
    """Return so many of a unit's ledger rows, drawn by the same lot, in the order in which they were given."""
    lot = sorted(rows, key=lambda row: rank_by_lot(seed, round, unit, row[0], str(row[1])))
    drawn = set(lot[:count])
    return [row for row in rows if row in drawn]
