"""Rows of the cover whose code is not their name, items of the checklist under odd ids: nothing typed there is lost.

- a fresh workbook has no fault, and what stands in it comes back
- what is typed lights up live, and reaches 汇总 and the level above
- values are put in, composed, repaired and found on a renamed sheet
- the handbook and the printed foot say the name
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from addin.auditing.audit import audit
from addin.composing.compose import compose
from addin.reading.reader import read
from addin.receiving.receive import MergeJob, merge
from addin.repairing.repair import repair
from addin.roster import ReportingUnit, Roster
from addin.sending.fill import fill, render
from addin.sending.zero import make_complete_zero
from addin.submission import Submission
from addin.summary.consolidate import write_summary
from addin.summary.rollup import Rollup
from addin.tampering.examine import read_examined
from generator.handbook.book import write_handbook
from generator.handbook.scope import HandbookScope
from generator.lock import Lock
from generator.unit.workbook import build
from templates.content import Content, Value
from templates.layout import COLUMNS, WorkbookLayout
from templates.lint import lint
from templates.load import load
from templates.model import Survey
from templates.words import say
from tests.support.books import identity
from tests.support.checklists import an_item
from tests.support.office import Office, opened
from tests.support.returns import worded

MINI = Path(__file__).parents[1] / "surveys" / "mini"
KIND, LEVEL, YEAR = "甲类", "市级", 2024
COVER, CHECKLIST = "封面", "待确认"
CODES = {"统计负责人": "f1", "填表人": "填 表", "联系电话": "tel.1", "报出日期": "统计负责人"}
"""Codes of the rows by their names; one is the name of another row."""
MORE = """
[[cover]]
code = "f5"
name = "报表份数 （份）"
kind = "count"
definition = "装订的份数。"

[[cover]]
code = "f6"
name = "是否盖章"
kind = "yes_no"
options = ["1 是", "2 否"]
definition = "纸质报表盖章没有。"
"""
SIGNED: dict[str, Value] = {
    "f1": "甲某",
    "填 表": "乙某",
    "tel.1": "02300000001",
    "统计负责人": date(2025, 2, 1),
    "f5": 2.0,
    "f6": "1",
}
CONFIRMED: dict[str, Value] = {"清单 1": "1", "2": "2"}


def renamed_rows(folder: Path) -> Path:
    """Return a copy of the tiny survey whose cover rows have codes of their own, with a checklist."""
    target = shutil.copytree(MINI, folder / "mini")
    text = (target / "survey.toml").read_text(encoding="utf-8")
    for name, code in CODES.items():
        text = text.replace(f'code = "{name}"\nname', f'code = "{code}"\nname')
    (target / "survey.toml").write_text(text + MORE, encoding="utf-8")
    (target / "checklist.toml").write_text(an_item("清单 1") + an_item("2", codes='["07"]'), encoding="utf-8")
    return target


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return load(renamed_rows(tmp_path_factory.mktemp("cover")))


@pytest.fixture
def path(survey: Survey, lock: Lock, tmp_path: Path) -> Path:
    """A complete return."""
    unit = identity(survey, KIND, LEVEL)
    content = make_complete_zero(survey, unit)
    content.values |= {COVER: dict(SIGNED), CHECKLIST: dict(CONFIRMED)}
    build(tmp_path / "return.xlsx", survey, unit, lock, content)
    return tmp_path / "return.xlsx"


def returned(path: Path, survey: Survey) -> Submission:
    found = read_examined(path, surveys=lambda _: survey)
    assert isinstance(found, Submission), found
    return found


def said(survey: Survey, submission: Submission) -> list[tuple[str, str]]:
    """Return rule and code of everything that the audit says."""
    return [(finding.rule, finding.code) for finding in audit(survey, YEAR, [submission])[0]]


def blocks(content: Content) -> tuple[dict[str, Value], dict[str, Value]]:
    return content.values.get(COVER, {}), content.values.get(CHECKLIST, {})


# --- one file --------------------------------------------------------------------------------------------------------


def test_a_fresh_workbook_only_wants_to_be_filled(survey: Survey, lock: Lock, tmp_path: Path) -> None:
    build(tmp_path / "t.xlsx", survey, identity(survey, KIND, LEVEL), lock)
    submission = returned(tmp_path / "t.xlsx", survey)
    assert submission.oddities == ()
    wanted = [(rule, code) for rule, code in said(survey, submission) if code in {*SIGNED, *CONFIRMED}]
    required = [code for code in (*SIGNED, *CONFIRMED) if code != "tel.1"]
    assert sorted(wanted) == sorted(("cell.required", code) for code in required)


def test_messages_call_the_rows_by_their_names(survey: Survey, lock: Lock, tmp_path: Path) -> None:
    build(tmp_path / "t.xlsx", survey, identity(survey, KIND, LEVEL), lock)
    found = audit(survey, YEAR, [returned(tmp_path / "t.xlsx", survey)])[0]
    messages = [finding.message for finding in found if finding.form == COVER]
    assert sorted(message.partition("」")[0] for message in messages) == sorted(
        f"「{name}" for name in (*CODES, "报表份数 （份）", "是否盖章") if name != "联系电话"
    )


def test_what_stands_there_comes_back(survey: Survey, path: Path) -> None:
    submission = returned(path, survey)
    assert blocks(submission.content) == (SIGNED, CONFIRMED)
    assert said(survey, submission) == []


def test_the_sheets_print_names_and_ids(survey: Survey, path: Path) -> None:
    layout, book = WorkbookLayout(survey, KIND, LEVEL), load_workbook(path)
    printed = {
        form.sheet: [book[form.sheet][form.cell(code, COLUMNS.code)].value for code in form.rows]
        for form in layout.blocks
    }
    names = [*CODES, "报表份数 （份）", "是否盖章"]
    assert printed == {COVER: names, CHECKLIST: list(CONFIRMED)}
    titles = [rule.promptTitle for rule in book[COVER].data_validations.dataValidation if str(rule.sqref)[0] == "E"]
    assert titles == names
    foot = str(book["M1"].cell(layout.forms["M1"].end_row + 1, 2).value)
    assert [name for name in names if f'"{name}："' in foot] == names


def test_a_row_is_missed_by_its_name(survey: Survey, path: Path) -> None:
    book = load_workbook(path)
    cover = WorkbookLayout(survey, KIND, LEVEL).cover
    book[COVER][cover.cell("填 表", COLUMNS.code)] = "别的"
    book.save(path)
    found = read(path, surveys=lambda _: survey)
    assert isinstance(found, Submission)
    lost = [(finding.rule, finding.code) for finding in worded(found)]
    assert lost == [("sheet.part_missing", "填 表")]
    assert say("reader.part.row", code="填表人") in worded(found)[0].message


def test_a_renamed_cover_is_known_by_its_names(survey: Survey, path: Path) -> None:
    book = load_workbook(path)
    book[COVER].title, book[CHECKLIST].title = "首页", "确认"
    book.save(path)
    found = read(path, surveys=lambda _: survey)
    assert isinstance(found, Submission)
    assert blocks(found.content) == (SIGNED, CONFIRMED)


# --- out of one file into another ------------------------------------------------------------------------------------


def test_another_system_fills_by_code(survey: Survey, lock: Lock, tmp_path: Path) -> None:
    fresh, target = tmp_path / "fresh.xlsx", tmp_path / "filled.xlsx"
    build(fresh, survey, identity(survey, KIND, LEVEL), lock)
    submission = returned(fresh, survey)
    sent = {code: value.isoformat() if isinstance(value, date) else value for code, value in SIGNED.items()}
    filled = fill(survey, submission, {"forms": {COVER: sent, CHECKLIST: dict(CONFIRMED)}})
    render(survey, filled.submission, fresh, target)
    assert blocks(returned(target, survey).content) == (SIGNED, CONFIRMED)


def test_a_repair_and_a_composition_keep_it(survey: Survey, path: Path, tmp_path: Path) -> None:
    done = repair(survey, returned(path, survey), path, tmp_path / "new.xlsx")
    assert done.unplaced == []
    assert {line.key for line in done.lines} >= {*SIGNED, *CONFIRMED}
    assert blocks(returned(tmp_path / "new.xlsx", survey).content) == (SIGNED, CONFIRMED)
    composed = compose(survey, returned(path, survey), [])
    assert blocks(composed.submission.content) == (SIGNED, CONFIRMED)


@pytest.mark.office
def test_the_cover_lights_up_as_it_is_filled(survey: Survey, path: Path, office: Office) -> None:
    layout = WorkbookLayout(survey, KIND, LEVEL)
    forms = {form.sheet: form for form in layout.blocks}

    def shown(sheet: str, code: str) -> tuple[str, str]:
        book.recalculate()
        mark, message = (forms[sheet].address(code, at) for at in (COLUMNS.mark, COLUMNS.message))
        return book.cell(mark).getString(), book.cell(message).getString()

    with opened(office, path) as book:
        assert book.formula_errors() == []
        for sheet, codes in ((COVER, SIGNED), (CHECKLIST, CONFIRMED)):
            assert [shown(sheet, code) for code in codes] == [("✓", "")] * len(codes)
        assert book.cell("封面!J3").getString() == "可以"
        book.poke(forms[COVER].address("填 表"), None)
        book.poke(forms[CHECKLIST].address("2"), "大概")
        assert shown(COVER, "填 表")[0] == "○"
        assert shown(COVER, "统计负责人") == ("✓", "")
        assert shown(CHECKLIST, "2")[0] == "✗"
        assert shown(CHECKLIST, "清单 1") == ("✓", "")
        assert book.cell("封面!J3").getString() == "不可以"


# --- to 汇总 and above -----------------------------------------------------------------------------------------------


def test_it_reaches_the_level_above(survey: Survey, path: Path, tmp_path: Path) -> None:
    unit = identity(survey, KIND, LEVEL)
    own = ReportingUnit(unit.code, unit.name, unit.uscc, unit.kind, unit.level, unit.region)
    merged = merge(MergeJob([path], Roster((own,)), survey))
    assert [(one.state.shown, one.errors) for one in merged.units] == [("校验通过", 0)]
    write_summary(merged, Rollup.of(merged), tmp_path / "汇总.xlsx")
    above = merge(MergeJob([tmp_path / "汇总.xlsx"], Roster((replace(own, code="S", uscc=""),)), survey))
    came = [one.submission for one in above.units if one.submission]
    withheld = dict.fromkeys(("f1", "填 表", "tel.1"), say("merge.withheld"))
    assert [blocks(one.content) for one in came] == [(SIGNED | withheld, CONFIRMED)]


def test_the_handbook_tells_the_names(survey: Survey, tmp_path: Path) -> None:
    write_handbook(tmp_path / "h.docx", HandbookScope(survey))
    tables = Document(str(tmp_path / "h.docx")).tables
    first = [[row.cells[0].text for row in table.rows[1:]] for table in tables]
    assert [*CODES, "报表份数 （份）", "是否盖章"] in first


# --- definitions -----------------------------------------------------------------------------------------------------


def test_lint_passes_it(survey: Survey, mini: Survey) -> None:
    assert [problem for problem in lint(survey) if problem not in lint(mini)] == []
