"""What the store has accepted: the return of each unit that counts, with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from addin.auditing.figures import Cells, reported_numbers
from addin.receiving.acts import NO_ACTS
from addin.receiving.outcomes import State
from addin.store.acts import UnitStanding, read_standings
from addin.store.recall import express_today, recall_returns
from addin.store.store import Store
from addin.store.versions import LockedVersion, UnitPlace, recall_locked_returns
from addin.submission import Submission
from templates.content import Value
from templates.layout import WorkbookLayout
from templates.model import Indicator, Survey
from templates.spelling import make_name_key, narrow_code


@dataclass(frozen=True)
class AcceptedUnit:
    """A unit that counts, and what it reported."""

    code: str
    name: str
    submission: Submission
    numbers: Cells
    """By form and code; derived cells are recomputed, a blank cell has no entry."""
    part: bool = False
    """Whether it is a part of another return, which no export needs to list."""

    def find_value(self, indicator: Indicator) -> Value | None:
        """Return what was reported, None where the cell is blank."""
        place = (indicator.form, indicator.code)
        if place in self.numbers:
            return self.numbers[place]
        return self.submission.content.values.get(indicator.form, {}).get(indicator.code)

    def is_settled(self, indicator: Indicator) -> bool:
        """Return whether a number is 0 though the cell is blank: the unit said 本节无此项业务 of all around it."""
        place = (indicator.form, indicator.code)
        typed = self.submission.content.values.get(indicator.form, {})
        said = any(code in typed for code in indicator.section)
        return said and self.numbers.get(place) == 0 and indicator.code not in typed

    def is_asked(self, indicator: Indicator, survey: Survey) -> bool:
        """Return whether the cell is open to the unit."""
        identity = self.submission.identity
        return self.files(indicator.form, survey) and indicator.open_to(identity.kind, identity.level)

    def files(self, form: str, survey: Survey) -> bool:
        """Return whether the unit fills the form."""
        return form in survey.kind[self.submission.identity.kind].forms


@dataclass(frozen=True)
class AcceptedReturns:
    """All that is accepted in a survey and year, and the units that are not, by code."""

    survey: Survey
    year: int
    units: Mapping[str, AcceptedUnit]
    others: Mapping[str, UnitStanding]
    layouts: dict[str, WorkbookLayout] = field(default_factory=dict)

    @cached_property
    def code_of(self) -> dict[str, str]:
        """The units' codes as they are, by what they are compared by."""
        return {narrow_code(code): code for code in (*self.units, *self.others)}

    @cached_property
    def codes_named(self) -> dict[str, list[str]]:
        """The codes of the units that are called so, by the key of the name."""
        found: dict[str, list[str]] = {}
        named = [(one.code, one.name) for one in self.units.values()]
        for code, name in (*named, *((one.code, one.name) for one in self.others.values())):
            found.setdefault(make_name_key(name), []).append(code)
        return found

    def address(self, unit: AcceptedUnit, indicator: Indicator) -> str:
        """Return where the cell lies in the unit's workbook, such as ``KX03!E31``."""
        if unit.code not in self.layouts:
            self.layouts[unit.code] = unit.submission.layout(self.survey)
        return self.layouts[unit.code].forms[indicator.form].address(indicator.code)


def read_accepted(store: Store, survey: Survey, year: int, version: LockedVersion | None = None) -> AcceptedReturns:
    """Return what counts, as the last merge and all acts since have it, or as it was handed in with a ``version``.

    Raises StoreError.
    """
    standings = read_standings(store, survey.id, year)
    if version is None:
        counting = [one for one in standings.values() if one.state.counts and one.submission is not None]
        read = recall_returns(store, survey, counting)
    else:
        left_out = {unit.code for unit in version.left_out}
        found = recall_locked_returns(store, survey, version)
        read = {code: express_today(one, survey, store) for code, one in found.items() if code not in left_out}
        standings |= {
            unit.code: UnitStanding(unit.code, unit.name, State(unit.state), NO_ACTS)
            for unit in version.units
            if unit.place is UnitPlace.LEFT_OUT or unit.code not in standings
        }
    numbers = reported_numbers(survey, year, list(read.values()))
    units = {
        code: AcceptedUnit(code, standings[code].name, one, cells, survey.kind[one.identity.kind].part)
        for (code, one), cells in zip(read.items(), numbers, strict=True)
    }
    return AcceptedReturns(survey, year, units, {code: one for code, one in standings.items() if code not in units})
