"""``accept``, ``extend`` and whom ``remind`` lists: what is put on record, what is refused, and how it ends."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from addin.receiving.outcomes import State
from addin.reminding.remind import write_and_record
from addin.store.acts import read_standings
from addin.store.store import Store
from templates.model import Deadline
from tests.support.command import run
from tests.support.mailbag import ONE, put, roster, survey, unit
from tests.support.stores import mail

UNITS = [
    replace(unit(str(number)), contact=contact, phone="023-1", parent="1" if number > 1 else "")
    for number, contact in enumerate(("甲某", "乙某", "乙某", "丙某"), start=1)
]
ROUND = ("small", 2024)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Of four units one is fine, one faulty; two have sent nothing."""
    put(tmp_path / "in" / "1.xlsx", UNITS[0], ONE)
    put(tmp_path / "in" / "2.xlsx", UNITS[1], ONE, errors=1)
    mail(tmp_path / "S.duckdb", tmp_path / "in", roster(*UNITS))
    return Store(tmp_path / "S.duckdb")


def states(store: Store) -> dict[str, State]:
    return {code: one.state for code, one in read_standings(store, *ROUND).items()}


def told(store: Store, *asked: object) -> tuple[int, Any]:
    """Return the exit code and what the command says to programs."""
    result = run(*asked, "--store", store.path, "--by", "李某", "--json")
    return result.exit_code, json.loads(result.stdout)


def test_accepting_all_takes_what_can_be_accepted(store: Store) -> None:
    done = {"unit": "1", "name": "单位1", "what": "accepted", "by": "李某", "reason": "核对过", "due": None, "round": 0}
    assert told(store, "accept", "--all", "--note", "核对过") == (0, {"done": [done], "refused": []})
    assert states(store) == {"1": State.ACCEPTED, "2": State.FAULTY, "3": State.MISSING, "4": State.MISSING}
    assert told(store, "accept", "--all") == (0, {"done": [], "refused": []})


def test_what_is_refused_is_told_unit_by_unit(store: Store) -> None:
    code, said = told(store, "accept", "1", "2", "3", "9")
    assert (code, [done["unit"] for done in said["done"]], said["refused"]) == (
        1,
        ["1"],
        [
            {"unit": "2", "name": "单位2", "reason": "还有错误，不能审核通过：请退回单位改正，数只由单位改"},
            {"unit": "3", "name": "单位3", "reason": "还没有报来，没有可以审核通过的"},
            {"unit": "9", "name": "", "reason": "存档里没有这个单位代码，请核对；名录上新加的，先合并一次"},
        ],
    )
    assert told(store, "accept", "2")[0] == 2


def test_more_time_is_given(store: Store) -> None:
    day = f"{date.today().year + 1}-04-18"
    code, said = told(store, "extend", "1", "3", "--until", day)
    assert (code, [(one["unit"], one["due"]) for one in said["done"]]) == (1, [("3", day)])
    assert [one["unit"] for one in said["refused"]] == ["1"]


REFUSED = [
    (("accept", "--by", "李某"), "请写单位代码，或用 --all"),
    (("accept", "1", "--all", "--by", "李某"), "请写单位代码，或用 --all"),
    (("accept", "1", "--by", " "), "没有写经办人，没有办"),
    (("accept", "1", "--by", "李某", "--year", 2020), "存档里还没有合并过的报表"),
    (("extend", "3", "--until", "下周", "--by", "李某"), "要写日期"),
    (("extend", "3", "--until", "2020-01-01", "--by", "李某"), "2020-01-01 已经过了"),
]


@pytest.mark.parametrize(("asked", "why"), REFUSED)
def test_what_cannot_be_asked_is_refused(store: Store, asked: tuple[object, ...], why: str) -> None:
    result = run(*asked, "--store", store.path)
    assert (result.exit_code, result.stderr.replace("\n", "").startswith(why)) == (2, True)


def test_who_is_reminded(store: Store, tmp_path: Path) -> None:
    """Those who owe something, by contact person, with whom to turn to next; the second time, the day of the first."""
    definitions = replace(survey(), deadlines=(Deadline("报表填报", 4, 11),))
    today, path = date(2025, 4, 16), tmp_path / "催报工作表.xlsx"
    units = roster(*UNITS[:3], replace(UNITS[3], parent=""))
    for _ in range(2):
        write_and_record(store, definitions, 2024, units, path, "李某", today)
    with CalamineWorkbook.from_path(str(path)) as book:
        sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    listed, words = sheets[0], [[str(cell) for cell in row] for row in sheets[1]]
    said = f"{date.today().month}-{date.today().day:02d}"
    assert [row[:9] for row in listed[3:]] == [
        ["丙某", "023-1", "4", "单位4", "未报", "4-11", "5", said, ""],
        ["乙某", "023-1", "3", "单位3", "未报", "4-11", "5", said, "单位1　甲某 023-1"],
    ]
    assert words[2][1].startswith("各位好：小调查 2024 年度还有 2 家没有报齐")
    assert "单位" not in words[2][1]
    assert "· 单位4：未报，期限 4-11，已过 5 天" in words[3][1]
