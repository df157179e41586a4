"""This year against last year: sums over the units that report both, and the units that move them most."""

from __future__ import annotations

import pandas as pd

from addin.auditing.arrays import convert_to_number
from addin.receiving.outcomes import Merged
from addin.summary.rollup import DIGITS, Rollup, make_long_form
from generator.consolidated.insight_data import YearChange

MOVERS = 100
"""Lines of the list of movers: what is further down moves little."""

LEAST_UNITS = 3
"""Among fewer units everyone moves the sum."""

CELL = ["form", "code"]


def pair_years(merged: Merged, rollup: Rollup) -> pd.DataFrame:
    """Return the numbers that count and have one of last year beside them: unit, form, code, value, prior."""
    prior = {
        unit.code: {
            (form, code): number
            for form, cells in unit.submission.content.prior.items()
            for code, value in cells.items()
            if (number := convert_to_number(value)) is not None
        }
        for unit in merged.units
        if unit.counts and unit.submission is not None
    }
    before = make_long_form(prior).rename(columns={"value": "prior"})
    joined = rollup.long.merge(before, on=["unit", *CELL])
    forms, cells = merged.survey.form, zip(joined["form"], joined["code"], strict=True)
    adds = [forms[form].indicators[code].adds_up for form, code in cells]
    return joined[pd.Series(adds, index=joined.index, dtype=bool)]


def compare_sums(merged: Merged, rollup: Rollup) -> list[YearChange]:
    """Return the sums of both years, by indicator in the survey's order."""
    years = pair_years(merged, rollup)
    sums = years.groupby(CELL, sort=False).agg(units=("unit", "size"), this=("value", "sum"), prior=("prior", "sum"))
    found = dict(zip(sums.index, sums.to_dict("records"), strict=True))
    return [
        YearChange(row, int(line["units"]), round(float(line["this"]), DIGITS), round(float(line["prior"]), DIGITS))
        for form in merged.survey.forms
        for row in form.indicators.values()
        if (line := found.get((row.form, row.code))) is not None
    ]


def find_movers(merged: Merged, rollup: Rollup) -> list[YearChange]:
    """Return the units whose own change moves a sum of several units most, those that move it most first."""
    years = pair_years(merged, rollup)
    groups = years.groupby(CELL, sort=False)
    base = groups["prior"].transform("sum")
    many = groups["unit"].transform("size") >= LEAST_UNITS
    weight = (years["value"] - years["prior"]).abs() / base.where(base > 0)
    ranked = years.assign(weight=weight)[many & (weight > 0)].sort_values("weight", ascending=False, kind="stable")
    names = {unit.code: unit.name for unit in merged.units}
    return [
        YearChange(
            merged.survey.form[line["form"]].indicators[line["code"]],
            1,
            float(line["value"]),
            float(line["prior"]),
            line["unit"],
            names[line["unit"]],
            float(line["weight"]),
        )
        for line in ranked.head(MOVERS).to_dict("records")
    ]
