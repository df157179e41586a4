"""Hints about whole returns, for the officer who wonders where to look: none of them says that anything is wrong.

- heaping: far more of its numbers end in 0, or in 00, than of all others'
- same: nearly all of its numbers are last year's
- nobody: it has no staff, and yet a good deal to report
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import Any, Final

import pandas as pd

from addin.receiving.outcomes import Merged, UnitOutcome
from addin.summary.comparing import pair_years
from addin.summary.rollup import Rollup
from generator.consolidated.insight_data import UnitHint

ENOUGH: Final = 20
"""Of fewer numbers nothing can be said."""

FAR: Final = 4.0
"""So many standard deviations more than the others' share are no chance."""

NEARLY_ALL: Final = 0.9
SOME: Final = 10
"""So many numbers above 0 are a good deal to report."""

_ROUND: Final = ((100, "hundreds"), (10, "tens"))


def find_hints(merged: Merged, rollup: Rollup) -> list[UnitHint]:
    """Return the hints about units that count, unit by unit in the order of the roster."""
    units = {unit.code: unit for unit in merged.units}
    found = [
        *_find_heaping(units, rollup.long),
        *_find_same(units, pair_years(merged, rollup)),
        *_find_nobody(units, merged, rollup),
    ]
    order = {code: place for place, code in enumerate(units)}
    return sorted(found, key=lambda hint: order[hint.unit_code])


def _find_heaping(units: dict[str, UnitOutcome], long: pd.DataFrame) -> Iterator[UnitHint]:
    """Yield each unit once: who rounds to hundreds rounds to tens, too."""
    told: set[str] = set()
    for base, what in _ROUND:
        large = long[long["value"] >= base]
        hits = (large["value"] % base == 0).groupby(large["unit"], sort=False).agg(["sum", "size"])
        for code, line in hits.iterrows():
            hint = _judge_heaping(units[str(code)], what, line, hits.sum() - line)
            if hint and code not in told:
                told.add(str(code))
                yield hint


def _judge_heaping(unit: UnitOutcome, what: str, own: pd.Series[Any], others: pd.Series[Any]) -> UnitHint | None:
    if own["size"] < ENOUGH or others["size"] < ENOUGH:
        return None
    usual = (others["sum"] + 1) / (others["size"] + 2)  # never quite 0 or 1: others are not all there is
    far = (own["sum"] - own["size"] * usual) / sqrt(own["size"] * usual * (1 - usual))
    share = own["sum"] / own["size"]
    return _make_hint(unit, what, int(own["size"]), share, usual) if far > FAR and share >= 0.5 else None


def _find_same(units: dict[str, UnitOutcome], years: pd.DataFrame) -> Iterator[UnitHint]:
    some = years[(years["value"] != 0) & (years["prior"] != 0)]
    same = (some["value"] == some["prior"]).groupby(some["unit"], sort=False).agg(["sum", "size"])
    for code, line in same[same["size"] >= ENOUGH].iterrows():
        share, others = line["sum"] / line["size"], same.sum() - line
        if share >= NEARLY_ALL:
            usual = others["sum"] / others["size"] if others["size"] else None
            yield _make_hint(units[str(code)], "same", int(line["size"]), share, usual)


def _find_nobody(units: dict[str, UnitOutcome], merged: Merged, rollup: Rollup) -> Iterator[UnitHint]:
    for code, unit in units.items():
        asked = [cell for cell in merged.survey.across.staff if _is_asked(unit, merged, cell.form, cell.code)]
        numbers = rollup.received.get(code, {})
        reported = sum(value > 0 for value in numbers.values())
        nobody = not any(numbers.get((cell.form, cell.code)) for cell in asked)
        if unit.counts and asked and nobody and reported >= SOME:
            yield _make_hint(unit, "nobody", reported, None, None)


def _is_asked(unit: UnitOutcome, merged: Merged, form: str, code: str) -> bool:
    kind = merged.survey.kind.get(unit.kind)
    files = kind is not None and form in kind.forms
    return files and merged.survey.form[form].indicators[code].open_to(unit.kind, unit.level)


def _make_hint(unit: UnitOutcome, what: str, numbers: int, share: float | None, usual: float | None) -> UnitHint:
    return UnitHint(unit.code, unit.name, unit.kind, unit.level, what, numbers, share, usual)
