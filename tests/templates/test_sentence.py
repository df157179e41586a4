"""Rules in plain Chinese: every kind of node, official names once, codes afterwards."""

from __future__ import annotations

import pytest

from templates.expression import bind, parse
from templates.load import load
from templates.model import Rule, Survey
from templates.sentence import tell_expression, tell_rule
from tests.support.returns import MINI, a_rule


@pytest.mark.parametrize(
    ("check", "when", "expected"),
    [
        ("[07] <= [06]", "", "07「室内场馆数」不大于 06「场馆数」。"),
        ("[06] + [07] + [09] <= [12]", "", "06、07、09 之和不大于 12「参加人次」。"),
        ("[06] + [07] = [12]", "", "06「场馆数」与 07「室内场馆数」之和等于 12「参加人次」。"),
        ("reported([04.1])", '[04] = "1"', "当 04「有无场馆」选「1 有」时，须填写 04.1「请列出场馆名称」。"),
        ("not reported([04.1])", '[04] <> "1"', "当 04「有无场馆」不选「1 有」时，不填写 04.1「请列出场馆名称」。"),
        ("[06] > 0 or [07] = 0", "", "当 06「场馆数」不大于 0 时，07「室内场馆数」等于 0。"),
        ('[01] = ""', "", "01「单位名称」为空。"),
        ("[06] <= 0.3 * [06@prior]", "", "06「场馆数」不大于上年的 06 的 30%。"),
        ("[06] < 5000 * [07]", "", "06「场馆数」小于 07「室内场馆数」的 5000 倍。"),
        ("([06] - [07]) / 2 < 1", "", "（06「场馆数」减去 07「室内场馆数」）除以 2 小于 1。"),
        ("[10@typed] = count(活动)", "", "10「举办活动次数」格内的数等于《活动台账》的行数。"),
        ("[05] <= date(year, 12, 31)", "[05] > 0", "当填写了 05「建成年月」时，05 不晚于报告年度 12 月 31 日。"),
        ("[05] < date(2000, 1, 1)", "", "05「建成年月」早于 2000 年 1 月 1 日。"),
        ("[M2!01] > 0", "", "M2-01「会员数」大于 0。"),
        (
            '[04.1] = "甲" and ([06] = 1 or [07] = 1)',
            "",
            "04.1「有无场馆：请列出场馆名称」为「甲」且（06「场馆数」等于 1，或者 07「室内场馆数」等于 1）。",
        ),
        (
            '[04] = "1" or [04] = "1" or [04] = "1"',
            "",
            "04、04、04 中至少一项选「1 有」。",
        ),
        (
            'sum(活动.参加人次, 规模 = "大型", 线上人次 > 0) <= [12]',
            "",
            "《活动台账》中「规模」选「大型」且「线上人次」大于 0 的各行「参加人次」的合计不大于 12「参加人次」。",
        ),
    ],
)
def test_sentence(check: str, when: str, expected: str) -> None:
    assert tell_rule(a_rule(check, when), MINI) == expected


def test_row_rule_speaks_of_every_row() -> None:
    rule = a_rule("参加人次 >= 100", '规模 = "大型"', each="活动")
    assert tell_rule(rule, MINI) == "《活动台账》每一行：当「规模」选「大型」时，「参加人次」不小于 100。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('count(活动, 规模 = "大型")', "《活动台账》中「规模」选「大型」的行数"),
        ("[06] + [M2!01]", "06「场馆数」与 M2-01「会员数」之和"),
    ],
)
def test_an_expression_alone_can_be_told(text: str, expected: str) -> None:
    assert tell_expression(bind(parse(text), "M1", ""), MINI, "M1") == expected


@pytest.mark.parametrize("survey", [MINI, load("kx2023")], ids=lambda survey: survey.id)
def test_every_rule_can_be_told(survey: Survey) -> None:
    def told(rule: Rule) -> bool:
        text = tell_rule(rule, survey)
        return text.endswith("。") and not set("{}[]") & set(text)

    assert [rule.id for rule in survey.rules if not told(rule)] == []
