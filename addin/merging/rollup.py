"""Aggregation: what all units report together, and by level, kind and region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
import pandas as pd

from addin.auditing.arrays import Status
from addin.auditing.batch import Batch
from addin.merging import changes
from addin.merging.merged import Merged
from addin.submission import Submission
from templates.model import Indicator, Survey
from templates.words import say

By = Literal["level", "kind", "region"]
BY: tuple[By, ...] = ("level", "kind", "region")

Cells = dict[tuple[str, str], float]
"""Numbers by form and code."""

Numbers = Callable[[Survey, int, Sequence[Submission]], list[Cells]]
"""What each submission reports; a blank cell has no entry."""

Totals = dict[str, dict[str, float]]
"""By form and code. What nobody reports has no entry: blank is not 0."""

DIGITS = 6
"""Sums of decimals are cleared of what binary arithmetic adds in the far digits."""

COUNTY_DIGITS = 6


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

    @classmethod
    def of(cls, merged: Merged, numbers: Numbers | None = None) -> Self:
        """Roll up the returns of ``merged`` that count. Derived cells are recomputed from the ledgers."""
        received = _received(merged, numbers or reported_numbers)
        counted = {unit.code for unit in merged.units if unit.counts}
        long = _long({code: cells for code, cells in received.items() if code in counted})
        return cls(long, received, _totals(long), tuple(_groups(long, merged)))


def reported_numbers(survey: Survey, year: int, submissions: Sequence[Submission]) -> list[Cells]:
    """Return the numbers in the open cells of every form that each submission files; derived ones are recomputed."""
    batch = Batch(survey, year, submissions)
    found: list[Cells] = [{} for _ in submissions]
    for indicator in _adding_up(survey):
        values = batch.cell(indicator.reference)
        numbers = np.where(values.state == Status.PASSED, values.numbers, np.nan)
        for place in np.flatnonzero(~np.isnan(numbers)):
            if _asked(indicator, survey, submissions[int(place)]):
                found[place][indicator.form, indicator.code] = float(numbers[place])
    return found


def _adding_up(survey: Survey) -> list[Indicator]:
    return [row for form in survey.forms for row in form.indicators.values() if row.kind.is_number]


def _asked(indicator: Indicator, survey: Survey, submission: Submission) -> bool:
    identity = submission.identity
    files = indicator.form in survey.kind[identity.kind].forms
    return files and indicator.open_to(identity.kind, identity.level)


def _received(merged: Merged, numbers: Numbers) -> dict[str, Cells]:
    if merged.year is None:
        return {}
    sent = {unit.code: unit.submission for unit in merged.units if unit.submission is not None}
    return dict(zip(sent, numbers(merged.survey, merged.year, list(sent.values())), strict=True))


def _long(received: dict[str, Cells]) -> pd.DataFrame:
    lines = [(unit, *cell, value) for unit, cells in received.items() for cell, value in cells.items()]
    return pd.DataFrame(lines, columns=["unit", "form", "code", "value"]).astype({"value": "float64"})


def _totals(long: pd.DataFrame) -> Totals:
    sums = long.groupby(["form", "code"], sort=False, as_index=False)["value"].sum()
    totals: Totals = {}
    for form, code, value in zip(sums["form"], sums["code"], sums["value"], strict=True):
        totals.setdefault(form, {})[code] = round(float(value), DIGITS)
    return totals


def _groups(long: pd.DataFrame, merged: Merged) -> list[Group]:
    """Return the groups that have a return that counts, in the survey's order of levels and kinds, regions by code."""
    groups = []
    for by in BY:
        label_of = {unit.code: _label(by, getattr(unit, by)) for unit in merged.units}
        labels = long["unit"].map(label_of)
        for label, shown in _shown(by, set(label_of.values()), merged.survey).items():
            members = long[labels == label]
            if len(members):
                groups.append(Group(by, shown, _totals(members)))
    return groups


def _label(by: By, value: str) -> str:
    """Return the group's key: of a town's code the county's six digits."""
    return value[:COUNTY_DIGITS] if by == "region" else value


def _shown(by: By, labels: set[str], survey: Survey) -> dict[str, str]:
    """Return the groups' keys in order, with what people call them."""
    if by == "region":
        return region_names(labels, survey)
    order = survey.levels if by == "level" else tuple(survey.kind)
    return {label: label for label in order}


def region_names(codes: set[str], survey: Survey) -> dict[str, str]:
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


def as_json(merged: Merged, rollup: Rollup) -> dict[str, Any]:
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
                "changes": [changes.as_json(change) for change in unit.changes],
            }
            for unit in merged.units
        ],
        "totals": _plain(rollup.totals),
        "groups": [{"by": group.by, "value": group.value, "totals": _plain(group.totals)} for group in rollup.groups],
    }


def _plain(totals: Totals) -> dict[str, dict[str, int | float]]:
    return {
        form: {code: int(value) if value.is_integer() else value for code, value in cells.items()}
        for form, cells in totals.items()
    }
