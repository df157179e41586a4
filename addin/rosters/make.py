"""A 名录核定表 for each unit of the roster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from addin.progress import Progress, track
from addin.roster import ReportingUnit, Roster, name_workbooks
from addin.sending.dispatch import make_identity
from generator.lock import Lock
from generator.rosters.form import DOCUMENT, build_roster_form
from templates.content import Value
from templates.model import Survey
from templates.words import say


def make_forms(
    roster: Roster,
    survey: Survey,
    year: int,
    folder: Path,
    lock: Lock,
    progress: Progress | None = None,
) -> list[Path]:
    """Write one form per unit into ``folder``. Raises OSError when the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    names = name_workbooks(roster.units, "roster_check.file_name")
    written = []
    for unit in track(roster.units, len(roster.units), progress):
        path = folder / names[unit.code]
        write_form(path, unit, survey, year, lock)
        written.append(path)
    return written


def write_form(
    path: Path,
    unit: ReportingUnit,
    survey: Survey,
    year: int,
    lock: Lock,
    answer: Mapping[str, Value] | None = None,
) -> None:
    """Write the form of ``unit``, blank or with an answer by row of the form. Raises OSError."""
    identity = replace(make_identity(unit, survey, year), document=DOCUMENT)
    build_roster_form(path, survey, identity, asdict(unit), lock, find_due_day(survey, year), answer)


def find_due_day(survey: Survey, year: int) -> date | None:
    """Return the day on which the survey wants the answers about ``year``, or None where it names no such step."""
    step = say("roster_check.step")
    return next((deadline.due(year) for deadline in survey.deadlines if deadline.name == step), None)
