"""Odd files on the command line: each is one line with its reason, in the JSON and in 汇总, and the others go on.

- a folder with a pipe, names that are no UTF-8, leftovers and damaged files merges
- several files are validated as one by one
- a program that cannot be started ends the run with one sentence and code 2, and nothing is written
- last year's folder says which of its files are no good
"""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from addin.roster import Roster
from generator.lock import Lock
from generator.rosters.sheet import write_roster_book
from templates.families import EXAMPLE_YEAR as YEAR
from templates.system import find_reason
from templates.words import lookup
from tests.support.returns import MINI
from tests.support.stores import tiny_returns, tiny_roster
from tianbao import app

UNITS = tiny_roster(3)
ADVICE = "请确认内存够用、没有被安全软件拦截，然后重试。"
GONE = find_reason(FileNotFoundError(errno.ENOENT, "gone"))
SENTENCE = f"读取文件的程序没有运行起来（{GONE}），没有读取任何文件；{ADVICE}"


def run(*arguments: object) -> Result:
    """Run a command; what it prints to the error stream counts as output, too."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path, lock: Lock) -> Path:
    """Returns of all units but the last, with errors in them."""
    made = tmp_path / "返回"
    made.mkdir()
    tiny_returns(made, Roster(UNITS.units[:2]), lock)
    return made


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "名录.xlsx"
    lines = [(u.code, u.name, u.uscc, u.kind, u.level, u.region, "", "", "") for u in UNITS.units]
    write_roster_book(path, MINI, lines)
    return path


def merged(folder: Path, roster: Path, *more: object) -> Result:
    target = folder.with_name("汇总.xlsx")
    return run("merge", folder, "--roster", roster, "--survey", MINI.folder, "--out", target, "--json", *more)


def answered(result: Result) -> dict[str, Any]:
    """Return the JSON that stands at the end of what was said."""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_every_odd_file_is_a_line_with_its_reason(folder: Path, roster: Path) -> None:
    os.mkfifo(folder / "管道.xlsx")
    (folder / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (folder / "~$000.xlsx").write_bytes(b"\5admin" + b" " * 159)
    Path(os.fsdecode(os.fsencode(folder) + b"/" + "盖章页.pdf".encode("gb18030"))).write_bytes(b"%PDF")
    Path(os.fsdecode(os.fsencode(folder) + b"/a\xff.xlsx")).write_bytes(b"")
    (folder / "001.xlsx").rename(folder / "001.xlsx.1")
    result = merged(folder, roster, "--store", folder.with_name("S.duckdb"))
    assert result.exit_code == 1, "the returns have errors"
    files = answered(result)["files"]
    assert [(file["file"], file["status"], file["unit"]) for file in files] == [
        ("000.xlsx", "has_errors", "000"),
        ("001.xlsx.1", "has_errors", "001"),
        ("a\\xff.xlsx", "unreadable", None),
        ("管道.xlsx", "unreadable", None),
        ("盖章页.pdf", "not_ours", None),
    ]
    sheet = CalamineWorkbook.from_path(str(folder.with_name("汇总.xlsx"))).get_sheet_by_name("报送情况")
    rows, words = sheet.to_python(skip_empty_area=False), lookup("consolidated.status.columns")
    header = [row for row in rows if words["file"] in row][-1]
    name, why = header.index(words["file"]), header.index(words["reason"])
    shown = {str(row[name]): row[why] for row in rows}
    odd = {file["file"]: file["reason"] for file in files if file["reason"]}
    assert len(odd) == 3
    assert {name: shown[name] for name in odd} == odd
    assert answered(merged(folder, roster, "--store", folder.with_name("S.duckdb")))["files"] == files


def test_several_files_are_validated_as_one_by_one(folder: Path, tmp_path: Path) -> None:
    (folder / "坏.xlsx").write_bytes(b"PK\3\4 cut")
    paths = [folder / "000.xlsx", folder / "坏.xlsx", folder / "001.xlsx", folder, tmp_path / "没有.xlsx"]
    together = run("validate", *paths, "--survey", MINI.folder, "--json")
    alone = [run("validate", path, "--survey", MINI.folder, "--json") for path in paths]
    assert json.loads(together.stdout) == [json.loads(one.stdout)[0] for one in alone]
    assert [one.exit_code for one in (together, *alone)] == [2, 1, 2, 1, 2, 2]


@pytest.fixture
def unstartable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))


@pytest.mark.usefixtures("unstartable")
def test_a_program_that_cannot_be_started_ends_the_run(folder: Path, roster: Path) -> None:
    for result in (
        merged(folder, roster),
        run("validate", folder / "000.xlsx", folder / "001.xlsx", "--survey", MINI.folder),
    ):
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.replace("\n", "").endswith(SENTENCE)
    assert not folder.with_name("汇总.xlsx").exists()


@pytest.mark.usefixtures("unstartable")
def test_one_file_is_validated_without_another_program(folder: Path) -> None:
    assert run("validate", folder / "000.xlsx", "--survey", MINI.folder).exit_code == 1


def test_last_years_folder_says_which_files_are_no_good(folder: Path, roster: Path, tmp_path: Path) -> None:
    (folder / "坏.xlsx").write_bytes(b"")
    arguments = ("--survey", MINI.folder, "--year", YEAR + 1, "--roster", roster, "--out", tmp_path / "下发")
    result = run("generate", *arguments, "--previous", folder)
    assert result.exit_code == 0, result.output
    assert "上年的文件「坏.xlsx」没有采用：文件是空的（0 字节）" in result.stderr
    assert f"上年数据：找到 2 个单位的 {YEAR} 年报表" in result.stderr
