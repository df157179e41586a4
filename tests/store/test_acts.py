"""Acts of officers in the store: what was put on record stands, bound to the content that it was about.

- what is recorded is read again, and told by ``history``
- acts are no news of how things stand: a rerun after them adds nothing but the run
- a decision holds as long as the content is the same, however often the file is saved
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from addin.receiving.acts import Act, ActKind, UnitActs
from addin.receiving.outcomes import State
from addin.store.acts import UnitStanding, list_own_files, list_rounds, read_acts, read_standings, record_acts
from addin.store.history import find_story, tell_story
from addin.store.store import Store
from tests.support.mailbag import ONE, put, roster, unit
from tests.support.stores import asked, dump, mail, merges

NOON = datetime(2025, 4, 12, 12).astimezone()
UNITS = roster(unit("1"), unit("2"), unit("3"))
ROUND = ("small", 2024)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two units have sent something, one of them with an error."""
    put(tmp_path / "returns" / "1.xlsx", unit("1"), ONE)
    put(tmp_path / "returns" / "2.xlsx", unit("2"), ONE, errors=1)
    return _merged(tmp_path)


def _merged(folder: Path) -> Store:
    mail(folder / "S.duckdb", folder / "returns", UNITS)
    return Store(folder / "S.duckdb")


def _record(store: Store, *acts: Act) -> None:
    record_acts(store, *ROUND, acts)


def _states(store: Store) -> dict[str, tuple[State, int]]:
    return {code: (one.state, one.round) for code, one in read_standings(store, *ROUND).items()}


def _standing(store: Store, code: str) -> UnitStanding:
    return read_standings(store, *ROUND)[code]


def test_acts_are_read_as_they_were_recorded(store: Store) -> None:
    acts = [
        Act(ActKind.EXTENDED, "3", "单位3", "李某", due=date(2025, 4, 18), at=NOON),
        Act(ActKind.SENT_BACK, "2", "单位2", "张某", "请核对", date(2025, 4, 17), 1, "c", "s", 2, "2.xlsx", "w", NOON),
        Act(ActKind.REMINDED, "2", "单位2", "张某", round=1, at=NOON),
    ]
    _record(store, *acts)
    assert read_acts(store, *ROUND) == {"3": UnitActs((acts[0],)), "2": UnitActs((acts[1], acts[2]))}
    assert read_acts(store, "small", 2023) == {}
    assert list_own_files(store, "small") == {"w"}
    assert list_rounds(store) == [ROUND]


def test_history_tells_who_did_it(store: Store) -> None:
    _record(store, _standing(store, "2").act(ActKind.SENT_BACK, by="张某", reason="请核对", due=date(2025, 4, 17)))
    *_, last = tell_story(find_story(store, "2"))
    assert last[1:] == ("退回", "2024", "2.xlsx", "第 1 次退回 期限 2025-04-17 请核对", "张某")


def test_acts_are_no_news(store: Store) -> None:
    _record(store, _standing(store, "1").act(ActKind.ACCEPTED, by="张某"))
    before = dump(store.path)
    _merged(store.path.parent)
    assert (dump(store.path) == before, merges(store.path)) == (True, 2)


def test_a_decision_holds_as_long_as_the_content_is_the_same(store: Store) -> None:
    folder = store.path.parent / "returns"
    assert _states(store) == {"1": (State.PASSED, 1), "2": (State.FAULTY, 1), "3": (State.MISSING, 1)}
    _record(
        store,
        _standing(store, "1").act(ActKind.ACCEPTED, by="张某"),
        _standing(store, "2").act(ActKind.SENT_BACK, by="张某"),
    )
    decided = {"1": (State.ACCEPTED, 1), "2": (State.SENT_BACK, 1), "3": (State.MISSING, 1)}
    assert _states(store) == decided
    put(folder / "1.xlsx", unit("1"), ONE, saved="2025-03-05T08:00:00Z")
    put(folder / "2.xlsx", unit("2"), ONE, errors=1, saved="2025-03-05T08:00:00Z")
    assert _states(_merged(store.path.parent)) == decided
    put(folder / "1.xlsx", unit("1"), {"A01": {"01": 11.0}}, saved="2025-03-06T08:00:00Z")
    put(folder / "2.xlsx", unit("2"), ONE, errors=2, saved="2025-03-06T08:00:00Z")
    assert _states(_merged(store.path.parent)) == {
        "1": (State.PASSED, 1),
        "2": (State.FAULTY, 2),
        "3": (State.MISSING, 1),
    }
    assert _standing(store, "2").act(ActKind.SENT_BACK).round == 2


def test_several_acts_of_one_round_are_one(store: Store) -> None:
    for wrote in ("", "w"):
        _record(store, _standing(store, "2").act(ActKind.SENT_BACK, by="张某", wrote=wrote))
    assert [(act.round, act.wrote) for act in read_acts(store, *ROUND)["2"].acts] == [(1, ""), (1, "w")]
    assert _states(store)["2"] == (State.SENT_BACK, 1)


def test_a_verdict_is_taken_for_no_act(store: Store) -> None:
    assert read_acts(store, *ROUND) == {}
    assert asked(store.path, "SELECT DISTINCT what FROM events WHERE file = '' AND unit <> '' ORDER BY what") == [
        ("faulty",),
        ("missing",),
        ("passed",),
    ]
