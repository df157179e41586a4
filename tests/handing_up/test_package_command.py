"""``package`` as people type it: what it says, and what it exits with."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from addin.roster import Roster
from addin.store.rosters import read_merged_roster
from addin.store.store import Store
from addin.store.versions import list_locked_versions
from tests.support.command import run
from tests.support.handed_up import ROSTER, WHOLE, list_paths, merge_returns
from tests.support.returns import MINI, YEAR
from tests.support.stores import asked


def hand_up(place: Path, *more: object) -> tuple[int, str]:
    """Run ``package`` on a city."""
    typed = ["package", "--store", place / "S.duckdb", "--out", place / "上报", "--survey", MINI.folder, *more]
    result = run(*typed)
    return result.exit_code, result.output


def test_all_is_in_and_the_roster_is_the_last_merge_s(city: Path) -> None:
    code, told = hand_up(city, "--by", "张某")
    [version] = list_locked_versions(Store(city / "S.duckdb"), "mini", YEAR)
    assert (code, told) == (
        0,
        f"第 1 版已锁定（已上报）：3 家计入，校验码 {version.seal}。报送包在 {city / '上报'}，"
        "请打印「数据报送审批单.docx」签字。\n"
        f"意见、认定取自 {city / '汇总.xlsx'}。\n"
        "密钥、工作簿保护密码不在包里：请另行当面移交，在审批单上记一笔。\n",
    )
    assert run("package", "--verify", city / "上报", "--seal", version.seal).exit_code == 0


def test_something_is_open(city: Path) -> None:
    merge_returns(city, ROSTER)
    code, told = hand_up(city, "--by", "张某")
    assert (code, told.startswith("还有 1 家没有报齐，没有打包：丁单位（未报）。")) == (2, True)
    code, told = hand_up(city, "--by", "张某", "--leave-open", "--json")
    answer = json.loads(told)
    assert (code, answer["number"], answer["by"], answer["counted"]) == (1, 1, "张某", 3)
    assert answer["left_out"] == [{"unit": "004", "name": "丁单位", "state": "未报"}]
    assert sorted(file["path"] for file in answer["files"]) == [
        path for path in list_paths(city / "上报") if path not in ("清单.json", "清单.txt")
    ]


def test_verifying_says_what_is_altered(packed: Path) -> None:
    [version] = list_locked_versions(Store(packed / "S.duckdb"), "mini", YEAR)
    result = run("package", "--verify", packed / "上报")
    assert (result.exit_code, result.output) == (
        0,
        f"没有改动：10 个文件与清单、校验码相符（第 1 版，{version.at[:10]} 由 张某 锁定，校验码 {version.seal}）。\n"
        "清单只能证明包里前后一致；请用 --seal 与签字的审批单上的校验码核对。\n",
    )
    (packed / "上报" / "汇总.xlsx").unlink()
    result = run("package", "--verify", packed / "上报", "--store", packed / "S.duckdb")
    assert (result.exit_code, result.output) == (1, "有改动，共 1 处：\n  缺少「汇总.xlsx」\n")
    told = json.loads(run("package", "--verify", packed / "上报", "--json").output)
    assert told == {
        "sound": False,
        "number": 1,
        "seal": version.seal,
        "at": version.at,
        "by": "张某",
        "altered": [{"what": "missing", "told": "缺少「汇总.xlsx」"}],
    }


REFUSED: dict[str, tuple[list[str], str]] = {
    "nobody answers": ([], "没有写经办人，没有办"),
    "a code without a package": (["--by", "张某", "--seal", "ABCD"], "--seal 是核对用的"),
    "another year": (["--by", "张某", "--year", "2020"], "存档里还没有合并过的报表"),
    "no such roster": (["--by", "张某", "--roster", "none.xlsx"], "none.xlsx"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(city: Path, case: str) -> None:
    options, told = REFUSED[case]
    before = list_paths(city)
    code, output = hand_up(city, *options)
    assert (code, told in output, list_paths(city) == before) == (2, True, True), output


def test_one_of_two_is_asked_for(city: Path) -> None:
    result = run("package", "--by", "张某")
    assert (result.exit_code, "请给 --store" in result.output) == (2, True)
    result = run("package", "--verify", city / "returns")
    assert (result.exit_code, "不是报送包" in result.output) == (2, True)


def test_what_an_officer_asked_for_is_done_first(city: Path) -> None:
    write_order(city / "汇总.xlsx")
    code, told = hand_up(city, "--by", "张某")
    assert (code, told) == (
        2,
        f"{city / '汇总.xlsx'} 的「报送情况」里有 1 家填了“处理”还没有办（001），"
        "没有打包：请先再合并一次，或清空这些格\n",
    )


def write_order(path: Path) -> None:
    """Type an order beside the first unit."""
    book = openpyxl.load_workbook(path)
    sheet = book["报送情况"]
    columns = {cell.value: (cell.row, cell.column) for row in sheet.iter_rows() for cell in row if cell.value}
    row, _ = columns["001"]
    sheet.cell(row, columns["处理"][1], "审核通过")
    book.save(path)


def test_the_store_keeps_the_roster_without_people(city: Path) -> None:
    found = read_merged_roster(Store(city / "S.duckdb"), "mini", YEAR)
    assert found == Roster(tuple(replace(unit, contact="", phone="") for unit in WHOLE.units))
    before = merges_with_roster(city)
    merge_returns(city, WHOLE)
    assert merges_with_roster(city) == before
    merge_returns(city, ROSTER)
    assert merges_with_roster(city) == before + 1


def merges_with_roster(city: Path) -> int:
    """Return how many merges brought another roster than the one before."""
    asked_for = "SELECT count(*) FROM events WHERE what = 'merged' AND json_extract(details, '$.roster') IS NOT NULL"
    [(count,)] = asked(city / "S.duckdb", asked_for)
    return int(count)
