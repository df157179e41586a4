"""校验 in an open workbook: what is read, marked, listed and said. The workbook is a fake here; test_live_office.py
does the same in LibreOffice.

- an open workbook is audited exactly as its file is
- marks: a digit a sheet row, the gravest where several meet; explained warnings leave none
- the list is padded, so that a shorter one wipes a longer one; every cell is a link
- what an officer wrote into a workbook that was sent back stays
- the first problem is selected; 下一个问题 goes round; 帮助 finds the definition
- nothing but the marks and the list is ever written; whatever goes wrong is said, and the log quotes no data
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from addin.auditing.audit import audit
from addin.buttons import live, ribbon
from addin.finding import Finding
from addin.host import Cell, Formula, HostError, OpenBook
from addin.reading.reader import read
from addin.sending.zero import make_complete_zero
from addin.sending_back.slips import make_slip
from addin.submission import Submission
from generator.lock import Lock
from generator.plain import write_table
from generator.sent_back.slip import ReturnBand
from generator.sent_back.workbook import write_sent_back
from generator.unit.workbook import build
from templates.layout import WorkbookLayout
from templates.model import Severity, Survey
from templates.result_layout import RESULTS, RESULTS_HEADER, RESULTS_SHOWN
from tests.support.books import identity
from tests.support.fake_book import FakeBook
from tests.support.returns import MINI

KIND, LEVEL = "科协", "市级科协"


@pytest.fixture
def faulty(kx: Survey, lock: Lock, tmp_path: Path) -> Path:
    """A return with a wrong part, a blank, a text and an explained warning."""
    unit = identity(kx, KIND, LEVEL)
    content = make_complete_zero(kx, unit)
    content.set("KX03", "25", 3.0)
    content.set("K01-01", "46", None)
    content.set("K01-01", "05", "约30")
    content.set("KX03", "26", 2.0)
    content.notes = {"KX03": {"26": "本年与学会合作制定了两项标准"}}
    path = tmp_path / "有错的.xlsx"
    build(path, kx, unit, lock, content)
    return path


def test_an_open_workbook_is_audited_as_its_file_is(faulty: Path, kx: Survey) -> None:
    saved = read(faulty)
    assert isinstance(saved, Submission)
    checked = live.check(FakeBook(str(faulty)))
    assert checked.findings == audit(kx, saved.identity.year, [saved])[0]
    assert [(finding.rule, finding.code, bool(finding.explanation)) for finding in checked.findings] == [
        ("cell.text", "05", False),
        ("cell.required", "46", False),
        ("KX03-25.companion", "25", False),
        ("KX03-26.level", "26", True),
    ]


def test_marks_and_list(faulty: Path, kx: Survey) -> None:
    book = FakeBook(str(faulty))
    live.check(book)
    layout = WorkbookLayout(kx, KIND, LEVEL)
    marked = {
        (sheet, row): digit
        for sheet, column in layout.marked.items()
        for row, cells in enumerate(book.written["_marks"], start=1)
        if (digit := cells[column - 1])
    }
    forms = {form.sheet: form for form in layout.forms.values()}
    assert marked == {
        ("K01-01", forms["K01-01"].rows["05"]): 3,
        ("K01-01", forms["K01-01"].rows["46"]): 4,
        ("KX03", forms["KX03"].rows["25"]): 3,
    }
    assert set(book.written) == {"_marks", "校验结果"}
    listed = [row for row in book.written["校验结果"] if row[0]]
    assert len(book.written["校验结果"]) == RESULTS_SHOWN
    assert [(row[0], str(row[2]).partition("「")[0]) for row in listed] == [
        ("必须改正", "05"),
        ("必须改正", "46"),
        ("必须改正", "25"),
        ("核实说明", "26"),
    ]
    assert listed[0][1] == Formula('=HYPERLINK("#\'K01-01\'!E18","K01-01!E18")')
    assert book.places == ["K01-01!E18"]
    assert book.statuses == ["填报校验：错误 3 处，待说明警示 0 处，已列在「校验结果」；点「下一个问题」逐个查看"]


def test_next_goes_round_and_clear_wipes(faulty: Path) -> None:
    book = FakeBook(str(faulty))
    live.check(book)
    visited = [book.places[-1]]
    for _ in range(4):
        live.go_to_next_problem(book)
        visited.append(book.places[-1])
    assert visited[0] == visited[4]
    assert len(set(visited)) == 4
    live.clear(book)
    assert all(cell is None for row in book.written["_marks"] for cell in row)
    assert all(cell is None for row in book.written["校验结果"] for cell in row)


@pytest.mark.parametrize(
    ("selected", "shown"),
    [
        (("KX03", "28"), ("KX03", "28")),
        (("K01-01", "03.2"), ("K01-01", "03")),
        (("K01-01", "44.1"), ("K01-01", "44")),
    ],
)
def test_help_goes_to_the_definition(
    selected: tuple[str, str], shown: tuple[str, str], faulty: Path, kx: Survey
) -> None:
    form, code = selected
    book = FakeBook(str(faulty), selected=(form, WorkbookLayout(kx, KIND, LEVEL).forms[form].cell(code)))
    live.show_help(book)
    sheet, cell = book.selected
    assert sheet == "指标解释"
    assert tuple(book.read(sheet).values[int(cell[1:]) - 1][:2]) == shown


def test_help_elsewhere_goes_to_the_three_steps(faulty: Path) -> None:
    book = FakeBook(str(faulty), selected=("台账-学术会议", "B7"))
    live.show_help(book)
    assert book.selected == ("封面", "B11")


def test_a_long_list_says_what_it_leaves_out() -> None:
    findings = [Finding("x", Severity.ERROR, f"第 {number} 条") for number in range(RESULTS_SHOWN + 5)]
    rows = live.results(MINI, findings)
    assert len(rows) == RESULTS_SHOWN
    assert rows[-1][3] == "还有 6 条没有列出，请先改正以上各条再校验"


# --- a workbook that was sent back ------------------------------------------------------------------------------------


def test_what_an_officer_wrote_stays(faulty: Path, kx: Survey, tmp_path: Path) -> None:
    saved = read(faulty)
    assert isinstance(saved, Submission)
    findings = audit(kx, saved.identity.year, [saved])[0]
    slip = make_slip(kx, saved, findings, ReturnBand(1, date(2025, 3, 1)))
    write_sent_back(faulty, tmp_path / "退回.xlsx", slip)
    book = Placed(str(tmp_path / "退回.xlsx"))
    live.go_to_next_problem(book)
    live.check(book)
    assert [line.cell for line in slip.lines] == ["K01-01!E18", "K01-01!E72", "KX03!E32"]
    assert book.places[:2] == ["K01-01!E18", "K01-01!E18"]
    assert book.wrote == [("_marks", 1, 1), ("校验结果", RESULTS_HEADER + 3 + 4, 1)]
    assert {len(row) for row in book.written["校验结果"]} == {RESULTS.remedy}


class Placed(FakeBook):
    """Remembers where it was written to."""

    wrote: list[tuple[str, int, int]]

    def write(self, sheet: str, row: int, column: int, block: Sequence[Sequence[Cell]]) -> None:
        super().write(sheet, row, column, block)
        self.wrote = [*getattr(self, "wrote", []), (sheet, row, column)]


# --- when things go wrong ---------------------------------------------------------------------------------------------


class Broken(FakeBook):
    """A workbook whose marks cannot be written, in one of several ways."""

    def write(self, sheet: str, row: int, column: int, block: Sequence[Sequence[Cell]]) -> None:
        raise self.error

    error: Exception = HostError("工作簿正在编辑")


def attach(book: OpenBook) -> Callable[..., OpenBook]:
    return lambda *_: book


def test_a_refusal_of_the_program_is_said(faulty: Path) -> None:
    book = Broken(str(faulty))
    said = ribbon.press("validate", attach=attach(book))
    assert said == "填报：没有做成。工作簿正在编辑"
    assert book.alerts == [said]


def test_whatever_breaks_is_said_and_the_log_quotes_no_data(
    faulty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    book = Broken(str(faulty))
    book.error = ValueError("值 13500000DEMO 不行")
    said = ribbon.press("validate", attach=attach(book))
    log = (tmp_path / "tianbao" / "tianbao.log").read_text(encoding="utf-8")
    assert "您的数据没有改动" in said
    assert "validate ValueError" in log
    assert "DEMO" not in log
    assert book.written == {}


def test_a_workbook_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "自己的.xlsx"
    write_table(path, "表1", [["甲", "乙"]])
    book = FakeBook(str(path))
    said = ribbon.press("validate", attach=attach(book))
    assert said.startswith("填报：没有做成。")
    assert (book.written, book.alerts) == ({}, [said])


def test_an_unknown_button_is_named() -> None:
    assert ribbon.press("x") == "没有「x」这个按钮；可用的有 validate、next、clear、help"
