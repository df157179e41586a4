"""The draw on plain lists: strata, shares, who is drawn, and how often over many seeds."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from math import ceil, sqrt
from random import Random

import pytest

from addin.sampling.draw import draw_rows, draw_stratum, draw_units
from addin.sampling.strata import Candidate, make_strata

GROUPS = [("科协", "省级"), ("科协", "市级"), ("科协", "县级"), ("学会", "市级")]
SEEDS = 10_000
ROUND = "small 2024"


def units(**counts: int) -> list[Candidate]:
    """Return so many units of each level; 学 stands for 学会."""
    kinds = {"省": GROUPS[0], "市": GROUPS[1], "县": GROUPS[2], "学": GROUPS[3]}
    return [
        Candidate(f"{name}{number:04}", f"{name}{number}", *kinds[name])
        for name, count in counts.items()
        for number in range(count)
    ]


def told(share: float, **counts: int) -> list[tuple[str, int, int]]:
    return [(one.name, len(one.units), one.drawn) for one in make_strata(units(**counts), GROUPS, share)]


STRATA: list[tuple[float, dict[str, int], list[tuple[str, int, int]]]] = [
    (0.1, {"市": 40}, [("市级·科协", 40, 4)]),
    (0.1, {"市": 41}, [("市级·科协", 41, 5)]),
    (0.1, {"市": 30, "县": 30, "学": 30}, [("市级·科协", 30, 3), ("县级·科协", 30, 3), ("市级·学会", 30, 3)]),
    # small ones are pooled with each other, of the same kind first
    (0.1, {"市": 40, "县": 6, "学": 9}, [("市级·科协", 40, 4), ("县级·科协、市级·学会", 15, 2)]),
    (
        0.1,
        {"省": 6, "市": 40, "县": 8, "学": 30},
        [("省级·科协、县级·科协", 14, 2), ("市级·科协", 40, 4), ("市级·学会", 30, 3)],
    ),
    # a small one alone goes to its kind
    (0.1, {"市": 40, "县": 6, "学": 30}, [("市级·科协、县级·科协", 46, 5), ("市级·学会", 30, 3)]),
    # four times eleven would be eight instead of five
    (0.1, {"省": 11, "市": 11, "县": 11, "学": 11}, [("省级·科协、市级·科协、县级·科协", 33, 4), ("市级·学会", 11, 2)]),
    (0.1, {"市": 3}, [("市级·科协", 3, 1)]),
    (0.1, {"市": 1, "县": 1}, [("市级·科协、县级·科协", 2, 1)]),
    (0.3, {"市": 10, "县": 10}, [("市级·科协", 10, 3), ("县级·科协", 10, 3)]),
    (1, {"市": 2, "县": 1}, [("市级·科协", 2, 2), ("县级·科协", 1, 1)]),
]


@pytest.mark.parametrize(("share", "counts", "expected"), STRATA)
def test_strata(share: float, counts: dict[str, int], expected: list[tuple[str, int, int]]) -> None:
    assert told(share, **counts) == expected


def test_no_stratum_is_below_its_share_and_the_whole_stays_near() -> None:
    chance = Random(11)
    for _ in range(500):
        counts = {name: chance.randrange(0, 200) for name in "省市县学"}
        share = chance.choice([0.05, 0.1, 0.125, 0.2, 0.5, 1.0])
        strata = make_strata(units(**counts), GROUPS, share)
        size, drawn = sum(counts.values()), sum(one.drawn for one in strata)
        assert sum(len(one.units) for one in strata) == size
        assert all(one.drawn >= share * len(one.units) - 1e-9 for one in strata)
        assert drawn <= max(ceil(share * size - 1e-9) + 1, 1.2 * share * size)


def by_hand(name: str, count: int, drawn: int) -> list[str]:
    """Return who is drawn by seed 7, as anybody may work it out with sha256sum and sort."""
    codes = [f"{name}{number:04}" for number in range(count)]
    return sorted(codes, key=lambda code: sha256(f"7\0{ROUND}\0{code}".encode()).hexdigest())[:drawn]


def test_a_seed_draws_the_same_whatever_the_order() -> None:
    listed = units(市=50, 县=23, 学=30)
    mixed = Random(3).sample(listed, len(listed))
    drawn, again = (
        [unit.code for _, unit in draw_units(make_strata(some, GROUPS, 0.1), 7, ROUND)] for some in (listed, mixed)
    )
    assert drawn == again
    assert drawn == [*by_hand("市", 50, 5), *by_hand("县", 23, 3), *by_hand("学", 30, 3)]
    for seed, round in ((8, ROUND), (7, "small 2025")):
        assert drawn != [unit.code for _, unit in draw_units(make_strata(listed, GROUPS, 0.1), seed, round)]


def test_each_unit_is_drawn_as_often_as_its_probability_says() -> None:
    strata = make_strata(units(市=22, 县=6, 学=9), GROUPS, 0.1)
    assert [(len(one.units), one.drawn) for one in strata] == [(22, 3), (15, 2)]
    for one in strata:
        times = Counter(unit.code for seed in range(SEEDS) for unit in draw_stratum(one, seed, ROUND))
        size, expected = len(one.units), SEEDS * one.probability
        # The counts of a draw without replacement vary less than those of so many coins, by 1 − p.
        squared = sum((times[unit.code] - expected) ** 2 for unit in one.units)
        statistic = squared / (expected * (1 - one.probability)) * (size - 1) / size
        freedom = size - 1
        assert freedom - 3 * sqrt(2 * freedom) < statistic < freedom + 3.5 * sqrt(2 * freedom)
        assert all(abs(times[unit.code] - expected) < 4 * sqrt(expected * (1 - one.probability)) for unit in one.units)


def test_rows_are_drawn_by_the_same_lot() -> None:
    rows = [("会议", number) for number in range(5, 25)]
    assert draw_rows(rows, 4, 7, ROUND, "001") == draw_rows(rows, 4, 7, ROUND, "001")
    assert draw_rows(rows, 4, 7, ROUND, "001") != draw_rows(rows, 4, 7, ROUND, "002")
    assert draw_rows(rows, 40, 7, ROUND, "001") == rows
    times = Counter(row for seed in range(2000) for row in draw_rows(rows, 4, seed, ROUND, "001"))
    assert all(abs(times[row] - 400) < 4 * sqrt(320) for row in rows)
