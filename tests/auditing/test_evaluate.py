"""The array engine.

- Blank is not reported, and 0 in arithmetic.
- Text in a number cell leaves every rule that reads it not evaluated; ``reported()`` only asks whether it is there.
- Both sides are rounded half up to their decimals before they meet.
- A division by zero is not applicable; an engine failure is broken, never a pass.
- Live rows of a ledger are named and not withdrawn; a row rule judges each by itself.
- Every rule's own examples hold.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from addin.auditing.arrays import Status, read_serial, round_half_up, serial
from addin.auditing.batch import Batch
from addin.auditing.evaluate import judge
from addin.auditing.render import render_messages
from addin.facts import Oddity
from templates.content import Value
from templates.expression import parse
from templates.load import load
from templates.model import Example, Rule, Survey
from templates.nature import find_decimals
from tests.support.returns import FIRST_ROW, MINI, YEAR, a_return, a_rule, noting

PASSED, FAILED, NOT_APPLICABLE, NOT_EVALUATED, BROKEN = (
    Status.PASSED,
    Status.FAILED,
    Status.NOT_APPLICABLE,
    Status.NOT_EVALUATED,
    Status.BROKEN,
)
Cells = dict[str, Value]


def status(check: str, cells: Cells, when: str = "") -> Status:
    return judge(a_rule(check, when), Batch(MINI, YEAR, [a_return(cells)])).of_unit(0)


@pytest.mark.parametrize(
    ("check", "cells", "expected"),
    [
        # blank
        ("[06] = 0", {}, PASSED),
        ("[07] <= [06]", {"07": 1.0}, FAILED),
        ("reported([06])", {}, FAILED),
        ("reported([06])", {"06": 0.0}, PASSED),
        ('[01] = ""', {}, PASSED),
        ('[01] = ""', {"01": "  "}, PASSED),
        ('[04] <> "1"', {}, PASSED),
        # text
        ("[06] >= 0", {"06": "约30"}, NOT_EVALUATED),
        ("[06] >= 0 or [07] = 0", {"06": "约30"}, NOT_EVALUATED),
        ("reported([06])", {"06": "约30"}, PASSED),
        ("not reported([06]) or [07] = 0", {"06": "约30"}, PASSED),
        ("[05] <= date(2024, 12, 31)", {"05": "去年"}, NOT_EVALUATED),
        ("[01] + 1 > 0", {"01": "甲"}, NOT_EVALUATED),
        ("[04] * 1 = 2", {"04": "2"}, PASSED),
        # rounding
        ("[08] = 2.68", {"08": 2.675}, PASSED),
        ("[08] = 0.3", {"08": 0.1 + 0.2}, PASSED),
        ("[08] * 1 <= 0.3", {"08": 0.1 + 0.2}, PASSED),
        ("[06] = 3", {"06": 2.5}, PASSED),
        ("[06] < 3", {"06": 2.5}, FAILED),
        ("[08] / [06] = 0.333333", {"08": 1.0, "06": 3.0}, PASSED),
        ("0.3 * [06] = 4.5", {"06": 15.0}, PASSED),
        ("round([08], 1) = 2.7", {"08": 2.65}, PASSED),
        # division
        ("[08] / [06] < 1", {"08": 1.0}, NOT_APPLICABLE),
        ("[06] = 0 or [08] / [06] < 1", {}, NOT_APPLICABLE),
        ("[08] / [06] < 1", {"08": "甲"}, NOT_EVALUATED),
        # logic
        ('[04] = "2" implies [06] = 0', {"04": "2", "06": 1.0}, FAILED),
        ('[04] = "2" implies [06] = 0', {"04": "1", "06": 1.0}, PASSED),
        ("[06] = 1 and [07] = 1 or [08] = 1", {"08": 1.0}, PASSED),
        ("not ([06] = 1)", {"06": 1.0}, FAILED),
        # identity
        ('level = "市级"', {}, PASSED),
        ('kind = "乙类"', {}, FAILED),
        ("year = 2024", {}, PASSED),
        # functions
        ("sum([06], [07], [08]) = 3.5", {"06": 1.0, "07": 2.0, "08": 0.5}, PASSED),
        ("min([06], [07]) = 0 and max([06], 5) = 5", {"06": 3.0}, PASSED),
        ("abs([06] - [07]) = 2", {"07": 2.0}, PASSED),
        ("-[06] = 0 - 1", {"06": 1.0}, PASSED),
        ('in_list([03.1], "province")', {"03.1": "重庆市"}, PASSED),
        ('in_list([03.1], "province")', {"03.1": "重庆"}, FAILED),
        ("valid_uscc([02])", {"02": "91110000600037341L"}, PASSED),
        ("valid_uscc([02])", {"02": "91110000600037341A"}, FAILED),
        ("valid_uscc([02])", {}, FAILED),
        ("length([01]) = 2", {"01": " 甲馆 "}, PASSED),
        ("date(2024, 13, 1) = date(2025, 1, 1)", {}, PASSED),
        ("year([05]) = 2020", {"05": date(2020, 5, 1)}, PASSED),
        ("[05] > 0", {"05": date(2020, 5, 1)}, PASSED),
        # what cannot be judged
        ("[99] = 0", {}, BROKEN),
        ('in_list([03.1], "planets")', {}, BROKEN),
        ("round([06], [07]) = 0", {}, BROKEN),
        ("abs([06], [07]) = 0", {}, BROKEN),
        ("reported([06] + 1)", {}, BROKEN),
    ],
)
def test_semantics(check: str, cells: Cells, expected: Status) -> None:
    assert status(check, cells) is expected


@pytest.mark.parametrize(
    ("when", "cells", "expected"),
    [
        ("[06] > 0", {"06": 1.0, "08": 9.0}, FAILED),
        ("[06] > 0", {"08": 9.0}, PASSED),
        ("[06] > 0", {"06": "甲"}, NOT_EVALUATED),
        ("[06] > 0", {"08": "甲"}, NOT_EVALUATED),
        ("[08] / [06] > 0", {"08": 9.0}, NOT_APPLICABLE),
    ],
)
def test_condition(when: str, cells: Cells, expected: Status) -> None:
    """A condition that does not hold spares the check its division by zero, but not a text that it reads."""
    assert status("[08] / [06] < 1", cells, when) is expected


@pytest.mark.parametrize(
    ("number", "places", "expected"),
    [
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (-2.5, 0, -3.0),
        (-0.4, 0, 0.0),
        (0.5, 0, 1.0),
        (0.49999999999, 0, 0.0),
        (1e15 + 0.5, 0, 1e15 + 1),
        (2.0**53 - 1, 0, 2.0**53 - 1),
        (123456789012.345, 2, 123456789012.35),
        (1234.5678, -2, 1200.0),
    ],
)
def test_round_half_up(number: float, places: int, expected: float) -> None:
    assert round_half_up(np.array([number]), places)[0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[M1!08]", 2),
        ("[M1!06]", 0),
        ("[M1!06] / 2", 6),
        ("0.25", 2),
        ("0.3 * [M1!08]", 3),
        ("[M1!08] + [M1!06]", 2),
        ("round([M1!08], 1)", 1),
        ("count(活动)", 0),
        ("sum(活动.参加人次)", 0),
        ("max([M1!08], 1)", 2),
        ("year([M1!05]) + 1", 0),
    ],
)
def test_decimals(text: str, expected: int) -> None:
    assert find_decimals(parse(text), MINI) == expected


def test_days_are_excel_serials() -> None:
    assert serial(date(2024, 6, 30)) == 45473
    assert read_serial(45473.75) == date(2024, 6, 30)


# --- ledgers --------------------------------------------------------------------------------------------------------

ROWS: list[Cells] = [
    {"活动名称": "甲", "规模": "大型", "参加人次": 100.0},
    {"活动名称": "乙", "规模": "大型", "参加人次": 50.0, "记录状态": "注销"},
    {},
    {"活动名称": " ", "规模": "大型", "参加人次": 7.0},
    {"活动名称": "丙", "规模": "小型", "参加人次": 1.0, "记录状态": "变更"},
]


def test_live_rows_are_named_and_not_withdrawn() -> None:
    rows = Batch(MINI, YEAR, [a_return(), a_return(rows=ROWS)]).rows("活动")
    assert rows.units.tolist() == [1, 1]
    assert rows.sheet_rows.tolist() == [FIRST_ROW, FIRST_ROW + 4]


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("count(活动) = 2", PASSED),
        ('count(活动, 规模 = "大型") = 1', PASSED),
        ("count(活动, 参加人次 > 50, 参加人次 < 200) = 1", PASSED),
        ("sum(活动.参加人次) = 101", PASSED),
        ('sum(活动.参加人次, 规模 = "小型") = 1', PASSED),
        ("[10] = 2 and [11] = 1", PASSED),
        ("[10@typed] = 2", PASSED),
    ],
)
def test_aggregates(check: str, expected: Status) -> None:
    assert judge(a_rule(check), Batch(MINI, YEAR, [a_return(rows=ROWS)])).of_unit(0) is expected


def test_text_in_a_summed_column_concerns_only_sums_that_meet_it() -> None:
    rows: list[Cells] = [*ROWS, {"活动名称": "丁", "规模": "小型", "参加人次": "若干"}]
    batch = Batch(MINI, YEAR, [a_return(rows=rows), a_return(rows=ROWS)])
    assert judge(a_rule('sum(活动.参加人次, 规模 = "大型") = 100'), batch).status.tolist() == [PASSED, PASSED]
    assert judge(a_rule("sum(活动.参加人次) = 101"), batch).status.tolist() == [NOT_EVALUATED, PASSED]
    assert judge(a_rule("count(活动) = 3"), batch).status.tolist() == [PASSED, FAILED]


def test_row_rule_judges_each_live_row() -> None:
    rows: list[Cells] = [*ROWS, {"活动名称": "丁", "参加人次": "若干"}]
    batch = Batch(MINI, YEAR, [a_return({"06": 50.0}, rows), a_return({"06": 200.0}, ROWS[:1])])
    verdict = judge(a_rule("参加人次 >= [06]", each="活动"), batch)
    assert verdict.status.tolist() == [PASSED, FAILED, NOT_EVALUATED, FAILED]
    assert verdict.units.tolist() == [0, 0, 0, 1]
    assert verdict.rows is not None
    assert verdict.rows.tolist() == [FIRST_ROW, FIRST_ROW + 4, FIRST_ROW + 5, FIRST_ROW]


def test_row_rule_without_rows_passes() -> None:
    assert judge(a_rule("参加人次 > 0", each="活动"), Batch(MINI, YEAR, [a_return()])).of_unit(0) is PASSED


def test_error_cell_in_a_ledger_leaves_its_row_undecided() -> None:
    row = {name: value for name, value in ROWS[0].items() if name != "参加人次"}
    submission = a_return(rows=[row])
    cell = submission.layout(MINI).ledgers["活动"].address("参加人次", FIRST_ROW)
    error = Oddity.of("ledger.error", ledger="活动", row=FIRST_ROW, cell=cell, column="参加人次", value="#N/A")
    submission = noting(submission, error)
    assert judge(a_rule("参加人次 > 0", each="活动"), Batch(MINI, YEAR, [submission])).of_unit(0) is NOT_EVALUATED


# --- cells ----------------------------------------------------------------------------------------------------------


def test_typed_over_derived_cells_are_seen_only_when_asked_for() -> None:
    batch = Batch(MINI, YEAR, [a_return(typed={"10": 5.0}), a_return(typed={"10": float("nan")}, rows=ROWS)])
    assert judge(a_rule("[10@typed] = 5 and [10] = 0"), batch).status.tolist() == [PASSED, FAILED]
    assert judge(a_rule("[10@typed] = 0 and [10] = 2"), batch).status.tolist() == [FAILED, PASSED]


def test_last_year_is_its_own_value() -> None:
    batch = Batch(MINI, YEAR, [a_return({"06": 1.0}, prior={"06": 9.0})])
    assert judge(a_rule("[06] = 1 and [06@prior] = 9 and not reported([07@prior])"), batch).of_unit(0) is PASSED


def test_nothing_here_reports_open_blank_numbers_of_its_section_as_zero() -> None:
    said: Cells = {"s1": "本节无此项业务", "09": 5.0}
    assert status("reported([06]) and [06] = 0", said) is PASSED
    assert status("[09] = 5", said) is PASSED
    assert status("reported([12])", said) is FAILED
    assert status("reported([06])", {}) is FAILED


def test_a_closed_cell_is_not_reported_by_its_section() -> None:
    section = MINI.form["M1"].indicators["13"].section[-1]
    batch = Batch(MINI, YEAR, [a_return({section: "本节无此项业务"}, level=level) for level in ("市级", "县级")])
    assert judge(a_rule("reported([13])"), batch).status.tolist() == [PASSED, FAILED]


# --- examples of rules ----------------------------------------------------------------------------------------------


def _examples(survey: Survey) -> list[object]:
    return [
        pytest.param(survey, rule, example, expected, id=f"{rule.id}-{expected.name.lower()}-{number}")
        for rule in survey.rules
        for expected, examples in ((PASSED, rule.passing), (FAILED, rule.failing))
        for number, example in enumerate(examples, start=1)
    ]


@pytest.mark.parametrize(("survey", "rule", "example", "expected"), _examples(MINI) + _examples(load("kx2023")))
def test_examples(survey: Survey, rule: Rule, example: Example, expected: Status) -> None:
    kind = next(kind for kind in survey.kinds if rule in survey.rules_of(kind.name))
    batch = Batch.of_example(survey, YEAR, example, kind.name, kind.levels[0])
    assert judge(rule, batch).of_unit(0) is expected


@pytest.mark.parametrize("survey", [MINI, load("kx2023")], ids=lambda survey: survey.id)
def test_every_rule_has_examples(survey: Survey) -> None:
    assert [rule.id for rule in survey.rules if not (rule.passing and rule.failing)] == []


# --- messages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "cells", "expected"),
    [
        (("06 为 ", parse("[M1!06]")), {"06": 1234567.0}, "06 为 1,234,567"),
        ((parse("[M1!08]"),), {"08": 1.5}, "1.50"),
        ((parse("[M1!08] / [M1!06]"),), {"08": 1.5, "06": 1.0}, "1.5"),
        ((parse("[M1!08] / [M1!06]"),), {"08": 1.5}, "（无法计算）"),
        ((parse("[M1!06] + 1"),), {"06": "约30"}, "（不是数字）"),
        ((parse("[M1!05]"),), {"05": date(2024, 6, 30)}, "2024-06"),
        ((parse("[M1!05]"),), {}, "空"),
        ((parse("[M1!06]"),), {}, "0"),
        ((parse("[M1!01]"), parse("level"), parse("year")), {"01": "甲"}, "甲市级2024"),
        ((parse("year([M1!05])"),), {"05": date(2024, 6, 30)}, "2024"),
        ((parse("[M1!99]"),), {}, "（无法计算）"),
    ],
)
def test_message(parts: tuple[object, ...], cells: Cells, expected: str) -> None:
    rule = Rule("t", "M1", "06", "", a_rule("[06] = 0").severity, parse("0 = 1"), parts, "", "")  # type: ignore[arg-type]
    assert render_messages(rule, Batch(MINI, YEAR, [a_return(cells)]), np.array([0])) == [expected]
