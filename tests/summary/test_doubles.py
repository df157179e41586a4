"""疑似重复: rows of two units that are one thing, what an officer says of them, and the sums with every thing once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from addin.package.refusal import FileStatus
from addin.receiving.acts import ActKind
from addin.receiving.outcomes import FileOutcome, Merged, Role, State, UnitOutcome
from addin.receiving.receive import MergeJob
from addin.roster import ReportingUnit
from addin.store.acts import read_standings, record_acts
from addin.store.remember import merge_into
from addin.store.store import Store
from addin.summary.consolidate import write_summary
from addin.summary.doubles import carry_out_doubles, describe_doubles, list_doubles, send_back_doubles
from addin.summary.duplicates import find_same_things
from addin.summary.once import sum_once
from addin.summary.rollup import Rollup
from addin.summary.verdicts import read_verdicts
from templates.across import Across, SameThing
from templates.content import Value
from templates.model import Survey
from tests.support.mailbag import FAKE, definitions, fake_audit, finding, put, roster, unit
from tests.support.returns import FIRST_ROW, MINI, YEAR, a_return

Row = Mapping[str, Value]


def held(name: str, day: int | None = 1, people: float = 100.0, **more: Value) -> Row:
    """Return a row of 活动 that day of May."""
    row: dict[str, Value] = {"活动名称": name, "规模": "小型", "参加人次": people}
    return row | ({"日期": date(2024, 5, day)} if day else {}) | more


def sent(code: str, *rows: Row, typed: float | None = None, survey: Survey = MINI, **more: Any) -> UnitOutcome:
    """Return a unit with these rows, which holds what they come to in its cell, or what it ``typed``."""
    people = sum(float(str(row["参加人次"])) for row in rows if row.get("记录状态") != "注销")
    submission = a_return({"12": people if typed is None else typed, "14": 3.0}, rows)
    identity = replace(submission.identity, code=code, name=f"单位{code}")
    who = ReportingUnit(code, identity.name, "", identity.kind, identity.level, "500101")
    file = FileOutcome(f"{code}.xlsx", Role.COUNTED, FileStatus.OK)
    return UnitOutcome(who, (file,), replace(submission, identity=identity), **more)


def together(*units: UnitOutcome, survey: Survey = MINI) -> Merged:
    return Merged(survey, YEAR, units, ())


def found(*units: UnitOutcome, survey: Survey = MINI) -> list[list[tuple[str, int]]]:
    """Return the groups as codes of units with the places of the rows."""
    groups = find_same_things(together(*units, survey=survey))
    return [[(row.unit.code, row.row - FIRST_ROW) for row in group.rows] for group in groups]


TALK, LIKE = "人工智能与制造业融合研讨会", "2024年“人工智能与制造业”融合学术研讨会"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ([held(TALK)], [held(TALK)], True),
        ([held(TALK)], [held(f" {TALK}（")], True),
        ([held(TALK, 1)], [held(LIKE, 4)], True),
        ([held(TALK, 1)], [held(LIKE, 5)], False),
        ([held(TALK, 1)], [held(TALK, 5)], False),
        ([held(TALK, None)], [held(TALK)], False),
        ([held(TALK)], [held(TALK, 记录状态="注销")], False),
        ([held("第九届" + TALK)], [held("第十届" + TALK)], False),
        ([held("第十届" + TALK)], [held("第10届" + TALK)], True),
        ([held("")], [held("")], False),
        ([held(TALK), held(TALK)], [held("别的活动")], False),  # within one unit its own audit tells it
    ],
)
def test_what_is_one_thing(one: Sequence[Row], other: Sequence[Row], same: bool) -> None:
    assert bool(found(sent("1", *one), sent("2", *other))) is same


def test_a_group_holds_all_rows_that_are_linked() -> None:
    """Alike is passed on; several things make several groups, in the order of the roster; the third unit has one of
    them under another name."""
    units = [
        sent("1", held("开幕式"), held(TALK, 3)),
        sent("2", held(TALK, 1), held("科普大集", 9)),
        sent("3", held(LIKE, 5), held("科普大集", 9), held("科普大集", 20)),
    ]
    assert found(*units) == [[("1", 1), ("2", 0), ("3", 0)], [("2", 1), ("3", 1)]]


def test_what_is_handed_up_is_no_duplicate() -> None:
    """A part and the unit it is composed into; a unit of which several files contend; one that sent nothing."""
    units = [
        sent("1", held(TALK)),
        sent("1-1", held(TALK), part=True),
        sent("2", held(TALK), undecided=True),
        replace(sent("3"), submission=None),
    ]
    assert found(*units) == []
    assert found(*units, sent("4", held(TALK))) == [[("1", 0), ("4", 0)]]


BY_NUMBER = replace(
    MINI, across=Across((SameThing("活动", "活动名称", id="规模", agree=("备注",), alike=0.75),))
)  # any two texts will do: here 规模 plays the number, 备注 the owner


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"规模": "50-1001/N", "活动名称": "甲刊"}, {"规模": "５０－１００１／Ｎ", "活动名称": "乙"}, True),
        ({"规模": "50-1001/N", "活动名称": TALK}, {"规模": "50-1002/N", "活动名称": TALK}, False),
        ({"规模": "", "活动名称": TALK}, {"规模": "50-1002/N", "活动名称": TALK}, True),
        ({"规模": "CN50-1002/N", "活动名称": TALK}, {"规模": "50-1002/N", "活动名称": TALK}, True),
        ({"规模": "无", "活动名称": "甲刊"}, {"规模": "无", "活动名称": "乙刊物"}, False),
        (
            {"规模": "", "活动名称": TALK, "备注": "长安汽车"},
            {"规模": "", "活动名称": TALK, "备注": "重庆长安汽车公司"},
            True,
        ),
        ({"规模": "", "活动名称": TALK, "备注": "长安汽车"}, {"规模": "", "活动名称": TALK, "备注": "市医院"}, False),
    ],
)
def test_a_number_tells_more_than_a_name(one: Row, other: Row, same: bool) -> None:
    units = [sent(code, {"参加人次": 1.0} | dict(row)) for code, row in (("1", one), ("2", other))]
    assert bool(found(*units, survey=BY_NUMBER)) is same


# --- the sums --------------------------------------------------------------------------------------------------------


def sums(merged: Merged) -> tuple[dict[str, float], dict[str, float]]:
    """Return the sums as reported and with every thing once."""
    rollup = Rollup.of(merged)
    return rollup.totals["M1"], sum_once(merged, rollup, list_doubles(merged).doubled)["M1"]


def test_every_thing_counts_once_in_the_reference() -> None:
    """What ledgers give, what is held against them; a row that was typed without its ledger is not made less than 0."""
    units = [
        sent("1", held(TALK, people=100), held("开幕式", 9, people=7)),
        sent("2", held(TALK, people=80), held("闭幕式", 9, people=5, 规模="大型")),
        sent("3", held(TALK, people=60), typed=20),
    ]
    reported, once = sums(together(*units))
    assert reported == {"10": 5.0, "11": 1.0, "12": 107.0 + 85.0 + 20.0, "14": 9.0}
    assert once == {"10": 3.0, "11": 1.0, "12": 107.0 + 5.0 + 0.0, "14": 9.0}


def test_what_does_not_count_takes_nothing_away() -> None:
    faulty = sent("1", held(TALK, people=100), findings=(finding(),))
    reported, once = sums(together(faulty, sent("2", held(TALK, people=80))))
    assert reported == once == {"10": 1.0, "11": 0.0, "12": 80.0, "14": 3.0}


# --- what an officer says --------------------------------------------------------------------------------------------


def summarised(merged: Merged, path: Path) -> None:
    write_summary(merged, Rollup.of(merged), path)


def say_of(path: Path, **verdicts: str) -> None:
    """Type a verdict, and a name, beside the row of each unit: ``u1="不重复"``."""
    book = openpyxl.load_workbook(path)
    sheet = book["疑似重复"]
    header = [cell.value for cell in sheet[3]]
    for row in sheet.iter_rows(min_row=4):
        if said := verdicts.get(f"u{row[header.index('单位代码')].value}"):
            for name, text in (("认定", said), ("经办人", "王某")):
                cell = row[header.index(name)]
                assert not cell.protection.locked
                cell.value = text
    book.save(path)


def shown(path: Path) -> list[tuple[Any, ...]]:
    """Return of each line: group, unit, row, 去重后, 认定, 经办人, 说明."""
    with CalamineWorkbook.from_path(str(path)) as book:
        rows = book.get_sheet_by_name("疑似重复").to_python()
    return [(row[0], row[2], row[4], *row[8:12]) for row in rows[3:] if row[2] not in ("", "单位代码")]


WHY = "「活动名称」相同，「日期」相差不超过 3 天"
OWN, APART, OPEN = "由本单位计", "不重复", "待定"


def three() -> list[UnitOutcome]:
    return [sent(code, held(TALK, people=people)) for code, people in (("1", 100.0), ("2", 80.0), ("3", 60.0))]


@pytest.mark.parametrize(
    ("said", "counted", "back"),
    [
        ({}, ["计", "不计", "不计"], []),
        ({"u2": OWN}, ["不计", "计", "不计"], ["1", "3"]),
        ({"u3": APART}, ["计", "不计", "计"], []),
        ({"u2": OWN, "u3": APART}, ["不计", "计", "计"], ["1"]),
        ({"u2": OPEN}, ["计", "不计", "不计"], []),
        ({"u2": OWN, "u3": OPEN}, ["不计", "计", "不计"], ["1"]),
        ({"u1": APART, "u2": APART, "u3": APART}, ["计", "计", "计"], []),
        ({"u1": OWN, "u2": OWN}, ["计", "不计", "不计"], []),
        ({"u1": "问过了"}, ["计", "不计", "不计"], []),
    ],
)
def test_what_is_said_decides_and_is_kept(
    said: dict[str, str], counted: list[str], back: list[str], tmp_path: Path
) -> None:
    path, merged = tmp_path / "汇总.xlsx", together(*three())
    summarised(merged, path)
    say_of(path, **said)
    for _ in range(2):
        settled = list_doubles(merged, read_verdicts(path))
        assert [act.unit for act in send_back_doubles(merged, settled)] == back
        summarised(merged, path)
        lines = shown(path)
        assert [line[3] for line in lines] == counted
        texts = [(said.get(f"u{code}", ""), "王某" if f"u{code}" in said else "") for code in "123"]
        assert [line[4:6] for line in lines] == texts


def test_the_reason_names_the_units_own_row_alone(tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    merged = together(sent("1", held(TALK)), sent("2", held("别的", 20), held(LIKE)))
    summarised(merged, path)
    say_of(path, u1=OWN)
    (act,) = send_back_doubles(merged, list_doubles(merged, read_verdicts(path)))
    assert (act.kind.value, act.unit, act.by) == ("sent_back", "2", "王某")
    assert act.reason == (
        f"台账「活动」第 {FIRST_ROW + 1} 行「{LIKE}」，另有单位也登记了，经核定由另一单位计。"
        "请删去这一行，核对由它得出的数后重报；认为应由本单位计的，请与我们联系。"
    )


def test_a_later_file_voids_what_was_said(tmp_path: Path) -> None:
    """Also where it came from the other unit; what is new is not decided by what was said before; the rest is kept."""
    path = tmp_path / "汇总.xlsx"
    summarised(together(*three()[:2]), path)
    say_of(path, u1=OWN)
    later = together(*three())
    summarised(later, path)
    assert [line[3:] for line in shown(path)] == [
        ("计", OWN, "王某", WHY),
        ("不计", "", "", ""),
        ("不计", "", "", "上次认定以后才出现，请另行认定。"),
    ]
    one, _, last = three()
    changed = together(one, sent("2", held(TALK, people=81.0)), last)
    assert send_back_doubles(changed, list_doubles(changed, read_verdicts(path))) == []
    summarised(changed, path)
    void = f"{WHY}\n原认定「{OWN}」（王某）已作废：单位2后来重报了，请重新认定。"
    assert [line[3:] for line in shown(path)] == [("计", "", "", void), ("不计", "", "", ""), ("不计", "", "", "")]


def test_what_was_said_of_a_row_that_is_gone_is_kept(tmp_path: Path) -> None:
    """And stands where it stood when the row is back as it was."""
    path = tmp_path / "汇总.xlsx"
    merged = together(*three()[:2])
    summarised(merged, path)
    say_of(path, u1=OWN)
    summarised(together(three()[0], sent("2", held("别的", 20))), path)
    assert [line[:6] for line in shown(path)] == [("", "1", str(FIRST_ROW), "报表未计入", OWN, "王某")]
    summarised(merged, path)
    assert [line[4:6] for line in shown(path)] == [(OWN, "王某"), ("", "")]
    summarised(together(three()[0]), tmp_path / "无.xlsx")
    with CalamineWorkbook.from_path(str(tmp_path / "无.xlsx")) as book:
        assert "疑似重复" not in book.sheet_names


def test_the_reference_stands_beside_what_was_reported(tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    summarised(together(*three()), path)
    with CalamineWorkbook.from_path(str(path)) as book:
        rows = book.get_sheet_by_name("汇总-M1").to_python()
    assert rows[3][:7] == ["指标名称", "计量单位", "代码", "合计", "填报单位数", "去重后（参考）", "市级"]
    beside = {row[2]: (row[3], row[5]) for row in rows[4:] if row[3] != "" and row[2] not in ("", "04")}
    assert beside == {"10": (3.0, 1.0), "11": (0.0, ""), "12": (240.0, 100.0), "14": (9.0, "")}


def test_a_program_is_told_the_same() -> None:
    merged = together(*three()[:2])
    settled = list_doubles(merged)
    assert describe_doubles(settled, {"M1": {"10": 1.0}}) == {
        "duplicates": [
            {
                "ledger": "活动",
                "why": WHY,
                "rows": [
                    {"unit": "1", "row": FIRST_ROW, "once": True, "verdict": ""},
                    {"unit": "2", "row": FIRST_ROW, "once": False, "verdict": ""},
                ],
            }
        ],
        "totals_without_duplicates": {"M1": {"10": 1}},
    }


def test_nobody_is_sent_back_by_nobody(tmp_path: Path) -> None:
    """Without a name, and by two who contradict each other: told beside the word, and not carried out."""
    path, merged = tmp_path / "汇总.xlsx", together(*three())
    summarised(merged, path)
    say_of(path, u1=OWN, u2=OWN)
    assert send_back_doubles(merged, list_doubles(merged, read_verdicts(path))) == []
    summarised(merged, path)
    torn = "同组有几家「由本单位计」，没有照办，请只留一家。"
    assert [line[6] for line in shown(path)] == [f"{WHY}\n{torn}", torn, ""]
    say_of(path, u1="", u2=OWN)
    book = openpyxl.load_workbook(path)
    for row in book["疑似重复"].iter_rows(min_row=4, max_row=6):
        row[9].value, row[10].value = (row[9].value if row[2].value == "2" else None), None
    book.save(path)
    assert send_back_doubles(merged, list_doubles(merged, read_verdicts(path))) == []
    summarised(merged, path)
    assert [line[6] for line in shown(path)] == [WHY, "请填经办人，填了才会退回。", ""]


def test_what_is_decided_becomes_a_return(tmp_path: Path) -> None:
    """Once about what the unit reported: not again when somebody accepts it after all."""
    store, path, units = Store(tmp_path / "S.duckdb"), tmp_path / "汇总.xlsx", [unit(code, "学会") for code in "12"]
    for sender in units:
        rows = {"5": {"名称": TALK, "人次": 30.0}}
        put(tmp_path / "返回" / f"{sender.code}.xlsx", sender, {"A01": {"01": 1.0}}, ledgers={"会议": rows})
    meetings = replace(definitions, across=Across((SameThing("会议", "名称"),)))
    merged = merge_into(store, MergeJob([tmp_path / "返回"], roster(*units), meetings), read=FAKE, audit=fake_audit)

    def carried_out() -> list[tuple[str, str]]:
        decided = carry_out_doubles(store, merged, list_doubles(merged, read_verdicts(path)))
        return [(unit.code, unit.state.value) for unit in decided.units]

    assert carried_out() == [("1", "passed"), ("2", "passed")]
    summarised(merged, path)
    say_of(path, u1=OWN)
    assert carried_out() == [("1", "passed"), ("2", "sent_back")]
    carried_out()
    standing = read_standings(store, "small", 2024)["2"]
    assert [(act.kind.value, act.by, act.round, act.content) for act in standing.acts.acts] == [
        ("sent_back", "王某", 1, merged.units[1].content)
    ]
    record_acts(store, "small", 2024, [standing.act(ActKind.ACCEPTED, by="李某")])
    carried_out()
    assert read_standings(store, "small", 2024)["2"].state is State.ACCEPTED
