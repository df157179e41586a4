"""Acts of an officer on units as they stand in the store: done, or refused for a reason, each unit by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from addin.receiving.acts import Act
from addin.receiving.outcomes import State
from addin.store.acts import UnitStanding, read_standings, record_acts
from addin.store.store import Store
from addin.tracking.moves import Happening
from addin.tracking.orders import KINDS, Unmet, refuse_move
from templates.words import say

ACCEPTABLE = (State.PASSED, State.HELD)
"""States that ``--all`` means."""


@dataclass(frozen=True)
class DecidedUnits:
    """What was put on record, and what was not: the code, the name and why."""

    done: tuple[Act, ...]
    refused: tuple[tuple[str, str, str], ...]


def decide(
    store: Store,
    survey: str,
    year: int | None,
    event: Happening,
    units: Iterable[str] | None,
    by: str,
    *,
    reason: str = "",
    due: date | None = None,
) -> DecidedUnits:
    """Put an act on record for each of the units that allows it; None means all that can be accepted.

    Raises StoreError.
    """
    standings = read_standings(store, survey, year)
    wanted = [one.code for one in standings.values() if one.state in ACCEPTABLE] if units is None else units
    done, refused = [], []
    for code in dict.fromkeys(wanted):
        try:
            standing = _find(standings, code)
            refuse_move(standing.state, event, standing.verdict, undecided=standing.undecided)
            done.append(standing.act(KINDS[event], by=by, reason=reason, due=due))
        except Unmet as why:
            name = standings[code].name if code in standings else ""
            refused.append((code, name, str(why)))
    record_acts(store, survey, year, done)
    return DecidedUnits(tuple(done), tuple(refused))


def _find(standings: dict[str, UnitStanding], code: str) -> UnitStanding:
    if code not in standings:
        raise Unmet(say("acts.refused.unknown"))
    return standings[code]


def describe_decided(decided: DecidedUnits) -> dict[str, Any]:
    """Return what the commands print with ``--json``."""
    done = [
        {
            "unit": act.unit,
            "name": act.name,
            "what": act.kind.value,
            "by": act.by,
            "reason": act.reason,
            "due": act.due.isoformat() if act.due else None,
            "round": act.round,
        }
        for act in decided.done
    ]
    refused = [{"unit": code, "name": name, "reason": why} for code, name, why in decided.refused]
    return {"done": done, "refused": refused}
