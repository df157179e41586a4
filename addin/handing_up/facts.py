"""What the pages and lists of a package say, out of merged returns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from addin.auditing.arrays import convert_to_text
from addin.receiving.acts import ActKind
from addin.receiving.outcomes import Merged, State, UnitOutcome
from addin.store.versions import UnitPlace
from addin.summary.comparing import compare_sums, pair_years
from addin.summary.outliers import find_outliers
from addin.summary.rollup import Rollup
from addin.summary.verdicts import Settled
from generator.consolidated.insight_data import Outlier, YearChange
from generator.handed_up.approval import KeyNumber, LargeChange
from generator.handed_up.lists import Cell, PackageList
from generator.handed_up.texts import UnitTexts
from templates.model import Indicator
from templates.words import lookup, say

MOVERS = 2
"""So many units are named beside a large change."""


def find_place(unit: UnitOutcome) -> UnitPlace:
    """Return how the unit stands in the version that is locked now."""
    if unit.counts:
        return UnitPlace.COUNTED
    return UnitPlace.PART if unit.part and unit.state.counts else UnitPlace.LEFT_OUT


def list_units(units: Sequence[UnitOutcome], most: int | None = None) -> str:
    """Return the units with their states in words, the first ``most`` of them by name."""
    told = say("package.open.join").join(
        say("package.open.unit", name=unit.name, state=unit.state.shown) for unit in units[:most]
    )
    rest = len(units) - len(units[:most])
    return told + (say("package.open.more", count=rest) if rest else "")


@dataclass(frozen=True)
class PackageFacts:
    """Merged returns with their sums, and what was said of doubles."""

    merged: Merged
    rollup: Rollup
    settled: Settled

    @property
    def left_out(self) -> list[UnitOutcome]:
        """The units that are not in the totals and belong into them."""
        return [unit for unit in self.merged.units if find_place(unit) is UnitPlace.LEFT_OUT]

    @property
    def counts(self) -> dict[str, int]:
        """How many units there are of each sort, as the page says it."""
        places = Counter(find_place(unit) for unit in self.merged.units)
        states = Counter(unit.state for unit in self.merged.units if unit.counts)
        return {
            "listed": len(self.merged.units),
            "counted": places[UnitPlace.COUNTED],
            "parts": places[UnitPlace.PART],
            "left_out": places[UnitPlace.LEFT_OUT],
            "accepted": states[State.ACCEPTED],
            "passed": states[State.PASSED],
        }

    @property
    def doubles(self) -> dict[str, int]:
        """How many things stand in two ledgers, how many of them are decided, how many numbers are odd."""
        groups = self.settled.groups
        settled = sum(any(line.verdict for line in group) for group in groups)
        return {"count": len(groups), "settled": settled, "outliers": len(self._outliers)}

    # --- key numbers -------------------------------------------------------------------------------------------------

    @property
    def key_numbers(self) -> list[KeyNumber]:
        """The totals that the survey declares, beside last year's of the same units."""
        return [self._tell_number(row) for row in self._key_rows]

    @property
    def large_changes(self) -> list[LargeChange]:
        """Those that changed as much as the survey calls large, the largest first, with who moved them and why."""
        found = [change for row in self._key_rows if (change := self.change_of(row)) and self._is_large(change)]
        found.sort(key=lambda one: -abs(one.rate if one.rate is not None else float("inf")))
        return [LargeChange(one.indicator.name, tell_rate(one), self._explain(one.indicator)) for one in found]

    @property
    def share(self) -> int:
        """From how many per cent on a change is large."""
        return round(self.merged.survey.across.large_change * 100)

    @cached_property
    def _key_rows(self) -> list[Indicator]:
        rows = (self.merged.survey.indicator(cell) for cell in self.merged.survey.across.key_numbers)
        return [row for row in rows if row is not None]

    @cached_property
    def _changes(self) -> dict[tuple[str, str], YearChange]:
        return {(one.indicator.form, one.indicator.code): one for one in compare_sums(self.merged, self.rollup)}

    @cached_property
    def _years(self) -> pd.DataFrame:
        return pair_years(self.merged, self.rollup)

    @cached_property
    def _outliers(self) -> list[Outlier]:
        return find_outliers(self.merged, self.rollup)

    def change_of(self, row: Indicator) -> YearChange | None:
        """Return both years' sums over the units that report both; None where none does."""
        return self._changes.get((row.form, row.code))

    def _is_large(self, change: YearChange) -> bool:
        if change.rate is None:
            return change.difference != 0
        return abs(change.rate) >= self.merged.survey.across.large_change * 100

    def _tell_number(self, row: Indicator) -> KeyNumber:
        total, change = self.rollup.totals.get(row.form, {}).get(row.code), self.change_of(row)
        place = say("package.approval.code", form=row.form, code=row.code)
        told = (place, row.name, row.measure, show_sum(row, total))
        if change is None:
            return KeyNumber(*told, "0")
        sums = (show_sum(row, change.this), show_sum(row, change.prior))
        return KeyNumber(*told, str(change.units), *sums, tell_rate(change))

    def _explain(self, row: Indicator) -> str:
        """Return the units that moved the sum most, each with its own words."""
        lines = self._years[(self._years["form"] == row.form) & (self._years["code"] == row.code)]
        moved = lines.assign(size=(lines["value"] - lines["prior"]).abs())
        first = moved[moved["size"] > 0].sort_values("size", ascending=False, kind="stable").head(MOVERS)
        units = {unit.code: unit for unit in self.merged.units}
        told = [
            self._tell_mover(units[unit], row, float(prior), float(this))
            for unit, prior, this in zip(first["unit"], first["prior"], first["value"], strict=True)
        ]
        return say("package.approval.join").join(told) or say("package.approval.no_unit")

    def _tell_mover(self, unit: UnitOutcome, row: Indicator, prior: float, this: float) -> str:
        text = self._find_note(unit, row)
        why = say("package.approval.explained", text=text) if text else say("package.approval.unexplained")
        return say(
            "package.approval.by_unit", unit=unit.name, prior=show_sum(row, prior), this=show_sum(row, this), text=why
        )

    def _find_note(self, unit: UnitOutcome, row: Indicator) -> str:
        notes = unit.submission.content.notes if unit.submission else {}
        return notes.get(row.form, {}).get(row.code, "").strip()

    # --- texts and lists ---------------------------------------------------------------------------------------------

    def list_texts(self) -> Iterator[UnitTexts]:
        """Yield what each unit that counts, or is a part, wrote."""
        for unit in self.merged.units:
            if unit.submission is not None and find_place(unit) is not UnitPlace.LEFT_OUT:
                content = unit.submission.content
                yield UnitTexts(unit.code, unit.name, content.remarks, content.summary)

    def make_lists(self) -> list[PackageList]:
        """Return the roster, the answers to what no workbook can show, doubles and odd numbers."""
        return [
            PackageList("roster", [_tell_unit(unit) for unit in self.merged.units]),
            PackageList("answers", list(self._list_answers())),
            PackageList("doubles", list(self._list_doubles())),
            PackageList("outliers", [self._tell_outlier(one) for one in self._outliers]),
        ]

    def _list_answers(self) -> Iterator[Sequence[Cell]]:
        checklist = self.merged.survey.checklist
        for unit in self.merged.units if checklist else ():
            given = unit.submission.content.values.get(checklist.id, {}) if unit.submission and checklist else {}
            for code, row in checklist.indicators.items() if checklist else ():
                if code in given:
                    yield unit.code, unit.name, code, row.name, convert_to_text(given[code])

    def _list_doubles(self) -> Iterator[Sequence[Cell]]:
        words, verdicts = lookup("package.lists.doubles"), lookup("consolidated.doubles.verdicts")
        for line in self.settled.lines:
            said = verdicts.get(line.verdict, line.verdict) or words["open"]
            once = words["once" if line.once else "not_once"]
            where = (line.ledger, line.code, line.unit, None if line.row is None else float(line.row), line.title)
            yield float(line.group), *where, line.why, said, line.officer, once

    def _tell_outlier(self, one: Outlier) -> Sequence[Cell]:
        words = lookup("package.lists.outliers")
        unit = next(unit for unit in self.merged.units if unit.code == one.unit_code)
        note = self._find_note(unit, one.indicator)
        decided = words["accepted" if unit.state is State.ACCEPTED else "left"]
        median = one.median if one.against == "peers" else None
        where = (one.unit_code, one.unit, one.indicator.form, one.indicator.code, one.indicator.name)
        return (*where, one.value, one.prior, median, note, decided)


def _tell_unit(unit: UnitOutcome) -> Sequence[Cell]:
    accepted = unit.acts.last(ActKind.ACCEPTED) if unit.state is State.ACCEPTED else None
    listed = unit.unit
    place = lookup("package.lists.place")[find_place(unit).value]
    told = (listed.code, listed.name, listed.uscc, listed.kind, listed.level, listed.region, listed.parent)
    return (*told, unit.state.shown, place, accepted.by if accepted else "")


def tell_rate(change: YearChange) -> str:
    """Return the change in per cent; a dash where last year's sum is 0."""
    if change.rate is None:
        return say("package.approval.no_rate")
    return say("package.approval.rate", rate=change.rate) if change.difference else say("package.approval.same")


def show_sum(row: Indicator, number: float | None) -> str:
    """Return a number with the decimals of its row; a dash for none."""
    return say("package.approval.no_rate") if number is None else f"{number:,.{row.decimals}f}"
