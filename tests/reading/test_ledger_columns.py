"""Columns of a ledger: taken in whole they hold what cell after cell would have held, and oddities keep their order."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.reading.cells import Spec, interpret
from addin.reading.ledger_columns import read_column
from addin.reading.raw import LongNumber, Raw
from templates.model import Kind

SPECS = {
    "count": Spec(Kind.COUNT, "人", most=1e6),
    "decimal": Spec(Kind.DECIMAL),
    "date": Spec(Kind.DATE),
    "month": Spec(Kind.YEAR_MONTH),
    "text": Spec(Kind.TEXT),
    "choice": Spec(Kind.CHOICE, members=("大型", "小型")).in_a_workbook(),
    "uscc": Spec(Kind.USCC),
}
RAWS: list[Raw] = [
    *("", " ", "大型", " 大型", "约30", "３", "2024-03-05", "2024.3", "91350100M000100Y43", "a\u200bb", "\u3000", "1"),
    *(
        1.0,
        -0.0,
        0.5,
        -3.0,
        1e6,
        1e6 + 1,
        1e17,
        float("inf"),
        45356.0,
        202403.0,
        LongNumber(1.0, "1.00000000000000001"),
    ),
    *(
        date(2024, 3, 5),
        date(1901, 1, 1),
        datetime(2024, 3, 5),
        datetime(2024, 3, 5, 12),
        True,
        1,
        LongNumber(1.0, "1.00000000000000001"),
    ),
]


@given(st.lists(st.sampled_from(RAWS), max_size=8), st.sampled_from(sorted(SPECS)), st.sets(st.integers(0, 7)))
@settings(max_examples=400, deadline=None)
def test_what_is_taken_in_whole_is_what_each_cell_means(raws: list[Raw], name: str, singled: set[int]) -> None:
    reading, odd = read_column(raws, SPECS[name], singled)
    cells = reading.column().list_cells()
    for place, raw in enumerate(raws):
        meant = interpret(raw, SPECS[name])
        if place in odd:
            assert (cells[place], reading.has(place)) == (None, False)
        else:
            assert (meant.remarks, type(cells[place]), cells[place]) == ((), type(meant.value), meant.value)
    assert {place for place in singled if place < len(raws)} <= set(odd)


PLAIN: list[tuple[str, list[Any]]] = [
    ("count", [1.0, "", 1e6, 0.0]),
    ("decimal", [0.5, 1e12]),
    ("date", [date(2024, 3, 5), "", date(2024, 3, 5)]),
    ("text", ["甲", "乙", ""]),
    ("choice", ["大型", "小型"]),
]


@pytest.mark.parametrize(("name", "raws"), PLAIN)
def test_what_is_in_order_is_not_looked_at_singly(name: str, raws: list[Raw]) -> None:
    reading, odd = read_column(raws, SPECS[name], ())
    assert odd == []
    assert reading.column().list_cells() == [None if raw == "" else raw for raw in raws]
    assert reading.take([0]).list_cells() == raws[:1]


def test_single_cells_are_put_in_afterwards() -> None:
    for name, raws, value in (("count", ["约30"], "约30"), ("date", ["某日"], "某日"), ("text", [" "], "甲")):
        reading, odd = read_column(list(raws), SPECS[name], ())
        assert odd == [0]
        reading.put(0, value)
        assert (reading.has(0), reading.column().list_cells(), reading.take([0]).list_cells()) == (
            True,
            [value],
            [value],
        )
