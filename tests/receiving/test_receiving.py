"""Resubmissions: which of several files counts, what an officer has to decide, and what was changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from addin.receiving.outcomes import Merged
from addin.receiving.receive import NotAmong
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup, describe_merge
from tests.support.mailbag import ONE, merged, put, roster, unit

A = unit("1", "学会", "市级")
OTHER: dict[str, Any] = {"A01": {"01": 11.0, "03": 5.0}}
EARLY, LATE = "2025-03-01T08:00:00Z", "2025-03-02T08:00:00Z"


def roles(result: Merged) -> list[tuple[str, str]]:
    """Return name and role of the unit's files."""
    return [(file.shown, file.role.value) for file in result.units[0].files]


# --- order -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"saved": EARLY}, {"saved": LATE}, [("b.xlsx", "counted"), ("a.xlsx", "superseded")]),
        ({"saved": LATE}, {"saved": EARLY}, [("a.xlsx", "counted"), ("b.xlsx", "superseded")]),
        (  # sealed earlier than the other, though saved later
            {"saved": LATE, "sealed_at": "2025-02-20T08:00:00+00:00"},
            {"saved": EARLY},
            [("b.xlsx", "counted"), ("a.xlsx", "superseded")],
        ),
        (  # no seal that means anything: when it was saved
            {"saved": LATE, "sealed_at": "昨天"},
            {"saved": EARLY},
            [("a.xlsx", "counted"), ("b.xlsx", "superseded")],
        ),
        ({"saved": EARLY}, {"saved": EARLY}, [("b.xlsx", "undecided"), ("a.xlsx", "undecided")]),
    ],
)
def test_seal_then_saving_time_decides(
    tmp_path: Path, first: dict[str, Any], second: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    put(tmp_path / "a.xlsx", A, ONE, **first)
    put(tmp_path / "b.xlsx", A, OTHER, **second)
    os.utime(tmp_path / "a.xlsx", (0, 0))
    assert roles(merged(tmp_path, roster(A))) == expected


def test_without_a_saving_time_the_file_systems_counts(tmp_path: Path) -> None:
    for name, values, age in (("a", ONE, 2000.0), ("b", OTHER, 1000.0)):
        put(tmp_path / f"{name}.xlsx", A, values, saved="unknown")
        os.utime(tmp_path / f"{name}.xlsx", (age, age))
    assert roles(merged(tmp_path, roster(A))) == [("a.xlsx", "counted"), ("b.xlsx", "superseded")]


# --- ties ------------------------------------------------------------------------------------------------------------


def tie(folder: Path) -> None:
    """Write two equal files and one other of the same time, and an older one."""
    put(folder / "a.xlsx", A, ONE)
    put(folder / "b.xlsx", A, OTHER)
    put(folder / "again.xlsx", A, ONE, note="saved again")
    put(folder / "old.xlsx", A, {}, saved="2025-01-01T08:00:00Z")
    for path in folder.iterdir():
        os.utime(path, (5, 5))


def test_equals_wait_for_an_officer_and_count_nowhere(tmp_path: Path) -> None:
    tie(tmp_path)
    result = merged(tmp_path, roster(A))
    (only,) = result.units
    assert [(file.shown, file.role.value, file.reason.split("（")[0]) for file in only.files] == [
        ("b.xlsx", "undecided", "与「again.xlsx」保存时间相同、内容不同，分不出先后，请选定一份。"),
        ("again.xlsx", "undecided", "与「b.xlsx」保存时间相同、内容不同，分不出先后，请选定一份。"),
        ("a.xlsx", "duplicate", "与「again.xlsx」内容相同。"),
        ("old.xlsx", "superseded", "已由「b.xlsx」"),
    ]
    assert (only.state.shown, only.counts) == ("待核实", False)
    asked = "「b.xlsx」、「again.xlsx」保存时间相同、内容不同，分不出先后，暂不计入"
    assert only.reason.startswith(asked)
    assert Rollup.of(result).totals == {}
    assert Rollup.of(merged(tmp_path, roster(A), include_faulty=True)).totals == {}
    assert [file.shown for file in result.unused] == ["a.xlsx", "old.xlsx"]
    write_summary(result, Rollup.of(result), tmp_path / "汇总.xlsx")


@pytest.mark.parametrize("name", ["a.xlsx", "old.xlsx"])
def test_an_officer_decides(tmp_path: Path, name: str) -> None:
    """By the name in the list or by the path, also against the times."""
    tie(tmp_path)
    for prefer in (name, str(tmp_path / name)):
        result = merged(tmp_path, roster(A), prefer=[prefer])
        assert (roles(result)[0], result.units[0].counts) == ((name, "counted"), True)
        assert {role for _, role in roles(result)[1:]} <= {"superseded", "duplicate"}


def test_a_decision_for_a_file_that_did_not_come_is_refused(tmp_path: Path) -> None:
    tie(tmp_path)
    with pytest.raises(NotAmong, match="指明的文件「x"):
        merged(tmp_path, roster(A), prefer=["a.xlsx", "x.xlsx"])


def test_what_is_undecided_below_does_not_count_above(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    tie(tmp_path / "in")
    below = merged(tmp_path / "in", roster(A))
    write_summary(below, Rollup.of(below), tmp_path / "县.xlsx")
    top = merged(tmp_path / "县.xlsx", roster(unit("P", level="省级")))
    assert [(one.code, one.counts) for one in top.units] == [("P", False), ("1", False)]


# --- what was changed ------------------------------------------------------------------------------------------------


def resubmitted(folder: Path) -> Merged:
    """Send three versions of a return."""
    rows = {"5": {"名称": "春会", "人次": 30.0}, "6": {"名称": "夏会"}}
    put(folder / "1.xlsx", A, {"A01": {"01": 1.0}}, saved="2025-01-01T08:00:00Z", ledgers={"会议": rows})
    moved = {"5": {"名称": "夏会"}, "9": {"名称": "春会", "人次": 31.0}}
    second = {"A01": {"01": 2.0, "05": "1"}}
    put(folder / "2.xlsx", A, second, saved="2025-01-02T08:00:00Z", ledgers={"会议": moved})
    put(folder / "2b.xlsx", A, second, saved="2025-01-02T09:00:00Z", ledgers={"会议": moved})
    put(folder / "3.xlsx", A, {"A01": {"05": "1"}}, saved="2025-01-03T08:00:00Z", ledgers={"会议": moved})
    return merged(folder, roster(A), result=folder / "汇总.xlsx")


def test_changes_are_told_cell_by_cell(tmp_path: Path) -> None:
    result = resubmitted(tmp_path)
    (entry,) = describe_merge(result, Rollup.of(result))["units"]
    told = [tuple(change.values()) for change in entry["changes"]]
    assert list(entry["changes"][0]) == ["file", "replaced", "what", "form", "code", "ledger", "row", "old", "new"]
    assert told == [
        ("3.xlsx", "2b.xlsx", "value", "A01", "01", "", None, "2", ""),
        ("2b.xlsx", "1.xlsx", "value", "A01", "01", "", None, "1", "2"),
        ("2b.xlsx", "1.xlsx", "value", "A01", "05", "", None, "", "1"),
        ("2b.xlsx", "1.xlsx", "row", "", "", "会议", 5, "名称：春会；人次：30", ""),
        ("2b.xlsx", "1.xlsx", "row", "", "", "会议", 9, "", "名称：春会；人次：31"),
    ]


def test_the_sheet_lists_the_changes(tmp_path: Path) -> None:
    result = resubmitted(tmp_path)
    write_summary(result, Rollup.of(result), tmp_path / "汇总.xlsx")
    with CalamineWorkbook.from_path(str(tmp_path / "汇总.xlsx")) as book:
        rows = book.get_sheet_by_name("重报差异").to_python()
    assert rows[2:4] == [
        ["1", "单位1", "2b.xlsx", "3.xlsx", "数据", "A01", "01", "", "", "2", ""],
        ["1", "单位1", "1.xlsx", "2b.xlsx", "数据", "A01", "01", "", "", "1", "2"],
    ]
    assert len(rows) == 7
