"""Levels: what is merged level by level gives what a flat merge gives, and every unit counts once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest

from addin.reading.reader import read
from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob
from addin.receiving.returns import ReadReturns
from addin.roster import ReportingUnit, Roster
from addin.store.remember import merge_into
from addin.store.store import Store
from addin.submission import Refusal, Submission
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup, describe_merge
from tests.support.mailbag import FAKE, ONE, fake_audit, merged, one_by_one, put, roster, seeded, survey, unit

States = list[tuple[str, str, str]]


def summed(paths: list[Path], units: Roster, target: Path, **options: Any) -> Merged:
    """Merge and write the result to ``target``."""
    target.parent.mkdir(parents=True, exist_ok=True)
    result = merged(paths, units, result=target, **options)
    write_summary(result, Rollup.of(result), target)
    return result


def states(result: Merged) -> States:
    """Return code, state and reason of every unit."""
    return [(one.code, one.state.shown, one.reason) for one in result.units]


def files(result: Merged) -> list[tuple[str, str, str]]:
    """Return name, role and reason of every file."""
    listed = [file for one in result.units for file in one.files] + list(result.strays)
    return [(file.shown, file.role.value, file.reason) for file in listed]


def county(folder: Path, number: int, *members: ReportingUnit) -> Path:
    """Merge the returns in ``folder`` of a county; it stands first in its own roster."""
    head = unit(f"C{number}", name=f"县{number}")
    target = folder / f"县{number}汇总.xlsx"
    summed([folder], roster(head, *members), target)
    return target


# --- the same totals -------------------------------------------------------------------------------------------------


def shares(units: tuple[ReportingUnit, ...], parts: int) -> Iterator[tuple[ReportingUnit, ...]]:
    """Yield the units dealt out to so many authorities, by chance."""
    chance = Random(3)
    owner = [chance.randrange(parts) for _ in units]
    for part in range(parts):
        yield tuple(one for one, of in zip(units, owner, strict=True) if of == part)


@pytest.mark.parametrize("include_faulty", [False, True])
def test_three_levels_give_the_totals_of_one(tmp_path: Path, include_faulty: bool) -> None:
    """County → city → province; every authority has units of its own and the results of those below."""
    units, _ = seeded(tmp_path / "flat", 60)
    flat = merged(tmp_path / "flat", units, include_faulty=include_faulty)
    *counties, city_own, province_own = shares(units.units, 5)
    for number, members in enumerate(counties):
        mail = [tmp_path / "flat" / f"{one.code}.xlsx" for one in members]
        summed(mail, roster(*members), tmp_path / "city" / f"{number}.xlsx", include_faulty=include_faulty)
    mail = [tmp_path / "city", *(tmp_path / "flat" / f"{one.code}.xlsx" for one in city_own)]
    summed(mail, roster(*city_own), tmp_path / "province" / "市.xlsx", include_faulty=include_faulty)
    mail = [tmp_path / "province", *(tmp_path / "flat" / f"{one.code}.xlsx" for one in province_own)]
    top = merged(mail, roster(*province_own), include_faulty=include_faulty)
    ours, expected = Rollup.of(top), Rollup.of(flat)
    assert ours.totals == expected.totals
    assert {(g.by, g.value): g.totals for g in ours.groups} == {(g.by, g.value): g.totals for g in expected.groups}
    told = {one.code: (one.state, one.errors, one.counts) for one in top.units}
    assert told == {one.code: (one.state, one.errors, one.counts) for one in flat.units}
    assert len(top.units) == len(told)


# --- what arrives above ----------------------------------------------------------------------------------------------


def test_a_unit_comes_up_with_its_way_and_its_state(tmp_path: Path) -> None:
    a, b, c = (unit(code) for code in "abc")
    put(tmp_path / "a.xlsx", a, ONE)
    put(tmp_path / "b.xlsx", b, ONE, errors=1)
    county(tmp_path, 1, a, b, c)
    city = unit("S", level="市级")
    top = merged(tmp_path / "县1汇总.xlsx", roster(city))
    nothing, fault = "「县1汇总.xlsx」中还没有收到它的报表。", "A01!E9　01「年末人数」为 0，不能是负数"
    assert states(top) == [
        ("S", "未报", "没有收到文件。"),
        ("C1", "未报", nothing),
        ("a", "校验通过", "由「县1汇总.xlsx」报来。"),
        ("b", "待改正", f"{fault}；由「县1汇总.xlsx」报来；「县1汇总.xlsx」没有计入它，本级也不计入。"),
        ("c", "未报", nothing),
    ]
    assert files(top) == [("县1汇总.xlsx › 单位a", "counted", ""), ("县1汇总.xlsx › 单位b", "counted", "")]
    assert [one.added for one in top.units] == [False, True, True, True, True]
    assert [one.submission.file for one in top.units if one.submission] == [file[0] for file in files(top)]


def test_a_unit_that_comes_both_ways_counts_once(tmp_path: Path) -> None:
    """The same file twice is a duplicate; a later one replaces what the county had."""
    a, b = unit("a"), unit("b")
    same, old = put(tmp_path / "x" / "a.xlsx", a, ONE), put(tmp_path / "x" / "b.xlsx", b, ONE)
    county(tmp_path / "x", 1, a, b)
    shutil.copy(same, tmp_path / "x" / "别名.xlsx")
    old.unlink()
    put(tmp_path / "x" / "新.xlsx", b, {"A01": {"01": 7.0}}, saved="2025-03-09T08:00:00Z")
    same.unlink()
    top = merged(tmp_path / "x", roster(unit("S")))
    assert files(top) == [
        ("县1汇总.xlsx › 单位a", "counted", ""),
        ("别名.xlsx", "duplicate", "与「县1汇总.xlsx › 单位a」内容相同。"),
        ("新.xlsx", "counted", ""),
        ("县1汇总.xlsx › 单位b", "superseded", files(top)[3][2]),
    ]
    assert files(top)[3][2].startswith("已由「新.xlsx」（2025-03-09")
    assert Rollup.of(top).totals == {"A01": {"01": 17, "02": 4}}


def test_a_unit_in_two_results_counts_once(tmp_path: Path) -> None:
    """Also when a county and its city both send theirs up."""
    a, b = unit("a"), unit("b")
    put(tmp_path / "1" / "a.xlsx", a, ONE)
    first = county(tmp_path / "1", 1, a)
    city = tmp_path / "市汇总.xlsx"
    put(tmp_path / "2" / "b.xlsx", b, ONE)
    summed([first, tmp_path / "2"], roster(unit("S", level="市级"), b), city)
    top = merged([first, city], roster(unit("P", level="省级")))
    assert [(one.code, [file.role.value for file in one.files]) for one in top.units] == [
        ("P", []),
        ("C1", []),
        ("a", ["counted", "duplicate"]),
        ("S", []),
        ("b", ["counted"]),
    ]
    assert Rollup.of(top).totals == {"A01": {"01": 20, "02": 8}}


def test_one_code_in_two_counties_is_two_units(tmp_path: Path) -> None:
    for number, name in ((1, "东学会"), (2, "西学会")):
        member = unit("001", name=name)
        put(tmp_path / str(number) / "x.xlsx", member, ONE)
        county(tmp_path / str(number), number, member)
    top = merged([tmp_path / "1" / "县1汇总.xlsx", tmp_path / "2" / "县2汇总.xlsx"], roster(unit("S")))
    assert [(one.code, one.name) for one in top.units if one.submission] == [("001", "东学会"), ("C2-001", "西学会")]
    assert Rollup.of(top).totals == {"A01": {"01": 20, "02": 8}}


def test_a_unit_with_two_codes_is_known_by_its_credit_code(tmp_path: Path) -> None:
    below = replace(unit("1", name="学会（甲）"), uscc="53500000DEM000001Q")
    put(tmp_path / "x" / "1.xlsx", below, ONE)
    county(tmp_path / "x", 1, below)
    above = replace(below, code="9", name="学会(甲)")
    put(tmp_path / "9.xlsx", above, ONE, saved="2025-03-05T08:00:00Z")
    top = merged([tmp_path / "9.xlsx", tmp_path / "x" / "县1汇总.xlsx"], roster(above))
    assert [(one.code, [file.role.value for file in one.files]) for one in top.units] == [
        ("9", ["counted", "duplicate"]),
        ("C1", []),
    ]


# --- 计入 ------------------------------------------------------------------------------------------------------------


def switched(path: Path, code: str, sheets: tuple[str, ...], said: float) -> None:
    """Change 计入 of a unit by hand, and a number that must not matter."""
    book = openpyxl.load_workbook(path)
    for sheet in sheets:
        rows = [list(row) for row in book[sheet].iter_rows()]
        header = next(number for number, row in enumerate(rows) if any(cell.value == "计入" for cell in row))
        place = [cell.value for cell in rows[header]].index("计入")
        for row in rows[header + 1 :]:
            if row[0].value == code:
                row[place].value = said
                row[place + 1].value = 999
    book.save(path)


@pytest.mark.parametrize(
    ("sheets", "said", "total", "reason"),
    [
        ((), 0, 20.0, "由「县1汇总.xlsx」报来。"),
        (("明细-A01", "明细-B01"), 0, 10.0, "由「县1汇总.xlsx」报来；下级汇总的「计入」已改为不计入。"),
        (("明细-A01", "明细-B01"), 1, 20.0, "由「县1汇总.xlsx」报来。"),
        (
            ("明细-B01",),
            0,
            10.0,
            "由「县1汇总.xlsx」报来；下级汇总各张明细表的「计入」不一致，没有计入，请与下级核对。",
        ),
    ],
)
def test_the_level_above_follows_the_column(
    tmp_path: Path, sheets: tuple[str, ...], said: float, total: float, reason: str
) -> None:
    a, b = (unit(code, "学会", "市级") for code in "ab")
    for one in (a, b):
        put(tmp_path / f"{one.code}.xlsx", one, ONE)
    path = county(tmp_path, 1, a, b)
    switched(path, "a", sheets, said)
    top = merged(path, roster(unit("S", level="市级")))
    assert Rollup.of(top).totals["A01"]["01"] == total
    assert next(one.reason for one in top.units if one.code == "a") == reason


def test_a_faulty_return_that_is_switched_on_counts_above_too(tmp_path: Path) -> None:
    a = unit("a")
    put(tmp_path / "a.xlsx", a, ONE, errors=1)
    path = county(tmp_path, 1, a)
    switched(path, "a", ("明细-A01",), 1)
    top = merged(path, roster(unit("S")))
    assert Rollup.of(top).totals["A01"]["01"] == 10
    assert "下级汇总的「计入」已改为计入" in top.units[2].reason


def test_a_store_in_between_changes_nothing(tmp_path: Path) -> None:
    """What comes from below is taken apart anew each time; the second run reads no file."""
    a, b = unit("a"), unit("b")
    put(tmp_path / "in" / "a.xlsx", a, ONE)
    put(tmp_path / "in" / "b.xlsx", b, ONE, errors=1)
    result, units = county(tmp_path / "in", 1, a, b), roster(unit("S"))
    put(tmp_path / "a2.xlsx", a, {"A01": {"01": 7.0}}, saved="2025-03-09T08:00:00Z")
    paths = [result, tmp_path / "a2.xlsx"]
    plain = merged(paths, units)

    def again(read: ReadReturns) -> dict[str, Any]:
        job = MergeJob(paths, units, survey())
        kept = merge_into(Store(tmp_path / "S.duckdb"), job, read=read, audit=fake_audit)
        return describe_merge(kept, Rollup.of(kept))

    def unread(path: Path) -> Submission | Refusal:
        raise AssertionError(f"{path} was read again")

    assert again(FAKE) == again(one_by_one(unread)) == describe_merge(plain, Rollup.of(plain))


# --- what is refused -------------------------------------------------------------------------------------------------


def refused(path: Path, units: Roster, **options: Any) -> tuple[str, str]:
    """Return status and reason of the one file that nothing came out of."""
    result = merged(path, units, **options)
    assert [one for one in result.units if one.submission] == []
    (only,) = result.strays
    return only.status.value, only.reason


def test_results_that_cannot_be_used_are_refused_whole(tmp_path: Path) -> None:
    a, top = unit("a"), roster(unit("S"))
    put(tmp_path / "a.xlsx", a, ONE)
    path = county(tmp_path, 1, a)
    other_year = "这是 2024 年度的表，本次合并的是 2023 年度，请报送 2023 年度的表。"
    assert refused(path, top, year=2023) == ("other_year", other_year)
    assert refused(path, roster(unit("C1"), a)) == ("not_ours", "这是本级自己的汇总，没有再并入一次。")
    assert merged(path, roster(unit("C1"), unit("z"))).strays == ()
    book = openpyxl.load_workbook(path)
    book["_units"]["A3"] = str(book["_units"]["A3"].value).replace("10.0", "11.0")
    book.save(path)
    changed = "汇总里给上级用的数据不完整或被改动过，请下级重新汇总后报送。"
    assert refused(path, top) == ("unreadable", changed)
    book["_meta"]["B2"] = "0.9"
    book.save(path)
    assert refused(path, top)[0] == "other_version"


def test_other_commands_say_what_it_is(tmp_path: Path) -> None:
    path = county(tmp_path, 1, unit("a"))  # nothing came in, so nobody said a year
    assert isinstance(read(path, surveys=lambda _: survey()), Refusal)
    put(tmp_path / "a.xlsx", unit("a"), ONE)
    found = read(county(tmp_path, 1, unit("a")), surveys=lambda _: survey())
    assert isinstance(found, Refusal)
    assert found.reason.startswith("这是下级的汇总，不是一个单位的报表")


def test_contacts_of_the_roster_stay_where_they_are(tmp_path: Path) -> None:
    a = replace(unit("a"), contact="某某", phone="000")
    put(tmp_path / "a.xlsx", a, ONE)
    book = openpyxl.load_workbook(county(tmp_path, 1, a))
    assert (book["_units"].sheet_state, book["_meta"].sheet_state) == ("veryHidden", "veryHidden")
    line = json.loads(str(book["_units"]["A3"].value))
    assert line["unit"] == {
        "code": "a",
        "name": "单位a",
        "uscc": "",
        "kind": "科协",
        "level": "县级",
        "region": "110101",
    }
