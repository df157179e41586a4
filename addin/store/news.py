"""Which events are news: what would only repeat how things stand is not written again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

import duckdb

from addin.receiving.outcomes import Merged, Role
from addin.store.acts import ACTS
from addin.store.events import (
    CORRECTION_APPROVED,
    CORRECTION_REFUSED,
    EDITED,
    LOCKED,
    MERGED,
    RECEIVED,
    SAMPLED,
    SPOT_CHECKED,
    Event,
)

Subject = tuple[str, ...]
"""What an event is about: a file under one name, a unit, or which file stands for a unit."""

Standing = dict[Subject, list[str]]
"""What the last merge that had news of a subject said about it: files of one name and content may be several."""


def find_news(connection: duckdb.DuckDBPyConnection, merged: Merged, events: Sequence[Event]) -> list[Event]:
    """Return those of ``events`` that say something else than the store says last of the same survey and year."""
    before, now = _standing(connection, merged), _said(events)
    changed = {subject for subject, said in now.items() if before.get(subject) != said}
    # All is written anew of a file that stands for its unit again, so that the last word on it is complete.
    changed |= {_subjects(event)[0] for event in events if changed.intersection(_subjects(event))}
    return [event for event in events if _subjects(event)[0] in changed]


_NO_WORD = (RECEIVED, EDITED, LOCKED, SAMPLED, SPOT_CHECKED, CORRECTION_APPROVED, CORRECTION_REFUSED)
"""Events that say nothing of how things stand."""


def _standing(connection: duckdb.DuckDBPyConnection, merged: Merged) -> Standing:
    """Return how things stand, by going through all merges that were."""
    statement = (
        "SELECT * EXCLUDE (happened_at, who) FROM events"
        " WHERE survey = ? AND year IS NOT DISTINCT FROM ? AND NOT list_contains(?::VARCHAR[], what) ORDER BY rowid"
    )
    # What people did is no word of a merge on how things stand.
    found = connection.execute(statement, [merged.survey.id, merged.year, [*_NO_WORD, *ACTS]])
    names = [column[0] for column in found.description or ()]
    standing: Standing = {}
    run: list[Event] = []
    for row in found.fetchall():
        told = dict(zip(names, row, strict=True))
        event = Event(**told | {"details": json.loads(told["details"])})
        if event.what == MERGED:
            standing |= _said(run)
            run = []
        else:
            run.append(event)
    return standing


def _said(events: Iterable[Event]) -> Standing:
    said: Standing = defaultdict(list)
    for event in events:
        told = "\0".join((event.what, event.unit, event.name, event.sha256, str(event.submission), event.told))
        for subject in _subjects(event):
            said[subject].append(told)
    return said


def _subjects(event: Event) -> list[Subject]:
    """Return what the event is about, the file or the unit itself first."""
    if not event.file:
        return [("unit", event.unit)]
    about: list[Subject] = [("file", event.file, event.sha256)]
    return [*about, ("stands for", event.unit)] if event.what == Role.COUNTED.value else about
