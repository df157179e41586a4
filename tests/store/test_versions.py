"""Locked versions: what was handed in stands, whatever comes later, and an edited one is told.

- a version is read again as it was locked; versions are numbered within a survey and year
- a merge after it takes later files in; the version, its returns and its 校验码 stay what they were
- nothing is locked where the package does not come to its place, or the number was taken
- whatever is changed in a version, its 校验码 is another
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from addin.roster import Roster
from addin.store.acts import read_standings
from addin.store.history import find_story, tell_story
from addin.store.store import Store, StoreError
from addin.store.versions import (
    LockedUnit,
    LockedVersion,
    UnitPlace,
    are_same_seal,
    list_locked_versions,
    lock_version,
    number_version,
    read_locked_version,
    recall_locked_returns,
)
from generator.lock import Lock
from tests.support.returns import MINI, YEAR
from tests.support.stores import tiny_merge, tiny_returns, tiny_roster

ROUND = (MINI.id, YEAR)
NOON = "2025-04-01T12:00:00+08:00"


@pytest.fixture(scope="module")
def city(lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two units have sent their returns; what they and a third will send later lies ready."""
    place = tmp_path_factory.mktemp("city")
    for name, units in (("returns", tiny_roster(2).units), ("later", tiny_roster(3).units[::-1])):
        (place / name).mkdir()
        tiny_returns(place / name, Roster(tuple(units)), lock)
    tiny_merge(place / "S.duckdb", place / "returns", tiny_roster(3))
    return place


@pytest.fixture
def store(city: Path, tmp_path: Path) -> Store:
    """The store in a folder of its own."""
    shutil.copytree(city, tmp_path, dirs_exist_ok=True)
    return Store(tmp_path / "S.duckdb")


def draft(store: Store, **told: object) -> LockedVersion:
    """Return a version of what stands in the store."""
    units = tuple(
        LockedUnit(
            one.code,
            one.name,
            UnitPlace.COUNTED if one.submission else UnitPlace.LEFT_OUT,
            one.state.value,
            one.content,
            one.sha256,
            one.submission,
            one.file,
        )
        for one in read_standings(store, *ROUND).values()
    )
    version = LockedVersion(*ROUND, 0, "张某", NOON, units, {"M1": {"06": 2.0, "07": 4.5}}, "mini 1")
    return replace(version, **told)  # type: ignore[arg-type]


def test_a_version_is_read_as_it_was_locked(store: Store) -> None:
    assert (read_locked_version(store, *ROUND), number_version(store, *ROUND)) == (None, 1)
    first = lock_version(store, draft(store))
    second = lock_version(store, draft(store, by="李某", enclosed={"b.xlsx": "2", "a.xlsx": "1"}))
    assert list_locked_versions(store, *ROUND) == [first, second]
    assert [(one.number, one.by) for one in (first, second)] == [(1, "张某"), (2, "李某")]
    assert read_locked_version(store, *ROUND) == second
    assert read_locked_version(store, *ROUND, 1) == first
    assert read_locked_version(store, MINI.id, YEAR - 1) is None
    assert [unit.code for unit in second.left_out] == ["002"]
    assert [group.isalnum() and len(group) for group in first.seal.split("-")] == [4, 4, 4, 4]


def test_the_story_of_a_unit_tells_it(store: Store) -> None:
    lock_version(store, draft(store))
    tell = {code: list(tell_story(find_story(store, code)))[-1] for code in ("000", "002")}
    assert {code: row[1:] for code, row in tell.items()} == {
        "000": ("审定锁定（已上报）", "2024", "000.xlsx", "第 1 版，计入", "张某"),
        "002": ("审定锁定（已上报）", "2024", "", "第 1 版，没有计入", "张某"),
    }


def test_what_comes_later_changes_nothing_of_it(store: Store) -> None:
    version = lock_version(store, draft(store))
    before = recall_locked_returns(store, MINI, version)
    assert {code: one.content.values["M1"]["06"] for code, one in before.items()} == {"000": 0.0, "001": 1.0}
    assert [bool(one.submission) for one in version.units] == [True, True, False]
    tiny_merge(store.path, store.path.parent / "later", tiny_roster(3))
    now = read_standings(store, *ROUND)
    locked = {one.code: one.content for one in version.units}
    assert {code: one.content == locked[code] for code, one in now.items()} == {"000": False, "001": True, "002": False}
    assert read_locked_version(store, *ROUND) == version
    assert recall_locked_returns(store, MINI, version) == before


def test_what_was_edited_is_read_again_from_the_kept_file(store: Store) -> None:
    version = lock_version(store, draft(store))
    before = {code: one.content for code, one in recall_locked_returns(store, MINI, version).items()}
    _change(store, "UPDATE submissions SET reading = replace(reading, '活动1', '活动9') WHERE code = '001'")
    assert {code: one.content for code, one in recall_locked_returns(store, MINI, version).items()} == before
    for path in store.path.with_name(f"{store.path.name}.files").rglob("*.xlsx"):
        path.unlink()
    with pytest.raises(StoreError, match="原件也不在"):
        recall_locked_returns(store, MINI, version)


def test_an_edited_version_is_told(store: Store) -> None:
    lock_version(store, draft(store))
    _change(store, "UPDATE events SET details = replace(details::VARCHAR, '4.5', '4.6') WHERE what = 'locked'")
    with pytest.raises(StoreError, match="第 1 版被别的程序改动过"):
        read_locked_version(store, *ROUND)


def test_nothing_is_locked_where_the_rest_fails(store: Store) -> None:
    def fail() -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        lock_version(store, draft(store), fail)
    assert list_locked_versions(store, *ROUND) == []
    lock_version(store, draft(store, number=1))
    with pytest.raises(StoreError, match="第 1 版已被别人锁定"):
        lock_version(store, draft(store, number=1))


CHANGES: dict[str, Callable[[LockedVersion], LockedVersion]] = {
    "nothing": lambda one: one,
    "number": lambda one: replace(one, number=2),
    "who": lambda one: replace(one, by="李某"),
    "when": lambda one: replace(one, at="2025-04-02T12:00:00+08:00"),
    "year": lambda one: replace(one, year=YEAR - 1),
    "definitions": lambda one: replace(one, definitions="mini 2"),
    "a total": lambda one: replace(one, totals={"M1": {"06": 2.0, "07": 4.6}}),
    "a unit removed": lambda one: replace(one, units=one.units[1:]),
    "order of units": lambda one: replace(one, units=one.units[::-1]),
    "content of a unit": lambda one: replace(one, units=(replace(one.units[0], content="x"), *one.units[1:])),
    "place of a unit": lambda one: replace(
        one, units=(replace(one.units[0], place=UnitPlace.LEFT_OUT), *one.units[1:])
    ),
    "a file": lambda one: replace(one, enclosed={"a": "1", "b": "3"}),
    "order of files": lambda one: replace(one, enclosed={"b": "2", "a": "1"}),
}


def test_whatever_is_changed_the_seal_is_another(store: Store) -> None:
    version = draft(store, number=1, enclosed={"a": "1", "b": "2"})
    seals = {what: change(version).seal for what, change in CHANGES.items()}
    assert len(set(seals.values())) == len(CHANGES)
    assert seals["nothing"] == version.seal


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("ABCD-2345", True),
        ("abcd 2345", True),
        ("ＡＢＣＤ－２３４５", True),
        ("ABCD-2346", False),
        ("A8CD-2345", True),
        ("", False),
    ],
)
def test_a_seal_may_be_typed_as_people_type(typed: str, same: bool) -> None:
    assert are_same_seal("ABCD-2345", typed) is same
    assert are_same_seal("", "") is False


def _change(store: Store, statement: str) -> None:
    with duckdb.connect(store.path) as connection:
        connection.execute(statement)
