"""The roster that a merge went by, kept with the merge: later one can still say who had to report.

Names and telephones of contacts are left out: whoever asks the store, or gets what is made of it, needs none.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import duckdb

from addin.receiving.outcomes import Merged
from addin.roster import ReportingUnit, Roster
from addin.store.events import MERGED
from addin.store.store import Store

_LAST = """
SELECT json_extract(details, '$.roster') FROM events
WHERE what = ? AND survey = ? AND year IS NOT DISTINCT FROM ? AND json_extract(details, '$.roster') IS NOT NULL
ORDER BY rowid DESC LIMIT 1"""


def find_new_roster(connection: duckdb.DuckDBPyConnection, merged: Merged) -> list[dict[str, str]] | None:
    """Return the units of the merge's own roster, without contacts; None where the last merge had the same."""
    listed = [_describe(unit.unit) for unit in merged.units if not unit.added]
    return None if listed == _find_last(connection, merged.survey.id, merged.year) else listed


def read_merged_roster(store: Store, survey: str, year: int | None) -> Roster | None:
    """Return the roster of the last merge of a survey and year, without contacts.

    None where that was made by a program that did not keep it. Raises StoreError.
    """
    with store.opened(read_only=True) as connection:
        listed = _find_last(connection, survey, year)
    return None if listed is None else Roster(tuple(ReportingUnit(**unit) for unit in listed))


def _find_last(connection: duckdb.DuckDBPyConnection, survey: str, year: int | None) -> list[dict[str, str]] | None:
    found: list[Any] = connection.execute(_LAST, [MERGED, survey, year]).fetchall()
    return json.loads(found[0][0]) if found else None


def _describe(unit: ReportingUnit) -> dict[str, str]:
    told: dict[str, str] = asdict(replace(unit, contact="", phone=""))
    return {name: value for name, value in told.items() if value or name in _NEEDED}


_NEEDED = ("code", "name", "uscc", "kind", "level", "region")
