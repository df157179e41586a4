"""Returns of an older version of the definitions: read by a declared mapping, else refused."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from addin.auditing.audit import audit
from addin.reading.reader import read
from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob, merge
from addin.roster import ReportingUnit, Roster
from addin.sending.last_year import read_previous_returns
from addin.store.remember import merge_into
from addin.store.store import Store
from addin.submission import Edition, Refusal, Submission
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Content, Value, fingerprint_prior
from templates.lint import lint
from templates.load import SurveyError, load
from templates.migration import Migration
from templates.model import Survey
from tests.support.books import identity
from tests.support.returns import COMPLETE, FIRST_ROW, MINI, YEAR, worded

MAPPING = """
[[migrations]]
from = "1"
rename = { "M1!14" = "M1!15", "M1!11" = "M1!16", "活动.参加人次" = "活动.参加总人次" }
drop = ["M2!x01", "活动.主题：学术"]
"""
NEW_ROW = """
[[rows]]
code = "14"
name = "新增指标"
kind = "count"
measure = "场"
required = false
yoy = false

[[rows]]
code = "15"
"""


def newer(folder: Path, mapping: str = MAPPING) -> Survey:
    """Return the next version of the tiny survey: renumbered, with a new row, without another, a column renamed."""
    shutil.copytree(MINI.folder, folder)
    edits = {
        "survey.toml": [('version = "1"', 'version = "2"')],
        "forms/M1.toml": [
            ('\n[[rows]]\ncode = "14"\n', NEW_ROW),
            ('code = "11"', 'code = "16"'),
            ("活动.参加人次", "活动.参加总人次"),
        ],
        "ledgers/L01-活动.toml": [("参加人次", "参加总人次"), ('["科普", "学术"]', '["科普"]')],
    }
    for name, pairs in edits.items():
        path = folder / name
        text = path.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    m2 = folder / "forms" / "M2.toml"
    m2.write_text(m2.read_text(encoding="utf-8").partition('[[rows]]\ncode = "x01"')[0], encoding="utf-8")
    (folder / "rules" / "M2.toml").unlink()
    for path in (folder / "rules").glob("*.toml"):
        path.write_text(path.read_text(encoding="utf-8").replace("参加人次", "参加总人次"), encoding="utf-8")
    (folder / "migrations.toml").write_text(mapping, encoding="utf-8")
    return load(folder)


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """The next version."""
    return newer(tmp_path_factory.mktemp("v2") / "mini")


def content() -> Content:
    """Return what a unit of kind 乙类 wrote into a workbook of the old version."""
    cells: dict[str, Value] = COMPLETE | {"14": 3.0, "13": 2.0}
    row: dict[str, Value] = {
        "活动名称": "会",
        "日期": date(2024, 5, 1),
        "规模": "大型",
        "参加人次": 7.0,
        "线上人次": 2.0,
    }
    return Content(
        {"M1": cells, "M2": {"01": 5.0, "02": 1.0, "x01": 4.0}},
        {"M1": {"14": "全市性的说明"}},
        {"活动": {FIRST_ROW: row | {"主题：科普": "是", "主题：学术": "否"}}},
        prior={"M1": {"13": 21.0, "14": 22.0}, "M2": {"01": 23.0}},
    )


@pytest.fixture(scope="module")
def old_return(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> Path:
    """A return on a workbook of the old version."""
    path = tmp_path_factory.mktemp("old") / "a.xlsx"
    unit = replace(identity(MINI, "乙类", "市级", YEAR), prior=fingerprint_prior(content().prior))
    build(path, MINI, unit, lock, content())
    return path


def taken(path: Path, survey: Survey) -> Submission:
    """Return what the present version makes of the file."""
    found = read(path, older=True, surveys=lambda _: survey)
    assert isinstance(found, Submission), found
    return found


def told(submission: Submission) -> list[tuple[str, str, str]]:
    """Return rule, code and message of what reading said."""
    return [(one.rule, one.code or one.ledger, one.message) for one in worded(submission)]


# --- reading ---------------------------------------------------------------------------------------------------------


def test_an_older_return_is_read_in_todays_codes(old_return: Path, new: Survey) -> None:
    found = taken(old_return, new)
    assert found.edition == Edition.of(new)
    m1 = found.content.values["M1"]
    assert (m1["15"], m1["13"], "14" in m1, "16" in m1) == (3.0, 2.0, False, False)
    assert found.content.notes["M1"] == {"15": "全市性的说明"}
    assert found.content.values["M2"] == {"01": 5.0, "02": 1.0}
    assert found.content.prior == {"M1": {"13": 21.0, "15": 22.0}, "M2": {"01": 23.0}}
    assert found.content.ledgers["活动"][FIRST_ROW]["参加总人次"] == 7.0
    assert "主题：学术" not in found.content.ledgers["活动"][FIRST_ROW]
    assert found.typed == {}
    assert told(found) == [
        ("version.older", "", "这份报表按定义版本 1 填报，已按对照转到现用版本 2"),
        ("version.dropped", "", "旧版的「M2!x01」现用版本中没有，所填的「4」没有转入"),
        (
            "version.dropped_row",
            "活动",
            f"旧版的「活动.主题：学术」现用版本中没有，第 {FIRST_ROW} 行所填的「否」没有转入",
        ),
    ]
    assert (found.identity.version, found.identity.hash) == ("1", MINI.hash)


def test_it_is_audited_and_rolled_up_like_any_other(old_return: Path, new: Survey) -> None:
    unit = ReportingUnit("001", "重庆市演示单位（演示）", "", "乙类", "市级", "500103")
    result = merge(MergeJob([old_return], Roster((unit,)), new, include_faulty=True))
    assert result.units[0].submission
    totals = Rollup.of(result).totals["M1"]
    assert {code: totals[code] for code in ("10", "13", "15", "16")} == {"10": 1, "13": 2, "15": 3, "16": 1}
    assert "14" not in totals
    assert [one.rule for one in result.units[0].findings if one.rule.startswith(("engine", "sheet", "tamper"))] == []


def test_a_constant_over_a_derived_cell_is_still_seen(old_return: Path, new: Survey, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(old_return)
    for row in book["M1"].iter_rows():
        if any(cell.value == "11" for cell in row):
            row[4].value = 9
    book.save(tmp_path / "a.xlsx")
    found = taken(tmp_path / "a.xlsx", new)
    assert found.typed == {("M1", "16"): 9.0}
    errors = [one for one in audit(new, YEAR, [found])[0] if one.code == "16" and one.severity.value == "error"]
    assert len(errors) == 1


def test_without_a_mapping_it_is_refused_by_name(old_return: Path, new: Survey) -> None:
    for survey, older in ((new, False), (replace(new, migrations=()), True)):
        found = read(old_return, older=older, surveys=lambda _, survey=survey: survey)  # type: ignore[misc]
        assert isinstance(found, Refusal)
        assert (found.status.value, found.identity is not None) == ("other_version", True)
        assert found.reason.startswith("这份报表按定义版本 1 生成，现用版本为 2")


def test_a_fingerprint_names_definitions_that_kept_their_number(old_return: Path, new: Survey) -> None:
    by_hash = replace(new, version="1", migrations=(replace(new.migrations[0], source=MINI.hash),))
    assert taken(old_return, by_hash).content.values["M1"]["15"] == 3.0
    other = replace(new, version="1", migrations=(replace(new.migrations[0], source="beef"),))
    assert isinstance(read(old_return, older=True, surveys=lambda _: other), Refusal)


def test_a_result_of_an_older_version_is_taken_too(old_return: Path, new: Survey, tmp_path: Path) -> None:
    unit = ReportingUnit("001", "重庆市演示单位（演示）", "", "乙类", "市级", "500103")
    below = merge(MergeJob([old_return], Roster((unit,)), MINI, include_faulty=True))
    write_summary(below, Rollup.of(below), tmp_path / "县.xlsx")

    def above(survey: Survey) -> Merged:
        top = ReportingUnit("S", "市", "", "甲类", "市级", "")
        return merge(MergeJob([tmp_path / "县.xlsx"], Roster((top,)), survey))

    (carried,) = [one for one in above(new).units if one.submission]
    assert carried.submission
    direct = taken(old_return, new)
    assert (carried.submission.content, carried.submission.typed) == (direct.content, {})
    assert [one[:2] for one in told(carried.submission)] == [one[:2] for one in told(direct)]
    assert above(newer(tmp_path / "mini", mapping="")).strays[0].status.value == "other_version"


def test_a_store_reads_again_when_a_mapping_is_declared(old_return: Path, new: Survey, tmp_path: Path) -> None:
    unit = ReportingUnit("001", "重庆市演示单位（演示）", "", "乙类", "市级", "500103")
    store, states = Store(tmp_path / "S.duckdb"), []
    for survey in (newer(tmp_path / "mini", mapping=""), new):
        states.append(
            merge_into(store, MergeJob([old_return], Roster((unit,)), survey)).units[0].submission is not None
        )
    assert states == [False, True]


def test_last_years_values_follow_the_mapping(old_return: Path, new: Survey) -> None:
    found = read_previous_returns(old_return.parent, new, YEAR)["001"].values
    assert (found["M1"]["15"], found["M1"]["16"], "x01" in found["M2"]) == (3.0, 1.0, False)


# --- the definitions -------------------------------------------------------------------------------------------------


def test_a_mapping_is_no_part_of_the_fingerprint(tmp_path: Path) -> None:
    assert newer(tmp_path / "a").hash == newer(tmp_path / "b", "").hash


def test_the_mapping_of_the_tests_is_clean(new: Survey) -> None:
    assert [one for one in lint(new) if one.id.startswith("D06")] == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"rename": {("M1", "14"): ("M1", "99")}}, ["D060"]),
        ({"rename": {("M1", "14"): ("M2", "01")}}, ["D060"]),
        ({"rename": {("活动", "名称"): ("活动", "无此栏")}}, ["D060"]),
        ({"add": (("M1", "99"),)}, ["D060"]),
        ({"drop": (("M9", "01"),)}, ["D060"]),
        ({"drop": (("活动", ""),)}, ["D060"]),
        ({"rename": {("M1", "14"): ("M1", "15"), ("M1", "88"): ("M1", "15")}}, ["D061"]),
        ({"rename": {("M1", "14"): ("M1", "15")}, "drop": (("M1", "14"),)}, ["D061"]),
        ({"rename": {("M1", "14"): ("M1", "15")}, "add": (("M1", "15"),)}, ["D061"]),
        ({"source": "2"}, ["D062"]),
    ],
)
def test_lint_checks_the_mapping(new: Survey, change: dict[str, object], found: list[str]) -> None:
    mapping = replace(Migration("1"), **change)  # type: ignore[arg-type]
    assert [one.id for one in lint(replace(new, migrations=(mapping,))) if one.id.startswith("D06")] == found


def test_two_mappings_from_one_version_and_wrong_keys_are_refused(new: Survey, tmp_path: Path) -> None:
    twice = replace(new, migrations=(Migration("1"), Migration("1")))
    assert [one.id for one in lint(twice) if one.id.startswith("D06")] == ["D062"]
    with pytest.raises(SurveyError, match="migrations"):
        newer(tmp_path / "a", '[[migrations]]\nform = "1"\n')
