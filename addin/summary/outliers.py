"""Numbers that lie far from those of their peers, by the median and the median absolute deviation.

A robust z of 0.6745·(x − median)/MAD beyond ±3.5 is remarked on (Iglewicz and Hoaglin). Peers are the units of the same
kind and level that report the number; below :data:`PEERS` of them nothing can be said, nor where half of them agree to
the letter (MAD 0). Against a unit's own history its change is held against its peers' changes, as log((x+1)/(prior+1)).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from addin.receiving.outcomes import Merged, UnitOutcome
from addin.summary.comparing import pair_years
from addin.summary.rollup import Rollup
from generator.consolidated.insight_data import Outlier

PEERS = 5
LIMIT = 3.5
LEAST_CHANGE = 10
"""A smaller change against last year is not remarked on, however large it is in times last year's."""

TO_SIGMA = 0.6745
"""Makes the median absolute deviation of a normal distribution its standard deviation."""

GROUP = ["kind", "level", "form", "code"]


def find_outliers(merged: Merged, rollup: Rollup) -> list[Outlier]:
    """Return what is far from its peers: first what moves the sum of all most, of what moves nothing the farthest."""
    units = {unit.code: unit for unit in merged.units}
    years = pair_years(merged, rollup)
    change = np.log1p(years["value"].clip(lower=0)) - np.log1p(years["prior"].clip(lower=0))
    leaps = (line for line in _found(years, change, "history", units, merged) if _is_leap(line))
    found = [
        *_found(rollup.long.assign(prior=None), rollup.long["value"], "peers", units, merged),
        *leaps,
    ]
    added = rollup.long.groupby(["form", "code"], sort=False, as_index=False)["value"].sum()
    cells = zip(added["form"], added["code"], strict=True)
    sums = {(str(form), str(code)): float(value) for (form, code), value in zip(cells, added["value"], strict=True)}
    weighed = [replace(line, influence=_weigh(line, sums)) for line in found]
    return sorted(weighed, key=lambda line: (-line.influence, -abs(line.score)))


def _weigh(line: Outlier, sums: Mapping[tuple[str, str], float]) -> float:
    """Return how far the number lies from its peers', or from last year's, as a share of all units' sum."""
    indicator = line.indicator
    whole = abs(sums[indicator.form, indicator.code])
    expected = line.median if line.against == "peers" else line.prior or 0.0
    adds = indicator.adds_up or indicator.adds_by_level
    return abs(line.value - expected) / whole if whole and adds else 0.0


def _is_leap(line: Outlier) -> bool:
    return line.prior is not None and abs(line.value - line.prior) >= LEAST_CHANGE


def scored(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the lines of ``frame`` (with ``x`` and the columns of :data:`GROUP`) that are far from their peers.

    Adds ``peers``, ``median`` and ``score``.
    """
    peers = frame.groupby(GROUP, sort=False)["x"]
    median = peers.transform("median")
    deviation = (frame["x"] - median).abs()
    spread = deviation.groupby([frame[name] for name in GROUP], sort=False).transform("median")
    known = frame.assign(peers=peers.transform("size"), median=median, spread=spread)
    known = known[(known["peers"] >= PEERS) & (known["spread"] > 0)]
    known = known.assign(score=TO_SIGMA * (known["x"] - known["median"]) / known["spread"])
    return known[known["score"].abs() > LIMIT]


def _found(
    frame: pd.DataFrame, x: pd.Series[Any], against: str, units: dict[str, UnitOutcome], merged: Merged
) -> Iterator[Outlier]:
    kinds = frame["unit"].map({code: unit.kind for code, unit in units.items()})
    levels = frame["unit"].map({code: unit.level for code, unit in units.items()})
    for line in scored(frame.assign(x=x, kind=kinds, level=levels)).to_dict("records"):
        unit = units[line["unit"]]
        yield Outlier(
            unit_code=unit.code,
            unit=unit.name,
            kind=unit.kind,
            level=unit.level,
            indicator=merged.survey.form[line["form"]].indicators[line["code"]],
            against=against,
            value=float(line["value"]),
            prior=None if line["prior"] is None else float(line["prior"]),
            median=float(line["median"] if against == "peers" else np.exp(line["median"])),
            peers=int(line["peers"]),
            score=float(line["score"]),
        )
