"""Rules of one shape are judged at once, and come to what each comes to alone.

- On odd returns of both surveys: the same failures, at the same places.
- A rule that breaks breaks no other of its shape.
- Trees that look alike and are rounded otherwise are of two shapes.
- A plan goes with its survey.
"""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from addin.auditing.audit import audit
from addin.auditing.batch import Batch
from addin.auditing.evaluate import Verdict, judge
from addin.auditing.plan import make_plan
from addin.auditing.stacked import judge_all
from addin.submission import Submission
from templates.filled import FilledLedger
from templates.load import load
from templates.model import Rule, Survey
from tests.support.odd_returns import make_odd_return
from tests.support.returns import MINI, YEAR, a_complete_return, a_row, a_rule

SURVEYS = {"mini": MINI, "kx2023": load("kx2023")}
Told = tuple[str, str, list[int], list[int] | None]


def tell(verdict: Verdict) -> Told:
    """Return rule, why it broke, which units or rows fail it, and these rows' numbers."""
    failed = verdict.failed()
    rows = verdict.rows[failed].tolist() if verdict.rows is not None else None
    return verdict.rule.id, verdict.reason, verdict.units[failed].tolist(), rows


def judge_each(batch: Batch, kind: str) -> list[Told]:
    verdicts = [judge(rule, batch) for rule in batch.survey.rules_of(kind)]
    return [tell(verdict) for verdict in verdicts if verdict.reason or len(verdict.failed())]


def with_rules(**rules: Rule) -> Survey:
    return replace(MINI, rules=tuple(replace(rule, id=id) for id, rule in rules.items()))


@pytest.mark.parametrize(("survey", "count"), [("mini", 300), ("kx2023", 60)])
def test_many_rules_at_once_fail_where_each_alone_does(survey: str, count: int) -> None:
    chance, found = Random(28), 0
    returns = [make_odd_return(SURVEYS[survey], chance, YEAR) for _ in range(count)]
    for kind in SURVEYS[survey].kind:
        batch = Batch(SURVEYS[survey], YEAR, [one for one in returns if one.identity.kind == kind])
        told = [tell(verdict) for verdict in judge_all(batch, kind)]
        assert told == judge_each(batch, kind)
        found += sum(len(units) for _, _, units, _ in told)
    assert found > 3 * count


@pytest.mark.parametrize(("survey", "count"), [("mini", 100), ("kx2023", 30)])
def test_odd_returns_are_audited_together_as_each_alone(survey: str, count: int) -> None:
    chance = Random(11)
    returns = [make_odd_return(SURVEYS[survey], chance, YEAR) for _ in range(count)]
    alone = [audit(SURVEYS[survey], YEAR, [one])[0] for one in returns]
    assert audit(SURVEYS[survey], YEAR, returns) == alone
    assert sum(map(len, alone)) > 10 * count


def test_ledgers_in_columns_are_audited_as_their_rows() -> None:
    chance = Random(4)
    returns = [make_odd_return(MINI, chance, YEAR) for _ in range(240)]
    in_rows = audit(MINI, YEAR, returns)
    for one in returns:
        one.content.ledgers |= {short: FilledLedger.of(rows) for short, rows in one.content.ledgers.items()}
    assert audit(MINI, YEAR, returns) == in_rows
    assert any(found.ledger and found.explanation for each in in_rows for found in each)


def test_more_returns_than_are_worked_on_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(5)
    returns = [make_odd_return(MINI, chance, YEAR) for _ in range(40)]
    at_once = audit(MINI, YEAR, returns)
    monkeypatch.setattr("addin.auditing.stacked.POSITIONS", 7)
    assert audit(MINI, YEAR, returns) == at_once


def small_returns() -> list[Submission]:
    return [
        a_complete_return({"06": 3.0, "07": 4.0, "12": 5.0}, [a_row()]),
        a_complete_return({"06": 4.0, "07": 3.0, "08": 0.4, "12": 5.0}, [a_row(参加人次=0.0)]),
    ]


def test_broken_rule_breaks_no_other_of_its_shape() -> None:
    survey = with_rules(
        first=a_rule("[07] <= [06]"),
        undeclared=a_rule("[07] <= [99]"),
        last=a_rule("[06] <= [07]"),
        digits=a_rule("round([07], [06]) <= [06]"),
        same=a_rule("round([06], [07]) <= [06]"),
        row=a_rule("参加人次 >= 1", each="活动"),
        no_column=a_rule("到场人次 >= 1", each="活动"),
        list=a_rule('in_list([01], "nowhere")'),
    )
    batch = Batch(survey, YEAR, small_returns())
    told = [tell(verdict) for verdict in judge_all(batch, "甲类")]
    assert told == judge_each(batch, "甲类")
    assert [(id, bool(reason), units) for id, reason, units, _ in told] == [
        ("first", False, [0]),
        ("undeclared", True, []),
        ("last", False, [1]),
        ("digits", True, []),
        ("same", True, []),
        ("row", False, [1]),
        ("no_column", True, []),
        ("list", True, []),
    ]


def test_what_looks_alike_and_is_rounded_otherwise_is_not_stacked() -> None:
    survey = with_rules(whole=a_rule("[06] <= 0"), money=a_rule("[08] <= 0"), same=a_rule("[07] <= 0"))
    groups = [[rule.id for rule in group.rules] for group in make_plan(survey, "甲类").groups]
    assert groups == [["whole", "same"], ["money"]]
    verdicts = judge_all(Batch(survey, YEAR, small_returns()), "甲类")
    assert [(verdict.rule.id, verdict.failed().tolist()) for verdict in verdicts] == [
        ("whole", [0, 1]),
        ("money", [1]),
        ("same", [0, 1]),
    ]


def test_one_cell_twice_and_two_cells_are_two_shapes() -> None:
    survey = with_rules(one=a_rule("[06] = 0 or [06] > 3"), two=a_rule("[06] = 0 or [07] > 3"))
    assert [len(group.rules) for group in make_plan(survey, "甲类").groups] == [1, 1]
    verdicts = judge_all(Batch(survey, YEAR, small_returns()), "甲类")
    assert [(verdict.rule.id, verdict.failed().tolist()) for verdict in verdicts] == [("one", [0]), ("two", [1])]


def test_plan_goes_with_its_survey() -> None:
    survey = with_rules(first=a_rule("[07] <= [06]"))
    plan = make_plan(survey, "甲类")
    assert make_plan(survey, "甲类") is plan
    gone = weakref.ref(survey)
    del survey
    gc.collect()
    assert gone() is None
    assert np.array_equal(make_plan(with_rules(other=a_rule("[06] <= [07]")), "甲类").groups[0].orders, [0])
