"""The audit: complete lists of findings for small returns.

- A complete return has none.
- Blank required cells, contradicted sections, blank ledger cells, duplicates, a thin summary, a late or odd cover.
- A derived cell that was typed over is always spoken of, once.
- A warning with an accepted explanation keeps it; stock phrases are none.
- A rule that breaks is an error finding, for those returns that break it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest

from addin.auditing.arrays import Status
from addin.auditing.audit import audit, outcomes
from addin.facts import Oddity
from addin.finding import Finding, word
from addin.submission import Submission
from templates.content import Value
from templates.explanations import Worth
from templates.expression import parse
from templates.model import Severity
from tests.support.returns import COMPLETE, FIRST_ROW, MINI, YEAR, a_complete_return, a_return, a_row, a_rule, noting

Cells = dict[str, Value]


def findings(submission: Submission) -> list[Finding]:
    return audit(MINI, YEAR, [submission])[0]


def told(submission: Submission) -> list[tuple[str, str, str]]:
    """Return rule, cell and message of every finding."""
    return [(finding.rule, finding.cell, finding.message) for finding in findings(submission)]


def address(column: str, row: int = FIRST_ROW) -> str:
    return a_return().layout(MINI).ledgers["活动"].address(column, row)


def test_complete_return_has_no_findings() -> None:
    assert told(a_complete_return()) == []


def test_no_returns() -> None:
    assert audit(MINI, YEAR, []) == []


@pytest.mark.parametrize("rows_at_once", (1, 2, 3, 1_000))
def test_batches_change_no_finding(monkeypatch: pytest.MonkeyPatch, rows_at_once: int) -> None:
    returns = [a_complete_return(), a_return(), a_complete_return(), a_return()]
    returns[2].content.ledgers["活动"] = {FIRST_ROW + number: a_row() for number in range(3)}
    alone = [audit(MINI, YEAR, [one])[0] for one in returns]
    monkeypatch.setattr("addin.auditing.audit.ROWS_AT_ONCE", rows_at_once)
    assert audit(MINI, YEAR, returns) == alone
    assert len({len(findings) for findings in alone}) == 3


def test_blank_required_cells() -> None:
    submission = a_complete_return()
    del submission.content.values["M1"]["06"]
    submission.content.values["M1"]["01"] = "　"
    del submission.content.values[MINI.cover.id]["填表人"]
    assert [(found.rule, found.form, found.code) for found in findings(submission)] == [
        ("cell.required", "M1", "01"),
        ("cell.required", "M1", "06"),
        ("cell.required", MINI.cover.id, "填表人"),
        ("M1-uscc", "M1", "02"),
    ]


def test_cell_that_could_not_be_read_is_not_called_blank() -> None:
    error = Oddity.of("cell.error", form="M1", code="06", cell="M1!E14", name="场馆数", value="#N/A")
    submission = a_complete_return()
    del submission.content.values["M1"]["06"]
    submission = noting(submission, error)
    assert findings(submission) == [word(error)]
    assert outcomes(MINI, YEAR, submission)["M1-07.part"] is Status.NOT_EVALUATED


def test_missing_sheet_is_one_finding_and_leaves_its_rules_undecided() -> None:
    lost = Oddity.of("sheet.missing", form="M1", sheet="M1")
    submission = a_complete_return()
    del submission.content.values["M1"]
    assert findings(noting(submission, lost)) == [word(lost)]


def test_closed_cells_are_not_required() -> None:
    submission = a_complete_return()
    submission = replace(submission, identity=replace(submission.identity, level="县级"))
    del submission.content.values["M1"]["13"]
    assert told(submission) == []


def test_section_that_says_nothing_here() -> None:
    cells: Cells = {code: value for code, value in COMPLETE.items() if code not in ("06", "07", "08")}
    submission = a_complete_return()
    submission.content.values["M1"] = cells | {"s1": "本节无此项业务", "09": 3.0}
    cell = submission.layout(MINI).forms["M1"].address("09")
    assert told(submission) == [("cell.section", cell, "本节选了「本节无此项业务」，但 09「场馆经费」填了 3")]


def test_blank_ledger_cells() -> None:
    rows: list[Cells] = [
        a_row(规模="大型", 参加人次=150.0),
        {"参加人次": 5.0, "规模": "小型"},
        a_row(活动名称="乙") | {"规模": "", "记录状态": "注销"},
        {"备注": "待补"},
    ]
    submission = a_complete_return({"12": 150.0}, rows)
    second, fourth = FIRST_ROW + 1, FIRST_ROW + 3
    assert [(found.rule, found.cell, found.message) for found in findings(submission)] == [
        ("ledger.required", address("线上人次"), f"第 {FIRST_ROW} 行「线上人次」未填"),
        ("ledger.required", address("活动名称", second), f"第 {second} 行「活动名称」未填"),
        ("ledger.required", address("活动名称", fourth), f"第 {fourth} 行「活动名称」未填"),
        ("ledger.required", address("规模", fourth), f"第 {fourth} 行「规模」未填"),
        ("ledger.required", address("参加人次", fourth), f"第 {fourth} 行「参加人次」未填"),
    ]


def test_duplicate_rows() -> None:
    rows = [
        a_row(活动名称="AI展(春)"),
        a_row(活动名称=" ai 展（春） "),
        a_row(活动名称="AI展(春)", 日期=date(2024, 5, 2)),
    ]
    message = f"第 {FIRST_ROW + 1} 行与第 {FIRST_ROW} 行疑似重复（ai 展（春）、2024-05-01）"
    assert told(a_complete_return({"12": 15.0}, rows)) == [
        ("ledger.duplicate", address("活动名称", FIRST_ROW + 1), message)
    ]


def test_late_cover_thin_summary_and_other_uscc() -> None:
    submission = a_complete_return()
    submission.content.values[MINI.cover.id]["报出日期"] = date(2025, 4, 12)
    submission.content.summary = "  已完成      工作  "
    submission = replace(submission, identity=replace(submission.identity, uscc="91110000MA01234567"))
    layout = submission.layout(MINI)
    assert told(submission) == [
        ("summary.required", "工作总结!B6", "工作总结未写，或少于 10 字"),
        (
            "identity.uscc",
            layout.forms["M1"].address("02"),
            "02「统一社会信用代码」的「91110000600037341L」与名录中的「91110000MA01234567」不同",
        ),
        ("cover.late", layout.cover.address("报出日期"), "报出日期 2025-04-12 已过报送截止时间 2025-04-11"),
    ]


@pytest.mark.parametrize(
    ("typed", "rows", "expected"),
    [
        (5.0, [], [("M1-10.ledger-first", "10「举办活动次数」填了 5，但《活动台账》一行也没有")]),
        (5.0, [a_row()], [("M1-10.ledger-equal", "10「举办活动次数」为 5，按《活动台账》应为 1")]),
        (1.0, [a_row()], [("cell.derived", "10「举办活动次数」的公式被改动：现为 1，按台账应为 1")]),
        (float("nan"), [], [("cell.derived", "10「举办活动次数」的公式被改动：现为 空，按台账应为 0")]),
    ],
)
def test_derived_cell_typed_over(typed: float, rows: list[Cells], expected: list[tuple[str, str]]) -> None:
    submission = a_complete_return({"12": 5.0 * len(rows)}, rows)
    submission = replace(submission, typed={("M1", "10"): typed})
    assert [(found.rule, found.message) for found in findings(submission)] == expected


def test_row_rule_points_at_the_cell_it_checks() -> None:
    submission = a_complete_return({"12": 5.0}, [a_row(规模="大型", 线上人次=0.0)])
    assert findings(submission) == [
        Finding(
            rule="M1-row",
            severity=Severity.WARNING,
            message=f"第 {FIRST_ROW} 行「甲」2024-05-01只有 5 人次",
            hint="请核对规模，或在备注写明。",
            form="M1",
            cell=address("参加人次"),
            ledger="活动",
            row=FIRST_ROW,
        )
    ]


WHY, OTHER = "今年新建两座场馆", "天气原因，人数较少"
ACCEPTED, BLANK, STOCK, SHORT, ALONE = Worth.ACCEPTED, Worth.BLANK, Worth.STOCK, Worth.SHORT, Worth.ALONE


def test_explanations() -> None:
    why = "今年新建两座场馆。"
    row = a_row(规模="大型", 线上人次=0.0, 备注="天气原因，人数较少")
    submission = a_complete_return({"04": "1", "04.1": "甲馆", "06": 2.0}, [row])
    submission.content.notes["M1"] = {"08": why, "12": "核实无误。"}
    assert [(found.rule, found.explanation, found.pending) for found in findings(submission)] == [
        ("M1-08.expected", why, False),
        ("M1-12.ledger-sum", "", True),
        ("M1-row", "天气原因，人数较少", False),
    ]


def test_why_an_explanation_is_not_accepted() -> None:
    said = {"核实无误。": "写的是套话", "新馆": "不足 6 个字", "同上": "上面没有可用的说明", "": ""}
    for text, why in said.items():
        submission = a_complete_return({"04": "1", "04.1": "甲馆", "06": 2.0})
        submission.content.notes["M1"] = {"08": text}
        (found,) = (each for each in findings(submission) if each.rule == "M1-08.expected")
        assert found.pending
        assert (why in found.message) and ("「说明」栏" in found.message) == bool(why), text


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        (["", WHY, "", "同上", "同上。"], [BLANK, ACCEPTED, BLANK, ACCEPTED, ACCEPTED]),
        (["同上", WHY, "核实无误", "同上"], [ALONE, ACCEPTED, STOCK, ALONE]),
        ([WHY, "太短", "", "同上", OTHER, "同上"], [ACCEPTED, SHORT, BLANK, ALONE, ACCEPTED, ACCEPTED]),
    ],
)
def test_one_explanation_serves_a_block(notes: list[str], expected: list[Worth]) -> None:
    judged = list(MINI.explanations.down(notes))
    assert [worth for worth, _ in judged] == expected
    assert [text for worth, text in judged if worth is ACCEPTED][-1] == (OTHER if OTHER in notes else WHY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今年新建两座场馆", True),
        ("同上", False),
        ("核实无误", False),
        ("经核实，数据无误！", False),
        ("新 建 场 馆", False),
        ("", False),
        ("。。。。。。。。", False),
        ("经核实数据无误，新建", True),
    ],
)
def test_accepted_explanations(text: str, expected: bool) -> None:
    assert (MINI.explanations.worth(text) is ACCEPTED) is expected


def test_units_of_other_kinds_are_judged_by_their_own_rules() -> None:
    first, second = a_complete_return(), a_complete_return()
    second = replace(second, identity=replace(second.identity, kind="乙类"))
    second.content.values["M2"] = {"01": 5.0, "02": 6.0, "x01": 0.0}
    other, own = audit(MINI, YEAR, [second, first])
    assert [found.rule for found in other] == ["M2-02.part"]
    assert own == []


def test_reader_findings_are_kept() -> None:
    info = Oddity.of("cell.formula", form="M1", code="06", cell="M1!E14", name="场馆数", value="0")
    assert findings(noting(a_complete_return(), info)) == [word(info)]


def test_broken_rule_is_an_error_for_every_return() -> None:
    broken = replace(a_rule("[06] = 0"), id="broken", check=parse("[M1!99] = 0"))
    survey = replace(MINI, rules=(broken,))
    found = audit(survey, YEAR, [a_complete_return(), a_complete_return()])
    assert [[(f.rule, f.severity, "broken" in f.message) for f in each] for each in found] == [
        [("engine.failed", Severity.ERROR, True)]
    ] * 2
    assert outcomes(survey, YEAR, a_complete_return()) == {"broken": Status.BROKEN}


def test_outcomes_name_every_rule_of_the_kind() -> None:
    found = outcomes(MINI, YEAR, a_complete_return())
    assert list(found) == [rule.id for rule in MINI.rules_of("甲类")]
    assert {rule: status for rule, status in found.items() if status is not Status.PASSED} == {
        "M1-per": Status.NOT_APPLICABLE
    }


def test_a_batch_is_audited_as_each_return_alone() -> None:
    chance = Random(20241231)
    many = [_any_return(chance) for _ in range(40)]
    assert audit(MINI, YEAR, many) == [findings(submission) for submission in many]


def _any_return(chance: Random) -> Submission:
    """Return a return with odd values in odd places."""
    oddities: list[Value] = [
        0.0,
        1.0,
        2.5,
        -3.0,
        1e9,
        "",
        "约30",
        "1",
        "2",
        "本节无此项业务",
        date(2024, 5, 1),
        date(1899, 1, 1),
    ]
    codes = list(MINI.form["M1"].indicators)
    columns = list(MINI.ledger["活动"].by_name)
    cells = {code: chance.choice(oddities) for code in codes if chance.random() < 0.7}
    rows = [{name: chance.choice(oddities) for name in columns if chance.random() < 0.7} for _ in range(4)]
    submission = a_complete_return(cells, rows)
    submission.content.prior["M1"] = {code: chance.choice(oddities) for code in codes}
    typed = {("M1", "10"): chance.choice([0.0, 2.0, float("nan")])}
    kind, level = chance.choice(list(MINI.kind)), chance.choice(MINI.levels)
    return replace(submission, typed=typed, identity=replace(submission.identity, kind=kind, level=level))
