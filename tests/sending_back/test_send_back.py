"""Returns sent back out of the store, answered, and merged again.

- a packet for each unit with something open, in a folder for its contact person; nothing of another unit in it
- a workbook that the unit cannot mend is answered with a fresh one and its receipt
- what people sent back on the sheet gets its packet; a packet is written once a round; what cannot be is said
- the unit mends and answers: the next merge knows both
"""

from __future__ import annotations

import json
import shutil
import zipfile
from dataclasses import astuple, replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from addin.facts import UnitAnswer
from addin.receiving.acts import ActKind
from addin.receiving.outcomes import Merged, State
from addin.receiving.receive import MergeJob
from addin.roster import ReportingUnit, Roster
from addin.sending.dispatch import make_identity
from addin.sending_back.open_returns import ReturningOfficer
from addin.sending_back.send_back import SendBackJob, SentBack, send_back
from addin.store.acts import read_standings, record_acts
from addin.store.remember import merge_into
from addin.store.store import Store
from addin.submission import Refusal, Submission
from addin.summary.consolidate import consolidated
from addin.summary.rollup import Rollup
from addin.tampering.examine import read_examined
from generator.consolidated.data import AnswerLine
from generator.lock import Lock
from generator.ooxml.edit import put_modified
from generator.plain import write_table
from generator.unit.workbook import build
from templates.content import Value
from templates.layout import WorkbookLayout
from templates.words import lookup
from tests.support.command import run
from tests.support.mailbag import one_by_one
from tests.support.moments import later
from tests.support.parts_of_books import list_changed_parts
from tests.support.returns import MINI, YEAR, a_complete_return
from tests.support.vandals import put

WANG = {"contact": "王某", "phone": "023-1111"}
UNITS = (
    ReportingUnit("001", "甲单位", "", "甲类", "市级", "500103", **WANG),
    ReportingUnit("002", "乙/单位", "", "甲类", "市级", "500103", **WANG),
    ReportingUnit("003", "丙单位", "", "甲类", "市级", "500103", contact="李某", phone="023-2222"),
    ReportingUnit("004", "丁单位", "", "甲类", "市级", "500103"),
    ReportingUnit("005", "戊单位", "", "甲类", "市级", "500103"),
)
ROSTER = Roster(UNITS)
FORM = WorkbookLayout(MINI, "甲类", "市级").forms["M1"]
CELLS: dict[str, dict[str, Value | None]] = {
    "001": {"06": None, "09": 111111.0},
    "002": {"07": None, "09": 333333.0},
    "003": {"09": 444444.0},
    "004": {"09": 555555.0},
}
SENDER = ReturningOfficer("张某", "023-0000", "", date(2025, 3, 10), date(2025, 3, 1))
ANSWERED = UnitAnswer(1, f"cell.required|{FORM.address('06')}", FORM.address("06"), "06「场馆数」未填", "", "已补填")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, lock: Lock) -> Path:
    """Two units left something wrong, the workbook of a third was tampered with, one is fine, one sent nothing."""
    place = tmp_path_factory.mktemp("city")
    folder = place / "returns"
    folder.mkdir()
    for unit in UNITS[:4]:
        content = a_complete_return().content
        content.values["M1"]["01"] = unit.name
        for code, value in CELLS[unit.code].items():
            content.set("M1", code, value)
        build(folder / f"{unit.code}.xlsx", MINI, make_identity(unit, MINI, YEAR), lock, content)
    put("M1", FORM.cell("10"), 7)(folder / "003.xlsx")
    _merged(Store(place / "S.duckdb"), folder)
    return place


@pytest.fixture
def store(tmp_path: Path, city: Path) -> Store:
    """What came in, merged."""
    shutil.copytree(city, tmp_path / "city")
    return Store(tmp_path / "city" / "S.duckdb")


@pytest.fixture
def returns(store: Store) -> Path:
    """What came in."""
    return store.path.parent / "returns"


def _merged(store: Store, folder: Path) -> Merged:
    return merge_into(store, MergeJob([folder], ROSTER, MINI), read=one_by_one(_read))


def _read(path: Path) -> Submission | Refusal:
    return read_examined(path, surveys=lambda _: MINI)


def _sent_back(store: Store, *units: str, **sender: object) -> SentBack:
    told = replace(SENDER, **sender)  # type: ignore[arg-type]  # fields of ReturningOfficer by name
    return send_back(SendBackJob(MINI, YEAR, ROSTER, store, store.path.parent / "退回", told, units))


def _states(store: Store) -> dict[str, tuple[State, int]]:
    return {code: (one.state, one.round) for code, one in read_standings(store, "mini", YEAR).items()}


def test_each_contact_person_has_a_folder(store: Store, returns: Path) -> None:
    done = _sent_back(store)
    folder = store.path.parent / "退回"
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*")) == [
        "李某/003-丙单位-回执.xlsx",
        "李某/003-丙单位-退回.xlsx",
        "李某/003-丙单位-退回单.docx",
        "李某/给李某的话（私信）.txt",
        "王某/001-甲单位-退回.xlsx",
        "王某/001-甲单位-退回单.docx",
        "王某/002-乙-单位-退回.xlsx",
        "王某/002-乙-单位-退回单.docx",
        "王某/给王某的话（私信）.txt",
        "群发通知（贴到工作群）.txt",
    ]
    assert [(one.slip.code, one.slip.errors, one.renewed) for one in done.written] == [
        ("001", 1, False),
        ("002", 1, False),
        ("003", 1, True),
    ]
    assert done.refused == ()
    assert len(list_changed_parts(returns / "001.xlsx", folder / "王某" / "001-甲单位-退回.xlsx")) == 3
    assert _states(store) == {
        "001": (State.SENT_BACK, 1),
        "002": (State.SENT_BACK, 1),
        "003": (State.SENT_BACK, 1),
        "004": (State.PASSED, 1),
        "005": (State.MISSING, 1),
    }


def test_texts_to_paste_hold_no_value(store: Store) -> None:
    _sent_back(store)
    folder = store.path.parent / "退回"
    assert (folder / "王某" / "给王某的话（私信）.txt").read_text(encoding="utf-8").splitlines() == [
        "王某您好：《小型统计调查》2024 年度报表需要核实、改正后重报，请于 2025年3月10日 前重报。",
        "· 甲单位（001）第 1 次退回：必须改正 1 处，在 M1 表代码 06。附件：001-甲单位-退回.xlsx",
        "· 乙/单位（002）第 1 次退回：必须改正 1 处，在 M1 表代码 07。附件：002-乙-单位-退回.xlsx",
        "打开附件第一眼就是「校验结果」，点「定位」到那一格；改好后在「单位答复」各写一句，存盘发回这一份。"
        "有疑问请联系张某023-0000。",
    ]
    assert (folder / "群发通知（贴到工作群）.txt").read_text(encoding="utf-8").splitlines() == [
        "各填报单位：《小型统计调查》2024 年度报表已审核一轮，有 3 家单位须核实、改正后重报，"
        "退回的文件已分别发给联系人，请于 2025年3月10日 前重报。"
        "请打开收到的工作簿，按「校验结果」逐条办理，改好后发回同一份工作簿。"
        "有疑问请联系张某023-0000。"
    ]


def test_nothing_of_another_unit_is_in_a_packet(store: Store) -> None:
    _sent_back(store)
    own = {
        "001": ("甲单位", "111111"),
        "002": ("乙/单位", "333333"),
        "003": ("丙单位", "444444"),
        "004": ("丁单位", "555555"),
    }
    for path in (store.path.parent / "退回").rglob("0*.*"):
        with zipfile.ZipFile(path) as package:
            held = b"".join(package.read(name) for name in package.namelist()).decode(errors="ignore")
        strange = [text for code, texts in own.items() if code != path.name[:3] for text in texts if text in held]
        others = [text for text in ("王某", "李某", "023-1111", "023-2222") if text in held]
        assert (path.name, strange, others) == (path.name, [], [])


def test_a_workbook_that_cannot_be_mended_is_made_anew(store: Store, tmp_path: Path) -> None:
    _sent_back(store)
    again = tmp_path / "again"
    again.mkdir()
    (store.path.parent / "退回" / "李某" / "003-丙单位-退回.xlsx").rename(again / "003.xlsx")
    merged = _merged(Store(tmp_path / "other.duckdb"), again)
    [unit] = [unit for unit in merged.units if unit.code == "003"]
    assert (unit.state, unit.findings) == (State.PASSED, ())
    assert unit.submission is not None
    assert unit.submission.content.values["M1"]["09"] == 444444.0


def test_what_was_written_is_not_written_again(store: Store) -> None:
    _sent_back(store)
    assert _sent_back(store) == SentBack((), ())
    assert _sent_back(store, "001", "004", "005", "999").refused == (
        "名录和存档里都没有单位「999」，没有退回",
        "甲单位：第 1 次退回的文件已经写好过（2025年3月1日），单位还没有重报".replace("2025年3月1日", _today()),
        "丁单位（✓ 校验通过）没有要改的，退回请用 --reason 写明理由".replace("✓ ", ""),
        "戊单位：还没有报来，没有可以退回的；要催，用 tianbao remind",
    )


def _today() -> str:
    day = date.today()
    return f"{day.year}年{day.month}月{day.day}日"


def test_a_unit_that_passed_is_sent_back_with_a_reason(store: Store) -> None:
    [written] = _sent_back(store, "004", reason="经费与财务处的不一致").written
    assert [(line.kind, line.problem) for line in written.slip.lines] == [("reason", "经费与财务处的不一致")]
    assert written.workbook.parent.name == "004-丁单位"
    assert _states(store)["004"] == (State.SENT_BACK, 1)


def test_what_was_sent_back_on_the_sheet_gets_its_packet(store: Store) -> None:
    standing = read_standings(store, "mini", YEAR)["004"]
    act = standing.act(ActKind.SENT_BACK, by="赵某", reason="请核对经费", due=date(2025, 3, 20))
    record_acts(store, "mini", YEAR, [act])
    [written] = [one for one in _sent_back(store, by="", due=None).written if one.slip.code == "004"]
    band = written.slip.band
    assert (band.round, band.officer, band.reason, band.due) == (1, "赵某", "请核对经费", date(2025, 3, 20))
    assert _states(store)["004"] == (State.SENT_BACK, 1)


def test_the_unit_mends_and_answers(store: Store, returns: Path) -> None:
    _sent_back(store)
    mended = returns / "001.xlsx"
    (store.path.parent / "退回" / "王某" / "001-甲单位-退回.xlsx").replace(mended)
    book = openpyxl.load_workbook(mended)
    book["M1"][FORM.cell("06")] = 0
    book["校验结果"]["G5"] = "已补填"
    book.save(mended)
    put_modified(mended, later())
    merged = _merged(store, returns)
    [unit] = [unit for unit in merged.units if unit.code == "001"]
    assert unit.submission is not None
    assert [finding.rule for finding in unit.findings if finding.pending] == []
    assert (unit.state, unit.submission.answers) == (State.PASSED, (ANSWERED,))
    assert _states(store)["001"] == (State.PASSED, 2)
    told = ("06「场馆数」未填", "", "已补填")
    shown = consolidated(merged, Rollup.of(merged)).answers
    assert shown == (AnswerLine("001", "甲单位", 1, FORM.address("06"), *told, stands=False),)


def test_the_command_says_what_it_did(store: Store, tmp_path: Path) -> None:
    write_table(
        tmp_path / "名录.xlsx", "名录", [[*lookup("roster.columns").values()], *(astuple(one) for one in UNITS)]
    )
    given = (
        "--store",
        store.path,
        "--roster",
        tmp_path / "名录.xlsx",
        "--survey",
        MINI.folder,
        "--out",
        tmp_path / "退",
        "--by",
        "张某",
    )
    refused = run("send-back", *given, "--due", "三月")
    assert (refused.exit_code, refused.stderr.strip()) == (2, "要写日期，如 2025-04-18，现在是「三月」")
    done = run("send-back", *given, "001", "004", "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert [(unit["code"], unit["round"], unit["due"], unit["renewed"]) for unit in told["units"]] == [
        ("001", 1, None, False)
    ]
    assert told["refused"] == ["丁单位（校验通过）没有要改的，退回请用 --reason 写明理由"]
