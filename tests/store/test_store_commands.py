"""``merge --store``, ``history`` and ``sql`` as a person or a program calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.support.mailbag import put, roster, unit
from tests.support.stores import asked, dump, mail, merges
from tianbao import app


def run(*arguments: object) -> Result:
    """Run a command on a screen that is wide enough for tables."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two units: 1 sent a faulty return and a better one, 21 sent nothing but a file that cannot be read."""
    tmp_path = tmp_path_factory.mktemp("city")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    folder, units = tmp_path / "returns", (unit("1", name="东区科协"), unit("21", name="西区科协"))
    path = tmp_path / "S.duckdb"
    put(folder / "旧.xlsx", units[0], {"A01": {"01": 1.0}}, errors=2)
    mail(path, folder, roster(*units))
    put(folder / "新.xlsx", units[0], {"A01": {"01": 2.5}}, saved="2025-03-09T08:00:00Z")
    (folder / "21-西区.xlsx").write_bytes(b"broken")
    mail(path, folder, roster(*units))
    return path


# --- history ---------------------------------------------------------------------------------------------------------

TWO_FAULTS = "A01!E9　01「年末人数」为 0，不能是负数；A01!E9　01「年末人数」为 -1，不能是负数。"
STORY = [
    ("received", 2024, "旧.xlsx", {"status": "ok"}),
    ("counted", 2024, "旧.xlsx", {}),
    ("faulty", 2024, "", {"reason": TWO_FAULTS, "errors": 2, "warnings": 0}),
    ("received", 2024, "新.xlsx", {"status": "ok"}),
    ("counted", 2024, "新.xlsx", {}),
    ("superseded", 2024, "旧.xlsx", {"status": "ok"}),
    ("passed", 2024, "", {"reason": "另有 1 个较早或重复的文件未采用。", "errors": 0, "warnings": 0}),
]


def test_history_for_programs(store: Path) -> None:
    result = run("history", "东区", "--store", store, "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["code"], told["name"]) == (0, "1", "东区科协")
    for event in told["events"]:
        event["details"].pop("audit", None)
        event["details"].pop("content", None)
        if event["what"] == "superseded":
            assert event["details"].pop("reason").startswith("已由「新.xlsx」")
    assert [(event["what"], event["year"], event["file"], event["details"]) for event in told["events"]] == STORY


def test_history_for_people(store: Path) -> None:
    result = run("history", "21", "--store", store)
    lines: list[list[str]] = []
    for line in result.output.splitlines():
        cells = [cell.strip() for cell in line.split("│")]
        if len(cells) > 1 and cells[1]:
            lines.append(cells)
        elif len(cells) > 1:
            lines[-1] = [above + below for above, below in zip(lines[-1], cells, strict=True)]
    assert result.exit_code == 0
    assert "西区科协（21）" in result.output
    assert [(cells[2], cells[4], cells[5]) for cells in lines] == [
        ("未报", "", "没有收到文件。"),
        ("未采用", "21-西区.xlsx", "文件打不开。"),
        ("未报", "", "收到的文件不能用：「21-西区.xlsx」文件打不开。"),
    ]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("区科协", "「区科协」对得上不止一个单位，请用单位代码：\n  1  东区科协\n  21  西区科协\n"),
        ("南区", "存档里没有单位代码或名称含「南区」的单位\n"),
    ],
)
def test_history_of_a_unit_that_is_not_clear(store: Path, name: str, sentence: str) -> None:
    result = run("history", name, "--store", store)
    assert (result.exit_code, result.stderr, result.stdout) == (2, sentence, "")


# --- sql -------------------------------------------------------------------------------------------------------------


def test_sql_for_programs_people_and_spreadsheets(store: Path, tmp_path: Path) -> None:
    question = "SELECT 单位名称, 数值, 文字, 数值 + 0.5 AS 数值 FROM 最新数据"
    assert json.loads(run("sql", question, "--store", store, "--json").stdout) == [
        {"单位名称": "东区科协", "数值": 2.5, "文字": None, "数值_2": 3.0}
    ]
    shown = run("sql", question, "--store", store)
    assert (shown.exit_code, "东区科协" in shown.stdout, "1 行" in shown.stderr) == (0, True, True)
    saved = run("sql", question, "--store", store, "--out", tmp_path / "x.csv")
    assert (saved.exit_code, saved.stdout) == (0, "")
    text = (tmp_path / "x.csv").read_bytes().decode("utf-8-sig")
    assert text == "单位名称,数值,文字,数值_2\r\n东区科协,2.5,,3\r\n"


@pytest.mark.parametrize("statement", ["describe 最新数据", "show tables", "explain select 1", "values ('[甲]')"])
def test_sql_answers_questions(store: Path, statement: str) -> None:
    assert run("sql", statement, "--store", store).exit_code == 0


REFUSED = {
    "delete from events": "只能查询",
    "create temp table t (a integer)": "只能查询",
    "copy events to '{folder}/x.csv'": "只能查询",
    "attach '{folder}/x.duckdb'": "只能查询",
    "set enable_external_access = true": "只能查询",
    "install spatial": "只能查询",
    "pragma database_list": "只能查询",
    "select 1; drop table events": "只能查询",
    "": "只能查询",
    "select * from read_text('{folder}/secret.txt')": "这句查询做不了",
    "select * from '{folder}/secret.txt'": "这句查询做不了",
    "select * from glob('{folder}/*')": "这句查询做不了",
    "select * from store": "这句查询做不了",
    "explain analyze delete from events": "这句查询做不了",
    "selec 1": "这句查询做不了",
    "select 1/'甲'": "这句查询做不了",
}


@pytest.mark.parametrize("statement", REFUSED)
def test_sql_does_nothing_else(store: Path, statement: str) -> None:
    folder = store.parent
    before = dump(store), sorted(folder.iterdir())
    result = run("sql", statement.format(folder=folder), "--store", store)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(REFUSED[statement])
    assert (dump(store), sorted(folder.iterdir())) == before


def test_nothing_is_written_over_the_store(store: Path, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("", encoding="utf-8")
    before = dump(store)
    answered = run("sql", "select 1", "--store", store, "--out", store)
    merged = run("merge", tmp_path, "--roster", tmp_path / "r.csv", "--out", store, "--store", store)
    assert (answered.exit_code, merged.exit_code, dump(store) == before) == (2, 2, True)
    assert all("输出文件不能与输入文件相同" in result.stderr for result in (answered, merged))


def test_what_cannot_be_saved_or_opened(store: Path, tmp_path: Path) -> None:
    unsaved = run("sql", "select 1", "--store", store, "--out", tmp_path / "none" / "x.csv")
    missing = run("sql", "select 1", "--store", tmp_path / "none.duckdb")
    assert (unsaved.exit_code, missing.exit_code) == (2, 2)
    assert missing.stderr.replace("\n", "").startswith("没有存档")


# --- merge -----------------------------------------------------------------------------------------------------------


def test_merge_keeps_what_it_received(tmp_path: Path) -> None:
    """The declared survey, twice: the same words, and a store beside them that knows the second time."""
    table, folder, store = tmp_path / "名录.csv", tmp_path / "returns", tmp_path / "存档.duckdb"
    heading = "单位代码,单位名称,统一社会信用代码,单位类型,级别,行政区划代码"
    table.write_text(f"{heading}\n0102,重庆市演示学会（演示）,,学会,省级学会,500000\n", encoding="utf-8-sig")
    assert run("generate", "--year", 2024, "--roster", table, "--out", folder).exit_code == 0
    (folder / "工作簿保护密码.txt").unlink()
    merge = ("merge", folder, "--roster", table, "--out", tmp_path / "汇总.xlsx", "--json")
    plain, first, second = run(*merge), run(*merge, "--store", store), run(*merge, "--store", store)
    assert [result.exit_code for result in (plain, first, second)] == [1, 1, 1]
    assert plain.stdout == first.stdout == second.stdout
    assert merges(store) == 2
    counts = "SELECT details ->> 'read', details ->> 'recalled' FROM events WHERE what = 'merged' ORDER BY rowid"
    assert asked(store, counts) == [("1", "0"), ("0", "1")]
    refused = run(*merge, "--store", tmp_path / "none" / "S.duckdb")
    assert (refused.exit_code, "请换一个能写的文件夹" in refused.stderr.replace("\n", "")) == (2, True)


@pytest.mark.parametrize("command", ["merge", "history", "sql"])
def test_help_shows_the_store(command: str) -> None:
    result = run(command, "--help")
    assert (result.exit_code, f"tianbao {command}" in result.output, "--store" in result.output) == (0, True, True)
