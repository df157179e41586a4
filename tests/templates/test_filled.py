"""A ledger as columns: as rows it is what it was made of, whatever stands in its cells."""

from __future__ import annotations

import math
import pickle
from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest

from templates.content import LedgerCells, Value
from templates.filled import CodedColumn, FilledLedger, JoinedTexts, NumberColumn, make_column

DAY, OTHER = date(2024, 3, 5), date(1, 1, 1)
ROWS: LedgerCells = {
    9: {"名称": "乙", "日期": DAY, "人数": "约 30"},
    5: {"名称": "甲", "人数": 3.0, "备注": "有"},
    6: {"人数": -0.5, "日期": datetime(2024, 3, 5, 12, 30)},
}

COLUMNS: list[tuple[list[Value | None], type]] = [
    ([1.0, None, 2.5, 1e300], NumberColumn),
    ([1.0, 2.0, "约", None], NumberColumn),
    ([1.0, "约", "无"], CodedColumn),
    ([DAY, OTHER, None, date(9999, 12, 31)], NumberColumn),
    ([DAY, DAY, "某日", 3.0], NumberColumn),
    ([DAY, datetime(2024, 3, 5), datetime(2024, 3, 6)], CodedColumn),
    (["甲", "乙", "甲", None, ""], CodedColumn),
    ([1, 1.0, True, "1"], CodedColumn),
    ([None, None], CodedColumn),
    ([], CodedColumn),
]


@pytest.mark.parametrize(("cells", "kind"), COLUMNS)
def test_a_column_gives_back_its_cells(cells: list[Value | None], kind: type) -> None:
    column = make_column(cells)
    assert (type(column), len(column)) == (kind, len(cells))
    for told in (column.list_cells(), [column[place] for place in range(len(cells))]):
        assert [(type(cell), cell) for cell in told] == [(type(cell), cell) for cell in cells]


def test_what_is_not_a_number_at_all_is_kept() -> None:
    cells = make_column([math.nan, 1.0, None]).list_cells()
    assert isinstance(cells[0], float)
    assert math.isnan(cells[0])
    assert cells[1:] == [1.0, None]


def test_repeated_texts_are_kept_once() -> None:
    column = make_column(["甲", "乙", "甲", None])
    assert isinstance(column, CodedColumn)
    assert (list(column.codes), list(column.values)) == ([0, 1, 0, -1], ["甲", "乙"])


@pytest.mark.parametrize("texts", [[], ["", "甲", "", "𠮷\ud800", "=1+1"], ["甲"] * 20])
def test_joined_texts_are_the_texts(texts: list[str]) -> None:
    joined = JoinedTexts(texts)
    assert ([*joined], len(joined), [joined[place] for place in range(len(texts))]) == (texts, len(texts), texts)
    assert (joined[1:], joined[::-1], [joined[-place] for place in range(1, len(texts) + 1)]) == (
        texts[1:],
        texts[::-1],
        texts[::-1],
    )
    for place in (len(texts), -len(texts) - 1):
        with pytest.raises(IndexError):
            joined[place]


def test_as_rows_a_ledger_is_what_it_was_made_of() -> None:
    ledger = FilledLedger.of(ROWS)
    assert ledger == ROWS
    assert {"活动": ledger} == {"活动": ROWS}
    assert ledger == FilledLedger.of({number: ROWS[number] for number in (5, 6, 9)})
    assert [*ledger] == [5, 6, 9]
    assert (7 in ledger, ledger.get(4), len(ledger)) == (False, None, 3)
    assert list(ledger.values()) == [ROWS[5], ROWS[6], ROWS[9]]
    assert ledger != {**ROWS, 9: {"名称": "乙"}}


def test_a_ledger_is_made_once() -> None:
    ledger = FilledLedger.of(ROWS)
    assert FilledLedger.of(ledger) is ledger
    for copy in (pickle.loads(pickle.dumps(ledger)), deepcopy(ledger)):
        assert copy == ledger


def test_nobody_changes_a_ledger() -> None:
    changed: Any = FilledLedger.of(ROWS)
    with pytest.raises(TypeError):
        changed[5]["名称"] = "丙"
    with pytest.raises(TypeError):
        changed[7] = {"名称": "丙"}


def test_columns_of_a_ledger() -> None:
    ledger = FilledLedger.of(ROWS)
    assert ledger.list_cells("名称") == ["甲", None, "乙"]
    assert ledger.list_cells("没有的") == [None, None, None]
    assert list(ledger.list_rows(["人数", "没有的"])) == [(3.0, None), (-0.5, None), ("约 30", None)]
    assert ledger.move(-2) == {number - 2: row for number, row in ROWS.items()}


def test_one_cell_of_a_ledger() -> None:
    ledger = FilledLedger.of(ROWS)
    for number in range(4, 11):
        for name in ("名称", "人数", "没有的"):
            assert ledger.find_cell(number, name) == ROWS.get(number, {}).get(name), (number, name)


def test_a_row_without_cells_is_a_row() -> None:
    assert dict(FilledLedger.of({40: {}})) == {40: {}}


@pytest.mark.parametrize("numbers", [[5, 5], [6, 5], [5]])
def test_rows_must_ascend_and_columns_be_as_long(numbers: list[int]) -> None:
    with pytest.raises(ValueError, match=r"."):
        FilledLedger(numbers, {"名称": make_column(["甲", "乙"])})
