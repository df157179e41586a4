"""Last year's returns out of the store: the same as from the folder that they lay in."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from addin.sending.last_year import read_previous_returns
from addin.store.database_file import is_database_file
from addin.store.former import recall_former_returns
from addin.store.store import Store, StoreError
from generator.lock import Lock
from tests.support.returns import MINI, YEAR
from tests.support.stores import tiny_merge, tiny_returns, tiny_roster


@pytest.fixture
def store(lock: Lock, tmp_path: Path) -> Path:
    """A store with the returns of three units, which lie beside it, too."""
    units = tiny_roster(3)
    (tmp_path / "returns").mkdir()
    tiny_returns(tmp_path / "returns", units, lock)
    tiny_merge(tmp_path / "S.duckdb", tmp_path / "returns", units)
    return tmp_path / "S.duckdb"


def test_the_store_knows_what_was_reported(store: Path, tmp_path: Path) -> None:
    recalled = recall_former_returns(Store(store), MINI, YEAR)
    assert dict(recalled) == read_previous_returns(tmp_path / "returns", MINI, YEAR)
    assert list(recalled) == ["000", "001", "002"]
    assert recalled["001"].values["M1"]["06"] == 1.0
    assert recalled["001"].rows["活动"][0]["活动名称"] == "活动1"
    assert dict(recall_former_returns(Store(store), MINI, YEAR - 1)) == {}


def test_a_damaged_reading_is_said(store: Path) -> None:
    with duckdb.connect(store) as connection:
        connection.execute("UPDATE submissions SET reading = '{' WHERE code = '001'")
        connection.execute("DROP TABLE seals")
    with pytest.raises(StoreError, match="损坏"):
        recall_former_returns(Store(store), MINI, YEAR)["001"]


def test_what_is_a_store(store: Path, tmp_path: Path) -> None:
    (workbook,) = (tmp_path / "returns").glob("001*")
    assert [is_database_file(path) for path in (store, workbook, tmp_path, tmp_path / "none")] == [
        True,
        False,
        False,
        False,
    ]
