"""Hints about whole returns, and numbers far from their peers by what they move."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from addin.package.refusal import FileStatus
from addin.receiving.outcomes import FileOutcome, Merged, Role, UnitOutcome
from addin.submission import Edition, Submission
from addin.summary.hints import find_hints
from addin.summary.outliers import find_outliers
from addin.summary.rollup import Rollup
from templates.across import Across
from templates.content import Content, Identity, Value
from templates.expression import CellRef
from templates.model import Indicator, Kind, Survey
from tests.support.mailbag import finding, survey, unit

COUNT = 30
ROWS = tuple(Indicator("A01", f"{number:02d}", f"数{number}", Kind.COUNT, "个", yoy=True) for number in range(COUNT))


def wide() -> Survey:
    """Return the tests' survey with many numbers on its form; the first is how many people the unit has."""
    form = replace(survey().forms[0], rows=ROWS)
    return replace(survey(), forms=(form, *survey().forms[1:]), across=Across(staff=(CellRef("A01", "00"),)))


def sent(code: str, numbers: list[int], prior: list[int] | None = None, faults: int = 0) -> UnitOutcome:
    who = unit(code)
    identity = Identity("small", "1", "0", 2024, who.code, who.name, who.kind, who.level)
    values: dict[str, Value] = {row.code: float(number) for row, number in zip(ROWS, numbers, strict=True)}
    before: dict[str, Value] = {row.code: float(number) for row, number in zip(ROWS, prior or [], strict=False)}
    content = Content(values={"A01": values}, prior={"A01": before})
    file = FileOutcome(f"{code}.xlsx", Role.COUNTED, FileStatus.OK)
    found = tuple(finding(number) for number in range(faults))
    return UnitOutcome(who, (file,), Submission(f"{code}.xlsx", identity, Edition.of(wide()), content), found)


def usual(seed: int) -> list[int]:
    """Return numbers as they happen to be."""
    random = Random(seed)
    return [random.randrange(100, 5000) for _ in range(COUNT)]


def hinted(*units: UnitOutcome) -> list[tuple[str, str, int]]:
    merged = Merged(wide(), 2024, units, ())
    return [(hint.unit_code, hint.what, hint.numbers) for hint in find_hints(merged, Rollup.of(merged))]


OTHERS = [sent(f"o{seed}", usual(seed), usual(seed + 50)) for seed in range(8)]


@pytest.mark.parametrize(
    ("odd", "found"),
    [
        (sent("x", usual(99), usual(98)), []),
        (sent("x", [n // 100 * 100 for n in usual(99)]), [("x", "hundreds", COUNT)]),
        (sent("x", [n // 10 * 10 for n in usual(99)]), [("x", "tens", COUNT)]),
        (sent("x", [n // 100 * 100 for n in usual(99)], faults=1), []),
        (sent("x", [n // 10 * 10 for n in usual(99)[:9]] + [3] * 21), []),  # too few numbers to say anything
        (sent("x", usual(99), usual(99)), [("x", "same", COUNT)]),
        (sent("x", usual(99), [*usual(99)[:27], 1, 2, 3]), [("x", "same", COUNT)]),
        (sent("x", usual(99), [*usual(99)[:26], 1, 2, 3, 4]), []),
        (sent("x", usual(99), usual(99)[:10]), []),
        (sent("x", [0, *usual(99)[1:]], usual(98)), [("x", "nobody", COUNT - 1)]),
        (sent("x", [0, *[5] * 9, *[0] * 20]), []),
        (sent("x", [0, *usual(99)[1:]], faults=1), []),
    ],
)
def test_what_an_officer_may_wonder_at(odd: UnitOutcome, found: list[tuple[str, str, int]]) -> None:
    assert hinted(*OTHERS, odd) == found


def test_where_all_round_nobody_is_named() -> None:
    assert hinted(*[sent(f"r{seed}", [n // 10 * 10 for n in usual(seed)]) for seed in range(6)]) == []


def test_hints_come_unit_by_unit() -> None:
    every = sent("x", [0, *[n // 100 * 100 for n in usual(99)[1:]]], [0, *[n // 100 * 100 for n in usual(99)[1:]]])
    assert [(code, what) for code, what, _ in hinted(every, *OTHERS)] == [
        ("x", "hundreds"),
        ("x", "same"),
        ("x", "nobody"),
    ]


def test_what_moves_the_sum_comes_first() -> None:
    """The farthest of all moves little: its peers' numbers are alike, and small beside the other row's."""
    small = [10, 11, 12, 13, 14, 100]
    large = [1000, 3000, 5000, 7000, 9000, 90_000]
    units = [
        sent(f"u{place}", [one, other, *[0] * (COUNT - 2)])
        for place, (one, other) in enumerate(zip(small, large, strict=True))
    ]
    merged = Merged(wide(), 2024, tuple(units), ())
    found = find_outliers(merged, Rollup.of(merged))
    assert [line.indicator.code for line in found] == ["01", "00"]
    assert [line.influence for line in found] == pytest.approx([84_000 / sum(large), 87.5 / sum(small)])
    assert found[0].score < found[1].score
