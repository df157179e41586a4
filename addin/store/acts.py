"""Acts of officers as events of the store: put on record, and read as what stands.

An act is an event like any other (``what`` is its :class:`ActKind`), so ``history`` tells it. The state of a unit is no
event: a merge puts on record what the audit says of the content (the verdict), and an act what people decided about it;
:class:`UnitStanding` puts the two together.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import duckdb

from addin.receiving.acts import NO_ACTS, Act, ActKind, UnitActs
from addin.receiving.outcomes import State, decide_state
from addin.store.events import MERGED, Event, add_events, tell_now
from addin.store.store import Store
from addin.store.submissions import hold_transaction

ACTS: Final = tuple(kind.value for kind in ActKind)
"""What events of acts are called."""

VERDICTS: Final = tuple(state.value for state in State if state not in (State.SENT_BACK, State.ACCEPTED))
"""What a merge calls the states that it gives by itself: acts are other events, whatever their names."""

_TOLD: Final = ("by", "reason", "round", "content", "wrote")
"""What of an act stands in the details; the rest has columns of its own."""


@dataclass(frozen=True)
class UnitStanding:
    """How a unit stands by the store: what the last merge said of it, and what people did."""

    code: str
    name: str
    verdict: State
    """What the audit says of its content; 未报 where nothing came."""
    acts: UnitActs
    content: str = ""
    """The digest of the content that stands for it."""
    sha256: str = ""
    """The digest of its file; the file itself: :func:`addin.store.evidence.find_kept_file`."""
    submission: int | None = None
    """The number of the reading in the store."""
    file: str = ""
    undecided: bool = False
    """Several files contend for it."""

    @property
    def state(self) -> State:
        """The state of the unit: what people decided, as long as the content is still the one they saw."""
        return decide_state(self.verdict, self.acts, self.content, self.sha256, undecided=self.undecided)

    @property
    def round(self) -> int:
        """Which 退回 the unit is in, or, once it has answered, which return it is: 1 before the first 退回."""
        return self.acts.rounds + (self.state is not State.SENT_BACK)

    def act(self, kind: ActKind, **told: Any) -> Act:
        """Return an act on the unit as it stands: bound to its content, a 退回 with the number of its round."""
        rounds = self.acts.rounds + (kind is ActKind.SENT_BACK and self.state is not State.SENT_BACK)
        bound = {"content": self.content, "sha256": self.sha256, "submission": self.submission, "file": self.file}
        return Act(kind, self.code, self.name, **bound | {"round": rounds} | told)


def record_acts(store: Store, survey: str, year: int | None, acts: Iterable[Act]) -> None:
    """Put acts on record, all of them or none, in their order. Raises StoreError."""
    with store.opened() as connection, hold_transaction(connection):
        add_events(connection, make_events(survey, year, acts))


def make_events(survey: str, year: int | None, acts: Iterable[Act]) -> list[Event]:
    """Return the events that tell these acts."""
    return [_event(act, survey, year) for act in acts]


def read_acts(store: Store, survey: str, year: int | None) -> dict[str, UnitActs]:
    """Return all acts of a survey and year by unit code, each unit's oldest first. Raises StoreError."""
    with store.opened(read_only=True) as connection:
        return collect_acts(connection, survey, year)


def collect_acts(connection: duckdb.DuckDBPyConnection, survey: str, year: int | None) -> dict[str, UnitActs]:
    """Return the same over an open connection."""
    found: dict[str, list[Act]] = defaultdict(list)
    for told in _ask(connection, survey, year, ACTS):
        # a verdict has no round: an older program's word for a state cannot be taken for an act
        if "round" in told["details"]:
            found[told["unit"]].append(_act(told))
    return {unit: UnitActs(tuple(acts)) for unit, acts in found.items()}


def read_standings(store: Store, survey: str, year: int | None) -> dict[str, UnitStanding]:
    """Return how every unit stands by the last merge of a survey and year and by all acts since. Raises StoreError.

    In the order of the units' codes; a unit that no merge has spoken of is not there.
    """
    with store.opened(read_only=True) as connection:
        acts = collect_acts(connection, survey, year)
        verdicts = {told["unit"]: told for told in _ask(connection, survey, year, VERDICTS)}
        files = {told["unit"]: told["file"] for told in _ask(connection, survey, year, ("counted", "undecided"))}
    return {
        unit: _standing(told, acts.get(unit, NO_ACTS), files.get(unit, "")) for unit, told in sorted(verdicts.items())
    }


def list_rounds(store: Store) -> list[tuple[str, int | None]]:
    """Return the surveys and years of which merges are on record, the last merged first. Raises StoreError."""
    statement = "SELECT survey, year, max(rowid) AS last FROM events WHERE what = ? GROUP BY ALL ORDER BY last DESC"
    with store.opened(read_only=True) as connection:
        return [(survey, year) for survey, year, _ in connection.execute(statement, [MERGED]).fetchall()]


def list_own_files(store: Store, survey: str) -> frozenset[str]:
    """Return the digests of the workbooks that were sent back: they are ours, whoever sends them. Raises StoreError."""
    statement = "SELECT DISTINCT details ->> 'wrote' FROM events WHERE survey = ? AND what = ?"
    with store.opened(read_only=True) as connection:
        found = connection.execute(statement, [survey, ActKind.SENT_BACK.value]).fetchall()
    return frozenset(wrote for (wrote,) in found if wrote)


def _ask(
    connection: duckdb.DuckDBPyConnection, survey: str, year: int | None, what: Iterable[str]
) -> Iterator[dict[str, Any]]:
    """Yield the events of these names, the oldest first, columns by name and the details as a dict."""
    statement = (
        "SELECT * FROM events WHERE survey = ? AND year IS NOT DISTINCT FROM ?"
        " AND list_contains(?::VARCHAR[], what) AND unit <> '' ORDER BY rowid"
    )
    found = connection.execute(statement, [survey, year, list(what)])
    names = [column[0] for column in found.description or ()]
    for row in found.fetchall():
        told = dict(zip(names, row, strict=True))
        yield told | {"details": json.loads(told["details"])}


def _event(act: Act, survey: str, year: int | None) -> Event:
    details = {name: getattr(act, name) for name in _TOLD}
    details["due"] = act.due.isoformat() if act.due else ""
    moment = act.at.isoformat(timespec="seconds") if act.at else tell_now()
    return Event(
        act.kind.value,
        survey,
        year,
        act.unit,
        act.name,
        act.file,
        act.sha256,
        act.submission,
        details,
        happened_at=moment,
    )


def _act(told: Mapping[str, Any]) -> Act:
    details = told["details"]
    kept = {name: details[name] for name in _TOLD if name in details}
    return Act(
        ActKind(told["what"]),
        told["unit"],
        told["name"],
        sha256=told["sha256"],
        submission=told["submission"],
        file=told["file"],
        due=date.fromisoformat(details["due"]) if details.get("due") else None,
        at=datetime.fromisoformat(told["happened_at"]),
        **kept,
    )


def _standing(told: Mapping[str, Any], acts: UnitActs, file: str) -> UnitStanding:
    details = told["details"]
    verdict = State(told["what"])
    standing = UnitStanding(
        told["unit"],
        told["name"],
        verdict,
        acts,
        details.get("content", ""),
        told["sha256"] or "",
        told["submission"],
        undecided=details.get("undecided", False),
    )
    return replace(standing, file=file) if verdict is not State.MISSING else standing
