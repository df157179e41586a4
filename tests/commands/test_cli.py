"""Commands as a person types them: exit codes, one clear sentence, nothing half done.

0 fine, 1 findings of severity error, 2 could not do it; 2 outranks 1.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from addin.reading.reader import read
from addin.roster import read_roster
from addin.sending.dispatch import make_identity
from addin.sending.last_year import read_previous_returns
from addin.sending.zero import make_complete_zero
from addin.submission import Submission
from generator.lock import Lock
from generator.unit.workbook import build
from templates.model import Survey
from tests.support.command import run

HEADER = "单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码,上级单位代码,联系人,联系电话"
ROSTER = f"""{HEADER}
0101,重庆市演示一区科协（演示）,53500000DEM000001Q,科协,市级科协,500103,,,
0102,重庆市演示学会（演示）,,学会,省级学会,500000,,,
"""


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "名录.csv"
    path.write_text(ROSTER, encoding="utf-8-sig")
    return path


def filled(kx: Survey, lock: Lock, roster: Path, folder: Path, code: str) -> Path:
    """Return an error-free return of one unit."""
    unit = read_roster(roster, kx).by_code[code]
    identity = make_identity(unit, kx, 2024)
    path = folder / f"{code}.xlsx"
    build(path, kx, identity, lock, make_complete_zero(kx, identity))
    return path


def test_generate_writes_a_workbook_a_unit_and_keeps_the_password(roster: Path, tmp_path: Path) -> None:
    result = run("generate", "--survey", "kx2023", "--year", 2024, "--roster", roster, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    *names, kept, password = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["0101-重庆市演示一区科协（演示）.xlsx", "0102-重庆市演示学会（演示）.xlsx"]
    assert (kept[:5], kept[-8:], password) == ("下发底本-", ".tianbao", "工作簿保护密码.txt")
    assert oct((tmp_path / "out" / "工作簿保护密码.txt").stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize(("year", "code", "words"), [(2025, 0, ""), (2026, 0, "有效期至 2026年7月"), (24, 2, "24")])
def test_a_year_beyond_the_approval_is_told_and_one_that_is_none_refused(
    roster: Path, tmp_path: Path, year: int, code: int, words: str
) -> None:
    result = run("generate", "--year", year, "--roster", roster, "--out", tmp_path / "out")
    assert result.exit_code == code
    assert words in result.output
    assert ("有效期至" in result.output) is (year == 2026)


def test_last_year_is_carried_into_the_new_workbooks(kx: Survey, lock: Lock, roster: Path, tmp_path: Path) -> None:
    unit = read_roster(roster, kx).by_code["0101"]
    identity = make_identity(unit, kx, 2023)
    content = make_complete_zero(kx, identity)
    content.set("KX03", "24", 17.0)
    (tmp_path / "2023").mkdir()
    build(tmp_path / "2023" / "a.xlsx", kx, identity, lock, content)
    arguments = ("--year", 2024, "--roster", roster, "--out", tmp_path / "out", "--previous", tmp_path / "2023")
    result = run("generate", *arguments)
    assert "找到 1 个单位的 2023 年报表" in result.output
    checked = run("validate", "--json", tmp_path / "out" / "0101-重庆市演示一区科协（演示）.xlsx")
    assert checked.exit_code == 1
    back = read(tmp_path / "out" / "0101-重庆市演示一区科协（演示）.xlsx")
    assert isinstance(back, Submission)
    assert back.content.prior["KX03"]["24"] == 17.0


def test_validate_json_is_as_the_contract_says(kx: Survey, lock: Lock, roster: Path, tmp_path: Path) -> None:
    path = filled(kx, lock, roster, tmp_path, "0101")
    (tmp_path / "data.json").write_text('{"forms": {"KX03": {"25": 3}}}', encoding="utf-8")
    faulty = tmp_path / "faulty.xlsx"
    assert run("fill", path, tmp_path / "data.json", "-o", faulty).exit_code == 0
    result = run("validate", path, faulty, "--json")
    fine, wrong = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (fine["unit"], fine["status"], [f["severity"] for f in fine["findings"]]) == ("0101", "ok", [])
    assert wrong["status"] == "has_errors"
    assert wrong["findings"] == [
        {
            "rule": "KX03-25.companion",
            "severity": "error",
            "form": "KX03",
            "code": "25",
            "cell": "KX03!E32",
            "ledger": "",
            "row": None,
            "message": "25「参加服务团队专家人次」填了 3，而 24「专家服务团队个数」为 0",
            "hint": "有前者才有后者：没有的，25 填 0；有的，请补填 24（台账自动的，请补登台账）。",
            "explanation": "",
            "explained": None,
        }
    ]


def test_what_could_not_be_read_outranks_errors(kx: Survey, lock: Lock, roster: Path, tmp_path: Path) -> None:
    path = filled(kx, lock, roster, tmp_path, "0101")
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(path.read_bytes()[:2000])
    assert run("validate", path).exit_code == 0
    result = run("validate", path, broken, "--json")
    assert result.exit_code == 2
    assert [one["status"] for one in json.loads(result.stdout)] == ["ok", "unreadable"]
    assert run("validate", path, "--year", 2023).exit_code == 2


def test_merge_json_is_as_the_contract_says(kx: Survey, lock: Lock, roster: Path, tmp_path: Path) -> None:
    returns = tmp_path / "returns"
    returns.mkdir()
    path = filled(kx, lock, roster, returns, "0101")
    (tmp_path / "data.json").write_text('{"forms": {"KX03": {"24": 2, "25": 3}}}', encoding="utf-8")
    assert run("fill", path, tmp_path / "data.json", "-o", path).exit_code == 0
    (returns / "0102.xlsx").write_bytes(b"PK no workbook at all")
    result = run("merge", returns, "--roster", roster, "--out", tmp_path / "汇总.xlsx", "--json")
    merged = json.loads(result.stdout)
    assert result.exit_code == 0, "a file that cannot be read is a row of 报送情况 and stops nothing"
    assert [unit.pop("reason") != "" for unit in merged["units"]] == [False, True]
    assert merged["units"] == [
        {
            "code": "0101",
            "name": "重庆市演示一区科协（演示）",
            "state": "校验通过",
            "files": ["0101.xlsx"],
            "errors": 0,
            "warnings": 0,
            "unexplained": 0,
            "changes": [],
        },
        {
            "code": "0102",
            "name": "重庆市演示学会（演示）",
            "state": "未报",
            "files": [],
            "errors": 0,
            "warnings": 0,
            "unexplained": 0,
            "changes": [],
        },
    ]
    assert merged["totals"]["KX03"]["24"] == 2
    assert {(group["by"], group["value"]) for group in merged["groups"]} >= {("level", "市级科协"), ("kind", "科协")}
    assert (tmp_path / "汇总.xlsx").is_file()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("validate", "没有.xlsx"), "没有.xlsx"),
        (("fill", "没有.xlsx", "没有.json", "-o", "x.xlsx"), "没有.xlsx"),
        (("merge", "没有", "--roster", "r.csv", "--out", "x.xlsx"), "找不到文件 没有"),
        (("generate", "--year", "2024", "--roster", "没有.csv", "--out", "o"), "没有.csv"),
        (
            ("generate", "--survey", "x", "--year", "2024", "--roster", "r.csv", "--out", "o"),
            "没有制度「x」；可用的有 kx2023",
        ),
        (("survey", "lint", "x"), "没有"),
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_2(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert sentence in result.output
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_fill_refuses_what_the_workbook_has_no_place_for(kx: Survey, lock: Lock, roster: Path, tmp_path: Path) -> None:
    path = filled(kx, lock, roster, tmp_path, "0101")
    (tmp_path / "data.json").write_text('{"forms": {"KX03": {"99": 1}}}', encoding="utf-8")
    result = run("fill", path, tmp_path / "data.json", "-o", tmp_path / "out.xlsx")
    assert (result.exit_code, result.output.strip()) == (2, "KX03 表没有代码「99」")
    assert not (tmp_path / "out.xlsx").exists()


def test_survey_lint_is_clean() -> None:
    result = run("survey", "lint", "kx2023")
    assert result.exit_code == 0, result.output
    assert "定义没有错误" in result.output


def test_survey_lint_says_everything_at_once(tmp_path: Path) -> None:
    """A broken copy of the tiny survey: three files with one thing wrong each, three lines with file and hint."""
    source = Path(__file__).parents[1] / "surveys" / "mini"
    for path in source.rglob("*.*"):
        target = tmp_path / path.relative_to(source)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    form = tmp_path / "forms" / "M2.toml"
    form.write_text(form.read_text().replace('kind = "count"', 'kind = "number"', 1), encoding="utf-8")
    (tmp_path / "rules" / "bad.toml").write_text("[[rules]]\nid = 1", encoding="utf-8")
    result = run("survey", "lint", tmp_path)
    lines = [line for line in result.output.splitlines() if " D0" in line]
    assert result.exit_code == 2
    assert any("D002 rules/bad.toml" in line for line in lines)
    assert "Traceback" not in result.output


def test_roster_new_does_not_overwrite(tmp_path: Path) -> None:
    path = tmp_path / "名录.xlsx"
    assert run("roster", "new", path).exit_code == 0
    again = run("roster", "new", path)
    assert (again.exit_code, "已存在" in again.output) == (2, True)


COMMANDS = ["generate", "fill", "import-ledger", "validate", "merge", "demo", "survey lint", "roster new"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert f"tianbao {command}" in result.output


def test_what_the_roster_knows_is_filled_in(kx: Survey, roster: Path, tmp_path: Path) -> None:
    text = roster.read_text(encoding="utf-8-sig").replace("500103,,,", "500103,,演示人员,023-00000001")
    roster.write_text(text, encoding="utf-8-sig")
    assert run("generate", "--year", 2024, "--roster", roster, "--out", tmp_path / "out").exit_code == 0
    back = read(tmp_path / "out" / "0101-重庆市演示一区科协（演示）.xlsx")
    assert isinstance(back, Submission)
    assert {form: cells for form, cells in back.content.values.items() if cells} == {
        "封面": {"填表人": "演示人员", "联系电话": "023-00000001"},
        "K01-01": {
            "01": "53500000DEM000001Q",
            "02": "重庆市演示一区科协（演示）",
            "03.1": "重庆市",
            "03.2": "市辖区",
            "03.3": "渝中区",
        },
    }


def test_last_years_returns_of_older_definitions_still_give_last_years_values(
    kx: Survey, lock: Lock, roster: Path, tmp_path: Path
) -> None:
    unit = read_roster(roster, kx).by_code["0101"]
    identity = replace(make_identity(unit, kx, 2023), version="2023.9", hash="0")
    content = make_complete_zero(kx, identity)
    content.set("KX03", "24", 17.0)
    build(tmp_path / "old.xlsx", kx, identity, lock, content)
    assert read_previous_returns(tmp_path, kx, 2023)["0101"].values["KX03"]["24"] == 17.0
