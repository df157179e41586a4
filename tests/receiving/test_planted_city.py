"""Whole cities with every disorder planted: each is found and named, none is lost, and the totals are right."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random

import pandas as pd
import pytest

from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob, merge
from addin.roster import ReportingUnit, Roster
from addin.store.acts import read_acts
from addin.store.remember import merge_into
from addin.store.store import Store
from addin.summary.consolidate import consolidated, write_summary
from addin.summary.doubles import list_doubles
from addin.summary.once import sum_once
from addin.summary.rollup import Rollup
from addin.tampering.examine import read_examined
from addin.tracking.orders import Order
from addin.tracking.settle import Known
from templates.content import Content, Value
from templates.layout import COLUMNS, WorkbookLayout, name_column
from templates.migration import Migration
from templates.model import Indicator, Survey, UnitKind
from templates.words import lookup
from tests.support import vandals
from tests.support.mailbag import one_by_one
from tests.support.planted.city import (
    COUNTY_KEY,
    KEY,
    YEAR,
    City,
    Filled,
    Told,
    broken,
    nothing,
    of_another_round,
    resubmitted,
    tied,
    twice,
)
from tests.support.planted.post import day, saved
from tests.support.returns import FIRST_ROW, MINI, a_complete_return, named


def told(result: Merged) -> list[Told]:
    """Return every file as the list of units or the list of unused files has it."""
    listed = [file for one in result.units for file in one.files if file.counted] + result.unused
    return [Told(file.shown, file.role.value, file.status.value, file.reason) for file in listed]


def by_pandas(numbers: dict[str, dict[tuple[str, str], float]]) -> dict[tuple[str, str], float]:
    """Return sums of what was planted, by form and code."""
    lines = [(form, code, value) for cells in numbers.values() for (form, code), value in cells.items()]
    sums = (
        pd.DataFrame(lines, columns=["form", "code", "value"]).groupby(["form", "code"], as_index=False)["value"].sum()
    )
    return {
        (str(form), str(code)): round(float(value), 6)
        for form, code, value in zip(sums["form"], sums["code"], sums["value"], strict=True)
    }


def summed(result: Merged, **only: str) -> dict[tuple[str, str], float]:
    """Return the product's totals, or those of a group."""
    rollup = Rollup.of(result)
    totals = rollup.totals
    for by, value in only.items():
        totals = next((group.totals for group in rollup.groups if (group.by, group.value) == (by, value)), {})
    return {(form, code): value for form, cells in totals.items() for code, value in cells.items()}


# --- a city of the tiny survey ---------------------------------------------------------------------------------------


PARTS = UnitKind("部室", ("M1",), ("市级",), part=True)
NOW = replace(named(), kinds=(*MINI.kinds, PARTS), migrations=(Migration("0.9", {("M1", "15"): ("M1", "14")}),))


def before(survey: Survey) -> Survey:
    """Return the definitions of the year before: one row had another code."""
    first, *others = survey.forms
    rows = tuple(replace(r, code="15") if isinstance(r, Indicator) and r.code == "14" else r for r in first.rows)
    forms = [replace(first, rows=rows), *others]
    return replace(survey, version="0.9", hash="older", forms=tuple(forms), rules=(), migrations=())


def merged(job: MergeJob) -> Merged:
    """Merge in this process: the survey was changed in memory, and lies in no folder that a worker could load."""
    survey = job.survey
    read = partial(read_examined, survey=survey.id, older=True, surveys=lambda _id: survey)
    return merge(job, read=one_by_one(read))


WHY = "按原始记录逐项核对，数字来自业务系统"


def fill_mini(unit: ReportingUnit, random: Random) -> Filled:
    """Return a return without errors, every row of it explained."""
    content = a_complete_return().content
    rows: dict[int, dict[str, Value]] = {}
    for row in range(FIRST_ROW, FIRST_ROW + random.randrange(4)):
        size = random.choice(["大型", "小型"])
        cells: dict[str, Value] = {"活动名称": f"活动{row}", "日期": date(2024, 5, row), "规模": size}
        rows[row] = (
            cells | {"参加人次": float(random.randrange(100, 900))} | ({"线上人次": 0.0} if size == "大型" else {})
        )
    live = list(rows.values())
    if rows:
        rows[FIRST_ROW + 9] = {
            "活动名称": "撤销的",
            "规模": "大型",
            "参加人次": 5.0,
            "线上人次": 0.0,
            "记录状态": "注销",
        }
    halls = float(random.randrange(2, 30))
    typed = {
        "06": halls,
        "07": float(random.randrange(int(halls) - 1)),
        "08": random.randrange(1, 200) / 100,
        "09": float(random.randrange(10**6)),
        "12": sum(float(str(cells["参加人次"])) for cells in live),
        "14": float(random.randrange(50)),
    }
    if unit.level == "市级":
        typed["13"] = float(random.randrange(2))
    texts = {"01": unit.name, "02": "91110000600037341L", "03.1": "重庆市", "04": "1", "04.1": "甲馆"}
    content.values["M1"] = {**texts, **typed}
    content.ledgers = {"活动": rows}
    numbers = {("M1", code): value for code, value in typed.items()}
    numbers[("M1", "10")] = float(len(live))
    numbers[("M1", "11")] = float(sum(cells["规模"] == "大型" for cells in live))
    if unit.kind == "乙类":
        members = float(random.randrange(10, 90))
        content.values["M2"] = {"01": members, "02": members - 3, "x01": 0.0}
        numbers |= {("M2", "01"): members, ("M2", "02"): members - 3, ("M2", "x01"): 0.0}
    content.notes = {form: dict.fromkeys(content.values[form], WHY) for form in ("M1", "M2") if form in content.values}
    return content, numbers


def mini_units(count: int) -> list[ReportingUnit]:
    """Return so many units of two kinds and levels."""
    kinds = [("甲类", "县级"), ("甲类", "市级"), ("乙类", "市级")]
    return [
        ReportingUnit(f"{number:04d}", f"单位{number:04d}", "", *kinds[number % 3], f"{500101 + number % 7}")
        for number in range(count)
    ]


def faulty(city: City) -> None:
    """A text in a number cell, a part above its whole."""
    for name, cells in (("n-文字.xlsx", {"06": "约 5"}), ("n-其中.xlsx", {"07": 99.0})):
        unit = city.next()
        city.made(unit, name, spoilt={"M1": dict(cells)})
        city.told(name, "counted", "has_errors")
        city.states[unit.code] = ("faulty", False)


def unexplained(city: City) -> None:
    """No error; a credit code whose check digit is odd, and not a word on it. With a word it counts."""
    odd: dict[str, dict[str, Value]] = {"M1": {"02": "91110000600037342L"}}
    unit = city.next()
    city.made(unit, "u-没有说明.xlsx", spoilt=odd, explained=False)
    city.told("u-没有说明.xlsx", "counted", "unexplained")
    city.states[unit.code] = ("unexplained", False)
    unit = city.next()
    city.counted(unit, "u-已说明.xlsx", city.made(unit, "u-已说明.xlsx", spoilt=odd)[1])


FORM = WorkbookLayout(NOW, "甲类", "县级").forms["M1"]
MESSAGE, NAME = (f"{name_column(column)}{FORM.rows['06']}" for column in (COLUMNS.message, COLUMNS.name))

TAMPERED: dict[str, tuple[vandals.Deed, str]] = {
    "formula": (vandals.put("M1", MESSAGE, "没有问题"), "formula"),
    "label": (vandals.put("M1", NAME, "场馆总数"), "label"),
    "renamed": (vandals.rename("M1", "场馆"), "sheet_renamed"),
    "order": (vandals.by_openpyxl(lambda book: book.move_sheet("M1", 1)), "sheet_order"),
    "deleted": (
        vandals.by_openpyxl(lambda book: book.remove(book[lookup("workbook.sheets.results")])),
        "sheet_missing",
    ),
    "row": (vandals.by_openpyxl(lambda book: book["M1"].insert_rows(15)), "rows"),
    "column": (vandals.by_openpyxl(lambda book: book["M1"].insert_cols(5)), "columns"),
    "open": (vandals.by_openpyxl(lambda book: book["M1"].protection.disable()), "unprotected"),
    "linked": (vandals.linked, "links"),
    "hidden": (vandals.hide("M1", row=FORM.rows["06"]), "hidden_rows"),
    "comment": (vandals.comment("M1", f"{name_column(COLUMNS.value)}{FORM.rows['06']}", "估计数"), "comment"),
    "macros": (vandals.part("xl/vbaProject.bin"), "macros"),
}
"""What is done to a unit's workbook, and the kind of finding that tells it. Only macros are an error."""


def tampered(city: City) -> None:
    """What is not the unit's to change was changed; the numbers are taken in all the same."""
    for name, (deed, kind) in TAMPERED.items():
        unit = next(one for one in city.waiting if (one.kind, one.level) == ("甲类", "县级"))
        city.waiting.remove(unit)
        path, numbers = city.made(unit, f"q-{name}.xlsx", day(3))
        deed(path)
        saved(path, day(3))
        city.tampering[unit.code] = {f"tamper.{kind}"}
        if kind == "macros":
            city.told(f"q-{name}.xlsx", "counted", "has_errors")
            city.states[unit.code] = ("faulty", False)
        else:
            city.counted(unit, f"q-{name}.xlsx", numbers)


def part_of_a_unit(city: City) -> None:
    """A part is audited and listed, and counts in its parent's return only."""
    unit = next(one for one in city.units if one.kind == PARTS.name)
    city.waiting.remove(unit)
    city.made(unit, "o-部室.xlsx")
    city.told("o-部室.xlsx", "counted")
    city.states[unit.code] = ("passed", False)


def county(city: City) -> None:
    """A county's result: one unit also sent directly, one again later; one is faulty, one sent nothing."""
    head = ReportingUnit("K0", "某县", "", "甲类", "县级", "500229")
    units = [head, *(replace(head, code=f"K{n}", name=f"某县单位{n}", parent="K0") for n in range(1, 5))]
    below = City(city.survey, city.older, city.fill, units, city.folder / "县", seed=9)
    for unit in units[:4]:
        spoilt: dict[str, dict[str, Value]] = {"M1": {"07": 99.0}} if unit.code == "K3" else {}
        _, below.numbers[unit.code] = below.made(unit, f"{unit.code}.xlsx", day(2), spoilt)
    result = merged(MergeJob([below.post], Roster(tuple(units)), city.survey, keys=[KEY]))
    (city.post / "某县").mkdir()
    write_summary(result, Rollup.of(result), below.folder / "汇总.xlsx", COUNTY_KEY)
    shutil.copy(below.folder / "汇总.xlsx", city.post / "某县")
    carried = {unit.code: f"某县/汇总.xlsx › {unit.name}" for unit in units}
    for code in ("K0", "K2"):
        city.told(carried[code], "counted")
        city.states[code], city.numbers[code] = ("passed", True), below.numbers[code]
    shutil.copy(below.post / "K2.xlsx", city.post / "p-直报.xlsx")
    city.told("p-直报.xlsx", "duplicate", "ok", "merge.reason.duplicate", file=carried["K2"])
    city.counted(units[1], "p-重报.xlsx", city.made(units[1], "p-重报.xlsx", day(8))[1])
    city.superseded(carried["K1"], "p-重报.xlsx", day(8))
    city.told(carried["K3"], "counted", "has_errors")
    city.states |= {"K3": ("faulty", False), "K4": ("missing", False)}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Two hundred units, and a county."""
    part = ReportingUnit("0199-1", "单位0199办公室", "", PARTS.name, "市级", "500101", "0199")
    units = [*mini_units(199), part]
    planted = City(NOW, before(NOW), fill_mini, units, tmp_path_factory.mktemp("city"))
    part_of_a_unit(planted)
    faulty(planted)
    unexplained(planted)
    tampered(planted)
    county(planted)
    planted.plant()
    return planted


@pytest.fixture(scope="module")
def received(city: City) -> Merged:
    """What merging makes of it."""
    return merged(MergeJob([city.post], Roster(tuple(city.units)), city.survey, keys=[KEY, COUNTY_KEY]))


def test_every_file_is_told_once_with_its_reason(city: City, received: Merged) -> None:
    found = told(received)
    assert sorted(found, key=lambda one: one.file) == sorted(city.files, key=lambda one: one.file)
    assert max(Counter(one.file for one in found).values()) == 1


def test_no_file_is_lost(city: City, received: Merged) -> None:
    """Whatever lies in the post is on the list: by itself, or as what it holds."""
    heads = {one.file.split(" › ")[0] for one in told(received)}
    assert heads == {path.relative_to(city.post).as_posix() for path in city.post.rglob("*") if path.is_file()}


def test_every_unit_has_its_state(city: City, received: Merged) -> None:
    assert {one.code: (one.state.value, one.counts) for one in received.units} == city.states
    assert len(received.units) == len(city.states) == 205


def test_tampering_is_named_and_nobody_else_is_accused(city: City, received: Merged) -> None:
    found = {
        one.code: {each.rule for each in one.findings if each.rule.startswith("tamper.")} for one in received.units
    }
    assert {code: rules for code, rules in found.items() if rules} == city.tampering


def test_the_totals_are_what_was_planted(city: City, received: Merged) -> None:
    assert summed(received) == by_pandas(city.numbers)
    by_code = {one.code: one for one in received.units}
    for by, value in (("level", "县级"), ("kind", "乙类")):
        members = {code: cells for code, cells in city.numbers.items() if getattr(by_code[code], by) == value}
        assert summed(received, **{by: value}) == by_pandas(members)


def test_the_reference_counts_every_thing_once(received: Merged) -> None:
    """Every unit has activities of the same names and days: each counts for the first unit that counts and has it.

    Worked out row by row, and by none of the product's comparing: what a unit has that an earlier one has, too, is
    taken off the sums that were planted.
    """
    reported, once = summed(received), dict(summed(received))
    owner: dict[tuple[str, date], str] = {}
    for one in received.units:
        rows = one.submission.content.ledgers.get("活动", {}) if one.submission and one.counts else {}
        for row in (row for row in rows.values() if row.get("记录状态") != "注销"):
            if owner.setdefault((str(row["活动名称"]), as_day(row["日期"])), one.code) != one.code:
                taken = {"10": 1.0, "11": float(row["规模"] == "大型"), "12": float(str(row["参加人次"]))}
                once |= {("M1", code): once["M1", code] - number for code, number in taken.items()}
    rollup = Rollup.of(received)
    found = sum_once(received, rollup, list_doubles(received).doubled)
    assert {(form, code): value for form, cells in found.items() for code, value in cells.items()} == once
    assert len(owner) == once["M1", "10"] == 3 < reported["M1", "10"]


def as_day(value: Value) -> date:
    assert isinstance(value, date)
    return value


def test_the_reasons_stand_in_the_consolidated_workbook(received: Merged) -> None:
    data = consolidated(received, Rollup.of(received))
    listed = Counter((line.file, line.reason) for line in data.unused_files)
    assert listed == Counter((file.shown, file.reason) for file in received.unused)
    asks = [line for line in data.units if "--prefer" in line.reason]
    assert [line.file.split("\n") for line in asks] == [["g-2.xlsx", "g-1.xlsx"]]


def test_one_level_up_nothing_changes(city: City, received: Merged, tmp_path: Path) -> None:
    write_summary(received, Rollup.of(received), tmp_path / "市.xlsx", KEY)
    top = Roster((ReportingUnit("P", "省", "", "甲类", "市级", ""),))
    above = merged(MergeJob([tmp_path / "市.xlsx"], top, city.survey, keys=[KEY]))
    assert {one.code: one.counts for one in above.units if one.code != "P"} == {
        one.code: one.counts for one in received.units
    }
    assert summed(above) == by_pandas(city.numbers)


# --- a small city of the installed survey ----------------------------------------------------------------------------


def test_a_city_of_the_installed_survey(kx: Survey, tmp_path: Path) -> None:
    """Returns with a few numbers in them: full of blanks, so they count only because it is asked for."""
    survey = replace(kx, migrations=(Migration("0.9", {}),))

    def cells(unit: ReportingUnit) -> list[Indicator]:
        forms = survey.forms_of(unit.kind)
        rows = [row for form in forms for row in form.indicators.values()]
        return [row for row in rows if row.kind.is_number and row.typed_by(unit.kind, unit.level)]

    def fill(unit: ReportingUnit, random: Random) -> Filled:
        content, numbers = Content(), {}
        for row in random.sample(cells(unit), 25):
            numbers[row.form, row.code] = float(random.randrange(1, 10**6))
            content.set(row.form, row.code, numbers[row.form, row.code])
        return content, numbers

    kind = survey.kinds[0]
    units = [
        ReportingUnit(str(n), f"单位{n}", "", kind.name, kind.levels[n % len(kind.levels)], "500103") for n in range(15)
    ]
    planted = City(survey, replace(survey, version="0.9", hash="older"), fill, units, tmp_path)
    planted.plant([nothing, twice, resubmitted, tied, of_another_round, broken])
    result = merged(MergeJob([planted.post], Roster(tuple(units)), survey, include_faulty=True, keys=[KEY]))
    judged = {"counted": "has_errors", "undecided": "has_errors"}
    expected = [replace(one, status=judged.get(one.role, one.status)) for one in planted.files]
    assert sorted(told(result), key=lambda one: one.file) == sorted(expected, key=lambda one: one.file)
    sums = summed(result)
    by_level = {(row.form, row.code) for form in survey.forms for row in form.indicators.values() if row.adds_by_level}
    wanted = {cell: value for cell, value in by_pandas(planted.numbers).items() if cell not in by_level}
    assert {cell: sums[cell] for cell in wanted} == wanted
    assert {value for cell, value in sums.items() if cell not in wanted} <= {0.0}


# --- a small city whose officers act ---------------------------------------------------------------------------------


def settled(job: MergeJob, store: Path, orders: dict[str, Order]) -> Merged:
    """Merge as the command does, with a store, in this process."""
    survey = job.survey
    read = partial(read_examined, survey=survey.id, older=True, surveys=lambda _id: survey)
    return merge_into(Store(store), job, read=one_by_one(read), asked=Known(orders=orders))


def test_a_round_in_which_officers_act(tmp_path: Path) -> None:
    """Accepted and saved again, or sent anew; sent back and unchanged, or mended; given time; refused."""
    units = mini_units(6)
    kept, anew, unchanged, mended, waited, refused = units
    city = City(NOW, before(NOW), fill_mini, units, tmp_path)
    wrong: dict[str, dict[str, Value]] = {"M1": {"07": 99.0}}
    numbers = {}
    for unit in (kept, anew, unchanged, mended, refused):
        spoilt = {} if unit in (kept, anew) else wrong
        numbers[unit.code] = city.made(unit, f"{unit.code}.xlsx", day(2), spoilt)[1]
    accept, back = Order("审核通过", "", "李某"), Order("退回", "请核对场馆", "张某")
    orders = {unit.code: accept for unit in (kept, anew, refused)} | {unit.code: back for unit in (unchanged, mended)}
    orders[waited.code] = Order("延期至", "2025-04-18", "李某")
    job = MergeJob([city.post], Roster(tuple(units)), NOW, keys=[KEY], moment=day(40))
    first = settled(job, tmp_path / "S.duckdb", orders)
    for unit in (kept, unchanged):
        copy = Path(shutil.copy(city.post / f"{unit.code}.xlsx", city.post / f"{unit.code}-再存.xlsx"))
        saved(copy, day(9))
    for unit in (anew, mended):
        numbers[unit.code] = city.made(unit, f"{unit.code}-重报.xlsx", day(9))[1]
    second = settled(replace(job, moment=day(44)), tmp_path / "S.duckdb", {})

    def stand(result: Merged) -> list[tuple[str, str, bool, str]]:
        return [
            (one.code, one.state.value, one.counts, one.reason.removesuffix(one.reason_found)) for one in result.units
        ]

    no = "没有照办：还有错误，不能审核通过：请退回单位改正，数只由单位改；"
    sent_back = "4-10 第 1 次退回（张某），请于 4-15 前重报：请核对场馆；"
    assert stand(first) == [
        (kept.code, "accepted", True, "4-10 审核通过（李某）。"),
        (anew.code, "accepted", True, "4-10 审核通过（李某）。"),
        (unchanged.code, "sent_back", False, sent_back),
        (mended.code, "sent_back", False, sent_back),
        (waited.code, "missing", False, "4-10 延期至 4-18（李某）；"),
        (refused.code, "faulty", False, no),
    ]
    voided = f"审核通过的内容已由「{anew.code}-重报.xlsx」改动，4-14 起作废，请重新审核；"
    same = f"4-14 原样发回：「{unchanged.code}-再存.xlsx」与退回的内容相同，没有改；"
    assert stand(second) == [
        (kept.code, "accepted", True, "4-10 审核通过（李某）；"),
        (anew.code, "passed", True, voided),
        (unchanged.code, "sent_back", False, f"{sent_back}{same}"),
        (mended.code, "passed", True, "第 1 次退回后重报；"),
        (waited.code, "missing", False, "4-10 延期至 4-18（李某）；"),
        (refused.code, "faulty", False, ""),
    ]
    acts = read_acts(Store(tmp_path / "S.duckdb"), NOW.id, YEAR)
    assert {unit: [act.kind.value for act in told.acts] for unit, told in acts.items()} == {
        kept.code: ["accepted"],
        anew.code: ["accepted", "voided"],
        unchanged.code: ["sent_back", "unchanged"],
        mended.code: ["sent_back"],
        waited.code: ["extended"],
    }
    assert summed(second) == by_pandas({unit.code: numbers[unit.code] for unit in (kept, anew, mended)})
