"""A store in which somebody changed something with another program: told, and not believed."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob
from addin.store.former import recall_former_returns
from addin.store.remember import merge_into
from addin.store.store import Store, StoreError
from generator.lock import Lock
from tests.support.mailbag import fake_audit, one_by_one, put, roster, survey, unit
from tests.support.returns import MINI, YEAR
from tests.support.stores import Counting, asked, tiny_merge, tiny_returns, tiny_roster

FIRST, SECOND = {"A01": {"01": 10.0, "02": 4.0}}, {"A01": {"01": 20.0}}
TOLD = "存档里这份报表的数据被别的程序改动过，没有采用，已照原件重新读取；请查明是谁改的。"
EDITS = {
    "a number of the reading": "UPDATE submissions SET reading = replace(reading, '10.0', '99.0') WHERE id = 1",
    "the reading of another file": (
        "UPDATE submissions SET reading = (SELECT reading FROM submissions WHERE id = 2) WHERE id = 1"
    ),
    "the reading and its seal": (
        "UPDATE seals SET digest = '0' WHERE submission = 1;"
        "UPDATE submissions SET reading = replace(reading, '10.0', '99.0') WHERE id = 1"
    ),
    "a number that people ask for": "UPDATE cells SET number = 99 WHERE submission = 1 AND code = '01'",
    "a number more": "INSERT INTO cells (submission, form, code, number) VALUES (1, 'A01', '03', 5)",
    "a number less": "DELETE FROM cells WHERE submission = 1 AND code = '02'",
    "an explanation": "UPDATE cells SET note = '核实' WHERE submission = 1 AND code = '01'",
    "a row of a ledger": "INSERT INTO ledger_rows VALUES (1, '会议', 5, '{}', [])",
    "whose file it was": "UPDATE submissions SET sha256 = repeat('0', 64) WHERE id = 1",
    "its seal taken away": "DELETE FROM seals WHERE submission = 1",
}
READ_AGAIN_QUIETLY = {"whose file it was"}
"""Under other bytes the file is not known: it is read as for the first time."""


def merge(store: Path, folder: Path, read: Counting) -> Merged:
    job = MergeJob([folder], roster(unit("1"), unit("2")), survey())
    return merge_into(Store(store), job, read=one_by_one(read), audit=fake_audit)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two returns, and a store that knows them."""
    folder = tmp_path_factory.mktemp("kept")
    put(folder / "in" / "1.xlsx", unit("1"), FIRST)
    put(folder / "in" / "2.xlsx", unit("2"), SECOND)
    merge(folder / "S.duckdb", folder / "in", Counting())
    return folder


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_told_and_the_file_tells_again(edit: str, kept: Path, tmp_path: Path) -> None:
    store = tmp_path / "S.duckdb"
    shutil.copy(kept / "S.duckdb", store)
    with duckdb.connect(store) as connection:
        connection.execute(EDITS[edit])
    read = Counting()
    merged = merge(store, kept / "in", read)
    assert read.names == ["1.xlsx"]
    assert [one.content.values for one in merged.counted] == [FIRST, SECOND]
    told = [] if edit in READ_AGAIN_QUIETLY else [TOLD]
    assert [list(one.remarks) for one in merged.units] == [told, []]
    numbers = asked(store, "SELECT 单位代码, 代码, 数值 FROM 最新数据 ORDER BY 1, 2")
    assert numbers == [("1", "01", 10.0), ("1", "02", 4.0), ("2", "01", 20.0)]
    again = Counting()
    assert [list(one.remarks) for one in merge(store, kept / "in", again).units] == [[], []]
    assert again.names == []


def test_what_is_not_edited_is_not_told(kept: Path) -> None:
    read = Counting()
    assert [list(one.remarks) for one in merge(kept / "S.duckdb", kept / "in", read).units] == [[], []]
    assert read.names == []


@pytest.fixture
def former(lock: Lock, tmp_path: Path) -> Path:
    """A store with last year's returns of which one was edited."""
    units = tiny_roster(3)
    (tmp_path / "returns").mkdir()
    tiny_returns(tmp_path / "returns", units, lock)
    tiny_merge(tmp_path / "S.duckdb", tmp_path / "returns", units)
    with duckdb.connect(tmp_path / "S.duckdb") as connection:
        edit = "UPDATE submissions SET reading = replace(reading, '\"06\":1.0', '\"06\":7.0') WHERE code = '001'"
        assert connection.execute(edit).fetchall() == [(1,)]
    return tmp_path / "S.duckdb"


def test_last_years_edited_values_are_read_again_from_the_kept_file(former: Path) -> None:
    assert recall_former_returns(Store(former), MINI, YEAR)["001"].values["M1"]["06"] == 1.0


def test_last_years_edited_values_are_refused_without_it(former: Path) -> None:
    shutil.rmtree(former.with_name("S.duckdb.files"))
    with pytest.raises(StoreError, match=r"「.*」上年的数据被别的程序改动过，原件也不在 S\.duckdb\.files 里，没有采用"):
        recall_former_returns(Store(former), MINI, YEAR)


def test_a_store_of_an_older_program_is_taken_as_it_is(former: Path) -> None:
    with duckdb.connect(former) as connection:
        connection.execute("DROP TABLE seals")
    assert recall_former_returns(Store(former), MINI, YEAR)["001"].values["M1"]["06"] == 7.0
