"""By when a unit has to report, and how many days late it is."""

from __future__ import annotations

from datetime import date

from addin.receiving.acts import UnitActs
from addin.receiving.outcomes import State, UnitOutcome
from addin.receiving.told import WAITING
from templates.model import Survey


def find_due_day(survey: Survey, year: int | None, level: str, acts: UnitActs) -> date | None:
    """Return the day that the unit was given last, by a 退回 or an 延期, else the survey's, if it has one."""
    return acts.due or (survey.find_due_day(year, level) if year else None)


def count_days_late(due: date | None, state: State, received: date | None, today: date) -> int:
    """Return how many days after the last one it came, or that have passed while it is still waited for."""
    came = today if state.value in WAITING else received
    return max((came - due).days, 0) if due and came else 0


def count_late(unit: UnitOutcome, survey: Survey, year: int | None, today: date) -> int:
    """Return the same of a unit that was merged."""
    received = unit.received.astimezone().date() if unit.received else None
    due = find_due_day(survey, year, unit.level, unit.acts)
    return count_days_late(due, unit.state, received, today)
