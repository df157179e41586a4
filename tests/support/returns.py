"""Returns of the tiny survey ``tests/surveys/mini``, made in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from addin.facts import Oddity
from addin.finding import Finding, word
from addin.submission import Edition, Submission
from templates.content import Content, Identity, Value
from templates.expression import bind, parse
from templates.layout import LEDGER_HEADER_ROW
from templates.load import load
from templates.model import Indicator, Rule, Severity, Survey

MINI = load(Path(__file__).parents[1] / "surveys" / "mini")
YEAR = 2024
FIRST_ROW = LEDGER_HEADER_ROW + 1
COMPLETE: dict[str, Value] = {
    "01": "甲馆",
    "02": "91110000600037341L",
    "03.1": "重庆市",
    "04": "2",
    "06": 0.0,
    "07": 0.0,
    "08": 0.0,
    "09": 0.0,
    "12": 0.0,
    "13": 0.0,
    "14": 0.0,
}
"""An M1 without findings, for a unit of kind 甲类 at the level 市级."""


def a_return(
    cells: Mapping[str, Value] | None = None,
    rows: Sequence[Mapping[str, Value]] = (),
    *,
    kind: str = "甲类",
    level: str = "市级",
    prior: Mapping[str, Value] | None = None,
    typed: Mapping[str, float] | None = None,
    oddities: Sequence[Oddity] = (),
) -> Submission:
    """Return a return with these cells of M1 and these rows of 活动, the first in the first entry row."""
    content = Content(
        values={"M1": dict(cells or {})},
        ledgers={"活动": {number: dict(row) for number, row in enumerate(rows, start=FIRST_ROW) if row}},
        prior={"M1": dict(prior or {})},
    )
    identity = Identity("mini", "1", MINI.hash, YEAR, "001", "甲单位", kind, level)
    over = {("M1", code): value for code, value in (typed or {}).items()}
    return Submission("甲.xlsx", identity, Edition.of(MINI), content, tuple(oddities), over)


def a_complete_return(cells: Mapping[str, Value] | None = None, rows: Sequence[Mapping[str, Value]] = ()) -> Submission:
    """Return a return that the audit has nothing to say about, but for these cells and rows."""
    submission = a_return(COMPLETE | dict(cells or {}), rows)
    cover: dict[str, Value] = {"统计负责人": "甲", "填表人": "乙", "报出日期": date(2025, 4, 1)}
    submission.content.values[MINI.cover.id] = cover
    submission.content.summary = "一、统计工作由办公室负责，三月完成。"
    return submission


def noting(submission: Submission, *oddities: Oddity) -> Submission:
    """Return the return with something more that reading noted."""
    return replace(submission, oddities=(*submission.oddities, *oddities))


def worded(submission: Submission) -> list[Finding]:
    """Return what reading has to say of the return."""
    return [word(oddity) for oddity in submission.oddities]


def a_rule(check: str, when: str = "", each: str = "") -> Rule:
    """Return a rule of M1 with this check."""
    condition = bind(parse(when), "M1", each) if when else None
    tree = bind(parse(check), "M1", each)
    return Rule("t", "M1", "06", "", Severity.ERROR, tree, (), "", "", condition, each)


def named(survey: Survey = MINI) -> Survey:
    """Return the survey with the cell marked that holds the unit's name."""
    first, *others = survey.forms
    rows = (replace(r, role="unit_name") if isinstance(r, Indicator) and r.code == "01" else r for r in first.rows)
    return replace(survey, forms=(replace(first, rows=tuple(rows)), *others))


def a_row(**cells: Value) -> dict[str, Value]:
    row: dict[str, Value] = {"活动名称": "甲", "日期": date(2024, 5, 1), "规模": "小型", "参加人次": 5.0}
    return row | cells
