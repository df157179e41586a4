"""New rules tried on last year's returns: what is counted is counted by hand as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from addin.roster import Roster
from addin.sending.dispatch import make_identity
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Value
from tests.support.command import run
from tests.support.next_survey import M1, RULES, SURVEY, Edits, write_next
from tests.support.returns import MINI, YEAR, a_complete_return
from tests.support.stores import tiny_merge, tiny_roster

REPORTED: list[tuple[dict[str, Value], list[float]]] = [
    ({"06": 0.0}, []),
    ({"06": 1.0, "08": 2.0}, [30.0]),
    ({"06": 2.0, "08": 5.0}, [120.0, 8.0]),
    ({"06": 3.0, "08": 9.0}, [7.0, 9.0, 11.0]),
    ({"06": 4.0, "08": 4.0}, []),
    ({"06": 5.0, "08": 16.0}, [500.0]),
]
"""What six units reported: cells of M1, and how many took part in each of their activities."""

UNITS = tiny_roster(len(REPORTED))
CODES = [unit.code for unit in UNITS.units]

NEW_RULES = """
[[rules]]
id = "M1-many"
at = "06"
title = "场馆不多于三座"
severity = "error"
check = '''[06] <= 3'''
message = "06 为 {[06]}，多于 3 座"
hint = "请核对。"
source = "例"
pass = [{ "06" = 3 }]
fail = [{ "06" = 4 }]

[[rules]]
id = "M1-few"
each = "活动"
title = "活动不少于十人次"
severity = "warning"
when = '''reported(参加人次)'''
check = '''参加人次 >= 10'''
message = "第 {row} 行只有 {参加人次} 人次"
hint = "请核对。"
source = "例"
pass = [{ "活动" = [{ "参加人次" = 10 }] }]
fail = [{ "活动" = [{ "参加人次" = 9 }] }]

[[rules]]
id = "M1-sum"
"""
EDITS: Edits = {
    SURVEY: [('version = "1"', 'version = "2"')],
    RULES: [('\n[[rules]]\nid = "M1-sum"\n', NEW_RULES), ("[08] / [06] <= 2.5", "[08] / [06] <= 2.9")],
}


@pytest.fixture(scope="module")
def store(lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the year in which the units reported."""
    folder = tmp_path_factory.mktemp("last year")
    (folder / "returns").mkdir()
    for unit, (cells, people) in zip(UNITS.units, REPORTED, strict=True):
        rows: list[dict[str, Value]] = [
            {"活动名称": f"活动{at}", "规模": "小型", "参加人次": count} for at, count in enumerate(people)
        ]
        content = a_complete_return(cells | {"12": sum(people)}, rows).content
        build(folder / "returns" / f"{unit.code}.xlsx", MINI, make_identity(unit, MINI, YEAR), lock, content)
    tiny_merge(folder / "S.duckdb", folder / "returns", Roster(UNITS.units))
    return folder / "S.duckdb"


def tried(store: Path, new: Path, *options: object) -> tuple[int, dict[str, object]]:
    """Return the exit code of ``survey try --json`` and what it says of each rule: whom it speaks to, how often."""
    result = run("survey", "try", new, "--store", store, "--json", *options)
    answer = json.loads(result.stdout)
    return result.exit_code, answer


def count_by_hand() -> dict[str, tuple[str, int, list[str], int]]:
    """Return severity, units asked, units spoken to and findings of each new rule, by plain loops."""
    found: dict[str, tuple[str, int, list[str], int]] = {}
    many = [code for code, (cells, _) in zip(CODES, REPORTED, strict=True) if float(str(cells["06"])) > 3]
    found["M1-many"] = ("error", len(CODES), many, len(many))
    few = {code: sum(n < 10 for n in people) for code, (_, people) in zip(CODES, REPORTED, strict=True)}
    found["M1-few"] = ("warning", len(CODES), [code for code in CODES if few[code]], sum(few.values()))
    area = [
        code
        for code, (cells, _) in zip(CODES, REPORTED, strict=True)
        if float(str(cells["06"])) and float(str(cells.get("08", 0))) / float(str(cells["06"])) > 2.9
    ]
    found["M1-area"] = ("warning", len(CODES), area, len(area))
    return found


def test_new_and_changed_rules_are_counted_as_by_hand(store: Path, tmp_path: Path) -> None:
    write_next(tmp_path / "next", EDITS)
    code, answer = tried(store, tmp_path / "next", "--old", MINI.folder)
    rules = {
        rule["rule"]: (rule["severity"], rule["asked"], rule["units"], rule["findings"])
        for rule in answer["rules"]  # type: ignore[attr-defined]
    }
    assert (code, rules) == (0, count_by_hand())
    assert rules["M1-many"][2] == ["004", "005"]
    assert rules["M1-few"] == ("warning", 6, ["002", "003"], 3)
    assert rules["M1-area"][2] == ["003", "005"]


def test_how_many_explanations_each_unit_is_asked_for(store: Path, tmp_path: Path) -> None:
    write_next(tmp_path / "next", EDITS)
    _, answer = tried(store, tmp_path / "next", "--old", MINI.folder)
    by_hand = {"000": 0, "001": 0, "002": 1, "003": 3, "004": 0, "005": 1}
    assert {unit["unit"]: unit["tried"] for unit in answer["by_unit"]} == by_hand  # type: ignore[attr-defined]
    spread = answer["explanations"]["tried"]  # type: ignore[index]
    before = answer["explanations"]["before"]  # type: ignore[index]
    assert [band["units"] for band in before["bands"]] == [4, 2, 0, 0, 0, 0], "M1-area, at 2.5"
    bands = [band["units"] for band in spread["bands"]]
    assert (spread["mean"], spread["median"], spread["nine_of_ten"], spread["most"]) == (0.83, 0.5, 3, 3)
    assert bands == [3, 2, 1, 0, 0, 0]


def test_the_screen_shows_units_and_distribution(store: Path, tmp_path: Path) -> None:
    write_next(tmp_path / "next", EDITS)
    text = run("survey", "try", tmp_path / "next", "--store", store, "--old", MINI.folder).output
    assert "拦下（错误）：1 条规则，2 家" in text
    assert "要说明（警示）：2 条规则，3 家" in text
    assert "平均 0.8，中位数 0.5，九成的单位不超过 3，最多 3" in text


SHIFT = """
[[rows]]
code = "06"
name = "在建场馆数"
kind = "count"
measure = "座"
required = false

[[rows]]
code = "06a"
name = "场馆数"
"""


def test_a_rule_over_cells_that_nobody_was_asked_for_says_so(store: Path, tmp_path: Path) -> None:
    """06 is another cell now: last year's 06 lies under 06a, and what 06 would be nobody knows."""
    moved = '\n[[rows]]\ncode = "06"\nname = "场馆数"\n'
    edits: Edits = {
        SURVEY: EDITS[SURVEY],
        M1: [(moved, SHIFT)],
        RULES: [('\n[[rules]]\nid = "M1-sum"\n', NEW_RULES)],
    }
    write_next(tmp_path / "next", edits)
    code, answer = tried(store, tmp_path / "next", "--old", MINI.folder, "--rule", "M1-many")
    assert code == 1
    assert [(rule["units"], rule["unknown"]) for rule in answer["rules"]] == [([], ["M1!06"])]  # type: ignore[attr-defined]
    assert answer["remarks"] == [
        "6 家的表是按旧版本填的，新制度没有声明怎样读（migrations.toml）；按代码和名称对应试算，"
        "代码挪动过的指标请先核对（tianbao survey diff）。",
        "M1-many 用到去年没有问的 M1!06，试不出结果",
    ]


REFUSED = [
    ("nothing changed", {}, ["--old", MINI.folder], "没有新增或变更的规则"),
    ("no old one", EDITS, [], "没有已安装的「mini」可以比较"),
    ("no such rule", EDITS, ["--rule", "M1-none-such"], "新制度没有规则「M1-none-such」"),
    ("no such year", EDITS, ["--old", MINI.folder, "--year", "1999"], "没有"),
]


@pytest.mark.parametrize(("edits", "options", "told"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_what_cannot_be_tried_is_refused(
    store: Path, tmp_path: Path, edits: Edits, options: list[object], told: str
) -> None:
    write_next(tmp_path / "next", edits)
    result = run("survey", "try", tmp_path / "next", "--store", store, *options)
    assert (result.exit_code, told in result.output) == (2, True), result.output


def test_all_rules_need_no_old_definition(store: Path, tmp_path: Path) -> None:
    new = write_next(tmp_path / "next", EDITS)
    _, answer = tried(store, tmp_path / "next", "--all")
    assert [rule["rule"] for rule in answer["rules"]] == [rule.id for rule in new.rules]  # type: ignore[attr-defined]
