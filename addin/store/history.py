"""A unit's story as the store tells it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from addin.store.events import LOCKED
from addin.store.evidence import find_kept_file
from addin.store.store import Store
from templates.spelling import make_name_key
from templates.words import lookup, say


class NoSuchUnit(Exception):
    """No unit, or more than one, is called like that; the message says so and lists them."""


@dataclass(frozen=True)
class Story:
    """What happened to a unit and its files, the oldest first."""

    code: str
    name: str
    events: list[dict[str, Any]]
    """Columns of ``events`` by name, the details as a dict; ``kept`` is where the file that it speaks of lies."""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Each file that is kept, by what it was called and where it lies."""
        return list(dict.fromkeys((event["file"], event["kept"]) for event in self.events if event["kept"]))


def find_story(store: Store, unit: str) -> Story:
    """Return the story of the unit with this code, or with a name like this. Raises NoSuchUnit, StoreError."""
    with store.opened(read_only=True) as connection:
        named = "SELECT unit, arg_max(name, rowid) FROM events WHERE unit <> '' GROUP BY unit ORDER BY unit"
        code, name = _the_one(unit, dict(connection.execute(named).fetchall()))
        told = connection.execute("SELECT * FROM events WHERE unit = ? OR what = ? ORDER BY rowid", [code, LOCKED])
        columns = [column[0] for column in told.description or ()]
        events = [dict(zip(columns, row, strict=True)) for row in told.fetchall()]
    told_of = (_event(store, event, code) for event in events)
    return Story(code, name, [event for event in told_of if event])


def _event(store: Store, event: dict[str, Any], code: str) -> dict[str, Any] | None:
    """Return the event with its details; of a version what it says of the unit, None where it is not in it."""
    details = json.loads(event["details"])
    if event["what"] == LOCKED:
        unit = next((unit for unit in details["units"] if unit["code"] == code), None)
        if unit is None:
            return None
        place = lookup("store.history.place")[unit["place"]]
        reason = say("store.history.locked", number=details["number"], place=place)
        details = {"by": details["by"], "number": details["number"], "seal": details["seal"], "reason": reason}
        event = event | {name: unit[name] for name in ("name", "file", "sha256", "submission")} | {"unit": code}
    kept = find_kept_file(store.path, event["sha256"])
    return event | {"details": details, "kept": str(kept) if kept else ""}


def _the_one(wanted: str, names: dict[str, str]) -> tuple[str, str]:
    """Return code and name of the unit that is meant: by its code, by its whole name, by a part of its name."""
    key = make_name_key(wanted)
    whole = {code: name for code, name in names.items() if make_name_key(name) == key}
    partly = {code: name for code, name in names.items() if key and key in make_name_key(name)}
    for found in ({wanted: names[wanted]} if wanted in names else {}, whole, partly):
        if len(found) == 1:
            return next(iter(found.items()))
        if found:
            raise NoSuchUnit("\n".join(_candidates(wanted, found)))
    raise NoSuchUnit(say("store.refused.no_unit", unit=wanted))


def _candidates(wanted: str, found: dict[str, str]) -> Iterator[str]:
    yield say("store.refused.several", unit=wanted)
    for code, name in found.items():
        yield say("store.refused.candidate", code=code, name=name)


def describe_story(story: Story) -> dict[str, Any]:
    """Return what ``history --json`` prints."""
    return {"code": story.code, "name": story.name, "events": story.events}


def tell_story(story: Story) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the table that people read: when, what, year, file, why, who."""
    words = lookup("merge.role") | lookup("store.what") | lookup("acts.what")
    for event in story.events:
        year = "" if event["year"] is None else str(event["year"])
        what = words.get(event["what"], event["what"])
        yield _moment(event["happened_at"]), what, year, event["file"], _said(event["details"]), _who(event)


def _who(event: dict[str, Any]) -> str:
    """Return who did it: the officer who gave his name, else the user of the computer."""
    return str(event["details"].get("by") or event["who"])


def _moment(text: str) -> str:
    """Return a moment as clocks here show it, to the minute."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"


def _said(details: dict[str, Any]) -> str:
    counts = say("store.history.counts", **details) if "errors" in details else ""
    round = say("store.history.round", round=details["round"]) if details.get("round") else ""
    due = say("store.history.due", due=details["due"]) if details.get("due") else ""
    return " ".join(part for part in (counts, round, due, details.get("reason", "")) if part)
