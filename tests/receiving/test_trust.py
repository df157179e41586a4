"""What may be trusted without a key: dates, codes, and consolidated workbooks of the level below."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from addin.receiving.choice import SKEW
from addin.receiving.outcomes import Merged
from addin.roster import ReportingUnit
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup
from generator.consolidated.machine import digest_records
from tests.support.mailbag import ONE, merged, put, roster, unit

NOW = datetime(2025, 4, 1, 8, tzinfo=UTC)
MARCH, APRIL, MAY = "2025-03-01T08:00:00Z", f"{NOW:%Y-%m-%dT%H:%M:%SZ}", "2025-05-01T08:00:00Z"
SLIGHTLY_AHEAD = f"{NOW + SKEW:%Y-%m-%dT%H:%M:%SZ}"
TWO = {"A01": {"01": 7.0}}


def show(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


# --- dates that have not come yet ------------------------------------------------------------------------------------

ASKED = (
    f"「b.xlsx」的保存时间（{show(MAY)}）还没有到，不能凭时间算最新；「a.xlsx」内容不同，暂不计入；"
    "请拿走不用的，或用 --prefer 指明采用哪一份。"
)
OTHERS = "另有 1 个较早或重复的文件未采用。"
DATES: dict[str, tuple[dict[str, tuple[str, Any]], list[str], tuple[str, dict[str, str], str]]] = {
    "the only one": (
        {"b": (MAY, TWO)},
        [],
        ("passed", {"b": "counted"}, f"保存时间是 {show(MAY)}，还没有到：电脑的时钟不准，或被人改过。"),
    ),
    "it does not win": (
        {"a": (MARCH, ONE), "b": (MAY, TWO)},
        [],
        ("held", {"a": "undecided", "b": "undecided"}, ASKED),
    ),
    "older ones are no rivals": (
        {"a": (MARCH, ONE), "b": (MAY, TWO), "c": ("2025-02-01T08:00:00Z", {"A01": {"01": 1.0}})},
        [],
        (
            "held",
            {"a": "undecided", "b": "undecided", "c": "superseded"},
            f"{ASKED[:-1]}；另有 1 个较早或重复的文件未采用。",
        ),
    ),
    "the same content": (
        {"a": (MARCH, ONE), "b": (MAY, ONE)},
        [],
        (
            "passed",
            {"a": "duplicate", "b": "counted"},
            f"保存时间是 {show(MAY)}，还没有到：电脑的时钟不准，或被人改过；另有 1 个较早或重复的文件未采用。",
        ),
    ),
    "an officer decides for it": (
        {"a": (MARCH, ONE), "b": (MAY, TWO)},
        ["b.xlsx"],
        (
            "passed",
            {"a": "superseded", "b": "counted"},
            f"保存时间是 {show(MAY)}，还没有到：电脑的时钟不准，或被人改过；另有 1 个较早或重复的文件未采用。",
        ),
    ),
    "an officer decides against it": (
        {"a": (MARCH, ONE), "b": (MAY, TWO)},
        ["a.xlsx"],
        ("passed", {"a": "counted", "b": "superseded"}, "另有 1 个较早或重复的文件未采用。"),
    ),
    "a clock that is a day ahead": (
        {"a": (APRIL, ONE), "b": (SLIGHTLY_AHEAD, TWO)},
        [],
        ("passed", {"a": "superseded", "b": "counted"}, "另有 1 个较早或重复的文件未采用。"),
    ),
}


@pytest.mark.parametrize("case", DATES)
def test_a_date_that_has_not_come_decides_nothing(case: str, tmp_path: Path) -> None:
    files, prefer, expected = DATES[case]
    for name, (saved, values) in files.items():
        put(tmp_path / f"{name}.xlsx", unit("1"), values, saved=saved)
    (found,) = merged(tmp_path, roster(unit("1")), moment=NOW, prefer=prefer).units
    roles = {file.shown.removesuffix(".xlsx"): file.role.value for file in found.files}
    assert (found.state.value, dict(sorted(roles.items())), found.reason) == expected
    assert found.counts == (expected[0] == "passed")


def test_a_sealed_return_from_the_future_wins_nothing_either(tmp_path: Path) -> None:
    put(tmp_path / "a.xlsx", unit("1"), ONE, saved=MARCH)
    put(tmp_path / "b.xlsx", unit("1"), TWO, saved=MARCH, sealed_at=MAY)
    assert [one.state.value for one in merged(tmp_path, roster(unit("1")), moment=NOW).units] == ["held"]
    assert [one.state.value for one in merged(tmp_path, roster(unit("1")), moment=NOW + timedelta(days=60)).units] == [
        "passed"
    ]


# --- the same return under two codes ---------------------------------------------------------------------------------

MANY = {f"{number:02d}": float(11 * number) for number in range(1, 20)}
FEW = {code: MANY[code] for code in list(MANY)[:11]}
SMALL = {code: float(1 + place % 3) for place, code in enumerate(MANY)}
ONE_CHANGED, THREE_CHANGED = MANY | {"01": 1000.0}, MANY | dict.fromkeys(("01", "02", "03"), 1000.0)
USCC, OTHER_USCC = "53500000DEM000001Q", "53500000DEM0000028"
TWINS: dict[str, tuple[dict[str, float], dict[str, float], str, str, int]] = {
    "the same": (MANY, MANY, "", "", 19),
    "one number is another": (MANY, ONE_CHANGED, "", "", 18),
    "three numbers are others": (MANY, THREE_CHANGED, "", "", 0),
    "one has a credit code": (MANY, MANY, USCC, "", 19),
    "one credit code": (MANY, MANY, USCC, USCC.lower(), 19),
    "two credit codes": (MANY, MANY, USCC, OTHER_USCC, 0),
    "too few numbers": (FEW, FEW, "", "", 0),
    "small numbers": (SMALL, SMALL, "", "", 0),
    "nil returns": (dict.fromkeys(MANY, 0.0), dict.fromkeys(MANY, 0.0), "", "", 0),
    "blank returns": ({}, {}, "", "", 0),
}


@pytest.mark.parametrize("case", TWINS)
def test_one_return_under_two_codes_is_told_of_both(case: str, tmp_path: Path) -> None:
    one, other, code, other_code, count = TWINS[case]
    units = (replace(unit("1"), uscc=code), replace(unit("2"), uscc=other_code), unit("3"))
    put(tmp_path / "1.xlsx", units[0], {"A01": one})
    put(tmp_path / "2.xlsx", units[1], {"A01": other})
    put(tmp_path / "3.xlsx", units[2], ONE)
    told = "与「单位{0}」（代码 {0}）的报表有 {1} 个数完全相同，像是同一份报表用两个代码报送，请与两家核实。"
    expected = [told.format(2, count), told.format(1, count), ""] if count else ["", "", ""]
    assert [one.reason for one in merged(tmp_path, roster(*units)).units] == expected


def test_a_part_is_no_twin_of_its_parent(tmp_path: Path) -> None:
    parent = unit("1")
    part = ReportingUnit("1-1", "部室", "", "科协", "县级", "110101", parent="1")
    for one in (parent, part):
        put(tmp_path / f"{one.code}.xlsx", one, {"A01": MANY})
    assert [one.reason for one in merged(tmp_path, roster(parent, part)).units] == ["", ""]


# --- consolidated workbooks of the level below -----------------------------------------------------------------------

FROM = "由「县汇总.xlsx」报来"
OTHERWISE = (
    "「县汇总.xlsx」的明细与其中给上级用的数据不一致（A01 表 01：明细 {}，数据 {}），不知道哪个是对的，暂不计入；"
    "请与下级核对，或用 --prefer 指明采用它。"
)
FOLLOWED = "「县汇总.xlsx」里它的数据与它自己的文件不一致，以它的文件为准，请与下级核实"
CONTRADICTED = "与「a.xlsx」是同一个文件，数据却不一样，以单位自己的文件为准，请与下级核实。"
Forgery = Callable[[Path], None]


def forge_record(path: Path, old: str = "10.0", new: str = "99.0") -> None:
    """Change a value in what the level above reads, and make the digest over it anew."""
    book = openpyxl.load_workbook(path)
    sheet = book["_units"]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 1).value = str(sheet.cell(row, 1).value).replace(old, new)
    lines = [str(sheet.cell(row, 1).value) for row in range(2, sheet.max_row + 1)]
    sheet["A1"].value = digest_records(lines)
    book.save(path)


def forge_digest_of_the_file(path: Path) -> None:
    """Change the value, and say that it came from a file that nobody has."""
    book = openpyxl.load_workbook(path)
    record = json.loads(str(book["_units"]["A3"].value))
    forge_record(path)
    forge_record(path, record["digest"], "0" * 64)


def forge_details(path: Path) -> None:
    """Change a number that people see."""
    book = openpyxl.load_workbook(path)
    for row in book["明细-A01"].iter_rows():
        for cell in row:
            cell.value = 99 if cell.value == 10 else cell.value
    book.save(path)


def leave_alone(_path: Path) -> None:
    """Change nothing."""


BELOW: dict[str, tuple[Forgery, bool, tuple[str, float, str]]] = {
    "nothing": (leave_alone, False, ("passed", 10.0, f"{FROM}。")),
    "nothing, files at hand": (leave_alone, True, ("passed", 10.0, f"{FROM}。")),
    "a record": (forge_record, False, ("held", 0.0, f"{FROM}；{OTHERWISE.format(10, 99)}")),
    "a record, files at hand": (forge_record, True, ("passed", 10.0, f"{FROM}；{FOLLOWED}。")),
    "a record and whose file it was": (
        forge_digest_of_the_file,
        True,
        ("held", 0.0, f"{FROM}；{OTHERWISE.format(10, 99)}"),
    ),
    "明细": (forge_details, False, ("held", 0.0, f"{FROM}；{OTHERWISE.format(99, 10)}")),
    "明细, files at hand": (forge_details, True, ("passed", 10.0, f"{FROM}。")),
}


def bring(tmp_path: Path, forgery: Forgery, *, at_hand: bool) -> Path:
    """Write the county's result, forge it, and take the units' files away unless they are to be at hand."""
    put(tmp_path / "in" / "a.xlsx", unit("a"), ONE)
    path = tmp_path / "up" / "县汇总.xlsx"
    path.parent.mkdir()
    below = merged(tmp_path / "in", roster(unit("C"), unit("a")))
    write_summary(below, Rollup.of(below), path)
    forgery(path)
    if not at_hand:
        shutil.rmtree(path.with_name("县汇总_files"))
    return path


@pytest.mark.parametrize("case", BELOW)
def test_a_forged_result_of_the_level_below_is_told(case: str, tmp_path: Path) -> None:
    forgery, at_hand, expected = BELOW[case]
    found = merged(bring(tmp_path, forgery, at_hand=at_hand), roster(unit("S")))
    a = next(one for one in found.units if one.code == "a")
    assert (a.state.value, Rollup.of(found).totals.get("A01", {}).get("01", 0.0), a.reason) == expected
    assert found.unsigned == ("县汇总.xlsx",)
    assert [file.reason for file in found.taken_apart] == [
        "下级的汇总，没有签名或没有验签，已拆成 2 个单位的报表：不能证明没有人改过，只与其中的明细、旁边的原件核对过。"
    ]


def test_an_officer_may_take_what_is_doubted(tmp_path: Path) -> None:
    path = bring(tmp_path, forge_details, at_hand=False)
    found = merged(path, roster(unit("S")), prefer=["县汇总.xlsx › 单位a"])
    assert Rollup.of(found).totals["A01"]["01"] == 10.0


def test_the_units_own_file_comes_before_what_is_said_of_it(tmp_path: Path) -> None:
    """Both came in: the digest in the result is the file's, what the result says is not."""
    path = bring(tmp_path, forge_record, at_hand=False)
    found = merged([path, tmp_path / "in" / "a.xlsx"], roster(unit("S")))
    assert Rollup.of(found).totals["A01"]["01"] == 10.0
    assert roles(found) == [("a.xlsx", "counted", ""), ("县汇总.xlsx › 单位a", "superseded", CONTRADICTED)]


def roles(found: Merged) -> list[tuple[str, str, str]]:
    return [(file.shown, file.role.value, file.reason) for one in found.units for file in one.files]
