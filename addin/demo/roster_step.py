"""名录核定 in the demo: a form to every unit, the answers that the demo data give, the roster that they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, date, datetime, time
from pathlib import Path

from addin.demo.cast import Cast, DemoError, RosterReplies
from addin.demo.parcel import Saved
from addin.demo.places import DemoPlaces
from addin.roster import ReportingUnit, Roster, name_workbook, read_roster
from addin.rosters.checked import RosterCheck
from addin.rosters.make import make_forms, write_form
from addin.rosters.merge import merge_checks
from addin.rosters.tell import write_roster
from generator.lock import Lock
from generator.rosters.form import list_form_rows
from generator.rosters.sheet import write_roster_book
from templates.content import Value
from templates.model import Survey
from templates.words import lookup, say

_HOUR = time(10, 30, tzinfo=UTC)


def prepare_roster(
    survey: Survey, year: int, cast: Cast, places: DemoPlaces, lock: Lock
) -> tuple[Roster, RosterCheck | None]:
    """Write the roster of the demo and return it; where the demo data say what units answer, they are asked first.

    Raises :class:`DemoError` where the demo data answer what nobody asks, RosterError where they make no good roster.
    """
    lines = [astuple(unit) for unit in cast.reporting_units(survey)]
    if cast.roster_check is None:
        write_roster_book(places.roster, survey, lines)
        return read_roster(places.roster, survey), None
    places.checking.mkdir(exist_ok=True)
    write_roster_book(places.old_roster, survey, lines)
    old = read_roster(places.old_roster, survey)
    make_forms(old, survey, year, places.forms_out, lock)
    _answer(old, survey, year, cast.roster_check, places.forms_back, lock)
    check = merge_checks([places.forms_back], old, survey, year=year, drop_withdrawn=True)
    write_roster(check, survey, places.roster)
    return read_roster(places.roster, survey), check


def _answer(roster: Roster, survey: Survey, year: int, replies: RosterReplies, folder: Path, lock: Lock) -> None:
    """Write what each unit sends back, saved on the day on which it is signed."""
    if strange := list(_strange(roster, replies)):
        raise DemoError(say("demo.bad_cast", reason=lookup("demo.join").join(strange)))
    day = _day(replies, year)
    folder.mkdir(exist_ok=True)
    for unit in roster.units:
        if unit.code not in replies.missing:
            path = folder / name_workbook(unit, "roster_check.file_name")
            write_form(path, unit, survey, year, lock, _entries(unit, replies, day))
            Saved(datetime.combine(day, _HOUR))(path)


def _strange(roster: Roster, replies: RosterReplies) -> Iterator[str]:
    """Yield answers of units that are not there, and entries that the form has no place for."""
    for code in (*replies.missing, *replies.units):
        if code not in roster.by_code:
            yield say("demo.reply.unit", code=code)
    for code, entries in replies.units.items():
        for key in entries.keys() - set(list_form_rows()):
            yield say("demo.reply.entry", code=code, key=key)
        if entries.get("result", "same") not in lookup("roster_check.results"):
            yield say("demo.reply.result", code=code, result=entries["result"])


def _day(replies: RosterReplies, year: int) -> date:
    try:
        return date(year + 1, replies.month, replies.day)
    except ValueError as error:
        raise DemoError(say("demo.bad_cast", reason=error)) from error


def _entries(unit: ReportingUnit, replies: RosterReplies, day: date) -> dict[str, Value]:
    said = {"result": "same", "checker": replies.checker} | replies.units.get(unit.code, {})
    return {**said, "result": lookup("roster_check.results")[said["result"]], "day": day}
