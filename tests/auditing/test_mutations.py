"""An all-zero, otherwise complete return has no error; one thing changed in it yields what follows from it, no more.

Every case goes the whole way: content → workbook → file → reader → audit. Findings are compared as complete lists.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from addin.auditing.audit import audit
from addin.finding import Finding
from addin.reading.reader import read
from addin.sending.zero import make_complete_zero
from addin.submission import Submission
from generator.lock import Lock
from generator.ooxml.edit import put_constant
from generator.unit.workbook import build
from templates.content import Content, Identity, Value
from templates.families import EXAMPLE_YEAR
from templates.layout import WorkbookLayout
from templates.model import Survey
from tests.support.books import identity, units

Found = list[tuple[str, str, str]]
"""Rule, severity and place (form and code, or the cell) of each finding."""

MEETING: dict[str, Value] = {
    "会议名称": "演示会议",
    "会议类别": "国内学术会议",
    "是否学术年会": "否",
    "主办方式": "主办",
    "举办形式": "线下",
    "开始日期": date(2024, 5, 6),
    "举办地": "重庆市",
    "参会总人次": 0.0,
    "线上参会人次": 0.0,
    "交流论文及报告篇数": 0.0,
}


def findings(path: Path, survey: Survey) -> Found:
    """Return what the audit finds in the file."""
    submission = read(path, surveys=lambda _: survey)
    assert isinstance(submission, Submission), submission
    found = audit(survey, EXAMPLE_YEAR, [submission])[0]
    return [(finding.rule, finding.severity.value, place(finding)) for finding in found]


def place(finding: Finding) -> str:
    """Return form and code, or the cell where there is no code."""
    return f"{finding.form} {finding.code}" if finding.code else finding.cell


@pytest.mark.parametrize("name", ["kx", "mini"])
def test_an_all_zero_return_has_no_error(name: str, lock: Lock, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    survey: Survey = request.getfixturevalue(name)
    for kind, level in units(survey):
        unit = identity(survey, kind, level)
        path = tmp_path / f"{kind}-{level}.xlsx"
        build(path, survey, unit, lock, make_complete_zero(survey, unit))
        errors = [found for found in findings(path, survey) if found[1] == "error"]
        assert errors == [], (kind, level)


def set_cells(form: str, values: dict[str, Value | None]) -> Callable[[Content], None]:
    """Return a change of some cells of a form."""

    def change(content: Content) -> None:
        for code, value in values.items():
            content.set(form, code, value)

    return change


def set_cell(form: str, code: str, value: Value | None) -> Callable[[Content], None]:
    """Return a change of one cell of a form."""
    return set_cells(form, {code: value})


def add_row(short: str, row: dict[str, Value], **changes: Value | None) -> Callable[[Content], None]:
    """Return a change that adds one ledger row; a change of ``None`` blanks the column."""
    values = {name: value for name, value in (row | changes).items() if value is not None}
    return lambda content: content.ledgers.update({short: {**content.ledgers.get(short, {}), 5: values}})


CASES: dict[str, tuple[Callable[[Content], None], Found]] = {
    "a part above its whole": (
        set_cell("KX03", "25", 3.0),
        [("KX03-25.companion", "error", "KX03 25")],
    ),
    "其中 above the whole": (
        set_cell("K01-01", "07", 2.0),
        [("K01-01-07.part", "error", "K01-01 07")],
    ),
    "three parts above the whole, none alone": (
        set_cells("K01-01", {"11": 2.0, "13": 2.0, "14": 2.0, "16": 1.0}),
        [
            ("K0101-017", "error", "K01-01 13"),
            ("K01-01-16.ledger-sum", "warning", "K01-01 16"),
            ("K0101-035", "warning", "K01-01 16"),
        ],
    ),
    "a text in a number cell": (
        set_cell("K01-01", "05", "约30"),
        [("cell.text", "error", "K01-01 05")],
    ),
    "a text that is a number": (
        set_cell("K01-01", "05", "１，２３０人"),
        [("cell.number_text", "info", "K01-01 05")],
    ),
    "a negative": (
        set_cell("K01-01", "46", -5.0),
        [("cell.negative", "error", "K01-01 46")],
    ),
    "a fraction": (
        set_cell("K01-01", "46", 5.5),
        [("cell.fraction", "info", "K01-01 46")],
    ),
    "a blank": (
        set_cell("K01-01", "46", None),
        [("cell.required", "error", "K01-01 46")],
    ),
    "a choice that is none": (
        set_cell("K01-01", "10", "也许"),
        [("cell.choice", "error", "K01-01 10")],
    ),
    "是 without a kind": (
        set_cell("K01-01", "44", "1"),
        [("K0101-038a", "error", "K01-01 44")],
    ),
    "a credit code of 17 characters": (
        set_cell("K01-01", "01", "53500000DEM000001"),
        [("cell.uscc", "error", "K01-01 01"), ("identity.uscc", "warning", "K01-01 01")],
    ),
    "a credit code with a slip": (
        set_cell("K01-01", "01", "53500000DEM0000011"),
        [("cell.uscc_checksum", "warning", "K01-01 01"), ("identity.uscc", "warning", "K01-01 01")],
    ),
    "a code that the statistical office lent": (
        set_cell("K01-01", "01", "A23456789"),
        [("cell.uscc_checksum", "warning", "K01-01 01"), ("identity.uscc", "warning", "K01-01 01")],
    ),
    "no credit code yet, but the older organisation code": (
        set_cells("K01-01", {"01": None, "01.1": "12345678-9"}),
        [],
    ),
    "a city without counties": (
        set_cells("K01-01", {"03.1": "广东省", "03.2": "东莞市", "03.3": None}),
        [],
    ),
    "a city with counties and none chosen": (
        set_cells("K01-01", {"03.1": "广东省", "03.2": "广州市", "03.3": None}),
        [("cell.required", "error", "K01-01 03.3")],
    ),
    "a unit founded after the reporting year": (
        set_cell("K01-01", "43", date(2025, 1, 1)),
        [("K0101-037", "error", "K01-01 43")],
    ),
    "本节无此项业务 over blanks": (
        set_cells("KX03", {"s2": "本节无此项业务", "24": None}),
        [],
    ),
    "本节无此项业务 over a number": (
        set_cells("KX03", {"s2": "本节无此项业务", "24": 3.0}),
        [("cell.section", "error", "KX03 24")],
    ),
    "no sign-off": (
        set_cell("封面", "填表人", None),
        [("cell.required", "error", "封面 填表人")],
    ),
    "sent after the deadline": (
        set_cell("封面", "报出日期", date(2025, 5, 1)),
        [("cover.late", "info", "封面 报出日期")],
    ),
    "no summary": (
        lambda content: setattr(content, "summary", "无"),
        [("summary.required", "error", "工作总结!B6")],
    ),
    "a ledger row incomplete": (
        add_row("学术会议", MEETING, 参会总人次=None),
        [
            ("ledger.required", "error", "台账-学术会议!J5"),
            ("KX03-30.expected", "warning", "KX03 30"),
        ],
    ),
    "a ledger row of last year": (
        add_row("学术会议", MEETING, 开始日期=date(2023, 5, 6)),
        [
            ("L11-开始日期.column-in-year", "error", "台账-学术会议!B5"),
            ("KX03-30.expected", "warning", "KX03 30"),
        ],
    ),
    "a withdrawn row": (
        add_row("学术会议", MEETING, 记录状态="注销"),
        [],
    ),
}


@pytest.mark.parametrize(("change", "expected"), CASES.values(), ids=CASES.keys())
def test_one_change_yields_what_follows_from_it(
    change: Callable[[Content], None], expected: Found, kx: Survey, lock: Lock, tmp_path: Path
) -> None:
    unit = identity(kx, "科协", "市级科协")
    content = make_complete_zero(kx, unit)
    change(content)
    path = tmp_path / "return.xlsx"
    build(path, kx, unit, lock, content)
    assert findings(path, kx) == expected


def test_a_cell_of_another_kind_of_unit(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    unit = identity(kx, "直属单位", "省级科协")
    content = make_complete_zero(kx, unit)
    content.set("K01-01", "04", 7.0)
    path = tmp_path / "return.xlsx"
    build(path, kx, unit, lock, content)
    assert findings(path, kx) == [("cell.closed", "error", "K01-01 04")]


@pytest.mark.parametrize(
    ("number", "rows", "expected"),
    [
        (5.0, 0, [("KX03-28.ledger-first", "error", "KX03 28")]),
        (5.0, 1, [("KX03-28.ledger-equal", "error", "KX03 28"), ("KX03-30.expected", "warning", "KX03 30")]),
        (0.0, 0, [("cell.derived", "error", "KX03 28")]),
    ],
)
def test_a_constant_over_a_derived_cell(
    number: float, rows: int, expected: Found, kx: Survey, lock: Lock, tmp_path: Path
) -> None:
    unit: Identity = identity(kx, "科协", "市级科协")
    content = make_complete_zero(kx, unit)
    if rows:
        content.ledgers["学术会议"] = {5: MEETING}
    path = tmp_path / "return.xlsx"
    build(path, kx, unit, lock, content)
    place = WorkbookLayout(kx, unit.kind, unit.level).forms["KX03"]
    put_constant(path, place.sheet, place.cell("28"), number)
    assert findings(path, kx) == expected
