"""Who still owes something, by contact person: one list to telephone from, and words to paste."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from addin.receiving.acts import ActKind
from addin.receiving.outcomes import State
from addin.receiving.told import WAITING, show_moment, spell_day
from addin.roster import ReportingUnit, Roster
from addin.store.acts import UnitStanding, read_standings, record_acts
from addin.store.store import Store
from addin.tracking.deadlines import count_days_late, find_due_day
from generator.reminders import ReminderBook, ReminderLine, write_reminders
from templates.model import Survey
from templates.words import say


def list_owing(
    survey: Survey, year: int | None, roster: Roster, standings: Mapping[str, UnitStanding], today: date
) -> list[ReminderLine]:
    """Return a line for each unit of the roster that is waited for: by contact person, the latest first."""
    waiting = [unit for unit in roster.units if _is_waited_for(standings.get(unit.code))]
    lines = [_make_line(unit, standings.get(unit.code), survey, year, roster, today) for unit in waiting]
    worst: dict[tuple[str, str], int] = {}
    for line in lines:
        worst[line.recipient] = max(line.late, worst.get(line.recipient, 0))
    return sorted(lines, key=lambda one: (-worst[one.recipient], one.recipient, -one.late, one.code))


def write_and_record(
    store: Store, survey: Survey, year: int | None, roster: Roster, path: Path, by: str, today: date
) -> Sequence[ReminderLine]:
    """Write 催报工作表.xlsx, then put on record that these units were reminded. Raises StoreError, OSError."""
    standings = read_standings(store, survey.id, year)
    lines = list_owing(survey, year, roster, standings, today)
    write_reminders(path, ReminderBook(survey.title, year, today, tuple(lines)))
    told = [standings[line.code].act(ActKind.REMINDED, by=by) for line in lines if line.code in standings]
    record_acts(store, survey.id, year, told)
    return lines


def describe_owing(lines: Sequence[ReminderLine]) -> dict[str, Any]:
    """Return what ``remind --json`` prints: no contact data, they stand in the worksheet."""
    units = [
        {
            "unit": line.code,
            "name": line.name,
            "state": line.state,
            "due": line.due.isoformat() if line.due else None,
            "late": line.late,
            "reminded": line.reminded,
        }
        for line in lines
    ]
    return {"units": units}


def _is_waited_for(standing: UnitStanding | None) -> bool:
    """Return whether the unit owes something; one that no merge has spoken of has sent nothing."""
    return standing is None or standing.state.value in WAITING


def _make_line(
    unit: ReportingUnit,
    standing: UnitStanding | None,
    survey: Survey,
    year: int | None,
    roster: Roster,
    today: date,
) -> ReminderLine:
    state = standing.state if standing else State.MISSING
    due = find_due_day(survey, year, unit.level, standing.acts) if standing else _find_first_due(survey, year, unit)
    last = standing.acts.last(ActKind.REMINDED) if standing else None
    upper = roster.by_code.get(unit.parent)
    return ReminderLine(
        contact=unit.contact,
        phone=unit.phone,
        code=unit.code,
        name=unit.name,
        state=state.shown,
        back=standing.acts.rounds if standing and state is State.SENT_BACK else 0,
        due=due,
        late=count_days_late(due, state, None, today),
        reminded=show_moment(last) if last else "",
        upper=say("remind.upper", name=upper.name, contact=upper.contact, phone=upper.phone).rstrip() if upper else "",
        shown_due=spell_day(due),
    )


def _find_first_due(survey: Survey, year: int | None, unit: ReportingUnit) -> date | None:
    return survey.find_due_day(year, unit.level) if year else None
