"""The outcome for people and programs: the new roster with its lists, lines on the screen, JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from typing import Any

from addin.rosters.checked import AnswerState, RosterChange, RosterCheck
from generator.rosters.form import label_row
from generator.rosters.sheet import RosterList, write_roster_book
from templates.model import Survey
from templates.words import lookup, say


def write_roster(check: RosterCheck, survey: Survey, path: Path) -> None:
    """Write the new roster; what changed, who answered and what is open stand on sheets behind it. Raises OSError."""
    lines = {
        "changes": _change_lines(check.changes),
        "contacts": _change_lines(check.contacts),
        "missing": [
            [one.unit.code, one.unit.name, one.unit.contact, one.unit.phone, one.unit.parent, _joined(one.remarks)]
            for one in check.missing
        ],
        "units": list(_unit_lines(check)),
        "questions": [[q.unit.code, q.unit.name, label_row(q.field), q.value, q.reason] for q in check.questions],
        "conflicts": [[c.unit.code, c.unit.name, c.counted, _joined(c.others)] for c in check.conflicts],
        "refused": [[refusal.file, refusal.reason] for refusal in check.refused],
    }
    sheets = [RosterList(**lookup("roster_check.sheets")[key], lines=rows) for key, rows in lines.items()]
    own = check.roster.own
    lines_of_units = [(*astuple(unit), *own.find_cells(unit.code)) for unit in check.roster.units]
    write_roster_book(path, survey, lines_of_units, sheets, own.headers)


def _change_lines(changes: Iterable[RosterChange]) -> list[list[str]]:
    return [[c.unit.code, c.unit.name, label_row(c.field), c.before, c.after, c.file] for c in changes]


def _unit_lines(check: RosterCheck) -> Iterator[list[str]]:
    for one in check.units:
        late = say("roster_check.sheets.late") if one.late else ""
        names = [one.unit.code, one.unit.name, one.state.shown, one.shown_result]
        yield [*names, _moment(one.saved), late, one.note, _joined(one.remarks)]


def _joined(texts: tuple[str, ...]) -> str:
    return say("roster_check.join").join(texts)


def _moment(saved: datetime | None) -> str:
    return f"{saved.astimezone():%Y-%m-%d %H:%M}" if saved else ""


def tell_check(check: RosterCheck, path: Path) -> Iterator[str]:
    """Yield what the clerk is told: states, then everything by name."""
    received = sum(unit.state is AnswerState.RECEIVED for unit in check.units)
    counted = {"total": len(check.units), "received": received, "missing": len(check.missing)}
    yield _say("states", late=len(check.late), **counted)
    for key, entries in _listed(check):
        if entries:
            yield _say(key, count=len(entries))
            yield from entries
    yield _say("done", file=path)


def _listed(check: RosterCheck) -> Iterator[tuple[str, list[str]]]:
    yield "changes", _tell_changes(check.changes)
    yield "contacts", _tell_changes(check.contacts)
    withdrawn = [_say("withdrawn", **_of(u), note=u.note) for u in check.withdrawn]
    yield "withdrawn_dropped" if check.dropped else "withdrawn_kept", withdrawn
    yield (
        "questions",
        [_say("question", **_of(q), field=label_row(q.field), value=q.value, reason=q.reason) for q in check.questions],
    )
    yield (
        "conflicts",
        [_say("conflict", **_of(c), counted=c.counted, others=_joined(c.others)) for c in check.conflicts],
    )
    yield "late", [_say("late_unit", **_of(u), saved=_moment(u.saved)) for u in check.late]
    yield "missing", [_say("missing_unit", **_of(u), reason=_joined(u.remarks)) for u in check.missing]
    yield "refused", [_say("refused_file", file=r.file, reason=r.reason) for r in check.refused]


def _tell_changes(changes: Iterable[RosterChange]) -> list[str]:
    return [
        _say("change", **_of(c), field=label_row(c.field), before=_shown(c.before), after=_shown(c.after))
        for c in changes
    ]


def _of(one: Any) -> dict[str, str]:
    return {"code": one.unit.code, "name": one.unit.name}


def _shown(text: str) -> str:
    return text or say("roster_check.said.blank")


def _say(key: str, **values: object) -> str:
    return say(f"roster_check.said.{key}", **values)


def describe_check(check: RosterCheck) -> dict[str, Any]:
    """Return the outcome as plain values; fields are named as the roster's headers are in code."""
    return {
        "year": check.year,
        "units": [
            _of(u)
            | {"state": u.state.shown, "result": u.shown_result, "file": u.file, "late": u.late, "note": u.note}
            | {"saved": u.saved.isoformat() if u.saved else None, "remarks": list(u.remarks)}
            for u in check.units
        ],
        "changes": _describe_changes(check.changes),
        "contacts": _describe_changes(check.contacts),
        "questions": [_of(q) | {"field": q.field, "value": q.value, "reason": q.reason} for q in check.questions],
        "conflicts": [_of(c) | {"counted": c.counted, "others": list(c.others)} for c in check.conflicts],
        "withdrawn": [u.unit.code for u in check.withdrawn],
        "refused": [{"file": r.file, "reason": r.reason} for r in check.refused],
    }


def _describe_changes(changes: Iterable[RosterChange]) -> list[dict[str, str]]:
    return [_of(c) | {"field": c.field, "before": c.before, "after": c.after, "file": c.file} for c in changes]
