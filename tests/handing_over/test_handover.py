"""Handing over: what lies in the folder, and the proof that it can be restored.

- the store, its kept files, definitions, a 汇总 and what goes with it, each with its digest; keys and passwords named
- restored into an empty folder, the store yields the same 汇总, value by value
- whatever is changed, taken away or put in is told
- nothing is written where it cannot be done
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import duckdb
import pytest

from addin.handing_over.check import check_handover
from addin.handing_over.handover import HandoverJob, hand_over, write_recalled_summary
from addin.handing_over.manifest import HandoverManifest, HandoverRefused, read_manifest, write_manifest
from addin.handing_over.recall import recall_merge
from addin.keys import make_key
from addin.package.opened import open_bytes, read_bytes
from addin.reading.grids import PackageSheets
from addin.receiving.acts import ActKind
from addin.receiving.outcomes import State
from addin.store.acts import read_standings, record_acts
from addin.store.store import Store
from addin.summary.rollup import Rollup, describe_merge
from generator.lock import Lock
from tests.support.command import run
from tests.support.returns import MINI, YEAR
from tests.support.stores import tiny_merge, tiny_returns, tiny_roster

MOMENT = datetime.fromisoformat("2025-05-06T09:30:00+08:00")
COUNT = 3
UNITS = tiny_roster(COUNT + 1)
"""The last one has sent nothing."""


@pytest.fixture(scope="module")
def office(lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office at the end of its round: store, key, password, roster."""
    place = tmp_path_factory.mktemp("office")
    (place / "returns").mkdir()
    tiny_returns(place / "returns", tiny_roster(COUNT), lock)
    store = Store(place / "S.duckdb")
    tiny_merge(store.path, place / "returns", UNITS)
    standing = read_standings(store, MINI.id, YEAR)["000"]
    record_acts(store, MINI.id, YEAR, [standing.act(ActKind.ACCEPTED, by="张某")])
    make_key(place / "市.key")
    (place / "工作簿保护密码.txt").write_text("secret-1", encoding="utf-8")
    (place / "名录.csv").write_text("单位代码\n", encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def handed(office: Path) -> Path:
    """The folder that was handed over."""
    hand_over(a_job(office, office / "移交"))
    return office / "移交"


@pytest.fixture
def folder(handed: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    return Path(shutil.copytree(handed, tmp_path / "移交"))


def a_job(office: Path, folder: Path, *, with_keys: bool = False) -> HandoverJob:
    return HandoverJob(
        Store(office / "S.duckdb"),
        folder,
        "张某",
        "李某",
        str(MINI.folder),
        [office / "市.key"],
        with_keys,
        include=[office / "名录.csv"],
        moment=MOMENT,
    )


def list_names(folder: Path) -> list[str]:
    """Return the files, kept ones as the first characters of their digests."""
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    return sorted(name for name in names if "/S.duckdb.files/" not in name and not name.startswith("制度/"))


def test_what_lies_in_the_folder(office: Path, handed: Path) -> None:
    assert list_names(handed) == [
        "一并移交/名录.csv",
        "存档/S.duckdb",
        f"汇总/汇总-mini-{YEAR}.xlsx",
        "移交清单.docx",
        "移交清单.json",
    ]
    manifest = read_manifest(handed)
    here = {path.relative_to(handed).as_posix() for path in handed.rglob("*") if path.is_file()}
    assert {one.path for one in manifest.files} == here - {"移交清单.docx", "移交清单.json"}
    counted = [(what, len(manifest.list_files(what))) for what in ("store", "kept", "summary", "include", "keys")]
    assert counted == [("store", 1), ("kept", COUNT + 1), ("summary", 1), ("include", 1), ("keys", 0)]
    [one] = manifest.rounds
    assert (one.survey, one.year, one.hash, one.folder) == ("mini", YEAR, MINI.hash, "制度/mini")
    assert one.units == {"待改正": 2, "未报": 1, "审核通过": 1}
    [key] = manifest.keys
    assert (key.file, key.copied) == (str(office / "市.key"), "")
    assert manifest.passwords == (str(office / "工作簿保护密码.txt"),)
    assert [(one["what"], one["years"], one["until"]) for one in manifest.retention] == [
        ("原始资料", 2, YEAR + 3),
        ("汇总资料", 10, YEAR + 11),
    ]


def test_no_secret_is_copied_unless_it_is_asked_for(office: Path, handed: Path, tmp_path: Path) -> None:
    def holding(folder: Path, secret: bytes) -> list[str]:
        return [path.name for path in folder.rglob("*") if path.is_file() and secret in path.read_bytes()]

    secret = (office / "市.key").read_bytes()
    assert (holding(handed, secret), holding(handed, b"secret-1")) == ([], [])
    manifest = hand_over(a_job(office, tmp_path / "有密钥", with_keys=True))
    assert [key.copied for key in manifest.keys] == ["密钥/市.key"]
    assert (holding(tmp_path / "有密钥", secret), holding(tmp_path / "有密钥", b"secret-1")) == (["市.key"], [])


def test_the_list_is_one_page_of_what_there_is(office: Path, handed: Path) -> None:
    document = docx.Document(str(handed / "移交清单.docx"))
    manifest = read_manifest(handed)
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert [row[1] for row in rows] == [
        "移交物",
        "存档",
        "收到的文件原件",
        "制度定义：小型统计调查",
        f"由存档写出的汇总：小型统计调查 {YEAR} 年度",
        f"密钥 {manifest.keys[0].id}",
        "工作簿保护密码",
        "一并移交的文件",
    ]
    assert rows[6][2:] == [f"另交：{office / '工作簿保护密码.txt'}", "", "当面另交"]
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert f"清单校验码：{manifest.code}" in texts[2]
    assert f"1. 原始资料（单位报来的报表、存档）保存 2 年，至少到 {YEAR + 3} 年底。依据：统计法实施条例。" in texts


def read_values(path: Path) -> dict[str, object]:
    sheets = PackageSheets(open_bytes(read_bytes(path)))
    return {name: sheets.grid(name).rows for name in sheets.sheets if name != "_meta"}


def test_restored_into_an_empty_folder_it_yields_the_same(office: Path, handed: Path, tmp_path: Path) -> None:
    empty = tmp_path / "新电脑"
    empty.mkdir()
    for name in ("S.duckdb", "S.duckdb.files"):
        source = handed / "存档" / name
        shutil.copytree(source, empty / name) if source.is_dir() else shutil.copy(source, empty / name)
    write_recalled_summary(Store(empty / "S.duckdb"), MINI, YEAR, empty / "汇总.xlsx", MOMENT)
    assert read_values(empty / "汇总.xlsx") == read_values(handed / "汇总" / f"汇总-mini-{YEAR}.xlsx")
    merged = recall_merge(Store(empty / "S.duckdb"), MINI, YEAR, MOMENT)
    again = tiny_merge(empty / "S.duckdb", office / "returns", UNITS)
    assert [(unit.code, unit.state) for unit in merged.units] == [(unit.code, unit.state) for unit in again.units]
    assert {unit.state for unit in again.units} == {State.ACCEPTED, State.FAULTY, State.MISSING}
    totals = [describe_merge(one, Rollup.of(one))["totals"] for one in (merged, again)]
    assert totals[0] == totals[1] != {}


def test_a_sound_handover_is_proved(handed: Path) -> None:
    checked = check_handover(handed)
    assert [(one.what, one.holds) for one in checked.proofs] == [
        ("files", True),
        ("store", True),
        ("definitions", True),
        ("summary", True),
        ("program", True),
    ]
    before = {path: path.stat().st_mtime_ns for path in handed.rglob("*")}
    check_handover(handed)
    assert {path: path.stat().st_mtime_ns for path in handed.rglob("*")} == before


def _edit_store(folder: Path) -> None:
    with duckdb.connect(folder / "存档" / "S.duckdb") as connection:
        connection.execute("UPDATE cells SET number = 99 WHERE form = 'M1' AND code = '06'")


def _append(name: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = next(folder.glob(name))
        path.chmod(0o600)
        with path.open("a", encoding="utf-8") as stream:
            stream.write(text)

    return change


def _remove(name: str) -> Callable[[Path], None]:
    return lambda folder: next(folder.glob(name)).unlink()


ALTERATIONS: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "a kept file": (_append("存档/S.duckdb.files/*/*.xlsx", "x"), ["文件改过"]),
    "a kept file taken away": (_remove("存档/S.duckdb.files/*/*.xlsx"), ["少了文件"]),
    "a value in the store": (_edit_store, ["文件改过：存档/S.duckdb", "存档打得开，但 3 份里有 3 份被别的程序改过。"]),
    "the store taken away": (
        _remove("存档/S.duckdb"),
        ["少了文件：存档/S.duckdb", "存档恢复后打不开", "小型统计调查 2024 年度：写不出汇总"],
    ),
    "a definition": (
        _append("制度/mini/rules/M1.toml", "# 改\n"),
        ["文件改过：制度/mini/rules/M1.toml", "小型统计调查 的定义改过"],
    ),
    "the summary": (_append("汇总/*.xlsx", "x"), ["文件改过：汇总/汇总-mini-2024.xlsx"]),
    "what goes with it": (_append("一并移交/名录.csv", "x"), ["文件改过：一并移交/名录.csv"]),
}


@pytest.mark.parametrize("what", ALTERATIONS)
def test_every_alteration_is_told(what: str, folder: Path) -> None:
    change, told = ALTERATIONS[what]
    change(folder)
    found = [one.sentence for one in check_handover(folder).proofs if not one.holds]
    assert [sentence[: len(begin)] for sentence, begin in zip(found, told, strict=False)] == told


def test_a_file_more_is_told_and_does_no_harm(folder: Path) -> None:
    (folder / "便条.txt").write_text("x", encoding="utf-8")
    checked = check_handover(folder)
    assert (checked.holds, checked.proofs[0].sentence) == (True, "清单上没有的文件（不影响恢复）：便条.txt")


def test_the_command_and_what_it_refuses(office: Path, handed: Path, folder: Path, tmp_path: Path) -> None:
    given = ("--store", office / "S.duckdb", "--survey", MINI.folder, "--by", "张某")
    done = run("handover", *given, "--out", tmp_path / "新", "--json")
    manifest = json.loads(done.stdout)
    assert (done.exit_code, manifest["by"], manifest["rounds"][0]["missing"]) == (0, "张某", "")
    assert run("handover", "--check", tmp_path / "新").exit_code == 0
    unknown = run("handover", "--store", office / "S.duckdb", "--out", tmp_path / "无定义")
    assert (unknown.exit_code, "制度定义没有找到" in unknown.stdout) == (1, True)
    changed = json.loads((folder / "移交清单.json").read_text(encoding="utf-8")) | {"by": "别人"}
    (folder / "移交清单.json").write_text(json.dumps(changed), encoding="utf-8")
    refused = {
        "not empty": (*given, "--out", handed),
        "no store": ("--store", tmp_path / "没有.duckdb", "--out", tmp_path / "空"),
        "both": (*given, "--check", handed),
        "no key": (*given, "--out", tmp_path / "空", "--key", office / "名录.csv"),
        "no manifest": ("--check", office),
        "another manifest": ("--check", folder),
    }
    said = {what: run("handover", *arguments) for what, arguments in refused.items()}
    assert {what: (one.exit_code, one.stderr.strip().partition("，")[0]) for what, one in said.items()} == {
        "not empty": (2, f"移交文件夹 {handed} 里已有东西"),
        "no store": (2, f"没有存档 {tmp_path / '没有.duckdb'}：请先用 merge --store 建立"),
        "both": (2, "移交请写 --store 和 --out；核对移交文件夹请写 --check"),
        "no key": (2, said["no key"].stderr.strip().partition("，")[0]),
        "no manifest": (2, f"{office} 里没有「移交清单.json」"),
        "another manifest": (2, f"{folder / '移交清单.json'} 读不了或改过（校验码不符）"),
    }
    assert not (tmp_path / "空").exists()


def test_a_manifest_is_read_as_it_was_written(handed: Path) -> None:
    manifest = read_manifest(handed)
    assert isinstance(manifest, HandoverManifest)
    assert json.loads((handed / "移交清单.json").read_text(encoding="utf-8"))["code"] == manifest.code


def test_a_manifest_that_leads_out_of_its_folder_is_none(folder: Path) -> None:
    manifest = read_manifest(folder)
    for path in ("../x", "/etc/passwd", "C:/x", "存档\\..\\x"):
        other = replace(manifest, files=(replace(manifest.files[0], path=path), *manifest.files[1:]))
        write_manifest(folder / "移交清单.json", other)
        with pytest.raises(HandoverRefused):
            read_manifest(folder)


@pytest.mark.parametrize("fails", range(1, 8))
def test_a_copy_that_fails_leaves_nothing_behind(
    fails: int, office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, copy = [], shutil.copy2

    def copy_or_fail(*given: Any, **more: Any) -> Any:
        done.append(given)
        if len(done) == fails:
            raise OSError(28, "No space left on device")
        return copy(*given, **more)

    monkeypatch.setattr("shutil.copy2", copy_or_fail)
    with pytest.raises((OSError, shutil.Error)):
        hand_over(a_job(office, tmp_path / "移交", with_keys=True))
    assert not (tmp_path / "移交").exists()
    monkeypatch.undo()
    hand_over(a_job(office, tmp_path / "移交"))
    assert check_handover(tmp_path / "移交").holds
