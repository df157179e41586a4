"""The checklist: what no workbook can show is confirmed by the unit, never passed in silence.

- who is asked what follows from the forms that a unit files, its kind and its level
- an item is a required cell like any other: in the file, in the audit, on the cover, in a fill
- no answer is carried into the next year
- a survey without a checklist has no such sheet; a checklist with mistakes is refused or found by lint
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from addin.auditing.audit import audit
from addin.reading.reader import read
from addin.sending.fill import fill, render
from addin.sending.last_year import read_previous_returns
from addin.sending.zero import make_complete_zero
from addin.submission import Submission
from generator.lock import Lock
from generator.unit.workbook import build
from templates.families import EXAMPLE_YEAR
from templates.layout import COLUMNS, WorkbookLayout, name_column
from templates.lint import lint
from templates.load import SurveyError, load
from templates.model import Survey
from tests.support.books import identity, workbook
from tests.support.checklists import an_item
from tests.support.office import Office, opened

MINI = Path(__file__).parents[1] / "surveys" / "mini"
SHEET = "待确认"


def with_checklist(folder: Path, *items: str) -> Path:
    """Return a copy of the tiny survey with these items."""
    target = shutil.copytree(MINI, folder / "mini")
    (target / "checklist.toml").write_text("".join(items), encoding="utf-8")
    return target


def returned(path: Path, survey: Survey) -> Submission:
    """Return what stands in the file."""
    found = read(path, surveys=lambda _: survey)
    assert isinstance(found, Submission), found
    return found


def unconfirmed(kx: Survey, submission: Submission) -> list[tuple[str, str, str]]:
    """Return what the audit says of the checklist: rule, cell and code."""
    found = audit(kx, EXAMPLE_YEAR, [submission])[0]
    return [(finding.rule, finding.cell, finding.code) for finding in found if finding.form == SHEET]


# --- who is asked ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "level", "asked"),
    [
        ("科协", "中国科协本级", ["Q1", "Q2", "Q7"]),
        ("科协", "市级科协", ["Q1", "Q2", "Q7"]),
        ("科协", "县级科协", ["Q1", "Q2", "Q3", "Q7"]),
        ("机关部室", "县级科协", ["Q7"]),
        ("学会", "全国学会", ["Q4", "Q6", "Q7", "Q8"]),
        ("学会", "省级学会", ["Q5", "Q6", "Q7"]),
    ],
)
def test_who_confirms_what(kind: str, level: str, asked: list[str], kx: Survey) -> None:
    form = kx.checklist_of(kind, level)
    assert form is not None
    assert list(form.indicators) == asked


@pytest.mark.parametrize(
    ("item", "asked"),
    [
        (an_item(), [("甲类", "市级"), ("甲类", "县级"), ("乙类", "市级")]),
        (an_item(form="M2", codes="[]"), [("乙类", "市级")]),
        (an_item(form="", codes="[]", kinds='["甲类"]'), [("甲类", "市级"), ("甲类", "县级")]),
        (an_item(levels='["县级"]'), [("甲类", "县级")]),
    ],
)
def test_an_item_concerns_who_files_its_form(item: str, asked: list[tuple[str, str]], tmp_path: Path) -> None:
    survey = load(with_checklist(tmp_path, item))
    units = [(kind.name, level) for kind in survey.kinds for level in kind.levels]
    assert [unit for unit in units if survey.checklist_of(*unit)] == asked
    assert [unit for unit in units if SHEET in WorkbookLayout(survey, *unit).forms] == asked


# --- a required cell like any other ----------------------------------------------------------------------------------


def test_answers_go_into_the_file_and_back(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    unit = identity(kx, "学会", "省级学会")
    content = make_complete_zero(kx, unit)
    content.values[SHEET] = {"Q5": "2", "Q6": "1", "Q7": "2"}
    path = tmp_path / "t.xlsx"
    build(path, kx, unit, lock, content)
    layout = WorkbookLayout(kx, unit.kind, unit.level)
    form, target = layout.forms[SHEET], layout.forms["X01-02"].cell("37")
    sheet = load_workbook(path)[SHEET]
    assert [sheet[form.cell(code)].value for code in form.rows] == [
        "2 预计数",
        "1 已核对，没有变动",
        "2 没有团体标准",
    ]
    assert sheet[form.cell("Q5", COLUMNS.measure)].hyperlink.location == "'X01-02'!" + target
    submission = returned(path, kx)
    assert submission.content.values[SHEET] == {"Q5": "2", "Q6": "1", "Q7": "2"}
    assert unconfirmed(kx, submission) == []


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (None, [("cell.required", "Q5")]),
        ("3", [("cell.choice", "Q5")]),
        ("大概", [("cell.choice", "Q5")]),
        ("1", []),
        ("2 预计数", []),
    ],
)
def test_an_answer_is_wanted_and_must_be_one_of_the_choices(
    answer: str | None, found: list[tuple[str, str]], kx: Survey, lock: Lock, tmp_path: Path
) -> None:
    unit = identity(kx, "学会", "省级学会")
    content = make_complete_zero(kx, unit)
    content.set(SHEET, "Q5", answer)
    build(tmp_path / "t.xlsx", kx, unit, lock, content)
    said = unconfirmed(kx, returned(tmp_path / "t.xlsx", kx))
    cell = WorkbookLayout(kx, unit.kind, unit.level).forms[SHEET].address("Q5")
    assert said == [(rule, cell, code) for rule, code in found]


def test_another_system_may_answer(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    path = workbook(tmp_path, kx, lock, "学会", "省级学会")
    submission = returned(path, kx)
    submission = fill(kx, submission, {"forms": {SHEET: {"Q5": "1"}}}).submission
    render(kx, submission, path, tmp_path / "filled.xlsx")
    assert returned(tmp_path / "filled.xlsx", kx).content.values[SHEET] == {"Q5": "1"}


def test_last_years_answers_are_not_carried_over(kx: Survey, lock: Lock, tmp_path: Path) -> None:
    unit = identity(kx, "科协", "县级科协")
    build(tmp_path / "t.xlsx", kx, unit, lock, make_complete_zero(kx, unit))
    assert sorted(read_previous_returns(tmp_path, kx, EXAMPLE_YEAR)[unit.code].values) == sorted(
        form.id for form in kx.forms_of("科协")
    )


@pytest.mark.office
def test_the_cover_waits_for_the_answers(kx: Survey, lock: Lock, tmp_path: Path, office: Office) -> None:
    unit = identity(kx, "科协", "市级科协")
    path = tmp_path / "t.xlsx"
    build(path, kx, unit, lock, make_complete_zero(kx, unit))
    layout = WorkbookLayout(kx, unit.kind, unit.level)
    form = layout.forms[SHEET]
    line = layout.cover_tables.lines[SHEET]
    row, columns = line.row, line.columns
    with opened(office, path) as book:

        def seen() -> tuple[str, tuple[object, ...], str, str]:
            book.recalculate()
            progress = book.block("封面", f"{name_column(columns.name)}{row}:{name_column(columns.pending)}{row}")[0]
            mark, message = (book.cell(form.address("Q1", at)) for at in (COLUMNS.mark, COLUMNS.message))
            return book.cell("封面!J3").getString(), progress, mark.getString(), message.getString()

        about = ("光看本表判断不了的事项", 3.0)
        assert seen() == ("可以", (SHEET, "✓", *about, 0.0, 0.0, 0.0), "✓", "")
        book.poke(form.address("Q1"), None)
        assert seen() == ("不可以", (SHEET, "○", *about, 1.0, 0.0, 0.0), "○", "未填，请选择")
        book.poke(form.address("Q1"), "大概")
        assert seen() == ("不可以", (SHEET, "✗", *about, 0.0, 1.0, 0.0), "✗", "不是可选项，请从列表中选择")


# --- definitions -----------------------------------------------------------------------------------------------------


def test_a_survey_without_a_checklist_has_no_such_sheet(mini: Survey, lock: Lock, tmp_path: Path) -> None:
    path = workbook(tmp_path, mini, lock, "甲类", "市级")
    assert SHEET not in load_workbook(path).sheetnames
    assert [form.form.id for form in WorkbookLayout(mini, "甲类", "市级").blocks] == ["封面"]


@pytest.mark.parametrize(
    ("items", "id"),
    [
        ([an_item(form="M9", codes="[]")], "D003"),
        ([an_item(form="M2", codes="[]", kinds='["甲类"]')], "D003"),
        ([an_item(), an_item()], "D005"),
        ([an_item(options='["一致"]')], "D002"),
        ([an_item() + 'when = "1"\n'], "D002"),
    ],
)
def test_what_cannot_be_used_is_refused(items: list[str], id: str, tmp_path: Path) -> None:
    with pytest.raises(SurveyError) as refused:
        load(with_checklist(tmp_path, *items))
    assert [(problem.id, problem.file) for problem in refused.value.problems.found] == [(id, "checklist.toml")]


@pytest.mark.parametrize(
    ("item", "id"),
    [
        (an_item(codes='["99"]'), "D010"),
        (an_item(levels='["乡级"]'), "D015"),
        (an_item(text="长" * 256), "D030"),
        (an_item(text=""), "D031"),
        (an_item(options=f'["1 {"长" * 254}"]'), "D032"),
        (an_item(options="[]"), "D034"),
    ],
)
def test_lint_reads_the_checklist(item: str, id: str, tmp_path: Path) -> None:
    problems = [problem for problem in lint(load(with_checklist(tmp_path, item))) if problem.file == "checklist.toml"]
    assert [problem.id for problem in problems] == [id]
