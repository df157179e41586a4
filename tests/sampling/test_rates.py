"""Rates and intervals: against pandas, against a table of Student's t, and where no interval is given."""

from __future__ import annotations

from math import exp, log, sqrt
from random import Random

import pandas as pd
import pytest

from addin.sampling.rates import (
    LEAST_UNITS,
    SHARE,
    SIZE,
    Cluster,
    Rate,
    StratumSize,
    bound_share,
    estimate_rate,
    find_quantile,
)

QUANTILES = [(5, 2.5706), (6, 2.4469), (8, 2.3060), (10, 2.2281), (20, 2.0860), (30, 2.0423), (120, 1.9799)]
POPULATION = {0: 300, 1: 120, 2: 90}
CHECKED = {0: 30, 1: 12, 2: 9}


@pytest.mark.parametrize(("freedom", "expected"), QUANTILES)
def test_quantiles_of_students_t(freedom: int, expected: float) -> None:
    assert find_quantile(0.975, freedom) == pytest.approx(expected, abs=4e-4)


def found(seed: int) -> pd.DataFrame:
    """Return what was found: a line a cell, those of one unit wrong together."""
    chance, lines = Random(seed), []
    for stratum, count in CHECKED.items():
        for number in range(count):
            careless = chance.random() * 0.3
            for code in ("01", "02", "03")[: chance.choice([2, 3])]:
                checked = float(chance.randrange(0, 500))
                reported = checked + chance.choice([-7, 5, 30]) if chance.random() < careless else checked
                lines.append((stratum, f"{stratum}-{number}", code, reported, checked))
    return pd.DataFrame(lines, columns=["stratum", "unit", "code", "reported", "checked"])


def clusters(frame: pd.DataFrame, *, values: bool) -> list[Cluster]:
    made = []
    for _, lines in frame.groupby(["stratum", "unit"], sort=False):
        off = (lines["reported"] - lines["checked"]).abs()
        names = list(lines["code"])
        if values:
            above, below = dict(zip(names, off, strict=True)), dict(zip(names, lines["checked"], strict=True))
        else:
            above, below = {"": float((off > 0).sum())}, {"": float(len(lines))}
        made.append(Cluster(int(lines["stratum"].iloc[0]), above, below))
    return made


def sizes() -> list[StratumSize]:
    return [StratumSize(POPULATION[place], CHECKED[place]) for place in POPULATION]


def spread(parts: pd.DataFrame) -> float:
    """Return the standard error of a sum, of a column ``part`` by stratum: as a textbook has it."""
    count, whole = parts["stratum"].map(CHECKED), parts["stratum"].map(POPULATION)
    off = parts["part"] - parts.groupby("stratum")["part"].transform("mean")
    return sqrt(float(((1 - count / whole) * count / (count - 1) * off**2).sum()))


@pytest.mark.parametrize("seed", range(5))
def test_the_share_of_wrong_cells_is_what_pandas_finds(seed: int) -> None:
    frame = found(seed)
    weight = frame["stratum"].map(POPULATION) / frame["stratum"].map(CHECKED)
    wrong = (frame["reported"] != frame["checked"]).astype(float)
    rate = float((weight * wrong).sum() / weight.sum())
    parts = frame.assign(part=weight * (wrong - rate) / weight.sum())
    parts = parts.groupby(["stratum", "unit"])[["part"]].sum().reset_index()
    reach = find_quantile(0.975, len(parts) - 3) * spread(parts) / (rate * (1 - rate))
    low, high = (1 / (1 + exp(-(log(rate / (1 - rate)) + side * reach))) for side in (-1, 1))
    told = estimate_rate(clusters(frame, values=False), sizes(), SHARE)
    assert (told.value, told.low, told.high) == pytest.approx((rate, low, high))
    assert told.why == ""
    assert 0 < low < rate < high < 1


@pytest.mark.parametrize("seed", range(5))
def test_the_error_of_values_is_what_pandas_finds(seed: int) -> None:
    frame = found(seed)
    frame["weight"] = frame["stratum"].map(POPULATION) / frame["stratum"].map(CHECKED)
    frame["off"] = (frame["reported"] - frame["checked"]).abs()
    sums = frame.assign(off=frame["weight"] * frame["off"], checked=frame["weight"] * frame["checked"])
    sums = sums.groupby("code")[["off", "checked"]].sum()
    ratio = sums["off"] / sums["checked"]
    rate = float(ratio.mean())
    residual = (frame["off"] - frame["code"].map(ratio) * frame["checked"]) / frame["code"].map(sums["checked"])
    parts = frame.assign(part=frame["weight"] * residual / len(ratio))
    parts = parts.groupby(["stratum", "unit"])[["part"]].sum().reset_index()
    reach = find_quantile(0.975, len(parts) - 3) * spread(parts) / rate
    told = estimate_rate(clusters(frame, values=True), sizes(), SIZE)
    assert (told.value, told.low, told.high) == pytest.approx((rate, rate * exp(-reach), rate * exp(reach)))
    assert dict(told.by_indicator) == pytest.approx(dict(ratio))


def units(count: int, wrong: int, below: float = 12) -> Rate:
    """Return the rate where the first ``wrong`` of ``count`` units have one wrong cell each."""
    lines = [Cluster(0, {"": 1.0 if place < wrong else 0.0}, {"": below}) for place in range(count)]
    return estimate_rate(lines, [StratumSize(10 * count, count)], SHARE)


def test_few_units_have_no_interval() -> None:
    few = LEAST_UNITS[SHARE] - 1
    told = units(few, 3)
    assert told.value == pytest.approx(3 / (12 * few))
    assert (told.low, told.high) == (None, None)
    assert told.why == f"只复核了 {few} 家，不满 10 家，单位之间的差异看不准，不给区间：请只当作这几家的情况"
    assert units(few + 1, 3).why == ""


def test_where_nothing_is_wrong_the_most_that_may_be_is_told() -> None:
    told = units(30, 0)
    assert (told.value, told.low, told.high) == (0, None, None)
    assert told.why == "查的 30 家没有发现不符，不给区间；可以说有 95% 的把握，有不符的单位不超过 9.5%"
    assert bound_share(30) == pytest.approx(1 - 0.05 ** (1 / 30))


def test_what_cannot_be_divided_is_no_rate() -> None:
    assert units(30, 0, below=0) == Rate(None, why="没有可以推算的：没有复核，或复核值都是 0", by_indicator={"": None})
    assert estimate_rate([], [StratumSize(10, 0)], SHARE).value is None
    assert units(12, 12, below=1).why == "查的全部不符，不给区间"


def test_everybody_checked_leaves_no_doubt() -> None:
    lines = [Cluster(0, {"": float(place % 3 == 0)}, {"": 4.0}) for place in range(12)]
    told = estimate_rate(lines, [StratumSize(12, 12)], SHARE)
    assert (told.value, told.low, told.high) == pytest.approx((1 / 12, 1 / 12, 1 / 12))
