"""Ledger rows are checked in the workbook as the audit checks them: the same rows, put to both.

``cases/ledgers.toml`` names what stands in a ledger, what the audit finds and what 审核 shows. Where the audit mends a
spelling by itself (a number or a day typed as a text), the workbook asks to type it again, because its own sums cannot
take it; ``STRICTER`` lists those, and nothing else may differ.

- the table of cases, boundaries above all; then made-up rows by the hundred
- the ledger's status line and 下一个问题 on every sheet lead to the first faulty cell
- the sheet as LibreOffice saves it is read as the cases say it is
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from addin.auditing.arrays import serial
from addin.auditing.audit import audit
from addin.finding import Finding
from addin.host.office import make_properties
from addin.package.addresses import parse_place
from addin.reading.cells import Raw
from addin.reading.grid import Grid
from addin.reading.ledger_reader import LedgerReader
from addin.reading.paper import WorkingPaper
from addin.reading.reader import read
from addin.submission import Submission
from generator.formula import Formulas
from generator.lock import Lock
from generator.unit.checks import CODES, FIRST_ROW, NOT_EVALUATED, UNFILLED, Check, Checks
from templates.families import EXAMPLE_YEAR
from templates.layout import AUDIT, LEDGER_HEADER_ROW, LedgerLayout, WorkbookLayout, name_column
from templates.model import Column, Kind, Severity, Survey
from tests.support.books import identity, workbook
from tests.support.office import Book, Office

KIND, LEVEL = "甲类", "市级"
FIRST = LEDGER_HEADER_ROW + 1
CAPACITY = 1000
FINE: dict[str, Raw] = {"活动名称": "甲会", "日期": date(EXAMPLE_YEAR, 5, 1), "规模": "小型", "参加人次": 3}
CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parents[1] / "cases" / "ledgers.toml").read_text("utf-8"))[
    "cases"
]

SHOWN_AS = {
    "required": "required",
    "text": "numbers",
    "negative": "numbers",
    "choice": "choices",
    "date": "dates",
    "uscc": "uscc",
    "fraction": "fractions",
    "duplicate": "duplicates",
}
STRICTER = {"number_text": "numbers", "date_text": "dates"}
"""Texts that the audit takes for numbers or days, with a remark."""

Rows = dict[int, dict[str, Raw]]


def rows_of(case: dict[str, Any]) -> Rows:
    """Return a case's rows by sheet row."""
    listed = case.get("alone") or [FINE | row for row in case.get("rows", [])]
    return dict(zip(case.get("at") or range(FIRST, FIRST + len(listed)), listed, strict=True))


@pytest.fixture(scope="module")
def survey(mini: Survey) -> Survey:
    """The tiny survey, its ledger with a column of every kind and room for a thousand rows."""
    more = (Column("信用代码", Kind.USCC), Column("成立年月", Kind.YEAR_MONTH), Column("经费", Kind.DECIMAL))
    ledger = mini.ledgers[0]
    return replace(mini, ledgers=(replace(ledger, columns=ledger.columns + more, capacity=CAPACITY),))


@dataclass
class Desk:
    """One open workbook, and the audit beside it."""

    survey: Survey
    book: Book
    touched: set[str] = field(default_factory=set)

    @property
    def layout(self) -> WorkbookLayout:
        return WorkbookLayout(self.survey, KIND, LEVEL)

    @property
    def ledger(self) -> LedgerLayout:
        return next(iter(self.layout.ledgers.values()))

    @property
    def checks(self) -> tuple[Check, ...]:
        return Checks(Formulas(self.layout, EXAMPLE_YEAR)).rows

    def put(self, rows: Rows) -> None:
        """Put the rows in, and nothing else; what depends on them is calculated once."""
        document = self.book.document
        document.enableAutomaticCalculation(False)
        wanted = {self.ledger.address(name, row): value for row, cells in rows.items() for name, value in cells.items()}
        for address in self.touched - set(wanted):
            self.book.poke(address, None)
        for address, value in wanted.items():
            self.book.poke(address, serial(value) if isinstance(value, date) else None if value == "" else value)
        document.calculate()
        document.enableAutomaticCalculation(True)
        self.touched = set(wanted)

    def found(self, rows: Rows) -> list[str]:
        """Return what the audit finds: check, row, column."""
        names = [column.name for column in self.ledger.ledger.columns]
        listed: dict[int, Mapping[str, Any]] = {LEDGER_HEADER_ROW: dict(zip(names, names, strict=True)), **rows}
        filled = {row: [cells.get(name, "") for name in names] for row, cells in listed.items()}
        grid = Grid.of_rows(self.ledger.sheet, (filled.get(row, []) for row in range(1, max(filled) + 1)))
        paper = WorkingPaper("", identity(self.survey, KIND, LEVEL), self.survey)
        LedgerReader(paper, self.ledger, grid).read()
        return self.told(audit(self.survey, EXAMPLE_YEAR, [paper.submit()])[0])

    def told(self, findings: list[Finding]) -> list[str]:
        """Return what findings say of the ledger's rows, explained warnings left out."""
        listed = (f for f in findings if f.row is not None and (f.pending or f.severity is Severity.INFO))
        return sorted(f"{f.rule.removeprefix('ledger.')} {f.row} {self._column(f.cell)}" for f in listed)

    def shown(self) -> list[str]:
        """Return what 审核 shows of the ledger: check, how many, the first row and its column."""
        columns = name_column(AUDIT.status), name_column(AUDIT.column)
        area = f"{columns[0]}{FIRST_ROW}:{columns[1]}{FIRST_ROW + len(self.checks) - 1}"
        listed = zip(self.checks, self.book.block("审核", area), strict=True)
        return sorted(self._shown(check, cells) for check, cells in listed if self._speaks(check, cells[0]))

    def head(self, cell: str) -> str:
        """Return what a cell in the head of the ledger's sheet shows."""
        text: str = self.book.cell(f"{self.ledger.sheet}!{cell}").getString()
        return text

    def next_from(self, sheet: str) -> str:
        """Return where 下一个问题 on a sheet leads."""
        row = FIRST_ROW - 1 + self.layout.visited[sheet]
        text: str = self.book.cell(f"审核!{name_column(AUDIT.next)}{row}").getString()
        return text

    def _speaks(self, check: Check, status: float) -> bool:
        return check.sheet == self.ledger.sheet and status in {*CODES.values(), UNFILLED, NOT_EVALUATED}

    def _shown(self, check: Check, cells: tuple[Any, ...]) -> str:
        status, count, row, column = cells
        name = check.id.removeprefix(f"{self.ledger.ledger.id}.")
        if status == NOT_EVALUATED:
            return f"? {name}"
        return f"{name} {count:.0f} {row:.0f} {self.ledger.ledger.columns[int(column) - 1].name}"

    def _column(self, address: str) -> str:
        return self.ledger.ledger.columns[parse_place(address.rpartition("!")[2])[1] - 1].name


@pytest.fixture(scope="module")
def desk(office: Office, survey: Survey, lock: Lock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    book = office.open(workbook(tmp_path_factory.mktemp("ledgers"), survey, lock, KIND, LEVEL))
    yield Desk(survey, book)
    book.close()


@pytest.mark.office
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_same_rows_in_both(case: dict[str, Any], desk: Desk) -> None:
    rows = rows_of(case)
    desk.put(rows)
    assert (desk.found(rows), desk.shown()) == (sorted(case.get("audit", [])), sorted(case.get("shown", [])))


# --- made-up rows ----------------------------------------------------------------------------------------------------

POOL: dict[str, list[Raw]] = {
    "活动名称": ["甲会", "甲会（东）", "甲会(东)", "ai会", "AI 会", "甲*", "甲?会", "乙会", "", ""],
    "日期": [date(2024, 5, 1), date(2024, 2, 29), date(2023, 12, 31), date(2025, 1, 1), "五月", ""],
    "规模": ["大型", "大型", "小型", "中型", ""],
    "参加人次": [0, 99, 100, 2.5, -1, -0.4, "约30", ""],
    "线上人次": [0, 100, 101, -3, "不详", ""],
    "主题：科普": ["是", "否", "可能", ""],
    "信用代码": ["91110000600037341L", "91110000600037341A", "9111", ""],
    "成立年月": [date(1958, 9, 1), "待查", ""],
    "经费": [0, 2.5, -0.1, "若干", ""],
    "记录状态": ["", "", "", "变更", "注销"],
    "备注": ["", "", "核实无误", "经与主办单位核对，确为不同的活动"],
}
"""Values that both sides take alike. Most rows are good, so that faults stand alone, too."""


def made_up(seed: int) -> Rows:
    dice = random.Random(seed)
    rows: Rows = {}
    for row in sorted(dice.sample(range(FIRST, FIRST + 60), 25)):
        odd = dice.sample(list(POOL), dice.choice((0, 0, 1, 2, 3)))
        rows[row] = FINE | {"活动名称": f"第{row}会"} | {name: dice.choice(POOL[name]) for name in odd}
    return rows


@pytest.mark.office
@pytest.mark.parametrize("seed", range(30))
def test_made_up_rows_in_both(seed: int, desk: Desk) -> None:
    rows = made_up(seed)
    desk.put(rows)
    told = [line for line in desk.shown() if not line.startswith("? ")]
    assert told == summed_up(desk, desk.found(rows))


def summed_up(desk: Desk, found: list[str]) -> list[str]:
    """Return findings as 审核 shows them: a line a check, with the first row and its first column."""
    order = [column.name for column in desk.ledger.ledger.columns]
    by_check: dict[str, list[tuple[int, int]]] = {}
    for check, row, column in (line.split(" ") for line in found):
        by_check.setdefault(SHOWN_AS.get(check, check), []).append((int(row), order.index(column)))
    return sorted(
        f"{check} {len(places)} {min(places)[0]} {order[min(places)[1]]}" for check, places in by_check.items()
    )


def test_nothing_is_let_pass_and_little_judged_more_strictly() -> None:
    """What the table says of both sides: the workbook shows what the audit finds, and more only where listed."""
    for case in CASES:
        shown = {line.split(" ")[0] for line in case.get("shown", []) if not line.startswith("? ")}
        found = {
            (SHOWN_AS | STRICTER).get(check, check) for check in (line.split(" ")[0] for line in case.get("audit", []))
        }
        assert shown == found, case["name"]
        assert found <= shown, case["name"]


# --- ways to the fault -----------------------------------------------------------------------------------------------


@pytest.mark.office
def test_the_head_of_the_ledger_tells_and_leads(desk: Desk) -> None:
    desk.put({})
    assert desk.head("A2") == "已登记 0 行"
    assert desk.head("A3") == "有的从下面第一行登记起；没有的不登记，报表里自动算 0。"
    desk.put({FIRST: FINE, FIRST + 1: FINE | {"参加人次": "约30"}})
    assert desk.head("A2") == "✗ 填错 1 处　已登记 2 行"
    assert desk.head("A3") == "有 1 处不是数字、为负数或大得不可能，首先是第 6 行「参加人次」的「约30」"
    assert desk.next_from(desk.ledger.sheet) == "#'台账-活动'!D6"
    desk.put({FIRST: FINE, FIRST + 1: FINE})
    assert desk.head("A2") == "! 待说明 1 处　已登记 2 行"
    assert desk.head("A3") == "有 1 行疑似重复，首先是第 6 行与第 5 行（甲会）"
    assert desk.next_from(desk.ledger.sheet) == "#'台账-活动'!A6"


@pytest.mark.office
def test_the_next_problem_is_on_this_sheet_or_after_it_or_from_the_top(desk: Desk) -> None:
    desk.put({FIRST: FINE | {"规模": ""}})
    targets = {sheet: desk.next_from(sheet) for sheet in desk.layout.visited}
    assert targets == {
        "封面": "#'封面'!E24",
        "M1": "#'M1'!E9",
        "台账-活动": "#'台账-活动'!C5",
        "报表说明": "#'工作总结'!B6",
        "工作总结": "#'工作总结'!B6",
    }
    summary = desk.book.cell("工作总结!B6")
    summary.setString("一、统计工作由办公室负责，三月完成。")
    assert desk.next_from("工作总结") == "#'封面'!E24", "after the last sheet comes the first"
    summary.setString("")


@pytest.mark.office
def test_an_error_value_is_found_and_keeps_only_what_reads_it_from_being_judged(desk: Desk) -> None:
    desk.put({FIRST: FINE, FIRST + 1: FINE | {"活动名称": "乙", "参加人次": 0}})
    cell = desk.book.cell(desk.ledger.address("参加人次", FIRST + 1))
    cell.setFormula("=1/0")
    shown = desk.shown()
    cell.setValue(0)
    assert shown == ["? L01-线上人次.column-part", "? M1-row", "errors 1 6 参加人次"]
    assert desk.shown() == []


@pytest.mark.office
def test_the_saved_sheet_is_read_as_the_cases_are(desk: Desk, tmp_path: Path) -> None:
    rows = made_up(1) | {FIRST + 70: FINE | {"日期": "2024-03-05", "参加人次": "12"}}
    desk.put(rows)
    path = tmp_path / "saved.xlsx"
    desk.book.document.storeToURL(path.as_uri(), make_properties(FilterName="Calc MS Excel 2007 XML"))
    saved = read(path, surveys=lambda _: desk.survey)
    assert isinstance(saved, Submission)
    assert desk.told(audit(desk.survey, EXAMPLE_YEAR, [saved])[0]) == desk.found(rows)
