"""A round of one unit: files come, officers act, and every step tells state, reason and what was put on record.

- an acceptance holds while the content is the same, and is voided by any other
- what is sent back and comes as it was is 原样发回, once for each file, and starts no round
- an order that cannot be carried out says why, and changes nothing
- a workbook that we wrote never wins over the unit's own
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from addin.finding import word
from addin.receiving.acts import NO_ACTS, UnitActs
from addin.receiving.outcomes import UnitOutcome
from addin.tracking.orders import Order
from addin.tracking.settle import Known, settle
from tests.support.mailbag import ONE, merged, oddity, put, roster, unit

START = datetime(2025, 4, 10, 9).astimezone()
OTHER: dict[str, Any] = {"A01": {"01": 11.0}}
ACCEPT, BACK = Order("审核通过", by="李某"), Order("退回", "请核对经费", "张某")
UNTIL = Order("延期至", "2025-04-25", "李某")


@dataclass
class Town:
    """One unit, its files, and what is on record of it."""

    folder: Path
    acts: UnitActs = NO_ACTS
    own: frozenset[str] = frozenset()
    day: int = 0
    log: list[tuple[str, str, list[str]]] = field(default_factory=list)

    def merge(self, order: Order | None = None) -> UnitOutcome:
        """Merge on the next day; return the unit."""
        self.folder.mkdir(exist_ok=True)
        result = merged(self.folder, roster(unit("1")), own=self.own)
        known = Known({"1": self.acts}, {"1": order} if order else {})
        settled = settle(replace(result, moment=START + timedelta(days=self.day)), known)
        self.day += 1
        (one,) = settled.merged.units
        assert one.acts.acts == (*self.acts.acts, *settled.acts)
        self.acts = one.acts
        self.log.append((one.state.value, one.reason, [act.kind.value for act in settled.acts]))
        return one

    def send(self, name: str, values: dict[str, Any] = ONE, day: int = 1, **more: Any) -> Path:
        """Put a file of the unit into the post."""
        return put(self.folder / name, unit("1"), values, saved=f"2025-03-{day:02d}T08:00:00Z", **more)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "返回")


def test_an_acceptance_holds_until_other_content_comes(town: Town) -> None:
    town.send("a.xlsx")
    town.merge(ACCEPT)
    town.send("b.xlsx", day=2)
    town.merge()
    town.send("c.xlsx", OTHER, day=3)
    assert [town.merge().counts for _ in range(2)] == [True, True]
    town.merge(ACCEPT)
    duplicate = "另有 1 个较早或重复的文件未采用。"
    older = "另有 2 个较早或重复的文件未采用。"
    voided = "审核通过的内容已由「c.xlsx」改动，4-12 起作废，请重新审核；"
    assert town.log == [
        ("accepted", "4-10 审核通过（李某）。", ["accepted"]),
        ("accepted", f"4-10 审核通过（李某）；{duplicate}", []),
        ("passed", f"{voided}{older}", ["voided"]),
        ("passed", f"{voided}{older}", []),
        ("accepted", f"4-14 审核通过（李某）；{older}", ["accepted"]),
    ]


def test_what_comes_back_as_it_was_starts_no_round(town: Town) -> None:
    town.send("a.xlsx", errors=1)
    town.merge(BACK)
    town.merge()
    town.send("b.xlsx", errors=1, day=2)
    town.merge()
    town.merge()
    town.send("c.xlsx", OTHER, day=3)
    answered = town.merge()
    assert (answered.state.value, answered.acts.rounds) == ("passed", 1)
    town.merge(BACK)
    fault = word(oddity()).told.removesuffix("。")
    first, more = "4-10 第 1 次退回（张某），请于 4-15 前重报：请核对经费", "另有 1 个较早或重复的文件未采用。"
    unchanged = "4-12 原样发回：「b.xlsx」与退回的内容相同，没有改"
    older = "另有 2 个较早或重复的文件未采用。"
    assert town.log == [
        ("sent_back", f"{first}；{fault}。", ["sent_back"]),
        ("sent_back", f"{first}；{fault}。", []),
        ("sent_back", f"{first}；{unchanged}；{fault}；{more}", ["unchanged"]),
        ("sent_back", f"{first}；{unchanged}；{fault}；{more}", []),
        ("passed", f"第 1 次退回后重报；{older}", []),
        ("sent_back", f"4-15 第 2 次退回（张某），请于 4-20 前重报：请核对经费；{older}", ["sent_back"]),
    ]


REFUSED: list[tuple[dict[str, Any] | None, Order, str, str]] = [
    # what was sent, what is ordered, state, why not
    (None, ACCEPT, "missing", "还没有报来，没有可以审核通过的"),
    (None, BACK, "missing", "还没有报来，没有可以退回的；要催，用 tianbao remind"),
    ({"errors": 1}, ACCEPT, "faulty", "还有错误，不能审核通过：请退回单位改正，数只由单位改"),
    ({}, UNTIL, "passed", "已经报来（校验通过），没有要等单位的，不用延期或催报"),
    ({}, Order("退回", "", "张某"), "passed", "没有要改的，退回要写明原因"),
    ({}, Order("审核通过"), "passed", "没有写经办人"),
    ({}, Order("通过", by="张某"), "passed", "「处理」里的「通过」不认识，请从下拉中选"),
    (None, Order("延期至", "下周", "张某"), "missing", "要写日期，如 2025-04-18，现在是「下周」"),
    (None, Order("延期至", "2025-04-09", "张某"), "missing", "2025-04-09 已经过了，请写今天或以后的日期"),
]


@pytest.mark.parametrize(("sent", "order", "state", "why"), REFUSED)
def test_what_cannot_be_done_says_why(
    town: Town, sent: dict[str, Any] | None, order: Order, state: str, why: str
) -> None:
    if sent is not None:
        town.send("a.xlsx", **sent)
    one = town.merge(order)
    assert (one.state.value, one.unmet, one.acts.acts) == (state, why, ())
    assert one.reason.startswith(f"没有照办：{why}")


def test_more_time_is_given(town: Town) -> None:
    one = town.merge(UNTIL)
    assert (one.state.value, str(one.acts.due)) == ("missing", "2025-04-25")
    assert town.log == [("missing", "4-10 延期至 4-25（李某）；没有收到文件。", ["extended"])]


def test_equals_are_not_accepted(town: Town) -> None:
    town.send("a.xlsx")
    town.send("b.xlsx", OTHER)
    one = town.merge(ACCEPT)
    assert (one.state.value, one.acts.acts) == ("held", ())
    assert one.unmet.startswith("几份文件分不出先后")


def test_what_was_decided_about_is_away(town: Town) -> None:
    path = town.send("a.xlsx")
    town.merge(ACCEPT)
    path.unlink()
    town.merge()
    town.send("a.xlsx")
    town.merge()
    assert town.log[1:] == [
        ("missing", "4-10 审核通过（李某）的文件，这次没有合并进来；没有收到文件。", []),
        ("accepted", "4-10 审核通过（李某）。", []),
    ]


def files_of(one: UnitOutcome) -> Sequence[tuple[str, str, str]]:
    return [(file.shown, file.role.value, file.reason) for file in one.files]


def test_our_own_copy_never_wins(town: Town) -> None:
    """It is as new as the unit's file, or newer; alone it stands for the unit, and is no answer."""
    town.send("a.xlsx", errors=1)
    ours = town.send("退回.xlsx", errors=1, day=2)
    town.own = frozenset({sha256(ours.read_bytes()).hexdigest()})
    first = town.merge(BACK)
    (sent,) = town.acts.acts
    town.acts = UnitActs((sent, replace(sent, wrote=next(iter(town.own)))))
    assert files_of(first) == [
        ("a.xlsx", "counted", ""),
        ("退回.xlsx", "duplicate", "是本级退回时写出的那一份，没有改动，仍用单位报来的。"),
    ]
    (town.folder / "a.xlsx").unlink()
    alone = town.merge()
    assert (files_of(alone), alone.state.value, town.log[-1][2]) == (
        [("退回.xlsx", "counted", "")],
        "sent_back",
        [],
    )
