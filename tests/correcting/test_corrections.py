"""What units report otherwise after a version was handed in: listed, approved or refused, cell by cell.

- a later file becomes a request for each cell, with the unit's reason; what is the same is none
- approving takes the value of the unit's later return; the locked version stands, totals stand side by side
- a decision is about one value: another one is a new request, the old one again is no question
- what is still open, undecided, unknown or decided already is refused, each with its reason
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import openpyxl
import pytest

from addin.codec import decode, encode
from addin.commands.merge import write_all
from addin.correcting.decide import DecidedCorrections, decide_corrections, list_ids
from addin.correcting.requests import CorrectionState, read_correction_state
from addin.correcting.revise import revise_totals
from addin.correcting.show import gather_corrections
from addin.correcting.tell import describe_corrections
from addin.receiving.acts import ActKind
from addin.receiving.outcomes import Merged
from addin.receiving.receive import MergeJob
from addin.reconciling.accepted import read_accepted
from addin.roster import ReportingUnit, Roster
from addin.sending.dispatch import make_identity
from addin.store.acts import read_standings, record_acts
from addin.store.history import find_story, tell_story
from addin.store.remember import merge_into
from addin.store.store import Store
from addin.store.versions import LockedUnit, LockedVersion, UnitPlace, list_locked_versions, lock_version
from addin.submission import Refusal, Submission
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup
from addin.summary.verdicts import Settled
from generator.consolidated.corrections import CorrectionSheets
from templates.content import Value
from tests.support.command import run
from tests.support.mailbag import one_by_one
from tests.support.returns import MINI, YEAR, a_complete_return

UNITS = tuple(
    ReportingUnit(f"{n:03}", f"{name}单位", "", "甲类", "市级", "500103") for n, name in enumerate("甲乙丙丁", 1)
)
HALLS: dict[str, Value | None] = {"04": "1", "04.1": "东馆"}
FIRST: dict[str, dict[str, Value | None]] = {
    "001": HALLS | {"06": 3.0, "08": 1.25, "09": 900.0},
    "002": {"14": 5.0},
    "003": {"14": 7.0},
}
"""004 sends nothing before the version is locked."""

ROWS: list[dict[str, Value]] = [{"活动名称": "科普日", "规模": "小型", "参加人次": 40.0}]


def put(folder: Path, code: str, cells: Mapping[str, Value | None], note: str = "", *, rows: bool = False) -> None:
    """Write the unit's return, its first values and these, as a file that :func:`read_put` reads."""
    unit = next(unit for unit in UNITS if unit.code == code)
    submission = replace(a_complete_return(rows=ROWS if rows else ()), identity=make_identity(unit, MINI, YEAR))
    for place, value in ({"01": unit.name} | FIRST.get(code, {}) | dict(cells)).items():
        submission.content.set("M1", place, value)
    if note:
        submission.content.notes["M1"] = dict.fromkeys(cells, note)
    (folder / f"{code}.xlsx").write_text(encode(submission), encoding="utf-8")


def read_put(path: Path) -> Submission | Refusal:
    """Return what was put."""
    return decode(path.read_text(encoding="utf-8"))


def merge(store: Store) -> Merged:
    """Merge what lies beside the store."""
    job = MergeJob([store.path.parent / "returns"], Roster(UNITS), MINI)
    return merge_into(store, job, read=one_by_one(read_put))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one locked version."""
    place = tmp_path_factory.mktemp("city")
    (place / "returns").mkdir()
    for code in FIRST:
        put(place / "returns", code, {})
    store = Store(place / "S.duckdb")
    lock_round(store, merge(store))
    return place


def lock_round(store: Store, merged: Merged) -> None:
    """Lock what stands in the store."""
    units = tuple(
        LockedUnit(
            one.code,
            one.name,
            UnitPlace.COUNTED if one.state.counts else UnitPlace.LEFT_OUT,
            one.state.value,
            one.content,
            one.sha256,
            one.submission,
            one.file,
        )
        for one in read_standings(store, MINI.id, YEAR).values()
    )
    lock_version(store, LockedVersion(MINI.id, YEAR, 0, "张某", "", units, Rollup.of(merged).totals))


@pytest.fixture
def store(city: Path, tmp_path: Path) -> Store:
    """The store in a folder of its own."""
    shutil.copytree(city, tmp_path / "city")
    return Store(tmp_path / "city" / "S.duckdb")


def read(store: Store) -> CorrectionState:
    [version] = list_locked_versions(store, MINI.id, YEAR)
    return read_correction_state(store, MINI, YEAR, version)


def resend(store: Store, code: str, cells: Mapping[str, Value | None], note: str = "", *, rows: bool = False) -> None:
    """Have the unit send another return, and merge."""
    put(store.path.parent / "returns", code, cells, note, rows=rows)
    merge(store)


def listed(store: Store) -> list[tuple[object, ...]]:
    return [(one.id, one.old, one.new, one.why, one.ruling.value) for one in read(store).requests]


def totals(store: Store) -> list[tuple[object, ...]]:
    changed = revise_totals(read(store)).changed
    return [(one.indicator.code, one.handed_in, one.revised, one.requested) for one in changed]


def decide(store: Store, *named: str, approve: bool = True, note: str = "") -> DecidedCorrections:
    return decide_corrections(store, read(store), named or None, "李某", approve=approve, note=note)


def test_nothing_is_asked_for_while_nothing_comes(store: Store) -> None:
    assert (listed(store), totals(store)) == ([], [])
    merge(store)
    assert (listed(store), totals(store)) == ([], [])


def test_a_later_file_becomes_a_request_for_each_cell(store: Store) -> None:
    resend(store, "001", {"04.1": "东馆、西馆", "06": 4.0, "08": None, "09": 900.0}, "西馆漏报")
    resend(store, "002", {}, rows=True)
    assert listed(store) == [
        ("001/M1-04.1", "东馆", "东馆、西馆", "西馆漏报", "open"),
        ("001/M1-06", 3, 4, "西馆漏报", "open"),
        ("001/M1-08", 1.25, None, "西馆漏报", "open"),
        ("002/M1-10", 0, 1, "", "open"),
    ]


def test_a_unit_that_was_left_out_asks_for_all_its_numbers(store: Store) -> None:
    resend(store, "004", {"14": 2.0})
    state = read(store)
    assert [(one.unit, one.counted) for one in state.late] == [("004", False)]
    assert ("004/M1-14", None, 2, "", "open") in listed(store)
    assert totals(store) == [("14", 12.0, 12.0, 14.0)]
    decide(store, "004")
    assert totals(store) == [("14", 12.0, 14.0, 14.0)]


def test_what_was_left_out_and_stands_as_it_did_asks_for_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "S.duckdb")
    (tmp_path / "returns").mkdir()
    put(tmp_path / "returns", "002", {})
    put(tmp_path / "returns", "003", {"14": None})
    lock_round(store, merge(store))
    assert (read(store).late, totals(store)) == ((), [])
    record_acts(store, MINI.id, YEAR, [read_standings(store, MINI.id, YEAR)["003"].act(ActKind.ACCEPTED, by="李某")])
    assert [one.unit for one in read(store).late] == ["003"]
    assert {one.new for one in read(store).requests} == {0}


def test_totals_stand_side_by_side_and_the_version_stands(store: Store) -> None:
    before = list_locked_versions(store, MINI.id, YEAR)
    resend(store, "001", {"06": 4.0, "09": 1000.0}, "西馆漏报")
    resend(store, "003", {"14": 9.0}, "统计有误")
    assert totals(store) == [("06", 3.0, 3.0, 4.0), ("09", 900.0, 900.0, 1000.0), ("14", 12.0, 12.0, 14.0)]
    done = decide(store, "001/M1-06", "003", note="已核对原始凭证")
    assert (list_ids(done.done), done.refused) == (["001/M1-06", "003/M1-14"], ())
    assert totals(store) == [("06", 3.0, 4.0, 4.0), ("09", 900.0, 900.0, 1000.0), ("14", 12.0, 14.0, 14.0)]
    assert listed(store) == [
        ("001/M1-06", 3, 4, "西馆漏报", "approved"),
        ("001/M1-09", 900, 1000, "西馆漏报", "open"),
        ("003/M1-14", 7, 9, "统计有误", "approved"),
    ]
    assert list_locked_versions(store, MINI.id, YEAR) == before
    told = describe_corrections(read(store), revise_totals(read(store)))["totals"]
    assert (told["handed_in"]["M1"]["06"], told["revised"]["M1"]["06"]) == (3, 4)
    assert told["handed_in"] == {
        "M1": {code: int(v) if v.is_integer() else v for code, v in before[0].totals["M1"].items()}
    }


def test_a_decision_is_about_one_value(store: Store) -> None:
    resend(store, "002", {"14": 6.0})
    decide(store, "002", approve=False, note="无原始凭证")
    assert listed(store) == [("002/M1-14", 5, 6, "", "refused")]
    resend(store, "002", {"14": 8.0})
    assert listed(store) == [("002/M1-14", 5, 8, "", "open")]
    decide(store)
    resend(store, "002", {"14": 6.0})
    assert listed(store) == [("002/M1-14", 8, 6, "", "open")]
    resend(store, "002", {"14": 8.0})
    assert listed(store) == [("002/M1-14", 5, 8, "", "approved")]
    resend(store, "002", {"14": 5.0})
    assert (listed(store), totals(store)) == ([("002/M1-14", 8, 5, "", "open")], [("14", 12.0, 15.0, 12.0)])


def test_what_is_approved_holds_when_nothing_of_the_unit_comes_any_more(store: Store) -> None:
    resend(store, "002", {"14": 6.0})
    decide(store)
    (store.path.parent / "returns" / "002.xlsx").unlink()
    merge(store)
    assert (listed(store), totals(store)) == ([], [("14", 12.0, 13.0, 13.0)])


def test_merging_again_and_again_says_nothing_new(store: Store) -> None:
    resend(store, "002", {"14": 6.0})
    decide(store, "002")
    before = listed(store)
    events = [len(list(tell_story(find_story(store, "002"))))]
    for _ in range(2):
        merge(store)
        events.append(len(list(tell_story(find_story(store, "002")))))
    assert (listed(store), events) == (before, [events[0]] * 3)


def test_what_cannot_be_decided_is_refused(store: Store) -> None:
    resend(store, "001", {"06": None})
    resend(store, "002", {"14": 6.0})
    decide(store, "002")
    done = decide(store, "001", "002", "002/M1-14", "003", "999", "001/M1-09")
    assert done == DecidedCorrections(
        (),
        (
            ("002", "这个单位没有待审的更正"),
            ("003", "没有这个更正，也没有单位用这个代码报来不同的数；先用 tianbao correct list 看有哪些"),
            ("999", "没有这个更正，也没有单位用这个代码报来不同的数；先用 tianbao correct list 看有哪些"),
            ("001/M1-09", "没有这个更正，也没有单位用这个代码报来不同的数；先用 tianbao correct list 看有哪些"),
            ("001/M1-06", "新报来的现在是「待改正」，要先校验通过或审核通过，才能同意更正"),
            ("002/M1-14", "已经同意了，不能再改；单位再报来别的数，是新的更正"),
        ),
    )
    refused = decide(store, "001", approve=False, note="先改好")
    assert (list_ids(refused.done), refused.refused) == (["001/M1-06"], ())


def test_a_part_that_keeps_no_rule_is_told(store: Store) -> None:
    resend(store, "001", {"06": 5.0, "07": 4.0})
    decide(store, "001/M1-07")
    [late] = read(store).late
    assert [(finding.rule, finding.code) for finding in late.breaches] == [("M1-07.part", "07")]
    done = run("correct", "approve", "001/M1-06", "--store", store.path, "--survey", MINI.folder, "--by", "李某")
    assert (done.exit_code, read(store).late[0].breaches) == (0, ())


def test_the_unit_has_it_in_its_story(store: Store) -> None:
    resend(store, "002", {"14": 6.0})
    decide(store, note="已核对")
    *_, last = tell_story(find_story(store, "002"))
    assert last[1:] == ("同意更正", str(YEAR), "002.xlsx", "M1-14：5 → 6（第 1 版）：已核对", "李某")


def test_an_export_is_compared_with_what_was_handed_in(store: Store) -> None:
    resend(store, "002", {"14": 6.0})
    [version] = list_locked_versions(store, MINI.id, YEAR)
    sides = [read_accepted(store, MINI, YEAR), read_accepted(store, MINI, YEAR, version)]
    assert [one.units["002"].numbers["M1", "14"] for one in sides] == [6.0, 5.0]
    assert [sorted(one.others) for one in sides] == [["004"], ["004"]]


def test_the_commands(store: Store, tmp_path: Path) -> None:
    given = ("--store", store.path, "--survey", MINI.folder)
    assert run("correct", "list", *given).exit_code == 0
    resend(store, "001", {"06": 4.0}, "西馆漏报")
    shown = run("correct", "list", *given)
    assert (shown.exit_code, shown.stdout.splitlines()[2:]) == (
        1,
        [
            "  001/M1-06 场馆数：3 → 4 座　原因：西馆漏报　待审",
            "合计（上报的不动，更正后的在旁边）：",
            "  M1-06 场馆数：上报 3，更正后 3（待审的都同意则 4）",
            "共 1 处更正，待审 1 处。",
        ],
    )
    assert run("correct", "refuse", "001", *given, "--by", "李某").stderr.strip() == "不同意要写明原因，请用 --note"
    done = run("correct", "approve", "001/M1-06", *given, "--by", "李某")
    assert (done.exit_code, done.stdout.strip()) == (0, "甲单位（001）001/M1-06：3 → 4，已同意。")
    told = json.loads(run("correct", "list", *given, "--json").stdout)
    assert (told["open"], told["corrections"][0]["by"], told["totals"]["changed"][0]["revised"]) == (0, "李某", 4)
    assert run("correct", "approve", "777", *given, "--by", "李某").exit_code == 2
    merge(other := Store(tmp_path / "city" / "T.duckdb"))
    none = run("correct", "list", "--store", other.path, "--survey", MINI.folder)
    assert (none.exit_code, none.stderr.partition("，")[0]) == (2, f"存档里 {YEAR} 年度还没有审定锁定的版本")


def test_the_summary_has_both_sheets(store: Store, tmp_path: Path) -> None:
    resend(store, "001", {"06": 4.0, "09": 1000.0}, "西馆漏报")
    decide(store, "001/M1-06", note="已核对")
    merged = merge(store)
    shown = gather_corrections(store, MINI, YEAR)
    write_summary(merged, Rollup.of(merged), tmp_path / "汇总.xlsx", corrections=shown)
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)
    rows = {name: [[cell.value for cell in row] for row in book[name].iter_rows(min_row=4)] for name in SHEETS}
    assert rows == {
        "更正": [
            ["001/M1-06", "甲单位", "M1-06", "场馆数", 3, 4, "座", "西馆漏报", "001.xlsx", "已同意", "李某：已核对"],
            ["001/M1-09", "甲单位", "M1-09", "场馆经费", 900, 1000, "元", "西馆漏报", "001.xlsx", "待审", None],
        ],
        "更正后合计": [
            ["M1-06", "场馆数", "座", 3, 4, 1, 4, None],
            ["M1-09", "场馆经费", "元", 900, 900, 0, 1000, None],
        ],
    }
    other = Store(tmp_path / "city" / "T.duckdb")
    merge(other)
    assert gather_corrections(other, MINI, YEAR) == CorrectionSheets()


SHEETS = ("更正", "更正后合计")


def test_a_version_that_was_edited_stops_no_merge(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    merged = merge(store)
    with duckdb.connect(store.path) as connection:
        connection.execute("UPDATE events SET details = replace(details::VARCHAR, '900', '901') WHERE what = 'locked'")
    write_all(merged, Settled(), tmp_path / "汇总.xlsx", None, None, store.path)
    assert capsys.readouterr().err.startswith(f"汇总里没有写更正：存档 {store.path} 里锁定的第 1 版被别的程序改动过")
    assert (tmp_path / "汇总.xlsx").is_file()
