"""The store beside other programs: killed ones, ones that hold it, and files that are no store.

- killed at any moment, a merge loses nothing that was written, and the next one ends as if nothing had been
- two merges into one store at once both end, and say the same
- a held store is waited for, then refused with who holds it
- a newer store, another's database, what is no database, a folder that cannot be written: refused, and left alone
"""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import duckdb
import pytest

from addin.store.schema import SCHEMA
from addin.store.store import Store, StoreError
from generator.lock import Lock
from tests.support.mailbag import ONE, put, roster, unit
from tests.support.stores import (
    Dump,
    asked,
    dump,
    holding,
    mail,
    merges,
    started,
    tiny_merge,
    tiny_returns,
    tiny_roster,
    told,
)

UNITS = tiny_roster(6)
KILLS = 20


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> Path:
    made = tmp_path_factory.mktemp("returns")
    tiny_returns(made, UNITS, lock)
    return made


@pytest.fixture(scope="module")
def undisturbed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Dump, float]:
    """What a merge says and leaves that nobody disturbs, and how long one in another process takes."""
    store = tmp_path_factory.mktemp("store") / "S.duckdb"
    said = told(tiny_merge(store, folder, UNITS))
    for name in ("warm.duckdb", "timed.duckdb"):
        start = time.monotonic()
        process = started(store.with_name(name), folder, UNITS)
        process.join()
        assert process.exitcode == 0
    return said, dump(store), time.monotonic() - start


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_merge_loses_nothing(
    seed: int, folder: Path, undisturbed: tuple[str, Dump, float], tmp_path: Path
) -> None:
    said, left, seconds = undisturbed
    store = tmp_path / "S.duckdb"
    process = started(store, folder, UNITS)
    process.join((seed + Random(seed).random()) / KILLS * seconds)
    process.kill()
    process.join()
    written = set(asked(store, "SELECT sha256 FROM submissions")) if store.exists() else set()
    assert told(tiny_merge(store, folder, UNITS)) == said
    assert written <= set(asked(store, "SELECT sha256 FROM submissions"))
    assert dump(store) == left
    assert merges(store) in (1, 2), "the killed one may have come to its very end"


def test_two_merges_at_once_both_end(folder: Path, undisturbed: tuple[str, Dump, float], tmp_path: Path) -> None:
    said, left, _ = undisturbed
    store = tmp_path / "S.duckdb"
    both = [started(store, folder, UNITS) for _ in range(2)]
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert merges(store) == 2
    assert {table: len(rows) for table, rows in dump(store).items()} == {
        table: len(rows) for table, rows in left.items()
    }
    assert told(tiny_merge(store, folder, UNITS)) == said


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one return, and the return."""
    put(tmp_path / "returns" / "1.xlsx", unit("1"), ONE)
    mail(tmp_path / "S.duckdb", tmp_path / "returns", roster(unit("1")))
    return tmp_path / "S.duckdb"


@pytest.mark.parametrize("read_only", [False, True])
def test_a_held_store_is_waited_for(store: Path, read_only: bool) -> None:
    said: list[str] = []
    with holding(store) as process:
        assert process.stdin
        release = process.stdin.close

        def told(sentence: str) -> None:
            said.append(sentence)
            release()

        with Store(store, told).opened(read_only=read_only) as connection:
            assert connection.execute("SELECT count(*) FROM submissions").fetchall() == [(1,)]
    assert len(said) == 1
    assert f"进程 {process.pid}）使用" in said[0]


def test_a_store_that_stays_held_is_refused(store: Path) -> None:
    with holding(store) as process, pytest.raises(StoreError) as refused, Store(store, patience=0.3).opened():
        pass
    assert str(refused.value).startswith(f"存档 {store} 一直由另一个程序（python")
    assert f"进程 {process.pid}）使用" in str(refused.value)


def test_a_newer_store_is_left_alone(store: Path) -> None:
    with duckdb.connect(store) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'schema'", [str(SCHEMA + 1)])
    before = store.read_bytes()
    with pytest.raises(StoreError, match=f"结构版本 {SCHEMA + 1}，本程序只认到 {SCHEMA}"):
        mail(store, store.parent / "returns", roster(unit("1")))
    assert store.read_bytes() == before


def test_what_is_no_store_is_left_alone(tmp_path: Path) -> None:
    other, text = tmp_path / "other.duckdb", tmp_path / "text.duckdb"
    with duckdb.connect(other) as connection:
        connection.execute("CREATE TABLE mine (a INTEGER)")
    text.write_text("no database at all", encoding="utf-8")
    for path in (other, text):
        before = path.read_bytes()
        with pytest.raises(StoreError, match="不是本程序的存档"):
            Store(path).prepare()
        assert path.read_bytes() == before


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for place in (tmp_path / "file" / "S.duckdb", tmp_path / "none" / "S.duckdb"):
        with pytest.raises(StoreError, match=r"写不进去（.+）：请换一个能写的文件夹"):
            Store(place).prepare()
    with pytest.raises(StoreError, match="没有存档"), Store(tmp_path / "S.duckdb").opened(read_only=True):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
