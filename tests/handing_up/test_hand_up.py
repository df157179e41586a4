"""What goes up: refused while something is open, whole, without names and telephones, and locked with its package.

- open or missing units are listed and nothing is written; asked to, they are left out, and that is said
- every file that belongs to it lies there; the level above merges it and gets the same totals
- names and telephones of people stand in no part of any file; all else of a unit's file is what came
- package and version are there together or not at all; a later file changes neither
"""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from addin.codec import fingerprint_content
from addin.correcting.decide import decide_corrections
from addin.handing_up.hand_up import NotHandedUp
from addin.handing_up.later import read_later
from addin.handing_up.verify import verify_package
from addin.receiving.acts import ActKind
from addin.receiving.contacts import withhold_contacts
from addin.receiving.receive import MergeJob, merge
from addin.roster import Roster
from addin.store.acts import read_standings, record_acts
from addin.store.store import Store
from addin.store.versions import UnitPlace, list_locked_versions, recall_locked_returns
from addin.submission import Submission
from addin.summary.rollup import Rollup
from addin.tampering.examine import read_examined
from generator.lock import Lock
from tests.support.handed_up import (
    PEOPLE,
    ROSTER,
    UNITS,
    WHOLE,
    find_text,
    hand_up_city,
    list_paths,
    merge_returns,
    send_return,
)
from tests.support.mailbag import one_by_one
from tests.support.returns import MINI, YEAR

FILES = [
    "名录与核实情况.xlsx",
    "主要数据（内部，未经审定不得公布）.docx",
    "报表说明和工作总结.docx",
    "数据报送审批单.docx",
    "汇总.xlsx",
    "汇总_files/001-甲单位.xlsx",
    "汇总_files/002-乙-单位.xlsx",
    "汇总_files/003-丙单位.xlsx",
    "汇总_files/本文件夹由合并生成.txt",
    "清单.json",
    "清单.txt",
    "统计资料保密告知.docx",
]


def read(path: Path) -> Submission:
    found = read_examined(path, surveys=lambda _: MINI)
    assert isinstance(found, Submission)
    return found


def page(path: Path) -> str:
    with zipfile.ZipFile(path) as parts:
        return parts.read("word/document.xml").decode()


def test_everything_lies_in_it(packed: Path) -> None:
    assert list_paths(packed / "上报") == sorted(FILES)
    manifest = json.loads((packed / "上报" / "清单.json").read_text(encoding="utf-8"))
    assert sorted(file["path"] for file in manifest["files"]) == sorted(set(FILES) - {"清单.json", "清单.txt"})
    assert {file["unit"]: file["received"] for file in manifest["files"] if file["unit"]} == {
        code: one.sha256 for code, one in read_standings(Store(packed / "S.duckdb"), "mini", YEAR).items()
    }
    assert manifest["checks"] == "没有抽样复核"


def test_the_page_says_what_an_official_has_to_know(packed: Path) -> None:
    [version] = list_locked_versions(Store(packed / "S.duckdb"), "mini", YEAR)
    shown = page(packed / "上报" / "数据报送审批单.docx")
    for told in (
        "名录 3 家，计入 3 家，没有报齐 0 家。审核通过 0 家，校验通过 3 家。",
        "900,000",
        "500,000",
        "390,000",
        "+28.2%",
        "主要数据的变化都不到 30%（两年都报的单位相比）。",
        "没有抽样复核",
        f"校验码　{version.seal}",
    ):
        assert told in shown, told


def test_large_changes_are_explained_on_the_page(city: Path) -> None:
    across = replace(MINI.across, large_change=0.25)
    hand_up_city(city, survey=replace(MINI, across=across))
    shown = page(city / "上报" / "数据报送审批单.docx")
    assert (
        "场馆经费 +28.2%：甲单位 100,000→200,000（新建了两个场馆，当年追加了专项经费）；"
        "乙/单位 290,000→300,000（新建了两个场馆，当年追加了专项经费）" in shown
    )


@pytest.mark.parametrize("text", PEOPLE)
def test_no_name_and_no_telephone_goes_up(packed: Path, text: str) -> None:
    assert find_text(packed / "上报", text) == []
    assert find_text(packed / "returns", text) != []


def test_all_else_of_a_file_is_what_came(packed: Path) -> None:
    for unit in WHOLE.units:
        came = read(packed / "returns" / f"{unit.code}.xlsx")
        [path] = (packed / "上报" / "汇总_files").glob(f"{unit.code}-*")
        goes = read(path)
        assert fingerprint_content(goes) == fingerprint_content(withhold_contacts(came, MINI))
        assert goes.oddities == came.oddities


def test_the_level_above_gets_the_same_totals(packed: Path) -> None:
    job = MergeJob([packed / "上报" / "汇总.xlsx"], Roster(()), MINI)
    merged = merge(job, read=one_by_one(lambda path: read_examined(path, surveys=lambda _: MINI)))
    [version] = list_locked_versions(Store(packed / "S.duckdb"), "mini", YEAR)
    assert Rollup.of(merged).totals == version.totals
    assert [(unit.code, unit.counts, "不符" in unit.reason) for unit in merged.units] == [
        (unit.code, True, False) for unit in WHOLE.units
    ]


def test_what_came_from_the_level_below_goes_up_whole(packed: Path, tmp_path: Path, lock: Lock) -> None:
    province = tmp_path / "province"
    (province / "returns").mkdir(parents=True)
    shutil.copyfile(packed / "上报" / "汇总.xlsx", province / "returns" / "某市汇总.xlsx")
    send_return(province / "returns", UNITS[3], lock, 50.0)
    merged = merge_returns(province, Roster(UNITS[3:]))
    assert [(unit.code, unit.counts) for unit in merged.units] == [
        ("004", True),
        ("001", True),
        ("002", True),
        ("003", True),
    ]
    done = hand_up_city(province, Roster(UNITS[3:]), summary=None)
    assert done.version.totals["M1"]["09"] == 900050.0
    assert [(unit.code, unit.place.value, unit.submission is None) for unit in done.version.units] == [
        ("004", "counted", False),
        ("001", "counted", True),
        ("002", "counted", True),
        ("003", "counted", True),
    ]
    assert [path for path in list_paths(province / "上报") if "/" in path] == [
        "下级汇总/1-某市汇总.xlsx",
        "汇总_files/004-丁单位.xlsx",
        "汇总_files/本文件夹由合并生成.txt",
    ]
    assert verify_package(province / "上报", done.version.seal, Store(province / "S.duckdb")).is_sound


def test_what_is_open_stands_in_the_way(city: Path) -> None:
    merge_returns(city, ROSTER)
    with pytest.raises(NotHandedUp) as told:
        hand_up_city(city, ROSTER)
    assert str(told.value) == (
        "还有 1 家没有报齐，没有打包：丁单位（未报）。请催报、退回改正或审核通过以后再打包；"
        "确实要先报的加 --leave-open，没报齐的会写明。"
    )
    assert not (city / "上报").exists()
    assert list_locked_versions(Store(city / "S.duckdb"), "mini", YEAR) == []


def test_what_is_open_is_left_out_where_somebody_says_so(city: Path) -> None:
    store = Store(city / "S.duckdb")
    merge_returns(city, ROSTER)
    standings = read_standings(store, "mini", YEAR)
    record_acts(store, "mini", YEAR, [standings["001"].act(ActKind.SENT_BACK, by="张某")])
    done = hand_up_city(city, ROSTER, leave_open=True)
    assert [(unit.code, unit.state) for unit in done.version.left_out] == [("001", "sent_back"), ("004", "missing")]
    assert done.version.totals["M1"]["09"] == 700000.0
    assert [name for name in list_paths(city / "上报") if "单位" in name] == [
        "汇总_files/002-乙-单位.xlsx",
        "汇总_files/003-丙单位.xlsx",
    ]
    assert "没有计入：甲单位（退回）、丁单位（未报）。" in page(city / "上报" / "数据报送审批单.docx")
    assert "没有计入：004 丁单位（未报）" in (city / "上报" / "清单.txt").read_text(encoding="utf-8")


def test_a_full_folder_is_left_as_it_is(packed: Path) -> None:
    before = list_paths(packed)
    with pytest.raises(NotHandedUp, match="已经有东西"):
        hand_up_city(packed)
    assert list_paths(packed) == before


def test_a_later_file_changes_nothing_of_it(packed: Path, lock: Lock) -> None:
    store = Store(packed / "S.duckdb")
    [first] = list_locked_versions(store, "mini", YEAR)
    before = recall_locked_returns(store, MINI, first)
    (packed / "returns" / "003.xlsx").unlink()
    send_return(packed / "returns", UNITS[2], lock, 500000.0)
    merge_returns(packed, WHOLE)
    assert list_locked_versions(store, "mini", YEAR) == [first]
    assert recall_locked_returns(store, MINI, first) == before
    with pytest.raises(NotHandedUp) as told:
        hand_up_city(packed, name="更正后上报")
    assert str(told.value).startswith(
        "自第 1 版以来，单位另报的数有 1 处待审、0 处没有同意，没有打包：003/M1-09。待审的请先用 correct approve"
    )
    state = read_later(store, MINI, YEAR)
    assert state is not None
    decide_corrections(store, state, None, "李某", approve=False, note="无凭证")
    with pytest.raises(NotHandedUp, match="0 处待审、1 处没有同意"):
        hand_up_city(packed, name="更正后上报")
    decide_corrections(store, state, ["003/M1-09"], "李某", approve=True)
    second = hand_up_city(packed, name="更正后上报").version
    assert [(one.number, one.totals["M1"]["09"]) for one in (first, second)] == [(1, 900000.0), (2, 1000000.0)]
    assert [unit.place for unit in second.units] == [UnitPlace.COUNTED] * 3


WRITES = 12
"""So many times a file is brought to the disk on the way."""


class Full(OSError):
    """What a full disk says."""


@dataclass
class FailAt:
    """A disk that is full after so many files."""

    left: int

    def __call__(self, _path: Path) -> None:
        """Bring the file to the disk, or fail."""
        if not self.left:
            raise Full
        self.left -= 1


def test_whichever_write_fails_there_is_neither(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, store = list_paths(city), Store(city / "S.duckdb")
    for number in range(WRITES):
        monkeypatch.setattr("generator.files._to_disk", FailAt(number))
        with pytest.raises(Full):
            hand_up_city(city)
        assert (list_paths(city), list_locked_versions(store, "mini", YEAR)) == (before, [])
    monkeypatch.setattr("generator.files._to_disk", FailAt(WRITES))
    assert hand_up_city(city).version.number == 1


def test_a_version_that_cannot_be_locked_leaves_no_package(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = list_paths(city)

    def fail(_store: Store, _version: object, put: object) -> None:
        assert callable(put)
        put()
        assert (city / "上报").is_dir()
        raise Full

    monkeypatch.setattr("addin.handing_up.hand_up.lock_version", fail)
    with pytest.raises(Full):
        hand_up_city(city)
    assert list_paths(city) == before
