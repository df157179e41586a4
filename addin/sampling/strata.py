"""Strata: units of one kind and level, small ones pooled, and how many of each are drawn.

Every stratum is drawn at its share, rounded up, so that none stays below. Each rounding adds up to one unit; where many
small strata would add so much that the whole is no more near its share, the smallest is pooled with another. A stratum
of which only one unit would be drawn is pooled too: one unit says nothing of how units differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

from templates.words import lookup, say

TOLERANCE: Final = Fraction(6, 5)
"""The whole may be so many times the share asked for, or one unit more, before strata are pooled."""

LEAST: Final = 2
"""Of so many units one can see how units differ."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that may be drawn."""

    code: str
    name: str
    kind: str
    level: str


@dataclass(frozen=True)
class Stratum:
    """Units out of which so many are drawn, each as likely as the others."""

    groups: tuple[tuple[str, str], ...]
    """The kinds and levels in it, in the survey's order."""
    units: tuple[Candidate, ...]
    share: Fraction

    @property
    def drawn(self) -> int:
        """How many units are drawn: the share, rounded up."""
        return ceil(self.share * len(self.units))

    @property
    def probability(self) -> float:
        """With which probability each unit of it is drawn."""
        return self.drawn / len(self.units)

    @property
    def name(self) -> str:
        """What people call it."""
        return str(lookup("sampling.pooled_join")).join(name_group(kind, level) for kind, level in self.groups)


def name_group(kind: str, level: str) -> str:
    """Return how people call the units of a kind and level: many a level tells the kind already."""
    return level if kind in level else say("sampling.stratum", kind=kind, level=level)


def read_share(share: float) -> Fraction:
    """Return a share as it is written: 0.1 is a tenth, and a tenth of 30 units is 3."""
    return Fraction(str(share))


def make_strata(units: Iterable[Candidate], groups: Sequence[tuple[str, str]], share: float) -> list[Stratum]:
    """Return the strata; ``groups`` are the survey's kinds and levels in its order."""
    exact = read_share(share)
    found: dict[tuple[str, str], list[Candidate]] = {group: [] for group in groups}
    for unit in sorted(units, key=lambda one: one.code):
        found.setdefault((unit.kind, unit.level), []).append(unit)
    strata = [Stratum((group,), tuple(listed), exact) for group, listed in found.items() if listed]
    while len(strata) > 1 and (small := _find_small(strata)) is not None:
        strata = _pool(strata, small)
    return strata


def _find_small(strata: Sequence[Stratum]) -> int | None:
    """Return the place of the stratum to be pooled; None where the strata are good as they are."""
    size = sum(len(stratum.units) for stratum in strata)
    most = max(ceil(strata[0].share * size) + 1, int(TOLERANCE * strata[0].share * size))
    smallest = min(range(len(strata)), key=lambda place: len(strata[place].units))
    lonely = strata[smallest].drawn < LEAST and strata[smallest].share < 1
    return smallest if lonely or sum(stratum.drawn for stratum in strata) > most else None


def _pool(strata: Sequence[Stratum], small: int) -> list[Stratum]:
    """Return the strata with the small one put into another: one that is small itself, if there is one; of its kind."""
    kinds = {kind for kind, _ in strata[small].groups}
    others = [place for place in range(len(strata)) if place != small]

    def distance(place: int) -> tuple[bool, bool, int]:
        other = strata[place]
        strange = kinds.isdisjoint({kind for kind, _ in other.groups})
        return other.drawn >= LEAST, strange, len(other.units)

    first, second = sorted((small, min(others, key=distance)))
    one, other = strata[first], strata[second]
    units = tuple(sorted((*one.units, *other.units), key=lambda unit: unit.code))
    pooled = Stratum((*one.groups, *other.groups), units, one.share)
    return [pooled if place == first else strata[place] for place in range(len(strata)) if place != second]
