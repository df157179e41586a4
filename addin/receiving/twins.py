"""Returns of two units that hold the same: one of them was filed under a second code, or copied.

Small returns are alike by chance, and nil returns by nature. So only numbers that are not 0 are compared; there have to
be many of them, and some large enough to be nobody else's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Final

from addin.receiving.outcomes import Merged, UnitOutcome
from addin.submission import Submission
from templates.spelling import normalize_credit_code
from templates.words import say

LEAST: Final = 12
"""So many numbers have to be the same."""

TELLING: Final = 10.0
"""A number of this size or more tells something; 1 and 2 stand everywhere."""

LEAST_TELLING: Final = 5
"""So many of the same numbers have to tell something."""

SHARE: Final = 0.9
"""This share of the numbers of both has to be the same."""

_CROWD: Final = 20
"""A number in a cell that so many returns share tells two of them apart from nobody."""

Figure = tuple[tuple[str, str], float]
"""A number with its form and code."""

Figures = frozenset[Figure]


def tell_twins(merged: Merged) -> Merged:
    """Return the units, each with a remark for every other one whose return is the same.

    Those are left alone that are known apart by their credit codes, and a part and the unit that it is a part of.
    """
    told: dict[str, list[str]] = defaultdict(list)
    for one, other, count in _pairs([unit for unit in merged.units if unit.submission is not None]):
        for unit, twin in ((one, other), (other, one)):
            told[unit.code].append(say("merge.reason.twin", code=twin.code, name=twin.name, count=count))
    if not told:
        return merged
    marked = (replace(unit, remarks=(*unit.remarks, *told.get(unit.code, ()))) for unit in merged.units)
    return replace(merged, units=tuple(marked))


def _pairs(units: list[UnitOutcome]) -> Iterator[tuple[UnitOutcome, UnitOutcome, int]]:
    figures = [_list_figures(unit.submission) if unit.submission else frozenset() for unit in units]
    shared: Counter[tuple[int, int]] = Counter()
    for owners in _owners(figures).values():
        if len(owners) <= _CROWD:
            shared.update(combinations(owners, 2))
    for (one, other), telling in sorted(shared.items()):
        same = len(figures[one] & figures[other])
        enough = telling >= LEAST_TELLING and same >= max(LEAST, SHARE * max(len(figures[one]), len(figures[other])))
        if enough and _may_be_one(units[one], units[other]):
            yield units[one], units[other], same


def _owners(figures: list[Figures]) -> dict[Figure, list[int]]:
    """Return by telling number whose returns have it."""
    owners: dict[Figure, list[int]] = defaultdict(list)
    for place, held in enumerate(figures):
        for figure in held:
            if abs(figure[1]) >= TELLING:
                owners[figure].append(place)
    return owners


def _list_figures(submission: Submission) -> Figures:
    """Return the numbers in the forms that are not 0. Ledgers may hold tens of thousands; forms add them up."""
    return frozenset(
        ((form, code), value)
        for form, cells in submission.content.values.items()
        for code, value in cells.items()
        if isinstance(value, float) and value
    )


def _may_be_one(one: UnitOutcome, other: UnitOutcome) -> bool:
    """Return whether nothing says that the two are two: another credit code, or that one is the other's part."""
    codes = {normalize_credit_code(unit.unit.uscc) for unit in (one, other)}
    related = one.part or other.part or one.code == other.unit.parent or other.code == one.unit.parent
    return not related and ("" in codes or len(codes) == 1)
