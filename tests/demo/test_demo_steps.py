"""A demo with two steps more: units check their line of the roster, and what parts report becomes one return.

- every file that is left, and what the tour says of them
- the answers, and the roster that the rest of the demo uses
- what parts report stands in the composed return and is counted once
- without a deadline, over the remains of another demo, with wrong demo data
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from addin.composing.compose import compose
from addin.demo import DemoError, DemoResult, play_demo
from addin.receiving.outcomes import State
from addin.receiving.receive import MergeJob, merge
from addin.roster import read_roster
from addin.rosters.answers import Answer, read_answer
from addin.rosters.merge import merge_checks
from addin.summary.rollup import Rollup
from templates.load import load
from templates.model import Survey
from templates.words import lookup
from tests.support.returns import MINI, YEAR
from tests.support.troupe import TROUPE, list_left, read_back

STEPS = """
[[units]]
code = "1-1"
name = "一室（演示）"
kind = "部室"
level = "市级"
parent = "1"

[[units]]
code = "1-2"
name = "二室（演示）"
kind = "部室"
level = "市级"
parent = "1"

[[units]]
code = "5"
name = "乙三（演示）"
kind = "乙类"
level = "市级"

[roster_check]
month = 2
day = 20
checker = "某某"
missing = ["3"]

[roster_check.units."2"]
result = "changed"
name = "甲二新名（演示）"
contact = "某甲"

[roster_check.units."4"]
result = "changed"
uscc = "13500000DEMA000000"

[roster_check.units."5"]
result = "withdrawn"
note = "并入甲一"
"""
"""A demo with both steps more: a unit with two parts, and units that check their line of the roster."""

PART_KIND = """
[[kinds]]
name = "部室"
forms = ["M1"]
levels = ["市级"]
part = true
"""


@pytest.fixture
def large(tmp_path: Path) -> Survey:
    """The small survey with parts, and demo data for both steps more."""
    folder = tmp_path / "mini"
    shutil.copytree(MINI.folder, folder)
    with (folder / "survey.toml").open("a", encoding="utf-8") as file:
        file.write(PART_KIND)
    (folder / "demo.toml").write_text(TROUPE + STEPS, encoding="utf-8")
    return load(folder)


@pytest.fixture
def shown(large: Survey, tmp_path: Path) -> DemoResult:
    """What the demo of it leaves."""
    return play_demo(large, tmp_path / "out", year=YEAR, workers=1)


def test_demo_with_a_check_of_the_roster_and_a_composed_return(shown: DemoResult) -> None:
    folder = shown.places.folder
    counts = (shown.units, shown.returned, shown.fine, shown.with_errors, shown.refused, shown.missing)
    assert counts == (6, 5, 5, 0, 1, 1)
    files = list_left(folder)
    before = ["1-1-一室（演示）", "1-2-二室（演示）", "1-甲一（演示）"]
    after = ["3-乙一（演示）", "4-乙二（演示）"]
    workbooks = [*before, "2-甲二新名（演示）", *after]
    forms = [*before, "2-甲二（演示）", *after, "5-乙三（演示）"]
    expected = [f"{folder}/{name}.xlsx" for folder in ("returns", "workbooks") for name in workbooks]
    expected += [f"名录核定/下发/{name}-名录核定.xlsx" for name in forms]
    expected += [f"名录核定/返回/{name}-名录核定.xlsx" for name in forms if not name.startswith("3")]
    expected += ["名录核定/核定前名录.xlsx", "本级合成/1-甲一（演示）.xlsx", "本级合成/1-甲一（演示）-合成来源.xlsx"]
    expected += [f"汇总_files/{name}.xlsx" for name in workbooks if not name.startswith("3")]
    expected += ["汇总_files/" + lookup("consolidated.files.note_name")]
    expected += ["roster.xlsx", lookup("workbook.password_file"), lookup("consolidated.file_name"), "演示说明.txt"]
    mended = "2-甲二新名（演示）-退回"
    expected += ["存档.duckdb", f"returns/{mended}.xlsx", "退回/群发通知（贴到工作群）.txt"]
    expected += [f"退回/某甲/{name}" for name in (f"{mended}.xlsx", f"{mended}单.docx", "给某甲的话（私信）.txt")]
    assert files == sorted(expected)
    tour = "\n".join(shown.tour)
    for place in ("名录核定", "本级合成/1-甲一（演示）-合成来源.xlsx", "名录核定/返回", "名录核定/核定前名录.xlsx"):
        assert str(folder / place) in tour


def test_what_units_answer_makes_the_roster_of_the_demo(large: Survey, shown: DemoResult) -> None:
    before, after = read_roster(shown.places.old_roster, large), read_roster(shown.places.roster, large)
    check = merge_checks([shown.places.forms_back], before, large)
    assert [(change.unit.code, change.field, change.after) for change in check.changes] == [
        ("2", "name", "甲二新名（演示）"),
        ("2", "contact", "某甲"),
    ]
    assert [(question.unit.code, question.field) for question in check.questions] == [("4", "uscc")]
    assert ([unit.unit.code for unit in check.missing], check.late, check.refused) == (["3"], [], ())
    changed = replace(before.by_code["2"], name="甲二新名（演示）", contact="某甲")
    kept = [changed if unit.code == "2" else unit for unit in before.units if unit.code != "5"]
    assert list(after.units) == kept


def test_a_unit_with_nothing_to_change_says_so(shown: DemoResult) -> None:
    answer = read_answer(shown.places.forms_back / "1-甲一（演示）-名录核定.xlsx")
    assert isinstance(answer, Answer)
    assert (answer.result, answer.entries, answer.signed) == ("same", {}, ("", "某某", "2025-02-20"))


def test_what_parts_report_is_in_the_composed_return_and_counted_once(large: Survey, shown: DemoResult) -> None:
    roster = read_roster(shown.places.roster, large)
    files = sorted(shown.places.returns.iterdir())
    parts = [path for path in files if path.name.startswith(("1-1-", "1-2-"))]
    merged = merge(MergeJob(files, roster, large))
    composed, *_ = merged.units
    own = read_back(large, shown.places.composing / "1-甲一（演示）.xlsx")
    given = [read_back(large, path) for path in parts]
    assert composed.submission is not None
    again = compose(large, own, given).submission
    assert composed.submission.content.values == again.content.values != own.content.values
    assert [(unit.code, unit.state, unit.counts) for unit in merged.units if unit.part] == [
        ("1-1", State.PASSED, False),
        ("1-2", State.PASSED, False),
    ]
    alone = merge(MergeJob([path for path in files if path not in parts], roster, large))
    assert Rollup.of(merged).totals == Rollup.of(alone).totals


def test_a_part_that_sends_nothing_is_not_composed(large: Survey, tmp_path: Path) -> None:
    text = TROUPE.replace("[faults]", '[faults]\n"1-2" = ["missing"]') + STEPS
    (large.folder / "demo.toml").write_text(text, encoding="utf-8")
    places = play_demo(large, tmp_path / "out", year=YEAR, workers=1).places
    own = read_back(large, places.composing / "1-甲一（演示）.xlsx")
    part = read_back(large, places.returns / "1-1-一室（演示）.xlsx")
    composed = read_back(large, places.returns / "1-甲一（演示）.xlsx")
    assert composed.content.values == compose(large, own, [part]).submission.content.values


def test_units_check_the_roster_of_a_survey_without_a_deadline_for_it(large: Survey, tmp_path: Path) -> None:
    survey = replace(large, deadlines=large.deadlines[1:])
    result = play_demo(survey, tmp_path / "out", year=YEAR, workers=1)
    assert result.fine == 5
    assert len(list(result.places.forms_back.iterdir())) == 6


def test_demo_over_the_remains_of_one_with_more_steps(large: Survey, shown: DemoResult) -> None:
    (large.folder / "demo.toml").write_text(TROUPE, encoding="utf-8")
    places = play_demo(large, shown.places.folder, year=YEAR, workers=1).places
    assert (places.checking.exists(), places.composing.exists()) == (False, False)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('missing = ["3"]', 'missing = ["9"]', "「9」"),
        ('[roster_check.units."4"]', '[roster_check.units."8"]', "「8」"),
        ('contact = "某甲"', 'colour = "红"', "colour"),
        ('result = "withdrawn"', 'result = "gone"', "gone"),
        ("month = 2", "month = 13", "month"),
        ("[faults]", '[faults]\n"1-1" = ["truncated"]', "合不成.*1-1-一室"),
        ("[faults]", '[faults]\n"1" = ["missing"]', "合不成.*1-甲一"),
    ],
)
def test_wrong_data_for_the_further_steps(large: Survey, tmp_path: Path, before: str, after: str, message: str) -> None:
    text = (TROUPE + STEPS).replace(before, after)
    (large.folder / "demo.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DemoError, match=message):
        play_demo(large, tmp_path / "out", year=YEAR, workers=1)
