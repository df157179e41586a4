"""主要数据: what may not be published is not in it, and no change tells what few units report."""

from __future__ import annotations

import pytest

from addin.handing_up.facts import PackageFacts
from addin.handing_up.main_data import list_main_data
from addin.package.refusal import FileStatus
from addin.receiving.outcomes import FileOutcome, Merged, Role, UnitOutcome
from addin.roster import ReportingUnit
from addin.summary.rollup import Rollup
from addin.summary.verdicts import Settled
from generator.handed_up.main_data import MainNumber
from tests.support.returns import MINI, YEAR, a_complete_return


def a_unit(number: int, money: float, prior: float | None) -> UnitOutcome:
    """Return a unit that reports money, and last year's where there is one."""
    returned = a_complete_return({"09": money})
    returned.content.prior["M1"] = {} if prior is None else {"09": prior}
    unit = ReportingUnit(f"{number:03}", f"单位{number}", "", "甲类", "市级", "500103")
    return UnitOutcome(unit, (FileOutcome("a.xlsx", Role.COUNTED, FileStatus.OK),), returned)


def tell_money(*units: tuple[float, float | None]) -> tuple[str, ...]:
    """Return what is shown of the money of units that report so much this year and last year."""
    outcomes = tuple(a_unit(number, *money) for number, money in enumerate(units))
    merged = Merged(MINI, YEAR, outcomes, ())
    forms = list_main_data(PackageFacts(merged, Rollup.of(merged), Settled()))
    [row] = [row for form in forms for row in form.rows if isinstance(row, MainNumber) and row.name == "场馆经费"]
    return row.total, row.this, row.prior, row.rate


MONEY: dict[str, tuple[list[tuple[float, float | None]], tuple[str, ...]]] = {
    "two units": ([(10.0, 5.0), (20.0, 10.0)], ("", "", "", "")),
    "three units": ([(10.0, 5.0), (20.0, 10.0), (30.0, 15.0)], ("60", "60", "30", "+100.0%")),
    "two of three report both years": ([(10.0, 5.0), (20.0, 10.0), (30.0, None)], ("60", "", "", "")),
    "one of four does not": ([(10.0, 5.0), (20.0, 10.0), (30.0, 15.0), (40.0, None)], ("100", "", "", "")),
    "three of six do not": (
        [(10.0, 5.0), (20.0, 10.0), (30.0, 15.0), (1.0, None), (2.0, None), (3.0, None)],
        ("66", "60", "30", "+100.0%"),
    ),
    "nobody did": ([(10.0, None), (20.0, None), (30.0, None)], ("60", "", "", "")),
    "last year was 0": ([(10.0, 0.0), (20.0, 0.0), (30.0, 0.0)], ("60", "60", "0", "—")),
    "nothing changed": ([(10.0, 10.0), (20.0, 20.0), (30.0, 30.0)], ("60", "60", "60", "0.0%")),
}


@pytest.mark.parametrize("case", MONEY)
def test_what_few_report_is_withheld(case: str) -> None:
    units, shown = MONEY[case]
    assert tell_money(*units) == shown
