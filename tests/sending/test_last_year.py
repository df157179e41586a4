"""Last year's return in this year's workbook: values beside the cells, lasting ledger rows to be gone through."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from addin.auditing.audit import audit
from addin.package.opened import open_package
from addin.reading.reader import read
from addin.repairing.repair import repair
from addin.roster import ReportingUnit, Roster
from addin.sending.dispatch import dispatch
from addin.sending.fill import fill, render
from addin.sending.last_year import read_previous_returns
from addin.sending.zero import make_complete_zero
from addin.submission import Submission
from addin.tampering.examine import examine
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Content, Value
from templates.families import EXAMPLE_YEAR as YEAR
from templates.model import Survey
from tests.support.alike import differing_tags
from tests.support.books import identity
from tests.support.contents import data_of
from tests.support.returns import a_row

UNIT = ReportingUnit("001", "重庆市演示单位（演示）", "53500000DEM000001Q", "甲类", "市级", "500103")
LEDGER = "活动"


def rows_of_last_year() -> list[dict[str, Value]]:
    """What stood in the ledger: the second was withdrawn, the third changed."""
    return [
        a_row(活动名称="甲活动", 规模="大型", 参加人次=30.0, 备注="连续举办多年的活动"),
        a_row(活动名称="乙活动", 规模="大型", 记录状态="注销"),
        a_row(活动名称="丙活动", 规模="小型", 记录状态="变更"),
    ]


def mailed(mini: Survey, lock: Lock, folder: Path) -> Path:
    """Return this year's workbook of a unit that reported last year."""
    last = identity(mini, "甲类", "市级", YEAR - 1)
    content = make_complete_zero(mini, last)
    content.set("M1", "12", 17.0)
    content.ledgers[LEDGER] = dict(enumerate(rows_of_last_year(), start=7))
    build(folder / "last.xlsx", mini, last, lock, content)
    previous = read_previous_returns(folder, mini, YEAR - 1)
    (written,) = dispatch(Roster((UNIT,)), mini, YEAR, folder / "out", lock, previous)
    return written.path


def returned(path: Path, survey: Survey) -> Submission:
    """Return what the reader makes of a workbook."""
    found = read(path, surveys=lambda _: survey)
    assert isinstance(found, Submission), found
    return found


def test_lasting_rows_are_put_in_without_what_was_true_of_last_year_only(
    mini: Survey, lock: Lock, tmp_path: Path
) -> None:
    submission = returned(mailed(mini, lock, tmp_path), mini)
    assert submission.content.prior["M1"]["12"] == 17.0
    assert submission.identity.carried_rows == {"L01": 2}
    rows = [
        {name: row.get(name) for name in ("活动名称", "规模", "参加人次", "备注", "记录状态")}
        for row in submission.content.ledgers[LEDGER].values()
    ]
    assert rows == [
        {"活动名称": "甲活动", "规模": "大型", "参加人次": None, "备注": None, "记录状态": None},
        {"活动名称": "丙活动", "规模": "小型", "参加人次": None, "备注": None, "记录状态": None},
    ]


def test_the_unit_confirms_them_at_once(mini: Survey, lock: Lock, tmp_path: Path) -> None:
    path = mailed(mini, lock, tmp_path)
    before = returned(path, mini)
    (asked,) = (found for found in audit(mini, YEAR, [before])[0] if found.rule == "ledger.unconfirmed")
    assert (asked.ledger, asked.cell, asked.pending) == (LEDGER, "台账-活动!B3", True)
    assert asked.message == "上年转来 2 行，尚未核对；核对完请在 B3 格选「本台账已核对」"
    before = fill(mini, before, {"已核对台账": [LEDGER]}).submission
    render(mini, before, path, tmp_path / "confirmed.xlsx")
    after = returned(tmp_path / "confirmed.xlsx", mini)
    assert data_of(after)["已核对台账"] == [LEDGER]
    assert examine(open_package(tmp_path / "confirmed.xlsx"), mini, after) == []
    repaired = repair(mini, after, tmp_path / "confirmed.xlsx", tmp_path / "repaired.xlsx")
    assert repaired.unplaced == []
    assert returned(tmp_path / "repaired.xlsx", mini).content.confirmed == {LEDGER}
    assert after.identity == before.identity
    assert [found.rule for found in audit(mini, YEAR, [after])[0] if found.rule == "ledger.unconfirmed"] == []


def test_nothing_is_asked_where_nothing_was_put_in(mini: Survey, lock: Lock, tmp_path: Path) -> None:
    (written,) = dispatch(Roster((UNIT,)), mini, YEAR, tmp_path, lock)
    submission = returned(written.path, mini)
    assert submission.identity.carried == ""
    assert [found.rule for found in audit(mini, YEAR, [submission])[0] if found.rule == "ledger.unconfirmed"] == []


def test_rows_of_last_year_change_no_formula(mini: Survey, lock: Lock, tmp_path: Path) -> None:
    """Only the cell to confirm them in is open, and a hidden one says how many there are."""
    who, entered = identity(mini, "甲类", "市级"), {5: a_row(活动名称="甲活动")}
    for name, carried in (("blank", ""), ("carried", "L01=2")):
        content = Content(ledgers={LEDGER: entered})
        build(tmp_path / f"{name}.xlsx", mini, replace(who, carried=carried), lock, content)
    differing = differing_tags(tmp_path / "blank.xlsx", tmp_path / "carried.xlsx")
    found = {re.sub(' (s|t)="\\w+"', "", tag) for pairs in differing.values() for pair in pairs for tag in pair}
    counts = {f"<v>{rows}</v></c></row>" for rows in (0, 2)}
    assert found == {'<c r="B3"/>', *counts, "<t></t></v></c></row>", "<t>L01=2</t></v></c></row>"}
