"""Aggregation: what all units report together, and by level, kind and region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, Self

import pandas as pd

from addin.auditing.arrays import Status, round_half_up
from addin.auditing.batch import Batch
from addin.auditing.evaluate import coerce_numbers, evaluate
from addin.auditing.figures import Cells, list_numbers, reported_numbers
from addin.receiving import changes
from addin.receiving.outcomes import Merged
from addin.submission import Edition, Submission
from templates.content import Content, Identity
from templates.expression import list_references
from templates.model import RollUp, Survey
from templates.words import say

By = Literal["level", "kind", "region"]
BY: tuple[By, ...] = ("level", "kind", "region")

Numbers = Callable[[Survey, int, Sequence[Submission]], list[Cells]]
"""What each submission reports; a blank cell has no entry."""

Totals = dict[str, dict[str, float]]
"""By form and code. What nobody reports has no entry: blank is not 0."""

DIGITS = 6
"""Sums of decimals are cleared of what binary arithmetic adds in the far digits."""

COUNTY_DIGITS = 6
REGION_DIGITS = (COUNTY_DIGITS, 4, 2)
"""Digits of 行政区划代码 that tell counties, cities and provinces."""

SHOWN_REGIONS = 60
"""More counties than that are shown by city, more cities by province."""


@dataclass(frozen=True)
class Group:
    """The units of one level, kind or region, together."""

    by: By
    value: str
    totals: Totals


@dataclass(frozen=True)
class Rollup:
    """All numbers of the returns that count, and their sums."""

    long: pd.DataFrame
    """Columns unit, form, code, value; one line a number reported."""
    received: dict[str, Cells]
    """Numbers by unit code of every return that was received, counted or not."""
    totals: Totals
    groups: tuple[Group, ...]
    regions: tuple[Group, ...] = ()
    """Every region of the roster in its order, wide enough to be few enough to stand side by side."""
    region_of: dict[str, str] = field(default_factory=dict)
    """The name of the region among ``regions`` that each unit lies in, by its code."""

    @classmethod
    def of(cls, merged: Merged, numbers: Numbers | None = None) -> Self:
        """Roll up the returns of ``merged`` that count. Derived cells are recomputed from the ledgers."""
        received = _received(merged, numbers or reported_numbers)
        counted = {unit.code for unit in merged.units if unit.counts}
        long = make_long_form({code: cells for code, cells in received.items() if code in counted})
        groups = [group for by in BY for group in _grouped(long, by, _labels(by, merged), merged.survey)]
        codes = wide_regions(merged)
        names = name_regions(set(codes.values()), merged.survey)
        wide = {group.value: group for group in _grouped(long, "region", codes, merged.survey)}
        regions = tuple(wide.get(name, Group("region", name, {})) for name in names.values())
        region_of = {unit: names[code] for unit, code in codes.items()}
        return cls(long, received, add_up(long, merged.survey), tuple(groups), regions, region_of)

    @cached_property
    def reporters(self) -> dict[tuple[str, str], int]:
        """How many units that count report each number, by form and code."""
        return dict(Counter(zip(self.long["form"], self.long["code"], strict=True)))


def _received(merged: Merged, numbers: Numbers) -> dict[str, Cells]:
    if merged.year is None:
        return {}
    sent = {unit.code: unit.submission for unit in merged.units if unit.submission is not None}
    return dict(zip(sent, numbers(merged.survey, merged.year, list(sent.values())), strict=True))


def make_long_form(received: Mapping[str, Cells]) -> pd.DataFrame:
    """Return numbers by unit as lines: unit, form, code, value."""
    lines = [(unit, *cell, value) for unit, cells in received.items() for cell, value in cells.items()]
    return pd.DataFrame(lines, columns=["unit", "form", "code", "value"]).astype({"value": "float64"})


def add_up(long: pd.DataFrame, survey: Survey, *, of_one_level: bool = False) -> Totals:
    """Return one number an indicator, made of the units' as the survey declares.

    What adds up within a level alone has one only where the lines are ``of_one_level``.
    """
    reduced = long.groupby(["form", "code"], sort=False)["value"].agg(["sum", "max"]).reset_index()
    totals: Totals = {}
    for form, code, added, largest in zip(*(reduced[name] for name in reduced), strict=True):
        indicator = survey.form[form].indicators[code]
        addable = indicator.rolls_up and (of_one_level or not indicator.adds_by_level)
        if addable and indicator.over_totals is None:
            value = largest if indicator.rollup is RollUp.MAX else added
            totals.setdefault(form, {})[code] = round(float(value), DIGITS)
    return _with_ratios(totals, survey)


def _with_ratios(totals: Totals, survey: Survey) -> Totals:
    """Return the totals with what is worked out over them; a ratio of nothing has no entry."""
    whole = Submission(
        "",
        Identity(survey.id, "", "", 0, "", "", "", ""),
        Edition.of(survey),
        Content({form: dict(cells) for form, cells in totals.items()}),
    )
    fixed = {(form, code): value for form, cells in totals.items() for code, value in cells.items()}
    batch = Batch(survey, 0, [whole], fixed)
    for indicator in list_numbers(survey):
        tree, cells = indicator.over_totals, totals.get(indicator.form, {})
        if tree is not None and any(reference.code in cells for reference in list_references(tree)):
            found = coerce_numbers(evaluate(tree, batch))
            if found.state[0] == Status.PASSED:
                value = float(round_half_up(found.data, indicator.decimals)[0])
                cells[indicator.code] = value
    return totals


def _labels(by: By, merged: Merged) -> dict[str, str]:
    return {unit.code: _label(by, getattr(unit, by)) for unit in merged.units}


def _grouped(long: pd.DataFrame, by: By, label_of: dict[str, str], survey: Survey) -> list[Group]:
    """Return the groups that have a return that counts, in the survey's order of levels and kinds, regions by code."""
    labels = long["unit"].map(label_of)
    shown = _shown(by, set(label_of.values()), survey)
    members = {label: long[labels == label] for label in shown}
    return [
        Group(by, name, add_up(members[label], survey, of_one_level=by == "level"))
        for label, name in shown.items()
        if len(members[label])
    ]


def _label(by: By, value: str) -> str:
    """Return the group's key: of a town's code the county's six digits."""
    return value[:COUNTY_DIGITS] if by == "region" else value


def wide_regions(merged: Merged) -> dict[str, str]:
    """Return the code of each unit's region by the unit's: counties, or cities or provinces where those are many."""
    for digits in REGION_DIGITS:
        found = {unit.code: _wider(unit.region[:COUNTY_DIGITS], digits) for unit in merged.units}
        if len(set(found.values())) <= SHOWN_REGIONS:
            break
    return found


def _wider(code: str, digits: int) -> str:
    return code[:digits].ljust(COUNTY_DIGITS, "0") if code else code


def _shown(by: By, labels: set[str], survey: Survey) -> dict[str, str]:
    """Return the groups' keys in order, with what people call them."""
    if by == "region":
        return name_regions(labels, survey)
    order = survey.levels if by == "level" else tuple(survey.kind)
    return {label: label for label in order}


def name_regions(codes: set[str], survey: Survey) -> dict[str, str]:
    """Return the name of each region, the code itself where no list has it.

    Counties have their bare name; wider areas, and counties that share their name with another of ``codes``, the whole
    path (「市辖区」 alone says nothing).
    """
    paths = {code: _path(code, survey) for code in sorted(codes)}
    bare = {code: name if narrowest else above + name for code, (above, name, narrowest) in paths.items()}
    counted = Counter(bare.values())
    return {code: name if counted[name] == 1 else "".join(paths[code][:2]) for code, name in bare.items()}


def _path(code: str, survey: Survey) -> tuple[str, str, bool]:
    """Return the names above, the own name, and whether the area is of the narrowest kind."""
    wider = {codes.parent for codes in survey.code_lists.values()}
    for codes in survey.code_lists.values():
        if code and code in codes.codes:
            place = codes.codes.index(code)
            above = codes.parents[place] if codes.parents else ""
            return above, codes.values[place], codes.id not in wider
    return "", code or say("merge.no_region"), True


def describe_merge(merged: Merged, rollup: Rollup) -> dict[str, Any]:
    """Return what ``merge --json`` prints. Whole numbers are ints."""
    return {
        "units": [
            {
                "code": unit.code,
                "name": unit.name,
                "state": unit.state.shown,
                "reason": unit.reason,
                "files": [file.shown for file in unit.files],
                "errors": unit.errors,
                "warnings": unit.warnings,
                "unexplained": unit.unexplained,
                "changes": [changes.describe_change(change) for change in unit.changes],
            }
            for unit in merged.units
        ],
        "files": [
            {
                "file": file.shown,
                "status": file.status.value,
                "unit": unit.code if unit else None,
                "reason": file.reason,
            }
            for file, unit in merged.files
        ],
        "totals": convert_totals(rollup.totals),
        "groups": [
            {"by": group.by, "value": group.value, "totals": convert_totals(group.totals)} for group in rollup.groups
        ],
    }


def convert_totals(totals: Totals) -> dict[str, dict[str, int | float]]:
    """Return totals as JSON has them: whole numbers are ints."""
    return {
        form: {code: int(value) if value.is_integer() else value for code, value in cells.items()}
        for form, cells in totals.items()
    }
